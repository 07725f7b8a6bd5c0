//! Records for every act: each request that there is, accepted and refused, each kind of statement, each
//! connection and each end of a letter; and the log says exactly that.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::listen::Server;
use pli_server::relay::Relay;
use pli_server::relay::change::Change;
use pli_server::relay::items::Opening;
use pli_server::store::{CrashPoint, Folder};
use pli_server::sweep::sweep;
use pli_server::transport::frames::framed;
use pli_server::transport::tls_key::TlsKey;
use pli_tests::disk::Survival;
use pli_tests::engine::{Engine, founded};
use pli_tests::load::Network;
use pli_tests::whole::records;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, PROC, SECOND_AUDITOR, Terms, World};
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::Chain;
use shared::ids::{Digest, GroupId, KeyId, MessageId};
use shared::limits::{EXPIRIES_MAX, FRAME_BYTES_MAX, LEAF_BYTES_MAX, REFUSAL_SECONDS, REQUEST_SECONDS_MAX};
use shared::log::{Act, Leaf, Outcome, Record};
use shared::message::{Because, Gated, Ground, HeadReference, Right};
use shared::refusal::Refusal;
use shared::signed::{Document, Signed};
use shared::statement::{
    Adhesion, Charter, Delegation, Group, Hold, Kind, Link, NomenclatureStatement, Root, Statement,
};
use shared::time::{Bucket, DAY_SECONDS, Timestamp};
use shared::wire::{About, Answer, Ask, Request};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// The time in which a refusal of the same rule is counted with the one before.
const MINUTE: u64 = REFUSAL_SECONDS;

macro_rules! variants {
    ($($name:literal $pattern:pat,)+) => {
        /// The name of each request that there is. Without a line here, a new one does not compile.
        fn variant(ask: &Ask) -> &'static str {
            match ask { $($pattern => $name,)+ }
        }
        const VARIANTS: &[&str] = &[$($name,)+];
    };
}

variants! {
    "log" Ask::Log,
    "statements" Ask::Statements(_),
    "past" Ask::Past { .. },
    "statement" Ask::Statement { .. },
    "key-pages" Ask::KeyPages { .. },
    "enrol" Ask::Enrol { .. },
    "publish" Ask::Publish { .. },
    "mailbox" Ask::Mailbox { .. },
    "sent" Ask::Sent { .. },
    "upload-state" Ask::UploadState { .. },
    "upload" Ask::Upload { .. },
    "deposit" Ask::Deposit { .. },
    "claim" Ask::Claim { .. },
    "grant" Ask::Grant { .. },
    "acknowledge" Ask::Acknowledge { .. },
    "fetch" Ask::Fetch { .. },
    "status" Ask::Status { .. },
    "leaves" Ask::Leaves { .. },
    "consistency" Ask::Consistency { .. },
    "log-keys" Ask::LogKeys { .. },
    "hand-over" Ask::HandOver { .. },
    "letter" Ask::Letter { .. },
    "account" Ask::Account { .. },
    "cosign" Ask::Cosign { .. },
    "watch" Ask::Watch,
    "certificate" Ask::Certificate { .. },
    "retire" Ask::Retire { .. },
    "reject" Ask::Reject { .. },
    "blocked" Ask::Blocked { .. },
    "contest" Ask::Contest { .. },
    "counts" Ask::Counts,
}

/// What a record says, as it is compared: act, outcome, who, about which letter, how often, on what ground.
type Said = (Act, Outcome, String, Option<MessageId>, u32, Option<String>);

fn said(record: Record) -> Said {
    let who = record.actor.as_ref().map_or("-", |actor| actor.member.as_str()).to_owned();
    (record.act, record.outcome, who, record.item, record.count, record.reference)
}

fn done(act: Act, who: &str, item: Option<MessageId>) -> Said {
    (act, Outcome::Done, who.to_owned(), item, 1, None)
}

fn no(who: &str, item: Option<MessageId>, refusal: Refusal) -> Said {
    (Act::Refusal, Outcome::Refused, who.to_owned(), item, 1, Some(refusal.code().to_owned()))
}

fn accepted(act: Act, who: &str, statement: &Statement) -> Said {
    (act, Outcome::Done, who.to_owned(), None, 1, Some(statement.signed.digest().to_string()))
}

/// A relay at work whose log is compared after each request.
struct Stage<'a> {
    world: &'a World,
    relay: &'a Relay,
    seen: usize,
    tried: BTreeSet<(&'static str, bool)>,
}

impl<'a> Stage<'a> {
    fn new(world: &'a World, relay: &'a Relay) -> Self {
        Self { world, relay, seen: records(world, relay).len(), tried: BTreeSet::new() }
    }

    /// The records since the last look say this, each is attested as it must be, and no other was made.
    fn told(&mut self, expected: &[Said]) {
        let all = records(self.world, self.relay);
        let directory = &self.relay.snapshot().directory;
        assert!(all.iter().all(|record| record.is_attested(directory)), "a record is on nobody's word");
        let new: Vec<_> = all.into_iter().skip(self.seen).map(said).collect();
        assert_eq!(new, expected);
        self.seen += new.len();
    }

    async fn ask(&mut self, person: usize, ask: Ask, expected: &[Said]) -> Answer {
        self.ask_with(person, ask, &[], expected).await
    }

    async fn ask_with(&mut self, person: usize, ask: Ask, frames: &[Vec<u8>], expected: &[Said]) -> Answer {
        let signed = self.world.people[person].request(ask, self.world.now());
        self.say(&signed, frames, expected).await
    }

