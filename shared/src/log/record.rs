//! One record of the access log: who did what, when, why; references, never data.
//!
//! LIL art. 101 and CNIL 2021-122 ask for the author, the time, the nature of the operation, the
//! reason and the reference of the data. The actor's own signed request is inside, so that a relay
//! cannot attribute an act to somebody who did not ask for it; what only the relay attests has no
//! request and says so.

use crate::directory::Directory;
use crate::ids::{
    DeviceId, Digest, FlowCode, GroupId, MemberId, MessageId, OrganisationId, ReasonCode, Role, RuleId,
};
use crate::limits::{REFUSAL_SECONDS, REQUEST_SECONDS_MAX};
use crate::message::{Core, Verdict};
use crate::nomenclature::Class;
use crate::refusal::Refusal;
use crate::signed::Signed;
use crate::statement::Card;
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
    /// Who did it; none for what the relay does by itself, and for a root or a witness, who has no card.
    pub actor: Option<Actor>,
    /// The message concerned.
    pub item: Option<MessageId>,
    /// Its group.
    pub group: Option<GroupId>,
    /// Its flow.
    pub flow: Option<FlowCode>,
    /// Its class.
    pub class: Option<Class>,
    /// When it is destroyed; where somebody has to agree first, at the latest, and in the record of the agreement the
    /// day that it fixes.
    pub expires: Option<Timestamp>,
    /// Why, from the closed list.
    pub reason: Option<ReasonCode>,
    /// The digest of what the actor sealed to the auditors: the reason's text, or the persons concerned.
    pub annex: Option<Digest>,
    /// What it rests on: the order of a reading, the digest of a statement or of an agreement, the code of a refusal; of
    /// a deposit, whose agreement it waits for and until when; of a handing over, to which device; of a destruction, the end of the last bucket that it reaches; of a retirement, why; of
    /// what was not shown, or is counted, by which rules.
    pub reference: Option<String>,
    /// Who may read the message, in the order of the handles.
    pub recipients: Vec<MemberId>,
    /// How it ended.
    pub outcome: Outcome,
    /// How many times: repeated refusals make one record, what the rules stopped is counted by day, everything else
    /// is 1.
    pub count: u32,
    /// The relay's software.
    pub software: String,
    /// The actor's own signed request; none where the relay alone attests the act.
    pub request: Option<Signed>,
}

impl Record {
    /// A record of this act with nothing else in it yet.
    #[must_use]
    pub fn of(act: Act, time: Timestamp) -> Self {
        Self {
            version: 1,
            index: 0,
            time,
            act,
            actor: None,
            item: None,
            group: None,
            flow: None,
            class: None,
            expires: None,
            reason: None,
            annex: None,
            reference: None,
            recipients: Vec::new(),
            outcome: Outcome::Done,
            count: 1,
            software: crate::SOFTWARE.to_owned(),
            request: None,
        }
    }

