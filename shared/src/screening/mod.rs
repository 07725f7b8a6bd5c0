//! Whether a text may be exchanged here: the decision about article 5 of the convention and the charter's other
//! exclusions, made before anything is encrypted.
//!
//! [`text`] reads words however they are typed, [`ruleset`] is what people agreed on, `matcher` finds what the rules
//! name, and [`model`] weighs what no rule names. Pure: a text goes in, a [`Judgement`] comes out, the same everywhere.

mod contents;
mod letters;
mod matcher;
pub mod model;
pub mod ruleset;
pub mod text;

use crate::ids::RuleId;
pub use contents::{Contents, Unread, Unreadable, are_bounded};
use matcher::{Hit, Matcher, Means};
use model::{Features, Model, Weighed};
pub use ruleset::{Panel, Verdict};
use ruleset::{Rule, RulesetText};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use text::Views;

/// What the model calls a word that somebody disguised.
const DISGUISED: &str = "disguised";

/// The model learned from sentences: of fewer words than these it knows nothing.
const LEARNED_WORDS_MIN: usize = 4;

/// The rules, ready to judge.
pub struct Screen {
    rules: RulesetText,
    matcher: Matcher,
    model: Model,
}

/// Why the rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesetInvalid {
    /// They are not what rules look like.
    #[error("the ruleset cannot be read: {0}")]
    Text(#[from] toml::de::Error),
    /// A rule names a list that is not there.
    #[error("the rule {rule} names the list {list}, which is not there")]
    List {
        /// Which rule.
        rule: String,
        /// Which list.
        list: String,
    },
    /// A rule that refuses says nothing to who is refused.
    #[error("the rule {rule} refuses and has no panel, or one that is not there")]
    Panel {
        /// Which rule.
        rule: String,
    },
    /// A word is empty once it is folded, or there are too many.
    #[error("the word \"{0}\" cannot be looked for")]
    Word(String),
    /// The weights do not fit.
    #[error("the learned weights are not a power of two of bytes, at most {}", model::WEIGHTS)]
    Weights,
}

/// What was found of one rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: RuleId,
    /// What it says.
    pub verdict: Verdict,
    /// Whether a second person may release it.
    pub release: bool,
    /// The words in which it was found: for the writer's screen, and nowhere else.
    pub words: Vec<String>,
}

/// What a rule says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Explained<'a> {
    /// What it is about, in French.
    pub title: &'a str,
    /// What it says of a text in which it finds something.
    pub verdict: Verdict,
    /// Whether a second person may release it.
    pub release: bool,
    /// What it looks for; nothing for what was learned.
    pub words: &'a [String],
}

/// The decision about one text, or several.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judgement {
    /// The gravest of what was found.
    pub verdict: Verdict,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// Both as one: what was found in either, once.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for finding in other.findings {
            match self.findings.iter_mut().find(|held| held.rule == finding.rule) {
                Some(held) => {
                    let new = finding.words.into_iter().filter(|word| !held.words.contains(word));
                    let new: Vec<_> = new.collect();
                    held.words.extend(new);
                }
                None => self.findings.push(finding),
            }
        }
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
        Self { verdict: self.verdict.max(other.verdict), findings: self.findings }
    }

    /// Whether a second person may let pass what was found: all of it that refuses.
    #[must_use]
    pub fn is_releasable(&self) -> bool {
        self.refusing().all(|finding| finding.release)
    }

    /// What refuses.
    pub fn refusing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict == Verdict::Refuse)
    }
}

impl Screen {
    /// Makes rules ready.
    ///
    /// # Errors
    /// [`RulesetInvalid`] says which word or list is wrong.
    pub fn of(text: &str, weights: &[u8]) -> Result<Self, RulesetInvalid> {
        let rules: RulesetText = toml::from_str(text)?;
        let refusing = rules.rules.iter().filter(|rule| rule.verdict == Verdict::Refuse);
        let named = refusing.map(|rule| (&rule.id, rule.panel.as_ref()));
        for (id, panel) in named.chain([(&rules.learned.id, Some(&rules.learned.panel))]) {
            if !panel.is_some_and(|name| rules.panels.contains_key(name)) {
                return Err(RulesetInvalid::Panel { rule: id.to_string() });
            }
        }
        let model = Model::of(weights).ok_or(RulesetInvalid::Weights)?;
        let matcher = Matcher::of(&rules)?;
        Ok(Self { rules, matcher, model })
    }

