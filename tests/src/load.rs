//! Members on a real network: certificates of their own, connections, and signed requests as bytes.
//! What drives a relay in the trials and the benchmarks.

#![allow(clippy::unwrap_used, reason = "a trial that cannot go on has failed")]

use crate::world::World;
use pli_server::folder;
use pli_server::transport::frames::{framed, read_frame};
use pli_server::transport::pki::verify_request;
use pli_server::transport::quic;
use pli_server::transport::tls::{Identity, certificate_from_pem, client_tls};
use pli_server::transport::tls_key::TlsKey;
use shared::cbor;
use shared::limits::FRAME_BYTES_MAX;
use shared::wire::{Answer, Hello, Ready, VERSION};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

/// What an answer may have at most, with what follows it.
const ANSWER_BYTES_MAX: usize = 4 * FRAME_BYTES_MAX;

/// What the people of a world need to reach their relay.
pub struct Network {
    configs: Vec<quinn::ClientConfig>,
}

/// A greeted connection. Its endpoint is its own, as on a device.
pub struct Device {
    /// The connection.
    pub connection: quinn::Connection,
    _endpoint: quinn::Endpoint,
}

/// One stream of requests.
pub struct Stream {
    send: quinn::SendStream,
    receive: quinn::RecvStream,
}

impl Network {
    /// Certificates for everybody, from the issuer in a relay's folder.
    ///
    /// # Panics
    /// If the folder has none.
    #[must_use]
    pub fn of(world: &World, relay: &Path) -> Self {
        let issuer = folder::issuer(relay).unwrap();
        let ca = certificate_from_pem(&std::fs::read(relay.join("keys/ca.pem")).unwrap()).unwrap();
        let config = |person: &crate::world::Person| {
            let (key, device) = (TlsKey::generate().unwrap(), person.device().0);
            let request = verify_request(&key.request(&device).unwrap(), &device).unwrap();
            let certificate = issuer.issue_device(&request, world.now().0).unwrap();
            let identity = Identity::from_der(vec![certificate.der], key.pkcs8()).unwrap();
            quic::client_config(client_tls(&identity, &ca).unwrap()).unwrap()
        };
        Self { configs: world.people.iter().map(config).collect() }
    }

    /// Connects a person's device, without a greeting.
    ///
    /// # Errors
    /// Why there is no connection.
    ///
    /// # Panics
    /// If this machine has no socket to give.
    pub async fn connect(&self, person: usize, relay: SocketAddr) -> Result<Device, quic::ConnectFailed> {
        self.connect_from(&endpoint(), person, relay).await
    }

    /// As [`connect`](Self::connect), from an endpoint that several devices share.
    ///
    /// # Errors
    /// Why there is no connection.
    pub async fn connect_from(
        &self,
        endpoint: &quinn::Endpoint,
        person: usize,
        relay: SocketAddr,
    ) -> Result<Device, quic::ConnectFailed> {
        let endpoint = endpoint.clone();
        let connection = quic::connect(&endpoint, &self.configs[person], relay).await?;
        Ok(Device { connection, _endpoint: endpoint })
    }

    /// Connects a person's device and greets; none if the relay is gone before it has greeted.
    ///
    /// # Panics
    /// If it is not welcome.
    pub async fn greeted(&self, person: usize, relay: SocketAddr) -> Option<Device> {
        let device = self.connect(person, relay).await.ok()?;
        let ready = device.greet().await?;
        assert!(matches!(ready, Ready::Welcome { .. }), "{ready:?}");
        Some(device)
    }
}

/// A socket of this machine, for one device or many.
///
/// # Panics
/// If there is none to give.
#[must_use]
pub fn endpoint() -> quinn::Endpoint {
    quic::client_endpoint((Ipv4Addr::LOCALHOST, 0).into()).unwrap()
}

impl Device {
    /// A device with a connection that was made elsewhere.
    #[must_use]
    pub fn new(connection: quinn::Connection, endpoint: quinn::Endpoint) -> Self {
        Self { connection, _endpoint: endpoint }
    }

    /// Greets, and gives the answer; none if the connection is lost before.
    ///
    /// # Panics
    /// If the answer is none.
    pub async fn greet(&self) -> Option<Ready> {
        let mut stream = self.stream().await?;
        let hello = Hello { version: VERSION, software: shared::SOFTWARE.to_owned() };
        stream.send(&framed(&cbor::encode(&hello))).await;
        Some(cbor::decode(&stream.frame().await?, FRAME_BYTES_MAX).unwrap())
    }

    /// Another stream; none if the connection is lost.
    pub async fn stream(&self) -> Option<Stream> {
        let (send, receive) = self.connection.open_bi().await.ok()?;
        Some(Stream { send, receive })
    }
}

impl Stream {
    /// Sends bytes as they are. The other end may have refused and gone; then its answer says why.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = quic::write_all(&mut self.send, bytes).await;
    }

    /// Sends nothing more.
    pub fn end(&mut self) {
        let _ = self.send.finish();
    }

    /// So many bytes; none if the stream ends before.
    pub async fn bytes(&mut self, bytes: usize) -> Option<Vec<u8>> {
        let mut read = vec![0; bytes];
        self.receive.read_exact(&mut read).await.ok()?;
        Some(read)
    }

    /// Everything until the stream ends, at most so many bytes.
    pub async fn rest(&mut self, bytes_max: usize) -> Vec<u8> {
        self.receive.read_to_end(bytes_max).await.unwrap_or_default()
    }

    /// The next frame; none if the stream ended.
    pub async fn frame(&mut self) -> Option<Vec<u8>> {
        read_frame(&mut self.receive, ANSWER_BYTES_MAX).await.ok().flatten()
    }

    /// The next frame as an answer; none if the stream ended.
    ///
    /// # Panics
    /// If it is something else.
    pub async fn answer(&mut self) -> Option<Answer> {
        Some(cbor::decode(&self.frame().await?, ANSWER_BYTES_MAX).unwrap())
    }
}
