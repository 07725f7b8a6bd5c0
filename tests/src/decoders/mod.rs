//! Every decoder that takes bytes from outside, under one signature: for seeded mutations in the
//! ordinary tests and for coverage-guided fuzzing, a target each.
//!
//! A decoder may say no and may not panic, and what it accepts must encode to the same bytes again.
//! Behind most of them stands a signature or a check, so that changed bytes come no further than that.
//! Here the bytes are signed, sealed or summed up again where that is so: what is tried is what a
//! member with keys, or a disk with luck, could do.

mod disk;
mod documents;
mod files;
mod sealed;
mod signed;
mod stage;
mod wire;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::cbor;

pub(crate) use stage::{account, relay_keys};
pub use wire::{FIT, SIGN};

/// A decoder under its name, which is also the name of its fuzz target and of its part of the corpus.
pub struct Decoder {
    /// The name.
    pub name: &'static str,
    /// Decodes; says whether the bytes were accepted.
    pub decode: fn(&[u8]) -> bool,
}

macro_rules! decoders {
    ($($home:ident::$name:ident),* $(,)?) => {
        /// All of them.
        pub const DECODERS: &[Decoder] = &[$(Decoder { name: stringify!($name), decode: $home::$name }),*];
    };
}

decoders! {
    wire::frame, wire::request, wire::answer, wire::certificate,
    sealed::header, sealed::content, sealed::grant, sealed::grant_list, sealed::part, sealed::passphrase, sealed::key_store,
    signed::statement, signed::nomenclature, signed::checkpoint, signed::proof, signed::record, signed::bundle,
    files::tile_path, files::entry_bundle, files::mirror,
    disk::journal, disk::segment, disk::index,
    documents::pdf, documents::archive, documents::html, documents::rtf, documents::mail, documents::plain, documents::views,
    documents::workbook, documents::workbook_answer, documents::table,
}

/// More than anything may have, so that the gates of size are met too.
const BYTES_MAX: usize = 2 * 1024 * 1024;

impl Decoder {
    /// Whether each try takes milliseconds, on purpose.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        let documents = ["pdf", "archive", "html", "rtf", "mail", "plain", "views", "workbook", "table"];
        matches!(self.name, "passphrase" | "bundle") || documents.contains(&self.name)
    }
}

/// The decoder of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Decoder> {
    DECODERS.iter().find(|decoder| decoder.name == name)
}

/// The value, if the bytes are canonical.
fn canonical<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let value = cbor::decode::<T>(bytes, BYTES_MAX).ok()?;
    assert_eq!(cbor::encode(&value), bytes, "accepted, and encoded otherwise");
    Some(value)
}

fn is_canonical<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> bool {
    canonical::<T>(bytes).is_some()
}
