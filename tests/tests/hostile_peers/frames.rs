//! Frames that are none, as a greeting and as a request.

use crate::stage::{Stage, refusal, soon};
use pli_server::transport::frames::framed;
use pli_tests::load::Device;
use pli_tests::world::{COORD, MAIRE, POLICE};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::ids::{DeviceId, GroupId, IdBeginning, MessageId};
use shared::limits::{DOCUMENTS_MAX, FRAME_BYTES_MAX};
use shared::log::{Act, Outcome};
use shared::refusal::Refusal;
use shared::signed::{Algorithm, Document, Signature, Signed};
use shared::time::Timestamp;
use shared::wire::{About, Annexed, Answer, Ask, Hello, Ready, Request, VERSION};

/// A document of any bytes, signed as if it were one.
pub(crate) fn signed_bytes<T: Document>(key: &SigningKey, bytes: Vec<u8>) -> Signed {
    let signature = key.sign(T::CONTEXT, &bytes).to_vec();
    let signatures = vec![Signature { algorithm: Algorithm::Ed25519, key: key.id(), signature }];
    Signed { bytes, signatures }
}

/// Bytes that are no frame of what is expected, whatever that is; each is complete, so it is answered.
fn no_frames(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let claim = u32::try_from(FRAME_BYTES_MAX + 1).unwrap().to_be_bytes();
    let indefinite = [&[0xbf], &good[1..], &[0xff]].concat();
    vec![
        ("nothing in a frame", framed(b"")),
        ("a claim of four gigabytes", vec![0xff; 4]),
        ("a claim of one byte too many", claim.to_vec()),
        ("the same with its bytes", [&claim[..], &vec![0; FRAME_BYTES_MAX + 1]].concat()),
        ("as many zeros as may be", framed(&vec![0; FRAME_BYTES_MAX])),
        ("lists in lists", framed(&vec![0x81; FRAME_BYTES_MAX])),
        ("maps in maps", framed(&b"\xa1\x61a".repeat(20_000))),
        ("tags on tags", framed(&vec![0xc1; FRAME_BYTES_MAX])),
        ("a list of 2^64 items", framed(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
        ("a text of 2^63 bytes", framed(&[0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
        ("a length that is not told", framed(&indefinite)),
        ("a byte after the end", framed(&[good, &[0]].concat())),
        ("a byte too few", framed(&good[..good.len() - 1])),
        ("an answer", framed(&cbor::encode(&Answer::Watching))),
    ]
}

/// What greets, and how it is answered; none if the relay says nothing.
async fn greeting(stage: &Stage, bytes: &[u8]) -> (Device, Option<Ready>) {
    let device = soon(stage.network.connect(POLICE, stage.address)).await.unwrap();
    let mut stream = device.stream().await.unwrap();
    stream.send(bytes).await;
    stream.end();
    let ready = soon(stream.frame()).await.map(|frame| cbor::decode(&frame, FRAME_BYTES_MAX).unwrap());
    (device, ready)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_greet_is_told_why_and_let_go() {
    let stage = Stage::start().await;
    let hello = |version| Hello { version, software: "somebody".into() };
    let good = cbor::encode(&hello(VERSION));
    let mut cases: Vec<_> =
        no_frames(&good).into_iter().map(|(what, bytes)| (what, bytes, Refusal::Malformed)).collect();
    let second = cbor::encode(&hello(VERSION + 1));
    // The version is a number of one byte: 1 spelled in two.
    let place = good.iter().position(|byte| *byte == VERSION).unwrap();
    let longer = [&good[..place], &[0x18], &good[place..]].concat();
    cases.push(("another version", framed(&second), Refusal::Version));
    cases.push(("a longer integer", framed(&longer), Refusal::Malformed));
    for (what, bytes, expected) in cases {
        let (device, ready) = greeting(&stage, &bytes).await;
        match ready {
            Some(Ready::Refused(refused)) => assert_eq!(refused.refusal, expected, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
        soon(device.connection.closed()).await;
    }
    let whole = framed(&good);
    for cut in [0, 1, 4, 5, whole.len() - 1] {
        let (device, ready) = greeting(&stage, &whole[..cut]).await;
        assert_eq!(ready, None, "{cut} bytes of a greeting");
        soon(device.connection.closed()).await;
    }
    stage.honest(MAIRE, POLICE).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_ends_its_stream_and_nothing_else() {
    let stage = Stage::start().await;
    let police = &stage.world.people[POLICE];
    let device = stage.device(POLICE).await;
    let request = |change: &dyn Fn(&mut Request)| {
        let mut request: Request = police.request(Ask::Log, stage.world.now()).peek().unwrap();
        change(&mut request);
        cbor::encode(&request)
    };
    let good = cbor::encode(&police.request(Ask::Log, stage.world.now()));
    let mut cases: Vec<_> =
        no_frames(&good).into_iter().map(|(what, bytes)| (what, bytes, Refusal::Malformed)).collect();
    let mut inside = |what, bytes: Vec<u8>, expected| {
        let signed = signed_bytes::<Request>(&police.key, bytes);
        cases.push((what, framed(&cbor::encode(&signed)), expected));
    };
    inside("another version", request(&|request| request.version = 2), Refusal::Version);
    inside("version 255", request(&|request| request.version = 255), Refusal::Version);
    inside("an unknown ask", replaced(&request(&|_| ()), b"clog", b"clot"), Refusal::Malformed);
    inside("an unknown field", replaced(&request(&|_| ()), b"known", b"knowt"), Refusal::Malformed);
    inside("no request", b"\x81\x81\x81".repeat(9000), Refusal::Malformed);
    inside("a signed nothing", Vec::new(), Refusal::Malformed);
    inside("bytes behind it", [request(&|_| ()), vec![0]].concat(), Refusal::Malformed);
    inside("the last counter there is", request(&|request| request.counter = u64::MAX), Refusal::CounterUsed);
    inside("the end of time", request(&|request| request.time.0 = u64::MAX), Refusal::RequestTime);
    inside("before all time", request(&|request| request.time.0 = 0), Refusal::RequestTime);
    for (what, bytes, expected) in cases {
        let mut stream = device.stream().await.unwrap();
        stream.send(&bytes).await;
        let answer = soon(stream.answer()).await.unwrap_or_else(|| panic!("{what}: no answer"));
        assert_eq!(refusal(&answer), Some(expected), "{what}");
        assert_eq!(soon(stream.frame()).await, None, "{what}: the stream ends");
    }
    for cut in [1, 4, 5, good.len()] {
        let mut stream = device.stream().await.unwrap();
        stream.send(&framed(&good)[..cut]).await;
        stream.end();
        assert_eq!(soon(stream.frame()).await, None, "{cut} bytes of a request");
    }
    stage.head(&device, POLICE).await;
    stage.honest(MAIRE, POLICE).await;
    stage.end().await;
}

/// The name of an ask or a field, spelled otherwise.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let place = bytes.windows(from.len()).rposition(|window| window == from).unwrap();
    [&bytes[..place], to, &bytes[place + from.len()..]].concat()
}

/// Every ask at the edges of its numbers: a refusal or a short answer, and never a record.
#[tokio::test(flavor = "multi_thread")]
async fn no_number_in_a_request_is_too_large_to_be_answered() {
    let stage = Stage::start().await;
    let everybody = stage.everybody().await;
    let before = stage.seen(&everybody).await;
    let device = &everybody[2];
    let message = MessageId([9; 16]);
    let nobody: DeviceId = shared::ids::KeyId([0xff; 16]);
    let beginning: IdBeginning = "ffffff".parse().unwrap();
    let upload = |part, bytes, from| Ask::Upload { message, part, bytes, from };
    let document = u16::try_from(DOCUMENTS_MAX).unwrap();
    let claim = |devices: Vec<_>| Ask::Claim {
        message,
        core: shared::crypto::sha256(b""),
        act: Act::Release,
        reason: None,
        annex: (!devices.is_empty()).then(|| Annexed { digest: shared::crypto::sha256(b""), devices }),
    };
    let bucket = |ends| shared::time::Bucket { ends: Timestamp(ends), tier: shared::time::Tier::Seconds(0) };
    let cases = [
        (Ask::Leaves { from: u64::MAX, to: 0 }, None),
        (Ask::Leaves { from: u64::MAX - 1, to: u64::MAX }, None),
        (Ask::Leaves { from: 0, to: u64::MAX }, None),
        (Ask::Consistency { older: u64::MAX, newer: u64::MAX }, Some(Refusal::NotFound)),
        (Ask::Consistency { older: 3, newer: 1 }, Some(Refusal::NotFound)),
        (Ask::Consistency { older: 0, newer: u64::MAX }, Some(Refusal::NotFound)),
        (Ask::Mailbox { after: Some(message), beginning: None }, Some(Refusal::NotFound)),
        (Ask::Mailbox { after: None, beginning: Some(beginning) }, None),
        (Ask::Sent { after: Some(message) }, Some(Refusal::NotFound)),
        (Ask::KeyPages { device: nobody }, None),
        (Ask::Statement { digest: shared::crypto::sha256(b"") }, Some(Refusal::NotFound)),
        (Ask::Statements(About::Group(GroupId([0; 16]))), Some(Refusal::NotAMember)),
        (Ask::UploadState { message, part: u16::MAX }, None),
        (upload(document, 1, 0), Some(Refusal::TooLarge)),
        (upload(u16::MAX, 1, 0), Some(Refusal::TooLarge)),
        (upload(0, u64::MAX, 0), Some(Refusal::TooLarge)),
        (upload(0, u64::MAX, u64::MAX), Some(Refusal::TooLarge)),
        (upload(0, 10, u64::MAX), Some(Refusal::Malformed)),
        (upload(0, 10, 11), Some(Refusal::Malformed)),
        (Ask::Fetch { message, part: u16::MAX, from: u64::MAX }, Some(Refusal::NotFound)),
        (claim(vec![(nobody, bucket(u64::MAX)); 33]), Some(Refusal::TooLarge)),
        (claim(Vec::new()), Some(Refusal::NotFound)),
        (
            Ask::Acknowledge { message, claim: u64::MAX, outcome: Outcome::AlreadyDone, rules: Vec::new() },
            Some(Refusal::NotFound),
        ),
        (Ask::Status { message }, Some(Refusal::NotFound)),
        (
            Ask::LogKeys {
                from: u64::MAX,
                to: 0,
                reason: "controle".parse().unwrap(),
                reference: Some("r".repeat(129)),
            },
            Some(Refusal::TooLarge),
        ),
        (
            Ask::LogKeys { from: u64::MAX, to: 0, reason: "controle".parse().unwrap(), reference: None },
            Some(Refusal::NotAReviewer),
        ),
        (Ask::Account { destroyed: Timestamp(u64::MAX) }, Some(Refusal::RequestTime)),
        (
            Ask::HandOver {
                to: nobody,
                keys: u32::MAX,
                annexes: u32::MAX,
                digest: shared::crypto::sha256(b""),
            },
            Some(Refusal::NotAReviewer),
        ),
    ];
    for (ask, expected) in cases {
        let what = format!("{ask:?}");
        let answer = stage.ask(device, POLICE, ask, &[]).await;
        assert_eq!(refusal(&answer), expected, "{what}: {answer:?}");
    }
    assert_eq!(stage.seen(&everybody).await, before);
    stage.honest(COORD, POLICE).await;
    stage.end().await;
}
