//! What waits for an agreement: nothing is sealed to a recipient before, one person decides, and what nobody decided ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::check::check;
use pli_server::relay::{Relay, Running, reindex};
use pli_server::store::Folder;
use pli_server::sweep::sweep;
use pli_tests::whole::records;
use pli_tests::world::{BAILLEUR, COORD, Letter, MAIRE, POLICE, PROC, READABLE_SECONDS, Terms, World};
use shared::authorise;
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId, ReasonCode};
use shared::log::{Act, Record};
use shared::message::{
    self, Because, Core, Gated, Grant, GrantEntry, GrantList, Ground, HeadReference, InvalidMessage, Reader,
};
use shared::refusal::Refusal;
use shared::seal::{ExpiryIdentity, MessageIdentity, open_small, seal_small};
use shared::signed::Signed;
use shared::statement::{Card, Link, Statement};
use shared::time::{Bucket, DAY_SECONDS, Timestamp};
use shared::wire::{Answer, Ask, Decision, Listed};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A relay with everybody's keys, and a prosecutor in the group.
struct AtWork {
    world: World,
    dir: TempDir,
}

impl AtWork {
    async fn start() -> Self {
        let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        world.publish_key_pages(&running.relay).await;
        world.seat_proc(&running.relay).await;
        running.finish().unwrap();
        Self { world, dir }
    }

    fn open(&self) -> Running {
        self.world.open(self.dir.path())
    }

    /// A letter from the police to a landlord, deposited.
    async fn deposited(&self, relay: &Relay, documents: &[&[u8]]) -> Letter {
        let letter = self.world.try_seal_gated(relay, POLICE, &[BAILLEUR], PROC, documents).unwrap();
        self.world.deposit(relay, POLICE, &letter).await;
        letter
    }

    fn assert_whole(&self) {
        let report = check(self.dir.path(), self.world.now()).unwrap();
        assert_eq!(report.faults, [], "{report:?}");
        assert_eq!(report.notices, [], "{report:?}");
    }
}

fn no(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refused) => Some(refused.refusal),
        _ => None,
    }
}

fn directory(relay: &Relay) -> Arc<Directory> {
    Arc::clone(&relay.snapshot().directory)
}

async fn listed(world: &World, relay: &Relay, person: usize, ask: Ask) -> Vec<Listed> {
    match world.ask(relay, person, ask, &[]).await {
        (Answer::Headers { .. }, frames) => {
            frames.iter().map(|frame| cbor::decode(frame, 1 << 16).unwrap()).collect()
        }
        (other, _) => panic!("not listed: {other:?}"),
    }
}

/// The decision as somebody's list has it.
async fn decision(world: &World, relay: &Relay, person: usize) -> Vec<Option<Decision>> {
    let ask = match person {
        POLICE => Ask::Sent { after: None },
        _ => Ask::Mailbox { after: None, beginning: None },
    };
    listed(world, relay, person, ask).await.into_iter().map(|entry| entry.decision).collect()
}

/// Whether some bytes lie anywhere in a folder.
fn lies_in(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| match path.is_dir() {
        true => lies_in(&path, bytes),
        false => fs::read(path).unwrap().windows(bytes.len()).any(|piece| piece == bytes),
    })
}

fn reject(letter: &Letter, reason: &str) -> Ask {
    Ask::Reject { message: letter.id, reason: reason.parse().unwrap() }
}

// ---------------------------------------------------------------- before and after

