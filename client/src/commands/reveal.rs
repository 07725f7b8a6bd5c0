//! `pli reveal`: what a letter hides until it is asked for, such as the code of a door. Each time is a record of its own.

use super::shown::Shown;
use super::{open, person};
use crate::cli::Reveal;
use crate::failure::Failure;
use crate::form::{self, Secrets};
use crate::inbox::{self, Motive};
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use shared::log::Act;
use shared::nomenclature::FieldKind;
use shared::refusal::Refusal;
use shared::wire::About;

pub(super) async fn run(session: &mut Session, typed: Reveal, show: &Show) -> Result<(), Failure> {
    let motive = Motive { reason: typed.reason, text: typed.reason_text, reread: None };
    let entry = inbox::find(session, &typed.id).await?;
    let nothing = || Failure::usage("reveal-nothing", "open it with pli open: it hides nothing");
    // Where nothing can be hidden, nothing is revealed, and no record says so.
    let directory = trust::prove(session, About::Group(entry.header.core.group)).await?.directory;
    let flow = directory.nomenclature().and_then(|rules| rules.flow(&entry.header.core.flow));
    if flow.is_some_and(|flow| !flow.all_fields().any(|field| field.kind == FieldKind::Secret)) {
        return Err(nothing());
    }
    let reading = match inbox::open(session, &entry, Act::Reveal, &motive).await {
        Err(Failure::Refused(refusal @ (Refusal::ReasonMissing | Refusal::ReasonUnknown))) => {
            return Err(open::without_reason(session, &entry, refusal, show).await?);
        }
        reading => reading?,
    };
    let core = &reading.header.core;
    let shown = Shown { secrets: Secrets::Revealed, ..Shown::of(&reading) };
    let (form, flow) = shown.hides().ok_or_else(nothing)?;
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
