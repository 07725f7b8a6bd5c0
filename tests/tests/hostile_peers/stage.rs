//! A relay that listens on a port of its own, its members, and what can be seen of it from outside.

use pli_server::check::check;
use pli_server::listen::Server;
use pli_server::quotas::Allowance;
use pli_server::system_clock;
use pli_server::transport::frames::framed;
use pli_tests::load::{Device, Network, Stream};
use pli_tests::whole::log_is_whole;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, World};
use shared::cbor;
use shared::crypto::BoxKey;
use shared::directory::Directory;
use shared::ids::Digest;
use shared::limits::{LEAF_BYTES_MAX, LEAVES_PER_ANSWER_MAX};
use shared::log::{Act, Checkpoint, Confirmation, Leaf, LogView};
use shared::message::HeadReference;
use shared::refusal::Refusal;
use shared::seal::open_small;
use shared::signed::Signed;
use shared::wire::{Answer, Ask, Refused, SealedKey};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Far longer than anything here takes, and shorter than a connection lives without a sign: a test that
/// would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everybody in the group of [`World`].
pub(crate) const GROUP: [usize; 4] = [MAIRE, COORD, POLICE, BAILLEUR];

/// A relay at work.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) network: Network,
    pub(crate) directory: Arc<Directory>,
    pub(crate) address: SocketAddr,
    pub(crate) dir: TempDir,
    server: Server,
    trees: Mutex<BTreeMap<u64, Digest>>,
}

/// What is shown of what was done: by the log to a reviewer, how often each act; and to each member the headers of
/// both lists. That somebody came, was refused, or looked, is no part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub(crate) done: BTreeMap<Act, usize>,
    pub(crate) lists: Vec<Vec<Vec<u8>>>,
}

impl Stage {
    /// A relay without quotas of time.
    pub(crate) async fn start() -> Self {
        Self::with(Allowance::ample(), 0).await
    }

    /// A relay with an allowance for each device, and so many more officers.
    pub(crate) async fn with(allowance: Allowance, more: usize) -> Self {
        // Certificates are judged by the system's clock, so the world begins now.
        let world = World::at(system_clock().now(), more);
        let dir = tempfile::tempdir().unwrap();
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        for person in &world.people[..GROUP.len() + 2] {
            for page in world.key_pages(person) {
                world.publish(&running.relay, &page).await;
            }
        }
        let directory = Arc::clone(&running.relay.snapshot().directory);
        running.finish().unwrap();
        let network = Network::of(&world, dir.path());
        let any = (Ipv4Addr::LOCALHOST, 0).into();
        let server = Server::start_with(dir.path(), any, world.clock(), allowance).await.unwrap();
        let (address, trees) = (server.address(), Mutex::default());
        Self { world, network, directory, address, dir, server, trees }
    }

    /// A person's device, greeted.
    pub(crate) async fn device(&self, person: usize) -> Device {
        soon(self.network.greeted(person, self.address)).await.expect("the relay is gone")
    }

    /// Asks something as a person, on a stream of its own.
    pub(crate) async fn ask(&self, device: &Device, person: usize, ask: Ask, bodies: &[Vec<u8>]) -> Answer {
        let signed = self.world.people[person].request(ask, self.world.now());
        self.say(device, &signed, bodies).await
    }

    /// Sends a request that is signed already.
    pub(crate) async fn say(&self, device: &Device, signed: &Signed, bodies: &[Vec<u8>]) -> Answer {
        let mut stream = begun(device, signed, bodies).await;
        soon(stream.answer()).await.expect("no answer")
    }

    /// A letter from one member to others, as an honest client seals it.
    pub(crate) async fn letter(&self, from: usize, to: &[usize], documents: &[&[u8]]) -> Letter {
        let head = self.head(&self.device(from).await, from).await;
        self.world.seal_under(&self.directory, head, from, to, 20, documents).unwrap()
    }

