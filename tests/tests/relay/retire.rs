//! A letter that its writer takes back: nothing that opens it is in any file when that is answered, nobody is given it
//! any more, whoever could have read it is told so, and nobody else learns anything.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::check::check;
use pli_server::relay::change::Change;
use pli_server::relay::items::segment_of;
use pli_server::relay::{Relay, Running, reindex};
use pli_server::revoke::Revocation;
use pli_server::store::Folder;
use pli_server::sweep::sweep;
use pli_tests::whole::records;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, World};
use shared::cbor;
use shared::ids::MessageId;
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Act, Confirmation, Outcome, Record};
use shared::message::{Because, Ground};
use shared::refusal::Refusal;
use shared::time::DAY_SECONDS;
use shared::wire::{Answer, Ask, Listed, ListedState, Retired};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

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
        running.finish().unwrap();
        Self { world, dir }
    }

    fn open(&self) -> Running {
        self.world.open(self.dir.path())
    }

    fn assert_whole(&self) {
        let report = check(self.dir.path(), self.world.now()).unwrap();
        assert_eq!(report.faults, [], "{report:?}");
        assert_eq!(report.notices, [], "{report:?}");
    }
}

fn record(confirmation: &Confirmation) -> Record {
    cbor::decode(&confirmation.record, RECORD_BYTES_MAX).unwrap()
}

fn no(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refused) => Some(refused.refusal),
        _ => None,
    }
}

async fn ask(world: &World, relay: &Relay, person: usize, ask: Ask) -> Answer {
    world.ask(relay, person, ask, &[]).await.0
}

async fn retire(world: &World, relay: &Relay, person: usize, letter: &Letter, because: Because) -> Answer {
    ask(world, relay, person, Ask::Retire { message: letter.id, because }).await
}

/// Whether the end of something sealed lies anywhere in a folder; no two sealed things end alike.
fn lies_in(folder: &Path, sealed: &[u8]) -> bool {
    let end = &sealed[sealed.len() - 64..];
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            lies_in(&path, end)
        } else {
            // The store renames and unlinks while it is looked at.
            fs::read(path).unwrap_or_default().windows(end.len()).any(|piece| piece == end)
        }
    })
}

async fn listed(world: &World, relay: &Relay, person: usize, ask: Ask) -> Vec<Listed> {
    let (answer, frames) = world.ask(relay, person, ask, &[]).await;
    assert!(matches!(answer, Answer::Headers { .. }), "{answer:?}");
    frames.iter().map(|frame| cbor::decode(frame, 1 << 16).unwrap()).collect()
}

async fn mailbox(world: &World, relay: &Relay, person: usize) -> Vec<(ListedState, Option<Retired>)> {
    let entries = listed(world, relay, person, Ask::Mailbox { after: None, beginning: None }).await;
    entries.into_iter().map(|entry| (entry.state, entry.retired)).collect()
}

/// every grant, late ones and the writer's own too, the note and the documents.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_opens_it_is_in_any_file_when_it_is_answered() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[&[7; 5000]]);
    at.world.deposit(relay, COORD, &letter).await;
    let other = at.world.seal(relay, COORD, &[POLICE], 20, &[]);
    at.world.deposit(relay, COORD, &other).await;
    let device = at.world.give_device(relay, POLICE).await;
    let (world, folder) = (&at.world, at.dir.path());
    let identity = world.claim_to_grant(relay, COORD, &letter).await;
    let today = Arc::clone(&relay.snapshot().directory);
    let (late, frames) = world.late_grants(&today, COORD, &letter, Ground::Device, &identity, &[device]);
    let bodies: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert!(matches!(world.ask(relay, COORD, late, &bodies).await.0, Answer::Granted(_)));
    let behind: Vec<_> =
        letter.envelope.grants.iter().chain([&letter.envelope.note, &frames[1]]).cloned().collect();
    assert_eq!(behind.len(), 5, "three grants, the note, a late grant");
    assert!(behind.iter().all(|sealed| lies_in(folder, sealed)));

    let answer = retire(world, relay, COORD, &letter, Because::Superseded).await;
    assert!(matches!(answer, Answer::Retired(_)), "{answer:?}");
    assert!(!behind.iter().any(|sealed| lies_in(folder, sealed)), "it was answered");
    let kept: Vec<_> = other.envelope.grants.iter().chain([&other.envelope.note]).collect();
    assert!(kept.iter().all(|sealed| lies_in(folder, sealed)), "and nothing else was touched");
    // The documents go after the answer, before the next batch.
    relay.change(|_| Ok(Change::Head)).await.unwrap();
    assert!(!lies_in(folder, &letter.documents[0]));
    world.claim(relay, POLICE, &other).await;
    running.finish().unwrap();
    at.assert_whole();

    // What the index says of it can be brought back, and what is there is what check expects.
    drop(reindex(&Folder::open(folder).unwrap()).unwrap());
    at.assert_whole();
    let running = at.open();
    let answer = ask(world, &running.relay, POLICE, letter.claim("suivi", None)).await;
    assert_eq!(no(&answer), Some(Refusal::Retired));
    running.finish().unwrap();

    // It ends as every letter does.
    world.pass(21 * DAY_SECONDS);
    let running = at.open();
    world.hear(&running.relay).await;
    sweep(&running.relay).await;
    assert_eq!(running.relay.index().retired(letter.id).unwrap(), None);
    let answer = retire(world, &running.relay, COORD, &letter, Because::Superseded).await;
    assert_eq!(no(&answer), Some(Refusal::NotFound), "the relay knows nothing of it any more");
    running.finish().unwrap();
    at.assert_whole();
}

