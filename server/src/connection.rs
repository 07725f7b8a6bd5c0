//! One connection: the greeting, then streams of requests until it ends.

use crate::patience::Patient;
use crate::quotas::{Guard, TooMuch};
use crate::relay::Relay;
use crate::requests;
use crate::transport::frames::{FrameError, read_frame, write_frame};
use crate::transport::quic;
use shared::cbor::{self, Malformed};
use shared::ids::{DeviceId, KeyId};
use shared::limits::{FRAME_BYTES_MAX, GREETING_SECONDS_MAX};
use shared::refusal::Refusal;
use shared::wire::{Hello, Ready, Refused, VERSION};
use std::time::Duration;
use tokio::task::JoinSet;

/// Serves a connection until it ends.
pub(crate) async fn serve(relay: Relay, connection: quinn::Connection) {
    // A certificate that names no device was not issued by a relay of ours.
    let Some(certified) = quic::peer_device(&connection).map(KeyId) else { return };
    // Whoever has as many connections without a greeting is not heard, so that nobody fills the relay
    // with them.
    let Ok(waiting) = relay.quotas().greeting(certified) else { return };
    let limit = Duration::from_secs(GREETING_SECONDS_MAX);
    let greeted = tokio::time::timeout(limit, greet(&relay, &connection, certified)).await;
    let Ok(Some(_counted)) = greeted else { return };
    drop(waiting);
    let mut streams = JoinSet::new();
    while let Ok((send, receive)) = connection.accept_bi().await {
        while streams.try_join_next().is_some() {}
        let relay = relay.clone();
        streams.spawn(async move {
            let (mut receive, mut send) = (Patient::new(receive), Patient::new(send));
            requests::answer(&relay, Some(certified), &mut receive, &mut send).await;
            let _ = send.inner().finish();
            // The peer may still be sending what was refused; it is told to stop.
            let _ = receive.inner().stop(0u8.into());
            let _ = send.inner().stopped().await;
        });
    }
}

/// The first stream greets. A client is connected when it has read `Ready`; the connection counts
/// until the guard is dropped.
async fn greet(relay: &Relay, connection: &quinn::Connection, device: DeviceId) -> Option<Guard> {
    let (mut send, mut receive) = connection.accept_bi().await.ok()?;
    let hello = match read_frame(&mut receive, FRAME_BYTES_MAX).await {
        Ok(hello) => cbor::decode::<Hello>(&hello?, FRAME_BYTES_MAX),
        Err(FrameError::TooLong { bytes_max, .. }) => Err(Malformed::TooLarge { limit: bytes_max }),
        Err(_) => return None,
    };
    let welcome = match hello {
        Ok(hello) if hello.version == VERSION => relay.quotas().connection(device).map_err(Refused::from),
        Ok(_) => Err(Refusal::Version.into()),
        Err(_) => Err(Refusal::Malformed.into()),
    };
    let ready = match &welcome {
        Ok(_) => Ready::Welcome { software: shared::SOFTWARE.to_owned(), time: relay.now() },
        Err(refused) => Ready::Refused(*refused),
    };
    let sent = write_frame(&mut send, &cbor::encode(&ready)).await;
    let _ = send.finish();
    if welcome.is_err() {
        // The answer is on its way; the connection ends when it has arrived.
        let _ = send.stopped().await;
    }
    welcome.ok().filter(|_| sent.is_ok())
}

impl From<TooMuch> for Refused {
    fn from(too_much: TooMuch) -> Self {
        Self { refusal: Refusal::Quota, wait_seconds: Some(too_much.wait_seconds) }
    }
}
