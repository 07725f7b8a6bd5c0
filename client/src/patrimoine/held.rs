//! What this device holds of the table: the landlords' letters and the tables that were opened here, from working copies.
//!
//! A copy says what was proved when it was opened: who wrote it, for which organisation. Its form is read under whichever
//! version of the nomenclature it stands in, the newest first, so that a history survives a new version. What is no form
//! of its flow, names no quarter, or is kept closed by the rules of screening is named and not counted.

use crate::copies::{self, Kept};
use crate::screening::{last_in_force, ready};
use crate::session::Session;
use shared::form::Form;
use shared::ids::{FlowCode, GroupId, MessageId, OrganisationId};
use shared::message::{Core, Note, quarantine};
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Flows, History, Letter, Line, Merged, Quarter, Route, merge};
use shared::time::Timestamp;
use std::collections::BTreeMap;

/// The names of the fields that the rules of the table ask for.
pub(crate) const QUARTER: &str = "trimestre";
pub(crate) const VERSION: &str = "version";

/// The table of a quarter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The quarter.
    pub quarter: Quarter,
    /// Where it comes from.
    pub source: Source,
    /// Its lines, ranked.
    pub lines: Vec<Line>,
}

/// Where a table comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// A letter.
    Letter {
        /// Which one.
        message: MessageId,
        /// When it was written.
        created: Timestamp,
        /// Which version its writer says it is.
        version: u64,
    },
    /// It was merged on this device from so many landlords' letters.
    Merged {
        /// How many.
        letters: usize,
    },
}

/// A letter that is not counted, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aside {
    /// It is no form of its flow, by any version of the nomenclature that is known here.
    Form,
    /// It names no quarter.
    Quarter,
    /// The rules of screening keep it closed.
    Quarantined,
}

impl Aside {
    /// What `--json` calls it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Quarter => "quarter",
            Self::Quarantined => "quarantined",
        }
    }
}

/// What this device holds of one group.
#[derive(Default)]
pub struct Held {
    letters: BTreeMap<Quarter, Vec<Letter>>,
    tables: BTreeMap<Quarter, Vec<Table>>,
    /// Letters that are not counted.
    pub aside: Vec<(MessageId, Aside)>,
    /// Every letter that was opened here, counted or not.
    pub opened: Vec<MessageId>,
}

/// What this device holds, by group. `rules` are the versions of the nomenclature that are known, the newest first.
#[must_use]
pub fn held(session: &Session, rules: &[Nomenclature]) -> BTreeMap<GroupId, Held> {
    let versions: Vec<_> = rules.iter().filter_map(|rules| Some((rules, Flows::of(rules)?))).collect();
    let is_of_table = |code: &FlowCode| versions.iter().any(|(_, flows)| flows.route(code).is_some());
    let screen = ready(&last_in_force(Some(&session.home))).ok();
    let mut groups: BTreeMap<GroupId, Held> = BTreeMap::new();
    for Kept { copy, opened } in copies::all(session, |core: &Core| is_of_table(&core.flow)) {
        let (core, note) = (&opened.note.core, &opened.note);
        let group = groups.entry(core.group).or_default();
        group.opened.push(core.id);
        let is_shown = screen.as_ref().is_some_and(|screen| quarantine(note, &[], false, screen).is_none());
        let writer = copy.from.1.as_deref().and_then(|organisation| organisation.parse().ok());
        let found = if is_shown { found(note, writer.as_ref(), &versions) } else { Err(Aside::Quarantined) };
        match found {
            Ok(Found::Letter(quarter, letter)) => group.letters.entry(quarter).or_default().push(letter),
            Ok(Found::Table(table)) => group.tables.entry(table.quarter).or_default().push(table),
            Err(aside) => group.aside.push((core.id, aside)),
        }
    }
    groups
}

enum Found {
    Letter(Quarter, Letter),
    Table(Table),
}

/// What a letter says, under the newest version of the nomenclature in which it is a form of its flow.
fn found(
    note: &Note,
    writer: Option<&OrganisationId>,
    versions: &[(&Nomenclature, Flows<'_>)],
) -> Result<Found, Aside> {
    let core = &note.core;
    let read = |(rules, flows): &(&Nomenclature, Flows<'_>)| {
        let route = flows.route(&core.flow)?;
        let form = note.form(rules)?;
        let lines =
            form.rows().iter().map(|row| Line::of(route.flow, row, writer)).collect::<Option<Vec<_>>>()?;
        Some((is_of_landlord(flows, &route), form, lines))
    };
    let (is_letter, form, mut lines) = versions.iter().find_map(read).ok_or(Aside::Form)?;
    let quarter = field(&form, QUARTER).ok_or(Aside::Quarter)?;
    if is_letter {
        let landlord = writer.cloned().ok_or(Aside::Form)?;
        let letter = Letter { landlord, message: core.id, deposited: core.created, lines };
        return Ok(Found::Letter(quarter, letter));
    }
    let version = field(&form, VERSION).unwrap_or(1);
    lines.sort_by_cached_key(Line::rank);
    let source = Source::Letter { message: core.id, created: core.created, version };
    Ok(Found::Table(Table { quarter, source, lines }))
}

fn is_of_landlord(flows: &Flows<'_>, route: &Route<'_>) -> bool {
    route.code == flows.lines.code
}

fn field<T: std::str::FromStr>(form: &Form, name: &str) -> Option<T> {
    form.field(name)?.parse().ok()
}

impl Held {
    /// Merges the landlords' letters of a quarter.
    #[must_use]
    pub fn merged(&self, quarter: Quarter, expected: &[OrganisationId]) -> Merged {
        let before = self.table(quarter.previous()).map(|table| table.lines).unwrap_or_default();
        merge(self.letters.get(&quarter).map_or(&[], Vec::as_slice), expected, &before)
    }

    /// The newest table of a quarter that was opened here.
    #[must_use]
    pub fn received(&self, quarter: Quarter) -> Option<&Table> {
        let newest = |table: &&Table| match table.source {
            Source::Letter { message, created, version } => (created, version, message),
            Source::Merged { .. } => (Timestamp(0), 0, MessageId([0; 16])),
        };
        self.tables.get(&quarter)?.iter().max_by_key(newest)
    }

    /// The table of a quarter: the newest that was opened here, or what the landlords' letters give.
    #[must_use]
    pub fn table(&self, quarter: Quarter) -> Option<Table> {
        if let Some(table) = self.received(quarter) {
            return Some(table.clone());
        }
        let merged = merge(self.letters.get(&quarter)?, &[], &[]);
        let source = Source::Merged { letters: merged.counted.len() };
        Some(Table { quarter, source, lines: merged.lines })
    }

    /// The tables of all quarters.
    #[must_use]
    pub fn history(&self) -> History {
        let mut history = History::default();
        for quarter in self.letters.keys().chain(self.tables.keys()) {
            if let Some(table) = self.table(*quarter) {
                history.add(*quarter, table.lines);
            }
        }
        history
    }

    /// The quarters after one of which landlords' letters are here, and how many.
    #[must_use]
    pub fn later_letters(&self, quarter: Quarter) -> Vec<(Quarter, usize)> {
        let later = self.letters.iter().filter(|(other, _)| **other > quarter);
        later.map(|(other, letters)| (*other, letters.len())).collect()
    }

    /// The highest version of the table of a quarter that is known here; 0 where there is none.
    #[must_use]
    pub fn version(&self, quarter: Quarter) -> u64 {
        match self.received(quarter).map(|table| &table.source) {
            Some(Source::Letter { version, .. }) => *version,
            _ => 0,
        }
    }
}
