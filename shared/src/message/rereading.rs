//! What a second person reads: which letter is meant by the eight characters on the screen, and whose word counts.

use super::{Core, Draft, Note};
use crate::cbor;
use crate::crypto::sha256;
use crate::directory::Directory;
use crate::ids::{Digest, GroupId, MemberId, Random, TextCode};
use crate::limits::REREADING_SECONDS_MAX;
use crate::signed::Signed;
use crate::statement::Rereading;
use crate::time::Timestamp;

/// Everything in a letter that the rules look at, and to whom it goes.
pub struct Written<'a> {
    /// In which group.
    pub group: GroupId,
    /// To whom, in any order.
    pub to: &'a [MemberId],
    /// One line.
    pub subject: &'a str,
    /// The form's fields.
    pub fields: &'a [(String, String)],
    /// The rows of its table.
    pub rows: &'a [Vec<String>],
    /// What was written.
    pub text: &'a str,
    /// The names of the documents, and what they are in clear.
    pub documents: Vec<(&'a str, Digest)>,
}

impl Written<'_> {
    /// The characters that stand for it. The salt keeps them from telling anybody which text is meant.
    #[must_use]
    pub fn code(&self, salt: Random) -> TextCode {
        let mut to: Vec<_> = self.to.iter().collect();
        to.sort_unstable();
        to.dedup();
        let Written { subject, fields, rows, text, documents, .. } = self;
        TextCode::of(sha256(&cbor::encode(&(salt, self.group, to, (subject, fields, rows, text), documents))))
    }

    /// whether it is what a second person signed for.
    fn is_as_reread(&self, salt: Random, signed: &Signed) -> bool {
        signed.peek::<Rereading>().is_ok_and(|rereading| rereading.code == self.code(salt))
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
        let documents = self.documents.iter().map(|document| (document.name.as_str(), document.sha256));
        let written = Written {
            group: self.core.group,
            to: &self.core.recipients,
            subject: &self.subject,
            fields: &self.fields,
            rows: &self.rows,
            text: &self.text,
            documents: documents.collect(),
        };
        let reread = self.salt.zip(self.core.screening.reread.as_ref());
        reread.is_some_and(|(salt, signed)| written.is_as_reread(salt, signed))
    }
}

impl Draft {
    /// What a second person would read; none where it is not known what a document is.
    #[must_use]
    pub fn written(&self) -> Option<Written<'_>> {
        let documents = self.documents.iter().map(|document| Some((document.name.as_str(), document.read?)));
        Some(Written {
            group: self.group,
            to: &self.to,
            subject: &self.subject,
            fields: self.form.fields(),
            rows: self.form.rows(),
            text: &self.text,
            documents: documents.collect::<Option<_>>()?,
        })
    }

    /// the same of what is about to be sent.
    pub(super) fn is_as_reread(&self) -> bool {
        let reread = self.reread.as_ref().zip(self.written());
        reread.is_some_and(|((salt, signed), written)| written.is_as_reread(*salt, signed))
    }
}
