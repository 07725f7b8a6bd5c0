//! What it takes to review a log of a million records, on one core: to verify it whole, to verify what was added, and
//! to look for something; with the reviewer's own code, on leaves that lie on the disk as its program keeps them.

use crate::page::{Page, Wanted};
use pli_client::auditor::query::Query;
use pli_client::auditor::sealed::{Annexes, Keys, Sealed};
use pli_client::auditor::verifier::{Heads, Retention, Reviewer, Verifier};
use pli_client::mirror::Mirror;
use pli_tests::process::{Used, forget_peak};
use pli_tests::world::{BAILLEUR, MAIRE, POLICE, World};
use shared::cbor;
use shared::crypto::{BoxKey, SigningKey, sha256};
use shared::directory::{Continuity, Directory};
use shared::ids::{Digest, MessageId, Random};
use shared::limits::LEAF_BYTES_MAX;
use shared::log::tiles::{CHECKPOINT_PATH, Content, Tile, entries, new_tiles};
use shared::log::{
    Act, Actor, Growth, HeadLeaf, KeysLeaf, Leaf, Record, RecordBox, TreeHead, sign_checkpoint,
};
use shared::nomenclature::Class;
use shared::statement::RelayKeys;
use shared::time::{Bucket, Timestamp};
use shared::wire::{Ask, Request};
use std::fs;
use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;
use tempfile::TempDir;

const RECORDS: u64 = 1_000_000;

/// What was added since the last time.
const NEWS: u64 = 1000;

/// Records in one batch, which ends with a head.
const BATCH: u64 = 16;

/// How many signatures are verified beside each other.
const SIGNATURES: usize = 100_000;

const SECTION: &str = "A log of 1,000,000 records, reviewed on one core";

/// The log, made once for all rounds.
struct Log {
    dir: TempDir,
    origin: String,
    signer: SigningKey,
    /// The key of its boxes: one for all, for what is opened with it costs the same.
    key: [u8; 32],
    directory: Directory,
    /// As it was when the last records were to come.
    before: (TreeHead, Heads),
}