    async fn say(&mut self, signed: &Signed, frames: &[Vec<u8>], expected: &[Said]) -> Answer {
        let request: Request = signed.peek().unwrap();
        let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
        let (answer, _) = self.world.say(self.relay, signed, &frames).await;
        self.tried.insert((variant(&request.ask), !matches!(answer, Answer::Refused(_))));
        self.told(expected);
        answer
    }

    /// Asks what is refused in its own way.
    async fn refused(&mut self, person: usize, ask: Ask, frames: &[Vec<u8>], refusal: Refusal) {
        self.world.pass(MINUTE);
        let expected = no(self.world.people[person].member.as_str(), ask.item(), refusal);
        let answer = self.ask_with(person, ask, frames, &[expected]).await;
        assert_eq!(refusal_of(&answer), Some(refusal));
    }

    /// Asks by a clock that is wrong: what nobody is refused otherwise.
    async fn late(&mut self, person: usize, ask: Ask) {
        self.world.pass(MINUTE);
        let expected = no(self.world.people[person].member.as_str(), ask.item(), Refusal::RequestTime);
        let then = Timestamp(self.world.now().0 - REQUEST_SECONDS_MAX - 1);
        let signed = self.world.people[person].request(ask, then);
        self.say(&signed, &[], &[expected]).await;
    }

    async fn publish(&mut self, person: usize, statement: &Statement, expected: &[Said]) -> Answer {
        let ask = Ask::Publish { digest: statement.signed.digest() };
        self.ask_with(person, ask, &[cbor::encode(statement)], expected).await
    }

    /// A request by a key that is no person's.
    fn by(&self, key: &SigningKey, counter: u64, ask: Ask) -> Signed {
        let request: Request = self.world.people[MAIRE].request(ask, self.world.now()).peek().unwrap();
        Signed::new(&Request { device: key.id(), counter, ..request }, &[key])
    }
}

/// A request as a program that is not ours may make one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Huge(Request);

impl Document for Huge {
    const CONTEXT: &'static str = Request::CONTEXT;
    const BYTES_MAX: usize = FRAME_BYTES_MAX;
}

fn refusal_of(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refused) => Some(refused.refusal),
        _ => None,
    }
}

fn claim(letter: &Letter, act: Act) -> Ask {
    let reason = (!act.shows_nothing()).then(|| "suivi".parse().unwrap());
    Ask::Claim { message: letter.id, core: letter.core.digest(), act, reason, annex: None }
}

fn outside(message: MessageId) -> Ask {
    Ask::Letter { message, reason: "controle".parse().unwrap(), reference: None }
}

fn log_keys(size: u64) -> Ask {
    Ask::LogKeys { from: 0, to: size, reason: "controle".parse().unwrap(), reference: None }
}

