//! Accepts the next statement of a chain.
//!
//! Right: any enrolled device may carry a statement; what counts are the signatures on it. Its leaf
//! holds kind, chain, version and digest, never its bytes. One that is refused leaves a record.

use super::{Exchange, Stop};
use crate::relay::change::{Change, Committed};
use crate::relay::snapshot::Snapshot;
use shared::ids::Digest;
use shared::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use shared::log::{Act, Outcome};
use shared::refusal::Refusal;
use shared::statement::{Kind, Statement};
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

const FRAME_AROUND_BYTES: usize = 4096;

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, digest: Digest) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let bytes_max = STATEMENT_BYTES_MAX + STATEMENT_BODY_BYTES_MAX + FRAME_AROUND_BYTES;
    // A root publishes hundreds of cards at once; everybody else signs little.
    if !exchange.is_root() {
        exchange.relay.quotas().statement(exchange.device())?;
    }
    let _body = exchange.relay.quotas().body(exchange.device(), bytes_max)?;
    let statement: Statement = exchange.item(bytes_max).await?;
    if statement.signed.digest() != digest {
        return Err(Stop::Misbehaved("another statement than the request names"));
    }
    // A client may hold pages without their recipients, and charters without their text; the relay must be
    // able to give them.
    if matches!(statement.kind, Kind::KeyPage | Kind::Charter) && statement.body.is_none() {
        return Err(Refusal::Statement.into());
    }
    let relay = exchange.relay;
    let committed = match relay.change(|_| Ok(Change::Publish(Box::new(statement.clone())))).await {
        Err(refusal) => {
            record_attempt(exchange, refusal).await;
            return Err(refusal.into());
        }
        committed => committed?,
    };
    let Committed::Published(leafed) = committed else { return Err(Refusal::Unavailable.into()) };
    let (log, evidence) = relay.proved(&leafed, exchange.known())?;
    exchange.say(&Answer::Published { log, evidence }).await
}

/// What a member tried to have accepted in vain is in the log, with their signed request. A root has no
/// card; what it tries is only traced.
async fn record_attempt<R, W>(exchange: &Exchange<'_, R, W>, refusal: Refusal)
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let attempt = |snapshot: &Snapshot| {
        let mut recording = exchange.recording(snapshot, Act::Refusal)?;
        recording.record.outcome = Outcome::Refused;
        recording.record.reference = Some(refusal.code().to_owned());
        Ok(Change::LogReading(Box::new(recording)))
    };
    if let Err(unrecorded) = exchange.relay.record(attempt).await {
        tracing::warn!(%refusal, %unrecorded, "a refused statement is not in the log");
    }
}
