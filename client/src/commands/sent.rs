//! `pli sent`: what this member wrote, and what is still on its way.

use super::{flow_name, flow_title, gate, hold, person, retire::taken_back, send::parts};
use crate::annuaire;
use crate::failure::Failure;
use crate::inbox::{Entry, List, list};
use crate::nomenclature::last_in_force;
use crate::outbox;
use crate::receipts;
use crate::session::Session;
use crate::show::{Show, local_date};
use crate::trust;
use serde_json::json;
use shared::ids::{GroupId, MemberId, MessageId};
use shared::log::Record;
use shared::message::Header;
use shared::nomenclature::Nomenclature;
use shared::signed::Signed;
use shared::time::Timestamp;
use shared::wire::About;

pub(super) async fn run(session: &mut Session, show: &Show) -> Result<(), Failure> {
    let waiting = outbox::waiting(session)?;
    let deposited = match list(session, List::Sent, None).await {
        Err(Failure::Unreached) => return show_kept(session, show),
        deposited => deposited?,
    };
    let is_deposited = |header: &Header| deposited.iter().any(|entry| entry.header.core.id == header.core.id);
    let recorded = waiting.iter().filter(|header| !is_deposited(header)).map(|header| (header, None));
    let deposited_here = deposited.iter().map(|entry| (&entry.header, Some(entry)));
    let all: Vec<_> = deposited_here.chain(recorded).collect();
    let is_there = |id| all.iter().any(|(header, _)| header.core.id == id);
    let lost = receipts::lost(&session.home.receipts()?, session.now(), is_there);
    if all.is_empty() && lost.is_empty() {
        show.aside("sent-none", &[]);
    }
    for (header, entry) in all {
        let core = &header.core;
        let directory = trust::prove(session, About::Group(core.group)).await?.directory;
        // What the relay lists as ours is ours only with our signature.
        let ours = |signed: &Signed| {
            let key = directory.past_key(core.device);
            key.is_some_and(|key| signed.verify_by::<Header>(key).is_ok())
        };
        let retired = entry.and_then(|entry| entry.retired);
        let state = match entry {
            None => "recorded",
            Some(entry) if !ours(&entry.signed) => "unverified",
            Some(_) if retired.is_some() => "retired",
            Some(_) => "deposited",
        };
        let (decision, now) = (entry.and_then(|entry| entry.decision.as_ref()), session.now());
        let ends = entry.map_or(core.expires, Entry::ends);
        let to: Vec<_> = core.recipients.iter().map(|member| member.as_str()).collect();
        let names: Vec<_> = core.recipients.iter().map(|member| person(&directory, member)).collect();
        let title = flow_title(directory.nomenclature(), header);
        let mut object = json!({
            "id": core.id.to_string(),
            "group": core.group.to_string(),
            "flow": core.flow.as_str(),
            "title": title,
            "to": to,
            "names": names,
            "created": core.created.to_string(),
            "expires": ends.to_string(),
            "parts": parts(header),
            "state": state,
        });
        if let Some(gate) = gate::json(core, decision, now) {
            object["gate"] = gate;
        }
        if let Some(retired) = retired {
            object["retired"] = json!({"at": retired.at.to_string(), "because": retired.because.code()});
        }
        if let Some(order) = hold::order(core, &directory, session.now()) {
            object["hold"] = order;
        }
        show.result(&object, |words| {
            let (retired, because) = taken_back(retired, words);
            let id = match state {
                "deposited" if core.gate.is_some() => "sent-line-gated",
                "deposited" => "sent-line",
                "retired" => "sent-line-retired",
                "recorded" => "sent-line-recorded",
                _ => "sent-line-unverified",
            };
            let line = words.say(
                id,
                &[
                    ("number", core.id.to_string()[..8].to_owned().into()),
                    ("flow", title.into()),
                    ("names", names.join(", ").into()),
                    ("date", local_date(core.created).into()),
                    ("expires", local_date(ends).into()),
                    ("retired", retired.into()),
                    ("because", because.into()),
                ],
            );
            let gate = (state == "deposited").then(|| gate::line(core, decision, &directory, now, words));
            [line].into_iter().chain(gate.flatten()).collect()
        });
        if let Some(entry) = entry {
            hold::tell(core, &directory, session.now(), show);
            hold::comply(session, entry, &directory, show).await?;
        }
    }
    for record in &lost {
        show_lost(session, record, show).await?;
    }
    session.close();
    Ok(())
}

/// A letter that was confirmed to this device, and that the relay has no more: it was put back from a backup, which
/// holds none.
async fn show_lost(session: &mut Session, record: &Record, show: &Show) -> Result<(), Failure> {
    let (Some(id), Some(group), Some(expires)) = (record.item, record.group, record.expires) else {
        return Ok(());
    };
    let directory = match trust::prove(session, About::Group(group)).await {
        // Who has left the group sees handles.
        Err(Failure::Refused(_)) => trust::prove(session, About::Own).await?,
        proved => proved?,
    }
    .directory;
    let named = |member: &MemberId| person(&directory, member);
    show_record(record, (id, group, expires), "lost", (named, directory.nomenclature()), show);
    Ok(())
}

/// Without the relay: what this device deposited and has the receipts of, as far as it has not ended.
fn show_kept(session: &Session, show: &Show) -> Result<(), Failure> {
    let deposited = receipts::lost(&session.home.receipts()?, session.now(), |_| false);
    if deposited.is_empty() {
        return Err(Failure::Unreached);
    }
    show.aside("sent-kept", &[]);
    let annuaire = annuaire::last(session, annuaire::TITLE);
    let lines = annuaire.as_ref().map(annuaire::Kept::lines).unwrap_or_default();
    let named = |member: &MemberId| {
        let line = lines.iter().find(|line| line.card.member == *member);
        line.map_or_else(|| member.to_string(), annuaire::Line::name)
    };
    let rules = last_in_force(Some(&session.home))?;
    for record in &deposited {
        if let (Some(id), Some(group), Some(expires)) = (record.item, record.group, record.expires) {
            show_record(record, (id, group, expires), "receipt", (&named, Some(&rules)), show);
        }
    }
    Ok(())
}

/// A letter as the record of its deposit has it.
fn show_record(
    record: &Record,
    (id, group, expires): (MessageId, GroupId, Timestamp),
    state: &str,
    (named, rules): (impl Fn(&MemberId) -> String, Option<&Nomenclature>),
    show: &Show,
) {
    let to: Vec<_> = record.recipients.iter().map(|member| member.as_str()).collect();
    let names: Vec<_> = record.recipients.iter().map(named).collect();
    let title = record.flow.as_ref().map(|flow| flow_name(rules, flow)).unwrap_or_default();
    let object = json!({
        "id": id.to_string(),
        "group": group.to_string(),
        "flow": record.flow.as_ref().map(|flow| flow.as_str()),
        "title": title,
        "to": to,
        "names": names,
        "created": record.time.to_string(),
        "expires": expires.to_string(),
        "state": state,
    });
    show.result(&object, |words| {
        let arguments = [
            ("number", id.to_string()[..8].to_owned().into()),
            ("flow", title.into()),
            ("names", names.join(", ").into()),
            ("date", local_date(record.time).into()),
            ("expires", local_date(expires).into()),
        ];
        vec![words.say(if state == "lost" { "sent-line-lost" } else { "sent-line" }, &arguments)]
    });
}
