//! `pli regrant`: letters that were sent become readable on devices that their readers have since.

use super::person;
use crate::cli::Regrant;
use crate::failure::Failure;
use crate::inbox::{self, Entry, List};
use crate::regrant::{Lacking, lacking, regrant};
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use serde_json::json;
use shared::ids::{DeviceId, MemberId};
use shared::message::Ground;
use shared::refusal::Refusal;
use shared::wire::About;

pub(super) async fn run(session: &mut Session, typed: &Regrant, show: &Show) -> Result<(), Failure> {
    let mut letters = Vec::new();
    for entry in entries(session, typed).await? {
        let lives = session.now() < entry.header.core.first_end() && !entry.is_withdrawn();
        if lives && is_ours(session, &entry).await? {
            let lacking = lacking(session, &entry).await?;
            if !lacking.devices.is_empty() {
                explain(&entry, &lacking, show);
                letters.push((entry, lacking));
            }
        }
    }
    if letters.iter().all(|(_, lacking)| !lacking.is_here) {
        if letters.is_empty() {
            show.aside("regrant-none", &[]);
        }
        letters.iter().for_each(|(entry, lacking)| report(entry, &lacking.devices, None, show));
        return Ok(());
    }
    if !show.confirms("regrant-confirm", typed.yes) {
        show.aside("regrant-cancelled", &[]);
        return Ok(());
    }
    for (entry, Lacking { devices, is_here, .. }) in &letters {
        let to: Vec<_> = devices.iter().map(|(_, device)| *device).collect();
        let index = match is_here {
            true => Some(regrant(session, entry, Ground::Device, &to).await?.index),
            false => None,
        };
        report(entry, devices, index, show);
    }
    session.close();
    Ok(())
}

/// The letters of this member, or the one that was named.
async fn entries(session: &mut Session, typed: &Regrant) -> Result<Vec<Entry>, Failure> {
    let Some(id) = &typed.id else { return inbox::list(session, List::Sent, None).await };
    let beginning = inbox::beginning(id)?;
    let found = inbox::list(session, List::Sent, Some(&beginning)).await?;
    Ok(vec![inbox::only(found)?])
}

/// Whether a letter still is of a device of this member's, in a group of theirs: of any other the
/// signature cannot be looked at, and nobody could be proved.
async fn is_ours(session: &mut Session, entry: &Entry) -> Result<bool, Failure> {
    let core = &entry.header.core;
    match trust::prove(session, About::Group(core.group)).await {
        Ok(proved) => Ok(proved.directory.owner(core.device).is_some_and(|card| card.member == core.writer)),
        Err(Failure::Refused(Refusal::NotAMember)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Who will be able to read, before anybody is asked.
fn explain(entry: &Entry, Lacking { devices, is_here, directory }: &Lacking, show: &Show) {
    let names: Vec<_> = devices.iter().map(|(member, _)| person(directory, member)).collect();
    let id = if *is_here { "regrant-before" } else { "regrant-elsewhere" };
    show.aside(id, &[("number", number(entry).into()), ("names", names.join(", ").into())]);
}

fn report(entry: &Entry, devices: &[(MemberId, DeviceId)], index: Option<u64>, show: &Show) {
    let devices: Vec<_> = devices
        .iter()
        .map(|(member, device)| json!({"member": member.as_str(), "device": device.to_string()}))
        .collect();
    let object = json!({
        "id": entry.header.core.id.to_string(),
        "state": if index.is_some() { "granted" } else { "elsewhere" },
        "devices": devices,
        "index": index,
    });
    show.result(&object, |words| {
        let said = index.map(|index| {
            let (count, leaf) = (devices.len().into(), index.to_string().into());
            words.say("regrant-done", &[("number", number(entry).into()), ("count", count), ("leaf", leaf)])
        });
        said.into_iter().collect()
    });
}

fn number(entry: &Entry) -> String {
    entry.header.core.id.to_string()[..8].to_owned()
}
