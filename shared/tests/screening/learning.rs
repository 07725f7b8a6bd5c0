//! The sentences by which the screen learns and is measured, how it learns, and what it gets wrong.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![allow(clippy::cast_precision_loss, reason = "some thousand sentences")]

use fastrand::Rng;
use shared::screening::model::{Features, SCALE, WEIGHTS};
use shared::screening::text::unescaped;
use shared::screening::{Screen, Verdict};
use std::collections::BTreeMap;

/// The rules as they stand in the repository.
pub(crate) const RULES: &str = include_str!("../../ruleset/article-5.toml");

/// What was learned.
pub(crate) const LEARNED: &[u8] = include_bytes!("../../ruleset/model.bin");

/// The sentences that the rules are tuned on and the model learns from.
pub(crate) const LEARNED_FROM: &str = include_str!("../../../tests/data/screening/learned-from.tsv");

/// The sentences by which both are measured, and nothing else.
pub(crate) const HELD_OUT: &str = include_str!("../../../tests/data/screening/held-out.tsv");

/// What stands above the errors.
pub(crate) const ABOUT_ERRORS: &str = "\
# What the screen gets wrong

Every sentence of `tests/data/screening/held-out.tsv` that is judged wrongly, for whoever has to know what kind of mistakes
these are. **Whoever has read this page tunes nothing by these sentences any more**: other ones have to be written first,
by somebody who has not seen the rules. `cargo run -p pli-shared --example screening -- errors` writes it.

";

/// How often each stretch is looked at, at most.
const ROUNDS: usize = 12;

/// What it costs to be wrong about a stretch, against weights that are as small as can be.
const COST: f64 = 0.6;

/// One sentence.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    /// What kind of sentence it is.
    pub(crate) kind: &'static str,
    /// What is expected.
    pub(crate) label: &'static str,
    /// Itself.
    pub(crate) text: String,
    /// Who wrote it: one letter for each author.
    pub(crate) author: &'static str,
}

impl Sentence {
    /// Whether it must not be sent.
    #[must_use]
    pub(crate) fn is_excluded(&self) -> bool {
        self.label == "refuse"
    }
}

/// Reads a set: kind, label and text, and where it matters its author, a line each.
///
/// # Panics
/// If a line is none.
#[must_use]
pub(crate) fn sentences(set: &'static str) -> Vec<Sentence> {
    let read = |line: &'static str| {
        let mut columns = line.split('\t');
        let (kind, label, text) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        let author = columns.next().unwrap_or_default();
        Sentence { kind, label, text: unescaped(text), author }
    };
    set.lines().map(read).collect()
}

/// One stretch of a sentence, as the learner holds it.
struct Stretch {
    places: Vec<(usize, f64)>,
    /// Plus one where it must not be sent, and minus one otherwise.
    side: f64,
    /// What it costs to be wrong about it.
    cost: f64,
    /// How much of the weights it makes.
    share: f64,
}

/// Learns weights: the flattest plane that has the sentences on their sides, and pays the square of what is lacking
/// (a support vector machine, by dual coordinate descent).
///
/// Only additions, multiplications, divisions and square roots, in one order: the same everywhere.
#[must_use]
pub(crate) fn learn(screen: &Screen, from: &[&Sentence]) -> Vec<u8> {
    let features: Vec<_> = from.iter().map(|sentence| screen.features(&sentence.text)).collect();
    let sentences: Vec<_> = from.iter().copied().zip(features.iter().map(Vec::as_slice)).collect();
    learn_from(&sentences)
}

