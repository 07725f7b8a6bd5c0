//! Too much of something from one device: it is told how long to wait, that long is enough, and nobody
//! else notices. Who is slow is given up by `server/src/patience.rs`; here nobody waits for them.

use crate::stage::{Stage, begun, refusal, refused, soon, wire};
use pli_server::quotas::Allowance;
use pli_server::relay::Relay;
use pli_server::requests::{self, Door};
use pli_server::sweep::sweep;
use pli_server::transport::frames::framed;
use pli_tests::engine::{Engine, founded};
use pli_tests::load::Device;
use pli_tests::world::{BAILLEUR, COORD, CROWD, MAIRE, POLICE, World, unframed};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::MessageId;
use shared::limits::{
    DEVICE_BODY_BYTES_MAX, DEVICE_CONNECTIONS_MAX, DEVICE_UPLOADS_MAX, DOCUMENT_BYTES_MAX, FRAME_BYTES_MAX,
    GRANT_BYTES_MAX, GRANTS_MAX, NOTE_BYTES_MAX, ORPHAN_SECONDS_MAX,
};
use shared::message::{GrantList, Header};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::wire::{Answer, Ask, Ready, Refused};
use tokio::task::JoinSet;

fn id(number: usize) -> MessageId {
    MessageId(*sha256(&number.to_be_bytes()).0.first_chunk().unwrap())
}

