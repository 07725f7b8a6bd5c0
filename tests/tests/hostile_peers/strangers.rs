//! Whoever comes without a certificate: given one if they are enrolled, and otherwise a few requests, a few
//! seconds and a few places, none of them a member's.

use crate::stage::{Stage, refusal, refused, soon, wire};
use pli_server::quotas::Allowance;
use pli_server::transport::ended::Ended;
use pli_server::transport::pki::{device_of, is_issued_by};
use pli_server::transport::quic::{self, client_config};
use pli_server::transport::tls::{certificate_from_pem, stranger_tls};
use pli_server::transport::tls_key::TlsKey;
use pli_tests::load::{Device, endpoint};
use pli_tests::world::{COORD, MAIRE, POLICE};
use shared::crypto::SigningKey;
use shared::limits::{STRANGER_REQUESTS_MAX, STRANGERS_MAX};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::wire::{Answer, Ask, Ready, Request};

fn ca(stage: &Stage) -> Vec<u8> {
    certificate_from_pem(&std::fs::read(stage.dir.path().join("keys/ca.pem")).unwrap()).unwrap()
}

/// Somebody without a certificate, before the greeting.
async fn stranger(stage: &Stage) -> Device {
    let config = client_config(stranger_tls(&ca(stage)).unwrap()).unwrap();
    let endpoint = endpoint();
    let connection = soon(quic::connect(&endpoint, &config, stage.address)).await.unwrap();
    Device::new(connection, endpoint)
}

async fn welcome(stage: &Stage) -> Device {
    let device = stranger(stage).await;
    assert!(matches!(soon(device.greet()).await, Some(Ready::Welcome { .. })));
    device
}

/// A request for a certificate for this device, signed by the officer's.
fn asked(stage: &Stage, device: [u8; 16]) -> Signed {
    let request = TlsKey::generate().unwrap().request(&device).unwrap();
    stage.world.people[POLICE].request(Ask::Certificate { request }, stage.world.now())
}

async fn closed(device: &Device) -> Ended {
    Ended::from(&soon(device.connection.closed()).await)
}

///
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_is_enrolled_gets_a_certificate_and_nothing_else() {
    let stage = Stage::start().await;
    let (police, coord) = (&stage.world.people[POLICE], &stage.world.people[COORD]);
    let device = welcome(&stage).await;
    let answer = stage.say(&device, &asked(&stage, police.device().0), &[]).await;
    let Answer::Certificate { der } = answer else { panic!("no certificate: {answer:?}") };
    assert_eq!(device_of(&der), Some(police.device().0));
    assert!(is_issued_by(&der, &ca(&stage)));

    let answer = stage.say(&device, &asked(&stage, coord.device().0), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::Malformed), "for another device");
    let answer = stage.ask(&device, POLICE, Ask::Log, &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::Malformed), "anything else");
    let key = SigningKey::generate();
    let mut request: Request = asked(&stage, key.id().0).peek().unwrap();
    request.device = key.id();
    let answer = stage.say(&device, &Signed::new(&request, &[&key]), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotEnrolled), "who is on no card");
    assert_eq!(closed(&device).await, Ended::Busy, "these were {STRANGER_REQUESTS_MAX}");

    let device = welcome(&stage).await;
    let two = [asked(&stage, police.device().0), asked(&stage, police.device().0)];
    let mut stream = soon(device.stream()).await.unwrap();
    soon(stream.send(&[wire(&two[0], &[]), wire(&two[1], &[])].concat())).await;
    assert!(matches!(soon(stream.answer()).await, Some(Answer::Certificate { .. })));
    assert_eq!(soon(stream.frame()).await, None, "one request a stream");
    stage.end().await;
}

/// A member renews on the connection that their certificate opened.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_given_another_certificate_for_their_own_device_only() {
    let stage = Stage::start().await;
    let device = stage.device(POLICE).await;
    let [police, coord] = [POLICE, COORD].map(|person| stage.world.people[person].device());
    let answer = stage.say(&device, &asked(&stage, police.0), &[]).await;
    assert!(matches!(answer, Answer::Certificate { .. }), "{answer:?}");
    let answer = stage.say(&device, &asked(&stage, coord.0), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::Malformed));
    for request in [Vec::new(), vec![0x30; 5_000]] {
        let answer = stage.ask(&device, POLICE, Ask::Certificate { request }, &[]).await;
        assert_eq!(refusal(&answer), Some(Refusal::Malformed));
    }
    stage.end().await;
}

///
#[tokio::test(flavor = "multi_thread")]
async fn strangers_have_places_of_their_own() {
    let stage = Stage::start().await;
    let mut strangers = Vec::new();
    for _ in 0..STRANGERS_MAX {
        strangers.push(welcome(&stage).await);
    }
    assert_eq!(closed(&stranger(&stage).await).await, Ended::Busy);
    stage.honest(COORD, MAIRE).await;
    strangers.pop().unwrap().connection.close(0u8.into(), b"");
    // The relay hears of it in its own time.
    let next = async {
        loop {
            let device = stranger(&stage).await;
            if device.greet().await.is_some() {
                return device;
            }
        }
    };
    let device = soon(next).await;
    let own = stage.world.people[POLICE].device().0;
    assert!(matches!(stage.say(&device, &asked(&stage, own), &[]).await, Answer::Certificate { .. }));
    stage.end().await;
}

/// What a stranger says in a member's name counts for nobody; what the member's device signed does.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_uses_up_nobody_else_s_quota() {
    const BURST: u32 = 6;
    let stage =
        Stage::with(Allowance { requests_burst: BURST, requests_per_second: 1, ..Allowance::ample() }, 0)
            .await;
    let own = stage.world.people[POLICE].device().0;
    for _ in 0..3 {
        let device = welcome(&stage).await;
        for _ in 0..STRANGER_REQUESTS_MAX {
            let mut unsigned = asked(&stage, own);
            unsigned.signatures.clear();
            assert_eq!(refusal(&stage.say(&device, &unsigned, &[]).await), Some(Refusal::Malformed));
        }
    }
    let device = stage.device(POLICE).await;
    // To be let in counted, too.
    for _ in 1..BURST {
        stage.head(&device, POLICE).await;
    }
    let device = welcome(&stage).await;
    let refused = refused(&stage.say(&device, &asked(&stage, own), &[]).await).unwrap();
    assert_eq!(refused.refusal, Refusal::Quota);
    assert!(refused.wait_seconds.is_some());
    stage.end().await;
}