/// what a relay kept that it should have overwritten is a fault of its folder.
#[tokio::test(flavor = "multi_thread")]
async fn check_finds_a_grant_that_came_back() {
    let at = AtWork::start().await;
    let running = at.open();
    let letter = at.world.seal(&running.relay, COORD, &[POLICE], 20, &[]);
    at.world.deposit(&running.relay, COORD, &letter).await;
    running.finish().unwrap();
    let segment = at.dir.path().join(segment_of(letter.core.expires).file().unwrap());
    let before = fs::read(&segment).unwrap();
    let running = at.open();
    let answer = retire(&at.world, &running.relay, COORD, &letter, Because::Replaced).await;
    assert!(matches!(answer, Answer::Retired(_)), "{answer:?}");
    running.finish().unwrap();
    at.assert_whole();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[..before.len()].copy_from_slice(&before);
    fs::write(&segment, bytes).unwrap();
    let report = check(at.dir.path(), at.world.now()).unwrap();
    let told: Vec<_> = report.faults.iter().map(|fault| fault.what.as_str()).collect();
    assert_eq!(told, ["something of a message that was taken back is there"]);
}

/// who could have read it is told, in the list and when they ask; what was read stays on record.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_could_have_read_it_is_told_and_nobody_else() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[b"un document"]);
    at.world.deposit(relay, COORD, &letter).await;
    let device = at.world.give_device(relay, POLICE).await;
    let world = &at.world;
    assert_eq!(mailbox(world, relay, POLICE).await, [(ListedState::Deposited, None)]);
    let (claimed, ..) = world.claim(relay, POLICE, &letter).await;
    let identity = world.claim_to_grant(relay, COORD, &letter).await;

    let signed = world.people[COORD]
        .request(Ask::Retire { message: letter.id, because: Because::WrongRecipient }, world.now());
    let (Answer::Retired(first), _) = world.say(relay, &signed, &[]).await else { panic!("not taken back") };
    let told = record(&first);
    assert_eq!((told.act, told.item, told.outcome), (Act::Retirement, Some(letter.id), Outcome::Done));
    assert_eq!(told.reference.as_deref(), Some("wrong-recipient"));
    assert_eq!(told.recipients, letter.core.recipients);
    assert!(told.tells(&signed.peek().unwrap()));
    let (Answer::Retired(again), _) = world.say(relay, &signed, &[]).await else { panic!("a lost answer") };
    assert_eq!(again.record, first.record, "the same bytes get the same record");
    world.pass(30);
    let answer = retire(world, relay, COORD, &letter, Because::Received).await;
    let Answer::Retired(repeated) = answer else { panic!("{answer:?}") };
    assert_eq!(record(&repeated).outcome, Outcome::AlreadyDone);
    assert_eq!(record(&repeated).reference.as_deref(), Some("received"), "as it was asked");

    // Both readers see that it was there, and when it went; by the first request.
    let retired = Some(Retired { at: told.time, because: Because::WrongRecipient });
    assert_eq!(mailbox(world, relay, POLICE).await, [(ListedState::Released, retired)]);
    assert_eq!(mailbox(world, relay, BAILLEUR).await, [(ListedState::Deposited, retired)]);
    let sent = listed(world, relay, COORD, Ask::Sent { after: None }).await;
    assert_eq!(sent.iter().map(|entry| entry.retired).collect::<Vec<_>>(), [retired]);

    // Nobody is given anything of it.
    let claim = |act| Ask::Claim {
        message: letter.id,
        core: letter.core.digest(),
        act,
        reason: (act != Act::Regrant).then(|| "suivi".parse().unwrap()),
        annex: None,
    };
    for person in [POLICE, BAILLEUR, COORD] {
        for act in [Act::Release, Act::Export, Act::Reveal, Act::Print, Act::Regrant] {
            let answer = ask(world, relay, person, claim(act)).await;
            assert_eq!(no(&answer), Some(Refusal::Retired), "{person}, {act:?}");
        }
    }
    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    assert_eq!(no(&ask(world, relay, POLICE, fetch.clone()).await), Some(Refusal::Retired));
    let today = Arc::clone(&relay.snapshot().directory);
    let (late, frames) = world.late_grants(&today, COORD, &letter, Ground::Device, &identity, &[device]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert_eq!(no(&world.ask(relay, COORD, late, &frames).await.0), Some(Refusal::Retired));
    // A member who is not named, a device of a reader that has no grant, a reviewer.
    for person in [MAIRE, device, AUDITOR] {
        for asked in [claim(Act::Release), claim(Act::Regrant), fetch.clone()] {
            assert_eq!(no(&ask(world, relay, person, asked).await), Some(Refusal::NotFound), "{person}");
        }
    }
    assert_eq!(mailbox(world, relay, MAIRE).await, []);

    // Who had it says how it went, and its writer is told: of that, and of the taking back.
    let before = status(world, relay, &letter).await;
    world.acknowledge(relay, POLICE, &letter, claimed.evidence.index).await;
    assert_eq!(status(world, relay, &letter).await, before + 1);
    // A repeated deposit is recognised, though the documents are gone.
    let (deposit, frames) = letter.deposit();
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    let (answer, _) = world.ask(relay, COORD, deposit, &frames).await;
    assert!(matches!(answer, Answer::Deposited(_)), "{answer:?}");
    running.finish().unwrap();
    at.assert_whole();
}

