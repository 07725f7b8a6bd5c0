//! Who may read a letter later than it was sent, and who may not any more: late grants are made, refused
//! and read; what waits for a device that is lost is not on the disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::check::check;
use pli_server::relay::change::Change;
use pli_server::relay::{Relay, Running, reindex};
use pli_server::revoke::Revocation;
use pli_server::store::Folder;
use pli_tests::whole::records;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, NOMENCLATURE, POLICE, World};
use shared::authorise::{self, Known};
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::{Chain, Directory};
use shared::ids::{DeviceId, Digest, MemberId};
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Act, Confirmation, Outcome, Record};
use shared::message::{self, GrantEntry, GrantList, Ground, InvalidMessage, Reader};
use shared::refusal::Refusal;
use shared::seal::MessageIdentity;
use shared::signed::Signed;
use shared::statement::{Delegation, Kind, NomenclatureStatement, Statement};
use shared::time::{Bucket, DAY_SECONDS, Tier, Timestamp};
use shared::wire::{Answer, Ask, ListedState};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A relay with everybody's keys.
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

    async fn remove(&self, relay: &Relay, stay: &[usize]) {
        let roster = self.world.next_roster(&relay.snapshot().directory, stay);
        self.world.publish(relay, &roster).await;
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

fn directory(relay: &Relay) -> Arc<Directory> {
    Arc::clone(&relay.snapshot().directory)
}

/// The sealed grant of a person, as the deposit brought it.
fn sealed_for(world: &World, letter: &Letter, person: usize) -> Vec<u8> {
    let list: GrantList = letter.envelope.grant_list.peek().unwrap();
    let device = world.people[person].device();
    let number = list.grants.iter().position(|grant| grant.device == device).unwrap();
    letter.envelope.grants[number].clone()
}

/// Whether some bytes lie anywhere in a folder.
fn lies_in(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            lies_in(&path, bytes)
        } else {
            fs::read(path).unwrap().windows(bytes.len()).any(|piece| piece == bytes)
        }
    })
}

/// A person as a reader who came later.
fn read_late(
    world: &World,
    relay: &Relay,
    person: usize,
    letter: &Letter,
    frames: &[Vec<u8>],
) -> Result<String, InvalidMessage> {
    let (today, now) = (directory(relay), world.now());
    let reader = &world.people[person];
    let no_delegate = |_: DeviceId| None;
    let late = Reader { device: reader.device(), today: &today, now, delegate: &no_delegate };
    let header = message::verify_header_late(&letter.envelope.header, &today, &late, false)?;
    let list: Signed = cbor::decode(&frames[0], 1 << 16).unwrap();
    let entry = message::late_entry_for(&letter.core, &list, &today, &late)?;
    assert_eq!(entry.digest, sha256(&frames[1]));
    let identity = message::open_grant(&letter.core, &frames[1], &reader.expiry_identity(entry.bucket))?;
    Ok(message::open_note(&header, &frames[2], identity, &today)?.note.subject)
}

// ---------------------------------------------------------------- late grants

