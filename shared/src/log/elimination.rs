//! The elimination register: what was destroyed at its end, and no content (code du patrimoine, art. L212-2, L212-3).
//!
//! A line is an open leaf: it lasts as long as the tree, anybody enrolled reads it, and the relay cannot take it back.

use crate::ids::{Digest, RetentionClass};
use crate::message::Core;
use crate::nomenclature::Nomenclature;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line: letters of one class that were destroyed together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EliminationLeaf {
    /// The version of this form: 1.
    pub version: u8,
    /// Their class; none of a flow that the nomenclature has no more, or of a header that cannot be read.
    pub class: Option<RetentionClass>,
    /// When the first of them was written.
    pub from: Timestamp,
    /// When the last of them was.
    pub until: Timestamp,
    /// How many.
    pub count: u32,
    /// The statement of the nomenclature that says how long they are kept.
    pub rule: Digest,
    /// The reference of the archives' visa for the class.
    pub visa: Option<String>,
}

/// The lines of letters that are destroyed in one step.
#[derive(Debug)]
pub struct Eliminations<'a> {
    rules: &'a Nomenclature,
    rule: Digest,
    lines: BTreeMap<Option<RetentionClass>, EliminationLeaf>,
}

impl<'a> Eliminations<'a> {
    /// None yet, under the nomenclature in force.
    #[must_use]
    pub fn under(rules: &'a Nomenclature, rule: Digest) -> Self {
        Self { rules, rule, lines: BTreeMap::new() }
    }

    /// One letter more; without its core where the header cannot be read, and then of the time at which it goes.
    pub fn add(&mut self, core: Option<&Core>, now: Timestamp) {
        let flow = core.and_then(|core| self.rules.flow(&core.flow));
        let class = flow.map(|flow| flow.retention.clone());
        let written = core.map_or(now, |core| core.created);
        let rules = class.as_ref().and_then(|class| self.rules.retention.get(class));
        let line = self.lines.entry(class.clone()).or_insert_with(|| EliminationLeaf {
            version: 1,
            class,
            from: written,
            until: written,
            count: 0,
            rule: self.rule,
            visa: rules.and_then(|rules| rules.visa.clone()),
        });
        line.count += 1;
        (line.from, line.until) = (line.from.min(written), line.until.max(written));
    }

    /// The lines, by class.
    pub fn lines(self) -> impl Iterator<Item = EliminationLeaf> {
        self.lines.into_values()
    }
}
