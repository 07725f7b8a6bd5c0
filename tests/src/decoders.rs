//! Every decoder that takes bytes from outside, under one signature: for seeded mutations in the
//! ordinary tests and for the coverage-guided fuzz target.
//!
//! A decoder may say no and may not panic. What it accepts must encode to the same bytes again.

use pli_server::relay::items::Item;
use pli_server::store::frame;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::cbor;
use shared::directory::{Continuity, Directory};
use shared::ids::{Digest, PublicKey};
use shared::log::{Checkpoint, Confirmation, Leaf, LogMemory, LogView, Record};
use shared::message::{Grant, GrantList, Header, Note};
use shared::seal::{ExpiryIdentity, MessageIdentity, open_small, unpad};
use shared::signed::Signed;
use shared::statement::{Card, Group, KeyPage, Nomenclature, Root, Roster, Statement};
use shared::time::Timestamp;
use shared::wire::{Answer, Hello, Listed, Notice, Ready, Request, SealedKey};

/// More than any frame may have, so that the size gates are met too.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// A decoder by name.
pub type Decoder = (&'static str, fn(&[u8]));

/// All of them.
pub const DECODERS: &[Decoder] = &[
    ("signed", canonical::<Signed>),
    ("request", canonical::<Request>),
    ("answer", canonical::<Answer>),
    ("hello", canonical::<Hello>),
    ("ready", canonical::<Ready>),
    ("listed", canonical::<Listed>),
    ("notice", canonical::<Notice>),
    ("sealed key", canonical::<SealedKey>),
    ("header", canonical::<Header>),
    ("note", canonical::<Note>),
    ("grant list", canonical::<GrantList>),
    ("root", canonical::<Root>),
    ("card", canonical::<Card>),
    ("group", canonical::<Group>),
    ("roster", canonical::<Roster>),
    ("key page", canonical::<KeyPage>),
    ("leaf", canonical::<Leaf>),
    ("record", canonical::<Record>),
    ("grant", |bytes| drop(Grant::decode(bytes))),
    ("statement", statement),
    ("nomenclature", |bytes| drop(Nomenclature::parse(&String::from_utf8_lossy(bytes)))),
    ("checkpoint", checkpoint),
    ("view", view),
    ("confirmation", confirmation),
    ("frame", frame_and_item),
    ("sealed grant", sealed_grant),
    ("sealed part", sealed_part),
    ("padding", |bytes| drop(unpad(bytes).map(<[u8]>::to_vec))),
];

fn canonical<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    if let Ok(value) = cbor::decode::<T>(bytes, BYTES_MAX) {
        assert_eq!(cbor::encode(&value), bytes, "accepted, and encoded otherwise");
    }
}

fn statement(bytes: &[u8]) {
    if let Ok(statement) = cbor::decode::<Statement>(bytes, BYTES_MAX) {
        let directory = Directory::pinned(statement.signed.digest());
        drop(directory.judge(&statement, Continuity::Next));
    }
}

fn checkpoint(bytes: &[u8]) {
    drop(Checkpoint::verify("pli.example/log", PublicKey([1; 32]), &String::from_utf8_lossy(bytes)));
}

fn view(bytes: &[u8]) {
    if let Ok(view) = cbor::decode::<LogView>(bytes, BYTES_MAX) {
        let mut memory = LogMemory::new("pli.example/log".to_owned(), PublicKey([1; 32]));
        let _ = memory.follow(&view, &view.consistency, Timestamp(0));
    }
}

fn confirmation(bytes: &[u8]) {
    if let Ok(confirmation) = cbor::decode::<Confirmation>(bytes, BYTES_MAX) {
        let tree = shared::log::TreeHead { size: confirmation.evidence.index, root: Digest([0; 32]) };
        drop(confirmation.recorded(tree));
    }
}

fn frame_and_item(bytes: &[u8]) {
    if let Ok((kind, payload)) = frame::decode(bytes) {
        drop(Item::from_frame(kind, payload));
    }
}

fn sealed_grant(bytes: &[u8]) {
    drop(open_small(&ExpiryIdentity::from_bytes(&[7; 32]), bytes));
}

fn sealed_part(bytes: &[u8]) {
    let secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    if let Ok(identity) = MessageIdentity::from_secret(secret) {
        drop(identity.open_part(bytes, std::io::sink()));
    }
}
