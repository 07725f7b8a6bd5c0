//! The relay's "no": a stable number on the wire, a code for scripts, a sentence in the catalogues.
//!
//! A refusal is an answer, not a fault: the request was understood and is not allowed. What does
//! not exist and what is not yours get the same one. No refusal carries text from a message.

use serde::{Deserialize, Serialize};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $number:literal $code:literal,)*) => {
        /// Why a request is refused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        pub enum Refusal {
            $($(#[$doc])* $name,)*
        }

        impl Refusal {
            /// Every refusal, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable number.
            #[must_use]
            pub fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            /// The stable code, which also names the sentence in the catalogues.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

refusals! {
    /// The device is on no card, or its owner is not in office.
    NotEnrolled = 10 "not-enrolled",
    /// It does not exist, or it is not yours.
    NotFound = 11 "not-found",
    /// The device does not count in this group.
    NotAMember = 12 "not-a-member",
    /// The nomenclature has no such flow.
    UnknownFlow = 13 "unknown-flow",
    /// The nomenclature does not let this role send this flow.
    SenderRole = 14 "sender-role",
    /// The nomenclature does not let a named recipient receive this flow, or they are not members.
    RecipientRole = 15 "recipient-role",
    /// The flow does not travel in this kind of group.
    GroupKind = 16 "group-kind",
    /// The expiry is past or over the flow's ceiling.
    Retention = 17 "retention",
    /// The expiry is not the end of a bucket.
    BucketEnd = 18 "bucket-end",
    /// The roster or the nomenclature moved between sealing and deposit.
    StaleRoster = 19 "stale-roster",
    /// Sealed under a head that was over ten minutes old, or over a day ago.
    StaleHead = 20 "stale-head",
    /// The flow needs an agreement that is not there.
    Gate = 21 "gate",
    /// There is no screening record, or not with the ruleset in force.
    Screening = 22 "screening",
    /// A part is not at the relay whole.
    PartsMissing = 23 "parts-missing",
    /// The id was used for something else.
    IdUsed = 24 "id-used",
    /// The message has expired.
    Expired = 25 "expired",
    /// The request's counter was used.
    CounterUsed = 26 "counter-used",
    /// A reason is needed.
    ReasonMissing = 27 "reason-missing",
    /// The reason is not one of the flow's.
    ReasonUnknown = 28 "reason-unknown",
    /// Larger than the limit.
    TooLarge = 29 "too-large",
    /// More than this device may do for now.
    Quota = 30 "quota",
    /// A statement that is not accepted.
    Statement = 31 "statement",
    /// The log is not this member's to review.
    NotAReviewer = 32 "not-a-reviewer",
    /// A grant for a device that the core does not name, or none for one that it does.
    GrantTarget = 33 "grant-target",
    /// The request's time is not within ten minutes of the relay's.
    RequestTime = 34 "request-time",
    /// The parts are given to those who claimed only.
    NotClaimed = 35 "not-claimed",
    /// The relay cannot answer now; nothing was done.
    Unavailable = 36 "unavailable",
    /// Another version of the protocol.
    Version = 37 "version",
    /// Not what the protocol allows.
    Malformed = 38 "malformed",
    /// The relay's disk has no room for more; what is there can be read.
    DiskFull = 39 "disk-full",
    /// Two machines speak as this device.
    Cloned = 40 "cloned-device",
    /// The invitation was answered by another device already.
    InvitationUsed = 41 "invitation-used",
    /// The invitation has ended, or whoever signed it may not invite any more.
    InvitationEnded = 42 "invitation-ended",
    /// Those who lead the group today have not signed its roster yet.
    NotLed = 43 "not-led",
    /// The group has no charter in force.
    CharterMissing = 44 "charter-missing",
    /// This member has not signed the charter in force.
    CharterUnsigned = 45 "charter-unsigned",
    /// A recipient has not signed the charter in force.
    RecipientUnsigned = 46 "recipient-unsigned",
    /// What is for the two référents alone names others, or one of them only.
    Referents = 47 "referents",
    /// Its writer took the message back.
    Retired = 48 "retired",
    /// The archives have given no visa for eliminating what this flow carries.
    Visa = 49 "visa",
    /// This device may not make late grants for this message on this ground.
    GrantGround = 50 "grant-ground",
    /// PROC holds the message, and nobody has sealed it anew yet; or it is what was sealed anew.
    Held = 51 "held",
    /// The message was renewed already, or does not allow it.
    Renewed = 52 "renewed",
    /// A closed list has to be whole, and nobody else may stand on it.
    ClosedList = 54 "closed-list",
    /// A recipient's territory does not have the address that it is about.
    Territory = 55 "territory",
    /// What it answers is of another group, or of a flow that it cannot answer.
    Answers = 56 "answers",
}

impl Refusal {
    /// whether who was refused so did something that belongs in the log. What is the relay's own
    /// trouble, a matter of patience, or no protocol at all, is in its traces.
    #[must_use]
    pub fn is_recorded(self) -> bool {
        !matches!(self, Self::Quota | Self::Unavailable | Self::DiskFull | Self::Version | Self::Malformed)
    }
}

impl From<Refusal> for u16 {
    fn from(refusal: Refusal) -> Self {
        refusal.number()
    }
}

impl TryFrom<u16> for Refusal {
    type Error = &'static str;
    fn try_from(number: u16) -> Result<Self, Self::Error> {
        Self::ALL.iter().copied().find(|refusal| refusal.number() == number).ok_or("an unknown refusal")
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_are_each_used_once() {
        for (place, refusal) in Refusal::ALL.iter().enumerate() {
            assert_eq!(Refusal::try_from(refusal.number()), Ok(*refusal));
            for other in &Refusal::ALL[..place] {
                assert_ne!(other.number(), refusal.number());
                assert_ne!(other.code(), refusal.code());
            }
        }
        assert_eq!(Refusal::NotAMember.number(), 12, "scripts rely on it");
    }
}
