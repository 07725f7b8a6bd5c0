//! What is being written, and the rules it passes before it is sealed.
//!
//! Screening runs on the writer's machine, because after the seal nobody but the readers can see
//! the text. The relay cannot repeat it. That is a limit of end-to-end encryption, and the threat
//! model says so. The same rules judge again where it is opened: [`quarantine`].

use super::{Handling, Note, Renewal, Right, Screening, Thread, Verdict};
use crate::form::Form;
use crate::ids::{Digest, FlowCode, GroupId, MemberId, MessageId, Random};
use crate::limits::{
    DOCUMENT_BYTES_MAX, DOCUMENT_NAME_BYTES_MAX, DOCUMENTS_MAX, SUBJECT_BYTES_MAX, TEXT_BYTES_MAX,
};
use crate::screening::{self, Contents, Judgement, Screen, Unread};
use crate::signed::Signed;
use crate::time::Timestamp;

/// What a writer has written.
#[derive(Clone)]
pub struct Draft {
    /// In which group.
    pub group: GroupId,
    /// As which flow.
    pub flow: FlowCode,
    /// To whom.
    pub to: Vec<MemberId>,
    /// One line.
    pub subject: String,
    /// What was filled of the flow's form.
    pub form: Form,
    /// What was written.
    pub text: String,
    /// What its readers may do with it.
    pub handling: Handling,
    /// What is expected of them, or how what it answers ended.
    pub thread: Thread,
    /// The documents beside it.
    pub documents: Vec<DocumentDraft>,
    /// When it shall be destroyed; rounded down to the end of a bucket.
    pub expires: Timestamp,
    /// Which message it answers.
    pub reply_to: Option<MessageId>,
    /// Which letter it says again, and by what right.
    pub renews: Option<Renewal>,
    /// The note of the letter that is held.
    pub first: Option<Signed>,
    /// Whether its writer vouches for what could not be read.
    pub vouches: bool,
    /// What a second person read and let pass, and the salt of its code.
    pub reread: Option<(Random, Signed)>,
}

/// A document to be sealed.
#[derive(Clone)]
pub struct DocumentDraft {
    /// Its file name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// What could be read of it.
    pub contents: Contents,
    /// SHA-256 of what was read, where it was: what is sealed is the same.
    pub read: Option<Digest>,
}

/// A draft that passed every rule. Only [`screen`] makes one, and [`seal`](super::seal) takes
/// nothing else.
pub struct Screened {
    draft: Draft,
    screening: Screening,
    vouched: Vec<Unread>,
    notices: Judgement,
}

/// The rules in force, ready to judge.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The rules.
    pub screen: &'a Screen,
    /// The digest of their statement.
    pub digest: Digest,
}

/// The writer's text does not pass: shown on the writer's screen, nothing is sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Objection {
    /// Its form.
    #[error("{rule}: {what}")]
    Form {
        /// The rule's id.
        rule: &'static str,
        /// What to change.
        what: &'static str,
    },
    /// What it is about (convention art. 5, and the charter's other exclusions).
    #[error("what was written may not be exchanged here")]
    Subject(Judgement),
    /// Not everything in it could be read, and its writer has not vouched for that.
    #[error("{} parts could not be read", .0.len())]
    Unread(Vec<Unread>),
}

impl Screened {
    /// What passed.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The record of it.
    #[must_use]
    pub fn screening(&self) -> &Screening {
        &self.screening
    }

    /// What its writer vouches for.
    #[must_use]
    pub fn vouched(&self) -> &[Unread] {
        &self.vouched
    }

    /// What passed, and of which its writer is asked whether it is necessary.
    #[must_use]
    pub fn notices(&self) -> &Judgement {
        &self.notices
    }
}

/// Lets a draft pass, or says what to change.
///
/// # Errors
/// [`Objection`].
pub fn screen(draft: Draft, rules: Rules<'_>) -> Result<Screened, Objection> {
    form(&draft)?;
    let is_ordered = draft.renews.is_some_and(|renewal| matches!(renewal.right, Right::Hold(_)));
    let vouched: Vec<_> =
        draft.documents.iter().flat_map(|document| document.contents.vouched(&document.name)).collect();
    // R-80: what PROC has ordered to be kept is passed on as it is, to who ordered it.
    let judgement = if is_ordered { Judgement::default() } else { judgement(&draft, rules.screen) };
    let is_released = draft.is_as_reread() && judgement.is_releasable();
    if judgement.verdict == screening::Verdict::Refuse && !is_released {
        return Err(Objection::Subject(judgement));
    }
    if !vouched.is_empty() && (!draft.vouches || !screening::are_bounded(&vouched)) {
        return Err(Objection::Unread(vouched));
    }
    let verdict = if vouched.is_empty() { Verdict::Passed } else { Verdict::Attested };
    let reread = draft.reread.as_ref().filter(|_| is_released).map(|(_, signed)| signed.clone());
    let screening = Screening { ruleset: rules.digest, verdict, reread };
    Ok(Screened { draft, screening, vouched, notices: judgement })
}