/// a reader's new device reads a letter that was sent before; nobody else is shown more.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_of_a_reader_is_given_what_was_sent_before() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.seal(relay, COORD, &[POLICE], 20, &[b"un document"]);
    at.world.deposit(relay, COORD, &letter).await;
    let device = at.world.give_device(relay, POLICE).await;
    let world = &at.world;
    assert_eq!(world.list(relay, device).await, 0, "nothing is made by a roster alone");
    let claim = letter.claim("suivi", None);
    let (answer, _) = world.ask(relay, device, claim.clone(), &[]).await;
    assert_eq!(no(&answer), Some(Refusal::NotFound));

    let today = directory(relay);
    let identity = world.claim_to_grant(relay, COORD, &letter).await;
    let (ask, frames) = world.late_grants(&today, COORD, &letter, Ground::Device, &identity, &[device]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    let signed = world.people[COORD].request(ask.clone(), world.now());
    let (Answer::Granted(first), _) = world.say(relay, &signed, &frames).await else { panic!("not granted") };
    let told = record(&first);
    assert_eq!((told.act, told.item, told.outcome), (Act::Grant, Some(letter.id), Outcome::Done));
    assert_eq!(told.recipients, [world.people[POLICE].member.clone()], "who is given access");
    assert!(told.tells(&signed.peek().unwrap()));
    let (Answer::Granted(again), _) = world.say(relay, &signed, &frames).await else { panic!("lost answer") };
    assert_eq!(again.record, first.record, "the same bytes get the same record");
    let (Answer::Granted(repeated), _) = world.ask(relay, COORD, ask, &frames).await else {
        panic!("not recognised")
    };
    assert_eq!(record(&repeated).outcome, Outcome::AlreadyDone);
    assert_eq!(no(&world.regrant(relay, COORD, &letter, &[device]).await), Some(Refusal::GrantTarget));

    // It is in the mailbox once, with a record; it is claimed with a reason, and opens.
    assert_eq!(world.list(relay, device).await, 1);
    assert_eq!(world.list(relay, POLICE).await, 1);
    let (answer, frames) = world.ask(relay, device, claim, &[]).await;
    let Answer::Claimed(confirmation) = answer else { panic!("not claimed: {answer:?}") };
    assert_eq!(frames.len(), 3);
    world.acknowledge(relay, device, &letter, confirmation.evidence.index).await;
    let writer = Ask::Status { message: letter.id };
    let (answer, told) = world.ask(relay, COORD, writer, &[]).await;
    let Answer::Status { late: 1, destroyed, count, .. } = answer else { panic!("{answer:?}") };
    assert!(destroyed.is_empty() && told.len() == 3 + count as usize, "{count}");
    running.finish().unwrap();
    at.assert_whole();

    // What the index says of it can be brought back.
    drop(reindex(&Folder::open(at.dir.path()).unwrap()).unwrap());
    at.assert_whole();
    let running = at.open();
    assert_eq!(at.world.list(&running.relay, device).await, 1);
    at.world.claim(&running.relay, device, &letter).await;
    // And it dies with the letter.
    at.world.pass(21 * DAY_SECONDS);
    running.relay.change(|_| Ok(Change::Sweep)).await.unwrap();
    running.relay.change(|_| Ok(Change::Head)).await.unwrap();
    assert!(running.relay.index().late_grants(letter.id).unwrap().is_empty());
    assert!(running.relay.index().waiting().unwrap().is_empty());
    running.finish().unwrap();
    at.assert_whole();
}

/// the reader's client verifies what came late, under the statements in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_grant_is_read_by_whom_it_names_and_by_nobody_slipped_in() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let device = at.world.give_device(relay, POLICE).await;
    let world = &at.world;
    // A letter sent to somebody else's device only: sealed by hand, so that the second device lacks one.
    let letter = world.seal(relay, COORD, &[POLICE], 20, &[]);
    world.deposit(relay, COORD, &letter).await;
    assert!(matches!(world.regrant(relay, COORD, &letter, &[device]).await, Answer::Granted(_)));
    let (answer, frames) = world.ask(relay, device, letter.claim("suivi", None), &[]).await;
    assert!(matches!(answer, Answer::Claimed(_)));
    assert_eq!(read_late(world, relay, device, &letter, &frames), Ok("Lettre 0".to_owned()));

    let today = directory(relay);
    let identity = world.claim_to_grant(relay, COORD, &letter).await;
    let listed = |from, ground, to: &[usize], reader: usize| {
        let (_, frames) = world.late_grants(&today, from, &letter, ground, &identity, to);
        let list: Signed = cbor::decode(&frames[0], 1 << 16).unwrap();
        let absent = world.people[POLICE].device();
        let delegate = |of: DeviceId| (of == absent).then(|| world.people[BAILLEUR].member.clone());
        let reader = Reader {
            device: world.people[reader].device(),
            today: &today,
            now: world.now(),
            delegate: &delegate,
        };
        message::late_entry_for(&letter.core, &list, &today, &reader).is_ok()
    };
    let ours = Ground::Delegation(Digest([7; 32]));
    assert!(listed(COORD, Ground::Device, &[device], device));
    assert!(listed(POLICE, ours, &[BAILLEUR], BAILLEUR), "a delegate, by a recipient");
    assert!(!listed(POLICE, ours, &[MAIRE], MAIRE), "not the one whom the delegation names");
    assert!(!listed(MAIRE, ours, &[BAILLEUR], BAILLEUR), "by somebody who is not named");
    assert!(!listed(COORD, ours, &[BAILLEUR], BAILLEUR), "the writer does not delegate");
    assert!(!listed(POLICE, ours, &[BAILLEUR, MAIRE], BAILLEUR), "somebody slipped in");
    assert!(!listed(COORD, Ground::Device, &[device, BAILLEUR], device), "somebody slipped in");
    assert!(!listed(POLICE, Ground::Device, &[device], device), "not by the writer");
    assert!(!listed(COORD, Ground::Writer, &[device, MAIRE], device), "the deposit's ground, slipped in");
    assert!(!listed(COORD, Ground::Device, &[device], POLICE), "not for this device");
    running.finish().unwrap();
}

