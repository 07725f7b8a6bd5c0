//! What this device keeps for itself and nobody else reads: sealed on its disk, and dead with one of its expiry keys.
//!
//! Each is sealed to an identity of its own, and that to the longest-lived expiry key that ends in time. What has ended
//! opens no more, whatever copy of the disk there is. It says nothing of who wrote it: whoever reads it again judges it.

use crate::failure::Failure;
use crate::session::Session;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::limits::FRAME_BYTES_MAX;
use shared::seal::{MessageIdentity, open_small, seal_small};
use shared::time::{Bucket, Timestamp};
use zeroize::Zeroizing;

/// As it lies on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    bucket: Bucket,
    #[serde(with = "serde_bytes")]
    identity: Vec<u8>,
    #[serde(with = "serde_bytes")]
    draft: Vec<u8>,
}

/// The key under which something will lie, and when that dies.
pub(crate) struct Until(Bucket);

/// The key that lives longest and ends by then; none where this device has no such key.
pub(crate) fn until(session: &Session, end: Timestamp) -> Option<Until> {
    let now = session.now();
    let secrets = session.store().map(|store| store.secrets().expiry.as_slice()).unwrap_or_default();
    let living =
        secrets.iter().map(|secret| secret.bucket).filter(|bucket| bucket.ends > now && bucket.ends <= end);
    living.max_by_key(|bucket| bucket.ends).map(Until)
}

impl Until {
    /// When what is sealed so dies.
    pub(crate) fn dies(&self) -> Timestamp {
        self.0.ends
    }

    /// What lies on the disk of this.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be sealed.
    pub(crate) fn seal(&self, session: &Session, bytes: &Zeroizing<Vec<u8>>) -> Result<Vec<u8>, Failure> {
        let gone = || Failure::local("local-io", "the key has ended");
        let failed = |error: &dyn std::fmt::Display| Failure::local("local-io", error);
        let recipient = session.expiry_identity(self.0).ok_or_else(gone)?.recipient();
        let own = MessageIdentity::generate();
        let identity = seal_small(&recipient, own.to_secret().as_bytes()).map_err(|error| failed(&error))?;
        let mut draft = Vec::new();
        own.seal_part(bytes.as_slice(), &mut draft).map_err(|error| failed(&error))?;
        Ok(cbor::encode(&Sealed { bucket: self.0, identity, draft }))
    }
}

/// What was sealed so, if it is not longer than `bytes_max`, is whole, and has not ended.
pub(crate) fn open(session: &Session, sealed: &[u8], bytes_max: usize) -> Option<Zeroizing<Vec<u8>>> {
    let sealed: Sealed = cbor::decode(sealed, bytes_max + FRAME_BYTES_MAX).ok()?;
    let identity = open_small(&session.expiry_identity(sealed.bucket)?, &sealed.identity).ok()?;
    let identity = MessageIdentity::from_secret(std::str::from_utf8(&identity).ok()?).ok()?;
    let mut bytes = Zeroizing::new(Vec::new());
    identity.open_part(sealed.draft.as_slice(), &mut *bytes).ok()?;
    (bytes.len() <= bytes_max).then_some(bytes)
}
