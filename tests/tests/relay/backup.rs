//! A relay is copied, lost, and put back: what the copy holds and what it does not, what is signed from then on, and
//! what devices, witnesses and reviewers make of it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_client::failure::{Failure, Unverified};
use pli_client::witness::WitnessFolder;
use pli_server::backup::{Backup, BackupFailed, MARKER, backup, copy_to};
use pli_server::check::check;
use pli_server::folder::{self, FolderFailed};
use pli_server::listen::Server;
use pli_server::quotas::Allowance;
use pli_server::relay::items::{Item, Published};
use pli_server::relay::{Relay, Setup};
use pli_server::restore::{RestoreFailed, restore};
use pli_server::store::{Folder, frame};
use pli_server::system_clock;
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::engine::{Engine, founded};
use pli_tests::homes::{LITTLE_WORK, PASSPHRASE};
use pli_tests::whole::copy_folder;
use pli_tests::world::{COORD, Letter, MAIRE, POLICE, World};
use shared::cbor;
use shared::directory::{Chain, Directory};
use shared::ids::Digest;
use shared::limits::HEAD_ON_DEMAND_SECONDS;
use shared::log::{Checkpoint, Continued, InvalidConfirmation, Leaf, TreeHead};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Kind, RelayKeys, Root, Statement, WitnessPolicy};
use shared::wire::{AT_THE_RELAY, Answer, Ask};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const OLD: &str = "pli.example/log";
const NEW: &str = "pli.example/log-2";

/// The next root, which opens another log, as both halves sign it.
fn opening(world: &World, directory: &Directory, origin: &str, continues: Option<Continued>) -> Statement {
    let root = directory.root().unwrap().clone();
    let relay = RelayKeys { log_origin: origin.to_owned(), continues, ..root.relay.clone() };
    let root = Root { link: directory.next_link(&Chain::Root, world.now()), relay, ..root };
    Statement {
        kind: Kind::Root,
        signed: Signed::new(&root, &[&world.authority, &world.parquet]),
        body: None,
    }
}

fn continued(restored: TreeHead, newest: TreeHead) -> Option<Continued> {
    Some(Continued { origin: OLD.to_owned(), restored, newest })
}

/// A relay with letters in it, and where copies of it go.
struct Town {
    world: World,
    dir: TempDir,
    first_root: Statement,
}

impl Town {
    async fn new() -> Self {
        let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
        let relay = dir.path().join("relay");
        let public = folder::make(&relay, OLD, None, world.now()).unwrap();
        folder::found(&relay, &world.founding(&public), world.clock()).await.unwrap();
        let first_root = world.statements(public.keys().unwrap()).swap_remove(0);
        Self { world, dir, first_root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Copies the relay while it works, as often as it takes until everything that it has confirmed is at its place.
    fn copied(&self, relay: &Relay, name: &str) -> TreeHead {
        loop {
            let tree = backup(&self.path("relay"), &self.path(name), self.world.now()).unwrap();
            if tree == relay.snapshot().commit.tree {
                return tree;
            }
            std::fs::remove_dir_all(self.path(name)).unwrap();
        }
    }

    fn restore(&self, name: &str, root: &Statement) -> Result<TreeHead, RestoreFailed> {
        let roots = cbor::encode(&[self.first_root.clone(), root.clone()]);
        Ok(restore(&self.path(name), &roots, self.world.clock())?.from)
    }

    async fn letter(&self, relay: &Relay) -> Letter {
        let letter = self.world.seal(relay, COORD, &[POLICE], 20, &[b"un document"]);
        self.world.upload(relay, COORD, &letter).await;
        self.world.deposit(relay, COORD, &letter).await;
        self.world.list(relay, POLICE).await;
        self.world.claim(relay, POLICE, &letter).await;
        letter
    }
}

/// Pieces of everything that letters leave at the relay, but for those that stand in it without them.
fn needles(letters: &[Letter], without: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut needles: Vec<_> = letters.iter().flat_map(Letter::pieces).collect();
    needles.retain(|needle| !without.iter().any(|file| holds(file, needle)));
    needles
}

fn holds(file: &[u8], needle: &[u8]) -> bool {
    file.windows(needle.len()).any(|window| window == needle)
}

/// Every file below a folder, by its name.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            // The journal's room is set aside as zeros.
            let mut bytes = std::fs::read(path).unwrap();
            bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
            found.push((name, bytes));
        }
    }
    found.sort();
    found
}

