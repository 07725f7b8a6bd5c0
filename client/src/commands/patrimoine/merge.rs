//! `pli patrimoine merge`: the table of a quarter from what the landlords sent, and all that is to be said beside it.

use super::{described, expected, flows, held_now, held_of, line_json, proved, ranking};
use crate::cli::Merge;
use crate::commands::person;
use crate::dates::day_of;
use crate::failure::Failure;
use crate::new_file::write_new;
use crate::nomenclature;
use crate::patrimoine::{Held, closed_quarter, csv};
use crate::session::Session;
use crate::show::{Show, local_date, local_time};
use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::directory::Directory;
use shared::ids::MessageId;
use shared::message::Core;
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Duplicate, Line, Merged, Quarter, Version};

pub(super) async fn run(session: &mut Session, typed: Merge, show: &Show) -> Result<(), Failure> {
    let group = match &typed.group {
        Some(group) => crate::commands::group(session, group).await?,
        None => held_of(session, None, &nomenclature::kept(&session.home))?.0,
    };
    let (directory, rules) = proved(session, group).await?;
    let flows = flows(&rules)?;
    let quarter = typed.quarter.unwrap_or_else(|| closed_quarter(&flows, day_of(session.now())));
    let (held, unopened) = held_now(session, group, flows.lines, &rules).await?;
    let merged = held.merged(quarter, &expected(&directory, group, &flows.lines.flow.from, session));
    if let Some(file) = &typed.out {
        let table = csv(flows.table.flow, &rules.lists, &merged.lines)?;
        write_new(file, &table)?;
    }
    let others = if typed.quarter.is_none() { held.later_letters(quarter) } else { Vec::new() };
    let beside =
        Beside { merged: &merged, held: &held, unopened: &unopened, directory: &directory, others: &others };
    let mut object = beside.json(quarter, &rules, &show.words);
    object["group"] = json!(group.to_string());
    object["lines"] = merged.lines.iter().map(|line| line_json(line, &rules, &show.words)).collect();
    object["file"] = json!(typed.out);
    show.result(&object, |words| {
        let mut lines = beside.lines(quarter, words);
        if !merged.lines.is_empty() {
            lines.push(String::new());
            lines.extend(ranking(&merged.lines, &rules, words));
        }
        if let Some(file) = &typed.out {
            lines.push(words.say("patrimoine-written", &[("file", file.display().to_string().into())]));
        }
        lines
    });
    session.close();
    Ok(())
}

/// A table, and what is to be said beside it.
pub(super) struct Beside<'a> {
    pub(super) merged: &'a Merged,
    pub(super) held: &'a Held,
    /// Letters that were not opened here.
    pub(super) unopened: &'a [Core],
    pub(super) directory: &'a Directory,
    /// Later quarters of which letters are here, and how many, where none was named.
    pub(super) others: &'a [(Quarter, usize)],
}

