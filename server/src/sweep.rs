//! Removes what has expired, and uploads that no deposit named; records the refusals that were counted.
//! Idempotent: what a crash leaves is found by the next sweep.

use crate::relay::Relay;
use crate::relay::change::{Change, Committed};
use crate::store::BlobError;
use shared::limits::ORPHAN_SECONDS_MAX;
use shared::time::Timestamp;

/// How often, in seconds: what expired is gone within a minute of its day's end.
pub(crate) const SWEEP_SECONDS: u64 = 60;

/// Sweeps once.
pub async fn sweep(relay: &Relay) {
    loop {
        match relay.change(|_| Ok(Change::Sweep)).await {
            Ok(Committed::Swept { more: true }) => {}
            Ok(_) => break,
            Err(refusal) => {
                tracing::warn!(%refusal, "not everything was swept");
                break;
            }
        }
    }
    relay.record_counted(false).await;
    // A copied device is refused for as long as a card names it.
    let directory = relay.snapshot().directory.clone();
    relay.counters().forgive(|device| directory.owner(device).is_none());
    if let Err(error) = relay.read(|| remove_orphans(relay)) {
        tracing::warn!(%error, "uploads without a deposit could not be removed");
    }
}

fn remove_orphans(relay: &Relay) -> Result<(), BlobError> {
    let before = Timestamp(relay.borne_out().0.saturating_sub(ORPHAN_SECONDS_MAX));
    // An index that cannot be read knows nothing, so nothing is an orphan then.
    let is_known = |id| relay.index().message(id).map_or(true, |entry| entry.is_some());
    for id in relay.blobs().orphans(before, &is_known)? {
        relay.blobs().remove(id)?;
        relay.quotas().forgotten(id);
    }
    Ok(())
}