    /// Whether this record says of a request that was done what its actor signed: act, item, reason,
    /// outcome, and a time within which a request is believed. R-22: without it, a relay could put a signed
    /// request under another story.
    #[must_use]
    pub fn tells(&self, request: &Request) -> bool {
        let from_actor = match &self.actor {
            Some(actor) => actor.device == request.device,
            None => matches!(self.act, Act::Membership | Act::Rule),
        };
        let done = matches!(self.outcome, Outcome::Done | Outcome::AlreadyDone);
        let deposited = self.outcome.is_first() || self.outcome == Outcome::AlreadyDone;
        let no_reason = self.reason.is_none() && self.reference.is_none();
        let annexed = |annex: &Option<Annexed>| self.annex == annex.as_ref().map(|annex| annex.digest);
        let told = match &request.ask {
            Ask::Deposit { message, annex, reason, reference, .. } => {
                self.act == Act::Deposit
                    && self.item == Some(*message)
                    && annexed(annex)
                    && &self.reason == reason
                    && &self.reference == reference
                    && deposited
            }
            Ask::Claim { message, act, reason, annex, .. } => {
                self.act == *act
                    && act.is_claim()
                    && self.item == Some(*message)
                    && &self.reason == reason
                    && annexed(annex)
                    && done
            }
            // What was sealed to nobody has no annex.
            _ if self.annex.is_some() => false,
            Ask::Mailbox { .. } => self.act == Act::Delivery && self.item.is_some() && done && no_reason,
            Ask::Grant { message, approves: None, .. } => {
                self.act == Act::Grant && self.item == Some(*message) && done && no_reason
            }
            Ask::Grant { message, grants, approves } => {
                self.act == Act::Approval
                    && self.item == Some(*message)
                    && self.expires == *approves
                    && self.reference.as_deref() == Some(grants.to_string().as_str())
                    && self.reason.is_none()
                    && done
            }
            Ask::Acknowledge { message, outcome, rules, .. } => {
                self.act == Act::Opening
                    && self.item == Some(*message)
                    && self.outcome == *outcome
                    && self.reason.is_none()
                    && self.reference == named(rules)
            }
            Ask::LogKeys { reason, reference, .. } => {
                self.act == Act::LogReading
                    && self.item.is_none()
                    && self.reason.as_ref() == Some(reason)
                    && &self.reference == reference
                    && done
            }
            Ask::HandOver { to, .. } => {
                self.act == Act::HandOver
                    && self.reference.as_deref() == Some(to.to_string().as_str())
                    && self.item.is_none()
                    && self.reason.is_none()
                    && done
            }
            Ask::Account { destroyed } => {
                self.act == Act::Destruction
                    && self.reference.as_deref() == Some(destroyed.to_string().as_str())
                    && self.item.is_none()
                    && self.reason.is_none()
                    && self.outcome == Outcome::Done
            }
            Ask::Letter { message, reason, reference } => {
                self.act == Act::LogReading
                    && self.item == Some(*message)
                    && self.reason.as_ref() == Some(reason)
                    && &self.reference == reference
                    && done
            }
            Ask::Publish { digest } => {
                matches!(self.act, Act::Membership | Act::Rule | Act::Hold | Act::Rereading)
                    && self.reference.as_deref() == Some(digest.to_string().as_str())
                    && self.item.is_some() == (self.act == Act::Hold)
                    && self.reason.is_none()
                    && self.outcome == Outcome::Done
            }
            Ask::Retire { message, because } => {
                self.act == Act::Retirement
                    && self.item == Some(*message)
                    && self.reference.as_deref() == Some(because.code())
                    && self.reason.is_none()
                    && done
            }
            Ask::Reject { message, reason } => {
                self.act == Act::Rejection
                    && self.item == Some(*message)
                    && self.reason.as_ref() == Some(reason)
                    && self.reference.is_none()
                    && done
            }
            _ => false,
        };
        from_actor && told && self.count == 1 && self.is_in_time(request.time)
    }

    /// Whether it says of a letter's outside what its writer signed. A relay that wrote something else would hide it
    /// from who searches, or keep it from being due.
    #[must_use]
    pub fn is_about(&self, core: &Core) -> bool {
        self.item == Some(core.id)
            && self.group == Some(core.group)
            && self.flow.as_ref() == Some(&core.flow)
            && self.class == Some(core.class)
            && self.expires == Some(core.expires)
            && self.recipients == core.recipients
            && (self.act != Act::Deposit
                || self.outcome == Outcome::AlreadyDone
                || self.outcome == Outcome::of(core))
    }

    /// the same of a request that was refused. It is a question of its own, so that no refusal passes
    /// for the confirmation of anything.
    #[must_use]
    pub fn tells_refusal(&self, request: &Request) -> bool {
        let from_actor = self.actor.as_ref().is_none_or(|actor| actor.device == request.device);
        let is_told = |refusal: &&Refusal| Some(refusal.code()) == self.reference.as_deref();
        let refusal = Refusal::ALL.iter().find(is_told);
        from_actor
            && self.act == Act::Refusal
            && self.outcome == Outcome::Refused
            && refusal.is_some_and(|refusal| refusal.is_recorded())
            && self.item == request.ask.item()
            && self.reason.is_none()
            && self.annex.is_none()
            && self.count > 0
            && !matches!(request.ask, Ask::Enrol { .. })
            && self.is_in_time(request.time)
    }