/// before the agreement nothing is there for a recipient; after it, until its day and no longer.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_there_for_a_recipient_before_somebody_agreed() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[b"un document"]).await;
    let gate = letter.core.gate.clone().unwrap();
    let list: GrantList = letter.envelope.grant_list.peek().unwrap();
    let mut first: Vec<_> = list.grants.iter().map(|grant| (grant.device, grant.bucket.ends)).collect();
    first.sort();
    let mut expected = [PROC, POLICE].map(|person| (world.people[person].device(), gate.until)).to_vec();
    expected.sort();
    assert_eq!(first, expected, "to who agrees and the writer, and their keys die when it ends undecided");

    assert_eq!(world.list(relay, BAILLEUR).await, 0);
    let (answer, _) = world.ask(relay, BAILLEUR, letter.claim("suivi", None), &[]).await;
    assert_eq!(no(&answer), Some(Refusal::NotFound));
    assert_eq!(decision(world, relay, PROC).await, [None]);
    let (_, grant, note) = world.claim(relay, PROC, &letter).await;
    let opened = world.read(&directory(relay), PROC, &letter, &grant, &note);
    assert_eq!(opened.unwrap().note.subject, "Lettre 0", "who agrees reads what they agree to");

    world.pass(DAY_SECONDS);
    let until = world.readable_until(&letter);
    assert!(until <= world.now().plus(READABLE_SECONDS) && until <= letter.core.expires);
    let answer = world.approve(relay, PROC, &letter, &[BAILLEUR]).await;
    assert!(matches!(answer, Answer::Granted(_)), "{answer:?}");
    let at_once = Some(Decision::Approved { at: world.now(), until });
    for person in [PROC, POLICE, BAILLEUR] {
        assert_eq!(decision(world, relay, person).await, std::slice::from_ref(&at_once), "{person}");
    }
    let claim = letter.claim("suivi", None);
    let (Answer::Claimed(_), frames) = world.ask(relay, BAILLEUR, claim.clone(), &[]).await else {
        panic!("not claimed")
    };
    assert_eq!(read(world, relay, BAILLEUR, &letter, &frames), Ok("Lettre 0".to_owned()));
    let told: Vec<_> = records(world, relay).into_iter().filter(|it| it.act == Act::Approval).collect();
    let list: Signed = cbor::decode(&frames[0], 1 << 16).unwrap();
    let [Record { reference, expires, recipients, .. }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(reference.as_deref(), Some(list.digest().to_string().as_str()), "the list is the decision");
    assert_eq!((*expires, recipients.as_slice()), (Some(until), &letter.core.recipients[..]));

    // Each grant ends on its day: that of who agrees without a decision, that of a recipient by the agreement.
    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    assert!(matches!(world.ask(relay, BAILLEUR, fetch.clone(), &[]).await.0, Answer::Part { .. }));
    world.pass(until.since(world.now()));
    assert_eq!(no(&world.ask(relay, BAILLEUR, claim.clone(), &[]).await.0), Some(Refusal::Expired));
    assert_eq!(no(&world.ask(relay, BAILLEUR, fetch, &[]).await.0), Some(Refusal::Expired));
    assert_eq!(world.list(relay, BAILLEUR).await, 0);
    world.hear(relay).await;
    sweep(relay).await;
    running.finish().unwrap();
    at.assert_whole();
}

/// What a reader's program makes of what came with a claim.
fn read(
    world: &World,
    relay: &Relay,
    person: usize,
    letter: &Letter,
    frames: &[Vec<u8>],
) -> Result<String, InvalidMessage> {
    let today = directory(relay);
    let reader = &world.people[person];
    let list: Signed = cbor::decode(&frames[0], 1 << 16).unwrap();
    let header = message::verify_header(&letter.envelope.header, &today, reader.device())?;
    let entry = entry(world, &today, person, &letter.core, &list)?;
    assert_eq!(entry.digest, sha256(&frames[1]));
    let identity = message::open_grant(&letter.core, &frames[1], &reader.expiry_identity(entry.bucket))?;
    Ok(message::open_note(&header, &frames[2], identity, &today)?.note.subject)
}

fn entry(
    world: &World,
    today: &Directory,
    person: usize,
    core: &Core,
    list: &Signed,
) -> Result<GrantEntry, InvalidMessage> {
    let nobody = |_: DeviceId| None;
    let device = world.people[person].device();
    let reader = Reader { device, today, now: world.now(), delegate: &nobody };
    message::late_entry_for(core, list, today, &reader)
}

// ---------------------------------------------------------------- who, and until when

