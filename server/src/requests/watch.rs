//! Tells a device of what arrives, until the stream ends. News carries ids only: what there is to
//! see is in the mailbox.
//!
//! Right: any enrolled device, for itself. Makes no record.

use super::{Exchange, Stop};
use shared::wire::{Answer, News};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let mut news = exchange.relay.listeners().listen(exchange.device());
    exchange.say(&Answer::Watching).await?;
    // Whatever arrived while nobody listened.
    exchange.say(&News::Look).await?;
    loop {
        let mut nothing = [0; 1];
        tokio::select! {
            piece = news.recv() => match piece {
                Some(piece) => exchange.say(&piece).await?,
                None => return Err(Stop::Gone),
            },
            // A watching device says nothing more; the end of its side ends the watch.
            _ = exchange.receive.read(&mut nothing) => return Err(Stop::Gone),
        }
    }
}
