//! What is typed by who reviews the access log.

use crate::auditor::query::{Hours, Query};
use crate::dates;
use clap::{Args, Subcommand};
use shared::ids::{FlowCode, MemberId, OrganisationId, ReasonCode};
use shared::log::Act;
use shared::time::Timestamp;
use std::path::PathBuf;

/// Review the log.
#[derive(Subcommand, Debug)]
pub enum Log {
    /// Show the records, or one of them.
    Show {
        /// The number of a record.
        index: Option<u64>,
        /// Write the record's leaf and its proof into this folder, for other tools.
        #[arg(long, value_name = "DIR", requires = "index")]
        proof: Option<PathBuf>,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Show the records that fit.
    Search {
        /// Which.
        #[command(flatten)]
        filter: Filter,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Show what may be worth a question: facts by rule, each with an innocent cause.
    Anomalies {
        /// Of which records.
        #[command(flatten)]
        filter: Filter,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Recompute the whole log and name what does not fit.
    Verify {
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
}

/// Why the log is read.
#[derive(Args, Debug, Clone)]
pub struct Why {
    /// Why the log is read.
    #[arg(long, default_value = "controle", value_name = "CODE")]
    pub reason: ReasonCode,
}

/// Which records. What is not given restricts nothing.
#[derive(Args, Debug, Clone)]
pub struct Filter {
    /// Of one group: its id, or its first digits.
    #[arg(long)]
    pub group: Option<String>,
    /// From this day on.
    #[arg(long, value_name = "DAY", value_parser = dates::first)]
    pub from: Option<Timestamp>,
    /// Until the end of this day.
    #[arg(long, value_name = "DAY", value_parser = dates::last)]
    pub until: Option<Timestamp>,
    /// By this member.
    #[arg(long, value_name = "MEMBER")]
    pub actor: Option<MemberId>,
    /// By anybody of this organisation.
    #[arg(long, value_name = "ID")]
    pub organisation: Option<OrganisationId>,
    /// About one letter: its id, or its first digits.
    #[arg(long, value_name = "ID")]
    pub item: Option<String>,
    /// About letters of this flow.
    #[arg(long, value_name = "FLOW")]
    pub flow: Option<FlowCode>,
    /// Of this kind, such as release.
    #[arg(long, value_name = "ACT", value_parser = act)]
    pub act: Option<Act>,
    /// For which this reason was stated.
    #[arg(long, value_name = "CODE")]
    pub stated_reason: Option<ReasonCode>,
    /// Between 22:00 and 6:00 in Paris.
    #[arg(long)]
    pub night: bool,
    /// On Saturdays and Sundays.
    #[arg(long)]
    pub weekend: bool,
}

impl Filter {
    /// What it asks of the log.
    #[must_use]
    pub fn query(self) -> Query {
        Query {
            group: self.group,
            from: self.from,
            until: self.until,
            actor: self.actor,
            organisation: self.organisation,
            item: self.item,
            flow: self.flow,
            act: self.act,
            stated_reason: self.stated_reason,
            hours: Hours { night: self.night, weekend: self.weekend },
        }
    }
}

fn act(text: &str) -> Result<Act, String> {
    let named = |act: &&Act| act.code() == text;
    let all = || Act::ALL.map(Act::code).join(", ");
    Act::ALL.iter().find(named).copied().ok_or_else(|| format!("one of {}", all()))
}