/// what a writer may ask for.
#[tokio::test(flavor = "multi_thread")]
async fn the_flow_says_who_agrees_and_within_what_time() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = world.try_seal_gated(relay, POLICE, &[BAILLEUR], PROC, &[]).unwrap();
    let member = |person: usize| world.people[person].member.clone();
    let (core, now) = (letter.core, world.now());
    let with = |change: &dyn Fn(&mut Gated)| {
        let mut core = core.clone();
        change(core.gate.as_mut().unwrap());
        core
    };
    let today = directory(relay);
    let check = |what: &str, core: Core, expected: Option<Refusal>| {
        assert_eq!(authorise::core(core, None, &today, now).err(), expected, "{what}");
    };
    check("as it is asked", core.clone(), None);
    check("without", Core { gate: None, ..core.clone() }, Some(Refusal::Gate));
    let by = |person: usize| with(&|gate| gate.approver = member(person));
    check("by another function", by(MAIRE), Some(Refusal::Gate));
    check("by its writer", by(POLICE), Some(Refusal::Gate));
    check("by its recipient", by(BAILLEUR), Some(Refusal::Gate));
    check("by nobody", with(&|gate| gate.approver = "procureur-9".parse().unwrap()), Some(Refusal::Gate));
    let later = |days: u64| world.buckets.ends_until(now.plus(days * DAY_SECONDS), now)[0];
    check("in the past", with(&|gate| gate.until = now), Some(Refusal::Retention));
    check("too late", with(&|gate| gate.until = later(40)), Some(Refusal::Retention));
    check("on no end", with(&|gate| gate.until.0 += 3600), Some(Refusal::BucketEnd));
    let longer = with(&|gate| gate.readable_seconds += 1);
    check("for longer", longer, Some(Refusal::Retention));
    let gate = core.gate.clone().unwrap();
    check("that ends with the wait", Core { expires: gate.until, ..core.clone() }, Some(Refusal::Retention));
    let far = world.buckets.ends_until(now.plus(120 * DAY_SECONDS), now)[0];
    check("that ends later than it may", Core { expires: far, ..core.clone() }, Some(Refusal::Retention));
    let other =
        Core { flow: "F10b".parse().unwrap(), class: shared::nomenclature::Class::N0, ..core.clone() };
    check("of a flow that asks for none", other, Some(Refusal::Gate));

    // Who has not signed could not open it; and whom the group does not have cannot agree.
    let seated = [world.everybody(), vec![PROC]].concat();
    let flow = today.nomenclature().unwrap().flow(&core.flow).unwrap().clone();
    let can = |directory: &Directory| {
        authorise::approvers(core.group, &flow, (&member(POLICE), &core.recipients), directory, now)
    };
    assert_eq!(can(&today), [member(PROC)]);
    world.publish(relay, &world.next_roster(&today, &seated[..4])).await;
    assert_eq!(can(&directory(relay)), [] as [MemberId; 0]);
    let sealed = world.try_seal_gated(relay, POLICE, &[BAILLEUR], PROC, &[]);
    assert_eq!(sealed.err(), Some(Refusal::Gate));
    running.finish().unwrap();
}

/// whoever has the function that agrees has agreed by writing; and without their signature under the charter nobody
/// can agree.
#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_has_signed_the_charter() {
    let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    world.publish_key_pages(relay).await;
    let seated = [world.everybody(), vec![PROC]].concat();
    world.publish(relay, &world.next_roster(&directory(relay), &seated)).await;
    let sealed = world.try_seal_gated(relay, POLICE, &[BAILLEUR], PROC, &[]);
    assert_eq!(sealed.err(), Some(Refusal::RecipientUnsigned));
    let today = directory(relay);
    let flow = today.nomenclature().unwrap().flow(&"F09d".parse().unwrap()).unwrap();
    let needs = |person: usize| {
        let card = today.card(&world.people[person].member).unwrap();
        authorise::needed(flow, card).is_some()
    };
    assert_eq!((needs(POLICE), needs(PROC)), (true, false));
    running.finish().unwrap();
}

// ---------------------------------------------------------------- lies at the relay

