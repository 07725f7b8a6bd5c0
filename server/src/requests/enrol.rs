//! Takes the answer of a device to its invitation.
//!
//! Right: anybody who holds an invitation that was not answered yet; nothing follows from it until the
//! one who invited has compared the words and signed. Makes no record, neither taken nor refused: nobody knows whose the device is,
//! and what is taken has a leaf of its own.

use super::{Exchange, Stop};
use crate::relay::change::{Change, Committed};
use shared::authorise;
use shared::directory::Continuity;
use shared::ids::{Digest, PublicKey};
use shared::limits::STATEMENT_BYTES_MAX;
use shared::refusal::Refusal;
use shared::statement::{Enrolment, Invitation, Kind, Statement};
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

const FRAME_AROUND_BYTES: usize = 4096;

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    key: PublicKey,
    digest: Digest,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let statement: Statement = exchange.item(STATEMENT_BYTES_MAX + FRAME_AROUND_BYTES).await?;
    let enrolment: Enrolment = statement.signed.peek()?;
    if statement.kind != Kind::Enrolment || statement.signed.digest() != digest || enrolment.device.key != key
    {
        return Err(Stop::Misbehaved("another enrolment than the request names"));
    }
    let invitation: Invitation = enrolment.invitation.peek()?;
    let relay = exchange.relay;
    // One answer to one invitation: whoever comes second is told, with words of its own.
    let snapshot = relay.snapshot();
    let used = snapshot.directory.enrolment(invitation.id).map(shared::signed::Verified::digest);
    if used.is_some_and(|used| used != digest) {
        return Err(Refusal::InvitationUsed.into());
    }
    let ended = relay.now() >= invitation.expires
        || authorise::inviting(&enrolment.invitation, &invitation, &snapshot.directory, relay.now()).is_err()
        || (used.is_none() && snapshot.directory.judge(&statement, Continuity::Next).is_err());
    if ended {
        return Err(Refusal::InvitationEnded.into());
    }
    let committed = relay.change(|_| Ok(Change::from(statement.clone()))).await?;
    let Committed::Published(leafed) = committed else { return Err(Refusal::Unavailable.into()) };
    let (log, evidence) = relay.proved(&leafed, exchange.known())?;
    exchange.say(&Answer::Published { log, evidence }).await
}
