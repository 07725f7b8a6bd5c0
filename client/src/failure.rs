//! Why a command did not do it, sorted by what the caller does next; each has its exit code.
//!
//! No failure carries text from a message, a name of a person, or a path inside somebody's home
//! other than the one that was typed.

use crate::agent::AgentError;
use crate::faults::Faults;
use crate::keystore::KeyStoreError;
use crate::screening::Stopped;
use crate::table::Unfit;
use pli_server::transport::ended::Ended;
use shared::bundle::InvalidBundle;
use shared::directory::InvalidStatement;
use shared::log::InvalidConfirmation;
use shared::message::{InvalidMessage, Objection};
use shared::nomenclature;
use shared::refusal::Refusal;
use shared::wire::Refused;

/// Why a command did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// This machine: a file, the key store, the agent. Exit 1.
    #[error("{message}")]
    Local {
        /// For scripts, and the sentence in the catalogues.
        code: &'static str,
        /// What happened, for those who debug it.
        message: String,
    },
    /// What was typed. Exit 2.
    #[error("{message}")]
    Usage {
        /// For scripts, and the sentence in the catalogues.
        code: &'static str,
        /// What to type instead.
        message: String,
    },
    /// A table that is not taken, and where that shows. Exit 2.
    #[error(transparent)]
    Table(Box<Unfit>),
    /// What was filled of a form, field by field. Exit 2.
    #[error("{} faults in the form", .0.count())]
    Form(#[from] Faults),
    /// What the convention speaks of and Pli does not carry: it goes elsewhere. Exit 3.
    #[error("not sent here: {}", .0.title)]
    NotHere(Box<nomenclature::Refused>),
    /// A rule says no, at the relay or already here. Exit 3.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The same, where what to do is another thing than that refusal says elsewhere. Exit 3.
    #[error("refused: {refusal}")]
    Explained {
        /// Which refusal scripts are told of.
        refusal: Refusal,
        /// The sentence in the catalogues.
        id: &'static str,
        /// What stands in the sentence.
        values: Vec<(&'static str, String)>,
    },
    /// Too much for now; worth trying again after so many seconds. Exit 3.
    #[error("refused for {seconds} seconds")]
    Wait {
        /// How long.
        seconds: u32,
    },
    /// Nobody but the relay has seen the log for longer than the policy allows. Exit 3.
    #[error("no witness has seen the log for too long")]
    Unattested,
    /// The screen says no. Exit 4.
    #[error("objected: {0}")]
    Objected(#[from] Objection),
    /// The rules of article 5 and the charter say no: what was written is not sent. Exit 4.
    #[error("stopped by the rules")]
    Stopped(Box<Stopped>),
    /// The same rules say no of what was opened: it is not shown. Exit 4.
    #[error("kept closed by the rules")]
    Quarantined(Box<Stopped>),
    /// Something is not what its signatures say. Exit 5.
    #[error("did not verify: {0}")]
    Unverified(Unverified),
    /// The relay is not reached, or was lost on the way. Exit 6.
    #[error("the relay is not reached")]
    Unreached,
    /// The relay closed the connection: this device is enrolled no more. Exit 3.
    #[error("the inscription of this device has ended")]
    Struck,
    /// The relay closed the connection: this device lost a group. Run again to be told what that changes.
    /// Exit 6.
    #[error("the groups of this device changed")]
    Changed,
    /// Whoever was asked said no: nothing was sent or shown. Exit 4.
    #[error("nothing was done")]
    Declined,
    /// Ctrl-C; run again to go on. Exit 130.
    #[error("interrupted")]
    Interrupted,
}

/// What did not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// The log.
    #[error(transparent)]
    Log(#[from] InvalidConfirmation),
    /// A statement.
    #[error(transparent)]
    Statement(#[from] InvalidStatement),
    /// A message.
    #[error(transparent)]
    Message(#[from] InvalidMessage),
    /// The relay answered something else than what was asked.
    #[error("the relay answered something else than what was asked")]
    Answer,
    /// A file of receipts.
    #[error("the file holds no receipts")]
    Receipt,
    /// An invitation, or a founding.
    #[error("the file is not what was signed")]
    Invitation,
    /// A device stands for this member that none of theirs signed for.
    #[error("a device that none of this member's signed for stands in their name")]
    OwnDevices,
    /// The words that were said are not those of the device that answered.
    #[error("the words are others")]
    Words,
    /// This witness was shown two logs, and signs nothing any more.
    #[error("this witness was shown two logs: what both were is kept in its folder, under evidence")]
    TwoLogs,
    /// A letter's account.
    #[error(transparent)]
    Bundle(#[from] InvalidBundle),
    /// A leaf of the log, by number, is not the one that its checkpoint vouches for.
    #[error("leaf {0} of the log is not the one that its checkpoint vouches for")]
    Altered(u64),
    /// Faults in the log, named one by one.
    #[error("{0} faults in the log")]
    Faults(usize),
}

impl Failure {
    /// A failure of this machine.
    pub fn local(code: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Local { code, message: message.to_string() }
    }

    /// Something that must be typed otherwise.
    pub fn usage(code: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Usage { code, message: message.to_string() }
    }

    /// A refusal whose sentence is another one than usual.
    #[must_use]
    pub fn explained(refusal: Refusal, id: &'static str, values: &[(&'static str, String)]) -> Self {
        Self::Explained { refusal, id, values: values.to_vec() }
    }

    /// The exit code of the contract.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Local { .. } => 1,
            Self::Usage { .. } | Self::Table(_) | Self::Form(_) => 2,
            Self::Refused(_)
            | Self::Explained { .. }
            | Self::NotHere(_)
            | Self::Wait { .. }
            | Self::Struck
            | Self::Unattested => 3,
            Self::Objected(_) | Self::Stopped(_) | Self::Quarantined(_) | Self::Declined => 4,
            Self::Unverified(_) => 5,
            Self::Unreached | Self::Changed => 6,
            Self::Interrupted => 130,
        }
    }

    /// The sentence in the catalogues.
    #[must_use]
    pub fn message_id(&self) -> String {
        match self {
            Self::Local { code, .. } | Self::Usage { code, .. } => (*code).to_owned(),
            Self::Form(_) => "form-faults".to_owned(),
            Self::NotHere(_) => "flow-not-here".to_owned(),
            Self::Refused(refusal) => format!("refusal-{}", refusal.code()),
            Self::Explained { id, .. } => (*id).to_owned(),
            Self::Table(unfit) => match &**unfit {
                Unfit::Unusable(unusable) => format!("table-{}", unusable.why.code()),
                Unfit::Headings(_) => "table-headings".to_owned(),
            },
            Self::Wait { .. } => "refusal-wait".to_owned(),
            Self::Unattested => "unattested".to_owned(),
            Self::Objected(Objection::Form { rule, .. }) => format!("objection-{rule}"),
            Self::Objected(Objection::Unread(_)) => "objection-unread".to_owned(),
            Self::Objected(Objection::Subject(_)) | Self::Stopped(_) => "objection-subject".to_owned(),
            Self::Quarantined(_) => "quarantined".to_owned(),
            Self::Unverified(unverified) => unverified.message_id().to_owned(),
            Self::Unreached => "unreached".to_owned(),
            Self::Struck => "closed-struck".to_owned(),
            Self::Changed => "closed-changed".to_owned(),
            Self::Declined => "nothing-done".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
        }
    }
}

impl From<Ended> for Failure {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Struck => Self::Struck,
            Ended::Changed => Self::Changed,
            _ => Self::Unreached,
        }
    }
}