/// a writer's changed program gives no recipient anything: in the deposit, or later.
#[tokio::test(flavor = "multi_thread")]
async fn a_writer_gives_recipients_nothing() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.try_seal_gated(relay, POLICE, &[BAILLEUR], PROC, &[]).unwrap();
    let slipped = with_recipient(&at.world, relay, &letter);
    let (ask, frames) = slipped.deposit();
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    let (answer, _) = at.world.ask(relay, POLICE, ask, &frames).await;
    assert_eq!(no(&answer), Some(Refusal::GrantTarget));

    at.world.deposit(relay, POLICE, &letter).await;
    // Their own new device and that of who agrees, until the letter ends undecided; a recipient's, never.
    let (own, theirs) = (at.world.add_device(POLICE), at.world.add_device(PROC));
    let world = &at.world;
    world.publish(relay, &world.next_card(&directory(relay), &[POLICE, own])).await;
    world.publish(relay, &world.next_card(&directory(relay), &[PROC, theirs])).await;
    let seated = [world.everybody(), vec![PROC, theirs]].concat();
    world.publish(relay, &world.next_roster(&directory(relay), &seated)).await;
    for device in [own, theirs] {
        for page in world.key_pages(&world.people[device]) {
            world.publish(relay, &page).await;
        }
    }
    assert_eq!(no(&world.regrant(relay, POLICE, &letter, &[BAILLEUR]).await), Some(Refusal::GrantTarget));
    assert!(matches!(world.regrant(relay, POLICE, &letter, &[own, theirs]).await, Answer::Granted(_)));
    let identity = world.claim_to_grant(relay, POLICE, &letter).await;
    let today = directory(relay);
    let longer = (Ground::Device, world.readable_until(&letter));
    let (ask, frames) = world.late_grants_until(&today, POLICE, &letter, longer, &identity, &[BAILLEUR]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert_eq!(no(&world.ask(relay, POLICE, ask, &frames).await.0), Some(Refusal::GrantTarget));
    // A second device of who agrees agrees as the first would.
    assert!(matches!(world.approve(relay, theirs, &letter, &[BAILLEUR]).await, Answer::Granted(_)));
    running.finish().unwrap();
    at.assert_whole();
}

/// A letter whose writer sealed it to its recipient too, and signed the list that says so.
fn with_recipient(world: &World, relay: &Relay, letter: &Letter) -> Letter {
    let list: GrantList = letter.envelope.grant_list.peek().unwrap();
    let bucket = list.grants[0].bucket;
    let reader = &world.people[BAILLEUR];
    let sealed = seal_small(&reader.expiry_identity(bucket).recipient(), &grant_of(world, letter)).unwrap();
    let entry = GrantEntry { device: reader.device(), bucket, digest: sha256(&sealed) };
    let mut all: Vec<_> = list.grants.iter().copied().zip(letter.envelope.grants.clone()).collect();
    all.push((entry, sealed));
    all.sort_by_key(|(entry, _)| entry.device);
    let (grants, sealed): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let list = GrantList { grants, ..list };
    let envelope = message::Envelope {
        header: letter.envelope.header.clone(),
        note: letter.envelope.note.clone(),
        grant_list: Signed::new(&list, &[&world.people[POLICE].key]),
        grants: sealed,
    };
    assert!(relay.snapshot().directory.owner(reader.device()).is_some());
    Letter { id: letter.id, core: letter.core.clone(), envelope, documents: letter.documents.clone() }
}

/// What its writer's grant holds.
fn grant_of(world: &World, letter: &Letter) -> Vec<u8> {
    let list: GrantList = letter.envelope.grant_list.peek().unwrap();
    let writer = &world.people[POLICE];
    let place = list.grants.iter().position(|grant| grant.device == writer.device()).unwrap();
    let identity = writer.expiry_identity(list.grants[place].bucket);
    open_small(&identity, &letter.envelope.grants[place]).unwrap().to_vec()
}

