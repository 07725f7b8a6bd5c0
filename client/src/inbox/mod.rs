//! Reading: list headers, claim, verify, and only then show.
//!
//! The order of [`open()`] is the reader's half of the promise: the header is verified under the
//! statements as they were, the claim's record is proved to be in the log, only then is the grant
//! used, and nothing is shown before note and cores fit. The outcome is acknowledged either way.

mod documents;

pub use documents::{Ciphertext, ciphertext, export, save_document};

use crate::annex;
use crate::copies::{self, Copy};
use crate::failure::{Failure, Unverified};
use crate::screening::{self, InForce, Stopped};
use crate::session::{Answered, Session};
use crate::trust::{self, Proved};
use shared::authorise;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::{DeviceId, IdBeginning, MemberId, MessageId, ReasonCode};
use shared::limits::{FRAME_BYTES_MAX, GRANT_BYTES_MAX, HEADER_BYTES_MAX, NOTE_BYTES_MAX};
use shared::log::{Act, Outcome, TreeHead, verify_consistency};
use shared::message::{
    Core, Header, InvalidMessage, Note, Opened, Reader, late_entry_for, open_grant, open_note, quarantine,
    verify_header, verify_header_late,
};
use shared::nomenclature::Nomenclature;
use shared::refusal::Refusal;
use shared::screening::{Contents, Judgement};
use shared::seal::MessageIdentity;
use shared::signed::{self, Signed};
use shared::statement::Personal;
use shared::time::Timestamp;
use shared::wire::{About, Answer, Ask, Decision, Listed, ListedState, Retired};

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
    /// When and why its writer took it back, as the relay says it.
    pub retired: Option<Retired>,
    /// Whether somebody sealed it anew for who holds it, as the relay says.
    pub sealed_anew: bool,
    /// What was decided, of what waited for an agreement, as the relay says. Who reads it is shown the agreement itself.
    pub decision: Option<Decision>,
}

impl Entry {
    /// Whether nobody opens it any more, whatever its day: it was taken back, or not agreed to.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.retired.is_some() || matches!(self.decision, Some(Decision::Rejected { .. }))
    }

    /// Until when its recipients may read it, once somebody agreed.
    #[must_use]
    pub fn approved(&self) -> Option<Timestamp> {
        match self.decision {
            Some(Decision::Approved { until, .. }) => Some(until),
            _ => None,
        }
    }

    /// When it ends for a member: where somebody has to agree, on one day for them and its writer, on another for its
    /// recipients.
    #[must_use]
    pub fn ends_for(&self, member: &MemberId) -> Timestamp {
        let core = &self.header.core;
        let first = core.is_sealed_first_to(member).then(|| core.first_end());
        first.or(self.approved()).unwrap_or(core.expires)
    }

    /// When it ends for the last of them.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.header.core.first_end().max(self.approved().unwrap_or_default())
    }
}

/// Why a message is opened.
#[derive(Clone, Default)]
pub struct Motive {
    /// The code of the list.
    pub reason: Option<ReasonCode>,
    /// The text that goes with it, for auditors only.
    pub text: Option<String>,
    /// Who of the reader's organisation let it pass as a second person, if somebody did.
    pub reread: Option<MemberId>,
}

/// A message that was opened and acknowledged.
pub struct Reading {
    /// The number of the claim's record.
    pub index: u64,
    /// The header.
    pub header: Header,
    /// When it ends for this reader.
    pub ends: Timestamp,
    /// What was written, and what opens the documents.
    pub opened: Opened,
    /// The sealed note, for an export.
    pub sealed_note: Vec<u8>,
    /// The statements it was verified under.
    pub directory: Directory,
    /// Of a letter that is held: what the writer of the first one wrote, and who that was.
    pub first: Option<Note>,
    /// By which what is shown was written: its form is read by that, whatever is in force today.
    pub nomenclature: Nomenclature,
    /// By what its documents are screened before they are saved.
    rules: InForce,
    reread: bool,
}