/// a claim from which grants are made brings no text, and lets nobody fetch a document.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_to_grant_shows_nothing() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = world.seal(relay, COORD, &[POLICE], 20, &[b"un document"]);
    world.deposit(relay, COORD, &letter).await;
    assert_eq!(world.list(relay, POLICE).await, 1);
    // No note came: `claim_to_grant` takes two frames and no third.
    world.claim_to_grant(relay, POLICE, &letter).await;
    let fetch = Ask::Fetch { message: letter.id, part: 0, from: 0 };
    let (answer, _) = world.ask(relay, POLICE, fetch, &[]).await;
    assert_eq!(no(&answer), Some(Refusal::NotClaimed));
    let held = relay.index().state(world.people[POLICE].device(), letter.id).unwrap().unwrap();
    assert_eq!(held.state, ListedState::Delivered, "it is no further than it was");
    // An opening that was claimed before is acknowledged all the same.
    let (claimed, ..) = world.claim(relay, POLICE, &letter).await;
    world.claim_to_grant(relay, POLICE, &letter).await;
    world.acknowledge(relay, POLICE, &letter, claimed.evidence.index).await;
    running.finish().unwrap();
    at.assert_whole();
}

/// who asks for what is not theirs to give is refused, and nothing changes.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gives_nothing() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.seal(relay, COORD, &[POLICE], 3, &[]);
    at.world.deposit(relay, COORD, &letter).await;
    let device = at.world.give_device(relay, POLICE).await;
    let world = &at.world;
    let (today, identity) = (directory(relay), MessageIdentity::generate());
    let before = records(world, relay).len();
    let cases = [
        ("without a claim", COORD, device, Ground::Device, Refusal::NotClaimed),
        ("a member who is not named", MAIRE, device, Ground::Device, Refusal::NotFound),
        ("a reviewer", AUDITOR, device, Ground::Device, Refusal::NotFound),
        ("to a member who is not named", COORD, BAILLEUR, Ground::Device, Refusal::GrantTarget),
        ("by a reader", POLICE, device, Ground::Device, Refusal::GrantGround),
        (
            "of a delegation that is none",
            POLICE,
            MAIRE,
            Ground::Delegation(Digest([1; 32])),
            Refusal::GrantTarget,
        ),
    ];
    for (what, from, to, ground, expected) in cases {
        let (ask, frames) = world.late_grants(&today, from, &letter, ground, &identity, &[to]);
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        assert_eq!(no(&world.ask(relay, from, ask, &frames).await.0), Some(expected), "{what}");
    }
    let made = records(world, relay).split_off(before);
    assert!(
        made.iter().all(|record| record.act == Act::Refusal),
        "refusals change nothing, and are recorded"
    );
    world.claim_to_grant(relay, COORD, &letter).await;
    world.pass(4 * DAY_SECONDS);
    let (ask, frames) = world.late_grants(&today, COORD, &letter, Ground::Device, &identity, &[device]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert_eq!(no(&world.ask(relay, COORD, ask, &frames).await.0), Some(Refusal::Expired));
    running.finish().unwrap();
}