impl Unverified {
    fn message_id(&self) -> &'static str {
        match self {
            Self::Log(InvalidConfirmation::Fork) => "log-conflict",
            Self::Log(InvalidConfirmation::Withheld) => "log-withheld",
            Self::Log(_) | Self::Answer => "unverified-answer",
            Self::Statement(_) => "unverified-statement",
            Self::Message(_) => "open-not-authentic",
            Self::Receipt => "unverified-receipt",
            Self::Invitation => "unverified-invitation",
            Self::OwnDevices => "unverified-own-devices",
            Self::Words => "unverified-words",
            Self::TwoLogs => "witness-two-logs",
            Self::Bundle(_) => "unverified-bundle",
            Self::Altered(_) | Self::Faults(_) => "log-faults",
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused.wait_seconds {
            Some(seconds) => Self::Wait { seconds },
            None => Self::Refused(refused.refusal),
        }
    }
}

impl From<Unverified> for Failure {
    fn from(unverified: Unverified) -> Self {
        Self::Unverified(unverified)
    }
}

impl From<InvalidConfirmation> for Failure {
    fn from(invalid: InvalidConfirmation) -> Self {
        Self::Unverified(invalid.into())
    }
}

impl From<InvalidStatement> for Failure {
    fn from(invalid: InvalidStatement) -> Self {
        Self::Unverified(invalid.into())
    }
}

impl From<InvalidMessage> for Failure {
    fn from(invalid: InvalidMessage) -> Self {
        Self::Unverified(invalid.into())
    }
}

impl From<KeyStoreError> for Failure {
    fn from(error: KeyStoreError) -> Self {
        Self::local(error.message(), &error)
    }
}

impl From<AgentError> for Failure {
    fn from(error: AgentError) -> Self {
        Self::local(error.message(), &error)
    }
}