/// what each request leaves in the log, and that what is read of the log leaves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn every_request_leaves_what_it_must_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    let laptop = world.give_device(&running.relay, POLICE).await;
    world.seat_proc(&running.relay).await;
    let founding = world.statements(running.relay.snapshot().directory.root().unwrap().relay.clone());
    let enrolment = world.further(&founding).into_iter().find(|it| it.kind == Kind::Enrolment).unwrap();
    let (world, relay) = (&world, &running.relay);
    let mut stage = Stage::new(world, relay);
    let group = world.group;
    let nothing = MessageId([9; 16]);

    // What only reads.
    stage.ask(MAIRE, Ask::Log, &[]).await;
    stage.ask(MAIRE, Ask::Statements(About::Group(group)), &[]).await;
    stage.ask(MAIRE, Ask::Past { group, size: relay.snapshot().commit.tree.size }, &[]).await;
    stage.ask(MAIRE, Ask::Statement { digest: founding[0].signed.digest() }, &[]).await;
    stage.ask(MAIRE, Ask::KeyPages { device: world.people[POLICE].device() }, &[]).await;
    stage.ask(MAIRE, Ask::Sent { after: None }, &[]).await;
    stage.ask(MAIRE, Ask::Leaves { from: 0, to: 9 }, &[]).await;
    stage.ask(MAIRE, Ask::Consistency { older: 1, newer: 9 }, &[]).await;
    stage.ask(MAIRE, Ask::Watch, &[]).await;
    let key = TlsKey::generate().unwrap();
    let certificate = Ask::Certificate { request: key.request(&world.people[MAIRE].device().0).unwrap() };
    stage.ask(MAIRE, certificate.clone(), &[]).await;
    let cosign = Ask::Cosign { note: world.cosigned(relay, &world.witnesses[0]) };
    stage.say(&world.witnesses[0].request(cosign.clone(), world.now()), &[], &[]).await;
    let enrol = |of: &SigningKey| Ask::Enrol { key: of.public(), digest: enrolment.signed.digest() };
    let newcomer = world.further_key();
    let asked = stage.by(&newcomer, 1, enrol(&newcomer));
    stage.say(&asked, &[cbor::encode(&enrolment)], &[]).await;

    // What the rules stopped, and who contests it, is counted for the day and names nobody.
    let blocked = |group| Ask::Blocked { group, rules: vec!["X1-contexte".parse().unwrap()] };
    stage.ask(MAIRE, blocked(group), &[]).await;
    stage.ask(MAIRE, Ask::Contest { rule: "X1-contexte".parse().unwrap() }, &[]).await;
    stage.ask(AUDITOR, Ask::Counts, &[]).await;

    // The way of a letter.
    let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[b"un document"]);
    let item = Some(letter.id);
    let upload =
        Ask::Upload { message: letter.id, part: 0, bytes: letter.documents[0].len() as u64, from: 0 };
    let state = Ask::UploadState { message: letter.id, part: 0 };
    let (deposit, frames) = letter.deposit();
    stage.refused(COORD, deposit.clone(), &frames, Refusal::PartsMissing).await;
    world.upload(relay, COORD, &letter).await;
    stage.tried.insert((variant(&upload), true));
    stage.ask(COORD, state.clone(), &[]).await;
    let expected = done(Act::Deposit, "coord-1", item);
    stage.ask_with(COORD, deposit.clone(), &frames, &[expected]).await;
    let again = (Act::Deposit, Outcome::AlreadyDone, "coord-1".to_owned(), item, 1, None);
    stage.ask_with(COORD, deposit, &frames, &[again]).await;
    let mailbox = |after| Ask::Mailbox { after, beginning: None };
    stage.ask(POLICE, mailbox(None), &[done(Act::Delivery, "police-1", item)]).await;
    stage.ask(POLICE, mailbox(None), &[]).await;
    let expected = done(Act::Release, "police-1", item);
    let Answer::Claimed(claimed) = stage.ask(POLICE, claim(&letter, Act::Release), &[expected]).await else {
        panic!("not released")
    };
    let acknowledge =
        |claim| Ask::Acknowledge { message: letter.id, claim, outcome: Outcome::Done, rules: Vec::new() };
    let expected = done(Act::Opening, "police-1", item);
    stage.ask(POLICE, acknowledge(claimed.evidence.index), &[expected]).await;
    stage.ask(POLICE, claim(&letter, Act::Export), &[done(Act::Export, "police-1", item)]).await;
    stage.ask(POLICE, claim(&letter, Act::Reveal), &[done(Act::Reveal, "police-1", item)]).await;
    stage.ask(POLICE, claim(&letter, Act::Print), &[done(Act::Print, "police-1", item)]).await;
    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    stage.ask(POLICE, fetch.clone(), &[]).await;
    let status = Ask::Status { message: letter.id };
    stage.ask(COORD, status.clone(), &[]).await;
    let identity = world.claim_to_grant(relay, COORD, &letter).await;
    stage.told(&[done(Act::Regrant, "coord-1", item)]);
    let directory = Arc::clone(&relay.snapshot().directory);
    let list = |by| world.late_grants(&directory, by, &letter, Ground::Device, &identity, &[laptop]);
    let (grant, frames) = list(POLICE);
    stage.refused(POLICE, grant, &frames, Refusal::GrantGround).await;
    let (grant, frames) = list(COORD);
    stage.ask_with(COORD, grant, &frames, &[done(Act::Grant, "coord-1", item)]).await;
    let size = relay.snapshot().commit.tree.size;
    stage.ask(AUDITOR, log_keys(size), &[done(Act::LogReading, "auditeur-1", None)]).await;
    let second = world.people[SECOND_AUDITOR].device();
    let handing = |to| world.handing(relay, to, &[Opening::Boxes(1)], b"sealed");
    let (hand_over, keys) = handing(SECOND_AUDITOR);
    // The relay sealed it to both when it began, so that nothing is lacking.
    let had =
        (Act::HandOver, Outcome::AlreadyDone, "auditeur-1".to_owned(), None, 1, Some(second.to_string()));
    stage.ask_with(AUDITOR, hand_over.clone(), &keys, &[had]).await;
    stage.ask(AUDITOR, outside(letter.id), &[done(Act::LogReading, "auditeur-1", Some(letter.id))]).await;
    let account = |destroyed: Timestamp| Ask::Account { destroyed };
    let yesterday = Timestamp(world.now().0 - DAY_SECONDS);
    let of_police =
        (Act::Destruction, Outcome::Done, "police-1".to_owned(), None, 1, Some(yesterday.to_string()));
    stage.ask(POLICE, account(yesterday), &[of_police]).await;
    let back = |because| Ask::Retire { message: letter.id, because };
    let told = |outcome, because: Because| {
        (Act::Retirement, outcome, "coord-1".to_owned(), item, 1, Some(because.code().to_owned()))
    };
    stage.refused(POLICE, back(Because::Replaced), &[], Refusal::NotFound).await;
    let expected = told(Outcome::Done, Because::Replaced);
    stage.ask(COORD, back(Because::Replaced), &[expected]).await;
    let expected = told(Outcome::AlreadyDone, Because::WrongRecipient);
    stage.ask(COORD, back(Because::WrongRecipient), &[expected]).await;
    stage.refused(BAILLEUR, claim(&letter, Act::Release), &[], Refusal::Retired).await;

    // What waits for an agreement, and what comes of it.
    let gated = |relay| world.try_seal_gated(relay, POLICE, &[BAILLEUR], PROC, &[]).unwrap();
    let reference = |letter: &Letter| letter.core.gate.as_ref().map(Gated::reference);
    let asked = gated(relay);
    let item = Some(asked.id);
    let (deposit, frames) = asked.deposit();
    let waits = |letter: &Letter| {
        let (act, who) = (Act::Deposit, "police-1".to_owned());
        (act, Outcome::Done, who, Some(letter.id), 1, reference(letter))
    };
    stage.ask_with(POLICE, deposit, &frames, &[waits(&asked)]).await;
    stage.refused(BAILLEUR, claim(&asked, Act::Regrant), &[], Refusal::NotFound).await;
    let identity = world.claim_to_grant(relay, PROC, &asked).await;
    stage.told(&[done(Act::Regrant, "procureur-1", item)]);
    let (directory, ends) = (Arc::clone(&relay.snapshot().directory), world.readable_until(&asked));
    let agreed = |by| {
        let on = (Ground::Approval, ends);
        world.late_grants_until(&directory, by, &asked, on, &identity, &[BAILLEUR])
    };
    let (by_writer, frames) = agreed(POLICE);
    stage.refused(POLICE, by_writer, &frames, Refusal::GrantGround).await;
    let (agree, frames) = agreed(PROC);
    let Ask::Grant { grants, .. } = &agree else { panic!("no grants") };
    let list = Some(grants.to_string());
    let approval = |outcome| (Act::Approval, outcome, "procureur-1".to_owned(), item, 1, list.clone());
    stage.ask_with(PROC, agree.clone(), &frames, &[approval(Outcome::Done)]).await;
    stage.ask_with(PROC, agree, &frames, &[approval(Outcome::AlreadyDone)]).await;
    let reject = |letter: &Letter| Ask::Reject { message: letter.id, reason: "objet".parse().unwrap() };
    stage.refused(PROC, reject(&asked), &[], Refusal::Decided).await;
    let other = gated(relay);
    let (deposit, frames) = other.deposit();
    stage.ask_with(POLICE, deposit, &frames, &[waits(&other)]).await;
    stage.refused(POLICE, reject(&other), &[], Refusal::GrantGround).await;
    stage.refused(MAIRE, reject(&other), &[], Refusal::NotFound).await;
    let rejection = |outcome| (Act::Rejection, outcome, "procureur-1".to_owned(), Some(other.id), 1, None);
    stage.ask(PROC, reject(&other), &[rejection(Outcome::Done)]).await;
    stage.ask(PROC, reject(&other), &[rejection(Outcome::AlreadyDone)]).await;

    // What is refused.
    stage.refused(POLICE, account(world.now().plus(DAY_SECONDS)), &[], Refusal::RequestTime).await;
    stage.late(MAIRE, Ask::Log).await;
    stage.refused(MAIRE, Ask::Statements(About::Everybody), &[], Refusal::NotAReviewer).await;
    stage.refused(MAIRE, Ask::Past { group: GroupId([9; 16]), size: 1 }, &[], Refusal::NotAMember).await;
    stage.refused(MAIRE, Ask::Statement { digest: Digest([9; 32]) }, &[], Refusal::NotFound).await;
    stage.late(MAIRE, Ask::KeyPages { device: KeyId([9; 16]) }).await;
    stage.refused(MAIRE, mailbox(Some(nothing)), &[], Refusal::NotFound).await;
    stage.refused(MAIRE, Ask::Sent { after: Some(nothing) }, &[], Refusal::NotFound).await;
    let other = Ask::UploadState { message: nothing, part: 0 };
    stage.late(MAIRE, other).await;
    stage.refused(SECOND_AUDITOR, upload, &[], Refusal::NotAMember).await;
    stage.refused(MAIRE, claim(&letter, Act::Release), &[], Refusal::NotFound).await;
    stage.refused(BAILLEUR, acknowledge(0), &[], Refusal::NotFound).await;
    stage.refused(MAIRE, fetch, &[], Refusal::NotFound).await;
    stage.refused(MAIRE, status, &[], Refusal::NotFound).await;
    stage.late(MAIRE, Ask::Leaves { from: 0, to: 9 }).await;
    stage.refused(MAIRE, Ask::Consistency { older: 9, newer: 1 }, &[], Refusal::NotFound).await;
    stage.refused(MAIRE, log_keys(size), &[], Refusal::NotAReviewer).await;
    stage.refused(MAIRE, hand_over, &keys, Refusal::NotAReviewer).await;
    let (to_nobody, keys) = handing(POLICE);
    stage.refused(AUDITOR, to_nobody, &keys, Refusal::GrantTarget).await;
    stage.refused(COORD, outside(letter.id), &[], Refusal::NotAReviewer).await;
    stage.late(MAIRE, Ask::Watch).await;
    stage.refused(MAIRE, Ask::Counts, &[], Refusal::NotAReviewer).await;
    // Nor is anybody named for what was not counted.
    let answer = stage.ask(MAIRE, blocked(GroupId([9; 16])), &[]).await;
    assert_eq!(refusal_of(&answer), Some(Refusal::NotAMember));
    let then = Timestamp(world.now().0 - REQUEST_SECONDS_MAX - 1);
    let late = world.people[MAIRE].request(Ask::Contest { rule: "X1-contexte".parse().unwrap() }, then);
    assert_eq!(refusal_of(&stage.say(&late, &[], &[]).await), Some(Refusal::RequestTime));
    stage.late(MAIRE, certificate.clone()).await;
    // A witness is no member, and nobody knows the newcomer.
    world.pass(REQUEST_SECONDS_MAX);
    let late = world.witnesses[0].request(cosign, world.now());
    stage.say(&late, &[], &[no("-", None, Refusal::RequestTime)]).await;
    world.pass(8 * DAY_SECONDS);
    let late = stage.by(&newcomer, 2, enrol(&newcomer));
    assert_eq!(
        refusal_of(&stage.say(&late, &[cbor::encode(&enrolment)], &[]).await),
        Some(Refusal::InvitationEnded)
    );

    // What is no protocol, or the relay's own trouble, is in its traces.
    stage.ask(MAIRE, Ask::Certificate { request: vec![7; 10] }, &[]).await;
    stage.ask(MAIRE, claim(&letter, Act::Deposit), &[]).await;
    let titled = |letters| Ask::Statements(About::Annuaire("é".repeat(letters)));
    let huge = world.people[MAIRE].request(titled(1), world.now()).peek().unwrap();
    let huge = Huge(Request { ask: titled(4000), ..huge });
    let (answer, _) = world.say(relay, &Signed::new(&huge, &[&world.people[MAIRE].key]), &[]).await;
    assert_eq!(refusal_of(&answer), Some(Refusal::Malformed), "no record would have room for it");
    stage.told(&[]);
    stage.refused(MAIRE, titled(1000), &[], Refusal::NotFound).await;

    // The roots publish, and so does everybody; the rest of it stands below.
    let card = world.next_card(&relay.snapshot().directory, &[MAIRE]);
    let root = &world.authority;
    let ask = Ask::Publish { digest: card.signed.digest() };
    let asked = stage.by(root, 1, ask.clone());
    stage.say(&asked, &[cbor::encode(&card)], &[accepted(Act::Membership, "-", &card)]).await;
    let asked = stage.by(root, 2, ask);
    stage.say(&asked, &[cbor::encode(&card)], &[]).await;
    let mut unsigned = world.next_card(&relay.snapshot().directory, &[COORD]);
    unsigned.signed =
        Signed::new(&unsigned.signed.peek::<shared::statement::Card>().unwrap(), &[&world.people[COORD].key]);
    let asked = stage.by(root, 3, Ask::Publish { digest: unsigned.signed.digest() });
    stage.say(&asked, &[cbor::encode(&unsigned)], &[no("-", None, Refusal::Statement)]).await;
    stage.publish(COORD, &unsigned, &[no("coord-1", None, Refusal::Statement)]).await;

    let missing: Vec<_> = VARIANTS
        .iter()
        .flat_map(|name| [(*name, true), (*name, false)])
        .filter(|tried| !stage.tried.contains(tried))
        .collect();
    assert_eq!(missing, [], "neither accepted nor refused here");
    running.finish().unwrap();
}

