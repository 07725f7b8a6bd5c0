//! The spelling of keys: Bech32 without its limit of length.
//!
//! A hybrid recipient takes almost two thousand characters where Bech32 stops at ninety; age lifts
//! that limit and so does this. One key has one spelling: the callers here encode what they
//! decoded and compare, so a change of case or of the unused last bits is not accepted.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Hrp};
use zeroize::Zeroizing;

/// The checksum of Bech32 for a text of any length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Unlimited {}

impl Checksum for Unlimited {
    type MidstateRepr = u32;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}

/// Spells `key` in small letters.
pub(super) fn encode(prefix: Hrp, key: &[u8]) -> String {
    bech32::encode_lower::<Unlimited>(prefix, key).expect("a text without limit takes every key")
}

/// Spells `key` in capitals, as age does for secrets.
pub(super) fn encode_secret(prefix: Hrp, key: &[u8]) -> Zeroizing<String> {
    let text = bech32::encode_upper::<Unlimited>(prefix, key);
    Zeroizing::new(text.expect("a text without limit takes every key"))
}

/// The key that `text` spells, if its prefix and checksum are right.
pub(super) fn decode(prefix: Hrp, text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let parsed = CheckedHrpstring::new::<Unlimited>(text).ok()?;
    // Collected into room that is already there, so that growing leaves no copy of a secret behind.
    let mut key = Zeroizing::new(Vec::with_capacity(text.len()));
    key.extend(parsed.byte_iter());
    (parsed.hrp() == prefix).then_some(key)
}