    /// What a member is told whom a rule refuses.
    #[must_use]
    pub fn panel(&self, id: &RuleId) -> Option<&Panel> {
        let learned = (self.rules.learned.id == *id).then_some(&self.rules.learned.panel);
        self.rules.panels.get(learned.or_else(|| self.rule(id)?.panel.as_ref())?)
    }

    fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.rules.iter().find(|rule| rule.id == *id)
    }

    /// Everything that the rules look for, without stars.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let rules = self.rules.rules.iter().flat_map(|rule| &rule.words);
        let lists = self.rules.lists.values().flatten();
        let phrases = self.rules.institutional.iter().chain(&self.rules.harmless);
        rules.chain(lists).chain(phrases).map(|word| word.trim_end_matches('*'))
    }

    /// What a rule is about, and what it looks for.
    #[must_use]
    pub fn explain(&self, id: &RuleId) -> Option<Explained<'_>> {
        let learned = &self.rules.learned;
        if learned.id == *id {
            let (title, words) = (learned.title.as_str(), &[][..]);
            return Some(Explained { title, verdict: Verdict::Refuse, release: true, words });
        }
        let rule = self.rule(id)?;
        Some(Explained {
            title: &rule.title,
            verdict: rule.verdict,
            release: rule.release,
            words: &rule.words,
        })
    }

    /// Judges one text.
    #[must_use]
    pub fn judge(&self, text: &str) -> Judgement {
        let views = Views::of(text);
        let hits = self.matcher.hits(&views);
        let seen = Seen::of(&self.rules, &views, &hits);
        let weighing = Weighing::of(&views, &seen);
        let score = |words: Range<usize>| self.model.score(&weighing.features(words));
        let scored: Vec<_> =
            model::windows(views.words.len()).map(|words| (score(words.clone()), words)).collect();
        let around = |hit: &Hit| score(views.sentence_of(&hit.words));
        let more = seen.asks_more(scored.len());
        let rules = self.rules.rules.iter().enumerate();
        let mut findings: Vec<Finding> =
            rules.filter_map(|(number, rule)| seen.finding(number, rule, more, around)).collect();
        let best = scored.iter().max_by(|(one, _), (other, _)| one.total_cmp(other));
        let is_refused = findings.iter().any(|finding| finding.verdict == Verdict::Refuse);
        if let Some((score, words)) = best
            && *score >= self.rules.learned.threshold + more
            && !is_refused
            && views.words.len() >= LEARNED_WORDS_MIN
        {
            findings.push(Finding {
                rule: self.rules.learned.id.clone(),
                verdict: Verdict::Refuse,
                release: true,
                words: self.telling(&views, &seen, words.clone()),
            });
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
        let verdict = findings.first().map_or(Verdict::Pass, |finding| finding.verdict);
        Judgement { verdict, findings }
    }

    /// Judges the name of a document, which leaves too. By the rules alone: what was learned was learned from sentences,
    /// and a name is none.
    #[must_use]
    pub fn judge_name(&self, name: &str) -> Judgement {
        let spaced = name.replace(['_', '-', '.', '+'], " ");
        let judged = self.judge(name).and(self.judge(&spaced));
        let is_rule = |finding: &Finding| finding.rule != self.rules.learned.id;
        let findings: Vec<_> = judged.findings.into_iter().filter(is_rule).collect();
        let verdict = findings.first().map_or(Verdict::Pass, |finding| finding.verdict);
        Judgement { verdict, findings }
    }

    /// Judges what could be read of a document.
    #[must_use]
    pub fn judge_contents(&self, contents: &Contents) -> Judgement {
        contents.texts.iter().fold(Judgement::default(), |all, text| all.and(self.judge(text)))
    }

    /// The highest score of a stretch of a text.
    #[must_use]
    pub fn score(&self, text: &str) -> f32 {
        self.features(text).iter().map(|features| self.model.score(features)).fold(f32::MIN, f32::max)
    }

    /// The features of each stretch of a text: what the model learns from, and what it weighs.
    #[must_use]
    pub fn features(&self, text: &str) -> Vec<Features> {
        let views = Views::of(text);
        let hits = self.matcher.hits(&views);
        let seen = Seen::of(&self.rules, &views, &hits);
        let weighing = Weighing::of(&views, &seen);
        model::windows(views.words.len()).map(|words| weighing.features(words)).collect()
    }

    /// The words for which the model refused, as they are typed.
    fn telling(&self, views: &Views, seen: &Seen<'_>, words: Range<usize>) -> Vec<String> {
        let told = self.model.telling(&seen.weighed(), words).into_iter();
        told.flat_map(|number| views.typed_words(number..number + 1)).collect()
    }
}

