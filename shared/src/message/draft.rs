//! What is being written, and the rules it passes before it is sealed.
//!
//! Screening runs on the writer's machine, because after the seal nobody but the readers can see
//! the text. The relay cannot repeat it. That is a limit of end-to-end encryption, and the threat
//! model says so. The ruleset in force here bounds and cleans the form of a draft; the vocabulary
//! of article 5 is data that will come with the ruleset's own statement.

use super::{Renewal, Screening, Verdict};
use crate::crypto::sha256;
use crate::ids::{Digest, FlowCode, GroupId, MemberId, MessageId};
use crate::limits::{
    DOCUMENT_BYTES_MAX, DOCUMENT_NAME_BYTES_MAX, DOCUMENTS_MAX, SUBJECT_BYTES_MAX, TEXT_BYTES_MAX,
};
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
    /// What was written.
    pub text: String,
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
}

/// A document to be sealed.
#[derive(Clone)]
pub struct DocumentDraft {
    /// Its file name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// A draft that passed every rule. Only [`screen`] makes one, and [`seal`](super::seal) takes
/// nothing else.
pub struct Screened {
    draft: Draft,
    screening: Screening,
}

/// The rules of screening.
#[derive(Clone, Debug)]
pub struct Ruleset {
    text: &'static str,
}

/// The writer's text does not pass: shown on the writer's screen, nothing is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{rule}: {what}")]
pub struct Objection {
    /// The rule's id.
    pub rule: &'static str,
    /// What to change.
    pub what: &'static str,
}

impl Ruleset {
    /// The rules of form, which hold whatever vocabulary is in force.
    #[must_use]
    pub fn form() -> Self {
        Self { text: "pli ruleset 1: form\n" }
    }

    /// What the core names.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(self.text.as_bytes())
    }
}

impl Screened {
    /// What passed.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The record of it.
    #[must_use]
    pub fn screening(&self) -> Screening {
        self.screening
    }
}

/// Lets a draft pass, or says what to change.
///
/// # Errors
/// [`Objection`] with the rule's id.
pub fn screen(draft: Draft, rules: &Ruleset) -> Result<Screened, Objection> {
    let object = |rule, what| Err(Objection { rule, what });
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
    // Documents are not read by the rules of form: for them the writer vouches.
    let verdict = if draft.documents.is_empty() { Verdict::Passed } else { Verdict::Attested };
    let screening = Screening { ruleset: rules.digest(), verdict };
    Ok(Screened { draft, screening })
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
