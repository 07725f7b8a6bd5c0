//! What this device has sent of tables that are made from files: so that the same file does not go twice by mistake, and
//! its writer knows what a new one replaces.
//!
//! Digests under this device's own key, and no word of what was sent. What was sent from another device is not known here,
//! and what is forgotten is asked about no more.

use crate::failure::Failure;
use crate::home::write_private;
use crate::session::Session;
use crate::show::{Show, local_time};
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::{derive, hmac_sha256, sha256};
use shared::ids::{Digest, MessageId};
use shared::message::Draft;
use shared::time::{DAY_SECONDS, Timestamp};

const FILE: &str = "sent-tables";

/// A quarter and some weeks: a table is made anew each quarter.
const SECONDS_MAX: u64 = 120 * DAY_SECONDS;

/// Each has some 120 bytes.
const SENT_MAX: usize = 4000;
const FILE_BYTES_MAX: usize = SENT_MAX * 256;

/// What a field says of the sending, and not of what is sent.
const OF_THE_SENDING: [&str; 2] = ["version", "transmis"];

/// Something that was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Of which table: group, flow, recipients and fields.
    of: Digest,
    /// Its rows.
    rows: Digest,
    /// How many rows it had.
    pub count: u64,
    /// Which letter.
    pub message: MessageId,
    /// When.
    pub time: Timestamp,
}

/// A draft as it is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Same {
    of: Digest,
    rows: Digest,
    count: u64,
}

/// A draft as it is compared.
#[must_use]
pub fn same(session: &Session, draft: &Draft) -> Same {
    let key = derive(session.key().seed().as_ref(), b"", "pli/sent-tables/v1");
    let digest = |bytes: Vec<u8>| hmac_sha256(key.as_ref(), &sha256(&bytes).0);
    let fields = draft.form.fields().iter().filter(|(name, _)| !OF_THE_SENDING.contains(&name.as_str()));
    let mut to: Vec<_> = draft.to.iter().map(ToString::to_string).collect();
    to.sort_unstable();
    let of = (draft.group.to_string(), draft.flow.to_string(), to, fields.collect::<Vec<_>>());
    let rows = draft.form.rows();
    let count = rows.len() as u64;
    Same { of: digest(cbor::encode(&of)), rows: digest(cbor::encode(&rows)), count }
}

/// When the same was sent last; else, when another version of it was.
#[must_use]
pub fn before(session: &Session, draft: &Draft) -> (Option<Before>, Option<Before>) {
    let same = same(session, draft);
    let all = read(session);
    let newest = |is: &dyn Fn(&&Before) -> bool| all.iter().filter(is).max_by_key(|one| one.time).cloned();
    (newest(&|one| one.of == same.of && one.rows == same.rows), newest(&|one| one.of == same.of))
}

/// Remembers that a draft was sent.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub fn remember(session: &Session, same: Same, message: MessageId) -> Result<(), Failure> {
    let mut all = read(session);
    if all.iter().any(|one| one.message == message) {
        return Ok(());
    }
    all.push(Before { of: same.of, rows: same.rows, count: same.count, message, time: session.now() });
    all.drain(..all.len().saturating_sub(SENT_MAX));
    write_private(&session.home.dir().join(FILE), &cbor::encode(&all))
}

/// Asks whether what went before shall go again; says what went.
///
/// # Errors
/// Exit 2 where nobody can be asked, and it was not said beforehand.
pub fn asks(sent: &[Before], (again, yes): (bool, bool), show: &Show) -> Result<bool, Failure> {
    if sent.is_empty() {
        return Ok(true);
    }
    for one in sent {
        let number = one.message.to_string()[..8].to_owned();
        show.aside("again-sent", &[("number", number.into()), ("date", local_time(one.time).into())]);
    }
    // A script says yes to everything.
    let is_said = again || (yes && !show.is_json());
    if !is_said && show.asks_nobody() {
        return Err(Failure::usage(
            "again-refused",
            "the same was sent before: say --again to send it again",
        ));
    }
    Ok(show.confirms("again-confirm", is_said))
}

/// Whether a table goes: its writer is told what went of it before, and what it replaces.
///
/// # Errors
/// As for [`asks`].
pub fn goes(
    session: &Session,
    draft: &Draft,
    (again, yes): (bool, bool),
    show: &Show,
) -> Result<bool, Failure> {
    let (same, other) = before(session, draft);
    if same.is_some() {
        return asks(same.as_slice(), (again, yes), show);
    }
    if let Some(other) = other {
        let number = other.message.to_string()[..8].to_owned();
        let arguments = [
            ("number", number.into()),
            ("date", local_time(other.time).into()),
            ("count", other.count.into()),
        ];
        show.aside("again-replaces", &arguments);
    }
    Ok(show.confirms("send-confirm", yes))
}

fn read(session: &Session) -> Vec<Before> {
    let bytes = std::fs::read(session.home.dir().join(FILE)).ok();
    let read: Option<Vec<Before>> = bytes.and_then(|bytes| cbor::decode(&bytes, FILE_BYTES_MAX).ok());
    let now = session.now();
    read.unwrap_or_default().into_iter().filter(|one| now.since(one.time) <= SECONDS_MAX).collect()
}