/// Refused for now; gives the time to wait.
fn wait(answer: &Answer) -> u64 {
    match refused(answer) {
        Some(Refused { refusal: Refusal::Quota, wait_seconds: Some(seconds) }) if seconds > 0 => {
            seconds.into()
        }
        other => panic!("not told to wait: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_is_told_to_wait_and_harms_nobody_else() {
    const BURST: u32 = 40;
    let allowance = Allowance { requests_burst: BURST, requests_per_second: 2, ..Allowance::ample() };
    let stage = Stage::with(allowance, 0).await;
    let (police, coord) = (stage.device(POLICE).await, stage.device(COORD).await);
    let again = stage.device(POLICE).await;
    // To be let in counts, too.
    for _ in 2..BURST {
        stage.head(&police, POLICE).await;
    }
    let refused = stage.ask(&police, POLICE, Ask::Log, &[]).await;
    // Another connection of the same device, and what is signed by nobody, are the same flood.
    wait(&stage.ask(&again, POLICE, Ask::Mailbox { after: None, beginning: None }, &[]).await);
    let mut unsigned = stage.world.people[POLICE].request(Ask::Log, stage.world.now());
    unsigned.signatures.clear();
    wait(&stage.say(&police, &unsigned, &[]).await);
    stage.head(&coord, COORD).await;
    stage.honest(COORD, MAIRE).await;
    stage.world.pass(wait(&refused));
    stage.head(&police, POLICE).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_letters_is_told_to_wait_and_the_letter_goes_afterwards() {
    const BURST: u32 = 5;
    let allowance = Allowance { deposits_burst: BURST, deposits_per_minute: 20, ..Allowance::ample() };
    let stage = Stage::with(allowance, 0).await;
    let police = stage.device(POLICE).await;
    let template = stage.letter(POLICE, &[MAIRE], &[]).await;
    let letter = |number| stage.world.alike(POLICE, &template, id(number));
    for number in 0..BURST as usize {
        assert_eq!(refusal(&stage.deposit(&police, POLICE, &letter(number)).await), None, "{number}");
    }
    let everybody = stage.everybody().await;
    stage.seen(&everybody).await;
    let before = stage.seen(&everybody).await;
    let refused = stage.deposit(&police, POLICE, &letter(99)).await;
    let seconds = wait(&refused);
    assert_eq!(stage.seen(&everybody).await, before, "a refused letter leaves nothing");
    stage.honest(COORD, BAILLEUR).await;
    stage.world.pass(seconds);
    assert_eq!(refusal(&stage.deposit(&police, POLICE, &letter(99)).await), None);
    wait(&stage.deposit(&police, POLICE, &letter(100)).await);
    stage.end().await;
}

/// One device's connections: so many and no more, and a place comes free when one ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_has_eight_connections() {
    let stage = Stage::start().await;
    let mut open = Vec::new();
    for _ in 0..DEVICE_CONNECTIONS_MAX {
        open.push(stage.device(POLICE).await);
    }
    let greeted = async || {
        let device = soon(stage.network.connect(POLICE, stage.address)).await.unwrap();
        (soon(device.greet()).await.unwrap(), device)
    };
    let (ready, device) = greeted().await;
    let Ready::Refused(Refused { refusal: Refusal::Quota, wait_seconds: Some(_) }) = ready else {
        panic!("not told to wait: {ready:?}")
    };
    soon(device.connection.closed()).await;
    stage.honest(COORD, MAIRE).await;
    for device in &open {
        stage.head(device, POLICE).await;
    }
    open.pop().unwrap().connection.close(0u8.into(), b"");
    // The relay hears of it in its own time.
    soon(async { while !matches!(greeted().await.0, Ready::Welcome { .. }) {} }).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_connections_are_served() {
    const OFFICERS: usize = 100;
    let stage = Stage::with(Allowance::ample(), OFFICERS).await;
    let mut connecting = JoinSet::new();
    let mut devices: Vec<(usize, Device)> = Vec::new();
    for person in (CROWD..CROWD + OFFICERS).flat_map(|person| [person; 3]) {
        devices.push((person, stage.device(person).await));
    }
    for (person, device) in devices {
        let signed = stage.world.people[person].request(Ask::Log, stage.world.now());
        connecting.spawn(async move {
            let mut stream = begun(&device, &signed, &[]).await;
            let answer = soon(stream.answer()).await;
            assert!(matches!(answer, Some(Answer::Log(_))), "{answer:?}");
            device
        });
    }
    let served = soon(connecting.join_all()).await;
    assert_eq!(served.len(), 3 * OFFICERS);
    stage.honest(COORD, MAIRE).await;
    stage.end().await;
}

/// Every stream of every connection holds something that does not end.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_whoever_is_slow() {
    let stage = Stage::start().await;
    let letter = stage.letter(POLICE, &[MAIRE], &[&[7; 1000]]).await;
    let request = |ask| wire(&stage.world.people[POLICE].request(ask, stage.world.now()), &[]);
    let (deposit, frames) = letter.deposit();
    let upload = Ask::Upload { message: id(1), part: 0, bytes: 1000, from: 0 };
    let mut slow: Vec<(Device, Vec<_>)> = Vec::new();
    for _ in 0..DEVICE_CONNECTIONS_MAX {
        let device = stage.device(POLICE).await;
        let mut streams = Vec::new();
        let begun = [
            vec![0],
            vec![0, 0, 4, 0],
            [&[0, 0, 4, 0][..], b"begun"].concat(),
            [request(upload.clone()), vec![7; 10]].concat(),
            request(deposit.clone()),
            [request(deposit.clone()), framed(&frames[0]), framed(&frames[1])].concat(),
            request(Ask::Watch),
        ];
        // One of sixteen streams has greeted; its place comes free together with others.
        for bytes in begun.iter().cycle().take(15) {
            let mut stream = soon(device.stream()).await.unwrap();
            soon(stream.send(bytes)).await;
            streams.push(stream);
        }
        slow.push((device, streams));
    }
    stage.honest(COORD, MAIRE).await;
    stage.honest(BAILLEUR, COORD).await;
    // It stops all the same, and what was begun is no part of what is there.
    stage.end().await;
}

/// What the requests of one device may hold in the relay's memory while they arrive.
#[tokio::test(flavor = "multi_thread")]
async fn letters_that_are_only_announced_hold_little_memory() {
    let stage = Stage::start().await;
    let police = stage.device(POLICE).await;
    let template = stage.letter(POLICE, &[MAIRE], &[]).await;
    let key = &stage.world.people[POLICE].key;
    // The largest that can be announced, of which nothing comes.
    let announced = |number| {
        let letter = stage.world.alike(POLICE, &template, id(number));
        let mut header: Header = letter.header();
        header.parts[0].bytes = u64::try_from(NOTE_BYTES_MAX).unwrap();
        let mut list: GrantList = letter.envelope.grant_list.peek().unwrap();
        list.grants = vec![list.grants[0]; GRANTS_MAX];
        let (header, list) = (Signed::new(&header, &[key]), Signed::new(&list, &[key]));
        let ask = Ask::Deposit {
            message: letter.id,
            header: header.digest(),
            grants: list.digest(),
            annex: None,
            reason: None,
            reference: None,
        };
        let signed = stage.world.people[POLICE].request(ask, stage.world.now());
        (signed, vec![cbor::encode(&header), cbor::encode(&list)])
    };
    let fit = DEVICE_BODY_BYTES_MAX / (NOTE_BYTES_MAX + GRANTS_MAX * GRANT_BYTES_MAX);
    let mut waiting = JoinSet::new();
    let mut held = Vec::new();
    for number in 0..=fit {
        let (signed, frames) = announced(number);
        let mut stream = begun(&police, &signed, &frames).await;
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        held.push(end);
        waiting.spawn(async move {
            tokio::select! {
                answer = stream.answer() => answer,
                _ = ended => None,
            }
        });
    }
    // All but one wait for what was announced, in whatever order they came.
    let answer = soon(waiting.join_next()).await.unwrap().unwrap().expect("no answer");
    wait(&answer);
    stage.honest(COORD, MAIRE).await;
    drop(held);
    soon(async { while waiting.join_next().await.is_some() {} }).await;
    soon(async { while refusal(&stage.deposit(&police, POLICE, &template).await).is_some() {} }).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_uploads_for_sixteen_letters_at_a_time() {
    let stage = Stage::start().await;
    let police = stage.device(POLICE).await;
    let upload = async |person: usize, device: &Device, id, part| {
        let ask = Ask::Upload { message: id, part, bytes: 10, from: 0 };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        let mut stream = begun(device, &signed, &[]).await;
        soon(stream.send(&[7; 10])).await;
        soon(stream.answer()).await.unwrap()
    };
    for number in 0..DEVICE_UPLOADS_MAX {
        assert_eq!(upload(POLICE, &police, id(number), 0).await, Answer::Upload { received: 10 });
    }
    let seconds = wait(&upload(POLICE, &police, id(99), 0).await);
    assert!(seconds <= ORPHAN_SECONDS_MAX);
    assert_eq!(upload(POLICE, &police, id(3), 1).await, Answer::Upload { received: 10 }, "one more part");
    let coord = stage.device(COORD).await;
    // What is another's counts for nobody who tries, and every try is told the same.
    for _ in 0..2 {
        for number in 0..DEVICE_UPLOADS_MAX {
            assert_eq!(refusal(&upload(COORD, &coord, id(number), 0).await), Some(Refusal::IdUsed));
        }
    }
    assert_eq!(upload(COORD, &coord, id(99), 0).await, Answer::Upload { received: 10 });
    stage.honest(COORD, MAIRE).await;
    stage.end().await;
}

/// Uploads that no letter names: counted in bytes by what was announced, however it is announced again,
/// and gone after a day. On a disk of the tests, where sixteen gigabytes are free.
#[test]
fn what_no_letter_names_counts_and_is_gone_after_a_day() {
    let world = World::new();
    let mut engine = Engine::open(&world, &founded(&world)).unwrap();
    let relay = engine.relay.clone();
    // So many bytes announced, ten of them sent.
    let upload = async |person: usize, number, part, bytes, from| {
        let ask = Ask::Upload { message: id(number), part, bytes, from };
        let signed = world.people[person].request(ask, world.now());
        told(&relay, &[framed(&cbor::encode(&signed)), vec![7; 10]].concat()).await
    };
    let work = async {
        assert_eq!(upload(POLICE, 1, 0, DOCUMENT_BYTES_MAX, 0).await, None, "ten bytes of it came");
        assert_eq!(upload(POLICE, 1, 1, DOCUMENT_BYTES_MAX, 0).await, None);
        let smaller = upload(POLICE, 1, 0, 9, 10).await.unwrap();
        assert_eq!(refusal(&smaller), Some(Refusal::Malformed), "more has come than that");
        let seconds = wait(&upload(POLICE, 2, 0, DOCUMENT_BYTES_MAX, 0).await.unwrap());
        assert!(seconds <= ORPHAN_SECONDS_MAX, "a day is enough");
        assert_eq!(upload(COORD, 3, 0, DOCUMENT_BYTES_MAX, 0).await, None, "another device is free");
        // Whole, and announced again as anything else: what is there is told, and counts.
        assert_eq!(upload(COORD, 3, 1, 10, 0).await, Some(Answer::Upload { received: 10 }));
        for bytes in [0, 10, 1000] {
            assert_eq!(upload(COORD, 3, 1, bytes, 0).await, Some(Answer::Upload { received: 10 }));
        }

        world.pass(ORPHAN_SECONDS_MAX - 60);
        sweep(&relay).await;
        wait(&upload(POLICE, 2, 0, DOCUMENT_BYTES_MAX, 0).await.unwrap());
        world.pass(120);
        sweep(&relay).await;
        for (person, number) in [(POLICE, 1), (COORD, 3)] {
            for part in [0, 1] {
                let ask = Ask::UploadState { message: id(number), part };
                let (answer, _) = world.ask(&relay, person, ask, &[]).await;
                assert_eq!(answer, Answer::Upload { received: 0 }, "a day later it is gone");
            }
        }
        assert_eq!(upload(POLICE, 2, 0, DOCUMENT_BYTES_MAX, 0).await, None, "and there is room again");
    };
    engine.run(work).unwrap().expect("it waits for somebody else");
    drop(relay);
    engine.close().unwrap();
}

/// What the relay says to some bytes on a stream that ends; none if it says nothing.
async fn told(relay: &Relay, mut bytes: &[u8]) -> Option<Answer> {
    let mut told = Vec::new();
    requests::answer(relay, Door::Open, &mut bytes, &mut told).await;
    unframed(&told).first().map(|frame| cbor::decode(frame, 4 * FRAME_BYTES_MAX).unwrap())
}
