//! One connection: the greeting, then streams of requests until it ends, or until the rights do with
//! which it began.
//!
//! Whoever shows no certificate is served as a stranger: for a moment, a few requests, beside a few
//! others, so that a device can get its certificate here and nobody else notices.

use crate::patience::Patient;
use crate::quotas::{Guard, TooMuch};
use crate::relay::Relay;
use crate::requests::{self, Door, Visit};
use crate::rights;
use crate::transport::ended::Ended;
use crate::transport::frames::{FrameError, read_frame, write_frame};
use crate::transport::quic;
use shared::cbor::{self, Malformed};
use shared::ids::{DeviceId, KeyId};
use shared::limits::{FRAME_BYTES_MAX, GREETING_SECONDS_MAX, STRANGER_REQUESTS_MAX, STRANGER_SECONDS_MAX};
use shared::refusal::Refusal;
use shared::wire::{Hello, Ready, Refused, VERSION};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Serves a connection until it ends.
pub(crate) async fn serve(relay: Relay, connection: quinn::Connection) {
    if quic::is_stranger(&connection) {
        return serve_stranger(relay, connection).await;
    }
    // A certificate that names no device was not issued by a relay of ours.
    let Some(device) = quic::peer_device(&connection).map(KeyId) else { return };
    // Whoever has as many connections without a greeting is not heard, so that nobody fills the relay
    // with them.
    let Ok(waiting) = relay.quotas().greeting(device) else { return };
    let Some(_counted) = greeted(&relay, &connection, || admitted(&relay, device)).await else { return };
    drop(waiting);
    let visit = Arc::new(Visit::of(device));
    let mut streams = JoinSet::new();
    let mut over = pin!(rights::ended(&relay, device));
    loop {
        let stream = tokio::select! {
            stream = connection.accept_bi() => stream,
            // at once, whatever is under way; a request that was heard is asked again by its device.
            ended = &mut over => {
                tracing::info!(%ended, "a connection is closed");
                return quic::close(&connection, ended);
            }
        };
        let Ok(stream) = stream else { return };
        while streams.try_join_next().is_some() {}
        streams.spawn(answer(relay.clone(), Some(Arc::clone(&visit)), stream));
    }
}

/// serves a connection without a certificate.
async fn serve_stranger(relay: Relay, connection: quinn::Connection) {
    let Ok(_place) = relay.quotas().stranger() else {
        return quic::close(&connection, Ended::Busy);
    };
    let visit = async {
        if greeted(&relay, &connection, || Ok(())).await.is_none() {
            return Ended::ClosedHere;
        }
        let mut streams = JoinSet::new();
        for _ in 0..STRANGER_REQUESTS_MAX {
            let Ok(stream) = connection.accept_bi().await else { break };
            streams.spawn(answer(relay.clone(), None, stream));
        }
        // The last answers are on their way; the connection ends when they have arrived.
        while streams.join_next().await.is_some() {}
        Ended::Busy
    };
    let visited = tokio::time::timeout(Duration::from_secs(STRANGER_SECONDS_MAX), visit).await;
    quic::close(&connection, visited.unwrap_or(Ended::Busy));
}

/// Counts a connection of a device.
fn admitted(relay: &Relay, device: DeviceId) -> Result<Guard, TooMuch> {
    let counted = relay.quotas().connection(device)?;
    // It makes a record, as a request can.
    relay.quotas().request(device)?;
    Ok(counted)
}

/// Answers what a stream asks, of a device's visit or of a stranger.
async fn answer(
    relay: Relay,
    visit: Option<Arc<Visit>>,
    (send, receive): (quinn::SendStream, quinn::RecvStream),
) {
    let (mut receive, mut send) = (Patient::new(receive), Patient::new(send));
    let door = visit.as_deref().map_or(Door::Stranger, Door::Certified);
    requests::answer(&relay, door, &mut receive, &mut send).await;
    let _ = send.inner().finish();
    // The peer may still be sending what was refused; it is told to stop.
    let _ = receive.inner().stop(0u8.into());
    let _ = send.inner().stopped().await;
}

/// The first stream greets, in time. A client is connected when it has read `Ready`; the connection
/// counts until what `admit` gave is dropped.
async fn greeted<T>(
    relay: &Relay,
    connection: &quinn::Connection,
    admit: impl FnOnce() -> Result<T, TooMuch>,
) -> Option<T> {
    let limit = Duration::from_secs(GREETING_SECONDS_MAX);
    tokio::time::timeout(limit, greet(relay, connection, admit)).await.ok().flatten()
}

async fn greet<T>(
    relay: &Relay,
    connection: &quinn::Connection,
    admit: impl FnOnce() -> Result<T, TooMuch>,
) -> Option<T> {
    let (mut send, mut receive) = connection.accept_bi().await.ok()?;
    let hello = match read_frame(&mut receive, FRAME_BYTES_MAX).await {
        Ok(hello) => cbor::decode::<Hello>(&hello?, FRAME_BYTES_MAX),
        Err(FrameError::TooLong { bytes_max, .. }) => Err(Malformed::TooLarge { limit: bytes_max }),
        Err(_) => return None,
    };
    let welcome = match hello {
        Ok(hello) if hello.version == VERSION => admit().map_err(Refused::from),
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
