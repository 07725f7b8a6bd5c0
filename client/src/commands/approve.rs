//! `pli approve`: who had to agree does, and the recipients can read from then on.

use super::{flow_title, person};
use crate::approval::{self, Agreement};
use crate::cli::Approve;
use crate::failure::Failure;
use crate::inbox::Entry;
use crate::session::Session;
use crate::show::{Show, local_time};
use serde_json::json;
use shared::refusal::Refusal;
use shared::wire::{Decision, ListedState};

pub(super) async fn run(session: &mut Session, typed: &Approve, show: &Show) -> Result<(), Failure> {
    let (entry, asked) = approval::find(session, &typed.id).await?;
    if entry.is_withdrawn() {
        return Err(match entry.decision {
            Some(Decision::Rejected { .. }) => Refusal::Decided.into(),
            _ => Failure::from(Refusal::Retired),
        });
    }
    let agreement = approval::plan(session, &entry, &asked, typed.expires).await?;
    if agreement.devices.is_empty() {
        return Err(match entry.approved() {
            Some(_) => Failure::explained(Refusal::Decided, "approve-again", &[("number", number(&entry))]),
            None => Failure::explained(Refusal::GrantTarget, "approve-nobody", &[]),
        });
    }
    // What cannot be taken back is not done unread because nobody was there to be asked.
    if is_unread(&entry) && show.asks_nobody() && !typed.yes {
        return Err(Failure::usage("approve-unread", "open it first, or say --yes"));
    }
    explain(&entry, &agreement, show);
    if !show.confirms("approve-confirm", typed.yes) {
        show.aside("approve-cancelled", &[]);
        return Ok(());
    }
    let record = approval::agree(session, &entry, &agreement).await?;
    let core = &entry.header.core;
    let mut members: Vec<_> = agreement.devices.iter().map(|(member, _)| member).collect();
    members.dedup();
    let object = json!({
        "id": core.id.to_string(),
        "state": "approved",
        "until": agreement.ends.to_string(),
        "readers": members.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
        "index": record.index,
    });
    show.result(&object, |words| {
        let names: Vec<_> = members.iter().map(|member| person(&agreement.directory, member)).collect();
        let arguments = [
            ("number", number(&entry).into()),
            ("names", names.join(", ").into()),
            ("date", local_time(agreement.ends).into()),
            ("leaf", record.index.to_string().into()),
        ];
        vec![words.say("approve-done", &arguments)]
    });
    session.close();
    Ok(())
}

/// Who will read it until when, before anybody is asked.
fn explain(entry: &Entry, agreement: &Agreement, show: &Show) {
    let (core, directory) = (&entry.header.core, &agreement.directory);
    // Whoever agrees answers for it: what they have not read is said.
    if is_unread(entry) {
        show.aside("gate-unread", &[("number", number(entry).into())]);
    }
    let reads = core.recipients.iter().filter(|member| !agreement.left_out.contains(member));
    let names: Vec<_> = reads.map(|member| person(directory, member)).collect();
    let arguments = [
        ("number", number(entry).into()),
        ("flow", flow_title(directory.nomenclature(), &entry.header).into()),
        ("writer", person(directory, &core.writer).into()),
        ("names", names.join(", ").into()),
        ("date", local_time(agreement.ends).into()),
    ];
    show.aside("approve-before", &arguments);
    for member in &agreement.left_out {
        show.aside("approve-left-out", &[("name", person(directory, member).into())]);
    }
}

/// Whether it was not opened on this device.
fn is_unread(entry: &Entry) -> bool {
    entry.state < ListedState::Released
}

/// The beginning of its id, as it is typed.
pub(super) fn number(entry: &Entry) -> String {
    entry.header.core.id.to_string()[..8].to_owned()
}
