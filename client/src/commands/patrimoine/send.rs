//! `pli patrimoine send`: the table goes on, merged to the secretariat, and from there to its closed list.
//!
//! Who sends what is the nomenclature's: the flow that the sender's function sends on. Nothing of it is typed again.

use super::merge::Beside;
use super::{expected, flows, held_now, letter, proved};
use crate::cli::SendTable;
use crate::commands::send;
use crate::dates::day_of;
use crate::failure::Failure;
use crate::patrimoine::{QUARTER, VERSION, closed_quarter, next_version, remember_version};
use crate::session::Session;
use crate::show::Show;
use shared::form::{Typed, TypedRow};
use shared::message::Core;
use shared::nomenclature::Flow;
use shared::patrimoine::Line;
use shared::refusal::Refusal;

/// The names of the fields that are filled where the flow has them.
const EXPECTED: &str = "attendus";
const RECEIVED: &str = "recus";
const TRANSMITTED: &str = "transmis";

pub(super) async fn run(session: &mut Session, typed: SendTable, show: &Show) -> Result<(), Failure> {
    let group = crate::commands::group(session, &typed.group).await?;
    let (directory, rules) = proved(session, group).await?;
    let flows = flows(&rules)?;
    let quarter = typed.quarter.unwrap_or_else(|| closed_quarter(&flows, day_of(session.now())));
    let own = directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?;
    let route = flows.sent_on_by(&own.function).ok_or(Refusal::SenderRole)?;
    let merges = route.code == flows.table.code;
    let before = if merges { flows.lines } else { flows.table };
    let (held, unopened) = held_now(session, group, before, &rules).await?;
    let mut fields = vec![
        (QUARTER.to_owned(), quarter.to_string()),
        (TRANSMITTED.to_owned(), day_of(session.now()).to_string()),
    ];
    let (lines, version) = if merges {
        let merged = held.merged(quarter, &expected(&directory, group, &flows.lines.flow.from, session));
        let others = if typed.quarter.is_none() { held.later_letters(quarter) } else { Vec::new() };
        let beside = Beside {
            merged: &merged,
            held: &held,
            unopened: &unopened,
            directory: &directory,
            others: &others,
        };
        show.quote(&beside.lines(quarter, &show.words).join("\n"));
        fields.push((EXPECTED.to_owned(), merged.expected().to_string()));
        fields.push((RECEIVED.to_owned(), merged.counted.len().to_string()));
        (merged.lines, next_version(&session.home, group, quarter, held.version(quarter)))
    } else {
        let lines = held.received(quarter).map(|table| table.lines.clone()).unwrap_or_default();
        (lines, held.version(quarter))
    };
    whole(&unopened, typed.partial)?;
    if lines.is_empty() {
        return Err(Failure::usage("patrimoine-empty", "nothing of this quarter was opened on this device"));
    }
    fields.push((VERSION.to_owned(), version.to_string()));
    let filled = filled(route.flow, fields, &lines);
    let letter = letter(group, route, quarter, typed.yes);
    let sent = send::once(session, letter, filled, typed.again, show).await?;
    if merges && sent.is_some() {
        remember_version(&session.home, group, quarter, version)?;
    }
    Ok(())
}

/// A table that lacks what lies there unopened is no whole one.
fn whole(unopened: &[Core], partial: bool) -> Result<(), Failure> {
    if unopened.is_empty() || partial {
        return Ok(());
    }
    let numbers: Vec<_> = unopened.iter().map(|core| core.id.to_string()).collect();
    Err(Failure::usage("patrimoine-open-first", format!("not opened here: {}", numbers.join(", "))))
}

/// The form of the table: of the fields, those that the flow asks for.
fn filled(flow: &Flow, fields: Vec<(String, String)>, lines: &[Line]) -> Typed {
    let is_asked = |name: &str| flow.fields.iter().any(|field| field.name.as_str() == name);
    let fields = fields.into_iter().filter(|(name, _)| is_asked(name)).collect();
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let row = |(line, one): (u32, &Line)| {
        let cells = columns.iter().map(|column| column.name.to_string()).zip(one.row(flow));
        TypedRow { line, cells: cells.collect() }
    };
    Typed { fields, rows: (1..).zip(lines).map(row).collect() }
}
