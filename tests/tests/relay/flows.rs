//! Letters through the real relay, without a network: what is recorded, released, repeated, refused
//! and destroyed.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::relay::Relay;
use pli_server::relay::change::Change;
use pli_tests::whole::records;
use pli_tests::world::{
    AUDITOR, BAILLEUR, COORD, Letter, MAIRE, NOMENCLATURE, POLICE, PROC, SECOND_AUDITOR, World,
};
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Chain, Continuity, Directory};
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Act, Checkpoint, Confirmation, Head, Leaf, Outcome, Record};
use shared::message::{HeadReference, InvalidMessage, entry_for, open_grant, open_note, verify_header};
use shared::refusal::Refusal;
use shared::signed::{Document, Signed};
use shared::statement::{
    Card, DeviceKey, Devices, Group, Kind, Link, NomenclatureStatement, Proposal, Roster, Seat, Statement,
};
use shared::time::DAY_SECONDS;
use shared::wire::{About, Answer, Ask};
use std::path::Path;

fn record(confirmation: &Confirmation) -> Record {
    cbor::decode(&confirmation.record, RECORD_BYTES_MAX).unwrap()
}

fn refusal(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refused) => Some(refused.refusal),
        _ => None,
    }
}

async fn relay(dir: &Path) -> World {
    let world = World::new();
    world.make_relay(dir).await;
    let running = world.open(dir);
    world.publish_key_pages(&running.relay).await;
    running.finish().unwrap();
    world
}

/// the same bytes get the same record, also after a stop; a fresh request for the same
/// message is recognised; other content under the same id is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_is_made_once_however_often_it_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let letter = world.seal(&running.relay, COORD, &[POLICE, BAILLEUR], 20, &[]);
    let (ask, frames) = letter.deposit();
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let signed = world.people[COORD].request(ask.clone(), world.now());
    let (Answer::Deposited(first), _) = world.say(&running.relay, &signed, &frames).await else {
        panic!("not deposited")
    };
    running.finish().unwrap();

    // The answer was lost, the relay stopped and came back: nothing readable was kept of the record.
    let running = world.open(dir.path());
    let (Answer::Deposited(again), _) = world.say(&running.relay, &signed, &frames).await else {
        panic!("not confirmed again")
    };
    assert_eq!((again.record.clone(), again.opening), (first.record.clone(), first.opening));
    assert_eq!(again.evidence.leaf, first.evidence.leaf);

    let (answer, _) = world.ask(&running.relay, COORD, ask, &frames).await;
    let Answer::Deposited(repeated) = answer else { panic!("not recognised: {answer:?}") };
    assert_eq!(record(&repeated).outcome, Outcome::AlreadyDone);
    assert_eq!(world.list(&running.relay, POLICE).await, 1, "there is one letter");

    // The same id, with other content.
    let other = world.seal(&running.relay, COORD, &[POLICE], 20, &[]);
    let (_, other_frames) = other.deposit();
    let other_frames: Vec<&[u8]> = other_frames.iter().map(Vec::as_slice).collect();
    let forged = Ask::Deposit {
        message: letter.id,
        header: other.envelope.header.digest(),
        grants: other.envelope.grant_list.digest(),
        annex: None,
        reason: None,
        reference: None,
    };
    let (answer, _) = world.ask(&running.relay, COORD, forged, &other_frames).await;
    assert_eq!(refusal(&answer), Some(Refusal::Malformed), "the header says another id");
    running.finish().unwrap();
}