/// what the rules stopped is one record when the day is over, and names nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_s_count_is_a_record_of_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    let mut stage = Stage::new(&world, &running.relay);
    let blocked = Ask::Blocked { group: world.group, rules: vec!["X1-contexte".parse().unwrap()] };
    stage.ask(MAIRE, blocked.clone(), &[]).await;
    stage.ask(POLICE, blocked, &[]).await;
    sweep(&running.relay).await;
    stage.told(&[]);
    world.pass(DAY_SECONDS);
    // Somebody's request bears out that it is another day.
    stage.ask(MAIRE, Ask::Log, &[]).await;
    sweep(&running.relay).await;
    let rule = Some("X1-contexte".to_owned());
    stage.told(&[(Act::Blocked, Outcome::Done, "-".to_owned(), None, 2, rule)]);
    sweep(&running.relay).await;
    stage.told(&[]);
    running.finish().unwrap();
}

/// every kind of statement, with who brought it.
#[tokio::test(flavor = "multi_thread")]
async fn every_statement_says_who_brought_it() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    // The ladder has one bucket more by now.
    world.pass(DAY_SECONDS);
    let relay = &running.relay;
    let mut stage = Stage::new(&world, relay);
    let both = [&world.authority, &world.parquet];
    let directory = || Arc::clone(&relay.snapshot().directory);
    let link = |chain: &Chain| directory().next_link(chain, world.now());
    let statement = |kind, signed, body| Statement { kind, signed, body };
    let founding = world.statements(directory().root().unwrap().relay.clone());
    let further = world.further(&founding);
    let of = |kind| further.iter().find(|statement| statement.kind == kind).unwrap().clone();

    let root = Root { link: link(&Chain::Root), log_months: 13, ..directory().root().unwrap().clone() };
    let text = pli_tests::world::NOMENCLATURE.as_bytes().to_vec();
    let nomenclature = NomenclatureStatement { link: link(&Chain::Nomenclature), text: sha256(&text) };
    let own: Group = world.group_statement().signed.peek().unwrap();
    let founded = Group { link: Link::first(world.now()), id: GroupId([7; 16]), name: "Autre".into(), ..own };
    let leaders = [&world.people[MAIRE].key, &world.people[PROC].key];
    let charter: Charter = world.charter().signed.peek().unwrap();
    let charter = Charter {
        link: link(&Chain::Charter(world.group)),
        from: world.now().plus(15 * DAY_SECONDS),
        ..charter
    };
    let member = world.people[POLICE].member.clone();
    let adhesion = Adhesion {
        link: link(&Chain::Adhesion(world.group, member.clone())),
        group: world.group,
        member,
        charter: world.charter().signed.digest(),
    };
    let delegation: Delegation = of(Kind::Delegation).signed.peek().unwrap();
    let all = [
        (MAIRE, Some(Act::Rule), statement(Kind::Root, Signed::new(&root, &both), None)),
        (
            MAIRE,
            Some(Act::Rule),
            statement(Kind::Nomenclature, Signed::new(&nomenclature, &both), Some(text)),
        ),
        (COORD, Some(Act::Membership), world.next_card(&directory(), &[BAILLEUR])),
        (POLICE, Some(Act::Membership), of(Kind::Devices)),
        (COORD, Some(Act::Membership), of(Kind::Proposal)),
        (POLICE, Some(Act::Membership), of(Kind::Delegation)),
        (POLICE, Some(Act::Membership), of(Kind::Annuaire)),
        (MAIRE, Some(Act::Membership), statement(Kind::Group, Signed::new(&founded, &leaders), None)),
        (COORD, Some(Act::Membership), world.next_roster(&directory(), &[MAIRE, COORD, POLICE])),
        (POLICE, Some(Act::Membership), {
            let signed = Signed::new(&adhesion, &[&world.people[POLICE].key]);
            statement(Kind::Adhesion, signed, None)
        }),
        (MAIRE, Some(Act::Rule), {
            let body = Some(pli_tests::world::CHARTER.as_bytes().to_vec());
            statement(Kind::Charter, Signed::new(&charter, &leaders), body)
        }),
        // What a device makes by the calendar.
        (MAIRE, None, next_key_page(&world, &directory(), MAIRE)),
    ];
    for (person, act, statement) in &all {
        let who = world.people[*person].member.as_str();
        let expected: Vec<_> = act.iter().map(|act| accepted(*act, who, statement)).collect();
        let answer = stage.publish(*person, statement, &expected).await;
        assert!(matches!(answer, Answer::Published { .. }), "{:?}: {answer:?}", statement.kind);
        stage.publish(AUDITOR, statement, &[]).await;
    }
    let tried: BTreeSet<_> = all.iter().map(|(_, _, statement)| statement.kind).collect();
    assert_eq!(tried.len(), 12, "all but the answer to an invitation");
    let groups =
        records(&world, relay).into_iter().filter_map(|record| record.group).collect::<BTreeSet<_>>();
    assert_eq!(groups, BTreeSet::from([delegation.group, GroupId([7; 16])]));
    running.finish().unwrap();
}

