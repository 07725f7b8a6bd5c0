//! Hostile bytes: every decoder on real inputs and on seeded mutations of them. None may panic.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_tests::decoders::DECODERS;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The same on every machine; a failure names it with the decoder and the input.
const SEED: u64 = 0x93_2020_0707;

/// Mutations of each input for each decoder; with the inputs of the vectors, well over 100,000.
const MUTATIONS_PER_INPUT: usize = 30;

/// SplitMix64: small, seedable, good enough to move bytes about.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    /// One to four changes of the kinds that break parsers.
    fn mutate(&mut self, input: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                1 if !bytes.is_empty() => bytes[at] = self.byte(),
                2 => bytes.truncate(at),
                3 => bytes.insert(at, self.byte()),
                4 if !bytes.is_empty() => drop(bytes.remove(at)),
                _ => {
                    let piece = bytes[at..].iter().take(self.below(64)).copied().collect::<Vec<_>>();
                    bytes.extend(piece);
                }
            }
        }
        bytes
    }
}

/// Every hexadecimal string of the vectors: one real input of every format at least.
fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/formats");
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if let Ok(vectors) = serde_json::from_slice::<Value>(&fs::read(entry.path()).unwrap()) {
            collect(&vectors, &mut inputs);
        }
    }
    inputs.sort();
    inputs.dedup();
    inputs
}

fn collect(value: &Value, inputs: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => inputs.extend(from_hex(text)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, inputs)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, inputs)),
        _ => {}
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[test]
fn no_decoder_panics() {
    let inputs = corpus();
    assert!(inputs.len() > 50, "the vectors hold real inputs: {}", inputs.len());
    let mut draws = Draws(SEED);
    for input in &inputs {
        for (name, decoder) in DECODERS {
            for number in 0..MUTATIONS_PER_INPUT {
                let bytes = if number == 0 { input.clone() } else { draws.mutate(input) };
                let outcome = std::panic::catch_unwind(|| decoder(&bytes));
                assert!(outcome.is_ok(), "seed {SEED:#x}: {name} panics on {bytes:02x?}");
            }
        }
    }
}
