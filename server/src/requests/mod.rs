//! What a device can ask, one request a file: what right it needs, what it does, how it answers.
//!
//! A stream carries signed requests, one after the other. Each is verified here once (device,
//! signature, time, counter) and handed to its file as an [`Exchange`].

mod account;
mod acknowledge;
mod blocked;
mod certificate;
mod claim;
mod consistency;
mod contest;
mod cosign;
mod counts;
mod deposit;
mod door;
mod enrol;
mod fetch;
mod gather;
mod grant;
mod hand_over;
mod key_pages;
mod leaves;
mod letter;
mod log;
mod log_keys;
mod mailbox;
mod past;
mod publish;
mod reject;
mod retire;
mod sent;
mod statement;
mod statements;
mod status;
mod upload;
mod watch;

pub use door::{Door, Visit};

use crate::quotas::TooMuch;
use crate::relay::change::{Asked, Bulk, Recording, WritersCopy};
use crate::relay::items::SealedTo;
use crate::relay::snapshot::Snapshot;
use crate::relay::{Counted, Relay, Stored};
use crate::transport::frames::{FrameError, read_frame, read_frame_into, write_frame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::authorise;
use shared::cbor::{self, Malformed};
use shared::crypto::{BoxKey, sha256};
use shared::ids::DeviceId;
use shared::limits::{ANNEX_BYTES_MAX, AUDITOR_DEVICES_MAX, FRAME_BYTES_MAX, GRANT_BYTES_MAX};
use shared::log::{Act, Actor, Outcome, Record};
use shared::message::{Core, GrantList};
use shared::refusal::Refusal;
use shared::seal::seal_small;
use shared::signed::Signed;
use shared::wire::{Annexed, Answer, Ask, Refused, Request, VERSION};
use tokio::io::{AsyncRead, AsyncWrite};

/// Why a stream ends before its time.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The answer is no; it is told.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Too much of it; the time to wait is told.
    #[error("refused for {} seconds", .0.wait_seconds)]
    TooMuch(TooMuch),
    /// The peer broke the protocol; it is told so, and the stream ends.
    #[error("not what the protocol allows: {0}")]
    Misbehaved(&'static str),
    /// The peer is gone.
    #[error("the stream ended")]
    Gone,
}

impl From<TooMuch> for Stop {
    fn from(too_much: TooMuch) -> Self {
        Self::TooMuch(too_much)
    }
}

impl From<Malformed> for Stop {
    fn from(_: Malformed) -> Self {
        Self::Misbehaved("a frame is not what it should be")
    }
}

impl From<FrameError> for Stop {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::TooLong { .. } => Self::Misbehaved("a frame is too long"),
            _ => Self::Gone,
        }
    }
}

/// A verified request with the stream it came on.
pub struct Exchange<'a, R, W> {
    relay: &'a Relay,
    receive: &'a mut R,
    send: &'a mut W,
    request: Request,
    signed: Signed,
}

/// Answers the requests of one stream until it ends; of a stranger's, the one that it may carry.
pub async fn answer<R, W>(relay: &Relay, door: Door<'_>, receive: &mut R, send: &mut W)
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    loop {
        let stop = match next(relay, door, receive, send).await {
            Ok(true) if matches!(door, Door::Stranger) => return,
            Ok(true) => continue,
            Ok(false) | Err(Stop::Gone) => return,
            Err(stop) => stop,
        };
        let refused: Refused = match stop {
            Stop::Refused(refusal) => refusal.into(),
            Stop::TooMuch(too_much) => too_much.into(),
            Stop::Misbehaved(what) => {
                tracing::info!(what, "a peer misbehaved");
                Refusal::Malformed.into()
            }
            Stop::Gone => return,
        };
        let _ = write_frame(send, &cbor::encode(&Answer::Refused(refused))).await;
        // What was sent behind a refused request was not read, so the stream ends here.
        return;
    }
}

