//! What a form asks for: fields with their French labels, their types and their limits.
//!
//! A field is data like everything else of a flow. How what somebody typed becomes a value, and what is wrong with
//! it, is [`form`](crate::form).

use super::Item;
use crate::ids::FieldName;
use serde::Deserialize;

/// One field of a form, or one column of its table.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What it is called in files, `--json` and the letter.
    pub name: FieldName,
    /// What people read, in French.
    pub label: String,
    /// Of which type it is.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Whether a form without it is refused.
    #[serde(default)]
    pub required: bool,
    /// Whether it may be filled more than once, such as persons concerned.
    #[serde(default)]
    pub several: bool,
    /// The closed list of a choice: one of `lists` by its name.
    #[serde(default)]
    pub list: Option<String>,
    /// The least number.
    #[serde(default)]
    pub min: Option<u64>,
    /// The greatest number; of a text, how many characters.
    #[serde(default)]
    pub max: Option<u64>,
    /// An earlier field; the day of this one is not before its day.
    #[serde(default)]
    pub not_before: Option<FieldName>,
    /// It is asked for only where another field says one of these.
    #[serde(default)]
    pub when: Option<Condition>,
    /// One line of help, in French.
    #[serde(default)]
    pub help: String,
}

/// Where a field is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// An earlier field.
    pub field: FieldName,
    /// What it says, one of these.
    pub is: Vec<String>,
}

/// The type of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Text of one line.
    Line,
    /// Text of several lines.
    Text,
    /// A day, kept as `2026-12-24`.
    Date,
    /// A time of the day in Europe/Paris, kept as `14:05`.
    Time,
    /// A whole number.
    Number,
    /// `oui` or `non`.
    YesNo,
    /// One of a closed list, kept by its code.
    Choice,
    /// A person concerned: `NOM Prénom, ANNÉE`.
    Person,
    /// A postal address: number, street, code and commune.
    Address,
    /// The handle of an organisation of the annuaire.
    Organisation,
    /// A telephone number.
    Telephone,
    /// An e-mail address.
    Email,
    /// A place on the map, kept as `48.936100,2.357400`.
    Position,
    /// Something that is hidden until its reader reveals it: a code, the number of a badge.
    Secret,
}

/// The rows that a form may have beside its fields.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Whether a form without a row is refused.
    #[serde(default)]
    pub required: bool,
    /// Its columns.
    pub columns: Vec<Field>,
}

impl Field {
    /// Whether free text is typed into it.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.kind, FieldKind::Line | FieldKind::Text)
    }

    /// Its list, among those of the nomenclature.
    #[must_use]
    pub fn options<'a>(&self, lists: &'a super::Lists) -> &'a [Item] {
        self.list.as_ref().and_then(|name| lists.get(name)).map_or(&[], Vec::as_slice)
    }
}
