//! `pli patrimoine diff`: what became of every building between two quarters, problem by problem.

use super::{held_of, line_json};
use crate::cli::Diff;
use crate::failure::Failure;
use crate::nomenclature;
use crate::patrimoine::charts::building;
use crate::patrimoine::titled;
use crate::session::Session;
use crate::show::Show;
use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Change, Line, Quarter, Step, diff};
use shared::refusal::Refusal;

pub(super) fn run(session: &Session, typed: &Diff, show: &Show) -> Result<(), Failure> {
    let versions = nomenclature::kept(&session.home);
    let (_, held) = held_of(session, typed.group.as_deref(), &versions)?;
    let rules = versions.first().ok_or(Refusal::UnknownFlow)?;
    let lines = |quarter: Quarter| -> Result<Vec<Line>, Failure> {
        let none = || Failure::usage("patrimoine-empty", "nothing of this quarter was opened on this device");
        Ok(held.table(quarter).ok_or_else(none)?.lines)
    };
    let steps = diff(&lines(typed.before)?, &lines(typed.after)?);
    let changes: Vec<_> = steps.iter().filter(|step| step.change != Change::Same).collect();
    let same = steps.len().saturating_sub(changes.len());
    let json_of = |step: &&Step| -> Json {
        let mut object = line_json(&step.line, rules, &show.words);
        object["change"] = json!(step.change.code());
        object["before"] = json!(step.levels.0);
        object["after"] = json!(step.levels.1);
        object
    };
    let object = json!({
        "before": typed.before.to_string(),
        "after": typed.after.to_string(),
        "changes": changes.iter().map(json_of).collect::<Vec<_>>(),
        "same": same,
    });
    show.result(&object, |words| {
        let mut lines: Vec<_> = changes.iter().map(|step| line(step, rules, words)).collect();
        lines.push(words.say("patrimoine-same", &[("count", same.into())]));
        lines
    });
    Ok(())
}

fn line(step: &Step, rules: &Nomenclature, words: &Words) -> String {
    let id = match step.change {
        Change::Up(_) => "patrimoine-up",
        Change::New => "patrimoine-new",
        Change::Same => "patrimoine-unchanged",
        Change::Down(_) => "patrimoine-down",
        Change::Gone => "patrimoine-gone",
        Change::Unsaid => "patrimoine-unsaid",
    };
    let level = |level: Option<u8>| level.map(|level| level.to_string()).unwrap_or_default();
    let values = [
        ("building", building(&step.line.building, words).into()),
        ("problem", titled(rules)(&step.line).into()),
        ("landlord", step.line.landlord.as_str().to_owned().into()),
        ("before", level(step.levels.0).into()),
        ("after", level(step.levels.1).into()),
    ];
    words.say(id, &values)
}