async fn next<R, W>(relay: &Relay, door: Door<'_>, receive: &mut R, send: &mut W) -> Result<bool, Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let Some(frame) = read_frame(receive, FRAME_BYTES_MAX).await? else { return Ok(false) };
    let signed: Signed = cbor::decode(&frame, FRAME_BYTES_MAX)?;
    let request = verified(relay, door, &signed)?;
    let mut exchange = Exchange { relay, receive, send, request, signed };
    let served = match exchange.admitted(door).await {
        Ok(()) => serve(&mut exchange).await,
        Err(stop) => Err(stop),
    };
    if let Err(Stop::Refused(refusal)) = served {
        exchange.refused(refusal).await;
    }
    served.map(|()| true)
}

async fn serve<R, W>(exchange: &mut Exchange<'_, R, W>) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let ask = exchange.request.ask.clone();
    match ask {
        Ask::Log => log::answer(exchange).await,
        Ask::Statements(about) => statements::answer(exchange, about).await,
        Ask::Past { group, size } => past::answer(exchange, group, size).await,
        Ask::Enrol { key, digest } => enrol::answer(exchange, key, digest).await,
        Ask::Statement { digest } => statement::answer(exchange, digest).await,
        Ask::KeyPages { device } => key_pages::answer(exchange, device).await,
        Ask::Publish { digest } => publish::answer(exchange, digest).await,
        Ask::Mailbox { after, beginning } => mailbox::answer(exchange, after, beginning).await,
        Ask::Sent { after } => sent::answer(exchange, after).await,
        Ask::UploadState { message, part } => upload::state(exchange, message, part).await,
        Ask::Upload { message, part, bytes, from } => {
            upload::answer(exchange, message, part, bytes, from).await
        }
        Ask::Deposit { .. } => deposit::answer(exchange, ask).await,
        Ask::Claim { .. } => claim::answer(exchange, ask).await,
        Ask::Grant { message, grants, approves } => grant::answer(exchange, message, grants, approves).await,
        Ask::Acknowledge { message, claim, outcome, rules } => {
            acknowledge::answer(exchange, message, claim, (outcome, rules)).await
        }
        Ask::Fetch { message, part, from } => fetch::answer(exchange, message, part, from).await,
        Ask::Status { message } => status::answer(exchange, message).await,
        Ask::Leaves { from, to } => leaves::answer(exchange, from, to).await,
        Ask::Consistency { older, newer } => consistency::answer(exchange, older, newer).await,
        Ask::Cosign { note } => cosign::answer(exchange, &note).await,
        Ask::LogKeys { .. } => log_keys::answer(exchange, ask).await,
        Ask::HandOver { .. } => hand_over::answer(exchange, ask).await,
        Ask::Letter { .. } => letter::answer(exchange, ask).await,
        Ask::Account { destroyed } => account::answer(exchange, destroyed).await,
        Ask::Watch => watch::answer(exchange).await,
        Ask::Certificate { request } => certificate::answer(exchange, request).await,
        Ask::Blocked { group, rules } => blocked::answer(exchange, group, &rules).await,
        Ask::Contest { rule } => contest::answer(exchange, rule).await,
        Ask::Counts => counts::answer(exchange).await,
        Ask::Retire { message, because } => retire::answer(exchange, message, because).await,
        Ask::Reject { message, reason } => reject::answer(exchange, message, reason).await,
    }
}

/// signed by a device on a current card.
fn verified(relay: &Relay, door: Door<'_>, signed: &Signed) -> Result<Request, Stop> {
    let claimed: Request = signed.peek()?;
    if claimed.version != VERSION {
        return Err(Refusal::Version.into());
    }
    let (snapshot, now) = (relay.snapshot(), relay.now());
    match door {
        // Before the signature is looked at: that is what a flood would make expensive.
        Door::Certified(visit) => relay.quotas().request(visit.device())?,
        Door::Open => relay.quotas().request(claimed.device)?,
        // what must be heard without a certificate.
        Door::Stranger if authorise::open_to_strangers(&claimed, &snapshot.directory) => {}
        Door::Stranger => return Err(Stop::Misbehaved("a request that is not for strangers")),
    }
    let key = authorise::speaking(&claimed, &snapshot.directory, now)?;
    let request: Request = signed
        .verify_by(key)
        .map_err(|_| Stop::Misbehaved("a request is not signed by its device"))?
        .into_value();
    match door {
        Door::Certified(visit) if visit.device() != request.device => {
            return Err(Stop::Misbehaved("a request of another device than the connection's"));
        }
        // Only now is it known whose it is: a stranger uses up nobody else's quota.
        Door::Stranger if !matches!(request.ask, Ask::Enrol { .. }) => {
            relay.quotas().request(request.device)?;
        }
        Door::Stranger | Door::Certified(_) | Door::Open => {}
    }
    Ok(request)
}