/// What is weighed of a text, made once for all its stretches.
struct Weighing<'a> {
    weighed: Weighed,
    signs: Vec<(&'a str, Range<usize>)>,
}

impl<'a> Weighing<'a> {
    fn of(views: &Views, seen: &'a Seen<'_>) -> Self {
        let mut signs: Vec<(&str, Range<usize>)> = seen.signs().collect();
        let disguised = views.words.iter().enumerate().filter(|(_, word)| word.is_disguised);
        signs.extend(disguised.map(|(number, _)| (DISGUISED, number..number + 1)));
        signs.sort_unstable_by_key(|(_, words)| words.start);
        Self { weighed: seen.weighed(), signs }
    }

    fn features(&self, words: Range<usize>) -> Features {
        Features::of(&self.weighed, words, &self.signs)
    }
}

/// What stands in a text, once what means nothing is taken out.
struct Seen<'a> {
    views: &'a Views,
    rules: &'a RulesetText,
    of_rules: BTreeMap<usize, Vec<&'a Hit>>,
    of_lists: BTreeMap<&'a str, Vec<Range<usize>>>,
    /// The words that mean nothing where they stand.
    taken_out: BTreeSet<usize>,
}

impl<'a> Seen<'a> {
    fn of(rules: &'a RulesetText, views: &'a Views, hits: &'a [Hit]) -> Self {
        let lists: Vec<&str> = rules.lists.keys().map(String::as_str).collect();
        let taken_out: BTreeSet<usize> = hits
            .iter()
            .filter(|hit| matches!(hit.means, Means::Institutional | Means::Harmless) && !hit.is_disguised)
            .flat_map(|hit| hit.words.clone())
            .collect();
        let mut seen = Self { views, rules, of_rules: BTreeMap::new(), of_lists: BTreeMap::new(), taken_out };
        for hit in hits {
            match hit.means {
                Means::Institutional | Means::Harmless => {}
                Means::List(list) => seen.of_lists.entry(lists[list]).or_default().push(hit.words.clone()),
                Means::Rule(rule) => {
                    let inside = rules.rules[rule].inside;
                    let is_taken_out =
                        !inside && hit.words.clone().all(|word| seen.taken_out.contains(&word));
                    let is_name = hit.is_name && seen.is_a_name(hit);
                    if !is_taken_out && !is_name {
                        seen.of_rules.entry(rule).or_default().push(hit);
                    }
                }
            }
        }
        let names = (0..views.words.len()).filter(|number| seen.is_somebody(*number));
        let names: Vec<_> = names.map(|number| number..number + 1).collect();
        seen.of_lists.entry(rules.names.list.as_str()).or_default().extend(names);
        seen.of_lists.values_mut().for_each(|found| found.sort_unstable_by_key(|words| words.start));
        seen
    }

    /// Whether a word begins the name of a person: two capitals one after the other, and no place before them.
    fn is_somebody(&self, number: usize) -> bool {
        let (words, rules) = (&self.views.words, self.rules);
        let Some([word, next]) = words.get(number..number + 2) else { return false };
        let is_name = |number: usize| {
            let letters = self.views.plain.word(number);
            !letters.bytes().any(|byte| byte.is_ascii_digit())
                && !rules.names.articles.iter().any(|one| one == letters)
        };
        let before = number.checked_sub(1).map(|before| self.views.plain.word(before));
        let is_place = before.is_some_and(|before| rules.names.places.iter().any(|place| place == before));
        word.is_capital
            && next.is_capital
            && word.sentence == next.sentence
            && is_name(number)
            && is_name(number + 1)
            && !is_place
    }

