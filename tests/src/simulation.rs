//! A whole relay and its members in one thread: virtual time, a network that loses requests and
//! answers, a disk that forgets, stops, fails and fills up. One seed is one run.
//!
//! The relay is the real one, requests, sequencer and store; only the sockets, the disk and the clock
//! are not. Everything happens in an order that the seed decides, and checkers watch: what was
//! confirmed is kept, what was released is logged, the tree never forks, and nobody is given what is
//! another's.

use crate::disk::{SimDisk, Survival};
use crate::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, World, unframed};
use pli_server::check::check_in;
use pli_server::relay::change::{Change, Proposal};
use pli_server::relay::sequencer::Sequencer;
use pli_server::relay::{OpenFailed, Opened, Relay, open_store};
use pli_server::requests;
use pli_server::store::{CrashPoint, Embedded, FileBlobs, Folder, Moving, StoreError};
use pli_server::sweep::sweep;
use pli_server::transport::frames::framed;
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::{DeviceId, Digest, MessageId, PublicKey};
use shared::limits::{
    DISK_FLOOR_BYTES, DISK_RESERVE_BYTES, DISK_SPARE_BYTES, FRAME_BYTES_MAX, LEAF_BYTES_MAX,
};
use shared::log::{Checkpoint, Confirmation, Leaf, LogMemory, LogView, MemoryTree, Outcome, leaf_hash};
use shared::message::is_file_name;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::Link;
use shared::time::DAY_SECONDS;
use shared::wire::{Answer, Ask, Listed, Request};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use tokio::sync::mpsc;

/// Who acts in a run.
const MEMBERS: [usize; 4] = [MAIRE, COORD, POLICE, BAILLEUR];

/// A run that is longer than this hangs.
const TICKS_MAX: u32 = 60_000;

/// What went wrong in a run.
#[derive(Debug)]
pub struct Violation {
    /// The seed that brings it back.
    pub seed: u64,
    /// What was promised and not kept.
    pub what: String,
    /// What happened last.
    pub trace: Vec<String>,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.what)?;
        self.trace.iter().rev().take(60).rev().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages that were confirmed.
    pub confirmed: usize,
    /// Grants that left the relay.
    pub released: usize,
    /// Messages that were opened and read.
    pub opened: usize,
    /// How often the relay died, or its disk failed.
    pub crashes: usize,
    /// Requests and answers that were lost.
    pub lost: usize,
    /// What was refused because there was no room.
    pub full: usize,
    /// Messages that had expired at the end.
    pub expired: usize,
    /// A digest over everything that happened, in order.
    pub story: String,
}

/// How bad the world of a run is, each in thousandths.
#[derive(Clone, Copy, Debug)]
struct Weather {
    request_lost: u16,
    request_cut: u16,
    answer_lost: u16,
    crash: u16,
    sync_fails: u16,
    days_pass: u16,
    /// Whether the disk is nearly full for some of the time.
    narrow: bool,
}

