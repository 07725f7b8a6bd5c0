//! What no rule names: a report that says by its signs alone what it is about. A linear model over words, pairs of
//! words, pieces of words and the lists of the ruleset, learned from sentences that stand in the repository.
//!
//! Its weights are a byte for each of the places that features are spread over; a decision is a sum, and which words it
//! is made of can be shown.

use super::text::Views;
use std::cmp::Reverse;
use std::ops::Range;

/// The places that features are spread over.
pub const WEIGHTS: usize = 1 << PLACE_BITS;

const PLACE_BITS: u32 = 18;

/// So many words are weighed together.
const WINDOW_WORDS: usize = 60;

/// What a weight of 127 stands for.
pub const SCALE: f32 = 4.0;

/// Pieces of words have so many letters, the spaces around the word among them.
const PIECE_LETTERS: Range<usize> = 3..6;

/// A longer chunk is no word that anybody reads: its first letters are enough.
const WORD_LETTERS_MAX: usize = 48;

/// So many words of a decision are shown.
const TOLD_WORDS_MAX: usize = 8;

/// And only those of so many pieces: four letters.
const TOLD_PIECES_MIN: usize = 9;

/// The learned weights.
pub struct Model {
    weights: Vec<i8>,
}

/// What a feature is made of: each sort has its own share of the score, however many features of it there are.
#[derive(Clone, Copy)]
enum Sort {
    Words,
    Pieces,
    Signs,
}

const SORTS: usize = 3;

/// What is weighed of one stretch of text: the places of its features, by their sort.
#[derive(Clone, Debug, Default)]
pub struct Features {
    places: [Vec<u32>; SORTS],
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
        let of_sort = |(places, value): (&[u32], f32)| {
            #[allow(clippy::cast_precision_loss, reason = "some thousand bytes")]
            let sum = self.sum(places) as f32;
            sum * value
        };
        features.sorts().map(of_sort).sum::<f32>() * SCALE / 127.0
    }

    fn sum(&self, places: &[u32]) -> i32 {
        let weight = |place: &u32| i32::from(self.weights[*place as usize & (self.weights.len() - 1)]);
        places.iter().map(weight).sum()
    }

    /// The words of a stretch that speak most for a report, in their order.
    pub(super) fn telling(&self, weighed: &Weighed, words: Range<usize>) -> Vec<usize> {
        let says = |number: usize| {
            let [of_word, pieces] = &weighed.words[number];
            let count = i32::try_from(pieces.len()).unwrap_or(i32::MAX).max(1);
            self.sum(of_word) + self.sum(pieces) / count
        };
        // What little words weigh, they weigh for those before them.
        let is_long = |number: &usize| weighed.words[*number][Sort::Pieces as usize].len() >= TOLD_PIECES_MIN;
        let said = words.filter(is_long).map(|number| (says(number), number));
        let mut all: Vec<_> = said.filter(|(says, _)| *says > 0).collect();
        all.sort_by_key(|(says, _)| Reverse(*says));
        let mut told: Vec<_> = all.into_iter().take(TOLD_WORDS_MAX).map(|(_, number)| number).collect();
        told.sort_unstable();
        told
    }
}

/// The features of each word of a text, made once for all the stretches that it is in.
pub(super) struct Weighed {
    words: Vec<[Vec<u32>; 2]>,
}

impl Weighed {
    /// Reads the words of a text; those that mean nothing where they stand have no pieces.
    pub(super) fn of(views: &Views, means_nothing: impl Fn(usize) -> bool) -> Self {
        let mut words = Self::words(views);
        views.spelled.each(|number, word| {
            if let Some([_, pieces]) = words.get_mut(number)
                && !means_nothing(number)
            {
                add_pieces(word, pieces);
            }
        });
        Self { words }
    }

    fn words(views: &Views) -> Vec<[Vec<u32>; 2]> {
        let meant = views.as_meant();
        let (mut before, mut before_that): (Option<&str>, Option<&str>) = (None, None);
        let mut all = Vec::with_capacity(views.words.len());
        for word in meant {
            let mut places = Vec::new();
            if word.is_empty() || word.bytes().all(|byte| byte.is_ascii_digit()) {
                (before_that, before) = (before, Some("0"));
            } else {
                let stem = stem(word);
                places.push(place(&["w", stem]));
                places.extend(before.map(|before| place(&["p", before, stem])));
                places.extend(before_that.map(|before| place(&["s", before, stem])));
                (before_that, before) = (before, Some(stem));
            }
            all.push([places, Vec::new()]);
        }
        all
    }
}