/// Everything in a list, oldest first.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    session: &mut Session,
    which: List,
    beginning: Option<&IdBeginning>,
) -> Result<Vec<Entry>, Failure> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut restarts = 0;
    loop {
        let after = entries.last().map(|entry| entry.header.core.id);
        let ask = match which {
            List::Mailbox => Ask::Mailbox { after, beginning: beginning.cloned() },
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
            let Listed { header: signed, state, retired, sealed_anew, decision } = listed;
            entries.push(Entry { signed, header, state, retired, sealed_anew, decision });
        }
        if !more || count == 0 {
            entries.retain(|entry| beginning.is_none_or(|digits| entry.header.core.id.begins(digits)));
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
        found.extend(list(session, which, Some(&beginning)).await?);
    }
    only(found)
}

/// An id or its beginning, from what was typed.
///
/// # Errors
/// A usage failure if it is none, or has too few digits.
pub fn beginning(typed: &str) -> Result<IdBeginning, Failure> {
    typed.to_ascii_lowercase().parse().map_err(|error| Failure::usage("usage-id", error))
}

/// The only one that was found.
///
/// # Errors
/// A refusal if there is none, a usage failure if there are several.
pub fn only<T>(mut found: Vec<T>) -> Result<T, Failure> {
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(Refusal::NotFound.into()),
        (Some(one), true) => Ok(one),
        (Some(_), false) => {
            Err(Failure::usage("usage-id-ambiguous", "several ids begin so: give more digits"))
        }
    }
}

/// Claims, verifies, opens and acknowledges.
///
/// # Errors
/// [`Failure`]; a message that does not verify is acknowledged as such and not shown.
pub async fn open(
    session: &mut Session,
    entry: &Entry,
    act: Act,
    motive: &Motive,
) -> Result<Reading, Failure> {
    let core = &entry.header.core;
    // 1. Was it allowed, under the statements as they were? Nothing is claimed that cannot be shown.
    let Verified { proved, as_of, header } = verified(session, entry).await?;

    // Nor is anything claimed by a reason that may not be written, or without the rules to judge what comes.
    let rules = screening::in_force(session, &proved.directory).await?;
    if let Some(text) = &motive.text {
        screening::pass(session, core.group, text, &rules.screen).await?;
    }

    // 2. The claim. Its record is in the log, with this device's own request inside, before anything
    //    that came with it is used.
    let text = motive.text.as_deref().map(annex::salted);
    let text = text.as_deref().map(Vec::as_slice);
    let (annex, sealed) = annex::for_auditors(session, &proved.directory, text).await?;
    let (message, reason) = (core.id, motive.reason.clone());
    let ask = Ask::Claim { message, core: core.digest(), act, reason, annex };
    let Answered { record, mut conversation, .. } = session.ask(ask, &sealed).await?;
    let index = record.filter(|record| record.is_about(core)).ok_or(Unverified::Answer)?.index;
    let grant_list: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    let grant = conversation.frame(GRANT_BYTES_MAX).await?;
    let sealed_note = conversation.frame(NOTE_BYTES_MAX).await?;

    // 3. Open, and say how it went, once the rules have looked: the record must not claim an opening that did not
    //    happen.
    let under = Under { today: &proved.directory, as_of: &as_of };
    let opened = opened(session, &header, &grant_list, &grant, &sealed_note, under);
    let read = match opened {
        Ok((opened, ends)) => first(session, &opened, &proved).await?.map(|first| (opened, ends, first)),
        Err(invalid) => Err(invalid),
    };
    let reread = motive.reread.is_some();
    // 4. The rules of today, before anything is shown. Whoever seals it anew shows it to nobody.
    let stopped = match &read {
        Ok((opened, ..)) if !act.shows_nothing() => quarantine(&opened.note, &[], reread, &rules.screen),
        _ => None,
    };
    let outcome = match (&read, &stopped) {
        (Err(_), _) => Outcome::DidNotVerify,
        (Ok(_), Some(_)) => Outcome::Quarantined,
        (Ok(_), None) => Outcome::Done,
    };
    let acknowledged = match act.shows_nothing() {
        true => Ok(()),
        false => acknowledge(session, core.id, index, outcome, stopped.as_ref()).await,
    };
    let (opened, ends, first) = match read {
        Ok(read) => read,
        Err(invalid) => {
            session.home.keep_evidence(&shared::cbor::encode(&entry.signed))?;
            return Err(invalid.into());
        }
    };
    if let Some(judgement) = stopped {
        return Err(Failure::Quarantined(Box::new(Stopped::by(&rules.screen, judgement))));
    }
    // What was released is recorded already; a lost acknowledgement is only a poorer record.
    if let Err(failure) = acknowledged {
        tracing::warn!(%failure, "the opening could not be acknowledged");
    }
    let header = header.into_value();
    // What was recorded is shown, whether a copy can be kept or not.
    if act == Act::Release
        && header.core.allows_copy()
        && let Err(failure) = keep(session, entry, &header, (grant, &sealed_note, index), &grant_list, under)
    {
        tracing::warn!(%failure, "no working copy was kept");
    }
    let (first, then) = match first {
        Some((note, then)) => (Some(note), then),
        None => (None, as_of),
    };
    let nomenclature = then.nomenclature().ok_or(Refusal::UnknownFlow)?.clone();
    let directory = proved.directory;
    Ok(Reading { index, header, ends, opened, sealed_note, directory, first, nomenclature, rules, reread })
}

