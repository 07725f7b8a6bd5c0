//! Whoever does not get as far as a greeting, and a relay that serves the others all the same. What each
//! is told stands in the transport's own tests.

use crate::stage::{Stage, refusal, soon};
use pli_server::folder;
use pli_server::transport::pki::{Issuer, make_ca, verify_request};
use pli_server::transport::quic::{self, client_config, client_endpoint};
use pli_server::transport::tls::{Identity, certificate_from_pem, client_tls};
use pli_server::transport::tls_key::TlsKey;
use pli_tests::load::Device;
use pli_tests::world::{COORD, MAIRE, POLICE};
use rustls::ClientConfig;
use shared::crypto::SigningKey;
use shared::limits::DEVICE_CONNECTIONS_MAX;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::time::DAY_SECONDS;
use shared::wire::{Ask, Ready, Request};
use std::net::{Ipv4Addr, UdpSocket};

/// A device's certificate by an issuer, for ninety days from an instant.
fn certified(issuer: &Issuer, device: &[u8; 16], from: u64) -> Identity {
    let key = TlsKey::generate().unwrap();
    let request = verify_request(&key.request(device).unwrap(), device).unwrap();
    let certificate = issuer.issue_device(&request, from).unwrap();
    Identity::from_der(vec![certificate.der], key.pkcs8()).unwrap()
}

/// Connects, and waits until it is closed.
async fn turned_away(stage: &Stage, what: &str, tls: ClientConfig) {
    let endpoint = client_endpoint((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let config = client_config(tls).unwrap();
    // In TLS 1.3 the relay judges after the client is done.
    if let Ok(connection) = soon(quic::connect(&endpoint, &config, stage.address)).await {
        let ended = soon(connection.closed()).await;
        assert!(matches!(ended, quinn::ConnectionError::ConnectionClosed(_)), "{what}: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_in_keeps_nobody_out() {
    let stage = Stage::start().await;
    let issuer = folder::issuer(stage.dir.path()).unwrap();
    let pem = std::fs::read(stage.dir.path().join("keys/ca.pem")).unwrap();
    let (ca, now) = (certificate_from_pem(&pem).unwrap(), stage.world.now().0);
    let device = stage.world.people[POLICE].device().0;
    let with = |identity: &Identity| client_tls(identity, &ca).unwrap();
    let good = || with(&certified(&issuer, &device, now));

    let mut other_protocol = good();
    other_protocol.alpn_protocols = vec![b"pli/2".to_vec()];
    let mut no_protocol = good();
    no_protocol.alpn_protocols.clear();
    let year = 365 * DAY_SECONDS;
    let stranger = make_ca("another", TlsKey::generate().unwrap(), now - 60, now + year).unwrap();
    let cases = [
        ("another protocol", other_protocol),
        ("no protocol", no_protocol),
        ("another issuer's certificate", with(&certified(&stranger, &device, now))),
        ("a certificate that is over", with(&certified(&issuer, &device, now - year))),
        ("a certificate of next year", with(&certified(&issuer, &device, now + year))),
    ];
    for (what, tls) in cases {
        turned_away(&stage, what, tls).await;
    }

    // Certified, and on no card: the door opens and every request is refused.
    let key = SigningKey::generate();
    let endpoint = client_endpoint((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let config = client_config(with(&certified(&issuer, &key.id().0, now))).unwrap();
    let connection = quic::connect(&endpoint, &config, stage.address).await.unwrap();
    let device = Device::new(connection, endpoint);
    assert!(matches!(soon(device.greet()).await, Some(Ready::Welcome { .. })));
    let mut request: Request =
        stage.world.people[POLICE].request(Ask::Log, stage.world.now()).peek().unwrap();
    request.device = key.id();
    let answer = stage.say(&device, &Signed::new(&request, &[&key]), &[]).await;
    assert_eq!(refusal(&answer), Some(Refusal::NotEnrolled));
    // Nor may it speak for somebody who is.
    let signed = stage.world.people[POLICE].request(Ask::Log, stage.world.now());
    assert_eq!(refusal(&stage.say(&device, &signed, &[]).await), Some(Refusal::Malformed));

    stage.honest(COORD, MAIRE).await;
    stage.end().await;
}

/// A handshake is cheap to begin, and so is a datagram of anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_quic_is_not_answered() {
    let stage = Stage::start().await;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    for number in 0..2000 {
        let mut datagram: Vec<u8> = (0..random.usize(0..1400)).map(|_| random.u8(..)).collect();
        // Every other one looks like the first packet of a connection of version 1.
        if number % 2 == 0 && datagram.len() >= 7 {
            datagram[..7].copy_from_slice(&[0xc3, 0, 0, 0, 1, 8, random.u8(..)]);
        }
        socket.send_to(&datagram, stage.address).unwrap();
    }
    stage.honest(COORD, MAIRE).await;
    stage.end().await;
}

/// Whoever connects and never greets holds a few places, not the relay's.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_never_greet_are_few() {
    let stage = Stage::start().await;
    let mut silent = Vec::new();
    let most = usize::try_from(DEVICE_CONNECTIONS_MAX).unwrap();
    for _ in 0..3 * most {
        silent.push(soon(stage.network.connect(POLICE, stage.address)).await.unwrap());
    }
    let mut closing = tokio::task::JoinSet::new();
    for device in silent {
        closing.spawn(async move { device.connection.closed().await });
    }
    // Long before the time for a greeting is over, only those that may wait are left.
    while closing.len() > most {
        soon(closing.join_next()).await.unwrap().unwrap();
    }
    stage.honest(COORD, MAIRE).await;
    closing.abort_all();
    stage.end().await;
}
