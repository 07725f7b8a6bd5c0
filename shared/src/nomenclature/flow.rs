//! One flow of the convention: who sends what to whom, for how long, under whose agreement.

use super::{Due, Ends, Field, Table};
use crate::ids::{FieldName, FlowCode, ReasonCode, RetentionClass, Role};
use crate::statement::GroupKind;
use serde::{Deserialize, Serialize};

/// One flow of the convention.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The article it comes from.
    pub article: String,
    /// What it is, in French.
    pub title: String,
    /// Who will read it and why that is lawful, in French: what the writer is shown before the form.
    #[serde(default)]
    pub purpose: String,
    /// Who may send.
    pub from: Vec<Role>,
    /// Who may receive.
    pub to: Vec<Role>,
    /// Functions of which every member of the group receives it, and nobody else: a closed list (convention art. 4).
    #[serde(default)]
    pub closed: Vec<Role>,
    /// In which kinds of groups.
    pub groups: Vec<GroupKind>,
    /// How sensitive.
    pub class: Class,
    /// How long it is kept, at most: its class of retention.
    pub retention: RetentionClass,
    /// When it is destroyed unless the writer says sooner, in days.
    pub retention_days: u32,
    /// The ceiling, in days.
    pub retention_days_max: u32,
    /// The ceiling, in days from the first letter on, if its writer extends it once and says why. Without, nobody can.
    #[serde(default)]
    pub extension_days_max: Option<u32>,
    /// A day after which nothing is left of it, beside its number of days.
    #[serde(default)]
    pub ends: Option<Ends>,
    /// Whose agreement it needs before its recipients can open it.
    #[serde(default)]
    pub gate: Option<Gate>,
    /// Why it may be opened; the first is pre-chosen. Empty: no reason is asked.
    #[serde(default)]
    pub reasons: Vec<ReasonCode>,
    /// Whether it is for the two référents alone: one of the writer's own organisation, one of the other
    /// side (convention art. 7). Nobody stands in for them.
    #[serde(default)]
    pub referents: bool,
    /// The field of the address whose circonscription and commune are concerned: of the recipients who have a territory,
    /// only those whose territory has it.
    #[serde(default)]
    pub place: Option<FieldName>,
    /// The flows that it answers.
    #[serde(default)]
    pub answers: Vec<FlowCode>,
    /// What is expected of its readers, unless the writer says otherwise; the first of the list without.
    #[serde(default)]
    pub action: Option<String>,
    /// By when it has to be sent.
    #[serde(default)]
    pub due: Option<Due>,
    /// The texts it rests on, by their names in `law`.
    #[serde(default)]
    pub law: Vec<String>,
    /// The fields of its form.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The table of its form.
    #[serde(default)]
    pub table: Option<Table>,
}

/// How sensitive a flow is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Class {
    /// No personal data.
    N0,
    /// Professional contact data.
    N1,
    /// Confidential or nominative (CSI L132-5).
    N2,
    /// Police- or court-derived, about an identifiable person.
    N3,
    /// An identity to protect.
    N4,
}

/// Whose agreement a flow needs.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// The function that decides.
    pub by: Role,
    /// Within how many days; without a decision it ends.
    pub days: u32,
}

impl Flow {
    /// The field of the year that it is for, of what is listed anew with each year.
    #[must_use]
    pub fn year_field(&self) -> Option<&FieldName> {
        match &self.ends {
            Some(Ends::Year { field }) => Some(field),
            _ => None,
        }
    }

    /// Every field and column.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().chain(self.table.iter().flat_map(|table| &table.columns))
    }

    /// Whether it cannot be sent as free text alone.
    #[must_use]
    pub fn needs_form(&self) -> bool {
        self.fields.iter().any(|field| field.required && field.when.is_none())
            || self.table.as_ref().is_some_and(|table| table.required)
    }
}