fn contents(dir: &Path) -> Vec<Vec<u8>> {
    files(dir).into_iter().map(|(_, bytes)| bytes).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_log_statements_and_keys_and_nothing_of_a_letter() {
    let town = Town::new().await;
    let before = contents(&town.path("relay"));
    let running = town.world.open(&town.path("relay"));
    town.world.publish_key_pages(&running.relay).await;
    let letters = [town.letter(&running.relay).await, town.letter(&running.relay).await];
    let needles = needles(&letters, &before);
    let tree = town.copied(&running.relay, "copy");
    running.finish().unwrap();

    let (copy, relay) = (files(&town.path("copy")), contents(&town.path("relay")));
    for needle in &needles {
        assert!(relay.iter().any(|file| holds(file, needle)), "what lives is there");
        for (name, file) in &copy {
            assert!(!holds(file, needle), "{name} holds a piece of a letter");
        }
    }
    assert!(needles.len() > 20);
    // Of the segments, the key pages that live.
    let (segments, rest): (Vec<_>, Vec<_>) = copy.iter().partition(|(name, _)| name.starts_with("segments/"));
    assert!(!segments.is_empty());
    for (name, file) in segments {
        let scan = frame::Scan::new(std::io::Cursor::new(file), 0);
        for scanned in scan {
            let Ok(frame::Scanned::Frame { kind, payload, .. }) = scanned else {
                panic!("{name} is not whole")
            };
            let item = Item::from_frame(kind, &payload).unwrap();
            let is_page = |page: &Published| page.statement.kind == Kind::KeyPage;
            assert!(matches!(item, Item::Statement(page) if is_page(&page)), "{name}");
        }
    }
    let names: Vec<_> = rest.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            MARKER,
            "fingerprint",
            "keys/ca.key.der",
            "keys/ca.pem",
            "keys/log.seed",
            "keys/relay.key.pem",
            "keys/relay.pem",
            "lock",
            "log/annexes",
            "log/checkpoint",
            "log/ends",
            "log/hashes",
            "log/hour-keys",
            "log/leaves",
            "relay.json",
            "statements",
            "statements.again",
            "version"
        ]
    );
    let marker: Backup = serde_json::from_slice(&copy[0].1).unwrap();
    assert_eq!(marker.tree(), Some(tree));
    let report = check(&town.path("copy"), town.world.now()).unwrap();
    assert_eq!((report.faults, report.counted.leaves, report.counted.messages), (vec![], tree.size, 0));
    assert_eq!(report.notices[0].file, MARKER);
    #[cfg(unix)]
    for (name, mode) in [("", 0o700), ("keys", 0o700), ("keys/log.seed", 0o600), ("log/leaves", 0o600)] {
        use std::os::unix::fs::PermissionsExt as _;
        let facts = std::fs::metadata(town.path("copy").join(name)).unwrap();
        assert_eq!(facts.permissions().mode() & 0o777, mode, "{name}");
    }

    let again = backup(&town.path("relay"), &town.path("copy"), town.world.now());
    assert!(matches!(again, Err(BackupFailed::Exists(_))), "nothing is overwritten");
    let none = backup(&town.path("nothing"), &town.path("other"), town.world.now());
    assert!(matches!(none, Err(BackupFailed::NotARelay)));
    assert!(!town.path("other").exists() && !town.path("nothing").exists());
}

