//! The nomenclature: the convention's flows, its kinds of groups and their rules, as signed data in
//! readable TOML.
//!
//! No flow, role or ceiling stands in the code, nor who may join what. Radicalisation is not representable: no flow
//! carries it (convention art. 5). The authority and the parquet sign the digest of the text.

use super::{GroupKind, Link};
use crate::ids::{Digest, FlowCode, ReasonCode, RetentionClass, Role};
use crate::limits::{STATEMENT_BYTES_MAX, VISA_BYTES_MAX};
use crate::signed::Document;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The statement that both roots sign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NomenclatureStatement {
    /// Its place in the chain.
    pub link: Link,
    /// The digest of the TOML text.
    pub text: Digest,
}

impl Document for NomenclatureStatement {
    const CONTEXT: &'static str = "pli/nomenclature/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

/// The flows, the kinds of groups and the reasons.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nomenclature {
    /// Why something is opened: the closed list of the log, in the order in which it is shown.
    pub reasons: Vec<Reason>,
    /// Who may create, lead and join which kind of group.
    pub kinds: BTreeMap<GroupKind, KindRules>,
    /// How long what is kept, and under which visa it is destroyed.
    pub retention: BTreeMap<RetentionClass, Retention>,
    /// What may be sent, by code.
    pub flows: BTreeMap<FlowCode, Flow>,
}

/// The rules of one kind of group (convention art. 1, 3, 5; CSI L132-5, L132-13).
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRules {
    /// What it is, in French.
    pub title: String,
    /// Who creates one.
    pub founder: Founder,
    /// Whether PROC gives a visa to its creation, and to each change of those who lead it.
    #[serde(default)]
    pub visa: bool,
    /// Whether it opens with a charter only, and is then for nominative information.
    #[serde(default)]
    pub charter: bool,
    /// The functions that may preside over it.
    pub president: Vec<Role>,
    /// The functions that may coordinate it.
    pub coordinator: Vec<Role>,
    /// The functions that may join it.
    pub members: Vec<Role>,
    /// The functions that may join it where its règlement intérieur names them.
    #[serde(default)]
    pub named: Vec<Role>,
    /// The functions that join it only where their territory meets the group's.
    #[serde(default)]
    pub local: Vec<Role>,
}

/// Who creates a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Founder {
    /// Its president, by their function and territory.
    President,
    /// The authority.
    Authority,
    /// Both sides of a channel.
    Sides,
}

/// One reason for opening.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Its code, which the log keeps.
    pub code: ReasonCode,
    /// What the reader is shown.
    pub title: String,
    /// Whether a free text goes with it.
    #[serde(default)]
    pub text: bool,
}

/// One class of retention.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What it is for, in French.
    pub title: String,
    /// The ceiling of every flow of this class, in days.
    pub days_max: u32,
    /// The reference of the visa under which the departmental archives let it be destroyed (code du patrimoine,
    /// art. L212-2, L212-3).
    #[serde(default)]
    pub visa: Option<String>,
    /// Whether nothing of this class is taken without one. Keys die whatever the setting.
    #[serde(default)]
    pub needs_visa: bool,
}

/// One flow of the convention.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The article it comes from.
    pub article: String,
    /// What it is, in French.
    pub title: String,
    /// Who may send.
    pub from: Vec<Role>,
    /// Who may receive.
    pub to: Vec<Role>,
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// The hat that decides.
    pub by: Role,
}

