//! A relay that forges its log: it signs whatever tree it likes, opens the boxes of every hour and closes them
//! again over other records, and makes its own answers about the log from what came of it.

use pli_server::relay::Relay;
use pli_server::transport::frames::framed;
use pli_tests::world::{AUDITOR, World};
use serde::Serialize;
use shared::cbor;
use shared::crypto::{BoxKey, SigningKey};
use shared::ids::{Digest, Random};
use shared::limits::{GRANT_BYTES_MAX, LEAF_BYTES_MAX, LEAVES_PER_ANSWER_MAX};
use shared::log::{
    Act, Confirmation, Evidence, HeadLeaf, Leaf, LogView, MemoryTree, Record, RecordBox, TreeHead,
    consistency, inclusion, leaf_hash, root_of, sign_checkpoint,
};
use shared::refusal::Refusal;
use shared::seal::open_small;
use shared::signed::Signed;
use shared::time::Timestamp;
use shared::wire::{Answer, Ask, Request, SealedAnnex, SealedKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A leaf, as far as whoever has every key can change it.
#[derive(Clone)]
pub(crate) enum Line {
    /// A record, out of its box.
    Record { record: Box<Record>, opening: Random, epoch: u64 },
    /// A head.
    Head(HeadLeaf),
    /// Any other leaf, by its bytes.
    Other(Vec<u8>),
}

/// The true log, with the keys to make another one of it.
pub(crate) struct Truth {
    pub(crate) lines: Vec<Line>,
    origin: String,
    log: SigningKey,
    boxes: BTreeMap<u64, BoxKey>,
    tree: MemoryTree,
    keys: Vec<SealedKey>,
    annexes: Vec<SealedAnnex>,
}

/// What is made of an answer about leaves: how many it says there are, and the leaves, from the first that was
/// asked for.
type Handling = Box<dyn FnMut(u64, &mut u32, &mut Vec<Vec<u8>>) + Send>;

/// What the forger makes of the log, and of what it gives out beside it.
pub(crate) struct Forgery {
    /// The leaves of the tree that it signs.
    pub(crate) lines: Vec<Line>,
    /// The keys that it releases.
    pub(crate) keys: Vec<SealedKey>,
    /// The annexes that it releases.
    pub(crate) annexes: Vec<SealedAnnex>,
    /// Says that this is no reviewer.
    pub(crate) denies: bool,
    /// The keys of an hour that it gives only after so many readings.
    pub(crate) held_back: Option<(u64, u32)>,
    /// Shows the log as it was at this size to whoever asks how far it is.
    pub(crate) shown: Option<u64>,
    /// What it does with leaves that are asked for.
    pub(crate) handling: Handling,
}

/// A forged log as it answers.
pub(crate) struct Forged {
    truth: Arc<Truth>,
    leaves: Vec<Vec<u8>>,
    tree: MemoryTree,
    /// The newest head, for the heads that it makes.
    head: HeadLeaf,
    forgery: Forgery,
    now: Timestamp,
}

impl Truth {
    /// Reads a relay's log, with what is sealed to the first reviewer.
    pub(crate) async fn of(world: &World, relay: &Relay, log: SigningKey) -> Self {
        let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason: reason(), reference: None };
        let (Answer::LogKeys { keys: count, .. }, frames) = world.ask(relay, AUDITOR, ask, &[]).await else {
            panic!("no keys");
        };
        let (keys, annexes) = frames.split_at(count as usize);
        let keys: Vec<SealedKey> = keys.iter().map(|key| decoded(key)).collect();
        let open = |key: &SealedKey| {
            let identity = world.people[AUDITOR].expiry_identity(key.bucket);
            let bytes = open_small(&identity, &key.sealed).unwrap();
            let bytes: [u8; 32] = bytes.as_slice().try_into().unwrap();
            (key.epoch, BoxKey::from_bytes(bytes.into()))
        };
        let boxes: BTreeMap<_, _> = keys.iter().map(open).collect();
        let size = relay.snapshot().commit.tree.size;
        let leaves: Vec<_> =
            relay.read(|| (0..size).map(|index| relay.files().leaf(index).unwrap()).collect());
        let line = |(index, bytes): (u64, &Vec<u8>)| match cbor::decode(bytes, LEAF_BYTES_MAX).unwrap() {
            Leaf::Record(closed) => {
                let (opening, record, _) = closed.open(index, &boxes[&closed.epoch]).unwrap();
                Line::Record { record: record.into(), opening, epoch: closed.epoch }
            }
            Leaf::Head(head) => Line::Head(head),
            _ => Line::Other(bytes.clone()),
        };
        let lines = (0..).zip(&leaves).map(line).collect();
        let annexes = annexes.iter().map(|annex| decoded(annex)).collect();
        let origin = relay.snapshot().directory.root().unwrap().relay.log_origin.clone();
        let tree = tree_of(&leaves);
        assert_eq!(tree.head(), relay.snapshot().commit.tree);
        Self { lines, origin, log, boxes, tree, keys, annexes }
    }

    /// The true log's size.
    pub(crate) fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The numbers of the records.
    pub(crate) fn records(&self, of: impl Fn(&Record) -> bool) -> Vec<u64> {
        let is_one = |line: &Line| matches!(line, Line::Record { record, .. } if of(record));
        (0..).zip(&self.lines).filter(|(_, line)| is_one(line)).map(|(index, _)| index).collect()
    }

    /// The numbers of the records that one key closed.
    pub(crate) fn records_of(&self, key: u64) -> Vec<u64> {
        let is_one = |line: &Line| matches!(line, Line::Record { epoch, .. } if *epoch == key);
        (0..).zip(&self.lines).filter(|(_, line)| is_one(line)).map(|(index, _)| index).collect()
    }

    /// The number of the first head from a leaf on.
    pub(crate) fn head_from(&self, index: u64) -> u64 {
        let heads = (0..).zip(&self.lines).filter(|(_, line)| matches!(line, Line::Head(_)));
        heads.map(|(index, _)| index).find(|head| *head >= index).unwrap()
    }

    /// The numbers of the records whose batch a head ends.
    pub(crate) fn batch(&self, head: u64) -> Vec<u64> {
        let before = self.lines[..place(head)].iter().rev();
        let count = before.take_while(|line| matches!(line, Line::Record { .. })).count() as u64;
        (head - count..head).collect()
    }

    /// A record, with the number of the key that closed it.
    pub(crate) fn record(&self, index: u64) -> (&Record, u64) {
        match &self.lines[place(index)] {
            Line::Record { record, epoch, .. } => (record, *epoch),
            _ => panic!("no record"),
        }
    }

    /// A leaf as it is.
    pub(crate) fn leaf(&self, index: u64) -> Vec<u8> {
        self.closed((index, &self.lines[place(index)]))
    }

    /// The leaf of a record, changed in its box.
    pub(crate) fn boxed(&self, index: u64, change: impl FnOnce(&mut RecordBox, &[u8])) -> Line {
        let Leaf::Record(mut closed) = cbor::decode(&self.leaf(index), LEAF_BYTES_MAX).unwrap() else {
            panic!("no record");
        };
        let opened = self.boxes[&closed.epoch].open(index, &closed.commitment.0, &closed.sealed).unwrap();
        change(&mut closed, &opened);
        Line::Other(cbor::encode(&Leaf::Record(closed)))
    }

    /// The key that closed the box of a record.
    pub(crate) fn key(&self, index: u64) -> &BoxKey {
        &self.boxes[&self.record(index).1]
    }

    fn closed(&self, (index, line): (u64, &Line)) -> Vec<u8> {
        match line {
            Line::Record { record, opening, epoch } => {
                let record = cbor::encode(&Record { index, ..(**record).clone() });
                let closed = RecordBox::close(index, *epoch, &self.boxes[epoch], *opening, &record);
                cbor::encode(&Leaf::Record(closed))
            }
            Line::Head(head) => cbor::encode(&Leaf::Head(*head)),
            Line::Other(bytes) => bytes.clone(),
        }
    }
}

