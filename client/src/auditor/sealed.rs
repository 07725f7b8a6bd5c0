//! What opens the boxes of the log, as it was sealed to this reviewer: the keys of the hours, and what actors sealed
//! beside their records. It is asked for once, under a record of the reading.

use crate::failure::{Failure, Unverified};
use crate::session::{Answered, Session};
use crate::spool::{Spool, Spooled};
use crate::trust;
use shared::cbor;
use shared::crypto::{BoxKey, sha256};
use shared::ids::{Digest, Random, ReasonCode};
use shared::limits::GRANT_BYTES_MAX;
use shared::log::{Record, RecordBox};
use shared::refusal::Refusal;
use shared::seal::{ExpiryIdentity, open_small};
use shared::time::Bucket;
use shared::wire::{About, Answer, Ask, SealedAnnex, SealedKey};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The keys of boxes, by epoch.
#[derive(Default)]
pub struct Keys(BTreeMap<u64, Candidates>);

/// What may open the boxes of one epoch: what the relay sealed, then what other reviewers handed over. One of these
/// can hand over something false, and hides with it nothing that is right.
#[derive(Default)]
struct Candidates {
    of_relay: bool,
    keys: Vec<BoxKey>,
}

/// Why a box does not open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotOpened {
    /// Nothing from the relay opens it, and nothing true from anybody else: none was given.
    NoKey,
    /// The relay's own key does not open it.
    Closed,
}

/// Why and on which order the log is read.
#[derive(Clone, Copy)]
pub struct Purpose<'a> {
    /// The reason, from the list.
    pub reason: &'a ReasonCode,
    /// The reference of a written order, where there is one.
    pub order: Option<&'a str>,
}

/// What a reviewer was given for a stretch of the log.
pub struct Sealed {
    /// The keys whose seals opened.
    pub keys: Keys,
    /// What lies beside the records.
    pub annexes: Annexes,
}

/// What was sealed to the reviewer beside records, in the order of the log. It waits in a file without a name, as
/// sealed as it came: a log holds more of it than a memory.
pub struct Annexes {
    spooled: Spooled,
    next: Option<SealedAnnex>,
}

/// Asks for what opens the leaves from one number up to another; none for who is no reviewer.
///
/// # Errors
/// [`Failure`] if the relay does not give it, or it cannot be kept until it is used.
pub async fn ask(
    session: &mut Session,
    (from, to): (u64, u64),
    purpose: Purpose<'_>,
) -> Result<Option<Sealed>, Failure> {
    let reference = purpose.order.map(str::to_owned);
    let ask = Ask::LogKeys { from, to, reason: purpose.reason.clone(), reference };
    let Answered { answer, mut conversation, .. } = match session.ask(ask, &[]).await {
        Err(Failure::Refused(Refusal::NotAReviewer)) => return is_none(session).await.map(|()| None),
        answered => answered?,
    };
    let Answer::LogKeys { keys: count, handed, annexes, .. } = answer else {
        return Err(Unverified::Answer.into());
    };
    let mut keys = Keys::default();
    for number in 0..u64::from(count) + u64::from(handed) {
        let key: SealedKey = conversation.item(GRANT_BYTES_MAX).await?;
        let identity = session.expiry_identity(key.bucket);
        let bytes = identity.and_then(|identity| open_small(&identity, &key.sealed).ok());
        let bytes = bytes.and_then(|bytes| bytes.as_slice().try_into().ok().map(Zeroizing::new));
        if let Some(bytes) = bytes {
            keys.add(key.epoch, BoxKey::from_bytes(bytes), number < u64::from(count));
        }
    }
    let mut spool = Spool::new(&session.home)?;
    for _ in 0..annexes {
        spool.push(&conversation.frame(GRANT_BYTES_MAX).await?)?;
    }
    Ok(Some(Sealed { keys, annexes: Annexes { spooled: spool.rewound()?, next: None } }))
}

/// Whoever reviews the log knows it from their own card: a relay that says otherwise withholds all of it.
async fn is_none(session: &mut Session) -> Result<(), Failure> {
    // A root has no card, and no witness has one.
    if session.store().is_none() {
        return Ok(());
    }
    let own = trust::prove(session, About::Own).await?.directory;
    let device = session.device();
    let is_shown = own.owner(device).is_some();
    if is_shown && !own.auditors(session.now()).contains(&device) {
        Ok(())
    } else {
        Err(Unverified::Answer.into())
    }
}

