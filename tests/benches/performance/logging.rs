//! What the access log costs: the work that a deposit would do without if nothing were recorded, measured
//! with the relay's own code, beside everything that a deposit costs the relay.
//!
//! There is no relay without a log to compare with, and there shall be none. The bytes of the leaf go
//! into the batch's one write and sync, and are counted here by their share of it.

use crate::page::{Page, Wanted};
use crate::relay::Stage;
use pli_tests::world::{CROWD, MAIRE};
use shared::cbor;
use shared::crypto::{BoxKey, SigningKey};
use shared::ids::Random;
use shared::log::{Edge, HeadLeaf, Leaf, RecordBox, TreeHead, inclusion, leaf_hash, sign_checkpoint};
use std::hint::black_box;
use std::time::Instant;

const RECORDS: usize = 20_000;

/// What a relay at work showed.
pub(crate) struct Relay {
    /// Of the processor, for each deposit.
    pub(crate) microseconds: f64,
    /// Deposits of one batch.
    pub(crate) batch: f64,
    /// Bytes of a deposit that are stored.
    pub(crate) bytes: usize,
}

pub(crate) fn measure(page: &mut Page, stage: &Stage, relay: &Relay) {
    const SECTION: &str = "What the access log costs a deposit";
    let record = a_record(stage);
    let (key, signer) = (BoxKey::generate(), SigningKey::generate());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let batch = relay.batch.round().max(1.0) as usize;
    let mut edge = Edge::default();
    let mut leaf_bytes = 0;
    let began = Instant::now();
    for first in (0..RECORDS).step_by(batch) {
        let before = edge.size();
        for _ in first..(first + batch).min(RECORDS) {
            let record = cbor::encode(&record);
            let closed = RecordBox::close(edge.size(), 0, &key, Random([7; 32]), &record);
            let leaf = cbor::encode(&Leaf::Record(closed));
            leaf_bytes = leaf.len();
            edge.push(leaf_hash(&leaf));
        }
        let head = HeadLeaf { version: 1, time: stage.world.now(), groups: TreeHead::empty() };
        edge.push(leaf_hash(&cbor::encode(&Leaf::Head(head))));
        black_box(sign_checkpoint("pli.example/log", &signer, edge.head()));
        for index in before..edge.size() - 1 {
            black_box(inclusion(&edge, edge.size(), index)).unwrap();
        }
        edge.settle();
    }
    let microseconds = began.elapsed().as_secs_f64() / RECORDS as f64 * 1e6;
    let share = microseconds / relay.microseconds + leaf_bytes as f64 / (relay.bytes + leaf_bytes) as f64;
    page.add(
        SECTION,
        "deposits in one batch, one sync and one signed checkpoint",
        "",
        Wanted::Nothing,
        relay.batch,
    );
    page.add(SECTION, "record, box, leaf, tree, checkpoint and proof", "µs", Wanted::Nothing, microseconds);
    page.add(SECTION, "everything a deposit costs the relay", "µs", Wanted::Nothing, relay.microseconds);
    page.add(SECTION, "bytes of the leaf", "", Wanted::Nothing, leaf_bytes as f64);
    page.add(SECTION, "share of the log, processor and bytes", "%", Wanted::AtMost(5.0), share * 100.0);
}

/// The record of a real deposit.
fn a_record(stage: &Stage) -> shared::log::Record {
    stage.runtime.block_on(async {
        let running = stage.world.open(&stage.folder);
        let letter = stage.world.seal(&running.relay, MAIRE, &[CROWD], 20, &[]);
        let confirmation = stage.world.deposit(&running.relay, MAIRE, &letter).await;
        running.finish().unwrap();
        cbor::decode(&confirmation.record, shared::limits::RECORD_BYTES_MAX).unwrap()
    })
}