impl Weather {
    fn of(random: &mut fastrand::Rng) -> Self {
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
const CALM: Weather = Weather {
    request_lost: 0,
    request_cut: 0,
    answer_lost: 0,
    crash: 0,
    sync_fails: 0,
    days_pass: 0,
    narrow: false,
};

/// A relay's folder that was founded once, and is the beginning of every run.
static FOUNDED: LazyLock<SimDisk> = LazyLock::new(|| {
    let world = World::new();
    let disk = SimDisk::new(world.shared_time());
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(world.make_relay_in(&folder));
    disk
});

/// Everything that the actors of a run share.
struct Stage {
    world: World,
    random: RefCell<fastrand::Rng>,
    weather: Cell<Weather>,
    relay: RefCell<Option<Relay>>,
    model: RefCell<Model>,
    /// An actor wants the relay to die.
    kill: Cell<bool>,
    /// An actor wants so many bytes to be free on the disk.
    free: Cell<Option<u64>>,
}

/// What a run must not contradict.
#[derive(Default)]
struct Model {
    letters: BTreeMap<MessageId, Rc<Told>>,
    confirmed: BTreeSet<MessageId>,
    released: Vec<Released>,
    /// The root that was shown for each size of the tree.
    trees: BTreeMap<u64, Digest>,
    /// Whose each sealed grant is.
    grants: BTreeMap<Digest, DeviceId>,
    memories: BTreeMap<usize, LogMemory>,
    summary: Summary,
    trace: Vec<String>,
    violation: Option<String>,
}

/// A letter, and what was written in it.
struct Told {
    letter: Letter,
    from: usize,
    to: Vec<usize>,
}

/// A grant that left the relay, with the leaf of its record.
struct Released {
    message: MessageId,
    index: u64,
    leaf: Vec<u8>,
}

/// What came of a request.
enum Reply {
    /// An answer, and what followed it.
    Answer(Answer, Vec<Vec<u8>>, Vec<u8>),
    /// Nothing that can be told from silence.
    Nothing,
}

impl Stage {
    fn chance(&self, thousandths: u16) -> bool {
        self.random.borrow_mut().u16(0..1000) < thousandths
    }

    fn below(&self, end: usize) -> usize {
        self.random.borrow_mut().usize(0..end)
    }

    fn note(&self, line: impl Into<String>) {
        self.model.borrow_mut().trace.push(line.into());
    }

    fn violated(&self, what: impl Into<String>) {
        self.model.borrow_mut().violation.get_or_insert(what.into());
    }

    /// Sends a signed request with its bodies through the network of the run.
    async fn say(&self, person: usize, signed: &Signed, bodies: &[u8]) -> Reply {
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
        requests::answer(&relay, Some(device), &mut receive, &mut out).await;
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
            let record = cbor::decode::<shared::log::Record>(&confirmation.record, 8192).unwrap();
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
        if let Some(view) = view_of(&answer) {
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
    async fn follow(&self, person: usize, view: &LogView) {
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
    async fn confirm(&self, person: usize, signed: &Signed, confirmation: &Confirmation) {
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

fn view_of(answer: &Answer) -> Option<&LogView> {
    match answer {
        Answer::Log(view)
        | Answer::Statements { log: view, .. }
        | Answer::Published { log: view, .. }
        | Answer::Headers { log: view, .. }
        | Answer::Status { log: view, .. } => Some(view),
        Answer::Deposited(confirmation)
        | Answer::Claimed(confirmation)
        | Answer::Acknowledged(confirmation)
        | Answer::LogKeys { confirmation, .. } => Some(&confirmation.log),
        _ => None,
    }
}

/// Lets others go first, so many times.
async fn pause(times: usize) {
    for _ in 0..times {
        let mut waited = false;
        poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

/// One member's life in a run.
async fn member(stage: Rc<Stage>, person: usize, acts: usize) {
    let mut last = None;
    for _ in 0..acts {
        match stage.below(10) {
            0..=3 => write(&stage, person).await,
            4..=7 => read(&stage, person, &mut last).await,
            8 => trespass(&stage, person).await,
            _ => repeat(&stage, person, last.as_ref()).await,
        }
    }
}

/// Writes to some others, uploads, and deposits until the answer is known.
async fn write(stage: &Rc<Stage>, person: usize) {
    let mut to: Vec<_> = MEMBERS.into_iter().filter(|other| *other != person).collect();
    to.retain(|_| stage.chance(600));
    let Some(relay) = stage.relay.borrow().clone().filter(|_| !to.is_empty()) else {
        return pause(3).await;
    };
    // The clock of a writer's head must be fresh, as that of a client is.
    let signed = stage.world.people[person]
        .request(Ask::Statements { group: Some(stage.world.group) }, stage.world.now());
    if let Reply::Answer(Answer::Statements { log, .. }, ..) = stage.say(person, &signed, &[]).await {
        stage.follow(person, &log).await;
    }
    let days = [2, 20, 60][stage.below(3)];
    let document = vec![7; stage.below(3000)];
    let documents: Vec<&[u8]> = if stage.chance(300) { vec![&document] } else { Vec::new() };
    let Ok(letter) = stage.world.try_seal(&relay, person, &to, days, &documents) else { return };
    drop(relay);
    let told = Rc::new(Told { letter, from: person, to });
    {
        let mut model = stage.model.borrow_mut();
        let list: shared::message::GrantList = told.letter.envelope.grant_list.peek().unwrap();
        model.grants.extend(list.grants.iter().map(|grant| (grant.digest, grant.device)));
        model.letters.insert(told.letter.id, Rc::clone(&told));
    }
    for part in 0..told.letter.documents.len() {
        if !upload(stage, person, &told.letter, part).await {
            return;
        }
    }
    deposit(stage, person, &told).await;
}

async fn upload(stage: &Rc<Stage>, person: usize, letter: &Letter, part: usize) -> bool {
    let bytes = &letter.documents[part];
    let number = u16::try_from(part).unwrap();
    for _ in 0..60 {
        let ask = Ask::UploadState { message: letter.id, part: number };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        let Reply::Answer(Answer::Upload { received }, ..) = stage.say(person, &signed, &[]).await else {
            pause(2).await;
            continue;
        };
        if received == bytes.len() as u64 {
            return true;
        }
        let ask = Ask::Upload { message: letter.id, part: number, bytes: bytes.len() as u64, from: received };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        let rest = &bytes[usize::try_from(received).unwrap()..];
        match stage.say(person, &signed, rest).await {
            Reply::Answer(Answer::Upload { .. }, ..) => return true,
            Reply::Answer(Answer::Refused(refused), ..) if refused.refusal == Refusal::DiskFull => {
                stage.model.borrow_mut().summary.full += 1;
                pause(20).await;
            }
            _ => pause(2).await,
        }
    }
    false
}

async fn deposit(stage: &Rc<Stage>, person: usize, told: &Told) {
    let (ask, frames) = told.letter.deposit();
    let bodies: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
    let mut signed = stage.world.people[person].request(ask.clone(), stage.world.now());
    let id = told.letter.id;
    for _ in 0..200 {
        match stage.say(person, &signed, &bodies).await {
            Reply::Nothing => pause(2).await,
            Reply::Answer(Answer::Deposited(confirmation), ..) => {
                stage.confirm(person, &signed, &confirmation).await;
                let mut model = stage.model.borrow_mut();
                model.confirmed.insert(id);
                model.summary.confirmed += 1;
                model.trace.push(format!("{person} was confirmed {id} as {}", confirmation.evidence.index));
                return;
            }
            Reply::Answer(Answer::Refused(refused), ..) => match refused.refusal {
                Refusal::DiskFull => {
                    stage.model.borrow_mut().summary.full += 1;
                    pause(20).await;
                }
                // A fresh request finds the message, or makes it.
                Refusal::RequestTime | Refusal::CounterUsed => {
                    signed = stage.world.people[person].request(ask.clone(), stage.world.now());
                }
                refusal => return stage.note(format!("{person} was refused {id}: {refusal}")),
            },
            Reply::Answer(other, ..) => return stage.violated(format!("a deposit was answered {other:?}")),
        }
    }
}

/// Lists the mailbox, opens what is there, and says so.
async fn read(stage: &Rc<Stage>, person: usize, last: &mut Option<(Signed, Vec<u8>)>) {
    let ask = Ask::Mailbox { after: None, beginning: None };
    let signed = stage.world.people[person].request(ask, stage.world.now());
    let Reply::Answer(Answer::Headers { log, count, .. }, frames, _) = stage.say(person, &signed, &[]).await
    else {
        return pause(2).await;
    };
    stage.follow(person, &log).await;
    if frames.len() != count as usize {
        return stage.violated("a list has another length than it says");
    }
    for frame in frames {
        let listed: Listed = cbor::decode(&frame, FRAME_BYTES_MAX).unwrap();
        let header: shared::message::Header = listed.header.peek().unwrap();
        let Some(told) = stage.model.borrow().letters.get(&header.core.id).cloned() else {
            return stage.violated("a message is listed that nobody wrote");
        };
        if !told.to.contains(&person) {
            return stage.violated("a message is listed to whom it is not for");
        }
        if stage.chance(700) {
            open(stage, person, &told, last).await;
        }
    }
}

async fn open(stage: &Rc<Stage>, person: usize, told: &Told, last: &mut Option<(Signed, Vec<u8>)>) {
    let ask = told.letter.claim("suivi", None, Vec::new());
    let signed = stage.world.people[person].request(ask, stage.world.now());
    for _ in 0..8 {
        match stage.say(person, &signed, &[]).await {
            Reply::Answer(Answer::Claimed(confirmation), frames, _) => {
                stage.confirm(person, &signed, &confirmation).await;
                *last = Some((signed.clone(), confirmation.record.clone()));
                let [_, grant, note] = frames.as_slice() else {
                    return stage.violated("a claim without grant and note");
                };
                let Some(relay) = stage.relay.borrow().clone() else { return };
                let directory = Arc::clone(&relay.snapshot().directory);
                drop(relay);
                match stage.world.read(&directory, person, &told.letter, grant, note) {
                    Ok(opened) => {
                        let names = opened.note.documents.iter().all(|document| is_file_name(&document.name));
                        if opened.note.core != told.letter.core || !names {
                            return stage.violated("another message was opened");
                        }
                        stage.model.borrow_mut().summary.opened += 1;
                    }
                    // Its writer or reader has left the group meanwhile: a client says so, and no more.
                    Err(shared::message::InvalidMessage::Rule(_)) => {}
                    Err(invalid) => {
                        return stage.violated(format!("what was released does not open: {invalid}"));
                    }
                }
                fetch(stage, person, told).await;
                let claim = confirmation.evidence.index;
                let ask = Ask::Acknowledge { message: told.letter.id, claim, outcome: Outcome::Done };
                let signed = stage.world.people[person].request(ask, stage.world.now());
                if let Reply::Answer(Answer::Acknowledged(confirmation), ..) =
                    stage.say(person, &signed, &[]).await
                {
                    stage.confirm(person, &signed, &confirmation).await;
                }
                return;
            }
            Reply::Answer(Answer::Refused(refused), ..) => {
                let expired = stage.world.now() >= told.letter.core.expires;
                let expected = match refused.refusal {
                    Refusal::Expired => expired,
                    // Expired and swept, or no longer in the group.
                    Refusal::NotFound => expired || person == BAILLEUR,
                    Refusal::RequestTime | Refusal::CounterUsed | Refusal::DiskFull => true,
                    _ => false,
                };
                if !expected {
                    stage.violated(format!("a claim by {person} was refused: {}", refused.refusal));
                }
                return;
            }
            Reply::Answer(other, ..) => return stage.violated(format!("a claim was answered {other:?}")),
            Reply::Nothing => pause(2).await,
        }
    }
}

async fn fetch(stage: &Rc<Stage>, person: usize, told: &Told) {
    for (number, document) in (0..).zip(&told.letter.documents) {
        let ask = Ask::Fetch { message: told.letter.id, part: number, from: 0 };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        if let Reply::Answer(Answer::Part { bytes }, _, rest) = stage.say(person, &signed, &[]).await
            && (bytes != document.len() as u64 || (rest.len() as u64 == bytes && rest != *document))
        {
            stage.violated("a document is not what was uploaded");
        }
    }
}

/// Asks for what is not theirs: an unknown message and one of others get one answer.
async fn trespass(stage: &Rc<Stage>, person: usize) {
    let letters: Vec<_> = stage.model.borrow().letters.values().cloned().collect();
    if letters.is_empty() {
        return pause(1).await;
    }
    let told = &letters[stage.below(letters.len())];
    if told.to.contains(&person) || told.from == person {
        return pause(1).await;
    }
    let asks = [
        told.letter.claim("suivi", None, Vec::new()),
        Ask::Fetch { message: told.letter.id, part: 0, from: 0 },
        Ask::Acknowledge { message: told.letter.id, claim: 0, outcome: Outcome::Done },
        Ask::Status { message: told.letter.id },
    ];
    let signed = stage.world.people[person].request(asks[stage.below(4)].clone(), stage.world.now());
    if let Reply::Answer(answer, ..) = stage.say(person, &signed, &[]).await {
        let refused = match &answer {
            Answer::Refused(refused) => Some(refused.refusal),
            _ => None,
        };
        let told = [Refusal::NotFound, Refusal::DiskFull, Refusal::RequestTime];
        if !refused.is_some_and(|refusal| told.contains(&refusal)) {
            stage.violated(format!("what is not theirs was answered {answer:?}"));
        }
    }
}

/// Sends the last claim once more: the same record, or a refusal, and never a second one.
async fn repeat(stage: &Rc<Stage>, person: usize, last: Option<&(Signed, Vec<u8>)>) {
    let Some((signed, record)) = last else { return pause(1).await };
    match stage.say(person, signed, &[]).await {
        Reply::Answer(Answer::Claimed(again), ..) if again.record != *record => {
            stage.violated("one request has two records");
        }
        Reply::Answer(Answer::Refused(_) | Answer::Claimed(_), ..) | Reply::Nothing => {}
        Reply::Answer(other, ..) => stage.violated(format!("a claim was answered {other:?}")),
    }
}

/// Removes a member from the group, and takes them back; a reviewer reads the log now and then.
async fn authority(stage: Rc<Stage>, acts: usize) {
    let mut seated = true;
    for _ in 0..acts {
        pause(stage.below(60)).await;
        let Some(relay) = stage.relay.borrow().clone() else { continue };
        if stage.chance(500) {
            let reason = "controle".parse().unwrap();
            let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason, reference: None };
            let signed = stage.world.people[AUDITOR].request(ask, stage.world.now());
            let _ = stage.say(AUDITOR, &signed, &[]).await;
            continue;
        }
        let snapshot = relay.snapshot();
        let Some((roster, digest)) = snapshot.directory.roster(stage.world.group) else { continue };
        let link = Link { version: roster.link.version + 1, previous: Some(digest), made: stage.world.now() };
        seated = !roster.seats.iter().any(|seat| seat.member.as_str() == "bailleur-1");
        let people: Vec<_> = MEMBERS.into_iter().filter(|person| seated || *person != BAILLEUR).collect();
        let statement = stage.world.roster(link, &people);
        let done = relay.change(|_| Ok(Change::Publish(Box::new(statement.clone())))).await;
        stage.note(format!("the roster has {} members: {}", people.len(), done.is_ok()));
    }
    let _ = seated;
}

/// A piece in which everything happens that writes, moves or removes something, each retried until it
/// is done.
async fn piece(stage: Rc<Stage>) {
    let world = &stage.world;
    for days in [2, 20] {
        let Some(relay) = relay_of(&stage).await else { return };
        let document = vec![7; 2000];
        let Ok(letter) = world.try_seal(&relay, COORD, &[POLICE, BAILLEUR], days, &[&document, b"short"])
        else {
            return stage.violated("a letter of the piece may not be sent");
        };
        drop(relay);
        let told = Rc::new(Told { letter, from: COORD, to: vec![POLICE, BAILLEUR] });
        let list: shared::message::GrantList = told.letter.envelope.grant_list.peek().unwrap();
        {
            let mut model = stage.model.borrow_mut();
            model.grants.extend(list.grants.iter().map(|grant| (grant.digest, grant.device)));
            model.letters.insert(told.letter.id, Rc::clone(&told));
        }
        // A part that stops halfway and goes on, and one that arrives as something else first.
        let half = &told.letter.documents[0][..900];
        let ask = Ask::Upload {
            message: told.letter.id,
            part: 0,
            bytes: told.letter.documents[0].len() as u64,
            from: 0,
        };
        let _ = stage.say(COORD, &world.people[COORD].request(ask, world.now()), half).await;
        let other = vec![9; told.letter.documents[1].len()];
        let ask = Ask::Upload { message: told.letter.id, part: 1, bytes: other.len() as u64, from: 0 };
        let _ = stage.say(COORD, &world.people[COORD].request(ask, world.now()), &other).await;
        for _ in 0..20 {
            for part in 0..told.letter.documents.len() {
                upload(&stage, COORD, &told.letter, part).await;
            }
            deposit(&stage, COORD, &told).await;
            if stage.model.borrow().confirmed.contains(&told.letter.id) {
                break;
            }
        }
        for _ in 0..6 {
            read(&stage, POLICE, &mut None).await;
        }
        stage.kill.set(true);
        pause(1).await;
        // The journal is changed after ten minutes, by the next batch.
        world.pass(700);
        head(&stage).await;
        read(&stage, BAILLEUR, &mut None).await;
    }
    // Something uploaded that nobody deposits.
    let orphan = MessageId([9; 16]);
    let ask = Ask::Upload { message: orphan, part: 0, bytes: 100, from: 0 };
    let _ = stage.say(MAIRE, &world.people[MAIRE].request(ask, world.now()), &[1; 100]).await;
    // What has expired goes, with its documents; and so does the orphan.
    world.pass(3 * DAY_SECONDS);
    for _ in 0..3 {
        if let Some(relay) = relay_of(&stage).await {
            sweep(&relay).await;
        }
    }
    // Somebody fills the disk, and tidies up.
    for free in [DISK_FLOOR_BYTES, 1 << 40] {
        stage.free.set(Some(free));
        world.pass(700);
        head(&stage).await;
    }
    world.pass(700);
    head(&stage).await;
    // The mover has time to retire what was closed.
    pause(200).await;
}

/// The relay, once it works.
async fn relay_of(stage: &Stage) -> Option<Relay> {
    for _ in 0..5000 {
        if let Some(relay) = stage.relay.borrow().clone() {
            return Some(relay);
        }
        pause(1).await;
    }
    stage.violated("the relay never came back");
    None
}

/// Has a head made, however often the relay dies over it.
async fn head(stage: &Stage) {
    for _ in 0..10 {
        let Some(relay) = relay_of(stage).await else { return };
        if relay.change(|_| Ok(Change::Head)).await.is_ok() {
            return;
        }
        drop(relay);
        pause(5).await;
    }
}

/// The relay in a run: what a thread does in the program is done here when the run says so.
struct Engine {
    sequencer: Sequencer,
    proposals: mpsc::Receiver<Proposal>,
    waiting: Vec<Proposal>,
    store: Arc<Embedded>,
}

impl Engine {
    fn open(stage: &Stage, disk: &SimDisk) -> Result<Self, OpenFailed> {
        let folder = Folder::on(Arc::new(disk.clone()))?;
        let store = Arc::new(open_store(&folder, Moving::Stepped)?);
        let blobs = Arc::new(FileBlobs::open(&folder));
        let opened = Opened::new(&folder, Arc::clone(&store) as _, blobs, stage.world.setup(&folder))?;
        let Opened { relay, sequencer, proposals } = opened;
        *stage.relay.borrow_mut() = Some(relay);
        Ok(Self { sequencer, proposals, waiting: Vec::new(), store })
    }

    /// Takes some of what waits, and makes a batch of it.
    fn advance(&mut self, changes_max: usize) -> Result<bool, StoreError> {
        while self.waiting.len() < changes_max
            && let Ok(proposal) = self.proposals.try_recv()
        {
            self.waiting.push(proposal);
        }
        if self.waiting.is_empty() {
            return Ok(false);
        }
        self.waiting = self.sequencer.advance(std::mem::take(&mut self.waiting))?;
        Ok(true)
    }
}

type Actor = Pin<Box<dyn Future<Output = ()>>>;

/// One run.
struct Run {
    stage: Rc<Stage>,
    disk: SimDisk,
    engine: Option<Engine>,
    actors: Vec<Actor>,
    ticks: u32,
    /// What survives the next stop, where it is not left to the seed.
    survival: Option<Survival>,
}

/// Runs a seed.
///
/// # Errors
/// The promise that was not kept.
pub fn run(seed: u64) -> Result<Summary, Box<Violation>> {
    let mut random = fastrand::Rng::with_seed(seed);
    let weather = Weather::of(&mut random);
    let acts = random.usize(2..9);
    let mut run = Run::new(random, weather);
    for person in MEMBERS {
        run.actors.push(Box::pin(member(Rc::clone(&run.stage), person, acts)));
    }
    run.actors.push(Box::pin(authority(Rc::clone(&run.stage), acts / 2)));
    let outcome = run.play().and_then(|()| run.verify());
    run.told(seed, outcome)
}

/// Plays a piece in which every crash point is passed, and says how often each was.
///
/// # Errors
/// The promise that was not kept.
///
/// # Panics
/// Never.
pub fn rehearse() -> Result<BTreeMap<CrashPoint, u32>, Box<Violation>> {
    let mut run = Run::new(fastrand::Rng::with_seed(1), CALM);
    run.actors.push(Box::pin(piece(Rc::clone(&run.stage))));
    let mut passed = BTreeMap::new();
    let outcome = run.play().and_then(|()| {
        passed = run.disk.passed();
        run.verify()
    });
    run.told(1, outcome).map(|_| passed)
}

/// Plays the same piece and stops the relay where it passes a crash point for the `number`th time. What
/// had been written then survives as said; the piece goes on, and ends with a loss of power.
///
/// # Errors
/// The promise that was not kept.
pub fn crash_at(
    point: CrashPoint,
    number: u32,
    survival: Survival,
    seed: u64,
) -> Result<Summary, Box<Violation>> {
    let mut run = Run::new(fastrand::Rng::with_seed(1), CALM);
    run.survival = Some(survival);
    run.disk.stop_at(point, number);
    run.actors.push(Box::pin(piece(Rc::clone(&run.stage))));
    let outcome = run.play().and_then(|()| {
        if run.disk.passed().get(&point).is_none_or(|passed| *passed < number) {
            return Err(format!("{point} was not passed {number} times"));
        }
        *run.stage.random.borrow_mut() = fastrand::Rng::with_seed(seed);
        run.verify()
    });
    run.told(seed, outcome)
}

fn log_key_of(disk: &SimDisk) -> PublicKey {
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    pli_server::folder::log_key(&folder).unwrap().key.public()
}

impl Run {
    fn new(random: fastrand::Rng, weather: Weather) -> Self {
        let world = World::new();
        let disk = FOUNDED.copied(world.shared_time());
        let key = log_key_of(&disk);
        let memories = MEMBERS.into_iter().chain([AUDITOR]);
        let memories =
            memories.map(|person| (person, LogMemory::new("pli.example/log".to_owned(), key))).collect();
        let stage = Rc::new(Stage {
            world,
            random: RefCell::new(random),
            weather: Cell::new(weather),
            relay: RefCell::default(),
            model: RefCell::new(Model { memories, ..Model::default() }),
            kill: Cell::new(false),
            free: Cell::new(None),
        });
        Self { stage, disk, engine: None, actors: Vec::new(), ticks: 0, survival: None }
    }

    /// What came of it.
    fn told(self, seed: u64, outcome: Result<(), String>) -> Result<Summary, Box<Violation>> {
        let mut model = self.stage.model.borrow_mut();
        let trace = std::mem::take(&mut model.trace);
        match model.violation.take().or(outcome.err()) {
            Some(what) => Err(Box::new(Violation { seed, what, trace })),
            None => {
                model.summary.story = sha256(trace.join("\n").as_bytes()).to_string();
                Ok(model.summary.clone())
            }
        }
    }

    /// Lets everything happen, in an order that the seed decides.
    fn play(&mut self) -> Result<(), String> {
        while !self.actors.is_empty() {
            self.ticks += 1;
            if self.ticks > TICKS_MAX {
                return Err("it hangs".to_owned());
            }
            self.look()?;
            let stage = Rc::clone(&self.stage);
            if stage.kill.take() && self.engine.is_some() {
                self.die(false, "it was killed")?;
            }
            if let Some(free) = stage.free.take() {
                self.disk.set_capacity(Some(self.disk.used_bytes() + free));
            }
            let weather = stage.weather.get();
            match stage.below(100) {
                0..60 => self.poll_actor(),
                60..82 => self.work(|engine, some| engine.advance(some).map(drop))?,
                82..92 => self.work(|engine, _| engine.store.step().map(drop))?,
                92..96 => stage.world.pass(stage.below(90) as u64),
                96 if stage.chance(300) => {
                    if let Some(relay) = stage.relay.borrow().clone() {
                        self.actors.push(Box::pin(async move { sweep(&relay).await }));
                    }
                }
                97 if stage.chance(20 * weather.days_pass) => {
                    stage.world.pass(DAY_SECONDS * (1 + stage.below(3) as u64));
                    stage.note("days pass");
                }
                98 => self.trouble(weather),
                _ => self.reopen(weather)?,
            }
        }
        Ok(())
    }

    fn look(&self) -> Result<(), String> {
        self.stage.model.borrow_mut().violation.take().map_or(Ok(()), Err)
    }

    fn poll_actor(&mut self) {
        let number = self.stage.below(self.actors.len());
        let mut context = Context::from_waker(Waker::noop());
        if self.actors[number].as_mut().poll(&mut context).is_ready() {
            drop(self.actors.swap_remove(number));
        }
    }

    /// Lets the relay do something; if its disk stops or fails, it is dead.
    fn work(
        &mut self,
        work: impl FnOnce(&mut Engine, usize) -> Result<(), StoreError>,
    ) -> Result<(), String> {
        let some = 1 + self.stage.below(8);
        let Some(engine) = &mut self.engine else { return Ok(()) };
        match work(engine, some) {
            Ok(()) | Err(StoreError::Full { .. }) if !self.disk.has_stopped() => Ok(()),
            outcome => {
                let stopped = self.disk.has_stopped();
                let why = outcome.err().map_or_else(|| "stopped".to_owned(), |error| error.to_string());
                self.die(stopped, &why)
            }
        }
    }

    /// The relay dies with its disk, or with the process.
    fn die(&mut self, power_lost: bool, why: &str) -> Result<(), String> {
        self.engine = None;
        *self.stage.relay.borrow_mut() = None;
        let mut random = self.stage.random.borrow_mut();
        let survival = match (self.survival.take(), random.u8(0..4)) {
            // A failed sync is no loss of power: the process dies, and sees what the system shows.
            _ if !power_lost => Survival::Kept,
            (Some(survival), _) => survival,
            (None, 0) => Survival::Kept,
            (None, 1) => Survival::Lost,
            (None, _) => Survival::Torn,
        };
        self.disk = self.disk.crashed(survival, &mut random);
        drop(random);
        self.stage.note(format!("the relay died ({why}), {survival:?}"));
        self.stage.model.borrow_mut().summary.crashes += 1;
        Ok(())
    }

    fn trouble(&mut self, weather: Weather) {
        let stage = Rc::clone(&self.stage);
        if self.engine.is_none() {
            return;
        }
        if stage.chance(40 * weather.crash.min(20)) {
            self.disk.stop_after(stage.below(60) as u64);
        } else if stage.chance(40 * weather.sync_fails) {
            let kept = stage.chance(500);
            self.disk.fail_next_sync(kept);
            stage.note(format!("the next sync fails, kept {kept}"));
        } else if weather.narrow && stage.chance(200) {
            // From plenty down to not even a record.
            let used = self.disk.used_bytes();
            let free = [2 * DISK_RESERVE_BYTES, DISK_RESERVE_BYTES, DISK_SPARE_BYTES, DISK_FLOOR_BYTES, 1000];
            let free = free[stage.below(free.len())];
            self.disk.set_capacity(Some(used + free));
            stage.note(format!("{free} bytes are free"));
        } else {
            self.disk.set_capacity(None);
        }
    }

    /// Starts the relay again, if it is dead. It may die while it starts.
    fn reopen(&mut self, weather: Weather) -> Result<(), String> {
        if self.engine.is_some() {
            return Ok(());
        }
        if self.stage.chance(30 * weather.crash) {
            self.disk.stop_after(self.stage.below(80) as u64);
        }
        match Engine::open(&self.stage, &self.disk) {
            Ok(engine) => self.engine = Some(engine),
            Err(error) if self.disk.has_stopped() => {
                self.die(true, &format!("while it started: {error}"))?;
            }
            Err(OpenFailed::Store(StoreError::Full { .. })) => self.disk.set_capacity(None),
            Err(OpenFailed::Store(error @ StoreError::Io { .. })) => self.die(false, &error.to_string())?,
            Err(error) => return Err(format!("the relay does not start: {error}")),
        }
        Ok(())
    }

    /// After the storm: everything that was promised is there.
    fn verify(&mut self) -> Result<(), String> {
        self.stage.weather.set(CALM);
        self.disk.calm();
        // Most runs end with a loss of power, so that nothing rests on what was not synced.
        if self.engine.is_none() || self.stage.chance(700) {
            self.survival = self.survival.take().or(self.stage.chance(500).then_some(Survival::Lost));
            self.die(true, "at the end")?;
        }
        let dead = "the relay does not start after the storm";
        if self.engine.is_none() {
            self.engine = Some(Engine::open(&self.stage, &self.disk).map_err(|e| format!("{dead}: {e}"))?);
        }
        self.released_is_logged()?;
        self.confirmed_is_kept()?;
        self.look()?;
        self.log_is_whole()?;
        self.folder_verifies()
    }

    fn relay(&self) -> Relay {
        self.stage.relay.borrow().clone().unwrap()
    }

    fn released_is_logged(&self) -> Result<(), String> {
        let relay = self.relay();
        for Released { message, index, leaf } in &self.stage.model.borrow().released {
            if relay.files().leaf(*index).ok().as_ref() != Some(leaf) {
                return Err(format!("a grant of {message} was released, and leaf {index} does not say so"));
            }
        }
        Ok(())
    }

    /// Every confirmed message that lives is read once more by everybody to whom it is.
    fn confirmed_is_kept(&mut self) -> Result<(), String> {
        let confirmed: Vec<_> = {
            let model = self.stage.model.borrow();
            model.confirmed.iter().map(|id| Rc::clone(&model.letters[id])).collect()
        };
        for told in confirmed {
            let (id, now) = (told.letter.id, self.stage.world.now());
            if now >= told.letter.core.expires {
                self.stage.model.borrow_mut().summary.expired += 1;
                continue;
            }
            for person in told.to.clone() {
                let device = self.stage.world.people[person].device();
                let seat =
                    self.relay().snapshot().directory.seat(self.stage.world.group, device, now).is_some();
                let ask = told.letter.claim("suivi", None, Vec::new());
                let signed = self.stage.world.people[person].request(ask, now);
                let reply = self.ask(person, &signed);
                match (reply, seat) {
                    (Reply::Answer(Answer::Claimed(_), frames, _), true) => {
                        let directory = Arc::clone(&self.relay().snapshot().directory);
                        let read =
                            self.stage.world.read(&directory, person, &told.letter, &frames[1], &frames[2]);
                        // A writer who left is another story than a message that is lost.
                        if let Err(invalid) = read
                            && !matches!(
                                invalid,
                                shared::message::InvalidMessage::Rule(_)
                                    | shared::message::InvalidMessage::Header
                            )
                        {
                            return Err(format!("{id} was confirmed and does not open: {invalid}"));
                        }
                    }
                    (Reply::Answer(Answer::Refused(refused), ..), false)
                        if refused.refusal == Refusal::NotFound => {}
                    (Reply::Answer(answer, ..), _) => {
                        return Err(format!(
                            "{id} was confirmed, and {person} (seated: {seat}) got {answer:?}"
                        ));
                    }
                    (Reply::Nothing, _) => return Err(format!("{id} was confirmed, and nothing came")),
                }
            }
        }
        Ok(())
    }

    /// Asks in calm weather.
    fn ask(&mut self, person: usize, signed: &Signed) -> Reply {
        let stage = Rc::clone(&self.stage);
        let mut asked = Box::pin(stage.say(person, signed, &[]));
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(reply) = asked.as_mut().poll(&mut context) {
                return reply;
            }
            let advanced = self.engine.as_mut().map_or(Ok(false), |engine| engine.advance(8));
            if let Err(error) = advanced {
                stage.violated(format!("the relay fails in calm weather: {error}"));
                return Reply::Nothing;
            }
        }
    }

    /// The leaves give the root that was signed, and every tree that anybody was shown.
    fn log_is_whole(&self) -> Result<(), String> {
        let relay = self.relay();
        let commit = Arc::clone(&relay.snapshot().commit);
        let trees = self.stage.model.borrow().trees.clone();
        let mut tree = MemoryTree::default();
        let mut records = 0;
        for index in 0..commit.tree.size {
            let leaf = relay.files().leaf(index).map_err(|error| error.to_string())?;
            tree.push(leaf_hash(&leaf));
            let decoded: Leaf = cbor::decode(&leaf, LEAF_BYTES_MAX).map_err(|error| error.to_string())?;
            records += usize::from(matches!(decoded, Leaf::Record(_)));
            let shown = trees.get(&tree.size());
            if shown.is_some_and(|root| *root != tree.head().root) {
                return Err(format!("the tree of {} leaves is not the one that was shown", tree.size()));
            }
        }
        if tree.head() != commit.tree {
            return Err("the leaves do not give the signed root".to_owned());
        }
        if trees.keys().any(|size| *size > commit.tree.size) {
            return Err("a larger tree was shown than there is".to_owned());
        }
        let released = self.stage.model.borrow().summary.released;
        if records == 0 && released > 0 {
            return Err("there are releases and no records".to_owned());
        }
        Ok(())
    }

    fn folder_verifies(&mut self) -> Result<(), String> {
        *self.stage.relay.borrow_mut() = None;
        let Some(Engine { sequencer, store, .. }) = self.engine.take() else { return Ok(()) };
        sequencer.close().map_err(|error| format!("no clean stop: {error}"))?;
        drop(store);
        let folder = Folder::on(Arc::new(self.disk.clone())).map_err(|error| error.to_string())?;
        let report = check_in(&folder, self.stage.world.now()).map_err(|error| error.to_string())?;
        match report.faults.first() {
            Some(fault) => Err(format!("check finds a fault: {fault:?}")),
            None => Ok(()),
        }
    }
}