impl Beside<'_> {
    /// For people, a line each.
    pub(super) fn lines(&self, quarter: Quarter, words: &Words) -> Vec<String> {
        let Merged { lines, counted, replaced, duplicates, gaps, unsaid, late } = self.merged;
        let heading = [
            ("quarter", quarter.to_string().into()),
            ("count", lines.len().into()),
            ("received", counted.len().to_string().into()),
            ("expected", self.merged.expected().to_string().into()),
        ];
        let mut all = vec![words.say("patrimoine-merged", &heading)];
        let late = late.iter().map(|landlord| {
            let buildings = unsaid.iter().filter(|line| line.landlord == *landlord).count();
            let values = [("landlord", landlord.as_str().to_owned().into()), ("count", buildings.into())];
            words.say("patrimoine-late", &values)
        });
        all.extend(late);
        all.extend(self.unopened.iter().map(|core| {
            let values = [
                ("number", digits(core.id).into()),
                ("name", person(self.directory, &core.writer).into()),
                ("date", local_date(core.created).into()),
            ];
            words.say("patrimoine-unopened", &values)
        }));
        all.extend(self.others.iter().map(|(quarter, count)| {
            let values = [("quarter", quarter.to_string().into()), ("count", (*count).into())];
            words.say("patrimoine-others", &values)
        }));
        all.extend(self.fewer().map(|(now, before)| {
            let values = [
                ("landlord", now.landlord.as_str().to_owned().into()),
                ("count", now.lines.into()),
                ("before", before.lines.to_string().into()),
            ];
            words.say("patrimoine-fewer", &values)
        }));
        all.extend(counted.iter().map(|one| version("patrimoine-counted", one, words)));
        all.extend(replaced.iter().map(|one| version("patrimoine-replaced", one, words)));
        all.extend(duplicates.iter().map(|Duplicate { kept, left_out }| {
            let values =
                [("left", described(left_out, words).into()), ("kept", described(kept, words).into())];
            words.say("patrimoine-duplicate", &values)
        }));
        let before = quarter.previous().to_string();
        all.extend(gaps.iter().map(|line| {
            let values = [("line", described(line, words).into()), ("quarter", before.clone().into())];
            words.say("patrimoine-gap", &values)
        }));
        all.extend(
            self.held
                .aside
                .iter()
                .map(|(message, _)| words.say("patrimoine-aside", &[("number", digits(*message).into())])),
        );
        all
    }

    /// Landlords whose newest letter has fewer lines than the one that it replaces.
    fn fewer(&self) -> impl Iterator<Item = (&Version, &Version)> {
        let replaced = |now: &Version| {
            let of_one = self.merged.replaced.iter().filter(|before| before.landlord == now.landlord);
            of_one.max_by_key(|before| before.deposited)
        };
        let both = self.merged.counted.iter().filter_map(move |now| Some((now, replaced(now)?)));
        both.filter(|(now, before)| now.lines < before.lines)
    }

    /// For scripts.
    pub(super) fn json(&self, quarter: Quarter, rules: &Nomenclature, words: &Words) -> Json {
        let Merged { counted, replaced, duplicates, gaps, unsaid, late, .. } = self.merged;
        let line = |line: &Line| line_json(line, rules, words);
        let lines = |lines: &[Line]| lines.iter().map(line).collect::<Vec<_>>();
        let versions = |versions: &[Version]| -> Vec<Json> {
            let one = |version: &Version| {
                json!({
                    "landlord": version.landlord.as_str(),
                    "id": version.message.to_string(),
                    "created": version.deposited.to_string(),
                    "lines": version.lines,
                })
            };
            versions.iter().map(one).collect()
        };
        let duplicates = duplicates
            .iter()
            .map(|Duplicate { kept, left_out }| json!({"kept": line(kept), "left_out": line(left_out)}));
        let unopened = self.unopened.iter().map(|core| {
            json!({
                "id": core.id.to_string(), "from": core.writer.as_str(),
                "name": person(self.directory, &core.writer), "created": core.created.to_string(),
            })
        });
        let aside = self.held.aside.iter();
        let aside = aside.map(|(message, why)| json!({"id": message.to_string(), "because": why.code()}));
        json!({
            "quarter": quarter.to_string(),
            "expected": self.merged.expected(),
            "received": counted.len(),
            "counted": versions(counted),
            "replaced": versions(replaced),
            "duplicates": duplicates.collect::<Vec<_>>(),
            "gaps": lines(gaps),
            "unsaid": lines(unsaid),
            "late": late.iter().map(|landlord| landlord.as_str()).collect::<Vec<_>>(),
            "unopened": unopened.collect::<Vec<_>>(),
            "aside": aside.collect::<Vec<_>>(),
            "fewer": self.fewer().map(|(now, _)| now.landlord.as_str()).collect::<Vec<_>>(),
            "others": self.others.iter().map(|(quarter, count)| json!({"quarter": quarter.to_string(), "letters": count})).collect::<Vec<_>>(),
        })
    }
}

fn version(id: &str, one: &Version, words: &Words) -> String {
    let values = [
        ("landlord", one.landlord.as_str().to_owned().into()),
        ("count", one.lines.into()),
        ("date", local_time(one.deposited).into()),
        ("number", digits(one.message).into()),
    ];
    words.say(id, &values)
}

/// A letter's number as people say it.
fn digits(message: MessageId) -> String {
    message.to_string()[..8].to_owned()
}