    /// Uploads the documents of a letter.
    pub(crate) async fn upload(&self, device: &Device, from: usize, letter: &Letter) {
        for (part, document) in (0..).zip(&letter.documents) {
            let bytes = document.len() as u64;
            let ask = Ask::Upload { message: letter.id, part, bytes, from: 0 };
            let signed = self.world.people[from].request(ask, self.world.now());
            let mut stream = begun(device, &signed, &[]).await;
            soon(stream.send(document)).await;
            assert_eq!(soon(stream.answer()).await, Some(Answer::Upload { received: bytes }));
        }
    }

    /// Deposits a letter whose documents are there.
    pub(crate) async fn deposit(&self, device: &Device, from: usize, letter: &Letter) -> Answer {
        let (ask, frames) = letter.deposit();
        self.ask(device, from, ask, &frames).await
    }

    /// One letter all the way between two members who keep the rules.
    pub(crate) async fn honest(&self, from: usize, to: usize) {
        let (writer, reader) = (self.device(from).await, self.device(to).await);
        let head = self.head(&writer, from).await;
        let letter = self.world.seal_under(&self.directory, head, from, &[to], 20, &[b"a document"]).unwrap();
        self.upload(&writer, from, &letter).await;
        assert_eq!(refusal(&self.deposit(&writer, from, &letter).await), None);
        self.list(&reader, to, Ask::Mailbox { after: None, beginning: None }).await;
        self.read(&reader, to, &letter).await;
    }

    /// Claims a letter, and opens what comes.
    pub(crate) async fn read(&self, device: &Device, person: usize, letter: &Letter) -> Confirmation {
        let ask = letter.claim("suivi", None);
        let signed = self.world.people[person].request(ask, self.world.now());
        let mut stream = begun(device, &signed, &[]).await;
        let answer = soon(stream.answer()).await;
        let Some(Answer::Claimed(confirmation)) = answer else { panic!("not claimed: {answer:?}") };
        let (_list, grant, note) = (stream.frame().await, stream.frame().await, stream.frame().await);
        let opened =
            self.world.read(&self.directory, person, letter, &grant.unwrap(), &note.unwrap()).unwrap();
        assert_eq!(opened.note.core, letter.core);
        confirmation
    }

    /// What members are shown now. Whoever was shown everything before makes no record by looking.
    pub(crate) async fn seen(&self, devices: &[Device]) -> Seen {
        let mut lists = Vec::new();
        for (person, device) in GROUP.into_iter().zip(devices) {
            lists.push(self.list(device, person, Ask::Mailbox { after: None, beginning: None }).await);
            lists.push(self.list(device, person, Ask::Sent { after: None }).await);
        }
        Seen { done: self.done().await, lists }
    }

    async fn done(&self) -> BTreeMap<Act, usize> {
        let device = self.device(AUDITOR).await;
        let (auditor, now) = (&self.world.people[AUDITOR], self.world.now());
        let to = self.head(&device, AUDITOR).await.tree.size;
        let ask = Ask::LogKeys { from: 0, to, reason: "controle".parse().unwrap(), reference: None };
        let mut stream = begun(&device, &auditor.request(ask, now), &[]).await;
        let answer = soon(stream.answer()).await;
        let Some(Answer::LogKeys { keys: count, .. }) = answer else { panic!("no keys: {answer:?}") };
        let mut keys = BTreeMap::new();
        for _ in 0..count {
            let frame = soon(stream.frame()).await.unwrap();
            let SealedKey { epoch, bucket, sealed } = cbor::decode(&frame, frame.len()).unwrap();
            let key = open_small(&auditor.expiry_identity(bucket), &sealed).unwrap();
            keys.insert(epoch, BoxKey::from_bytes(Zeroizing::new(key.as_slice().try_into().unwrap())));
        }
        let mut done = BTreeMap::new();
        for from in (0..to).step_by(usize::try_from(LEAVES_PER_ANSWER_MAX).unwrap()) {
            let mut stream = begun(&device, &auditor.request(Ask::Leaves { from, to }, now), &[]).await;
            let answer = soon(stream.answer()).await;
            let Some(Answer::Leaves { count }) = answer else { panic!("no leaves: {answer:?}") };
            for index in (from..).take(count as usize) {
                let leaf = soon(stream.frame()).await.unwrap();
                if let Leaf::Record(closed) = cbor::decode(&leaf, leaf.len()).unwrap() {
                    let (_, record, _) = closed.open(index, &keys[&closed.epoch]).unwrap();
                    *done.entry(record.act).or_default() += 1;
                }
            }
        }
        done.retain(|act, _| !matches!(act, Act::Connection | Act::Refusal | Act::LogReading));
        done
    }

