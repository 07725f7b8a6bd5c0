//! An index that is gone, is an older one or was damaged: it comes back as it was.

use crate::scene::{assert_whole, seed};
use pli_server::check::check;
use pli_server::relay::{Running, reindex};
use pli_server::store::Folder;
use pli_tests::whole::copy_folder;
use pli_tests::world::{BAILLEUR, COORD, Letter, MAIRE, POLICE, World};
use shared::signed::Signed;
use shared::wire::{Answer, Ask, Refused};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Each of these is a folder of the system with a relay in it.
const BITS_OF_INDEX: usize = 4;

/// A relay in a folder of the system, with its index in sled; and an older copy of that index.
struct OnDisk {
    world: World,
    dir: TempDir,
    older: TempDir,
    letters: Vec<Letter>,
    /// A claim as it was signed, and the number of its record.
    claim: (Signed, u64),
}

impl OnDisk {
    async fn with_letters() -> Self {
        let world = World::new();
        let (dir, older) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        world.publish_key_pages(&running.relay).await;
        running.finish().unwrap();
        world.pass(3300);
        let mut letters = Vec::new();
        let mut claim = None;
        for _ in 0..2 {
            copy_folder(&dir.path().join("index"), older.path());
            let running = world.open(dir.path());
            let relay = &running.relay;
            world.hear(relay).await;
            for (writer, readers) in [(POLICE, [MAIRE, COORD]), (MAIRE, [POLICE, BAILLEUR])] {
                let letter = world.seal(relay, writer, &readers, 20, &[]);
                world.deposit(relay, writer, &letter).await;
                world.list(relay, readers[0]).await;
                let ask = letter.claim("suivi", None);
                let signed = world.people[readers[0]].request(ask, world.now());
                let (Answer::Claimed(confirmation), _) = world.say(relay, &signed, &[]).await else {
                    panic!("not claimed")
                };
                claim = Some((signed, confirmation.evidence.index));
                letters.push(letter);
            }
            running.finish().unwrap();
        }
        Self { world, dir, older, letters, claim: claim.unwrap() }
    }

    fn copied(&self) -> TempDir {
        let to = tempfile::tempdir().unwrap();
        copy_folder(self.dir.path(), to.path());
        to
    }

    /// Opens the relay of a folder and says what its state is: the log, everything that the index knows,
    /// and what is answered to what was used before. What cannot be said is said so.
    async fn state(&self, dir: &Path) -> Result<Vec<String>, String> {
        let world = &self.world;
        let folder = Folder::open(dir).map_err(|error| error.to_string())?;
        let running = Running::open(&folder, world.setup(&folder)).map_err(|error| error.to_string())?;
        let relay = &running.relay;
        let mut state = vec![format!("{:?}", relay.snapshot().commit.tree)];
        let mut entries = 0;
        let each = relay.index().each(|key, value| {
            entries += 1;
            state.push(format!("{key:?} {value:?}"));
        });
        state.push(format!("{each:?}, {entries} entries"));
        for person in [MAIRE, COORD, POLICE, BAILLEUR] {
            let (_, headers) = world.ask(relay, person, Ask::Sent { after: None }, &[]).await;
            state.push(format!("sent {headers:?}"));
            let mailbox = Ask::Mailbox { after: None, beginning: None };
            let (answer, headers) = world.ask(relay, person, mailbox, &[]).await;
            state.push(format!("mailbox {headers:?} {}", name_of(&answer)));
        }
        // An id that was used, a request that was answered.
        let other = world.alike(BAILLEUR, &self.letters[0], self.letters[0].id);
        let (ask, frames) = other.deposit();
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        state.push(name_of(&world.ask(relay, BAILLEUR, ask, &frames).await.0));
        let (claim, _) = &self.claim;
        state.push(match world.say(relay, claim, &[]).await {
            (Answer::Claimed(confirmation), _) => {
                format!("claimed in record {}", confirmation.evidence.index)
            }
            (other, _) => name_of(&other),
        });
        running.finish().map_err(|error| error.to_string())?;
        Ok(state)
    }
}

fn name_of(answer: &Answer) -> String {
    match answer {
        Answer::Refused(Refused { refusal, .. }) => format!("refused: {refusal:?}"),
        Answer::Headers { more, .. } => format!("headers, more: {more}"),
        other => panic!("{other:?}"),
    }
}

/// The files of a table, relative to its folder.
fn files_in(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// What happened to the folder of an index, or to a file in it.
#[derive(Debug)]
enum Damage {
    Gone,
    Empty,
    Older,
    Half(PathBuf),
    Noise(PathBuf, u64),
    Bit(PathBuf, usize, u8),
}

impl Damage {
    fn done_to(&self, index: &Path, relay: &OnDisk) {
        let change = |file: &PathBuf, change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = fs::read(index.join(file)).unwrap();
            change(&mut bytes);
            fs::write(index.join(file), bytes).unwrap();
        };
        match self {
            Self::Gone => fs::remove_dir_all(index).unwrap(),
            Self::Empty => {
                fs::remove_dir_all(index).unwrap();
                fs::create_dir(index).unwrap();
            }
            Self::Older => {
                fs::remove_dir_all(index).unwrap();
                copy_folder(relay.older.path(), index);
            }
            Self::Half(file) => change(file, &|bytes| bytes.truncate(bytes.len() / 2)),
            Self::Noise(file, seed) => change(file, &|bytes| {
                let mut random = fastrand::Rng::with_seed(*seed);
                bytes.iter_mut().for_each(|byte| *byte = random.u8(..));
            }),
            Self::Bit(file, at, bit) => change(file, &|bytes| bytes[*at] ^= 1 << bit),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_gone_or_old_or_damaged_comes_back_as_it_was() {
    let relay = OnDisk::with_letters().await;
    let good = relay.state(relay.copied().path()).await.unwrap();
    assert!(good.iter().any(|line| line == "refused: IdUsed"), "{good:?}");
    assert!(good.contains(&format!("claimed in record {}", relay.claim.1)));

    let mut damages = vec![Damage::Gone, Damage::Empty, Damage::Older];
    let index = relay.dir.path().join("index");
    let seed = seed();
    eprintln!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for path in files_in(&index) {
        let file = path.strip_prefix(&index).unwrap();
        let length = fs::read(&path).unwrap().len();
        damages.extend([Damage::Half(file.to_owned()), Damage::Noise(file.to_owned(), random.u64(..))]);
        let bits = (0..BITS_OF_INDEX).map(|_| (random.usize(..length), random.u8(..8)));
        damages.extend(bits.map(|(at, bit)| Damage::Bit(file.to_owned(), at, bit)));
    }
    for damage in damages {
        let damaged = || {
            let dir = relay.copied();
            damage.done_to(&dir.path().join("index"), &relay);
            dir
        };
        let report = check(damaged().path(), relay.world.now()).unwrap();
        assert!(report.faults.iter().all(|fault| fault.file == "index"), "{damage:?}: {report:?}");
        if relay.state(damaged().path()).await.as_ref() == Ok(&good) {
            continue;
        }
        // It does not come back by itself: `check` names it, and the command brings it back.
        assert!(
            report.faults.iter().any(|fault| fault.what.contains("pli-relay reindex")),
            "{damage:?}: {report:?}"
        );
        let dir = damaged();
        drop(reindex(&Folder::open(dir.path()).unwrap()).unwrap());
        assert_eq!(relay.state(dir.path()).await.as_ref(), Ok(&good), "{damage:?}, after reindex");
        assert_whole(&check(dir.path(), relay.world.now()).unwrap());
    }
}
