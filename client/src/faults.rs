//! What is wrong with a form, as people read it: line by line, with the name of the field beside.

use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::form::Fault;
use shared::nomenclature::Flow;

/// So many are listed; of the rest, how many there are.
const LISTED_MAX: usize = 50;

/// What is wrong with one form, and what its fields are called.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} faults in the form", .faults.len())]
pub struct Faults {
    faults: Vec<(Fault, String)>,
}

impl Faults {
    /// What is wrong with a form of this flow.
    #[must_use]
    pub fn of(flow: &Flow, faults: Vec<Fault>) -> Self {
        let label = |fault: &Fault| {
            let field = flow.all_fields().find(|field| field.name.as_str() == fault.field);
            field.map_or_else(|| fault.field.clone(), |field| field.label.clone())
        };
        let labelled = faults.into_iter().map(|fault| {
            let label = label(&fault);
            (fault, label)
        });
        Self { faults: labelled.collect() }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.faults.len()
    }

    /// One line each.
    #[must_use]
    pub fn lines(&self, words: &Words) -> Vec<String> {
        let mut lines: Vec<_> = self.faults.iter().take(LISTED_MAX).map(|one| line(one, words)).collect();
        let more = self.faults.len().saturating_sub(LISTED_MAX);
        if more > 0 {
            lines.push(words.say("fault-more", &[("count", more.into())]));
        }
        lines
    }

    /// The same for scripts.
    #[must_use]
    pub fn json(&self, words: &Words) -> Json {
        let one = |both: &(Fault, String)| {
            let (fault, _) = both;
            json!({"line": fault.line, "field": fault.field, "code": fault.wrong.code(), "message": line(both, words)})
        };
        self.faults.iter().map(one).collect()
    }
}

fn line((fault, label): &(Fault, String), words: &Words) -> String {
    let bound = fault.wrong.bound().unwrap_or_default().to_string();
    let wrong = words.say(&format!("fault-{}", fault.wrong.code()), &[("bound", bound.into())]);
    let place = match (fault.line, label.as_str()) {
        (Some(line), "") => words.say("fault-in-line", &[("line", line.to_string().into())]),
        (Some(line), label) => words
            .say("fault-in-cell", &[("line", line.to_string().into()), ("field", label.to_owned().into())]),
        (None, "") => return wrong,
        (None, label) => words.say("fault-in-field", &[("field", label.to_owned().into())]),
    };
    format!("{place} {wrong}")
}
