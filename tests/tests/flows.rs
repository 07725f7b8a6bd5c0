//! Letters through the real relay, without a network: what is recorded, released, repeated, refused
//! and destroyed.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::relay::change::Change;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, MAIRE, POLICE, SECOND_AUDITOR, World};
use shared::cbor;
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Act, Confirmation, Outcome, Record};
use shared::refusal::Refusal;
use shared::statement::Link;
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
    let size = relay.snapshot().commit.tree.size;

    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    let unknown = Ask::Fetch { message: shared::ids::MessageId([9; 16]), part: 0, from: 0 };
    let claim = letter.claim("suivi", None, Vec::new());
    let without_reason = match claim.clone() {
        Ask::Claim { message, core, act, reason_text, reason_for, .. } => {
            Ask::Claim { message, core, act, reason: None, reason_text, reason_for }
        }
        _ => unreachable!("a claim"),
    };
    let cases = [
        ("before the claim", POLICE, fetch.clone(), Refusal::NotClaimed),
        ("without a reason", POLICE, without_reason, Refusal::ReasonMissing),
        ("a reason of no flow", POLICE, letter.claim("nimporte", None, Vec::new()), Refusal::ReasonUnknown),
        ("another member of the group", BAILLEUR, claim.clone(), Refusal::NotFound),
        ("a reviewer of the log", AUDITOR, claim.clone(), Refusal::NotFound),
        ("the document, for another", BAILLEUR, fetch.clone(), Refusal::NotFound),
        ("what does not exist", POLICE, unknown, Refusal::NotFound),
        (
            "an acknowledgement without a claim",
            POLICE,
            Ask::Acknowledge { message: letter.id, claim: 0, outcome: Outcome::Done },
            Refusal::NotClaimed,
        ),
    ];
    for (what, person, ask, expected) in cases {
        let (answer, _) = world.ask(relay, person, ask, &[]).await;
        assert_eq!(refusal(&answer), Some(expected), "{what}");
    }
    assert_eq!(relay.snapshot().commit.tree.size, size, "refusals change nothing");

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

    let claim = letter.claim("suivi", None, Vec::new());
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

    let (answer, _) = world.ask(relay, POLICE, letter.claim("suivi", None, Vec::new()), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::Expired));
    assert_eq!(std::fs::read_dir(dir.path().join("segments")).unwrap().count(), 1);
    relay.change(|_| Ok(Change::Sweep)).await.unwrap();
    // A second change is answered after the first one's files are gone.
    relay.change(|_| Ok(Change::Head)).await.unwrap();
    assert_eq!(std::fs::read_dir(dir.path().join("segments")).unwrap().count(), 0);
    assert!(!dir.path().join("blobs").join(letter.id.to_string()).exists());
    let (answer, _) = world.ask(relay, POLICE, letter.claim("suivi", None, Vec::new()), &[]).await;
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

/// a card, with the name and telephone beside it, is for those who share a group with its member.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_not_for_everybody() {
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
    running.finish().unwrap();
}