/// an order, what follows from it, and who is refused; and a letter that is extended.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_and_what_follows_from_it_is_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    let (world, relay) = (&world, &running.relay);
    let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 3, &[]);
    world.deposit(relay, COORD, &letter).await;
    let mut stage = Stage::new(world, relay);
    let item = Some(letter.id);
    let renewal = || Ask::Claim {
        message: letter.id,
        core: letter.core.digest(),
        act: Act::Renewal,
        reason: None,
        annex: None,
    };
    stage.refused(POLICE, renewal(), &[], Refusal::GrantGround).await;

    let until = world.buckets.ends_until(world.now().plus(90 * DAY_SECONDS), world.now())[0];
    let ordered = Hold {
        link: Link::first(world.now()),
        group: world.group,
        message: letter.id,
        reference: "PV 2026/114".to_owned(),
        until,
    };
    let order = |hold: &Hold, person: usize| {
        let signed = Signed::new(hold, &[&world.people[person].key]);
        Statement { kind: Kind::Hold, signed, body: None }
    };
    for (message, refusal) in [(MessageId([9; 16]), Refusal::NotFound), (letter.id, Refusal::Statement)] {
        let person = if message == letter.id { MAIRE } else { PROC };
        let statement = order(&Hold { message, ..ordered.clone() }, person);
        let ask = Ask::Publish { digest: statement.signed.digest() };
        stage.refused(person, ask, &[cbor::encode(&statement)], refusal).await;
    }
    let hold = order(&ordered, PROC);
    let digest = hold.signed.digest();
    let (_, outcome, who, _, count, reference) = accepted(Act::Hold, "procureur-1", &hold);
    stage.publish(PROC, &hold, &[(Act::Hold, outcome, who, item, count, reference)]).await;
    let retire = Ask::Retire { message: letter.id, because: Because::Superseded };
    stage.refused(COORD, retire, &[], Refusal::Held).await;

    // A reader says it again, to PROC alone, once.
    stage.ask(POLICE, renewal(), &[done(Act::Renewal, "police-1", item)]).await;
    let snapshot = relay.snapshot();
    let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
    let again = |right, by, from, to: &[usize]| {
        let renews = Some((&letter.core, right));
        let terms = Terms { flow: "F05a", by, documents: &[], renews, gate: None };
        world.seal_on(&relay.snapshot().directory, head, from, to, &terms).unwrap()
    };
    let held = [(); 2].map(|()| again(Right::Hold(digest), until, POLICE, &[PROC]));
    let (deposit, frames) = held[0].deposit();
    let said = |letter: &Letter, who: &str, reference: String| {
        (Act::Deposit, Outcome::Done, who.to_owned(), Some(letter.id), 1, Some(reference))
    };
    let expected = said(&held[0], "police-1", digest.to_string());
    stage.ask_with(POLICE, deposit, &frames, &[expected]).await;
    let (deposit, frames) = held[1].deposit();
    stage.refused(POLICE, deposit, &frames, Refusal::Renewed).await;
    let shown = done(Act::Delivery, "procureur-1", Some(held[0].id));
    stage.ask(PROC, Ask::Mailbox { after: None, beginning: None }, &[shown]).await;
    let read = done(Act::Release, "procureur-1", Some(held[0].id));
    stage.ask(PROC, claim(&held[0], Act::Release), &[read]).await;
    stage.refused(POLICE, claim(&held[0], Act::Release), &[], Refusal::NotFound).await;

    // Its writer extends it, beside.
    let by = letter.core.created.plus(60 * DAY_SECONDS);
    let extended = again(Right::Extension, by, COORD, &[POLICE, BAILLEUR]);
    let (deposit, frames) = extended.deposit();
    let expected = said(&extended, "coord-1", letter.id.to_string());
    stage.ask_with(COORD, deposit, &frames, &[expected]).await;
    running.finish().unwrap();
}

