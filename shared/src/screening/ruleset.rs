//! The rules of screening as people agree on them: readable TOML, and what a machine learned from sentences beside it.
//!
//! No word of the vocabulary stands in the code.

use crate::ids::RuleId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the screen says of a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It may be sent.
    #[default]
    Pass,
    /// It may be sent; whoever writes it is asked whether it is necessary.
    Notice,
    /// It could not be read: whoever writes it vouches for it.
    Unscreenable,
    /// It is not sent.
    Refuse,
}

/// The rules, as they are written.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesetText {
    /// Names that are words of the vocabulary too, and what stands before a name.
    pub names: Names,
    /// Phrases in which nothing is found: what bodies, plans and funds are called (convention, art. 23).
    pub institutional: Vec<String>,
    /// Phrases that look like something else.
    pub harmless: Vec<String>,
    /// Words that mean something only together.
    pub lists: BTreeMap<String, Vec<String>>,
    /// What a member is told where something is refused, by name.
    pub panels: BTreeMap<String, Panel>,
    /// The rules, the gravest first.
    pub rules: Vec<Rule>,
    /// From which score on a text is a report of what it does not name.
    pub learned: Learned,
}

/// What a member is told: calmly, and where to turn instead.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// In French, a paragraph each.
    pub fr: Vec<String>,
    /// In English.
    pub en: Vec<String>,
}

/// Given and family names that are words of the vocabulary.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The names.
    pub names: Vec<String>,
    /// What stands before a name.
    pub titles: Vec<String>,
    /// What stands before a word and never before a name.
    pub articles: Vec<String>,
    /// What stands before the name of a place.
    pub places: Vec<String>,
    /// The list of words for somebody, to which names are added.
    pub list: String,
}

/// One rule.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id, which is all that is ever counted or reported.
    pub id: RuleId,
    /// What it is about, in French.
    pub title: String,
    /// What it says of a text in which it finds something.
    pub verdict: Verdict,
    /// Which panel is shown where it refuses.
    #[serde(default)]
    pub panel: Option<String>,
    /// What it looks for: words and phrases without accents; a star at the end stands for any ending.
    pub words: Vec<String>,
    /// Lists of which a word has to stand near, one of each.
    #[serde(default)]
    pub near: Vec<Vec<String>>,
    /// Lists of which no word stands near, where `near` is to count.
    #[serde(default)]
    pub unless: Vec<String>,
    /// How near, in words.
    #[serde(default = "default_within")]
    pub within: usize,
    /// What it names is a subject, and not yet somebody: it counts from this score of its sentence on, or by what is near.
    #[serde(default)]
    pub score: Option<f32>,
    /// And whatever is near, what it names plainly counts nowhere where its sentence scores less than this.
    #[serde(default)]
    pub least: Option<f32>,
    /// Whether it looks into institutional phrases too.
    #[serde(default)]
    pub inside: bool,
    /// Whether a second person of the same organisation may release it.
    #[serde(default)]
    pub release: bool,
    /// Whether it is found misspelt too.
    #[serde(default)]
    pub misspelt: bool,
}

/// What was learned from sentences.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// The id of its rule.
    pub id: RuleId,
    /// What it is about, in French.
    pub title: String,
    /// Which panel is shown.
    pub panel: String,
    /// The least score.
    pub threshold: f32,
    /// How much more each doubling of the number of stretches asks for, of this, and half as much of every rule that asks
    /// for a score.
    #[serde(default)]
    pub per_doubling: f32,
}

/// Something that one set of rules says and another does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Difference {
    /// Where: a rule or a list, and a field of it.
    pub place: String,
    /// What stands there.
    pub what: String,
    /// Whether it is of the new rules.
    pub is_new: bool,
}

/// What differs between two sets of rules, in the order of the places.
///
/// # Errors
/// That one of them is no TOML.
pub fn differences(old: &str, new: &str) -> Result<Vec<Difference>, toml::de::Error> {
    let (old, new) = (entries(old)?, entries(new)?);
    let only = |of: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>, is_new| {
        let found = of.difference(other).cloned();
        found.map(|(place, what)| Difference { place, what, is_new }).collect::<Vec<_>>()
    };
    let mut all = [only(&old, &new, false), only(&new, &old, true)].concat();
    all.sort();
    Ok(all)
}

/// Everything that rules say, an entry a word.
fn entries(text: &str) -> Result<BTreeSet<(String, String)>, toml::de::Error> {
    let mut all = BTreeSet::new();
    add_entries(String::new(), &toml::from_str(text)?, &mut all);
    Ok(all)
}

fn add_entries(place: String, value: &toml::Value, all: &mut BTreeSet<(String, String)>) {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    match value {
        toml::Value::Table(table) => {
            table.iter().for_each(|(name, value)| add_entries(below(name), value, all));
        }
        toml::Value::Array(array) => array.iter().for_each(|value| match value.get("id") {
            Some(toml::Value::String(id)) => add_entries(below(id), value, all),
            _ => add_entries(place.clone(), value, all),
        }),
        toml::Value::String(text) => drop(all.insert((place, text.clone()))),
        other => drop(all.insert((place, other.to_string()))),
    }
}

fn default_within() -> usize {
    12
}