/// How many records its writer is shown of a letter.
async fn status(world: &World, relay: &Relay, letter: &Letter) -> u32 {
    match ask(world, relay, COORD, Ask::Status { message: letter.id }).await {
        Answer::Status { count, .. } => count,
        other => panic!("{other:?}"),
    }
}

/// who is not its writer learns nothing; and what is not there cannot be taken back.
#[tokio::test(flavor = "multi_thread")]
async fn only_its_writer_takes_it_back_and_only_while_it_lives() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = world.seal(relay, COORD, &[POLICE], 3, &[]);
    world.deposit(relay, COORD, &letter).await;
    let before = records(world, relay).len();
    for person in [POLICE, MAIRE, AUDITOR] {
        let answer = retire(world, relay, person, &letter, Because::WrongRecipient).await;
        assert_eq!(no(&answer), Some(Refusal::NotFound), "{person}");
    }
    let unknown = Ask::Retire { message: MessageId([9; 16]), because: Because::Received };
    assert_eq!(no(&ask(world, relay, COORD, unknown).await), Some(Refusal::NotFound));
    let made = records(world, relay).split_off(before);
    assert!(made.iter().all(|record| record.act == Act::Refusal && record.reference.is_some()));
    world.claim(relay, POLICE, &letter).await;
    world.pass(4 * DAY_SECONDS);
    let answer = retire(world, relay, COORD, &letter, Because::WrongRecipient).await;
    assert_eq!(no(&answer), Some(Refusal::Expired), "it is destroyed already");
    let answer = retire(world, relay, POLICE, &letter, Because::WrongRecipient).await;
    assert_eq!(no(&answer), Some(Refusal::NotFound));
    running.finish().unwrap();
}

/// membership is not asked. Who went may have sent something to the wrong person.
#[tokio::test(flavor = "multi_thread")]
async fn a_writer_who_has_left_the_group_takes_it_back() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = world.seal(relay, POLICE, &[MAIRE], 20, &[]);
    world.deposit(relay, POLICE, &letter).await;
    let roster = world.next_roster(&relay.snapshot().directory, &[MAIRE, COORD, BAILLEUR]);
    world.publish(relay, &roster).await;
    Revocation::default().pass(relay).await;
    let answer = retire(world, relay, POLICE, &letter, Because::WrongRecipient).await;
    assert!(matches!(answer, Answer::Retired(_)), "{answer:?}");
    assert_eq!(no(&ask(world, relay, MAIRE, letter.claim("suivi", None)).await), Some(Refusal::Retired));
    running.finish().unwrap();
    at.assert_whole();
}

/// whoever claims at the very moment is given it before, or not at all; and the log says which.
#[tokio::test(flavor = "multi_thread")]
async fn no_release_follows_a_retirement() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let (mut given, mut refused) = (0, 0);
    for _ in 0..20 {
        let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[]);
        world.deposit(relay, COORD, &letter).await;
        let claims = async {
            let (one, other) = (letter.claim("suivi", None), letter.claim("suivi", None));
            tokio::join!(ask(world, relay, POLICE, one), ask(world, relay, BAILLEUR, other))
        };
        let taken = retire(world, relay, COORD, &letter, Because::WrongRecipient);
        let ((one, other), taken) = tokio::join!(claims, taken);
        assert!(matches!(taken, Answer::Retired(_)), "{taken:?}");
        for (person, answer) in [(POLICE, one), (BAILLEUR, other)] {
            match (&answer, no(&answer)) {
                (Answer::Claimed(_), _) => given += 1,
                (_, Some(Refusal::Retired)) => refused += 1,
                // It went between the record and the release.
                (_, Some(Refusal::Unavailable)) => {
                    let again = ask(world, relay, person, letter.claim("suivi", None)).await;
                    assert_eq!(no(&again), Some(Refusal::Retired));
                    refused += 1;
                }
                _ => panic!("{answer:?}"),
            }
        }
        let of_it = records(world, relay).into_iter().filter(|record| record.item == Some(letter.id));
        let acts: Vec<_> = of_it.map(|record| record.act).collect();
        let end = acts.iter().position(|act| *act == Act::Retirement).unwrap();
        assert!(!acts[end..].contains(&Act::Release), "{acts:?}");
    }
    assert_eq!(given + refused, 40);
    running.finish().unwrap();
    at.assert_whole();
}