impl Forgery {
    /// Nothing changed yet.
    pub(crate) fn of(truth: &Truth) -> Self {
        Self {
            lines: truth.lines.clone(),
            keys: truth.keys.clone(),
            annexes: truth.annexes.clone(),
            denies: false,
            held_back: None,
            shown: None,
            handling: Box::new(|_, _, _| ()),
        }
    }

    /// A record, to be changed.
    pub(crate) fn record(&mut self, index: u64) -> &mut Record {
        match &mut self.lines[place(index)] {
            Line::Record { record, .. } => record,
            _ => panic!("no record"),
        }
    }

    /// Leaves a leaf out, with what lies beside it, and counts anew what follows.
    pub(crate) fn leave_out(&mut self, index: u64) {
        self.lines.remove(place(index));
        self.annexes.retain(|annex| annex.index != index);
        self.annexes.iter_mut().filter(|annex| annex.index > index).for_each(|annex| annex.index -= 1);
    }

    /// A head, to be changed.
    pub(crate) fn head(&mut self, index: u64) -> &mut HeadLeaf {
        match &mut self.lines[place(index)] {
            Line::Head(head) => head,
            _ => panic!("no head"),
        }
    }
}

impl Forged {
    /// Closes every box again, and grows the tree over it.
    pub(crate) fn new(truth: &Arc<Truth>, forgery: Forgery, now: Timestamp) -> Self {
        let leaves: Vec<_> = (0..).zip(&forgery.lines).map(|line| truth.closed(line)).collect();
        let head = forgery.lines.iter().rev().find_map(|line| match line {
            Line::Head(head) => Some(*head),
            _ => None,
        });
        Self { truth: Arc::clone(truth), tree: tree_of(&leaves), leaves, head: head.unwrap(), forgery, now }
    }

