//! What travels: frames, requests as the relay meets them, answers as a client does, certificates.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::{canonical, is_canonical};
use crate::engine::{Engine, founded};
use crate::world::{BAILLEUR, Letter, MAIRE, POLICE, World, unframed};
use pli_server::folder::PublicIdentity;
use pli_server::requests::{self, Door, Visit};
use pli_server::transport::frames::{framed, read_frame};
use pli_server::transport::pki::{device_of, verify_request};
use pli_server::transport::tls::certificate_from_pem;
use shared::cbor;
use shared::crypto::sha256;
use shared::limits::{COUNTER_DIGESTS, FRAME_BYTES_MAX};
use shared::log::HeadLeaf;
use shared::message::{GrantList, Ground, HeadReference, Header, PartKind};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::Statement;
use shared::wire::{Answer, Ask, Hello, Listed, News, Notice, Ready, Request, SealedAnnex, SealedKey};
use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// In the first byte of a request: its device signs it.
pub const SIGN: u8 = 1;

/// In the first byte of a request: digests that stand in it fit what they name.
pub const FIT: u8 = 2;

/// After so many requests the relay begins anew.
const REQUESTS_OF_ONE_RELAY: u32 = 500;

/// A stream of frames, cut at their lengths; each goes out again as it came.
pub(super) fn frame(bytes: &[u8]) -> bool {
    let mut stream = bytes;
    let mut frames = 0;
    loop {
        let before = stream;
        match now(read_frame(&mut stream, FRAME_BYTES_MAX)) {
            Some(Ok(Some(body))) => {
                assert!(before[..before.len() - stream.len()] == framed(&body));
                frames += 1;
            }
            _ => return frames > 0,
        }
    }
}

/// A greeting, or a whole request with what follows it, given to a relay at work.
pub(super) fn request(bytes: &[u8]) -> bool {
    if is_canonical::<Hello>(bytes) || is_canonical::<Request>(bytes) {
        return true;
    }
    thread_local!(static RELAY: RefCell<Option<AtWork>> = const { RefCell::new(None) });
    RELAY.with_borrow_mut(|relay| {
        let at_work = relay.take().filter(|at_work| at_work.left > 0);
        relay.insert(at_work.unwrap_or_else(AtWork::new)).take(bytes)
    })
}

/// What a relay, hostile or not, may answer.
pub(super) fn answer(bytes: &[u8]) -> bool {
    is_canonical::<Answer>(bytes)
        || is_canonical::<Ready>(bytes)
        || is_canonical::<Listed>(bytes)
        || is_canonical::<Notice>(bytes)
        || is_canonical::<News>(bytes)
        || is_canonical::<SealedKey>(bytes)
        || is_canonical::<SealedAnnex>(bytes)
}

/// A certificate, a request for one, and what the roots sign about a relay.
pub(super) fn certificate(bytes: &[u8]) -> bool {
    let public = serde_json::from_slice::<PublicIdentity>(bytes);
    let founding = cbor::decode::<Vec<Statement>>(bytes, super::BYTES_MAX);
    verify_request(bytes, &[7; 16]).is_ok()
        || device_of(bytes).is_some()
        || certificate_from_pem(bytes).is_ok()
        || public.is_ok_and(|public| public.keys().is_ok())
        || founding.is_ok()
}

/// A relay with a letter that was claimed, and of which its writer may give grants.
struct AtWork {
    world: World,
    engine: Engine,
    letter: Letter,
    left: u32,
}

impl AtWork {
    fn new() -> Self {
        let mut world = World::new();
        let mut engine = Engine::open(&world, &founded(&world)).unwrap();
        let relay = engine.relay.clone();
        let letter = world.seal(&relay, MAIRE, &[POLICE, BAILLEUR], 20, &[b"a document"]);
        let work = async {
            world.deposit(&relay, MAIRE, &letter).await;
            world.claim(&relay, POLICE, &letter).await;
            world.give_device(&relay, POLICE).await;
            world.claim_to_grant(&relay, MAIRE, &letter).await;
            // The corpus was signed by these devices too, under their first counters: here these lie so
            // far back that nobody is taken for two machines.
            for person in 0..world.people.len() {
                world.people[person].skip(2 * COUNTER_DIGESTS as u64);
                world.ask(&relay, person, Ask::Log, &[]).await;
            }
            for witness in &world.witnesses {
                witness.skip(2 * COUNTER_DIGESTS as u64);
                world.say(&relay, &witness.request(Ask::Log, world.now()), &[]).await;
            }
        };
        engine.run(work).unwrap().unwrap();
        Self { world, engine, letter, left: REQUESTS_OF_ONE_RELAY }
    }

