//! The two endpoints: every number of the transport, with its reason beside it.
//!
//! A connection belongs to one device. The device opens streams, the relay opens none: each
//! request has a stream, and notifications come as the answer on one that stays open. There are
//! no datagrams, because nothing here may be lost.
//!
//! An endpoint is only made from the configurations of [`super::tls`]. quinn's own shortcuts would
//! allow early data and resumption, so they are not used.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::{NoInitialCipherSuite, QuicClientConfig, QuicServerConfig};
use quinn::{
    ClientConfig, Connecting, Connection, ConnectionId, ConnectionIdGenerator, Endpoint, EndpointConfig,
    Incoming, MtuDiscoveryConfig, SendStream, ServerConfig, TransportConfig, ValidationTokenConfig, VarInt,
    WriteError,
};
use rustls_pki_types::CertificateDer;
use shared::crypto::random;
use socket2::{Domain, Protocol, Socket, Type};

use super::ended::Ended;
use super::pki;

/// A connection without a sign of life for so long is gone: a laptop that is shut leaves its place
/// within half a minute, and a short loss of the network is survived.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// Two may be lost before the idle limit, and a NAT that forgets after 30 s remembers. Only the
/// client sends it: it knows whether it still waits for something.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Requests of one connection at a time. quinn sets memory aside for each permitted stream: about
/// 34 KiB per idle connection with 16 of them, 116 KiB with 1,024.
const RELAY_STREAMS: VarInt = VarInt::from_u32(16);
/// No end opens streams in one direction, and the relay opens none at all.
const NO_STREAMS: VarInt = VarInt::from_u32(0);
/// One upload at 80 Mbit/s over 100 ms of distance.
const RELAY_STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
/// What a device can make the relay hold for it, all its streams together: two full uploads.
const RELAY_WINDOW_BYTES: u32 = 2 * RELAY_STREAM_WINDOW_BYTES;
/// One download at 320 Mbit/s over 100 ms. A client has one connection and can spare the memory.
const CLIENT_STREAM_WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// Two full downloads.
const CLIENT_WINDOW_BYTES: u32 = 2 * CLIENT_STREAM_WINDOW_BYTES;
/// What is sent and not yet acknowledged: as much as the other end takes of one stream.
const RELAY_SEND_WINDOW_BYTES: u64 = CLIENT_STREAM_WINDOW_BYTES as u64;
/// As much as the relay takes of one stream.
const CLIENT_SEND_WINDOW_BYTES: u64 = RELAY_STREAM_WINDOW_BYTES as u64;
/// Connections that wait to be accepted. The relay accepts as fast as they come; a longer line
/// would only be old by the time it is served.
const INCOMING_MAX: usize = 1024;
/// A hello with its post-quantum share is two datagrams of 1,200 bytes; room for repetitions.
const INCOMING_BYTES: u64 = 16 * 1024;
/// What the whole line may cost.
const INCOMING_BYTES_TOTAL: u64 = 4 * 1024 * 1024;
/// Two never meet by chance.
const CONNECTION_ID_BYTES: usize = 12;
/// What arrives while the driver waits for a processor is kept rather than sent again; worth up to
/// a tenth of the speed. Linux gives no more than its own limit (`net.core.rmem_max`).
const SOCKET_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// A person waits for it. Two round trips take well under a second anywhere in the country.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// From here, an address must show that it receives before the relay computes anything for it.
/// The convention's groups stay under it on a normal day, so they do not pay the round trip.
const RETRY_FROM: usize = 1_000;
/// From here, new connections get no answer: at 35 KiB each this is 350 MB, and the members who
/// are connected come first.
const IGNORE_FROM: usize = 10_000;

const _: () = assert!(KEEP_ALIVE.as_secs() * 3 <= IDLE_MAX.as_secs());
const _: () = assert!(RELAY_STREAM_WINDOW_BYTES <= RELAY_WINDOW_BYTES);
const _: () = assert!(CLIENT_STREAM_WINDOW_BYTES <= CLIENT_WINDOW_BYTES);
const _: () = assert!(INCOMING_BYTES <= INCOMING_BYTES_TOTAL);
const _: () = assert!(RETRY_FROM < IGNORE_FROM);

