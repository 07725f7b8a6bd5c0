//! By when a flow has to be sent, as the convention and the law count it.
//!
//! What day that is, is [`deadlines`](crate::deadlines).

use crate::ids::{FieldName, FlowCode};
use serde::Deserialize;

/// What a deadline is counted from.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Due {
    /// From the end of each period: the table of each quarter.
    Period {
        /// How long one lasts.
        every: Cadence,
        /// How many days after its end.
        days: u32,
        /// How many days after its end its sender is reminded.
        #[serde(default)]
        remind: Vec<u32>,
    },
    /// From the deposit of the letter that it answers.
    Answered {
        /// The flow of that letter.
        flow: FlowCode,
        /// Within so many hours.
        hours: u32,
    },
    /// From a day that its form names.
    Field {
        /// The field of that day.
        field: FieldName,
        /// How many days after it, that day not counted.
        days: u32,
        /// How many days after it whoever is concerned is reminded.
        #[serde(default)]
        remind: Vec<u32>,
        /// Whether the code de procédure pénale counts it (art. 801): beside the prudent day, the next working day.
        #[serde(default)]
        court: bool,
        /// Whether nothing may be sent after it.
        #[serde(default)]
        closes: bool,
    },
}

/// How often something is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    /// Each ISO week.
    Week,
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each year.
    Year,
}
