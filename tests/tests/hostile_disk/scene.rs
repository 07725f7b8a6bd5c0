//! A relay on a disk of the tests, with letters in it, and what its members ask of it.

use pli_server::check::{Report, check_in};
use pli_server::requests::{self, Door};
use pli_server::store::Folder;
use pli_server::transport::frames::framed;
use pli_tests::disk::SimDisk;
use pli_tests::engine::{Engine, founded};
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, World, unframed};
use shared::cbor;
use shared::limits::FRAME_BYTES_MAX;
use shared::log::TreeHead;
use shared::refusal::Refusal;
use shared::statement::Link;
use shared::wire::{Answer, Ask, Refused};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A relay's folder on a disk of the tests, and what was written there.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) disk: SimDisk,
    pub(crate) sent: Vec<Sent>,
    /// How many leaves the log has when the letters were written.
    pub(crate) leaves: u64,
}

/// A letter that was confirmed.
pub(crate) struct Sent {
    pub(crate) letter: Letter,
    pub(crate) writer: usize,
    pub(crate) readers: Vec<usize>,
}

/// What came back: a refusal, or the answer with its frames, or the bytes of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reply {
    Refused(Refusal),
    Served(Vec<Vec<u8>>),
}

impl Scene {
    /// A relay that was founded and stopped, with nothing in it yet.
    pub(crate) fn founded() -> Self {
        let world = World::new();
        let disk = founded(&world);
        world.pass(3300);
        Self { world, disk, sent: Vec::new(), leaves: 0 }
    }

    /// And with letters at every step: waiting, listed, claimed, opened, claimed with a text.
    pub(crate) fn with_letters() -> Self {
        let mut scene = Self::founded();
        let mut engine = scene.open();
        scene.write_letters(&mut engine);
        engine.close().unwrap();
        scene
    }

    pub(crate) fn write_letters(&mut self, engine: &mut Engine) {
        self.hear(engine);
        self.send(engine, POLICE, &[MAIRE], 20, &[]);
        self.send(engine, MAIRE, &[POLICE, COORD], 60, &[b"un document", &[7; 3000]]);
        self.world.pass(30);
        let relay = engine.relay.clone();
        let Sent { letter, .. } = &self.sent[1];
        assert_eq!(done(engine, self.world.list(&relay, POLICE)), 1);
        let (claimed, ..) = done(engine, self.world.claim(&relay, POLICE, letter));
        done(engine, self.world.acknowledge(&relay, POLICE, letter, claimed.evidence.index));
        self.world.pass(400);
        self.hear(engine);
        self.send(engine, COORD, &[BAILLEUR, MAIRE], 60, &[]);
        let Sent { letter, .. } = &self.sent[2];
        done(engine, self.world.claim_with_text(&relay, BAILLEUR, letter, "pour la réunion"));
        let reading =
            Ask::LogKeys { from: 0, to: u64::MAX, reason: "controle".parse().unwrap(), reference: None };
        assert!(matches!(self.ask(engine, AUDITOR, reading), Reply::Served(_)));
        self.leaves = tree(engine).size;
    }

    pub(crate) fn open(&self) -> Engine {
        Engine::open(&self.world, &self.disk).unwrap()
    }

    pub(crate) fn send(
        &mut self,
        engine: &mut Engine,
        writer: usize,
        readers: &[usize],
        days: u64,
        parts: &[&[u8]],
    ) {
        let relay = engine.relay.clone();
        let letter = self.world.seal(&relay, writer, readers, days, parts);
        done(engine, self.world.deposit(&relay, writer, &letter));
        self.sent.push(Sent { letter, writer, readers: readers.to_vec() });
    }

    /// Signs a request and gives back what the relay says.
    pub(crate) fn ask(&self, engine: &mut Engine, person: usize, ask: Ask) -> Reply {
        self.ask_with(engine, person, ask, &[])
    }

