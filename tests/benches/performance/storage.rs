//! The store alone, beside a raw log that is synced as often.

use crate::page::{Page, Wanted};
use pli_server::relay::open_store;
use pli_server::store::{Batch, Folder, Home, Moving, Store as _};
use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

/// What a hundred deposits of a note to twenty members come to.
const BATCH_BYTES: usize = 100 * 40_000;
const BATCHES: u64 = 100;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "Storage alone: 4 MB a batch";
    let dir = tempfile::tempdir().unwrap();
    let bytes = vec![0x5a; BATCH_BYTES];
    let megabytes = (BATCH_BYTES as f64) * (BATCHES as f64) / 1e6;

    let mut log = File::create(dir.path().join("raw")).unwrap();
    let began = Instant::now();
    for _ in 0..BATCHES {
        log.write_all(&bytes).unwrap();
        log.sync_data().unwrap();
    }
    let raw = megabytes / began.elapsed().as_secs_f64();

    let folder = Folder::open(&dir.path().join("store")).unwrap();
    let store = open_store(&folder, Moving::Thread).unwrap();
    store.begin(Box::new(|| Ok(()))).unwrap();
    let began = Instant::now();
    for number in 0..BATCHES {
        let mut batch = Batch::new(store.last() + 1);
        batch.write(Home::Segment { day: 20_000 }, number * BATCH_BYTES as u64, &bytes);
        store.commit(batch).unwrap();
    }
    let ours = megabytes / began.elapsed().as_secs_f64();
    store.close(Box::new(|| Ok(()))).unwrap();

    page.add(SECTION, "raw log, one write and one sync a batch", "MB/s", Wanted::Nothing, raw);
    page.add(SECTION, "store", "MB/s", Wanted::Nothing, ours);
    page.add(SECTION, "store to raw log", "", Wanted::AtLeast(0.45), ours / raw);
}
