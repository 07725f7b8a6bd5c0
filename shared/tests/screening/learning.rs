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

/// How often each sentence is looked at.
const ROUNDS: usize = 30;

/// How much the weights are held back.
const DECAY: f64 = 3e-4;

/// One sentence.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    /// What kind of sentence it is.
    pub(crate) kind: &'static str,
    /// What is expected.
    pub(crate) label: &'static str,
    /// Itself.
    pub(crate) text: String,
}

impl Sentence {
    /// Whether it must not be sent.
    #[must_use]
    pub(crate) fn is_excluded(&self) -> bool {
        self.label == "refuse"
    }
}

/// Reads a set: kind, label and text, a line each.
///
/// # Panics
/// If a line is none.
#[must_use]
pub(crate) fn sentences(set: &'static str) -> Vec<Sentence> {
    let read = |line: &'static str| {
        let mut columns = line.split('\t');
        let (kind, label, text) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        Sentence { kind, label, text: unescaped(text) }
    };
    set.lines().map(read).collect()
}

/// Learns weights from sentences that no rule finds: a line between two sides, the average of all lines on the way.
///
/// Only additions, multiplications and square roots: the same everywhere.
#[must_use]
pub(crate) fn learn(screen: &Screen, from: &[&Sentence]) -> Vec<u8> {
    let mut all: Vec<(Features, f64)> = Vec::new();
    for sentence in from {
        let side = if sentence.is_excluded() { 1.0 } else { -1.0 };
        all.extend(screen.features(&sentence.text).into_iter().map(|features| (features, side)));
    }
    let (mut weights, mut sum) = (vec![0.0_f64; WEIGHTS], vec![0.0_f64; WEIGHTS]);
    let mut steps = vec![1e-8_f64; WEIGHTS];
    let mut random = Rng::with_seed(5);
    for _ in 0..ROUNDS {
        random.shuffle(&mut all);
        for (features, side) in &all {
            let norm = f64::from(features.norm());
            let score: f64 = features.places().map(|place| weights[place]).sum::<f64>() * norm;
            let lacks = (1.0 - side * score).max(0.0);
            for place in features.places() {
                let slope = DECAY * weights[place] - side * lacks * norm;
                steps[place] += slope * slope;
                weights[place] -= 0.3 * slope / steps[place].sqrt();
            }
        }
        for (sum, weight) in sum.iter_mut().zip(&weights) {
            *sum += weight / ROUNDS as f64;
        }
    }
    let scale = 127.0 / f64::from(SCALE);
    #[allow(clippy::cast_possible_truncation, reason = "clamped to a byte")]
    let byte = |weight: &f64| ((weight * scale).round().clamp(-127.0, 127.0) as i8).to_le_bytes()[0];
    sum.iter().map(byte).collect()
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
