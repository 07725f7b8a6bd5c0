//! Keeps a witness's signature on a checkpoint, to be shown in every view of the log.
//!
//! Right: a witness that the root statement names, for its own signature. Makes no record: nothing
//! is read and nobody is named.

use super::{Exchange, Stop};
use crate::relay::unproved;
use crate::store::StoreError;
use shared::authorise;
use shared::log::root_of;
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, note: &str) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let snapshot = relay.snapshot();
    let allowed = authorise::cosigning(note, exchange.device(), &snapshot.directory, relay.now())?;
    let tree = allowed.get().checkpoint.head();
    if tree.size > snapshot.commit.tree.size {
        return Err(Refusal::NotFound.into());
    }
    let root = relay.read(|| root_of(&snapshot.commit.hashes(relay.files()), tree.size));
    if root.map_err(|_| unproved())? != tree.root {
        // The log's own key signed it, and not for this log: a folder that was put back from a backup.
        tracing::error!(
            size = tree.size,
            "a witness brought a checkpoint of another log under this log's key"
        );
        return Err(Refusal::NotFound.into());
    }
    relay.read(|| relay.cosignatures().keep(allowed)).map_err(|error| {
        tracing::error!(%error, "what a witness signed was not kept");
        match error {
            StoreError::Full { .. } => Refusal::DiskFull,
            _ => Refusal::Unavailable,
        }
    })?;
    exchange.say(&Answer::Cosigned).await
}
