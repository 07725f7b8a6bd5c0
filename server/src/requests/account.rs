//! Takes a device's account of what it destroyed, into the log: signed by the device, and never by the relay.
//!
//! Right: any device on a card. The relay cannot see whether it is true; who reviews the log sees who said it.

use super::{Exchange, Stop};
use crate::relay::change::Change;
use shared::authorise;
use shared::log::Act;
use shared::time::Timestamp;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, destroyed: Timestamp) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let recorded = relay
        .record(|snapshot| {
            authorise::accounting(destroyed, relay.now())?;
            let mut recording = exchange.recording(snapshot, Act::Destruction)?;
            recording.record.reference = Some(destroyed.to_string());
            Ok(Change::RecordAlone(Box::new(recording)))
        })
        .await?;
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Accounted(confirmation)).await
}