/// The next key page of a device for its first tier.
fn next_key_page(world: &World, directory: &shared::directory::Directory, person: usize) -> Statement {
    let person = &world.people[person];
    let first = world.key_pages(person).remove(0);
    let page: shared::statement::KeyPage = first.signed.peek().unwrap();
    let tier = page.buckets[0].tier;
    let until = directory.published_until(person.device(), tier).unwrap();
    let buckets = vec![Bucket { ends: tier.end_after(until), tier }];
    let body: Vec<u8> =
        buckets.iter().flat_map(|bucket| person.expiry_identity(*bucket).recipient().to_bytes()).collect();
    let link = directory.next_link(&Chain::KeyPage(person.device(), tier), world.now());
    let page = shared::statement::KeyPage { link, buckets, recipients: sha256(&body), ..page };
    Statement { signed: Signed::new(&page, &[&person.key]), body: Some(body), ..first }
}

/// who tries a thousand doors is in the log, and does not fill it.
#[tokio::test(flavor = "multi_thread")]
async fn one_rule_refuses_one_device_once_a_minute() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    let mut stage = Stage::new(&world, &running.relay);
    let status = |number: u8| Ask::Status { message: MessageId([number; 16]) };
    let item = |number: u8| Some(MessageId([number; 16]));
    let first = |number: u8, who: &str| no(who, item(number), Refusal::NotFound);
    let counted = |number: u8, count: u32| {
        let mut said = first(number, "maire-1");
        said.4 = count;
        said
    };
    stage.ask(MAIRE, status(1), &[first(1, "maire-1")]).await;
    for number in 2..=200 {
        stage.ask(MAIRE, status(number), &[]).await;
    }
    stage.ask(COORD, status(1), &[first(1, "coord-1")]).await;
    let reviewer = no("maire-1", None, Refusal::NotAReviewer);
    stage.ask(MAIRE, log_keys(1), &[reviewer]).await;
    world.pass(MINUTE - 1);
    sweep(&running.relay).await;
    stage.told(&[]);
    world.pass(1);
    sweep(&running.relay).await;
    stage.told(&[counted(200, 199)]);
    stage.ask(MAIRE, status(3), &[]).await;
    world.pass(MINUTE);
    stage.ask(MAIRE, status(4), &[counted(4, 2)]).await;
    world.pass(MINUTE);
    sweep(&running.relay).await;
    stage.ask(MAIRE, status(5), &[first(5, "maire-1")]).await;
    running.finish().unwrap();
}