    pub(crate) fn ask_with(&self, engine: &mut Engine, person: usize, ask: Ask, behind: &[u8]) -> Reply {
        let relay = engine.relay.clone();
        let signed = self.world.people[person].request(ask, self.world.now());
        let sent = [framed(&cbor::encode(&signed)), behind.to_vec()].concat();
        let came = done(engine, async move {
            let (mut receive, mut send) = (sent.as_slice(), Vec::new());
            requests::answer(&relay, Door::Open, &mut receive, &mut send).await;
            send
        });
        let first = unframed(&came).remove(0);
        match cbor::decode(&first, 4 * FRAME_BYTES_MAX).unwrap() {
            Answer::Refused(Refused { refusal, .. }) => Reply::Refused(refusal),
            Answer::Consistency(_) => Reply::Served(vec![first]),
            Answer::Part { .. } => Reply::Served(vec![came[4 + first.len()..].to_vec()]),
            _ => Reply::Served(unframed(&came).split_off(1)),
        }
    }

    /// Deposits a letter whose documents are there, or not.
    pub(crate) fn deposit(&self, engine: &mut Engine, writer: usize, letter: &Letter) -> Reply {
        let (ask, frames) = letter.deposit();
        let behind: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
        self.ask_with(engine, writer, ask, &behind)
    }

    pub(crate) fn upload(&self, engine: &mut Engine, writer: usize, letter: &Letter, from: usize) -> Reply {
        let bytes = &letter.documents[0];
        let ask = Ask::Upload { message: letter.id, part: 0, bytes: bytes.len() as u64, from: from as u64 };
        self.ask_with(engine, writer, ask, &bytes[from..])
    }

    /// Publishes another roster.
    pub(crate) fn publish(&self, engine: &mut Engine) -> Reply {
        let directory = Arc::clone(&engine.relay.snapshot().directory);
        let (roster, digest) = directory.roster(self.world.group).unwrap();
        let link = Link { version: roster.link.version + 1, previous: Some(digest), made: self.world.now() };
        let statement = self.world.roster(link, &[MAIRE, COORD, POLICE]);
        let ask = Ask::Publish { digest: statement.signed.digest() };
        self.ask_with(engine, COORD, ask, &framed(&cbor::encode(&statement)))
    }

    /// How many headers a mailbox shows.
    pub(crate) fn headers(&self, engine: &mut Engine, person: usize) -> usize {
        let Reply::Served(headers) = self.ask(engine, person, Ask::Mailbox { after: None, beginning: None })
        else {
            panic!("not listed")
        };
        headers.len()
    }

    pub(crate) fn hear(&self, engine: &mut Engine) {
        let relay = engine.relay.clone();
        done(engine, self.world.hear(&relay));
    }

    pub(crate) fn check(&self) -> Report {
        check_of(&self.disk, &self.world)
    }
}

pub(crate) fn check_of(disk: &SimDisk, world: &World) -> Report {
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    check_in(&folder, world.now()).unwrap()
}

/// Lets the relay work until something is done.
pub(crate) fn done<T>(engine: &mut Engine, work: impl Future<Output = T>) -> T {
    engine.run(work).unwrap().expect("nobody but the relay is waited for")
}

pub(crate) fn tree(engine: &Engine) -> TreeHead {
    engine.relay.snapshot().commit.tree
}

pub(crate) fn assert_whole(report: &Report) {
    assert_eq!(report.faults, [], "{report:?}");
}

/// The grant list, the grant and the note are those of the letter.
pub(crate) fn assert_claimed(reply: &Reply, letter: &Letter) {
    let Reply::Served(frames) = reply else { panic!("not claimed: {reply:?}") };
    assert_eq!(frames.len(), 3);
    assert!(letter.envelope.grants.contains(&frames[1]) && frames[2] == letter.envelope.note);
}

/// Every file with its bytes.
pub(crate) fn content(disk: &SimDisk) -> BTreeMap<String, Vec<u8>> {
    disk.all_files()
        .into_iter()
        .filter(|name| name != "spare")
        .map(|name| (name.clone(), disk.file(&name).unwrap()))
        .collect()
}

/// The seed of the walk, another one if the environment names it.
pub(crate) fn seed() -> u64 {
    std::env::var("PLI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124)
}