/// a copy signs nothing until both roots opened another log for it; then the first batch holds their root, and
/// everything stands under the new name.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_serves_only_what_both_roots_opened() {
    let town = Town::new().await;
    let running = town.world.open(&town.path("relay"));
    town.world.publish_key_pages(&running.relay).await;
    town.letter(&running.relay).await;
    let tree = town.copied(&running.relay, "copy");
    let lost = town.letter(&running.relay).await;
    let newest = running.relay.snapshot().commit.tree;
    let directory = running.relay.snapshot().directory.clone();
    let opened = opening(&town.world, &directory, NEW, continued(tree, newest));

    // A relay that was not lost takes no such root, and is no copy.
    let (answer, _) = {
        let ask = Ask::Publish { digest: opened.signed.digest() };
        let signed = town.world.people[MAIRE].request(ask, town.world.now());
        town.world.say(&running.relay, &signed, &[&cbor::encode(&opened)]).await
    };
    assert!(
        matches!(&answer, Answer::Refused(refused) if refused.refusal == Refusal::Statement),
        "{answer:?}"
    );
    running.finish().unwrap();
    assert!(matches!(town.restore("relay", &opened), Err(RestoreFailed::NotABackup)));

    let setup = |name: &str| Setup::of(&Folder::open(&town.path(name)).unwrap(), town.world.clock());
    assert!(matches!(setup("copy"), Err(FolderFailed::Backup)), "a copy serves nothing");
    let files_before = files(&town.path("copy"));
    let refused = [
        opening(&town.world, &directory, NEW, None),
        opening(&town.world, &directory, OLD, continued(tree, newest)),
        opening(&town.world, &directory, NEW, continued(newest, newest)),
        opening(&town.world, &directory, NEW, continued(tree, TreeHead { size: tree.size - 1, ..tree })),
        opening(
            &town.world,
            &directory,
            NEW,
            Some(Continued { origin: "pli.example/other".to_owned(), ..continued(tree, newest).unwrap() }),
        ),
        {
            let root: Root = opened.signed.peek().unwrap();
            Statement { signed: Signed::new(&root, &[&town.world.authority]), ..opened.clone() }
        },
    ];
    for root in &refused {
        assert!(matches!(town.restore("copy", root), Err(RestoreFailed::Root(_))), "{root:?}");
        assert!(matches!(setup("copy"), Err(FolderFailed::Backup)));
    }
    let signed = |files: &[(String, Vec<u8>)]| {
        files
            .iter()
            .filter(|(name, _)| name.starts_with("log/") || name == "relay.json")
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(signed(&files_before), signed(&files(&town.path("copy"))), "nothing was signed");

    assert_eq!(town.restore("copy", &opened).unwrap(), tree);
    assert!(matches!(town.restore("copy", &opened), Err(RestoreFailed::NotABackup)), "once");
    assert_eq!(check(&town.path("copy"), town.world.now()).unwrap().faults, []);
    let running = town.world.open(&town.path("copy"));
    let relay = &running.relay;
    let commit = Arc::clone(&relay.snapshot().commit);
    let root: Root = opened.signed.peek().unwrap();
    let under = |origin: &str| Checkpoint::verify(origin, root.relay.log_key, &commit.checkpoint);
    assert!(under(NEW).is_ok() && under(OLD).is_err());
    let leaf = relay.files().leaf(tree.size).unwrap();
    match cbor::decode(&leaf, usize::MAX) {
        Ok(Leaf::Statement(leaf)) => assert_eq!(leaf.digest, opened.signed.digest()),
        other => panic!("{other:?}"),
    }
    assert_eq!(commit.tree.size, tree.size + 2, "the root and a head, and nothing before them");
    assert!(commit.consistency(tree.size, commit.tree.size, relay.files()).is_ok());

    running.finish().unwrap();

    // As after a crash when that batch was on the disk, and the rest was not done yet.
    for (name, bytes) in
        files_before.iter().filter(|(name, _)| [MARKER, "relay.json"].contains(&name.as_str()))
    {
        std::fs::write(town.path("copy").join(name), bytes).unwrap();
    }
    assert!(matches!(setup("copy"), Err(FolderFailed::Backup)));
    assert!(matches!(town.restore("copy", &refused[0]), Err(RestoreFailed::Root(_))));
    assert_eq!(town.restore("copy", &opened).unwrap(), tree);
    let running = town.world.open(&town.path("copy"));
    let relay = &running.relay;
    assert_eq!(relay.snapshot().commit.tree, commit.tree, "it was done already");

    // Statements are there, the letter is not, and the town writes again.
    assert_eq!(relay.snapshot().directory.root_digest(), Some(opened.signed.digest()));
    let claimed = town.world.ask(relay, POLICE, lost.claim("suivi", None), &[]).await;
    assert!(matches!(claimed.0, Answer::Refused(refused) if refused.refusal == Refusal::NotFound));
    town.letter(relay).await;
    running.finish().unwrap();
    assert_eq!(check(&town.path("copy"), town.world.now()).unwrap().faults, []);
}

