//! Why a writer takes a letter back.
//!
//! A closed list, in the record and before the readers: whoever was written to by mistake must know it, and
//! whoever waits for what is newer too. It says nothing about the content.

use serde::{Deserialize, Serialize};

/// Why a letter is taken back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// A later letter says something else.
    Superseded,
    /// What it says was exchanged for something new, as a code or a list.
    Replaced,
    /// It has reached whom it was for, and has served.
    Received,
    /// Whom it is about has left the function that it is about.
    FunctionEnded,
    /// It went to somebody whom it was not for: a breach of personal data (RGPD art. 33), where it has any.
    WrongRecipient,
}

impl Because {
    /// Every one, for tables and tests.
    pub const ALL: [Self; 5] =
        [Self::Superseded, Self::Replaced, Self::Received, Self::FunctionEnded, Self::WrongRecipient];

    /// Its name on the wire and in records, for scripts and catalogues.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Replaced => "replaced",
            Self::Received => "received",
            Self::FunctionEnded => "function-ended",
            Self::WrongRecipient => "wrong-recipient",
        }
    }
}