/// Why an endpoint could not be made: our machine's fault.
#[derive(Debug, thiserror::Error)]
pub enum EndpointFailed {
    /// The address cannot be used.
    #[error("cannot listen there; look whether the address is this machine's and free")]
    Bind(#[source] io::Error),
    /// There is no runtime to drive it.
    #[error("no tokio runtime here")]
    NoRuntime,
    /// The configuration lacks the suite that QUIC starts with, which ring's provider has.
    #[error("the TLS configuration is not fit for QUIC")]
    Suite(#[from] NoInitialCipherSuite),
}

/// Why [`connect`] has no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailed {
    /// The relay or the network.
    #[error(transparent)]
    Ended(#[from] Ended),
    /// This machine: the address is of another family than the socket, or the endpoint is closed.
    #[error("this address cannot be reached from here; look at it, and try again")]
    Unusable(#[source] quinn::ConnectError),
}

/// What the relay does with one more connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Begin the handshake.
    Accept,
    /// Begin it once the address has shown that it receives.
    Retry,
    /// Stay silent: an answer would cost more, and could be aimed at somebody else.
    Ignore,
}

/// Decides by the number of connections that are open already.
pub fn admit(open: usize) -> Admission {
    match open {
        IGNORE_FROM.. => Admission::Ignore,
        RETRY_FROM.. => Admission::Retry,
        _ => Admission::Accept,
    }
}

/// Carries out [`admit`]. `None`: nothing is to be done now; who was asked to retry comes again.
pub fn admitted(incoming: Incoming, open: usize) -> Result<Option<Connecting>, Ended> {
    match admit(open) {
        Admission::Ignore => {
            incoming.ignore();
            Ok(None)
        }
        Admission::Retry if !incoming.remote_address_validated() => {
            // It fails only for an address that is validated, and the guard says it is not.
            let _ = incoming.retry();
            Ok(None)
        }
        // A hello that fits in one datagram is judged at once, so this can fail already.
        Admission::Accept | Admission::Retry => match incoming.accept() {
            Ok(connecting) => Ok(Some(connecting)),
            Err(error) => Err(Ended::from(&error)),
        },
    }
}

/// The relay's settings.
pub fn relay_transport() -> TransportConfig {
    let mut transport = both_ends();
    transport
        .max_concurrent_bidi_streams(RELAY_STREAMS)
        .stream_receive_window(RELAY_STREAM_WINDOW_BYTES.into())
        .receive_window(RELAY_WINDOW_BYTES.into())
        .send_window(RELAY_SEND_WINDOW_BYTES);
    transport
}

/// The client's settings.
pub fn client_transport() -> TransportConfig {
    let mut transport = both_ends();
    transport
        .max_concurrent_bidi_streams(NO_STREAMS)
        .stream_receive_window(CLIENT_STREAM_WINDOW_BYTES.into())
        .receive_window(CLIENT_WINDOW_BYTES.into())
        .send_window(CLIENT_SEND_WINDOW_BYTES)
        .keep_alive_interval(Some(KEEP_ALIVE));
    transport
}

fn both_ends() -> TransportConfig {
    let mut transport = TransportConfig::default();
    transport
        .max_idle_timeout(IDLE_MAX.try_into().ok())
        .max_concurrent_uni_streams(NO_STREAMS)
        .datagram_receive_buffer_size(None)
        .datagram_send_buffer_size(0)
        // Most paths carry 1,452 bytes: a fifth more speed than the 1,200 that all of them carry.
        .mtu_discovery_config(Some(MtuDiscoveryConfig::default()))
        // Ten packets in one call to the system: four times the speed.
        .enable_segmentation_offload(true);
    transport
}

/// The relay's configuration, also to replace that of a running endpoint when a certificate is
/// renewed. It has effect on new connections.
pub fn relay_config(tls: rustls::ServerConfig) -> Result<ServerConfig, EndpointFailed> {
    let mut config = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls)?));
    // An address token that outlives its connection would link a device's visits for the network.
    let mut no_tokens = ValidationTokenConfig::default();
    no_tokens.sent(0);
    config
        .transport_config(Arc::new(relay_transport()))
        .validation_token_config(no_tokens)
        .max_incoming(INCOMING_MAX)
        .incoming_buffer_size(INCOMING_BYTES)
        .incoming_buffer_size_total(INCOMING_BYTES_TOTAL);
    Ok(config)
}