/// Everything of a draft that leaves: subject, fields and text together, each row of the table, the name of each
/// document and what is in it.
fn judgement(draft: &Draft, screen: &Screen) -> Judgement {
    let names = draft.documents.iter().map(|document| document.name.as_str());
    let contents = draft.documents.iter().map(|document| &document.contents);
    let Draft { subject, form, text, .. } = draft;
    judged(Texts { subject, fields: form.fields(), rows: form.rows(), text }, names, contents, screen)
}

/// What is read of a letter itself.
struct Texts<'a> {
    subject: &'a str,
    fields: &'a [(String, String)],
    rows: &'a [Vec<String>],
    text: &'a str,
}

fn judged<'a>(
    texts: Texts<'_>,
    names: impl Iterator<Item = &'a str>,
    contents: impl Iterator<Item = &'a Contents>,
    screen: &Screen,
) -> Judgement {
    let Texts { subject, fields, rows, text } = texts;
    let paragraphs =
        [subject].into_iter().chain(fields.iter().map(|(_, value)| value.as_str())).chain([text]);
    let letter = screen.judge(&paragraphs.collect::<Vec<_>>().join("\n\n"));
    // Each row is a message of its own: what is said in one is not made ordinary by the others.
    let filled = rows.iter().fold(letter, |all, row| all.and(screen.judge(&row.join("\n"))));
    let named = names.fold(filled, |all, name| all.and(screen.judge_name(name)));
    contents.fold(named, |all, contents| all.and(screen.judge_contents(contents)))
}

/// Why a letter that was opened is not shown, by the rules in force where it is read: none if it may be shown. What a
/// second person read, on either side, may be shown if they are of those that such a reading releases.
///
/// `documents` are those that were read so far; `is_reread` says that somebody beside the
/// reader let it pass.
#[must_use]
pub fn quarantine(
    note: &Note,
    documents: &[Contents],
    is_reread: bool,
    screen: &Screen,
) -> Option<Judgement> {
    // R-80: what is held is read for the proceeding for which it is held.
    if note.core.order().is_some() {
        return None;
    }
    let names = note.documents.iter().map(|document| document.name.as_str());
    let Note { subject, fields, rows, text, .. } = note;
    let judgement = judged(Texts { subject, fields, rows, text }, names, documents.iter(), screen);
    let is_released = judgement.is_releasable() && (is_reread || note.is_as_reread());
    (judgement.verdict == screening::Verdict::Refuse && !is_released).then_some(judgement)
}

/// The rules of form, which hold whatever vocabulary is in force.
fn form(draft: &Draft) -> Result<(), Objection> {
    let object = |rule, what| Err(Objection::Form { rule, what });
    if draft.subject.trim().is_empty() || draft.subject.len() > SUBJECT_BYTES_MAX {
        return object("form-subject", "write a subject of one line, at most 512 bytes");
    }
    if draft.subject.chars().any(is_hidden) {
        return object("form-subject", "the subject holds invisible characters: type it again");
    }
    if draft.text.len() > TEXT_BYTES_MAX {
        return object("form-text", "the text is over 512 KiB: attach it as a document");
    }
    if draft.documents.len() > DOCUMENTS_MAX {
        return object("form-documents", "attach at most 32 documents");
    }
    for document in &draft.documents {
        if !is_file_name(&document.name) {
            return object(
                "form-document-name",
                "rename the document: no path, no invisible characters, no name that a system reserves",
            );
        }
        if document.bytes > DOCUMENT_BYTES_MAX {
            return object("form-document-size", "a document is at most 16 GiB");
        }
    }
    Ok(())
}

/// Whether this can be the name of a file in any folder of any system: no path, nothing invisible,
/// nothing that a screen shows in another order, no option of a command, no device.
#[must_use]
pub fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= DOCUMENT_NAME_BYTES_MAX
        && !name.chars().any(|letter| r#"/\:*?"<>|"#.contains(letter) || is_hidden(letter))
        && !name.starts_with(['.', '-'])
        && !name.ends_with('.')
        && name.trim() == name
        && !is_device(name)
}

/// What Windows opens as a device in every folder, whatever follows the first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered = |kind| stem.strip_prefix(kind).is_some_and(|rest: &str| rest.chars().count() == 1);
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || (["COM", "LPT"].into_iter().any(numbered) && stem.ends_with(is_digit_of_windows))
}

/// Windows takes these superscripts for digits too.
fn is_digit_of_windows(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '¹' | '²' | '³')
}

/// Control characters, and those that are not seen or that turn the direction of writing.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_name_is_no_path_and_hides_nothing() {
        for good in ["patrouilles.csv", "Bilan d’été 2026.pdf", "a", "console.txt", "COM.txt", "com12", "a-b"]
        {
            assert!(is_file_name(good), "{good}");
        }
        for bad in [
            "",
            "../a",
            "a/b",
            "a\\b",
            "C:a",
            ".profile",
            "a\0b",
            "bilan\u{202e}fdp.exe",
            " a",
            "a\u{200b}",
            "-rf",
            "a.",
            "a?",
            "a\"",
            "CON",
            "nul.txt",
            "Aux .pdf",
            "lpt1",
            "COM².csv",
            "conin$",
        ] {
            assert!(!is_file_name(bad), "{bad:?}");
        }
    }
}
