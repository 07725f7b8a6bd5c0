//! Removes what has expired, and uploads that no deposit named. Idempotent: what a crash leaves is
//! found by the next sweep.

use crate::relay::Relay;
use crate::relay::change::Change;
use shared::limits::ORPHAN_SECONDS_MAX;
use shared::time::Timestamp;

/// How often, in seconds: what expired is gone within a minute of its day's end.
pub(crate) const SWEEP_SECONDS: u64 = 60;

/// Sweeps once.
pub(crate) async fn sweep(relay: &Relay) {
    if let Err(refusal) = relay.change(|_| Ok(Change::Sweep)).await {
        tracing::warn!(%refusal, "nothing was swept");
    }
    let before = Timestamp(relay.now().0.saturating_sub(ORPHAN_SECONDS_MAX));
    // An index that cannot be read knows nothing, so nothing is an orphan then.
    let known = |id| relay.index().message(id).map_or(true, |entry| entry.is_some());
    let removed = relay.read(|| {
        let untouched = relay.blobs().untouched_since(before)?;
        untouched.into_iter().filter(|id| !known(*id)).try_for_each(|id| relay.blobs().remove(id))
    });
    if let Err(error) = removed {
        tracing::warn!(%error, "uploads without a deposit could not be removed");
    }
}
