//! Members who use a relay over the network while somebody stops it, and remember what they were told.
//!
//! What was confirmed, released and shown stands in a `Ledger`; [`Trial::verify`] compares it with what
//! the relay's folder holds at the end.

#![allow(clippy::unwrap_used, reason = "a trial that cannot go on has failed")]

use crate::load::{Device, Network, Stream};
use crate::whole::log_is_whole;
use crate::world::{CROWD, Letter, World};
use fastrand::Rng;
use pli_server::relay::Relay;
use pli_server::system_clock;
use pli_server::transport::frames::framed;
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::{Digest, MessageId};
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Checkpoint, Confirmation, Leaf, LogMemory, LogView, Outcome};
use shared::message::HeadReference;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::wire::{Answer, Ask, Request};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinSet;

const WRITERS: usize = 6;
const READERS: usize = 6;

/// Readers of one letter.
const TO: usize = 3;

/// A relay's folder, its members, and what they were told.
pub struct Trial {
    dir: PathBuf,
    world: World,
    network: Network,
    directory: Arc<Directory>,
    log: LogMemory,
    letters: AtomicU64,
    ledger: Mutex<Ledger>,
}

/// What members were told.
#[derive(Default)]
struct Ledger {
    confirmed: Vec<Arc<Letter>>,
    /// Sent, by whom, and without an answer so far.
    unanswered: Vec<(usize, Arc<Letter>)>,
    /// The leaf of every record that was confirmed.
    leaves: BTreeMap<u64, Vec<u8>>,
    released: usize,
    /// The root that was shown for each size of the tree.
    trees: BTreeMap<u64, Digest>,
}

/// How much members were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Messages that were confirmed.
    pub confirmed: usize,
    /// Grants that were released.
    pub released: usize,
}

impl Trial {
    /// Founds a relay in a folder.
    pub async fn found(dir: &Path) -> Arc<Self> {
        let world = World::at(system_clock().now(), WRITERS + READERS);
        world.make_relay(dir).await;
        let running = world.open(dir);
        world.publish_key_pages(&running.relay).await;
        let directory = Arc::clone(&running.relay.snapshot().directory);
        running.finish().unwrap();
        let keys = &directory.root().unwrap().relay;
        let log = LogMemory::new(keys.log_origin.clone(), keys.log_key);
        let network = Network::of(&world, dir);
        let dir = dir.to_owned();
        let (letters, ledger) = (AtomicU64::default(), Mutex::default());
        Arc::new(Self { dir, world, network, directory, log, letters, ledger })
    }

    /// Everybody goes to work at a relay, until what is returned is dropped.
    ///
    /// # Panics
    /// If the relay gives an answer that it must not give.
    pub async fn work(self: &Arc<Self>, address: SocketAddr, random: &mut Rng) -> JoinSet<Option<()>> {
        let late = system_clock().now().0.saturating_sub(self.world.now().0);
        self.world.pass(late);
        let mut members = JoinSet::new();
        if let Some(templates) = self.templates(address).await {
            for writer in CROWD..CROWD + WRITERS {
                let (trial, templates, random) = (Arc::clone(self), templates.clone(), random.fork());
                members.spawn(async move { trial.write(writer, address, templates, random).await });
            }
            for reader in CROWD + WRITERS..CROWD + WRITERS + READERS {
                let (trial, random) = (Arc::clone(self), random.fork());
                members.spawn(async move { trial.read(reader, address, random).await });
            }
        }
        members
    }

    /// How much was told so far.
    #[must_use]
    pub fn told(&self) -> Told {
        let ledger = self.ledger();
        Told { confirmed: ledger.confirmed.len(), released: ledger.released }
    }

    /// Compares what was told with what is there, and says how many leaves the log has. The relay must
    /// have ended.
    ///
    /// # Errors
    /// The promise that was not kept.
    pub fn verify(&self) -> Result<u64, String> {
        let running = self.world.open(&self.dir);
        let relay = running.relay.clone();
        let outcome = self.kept(&relay);
        drop(relay);
        running.finish().map_err(|error| error.to_string())?;
        outcome
    }

