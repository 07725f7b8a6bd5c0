//! Strings that occur nowhere else, and the spellings in which one might leak.

use shared::crypto::sha256;
use std::collections::BTreeMap;

/// What was planted in one test.
pub(super) struct Canaries {
    seed: String,
    /// Where each was planted, by its spellings in lower case.
    needles: BTreeMap<Vec<u8>, String>,
    /// Whether a needle begins with these two bytes; most places of a file are passed by so.
    begins: Vec<bool>,
}

impl Canaries {
    pub(super) fn new(seed: &str, test: &str) -> Self {
        Self { seed: format!("{seed} {test}"), needles: BTreeMap::new(), begins: vec![false; 1 << 16] }
    }

    /// A canary for a place; the same in every run of one seed.
    pub(super) fn plant(&mut self, place: &str) -> String {
        let canary =
            format!("Serin{}", &sha256(format!("{} {place}", self.seed).as_bytes()).to_string()[..16]);
        self.watch_for(&canary, place);
        canary
    }

    /// As [`plant`](Self::plant), of letters alone, as a person's name is.
    pub(super) fn plant_name(&mut self, place: &str) -> String {
        let letter = |letter: char| match letter.to_digit(10) {
            Some(digit) => char::from(b"ghijklmnop"[digit as usize]),
            None => letter,
        };
        let canary: String = self.plant(place).chars().map(letter).collect();
        self.watch_for(&canary, place);
        canary
    }

    fn watch_for(&mut self, canary: &str, place: &str) {
        for needle in spellings(canary) {
            self.begins[two(&needle)] = true;
            self.needles.insert(needle, place.to_owned());
        }
    }

    /// Where something was planted that is in here.
    pub(super) fn find(&self, content: &[u8]) -> Option<&str> {
        let content = content.to_ascii_lowercase();
        for (place, pair) in content.windows(2).enumerate() {
            if !self.begins[two(pair)] {
                continue;
            }
            let rest = &content[place..];
            if let Some((_, planted)) = self.needles.iter().find(|(needle, _)| rest.starts_with(needle)) {
                return Some(planted);
            }
        }
        None
    }
}

fn two(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))
}

/// UTF-8, UTF-16 in both orders, and hexadecimal and base64 of UTF-8, in lower case.
fn spellings(canary: &str) -> Vec<Vec<u8>> {
    let lower = canary.to_ascii_lowercase();
    let mut all = vec![
        lower.as_bytes().to_vec(),
        lower.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        lower.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ];
    // What the writer wrote, in any case, is written in digits of its own.
    for cased in [canary.to_owned(), lower, canary.to_ascii_uppercase()] {
        all.push(cased.bytes().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect());
        all.extend((0..3).map(|shift| base64(cased.as_bytes(), shift).to_ascii_lowercase()));
    }
    all
}

/// The digits in the middle of some base64 that holds these bytes after `shift` others: those that
/// no neighbour takes part in.
fn base64(bytes: &[u8], shift: usize) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let shifted: Vec<u8> = std::iter::repeat_n(0, shift).chain(bytes.iter().copied()).collect();
    let digit = |place: usize| {
        let bit = |bit: usize| usize::from(shifted[bit / 8] >> (7 - bit % 8) & 1);
        DIGITS[(place * 6..place * 6 + 6).fold(0, |digit, place| digit * 2 + bit(place))]
    };
    let first = (shift * 8).div_ceil(6);
    (first..shifted.len() * 8 / 6).map(digit).collect()
}

#[test]
fn a_canary_is_found_in_every_spelling() {
    let mut canaries = Canaries::new("seed", "test");
    let canary = canaries.plant("subject");
    let upper = canary.to_uppercase();
    let hex: String = canary.bytes().map(|byte| format!("{byte:02X}")).collect();
    let utf_16: Vec<u8> = upper.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for leak in [canary.as_bytes(), upper.as_bytes(), hex.as_bytes(), &utf_16] {
        assert_eq!(canaries.find(&[b"around ", leak, b" it"].concat()), Some("subject"));
    }
    for before in ["", "a", "ab"] {
        let leak = base64(format!("{before}{canary} after").as_bytes(), 0);
        assert_eq!(canaries.find(&leak), Some("subject"), "{before:?}");
    }
    assert_eq!(canaries.find(b"Serin without digits"), None);
}
