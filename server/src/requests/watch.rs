//! Tells a device of what arrives, until the stream ends. News carries ids only: what there is to
//! see is in the mailbox.
//!
//! Right: any enrolled device, for itself. Makes no record.

use super::{Exchange, Stop};
use crate::transport::frames::framed;
use shared::cbor;
use shared::wire::{Answer, News};
use std::io::ErrorKind;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let news = exchange.relay.listeners().listen(exchange.device());
    exchange.say(&Answer::Watching).await?;
    // Whatever arrived while nobody listened.
    exchange.say(&News::Look).await?;
    loop {
        let mut nothing = [0; 1];
        tokio::select! {
            pieces = news.next() => {
                let frames: Vec<u8> = pieces.iter().flat_map(|piece| framed(&cbor::encode(piece))).collect();
                exchange.send.write_all(&frames).await.map_err(|_| Stop::Gone)?;
            }
            // A watching device says nothing more; the end of its side ends the watch.
            read = exchange.receive.read(&mut nothing) => match read {
                Err(error) if error.kind() == ErrorKind::TimedOut => {}
                _ => return Err(Stop::Gone),
            },
        }
    }
}
