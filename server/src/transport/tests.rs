//! Both ends together, over loopback: what is agreed, and each way in which it is refused.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use quinn::{Connection, Endpoint};
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue};
use rustls::{HandshakeKind, NamedGroup};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, ServerName};
use tokio::task::JoinHandle;

use super::ended::{End, Ended, HandshakeFault};
use super::example::EXAMPLE_DEVICES;
use super::frames::{read_frame, write_frame};
use super::pki::{self, Certificate, Issuer};
use super::quic::{self, ConnectFailed, client_config, client_endpoint, connect, relay_endpoint};
use super::tls;
use super::tls::{Identity, certificate_from_pem, client_tls, relay_tls, stranger_tls};
use super::tls_key::TlsKey;

const CA: &[u8] = include_bytes!("../../../certs-example/ca.pem");
const CA_KEY: &[u8] = include_bytes!("../../../certs-example/ca.key.pem");
const RELAY: &[u8] = include_bytes!("../../../certs-example/relay.pem");
const RELAY_KEY: &[u8] = include_bytes!("../../../certs-example/relay.key.pem");
const DEVICES: [(&[u8], &[u8]); 2] = [
    (
        include_bytes!("../../../certs-example/device-1.pem"),
        include_bytes!("../../../certs-example/device-1.key.pem"),
    ),
    (
        include_bytes!("../../../certs-example/device-2.pem"),
        include_bytes!("../../../certs-example/device-2.key.pem"),
    ),
];

/// Far longer than anything here takes: a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);
/// 2001, which is over.
const LONG_AGO: u64 = 1_000_000_000;
/// 2096, which is far.
const LATER: u64 = 4_000_000_000;
const FRAME_BYTES_MAX: usize = 64;

fn ca() -> Vec<u8> {
    certificate_from_pem(CA).unwrap()
}

fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// The TLS configuration of the example relay.
pub(super) fn relay() -> rustls::ServerConfig {
    relay_tls(&Identity::from_pem(RELAY, RELAY_KEY).unwrap(), &ca()).unwrap()
}

/// The TLS configuration of an example device.
pub(super) fn client(number: usize) -> rustls::ClientConfig {
    let (chain, key) = DEVICES[number - 1];
    client_tls(&Identity::from_pem(chain, key).unwrap(), &ca()).unwrap()
}

fn example_issuer() -> Issuer {
    let key = PrivatePkcs8KeyDer::from_pem_slice(CA_KEY).unwrap();
    let key = TlsKey::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let pem = String::from_utf8(CA.to_vec()).unwrap();
    Issuer::load(Certificate { der: ca(), pem }, key).unwrap()
}

fn new_issuer() -> Issuer {
    let key = TlsKey::generate().unwrap();
    pki::make_ca("another", key, LONG_AGO, LATER).unwrap()
}

/// An example device's certificate by `issuer`, until `not_after`.
fn device(issuer: &Issuer, not_after: u64) -> Identity {
    let key = TlsKey::generate().unwrap();
    let pair = key.pair().unwrap();
    let certificate = issuer.device_certificate(&pair, &EXAMPLE_DEVICES[0], LONG_AGO, not_after).unwrap();
    identity(certificate, &key)
}

fn identity(certificate: Certificate, key: &TlsKey) -> Identity {
    Identity::from_der(vec![certificate.der], key.pkcs8()).unwrap()
}

/// Accepts one connection, and gives back every frame on every stream until it closes.
fn serve_one(endpoint: &Endpoint) -> JoinHandle<Result<Connection, Ended>> {
    let endpoint = endpoint.clone();
    tokio::spawn(async move {
        let incoming = endpoint.accept().await.unwrap();
        let connecting = quic::admitted(incoming, 0)?.unwrap();
        let connection = connecting.await.map_err(|error| Ended::from(&error))?;
        while let Ok((mut send, mut recv)) = connection.accept_bi().await {
            while let Some(body) = read_frame(&mut recv, FRAME_BYTES_MAX).await.unwrap() {
                write_frame(&mut send, &body).await.unwrap();
            }
            send.finish().unwrap();
        }
        Ok(connection)
    })
}