/// the roots alone say what log goes on from which, and never go back to a name.
#[test]
fn another_log_is_opened_only_with_what_it_goes_on_from() {
    let world = World::new();
    let tree = |size: u64, byte: u8| TreeHead { size, root: Digest([byte; 32]) };
    let (own, other) = (world.people[MAIRE].key.public(), world.people[POLICE].key.public());
    let of = |origin: &str, log_key, continues| RelayKeys {
        log_origin: origin.to_owned(),
        log_key,
        tls_ca: Vec::new(),
        continues,
    };
    let first = world.statements(of(OLD, own, None)).swap_remove(0);
    let next = |directory: &Directory, relay: RelayKeys| {
        let link = directory.next_link(&Chain::Root, world.now());
        let root = Root { link, relay, ..directory.root().unwrap().clone() };
        let signed = Signed::new(&root, &[&world.authority, &world.parquet]);
        Statement { kind: Kind::Root, signed, body: None }
    };
    let after = |roots: &[RelayKeys]| {
        let mut directory = Directory::pinned(first.signed.digest());
        directory.accept(&first, AT_THE_RELAY).unwrap();
        for relay in roots {
            directory.accept(&next(&directory, relay.clone()), AT_THE_RELAY).ok()?;
        }
        Some(directory)
    };
    let check = |roots: &[RelayKeys], expected: bool| {
        assert_eq!(after(roots).is_some(), expected, "{roots:?}");
    };
    let from =
        |origin: &str, restored, newest| Some(Continued { origin: origin.to_owned(), restored, newest });
    let good = from(OLD, tree(5, 5), tree(9, 9));
    check(&[of(OLD, own, None)], true);
    check(&[of(NEW, own, good.clone())], true);
    check(&[of(NEW, other, good.clone())], true);
    check(&[of(NEW, own, from(OLD, tree(5, 5), tree(5, 5)))], true);
    check(&[of(NEW, own, None)], false);
    check(&[of(OLD, other, None)], false);
    check(&[of(OLD, own, good.clone())], false);
    check(&[of(NEW, own, from("pli.example/third", tree(5, 5), tree(9, 9)))], false);
    check(&[of(NEW, own, from(OLD, tree(5, 5), tree(4, 4)))], false);
    check(&[of(NEW, own, from(OLD, tree(5, 5), tree(5, 6)))], false);
    check(&[of(NEW, own, from(OLD, TreeHead::empty(), tree(9, 9)))], false);
    let begun = of(NEW, own, good.clone());
    check(&[begun.clone(), begun.clone()], true);
    check(&[begun.clone(), of(NEW, own, None)], false);
    check(&[begun.clone(), of(NEW, own, from(OLD, tree(5, 5), tree(8, 8)))], false);
    check(&[begun.clone(), of(OLD, own, from(NEW, tree(7, 7), tree(9, 9)))], false);
    check(&[begun.clone(), of("pli.example/log-3", own, from(NEW, tree(7, 7), tree(9, 9)))], true);
    check(&[begun, of("pli.example/log-3", own, from(OLD, tree(7, 7), tree(9, 9)))], false);
    let unfounded = world.statements(of(NEW, own, good)).swap_remove(0);
    let begins = Directory::pinned(unfounded.signed.digest()).accept(&unfounded, AT_THE_RELAY);
    assert!(begins.is_err(), "no chain begins with it");
}