/// What is wrong with a nomenclature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNomenclature {
    /// Not the TOML it should be.
    #[error("not a nomenclature: {0}")]
    Form(String),
    /// A rule that contradicts itself.
    #[error("flow {flow}: {what}")]
    Flow {
        /// Which flow.
        flow: FlowCode,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A kind of group that contradicts itself.
    #[error("a kind of group: {0}")]
    Kind(&'static str),
    /// A class of retention that contradicts itself.
    #[error("a retention class: {0}")]
    Retention(&'static str),
}

impl Nomenclature {
    /// Reads the text and refuses what contradicts itself.
    ///
    /// # Errors
    /// [`InvalidNomenclature`] names the flow.
    pub fn parse(text: &str) -> Result<Self, InvalidNomenclature> {
        let parsed: Self =
            toml::from_str(text).map_err(|error| InvalidNomenclature::Form(error.message().to_owned()))?;
        for rules in parsed.kinds.values() {
            if rules.president.is_empty() || rules.coordinator.is_empty() || rules.members.is_empty() {
                return Err(InvalidNomenclature::Kind("names no president, no coordinator or no member"));
            }
            let joins = |role: &Role| rules.members.contains(role) || rules.named.contains(role);
            if !rules.president.iter().chain(&rules.coordinator).chain(&rules.local).all(joins) {
                return Err(InvalidNomenclature::Kind("a function leads it, or is local, and does not join"));
            }
            if rules.members.iter().chain(&rules.named).any(|role| role.as_str() == Role::AUD) {
                return Err(InvalidNomenclature::Kind("a reviewer of the log opens no content"));
            }
        }
        let is_none = |visa: &String| {
            visa.len() > VISA_BYTES_MAX || visa.trim().is_empty() || visa.chars().any(char::is_control)
        };
        if parsed.retention.values().filter_map(|retention| retention.visa.as_ref()).any(is_none) {
            return Err(InvalidNomenclature::Retention("the reference of a visa is a line, and not empty"));
        }
        for (code, flow) in &parsed.flows {
            let wrong = |what| Err(InvalidNomenclature::Flow { flow: code.clone(), what });
            if flow.from.is_empty() || flow.to.is_empty() || flow.groups.is_empty() {
                return wrong("names no sender, no recipient or no kind of group");
            }
            if flow.retention_days == 0 || flow.retention_days > flow.retention_days_max {
                return wrong("the default retention is zero or over the ceiling");
            }
            let Some(retention) = parsed.retention.get(&flow.retention) else {
                return wrong("is of a retention class without rules");
            };
            if flow.retention_days_max.max(flow.extension_days_max.unwrap_or_default()) > retention.days_max {
                return wrong("the ceiling is over that of its retention class");
            }
            if flow.extension_days_max.is_some_and(|days| days <= flow.retention_days_max) {
                return wrong("an extension leads beyond the ceiling");
            }
            if flow.class >= Class::N2 && flow.reasons.is_empty() {
                return wrong("a reason must be asked from class N2 on");
            }
            if flow.reasons.iter().any(|reason| parsed.reason(reason).is_none()) {
                return wrong("names a reason that is not on the list");
            }
            if flow.referents && flow.to.len() < 2 {
                return wrong("two référents have two functions");
            }
            let rules = |kind| parsed.kinds.get(kind);
            if flow.groups.iter().any(|kind| rules(kind).is_none()) {
                return wrong("travels in a kind of group without rules");
            }
            if flow.class >= Class::N2 && flow.groups.iter().filter_map(rules).any(|rules| !rules.charter) {
                return wrong("nominative information in a group without a charter");
            }
        }
        Ok(parsed)
    }

    /// The rules of one flow.
    #[must_use]
    pub fn flow(&self, code: &FlowCode) -> Option<&Flow> {
        self.flows.get(code)
    }

    /// The rules of one kind of group.
    #[must_use]
    pub fn kind(&self, kind: GroupKind) -> Option<&KindRules> {
        self.kinds.get(&kind)
    }

    /// The rules of the retention class of a flow.
    #[must_use]
    pub fn retention_of(&self, flow: &Flow) -> Option<&Retention> {
        self.retention.get(&flow.retention)
    }

    /// One reason of the list.
    #[must_use]
    pub fn reason(&self, code: &ReasonCode) -> Option<&Reason> {
        self.reasons.iter().find(|reason| &reason.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../nomenclature.toml");

    #[test]
    fn the_flows_are_as_the_convention_says() {
        let nomenclature = Nomenclature::parse(TEXT).unwrap();
        let check = |code: &str, class, days, days_max| {
            let flow = nomenclature.flow(&code.parse().unwrap()).unwrap();
            assert_eq!(
                (flow.class, flow.retention_days, flow.retention_days_max),
                (class, days, days_max),
                "{code}"
            );
            assert_eq!(flow.gate, None, "{code}");
        };
        check("F05a", Class::N2, 90, 90);
        let extended = nomenclature
            .flows
            .iter()
            .filter_map(|(code, flow)| Some((code.as_str(), flow.extension_days_max?)));
        assert_eq!(extended.collect::<Vec<_>>(), [("F05a", 180)]);
        check("F07a", Class::N4, 90, 90);
        check("F07c", Class::N4, 90, 90);
        check("F10a", Class::N0, 365, 365);
        check("F10b", Class::N0, 365, 365);
        check("F17a", Class::N0, 365, 365);
        let for_referents = nomenclature.flows.iter().filter(|(_, flow)| flow.referents);
        assert_eq!(for_referents.map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["F07c"]);
        let codes: Vec<_> = nomenclature.reasons.iter().map(|reason| reason.code.as_str()).collect();
        let expected = [
            "suivi", "reunion", "reponse", "action", "bail", "plainte", "controle", "droit", "erreur",
            "autre",
        ];
        assert_eq!(codes, expected);
    }

    #[test]
    fn who_may_join_is_the_table_of_the_convention() {
        let nomenclature = Nomenclature::parse(TEXT).unwrap();
        let check = |kind, joins: &[&str], stays_out: &[&str]| {
            let rules = nomenclature.kind(kind).unwrap();
            let has = |role: &&str| rules.members.contains(&role.parse().unwrap());
            assert!(joins.iter().all(has), "{kind:?}");
            assert!(!stays_out.iter().any(has), "{kind:?}");
        };
        let never = ["AUD", "EXT"];
        check(GroupKind::Pilotage, &["PREF", "SEC", "PROC", "EM", "MAIRE", "BREF", "AORIF"], &["CSP", "OMP"]);
        check(GroupKind::Strategie, &["CSP", "RSUR", "AORIF", "EN"], &["SEC", "OMP", "BAG"]);
        for kind in [GroupKind::Echange, GroupKind::InfraCommunal, GroupKind::Cispdr] {
            check(kind, &["MAIRE", "COORD", "PM", "CSP", "PREFT", "BREF", "PROC"], &["SEC", "AORIF", "EM"]);
        }
        check(GroupKind::Departemental, &["SEC", "AORIF", "BREF", "PREP", "EM", "CSP"], &["PROC", "OMP"]);
        check(GroupKind::Bilateral, &["OMP", "BAG", "BASS", "BCTX", "CSP"], &["SEC"]);
        for kind in nomenclature.kinds.keys() {
            check(*kind, &[], &never);
        }
    }

    #[test]
    fn a_rule_that_contradicts_itself_is_named() {
        let check = |from: &str, to: &str, what: &str| {
            let text = TEXT.replacen(from, to, 1);
            assert_ne!(text, TEXT, "{what}");
            assert!(Nomenclature::parse(&text).is_err(), "{what}");
        };
        check("retention_days = 90", "retention_days = 91", "a default over the ceiling");
        check("extension_days_max = 180", "extension_days_max = 90", "an extension that extends nothing");
        check(
            "extension_days_max = 180",
            "extension_days_max = 181",
            "an extension over the ceiling of its class",
        );
        check("class = \"N2\"", "class = \"N9\"", "an unknown class");
        check("article =", "artikel =", "an unknown field");
        check("[flows.F05a]", "[flows.F5a]", "a code that is none");
        check("\"echange\"", "\"strategie\"", "nominative information in a strategy group");
        check("[kinds.travail]", "[kinds.travaux]", "an unknown kind");
        check("days_max = 180", "days_max = 179", "a flow over the ceiling of its retention class");
        check("days_max = 180", "days_max = 180\nvisa = \" \"", "a visa that says nothing");
        check("retention = \"RC\"", "retention = \"RZ\"", "a retention class without rules");
        check("president = [\"PREF\"]", "president = [\"AUD\"]", "a leader who may not join");
        check("members = [\"PREF\"", "members = [\"AUD\", \"PREF\"", "a reviewer who joins");
        check("to = [\"BREF\", \"PREFT\"]", "to = [\"BREF\"]", "two référents of one function");
    }
}