/// who claims what; each refusal changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_needs_a_grant_a_reason_and_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, COORD, &[POLICE], 20, &[b"un document"]);
    world.deposit(relay, COORD, &letter).await;
    assert_eq!(world.list(relay, POLICE).await, 1);
    let before = records(&world, relay).len();

    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    let unknown = Ask::Fetch { message: shared::ids::MessageId([9; 16]), part: 0, from: 0 };
    let claim = letter.claim("suivi", None);
    let without_reason = match claim.clone() {
        Ask::Claim { message, core, act, annex, .. } => {
            Ask::Claim { message, core, act, reason: None, annex }
        }
        _ => unreachable!("a claim"),
    };
    let cases = [
        ("before the claim", POLICE, fetch.clone(), Refusal::NotClaimed),
        ("without a reason", POLICE, without_reason, Refusal::ReasonMissing),
        ("a reason of no flow", POLICE, letter.claim("nimporte", None), Refusal::ReasonUnknown),
        ("another member of the group", BAILLEUR, claim.clone(), Refusal::NotFound),
        ("a reviewer of the log", AUDITOR, claim.clone(), Refusal::NotFound),
        ("the document, for another", BAILLEUR, fetch.clone(), Refusal::NotFound),
        ("what does not exist", POLICE, unknown, Refusal::NotFound),
        (
            "an acknowledgement without a claim",
            POLICE,
            Ask::Acknowledge { message: letter.id, claim: 0, outcome: Outcome::Done, rules: Vec::new() },
            Refusal::NotClaimed,
        ),
    ];
    for (what, person, ask, expected) in cases {
        let (answer, _) = world.ask(relay, person, ask, &[]).await;
        assert_eq!(refusal(&answer), Some(expected), "{what}");
    }
    let made = records(&world, relay).split_off(before);
    assert!(
        made.iter().all(|record| record.act == Act::Refusal),
        "refusals change nothing, and are recorded"
    );

    let (confirmation, grant, note) = world.claim(relay, POLICE, &letter).await;
    let record = record(&confirmation);
    assert_eq!((record.act, record.item), (Act::Release, Some(letter.id)));
    let opened = world.read(&relay.snapshot().directory, POLICE, &letter, &grant, &note);
    assert_eq!(opened.unwrap().note.core, letter.core);
    // From the end on: the right is asked, and no bytes follow.
    let end = letter.header().parts[0].bytes;
    let fetch = Ask::Fetch { message: letter.id, part: 0, from: end };
    let (answer, _) = world.ask(relay, POLICE, fetch, &[]).await;
    assert_eq!(answer, Answer::Part { bytes: 0 });
    world.acknowledge(relay, POLICE, &letter, record.index).await;
    running.finish().unwrap();
}

/// whoever is removed is given nothing more, and what they may not see hides nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_is_given_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[b"un document"]);
    world.deposit(relay, COORD, &letter).await;
    let (confirmation, ..) = world.claim(relay, BAILLEUR, &letter).await;
    assert_eq!(record(&confirmation).act, Act::Release);

    let (roster, digest) =
        relay.snapshot().directory.roster(world.group).map(|(r, d)| (r.clone(), d)).unwrap();
    let link = Link { version: roster.link.version + 1, previous: Some(digest), made: world.now() };
    world.publish(relay, &world.roster(link, &[MAIRE, COORD, POLICE])).await;

    let claim = letter.claim("suivi", None);
    let (answer, _) = world.ask(relay, BAILLEUR, claim, &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotFound));
    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    let (answer, _) = world.ask(relay, BAILLEUR, fetch, &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotFound), "claimed before, and out of the group now");
    assert_eq!(world.list(relay, BAILLEUR).await, 0);
    let group = Ask::Statements(About::Group(world.group));
    let (answer, _) = world.ask(relay, BAILLEUR, group, &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotAMember));
    let (confirmation, ..) = world.claim(relay, POLICE, &letter).await;
    assert_eq!(record(&confirmation).act, Act::Release, "those who stay go on");
    running.finish().unwrap();
}

