//! Who was shown, was given and opened a message: the writer's sealed copies of the records, each
//! with its proof.
//!
//! Right: the writer's devices, and of what waits for an agreement those of who agrees, who makes grants for it, and to
//! whom no copy is sealed. For anybody else the message is not found. Makes no record.

use super::{Exchange, Stop, count};
use crate::relay::items::Item;
use shared::ids::MessageId;
use shared::refusal::Refusal;
use shared::wire::{Answer, Notice};
use std::collections::BTreeSet;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, message: MessageId) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    let stored = relay.stored(message)?;
    let snapshot = relay.snapshot();
    let card = snapshot.directory.owner(device).ok_or(Refusal::NotEnrolled)?;
    let core = &stored.header.core;
    if card.member != core.writer && core.approver() != Some(&card.member) {
        return Err(Refusal::NotFound.into());
    }
    let places = relay.index().notices(message).map_err(|_| Refusal::Unavailable)?;
    let log = relay.log_view(&snapshot, exchange.known())?;
    let (deposit, notices) = relay.read(|| {
        let evidence = |index| {
            let leaf = relay.files().leaf(index).ok()?;
            snapshot.commit.evidence(index, leaf, relay.files()).ok()
        };
        let deposit = evidence(stored.envelope.done.index);
        let notices = places.into_iter().filter_map(|place| match relay.shelf().item(place)? {
            Item::Notice(notice) if notice.index < snapshot.commit.tree.size => {
                let key = notice.keys.iter().find(|key| key.device == device)?.clone();
                let evidence = evidence(notice.index)?;
                let (index, sealed) = (notice.index, notice.sealed);
                Some(Notice { index, evidence, key: key.sealed, bucket: key.bucket, sealed })
            }
            _ => None,
        });
        (deposit, notices.collect::<Vec<_>>())
    });
    let deposit = deposit.ok_or(Refusal::Unavailable)?;
    let destroyed: BTreeSet<_> = stored.lists.iter().flat_map(|list| list.destroyed()).copied().collect();
    let destroyed = destroyed.into_iter().filter(|device| stored.granted(*device).is_none()).collect();
    let late = count(stored.lists.len() - 1);
    exchange.say(&Answer::Status { log, deposit, late, destroyed, count: count(notices.len()) }).await?;
    exchange.say(&stored.envelope.header).await?;
    for list in &stored.lists {
        exchange.say(&list.signed).await?;
    }
    for notice in notices {
        exchange.say(&notice).await?;
    }
    Ok(())
}
