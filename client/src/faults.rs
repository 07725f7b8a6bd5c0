//! What is wrong with a form, as people read it: line by line, with the name of the field beside. What is wrong in the same
//! way on many lines is said once, with the lines.

use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::form::{Fault, Wrong};
use shared::nomenclature::Flow;

/// So many are listed; of the rest, how many there are.
const LISTED_MAX: usize = 50;

/// So many stretches of lines are named of what is wrong in the same way; of the rest, that there are more.
const STRETCHES_MAX: usize = 10;

/// What is wrong with one form, and what its fields are called.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} faults in the form", .faults.len())]
pub struct Faults {
    faults: Vec<Named>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Named {
    fault: Fault,
    /// What people call the field.
    label: String,
    /// What the sentence names beside: another field, a day, the codes of a list.
    other: String,
}

impl Faults {
    /// What is wrong with a form of this flow.
    #[must_use]
    pub fn of(flow: &Flow, faults: Vec<Fault>) -> Self {
        let label = |name: &str| {
            let field = flow.all_fields().find(|field| field.name.as_str() == name);
            field.map_or_else(|| name.to_owned(), |field| field.label.clone())
        };
        let named = |fault: Fault| {
            let other = match &fault.wrong {
                Wrong::Choice { listed } => listed.join(" ; "),
                Wrong::Before { other } => label(other),
                Wrong::Beyond { last } => last.strftime("%d/%m/%Y").to_string(),
                _ => String::new(),
            };
            Named { label: label(&fault.field), fault, other }
        };
        Self { faults: faults.into_iter().map(named).collect() }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.faults.len()
    }

    /// One line each, and one of what is alike.
    #[must_use]
    pub fn lines(&self, words: &Words) -> Vec<String> {
        let mut alike: Vec<(&Named, Vec<u32>)> = Vec::new();
        for named in &self.faults {
            let is_alike = |(first, lines): &&mut (&Named, Vec<u32>)| {
                !lines.is_empty()
                    && (&first.fault.field, &first.fault.wrong) == (&named.fault.field, &named.fault.wrong)
            };
            match (named.fault.line, alike.iter_mut().find(is_alike)) {
                (Some(line), Some((_, lines))) => lines.push(line),
                (line, _) => alike.push((named, line.into_iter().collect())),
            }
        }
        let mut lines: Vec<_> =
            alike.iter().take(LISTED_MAX).map(|(named, lines)| said(named, lines, words)).collect();
        let more = alike.len().saturating_sub(LISTED_MAX);
        if more > 0 {
            lines.push(words.say("fault-more", &[("count", more.into())]));
        }
        lines
    }

    /// The same for scripts, each by itself.
    #[must_use]
    pub fn json(&self, words: &Words) -> Json {
        let one = |named: &Named| {
            let Fault { line, field, wrong } = &named.fault;
            let lines: Vec<_> = line.iter().copied().collect();
            json!({
                "line": line, "field": field, "label": named.label, "code": wrong.code(),
                "because": because(named, words), "message": said(named, &lines, words),
            })
        };
        self.faults.iter().map(one).collect()
    }
}

/// What is wrong, without where.
fn because(Named { fault, other, .. }: &Named, words: &Words) -> String {
    let bound = fault.wrong.bound().unwrap_or_default().to_string();
    let values = [("bound", bound.into()), ("other", other.clone().into())];
    words.say(&format!("fault-{}", fault.wrong.code()), &values)
}

fn said(named: &Named, lines: &[u32], words: &Words) -> String {
    let Named { fault, label, .. } = named;
    let wrong = because(named, words);
    let line = [("count", lines.len().into()), ("line", ranges(lines, STRETCHES_MAX).into())];
    let field = [("field", label.clone().into()), ("name", fault.field.clone().into())];
    let place = match (lines, label.as_str()) {
        ([], "") => return wrong,
        // Where it is typed by its own name, that is said, too.
        ([], label) if label == fault.field => words.say("fault-in-field", &field[..1]),
        ([], _) => words.say("fault-in-named", &field),
        (_, "") => words.say("fault-in-line", &line),
        (..) => words.say("fault-in-cell", &[&line[..], &field[..1]].concat()),
    };
    format!("{place} {wrong}")
}

/// `3, 5-7, 12`, and that there are more behind so many.
#[must_use]
pub fn ranges(lines: &[u32], most: usize) -> String {
    let mut runs = lines.chunk_by(|one, next| one.checked_add(1) == Some(*next));
    let written: Vec<_> = runs
        .by_ref()
        .take(most)
        .filter_map(|run| match (run.first()?, run.last()?) {
            (first, last) if first == last => Some(first.to_string()),
            (first, last) => Some(format!("{first}-{last}")),
        })
        .collect();
    let more = if runs.next().is_some() { ", …" } else { "" };
    format!("{}{more}", written.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::words::Language;
    use shared::nomenclature::Nomenclature;

    #[test]
    fn lines_in_a_row_are_written_as_one() {
        let check = |lines: &[u32], most, expected: &str| assert_eq!(ranges(lines, most), expected);
        check(&[], 9, "");
        check(&[3], 9, "3");
        check(&[3, 5, 6, 7, 12, 13], 9, "3, 5-7, 12-13");
        check(&[3, 5, 6, 7, 12, 13], 2, "3, 5-7, …");
    }

    #[test]
    fn what_is_alike_is_said_once_and_a_field_by_its_names() {
        let rules = Nomenclature::parse(crate::nomenclature::CARRIED).unwrap();
        let flow = rules.flow(&"F06a".parse().unwrap()).unwrap();
        let fault = |line, field: &str, wrong| Fault { line, field: field.to_owned(), wrong };
        let mut faults: Vec<_> = (2..152).map(|line| fault(Some(line), "adresse", Wrong::Postcode)).collect();
        faults.push(fault(None, "annee", Wrong::Missing));
        faults.push(fault(Some(9), "hall", Wrong::Letters));
        faults.push(fault(None, "bidon", Wrong::Unknown));
        let said = Faults::of(flow, faults).lines(&Words::new(Language::French));
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].starts_with("Lignes 2-151, « Adresse » : le code postal manque"), "{}", said[0]);
        assert!(said[1].starts_with("« Année » (annee) :"), "{}", said[1]);
        assert!(said[2].starts_with("Ligne 9, « Hall » :"), "{}", said[2]);
        assert!(said[3].starts_with("« bidon » :"), "{}", said[3]);
    }
}
