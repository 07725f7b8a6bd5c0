//! The nomenclature: the convention's flows, its kinds of groups and their rules, as signed data in
//! readable TOML.
//!
//! No flow, role or ceiling stands in the code, nor who may join what. Radicalisation is not representable: no flow
//! carries it (convention art. 5). The authority and the parquet sign the digest of the text.

mod due;
mod ends;
mod field;
mod flow;
mod sound;

pub use due::{Cadence, Due};
pub use ends::Ends;
pub use field::{Condition, Field, FieldKind, Table};
pub use flow::{Class, Flow, Gate};

use crate::ids::{FlowCode, ReasonCode, RetentionClass, Role};
use crate::statement::GroupKind;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Closed lists, by name.
pub type Lists = BTreeMap<String, Vec<Item>>;

/// The flows, the kinds of groups and the reasons.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nomenclature {
    /// Why something is opened: the closed list of the log, in the order in which it is shown.
    pub reasons: Vec<Reason>,
    /// Why an approver does not agree: the closed list that the writer reads.
    #[serde(default)]
    pub rejections: Vec<Reason>,
    /// What is expected of a reader; the first unless somebody says otherwise.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// How an answer ends what was expected.
    #[serde(default)]
    pub outcomes: Vec<Ending>,
    /// The functions of the convention.
    pub roles: BTreeMap<Role, RoleRules>,
    /// Who may create, lead and join which kind of group.
    pub kinds: BTreeMap<GroupKind, KindRules>,
    /// How long what is kept, and under which visa it is destroyed.
    pub retention: BTreeMap<RetentionClass, Retention>,
    /// The closed lists of the forms.
    #[serde(default)]
    pub lists: Lists,
    /// The texts of law that flows rest on, with the days from and until which they hold.
    #[serde(default)]
    pub law: BTreeMap<String, Law>,
    /// What may be sent, by code.
    pub flows: BTreeMap<FlowCode, Flow>,
    /// What the convention or the law speaks of and Pli does not carry, and where it goes.
    #[serde(default)]
    pub refused: BTreeMap<FlowCode, Refused>,
    /// The articles from which nothing is sent, and what they say all the same.
    #[serde(default)]
    pub articles: BTreeMap<String, Article>,
}

/// One function.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRules {
    /// What it is called, in French.
    pub title: String,
    /// The most sensitive class that it may send or receive; none: nothing at all.
    #[serde(default)]
    pub class_max: Option<Class>,
    /// Whether it is held for a territory: of those who hold it, what is about an address concerns whose territory
    /// has that address.
    #[serde(default)]
    pub local: bool,
    /// Whether it is held for a landlord: what is about a building goes, of those, to whose it is.
    #[serde(default)]
    pub landlord: bool,
}

/// One entry of a closed list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What is kept.
    pub code: String,
    /// What people read.
    pub title: String,
}

/// What may be expected of a reader.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What is kept.
    pub code: String,
    /// What people read.
    pub title: String,
    /// Whether it stays open until somebody answers.
    #[serde(default)]
    pub awaits: bool,
}

/// How an answer ends what was expected.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// What is kept.
    pub code: String,
    /// What people read.
    pub title: String,
    /// Whether the answer has to say why.
    #[serde(default)]
    pub text: bool,
}

/// A text of law.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Its code and article, as people cite it.
    pub title: String,
    /// The first day on which it holds, as ISO 8601 writes it, where it is known.
    #[serde(default)]
    pub from: Option<String>,
    /// The last one.
    #[serde(default)]
    pub until: Option<String>,
    /// What it was called before.
    #[serde(default)]
    pub formerly: String,
}

/// What Pli does not carry.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The article that speaks of it.
    pub article: String,
    /// What it is, in French.
    pub title: String,
    /// Why it is not sent here.
    pub because: String,
    /// Where it goes instead.
    pub channel: String,
}

/// An article from which nothing is sent.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Why not.
    pub because: String,
    /// The rule that it gives all the same.
    #[serde(default)]
    pub rule: String,
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
    /// A function, a list, a text of law or an article that contradicts the rest.
    #[error("{name}: {what}")]
    Entry {
        /// Which one.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Nomenclature {
    /// Reads the text and refuses what contradicts itself.
    ///
    /// # Errors
    /// [`InvalidNomenclature`] names the flow.
    pub fn parse(text: &str) -> Result<Self, InvalidNomenclature> {
        let parsed: Self =
            toml::from_str(text).map_err(|error| InvalidNomenclature::Form(error.message().to_owned()))?;
        sound::check(&parsed)?;
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

    /// One of the reasons for which an approver does not agree.
    #[must_use]
    pub fn rejection(&self, code: &ReasonCode) -> Option<&Reason> {
        self.rejections.iter().find(|reason| &reason.code == code)
    }

    /// One reason of the list.
    #[must_use]
    pub fn reason(&self, code: &ReasonCode) -> Option<&Reason> {
        self.reasons.iter().find(|reason| &reason.code == code)
    }
}

#[cfg(test)]
mod convention;

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
        assert_eq!(extended.collect::<Vec<_>>(), [("F05a", 180), ("F17b", 180)]);
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