async fn echo(connection: &Connection, body: &[u8]) -> Vec<u8> {
    let (mut send, mut recv) = connection.open_bi().await.unwrap();
    write_frame(&mut send, body).await.unwrap();
    send.finish().unwrap();
    let answer = read_frame(&mut recv, FRAME_BYTES_MAX).await.unwrap().unwrap();
    assert!(read_frame(&mut recv, FRAME_BYTES_MAX).await.unwrap().is_none());
    answer
}

/// How a connection that is not wanted ends, seen by the client and by the relay.
async fn refused(relay: rustls::ServerConfig, client: rustls::ClientConfig) -> (Ended, Ended) {
    let there = relay_endpoint(loopback(), relay).unwrap();
    let served = serve_one(&there);
    let here = client_endpoint(loopback()).unwrap();
    let config = client_config(client).unwrap();
    let both = async {
        let mine = match connect(&here, &config, there.local_addr().unwrap()).await {
            // The relay judges after the client is done, so the answer is in how it closes.
            Ok(connection) => Ended::from(&connection.closed().await),
            Err(ConnectFailed::Ended(ended)) => ended,
            Err(failed) => panic!("{failed}"),
        };
        (mine, served.await.unwrap().expect_err("it was admitted"))
    };
    tokio::time::timeout(PATIENCE, both).await.expect("somebody waits for ever")
}

async fn relay_refuses(client: rustls::ClientConfig, fault: HandshakeFault) {
    let (mine, theirs) = refused(relay(), client).await;
    assert_eq!(mine, Ended::Handshake { by: End::There, fault });
    assert_eq!(theirs, Ended::Handshake { by: End::Here, fault });
}

async fn client_refuses(relay: rustls::ServerConfig, fault: HandshakeFault) {
    let (mine, theirs) = refused(relay, client(1)).await;
    assert_eq!(mine, Ended::Handshake { by: End::Here, fault });
    assert_eq!(theirs, Ended::Handshake { by: End::There, fault });
}

#[tokio::test]
async fn a_device_is_known_by_its_id_and_frames_come_back() {
    let there = relay_endpoint(loopback(), relay()).unwrap();
    let here = client_endpoint(loopback()).unwrap();
    for number in [1, 2] {
        let served = serve_one(&there);
        let config = client_config(client(number)).unwrap();
        let connection = connect(&here, &config, there.local_addr().unwrap()).await.unwrap();
        assert_eq!(echo(&connection, b"bonjour").await, b"bonjour");
        assert_eq!(quic::peer_device(&connection), None, "the relay is no device");
        connection.close(7u32.into(), b"");
        let connection = served.await.unwrap().unwrap();
        assert_eq!(quic::peer_device(&connection), Some(EXAMPLE_DEVICES[number - 1]));
        assert_eq!(Ended::from(&connection.closed().await), Ended::Closed(7));
    }
}

/// Runs a whole handshake without a network, as quinn does not tell what was agreed.
fn agreed(
    relay: &Arc<rustls::ServerConfig>,
    client: &Arc<rustls::ClientConfig>,
) -> (NamedGroup, HandshakeKind, rustls::CipherSuite) {
    let name = ServerName::try_from(pki::RELAY_NAME).unwrap();
    let mut here = rustls::ClientConnection::new(client.clone(), name).unwrap();
    let mut there = rustls::ServerConnection::new(relay.clone()).unwrap();
    let mut wire = Vec::new();
    while here.is_handshaking() || there.is_handshaking() || there.wants_write() {
        while here.wants_write() {
            here.write_tls(&mut wire).unwrap();
        }
        there.read_tls(&mut wire.as_slice()).unwrap();
        there.process_new_packets().unwrap();
        wire.clear();
        while there.wants_write() {
            there.write_tls(&mut wire).unwrap();
        }
        here.read_tls(&mut wire.as_slice()).unwrap();
        here.process_new_packets().unwrap();
        wire.clear();
    }
    assert_eq!(here.alpn_protocol(), Some(tls::ALPN));
    let group = there.negotiated_key_exchange_group().unwrap().name();
    let suite = here.negotiated_cipher_suite().unwrap().suite();
    (group, here.handshake_kind().unwrap(), suite)
}