/// Says how a claim ended; of what was not shown, by which rules.
async fn acknowledge(
    session: &mut Session,
    message: MessageId,
    claim: u64,
    outcome: Outcome,
    stopped: Option<&Judgement>,
) -> Result<(), Failure> {
    let rules = stopped.map(screening::refusing).unwrap_or_default();
    let ask = Ask::Acknowledge { message, claim, outcome, rules };
    session.ask(ask, &[]).await.map(drop)
}

impl Reading {
    /// The rules of today for a document, before it gets its name: a letter of which a document is stopped is said to
    /// be, and nothing of that document stays.
    ///
    /// # Errors
    /// [`Failure::Quarantined`].
    async fn screen_document(&self, session: &mut Session, contents: Contents) -> Result<(), Failure> {
        let note = &self.opened.note;
        let Some(judgement) = quarantine(note, &[contents], self.reread, &self.rules.screen) else {
            return Ok(());
        };
        let message = self.header.core.id;
        acknowledge(session, message, self.index, Outcome::Quarantined, Some(&judgement)).await?;
        Err(Failure::Quarantined(Box::new(Stopped::by(&self.rules.screen, judgement))))
    }
}

/// Keeps what was opened as a working copy.
fn keep(
    session: &Session,
    entry: &Entry,
    header: &Header,
    (grant, note, index): (Vec<u8>, &[u8], u64),
    grant_list: &Signed,
    under: Under<'_>,
) -> Result<(), Failure> {
    let core = &header.core;
    let bucket = with_reader(session.device(), core, under.today, session.now(), |reader| {
        late_entry_for(core, grant_list, under.as_of, reader).map(|entry| entry.bucket)
    })?;
    let key = under.as_of.device_key(core.device).ok_or(InvalidMessage::Header)?;
    let card = under.today.card(&core.writer);
    let name = under.today.personal(&core.writer).map_or_else(|| core.writer.to_string(), Personal::name);
    let from = (name, card.map(|card| card.organisation.id.to_string()));
    let (header_signed, opened) = (entry.signed.clone(), session.now());
    let copy = Copy { header: header_signed, grant, bucket, note: note.to_vec(), key, index, opened, from };
    copies::keep(session, header, &copy)
}

/// of a letter that is held, the first one, and the statements as they were when that one was sealed.
async fn first(
    session: &mut Session,
    opened: &Opened,
    proved: &Proved,
) -> Result<Result<Option<(Note, Directory)>, InvalidMessage>, Failure> {
    let Some(core) = opened.first_core() else { return Ok(Ok(None)) };
    same_log(session, &core, proved.head.tree()).await?;
    let as_of = trust::prove_past(session, &core, &proved.directory).await?;
    Ok(opened.first(&as_of).map(|first| Some((first, as_of))))
}

