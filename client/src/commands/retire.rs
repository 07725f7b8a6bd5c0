//! `pli retire` and `pli recall`: a letter is taken back. Nobody opens it from then on, and who had opened it before is
//! named.

use super::status::{Step, furthest, steps};
use super::{flow_title, person};
use crate::account::{Account, account};
use crate::breach::{Breach, notified_by};
use crate::cli::{Recall, Retire};
use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use crate::inbox::{self, Entry, List};
use crate::outbox;
use crate::session::Session;
use crate::show::{Show, exact_time, local_time};
use crate::trust::{self, Proved};
use crate::words::{Language, Words};
use serde_json::json;
use shared::authorise;
use shared::cbor;
use shared::directory::Directory;
use shared::ids::IdBeginning;
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Act, Outcome, Record};
use shared::message::{Because, Core, Header};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::{About, Ask, Retired};
use std::path::{Path, PathBuf};

/// A letter that was taken back, and what is known of it.
struct TakenBack {
    header: Header,
    directory: Directory,
    /// The record of what was asked now.
    record: Record,
    /// When it was taken back: now, or before.
    at: Timestamp,
    /// None where its writer may not know any more.
    account: Option<Account>,
    /// Whether that is everything since it was sent.
    is_whole: bool,
}

pub(super) async fn retire(session: &mut Session, typed: &Retire, show: &Show) -> Result<(), Failure> {
    // What is recalled is told to the data protection officer, so that it is a command of its own.
    let grounds = Because::ALL.into_iter().filter(|because| *because != Because::WrongRecipient);
    let because = grounds.into_iter().find(|because| because.code() == typed.because);
    let because = because.ok_or_else(|| {
        Failure::usage(
            "retire-because",
            "superseded, replaced, received or function-ended; else `pli recall`",
        )
    })?;
    if let Some(taken) = take_back(session, &typed.id, because, typed.yes, show).await? {
        report(&taken, because, None, show);
    }
    session.close();
    Ok(())
}

pub(super) async fn recall(session: &mut Session, typed: &Recall, show: &Show) -> Result<(), Failure> {
    if typed.notice.as_ref().is_some_and(|file| file.exists()) {
        return Err(Failure::usage("recall-exists", "this file is there already: give another name"));
    }
    let because = Because::WrongRecipient;
    if let Some(taken) = take_back(session, &typed.id, because, typed.yes, show).await? {
        let write = |file: &PathBuf| write_private(file, draft(&taken, session.now()).as_bytes());
        let written = typed.notice.as_ref().map(write).transpose();
        // It was taken back, whatever became of the draft.
        report(&taken, because, typed.notice.as_deref().filter(|_| written.is_ok()), show);
        written?;
        let limit = ("date", exact_time(notified_by(taken.record.time)).into());
        match &typed.notice {
            Some(file) => {
                show.aside("recall-written", &[limit, ("file", file.display().to_string().into())]);
            }
            None => show.aside("recall-notice", &[limit, ("number", number(&taken.header).into())]),
        }
    }
    session.close();
    Ok(())
}

/// Asks for it, after a yes; nothing where that did not come, or where the letter never left.
async fn take_back(
    session: &mut Session,
    typed: &str,
    because: Because,
    yes: bool,
    show: &Show,
) -> Result<Option<TakenBack>, Failure> {
    let (header, entry) = found(session, typed, show).await?;
    let core = &header.core;
    let Proved { directory, .. } = proved(session, core, entry.as_ref()).await?;
    // what PROC holds is sealed anew for them before it goes.
    if let Some(entry) = &entry {
        super::hold::comply(session, entry, &directory, show).await?;
    }
    // Whether somebody else did so, too, is the relay's to know.
    let now = session.now();
    let ends = entry.as_ref().map_or(core.expires, Entry::ends);
    if let Err(refusal) = authorise::retiring(core, session.device(), (true, ends), &directory, now) {
        if refusal == Refusal::Expired {
            show.aside("retire-gone", &[]);
        }
        return Err(refusal.into());
    }
    let names: Vec<_> = core.recipients.iter().map(|member| person(&directory, member)).collect();
    let arguments = [
        ("number", number(&header).into()),
        ("flow", flow_title(directory.nomenclature(), &header).into()),
        ("names", names.join(", ").into()),
    ];
    show.aside("retire-before", &arguments);
    if !show.confirms("retire-confirm", yes) {
        show.aside("retire-cancelled", &[]);
        return Ok(None);
    }
    let answered = session.ask(Ask::Retire { message: core.id, because }, &[]).await;
    // What waits here may have arrived all the same: the relay is asked, and says no.
    if entry.is_none() && matches!(answered, Err(Failure::Refused(Refusal::NotFound))) {
        outbox::forget(session, core.id)?;
        show.result(&json!({"id": core.id.to_string(), "state": "never-sent"}), |words| {
            vec![words.say("retire-never-sent", &[("number", number(&header).into())])]
        });
        return Ok(None);
    }
    let record = answered?.record.filter(|record| record.is_about(core)).ok_or(Unverified::Answer)?;
    // What a lost answer left here must not be sent again.
    outbox::forget(session, core.id)?;
    let account = match account(session, &header).await {
        Ok(account) => Some(account),
        // Who has left the group is shown nothing more of it, and may still take back what they wrote.
        Err(Failure::Refused(Refusal::NotAMember)) => None,
        Err(failure) => return Err(failure),
    };
    let first = account.as_ref().and_then(Account::retirement).map(|record| record.time);
    let at = first.or(entry.and_then(|entry| entry.retired).map(|retired| retired.at)).unwrap_or(record.time);
    let is_whole = account.as_ref().is_some_and(|account| account.is_whole_for(session.device()));
    Ok(Some(TakenBack { header, directory, record, at, account, is_whole }))
}

