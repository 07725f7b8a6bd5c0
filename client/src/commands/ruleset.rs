//! `pli ruleset`: shows, checks, compares, drafts and publishes the rules of screening.

use super::authority::office;
use super::old_passphrase;
use crate::authority::rules::Next;
use crate::authority::{Half, Office, RootFolder};
use crate::cli::{Common, Contact, Ruleset as Typed};
use crate::failure::{Failure, Unverified};
use crate::home::Home;
use crate::screening;
use crate::show::{Show, visible};
use crate::trust;
use serde_json::json;
use shared::screening::Screen;
use shared::screening::ruleset::{Difference, differences};
use shared::statement::Ruleset;
use shared::wire::{Answer, Ask};
use std::path::{Path, PathBuf};

pub(super) async fn run(command: Typed, common: &Common, show: &Show) -> Result<(), Failure> {
    match command {
        Typed::Show => {
            let rules = rules_at_hand(common);
            show.result(&json!({"rules": rules.text, "digest": rules.digest().to_string()}), |_| {
                rules.text.lines().map(str::to_owned).collect()
            });
            Ok(())
        }
        Typed::Check { file, weights } => check(&file, weights.as_deref(), show),
        Typed::Diff { old, new } => {
            let old = text(&old)?;
            let new = new.map_or_else(|| Ok(rules_at_hand(common).text), |new| text(&new))?;
            tell_differences(&differing(&old, &new)?, show);
            Ok(())
        }
        Typed::Draft { contact, rules, weights, out } => {
            draft(&contact, (rules, weights), &out, common, show).await
        }
        Typed::Publish { contact, file } => publish(&contact, &file, common, show).await,
        Typed::Counts(contact) => counts(&contact, common, show).await,
    }
}

/// The rules that were last in force in this home; without a home, those that the program carries.
fn rules_at_hand(common: &Common) -> Ruleset {
    let home = super::home_dir(common).and_then(|dir| Home::open(&dir)).ok();
    screening::last_in_force(home.as_ref())
}

/// Those rules, ready to judge.
pub(super) fn at_hand(common: &Common) -> Result<Screen, Failure> {
    screening::ready(&rules_at_hand(common))
}

fn text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::usage("ruleset-file", error.kind()))
}

/// Rules from files, or the parts of them that this program carries.
pub(super) fn read(rules: Option<&Path>, weights: Option<&Path>) -> Result<Ruleset, Failure> {
    let mut ruleset = screening::carried();
    if let Some(file) = rules {
        ruleset.text = text(file)?;
    }
    if let Some(file) = weights {
        ruleset.weights =
            std::fs::read(file).map_err(|error| Failure::usage("ruleset-file", error.kind()))?;
    }
    ruleset.screen().map_err(|error| Failure::usage("ruleset-invalid", error))?;
    Ok(ruleset)
}

fn check(file: &Path, weights: Option<&Path>, show: &Show) -> Result<(), Failure> {
    let rules = read(Some(file), weights)?;
    let object = json!({"file": file, "valid": true, "digest": rules.digest().to_string()});
    show.result(&object, |words| {
        vec![words.say("ruleset-valid", &[("file", file.display().to_string().into())])]
    });
    Ok(())
}

fn differing(old: &str, new: &str) -> Result<Vec<Difference>, Failure> {
    differences(old, new).map_err(|error| Failure::usage("ruleset-invalid", error))
}

fn tell_differences(found: &[Difference], show: &Show) {
    let lines: Vec<_> = found
        .iter()
        .map(|one| json!({"change": if one.is_new { "added" } else { "removed" }, "where": one.place, "what": one.what}))
        .collect();
    show.result(&json!({"differences": lines}), |words| match found {
        [] => vec![words.say("ruleset-same", &[])],
        found => found.iter().map(line).collect(),
    });
}

fn line(one: &Difference) -> String {
    let sign = if one.is_new { '+' } else { '-' };
    visible(&format!("{sign} {}: {}", one.place, one.what))
}