/// after its last day a message is refused, and its bytes are unlinked by the next sweep.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_refused_and_then_gone() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, COORD, &[POLICE], 3, &[b"un document"]);
    world.deposit(relay, COORD, &letter).await;
    assert_eq!(world.list(relay, POLICE).await, 1);
    let days = (letter.core.expires.0 - world.now().0) / DAY_SECONDS + 1;
    world.pass(days * DAY_SECONDS);

    let (answer, _) = world.ask(relay, POLICE, letter.claim("suivi", None), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::Expired));
    let last = std::fs::read_dir(dir.path().join("segments")).unwrap().count();
    relay.change(|_| Ok(Change::Sweep)).await.unwrap();
    // A second change is answered after the first one's files are gone.
    relay.change(|_| Ok(Change::Head)).await.unwrap();
    // What is left is for keys of later days.
    let day = u32::try_from(letter.core.expires.0 / DAY_SECONDS - 1).unwrap();
    assert!(relay.shelf().store.days().unwrap().iter().all(|left| *left > day));
    assert!(std::fs::read_dir(dir.path().join("segments")).unwrap().count() < last);
    assert!(!dir.path().join("blobs").join(letter.id.to_string()).exists());
    let (answer, _) = world.ask(relay, POLICE, letter.claim("suivi", None), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotFound));
    assert_eq!(world.list(relay, POLICE).await, 0);
    running.finish().unwrap();
}

/// a counter is used once; R-27: the log's keys are for its reviewers, each reading a record.
#[tokio::test(flavor = "multi_thread")]
async fn reading_the_log_is_logged_and_for_reviewers() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, COORD, &[POLICE], 20, &[]);
    world.deposit(relay, COORD, &letter).await;
    let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason: "controle".parse().unwrap(), reference: None };
    let (answer, _) = world.ask(relay, MAIRE, ask.clone(), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotAReviewer));
    for reviewer in [AUDITOR, SECOND_AUDITOR] {
        let (answer, frames) = world.ask(relay, reviewer, ask.clone(), &[]).await;
        let Answer::LogKeys { confirmation, keys, .. } = answer else { panic!("not read: {answer:?}") };
        assert_eq!(record(&confirmation).act, Act::LogReading);
        assert!(keys >= 1 && frames.len() == usize::try_from(keys).unwrap());
    }
    let signed = world.people[POLICE].request(Ask::Log, world.now());
    assert!(matches!(world.say(relay, &signed, &[]).await.0, Answer::Log(_)));
    assert_eq!(refusal(&world.say(relay, &signed, &[]).await.0), Some(Refusal::CounterUsed));
    running.finish().unwrap();
}

/// a document that arrived as something else is thrown away and can be sent again; one
/// that somebody else uploaded is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_arrived_damaged_is_sent_again() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let mut letter = world.seal(relay, COORD, &[POLICE], 20, &[b"un document"]);
    let (ask, frames) = letter.deposit();
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();

    letter.documents[0][5] ^= 1;
    world.upload(relay, COORD, &letter).await;
    let (answer, _) = world.ask(relay, COORD, ask.clone(), &frames).await;
    assert_eq!(refusal(&answer), Some(Refusal::PartsMissing));
    let state = Ask::UploadState { message: letter.id, part: 0 };
    let (answer, _) = world.ask(relay, COORD, state.clone(), &[]).await;
    assert_eq!(answer, Answer::Upload { received: 0 }, "what was damaged is gone");
    let (answer, _) = world.ask(relay, POLICE, state, &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::IdUsed), "the first to upload owns the id");

    letter.documents[0][5] ^= 1;
    world.upload(relay, COORD, &letter).await;
    let (answer, _) = world.ask(relay, COORD, ask, &frames).await;
    assert!(matches!(answer, Answer::Deposited(_)), "{answer:?}");
    running.finish().unwrap();
}

