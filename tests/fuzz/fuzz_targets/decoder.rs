//! One decoder on whatever the fuzzer finds: the one whose name this program bears.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pli_tests::decoders::{Decoder, by_name};
use std::path::Path;
use std::sync::LazyLock;

static DECODER: LazyLock<&Decoder> = LazyLock::new(|| {
    let program = std::env::args().next().expect("a program has a name");
    let name = Path::new(&program).file_stem().and_then(|name| name.to_str()).expect("a name in ASCII");
    by_name(name).expect("a decoder of tests/src/decoders")
});

fuzz_target!(|bytes: &[u8]| {
    (DECODER.decode)(bytes);
});
