//! `pli patrimoine show`: the table of a quarter in the terminal, as a page, and in pictures.

use super::{flows, held_of, line_json, ranking};
use crate::cli::ShowTable;
use crate::failure::Failure;
use crate::new_file::write_new;
use crate::nomenclature;
use crate::patrimoine::{Of, Source, charts, page, source, titled};
use crate::session::Session;
use crate::show::Show;
use crate::words::{Language, Words};
use serde_json::json;
use shared::refusal::Refusal;
use std::path::Path;

pub(super) fn run(session: &Session, typed: &ShowTable, show: &Show) -> Result<(), Failure> {
    let versions = nomenclature::kept(&session.home);
    let (group, held) = held_of(session, typed.group.as_deref(), &versions)?;
    let history = held.history();
    let rules = versions.first().ok_or(Refusal::UnknownFlow)?;
    let flow = flows(rules)?.table.flow;
    let none = || Failure::usage("patrimoine-empty", "nothing of this quarter was opened on this device");
    let quarter = typed.quarter.or_else(|| history.newest()).ok_or_else(none)?;
    let table = held.table(quarter).ok_or_else(none)?;
    // What partners and the parquet are handed is French.
    let words = Words::new(Language::French);
    if let Some(file) = &typed.html {
        let of = Of { table: &table, history: &history, flow, rules, made: session.now() };
        write_new(file, page(&of, &words).as_bytes())?;
    }
    let mut pictures = Vec::new();
    if let Some(folder) = &typed.svg {
        std::fs::create_dir_all(folder).map_err(|error| Failure::local("save-io", error))?;
        let drawn = [
            Some(charts::ranking(&table.lines, &titled(rules), &words)),
            Some(charts::levels(&history, quarter, &words)),
            Some(charts::evolution(&history, quarter, &words)),
            charts::map(&table.lines, &words),
        ];
        for picture in drawn.into_iter().flatten() {
            let file = folder.join(picture.name).with_extension("svg");
            write(&file, &picture.svg.into_string())?;
            pictures.push(file);
        }
    }
    let from = match &table.source {
        Source::Letter { message, created, version } => {
            json!({"id": message.to_string(), "created": created.to_string(), "version": version})
        }
        Source::Merged { letters } => json!({"merged": letters}),
    };
    let object = json!({
        "quarter": quarter.to_string(),
        "group": group.to_string(),
        "source": from,
        "lines": table.lines.iter().map(|line| line_json(line, rules, &show.words)).collect::<Vec<_>>(),
        "quarters": history.known().map(|quarter| quarter.to_string()).collect::<Vec<_>>(),
        "page": typed.html,
        "pictures": pictures,
    });
    show.result(&object, |words| {
        let title = words.say("patrimoine-title", &[("quarter", quarter.to_string().into())]);
        let mut lines = vec![title, source(&table.source, words), String::new()];
        lines.extend(ranking(&table.lines, rules, words));
        let written =
            |file: &Path| words.say("patrimoine-written", &[("file", file.display().to_string().into())]);
        lines.extend(typed.html.iter().map(|file| written(file)));
        lines.extend(pictures.iter().map(|file| written(file)));
        lines
    });
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| Failure::local("save-io", error))
}
