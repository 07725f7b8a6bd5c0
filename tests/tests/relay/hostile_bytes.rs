//! Hostile bytes: every decoder on the committed corpus of real inputs, and on a hundred thousand seeded
//! mutations of it. None may panic, and what is real is accepted.
//!
//! A failure names the decoder and the seed; `PLI_DECODER=journal PLI_SEED=17` runs that one again.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_tests::corpus::{Corpus, commit, committed, make};
use pli_tests::decoders::{DECODERS, Decoder, by_name};
use pli_tests::threads::each;
use shared::cbor;
use shared::statement::Statement;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Mutations for each decoder; and for a slow one.
const MUTATIONS: u64 = 100_000;
const MUTATIONS_OF_SLOW: u64 = 5_000;

const MUTATIONS_OF_ONE_SEED: u64 = 1_000;

#[test]
fn what_is_real_is_accepted() {
    if std::env::var_os("PLI_WRITE_CORPUS").is_some() {
        commit(&make());
    }
    let corpus = committed();
    for Decoder { name, decode } in DECODERS {
        let inputs = corpus.get(*name).unwrap_or_else(|| panic!("{name} has no corpus"));
        let accepted = inputs.iter().filter(|input| decode(input)).count();
        assert!(accepted > 0, "{name} accepts none of {} real inputs", inputs.len());
    }
    assert_eq!(corpus.len(), DECODERS.len(), "a part of the corpus has no decoder");
}

#[test]
fn a_statement_of_each_kind_is_accepted() {
    let decoder = by_name("statement").unwrap();
    let mut accepted = BTreeMap::new();
    for input in &committed()["statement"] {
        let statement: Statement = cbor::decode(input, input.len()).unwrap();
        *accepted.entry(statement.kind).or_default() |= (decoder.decode)(input);
    }
    assert_eq!(accepted.len(), 14, "a kind has no real input");
    assert!(accepted.values().all(|accepted: &bool| *accepted), "{accepted:?}");
}

#[test]
fn the_corpus_can_be_made_again() {
    let made = make();
    let committed = committed();
    for Decoder { name, .. } in DECODERS {
        let (made, committed) = (made[*name].len(), committed[*name].len());
        assert_eq!(made, committed, "{name}: write the corpus anew");
    }
}

#[test]
fn no_decoder_panics() {
    let corpus = committed();
    let only = std::env::var("PLI_DECODER").ok().map(|name| by_name(&name).unwrap());
    let seed: Option<u64> = std::env::var("PLI_SEED").ok().map(|seed| seed.parse().unwrap());
    for decoder in DECODERS.iter().filter(|decoder| only.is_none_or(|only| only.name == decoder.name)) {
        let mutations = if decoder.is_slow() { MUTATIONS_OF_SLOW } else { MUTATIONS };
        let seeds = seed.map_or(0..mutations / MUTATIONS_OF_ONE_SEED, |seed| seed..seed + 1);
        for outcome in each(seeds, |seed| run(decoder, &corpus, seed)) {
            outcome.unwrap();
        }
    }
}

fn run(decoder: &Decoder, corpus: &Corpus, seed: u64) -> Result<(), String> {
    let inputs = &corpus[decoder.name];
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..MUTATIONS_OF_ONE_SEED {
        let bytes = mutated(&inputs[random.usize(0..inputs.len())], inputs, &mut random);
        catch_unwind(AssertUnwindSafe(|| (decoder.decode)(&bytes)))
            .map_err(|_| format!("PLI_DECODER={} PLI_SEED={seed} panics on {bytes:02x?}", decoder.name))?;
    }
    Ok(())
}

/// One to four changes of the kinds that break parsers.
fn mutated(input: &[u8], others: &[Vec<u8>], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..=4) {
        let at = random.usize(0..=bytes.len());
        let some = random.usize(0..64).min(bytes.len() - at);
        match random.u8(0..10) {
            0 if some > 0 => bytes[at] ^= 1 << random.u8(0..8),
            1 if some > 0 => bytes[at] = random.u8(..),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, random.u8(..)),
            4 if some > 0 => drop(bytes.remove(at)),
            5 => drop(bytes.drain(at..at + some)),
            6 => {
                let piece = bytes[at..at + some].to_vec();
                bytes.extend(piece);
            }
            // A number where one may stand, at the edges of its type.
            7 if some >= 8 => {
                let number = [0, 1, u64::MAX, u64::MAX / 2, u64::from(u32::MAX)][random.usize(0..5)];
                let length = [1, 2, 4, 8][random.usize(0..4)];
                bytes[at..at + length].copy_from_slice(&number.to_be_bytes()[8 - length..]);
            }
            // A piece of another real input.
            8 => {
                let other = &others[random.usize(0..others.len())];
                let from = random.usize(0..=other.len());
                let piece = other[from..(from + random.usize(0..256)).min(other.len())].to_vec();
                bytes.splice(at..at + some, piece);
            }
            _ if some > 0 => bytes[at] = bytes[at].wrapping_add([1, 255][random.usize(0..2)]),
            _ => {}
        }
    }
    bytes
}
