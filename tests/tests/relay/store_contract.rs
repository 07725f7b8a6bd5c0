//! The promises of the store, over every backend: the folder on this machine's disk, the folder on a
//! disk that forgets, and the one in memory. A third backend is held to them by one more line.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::relay::open_store;
use pli_server::store::{
    Batch, BlobError, Blobs, Embedded, FileBlobs, Folder, Home, Moving, Received, Store, StoreError,
    Undeposited,
};
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::memory_store::{Memory, digest_of};
use shared::ids::{DeviceId, KeyId, MessageId};
use shared::time::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

const DAY: u32 = 20_000;
const ID: MessageId = MessageId([7; 16]);
const OWNER: DeviceId = KeyId([1; 16]);
const OTHER: DeviceId = KeyId([2; 16]);

type Open = (Arc<dyn Store>, Arc<dyn Blobs>);

/// What the suite needs of a backend.
trait Backend {
    /// Opens it, as after a start.
    fn open(&mut self) -> Open;

    /// The process dies, or the power goes; what was opened is of no use any more. Says whether this
    /// backend can be put through it.
    fn die(&mut self, survival: Survival) -> bool;

    /// Lets the next commit fail with the batch kept or lost. Says whether it can be told to.
    fn fail_next_commit(&mut self, store: &dyn Store, kept: bool) -> bool;

    /// Sets how many bytes are free. Says whether it can be told to.
    fn set_free(&mut self, free: Option<u64>) -> bool;

    /// The clock by which it says when something was changed last, if it is not the machine's.
    fn time(&self) -> Option<&AtomicU64>;
}

struct OnDisk {
    dir: TempDir,
}

impl Backend for OnDisk {
    fn open(&mut self) -> Open {
        let folder = Folder::open(self.dir.path()).unwrap();
        let store = open_store(&folder, Moving::Thread).unwrap();
        (Arc::new(store), Arc::new(FileBlobs::open(&folder)))
    }

    fn die(&mut self, survival: Survival) -> bool {
        survival == Survival::Kept
    }

    fn fail_next_commit(&mut self, _: &dyn Store, _: bool) -> bool {
        false
    }

    fn set_free(&mut self, _: Option<u64>) -> bool {
        false
    }

    fn time(&self) -> Option<&AtomicU64> {
        None
    }
}

struct OnSimDisk {
    disk: SimDisk,
    time: Arc<AtomicU64>,
    random: fastrand::Rng,
}

impl Backend for OnSimDisk {
    fn open(&mut self) -> Open {
        let folder = Folder::on(Arc::new(self.disk.clone())).unwrap();
        let store: Embedded = open_store(&folder, Moving::Stepped).unwrap();
        (Arc::new(store), Arc::new(FileBlobs::open(&folder)))
    }

    fn die(&mut self, survival: Survival) -> bool {
        self.disk = self.disk.crashed(survival, &mut self.random);
        true
    }

    fn fail_next_commit(&mut self, store: &dyn Store, kept: bool) -> bool {
        // The room is there already, so the next sync is that of the batch.
        store.make_room(4096).unwrap();
        self.disk.fail_next_sync(kept);
        true
    }

    fn set_free(&mut self, free: Option<u64>) -> bool {
        self.disk.set_capacity(free.map(|free| self.disk.used_bytes() + free));
        true
    }

    fn time(&self) -> Option<&AtomicU64> {
        Some(&self.time)
    }
}

struct InMemory {
    memory: Memory,
    time: Arc<AtomicU64>,
}

impl Backend for InMemory {
    fn open(&mut self) -> Open {
        let (store, blobs) = self.memory.open(Arc::clone(&self.time));
        (store, blobs)
    }

    fn die(&mut self, survival: Survival) -> bool {
        self.memory.die(survival);
        true
    }

    fn fail_next_commit(&mut self, _: &dyn Store, kept: bool) -> bool {
        self.memory.fail_next_commit(kept);
        true
    }

    fn set_free(&mut self, free: Option<u64>) -> bool {
        self.memory.set_free(free);
        true
    }

    fn time(&self) -> Option<&AtomicU64> {
        Some(&self.time)
    }
}

/// Holds every backend, each fresh, to a fact.
fn check(fact: impl Fn(&str, &mut dyn Backend)) {
    fact("on disk", &mut OnDisk { dir: tempfile::tempdir().unwrap() });
    for seed in 0..4 {
        let time = Arc::new(AtomicU64::new(1_800_000_000));
        let (disk, random) = (SimDisk::new(Arc::clone(&time)), fastrand::Rng::with_seed(seed));
        fact("on a disk that forgets", &mut OnSimDisk { disk, time, random });
    }
    let time = Arc::new(AtomicU64::new(1_800_000_000));
    fact("in memory", &mut InMemory { memory: Memory::default(), time });
}