#[test]
fn the_hybrid_group_and_aes_256_are_agreed() {
    let (group, _, suite) = agreed(&Arc::new(relay()), &Arc::new(client(1)));
    assert_eq!(group, NamedGroup::X25519MLKEM768);
    assert_eq!(suite, rustls::CipherSuite::TLS13_AES_256_GCM_SHA384);
}

#[test]
fn a_second_handshake_is_as_full_as_the_first() {
    let eager = |relay: rustls::ServerConfig| {
        let (relay, mut client) = (Arc::new(relay), client(1));
        client.resumption = Resumption::in_memory_sessions(8);
        let client = Arc::new(client);
        (agreed(&relay, &client).1, agreed(&relay, &client).1)
    };
    assert_eq!(eager(relay()), (HandshakeKind::Full, HandshakeKind::Full));
    // The same client does resume where a relay is careless, so the line above means something.
    let mut careless = relay();
    careless.send_tls13_tickets = 1;
    careless.session_storage = rustls::server::ServerSessionMemoryCache::new(8);
    assert_eq!(eager(careless), (HandshakeKind::Full, HandshakeKind::Resumed));
}

/// A client's memory of sessions that only counts the tickets it is given.
#[derive(Debug, Default)]
struct Tickets(AtomicUsize);

impl ClientSessionStore for Tickets {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}
    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }
    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}
    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }
    fn remove_tls12_session(&self, _: &ServerName<'static>) {}
    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: rustls::client::Tls13ClientSessionValue) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<rustls::client::Tls13ClientSessionValue> {
        None
    }
}

#[tokio::test]
async fn no_ticket_comes_over_quic() {
    let check = async |relay: rustls::ServerConfig, expected: usize| {
        let there = relay_endpoint(loopback(), relay).unwrap();
        let here = client_endpoint(loopback()).unwrap();
        let tickets = Arc::new(Tickets::default());
        let mut tls = client(1);
        tls.resumption = Resumption::store(tickets.clone());
        let config = client_config(tls).unwrap();
        for _ in 0..2 {
            let served = serve_one(&there);
            let connection = connect(&here, &config, there.local_addr().unwrap()).await.unwrap();
            // A ticket would have come before this answer.
            echo(&connection, b"hello").await;
            connection.close(0u32.into(), b"");
            served.await.unwrap().unwrap();
        }
        assert_eq!(tickets.0.load(Ordering::SeqCst), expected);
    };
    check(relay(), 0).await;
    let mut careless = relay();
    careless.send_tls13_tickets = 1;
    careless.session_storage = rustls::server::ServerSessionMemoryCache::new(8);
    check(careless, 2).await;
}

#[tokio::test]
async fn another_protocol_is_refused() {
    let mut other = client(1);
    other.alpn_protocols = vec![b"pli/2".to_vec()];
    relay_refuses(other, HandshakeFault::Protocol).await;
}

#[tokio::test]
async fn a_client_without_the_hybrid_group_is_refused() {
    let mut classical = rustls::crypto::ring::default_provider();
    classical.kx_groups = vec![rustls::crypto::ring::kx_group::X25519];
    relay_refuses(without_certificate(Arc::new(classical)), HandshakeFault::KeyExchange).await;
}

