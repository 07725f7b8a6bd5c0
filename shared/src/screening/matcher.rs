//! Finds everything that the rules name, in one pass over each view of a text.

use super::RulesetInvalid;
use super::letters::{heard, turned_by_thirteen};
use super::ruleset::{Rule, RulesetText};
use super::text::{View, Views};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::BTreeSet;
use std::ops::Range;

/// A word that is looked for as it is heard has so many letters at least: a shorter one sounds like others.
const HEARD_LETTERS_MIN: usize = 5;

/// And so many one that is looked for inside of a run of short pieces, or with a letter too few.
const INSIDE_LETTERS_MIN: usize = 6;

/// One piece of a word that is typed with spaces in it has at most so many letters.
const SHORT_PIECE_LETTERS: usize = 3;

/// And it is typed in so many pieces at most.
const ACROSS_WORDS_MAX: usize = 6;

/// A phrase of a list has so many words at most.
pub(super) const PHRASE_WORDS_MAX: usize = 16;

/// What a word or phrase belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Means {
    Rule(usize),
    /// A list, by its place among all.
    List(usize),
    Institutional,
    Harmless,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub means: Means,
    /// Which words of the plain view.
    pub words: Range<usize>,
    /// Whether it stands there otherwise than as it is written, and not by mere misspelling.
    pub is_disguised: bool,
    /// Whether it is a name too.
    pub is_name: bool,
}

/// A word or phrase.
struct Pattern {
    means: Means,
    is_name: bool,
}

pub(super) struct Matcher {
    patterns: Vec<Pattern>,
    plain: Finder,
    spelled: Finder,
    sound: Finder,
    /// Long words that are looked for inside of others, and backwards.
    inside: Finder,
}

/// Looks for many strings at once; each stands for a pattern.
struct Finder {
    automaton: AhoCorasick,
    patterns: Vec<usize>,
}

impl Matcher {
    pub(super) fn of(rules: &RulesetText) -> Result<Self, RulesetInvalid> {
        let mut made = Making::default();
        for (number, rule) in rules.rules.iter().enumerate() {
            let missing =
                rule.near.iter().flatten().chain(&rule.unless).find(|list| !rules.lists.contains_key(*list));
            if let Some(list) = missing {
                return Err(RulesetInvalid::List { rule: rule.id.to_string(), list: list.clone() });
            }
            for word in &rule.words {
                made.add(word, Means::Rule(number), rules.names.names.contains(word), Some(rule))?;
            }
        }
        for (number, words) in rules.lists.values().enumerate() {
            for word in words {
                made.add(word, Means::List(number), false, None)?;
            }
        }
        for word in &rules.institutional {
            made.add(word, Means::Institutional, false, None)?;
        }
        for word in &rules.harmless {
            made.add(word, Means::Harmless, false, None)?;
        }
        Ok(Self {
            plain: Finder::of(made.plain)?,
            spelled: Finder::of(made.spelled)?,
            sound: Finder::of(made.sound)?,
            inside: Finder::of(made.inside)?,
            patterns: made.patterns,
        })
    }

    /// Everything that is found. What stands there plainly is not found again in the other views.
    pub(super) fn hits(&self, views: &Views) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut found: BTreeSet<(Means, usize)> = BTreeSet::new();
        let mut add = |finder: &Finder, view: &View, is_plain: bool, is_run: bool| {
            for (pattern, part) in finder.in_view(view) {
                let Pattern { means, is_name } = self.patterns[pattern];
                let words = view.words(part);
                if !is_plain && words.clone().any(|word| found.contains(&(means, word))) {
                    continue;
                }
                found.extend(words.clone().map(|word| (means, word)));
                let is_disguised = is_run || views.words[words.clone()].iter().any(|word| word.is_disguised);
                hits.push(Hit { means, words, is_disguised, is_name });
            }
        };
        add(&self.plain, &views.plain, true, false);
        add(&self.spelled, &views.spelled, false, false);
        add(&self.sound, &views.sound, false, false);
        add(&self.inside, &views.spelled, false, false);
        add(&self.inside, &views.runs, false, true);
        add(&self.spelled, &views.runs, false, true);
        hits.extend(self.across(views));
        hits
    }
}