/// one person agrees, in time, for as long as was asked, to recipients, and once.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_agrees_in_time_and_once() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.deposited(relay, &[]).await;
    let device = at.world.give_device(relay, BAILLEUR).await;
    at.world.seat_again(relay).await;
    let world = &at.world;
    let today = directory(relay);
    let until = world.readable_until(&letter);
    let agree = |from: usize, ends: Timestamp, identity: &MessageIdentity, to: &[usize]| {
        world.late_grants_until(&today, from, &letter, (Ground::Approval, ends), identity, to)
    };
    let say = async |from: usize, (ask, frames): (Ask, Vec<Vec<u8>>)| {
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        no(&world.ask(relay, from, ask, &frames).await.0)
    };
    let identity = world.claim_to_grant(relay, POLICE, &letter).await;
    assert_eq!(say(PROC, agree(PROC, until, &identity, &[BAILLEUR])).await, Some(Refusal::NotClaimed));
    assert_eq!(say(POLICE, agree(POLICE, until, &identity, &[BAILLEUR])).await, Some(Refusal::GrantGround));
    assert_eq!(
        say(BAILLEUR, agree(BAILLEUR, until, &identity, &[BAILLEUR])).await,
        Some(Refusal::GrantGround)
    );
    assert_eq!(say(MAIRE, agree(MAIRE, until, &identity, &[BAILLEUR])).await, Some(Refusal::NotFound));
    let identity = world.claim_to_grant(relay, PROC, &letter).await;
    let ends = world.buckets.ends_until(world.now().plus(150 * DAY_SECONDS), world.now());
    let longer =
        *ends.iter().rev().find(|end| **end > world.now().plus(READABLE_SECONDS + DAY_SECONDS)).unwrap();
    let refused = say(PROC, agree(PROC, longer, &identity, &[BAILLEUR])).await;
    assert_eq!(refused, Some(Refusal::Retention), "longer than was asked");
    assert_eq!(say(PROC, agree(PROC, until, &identity, &[COORD])).await, Some(Refusal::GrantTarget));
    // What the request says is what the list says.
    let (ask, frames) = agree(PROC, until, &identity, &[BAILLEUR]);
    let Ask::Grant { message, grants, .. } = ask.clone() else { panic!("no grants") };
    let plain = Ask::Grant { message, grants, approves: None };
    assert_eq!(say(PROC, (plain, frames.clone())).await, Some(Refusal::Malformed));
    let other = Ask::Grant { message, grants, approves: Some(longer) };
    assert_eq!(say(PROC, (other, frames.clone())).await, Some(Refusal::Malformed));
    // Of another day than it was made on.
    let dated = |made: Timestamp| {
        let list: GrantList = cbor::decode::<Signed>(&frames[0], 1 << 16).unwrap().peek().unwrap();
        let list = Signed::new(&GrantList { made, ..list }, &[&world.people[PROC].key]);
        let ask = Ask::Grant { message, grants: list.digest(), approves: Some(until) };
        (ask, vec![cbor::encode(&list), frames[1].clone()])
    };
    let early = dated(Timestamp(world.now().0 - 601));
    assert_eq!(say(PROC, early).await, Some(Refusal::RequestTime));
    assert_eq!(say(PROC, (ask.clone(), frames.clone())).await, None);
    assert_eq!(say(PROC, (ask, frames)).await, None, "said again");

    // Once: whoever comes later is given the same day, and nobody takes it back by saying no.
    let sooner = *ends.iter().find(|end| **end < until).unwrap();
    assert_eq!(say(PROC, agree(PROC, sooner, &identity, &[device])).await, Some(Refusal::Decided));
    assert_eq!(say(PROC, agree(PROC, until, &identity, &[device])).await, None);
    assert_eq!(say(PROC, (reject(&letter, "objet"), Vec::new())).await, Some(Refusal::Decided));
    assert_eq!(world.list(relay, device).await, 1);
    running.finish().unwrap();
    at.assert_whole();
}

// ---------------------------------------------------------------- lies at the reader

