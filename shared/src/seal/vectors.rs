//! Opens the files of `tests/vectors/seal`, which other implementations can use as well.
//!
//! They pin opening only. Sealing is random, and the grease in it varies even in length.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{
    ExpiryIdentity, MessageIdentity, OpenError, OpenPartError, PassphraseError, WORK_FACTOR_OPEN_MAX,
    open_small, open_with_passphrase,
};

macro_rules! vectors {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../tests/vectors/seal/", $name, ".txt")))),*]
    };
}

const VECTORS: [(&str, &str); 19] = vectors! {
    "small" "small_empty" "small_two_stanzas" "small_x25519" "small_only_grease"
    "small_unknown_stanza" "small_long_header" "small_low_order" "small_other_key" "small_cut"
    "small_changed" "part" "part_hybrid" "part_two_stanzas" "part_last_chunk_missing"
    "part_followed" "passphrase" "passphrase_other" "passphrase_too_much_work"
};

#[test]
fn every_vector_has_its_outcome() {
    for (name, text) in VECTORS {
        let fields: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(": ")).collect();
        let sealed = BASE64_STANDARD.decode(fields["sealed"]).unwrap();
        let outcome = match fields["kind"] {
            "small" => outcome_of_small(fields["key"], &sealed),
            "part" => outcome_of_part(fields["key"], &sealed),
            "passphrase" => outcome_of_passphrase(fields["key"], &sealed),
            kind => panic!("{name} is of the unknown kind {kind}"),
        };
        match outcome {
            Ok(opened) => {
                assert_eq!(fields["outcome"], "opens", "{name}");
                let plaintext = BASE64_STANDARD.decode(fields["plaintext"]).unwrap();
                assert_eq!(opened, plaintext, "{name}");
            }
            Err(why) => assert_eq!(fields["outcome"], why, "{name}"),
        }
    }
}

fn outcome_of_small(key: &str, sealed: &[u8]) -> Result<Vec<u8>, &'static str> {
    let identity = ExpiryIdentity::from_text(key).unwrap();
    open_small(&identity, sealed).map(|opened| opened.to_vec()).map_err(word)
}

fn outcome_of_part(key: &str, sealed: &[u8]) -> Result<Vec<u8>, &'static str> {
    let identity = MessageIdentity::from_secret(key).unwrap();
    let mut opened = Vec::new();
    match identity.open_part(sealed, &mut opened) {
        Ok(_) => Ok(opened),
        Err(OpenPartError::Open(error)) => Err(word(error)),
        Err(OpenPartError::Stream(error)) => panic!("memory failed: {error}"),
    }
}

fn outcome_of_passphrase(key: &str, sealed: &[u8]) -> Result<Vec<u8>, &'static str> {
    match open_with_passphrase(key, sealed, WORK_FACTOR_OPEN_MAX) {
        Ok(opened) => Ok(opened.to_vec()),
        Err(PassphraseError::WrongPassphrase) => Err("wrong passphrase"),
        Err(PassphraseError::ExcessiveWork { .. }) => Err("excessive work"),
        Err(PassphraseError::Unusable(error)) => Err(word(error)),
    }
}

const fn word(error: OpenError) -> &'static str {
    match error {
        OpenError::Malformed => "malformed",
        OpenError::WrongKey => "wrong key",
        OpenError::Damaged => "damaged",
    }
}
