//! Reading: list headers, claim, verify, and only then show.
//!
//! The order of [`open`] is the reader's half of the promise: the header is verified under the
//! statements as they were, the claim's record is proved to be in the log, only then is the grant
//! used, and nothing is shown before note and cores fit. The outcome is acknowledged either way.

use crate::failure::{Failure, Unverified};
use crate::home::{create_private, io, private_options};
use crate::session::{Answered, Session};
use crate::show::Show;
use crate::trust;
use shared::crypto::{Sha256, sha256};
use shared::directory::Directory;
use shared::ids::{DeviceId, Digest, MemberId, MessageId, Random, ReasonCode};
use shared::limits::{FRAME_BYTES_MAX, GRANT_BYTES_MAX, HEADER_BYTES_MAX, NOTE_BYTES_MAX};
use shared::log::{Act, Outcome, TreeHead, verify_consistency};
use shared::message::{
    Core, Header, InvalidMessage, Opened, Part, entry_for, is_file_name, open_grant, open_note, verify_header,
};
use shared::refusal::Refusal;
use shared::seal::{MessageIdentity, seal_small};
use shared::signed::{Signed, Verified};
use shared::statement::Statement;
use shared::time::{Bucket, DAY_SECONDS};
use shared::wire::{Answer, Ask, Listed, ListedState};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

const CHUNK_BYTES: usize = 256 * 1024;
const LISTED_BYTES_MAX: usize = HEADER_BYTES_MAX + 4096;
const RETRIES_MAX: u32 = 3;

/// Which list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    /// What waits for this device.
    Mailbox,
    /// What this member wrote.
    Sent,
}

/// A header of a list, as the relay gave it; verified when it is opened.
pub struct Entry {
    /// As it was signed.
    pub signed: Signed,
    /// What it says.
    pub header: Header,
    /// How far it is for this device.
    pub state: ListedState,
}

/// Why a message is opened.
#[derive(Clone, Default)]
pub struct Motive {
    /// The code of the list.
    pub reason: Option<ReasonCode>,
    /// The text that goes with it, for auditors only.
    pub text: Option<String>,
}

/// A message that was opened and acknowledged.
pub struct Reading {
    /// The number of the claim's record.
    pub index: u64,
    /// The header.
    pub header: Header,
    /// What was written, and what opens the documents.
    pub opened: Opened,
    /// The sealed note, for an export.
    pub sealed_note: Vec<u8>,
    /// The statements it was verified under.
    pub directory: Directory,
}

/// A document that was fetched.
pub struct Fetched {
    /// Where it was written.
    pub path: PathBuf,
}

/// Everything in a list, oldest first.
///
/// # Errors
/// [`Failure`].
pub async fn list(session: &mut Session, which: List) -> Result<Vec<Entry>, Failure> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut restarts = 0;
    loop {
        let after = entries.last().map(|entry| entry.header.core.id);
        let ask = match which {
            List::Mailbox => Ask::Mailbox { after },
            List::Sent => Ask::Sent { after },
        };
        let answered = match session.ask(ask, &[]).await {
            // The last one shown died meanwhile: the list begins again.
            Err(Failure::Refused(Refusal::NotFound)) if after.is_some() && restarts < RETRIES_MAX => {
                restarts += 1;
                entries.clear();
                continue;
            }
            answered => answered?,
        };
        let Answered { answer, mut conversation, .. } = answered;
        let Answer::Headers { count, more, .. } = answer else { return Err(Unverified::Answer.into()) };
        for _ in 0..count {
            let listed: Listed = conversation.item(LISTED_BYTES_MAX).await?;
            let header = listed.header.peek().map_err(|_| Unverified::Answer)?;
            entries.push(Entry { signed: listed.header, header, state: listed.state });
        }
        if !more || count == 0 {
            return Ok(entries);
        }
    }
}

/// The one message whose id begins like this, received or sent.
///
/// # Errors
/// A refusal if there is none, a usage failure if there are several.
pub async fn find(session: &mut Session, typed: &str) -> Result<Entry, Failure> {
    let beginning = beginning(typed)?;
    let mut found: Vec<Entry> = Vec::new();
    for which in [List::Mailbox, List::Sent] {
        for entry in list(session, which).await? {
            let id = entry.header.core.id;
            let known = found.iter().any(|other| other.header.core.id == id);
            if id.to_string().starts_with(&beginning) && !known {
                found.push(entry);
            }
        }
    }
    only(found)
}