/// a relay, or a writer, that slips a grant to a recipient in is refused by the recipient's own program.
#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_believes_the_agreement_and_nothing_else() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[]).await;
    let today = directory(relay);
    let entry =
        |list: &Signed| entry(world, &today, BAILLEUR, &letter.core, list).map(|entry| entry.bucket.ends);
    let slipped = with_recipient(world, relay, &letter);
    assert_eq!(entry(&slipped.envelope.grant_list), Err(InvalidMessage::Grant), "by its writer");

    let until = world.readable_until(&letter);
    let bucket =
        |ends: Timestamp| -> Bucket { today.bucket_ending(world.people[BAILLEUR].device(), ends).unwrap() };
    let grant = |ends| GrantEntry {
        device: world.people[BAILLEUR].device(),
        bucket: bucket(ends),
        digest: sha256(b"a sealed grant"),
    };
    let agreed = GrantList {
        version: 1,
        message: letter.id,
        core: letter.core.digest(),
        issuer: world.people[PROC].device(),
        ground: Ground::Approval,
        made: world.now(),
        grants: vec![grant(until)],
    };
    let signed = |list: &GrantList, by: usize| Signed::new(list, &[&world.people[by].key]);
    let by = |person: usize, ground| {
        let issuer = world.people[person].device();
        signed(&GrantList { issuer, ground, ..agreed.clone() }, person)
    };
    assert_eq!(entry(&signed(&agreed, PROC)), Ok(until));
    let check = |what: &str, list: &Signed| assert_eq!(entry(list), Err(InvalidMessage::Grant), "{what}");
    check("by its writer, later", &by(POLICE, Ground::Device));
    check("by its writer, as an agreement", &by(POLICE, Ground::Approval));
    check("by a leader", &by(MAIRE, Ground::Approval));
    check("by itself", &by(BAILLEUR, Ground::Approval));
    check("by who agrees, on another ground", &by(PROC, Ground::Device));
    check("signed by another", &signed(&agreed, MAIRE));
    let gate = letter.core.gate.as_ref().unwrap();
    let late = GrantList { made: gate.until, ..agreed.clone() };
    check("too late", &signed(&late, PROC));
    let early = GrantList { made: Timestamp(world.now().0 - 20 * DAY_SECONDS), ..agreed.clone() };
    check("for longer than it may, from when it was made", &signed(&early, PROC));
    let far = world.buckets.ends_until(world.now().plus(150 * DAY_SECONDS), world.now())[0];
    let longer = GrantList { grants: vec![grant(far)], ..agreed.clone() };
    check("for longer than the letter can last", &signed(&longer, PROC));
    let mut core = letter.core.clone();
    core.handling = message::Handling::D4;
    check("of another core", &signed(&GrantList { core: core.digest(), ..agreed.clone() }, PROC));
    let coord = GrantEntry { device: world.people[COORD].device(), ..grant(until) };
    let mut beside = vec![grant(until), coord];
    beside.sort_by_key(|grant| grant.device);
    check("with somebody beside", &signed(&GrantList { grants: beside, ..agreed.clone() }, PROC));

    // Who agreed is judged by what they were then; and may have left since.
    let (mut later, now) = (Directory::clone(&today), world.now());
    let mref = other_hat(world, &today, now.plus(DAY_SECONDS));
    later.accept(&mref, shared::directory::Continuity::Next).unwrap();
    let nobody = |_: DeviceId| None;
    let device = world.people[BAILLEUR].device();
    let under = |later: &Directory, list: &GrantList| {
        let reader = Reader { device, today: later, now, delegate: &nobody };
        message::late_entry_for(&letter.core, &signed(list, PROC), &today, &reader).is_ok()
    };
    assert!(under(&later, &agreed), "before they took another hat");
    let after = GrantList { made: now.plus(2 * DAY_SECONDS), ..agreed.clone() };
    assert!(under(&today, &after) && !under(&later, &after), "after it they decide nothing");
    running.finish().unwrap();
}

/// The prosecutor's next card, from then on with another function.
fn other_hat(world: &World, directory: &Directory, made: Timestamp) -> Statement {
    let next = world.next_card(directory, &[PROC]);
    let card: Card = next.signed.peek().unwrap();
    let link = Link { made, ..card.link.clone() };
    let card = Card { link, function: "MREF".parse().unwrap(), ..card };
    Statement { signed: Signed::new(&card, &[&world.parquet]), ..next }
}

// ---------------------------------------------------------------- no, and nothing