pub(crate) fn measure(page: &mut Page, _round: usize) {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(Log::make);
    let mirror = Mirror::open(log.dir.path(), &log.origin, log.signer.public()).unwrap();
    let leaves = mirror.tree().size as f64;

    // The tree, beside the digest of each leaf by itself.
    let plain = seconds(|| {
        log.each_leaf(&mirror, |_, leaf| {
            black_box(sha256(leaf));
        })
    });
    let tree = seconds(|| mirror.read_from(TreeHead::empty(), |_, _| ()).unwrap());
    page.add(SECTION, "SHA-256 of each leaf, one by one", "leaves/s", Wanted::Nothing, leaves / plain);
    page.add(SECTION, "the tree", "leaves/s", Wanted::Nothing, leaves / tree);
    page.add(SECTION, "the tree, to plain SHA-256", "", Wanted::AtLeast(0.40), plain / tree);

    // The signatures in records, beside bare ones.
    let records = log.some_records(&mirror);
    let bare = seconds(|| records.iter().for_each(|record| log.verify_bare(record)));
    let signed = seconds(|| records.iter().for_each(|record| assert!(record.is_attested(&log.directory))));
    page.add(SECTION, "bare Ed25519", "1/s", Wanted::Nothing, SIGNATURES as f64 / bare);
    page.add(SECTION, "record signatures, to bare Ed25519", "", Wanted::AtLeast(0.7), bare / signed);

    // Everything, from the first leaf to the last.
    let whole = seconds(|| log.verify(&mirror, TreeHead::empty(), Heads::default(), RECORDS));
    page.add(SECTION, "verified whole", "records/s", Wanted::Nothing, RECORDS as f64 / whole);

    // What was added.
    let me = std::process::id();
    forget_peak(me);
    let idle = Used::by(me).resident_kib;
    let (tree, heads) = log.before;
    let news = seconds(|| log.verify(&mirror, tree, heads, NEWS));
    let memory = (Used::by(me).peak_kib.saturating_sub(idle)) as f64 / 1024.0;
    page.add(SECTION, "1,000 more records verified", "s", Wanted::AtMost(1.0), news);
    page.add(SECTION, "memory over idle for that", "MiB", Wanted::AtMost(64.0), memory);

    // A search, beside the same boxes opened in a bare loop.
    let key = log.box_key();
    let bare = seconds(|| {
        log.each_leaf(&mirror, |index, leaf| {
            if let Ok(Leaf::Record(closed)) = cbor::decode(leaf, LEAF_BYTES_MAX) {
                black_box(closed.open(index, &key).unwrap());
            }
        });
    });
    let actor = Some("bailleur-1".parse().unwrap());
    let query = Query { actor, ..Query::default() };
    let (began, mut first, mut found) = (Instant::now(), None, 0);
    let mut verifier = Verifier::new(Heads::default(), Some(log.reviewer(RECORDS * 2)));
    mirror
        .read_from(TreeHead::empty(), |index, leaf| {
            let opened = verifier.leaf(index, leaf);
            if opened.is_some_and(|opened| query.takes(&opened.record)) {
                first.get_or_insert_with(|| began.elapsed());
                found += 1;
            }
        })
        .unwrap();
    let pass = began.elapsed().as_secs_f64();
    assert!(found > 0, "a search that finds nothing measures nothing");
    let first = first.unwrap().as_secs_f64() * 1e3;
    page.add(SECTION, "first result of a search", "ms", Wanted::AtMost(200.0), first);
    page.add(SECTION, "boxes opened in a bare loop", "records/s", Wanted::Nothing, RECORDS as f64 / bare);
    page.add(SECTION, "the whole search", "records/s", Wanted::Nothing, RECORDS as f64 / pass);
    page.add(SECTION, "the whole search, to the bare loop", "", Wanted::AtLeast(0.5), bare / pass);
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

/// No record here has anything sealed beside it.
fn nothing_sealed(_: Bucket) -> Option<shared::seal::ExpiryIdentity> {
    None
}

impl Log {
    fn make() -> Self {
        let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
        let (origin, signer) = ("pli.example/log".to_owned(), SigningKey::generate());
        let relay = RelayKeys {
            log_origin: origin.clone(),
            log_key: signer.public(),
            tls_ca: Vec::new(),
            continues: None,
        };
        let statements = world.statements(relay);
        let mut directory = Directory::pinned(statements[0].signed.digest());
        for statement in &statements {
            directory.accept(statement, Continuity::Next).unwrap();
        }
        let key = BoxKey::generate();
        let before = (TreeHead::empty(), Heads::default());
        let mut log = Self { dir, origin, signer, key: **key.bytes(), directory, before };
        println!("  making the log");
        let mut growth = Growth::of(TreeHead::empty(), |_| None).unwrap();
        let mut heads = Verifier::new(Heads::default(), None);
        let mut push = |growth: &mut Growth, leaf: &Leaf| {
            let leaf = cbor::encode(leaf);
            heads.leaf(growth.size(), &leaf);
            log.write(growth.push(&leaf).unwrap());
        };
        let keys = KeysLeaf { version: 1, epoch: 0, from: world.now(), sealed: Digest([0; 32]) };
        push(&mut growth, &Leaf::Keys(keys));
        let mut before = None;
        for number in 0..RECORDS {
            let record = record(&world, &log.directory, number, growth.size());
            let opening = Random(sha256(&number.to_be_bytes()).0);
            let record = cbor::encode(&record);
            let closed = RecordBox::close(growth.size(), 0, &key, opening, &record);
            push(&mut growth, &Leaf::Record(closed));
            if number % BATCH == BATCH - 1 {
                let head = HeadLeaf { version: 1, time: world.now(), groups: TreeHead::empty() };
                push(&mut growth, &Leaf::Head(head));
            }
            if number == RECORDS - NEWS - 1 {
                before = Some(growth.head());
            }
        }
        let tiles = growth.partial();
        log.write(tiles);
        let checkpoint = sign_checkpoint(&log.origin, &log.signer, growth.head());
        fs::write(log.dir.path().join(CHECKPOINT_PATH), checkpoint).unwrap();
        log.before.0 = before.unwrap();
        log
    }

    fn write(&self, tiles: Vec<(Tile, Vec<u8>)>) {
        for (tile, bytes) in tiles {
            let path = self.dir.path().join(tile.to_string());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    fn box_key(&self) -> BoxKey {
        BoxKey::from_bytes(self.key.into())
    }

    fn reviewer(&self, signed: u64) -> Reviewer<'_> {
        let keys = Keys::from_iter([(0, self.box_key())]);
        let sealed = Sealed { keys, annexes: Annexes::none() };
        let retention = Retention { now: Timestamp(0), kept_seconds: 0, is_ordered: false };
        Reviewer {
            sealed,
            directory: &self.directory,
            identity: &nothing_sealed,
            signed: 0..signed,
            retention,
        }
    }

    /// Verifies what follows a tree, and that so many records did.
    fn verify(&self, mirror: &Mirror, tree: TreeHead, heads: Heads, records: u64) {
        let mut verifier = Verifier::new(heads, Some(self.reviewer(0)));
        mirror.read_from(tree, |index, leaf| drop(verifier.leaf(index, leaf))).unwrap();
        let verified = verifier.finish();
        assert_eq!((verified.faults, verified.opened), (Vec::new(), records));
    }

    /// Every leaf, read from its file and not verified.
    fn each_leaf(&self, mirror: &Mirror, mut look: impl FnMut(u64, &[u8])) {
        let size = mirror.tree().size;
        for bundle in new_tiles(0, size).filter(|tile| tile.content() == Content::Entries) {
            let bytes = fs::read(self.dir.path().join(bundle.to_string())).unwrap();
            let leaves = entries(&bytes, bundle.width()).unwrap();
            (bundle.first_leaf()..).zip(leaves).for_each(|(index, leaf)| look(index, leaf));
        }
    }

    fn some_records(&self, mirror: &Mirror) -> Vec<Record> {
        let mut verifier = Verifier::new(Heads::default(), Some(self.reviewer(u64::MAX)));
        let mut records = Vec::with_capacity(SIGNATURES);
        mirror
            .read_from(TreeHead::empty(), |index, leaf| {
                if records.len() < SIGNATURES {
                    records.extend(verifier.leaf(index, leaf).map(|opened| opened.record));
                }
            })
            .unwrap();
        records
    }

    fn verify_bare(&self, record: &Record) {
        use shared::signed::Document as _;
        let signed = record.request.as_ref().unwrap();
        let key = self.directory.past_key(record.actor.as_ref().unwrap().device).unwrap();
        key.verify(Request::CONTEXT, &signed.bytes, &signed.signatures[0].signature).unwrap();
    }
}

/// That a member was given a letter, as the relay records it.
fn record(world: &World, directory: &Directory, number: u64, index: u64) -> Record {
    let person = &world.people[[MAIRE, POLICE, BAILLEUR][usize::try_from(number % 3).unwrap()]];
    let message = MessageId(sha256(&(number / 8).to_be_bytes()).0[..16].try_into().unwrap());
    let reason = Some("suivi".parse().unwrap());
    let (act, core) = (Act::Release, Digest([3; 32]));
    let ask = Ask::Claim { message, core, act, reason: reason.clone(), annex: None };
    Record {
        index,
        actor: Some(Actor::of(directory.card(&person.member).unwrap(), person.device())),
        item: Some(message),
        group: Some(world.group),
        flow: Some("F05a".parse().unwrap()),
        class: Some(Class::N2),
        reason,
        recipients: vec![person.member.clone()],
        request: Some(person.request(ask, world.now())),
        ..Record::of(act, world.now())
    }
}