/// An id or its beginning, from what was typed.
///
/// # Errors
/// A usage failure if it is none, or has too few digits.
pub fn beginning(typed: &str) -> Result<String, Failure> {
    /// Fewer digits name too many.
    const DIGITS_MIN: usize = 6;
    if typed.len() >= DIGITS_MIN && typed.chars().all(|digit| digit.is_ascii_hexdigit()) {
        Ok(typed.to_ascii_lowercase())
    } else {
        Err(Failure::usage("usage-id", "an id is 32 hexadecimal digits, or its first 6 and more"))
    }
}

/// The only one that was found.
///
/// # Errors
/// A refusal if there is none, a usage failure if there are several.
pub fn only<T>(mut found: Vec<T>) -> Result<T, Failure> {
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(Refusal::NotFound.into()),
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err(Failure::usage("usage-id-ambiguous", "several ids begin so: give more digits")),
    }
}

/// Claims, verifies, opens and acknowledges.
///
/// # Errors
/// [`Failure`]; a message that does not verify is acknowledged as such and not shown.
pub async fn open(session: &mut Session, entry: &Entry, act: Act, motive: &Motive) -> Result<Reading, Failure> {
    let core = &entry.header.core;
    // 1. Was it allowed, under the statements as they were? Nothing is claimed that cannot be shown.
    let proved = trust::prove(session, Some(core.group)).await?;
    let as_of = as_of(session, &proved.directory, core).await?;
    same_log(session, core, proved.head.tree()).await?;
    let header = verify_header(&entry.signed, &as_of, session.device())?;
    if session.now() >= core.expires || proved.head.time() >= core.expires {
        return Err(Refusal::Expired.into());
    }

    // 2. The claim. Its record is in the log, with this device's own request inside, before anything
    //    that came with it is used.
    let reason_text = motive.text.as_deref().map(salted);
    let reason = reason_texts(session, &proved.directory, reason_text.as_deref()).await?;
    let ask = Ask::Claim {
        message: core.id,
        core: core.digest(),
        act,
        reason: motive.reason.clone(),
        reason_text: reason_text.as_deref().map(sha256),
        reason_for: reason.iter().map(|(device, bucket, _)| (*device, *bucket)).collect(),
    };
    let texts: Vec<_> = reason.into_iter().map(|(.., sealed)| sealed).collect();
    let Answered { record, mut conversation, .. } = session.ask(ask, &texts).await?;
    let index = record.ok_or(Unverified::Answer)?.index;
    let grant_list: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    let grant = conversation.frame(GRANT_BYTES_MAX).await?;
    let sealed_note = conversation.frame(NOTE_BYTES_MAX).await?;

    // 3. Open, and say how it went: the record must not claim an opening that did not happen.
    let opened = opened(session, &header, &grant_list, &grant, &sealed_note, &as_of);
    let outcome = if opened.is_ok() { Outcome::Done } else { Outcome::DidNotVerify };
    let acknowledged = session.ask(Ask::Acknowledge { message: core.id, claim: index, outcome }, &[]).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(invalid) => {
            session.home.keep_evidence(&shared::cbor::encode(&entry.signed))?;
            return Err(invalid.into());
        }
    };
    // What was released is recorded already; a lost acknowledgement is only a poorer record.
    if let Err(failure) = acknowledged {
        tracing::warn!(%failure, "the opening could not be acknowledged");
    }
    Ok(Reading { index, header: header.into_value(), opened, sealed_note, directory: proved.directory })
}