    /// Whether a word of the vocabulary is somebody's name here.
    fn is_a_name(&self, hit: &Hit) -> bool {
        let (words, rules) = (&self.views.words, self.rules);
        let plain = |number: usize| self.views.plain.word(number);
        let before = hit.words.start.checked_sub(1);
        let is_one_of = |list: &[String], number: usize| list.iter().any(|word| word == plain(number));
        if before.is_some_and(|before| is_one_of(&rules.names.titles, before)) {
            return true;
        }
        if before.is_some_and(|before| is_one_of(&rules.names.articles, before)) {
            return false;
        }
        let is_capital = |number: usize| words.get(number).is_some_and(|word| word.is_capital);
        let same_sentence = |number: usize| {
            words.get(number).is_some_and(|word| word.sentence == words[hit.words.start].sentence)
        };
        let after = hit.words.end;
        let beside = |number: usize| {
            is_capital(number) && same_sentence(number) && !is_one_of(&rules.names.articles, number)
        };
        is_capital(hit.words.start) && (beside(after) || before.is_some_and(beside))
    }

    /// What stands there of lists and rules, for the model.
    fn signs(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let lists = self
            .of_lists
            .iter()
            .flat_map(|(list, found)| found.iter().map(move |words| (*list, words.clone())));
        let rules = self.of_rules.iter().flat_map(|(rule, hits)| {
            let id = self.rules.rules[*rule].id.as_str();
            hits.iter().map(move |hit| (id, hit.words.clone()))
        });
        lists.chain(rules)
    }

    fn weighed(&self) -> Weighed {
        Weighed::of(self.views, |word| self.taken_out.contains(&word))
    }

    /// How much higher than in a short text a score has to be.
    fn asks_more(&self, stretches: usize) -> f32 {
        #[allow(clippy::cast_precision_loss, reason = "some ten doublings")]
        let doublings = stretches.max(1).ilog2() as f32;
        doublings * self.rules.learned.per_doubling
    }

    fn finding(
        &self,
        number: usize,
        rule: &Rule,
        more: f32,
        around: impl Fn(&Hit) -> f32,
    ) -> Option<Finding> {
        let hits = self.of_rules.get(&number)?;
        // What is said of somebody is said as plainly in a long text; a mere subject comes up in it by chance, though less
        // often than whatever a model takes for one.
        let is_subject = rule.score.is_some() || !rule.near.is_empty();
        let more = if is_subject { more / 2.0 } else { 0.0 };
        let reaches = |hit: &Hit, least: f32| around(hit) >= least + more;
        let is_there = |hit: &Hit| {
            hit.is_disguised || self.is_near(rule, hit) || rule.score.is_some_and(|score| reaches(hit, score))
        };
        let is_enough = |hit: &Hit| rule.least.is_none_or(|least| reaches(hit, least));
        let counts: Vec<&&Hit> = hits.iter().filter(|hit| is_there(hit) && is_enough(hit)).collect();
        let words = counts.iter().flat_map(|hit| self.views.typed_words(hit.words.clone())).collect();
        (!counts.is_empty()).then(|| Finding {
            rule: rule.id.clone(),
            verdict: rule.verdict,
            release: rule.release,
            words,
        })
    }

    /// Whether a word of each of the lists that a rule wants stands near.
    fn is_near(&self, rule: &Rule, hit: &Hit) -> bool {
        let (from, to) = (hit.words.start.saturating_sub(rule.within), hit.words.end + rule.within);
        let there = |list: &String| {
            let found = self.of_lists.get(list.as_str()).map(Vec::as_slice).unwrap_or_default();
            let first = found.partition_point(|words| words.start + matcher::PHRASE_WORDS_MAX < from);
            found[first..]
                .iter()
                .take_while(|words| words.start < to)
                .any(|words| from < words.end && !hit.words.contains(&words.start))
        };
        let asks = rule.score.is_none() || !rule.near.is_empty();
        asks && rule.near.iter().all(|one_of| one_of.iter().any(there)) && !rule.unless.iter().any(there)
    }
}