/// The client's configuration, one for each identity.
pub fn client_config(tls: rustls::ClientConfig) -> Result<ClientConfig, EndpointFailed> {
    let mut config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
    config.transport_config(Arc::new(client_transport()));
    Ok(config)
}

/// Listens at `addr`.
pub fn relay_endpoint(addr: SocketAddr, tls: rustls::ServerConfig) -> Result<Endpoint, EndpointFailed> {
    endpoint(addr, Some(relay_config(tls)?))
}

/// An endpoint for outgoing connections, usually at `0.0.0.0:0` or `[::]:0`.
pub fn client_endpoint(bind: SocketAddr) -> Result<Endpoint, EndpointFailed> {
    endpoint(bind, None)
}

fn endpoint(addr: SocketAddr, config: Option<ServerConfig>) -> Result<Endpoint, EndpointFailed> {
    let runtime = quinn::default_runtime().ok_or(EndpointFailed::NoRuntime)?;
    let socket = socket(addr).map_err(EndpointFailed::Bind)?;
    let mut settings = EndpointConfig::default();
    settings.cid_generator(|| Box::new(ConnectionIds));
    Endpoint::new(settings, config, socket, runtime).map_err(EndpointFailed::Bind)
}

/// What connections are called on the wire.
///
/// quinn's own ids differ in three bytes, and the id of a retry is not compared with those in use: with
/// 5,000 connections open, one new connection in 400 was taken for an older one and got no answer.
struct ConnectionIds;

impl ConnectionIdGenerator for ConnectionIds {
    fn generate_cid(&mut self) -> ConnectionId {
        ConnectionId::new(&random::<CONNECTION_ID_BYTES>())
    }

    fn cid_len(&self) -> usize {
        CONNECTION_ID_BYTES
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}

fn socket(addr: SocketAddr) -> io::Result<std::net::UdpSocket> {
    let socket = Socket::new(Domain::for_address(addr), Type::DGRAM, Some(Protocol::UDP))?;
    if addr.is_ipv6() {
        // Systems differ in whether an IPv6 socket takes IPv4 too; here it does.
        socket.set_only_v6(false)?;
    }
    for (name, outcome) in [
        ("receive", socket.set_recv_buffer_size(SOCKET_BUFFER_BYTES)),
        ("send", socket.set_send_buffer_size(SOCKET_BUFFER_BYTES)),
    ] {
        if let Err(error) = outcome {
            tracing::debug!(%error, "the {name} buffer keeps the system's size");
        }
    }
    socket.bind(&addr.into())?;
    Ok(socket.into())
}

/// Connects to the relay at `relay`, within three seconds.
///
/// Success means that the relay has shown its certificate, not that it has accepted ours: see
/// [`super::ended`].
pub async fn connect(
    endpoint: &Endpoint,
    config: &ClientConfig,
    relay: SocketAddr,
) -> Result<Connection, ConnectFailed> {
    connect_within(CONNECT_MAX, endpoint, config, relay).await
}

async fn connect_within(
    limit: Duration,
    endpoint: &Endpoint,
    config: &ClientConfig,
    relay: SocketAddr,
) -> Result<Connection, ConnectFailed> {
    let connecting =
        endpoint.connect_with(config.clone(), relay, pki::RELAY_NAME).map_err(ConnectFailed::Unusable)?;
    match tokio::time::timeout(limit, connecting).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(Ended::from(&error).into()),
        Err(_) => Err(Ended::NoAnswer.into()),
    }
}

/// Writes all of it, unless the other end wants no more.
///
/// A writer that waits for room in its own window is not woken by quinn when its stream is stopped,
/// and would wait for ever; so that is waited for beside it.
pub async fn write_all(send: &mut SendStream, bytes: &[u8]) -> Result<(), WriteError> {
    let stopped = send.stopped();
    tokio::select! {
        biased;
        written = send.write_all(bytes) => written,
        stopped = stopped => Err(match stopped {
            Ok(code) => WriteError::Stopped(code.unwrap_or_default()),
            Err(lost) => lost.into(),
        }),
    }
}