/// The one letter of this member's whose id begins like this: at the relay, or only here.
async fn found(session: &mut Session, typed: &str, show: &Show) -> Result<(Header, Option<Entry>), Failure> {
    let beginning = inbox::beginning(typed)?;
    let sent = inbox::list(session, List::Sent, Some(&beginning)).await?;
    let mut found: Vec<_> = sent.into_iter().map(|entry| (entry.header.clone(), Some(entry))).collect();
    for header in outbox::waiting(session)? {
        let is_there = found.iter().any(|(deposited, _)| deposited.core.id == header.core.id);
        if header.core.id.begins(&beginning) && !is_there {
            found.push((header, None));
        }
    }
    if found.is_empty() && was_sent(session, &beginning)? {
        show.aside("retire-gone", &[]);
        return Err(Refusal::Expired.into());
    }
    inbox::only(found)
}

/// Whether a receipt of this device proves that a letter of which the relay knows nothing more was deposited.
fn was_sent(session: &Session, beginning: &IdBeginning) -> Result<bool, Failure> {
    let receipts = session.home.receipts()?;
    let mut records = receipts.iter().filter_map(|receipt| {
        cbor::decode::<Record>(&receipt.record, RECORD_BYTES_MAX).ok().filter(|it| it.act == Act::Deposit)
    });
    Ok(records.any(|record| record.item.is_some_and(|id| id.begins(beginning))))
}

/// Who is who, as far as this device may still see it; and the letter is signed by a device of its own member.
async fn proved(session: &mut Session, core: &Core, entry: Option<&Entry>) -> Result<Proved, Failure> {
    let mut proved = trust::prove(session, About::Own).await?;
    if let Some(entry) = entry {
        let key = proved.directory.past_key(core.device).ok_or(Unverified::Answer)?;
        entry.signed.verify_by::<Header>(key).map_err(|_| Unverified::Answer)?;
    }
    match proved.and(session, About::Group(core.group)).await {
        Ok(()) | Err(Failure::Refused(Refusal::NotAMember)) => Ok(proved),
        Err(failure) => Err(failure),
    }
}

fn report(taken: &TakenBack, because: Because, notice: Option<&Path>, show: &Show) {
    let TakenBack { header, directory, record, at, account, is_whole } = taken;
    let steps = account.as_ref().map(|account| steps(&header.core, account)).unwrap_or_default();
    let is_first = record.outcome == Outcome::Done;
    // The first stays, whatever is asked later.
    let ground = account.as_ref().and_then(Account::retirement).and_then(|first| first.reference.as_deref());
    let object = json!({
        "id": header.core.id.to_string(),
        "state": if is_first { "retired" } else { "already-retired" },
        "because": ground.unwrap_or(because.code()),
        "at": at.to_string(),
        "index": record.index,
        "readers": steps.iter().map(Step::json).collect::<Vec<_>>(),
        "complete": is_whole,
        "notice": notice,
    });
    show.result(&object, |words| {
        let done = words.say(
            if is_first { "retire-done" } else { "retire-again" },
            &[
                ("number", number(header).into()),
                ("date", local_time(*at).into()),
                ("leaf", record.index.to_string().into()),
            ],
        );
        let mut lines = vec![done];
        let (read, unread): (Vec<_>, Vec<_>) = furthest(&steps).into_iter().partition(|step| step.is_read());
        if !read.is_empty() {
            lines.push(words.say("retire-read", &[]));
            lines.extend(read.iter().map(|step| format!("  {}", step.line(directory, words))));
            lines.push(words.say("retire-limit", &[]));
        }
        if !unread.is_empty() {
            let names: Vec<_> = unread.iter().map(|step| person(directory, &step.member)).collect();
            lines.push(words.say("retire-unread", &[("names", names.join(", ").into())]));
        }
        if !is_whole {
            lines.push(words.say("retire-incomplete", &[]));
        }
        lines
    });
}

/// What a data protection officer reads is French.
fn draft(taken: &TakenBack, made: Timestamp) -> String {
    let TakenBack { header, directory, at, account, is_whole, .. } = taken;
    let breach = Breach {
        header,
        flow: flow_title(directory.nomenclature(), header),
        directory,
        account: account.as_ref(),
        is_whole: *is_whole,
        recalled: *at,
        made,
    };
    breach.draft(&Words::new(Language::French))
}

/// When and why a letter was taken back, for a line of a list; nothing of one that was not.
pub(super) fn taken_back(retired: Option<Retired>, words: &Words) -> (String, String) {
    let because = |retired: Retired| words.say(&format!("because-{}", retired.because.code()), &[]);
    retired.map(|retired| (local_time(retired.at), because(retired))).unwrap_or_default()
}

fn number(header: &Header) -> String {
    header.core.id.to_string()[..8].to_owned()
}