/// who is let in is in the log before anything that they ask is answered, once; where nobody could read it, they
/// are answered all the same. Who asks nothing has done nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_recorded_before_its_first_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new();
    world.make_relay(dir.path()).await;
    // On no card.
    let stranger = world.add_device(MAIRE);
    let network = Network::of(&world, dir.path());
    let listen = (Ipv4Addr::LOCALHOST, 0).into();
    for has_keys in [false, true] {
        let running = world.open(dir.path());
        if has_keys {
            for page in world.people[..stranger].iter().flat_map(|person| world.key_pages(person)) {
                world.publish(&running.relay, &page).await;
            }
        }
        running.finish().unwrap();
        let server = Server::start(dir.path(), listen, world.clock()).await.unwrap();
        for person in [POLICE, stranger, POLICE, MAIRE] {
            let device = network.greeted(person, server.address()).await.unwrap();
            for _ in 0..2 {
                let mut stream = device.stream().await.unwrap();
                stream
                    .send(&framed(&cbor::encode(&world.people[person].request(Ask::Log, world.now()))))
                    .await;
                let answer = stream.answer().await.unwrap();
                assert_eq!(matches!(answer, Answer::Log(_)), person != stranger, "{answer:?}");
            }
        }
        network.greeted(COORD, server.address()).await.unwrap();
        let asks_too_early = network.connect(COORD, server.address()).await.unwrap();
        let mut stream = asks_too_early.stream().await.unwrap();
        stream.send(&framed(b"no greeting")).await;
        server.stop().await.unwrap();
        let running = world.open(dir.path());
        let told: Vec<_> = records(&world, &running.relay).into_iter().map(said).collect();
        let expected = ["police-1", "police-1", "maire-1"].map(|who| done(Act::Connection, who, None));
        assert_eq!(told, if has_keys { &expected[..] } else { &[] });
        running.finish().unwrap();
    }
}

