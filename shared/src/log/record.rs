//! One record of the access log: who did what, when, why; references, never data.
//!
//! LIL art. 101 and CNIL 2021-122 ask for the author, the time, the nature of the operation, the
//! reason and the reference of the data. The actor's own signed request is inside, so that a relay
//! cannot attribute an act to somebody who did not ask for it; what only the relay attests has no
//! request and says so.

use crate::directory::Directory;
use crate::ids::{
    DeviceId, Digest, FlowCode, GroupId, MemberId, MessageId, OrganisationId, ReasonCode, Role,
};
use crate::limits::REQUEST_SECONDS_MAX;
use crate::signed::Signed;
use crate::statement::Class;
use crate::time::Timestamp;
use crate::wire::{Annexed, Ask, Request};
use serde::{Deserialize, Serialize};

/// One record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of this form: 1.
    pub version: u8,
    /// The number of its leaf.
    pub index: u64,
    /// The relay's time, UTC.
    pub time: Timestamp,
    /// What was done.
    pub act: Act,
    /// Who did it; none for what the relay does by itself.
    pub actor: Option<Actor>,
    /// The message concerned.
    pub item: Option<MessageId>,
    /// Its group.
    pub group: Option<GroupId>,
    /// Its flow.
    pub flow: Option<FlowCode>,
    /// Its class.
    pub class: Option<Class>,
    /// Why, from the closed list.
    pub reason: Option<ReasonCode>,
    /// The digest of what the actor sealed to the auditors: the reason's text, or the persons concerned.
    pub annex: Option<Digest>,
    /// The order, gate or hold it rests on.
    pub reference: Option<String>,
    /// Who may read the message, in the order of the handles.
    pub recipients: Vec<MemberId>,
    /// How it ended.
    pub outcome: Outcome,
    /// The relay's software.
    pub software: String,
    /// The actor's own signed request; none where the relay alone attests the act.
    pub request: Option<Signed>,
}

impl Record {
    /// Whether this record says of a request what its actor signed: act, item, reason, outcome, and a
    /// time within the ten minutes for which a request is believed. R-22: without it, a relay could
    /// put a signed request under another story.
    #[must_use]
    pub fn tells(&self, request: &Request) -> bool {
        let from_actor = self.actor.as_ref().is_some_and(|actor| actor.device == request.device);
        let drift = self.time.since(request.time).max(request.time.since(self.time));
        let done = matches!(self.outcome, Outcome::Done | Outcome::AlreadyDone);
        let no_reason = self.reason.is_none() && self.reference.is_none();
        let annexed = |annex: &Option<Annexed>| self.annex == annex.as_ref().map(|annex| annex.digest);
        let told = match &request.ask {
            Ask::Deposit { message, annex, .. } => {
                self.act == Act::Deposit && self.item == Some(*message) && annexed(annex) && done && no_reason
            }
            Ask::Claim { message, act, reason, annex, .. } => {
                self.act == *act
                    && self.item == Some(*message)
                    && &self.reason == reason
                    && annexed(annex)
                    && done
            }
            // What was sealed to nobody has no annex.
            _ if self.annex.is_some() => false,
            Ask::Mailbox { .. } => self.act == Act::Delivery && self.item.is_some() && done && no_reason,
            Ask::Grant { message, .. } => {
                self.act == Act::Grant && self.item == Some(*message) && done && no_reason
            }
            Ask::Acknowledge { message, outcome, .. } => {
                self.act == Act::Opening
                    && self.item == Some(*message)
                    && self.outcome == *outcome
                    && no_reason
            }
            Ask::LogKeys { reason, reference, .. } => {
                self.act == Act::LogReading
                    && self.item.is_none()
                    && self.reason.as_ref() == Some(reason)
                    && &self.reference == reference
                    && done
            }
            Ask::Letter { message, reason, reference } => {
                self.act == Act::LogReading
                    && self.item == Some(*message)
                    && self.reason.as_ref() == Some(reason)
                    && &self.reference == reference
                    && done
            }
            Ask::Publish { .. } => self.act == Act::Refusal && self.outcome == Outcome::Refused,
            _ => false,
        };
        from_actor && told && drift <= REQUEST_SECONDS_MAX
    }

    /// Whether what this record says is signed by who acted, under the keys of everybody who ever could.
    #[must_use]
    pub fn is_attested(&self, directory: &Directory) -> bool {
        self.actor.as_ref().zip(self.request.as_ref()).is_some_and(|(actor, request)| {
            // Devices are replaced and people leave: what they signed stays theirs.
            let key = directory.past_key(actor.device);
            let verified = key.and_then(|key| request.verify_by::<Request>(key).ok());
            verified.is_some_and(|request| self.tells(request.value()))
        })
    }
}

/// The kinds of acts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A message was confirmed.
    Deposit,
    /// A device was shown a header.
    Delivery,
    /// A grant was released to be read.
    Release,
    /// A grant was released to write documents, or the message identity and the parts, to a folder.
    Export,
    /// The reader said that it opened, or that it did not verify.
    Opening,
    /// The log was read.
    LogReading,
    /// A statement was refused.
    Refusal,
    /// A grant was released to make late ones from it; the text was not.
    Regrant,
    /// More devices were given grants.
    Grant,
}

impl Act {
    /// Every act, for tables and tests.
    pub const ALL: [Self; 9] = [
        Self::Deposit,
        Self::Delivery,
        Self::Release,
        Self::Export,
        Self::Opening,
        Self::LogReading,
        Self::Refusal,
        Self::Regrant,
        Self::Grant,
    ];

    /// Its name on the wire, for scripts and catalogues.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Delivery => "delivery",
            Self::Release => "release",
            Self::Export => "export",
            Self::Opening => "opening",
            Self::LogReading => "log-reading",
            Self::Refusal => "refusal",
            Self::Regrant => "regrant",
            Self::Grant => "grant",
        }
    }
}

/// Who acted, as they were then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The member.
    pub member: MemberId,
    /// Their function.
    pub function: Role,
    /// Their organisation.
    pub organisation: OrganisationId,
    /// The device they used.
    pub device: DeviceId,
}

/// How an act ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As asked.
    Done,
    /// It had been done before; asked again under a new request, nothing else changed.
    AlreadyDone,
    /// The reader's client found that the message is not what its writer signed.
    DidNotVerify,
    /// Not done; the reference of the record says by which refusal.
    Refused,
}
