//! What is cut or flipped is refused all the same, or said to be unread; never neither.
//!
//! A failure names the seed; `PLI_SEED=18` flips other bits.

use crate::{SENTENCE, is_refused, read_usually, screen};
use pli_tests::documents::{Sample, samples};
use pli_tests::threads::each;
use shared::screening::Screen;
use std::collections::BTreeMap;

const CUTS: usize = 64;

const FLIPS: usize = 256;

/// Damages the samples of a format in turn; gives what was neither refused nor unread.
fn passed(
    screen: &Screen,
    samples: &[Sample],
    tries: usize,
    damage: impl Fn(&[u8], usize) -> Vec<u8>,
) -> Vec<String> {
    let mut passed = Vec::new();
    for number in 0..tries {
        let sample = &samples[number % samples.len()];
        let bytes = damage(&sample.bytes, number);
        let reading = read_usually(&bytes);
        if reading.unread.is_empty() && !is_refused(screen, &reading) {
            let at = bytes.iter().zip(&sample.bytes).take_while(|(one, other)| one == other).count();
            let around = String::from_utf8_lossy(&bytes[at.saturating_sub(40)..(at + 40).min(bytes.len())]);
            passed.push(format!("{} {} try {number}, at {at}: {around:?}", sample.format, sample.place));
        }
    }
    passed
}

fn formats() -> Vec<Vec<Sample>> {
    let mut formats: BTreeMap<&'static str, Vec<Sample>> = BTreeMap::new();
    for sample in samples(SENTENCE) {
        formats.entry(sample.format).or_default().push(sample);
    }
    formats.into_values().collect()
}

fn check(what: &str, tries: usize, damage: impl Fn(&Sample, &[u8], usize) -> Vec<u8> + Sync) {
    let screen = screen();
    let formats = formats();
    let outcomes = each(0..formats.len() as u64, |number| {
        let samples = &formats[usize::try_from(number).unwrap()];
        passed(&screen, samples, tries, |bytes, number| {
            damage(&samples[number % samples.len()], bytes, number)
        })
    });
    let passed: Vec<String> = outcomes.into_iter().flatten().collect();
    assert!(passed.is_empty(), "{what}\n{}", passed.join("\n"));
}

#[test]
fn what_is_cut_does_not_pass() {
    check("cut", CUTS, |sample, bytes, number| {
        // Of the first bytes nobody can say what they began. A text has no end: it is cut behind the sentence
        // that it begins with.
        let from = bytes.len() / if sample.is_closed { 8 } else { 3 };
        bytes[..from + (bytes.len() - 1 - from) * number / CUTS].to_vec()
    });
}

#[test]
fn what_is_flipped_does_not_pass() {
    let seed: u64 = std::env::var("PLI_SEED").map_or(17, |seed| seed.parse().unwrap());
    check(&format!("PLI_SEED={seed}"), FLIPS, |_, bytes, number| {
        let mut random = fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number as u64));
        let mut bytes = bytes.to_vec();
        let at = random.usize(..bytes.len());
        bytes[at] ^= 1 << random.u8(..8);
        bytes
    });
}
