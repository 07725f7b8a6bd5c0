//! What was sent or received and has a day or an hour: the letters from which something is due.
//!
//! An entry says which letter, of which flow, from when, and which letters answered it; nothing of what they say. It is
//! sealed to the secret of the letter's bucket and dies with it, and made this device's own by a code under its key.

use super::rules::{Rules, rules};
use super::{FOLDER, day};
use crate::failure::Failure;
use crate::home::Home;
use crate::patrimoine::QUARTER;
use crate::session::Session;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::{SigningKey, derive, hmac_sha256};
use shared::ids::{Digest, FieldName, FlowCode, MemberId, MessageId};
use shared::message::{Core, Thread};
use shared::nomenclature::{Cadence, Due, Nomenclature};
use shared::patrimoine::Quarter;
use shared::seal::{open_small, seal_small};
use shared::time::{Bucket, Timestamp};
use std::path::Path;

/// An entry has some hundred bytes, and an age file to one recipient some 1,500 more.
const ENTRY_BYTES_MAX: usize = 16 * 1024;

/// Nobody answers one letter more often; the first answers count.
const ANSWERS_MAX: usize = 16;

/// A letter from which something is due.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Which letter.
    pub message: MessageId,
    /// Its flow.
    pub flow: FlowCode,
    /// Whether this member sent it, from this device.
    pub sent: bool,
    /// When it was sealed.
    pub created: Timestamp,
    /// The day from which its flow counts, as its form names it: `2026-12-24`; of the list of a year, or the table of a
    /// quarter, the first day of that.
    pub day: Option<String>,
    /// What answered it: of which flow, and which letter.
    pub answers: Vec<(FlowCode, MessageId)>,
    /// What is expected of its readers: a code of the nomenclature, and the day by which, if one was named.
    pub expects: Option<(String, Option<String>)>,
    /// How an answer ended that: a code of the nomenclature, and which letter.
    pub outcome: Option<(String, MessageId)>,
    /// With whom: of what was sent, its recipients; else its writer.
    #[serde(default)]
    pub with: Vec<MemberId>,
}

/// What is inside of a letter, as far as something is due after it.
#[derive(Clone, Copy, Default)]
pub struct Inside<'a> {
    /// The fields of its form.
    pub fields: &'a [(String, String)],
    /// What is expected of its readers, or how it ends what was; none before it was opened.
    pub thread: Option<&'a Thread>,
}

/// An entry, as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    mac: Digest,
    bucket: Bucket,
    #[serde(with = "serde_bytes")]
    sealed: Vec<u8>,
}

/// Notes what this member sent from this device, with what is inside of it.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub fn note_sent(session: &Session, core: &Core, inside: Inside<'_>) -> Result<(), Failure> {
    note(session, core, inside, true)
}

/// Notes what this member received; with what is inside of it as soon as that is known, that is when it was opened.
///
/// # Errors
/// As for [`note_sent`].
pub fn note_received(session: &Session, core: &Core, inside: Inside<'_>) -> Result<(), Failure> {
    // What a member wrote and reads again was noted where it was sent.
    if core.writer == session.home.config.member {
        return Ok(());
    }
    note(session, core, inside, false)
}

fn note(session: &Session, core: &Core, inside: Inside<'_>, sent: bool) -> Result<(), Failure> {
    let Inside { fields, thread } = inside;
    // What is said again until later was noted when it was said.
    let Some(rules) = rules(&session.home).filter(|_| core.renews.is_none()) else { return Ok(()) };
    let _lock = session.home.memory()?;
    if let Some(first) = core.reply_to {
        let outcome = thread.and_then(|thread| thread.outcome.clone());
        answered(session, first, core, (outcome, &rules.nomenclature))?;
    }
    let named = from_day(&rules, &core.flow, fields);
    let expects = thread.and_then(|thread| Some((thread.action.clone()?, thread.by.clone())));
    if named.is_none() && expects.is_none() && (sent || !is_awaited(&rules.nomenclature, &core.flow)) {
        return Ok(());
    }
    let known = find(session, core.id).map(|(_, entry)| entry);
    let mut entry = known.clone().unwrap_or_else(|| Entry {
        message: core.id,
        flow: core.flow.clone(),
        sent,
        created: core.created,
        day: None,
        answers: Vec::new(),
        expects: None,
        outcome: None,
        with: if sent { core.recipients.clone() } else { vec![core.writer.clone()] },
    });
    // A letter that was noted unread has its day from when it is opened.
    entry.day = named.or(entry.day);
    entry.expects = expects.or(entry.expects);
    if known.as_ref() == Some(&entry) { Ok(()) } else { keep(session, core.expires, &entry) }
}