fn begun(backend: &mut dyn Backend) -> Open {
    let (store, blobs) = backend.open();
    store.begin(Box::new(|| Ok(()))).unwrap();
    (store, blobs)
}

fn batch(number: u64) -> Batch {
    let mut batch = Batch::new(number);
    let bytes = vec![u8::try_from(number).unwrap(); 100];
    batch.write(Home::Segment { day: DAY }, (number - 1) * 100, &bytes);
    batch.write(Home::Leaves, (number - 1) * 100, &bytes);
    batch.write(Home::Checkpoint, 0, &[&number.to_be_bytes()[..], &[b'x'; 1016]].concat());
    batch
}

/// Exactly the batches up to `last` are there, each whole.
fn assert_through(what: &str, store: &dyn Store, last: u64) {
    assert_eq!(store.last(), last, "{what}");
    for number in 1..=last {
        let expected = Some(vec![u8::try_from(number).unwrap(); 100]);
        for home in [Home::Segment { day: DAY }, Home::Leaves] {
            assert_eq!(store.read(home, (number - 1) * 100, 100).unwrap(), expected, "{what}: {number}");
        }
    }
    let newest = store.read(Home::Checkpoint, 0, 8).unwrap();
    assert_eq!(newest, (last > 0).then(|| last.to_be_bytes().to_vec()), "{what}: the later write stays");
    if last > 0 {
        assert_eq!(
            (store.end(Home::Leaves).unwrap(), store.days().unwrap()),
            (last * 100, vec![DAY]),
            "{what}"
        );
    }
}

const DEATHS: [Survival; 3] = [Survival::Kept, Survival::Lost, Survival::Torn];

#[test]
fn what_is_committed_is_read_at_once_and_after_every_death() {
    check(|what, backend| {
        let mut last = 0;
        for death in DEATHS {
            let (store, _) = begun(backend);
            for _ in 0..3 {
                last += 1;
                store.commit(batch(last)).unwrap();
                assert_through(what, &*store, last);
            }
            drop(store);
            if !backend.die(death) {
                continue;
            }
            let (store, _) = backend.open();
            assert_through(what, &*store, last);
        }
        let (store, _) = begun(backend);
        store.close(Box::new(|| Ok(()))).unwrap();
        drop(store);
        assert_through(what, &*backend.open().0, last);
    });
}

#[test]
fn a_batch_is_there_whole_or_not_at_all_and_after_a_failure_nothing_is_accepted() {
    for kept in [false, true] {
        for death in DEATHS {
            check(|what, backend| {
                let (store, _) = begun(backend);
                store.commit(batch(1)).unwrap();
                if !backend.fail_next_commit(&*store, kept) {
                    return;
                }
                assert!(store.commit(batch(2)).is_err(), "{what}");
                for number in [2, 3] {
                    let refused = store.commit(batch(number));
                    assert!(matches!(refused, Err(StoreError::Stopped { .. })), "{what}: {refused:?}");
                }
                drop(store);
                backend.die(death);
                let (store, _) = begun(backend);
                let last = store.last();
                assert!((1..=2).contains(&last), "{what}");
                assert!(!kept || last == 2, "{what}: what was made durable is there");
                assert_through(what, &*store, last);
                store.commit(batch(last + 1)).unwrap();
                assert_through(what, &*store, last + 1);
            });
        }
    }
}

#[test]
fn what_cannot_be_done_is_refused_and_harms_nothing() {
    check(|what, backend| {
        let (store, _) = begun(backend);
        let impossible = |number, home, at| {
            let mut batch = Batch::new(number);
            batch.write(home, at, &[1]);
            assert!(matches!(store.commit(batch), Err(StoreError::Impossible(_))), "{what}");
        };
        impossible(2, Home::Leaves, 0);
        impossible(1, Home::Segment { day: u32::MAX }, 0);
        impossible(1, Home::Leaves, u64::MAX);
        store.commit(batch(1)).unwrap();
        impossible(1, Home::Leaves, 0);
        assert_through(what, &*store, 1);
        assert!(matches!(store.read(Home::Leaves, 90, 20), Err(StoreError::Damaged { .. })), "{what}");
        assert!(store.read(Home::Leaves, u64::MAX, 2).is_err(), "{what}");
        assert_eq!(store.read(Home::HourKeys, 0, 1).unwrap(), None, "{what}");
    });
}

