//! `pli reject`: who had to agree does not. Nobody opens the letter any more, and its writer reads why.

use super::approve::number;
use super::{flow_title, hold, person};
use crate::approval;
use crate::cli::Reject;
use crate::failure::{Failure, Unverified};
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use serde_json::json;
use shared::authorise;
use shared::log::Outcome;
use shared::nomenclature::Nomenclature;
use shared::refusal::Refusal;
use shared::wire::{About, Ask, Decision};

pub(super) async fn run(session: &mut Session, typed: &Reject, show: &Show) -> Result<(), Failure> {
    let (entry, _) = approval::find(session, &typed.id).await?;
    let core = &entry.header.core;
    let directory = trust::prove(session, About::Group(core.group)).await?.directory;
    if entry.approved().is_some() {
        return Err(Refusal::Decided.into());
    }
    let Some(chosen) = &typed.reason else {
        say_reasons(directory.nomenclature(), show);
        return Err(Failure::explained(Refusal::ReasonMissing, "reject-reason", &[]));
    };
    // what PROC holds is sealed anew for them before it goes.
    hold::comply(session, &entry, &directory, show).await?;
    let (device, now) = (session.device(), session.now());
    if let Err(refusal) = authorise::rejecting(core, chosen, device, true, &directory, now) {
        if refusal == Refusal::ReasonUnknown {
            say_reasons(directory.nomenclature(), show);
        }
        return Err(refusal.into());
    }
    let reason = directory.nomenclature().and_then(|rules| rules.rejection(chosen));
    let title = reason.map_or_else(|| chosen.to_string(), |reason| reason.title.clone());
    let arguments = [
        ("number", number(&entry).into()),
        ("flow", flow_title(directory.nomenclature(), &entry.header).into()),
        ("name", person(&directory, &core.writer).into()),
        ("reason", title.into()),
    ];
    show.aside("reject-before", &arguments);
    if !show.confirms("reject-confirm", typed.yes) {
        show.aside("approve-cancelled", &[]);
        return Ok(());
    }
    let ask = Ask::Reject { message: core.id, reason: chosen.clone() };
    let answered = session.ask(ask, &[]).await?;
    let record = answered.record.filter(|record| record.is_about(core)).ok_or(Unverified::Answer)?;
    let is_first = record.outcome == Outcome::Done;
    // The first reason stays.
    let first = match &entry.decision {
        Some(Decision::Rejected { reason, .. }) => reason,
        _ => chosen,
    };
    let object = json!({
        "id": core.id.to_string(),
        "state": if is_first { "rejected" } else { "already-rejected" },
        "reason": first.as_str(),
        "index": record.index,
    });
    show.result(&object, |words| {
        let arguments = [("number", number(&entry).into()), ("leaf", record.index.to_string().into())];
        vec![words.say(if is_first { "reject-done" } else { "reject-again" }, &arguments)]
    });
    session.close();
    Ok(())
}

/// The reasons that there are, by the nomenclature in force.
fn say_reasons(rules: Option<&Nomenclature>, show: &Show) {
    for reason in rules.map(|rules| rules.rejections.as_slice()).unwrap_or_default() {
        show.aside(
            "open-reason",
            &[("code", reason.code.as_str().into()), ("title", reason.title.clone().into())],
        );
    }
}