    /// whether a record may have this time for a request of that one. A refusal may have waited
    /// to be counted; and of a request that is not of now, that is what is told.
    #[must_use]
    pub fn is_in_time(&self, asked: Timestamp) -> bool {
        let drift = self.time.since(asked).max(asked.since(self.time));
        match self.act {
            Act::Refusal if self.reference.as_deref() == Some(Refusal::RequestTime.code()) => true,
            Act::Refusal => drift <= REQUEST_SECONDS_MAX + 2 * REFUSAL_SECONDS,
            _ => drift <= REQUEST_SECONDS_MAX,
        }
    }

    /// whether this record may stand without a request, on the word of the relay alone: that a device
    /// was let in, that a message expired, and how often a rule stopped something in a day, or was contested.
    #[must_use]
    pub fn is_by_relay_alone(&self) -> bool {
        let bare = self.request.is_none() && self.outcome == Outcome::Done;
        let says_no_more = self.reason.is_none() && self.annex.is_none();
        let once = self.count == 1 && self.reference.is_none();
        let counts_a_rule = self.count > 0
            && self.actor.is_none()
            && self.item.is_none()
            && self.reference.as_deref().is_some_and(|rule| rule.parse::<RuleId>().is_ok());
        let fits = match self.act {
            Act::Connection => self.actor.is_some() && self.item.is_none() && once,
            Act::Expiry => self.actor.is_none() && self.item.is_some() && once,
            Act::Blocked => self.group.is_some() && counts_a_rule,
            Act::Contested => self.group.is_none() && counts_a_rule,
            _ => false,
        };
        bare && says_no_more && fits
    }

    /// whether what this record says is signed by who acted, under the keys of everybody who ever
    /// could, or is for the relay alone to attest. Who has no card and is a root or a witness has no actor.
    #[must_use]
    pub fn is_attested(&self, directory: &Directory) -> bool {
        // Nobody is somebody else than the card of their device says.
        if self.actor.as_ref().is_some_and(|actor| !directory.knows(actor)) {
            return false;
        }
        let Some(signed) = &self.request else { return self.is_by_relay_alone() };
        let key = match &self.actor {
            // Devices are replaced and people leave: what they signed stays theirs.
            Some(actor) => directory.past_key(actor.device),
            None => {
                let device = signed.peek::<Request>().ok().map(|request| request.device);
                device.and_then(|device| directory.key_without_card(device))
            }
        };
        let verified = key.and_then(|key| signed.verify_by::<Request>(key).ok());
        verified.is_some_and(|request| self.tells(request.value()) || self.tells_refusal(request.value()))
    }

    /// Who attests it, for scripts and catalogues: the `actor`, whose request is inside, or the `relay`.
    #[must_use]
    pub fn attested(&self) -> &'static str {
        if self.request.is_some() { "actor" } else { "relay" }
    }
}

/// What a record says of the rules that a reader's client found.
#[must_use]
pub fn named(rules: &[RuleId]) -> Option<String> {
    let names: Vec<_> = rules.iter().map(RuleId::as_str).collect();
    (!names.is_empty()).then(|| names.join(" "))
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
    /// A grant was released to see what a letter hides until it is asked for: codes, numbers of badges.
    Reveal,
    /// A grant was released to print the text.
    Print,
    /// The reader said that it opened, or that it did not verify.
    Opening,
    /// The log was read.
    LogReading,
    /// A request was refused.
    Refusal,
    /// A grant was released to make late ones from it; the text was not.
    Regrant,
    /// More devices were given grants.
    Grant,
    /// A device was let in.
    Connection,
    /// A message expired.
    Expiry,
    /// A statement was accepted that says who belongs, with which devices, where, and for whom.
    Membership,
    /// A statement was accepted by which everybody goes: root, nomenclature, charter.
    Rule,
    /// A reviewer gave another what opens earlier records.
    HandOver,
    /// A device said up to when it destroyed what opens messages.
    Destruction,
    /// A writer took a message back.
    Retirement,
    /// A grant was released to seal the message anew until a later day; nobody was shown it.
    Renewal,
    /// PROC ordered that a message outlasts its end, or ended that.
    Hold,
    /// A second person let pass what the rules had stopped for its context.
    Rereading,
    /// How often a rule stopped something in a group on one day; nobody is named.
    Blocked,
    /// How often it was said on one day that a rule stops what it should not; nobody is named.
    Contested,
    /// Who had to agree to a message did, and its recipients were given grants.
    Approval,
    /// Who had to agree to a message did not; nobody opens it any more.
    Rejection,
}

