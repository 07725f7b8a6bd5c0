//! The key pages of a device that are kept, without their bodies: for which buckets it can be written to.
//!
//! Right: any enrolled device. A device that published nothing has no pages. Makes no record.

use super::{Exchange, Stop, count};
use shared::ids::DeviceId;
use shared::statement::Statement;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, device: DeviceId) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let snapshot = relay.snapshot();
    let digests: Vec<_> =
        snapshot.directory.key_pages(device).map(shared::signed::Verified::digest).collect();
    // One that is damaged takes its days along, and not the device.
    let found: Vec<_> =
        relay.read(|| digests.iter().filter_map(|digest| relay.shelf().statement(*digest)).collect());
    exchange.say(&Answer::KeyPages { count: count(found.len()) }).await?;
    for published in found {
        exchange.say(&Statement { body: None, ..published.statement }).await?;
    }
    Ok(())
}