/// Notes that a letter answers one which is noted here, where the nomenclature has its flow answer that one's; and how it
/// ends what was expected, whichever flow it is of.
fn answered(
    session: &Session,
    first: MessageId,
    core: &Core,
    (outcome, rules): (Option<String>, &Nomenclature),
) -> Result<(), Failure> {
    let Some((expires, mut entry)) = find(session, first) else { return Ok(()) };
    if let Some(outcome) = outcome.filter(|_| entry.outcome.is_none()) {
        entry.outcome = Some((outcome, core.id));
        keep(session, expires, &entry)?;
    }
    let answer = (core.flow.clone(), core.id);
    let answers = rules.flow(&core.flow).is_some_and(|flow| flow.answers.contains(&entry.flow));
    if !answers || entry.answers.contains(&answer) || entry.answers.len() >= ANSWERS_MAX {
        return Ok(());
    }
    entry.answers.push(answer);
    keep(session, expires, &entry)
}

/// The day that its form names and its flow counts from.
fn from_day(rules: &Rules, flow: &FlowCode, fields: &[(String, String)]) -> Option<String> {
    let flow = rules.nomenclature.flow(flow)?;
    let said = |field: &FieldName| fields.iter().find(|(name, _)| name == field.as_str());
    match (&flow.due, flow.year_field()) {
        (Some(Due::Field { field, .. }), _) => day(&said(field)?.1).map(|day| day.to_string()),
        (Some(Due::Period { .. }), Some(field)) => {
            let (_, year) = said(field)?;
            day(&format!("{year}-01-01")).map(|day| day.to_string())
        }
        (Some(Due::Period { every: Cadence::Quarter, .. }), None) => {
            let (_, quarter) = fields.iter().find(|(name, _)| name == QUARTER)?;
            quarter.parse::<Quarter>().ok()?.first().map(|day| day.to_string())
        }
        _ => None,
    }
}

/// Whether some flow is due after a letter of this one.
fn is_awaited(rules: &Nomenclature, code: &FlowCode) -> bool {
    rules
        .flows
        .values()
        .any(|flow| matches!(&flow.due, Some(Due::Answered { flow: first, .. }) if first == code))
}

fn keep(session: &Session, expires: Timestamp, entry: &Entry) -> Result<(), Failure> {
    // Whoever has no secret for that end could not read it again.
    let buckets = session.store().into_iter().flat_map(|store| &store.secrets().expiry);
    let Some(bucket) = buckets.map(|secret| secret.bucket).find(|bucket| bucket.ends == expires) else {
        return Ok(());
    };
    let Some(identity) = session.expiry_identity(bucket) else { return Ok(()) };
    let sealed = seal_small(&identity.recipient(), &cbor::encode(entry));
    let sealed = sealed.map_err(|error| Failure::local("local-io", error))?;
    let kept = Kept { mac: mac(session.key(), &sealed), bucket, sealed };
    FOLDER.write(&session.home, expires, entry.message, &cbor::encode(&kept))
}

/// Every entry whose letter lives, and that is this device's.
#[must_use]
pub(super) fn entries(session: &Session) -> Vec<Entry> {
    let files = FOLDER.files(&session.home).into_iter();
    files.filter_map(|(expires, id, file)| open(session, expires, id, &file)).collect()
}

fn find(session: &Session, message: MessageId) -> Option<(Timestamp, Entry)> {
    let (expires, id, file) = FOLDER.files(&session.home).into_iter().find(|(_, id, _)| *id == message)?;
    Some((expires, open(session, expires, id, &file)?))
}

fn open(session: &Session, expires: Timestamp, id: MessageId, file: &Path) -> Option<Entry> {
    let kept: Kept = cbor::decode(&std::fs::read(file).ok()?, ENTRY_BYTES_MAX).ok()?;
    if mac(session.key(), &kept.sealed) != kept.mac || kept.bucket.ends != expires {
        return None;
    }
    let entry = open_small(&session.expiry_identity(kept.bucket)?, &kept.sealed).ok()?;
    let entry: Entry = cbor::decode(&entry, ENTRY_BYTES_MAX).ok()?;
    (entry.message == id && expires > session.now()).then_some(entry)
}

/// Removes the entries of letters that had expired then.
///
/// # Errors
/// [`Failure`] if one cannot be removed.
pub(crate) fn forget_ended(home: &Home, ended: Timestamp) -> Result<(), Failure> {
    FOLDER.remove(home, |expires, _| expires <= ended)
}

/// Removes the entry of a received letter that was taken back.
///
/// # Errors
/// [`Failure`] if it cannot be removed.
pub fn forget(home: &Home, message: MessageId) -> Result<(), Failure> {
    FOLDER.remove(home, |_, id| id == message)
}

fn mac(key: &SigningKey, sealed: &[u8]) -> Digest {
    hmac_sha256(derive(key.seed().as_ref(), b"", "pli/deadline/v1").as_ref(), sealed)
}