/// a card is there to be consulted; a protected one is for those who share a group with its member.
#[tokio::test(flavor = "multi_thread")]
async fn a_protected_card_is_not_for_everybody() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let card = |person: usize| relay.snapshot().directory.card_digest(&world.people[person].member).unwrap();
    let asks = |digest| Ask::Statement { digest };
    let (answer, _) = world.ask(relay, BAILLEUR, asks(card(POLICE)), &[]).await;
    assert_eq!(answer, Answer::Statement, "of the same group");
    let (answer, _) = world.ask(relay, AUDITOR, asks(card(POLICE)), &[]).await;
    assert_eq!(answer, Answer::Statement, "a reviewer");
    let (answer, _) = world.ask(relay, AUDITOR, asks(card(AUDITOR)), &[]).await;
    assert_eq!(answer, Answer::Statement, "one's own");
    let (answer, _) = world.ask(relay, BAILLEUR, asks(card(AUDITOR)), &[]).await;
    assert_eq!(answer, Answer::Statement, "the annuaire is there to be consulted");
    for person in [POLICE, AUDITOR] {
        let member = world.people[person].member.clone();
        let held = relay.snapshot();
        let link = held.directory.next_link(&Chain::Card(member.clone()), world.now());
        let card = Card { link, protected: true, ..held.directory.card(&member).unwrap().clone() };
        let signer = if card.is_hat() { &world.parquet } else { &world.authority };
        world.publish(relay, &signed(Kind::Card, &card, &[signer])).await;
    }
    let (answer, _) = world.ask(relay, BAILLEUR, asks(card(POLICE)), &[]).await;
    assert_eq!(answer, Answer::Statement, "protected, of the same group");
    let (answer, _) = world.ask(relay, PROC, asks(card(POLICE)), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotFound), "protected, and of no group in common");
    let (answer, _) = world.ask(relay, BAILLEUR, asks(card(AUDITOR)), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotFound), "protected, and of no group");
    running.finish().unwrap();
}

fn signed<T: Document>(kind: Kind, document: &T, keys: &[&SigningKey]) -> Statement {
    Statement { kind, signed: Signed::new(document, keys), body: None }
}

/// What the statements prove that the relay gives a person, as their client proves it.
async fn proved(world: &World, relay: &Relay, person: usize, ask: Ask) -> (Answer, Option<Directory>) {
    let fingerprint = {
        let snapshot = relay.snapshot();
        let (root, _) = snapshot.history.versions(&Chain::Root, u64::MAX)[0];
        let leaf = relay.files().leaf(root).unwrap();
        let Leaf::Statement(leaf) = cbor::decode(&leaf, leaf.len()).unwrap() else { panic!("no statement") };
        leaf.digest
    };
    let (answer, frames) = world.ask(relay, person, ask, &[]).await;
    let mut directory = Directory::pinned(fingerprint);
    for frame in &frames {
        let mut statement: Statement = cbor::decode(frame, frame.len()).unwrap();
        // Its text is asked for by itself.
        if statement.kind == Kind::Nomenclature {
            let ask = Ask::Statement { digest: statement.signed.digest() };
            let (_, frames) = world.ask(relay, person, ask, &[]).await;
            statement = cbor::decode(&frames[0], frames[0].len()).unwrap();
        }
        directory.accept(&statement, Continuity::Forward).unwrap();
    }
    (answer, (!frames.is_empty()).then_some(directory))
}

/// the statements under the head of a letter's writer, as its reader proves them.
async fn as_of(world: &World, relay: &Relay, reader: usize, letter: &Letter) -> Directory {
    let (group, tree) = (world.group, letter.core.head.tree);
    let (answer, today) = proved(world, relay, reader, Ask::Statements(About::Group(group))).await;
    let Answer::Statements { proof: Some(proof), log, .. } = answer else { panic!("not shown: {answer:?}") };
    let today = today.unwrap();
    let newest = Checkpoint::verify(
        &today.root().unwrap().relay.log_origin,
        today.root().unwrap().relay.log_key,
        &log.checkpoint,
    );
    let head = Head::of_past(newest.unwrap().head(), &log.head).unwrap();
    head.vouches_for(&today.view(group).unwrap(), &proof).unwrap();
    let (answer, then) = proved(world, relay, reader, Ask::Past { group, size: tree.size }).await;
    let Answer::Past { head, proof, .. } = answer else { panic!("not shown: {answer:?}") };
    let then = then.unwrap_or(today);
    let head = Head::of_past(tree, &head).unwrap();
    assert_eq!(head.time(), letter.core.head.time);
    head.vouches_for(&then.view(group).unwrap(), &proof).unwrap();
    then
}

