//! One connection: the greeting, then streams of requests until it ends.

use crate::relay::Relay;
use crate::requests;
use crate::transport::frames::{read_frame, write_frame};
use crate::transport::quic;
use shared::cbor;
use shared::ids::KeyId;
use shared::limits::FRAME_BYTES_MAX;
use shared::refusal::Refusal;
use shared::wire::{Hello, Ready, VERSION};
use tokio::task::JoinSet;

/// Serves a connection until it ends.
pub(crate) async fn serve(relay: Relay, connection: quinn::Connection) {
    // A certificate that names no device was not issued by a relay of ours.
    let Some(certified) = quic::peer_device(&connection).map(KeyId) else { return };
    if !greet(&relay, &connection).await {
        return;
    }
    let mut streams = JoinSet::new();
    while let Ok((mut send, mut receive)) = connection.accept_bi().await {
        while streams.try_join_next().is_some() {}
        let relay = relay.clone();
        streams.spawn(async move {
            requests::answer(&relay, Some(certified), &mut receive, &mut send).await;
            let _ = send.finish();
            // The peer may still be sending what was refused; it is told to stop.
            let _ = receive.stop(0u8.into());
            let _ = send.stopped().await;
        });
    }
}

/// The first stream greets. A client is connected when it has read `Ready`.
async fn greet(relay: &Relay, connection: &quinn::Connection) -> bool {
    let Ok((mut send, mut receive)) = connection.accept_bi().await else { return false };
    let hello = match read_frame(&mut receive, FRAME_BYTES_MAX).await {
        Ok(Some(frame)) => cbor::decode::<Hello>(&frame, FRAME_BYTES_MAX),
        _ => return false,
    };
    let ready = match hello {
        Ok(hello) if hello.version == VERSION => {
            Ready::Welcome { software: shared::SOFTWARE.to_owned(), time: relay.now() }
        }
        Ok(_) => Ready::Refused(Refusal::Version.into()),
        Err(_) => Ready::Refused(Refusal::Malformed.into()),
    };
    let sent = write_frame(&mut send, &cbor::encode(&ready)).await;
    let _ = send.finish();
    sent.is_ok() && matches!(ready, Ready::Welcome { .. })
}