    /// Answers what is about the log; none to what the real relay shall answer.
    pub(crate) fn answer(&mut self, signed: &Signed) -> Option<Vec<u8>> {
        let request: Request = signed.peek().unwrap();
        Some(match &request.ask {
            Ask::Log => said(&Answer::Log(self.view(request.known, self.forgery.shown))),
            Ask::Leaves { from, to } => {
                let to = (*to).min(self.tree.size()).min(from + LEAVES_PER_ANSWER_MAX);
                let mut leaves = self.leaves[place(*from)..place(to)].to_vec();
                let mut count = u32::try_from(leaves.len()).unwrap();
                (self.forgery.handling)(*from, &mut count, &mut leaves);
                let leaves = leaves.iter().flat_map(|leaf| framed(leaf));
                said(&Answer::Leaves { count }).into_iter().chain(leaves).collect()
            }
            Ask::Consistency { older, newer } => said(&Answer::Consistency(self.proof(*older, *newer))),
            Ask::LogKeys { .. } if self.forgery.denies => {
                said(&Answer::Refused(Refusal::NotAReviewer.into()))
            }
            Ask::LogKeys { from, to, .. } => {
                let confirmation = self.reading(signed, &request)?;
                let held_back = self.forgery.held_back.as_mut().filter(|(_, times)| *times > 0);
                let held_back = held_back.map(|(epoch, times)| {
                    *times -= 1;
                    *epoch
                });
                let Forgery { keys, annexes, .. } = &self.forgery;
                let keys: Vec<_> = keys.iter().filter(|key| Some(key.epoch) != held_back).collect();
                let annexes: Vec<_> =
                    annexes.iter().filter(|annex| (*from..*to).contains(&annex.index)).collect();
                let count = |length| u32::try_from(length).unwrap();
                let answer = Answer::LogKeys {
                    confirmation,
                    keys: count(keys.len()),
                    handed: 0,
                    annexes: count(annexes.len()),
                };
                let (keys, annexes) = (keys.into_iter().flat_map(said), annexes.into_iter().flat_map(said));
                said(&answer).into_iter().chain(keys).chain(annexes).collect()
            }
            _ => return None,
        })
    }

    /// The log as it shows it, at a size or as far as it is.
    pub(crate) fn view(&self, known: u64, size: Option<u64>) -> LogView {
        let size = size.unwrap_or(self.tree.size());
        let tree = TreeHead { size, root: root_of(&self.tree, size).unwrap() };
        LogView {
            checkpoint: sign_checkpoint(&self.truth.origin, &self.truth.log, tree),
            since: known,
            consistency: self.proof(known.min(size), known.max(size)),
            head: self.evidence(size - 1, size),
            cosigned: Vec::new(),
        }
    }

    /// The proof between two trees, of the true log where it is beyond the forged one: as good as it can be.
    fn proof(&self, older: u64, newer: u64) -> Vec<Digest> {
        let forged = newer <= self.tree.size();
        consistency(if forged { &self.tree } else { &self.truth.tree }, newer, older).unwrap_or_default()
    }

    fn evidence(&self, index: u64, size: u64) -> Evidence {
        let inclusion = inclusion(&self.tree, size, index).unwrap();
        Evidence { index, leaf: self.leaves[place(index)].clone(), inclusion }
    }

    /// Records a reading of the log by the first reviewer, and nobody else's.
    fn reading(&mut self, signed: &Signed, request: &Request) -> Option<Confirmation> {
        let Ask::LogKeys { reason, reference, .. } = &request.ask else { return None };
        let is_theirs = |record: &&Record| {
            let actor = record.actor.as_ref();
            record.act == Act::LogReading && actor.is_some_and(|actor| actor.device == request.device)
        };
        let before = self.truth.lines.iter().find_map(|line| match line {
            Line::Record { record, .. } => Some(record.as_ref()).filter(is_theirs),
            _ => None,
        })?;
        let index = self.tree.size();
        let record = Record {
            index,
            time: self.now,
            reason: Some(reason.clone()),
            reference: reference.clone(),
            request: Some(signed.clone()),
            ..before.clone()
        };
        let (epoch, opening) = (*self.truth.boxes.keys().next_back()?, request.opening);
        let bytes = cbor::encode(&record);
        self.push(&Line::Record { record: record.into(), opening, epoch });
        self.push(&Line::Head(HeadLeaf { time: self.now, ..self.head }));
        let log = self.view(request.known, None);
        Some(Confirmation { log, record: bytes, opening, evidence: self.evidence(index, self.tree.size()) })
    }

    fn push(&mut self, line: &Line) {
        let leaf = self.truth.closed((self.tree.size(), line));
        self.tree.push(leaf_hash(&leaf));
        self.leaves.push(leaf);
    }
}

/// Why the log is read, in these tests.
pub(crate) fn reason() -> shared::ids::ReasonCode {
    "controle".parse().unwrap()
}

/// Where a leaf stands.
pub(crate) fn place(index: u64) -> usize {
    usize::try_from(index).unwrap()
}

fn tree_of(leaves: &[Vec<u8>]) -> MemoryTree {
    let mut tree = MemoryTree::default();
    leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    tree
}

fn said(item: &impl Serialize) -> Vec<u8> {
    framed(&cbor::encode(item))
}

fn decoded<T: Serialize + serde::de::DeserializeOwned>(frame: &[u8]) -> T {
    cbor::decode(frame, GRANT_BYTES_MAX).unwrap()
}
