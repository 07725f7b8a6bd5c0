//! A journal whose last batch did not come whole, or went.

use crate::scene::{Reply, Scene, assert_claimed, assert_whole, check_of, content, tree};
use pli_server::store::{Folder, journal};
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::engine::Engine;
use pli_tests::whole::log_is_whole;
use pli_tests::world::{COORD, MAIRE, POLICE};
use shared::log::TreeHead;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is there from where a journal was cut.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rest {
    Nothing,
    Zeros,
    Noise,
}

/// A relay that died with a journal, and the last batch in it.
pub(crate) struct Died {
    pub(crate) scene: Scene,
    pub(crate) file: String,
    /// Where the last batch begins and ends.
    pub(crate) last: std::ops::Range<usize>,
    pub(crate) before: TreeHead,
    pub(crate) after: TreeHead,
}

impl Died {
    /// Dies after so many pieces of the mover's work; none for all of it.
    pub(crate) fn after(moved: Option<usize>) -> Self {
        let mut scene = Scene::with_letters();
        let mut engine = scene.open();
        let file = scene.disk.all_files().into_iter().find(|name| name.starts_with("journal/")).unwrap();
        scene.send(&mut engine, POLICE, &[MAIRE, COORD], 20, &[b"un document"]);
        let claim = scene.sent[3].letter.claim("suivi", None);
        assert!(matches!(scene.ask(&mut engine, MAIRE, claim.clone()), Reply::Served(_)));
        let before = tree(&engine);
        let written = scene.disk.file(&file).unwrap().iter().rposition(|byte| *byte != 0).unwrap();
        let begin = (written + 1).next_multiple_of(4096);
        assert!(matches!(scene.ask(&mut engine, COORD, claim), Reply::Served(_)));
        let after = tree(&engine);
        for _ in 0..moved.unwrap_or(usize::MAX) {
            if !engine.step().unwrap() {
                break;
            }
        }
        scene.disk = scene.disk.crashed(Survival::Kept, &mut fastrand::Rng::with_seed(1));
        let bytes = scene.disk.file(&file).unwrap();
        let last = begin..batch_end(&bytes, begin);
        Self { scene, file, last, before, after }
    }

    /// The journal up to a byte of its last batch, and what is there instead of the rest. Says whether
    /// that is what was there.
    pub(crate) fn cut(&self, disk: &SimDisk, whole: &[u8], at: usize, rest: Rest) -> bool {
        let mut random = fastrand::Rng::with_seed(at as u64);
        let mut bytes = whole[..self.last.end].to_vec();
        match rest {
            Rest::Nothing => bytes.truncate(at),
            Rest::Zeros => bytes[at..].fill(0),
            Rest::Noise => bytes[at..].iter_mut().for_each(|byte| *byte = random.u8(..)),
        }
        let is_whole = bytes == whole[..self.last.end];
        disk.change(&self.file, |journal| *journal = bytes);
        is_whole
    }
}

/// Where the batch ends that begins here: mark 4 | table 4 | number 8 | data 8 | check 16 | table | data.
fn batch_end(journal: &[u8], begin: usize) -> usize {
    let table = u32::from_be_bytes(journal[begin + 4..begin + 8].try_into().unwrap());
    let data = u64::from_be_bytes(journal[begin + 16..begin + 24].try_into().unwrap());
    begin + 40 + usize::try_from(u64::from(table) + data).unwrap()
}

/// Whether a byte fills up the block behind the header or behind a batch, and no batch ever begins there.
pub(crate) fn is_between_batches(journal: &[u8], at: usize) -> bool {
    let (mut end, mut next) = (80, 4096);
    while at >= next && journal[next..next + 4] == journal[16..20] {
        end = batch_end(journal, next);
        next = end.next_multiple_of(4096);
    }
    (end..next).contains(&at)
}