/// the end of each letter, in bounded batches, until none is left.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_every_letter_is_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    let relay = &running.relay;
    let template = world.seal(relay, COORD, &[POLICE], 2, &[]);
    let mut ids: Vec<_> = (0..=EXPIRIES_MAX as u128).map(|number| MessageId(number.to_be_bytes())).collect();
    for id in &ids {
        world.deposit(relay, COORD, &world.alike(COORD, &template, *id)).await;
    }
    let lasting = world.seal(relay, COORD, &[POLICE], 20, &[]);
    world.deposit(relay, COORD, &lasting).await;
    let mut stage = Stage::new(&world, relay);
    sweep(relay).await;
    stage.told(&[]);
    world.pass(3 * DAY_SECONDS);
    let heads = relay.snapshot().commit.batch;
    sweep(relay).await;
    assert_eq!(relay.snapshot().commit.batch, heads + 2, "a letter more than one batch holds");
    let told = records(&world, relay).split_off(stage.seen);
    for record in &told {
        let core = &template.core;
        assert_eq!((record.group, record.class), (Some(core.group), Some(core.class)));
        assert_eq!((&record.flow, &record.actor, &record.request), (&Some(core.flow.clone()), &None, &None));
    }
    let mut ended: Vec<_> = told.iter().filter_map(|record| record.item).collect();
    ended.sort_unstable();
    ids.sort_unstable();
    assert_eq!(ended, ids);
    assert_eq!(told.len(), ids.len());

    // a line of the register for each batch, which anybody can read, and nothing that names a letter.
    let size = relay.snapshot().commit.tree.size;
    let leaves = relay.read(|| (0..size).map(|index| relay.files().leaf(index).unwrap()).collect::<Vec<_>>());
    let line = |leaf: &Vec<u8>| match cbor::decode(leaf, LEAF_BYTES_MAX).unwrap() {
        Leaf::Elimination(line) => Some(line),
        _ => None,
    };
    let lines: Vec<_> = leaves.iter().filter_map(line).collect();
    assert_eq!(
        lines.iter().map(|line| line.count).collect::<Vec<_>>(),
        [u32::try_from(EXPIRIES_MAX).unwrap(), 1]
    );
    let (rule, written) = (relay.snapshot().directory.nomenclature_digest().unwrap(), template.core.created);
    for line in lines {
        assert_eq!((line.version, line.class, line.visa), (1, Some("RC".parse().unwrap()), None));
        assert_eq!((line.rule, line.from, line.until), (rule, written, written));
    }
    stage.seen += told.len();
    sweep(relay).await;
    stage.told(&[]);
    running.finish().unwrap();
}

/// where nobody could read of it, a letter ends all the same.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_stands_in_the_way_of_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    world.publish_key_pages(&running.relay).await;
    let relay = &running.relay;
    let letter = world.seal(relay, COORD, &[POLICE], 2, &[]);
    world.deposit(relay, COORD, &letter).await;
    // No card of a reviewer was renewed.
    world.pass(400 * DAY_SECONDS);
    let size = relay.snapshot().commit.tree.size;
    sweep(relay).await;
    assert_eq!(relay.stored(letter.id).err(), Some(Refusal::NotFound));
    assert!(relay.snapshot().commit.tree.size <= size + 1, "at most a head");
    running.finish().unwrap();
}

/// a stop in the middle of a sweep leaves no letter without its end and none with two, whatever the disk kept
/// and whether or not the index had to be made again; and a day that passed before any sweep is no end.
#[test]
fn every_letter_ends_once_wherever_a_sweep_is_stopped() {
    let first = [CrashPoint::S1, CrashPoint::J3, CrashPoint::S2, CrashPoint::S4].map(|point| (point, 1));
    let second = [CrashPoint::S1, CrashPoint::S2, CrashPoint::S4].map(|point| (point, 2));
    let last = [CrashPoint::W1, CrashPoint::H2, CrashPoint::H3].map(|point| (point, 1));
    for (point, passage) in first.into_iter().chain(second).chain(last) {
        for (survival, reindexed) in
            [(Survival::Lost, false), (Survival::Kept, true), (Survival::Torn, false), (Survival::Lost, true)]
        {
            check_ends_once(point, passage, survival, reindexed);
        }
    }
}

fn check_ends_once(point: CrashPoint, passage: u32, survival: Survival, reindexed: bool) {
    let world = World::new();
    let disk = founded(&world);
    let mut engine = Engine::open(&world, &disk).unwrap();
    let relay = engine.relay.clone();
    let template = world.seal(&relay, COORD, &[POLICE], 2, &[]);
    // More than one batch holds.
    let ids: BTreeSet<_> = (0..=EXPIRIES_MAX as u128).map(|number| MessageId(number.to_be_bytes())).collect();
    for id in &ids {
        engine.run(world.deposit(&relay, COORD, &world.alike(COORD, &template, *id))).unwrap().unwrap();
    }
    drop(relay);
    engine.close().unwrap();

    let mut engine = Engine::open(&world, &disk).unwrap();
    world.pass(3 * DAY_SECONDS);
    // The relay heard that the day is over, and had no time to sweep.
    let relay = engine.relay.clone();
    engine.run(relay.change(|_| Ok(Change::Head))).unwrap().unwrap().unwrap();
    disk.stop_at(point, passage);
    let swept = engine.run(sweep(&relay));
    assert!(swept.is_err() && disk.has_stopped(), "{point} is not passed");
    drop((relay, engine));
    let disk = disk.crashed(survival, &mut fastrand::Rng::with_seed(1));
    disk.calm();
    if reindexed {
        let folder = Folder::on(Arc::new(disk.clone())).unwrap();
        pli_server::relay::reindex(&folder).unwrap();
    }
    let mut engine = Engine::open(&world, &disk).unwrap();
    for _ in 0..2 {
        let relay = engine.relay.clone();
        engine.run(sweep(&relay)).unwrap().unwrap();
    }
    let relay = engine.relay.clone();
    let yesterday = u32::try_from(world.now().day() - 1).unwrap();
    assert!(
        relay.store().days().unwrap().iter().all(|day| *day > yesterday),
        "but for what keys are published"
    );
    let ends: Vec<_> =
        records(&world, &relay).into_iter().filter(|record| record.act == Act::Expiry).collect();
    let what = format!("{point} ({passage}), {survival:?}, reindexed: {reindexed}");
    assert_eq!(ends.iter().filter_map(|record| record.item).collect::<BTreeSet<_>>(), ids, "{what}");
    assert_eq!(ends.len(), ids.len(), "{what}");
}