/// Fetches a document and writes it, in clear, into a folder.
///
/// # Errors
/// [`Failure`]; nothing is left under its name that was not verified to its end.
pub async fn save_document(
    session: &mut Session,
    read: &Reading,
    number: u16,
    folder: &Path,
    show: &Show,
) -> Result<Fetched, Failure> {
    let place = usize::from(number);
    let document = read.opened.note.documents.get(place).ok_or(InvalidMessage::Note)?;
    let part = read.header.documents().get(place).ok_or(InvalidMessage::Note)?;
    // What a writer's client let through is not trusted here either.
    if !is_file_name(&document.name) {
        return Err(InvalidMessage::Note.into());
    }
    let sealed = fetch(session, read.header.core.id, number, part, &document.name, show).await?;
    let path = unused_name(folder, &document.name);
    let temporary = folder.join(format!(".{}-{number}.partial", read.header.core.id));
    let failed = |error| Failure::local("save-io", error);
    let output = private_options().truncate(true).open(&temporary).map_err(failed)?;
    let mut output = Hashed { file: output, digest: Sha256::default(), bytes: 0 };
    let input = File::open(&sealed).map_err(|error| io("inbox", &error))?;
    let outcome = read.opened.identity.open_part(input, &mut output);
    let fits = outcome.is_ok() && output.digest.finish() == document.sha256 && output.bytes == document.bytes;
    if !fits {
        let _ = std::fs::remove_file(&temporary);
        return Err(InvalidMessage::Part.into());
    }
    output.file.sync_all().and_then(|()| std::fs::rename(&temporary, &path)).map_err(failed)?;
    let _ = std::fs::remove_file(sealed);
    Ok(Fetched { path })
}

/// Writes the message identity and the sealed parts, for stock `age`.
///
/// # Errors
/// [`Failure`].
pub async fn export(
    session: &mut Session,
    read: &Reading,
    folder: &Path,
    show: &Show,
) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::local("save-io", error);
    create_private(folder)?;
    let mut written = Vec::new();
    let mut write = |name: String, bytes: &[u8]| {
        let path = folder.join(name);
        let mut file = private_options().truncate(true).open(&path)?;
        file.write_all(bytes)?;
        written.push(path);
        file.sync_all()
    };
    let secret = read.opened.identity.to_secret();
    write("identity.txt".to_owned(), secret.as_bytes()).map_err(failed)?;
    write("note.age".to_owned(), &read.sealed_note).map_err(failed)?;
    for (number, part) in (0..).zip(read.header.documents()) {
        let sealed = fetch(session, read.header.core.id, number, part, &format!("{}", number + 1), show).await?;
        let path = folder.join(format!("document-{}.age", number + 1));
        std::fs::copy(&sealed, &path).map_err(failed)?;
        let _ = std::fs::remove_file(sealed);
        written.push(path);
    }
    Ok(written)
}

/// The statements as they were when a message was sealed.
async fn as_of(session: &mut Session, directory: &Directory, core: &Core) -> Result<Directory, Failure> {
    let mut past: Vec<Statement> = Vec::new();
    if directory.nomenclature_digest() != Some(core.nomenclature) {
        past.push(trust::statement(session, core.nomenclature).await?);
    }
    if directory.roster(core.group).map(|(_, digest)| digest) != Some(core.roster) {
        past.push(trust::statement(session, core.roster).await?);
    }
    Ok(directory.as_of(&past)?)
}

/// The writer's head is of the log that this reader sees; if not, two stories are told.
async fn same_log(session: &mut Session, core: &Core, tree: TreeHead) -> Result<(), Failure> {
    let theirs = core.head.tree;
    if theirs.size > tree.size {
        return Err(shared::log::InvalidConfirmation::Fork.into());
    }
    let ask = Ask::Consistency { older: theirs.size, newer: tree.size };
    let answered = session.ask(ask, &[]).await?;
    let Answer::Consistency(proof) = answered.answer else { return Err(Unverified::Answer.into()) };
    verify_consistency(tree, theirs, &proof).map_err(|_| shared::log::InvalidConfirmation::Fork.into())
}

/// A short text has few spellings: 32 random bytes before it keep its digest from being guessed.
fn salted(text: &str) -> Vec<u8> {
    [Random::draw().0.as_slice(), text.as_bytes()].concat()
}

/// The reason's text, sealed to each device of the auditors.
async fn reason_texts(
    session: &mut Session,
    directory: &Directory,
    text: Option<&[u8]>,
) -> Result<Vec<(DeviceId, Bucket, Vec<u8>)>, Failure> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let now = session.now();
    let until = now.plus(u64::from(session.root().log_months) * 31 * DAY_SECONDS);
    let mut directory = directory.clone();
    let mut sealed = Vec::new();
    for device in directory.auditors(now) {
        trust::key_pages(session, &mut directory, device).await?;
        if let Some(bucket) = directory.bucket_for_log(device, until) {
            let recipient = trust::recipient(session, &directory, device, bucket).await?;
            let text = seal_small(&recipient, text);
            sealed.push((device, bucket, text.map_err(|_| Refusal::TooLarge)?));
        }
    }
    Ok(sealed)
}