/// one thing changed, and a late list is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_list_says_who_gives_what_to_whom() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.seal(relay, COORD, &[POLICE], 20, &[]);
    let device = at.world.give_device(relay, POLICE).await;
    let own = at.world.give_device(relay, COORD).await;
    let (world, core) = (&at.world, &letter.core);
    let today = directory(relay);
    let delegation = Ground::Delegation(Digest([7; 32]));
    let delegate = world.people[BAILLEUR].member.clone();
    let granted: BTreeSet<DeviceId> = [COORD, POLICE].map(|person| world.people[person].device()).into();
    let id_of = |person: usize| world.people[person].device();
    let entries = |to: &[usize]| -> Vec<GrantEntry> {
        let entry = |person: &usize| {
            let bucket = today.bucket_ending(id_of(*person), core.expires).unwrap();
            GrantEntry { device: id_of(*person), bucket, digest: Digest([3; 32]) }
        };
        let mut entries: Vec<_> = to.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.device);
        entries
    };
    let list = |from: usize, ground, to: &[usize]| GrantList {
        version: 1,
        message: letter.id,
        core: core.digest(),
        issuer: id_of(from),
        ground,
        made: world.now(),
        grants: entries(to),
    };
    let judge = |list: &GrantList, signer: usize, claimed, to: Option<&MemberId>, now: Timestamp| {
        let signed = Signed::new(list, &[&world.people[signer].key]);
        let known = Known { granted: &granted, claimed, delegate: to, approved: None };
        authorise::late_grants(&signed, core, known, id_of(signer), &today, now).err()
    };
    let now = world.now();
    let good = list(COORD, Ground::Device, &[device, own]);
    assert_eq!(judge(&good, COORD, true, None, now), None, "a reader's and the writer's");
    assert_eq!(judge(&list(own, Ground::Device, &[device]), own, true, None, now), None);
    assert_eq!(judge(&list(POLICE, delegation, &[BAILLEUR]), POLICE, true, Some(&delegate), now), None);

    let check = |what: &str, change: &dyn Fn(&mut GrantList), expected| {
        let mut list = good.clone();
        change(&mut list);
        assert_eq!(judge(&list, COORD, true, None, now), Some(expected), "{what}");
    };
    check("another version", &|list| list.version = 2, Refusal::Malformed);
    check("another message", &|list| list.message = shared::ids::MessageId([9; 16]), Refusal::Malformed);
    check("another core", &|list| list.core = Digest([0; 32]), Refusal::Malformed);
    check("another issuer", &|list| list.issuer = id_of(POLICE), Refusal::Malformed);
    check("the ground of a deposit", &|list| list.ground = Ground::Writer, Refusal::GrantGround);
    check("a delegation of the writer's", &|list| list.ground = delegation, Refusal::GrantGround);
    check("nobody", &|list| list.grants.clear(), Refusal::GrantTarget);
    check("another order", &|list| list.grants.reverse(), Refusal::GrantTarget);
    check("one twice", &|list| list.grants[1] = list.grants[0], Refusal::GrantTarget);
    check("who has one", &|list| list.grants = entries(&[POLICE]), Refusal::GrantTarget);
    check("who is not named", &|list| list.grants = entries(&[MAIRE]), Refusal::GrantTarget);
    check("no device", &|list| list.grants[0].device = shared::ids::KeyId([1; 16]), Refusal::GrantTarget);
    check(
        "a bucket that ends elsewhere",
        &|list| list.grants[0].bucket = Bucket { ends: Tier::Day.end_after(now), tier: Tier::Day },
        Refusal::GrantTarget,
    );
    check("a bucket of no page", &|list| list.grants[0].bucket.tier = Tier::Seconds(1), Refusal::GrantTarget);

    assert_eq!(judge(&good, COORD, false, None, now), Some(Refusal::NotClaimed));
    assert_eq!(judge(&good, COORD, true, None, core.expires), Some(Refusal::Expired));
    assert_eq!(judge(&good, POLICE, true, None, now), Some(Refusal::GrantGround), "another signer");
    let theirs = |to: &[usize]| list(POLICE, delegation, to);
    assert_eq!(judge(&theirs(&[BAILLEUR]), POLICE, true, None, now), Some(Refusal::GrantTarget));
    assert_eq!(judge(&theirs(&[MAIRE]), POLICE, true, Some(&delegate), now), Some(Refusal::GrantTarget));
    let stranger = list(MAIRE, delegation, &[BAILLEUR]);
    assert_eq!(judge(&stranger, MAIRE, true, Some(&delegate), now), Some(Refusal::NotFound));
    running.finish().unwrap();
}