/// whoever shows nothing is let in as a stranger. Each way to show something that does not hold is
/// refused, in the tests around this one.
#[tokio::test]
async fn a_device_without_a_certificate_is_a_stranger() {
    let there = relay_endpoint(loopback(), relay()).unwrap();
    let here = client_endpoint(loopback()).unwrap();
    for (tls, stranger) in [(stranger_tls(&ca()).unwrap(), true), (client(1), false)] {
        let served = serve_one(&there);
        let config = client_config(tls).unwrap();
        let connection = connect(&here, &config, there.local_addr().unwrap()).await.unwrap();
        assert_eq!(echo(&connection, b"bonjour").await, b"bonjour");
        assert!(!quic::is_stranger(&connection), "the relay shows who it is");
        connection.close(0u32.into(), b"");
        let connection = served.await.unwrap().unwrap();
        assert_eq!(quic::is_stranger(&connection), stranger);
        assert_eq!(quic::peer_device(&connection).is_none(), stranger);
    }
}

#[tokio::test]
async fn a_stranger_finds_out_a_relay_of_another_issuer() {
    let stranger = stranger_tls(&new_issuer().certificate().der).unwrap();
    let (mine, _) = refused(relay(), stranger).await;
    assert_eq!(mine, Ended::Handshake { by: End::Here, fault: HandshakeFault::Issuer });
}

#[tokio::test]
async fn a_connection_is_closed_for_a_reason_that_arrives() {
    let there = relay_endpoint(loopback(), relay()).unwrap();
    let here = client_endpoint(loopback()).unwrap();
    for (why, read) in [
        (Ended::Struck, Ended::Struck),
        (Ended::Changed, Ended::Changed),
        (Ended::Busy, Ended::Busy),
        (Ended::NoAnswer, Ended::Closed(0)),
    ] {
        let served = serve_one(&there);
        let config = client_config(client(1)).unwrap();
        let connection = connect(&here, &config, there.local_addr().unwrap()).await.unwrap();
        quic::close(&connection, why);
        let connection = served.await.unwrap().unwrap();
        assert_eq!(Ended::from(&connection.closed().await), read, "{why}");
    }
}

fn without_certificate(provider: Arc<rustls::crypto::CryptoProvider>) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(ca().into()).unwrap();
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![tls::ALPN.to_vec()];
    tls
}

#[tokio::test]
async fn a_device_of_another_issuer_is_refused() {
    let stranger = device(&new_issuer(), LATER);
    relay_refuses(client_tls(&stranger, &ca()).unwrap(), HandshakeFault::Issuer).await;
}

#[tokio::test]
async fn an_expired_device_is_refused() {
    let old = device(&example_issuer(), LONG_AGO + 1);
    relay_refuses(client_tls(&old, &ca()).unwrap(), HandshakeFault::OutOfDate).await;
}

#[tokio::test]
async fn a_relay_certificate_does_not_admit_a_client() {
    let relay = Identity::from_pem(RELAY, RELAY_KEY).unwrap();
    relay_refuses(client_tls(&relay, &ca()).unwrap(), HandshakeFault::Certificate).await;
}

#[tokio::test]
async fn a_device_cannot_play_the_relay() {
    let (chain, key) = DEVICES[0];
    let device = Identity::from_pem(chain, key).unwrap();
    client_refuses(relay_tls(&device, &ca()).unwrap(), HandshakeFault::Certificate).await;
}

#[tokio::test]
async fn a_relay_of_another_issuer_is_refused() {
    let issuer = new_issuer();
    let key = TlsKey::generate().unwrap();
    let relay = identity(issuer.issue_relay(&key, LONG_AGO, LATER).unwrap(), &key);
    client_refuses(relay_tls(&relay, &ca()).unwrap(), HandshakeFault::Issuer).await;
}

#[tokio::test]
async fn an_expired_relay_is_refused() {
    let key = TlsKey::generate().unwrap();
    let certificate = example_issuer().issue_relay(&key, LONG_AGO, LONG_AGO + 1).unwrap();
    let relay = identity(certificate, &key);
    client_refuses(relay_tls(&relay, &ca()).unwrap(), HandshakeFault::OutOfDate).await;
}