    /// A device of everybody in the group.
    pub(crate) async fn everybody(&self) -> Vec<Device> {
        let mut devices = Vec::new();
        for person in GROUP {
            devices.push(self.device(person).await);
        }
        devices
    }

    async fn list(&self, device: &Device, person: usize, ask: Ask) -> Vec<Vec<u8>> {
        let signed = self.world.people[person].request(ask, self.world.now());
        let mut stream = begun(device, &signed, &[]).await;
        let answer = soon(stream.answer()).await;
        let Some(Answer::Headers { log, count, .. }) = answer else { panic!("not listed: {answer:?}") };
        self.shown(&log);
        let mut headers = Vec::new();
        for _ in 0..count {
            headers.push(soon(stream.frame()).await.unwrap());
        }
        headers
    }

    /// The newest head.
    pub(crate) async fn head(&self, device: &Device, person: usize) -> HeadReference {
        match self.ask(device, person, Ask::Log, &[]).await {
            Answer::Log(view) => self.shown(&view),
            other => panic!("no log: {other:?}"),
        }
    }

    /// Verifies and remembers a tree that was shown.
    fn shown(&self, view: &LogView) -> HeadReference {
        let keys = &self.directory.root().unwrap().relay;
        let tree = Checkpoint::verify(&keys.log_origin, keys.log_key, &view.checkpoint).unwrap().head();
        let before = self.trees.lock().unwrap().insert(tree.size, tree.root);
        assert!(before.is_none_or(|root| root == tree.root), "the tree of {} leaves is two", tree.size);
        match cbor::decode(&view.head.leaf, LEAF_BYTES_MAX) {
            Ok(Leaf::Head(head)) => HeadReference { tree, time: head.time },
            other => panic!("no head: {other:?}"),
        }
    }

    /// Stops the relay: its folder verifies, and its log is the one that was shown.
    pub(crate) async fn end(self) {
        soon(self.server.stop()).await.unwrap();
        let report = check(self.dir.path(), self.world.now()).unwrap();
        assert!(report.faults.is_empty(), "{report:?}");
        let running = self.world.open(self.dir.path());
        log_is_whole(&running.relay, &self.trees.lock().unwrap()).unwrap();
        running.finish().unwrap();
    }
}

/// A stream with a request and what belongs to it.
pub(crate) async fn begun(device: &Device, signed: &Signed, bodies: &[Vec<u8>]) -> Stream {
    let mut stream = soon(device.stream()).await.expect("the connection is lost");
    soon(stream.send(&wire(signed, bodies))).await;
    stream
}

/// A request and its frames as bytes.
pub(crate) fn wire(signed: &Signed, bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = framed(&cbor::encode(signed));
    bytes.extend(bodies.iter().flat_map(|body| framed(body)));
    bytes
}

/// Why it was refused, if it was.
pub(crate) fn refusal(answer: &Answer) -> Option<Refusal> {
    refused(answer).map(|refused| refused.refusal)
}

/// The refusal whole.
pub(crate) fn refused(answer: &Answer) -> Option<Refused> {
    match answer {
        Answer::Refused(refused) => Some(*refused),
        _ => None,
    }
}

/// What must not be waited for for ever.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("somebody waits for ever")
}
