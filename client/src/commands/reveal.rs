//! `pli reveal`: what a letter hides until it is asked for, such as the code of a door. Each time is a record of its own.

use super::person;
use super::shown::Shown;
use crate::cli::Reveal;
use crate::failure::Failure;
use crate::form::{self, Secrets};
use crate::inbox::{self, Motive};
use crate::session::Session;
use crate::show::Show;
use shared::log::Act;

pub(super) async fn run(session: &mut Session, typed: Reveal, show: &Show) -> Result<(), Failure> {
    let motive = Motive { reason: typed.reason, text: typed.reason_text, reread: None };
    let entry = inbox::find(session, &typed.id).await?;
    let reading = inbox::open(session, &entry, Act::Reveal, &motive).await?;
    let core = &reading.header.core;
    let shown = Shown { secrets: Secrets::Revealed, ..Shown::of(&reading) };
    let (form, flow) = shown
        .hides()
        .ok_or_else(|| Failure::usage("reveal-nothing", "open it with pli open: it hides nothing"))?;
    let rules = shown.rules;
    let object = shown.object();
    show.result(&object, |words| {
        let arguments = [
            ("number", core.id.to_string()[..8].to_owned().into()),
            ("name", person(&reading.directory, &core.writer).into()),
            ("leaf", reading.index.to_string().into()),
        ];
        let lines = form::lines(&flow, &rules.lists, &form, (Secrets::Revealed, words));
        [words.say("reveal-done", &arguments), String::new()].into_iter().chain(lines).collect()
    });
    session.close();
    Ok(())
}