#[test]
fn a_day_dies_whole_and_nothing_brings_it_back() {
    for death in DEATHS {
        check(|what, backend| {
            let (store, _) = begun(backend);
            let mut number = 0;
            let mut write = |store: &dyn Store, day: u32, at: u64| {
                number += 1;
                let mut batch = Batch::new(number);
                batch.write(Home::Segment { day }, at, b"mortal");
                store.commit(batch).unwrap();
            };
            (0..3).for_each(|day| write(&*store, DAY + day, 0));
            store.end_day(DAY + 1).unwrap();
            store.end_day(DAY).unwrap();
            write(&*store, DAY, 6);
            let gone = |store: &dyn Store| {
                assert_eq!(
                    store.days().unwrap().into_iter().filter(|day| *day <= DAY + 1).count(),
                    0,
                    "{what}"
                );
                for day in [DAY, DAY + 1] {
                    let home = Home::Segment { day };
                    assert_eq!(
                        (store.read(home, 0, 6).unwrap(), store.end(home).unwrap()),
                        (None, 0),
                        "{what}"
                    );
                }
                let living = store.read(Home::Segment { day: DAY + 2 }, 0, 6).unwrap();
                assert_eq!(living.as_deref(), Some(&b"mortal"[..]), "{what}");
            };
            gone(&*store);
            drop(store);
            if backend.die(death) {
                let (store, _) = begun(backend);
                // What a crash took back of the end of a day is ended again by the next sweep.
                store.end_day(DAY + 1).unwrap();
                gone(&*store);
            }
        });
    }
}

#[test]
fn batches_are_shown_from_any_number_or_it_is_said_that_they_are_gone() {
    check(|what, backend| {
        let (store, _) = begun(backend);
        (1..=4).for_each(|number| store.commit(batch(number)).unwrap());
        drop(store);
        if !backend.die(Survival::Kept) {
            return;
        }
        let (store, _) = backend.open();
        for after in 0..=4 {
            let mut shown = Vec::new();
            let complete = store.since(after, &mut |batch| {
                shown.push(batch.number());
                Ok(())
            });
            assert!(complete.unwrap(), "{what}");
            assert_eq!(shown, (after + 1..=4).collect::<Vec<_>>(), "{what}");
        }
        let settled = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&settled);
        let settle = move || {
            seen.store(1, Ordering::SeqCst);
            Ok(())
        };
        store.begin(Box::new(settle)).unwrap();
        assert_eq!(settled.load(Ordering::SeqCst), 1, "{what}: settled before they are forgotten");
        store.close(Box::new(|| Ok(()))).unwrap();
        drop(store);
        let (store, _) = backend.open();
        assert!(store.since(4, &mut |_| Ok(())).unwrap(), "{what}");
        assert!(!store.since(2, &mut |_| Ok(())).unwrap(), "{what}");
    });
}

#[test]
fn what_there_is_no_room_for_is_refused_before_it_is_written() {
    check(|what, backend| {
        let (store, _) = begun(backend);
        store.make_room(4096).unwrap();
        store.commit(batch(1)).unwrap();
        if !backend.set_free(Some(1000)) {
            return;
        }
        for _ in 0..3 {
            assert!(matches!(store.make_room(1 << 30), Err(StoreError::Full { .. })), "{what}");
        }
        assert_through(what, &*store, 1);
        backend.set_free(None);
        store.make_room(1 << 20).unwrap();
        store.commit(batch(2)).unwrap();
        assert_through(what, &*store, 2);
    });
}