/// Claims a letter and opens it under some statements.
async fn reads(
    world: &World,
    relay: &Relay,
    reader: usize,
    letter: &Letter,
    under: &Directory,
) -> Result<String, InvalidMessage> {
    let person = &world.people[reader];
    let header = verify_header(&letter.envelope.header, under, person.device())?;
    let (_, grant, note) = world.claim(relay, reader, letter).await;
    let snapshot = relay.snapshot();
    let bucket = snapshot.directory.bucket_ending(person.device(), letter.core.expires).unwrap();
    entry_for(&letter.core, &letter.envelope.grant_list, under, person.device())?;
    let identity = open_grant(&letter.core, &grant, &person.expiry_identity(bucket))?;
    open_note(&header, &note, identity, under).map(|opened| opened.note.text)
}

/// The relay takes the next list of a person's devices.
async fn replace_device(
    world: &World,
    relay: &Relay,
    person: usize,
    by: &SigningKey,
    devices: &[&SigningKey],
) {
    let member = world.people[person].member.clone();
    let snapshot = relay.snapshot();
    let link = snapshot.directory.next_link(&Chain::Devices(member.clone()), world.now());
    let base = snapshot.directory.card(&member).unwrap().base();
    let name = |key: &&SigningKey| DeviceKey { key: key.public(), name: "portable".into() };
    let list = Devices { link, member, base, devices: devices.iter().map(name).collect() };
    world.publish(relay, &signed(Kind::Devices, &list, &[by])).await;
}

/// a letter outlives its writer's laptop.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_read_after_its_writer_s_device_was_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, POLICE, &[MAIRE], 20, &[]);
    world.deposit(relay, POLICE, &letter).await;
    let today = as_of(&world, relay, MAIRE, &letter).await;
    assert!(today.device_list(&world.people[POLICE].member).is_none());
    let (old, new) = (&world.people[POLICE].key, SigningKey::from_seed([50; 32].into()));
    world.pass(3_600);
    replace_device(&world, relay, POLICE, old, &[old, &new]).await;
    replace_device(&world, relay, POLICE, &new, &[&new]).await;
    let then = as_of(&world, relay, MAIRE, &letter).await;
    let (_, today) = proved(&world, relay, MAIRE, Ask::Statements(About::Group(world.group))).await;
    let today = today.unwrap();
    assert!(today.seat(world.group, new.id(), world.now()).is_some(), "the new device counts");
    let header = verify_header(&letter.envelope.header, &today, world.people[MAIRE].device());
    assert!(header.is_err(), "under the statements of today nobody knows the old one");
    assert_eq!(reads(&world, relay, MAIRE, &letter, &then).await.unwrap(), "Rien à signaler.");
    running.finish().unwrap();

    // Nor is anything forgotten at a stop.
    let running = world.open(dir.path());
    let then = as_of(&world, &running.relay, MAIRE, &letter).await;
    assert!(verify_header(&letter.envelope.header, &then, world.people[MAIRE].device()).is_ok());
    running.finish().unwrap();
}

