//! What a second person reads: which letter is meant by the eight characters on the screen, and whose word counts.

use super::{Core, Note, Screening};
use crate::cbor;
use crate::crypto::sha256;
use crate::directory::Directory;
use crate::ids::{Digest, GroupId, MemberId, Random, TextCode};
use crate::limits::REREADING_SECONDS_MAX;
use crate::signed::Signed;
use crate::statement::Rereading;
use crate::time::Timestamp;

/// Everything in a letter that the rules look at, and to whom it goes.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// In which group.
    pub group: GroupId,
    /// To whom, in the order of the handles.
    pub to: &'a [MemberId],
    /// One line.
    pub subject: &'a str,
    /// What was written.
    pub text: &'a str,
}

impl Written<'_> {
    /// The characters that stand for it. The salt keeps them from telling anybody which text is meant; `documents` are
    /// the names of the documents and what they are in clear.
    #[must_use]
    pub fn code(&self, salt: Random, documents: &[(&str, Digest)]) -> TextCode {
        let all = cbor::encode(&(salt, self.group, self.to, self.subject, self.text, documents));
        TextCode::of(sha256(&all))
    }
}

/// whether somebody let pass what a core says that a second person read, when it was sealed: another member of
/// the group, of the writer's organisation, with a device of theirs that counts there, within the day.
#[must_use]
pub fn is_reread(core: &Core, signed: &Signed, directory: &Directory) -> bool {
    let second = |rereading: &Rereading| {
        let card = directory.card(&rereading.member)?;
        let writer = directory.card(&core.writer)?;
        let is_colleague = card.member != writer.member && card.organisation.id == writer.organisation.id;
        let counts = |device| {
            directory
                .seat(core.group, device, core.created)
                .is_some_and(|(card, _)| card.member == rereading.member)
        };
        let known = |device| directory.device_key(device).filter(|_| counts(device));
        let verified = signed.verify::<Rereading>(known).ok()?;
        let is_in_time = is_recent(verified.value(), core.created);
        (is_colleague && is_in_time && rereading.group == core.group).then_some(())
    };
    signed.peek().ok().as_ref().and_then(second).is_some()
}

/// Whether a second reading counts for what is sent, or shown, now.
#[must_use]
pub fn is_recent(rereading: &Rereading, now: Timestamp) -> bool {
    now.since(rereading.link.made) < REREADING_SECONDS_MAX
}

impl Note {
    /// whether what was read by a second person is what was sent.
    #[must_use]
    pub fn is_as_reread(&self) -> bool {
        let Screening { reread, .. } = &self.core.screening;
        let code =
            reread.as_ref().and_then(|signed| signed.peek::<Rereading>().ok()).map(|reread| reread.code);
        let documents: Vec<_> =
            self.documents.iter().map(|document| (document.name.as_str(), document.sha256)).collect();
        let written = Written {
            group: self.core.group,
            to: &self.core.recipients,
            subject: &self.subject,
            text: &self.text,
        };
        match (code, self.salt) {
            (Some(code), Some(salt)) => written.code(salt, &documents) == code,
            _ => false,
        }
    }
}