#[test]
fn a_part_is_whole_under_its_digest_or_not_there() {
    for death in DEATHS {
        check(|what, backend| {
            let (_, blobs) = begun(backend);
            let digest = digest_of(&[b"one", b"two"]);
            let mut upload = blobs.begin(ID, 3, OWNER, 6).unwrap();
            upload.take(b"one").unwrap();
            assert!(matches!(upload.take(b"four"), Err(BlobError::OtherSize { received: 7, expected: 6 })));
            upload.pause().unwrap();
            assert_eq!(blobs.whole(ID, 3, digest).unwrap(), None, "{what}");
            drop(blobs);
            let died = backend.die(death);
            let (_, blobs) = begun(backend);
            assert_eq!(
                blobs.received(ID, 3, OWNER).unwrap(),
                Received::Partial(3),
                "{what}: paused is durable"
            );
            let mut upload = blobs.begin(ID, 3, OWNER, 6).unwrap();
            assert_eq!(upload.received(), 3, "{what}");
            upload.take(b"two").unwrap();
            assert_eq!(upload.finish().unwrap(), digest, "{what}");
            drop(blobs);
            if died {
                backend.die(death);
            }
            let (_, blobs) = begun(backend);
            assert_eq!(blobs.received(ID, 3, OWNER).unwrap(), Received::Whole { bytes: 6, digest }, "{what}");
            assert_eq!(blobs.whole(ID, 3, digest).unwrap(), Some(6), "{what}");
            assert!(matches!(blobs.begin(ID, 3, OWNER, 6), Err(BlobError::AlreadyWhole)), "{what}");
            let mut bytes = [0; 9];
            assert_eq!(blobs.read(ID, 3, digest).unwrap().read_at(&mut bytes, 1).unwrap(), 5, "{what}");
            assert_eq!(&bytes[..5], b"netwo", "{what}");
        });
    }
}

#[test]
fn a_message_belongs_to_one_device_and_a_part_arrives_once_at_a_time() {
    check(|what, backend| {
        let (_, blobs) = begun(backend);
        let upload = blobs.begin(ID, 0, OWNER, 4).unwrap();
        assert!(matches!(blobs.begin(ID, 0, OWNER, 4), Err(BlobError::Busy)), "{what}");
        assert!(matches!(blobs.remove(ID), Err(BlobError::Busy)), "{what}");
        assert!(matches!(blobs.discard(ID, 0, OWNER), Err(BlobError::Busy)), "{what}");
        assert!(matches!(blobs.begin(ID, 1, OTHER, 4), Err(BlobError::OtherOwner)), "{what}");
        assert!(matches!(blobs.received(ID, 0, OTHER), Err(BlobError::OtherOwner)), "{what}");
        drop(upload);
        assert!(matches!(blobs.discard(ID, 0, OTHER), Err(BlobError::OtherOwner)), "{what}");
        assert!(matches!(blobs.begin(ID, 0, OWNER, u64::MAX), Err(BlobError::TooLarge { .. })), "{what}");
        let mut upload = blobs.begin(ID, 0, OWNER, 4).unwrap();
        upload.take(b"abcd").unwrap();
        upload.finish().unwrap();
        blobs.discard(ID, 0, OWNER).unwrap();
        assert_eq!(blobs.received(ID, 0, OWNER).unwrap(), Received::Partial(0), "{what}");
        assert!(blobs.begin(ID, 0, OWNER, 9).is_ok(), "{what}: it can be started over");
    });
}

#[test]
fn what_is_removed_stays_removed_and_orphans_are_found() {
    for death in DEATHS {
        check(|what, backend| {
            let (_, blobs) = begun(backend);
            let mut upload = blobs.begin(ID, 0, OWNER, 4).unwrap();
            upload.take(b"abcd").unwrap();
            upload.finish().unwrap();
            if let Some(time) = backend.time() {
                let now = Timestamp(time.load(Ordering::Relaxed));
                assert_eq!(blobs.orphans(now, &|_| false).unwrap(), [], "{what}: it is not old");
                time.fetch_add(10, Ordering::Relaxed);
                assert_eq!(blobs.orphans(now.plus(5), &|_| false).unwrap(), [ID], "{what}");
                assert_eq!(blobs.orphans(now.plus(5), &|id| id == ID).unwrap(), [], "{what}: it is known");
            }
            assert_eq!(blobs.undeposited(&|_| true).unwrap(), [], "{what}");
            let undeposited = blobs.undeposited(&|_| false).unwrap();
            let there = Undeposited { id: ID, part: 0, owner: OWNER, bytes: 4 };
            assert_eq!(undeposited, [there], "{what}");
            blobs.remove(ID).unwrap();
            blobs.remove(ID).unwrap();
            drop(blobs);
            if backend.die(death) {
                let (_, blobs) = begun(backend);
                assert_eq!(
                    blobs.received(ID, 0, OTHER).unwrap(),
                    Received::Partial(0),
                    "{what}: it is nobody's"
                );
                assert_eq!(blobs.undeposited(&|_| false).unwrap(), [], "{what}");
            }
        });
    }
}

#[test]
fn one_process_has_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("relay");
    let first = Folder::open(&path).unwrap();
    assert!(matches!(Folder::open(&path), Err(StoreError::InUse)));
    drop(first);
    assert!(Folder::open(&path).is_ok());
}