fn opened(
    session: &Session,
    header: &Verified<Header>,
    grant_list: &Signed,
    grant: &[u8],
    sealed_note: &[u8],
    as_of: &Directory,
) -> Result<Opened, InvalidMessage> {
    let core = &header.value().core;
    let entry = entry_for(core, grant_list, as_of, session.device())?;
    if sha256(grant) != entry.digest {
        return Err(InvalidMessage::Grant);
    }
    let identity = session.expiry_identity(entry.bucket).ok_or(InvalidMessage::Grant)?;
    let identity: MessageIdentity = open_grant(core, grant, &identity)?;
    open_note(header, sealed_note, identity, as_of)
}

/// Fetches a ciphertext into the inbox, going on where it stopped, and compares its digest.
async fn fetch(
    session: &mut Session,
    message: MessageId,
    number: u16,
    part: &Part,
    name: &str,
    show: &Show,
) -> Result<PathBuf, Failure> {
    let path = session.home.dir().join("inbox").join(format!("{message}-{number}"));
    let bar = show.progress(part.bytes, "open-fetching", name);
    let mut losses = 0;
    loop {
        match fetch_once(session, message, number, part, &path, &bar).await {
            Err(Failure::Unreached) if losses < RETRIES_MAX => {
                losses += 1;
                session.disconnect();
                tokio::time::sleep(std::time::Duration::from_secs(losses.into())).await;
            }
            Ok(()) => break,
            Err(failure) => return Err(failure),
        }
    }
    bar.finish_and_clear();
    if digest_of(&path)? == part.digest {
        Ok(path)
    } else {
        let _ = std::fs::remove_file(&path);
        Err(InvalidMessage::Part.into())
    }
}

async fn fetch_once(
    session: &mut Session,
    message: MessageId,
    number: u16,
    part: &Part,
    path: &Path,
    bar: &indicatif::ProgressBar,
) -> Result<(), Failure> {
    let failed = |error| io("inbox", &error);
    let mut file = private_options().append(true).open(path).map_err(failed)?;
    let mut from = file.metadata().map_err(failed)?.len();
    if from > part.bytes {
        file.set_len(0).map_err(failed)?;
        from = 0;
    }
    bar.set_position(from);
    if from == part.bytes {
        return Ok(());
    }
    let mut conversation = session.begin(Ask::Fetch { message, part: number, from }).await?;
    let Answer::Part { bytes } = conversation.answer().await? else { return Err(Unverified::Answer.into()) };
    if bytes != part.bytes - from {
        return Err(Unverified::Answer.into());
    }
    let mut left = bytes;
    let mut chunk = vec![0; CHUNK_BYTES];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let read = conversation.bytes(&mut chunk[..wanted]).await?;
        file.write_all(&chunk[..read]).map_err(failed)?;
        left -= read as u64;
        bar.inc(read as u64);
    }
    file.sync_data().map_err(failed)
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let failed = |error| io("inbox", &error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut digest, mut chunk) = (Sha256::default(), vec![0; CHUNK_BYTES]);
    loop {
        match file.read(&mut chunk).map_err(failed)? {
            0 => return Ok(digest.finish()),
            read => digest.update(&chunk[..read]),
        }
    }
}

/// A name in the folder that overwrites nothing.
fn unused_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, extension) = name.rsplit_once('.').map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let mut path = folder.join(name);
    let mut number = 2;
    while path.exists() {
        path = folder.join(format!("{stem} ({number}){extension}"));
        number += 1;
    }
    path
}

struct Hashed {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Write for &mut Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Who wrote a message, as the statements prove it: the organisation beside the handle.
#[must_use]
pub fn organisation(directory: &Directory, member: &MemberId) -> String {
    directory.card(member).map_or_else(String::new, |card| card.organisation.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_has_six_digits_and_more() {
        assert_eq!(beginning("00Ff00").unwrap(), "00ff00");
        for bad in ["", "00ff0", "00ff0g", "00ff00 ", "éàéàéà"] {
            assert_eq!(beginning(bad).unwrap_err().exit_code(), 2, "{bad}");
        }
    }

    #[test]
    fn what_begins_twice_is_asked_again() {
        let code = |found: Vec<u8>| only(found).unwrap_or_else(|failure| failure.exit_code());
        assert_eq!(code(vec![9]), 9);
        assert_eq!(code(vec![]), 3);
        assert_eq!(code(vec![9, 9]), 2);
    }
}