/// Which device is at the other end, by the certificate that TLS has verified.
pub fn peer_device(connection: &Connection) -> Option<[u8; pki::DEVICE_ID_BYTES]> {
    let chain = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    pki::device_of(chain.first()?)
}

/// Whether the other end showed no certificate at all. One that TLS verified and that names no device is
/// something else: it is for another use.
pub fn is_stranger(connection: &Connection) -> bool {
    connection.peer_identity().is_none()
}

/// Closes a connection with the number of a reason, which the other end reads as the same [`Ended`].
pub fn close(connection: &Connection, why: Ended) {
    connection.close(why.code().into(), why.to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::tests::{client, relay};

    #[test]
    fn admission_tightens_as_connections_grow() {
        let check = |open, expected| assert_eq!(admit(open), expected, "{open} open");
        check(0, Admission::Accept);
        check(RETRY_FROM - 1, Admission::Accept);
        check(RETRY_FROM, Admission::Retry);
        check(IGNORE_FROM - 1, Admission::Retry);
        check(IGNORE_FROM, Admission::Ignore);
        check(usize::MAX, Admission::Ignore);
    }

    #[tokio::test]
    async fn a_silent_address_is_given_up_in_time() {
        let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let endpoint = client_endpoint("127.0.0.1:0".parse().unwrap()).unwrap();
        let config = client_config(client(1)).unwrap();
        let limit = Duration::from_millis(20);
        let failed = connect_within(limit, &endpoint, &config, silent.local_addr().unwrap()).await;
        assert!(matches!(failed, Err(ConnectFailed::Ended(Ended::NoAnswer))));
    }

    #[tokio::test]
    async fn on_a_busy_day_an_address_must_show_that_it_receives() {
        let there = relay_endpoint("127.0.0.1:0".parse().unwrap(), relay()).unwrap();
        let here = client_endpoint("127.0.0.1:0".parse().unwrap()).unwrap();
        let config = client_config(client(1)).unwrap();
        let served = tokio::spawn({
            let there = there.clone();
            async move {
                assert!(admitted(there.accept().await.unwrap(), RETRY_FROM).unwrap().is_none());
                let second = there.accept().await.unwrap();
                let connecting = admitted(second, RETRY_FROM).unwrap().unwrap();
                connecting.await.unwrap()
            }
        });
        let connection = connect(&here, &config, there.local_addr().unwrap()).await.unwrap();
        assert_eq!(peer_device(&served.await.unwrap()).map(u128::from_be_bytes), Some(1));
        drop(connection);
    }

    #[tokio::test]
    async fn a_full_relay_stays_silent() {
        let there = relay_endpoint("127.0.0.1:0".parse().unwrap(), relay()).unwrap();
        let here = client_endpoint("127.0.0.1:0".parse().unwrap()).unwrap();
        let config = client_config(client(1)).unwrap();
        let addr = there.local_addr().unwrap();
        let served = tokio::spawn(async move {
            while let Some(incoming) = there.accept().await {
                assert!(admitted(incoming, IGNORE_FROM).unwrap().is_none());
            }
        });
        let failed = connect_within(Duration::from_millis(50), &here, &config, addr).await;
        assert!(matches!(failed, Err(ConnectFailed::Ended(Ended::NoAnswer))));
        served.abort();
        assert!(served.await.unwrap_err().is_cancelled());
    }

    #[tokio::test]
    async fn an_address_of_another_family_is_named() {
        let endpoint = client_endpoint("127.0.0.1:0".parse().unwrap()).unwrap();
        let config = client_config(client(1)).unwrap();
        let failed = connect(&endpoint, &config, "[::1]:1".parse().unwrap()).await;
        assert!(matches!(failed, Err(ConnectFailed::Unusable(_))));
    }

    #[test]
    fn without_a_runtime_there_is_no_endpoint() {
        let failed = client_endpoint("127.0.0.1:0".parse().unwrap());
        assert!(matches!(failed, Err(EndpointFailed::NoRuntime)));
    }
}