impl<R, W> Exchange<'_, R, W>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    /// What comes before an answer, whatever is asked.
    async fn admitted(&self, door: Door<'_>) -> Result<(), Stop> {
        self.counted()?;
        match door {
            Door::Certified(visit) => Ok(visit.enter(self.relay).await?),
            Door::Stranger | Door::Open => Ok(()),
        }
    }

    /// within ten minutes, with a counter of its own.
    fn counted(&self) -> Result<(), Stop> {
        let Self { relay, request, signed, .. } = self;
        let now = relay.now();
        // A device that nobody knows: it asks one thing, the same bytes get the same answer, and nothing is
        // kept of how often it asked.
        if matches!(request.ask, Ask::Enrol { .. }) {
            relay.quotas().unknown_request()?;
            return Ok(authorise::request_time(request.time, now)?);
        }
        // before its time and its counter, which only one of the two machines may have right.
        relay.counters().refuse_cloned(request.device)?;
        authorise::request_time(request.time, now)?;
        match relay.counters().take(request.device, request.counter, signed.digest(), relay.index()) {
            Counted::Fresh => {
                relay.heard(request.time);
                Ok(())
            }
            // The same bytes again get the same answer, where they made a record.
            Counted::Used if relay.answered_before(request, signed.digest()) => Ok(()),
            Counted::Used => Err(Refusal::CounterUsed.into()),
            Counted::Cloned => {
                tracing::warn!("two machines speak as one device, which is refused from here on");
                Err(Refusal::Cloned.into())
            }
        }
    }

    /// what somebody asked in vain is in the log, with their signed request, before they are told.
    async fn refused(&self, refusal: Refusal) {
        // nor is it said who had something stopped.
        let is_told =
            !matches!(self.request.ask, Ask::Enrol { .. } | Ask::Blocked { .. } | Ask::Contest { .. });
        if !refusal.is_recorded() || !is_told {
            return;
        }
        let Ok(mut recording) = self.recording(&self.relay.snapshot(), Act::Refusal) else { return };
        recording.record.outcome = Outcome::Refused;
        recording.record.reference = Some(refusal.code().to_owned());
        recording.record.item = self.request.ask.item();
        self.relay.refused(refusal, recording).await;
    }

    /// Who asks.
    fn device(&self) -> DeviceId {
        self.request.device
    }

    /// Whether one of the two roots asks.
    fn is_root(&self) -> bool {
        authorise::is_root(self.request.device, &self.relay.snapshot().directory)
    }

    /// The tree that the asking device knows.
    fn known(&self) -> u64 {
        self.request.known
    }

    /// reads the grants, and compares them with what the list names.
    async fn grants(&mut self, list: &GrantList) -> Result<Bulk, Stop> {
        let mut bulk = Bulk::default();
        for entry in &list.grants {
            let from = bulk.bytes.len();
            let length = self.body_into(GRANT_BYTES_MAX, &mut bulk.bytes).await?;
            if sha256(&bulk.bytes[from..]) != entry.digest {
                return Err(Stop::Misbehaved("another grant than the list names"));
            }
            bulk.grants.push(count(length));
        }
        Ok(bulk)
    }

    /// The next frame that the request announced.
    async fn body(&mut self, bytes_max: usize) -> Result<Vec<u8>, Stop> {
        read_frame(self.receive, bytes_max).await?.ok_or(Stop::Gone)
    }

    /// What goes to the auditors, sealed to each of their devices: bounded, and not looked into.
    async fn annex(&mut self, annex: Option<&Annexed>) -> Result<Vec<SealedTo>, Stop> {
        let devices = annex.map_or(&[][..], |annex| &annex.devices);
        if devices.len() > AUDITOR_DEVICES_MAX {
            return Err(Refusal::TooLarge.into());
        }
        let mut sealed = Vec::with_capacity(devices.len());
        for (device, bucket) in devices {
            let body = self.body(ANNEX_BYTES_MAX).await?;
            sealed.push(SealedTo { device: *device, bucket: *bucket, sealed: body });
        }
        Ok(sealed)
    }

    /// The next frame, behind what is in `into` already; gives its length.
    async fn body_into(&mut self, bytes_max: usize, into: &mut Vec<u8>) -> Result<usize, Stop> {
        read_frame_into(self.receive, bytes_max, into).await?.ok_or(Stop::Gone)
    }

    /// The next frame, decoded.
    async fn item<T: Serialize + DeserializeOwned>(&mut self, bytes_max: usize) -> Result<T, Stop> {
        Ok(cbor::decode(&self.body(bytes_max).await?, bytes_max)?)
    }

    /// Sends one frame.
    async fn say<T: Serialize>(&mut self, frame: &T) -> Result<(), Stop> {
        self.say_bytes(&cbor::encode(frame)).await
    }

    /// Sends one frame of bytes as they are.
    async fn say_bytes(&mut self, frame: &[u8]) -> Result<(), Stop> {
        Ok(write_frame(self.send, frame).await?)
    }

    /// A record about this request, still without number and time. A root and a witness have no card, and
    /// are no actor.
    fn recording(&self, snapshot: &Snapshot, act: Act) -> Result<Recording, Refusal> {
        let (device, directory) = (self.device(), &snapshot.directory);
        let actor = directory.owner(device).map(|card| Actor::of(card, device));
        if actor.is_none() && directory.key_without_card(device).is_none() {
            return Err(Refusal::NotEnrolled);
        }
        let request = Some(self.signed.clone());
        let record = Record { actor, request, ..Record::of(act, self.request.time) };
        let asked = Asked {
            digest: self.signed.digest(),
            time: self.request.time,
            counter: self.request.counter,
            device: self.device(),
            opening: self.request.opening,
        };
        Ok(Recording { asked, record, annex: Vec::new() })
    }
}