    fn kept(&self, relay: &Relay) -> Result<u64, String> {
        let ledger = self.ledger();
        for letter in &ledger.confirmed {
            is_kept(relay, letter).map_err(|what| format!("{} was confirmed, and {what}", letter.id))?;
        }
        for (index, leaf) in &ledger.leaves {
            if relay.files().leaf(*index).ok().as_ref() != Some(leaf) {
                return Err(format!("a record was confirmed, and leaf {index} is another"));
            }
        }
        log_is_whole(relay, &ledger.trees)?;
        Ok(relay.snapshot().commit.tree.size)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One letter with a document and one without, from which every other of a round is made.
    async fn templates(&self, address: SocketAddr) -> Option<[Arc<Letter>; 2]> {
        let device = self.network.greeted(CROWD, address).await?;
        let (_, answer) = self.ask(&mut device.stream().await?, CROWD, Ask::Log, &[]).await?;
        let Answer::Log(view) = answer else { panic!("no log: {answer:?}") };
        let head = self.shown(&view);
        let to: Vec<_> = (0..TO).map(|number| CROWD + WRITERS + number).collect();
        let seal = |documents: &[&[u8]]| {
            Arc::new(self.world.seal_under(&self.directory, head, CROWD, &to, 20, documents).unwrap())
        };
        Some([seal(&[]), seal(&[&[7; 150_000]])])
    }

    /// Writes letters until the relay is gone.
    async fn write(
        self: &Arc<Self>,
        person: usize,
        address: SocketAddr,
        templates: [Arc<Letter>; 2],
        mut random: Rng,
    ) -> Option<()> {
        let device = self.network.greeted(person, address).await?;
        let mut stream = device.stream().await?;
        loop {
            let again = {
                let mut ledger = self.ledger();
                let place = ledger.unanswered.iter().position(|(writer, _)| *writer == person);
                place.map(|place| ledger.unanswered.swap_remove(place).1)
            };
            let letter = again.unwrap_or_else(|| {
                let number = self.letters.fetch_add(1, Ordering::Relaxed);
                let id = MessageId(*sha256(&number.to_be_bytes()).0.first_chunk().unwrap());
                Arc::new(self.world.alike(person, &templates[usize::from(random.u8(0..4) == 0)], id))
            });
            self.ledger().unanswered.push((person, Arc::clone(&letter)));
            if !self.deposit(&device, &mut stream, person, &letter).await? {
                stream = device.stream().await?;
            }
        }
    }

    /// Deposits a letter; says whether the stream goes on.
    async fn deposit(
        &self,
        device: &Device,
        stream: &mut Stream,
        person: usize,
        letter: &Arc<Letter>,
    ) -> Option<bool> {
        for (part, bytes) in (0..).zip(&letter.documents) {
            self.upload(&mut device.stream().await?, person, letter, part, bytes).await?;
        }
        let (ask, frames) = letter.deposit();
        let bodies: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
        let (signed, answer) = self.ask(stream, person, ask, &bodies).await?;
        let refusal = match answer {
            Answer::Deposited(confirmation) => {
                self.confirmed(&signed, &confirmation);
                let mut ledger = self.ledger();
                ledger.unanswered.retain(|(_, other)| other.id != letter.id);
                ledger.confirmed.push(Arc::clone(letter));
                return Some(true);
            }
            Answer::Refused(refused) => refused.refusal,
            other => panic!("a deposit was answered {other:?}"),
        };
        assert!(matches!(refusal, Refusal::Quota | Refusal::Unavailable), "{refusal}");
        // Whoever is told to wait does nothing for the short rest of the round.
        if refusal == Refusal::Quota {
            std::future::pending::<()>().await;
        }
        Some(false)
    }

    async fn upload(
        &self,
        stream: &mut Stream,
        person: usize,
        letter: &Letter,
        part: u16,
        bytes: &[u8],
    ) -> Option<()> {
        let ask = Ask::UploadState { message: letter.id, part };
        let (_, Answer::Upload { received }) = self.ask(stream, person, ask, &[]).await? else { return None };
        let length = bytes.len() as u64;
        if received < length {
            let ask = Ask::Upload { message: letter.id, part, bytes: length, from: received };
            let rest = &bytes[usize::try_from(received).unwrap()..];
            let (_, answer) = self.ask(stream, person, ask, rest).await?;
            assert_eq!(answer, Answer::Upload { received: length });
        }
        Some(())
    }

    /// Claims letters, and acknowledges them, until the relay is gone.
    async fn read(self: &Arc<Self>, person: usize, address: SocketAddr, mut random: Rng) -> Option<()> {
        let device = self.network.greeted(person, address).await?;
        let mut stream = device.stream().await?;
        loop {
            let letter = {
                let confirmed = &self.ledger().confirmed;
                (!confirmed.is_empty()).then(|| Arc::clone(&confirmed[random.usize(0..confirmed.len())]))
            };
            let member = &self.world.people[person].member;
            let Some(letter) = letter.filter(|letter| letter.core.recipients.contains(member)) else {
                tokio::task::yield_now().await;
                continue;
            };
            let ask = letter.claim("suivi", None);
            let (signed, answer) = self.ask(&mut stream, person, ask, &[]).await?;
            match answer {
                Answer::Claimed(confirmation) => {
                    self.confirmed(&signed, &confirmation);
                    let (_list, grant, note) =
                        (stream.frame().await?, stream.frame().await?, stream.frame().await?);
                    self.ledger().released += 1;
                    assert!(letter.envelope.grants.contains(&grant) && letter.envelope.note == note);
                    let (message, claim) = (letter.id, confirmation.evidence.index);
                    let ask = Ask::Acknowledge { message, claim, outcome: Outcome::Done, rules: Vec::new() };
                    let (signed, answer) = self.ask(&mut stream, person, ask, &[]).await?;
                    if let Answer::Acknowledged(confirmation) = answer {
                        self.confirmed(&signed, &confirmation);
                    }
                }
                Answer::Refused(refused) => {
                    let refusal = refused.refusal;
                    assert!(matches!(refusal, Refusal::Quota | Refusal::Unavailable), "{refusal}");
                    stream = device.stream().await?;
                }
                other => panic!("a claim was answered {other:?}"),
            }
        }
    }

    /// Sends a request with what follows it; none if no answer came.
    async fn ask(
        &self,
        stream: &mut Stream,
        person: usize,
        ask: Ask,
        bodies: &[u8],
    ) -> Option<(Signed, Answer)> {
        let signed = self.world.people[person].request(ask, self.world.now());
        let mut bytes = framed(&cbor::encode(&signed));
        bytes.extend_from_slice(bodies);
        stream.send(&bytes).await;
        Some((signed, stream.answer().await?))
    }

    /// Verifies a confirmation as a client does, and remembers it.
    fn confirmed(&self, signed: &Signed, confirmation: &Confirmation) {
        let tree = self.shown(&confirmation.log).tree;
        let record = confirmation.recorded(tree).unwrap();
        let request: Request = signed.peek().unwrap();
        assert!(record.request.as_ref() == Some(signed) && record.tells(&request));
        let Confirmation { evidence, .. } = confirmation;
        let before = self.ledger().leaves.insert(evidence.index, evidence.leaf.clone());
        assert!(before.is_none_or(|leaf| leaf == evidence.leaf), "leaf {} is two", evidence.index);
    }

    /// Verifies and remembers a tree that was shown.
    fn shown(&self, view: &LogView) -> HeadReference {
        let tree = Checkpoint::verify(&self.log.origin, self.log.key, &view.checkpoint).unwrap().head();
        let before = self.ledger().trees.insert(tree.size, tree.root);
        assert!(before.is_none_or(|root| root == tree.root), "the tree of {} leaves is two", tree.size);
        match cbor::decode(&view.head.leaf, LEAF_BYTES_MAX) {
            Ok(Leaf::Head(head)) => HeadReference { tree, time: head.time },
            other => panic!("no head: {other:?}"),
        }
    }
}

/// A confirmed letter lies at the relay as it was sent.
fn is_kept(relay: &Relay, letter: &Letter) -> Result<(), String> {
    let sent = &letter.envelope;
    let stored = relay.stored(letter.id).map_err(|refusal| format!("it is not there: {refusal}"))?;
    if stored.envelope.header != sent.header || stored.envelope.grant_list != sent.grant_list {
        return Err("its header or its list is another".to_owned());
    }
    let shelf = relay.shelf();
    let first = &stored.lists[0];
    for (entry, grant) in first.list.grants.iter().zip(&sent.grants) {
        if shelf.grant(first, entry.device).as_ref() != Some(grant) {
            return Err("a grant is missing".to_owned());
        }
    }
    let digest = sha256(&sent.note);
    if shelf.note(&stored.envelope, stored.place, digest).as_ref() != Some(&sent.note) {
        return Err("its note is missing".to_owned());
    }
    for (part, document) in (0..).zip(&letter.documents) {
        let mut bytes = vec![0; document.len() + 1];
        let file = relay.blobs().read(letter.id, part, sha256(document));
        let read = file.map_err(|error| error.to_string())?.read_at(&mut bytes, 0);
        if read.ok().map(|read| &bytes[..read]) != Some(document.as_slice()) {
            return Err("a document is missing".to_owned());
        }
    }
    Ok(())
}