impl Features {
    /// The features of some words of a text, with the lists that were found in it, in the order of their places.
    pub(super) fn of(weighed: &Weighed, words: Range<usize>, signs: &[(&str, Range<usize>)]) -> Self {
        let mut places: [Vec<u32>; SORTS] = Default::default();
        for [of_word, pieces] in &weighed.words[words.clone()] {
            places[Sort::Words as usize].extend(of_word);
            places[Sort::Pieces as usize].extend(pieces);
        }
        places[Sort::Signs as usize] = of_signs(words, signs);
        for places in &mut places {
            places.sort_unstable();
            places.dedup();
        }
        Self { places }
    }

    /// The places of each sort, and what each of them counts for.
    fn sorts(&self) -> impl Iterator<Item = (&[u32], f32)> {
        self.places.iter().map(|places| {
            #[allow(clippy::cast_precision_loss, reason = "some hundred features")]
            let count = places.len().max(1) as f32;
            // Long texts do not weigh more than short ones.
            (places.as_slice(), 1.0 / count.sqrt())
        })
    }

    /// The places and what they count for, for whoever learns.
    pub fn places(&self) -> impl Iterator<Item = (usize, f32)> {
        self.sorts().flat_map(|(places, value)| places.iter().map(move |place| (*place as usize, value)))
    }
}

/// Which signs there are, two at a time, and how many: that says more than which.
fn of_signs(words: Range<usize>, signs: &[(&str, Range<usize>)]) -> Vec<u32> {
    let from = signs.partition_point(|(_, at)| at.start < words.start);
    let found = signs[from..].iter().take_while(|(_, at)| at.start < words.end);
    let mut there: Vec<&str> = found.map(|(sign, _)| *sign).collect();
    there.sort_unstable();
    there.dedup();
    let mut places = vec![place(&["b"])];
    places.extend((2..=there.len().min(7)).map(|count| place(&["n", &count.to_string()])));
    for (number, sign) in there.iter().enumerate() {
        places.push(place(&["l", sign]));
        places.extend(there[number + 1..].iter().map(|other| place(&["ll", sign, other])));
    }
    places
}

/// All pieces of a word, the space before it and behind it among its letters.
fn add_pieces(word: &str, places: &mut Vec<u32>) {
    let end = word.char_indices().nth(WORD_LETTERS_MAX).map_or(word.len(), |(at, _)| at);
    let mut starts: Vec<usize> = vec![0];
    starts.extend(word[..end].char_indices().map(|(at, _)| at + 1));
    starts.extend([end + 1, end + 2]);
    let bytes: Vec<u8> = b" ".iter().chain(&word.as_bytes()[..end]).chain(b" ").copied().collect();
    let begun = hashed(hashed(HASH, b"c"), &[0]);
    for from in 0..starts.len() - 1 {
        let (mut hash, mut at) = (begun, starts[from]);
        for length in 1..PIECE_LETTERS.end {
            let Some(to) = starts.get(from + length) else { break };
            hash = hashed(hash, &bytes[at..*to]);
            at = *to;
            if PIECE_LETTERS.contains(&length) {
                places.push(place_of(hash));
            }
        }
    }
}

/// Where a feature has its weight.
fn place(parts: &[&str]) -> u32 {
    place_of(parts.iter().fold(HASH, |hash, part| hashed(hashed(hash, part.as_bytes()), &[0])))
}

/// FNV-1a: any spreading does, as long as it never changes.
const HASH: u32 = 0x811c_9dc5;

fn hashed(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn place_of(hash: u32) -> u32 {
    (hash ^ (hash >> PLACE_BITS)) & ((1 << PLACE_BITS) - 1)
}

/// The stretches of a text that are weighed, each overlapping the next by half.
pub(super) fn windows(words: usize) -> impl Iterator<Item = Range<usize>> {
    let last = words.saturating_sub(WINDOW_WORDS / 2).max(1);
    (0..last).step_by(WINDOW_WORDS / 2).map(move |from| from..(from + WINDOW_WORDS).min(words))
}

/// The beginning of a word, which is what its forms share.
fn stem(word: &str) -> &str {
    let end = word.char_indices().nth(6).map_or(word.len(), |(at, _)| at);
    &word[..end]
}