/// A header that this device may act on.
pub(crate) struct Verified {
    /// The statements in force, and their head.
    pub(crate) proved: Proved,
    /// The statements as they were when it was sealed.
    pub(crate) as_of: Directory,
    /// The header.
    pub(crate) header: signed::Verified<Header>,
}

/// The two directories that a message is judged under.
#[derive(Clone, Copy)]
pub(crate) struct Under<'a> {
    pub(crate) today: &'a Directory,
    pub(crate) as_of: &'a Directory,
}

/// Whether a message was allowed, is of this log, is for this reader, and lives.
pub(crate) async fn verified(session: &mut Session, entry: &Entry) -> Result<Verified, Failure> {
    let core = &entry.header.core;
    let proved = trust::prove(session, About::Group(core.group)).await?;
    same_log(session, core, proved.head.tree()).await?;
    let as_of = trust::prove_past(session, core, &proved.directory).await?;
    let (device, today, now) = (session.device(), &proved.directory, session.now());
    // this device stood on the roster then and its member is named; or it was given a grant
    // since, and stands there now. R-80: or it is of who ordered that the letter is held.
    let then = as_of.reader(core.group, device, core.order().is_some(), core.created);
    let header = if then.is_some_and(|card| core.names(&card.member)) {
        verify_header(&entry.signed, &as_of, device)?
    } else {
        let is_delegate =
            today.owner(device).is_some_and(|card| authorise::is_delegate(&card.member, core, today, now));
        with_reader(device, core, today, now, |reader| {
            verify_header_late(&entry.signed, &as_of, reader, is_delegate)
        })?
    };
    let own = today.owner(device).ok_or(Refusal::NotEnrolled)?;
    let ends = entry.ends_for(&own.member);
    if now >= ends || proved.head.time() >= ends {
        return Err(Refusal::Expired.into());
    }
    // whoever has not signed opens nothing nominative, whatever a relay lets pass.
    authorise::chartered_reader(core, &own.member, today, now)?;
    // an order that was ended before its day opens nothing any more.
    authorise::order_stands(core, today, now)?;
    // the relay would refuse it too, and record that.
    if entry.is_withdrawn() {
        return Err(Refusal::Retired.into());
    }
    Ok(Verified { proved, as_of, header })
}

/// This device as a reader under the statements in force, with what delegations say.
fn with_reader<T>(
    device: DeviceId,
    core: &Core,
    today: &Directory,
    now: Timestamp,
    look: impl FnOnce(&Reader<'_>) -> T,
) -> T {
    let delegate = |issuer: DeviceId| authorise::delegate(issuer, core, today, now);
    look(&Reader { device, today, now, delegate: &delegate })
}

/// The message identity from the grant that came with a claim, and when that grant ends.
pub(crate) fn granted(
    session: &Session,
    core: &Core,
    grant_list: &Signed,
    grant: &[u8],
    under: Under<'_>,
) -> Result<(MessageIdentity, Timestamp), InvalidMessage> {
    let Under { today, as_of } = under;
    let entry = with_reader(session.device(), core, today, session.now(), |reader| {
        late_entry_for(core, grant_list, as_of, reader)
    })?;
    if sha256(grant) != entry.digest {
        return Err(InvalidMessage::Grant);
    }
    // of what somebody agreed to, only the list says so, which may be another day than the relay said.
    if session.now() >= entry.bucket.ends {
        return Err(InvalidMessage::Rule(Refusal::Expired));
    }
    let identity = session.expiry_identity(entry.bucket).ok_or(InvalidMessage::Grant)?;
    Ok((open_grant(core, grant, &identity)?, entry.bucket.ends))
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

fn opened(
    session: &Session,
    header: &signed::Verified<Header>,
    grant_list: &Signed,
    grant: &[u8],
    sealed_note: &[u8],
    under: Under<'_>,
) -> Result<(Opened, Timestamp), InvalidMessage> {
    let (identity, ends) = granted(session, &header.value().core, grant_list, grant, under)?;
    Ok((open_note(header, sealed_note, identity, under.as_of)?, ends))
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
        assert_eq!(beginning("00Ff00").unwrap().as_str(), "00ff00");
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