/// Whatever of a batch is still in the journal is not covered, and what is at its place is, also in the middle of
/// bringing a batch home.
#[test]
fn a_copy_covers_what_came_to_its_place() {
    let world = World::new();
    let disk = founded(&world);
    let mut engine = Engine::open(&world, &disk).unwrap();
    let relay = engine.relay.clone();
    let from = Folder::on(Arc::new(disk.clone())).unwrap();
    let copied = || {
        let to = Folder::on(Arc::new(SimDisk::new(world.shared_time()))).unwrap();
        copy_to(&from, &to, world.now()).unwrap()
    };
    let before = relay.snapshot().commit.tree;
    let letter = world.seal(&relay, COORD, &[POLICE], 20, &[b"un document"]);
    engine.run(world.upload(&relay, COORD, &letter)).unwrap().unwrap();
    engine.run(world.deposit(&relay, COORD, &letter)).unwrap().unwrap();
    engine.run(world.list(&relay, POLICE)).unwrap().unwrap();
    assert_eq!(copied(), before, "it was confirmed, and lies in the journal");
    let mut sizes = vec![before.size];
    while engine.step().unwrap() {
        sizes.push(copied().size);
    }
    assert!(sizes.is_sorted());
    assert_eq!(copied(), relay.snapshot().commit.tree);
    drop(relay);
    engine.close().unwrap();
}

