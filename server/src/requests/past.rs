//! The statements that proved a group under a head of the past: what a letter of that day is read under.
//!
//! Right: as for the group today. Where the head of that time said of the group what today's says, its
//! proof is all that is needed, and no statement follows. Makes no record.

use super::gather::Gathered;
use super::{Exchange, Stop};
use crate::relay::unproved;
use shared::authorise;
use shared::ids::GroupId;
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    group: GroupId,
    size: u64,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, snapshot) = (exchange.relay, exchange.relay.snapshot());
    authorise::seeing_group(group, exchange.device(), &snapshot.directory, relay.now())?;
    if size == 0 || size > snapshot.commit.tree.size {
        return Err(Refusal::NotFound.into());
    }
    let proof = snapshot.history.groups(size).proof(group).ok_or(Refusal::NotFound)?;
    let head = relay.read(|| {
        let leaf = relay.files().leaf(size - 1).ok()?;
        snapshot.commit.past_head(size, leaf, relay.files()).ok()
    });
    let head = head.ok_or_else(unproved)?;
    let mut gathered = Gathered::nothing(relay, &snapshot, size);
    if snapshot.history.view(group, size) != snapshot.history.view(group, u64::MAX) {
        gathered = Gathered::at(relay, &snapshot, size);
        gathered.group(group)?;
        gathered.roster(group)?;
    }
    exchange.say(&Answer::Past { head, proof, count: gathered.count() }).await?;
    gathered.send(exchange).await
}
