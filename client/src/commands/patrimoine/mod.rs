//! `pli patrimoine`: the shared table of art. 4, from the landlords' lines to its closed list.
//!
//! Showing and comparing ask nobody: they read what was opened on this device. Merging and sending ask the relay whether
//! something waits that belongs in the table, and who is expected to send.

mod diff;
mod import;
mod merge;
mod send;
mod show;

use crate::cli::{Patrimoine, Send};
use crate::copies;
use crate::failure::Failure;
use crate::inbox::{self, List};
use crate::nomenclature;
use crate::patrimoine::charts::{building, trend};
use crate::patrimoine::{Held, held, titled};
use crate::session::Session;
use crate::show::{Show, visible};
use crate::trust;
use crate::words::{Language, Words};
use serde_json::{Value as Json, json};
use shared::directory::Directory;
use shared::ids::{GroupId, OrganisationId, Role};
use shared::message::{Core, Handling};
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Flows, Line, Quarter, Route, column};
use shared::refusal::Refusal;
use shared::wire::About;
use std::collections::BTreeSet;

pub(super) use import::template;

pub(super) async fn run(session: &mut Session, command: Patrimoine, show: &Show) -> Result<(), Failure> {
    match command {
        Patrimoine::Import(typed) => import::run(session, typed, show).await,
        Patrimoine::Merge(typed) => merge::run(session, typed, show).await,
        Patrimoine::Send(typed) => send::run(session, typed, show).await,
        Patrimoine::Show(typed) => show::run(session, &typed, show),
        Patrimoine::Diff(typed) => diff::run(session, &typed, show),
    }
}

/// The flows of the table in a nomenclature.
fn flows(rules: &Nomenclature) -> Result<Flows<'_>, Failure> {
    Flows::of(rules).ok_or_else(|| Refusal::UnknownFlow.into())
}

/// What this device holds of a group: the one that begins so, or the only one.
fn held_of(
    session: &Session,
    typed: Option<&str>,
    rules: &[Nomenclature],
) -> Result<(GroupId, Held), Failure> {
    let begins = |group: &GroupId| typed.is_none_or(|typed| group.to_string().starts_with(typed));
    let mut found = held(session, rules).into_iter().filter(|(group, _)| begins(group));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::usage("patrimoine-none", "nothing of the table was opened on this device")),
        (Some(_), Some(_)) => Err(Failure::usage(
            "patrimoine-group",
            "the table of several groups is here: say which, with --group",
        )),
    }
}

/// A group as the relay proves it, and the nomenclature in force there.
async fn proved(session: &mut Session, group: GroupId) -> Result<(Directory, Nomenclature), Failure> {
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let rules = directory.nomenclature().cloned().ok_or(Refusal::UnknownFlow)?;
    Ok((directory, rules))
}

/// What this device holds of a group, once the relay has said what was taken back, and the letters of one flow that wait
/// there and were not opened here.
async fn held_now(
    session: &mut Session,
    group: GroupId,
    route: Route<'_>,
    rules: &Nomenclature,
) -> Result<(Held, Vec<Core>), Failure> {
    let mut waiting = Vec::new();
    for entry in inbox::list(session, List::Mailbox, None).await? {
        let core = entry.header.core;
        if entry.retired.is_some() {
            copies::forget(&session.home, core.id)?;
        } else if core.group == group && core.flow == *route.code {
            waiting.push(core);
        }
    }
    let versions = [vec![rules.clone()], nomenclature::kept(&session.home)].concat();
    let held = held(session, &versions).remove(&group).unwrap_or_default();
    waiting.retain(|core| !held.opened.contains(&core.id));
    Ok((held, waiting))
}

/// The landlords of whom lines are expected: the organisations whose members in the group may send them.
fn expected(directory: &Directory, group: GroupId, from: &[Role], session: &Session) -> Vec<OrganisationId> {
    let seats = directory.roster(group).map(|(roster, _)| roster.seats.as_slice()).unwrap_or_default();
    let cards = seats.iter().filter_map(|seat| directory.card(&seat.member));
    let counting = cards.filter(|card| from.contains(&card.function) && card.in_office(session.now()));
    counting.map(|card| card.organisation.id.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// A letter of the table to all who may receive it, before its form is filled.
fn letter(group: GroupId, route: Route<'_>, quarter: Quarter, yes: bool) -> Send {
    // What its readers read is French, whatever the writer's own screen speaks.
    let words = Words::new(Language::French);
    let subject = words.say(
        "patrimoine-subject",
        &[("title", route.flow.title.clone().into()), ("quarter", quarter.to_string().into())],
    );
    Send {
        group: group.to_string(),
        flow: route.code.clone(),
        to: route.flow.to.iter().map(ToString::to_string).collect(),
        subject: Some(subject),
        text: None,
        text_file: None,
        form: None,
        field: Vec::new(),
        attach: Vec::new(),
        handling: Handling::D2,
        reply_to: None,
        expects: None,
        by: None,
        outcome: None,
        person: Vec::new(),
        expires: None,
        approver: None,
        attest: false,
        second: false,
        second_salt: None,
        yes,
    }
}

/// The lines of a table for people, numbered.
fn ranking(lines: &[Line], rules: &Nomenclature, words: &Words) -> Vec<String> {
    let problem = titled(rules);
    let named = lines.iter().map(|line| visible(&building(&line.building, words))).collect::<Vec<_>>();
    let wide = named.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let trends: Vec<_> = lines.iter().map(|line| trend(line.trend, words)).collect();
    let long = trends.iter().map(|trend| trend.chars().count()).max().unwrap_or(0);
    let numbered = (1_usize..).zip(lines.iter().zip(named.iter().zip(&trends)));
    let shown = numbered.map(|(number, (line, (name, trend)))| {
        let (level, problem) = (line.level, visible(&problem(line)));
        format!("{number:>4}  {level}  {trend:<long$}  {name:<wide$}  {problem} ({})", line.landlord)
    });
    shown.collect()
}

/// A line for people, where it stands alone.
fn described(line: &Line, words: &Words) -> String {
    let values = [
        ("building", building(&line.building, words).into()),
        ("landlord", line.landlord.as_str().to_owned().into()),
        ("level", line.level.to_string().into()),
    ];
    words.say("patrimoine-described", &values)
}

/// A line for scripts, and how people call its building and its problem.
fn line_json(line: &Line, rules: &Nomenclature, words: &Words) -> Json {
    let position = line.value(column::POSITION);
    let address = &line.building.address;
    json!({
        "landlord": line.landlord.as_str(),
        "address": {"street": address.street, "code": address.code, "commune": address.commune},
        "building": line.building.name,
        "hall": line.building.hall,
        "problem": line.problem,
        "level": line.level,
        "trend": line.trend.code(),
        "position": position,
        "place": building(&line.building, words),
        "problem_title": titled(rules)(line),
    })
}