/// what is for the two référents goes to both and to nobody else, and nobody stands in for one: the
/// relay takes no grant for a delegate, and a delegate's client would show nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_stands_in_for_a_referent() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let made = |chain: &Chain| directory(relay).next_link(chain, world.now());
    let rules = NOMENCLATURE.replacen("[flows.F05a]\n", "[flows.F05a]\nreferents = true\n", 1).into_bytes();
    let nomenclature = NomenclatureStatement { link: made(&Chain::Nomenclature), text: sha256(&rules) };
    let signed = Signed::new(&nomenclature, &[&world.authority, &world.parquet]);
    world.publish(relay, &Statement { kind: Kind::Nomenclature, signed, body: Some(rules) }).await;

    let member = |person: usize| world.people[person].member.clone();
    for to in [&[COORD][..], &[POLICE], &[BAILLEUR, POLICE], &[COORD, POLICE, BAILLEUR]] {
        let refused = world.try_seal(relay, MAIRE, to, 20, &[]).err();
        assert_eq!(refused, Some(Refusal::Referents), "{to:?}");
    }
    let letter = world.seal(relay, MAIRE, &[COORD, POLICE], 20, &[]);
    world.deposit(relay, MAIRE, &letter).await;

    let delegation = Delegation {
        link: made(&Chain::Delegation(world.group, member(POLICE))),
        group: world.group,
        member: member(POLICE),
        to: member(BAILLEUR),
        from: world.now(),
        until: world.now().plus(7 * DAY_SECONDS),
        flow: None,
    };
    let signed = Signed::new(&delegation, &[&world.people[POLICE].key]);
    let ground = Ground::Delegation(signed.digest());
    world.publish(relay, &Statement { kind: Kind::Delegation, signed, body: None }).await;
    let (today, identity) = (directory(relay), world.claim_to_grant(relay, POLICE, &letter).await);
    let (ask, frames) = world.late_grants(&today, POLICE, &letter, ground, &identity, &[BAILLEUR]);
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    assert_eq!(no(&world.ask(relay, POLICE, ask, &frames).await.0), Some(Refusal::GrantGround));

    let delegate = |_: DeviceId| Some(member(BAILLEUR));
    let device = world.people[BAILLEUR].device();
    let reader = Reader { device, today: &today, now: world.now(), delegate: &delegate };
    let shown = message::verify_header_late(&letter.envelope.header, &today, &reader, true);
    assert_eq!(shown.err(), Some(InvalidMessage::Rule(Refusal::NotFound)));
    running.finish().unwrap();
}

// ---------------------------------------------------------------- lost devices

/// after a removal the grants that waited are not on the disk; everybody else reads on.
#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_a_removed_member_is_not_on_the_disk() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[]);
    world.deposit(relay, COORD, &letter).await;
    assert_eq!(world.list(relay, BAILLEUR).await, 1);
    let other = world.seal(relay, BAILLEUR, &[POLICE], 20, &[]);
    world.deposit(relay, BAILLEUR, &other).await;
    let (lost, kept) = (sealed_for(world, &letter, BAILLEUR), sealed_for(world, &letter, POLICE));
    let mut revocation = Revocation::default();
    revocation.pass(relay).await;
    let size = relay.snapshot().commit.tree.size;
    revocation.pass(relay).await;
    assert_eq!(relay.snapshot().commit.tree.size, size, "nobody is lost");

    at.remove(relay, &[MAIRE, COORD, POLICE]).await;
    let claim = || letter.claim("suivi", None);
    assert_eq!(no(&world.ask(relay, BAILLEUR, claim(), &[]).await.0), Some(Refusal::NotFound));
    revocation.pass(relay).await;
    let size = relay.snapshot().commit.tree.size;
    Revocation::default().pass(relay).await;
    assert_eq!(relay.snapshot().commit.tree.size, size, "a second pass finds nothing");
    assert!(!relay.index().waiting().unwrap().contains(&world.people[BAILLEUR].device()));
    assert_eq!(no(&world.ask(relay, BAILLEUR, claim(), &[]).await.0), Some(Refusal::NotFound));
    world.claim(relay, POLICE, &letter).await;
    let (answer, _) = world.ask(relay, COORD, Ask::Status { message: letter.id }, &[]).await;
    let Answer::Status { destroyed, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(destroyed, [world.people[BAILLEUR].device()], "its writer is told");
    running.finish().unwrap();

    let segments = at.dir.path().join("segments");
    assert!(!lies_in(at.dir.path(), &lost), "in no file of the relay");
    assert!(lies_in(&segments, &kept));
    assert!(!lies_in(&segments, &sealed_for(&at.world, &other, BAILLEUR)), "what they wrote waited too");
    at.assert_whole();
    drop(reindex(&Folder::open(at.dir.path()).unwrap()).unwrap());
    at.assert_whole();

    // Who comes back is given nothing of before, but by the writer.
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    at.remove(relay, &[MAIRE, COORD, POLICE, BAILLEUR]).await;
    assert_eq!(world.list(relay, BAILLEUR).await, 0);
    assert_eq!(no(&world.ask(relay, BAILLEUR, claim(), &[]).await.0), Some(Refusal::NotFound));
    assert!(matches!(world.regrant(relay, COORD, &letter, &[BAILLEUR]).await, Answer::Granted(_)));
    assert_eq!(world.list(relay, BAILLEUR).await, 1);
    world.claim(relay, BAILLEUR, &letter).await;
    running.finish().unwrap();
    at.assert_whole();
    drop(reindex(&Folder::open(at.dir.path()).unwrap()).unwrap());
    at.assert_whole();
}