/// nor do its leaders' departures matter, nor its writer's.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_read_after_the_leaders_changed_and_its_writer_left() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, COORD, &[POLICE], 20, &[]);
    world.deposit(relay, COORD, &letter).await;
    world.pass(3_600);

    let (next, now) = (SigningKey::from_seed([51; 32].into()), world.now());
    let snapshot = relay.snapshot();
    let coord = snapshot.directory.card(&world.people[COORD].member).unwrap();
    let member: shared::ids::MemberId = "coord-2".parse().unwrap();
    let devices = vec![DeviceKey { key: next.public(), name: "bureau".into() }];
    let card = Card { link: Link::first(now), member: member.clone(), devices, ..coord.clone() };
    world.publish(relay, &signed(Kind::Card, &card, &[&world.authority])).await;
    let link = snapshot.directory.next_link(&Chain::Group(world.group), now);
    let group =
        Group { link, coordinator: next.id(), ..snapshot.directory.group(world.group).unwrap().clone() };
    let (maire, proc) = (&world.people[MAIRE].key, &world.people[PROC].key);
    let group = signed(Kind::Group, &group, &[maire, proc]);
    world.publish(relay, &group).await;
    let unled = world.try_seal(relay, POLICE, &[MAIRE], 20, &[]);
    assert_eq!(unled.err(), Some(Refusal::NotLed), "nobody writes before the roster is signed by both");
    let (before, _) = snapshot.directory.roster(world.group).unwrap();
    let mut seats = before.seats.clone();
    seats.retain(|seat| seat.member != world.people[COORD].member);
    seats.push(Seat { member, devices: vec![next.id()], writes: true });
    seats.sort_by(|a, b| a.member.cmp(&b.member));
    let link = snapshot.directory.next_link(&Chain::Roster(world.group), now);
    let roster = Roster { link, group: world.group, statement: group.signed.digest(), seats };
    world.publish(relay, &signed(Kind::Roster, &roster, &[maire, &next])).await;

    assert_eq!(world.try_seal(relay, POLICE, &[MAIRE], 20, &[]).err(), None);
    let then = as_of(&world, relay, POLICE, &letter).await;
    assert_eq!(reads(&world, relay, POLICE, &letter, &then).await.unwrap(), "Rien à signaler.");
    let (answer, _) =
        proved(&world, relay, COORD, Ask::Past { group: world.group, size: letter.core.head.tree.size })
            .await;
    assert_eq!(refusal(&answer), Some(Refusal::NotAMember), "who left is not shown the past either");
    running.finish().unwrap();
}

/// whoever a colleague took away is not missing from what proves the group.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_proved_after_a_colleague_took_somebody_away() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let snapshot = relay.snapshot();
    let (before, _) = snapshot.directory.roster(world.group).unwrap();
    let link = snapshot.directory.next_link(&Chain::Roster(world.group), world.now());
    let mut roster = Roster { link, ..before.clone() };
    roster.seats.retain(|seat| seat.member != world.people[POLICE].member);
    world.publish(relay, &signed(Kind::Roster, &roster, &[&world.people[BAILLEUR].key])).await;
    let letter = world.seal(relay, COORD, &[MAIRE], 20, &[]);
    world.deposit(relay, COORD, &letter).await;
    let then = as_of(&world, relay, MAIRE, &letter).await;
    assert_eq!(then.roster(world.group).unwrap().0.seats.len(), 3);
    running.finish().unwrap();
}

/// a group is judged by the nomenclature of its day, so a later one takes nothing from what it proves.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_proved_after_another_nomenclature() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let letter = world.seal(relay, POLICE, &[MAIRE], 20, &[]);
    world.deposit(relay, POLICE, &letter).await;
    let link = relay.snapshot().directory.next_link(&Chain::Nomenclature, world.now());
    let text = NOMENCLATURE.replacen("title = \"Note confidentielle\"", "title = \"Note\"", 1).into_bytes();
    let document = NomenclatureStatement { link, text: sha256(&text) };
    let next = signed(Kind::Nomenclature, &document, &[&world.authority, &world.parquet]);
    world.publish(relay, &Statement { body: Some(text), ..next }).await;
    let then = as_of(&world, relay, MAIRE, &letter).await;
    assert_eq!(reads(&world, relay, MAIRE, &letter, &then).await.unwrap(), "Rien à signaler.");
    running.finish().unwrap();
}

