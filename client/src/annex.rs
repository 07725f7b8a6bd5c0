//! What goes to the auditors beside a record: sealed here to each of their devices, so that the relay sees a
//! digest and nothing else.

use crate::failure::Failure;
use crate::session::Session;
use crate::trust;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::Random;
use shared::refusal::Refusal;
use shared::seal::seal_small;
use shared::wire::Annexed;
use zeroize::Zeroizing;

/// A text behind 32 random bytes: a short one has few spellings, and its digest must not be guessed.
#[must_use]
pub fn salted(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([Random::draw().0.as_slice(), text.as_bytes()].concat())
}

/// An annex for the request, and its sealed forms, which follow the request in this order.
///
/// # Errors
/// [`Failure`] if a reviewer's keys cannot be proved.
pub async fn for_auditors(
    session: &mut Session,
    directory: &Directory,
    annex: Option<&[u8]>,
) -> Result<(Option<Annexed>, Vec<Vec<u8>>), Failure> {
    let Some(annex) = annex else { return Ok((None, Vec::new())) };
    let now = session.now();
    let until = now.plus(session.root().log_kept_seconds());
    let mut directory = directory.clone();
    let (mut devices, mut sealed) = (Vec::new(), Vec::new());
    for device in directory.auditors(now) {
        trust::key_pages(session, &mut directory, device).await?;
        if let Some(bucket) = directory.bucket_for_log(device, until) {
            let recipient = trust::recipient(session, &directory, device, bucket).await?;
            devices.push((device, bucket));
            sealed.push(seal_small(&recipient, annex).map_err(|_| Refusal::TooLarge)?);
        }
    }
    Ok((Some(Annexed { digest: sha256(annex), devices }), sealed))
}