/// what is judged is the directory that is in force when the turn comes; and a device that leaves
/// its card is lost like a member who leaves the group.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_lost_is_destroyed() {
    let mut at = AtWork::start().await;
    let running = at.open();
    let relay = &running.relay;
    let letter = at.world.seal(relay, COORD, &[POLICE], 20, &[]);
    at.world.deposit(relay, COORD, &letter).await;
    let device = at.world.give_device(relay, POLICE).await;
    let world = &at.world;
    assert!(matches!(world.regrant(relay, COORD, &letter, &[device]).await, Answer::Granted(_)));
    let size = relay.snapshot().commit.tree.size;
    let (id, messages) = (world.people[POLICE].device(), vec![letter.id]);
    let destroy = |device| {
        let messages = messages.clone();
        relay.change(move |_| Ok(Change::Destroy { device, messages: messages.clone() }))
    };
    destroy(id).await.unwrap();
    assert_eq!(relay.snapshot().commit.tree.size, size, "it counts");

    let (today, now) = (directory(relay), world.now());
    assert!(!authorise::lost(world.group, false, id, &today, now));
    assert!(authorise::lost(world.group, false, world.people[AUDITOR].device(), &today, now), "has no seat");
    let card = world.next_card(&today, &[device]);
    world.publish(relay, &card).await;
    assert!(authorise::lost(world.group, false, id, &directory(relay), now), "stands on no card");
    let mut revocation = Revocation::default();
    revocation.pass(relay).await;
    assert_eq!(relay.index().waiting().unwrap().len(), 2, "the writer's, and the new device's");
    world.claim(relay, device, &letter).await;
    running.finish().unwrap();
    assert!(!lies_in(at.dir.path(), &sealed_for(&at.world, &letter, POLICE)));
    at.assert_whole();
}

/// an office that ends takes with it what waits, by the clock alone.
#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_has_ended_loses_what_waits() {
    let at = AtWork::start().await;
    let running = at.open();
    let (world, relay) = (&at.world, &running.relay);
    let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[]);
    world.deposit(relay, COORD, &letter).await;
    let until = world.now().plus(DAY_SECONDS);
    world.publish(relay, &world.ending_card(&directory(relay), BAILLEUR, until)).await;
    let mut revocation = Revocation::default();
    revocation.pass(relay).await;
    let device = world.people[BAILLEUR].device();
    assert!(relay.index().waiting().unwrap().contains(&device), "it has not ended");
    world.pass(DAY_SECONDS);
    revocation.pass(relay).await;
    assert!(!relay.index().waiting().unwrap().contains(&device));
    world.claim(relay, POLICE, &letter).await;
    running.finish().unwrap();
    assert!(!lies_in(at.dir.path(), &sealed_for(&at.world, &letter, BAILLEUR)));
    at.assert_whole();
}
