//! What no rule names: a report that says by its signs alone what it is about. A linear model over words, pairs of
//! words and the lists of the ruleset, learned from sentences that stand in the repository.
//!
//! Its weights are a byte for each of the places that words are spread over; a decision is a sum, and which words it is
//! made of can be shown.

use super::text::Views;
use std::collections::BTreeMap;
use std::ops::Range;

/// The places that features are spread over.
pub const WEIGHTS: usize = 1 << PLACE_BITS;

const PLACE_BITS: u32 = 15;

/// So many words are weighed together.
const WINDOW_WORDS: usize = 60;

/// What a weight of 127 stands for.
pub const SCALE: f32 = 4.0;

/// The learned weights.
pub struct Model {
    weights: Vec<i8>,
}

/// What is weighed of one stretch of text: the places of its features, and which word each begins with.
#[derive(Clone, Debug, Default)]
pub struct Features {
    places: BTreeMap<u32, usize>,
}

impl Model {
    /// The model of these weights: as many as there are places, or a smaller power of two, where places share them.
    #[must_use]
    pub fn of(weights: &[u8]) -> Option<Self> {
        let weights: Vec<i8> = weights.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        let fits = weights.len().is_power_of_two() && weights.len() <= WEIGHTS;
        fits.then_some(Self { weights })
    }

    /// Above nought it is more likely a report than not.
    #[must_use]
    pub fn score(&self, features: &Features) -> f32 {
        let weight = |place: &u32| f32::from(self.weights[*place as usize & (self.weights.len() - 1)]);
        let sum: f32 = features.places.keys().map(weight).sum();
        sum * SCALE / 127.0 * features.norm()
    }
}

impl Features {
    /// The features of some words of a text, with the lists that were found in it, in the order of their places.
    #[must_use]
    pub fn of(views: &Views, words: Range<usize>, signs: &[(&str, Range<usize>)]) -> Self {
        let mut features = Self::default();
        let mut before: Option<&str> = None;
        let mut before_that: Option<&str> = None;
        for number in words.clone() {
            let word = views.plain.word(number);
            if word.is_empty() || word.bytes().all(|byte| byte.is_ascii_digit()) {
                (before_that, before) = (before, Some("0"));
                continue;
            }
            let stem = stem(word);
            features.add(&["w", stem], number);
            if let Some(before) = before {
                features.add(&["p", before, stem], number);
            }
            if let Some(before) = before_that {
                features.add(&["s", before, stem], number);
            }
            (before_that, before) = (before, Some(stem));
        }
        let from = signs.partition_point(|(_, at)| at.start < words.start);
        let found = signs[from..].iter().take_while(|(_, at)| at.start < words.end);
        let mut there: Vec<(&str, usize)> = found.map(|(sign, at)| (*sign, at.start)).collect();
        there.sort_unstable();
        there.dedup_by_key(|(sign, _)| *sign);
        // How many signs there are says more than which.
        for count in 2..=there.len().min(7) {
            features.add(&["n", &count.to_string()], words.start);
        }
        for (place, (sign, at)) in there.iter().enumerate() {
            features.add(&["l", sign], *at);
            for (other, _) in &there[place + 1..] {
                features.add(&["ll", sign, other], *at);
            }
        }
        features
    }

    fn add(&mut self, parts: &[&str], word: usize) {
        // FNV-1a: any spreading does, as long as it never changes.
        let mut hash: u32 = 0x811c_9dc5;
        for part in parts {
            for byte in part.bytes().chain([0]) {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        self.places.entry((hash ^ (hash >> PLACE_BITS)) & ((1 << PLACE_BITS) - 1)).or_insert(word);
    }

    /// The places, for whoever learns.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.places.keys().map(|place| *place as usize)
    }

    /// Long texts do not weigh more than short ones.
    #[must_use]
    pub fn norm(&self) -> f32 {
        #[allow(clippy::cast_precision_loss, reason = "some hundred features")]
        let count = self.places.len().max(1) as f32;
        1.0 / count.sqrt()
    }
}

/// The stretches of a text that are weighed, each overlapping the next by half.
pub(super) fn windows(words: usize) -> impl Iterator<Item = Range<usize>> {
    let last = words.saturating_sub(WINDOW_WORDS / 2).max(1);
    (0..last).step_by(WINDOW_WORDS / 2).map(move |from| from..(from + WINDOW_WORDS).min(words))
}

/// Of the stretches of a text in their order, those around one word.
pub(super) fn around<T>(
    stretches: &[T],
    word: usize,
    words: impl Fn(&T) -> &Range<usize>,
) -> impl Iterator<Item = &T> {
    let end = stretches.partition_point(|stretch| words(stretch).start <= word);
    // Each overlaps the next by half, so no word is in more than two.
    stretches[end.saturating_sub(2)..end].iter().filter(move |stretch| words(stretch).contains(&word))
}

/// The beginning of a word, which is what its forms share.
fn stem(word: &str) -> &str {
    let end = word.char_indices().nth(6).map_or(word.len(), |(at, _)| at);
    &word[..end]
}