    /// Says whether it was a request, whatever became of it.
    fn take(&mut self, bytes: &[u8]) -> bool {
        self.left -= 1;
        let Some((flags, stream)) = bytes.split_first() else { return false };
        let mut visit = None;
        let (mut frames, mut door) = (unframed(stream), Door::Open);
        let framed_bytes: usize = frames.iter().map(|frame| frame.len() + 4).sum();
        let rest = &stream[framed_bytes..];
        let first = frames.first().and_then(|frame| cbor::decode::<Request>(frame, FRAME_BYTES_MAX).ok());
        if let Some(request) = first.filter(|_| flags & SIGN != 0) {
            let mut ask = request.ask;
            if flags & FIT != 0 {
                self.fit(&mut ask, &mut frames[1..]);
            }
            let mut known = self.world.people.iter().chain(&self.world.witnesses);
            let person = known.find(|person| person.device() == request.device);
            let person = person.unwrap_or(&self.world.people[MAIRE]);
            frames[0] = cbor::encode(&person.request(ask, self.world.now()));
            door = Door::Certified(visit.insert(Visit::of(person.device())));
        }
        let mut sent: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
        sent.extend_from_slice(rest);
        let (mut receive, mut out) = (sent.as_slice(), Vec::new());
        let relay = self.engine.relay.clone();
        let asked = requests::answer(&relay, door, &mut receive, &mut out);
        self.engine.run(asked).expect("a request does not stop the relay");
        while self.engine.step().expect("a request does not stop the mover") {}
        let answer = unframed(&out).first().and_then(|frame| canonical::<Answer>(frame));
        answer.is_some_and(
            |answer| !matches!(answer, Answer::Refused(refused) if refused.refusal == Refusal::Malformed),
        )
    }

    /// Lets digests fit what they name, and signs what is to be signed.
    fn fit(&self, ask: &mut Ask, bodies: &mut [Vec<u8>]) {
        match ask {
            Ask::Claim { message, core, .. } if *message == self.letter.id => {
                *core = self.letter.core.digest();
            }
            Ask::Publish { digest } => {
                let statement = bodies.first().and_then(|body| canonical::<Statement>(body));
                if let Some(statement) = statement {
                    *digest = statement.signed.digest();
                }
            }
            Ask::Deposit { message, header, grants, .. } => {
                let fitting = self.deposit(bodies);
                if let Some((signed, list)) = fitting {
                    *message = signed.peek::<Header>().map_or(*message, |header| header.core.id);
                    (*header, *grants) = (signed.digest(), list.digest());
                    bodies[0] = cbor::encode(&signed);
                    bodies[1] = cbor::encode(&list);
                }
            }
            Ask::Grant { message, grants, approves } if *message == self.letter.id => {
                if let Some(list) = self.late(bodies) {
                    *grants = list.digest();
                    let agreed = list.peek().ok().filter(|list: &GrantList| list.ground == Ground::Approval);
                    *approves = agreed.and_then(|list| list.ends());
                    bodies[0] = cbor::encode(&list);
                }
            }
            Ask::HandOver { digest, .. } => *digest = sha256(&bodies.concat()),
            _ => {}
        }
    }

    /// A late grant list as its issuer would have signed it for these grants.
    fn late(&self, bodies: &[Vec<u8>]) -> Option<Signed> {
        let [list, grants @ ..] = bodies else { return None };
        let mut list = canonical::<GrantList>(list)?;
        (list.message, list.core) = (self.letter.id, self.letter.core.digest());
        for (entry, grant) in list.grants.iter_mut().zip(grants) {
            entry.digest = sha256(grant);
        }
        let issuer = self.world.people.iter().find(|person| person.device() == list.issuer)?;
        Some(Signed::new(&list, &[&issuer.key]))
    }

    /// Header and grant list as their writer would have signed them for these grants and this note.
    fn deposit(&self, bodies: &[Vec<u8>]) -> Option<(Signed, Signed)> {
        let [header, list, grants @ .., note] = bodies else { return None };
        let (mut header, mut list) = (canonical::<Header>(header)?, canonical::<GrantList>(list)?);
        let snapshot = self.engine.relay.snapshot();
        let HeadLeaf { time, .. } = snapshot.commit.head;
        header.core.head = HeadReference { tree: snapshot.commit.tree, time };
        for part in header.parts.iter_mut().filter(|part| part.kind == PartKind::Note) {
            (part.bytes, part.digest) = (note.len() as u64, sha256(note));
        }
        (list.message, list.core, list.issuer) = (header.core.id, header.core.digest(), header.core.device);
        for (entry, grant) in list.grants.iter_mut().zip(grants) {
            entry.digest = sha256(grant);
        }
        let writer = self.world.people.iter().find(|person| person.device() == header.core.device)?;
        Some((Signed::new(&header, &[&writer.key]), Signed::new(&list, &[&writer.key])))
    }
}

/// What a future that never waits comes to.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
