//! All authority is signed statements: versioned, chained, verified by everybody from one pinned
//! fingerprint.
//!
//! A [`Statement`] is a signed document with its body, where the document only names the digest of
//! something large or erasable (a key page, the text of the nomenclature, the personal part of a
//! card). The kinds stand in files of their own; [`Directory`](crate::directory::Directory) is what
//! a set of them proves.

mod annuaire;
mod card;
mod charter;
mod delegation;
mod devices;
mod enrolment;
mod group;
mod hold;
mod key_page;
mod nomenclature;
mod proposal;
mod rereading;
mod root;
mod ruleset;

pub use annuaire::{Annuaire, AnnuaireLine};
pub use card::{Card, DeviceKey, Organisation, Personal};
pub use charter::{Adhesion, Charter, Reglement};
pub use delegation::Delegation;
pub use devices::Devices;
pub use enrolment::{Enrolment, Invitation, Invited};
pub use group::{Group, GroupKind, Roster, Seat};
pub use hold::Hold;
pub use key_page::KeyPage;
pub use nomenclature::NomenclatureStatement;
pub use proposal::Proposal;
pub use rereading::Rereading;
pub use root::{RelayKeys, Root, WitnessPolicy};
pub use ruleset::{Ruleset, RulesetStatement};

use crate::crypto::sha256;
use crate::ids::Digest;
use crate::signed::Signed;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One signed statement with its body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What it is.
    pub kind: Kind,
    /// The document and its signatures.
    pub signed: Signed,
    /// What the document names by digest; absent where the kind has none, or where it was erased.
    #[serde(with = "serde_bytes")]
    pub body: Option<Vec<u8>>,
}

/// The kinds of statements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The two roots and what hangs on them.
    Root,
    /// The flows of the convention.
    Nomenclature,
    /// A member with the device of their enrolment.
    Card,
    /// A group and who leads it.
    Group,
    /// The members of a group.
    Roster,
    /// Expiry recipients of a device.
    KeyPage,
    /// The devices of a member, as they say.
    Devices,
    /// The charte déontologique of a group.
    Charter,
    /// A member's signature under it.
    Adhesion,
    /// Who stands in for an absent member.
    Delegation,
    /// A statement that still needs a signature.
    Proposal,
    /// The answer of a device to its invitation.
    Enrolment,
    /// One version of the annuaire.
    Annuaire,
    /// A letter that PROC holds.
    Hold,
    /// The rules by which texts are screened.
    Ruleset,
    /// What a second person read and let pass.
    Rereading,
}

/// Where a statement stands in its chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Counted from one.
    pub version: u32,
    /// The digest of the version before; none for the first.
    pub previous: Option<Digest>,
    /// When it was signed.
    pub made: Timestamp,
}

impl Link {
    /// The first of its chain.
    #[must_use]
    pub fn first(made: Timestamp) -> Self {
        Self { version: 1, previous: None, made }
    }
}

impl Statement {
    /// The digest of the body, if it is here.
    #[must_use]
    pub fn body_digest(&self) -> Option<Digest> {
        self.body.as_deref().map(sha256)
    }
}