/// who does not agree says why, once and alone; from then on nothing of it is at the relay.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_agreed_to_is_gone_and_its_writer_reads_why() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[b"un document"]).await;
    let sealed = letter.envelope.grants.iter().chain([&letter.envelope.note]).cloned().collect::<Vec<_>>();
    let say = async |person: usize, ask: Ask| no(&world.ask(relay, person, ask, &[]).await.0);
    assert_eq!(say(POLICE, reject(&letter, "objet")).await, Some(Refusal::GrantGround));
    assert_eq!(say(BAILLEUR, reject(&letter, "objet")).await, Some(Refusal::GrantGround));
    assert_eq!(say(MAIRE, reject(&letter, "objet")).await, Some(Refusal::NotFound));
    assert_eq!(say(PROC, reject(&letter, "humeur")).await, Some(Refusal::ReasonUnknown));
    let identity = world.claim_to_grant(relay, PROC, &letter).await;
    assert!(sealed.iter().all(|bytes| lies_in(at.dir.path(), bytes)));

    assert_eq!(say(PROC, reject(&letter, "objet")).await, None);
    assert!(!sealed.iter().any(|bytes| lies_in(at.dir.path(), bytes)), "something that opens it is there");
    assert_eq!(say(PROC, reject(&letter, "enquete")).await, None, "the first reason stays");
    let rejected = Some(Decision::Rejected { at: world.now(), reason: "objet".parse().unwrap() });
    assert_eq!(decision(world, relay, PROC).await, std::slice::from_ref(&rejected));
    assert_eq!(decision(world, relay, POLICE).await, [rejected]);
    for person in [PROC, POLICE] {
        assert_eq!(say(person, letter.claim("suivi", None)).await, Some(Refusal::Retired));
    }
    let on = (Ground::Approval, world.readable_until(&letter));
    let (ask, frames) = world.late_grants_until(&directory(relay), PROC, &letter, on, &identity, &[BAILLEUR]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert_eq!(no(&world.ask(relay, PROC, ask, &frames).await.0), Some(Refusal::Retired));
    let told: Vec<_> = records(world, relay)
        .into_iter()
        .filter(|record| record.act == Act::Rejection)
        .map(|record| record.reason)
        .collect();
    let code = |code: &str| Some(ReasonCode::try_from(code.to_owned()).unwrap());
    assert_eq!(told, [code("objet"), code("enquete")]);

    // What its writer took back before is nobody's to decide.
    let other = at.deposited(relay, &[]).await;
    let back = Ask::Retire { message: other.id, because: Because::Superseded };
    assert_eq!(say(POLICE, back).await, None);
    assert_eq!(say(PROC, reject(&other, "objet")).await, Some(Refusal::Retired));
    running.finish().unwrap();
    at.assert_whole();
    reindexed(&at);
}

/// The index that is built again is the one that was there.
fn reindexed(at: &AtWork) {
    drop(reindex(&Folder::open(at.dir.path()).unwrap()).unwrap());
    at.assert_whole();
}

/// without a decision it ends: its keys are dead, what they opened is overwritten, and that is one record and one
/// line of the register. Its writer still finds it.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_decided_ends() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[b"un document"]).await;
    let gate = letter.core.gate.clone().unwrap();
    let identity = world.claim_to_grant(relay, PROC, &letter).await;
    let on = (Ground::Approval, world.readable_until(&letter));
    world.pass(gate.until.since(world.now()));
    let (ask, frames) = world.late_grants_until(&directory(relay), PROC, &letter, on, &identity, &[BAILLEUR]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert_eq!(no(&world.ask(relay, PROC, ask, &frames).await.0), Some(Refusal::Expired));
    let say = async |person: usize, ask: Ask| no(&world.ask(relay, person, ask, &[]).await.0);
    assert_eq!(say(PROC, reject(&letter, "objet")).await, Some(Refusal::Expired));
    assert_eq!(say(PROC, letter.claim("suivi", None)).await, Some(Refusal::Expired));
    assert_eq!(say(POLICE, letter.claim("suivi", None)).await, Some(Refusal::Expired));
    assert_eq!(world.list(relay, PROC).await, 0);

    let ends = || -> Vec<_> {
        let all = records(world, relay).into_iter();
        all.filter(|record| record.act == Act::Expiry).map(|record| (record.item, record.expires)).collect()
    };
    world.hear(relay).await;
    sweep(relay).await;
    assert_eq!(ends(), [(Some(letter.id), Some(gate.until))]);
    assert_eq!(decision(world, relay, POLICE).await, [None], "its writer still finds it");
    sweep(relay).await;
    running.finish().unwrap();
    let mut sealed = letter.envelope.grants.iter().chain([&letter.envelope.note]).chain(&letter.documents);
    assert!(!sealed.any(|bytes| lies_in(at.dir.path(), bytes)), "something that was sealed is there");
    assert!(!at.dir.path().join(format!("blobs/{}", letter.id)).exists(), "a document is there");
    at.assert_whole();
    reindexed(&at);

    // A start looks again, and its segment goes on its own day, without a second record.
    let running = at.open();
    let relay = &running.relay;
    sweep(relay).await;
    world.pass(letter.core.expires.since(world.now()) + DAY_SECONDS);
    world.hear(relay).await;
    sweep(relay).await;
    let all = records(world, relay);
    assert_eq!(all.iter().filter(|record| record.act == Act::Expiry).count(), 1);
    assert_eq!(decision(world, relay, POLICE).await, []);
    running.finish().unwrap();
    at.assert_whole();
}

