//! What everything in a run shares: the world, the network with its weather, and the model of what was
//! promised.

use super::Summary;
use crate::world::{BAILLEUR, COORD, Letter, MAIRE, POLICE, World, unframed};
use pli_server::relay::Relay;
use pli_server::requests::{self, Door, Visit};
use pli_server::transport::frames::framed;
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::{DeviceId, Digest, MessageId};
use shared::limits::{FRAME_BYTES_MAX, RECORD_BYTES_MAX};
use shared::log::{Checkpoint, Confirmation, LogMemory, LogView, Record};
use shared::message::GrantList;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::wire::{Answer, Ask, Request};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

/// Who acts in a run.
pub(super) const MEMBERS: [usize; 4] = [MAIRE, COORD, POLICE, BAILLEUR];

/// How bad the world of a run is, each in thousandths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    pub(super) request_lost: u16,
    pub(super) request_cut: u16,
    pub(super) answer_lost: u16,
    pub(super) crash: u16,
    pub(super) sync_fails: u16,
    pub(super) days_pass: u16,
    /// Whether the disk is nearly full for some of the time.
    pub(super) narrow: bool,
}

impl Weather {
    pub(super) fn of(random: &mut fastrand::Rng) -> Self {
        let mut some = |most: u16| if random.bool() { random.u16(0..=most) } else { 0 };
        Self {
            request_lost: some(80),
            request_cut: some(80),
            answer_lost: some(150),
            crash: some(12),
            sync_fails: some(20),
            days_pass: some(6),
            narrow: some(4) == 4,
        }
    }
}

/// Nothing goes wrong by itself.
pub(super) const CALM: Weather = Weather {
    request_lost: 0,
    request_cut: 0,
    answer_lost: 0,
    crash: 0,
    sync_fails: 0,
    days_pass: 0,
    narrow: false,
};

/// Everything that the actors of a run share.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) random: RefCell<fastrand::Rng>,
    pub(super) weather: Cell<Weather>,
    pub(super) relay: RefCell<Option<Relay>>,
    pub(super) model: RefCell<Model>,
    /// An actor wants the relay to die.
    pub(super) kill: Cell<bool>,
    /// An actor wants so many bytes to be free on the disk.
    pub(super) free: Cell<Option<u64>>,
    /// Whether [`BAILLEUR`] was out of the group once: what waited for them may be destroyed.
    pub(super) has_left: Cell<bool>,
}

/// What a run must not contradict.
#[derive(Default)]
pub(super) struct Model {
    pub(super) letters: BTreeMap<MessageId, Rc<Told>>,
    pub(super) confirmed: BTreeSet<MessageId>,
    /// What its writer asked to be taken back; whether that was confirmed.
    pub(super) retired: BTreeMap<MessageId, bool>,
    pub(super) released: Vec<Released>,
    /// The root that was shown for each size of the tree.
    pub(super) trees: BTreeMap<u64, Digest>,
    /// Whose each sealed grant is.
    pub(super) grants: BTreeMap<Digest, DeviceId>,
    pub(super) memories: BTreeMap<usize, LogMemory>,
    pub(super) summary: Summary,
    pub(super) trace: Vec<String>,
    pub(super) violation: Option<String>,
}

/// A letter, and what was written in it.
pub(super) struct Told {
    pub(super) letter: Letter,
    pub(super) from: usize,
    pub(super) to: Vec<usize>,
}

/// A grant that left the relay, with the leaf of its record.
pub(super) struct Released {
    pub(super) message: MessageId,
    pub(super) index: u64,
    pub(super) leaf: Vec<u8>,
}

/// What came of a request.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
pub(super) enum Reply {
    /// An answer, and what followed it.
    Answer(Answer, Vec<Vec<u8>>, Vec<u8>),
    /// Nothing that can be told from silence.
    Nothing,
}

impl Stage {
    pub(super) fn chance(&self, thousandths: u16) -> bool {
        self.random.borrow_mut().u16(0..1000) < thousandths
    }

    pub(super) fn below(&self, end: usize) -> usize {
        self.random.borrow_mut().usize(0..end)
    }

    pub(super) fn note(&self, line: impl Into<String>) {
        self.model.borrow_mut().trace.push(line.into());
    }

    pub(super) fn violated(&self, what: impl Into<String>) {
        self.model.borrow_mut().violation.get_or_insert(what.into());
    }

    /// A member has sealed a letter, and is about to send it.
    pub(super) fn tell(&self, letter: Letter, from: usize, to: Vec<usize>) -> Rc<Told> {
        let mut model = self.model.borrow_mut();
        let list: GrantList = letter.envelope.grant_list.peek().unwrap();
        model.grants.extend(list.grants.iter().map(|grant| (grant.digest, grant.device)));
        let told = Rc::new(Told { letter, from, to });
        model.letters.insert(told.letter.id, Rc::clone(&told));
        told
    }