/// Wherever it was stopped: what is there serves nothing.
#[test]
fn a_crash_leaves_no_copy_that_serves() {
    let world = World::new();
    let from = Folder::on(Arc::new(founded(&world))).unwrap();
    let mut stopped_at = 0;
    loop {
        let disk = SimDisk::new(world.shared_time());
        disk.stop_after(stopped_at);
        let to = Folder::on(Arc::new(disk.clone()));
        let copied = to.map_err(BackupFailed::from).and_then(|to| copy_to(&from, &to, world.now()));
        for survival in [Survival::Lost, Survival::Kept, Survival::Torn] {
            let after = disk.crashed(survival, &mut fastrand::Rng::with_seed(stopped_at));
            after.calm();
            let serves = Folder::on(Arc::new(after)).map(|folder| Setup::of(&folder, world.clock()).is_ok());
            assert!(!serves.unwrap_or(false), "{survival:?} after {stopped_at}");
        }
        if copied.is_ok() {
            break;
        }
        stopped_at += 1;
    }
    assert!(stopped_at > 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_has_the_name_of_a_copy_that_is_not_whole() {
    let town = Town::new().await;
    let nothing_there = || {
        let names = std::fs::read_dir(town.dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.collect::<Vec<_>>(), ["relay"]);
    };
    let copy = || backup(&town.path("relay"), &town.path("copy"), town.world.now());
    // Under the name of what is unfinished is somebody's work.
    let unfinished = town.path("copy.unfinished");
    std::fs::create_dir_all(unfinished.join("log")).unwrap();
    std::fs::write(unfinished.join("log/leaves"), b"half").unwrap();
    assert!(matches!(copy(), Err(BackupFailed::Exists(there)) if there == unfinished));
    assert_eq!(files(&unfinished), [("log/leaves".to_owned(), b"half".to_vec())]);
    // As a crash leaves it.
    std::fs::write(unfinished.join(MARKER), b"{}").unwrap();
    let tree = copy().unwrap();
    assert!(!town.path("copy.unfinished").exists() && tree.size > 0);
    std::fs::remove_dir_all(town.path("copy")).unwrap();
    nothing_there();
    for (file, place) in
        [("log/leaves", 40), ("log/hashes", 3), ("statements", 100), ("statements.again", 100)]
    {
        let path = town.path("relay").join(file);
        let whole = std::fs::read(&path).unwrap();
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        std::fs::write(&path, damaged).unwrap();
        assert!(matches!(copy(), Err(BackupFailed::DidNotVerify(_))), "{file}");
        nothing_there();
        std::fs::write(&path, whole).unwrap();
    }
    std::fs::remove_file(town.path("relay/fingerprint")).unwrap();
    assert!(matches!(copy(), Err(BackupFailed::Folder(FolderFailed::NotFounded))));
    nothing_there();
}

/// a witness is handed the root by people. It signs under the new name only if the roots were shown what it
/// signed, and never again under the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_goes_on_with_the_root_in_its_hand() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let witness = WitnessFolder::create(&path("witness"), "temoin.example", PASSPHRASE, LITTLE_WORK).unwrap();
    // Certificates are judged by the system's clock, so the world begins now.
    let mut world = World::at(system_clock().now(), 0);
    world.policy = WitnessPolicy::of(1, vec![witness.witness().clone()]);
    let public = folder::make(&path("relay"), OLD, None, world.now()).unwrap();
    let founding = world.founding(&public);
    std::fs::write(path("founding"), &founding).unwrap();
    folder::found(&path("relay"), &founding, world.clock()).await.unwrap();
    let first = world.statements(public.keys().unwrap()).swap_remove(0);
    let serve = async |name: &str| {
        let any = (Ipv4Addr::LOCALHOST, 0).into();
        Server::start_with(&path(name), any, world.clock(), Allowance::ample()).await.unwrap()
    };
    let open = |witness: &WitnessFolder, server: &Server, file: Option<&str>| {
        let file = file.map(path);
        witness.session(Some(server.address()), file.as_deref(), world.clock())
    };

    let server = serve("relay").await;
    let mut session = open(&witness, &server, Some("founding")).unwrap();
    let earlier = witness.attest(&mut session).await.unwrap().tree;
    server.stop().await.unwrap();
    let tree = backup(&path("relay"), &path("copy"), world.now()).unwrap();
    world.pass(HEAD_ON_DEMAND_SECONDS);
    let server = serve("relay").await;
    let mut session = open(&witness, &server, None).unwrap();
    let newest = witness.attest(&mut session).await.unwrap().tree;
    assert!(earlier.size <= tree.size && tree.size < newest.size);
    server.stop().await.unwrap();
    copy_folder(&path("witness"), &path("second"));
    copy_folder(&path("copy"), &path("second-copy"));

    let mut directory = Directory::pinned(first.signed.digest());
    directory.accept(&first, AT_THE_RELAY).unwrap();
    let opened = |newest: TreeHead, file: &str| {
        let root = opening(&world, &directory, NEW, continued(tree, newest));
        std::fs::write(path(file), cbor::encode(&[first.clone(), root])).unwrap();
    };
    opened(newest, "good");
    opened(tree, "bad");
    restore(&path("copy"), &std::fs::read(path("good")).unwrap(), world.clock()).unwrap();
    restore(&path("second-copy"), &std::fs::read(path("bad")).unwrap(), world.clock()).unwrap();

    let server = serve("copy").await;
    let mut session = open(&witness, &server, None).unwrap();
    let unknown = witness.attest(&mut session).await.unwrap_err();
    assert_eq!(unknown.exit_code(), 5, "it has not heard of another log: {unknown}");
    let mut session = open(&witness, &server, Some("good")).unwrap();
    let seen = witness.attest(&mut session).await.unwrap();
    assert!(seen.tree.size > tree.size);
    let note = std::fs::read_to_string(path("witness/cosigned")).unwrap();
    assert_eq!(note.lines().next(), Some(NEW));
    server.stop().await.unwrap();

    let server = serve("second-copy").await;
    let second = WitnessFolder::open(&path("second"), PASSPHRASE).unwrap();
    for file in [Some("bad"), None] {
        let refused = open(&second, &server, file).err().unwrap();
        assert!(
            matches!(refused, Failure::Unverified(Unverified::Log(InvalidConfirmation::Withheld))),
            "{refused}"
        );
    }
    let kept = std::fs::read_dir(path("second/evidence")).unwrap().count();
    let note = std::fs::read_to_string(path("second/cosigned")).unwrap();
    assert_eq!((kept, note.lines().next()), (1, Some(OLD)), "nothing more was signed");
    server.stop().await.unwrap();
}