async fn draft(
    contact: &Contact,
    (rules, weights): (Option<PathBuf>, Option<PathBuf>),
    out: &Path,
    common: &Common,
    show: &Show,
) -> Result<(), Failure> {
    let rules = read(rules.as_deref(), weights.as_deref())?;
    let mut office = office(Half::Authority, contact, common, show).await?;
    let before = in_force(&mut office).await?;
    let now = office.session.now();
    let folder = RootFolder::open(&contact.root.dir, Half::Authority, &old_passphrase(common, show)?)?;
    let next = Next::draft(&folder, rules, before, &office.directory, now);
    office.session.close();
    next.write(out)?;
    let object = json!({"version": next.version(), "digest": next.rules.digest().to_string(), "file": out});
    show.result(&object, |words| {
        let arguments = [("version", next.version().into()), ("file", out.display().to_string().into())];
        vec![words.say("ruleset-drafted", &arguments)]
    });
    Ok(())
}

/// The rules that the relay has in force.
async fn in_force(office: &mut Office) -> Result<Option<Ruleset>, Failure> {
    let Some(digest) = office.directory.ruleset_digest() else { return Ok(None) };
    let statement = trust::statement(&mut office.session, digest).await?;
    Ok(statement.body.as_deref().and_then(|body| Ruleset::decode(body).ok()))
}

/// Shows the parquet what changes, and signs it for them.
pub(super) fn sign(folder: &RootFolder, file: &Path, yes: bool, show: &Show) -> Result<(), Failure> {
    let next = Next::<Ruleset>::read(file)?;
    let before = next.before.as_ref().map_or("", |before| before.text.as_str());
    let found = differing(before, &next.rules.text)?;
    show.aside("parquet-shown-rules", &[("version", next.version().into()), ("count", found.len().into())]);
    found.iter().for_each(|one| show.quote(&line(one)));
    if next.before.as_ref().is_some_and(|before| before.weights != next.rules.weights) {
        show.aside("parquet-shown-weights", &[]);
    }
    if !show.confirms("parquet-confirm", yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    let next = next.signed_also(folder);
    next.write(file)?;
    let object = json!({"version": next.version(), "digest": next.rules.digest().to_string(), "file": file});
    show.result(&object, |words| {
        vec![words.say("parquet-signed-rules", &[("file", file.display().to_string().into())])]
    });
    Ok(())
}

async fn publish(contact: &Contact, file: &Path, common: &Common, show: &Show) -> Result<(), Failure> {
    let next = Next::<Ruleset>::read(file)?;
    let mut office = office(Half::Authority, contact, common, show).await?;
    trust::publish(&mut office.session, next.statement()).await?;
    office.session.close();
    let object = json!({"version": next.version(), "state": "published"});
    show.result(&object, |words| vec![words.say("ruleset-published", &[("version", next.version().into())])]);
    Ok(())
}

/// What was counted since the last record of it.
async fn counts(contact: &Contact, common: &Common, show: &Show) -> Result<(), Failure> {
    let mut office = office(Half::Authority, contact, common, show).await?;
    let Answer::Counts(counted) = office.session.ask(Ask::Counts, &[]).await?.answer else {
        return Err(Unverified::Answer.into());
    };
    office.session.close();
    let object: Vec<_> = counted
        .iter()
        .map(|one| {
            json!({
                "rule": one.rule.as_str(),
                "group": one.group.map(|group| group.to_string()),
                "count": one.count,
            })
        })
        .collect();
    show.result(&json!({"counts": object}), |words| {
        let line = |one: &shared::wire::Counted| {
            let id = if one.group.is_some() { "ruleset-count-blocked" } else { "ruleset-count-contested" };
            let group = one.group.map(|group| group.to_string()[..8].to_owned()).unwrap_or_default();
            let arguments =
                [("rule", one.rule.to_string().into()), ("group", group.into()), ("count", one.count.into())];
            words.say(id, &arguments)
        };
        match counted.as_slice() {
            [] => vec![words.say("ruleset-count-nothing", &[])],
            counted => counted.iter().map(line).collect(),
        }
    });
    Ok(())
}