    /// Sends a signed request with its bodies through the network of the run.
    pub(super) async fn say(&self, person: usize, signed: &Signed, bodies: &[u8]) -> Reply {
        let weather = self.weather.get();
        pause(self.below(4)).await;
        let Some(relay) = self.relay.borrow().clone() else { return Reply::Nothing };
        if self.chance(weather.request_lost) {
            self.model.borrow_mut().summary.lost += 1;
            return Reply::Nothing;
        }
        let mut sent = framed(&cbor::encode(signed));
        sent.extend_from_slice(bodies);
        let cut = self.chance(weather.request_cut);
        // In thousandths: sealing is not the same length in every run of a seed.
        let thousandths = self.below(1000);
        let length = if cut { sent.len() * thousandths / 1000 } else { sent.len() };
        let (mut receive, mut out) = (&sent[..length], Vec::new());
        let device = self.world.people[person].device();
        let visit = Visit::of(device);
        requests::answer(&relay, Door::Certified(&visit), &mut receive, &mut out).await;
        self.watch(device, &out);
        let lost = cut || self.chance(weather.answer_lost);
        if lost {
            self.model.borrow_mut().summary.lost += 1;
            return Reply::Nothing;
        }
        let frames = unframed(&out);
        let Some(answer) = frames.first() else { return Reply::Nothing };
        match cbor::decode::<Answer>(answer, 4 * FRAME_BYTES_MAX) {
            Ok(Answer::Refused(refused)) if refused.refusal == Refusal::Unavailable => Reply::Nothing,
            Ok(answer) => {
                let rest = out[4 + frames[0].len()..].to_vec();
                Reply::Answer(answer, frames[1..].to_vec(), rest)
            }
            Err(malformed) => {
                self.violated(format!("an answer is {malformed}"));
                Reply::Nothing
            }
        }
    }

    /// Looks at everything that leaves the relay, whether it arrives or not.
    fn watch(&self, device: DeviceId, out: &[u8]) {
        let frames = unframed(out);
        let Some(answer) = frames.first() else { return };
        let Ok(answer) = cbor::decode::<Answer>(answer, 4 * FRAME_BYTES_MAX) else { return };
        if let Answer::Claimed(confirmation) = &answer
            && frames.len() > 2
        {
            let mut model = self.model.borrow_mut();
            model.summary.released += 1;
            let record = cbor::decode::<Record>(&confirmation.record, RECORD_BYTES_MAX).unwrap();
            let evidence = &confirmation.evidence;
            let message = record.item.unwrap_or(MessageId([0; 16]));
            model.released.push(Released { message, index: evidence.index, leaf: evidence.leaf.clone() });
        }
        for frame in &frames[1..] {
            let owner = self.model.borrow().grants.get(&sha256(frame)).copied();
            if owner.is_some_and(|owner| owner != device) {
                self.violated("a grant was given to another device than its own");
            }
        }
        if let Some(view) = answer.log() {
            self.remember_tree(view);
        }
    }

    fn remember_tree(&self, view: &LogView) {
        let (origin, key) = {
            let memory = &self.model.borrow().memories[&MAIRE];
            (memory.origin.clone(), memory.key)
        };
        match Checkpoint::verify(&origin, key, &view.checkpoint) {
            Err(invalid) => self.violated(format!("a checkpoint does not verify: {invalid}")),
            Ok(checkpoint) => {
                let tree = checkpoint.head();
                let known = self.model.borrow_mut().trees.insert(tree.size, tree.root);
                if known.is_some_and(|root| root != tree.root) {
                    self.violated(format!("two roots for the size {}", tree.size));
                }
            }
        }
    }

    /// What a client does with every view of the log: it must go on from what is remembered.
    pub(super) async fn follow(&self, person: usize, view: &LogView) {
        let mut memory = self.model.borrow().memories[&person].clone();
        let (Ok(shown), now) = (memory.size_of(view), self.world.now()) else {
            return self.violated("a view of another log");
        };
        let proof = if view.since == memory.tree.size {
            view.consistency.clone()
        } else {
            let (older, newer) = (shown.min(memory.tree.size), shown.max(memory.tree.size));
            let signed = self.world.people[person].request(Ask::Consistency { older, newer }, now);
            match self.say(person, &signed, &[]).await {
                Reply::Answer(Answer::Consistency(proof), ..) => proof,
                _ => return,
            }
        };
        match memory.follow(view, &proof, now) {
            Err(invalid) => self.violated(format!("the log does not go on for {person}: {invalid}")),
            Ok(_) => {
                self.world.remember(person, memory.tree);
                self.model.borrow_mut().memories.insert(person, memory);
            }
        }
    }

    /// What a client does with a confirmation of its request.
    pub(super) async fn confirm(&self, person: usize, signed: &Signed, confirmation: &Confirmation) {
        self.follow(person, &confirmation.log).await;
        let memory = self.model.borrow().memories[&person].clone();
        let Ok(checkpoint) = Checkpoint::verify(&memory.origin, memory.key, &confirmation.log.checkpoint)
        else {
            return;
        };
        let request = signed.peek::<Request>().unwrap();
        match confirmation.recorded(checkpoint.head()) {
            Ok(record) if record.request.as_ref() == Some(signed) && record.tells(&request) => {}
            Ok(_) => self.violated("a record tells something else than was asked"),
            Err(invalid) => self.violated(format!("a confirmation proves nothing: {invalid}")),
        }
    }
}

/// Lets others go first, so many times.
pub(super) async fn pause(times: usize) {
    for _ in 0..times {
        let mut waited = false;
        poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}
