//! `pli inbox`: what the outside of each message shows. Never the subject: it is inside.

use super::{flow_title, gate, hold, person, retire::taken_back, send::parts};
use crate::cli::Inbox;
use crate::copies;
use crate::deadlines::{self, Inside};
use crate::failure::{Failure, Unverified};
use crate::inbox::{Entry, List, beginning, list};
use crate::session::Session;
use crate::show::{Show, local_date, size as said};
use crate::trust;
use crate::words::Words;
use serde_json::json;
use shared::directory::Directory;
use shared::ids::{GroupId, MessageId};
use shared::limits::FRAME_BYTES_MAX;
use shared::message::Header;
use shared::wire::{About, Answer, Ask, ListedState, News};
use std::collections::btree_map::Entry as Known;
use std::collections::{BTreeMap, BTreeSet};

/// The states of what its reader has not read, or has to decide.
const WAITS: [&str; 3] = ["new", "delivered", "to-approve"];

pub(super) async fn run(session: &mut Session, inbox: &Inbox, show: &Show) -> Result<(), Failure> {
    let mut shown = BTreeSet::new();
    let mut groups = BTreeMap::new();
    if !inbox.ids.is_empty() {
        for id in &inbox.ids {
            let entries = list(session, List::Mailbox, Some(&beginning(id)?)).await?;
            show_new(session, entries, &mut shown, &mut groups, show).await?;
        }
        session.close();
        return Ok(());
    }
    let entries = list(session, List::Mailbox, None).await?;
    let waiting = show_new(session, entries, &mut shown, &mut groups, show).await?;
    if !inbox.watch {
        if !show.is_json() {
            show.aside("inbox-count", &[("count", waiting.into())]);
        }
        session.close();
        return Ok(());
    }
    let mut conversation = session.begin(Ask::Watch).await?;
    if conversation.answer().await? != Answer::Watching {
        return Err(Unverified::Answer.into());
    }
    loop {
        let _news: News = conversation.item(FRAME_BYTES_MAX).await?;
        // What a group ordered since is seen by its newest statements alone.
        groups.clear();
        let entries = list(session, List::Mailbox, None).await?;
        show_new(session, entries, &mut shown, &mut groups, show).await?;
    }
}

async fn show_new(
    session: &mut Session,
    entries: Vec<Entry>,
    shown: &mut BTreeSet<(MessageId, bool, bool, bool)>,
    groups: &mut BTreeMap<GroupId, Directory>,
    show: &Show,
) -> Result<usize, Failure> {
    let mut waiting = 0;
    for entry in entries {
        let core = &entry.header.core;
        if entry.is_withdrawn() {
            copies::forget(&session.home, core.id)?;
            deadlines::forget(&session.home, core.id)?;
        }
        let directory = match groups.entry(core.group) {
            Known::Occupied(known) => known.into_mut(),
            Known::Vacant(unknown) => {
                unknown.insert(trust::prove(session, About::Group(core.group)).await?.directory)
            }
        };
        let is_held = directory.hold(core.group, core.id, session.now()).is_some();
        // Who watches is told again of a letter that is taken back, decided about, or held.
        if shown.insert((core.id, entry.is_withdrawn(), entry.approved().is_some(), is_held)) {
            let state = show_entry(session, &entry, directory, show);
            waiting += usize::from(WAITS.contains(&state));
            // An answer may be owed within hours of a letter that nobody has opened yet.
            if entry.retired.is_none()
                && is_signed(&entry, directory)
                && let Err(failure) = deadlines::note_received(session, core, Inside::default())
            {
                tracing::warn!(%failure, "what is due was not noted");
            }
            hold::tell(core, directory, session.now(), show);
        }
        hold::comply(session, &entry, directory, show).await?;
    }
    Ok(waiting)
}

