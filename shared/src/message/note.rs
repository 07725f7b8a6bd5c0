//! The note: everything that only readers see, signed by the writer's device.

use super::Core;
use crate::form::{self, Form};
use crate::ids::{Digest, Random};
use crate::limits::NOTE_BYTES_MAX;
use crate::nomenclature::Nomenclature;
use crate::screening::Unread;
use crate::signed::{self, Signed};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The inside of a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The same core as in header and grant.
    pub core: Core,
    /// The documents, in the order of the header's parts.
    pub documents: Vec<Document>,
    /// One line.
    pub subject: String,
    /// The form's fields, by name, in the order of the form.
    pub fields: Vec<(String, String)>,
    /// The rows of its table, each with a text for every column.
    pub rows: Vec<Vec<String>>,
    /// What is expected of its readers, or how what it answers ended.
    pub thread: Thread,
    /// What was written.
    pub text: String,
    /// What could not be screened, and for which its writer vouches.
    pub vouched: Vec<Unread>,
    /// The salt of the code by which a second person let it pass, if one did.
    pub salt: Option<Random>,
    /// The note of the letter that is held, as its writer signed it: what PROC reads.
    pub first: Option<Signed>,
}

/// Where a letter stands between request and answer.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    /// What is expected of its readers: a code of the nomenclature's `actions`. Nothing where it is for information.
    pub action: Option<String>,
    /// By which day, as `2026-12-24`, if one was named.
    pub by: Option<String>,
    /// Of an answer: how it ends what was expected, a code of the nomenclature's `outcomes`. An answer without goes on.
    pub outcome: Option<String>,
}

/// One document, as its readers see it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its file name, never a path.
    pub name: String,
    /// Its length in clear.
    pub bytes: u64,
    /// SHA-256 of it in clear.
    pub sha256: Digest,
}

impl Note {
    /// Its form, if form and thread are what the nomenclature says of its flow.
    #[must_use]
    pub fn form(&self, rules: &Nomenclature) -> Option<Form> {
        // what is held says nothing of its own.
        if self.core.order().is_some() {
            let is_silent =
                self.fields.is_empty() && self.rows.is_empty() && self.thread == Thread::default();
            return is_silent.then(Form::default);
        }
        let flow = rules.flow(&self.core.flow)?;
        let form = form::stands(flow, &rules.lists, &self.fields, &self.rows).ok()?;
        self.thread.suits(rules).then_some(form)
    }
}

impl Thread {
    /// Whether its codes stand on the lists of the nomenclature, and its day is one.
    #[must_use]
    pub fn suits(&self, rules: &Nomenclature) -> bool {
        let action = |code: &String| rules.actions.iter().any(|action| action.code == *code && action.awaits);
        let outcome = |code: &String| rules.outcomes.iter().any(|outcome| outcome.code == *code);
        let is_day = |day: &String| day.parse::<Date>().is_ok_and(|date| date.to_string() == *day);
        self.action.iter().all(action)
            && self.outcome.iter().all(outcome)
            && self.by.iter().all(is_day)
            && (self.by.is_none() || self.action.is_some())
    }
}

impl signed::Document for Note {
    const CONTEXT: &'static str = "pli/content/v1";
    const BYTES_MAX: usize = NOTE_BYTES_MAX;
}

/// Shows nothing of what is inside.
impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Note({})", self.core.id)
    }
}

/// Shows nothing of what is inside.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.bytes)
    }
}
