//! What opens the boxes of the log, as it was sealed to this reviewer: the keys of the hours, and what actors sealed
//! beside their records. It is asked for once, under a record of the reading.

use crate::failure::{Failure, Unverified};
use crate::home::{Home, io};
use crate::session::{Answered, Session};
use crate::trust;
use shared::cbor;
use shared::crypto::BoxKey;
use shared::ids::ReasonCode;
use shared::limits::GRANT_BYTES_MAX;
use shared::refusal::Refusal;
use shared::seal::{ExpiryIdentity, open_small};
use shared::time::Bucket;
use shared::wire::{About, Answer, Ask, SealedAnnex, SealedKey};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom, Write as _};
use zeroize::Zeroizing;

/// The keys of boxes, by epoch.
pub type Keys = BTreeMap<u64, BoxKey>;

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
    /// The keys that opened.
    pub keys: Keys,
    /// What lies beside the records.
    pub annexes: Annexes,
}

/// What was sealed to the reviewer beside records, in the order of the log. It waits in a file without a name, as
/// sealed as it came: a log holds more of it than a memory.
pub struct Annexes {
    from: Box<dyn Read>,
    left: u32,
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
    let Answer::LogKeys { keys: count, annexes, .. } = answer else { return Err(Unverified::Answer.into()) };
    let mut keys = Keys::new();
    for _ in 0..count {
        let key: SealedKey = conversation.item(GRANT_BYTES_MAX).await?;
        let identity = session.expiry_identity(key.bucket);
        let bytes = identity.and_then(|identity| open_small(&identity, &key.sealed).ok());
        let bytes = bytes.and_then(|bytes| bytes.as_slice().try_into().ok().map(Zeroizing::new));
        if let Some(bytes) = bytes {
            keys.insert(key.epoch, BoxKey::from_bytes(bytes));
        }
    }
    let mut file = unnamed(&session.home)?;
    let failed = |error| io("the log", &error);
    for _ in 0..annexes {
        let annex = conversation.frame(GRANT_BYTES_MAX).await?;
        let length = u32::try_from(annex.len()).map_err(|_| Unverified::Answer)?;
        file.write_all(&length.to_be_bytes()).and_then(|()| file.write_all(&annex)).map_err(failed)?;
    }
    let mut file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let annexes = Annexes { from: Box::new(BufReader::new(file)), left: annexes, next: None };
    Ok(Some(Sealed { keys, annexes }))
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

fn unnamed(home: &Home) -> Result<std::io::BufWriter<File>, Failure> {
    let file = tempfile::tempfile_in(home.dir()).map_err(|error| io("the log", &error))?;
    Ok(std::io::BufWriter::new(file))
}

impl Annexes {
    /// Nothing beside any record.
    #[must_use]
    pub fn none() -> Self {
        Self { from: Box::new(std::io::empty()), left: 0, next: None }
    }

    /// What lies beside record `index`, opened. Records are asked for in their order.
    pub fn beside(
        &mut self,
        index: u64,
        identity: impl FnOnce(Bucket) -> Option<ExpiryIdentity>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        while self.next.as_ref().is_none_or(|next| next.index < index) {
            self.next = Some(self.read()?);
        }
        let annex = self.next.take_if(|next| next.index == index)?;
        open_small(&identity(annex.bucket)?, &annex.sealed).ok()
    }

    fn read(&mut self) -> Option<SealedAnnex> {
        self.left = self.left.checked_sub(1)?;
        let mut length = [0; 4];
        self.from.read_exact(&mut length).ok()?;
        let mut bytes = vec![0; usize::try_from(u32::from_be_bytes(length)).ok()?];
        self.from.read_exact(&mut bytes).ok()?;
        cbor::decode(&bytes, GRANT_BYTES_MAX).ok()
    }
}
