//! A letter's account with nobody's help: a log of three leaves, signed by its key, and a reviewer who writes it down.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world::{AUDITOR, Letter, MAIRE, POLICE, World};
use shared::bundle::{Bundle, GroupThen, ProvedAct};
use shared::cbor;
use shared::crypto::{BoxKey, SigningKey};
use shared::directory::Directory;
use shared::ids::Random;
use shared::log::{
    Act, Actor, Evidence, GroupProof, HeadLeaf, Leaf, LogView, MemoryTree, Record, RecordBox, Revealed,
    consistency, inclusion, leaf_hash, sign_checkpoint,
};
use shared::message::HeadReference;
use shared::signed::Signed;
use shared::statement::Statement;

/// What a reviewer of this town says of one letter: that it was deposited.
///
/// # Panics
/// If the town's statements do not allow the letter.
#[must_use]
pub fn account(world: &World, statements: &[Statement], directory: &Directory, log: &SigningKey) -> Bundle {
    let origin = directory.root().unwrap().relay.log_origin.clone();
    let mut groups = MemoryTree::default();
    groups.push(leaf_hash(&cbor::encode(&directory.view(world.group).unwrap())));
    let head = HeadLeaf { version: 1, time: world.now(), groups: groups.head() };
    let head = cbor::encode(&Leaf::Head(head));

    let mut tree = MemoryTree::default();
    tree.push(leaf_hash(&head));
    let then = tree.head();
    let reference = HeadReference { tree: then, time: world.now() };
    let letter: Letter =
        world.seal_under(directory, reference, MAIRE, &[POLICE], 20, &[b"a document"]).unwrap();
    let writer = &world.people[MAIRE];
    let record = Record {
        index: 1,
        actor: Some(Actor::of(directory.card(&writer.member).unwrap(), writer.device())),
        item: Some(letter.id),
        group: Some(world.group),
        request: Some(writer.request(letter.deposit().0, world.now())),
        ..Record::of(Act::Deposit, world.now())
    };
    let (opening, record) = (Random([9; 32]), cbor::encode(&record));
    let closed = RecordBox::close(1, 1, &BoxKey::from_bytes([6; 32].into()), opening, &record);
    let closed = cbor::encode(&Leaf::Record(closed));
    tree.push(leaf_hash(&closed));
    tree.push(leaf_hash(&head));

    let size = tree.size();
    let evidence = |index, leaf: &[u8]| {
        let inclusion = inclusion(&tree, size, index).unwrap();
        Evidence { index, leaf: leaf.to_vec(), inclusion }
    };
    Bundle {
        version: 1,
        item: letter.id,
        made: world.now(),
        order: None,
        software: shared::SOFTWARE.to_owned(),
        statements: statements.to_vec(),
        log: LogView {
            checkpoint: sign_checkpoint(&origin, log, tree.head()),
            since: 0,
            consistency: Vec::new(),
            head: evidence(2, &head),
            cosigned: Vec::new(),
        },
        acts: vec![ProvedAct { evidence: evidence(1, &closed), revealed: Revealed { opening, record } }],
        header: Some(letter.envelope.header.clone()),
        group: GroupThen {
            group: world.group,
            tree: then,
            head: Evidence { index: 0, leaf: head, inclusion: Vec::new() },
            consistency: consistency(&tree, size, then.size).unwrap(),
            proof: GroupProof { index: 0, inclusion: Vec::new() },
            statements: statements.to_vec(),
        },
    }
}

/// The file, signed by the reviewer.
#[must_use]
pub fn signed(world: &World, bundle: &Bundle) -> Vec<u8> {
    cbor::encode(&Signed::new(bundle, &[&world.people[AUDITOR].key]))
}