impl FromIterator<(u64, BoxKey)> for Keys {
    /// Keys as the relay sealed them.
    fn from_iter<I: IntoIterator<Item = (u64, BoxKey)>>(keys: I) -> Self {
        let mut all = Self::default();
        keys.into_iter().for_each(|(epoch, key)| all.add(epoch, key, true));
        all
    }
}

impl Keys {
    fn add(&mut self, epoch: u64, key: BoxKey, of_relay: bool) {
        let candidates = self.0.entry(epoch).or_default();
        candidates.of_relay |= of_relay;
        candidates.keys.push(key);
    }

    /// Opens a box with the key that does. It is the first to be tried from then on.
    ///
    /// # Errors
    /// [`NotOpened`] if there is none.
    pub fn open(&mut self, index: u64, closed: &RecordBox) -> Result<(Random, Record), NotOpened> {
        let Candidates { of_relay, keys } = self.0.get_mut(&closed.epoch).ok_or(NotOpened::NoKey)?;
        for place in 0..keys.len() {
            if let Ok((opening, record, _)) = closed.open(index, &keys[place]) {
                keys.swap(0, place);
                return Ok((opening, record));
            }
        }
        Err(if *of_relay { NotOpened::Closed } else { NotOpened::NoKey })
    }

    /// The key that opened the last box of an epoch which did open.
    #[must_use]
    pub fn opening(&self, epoch: u64) -> Option<&BoxKey> {
        self.0.get(&epoch)?.keys.first()
    }
}

impl Annexes {
    /// Nothing beside any record.
    #[must_use]
    pub fn none() -> Self {
        Self { spooled: Spooled::empty(), next: None }
    }

    /// What lies beside record `index`, opened: of several the one with this digest, if one has it. Records are asked
    /// for in their order.
    pub fn beside(
        &mut self,
        index: u64,
        digest: Option<Digest>,
        identity: impl Fn(Bucket) -> Option<ExpiryIdentity>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut found: Option<Zeroizing<Vec<u8>>> = None;
        loop {
            if self.next.is_none() {
                self.next = self.read();
            }
            let Some(annex) = self.next.take_if(|next| next.index <= index) else { return found };
            let fits = |annex: &Zeroizing<Vec<u8>>| Some(sha256(annex)) == digest;
            if annex.index == index && !found.as_ref().is_some_and(fits) {
                let opened = identity(annex.bucket).and_then(|it| open_small(&it, &annex.sealed).ok());
                found = opened.or(found);
            }
        }
    }

    fn read(&mut self) -> Option<SealedAnnex> {
        cbor::decode(&self.spooled.next().ok()??, GRANT_BYTES_MAX).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::{Act, Leaf};
    use shared::time::Timestamp;

    fn key(byte: u8) -> BoxKey {
        BoxKey::from_bytes(Zeroizing::new([byte; 32]))
    }

    fn closed() -> RecordBox {
        let record = Record { index: 7, ..Record::of(Act::Deposit, Timestamp(1)) };
        let closed = RecordBox::close(7, 3, &key(1), Random([5; 32]), &cbor::encode(&record));
        let Leaf::Record(closed) = cbor::decode(&cbor::encode(&Leaf::Record(closed)), usize::MAX).unwrap()
        else {
            panic!("a record's leaf is one")
        };
        closed
    }

    ///
    #[test]
    fn what_is_false_hides_nothing_that_is_right_and_blames_nobody() {
        let opened = |keys: &[(u8, bool)]| {
            let mut all = Keys::default();
            keys.iter().for_each(|(byte, of_relay)| all.add(3, key(*byte), *of_relay));
            // Twice, for the one that opened is tried first from then on.
            let first = all.open(7, &closed()).map(|(_, record)| record.index);
            assert_eq!(all.open(7, &closed()).map(|(_, record)| record.index), first);
            first
        };
        assert_eq!(opened(&[]), Err(NotOpened::NoKey));
        assert_eq!(opened(&[(1, true)]), Ok(7));
        assert_eq!(opened(&[(9, true)]), Err(NotOpened::Closed), "the relay's own key");
        assert_eq!(opened(&[(9, false), (8, false)]), Err(NotOpened::NoKey));
        assert_eq!(opened(&[(9, false), (8, false), (1, false)]), Ok(7));
        assert_eq!(opened(&[(9, true), (1, false)]), Ok(7));
    }
}
