//! What is typed by who reviews the access log.

use crate::auditor::query::{Hours, Query};
use crate::auditor::sealed::Purpose;
use crate::dates;
use clap::{Args, Subcommand};
use shared::ids::{Digest, FlowCode, MemberId, OrganisationId, ReasonCode};
use shared::log::Act;
use shared::log::persons::Person;
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
    /// Show what was done with the letters that concern a person, and to whom they were not given. The name is
    /// compared on this machine and leaves it in no form.
    Person {
        /// Who: 'NOM Prénom, ANNÉE', or without the year. Asked without, so that no history keeps it.
        person: Option<Person>,
        /// Of which records.
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
    /// Show how much was done along the days, and at which hours of the week something was read.
    Activity {
        /// Of which records.
        #[command(flatten)]
        filter: Filter,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Write a report for a magistrate into a folder: a page and a PDF that open without Pli, the acts as CSV and
    /// JSON, and the proof of each.
    Report(Box<Report>),
    /// Write one letter's account into a file that a court can keep: what was recorded about it, with all that proves
    /// it to whoever knows the fingerprint of the first root statement.
    Bundle {
        /// The letter: its id, or its first digits.
        item: String,
        /// Where; a file that is not there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Compare a member's receipts with the log: whether both were shown the same.
    Receipts {
        /// What the member gave, by `pli receipt give`.
        file: PathBuf,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Give another reviewer what opens the hours from before they came; sealed to their devices, and recorded.
    HandOver {
        /// Who; a reviewer in office. For another device of your own, yourself.
        member: MemberId,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Verify what was not verified yet on this device, and name what does not fit.
    Verify {
        /// All of it, from leaves that are asked for anew.
        #[arg(long)]
        all: bool,
        /// Why the log is read.
        #[command(flatten)]
        why: Why,
    },
    /// Write the log as files for any web server (C2SP tlog-tiles); again, go on from there.
    ///
    /// Any enrolled device may. The files are readable by everybody: they show how much is recorded and when,
    /// and for whom statements are made, but nothing of what the records say.
    Mirror {
        /// The folder; made if it is not there.
        dir: PathBuf,
    },
}

/// A letter's account, as a court keeps it.
#[derive(Subcommand, Debug)]
pub enum Bundle {
    /// Verify one, offline, and show what it proves. Nothing is needed but the fingerprint.
    Verify {
        /// Which file.
        file: PathBuf,
        /// The fingerprint of the first root statement; that of this home, where none is given.
        #[arg(long, value_name = "HEX")]
        fingerprint: Option<Digest>,
    },
}

/// Receipts of one's own acts.
#[derive(Subcommand, Debug)]
pub enum Receipt {
    /// Write those of this device into a file, for a reviewer of the log.
    Give {
        /// Where.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write the newest checkpoint that this device has verified into a file, for the authority of a relay whose
    /// log was lost.
    Newest {
        /// Where.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Prove those in a file, offline, and show what they prove.
    Verify {
        /// Which file.
        file: PathBuf,
    },
}

/// Write a report.
#[derive(Args, Debug)]
pub struct Report {
    /// Where; a folder that is not there yet, or is empty.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Who asked for it, such as "Mme Hamon, vice-procureure".
    #[arg(long, value_name = "WHO")]
    pub requested_by: String,
    /// On what legal ground.
    #[arg(long, value_name = "TEXT")]
    pub ground: String,
    /// Of which records.
    #[command(flatten)]
    pub filter: Filter,
    /// Why the log is read.
    #[command(flatten)]
    pub why: Why,
}

/// Count.
#[derive(Args, Debug)]
pub struct Stats {
    /// Where; a folder that is not there yet, or is empty.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// From this day on.
    #[arg(long, value_name = "DAY", value_parser = dates::first)]
    pub from: Option<Timestamp>,
    /// Until the end of this day.
    #[arg(long, value_name = "DAY", value_parser = dates::last)]
    pub until: Option<Timestamp>,
    /// Why the log is read.
    #[command(flatten)]
    pub why: Why,
}

impl Stats {
    /// What is counted.
    #[must_use]
    pub fn query(&self) -> Query {
        Query { from: self.from, until: self.until, ..Query::default() }
    }
}

/// Why the log is read.
#[derive(Args, Debug, Clone)]
pub struct Why {
    /// Why the log is read.
    #[arg(long, default_value = "controle", value_name = "CODE")]
    pub reason: ReasonCode,
    /// The reference of a written order, which the log records. With one, what is older than a year opens, and a
    /// report or a bundle says who people are.
    #[arg(long, value_name = "REFERENCE")]
    pub order: Option<String>,
}

impl Why {
    /// As the log records it.
    #[must_use]
    pub fn purpose(&self) -> Purpose<'_> {
        Purpose { reason: &self.reason, order: self.order.as_deref() }
    }
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
    /// About one letter, or the deposit of what answers it: its id, or its first digits.
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