/// Learns from stretches that were read before.
#[must_use]
pub(crate) fn learn_from(from: &[(&Sentence, &[Features])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (sentence, stretches) in from {
        let side = if sentence.is_excluded() { 1.0 } else { -1.0 };
        let cost = COST * cost(sentence.kind) / stretches.len() as f64;
        all.extend(stretches.iter().map(|features| Stretch {
            places: features.places().map(|(place, value)| (place, f64::from(value))).collect(),
            side,
            cost,
            share: 0.0,
        }));
    }
    let mut weights = vec![0.0_f64; WEIGHTS];
    let mut random = Rng::with_seed(5);
    for _ in 0..ROUNDS {
        random.shuffle(&mut all);
        all.iter_mut().for_each(|stretch| stretch.pull(&mut weights));
    }
    let scale = 127.0 / f64::from(SCALE);
    #[allow(clippy::cast_possible_truncation, reason = "clamped to a byte")]
    let byte = |weight: &f64| ((weight * scale).round().clamp(-127.0, 127.0) as i8).to_le_bytes()[0];
    weights.iter().map(byte).collect()
}

/// How much more than others a kind costs.
fn cost(kind: &str) -> f64 {
    match kind {
        "ordinary" | "organisational" | "threat" => 2.0,
        "look-alike" | "religion-origin" | "violence" => 1.5,
        _ => 1.0,
    }
}

impl Stretch {
    /// Moves the weights as far as this stretch wants them.
    fn pull(&mut self, weights: &mut [f64]) {
        let held_back = 1.0 / (2.0 * self.cost);
        let score: f64 = self.places.iter().map(|(place, value)| weights[*place] * value).sum();
        let length: f64 = self.places.iter().map(|(_, value)| value * value).sum();
        let slope = self.side * score - 1.0 + held_back * self.share;
        let share = (self.share - slope / (length + held_back)).max(0.0);
        let change = (share - self.share) * self.side;
        self.share = share;
        for (place, value) in &self.places {
            weights[*place] += change * value;
        }
    }
}

/// How a set was judged, by kind.
#[derive(Default)]
pub(crate) struct Measured {
    /// Sentences of each kind, and those refused.
    pub(crate) kinds: BTreeMap<&'static str, (usize, usize)>,
}

impl Measured {
    /// Judges every sentence.
    #[must_use]
    pub(crate) fn of(screen: &Screen, set: &[Sentence]) -> Self {
        let mut measured = Self::default();
        for sentence in set {
            let is_refused = screen.judge(&sentence.text).verdict == Verdict::Refuse;
            let kind = measured.kinds.entry(sentence.kind).or_default();
            kind.0 += 1;
            kind.1 += usize::from(is_refused);
        }
        measured
    }
}

impl Measured {
    /// A line for each kind: how many, how many refused, and between which bounds that share lies.
    pub(crate) fn table(&self) -> String {
        let line = |(kind, (all, refused)): (&&str, &(usize, usize))| {
            let share = *refused as f64 / *all as f64;
            let (low, high) = wilson(*refused, *all);
            format!("{kind:16} {refused:4} of {all:4}  {share:.3}  {low:.3} to {high:.3}\n")
        };
        self.kinds.iter().map(line).collect()
    }
}

/// Every sentence that was judged wrongly, a line each, by kind.
#[must_use]
pub(crate) fn errors(screen: &Screen, set: &[Sentence]) -> String {
    let mut lines = Vec::new();
    for sentence in set {
        let judged = screen.judge(&sentence.text);
        let rules: Vec<_> = judged.refusing().map(|finding| finding.rule.as_str()).collect();
        let text = sentence.text.replace('\n', "\\n");
        match (sentence.is_excluded(), rules.is_empty()) {
            (true, true) => lines.push(format!("- {}, passed: {text}\n", sentence.kind)),
            (false, false) => {
                lines.push(format!("- {}, refused by {}: {text}\n", sentence.kind, rules.join(", ")));
            }
            _ => {}
        }
    }
    lines.sort();
    lines.concat()
}

/// The bounds between which a share lies that was seen as `part` of `whole` (Wilson, 95 %).
#[must_use]
pub(crate) fn wilson(part: usize, whole: usize) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let middle = p + Z * Z / (2.0 * n);
    let apart = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let below = 1.0 + Z * Z / n;
    (((middle - apart) / below).max(0.0), ((middle + apart) / below).min(1.0))
}
