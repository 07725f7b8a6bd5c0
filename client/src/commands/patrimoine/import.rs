//! `pli patrimoine import`: a landlord's lines, checked and sent to who merges the table.

use super::{described, flows, letter, proved};
use crate::cli::Import;
use crate::commands::send;
use crate::dates::day_of;
use crate::failure::Failure;
use crate::faults::Faults;
use crate::form;
use crate::home::Home;
use crate::new_file::write_new;
use crate::nomenclature;
use crate::patrimoine::{QUARTER, gathered_quarter, template as headings};
use crate::session::Session;
use crate::show::{Show, visible};
use serde_json::json;
use shared::form::{Fault, Form, Typed, Wrong, check};
use shared::ids::{GroupId, MessageId};
use shared::nomenclature::{FieldKind, Flow};
use shared::patrimoine::{Letter, Line, merge};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use std::path::Path;

pub(super) async fn run(session: &mut Session, typed: Import, show: &Show) -> Result<(), Failure> {
    match (&typed.template, &typed.file, &typed.group) {
        (Some(_), ..) => template(&typed, Some(&session.home), show),
        (None, Some(file), Some(group)) => {
            let group = crate::commands::group(session, group).await?;
            import(session, group, file, &typed, show).await
        }
        _ => Err(Failure::usage("usage-arguments", "give a file and a group, or --template")),
    }
}

/// Writes an empty table.
///
/// # Errors
/// [`Failure`].
pub(in crate::commands) fn template(typed: &Import, home: Option<&Home>, show: &Show) -> Result<(), Failure> {
    let Some(out) = &typed.template else { return Ok(()) };
    let rules = nomenclature::last_in_force(home)?;
    let flow = flows(&rules)?.lines.flow;
    write_new(out, &headings(flow)?)?;
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let object = columns.iter().map(|column| {
        let codes: Vec<_> = column.options(&rules.lists).iter().map(|item| item.code.as_str()).collect();
        json!({"name": column.name.as_str(), "label": column.label, "required": column.required, "codes": codes})
    });
    let object = json!({"file": out, "columns": object.collect::<Vec<_>>()});
    show.result(&object, |words| {
        let file = [("file", out.display().to_string().into())];
        let choices =
            columns.iter().filter(|column| !column.options(&rules.lists).is_empty()).map(|column| {
                let options = column.options(&rules.lists).iter().map(|item| item.title.as_str());
                let options = options.collect::<Vec<_>>().join(" ; ");
                visible(&format!("  {} : {options}", column.label))
            });
        [words.say("patrimoine-template", &file)].into_iter().chain(choices).collect()
    });
    Ok(())
}

async fn import(
    session: &mut Session,
    group: GroupId,
    file: &Path,
    typed: &Import,
    show: &Show,
) -> Result<(), Failure> {
    let (directory, rules) = proved(session, group).await?;
    let flows = flows(&rules)?;
    let own = directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?;
    let flow = flows.lines.flow;
    let quarter = typed.quarter.unwrap_or_else(|| gathered_quarter(&flows, day_of(session.now())));
    let mut filled = form::read(file, flow)?;
    filled.fields.push((QUARTER.to_owned(), quarter.to_string()));
    let form = check(flow, &rules.lists, &filled).map_err(|faults| Faults::of(flow, faults))?;
    let to_come = to_come(flow, &form, &filled, &day_of(session.now()).to_string());
    if !to_come.is_empty() {
        return Err(Faults::of(flow, to_come).into());
    }
    let landlord = own.organisation.id.clone();
    let lines: Vec<_> = form.rows().iter().filter_map(|row| Line::of(flow, row, Some(&landlord))).collect();
    let count = lines.len();
    show.aside("patrimoine-import", &[("quarter", quarter.to_string().into()), ("count", count.into())]);
    // Who merges would find them, too; who knows the buildings can still say which line is right.
    let letter_of = Letter { landlord, message: MessageId([0; 16]), deposited: Timestamp(0), lines };
    for duplicate in merge(&[letter_of], &[], &[]).duplicates {
        show.aside(
            "patrimoine-duplicate",
            &[
                ("left", described(&duplicate.left_out, &show.words).into()),
                ("kept", described(&duplicate.kept, &show.words).into()),
            ],
        );
    }
    let letter = letter(group, flows.lines, quarter, typed.yes);
    send::once(session, letter, filled, typed.again, show).await.map(drop)
}

/// The rows that were observed on a day that is still to come: the days of a table are those of observations.
fn to_come(flow: &Flow, form: &Form, typed: &Typed, today: &str) -> Vec<Fault> {
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let days = columns.iter().enumerate().filter(|(_, column)| column.kind == FieldKind::Date);
    let in_column = days.flat_map(|(place, column)| {
        let rows = form.rows().iter().zip(&typed.rows);
        // Days are kept so that they are in order as texts.
        let to_come = rows.filter(move |(row, _)| row.get(place).is_some_and(|day| day.as_str() > today));
        to_come.map(|(_, typed)| Fault {
            line: Some(typed.line),
            field: column.name.to_string(),
            wrong: Wrong::Future,
        })
    });
    in_column.collect()
}
