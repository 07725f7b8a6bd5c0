//! `pli retention`: what is kept and until when; what was destroyed, and who says so.

use super::log::{opened, whole};
use super::{flow_title, person};
use crate::auditor::holdings::{Destruction, Ended, Holdings, Told};
use crate::cli::{self, Retention};
use crate::failure::Failure;
use crate::inbox::{List, list};
use crate::session::Session;
use crate::show::{Show, local_date};
use crate::trust;
use crate::upkeep::holds_ended;
use serde_json::json;
use shared::cbor;
use shared::ids::{DeviceId, FlowCode, GroupId, MessageId};
use shared::limits::RECORD_BYTES_MAX;
use shared::log::Record;
use shared::nomenclature::Flow;
use shared::time::Timestamp;
use shared::wire::About;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub(super) async fn run(session: &mut Session, command: Retention, show: &Show) -> Result<(), Failure> {
    match command {
        Retention::Status => status(session, show).await,
        Retention::Report(typed) => report(session, &typed, show).await,
    }
}

/// The letters that this member wrote or may read, the first to be destroyed first.
async fn status(session: &mut Session, show: &Show) -> Result<(), Failure> {
    let mut kept = BTreeMap::new();
    let own = session.home.config.member.clone();
    for which in [List::Mailbox, List::Sent] {
        for entry in list(session, which, None).await? {
            kept.insert((entry.ends_for(&own), entry.header.core.id), entry.header);
        }
    }
    let mut groups = BTreeMap::new();
    for ((ends, _), header) in &kept {
        let core = &header.core;
        let directory = match groups.entry(core.group) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                unknown.insert(trust::prove(session, About::Group(core.group)).await?.directory)
            }
        };
        let readers: Vec<_> = core.recipients.iter().chain([&core.writer]).collect();
        let object = json!({
            "id": core.id.to_string(),
            "group": core.group.to_string(),
            "flow": core.flow.as_str(),
            "writer": core.writer.as_str(),
            "readers": readers.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
            "expires": ends.to_string(),
        });
        show.result(&object, |words| {
            let names: Vec<_> = core.recipients.iter().map(|member| person(directory, member)).collect();
            vec![words.say(
                "retention-kept",
                &[
                    ("number", core.id.to_string()[..8].to_owned().into()),
                    ("flow", flow_title(directory.nomenclature(), header).into()),
                    ("name", person(directory, &core.writer).into()),
                    ("names", names.join(", ").into()),
                    ("expires", local_date(*ends).into()),
                ],
            )]
        });
    }
    show.aside("retention-count", &[("count", kept.len().into())]);
    for (id, record) in gone(session)? {
        show_gone(id, &record, show);
    }
    let owed = session.home.memory()?.memory.upkeep.destroyed;
    let is_gone =
        |destroyed: &Timestamp| !session.store().is_some_and(|store| holds_ended(store, *destroyed));
    if let Some(destroyed) = owed.filter(is_gone) {
        show.aside("retention-owed", &[("date", local_date(destroyed).into())]);
    }
    session.close();
    Ok(())
}

/// The letters that are destroyed, as this device's receipts know them, the last one first: when, and nothing of what
/// they said.
fn gone(session: &Session) -> Result<Vec<(MessageId, Record)>, Failure> {
    let now = session.now();
    let mut gone = BTreeMap::new();
    for receipt in session.home.receipts()? {
        let record = cbor::decode::<Record>(&receipt.record, RECORD_BYTES_MAX).ok();
        let ended = record.filter(|record| record.expires.is_some_and(|expires| expires <= now));
        gone.extend(ended.and_then(|record| Some((record.item?, record))));
    }
    let mut gone: Vec<_> = gone.into_iter().collect();
    gone.sort_by_key(|(_, record)| std::cmp::Reverse(record.expires));
    Ok(gone)
}

fn show_gone(id: MessageId, record: &Record, show: &Show) {
    let expires = record.expires.unwrap_or_default();
    let flow = record.flow.as_ref().map(ToString::to_string);
    let object = json!({
        "id": id.to_string(),
        "flow": flow,
        "expires": expires.to_string(),
        "state": "destroyed",
    });
    show.result(&object, |words| {
        let arguments = [
            ("number", id.to_string()[..8].to_owned().into()),
            ("flow", flow.unwrap_or_default().into()),
            ("date", local_date(expires).into()),
        ];
        vec![words.say("retention-destroyed", &arguments)]
    });
}

/// What was destroyed: by the relay's records, and by what each device signed.
async fn report(session: &mut Session, typed: &cli::Destroyed, show: &Show) -> Result<(), Failure> {
    let (review, records) = opened(session, typed.why.purpose()).await?;
    let directory = trust::prove(session, About::Everybody).await?.directory;
    let account = Destruction::of(&Holdings::of(&records), &directory, review.time, |held| {
        let group = typed.group.as_deref().unwrap_or_default();
        held.group.to_string().starts_with(group)
            && typed.from.is_none_or(|from| from < held.expires)
            && typed.until.is_none_or(|until| held.expires <= until)
    });
    for ((group, flow), ended) in &account.ended {
        let title = directory.nomenclature().and_then(|rules| rules.flow(flow));
        show_ended(*group, flow, title, *ended, show);
    }
    for (device, told) in &account.told {
        show_told(*device, told, show);
    }
    if account.ended.is_empty() {
        show.aside("retention-none", &[]);
    }
    show.aside("retention-limits", &[]);
    whole(&review, show)
}

fn show_ended(group: GroupId, flow: &FlowCode, title: Option<&Flow>, ended: Ended, show: &Show) {
    let object = json!({
        "group": group.to_string(),
        "flow": flow.as_str(),
        "letters": ended.letters,
        "recorded": ended.recorded,
        "attested": "relay",
    });
    show.result(&object, |words| {
        let flow = title.map_or_else(|| flow.to_string(), |title| format!("{} ({flow})", title.title));
        let arguments = [
            ("group", group.to_string()[..8].to_owned().into()),
            ("flow", flow.into()),
            ("count", ended.letters.into()),
            ("missing", (ended.letters - ended.recorded).into()),
        ];
        let id =
            if ended.recorded == ended.letters { "retention-ended" } else { "retention-ended-unrecorded" };
        vec![words.say(id, &arguments)]
    });
}

fn show_told(device: DeviceId, told: &Told, show: &Show) {
    let object = json!({
        "member": told.member.as_str(),
        "device": device.to_string(),
        "letters": told.letters,
        "untold": told.untold,
        "until": told.until.map(|until| until.to_string()),
        "in_service": told.in_service,
    });
    show.result(&object, |words| {
        let arguments = [
            ("name", told.member.to_string().into()),
            ("device", device.to_string()[..8].to_owned().into()),
            ("count", told.letters.into()),
            ("missing", told.untold.into()),
            ("date", told.until.map(local_date).unwrap_or_default().into()),
        ];
        let id = match (told.untold, told.in_service, told.until) {
            (0, ..) => "retention-told",
            (_, false, _) => "retention-gone",
            (_, true, None) => "retention-never-told",
            (_, true, Some(_)) => "retention-overdue",
        };
        vec![words.say(id, &arguments)]
    });
}