/// Says in a record which message it is about.
fn about(mut recording: Recording, core: &Core) -> Recording {
    let record = &mut recording.record;
    record.item = Some(core.id);
    record.group = Some(core.group);
    record.flow = Some(core.flow.clone());
    record.class = Some(core.class);
    record.expires = Some(core.expires);
    record.recipients.clone_from(&core.recipients);
    recording
}

/// What closes the writer's copy of a record: a fresh key, sealed to each device of theirs that has
/// a grant for the message, under the bucket of that grant.
fn writers_copy(relay: &Relay, snapshot: &Snapshot, stored: &Stored) -> Option<WritersCopy> {
    let key = BoxKey::generate();
    let (directory, writer) = (&snapshot.directory, &stored.header.core.writer);
    let of_writer = |device| directory.owner(device).is_some_and(|card| card.member == *writer);
    let sealed: Vec<_> = stored
        .living()
        .filter(|grant| of_writer(grant.device))
        .filter_map(|grant| {
            let recipient = relay.shelf().recipient(directory, grant.device, grant.bucket)?;
            let sealed = seal_small(&recipient, key.bytes().as_ref()).ok()?;
            Some(SealedTo { device: grant.device, bucket: grant.bucket, sealed })
        })
        .collect();
    (!sealed.is_empty()).then_some(WritersCopy { key, sealed })
}

/// How many frames follow, for an answer.
fn count(frames: usize) -> u32 {
    u32::try_from(frames).unwrap_or(u32::MAX)
}