impl Matcher {
    /// What is found where the spaces between words are taken away, and one of its pieces is no word of its own.
    fn across(&self, views: &Views) -> Vec<Hit> {
        let mut text = String::with_capacity(views.plain.text.len());
        let mut starts = Vec::new();
        for number in 0..views.words.len() {
            starts.push(text.len());
            text.push_str(views.plain.word(number));
        }
        let word_at = |at: usize| starts.partition_point(|start| *start <= at) - 1;
        let mut hits = Vec::new();
        for found in self.inside.automaton.find_overlapping_iter(&text) {
            let words = word_at(found.start())..word_at(found.end() - 1) + 1;
            let pieces = words.len();
            let is_whole = starts[words.start] == found.start();
            let short = words.clone().any(|number| views.plain.word(number).len() <= SHORT_PIECE_LETTERS);
            if pieces > 1 && pieces <= ACROSS_WORDS_MAX && is_whole && short {
                let Pattern { means, is_name } =
                    self.patterns[self.inside.patterns[found.pattern().as_usize()]];
                hits.push(Hit { means, words, is_disguised: true, is_name });
            }
        }
        hits
    }
}

#[derive(Default)]
struct Making {
    patterns: Vec<Pattern>,
    plain: Vec<(String, usize)>,
    spelled: Vec<(String, usize)>,
    sound: Vec<(String, usize)>,
    inside: Vec<(String, usize)>,
}

impl Making {
    fn add(
        &mut self,
        word: &str,
        means: Means,
        is_name: bool,
        rule: Option<&Rule>,
    ) -> Result<(), RulesetInvalid> {
        let stem = word.strip_suffix('*');
        let views = Views::of(stem.unwrap_or(word));
        let bad = || RulesetInvalid::Word(word.to_owned());
        let within = |view: &View| -> Result<String, RulesetInvalid> {
            let text = view.text.as_str();
            let text = if stem.is_some() { text.strip_suffix(' ').ok_or_else(bad)? } else { text };
            if text.trim().is_empty() { Err(bad()) } else { Ok(text.to_owned()) }
        };
        let plain = within(&views.plain)?;
        let number = self.patterns.len();
        if plain.split_whitespace().count() > PHRASE_WORDS_MAX {
            return Err(bad());
        }
        self.patterns.push(Pattern { means, is_name });
        if matches!(means, Means::Rule(_)) {
            self.spelled.push((plain.clone(), number));
        }
        let is_word = !plain.trim().contains(' ');
        if rule.is_some_and(|rule| rule.misspelt) && is_word {
            let letters = plain.trim();
            if letters.len() >= HEARD_LETTERS_MIN {
                let end = if stem.is_some() { "" } else { " " };
                self.sound.push((format!(" {}{end}", heard(letters)), number));
                if letters.len() >= INSIDE_LETTERS_MIN {
                    self.inside.push((letters.to_owned(), number));
                    self.spelled.push((format!(" {}{end}", turned_by_thirteen(letters)), number));
                    if letters.len() > INSIDE_LETTERS_MIN {
                        self.inside.push((letters.chars().rev().collect(), number));
                    }
                    for other in slips(&heard(letters)) {
                        self.sound.push((format!(" {other}{end}"), number));
                    }
                }
            }
        }
        self.plain.push((plain, number));
        Ok(())
    }
}

/// A word in which two letters inside changed places, or one is missing.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < INSIDE_LETTERS_MIN {
        return Vec::new();
    }
    let mut all = Vec::new();
    for at in 1..letters.len() - 2 {
        let mut swapped = letters.clone();
        swapped.swap(at, at + 1);
        all.push(swapped.into_iter().collect());
        let missing = letters.iter().enumerate().filter(|(place, _)| *place != at);
        all.push(missing.map(|(_, letter)| *letter).collect());
    }
    all.retain(|other: &String| other != word);
    all
}

impl Finder {
    fn of(words: Vec<(String, usize)>) -> Result<Self, RulesetInvalid> {
        let (words, patterns): (Vec<_>, Vec<_>) = words.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&words)
            .map_err(|_| RulesetInvalid::Word(words.first().cloned().unwrap_or_default()))?;
        Ok(Self { automaton, patterns })
    }

    fn in_view<'a>(&'a self, view: &'a View) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        self.automaton
            .find_overlapping_iter(&view.text)
            .map(|found| (self.patterns[found.pattern().as_usize()], found.range()))
    }
}