impl Act {
    /// Every act, for tables and tests.
    pub const ALL: [Self; 25] = [
        Self::Deposit,
        Self::Delivery,
        Self::Release,
        Self::Export,
        Self::Reveal,
        Self::Print,
        Self::Opening,
        Self::LogReading,
        Self::Refusal,
        Self::Regrant,
        Self::Grant,
        Self::Connection,
        Self::Expiry,
        Self::Membership,
        Self::Rule,
        Self::HandOver,
        Self::Destruction,
        Self::Retirement,
        Self::Renewal,
        Self::Hold,
        Self::Rereading,
        Self::Blocked,
        Self::Contested,
        Self::Approval,
        Self::Rejection,
    ];

    /// Its name on the wire, for scripts and catalogues.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Delivery => "delivery",
            Self::Release => "release",
            Self::Export => "export",
            Self::Reveal => "reveal",
            Self::Print => "print",
            Self::Opening => "opening",
            Self::LogReading => "log-reading",
            Self::Refusal => "refusal",
            Self::Regrant => "regrant",
            Self::Grant => "grant",
            Self::Connection => "connection",
            Self::Expiry => "expiry",
            Self::Membership => "membership",
            Self::Rule => "rule",
            Self::HandOver => "hand-over",
            Self::Destruction => "destruction",
            Self::Retirement => "retirement",
            Self::Renewal => "renewal",
            Self::Hold => "hold",
            Self::Rereading => "rereading",
            Self::Blocked => "blocked",
            Self::Contested => "contested",
            Self::Approval => "approval",
            Self::Rejection => "rejection",
        }
    }

    /// Whether a claim can be for it: what brings a grant.
    #[must_use]
    pub fn is_claim(self) -> bool {
        matches!(
            self,
            Self::Release | Self::Export | Self::Reveal | Self::Print | Self::Regrant | Self::Renewal
        )
    }

    /// Whether it is a claim by which nobody is shown anything, so that no reason is asked.
    #[must_use]
    pub fn shows_nothing(self) -> bool {
        matches!(self, Self::Regrant | Self::Renewal)
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

impl Actor {
    /// Who acts with this device of theirs.
    #[must_use]
    pub fn of(card: &Card, device: DeviceId) -> Self {
        Self {
            member: card.member.clone(),
            function: card.function.clone(),
            organisation: card.organisation.id.clone(),
            device,
        }
    }
}

/// How an act ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As asked.
    Done,
    /// As asked; and of what was deposited, its writer vouches for parts that nobody could read.
    Attested,
    /// It had been done before; asked again under a new request, nothing else changed.
    AlreadyDone,
    /// The reader's client found that the message is not what its writer signed.
    DidNotVerify,
    /// The reader's client found in it what the rules exclude, and did not show it.
    Quarantined,
    /// Not done; the reference of the record says by which refusal.
    Refused,
}

impl Outcome {
    /// How the deposit of a letter ends that goes as asked: its header says whether every part was read.
    #[must_use]
    pub fn of(core: &Core) -> Self {
        match core.screening.verdict {
            Verdict::Passed => Self::Done,
            Verdict::Attested => Self::Attested,
        }
    }

    /// Whether it was done, and had not been before.
    #[must_use]
    pub fn is_first(self) -> bool {
        matches!(self, Self::Done | Self::Attested)
    }
}