#[test]
fn a_journal_that_is_cut_anywhere_in_its_last_batch_keeps_all_others() {
    let died = Died::after(Some(0));
    let disk = died.scene.disk.copied(died.scene.world.shared_time());
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    let whole = disk.file(&died.file).unwrap();
    let batches = journal::recover(&folder, |_| Ok(())).unwrap().batches;
    assert!(died.last.len() > 2000, "{:?}", died.last);
    for rest in [Rest::Nothing, Rest::Zeros, Rest::Noise] {
        for at in died.last.clone() {
            let is_whole = died.cut(&disk, &whole, at, rest);
            let mut numbers = Vec::new();
            let recovered = journal::recover(&folder, |batch| {
                numbers.push(batch.number());
                Ok(())
            });
            let recovered = recovered.unwrap_or_else(|error| panic!("{rest:?} from {at}: {error}"));
            let expected = if is_whole { batches } else { batches - 1 };
            assert_eq!((recovered.batches, numbers.len() as u64), (expected, expected), "{rest:?} from {at}");
            assert!(numbers.is_sorted_by(|a, b| a + 1 == *b));
        }
    }
}

/// Some places in the last batch: its head, the borders of blocks, its end, and any others.
fn places_in(last: &std::ops::Range<usize>) -> Vec<usize> {
    let mut random = fastrand::Rng::with_seed(2);
    let mut places: Vec<_> = [0, 1, 4, 8, 16, 24, 39, 40, 41].map(|more| last.start + more).to_vec();
    places.extend((last.start..last.end).step_by(512).skip(1));
    places.extend((0..6).map(|_| random.usize(last.clone())));
    places.push(last.end - 1);
    places
}

#[test]
fn a_relay_goes_on_from_what_a_torn_journal_has_left() {
    for moved in [0, 1] {
        let died = Died::after(Some(moved));
        let Scene { world, disk, sent, .. } = &died.scene;
        let whole = disk.file(&died.file).unwrap();
        for at in places_in(&died.last) {
            for rest in [Rest::Nothing, Rest::Zeros, Rest::Noise] {
                let what = format!("{moved} moved, {rest:?} from {at}");
                let disk = disk.copied(world.shared_time());
                let is_whole = died.cut(&disk, &whole, at, rest);
                assert_whole(&check_of(&disk, world));
                let mut engine = Engine::open(world, &disk).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(tree(&engine), if is_whole { died.after } else { died.before }, "{what}");
                let shown = BTreeMap::from([(died.before.size, died.before.root)]);
                log_is_whole(&engine.relay, &shown).unwrap_or_else(|error| panic!("{what}: {error}"));
                // What was confirmed before is there, and what is torn can be asked for again.
                let letter = &sent[3].letter;
                for person in [MAIRE, COORD] {
                    let claim = letter.claim("suivi", None);
                    assert_claimed(&died.scene.ask(&mut engine, person, claim), letter);
                }
                log_is_whole(&engine.relay, &shown).unwrap_or_else(|error| panic!("{what}: {error}"));
                engine.close().unwrap();
                assert_whole(&check_of(&disk, world));
            }
        }
    }
}

/// Everything was moved to its place, so it was confirmed; that the journal has lost it is no crash.
#[test]
fn a_relay_does_not_go_back_behind_what_lies_at_its_place() {
    let died = Died::after(None);
    let Scene { world, disk, .. } = &died.scene;
    let whole = disk.file(&died.file).unwrap();
    for at in places_in(&died.last) {
        for rest in [Rest::Nothing, Rest::Zeros, Rest::Noise] {
            let what = format!("{rest:?} from {at}");
            let disk = disk.copied(world.shared_time());
            if died.cut(&disk, &whole, at, rest) {
                continue;
            }
            let before = content(&disk);
            let error = Engine::open(world, &disk).err().unwrap_or_else(|| panic!("{what}: it started"));
            assert!(error.to_string().starts_with(&format!("{} is damaged", died.file)), "{what}: {error}");
            assert!(error.to_string().contains("restore it from a backup"), "{error}");
            let report = check_of(&disk, world);
            assert!(!report.faults.is_empty(), "{what}");
            assert!(report.faults.iter().all(|fault| fault.file == died.file), "{what}: {report:?}");
            assert_eq!(content(&disk), before, "{what}: nothing was changed");
            // The journal as it was: nothing is lost.
            disk.change(&died.file, |journal| journal.clone_from(&whole));
            assert_eq!(tree(&Engine::open(world, &disk).unwrap()), died.after);
        }
    }
}