/// what was proposed is shown after the roster moved on.
#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_shown_whatever_happened_since() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let snapshot = relay.snapshot();
    let (before, digest) = snapshot.directory.roster(world.group).unwrap();
    let link = Link { version: 2, previous: Some(digest), made: world.now() };
    let mut roster = Roster { link: link.clone(), ..before.clone() };
    roster.seats.retain(|seat| seat.member != world.people[POLICE].member);
    let own = &world.people[BAILLEUR].key;
    let body = cbor::encode(&signed(Kind::Roster, &roster, &[own]));
    let (of, statement) = (Kind::Roster, sha256(&body));
    let proposal = Proposal { link: Link::first(world.now()), group: world.group, of, statement };
    let proposal = signed(Kind::Proposal, &proposal, &[own]);
    world.publish(relay, &Statement { body: Some(body), ..proposal }).await;
    world.publish(relay, &world.roster(link, &world.everybody())).await;
    let (answer, seen) = proved(&world, relay, MAIRE, Ask::Statements(About::Proposals)).await;
    assert_eq!((refusal(&answer), seen.unwrap().proposals().count()), (None, 1));
    running.finish().unwrap();
}

/// a writer may not pick a roster that was not in force under the head they name.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_under_a_roster_of_another_day_is_refused_by_its_reader() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let (_, digest) = relay.snapshot().directory.roster(world.group).map(|(r, d)| (r.clone(), d)).unwrap();
    let snapshot = relay.snapshot();
    let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
    let link = Link { version: 2, previous: Some(digest), made: world.now() };
    world.publish(relay, &world.roster(link, &[MAIRE, COORD, POLICE])).await;
    let newer = relay.snapshot();
    let letter = world.seal_under(&newer.directory, head, COORD, &[MAIRE], 20, &[]).unwrap();
    world.deposit(relay, COORD, &letter).await;
    let then = as_of(&world, relay, MAIRE, &letter).await;
    assert_eq!(then.roster(world.group).unwrap().1, digest);
    let refused = reads(&world, relay, MAIRE, &letter, &then).await;
    assert_eq!(refused.err(), Some(InvalidMessage::Rule(Refusal::StaleRoster)));
    running.finish().unwrap();
}

/// who sees which statements.
#[tokio::test(flavor = "multi_thread")]
async fn statements_are_for_those_whom_they_concern() {
    let dir = tempfile::tempdir().unwrap();
    let world = relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    let founding = world.statements(relay.snapshot().directory.root().unwrap().relay.clone());
    for statement in world.further(&founding) {
        world.publish(relay, &statement).await;
    }
    let group = || About::Group(world.group);
    let annuaire = |title: &str| About::Annuaire(title.to_owned());
    let cases = [
        ("the group, for a member", MAIRE, group(), None),
        ("the group, for a reviewer", AUDITOR, group(), None),
        ("the group, for who gives visas", PROC, group(), Some(Refusal::NotAMember)),
        ("an annuaire", PROC, annuaire("Référents"), None),
        ("no such annuaire", PROC, annuaire("Référentes"), Some(Refusal::NotFound)),
        ("everybody, for a reviewer", AUDITOR, About::Everybody, None),
        ("everybody, for a member", MAIRE, About::Everybody, Some(Refusal::NotAReviewer)),
    ];
    for (what, person, about, expected) in cases {
        let (answer, _) = proved(&world, relay, person, Ask::Statements(about)).await;
        assert_eq!(refusal(&answer), expected, "{what}");
    }
    let proposals =
        async |person| proved(&world, relay, person, Ask::Statements(About::Proposals)).await.1.unwrap();
    assert_eq!(proposals(MAIRE).await.proposals().count(), 1, "for a leader");
    assert_eq!(proposals(PROC).await.proposals().count(), 0, "a roster is not for who gives visas");
    let enrolments = proved(&world, relay, POLICE, Ask::Statements(About::Enrolments)).await.1.unwrap();
    assert_eq!(enrolments.enrolments().count(), 0, "of the authority's invitations");
    running.finish().unwrap();
}
