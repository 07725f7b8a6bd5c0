//! Every decoder on whatever the fuzzer finds. The first byte chooses the decoder; `PLI_DECODER`
//! names one, to spend the whole time on it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pli_tests::decoders::{DECODERS, Decoder};
use std::sync::LazyLock;

static CHOSEN: LazyLock<Option<&'static Decoder>> = LazyLock::new(|| {
    let name = std::env::var("PLI_DECODER").ok()?;
    let chosen = DECODERS.iter().find(|(known, _)| *known == name);
    Some(chosen.expect("PLI_DECODER names a decoder of tests/src/decoders.rs"))
});

fuzz_target!(|bytes: &[u8]| {
    if let Some((_, decode)) = *CHOSEN {
        decode(bytes);
    } else if let Some((choice, rest)) = bytes.split_first() {
        DECODERS[usize::from(*choice) % DECODERS.len()].1(rest);
    }
});
