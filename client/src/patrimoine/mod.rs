//! The shared table of art. 4, on this side: what this device holds of it, files, pictures and the page.
//!
//! What is merged, ranked and compared is decided in [`shared::patrimoine`]. Here it is read from working copies, so that
//! neither showing nor comparing asks the relay for anything or leaves a record: the letters are of class N0.

pub mod charts;
mod file;
mod held;
mod page;
mod versions;

pub use file::{csv, template};
pub use held::{Aside, Held, Source, Table, held};
pub(crate) use held::{QUARTER, VERSION};
pub(crate) use page::source;
pub use page::{Of, page};
pub use versions::{next_version, remember_version};

use jiff::Span;
use jiff::civil::Date;
use shared::nomenclature::Due;
use shared::patrimoine::{Flows, Quarter};

/// The quarter whose table is made on a day: that of the day, or the one before it until its table is due.
#[must_use]
pub fn due_quarter(flows: &Flows<'_>, today: Date) -> Quarter {
    let days = match flows.table.flow.due {
        Some(Due::Period { days, .. }) => i64::from(days),
        _ => 0,
    };
    Quarter::of(Span::new().try_days(days).map_or(today, |days| today.saturating_sub(days)))
}

#[cfg(test)]
mod tests;