/// what was agreed to ends at the relay when the last of its grants does, and not with its segment.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_to_ends_on_its_day() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[]).await;
    let until = world.readable_until(&letter);
    assert!(matches!(world.approve(relay, PROC, &letter, &[BAILLEUR]).await, Answer::Granted(_)));
    let gate = letter.core.gate.clone().unwrap();
    let last = until.max(gate.until);
    assert!(last < letter.core.expires, "so that there is a difference");
    let ends = || records(world, relay).into_iter().filter(|record| record.act == Act::Expiry).count();
    for (day, expected) in [(until.min(gate.until), 0), (last, 1), (letter.core.expires, 1)] {
        world.pass(day.since(world.now()));
        world.hear(relay).await;
        sweep(relay).await;
        assert_eq!(ends(), expected, "{day}");
    }
    running.finish().unwrap();
    at.assert_whole();
}

// ---------------------------------------------------------------- collusion

/// Promise 4: with everything that the relay holds and every secret of a recipient, nothing opens before the agreement; with
/// the same after it, something does.
#[tokio::test(flavor = "multi_thread")]
async fn recipient_and_relay_together_open_nothing_before() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[b"un document"]).await;
    assert_eq!(opened_by(world, &directory(relay), BAILLEUR, at.dir.path()), 0);
    assert_eq!(opened_by(world, &directory(relay), PROC, at.dir.path()), 1, "the test finds what there is");
    assert!(matches!(world.approve(relay, PROC, &letter, &[BAILLEUR]).await, Answer::Granted(_)));
    assert_eq!(opened_by(world, &directory(relay), BAILLEUR, at.dir.path()), 1);
    running.finish().unwrap();
}

/// How many grants somebody's secrets open, of everything that lies anywhere in the relay's folder: each place where a sealed
/// thing begins is tried with each secret.
fn opened_by(world: &World, directory: &Directory, person: usize, folder: &Path) -> usize {
    let person = &world.people[person];
    let buckets = directory.key_pages(person.device()).flat_map(|page| page.value().buckets.clone());
    let secrets: Vec<_> = buckets.map(|bucket| person.expiry_identity(bucket)).collect();
    assert!(secrets.len() > 10);
    let mut found = Vec::new();
    sealed_in(folder, &mut found);
    // A batch lies in the journal and at its place.
    found.sort();
    found.dedup();
    let mut opened: Vec<_> = found
        .iter()
        .filter_map(|sealed| secrets.iter().find_map(|secret| opens(secret, sealed)))
        .filter(|plain| Grant::decode(plain).is_ok())
        .collect();
    opened.sort();
    opened.dedup();
    opened.len()
}

/// What a secret makes of bytes that begin with a grant, wherever that ends: its header, with the last line of it, a nonce
/// and a sealed text of the length that every grant has.
fn opens(secret: &ExpiryIdentity, sealed: &[u8]) -> Option<Vec<u8>> {
    const BEHIND: usize = "\n--- ".len() + 43 + 1 + 16 + 159 + 16;
    let header = sealed.windows(5).position(|window| window == b"\n--- ")?;
    open_small(secret, sealed.get(..header + BEHIND)?).ok().map(|plain| plain.to_vec())
}

fn sealed_in(folder: &Path, into: &mut Vec<Vec<u8>>) {
    const BEGINS: &[u8] = b"age-encryption.org/v1\n";
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sealed_in(&path, into);
            continue;
        }
        let bytes = fs::read(path).unwrap();
        let places = bytes.windows(BEGINS.len()).enumerate().filter(|(_, window)| *window == BEGINS);
        into.extend(places.map(|(at, _)| bytes[at..bytes.len().min(at + 4096)].to_vec()));
    }
}

/// what waits for an agreement counts from there, and is not said again until later.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_waits_is_not_extended() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = at.deposited(relay, &[]).await;
    let snapshot = relay.snapshot();
    let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
    let renews = Some((&letter.core, message::Right::Extension));
    let by = world.now().plus(60 * DAY_SECONDS);
    let terms = Terms { flow: "F09d", by, documents: &[], renews, gate: Some(PROC) };
    let sealed = world.seal_on(&snapshot.directory, head, POLICE, &[BAILLEUR], &terms);
    assert!(matches!(sealed.err(), Some(Refusal::Renewed | Refusal::Retention)));
    running.finish().unwrap();
}