/// Whether it was allowed is proved when it is opened; who signed it is proved before it is shown.
fn is_signed(entry: &Entry, directory: &Directory) -> bool {
    let core = &entry.header.core;
    let key = directory.past_key(core.device).filter(|_| {
        directory.holder(core.device, core.created).is_some_and(|card| card.member == core.writer)
    });
    key.is_some_and(|key| entry.signed.verify_by::<Header>(key).is_ok())
}

/// Shows a letter; gives its state.
fn show_entry(session: &Session, entry: &Entry, directory: &Directory, show: &Show) -> &'static str {
    let core = &entry.header.core;
    let signed = is_signed(entry, directory);
    let (own, now) = (&session.home.config.member, session.now());
    let asks_us = core.approver() == Some(own);
    let ends = entry.ends_for(own);
    let state = match entry.retired {
        _ if !signed => "unverified",
        Some(_) => "retired",
        None if asks_us && gate::is_open(core, entry.decision.as_ref(), now) => "to-approve",
        None if asks_us && entry.decision.is_some() => "decided",
        None => state(entry.state),
    };
    let card = directory.card(&core.writer);
    let organisation = card.map(|card| (card.organisation.id.to_string(), card.organisation.name.clone()));
    let (organisation, organisation_name) = organisation.unzip();
    let name = person(directory, &core.writer);
    let group_name = directory.group(core.group).map_or_else(String::new, |group| group.name.clone());
    let title = flow_title(directory.nomenclature(), &entry.header);
    let mut object = json!({
        "id": core.id.to_string(),
        "group": core.group.to_string(),
        "group_name": group_name,
        "flow": core.flow.as_str(),
        "title": title,
        "from": {
            "member": core.writer.as_str(), "name": name,
            "organisation": organisation, "organisation_name": organisation_name,
        },
        "created": core.created.to_string(),
        "expires": ends.to_string(),
        "parts": parts(&entry.header),
        "state": state,
    });
    if let Some(gate) = gate::json(core, entry.decision.as_ref(), now) {
        object["gate"] = gate;
    }
    if let Some(retired) = entry.retired {
        object["retired"] = json!({"at": retired.at.to_string(), "because": retired.because.code()});
    }
    if let Some(order) = hold::order(core, directory, session.now()) {
        object["hold"] = order;
    }
    show.result(&object, |words| {
        let organisation = crate::inbox::organisation(directory, &core.writer);
        let name = format!("{name} ({organisation})");
        let id = match state {
            "unverified" => "inbox-line-unverified",
            "retired" => "inbox-line-retired",
            "to-approve" => "inbox-line-to-approve",
            _ => "inbox-line",
        };
        let (retired, because) = taken_back(entry.retired, words);
        let line = words.say(
            id,
            &[
                ("days", gate::days_since(core.created, now).into()),
                ("retired", retired.into()),
                ("because", because.into()),
                ("number", core.id.to_string()[..8].to_owned().into()),
                ("state", words.say(&format!("inbox-{state}"), &[]).into()),
                ("flow", title.into()),
                ("name", name.into()),
                ("group", group_name.into()),
                ("documents", documents(&entry.header, words).into()),
                ("size", size(&entry.header, words).into()),
                ("date", local_date(core.created).into()),
                ("expires", local_date(ends).into()),
            ],
        );
        let decided = (state == "decided")
            .then(|| gate::line(core, entry.decision.as_ref(), directory, now, words))
            .flatten();
        [line].into_iter().chain(decided).collect()
    });
    state
}

/// How many documents it has; nothing where it has none.
fn documents(header: &Header, words: &Words) -> String {
    match header.documents().len() {
        0 => String::new(),
        count => words.say("inbox-documents", &[("count", count.into())]),
    }
}

/// The sealed size, as people say it.
fn size(header: &Header, words: &Words) -> String {
    let bytes: u64 = header.parts.iter().map(|part| part.bytes).sum();
    said(bytes, words)
}

pub(super) fn state(state: ListedState) -> &'static str {
    match state {
        ListedState::Deposited => "new",
        ListedState::Delivered => "delivered",
        ListedState::Released => "released",
        ListedState::Opened => "opened",
    }
}
