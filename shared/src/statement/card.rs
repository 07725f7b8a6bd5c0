//! A member's card: function, organisation, territory, devices.
//!
//! Name and telephone are a separate part whose salted digest stands in the card, so that they can
//! be erased when the function ends while the chain of cards still verifies. The authority signs
//! cards; a hat of the parquet is certified by the parquet.

use super::Link;
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::{DeviceId, Digest, MemberId, OrganisationId, PublicKey, Random, Role};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A member and what the authority vouches for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its place in the chain.
    pub link: Link,
    /// Whose card.
    pub member: MemberId,
    /// The function, as a role of the convention.
    pub function: Role,
    /// Where they serve.
    pub organisation: Organisation,
    /// The communes, circonscriptions or residences they are in charge of.
    pub territory: Vec<String>,
    /// The devices that sign for them.
    pub devices: Vec<DeviceKey>,
    /// The digest of their [`Personal`] part.
    pub personal: Digest,
    /// In office from.
    pub from: Timestamp,
    /// In office until, if an end is known.
    pub until: Option<Timestamp>,
}

/// An organisation of the convention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its handle.
    pub id: OrganisationId,
    /// Its name, as people say it.
    pub name: String,
}

/// One device on a card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceKey {
    /// The key it signs with.
    pub key: PublicKey,
    /// What its owner calls it, such as `bureau`.
    pub name: String,
}

/// The erasable part of a card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personal {
    /// Keeps the digest in the card from being guessed.
    pub salt: Random,
    /// First and last name.
    pub name: String,
    /// Professional telephone.
    pub telephone: String,
    /// Professional e-mail address.
    pub email: String,
}

impl Document for Card {
    const CONTEXT: &'static str = "pli/card/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Card {
    /// The public key of one of their devices.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<PublicKey> {
        self.devices.iter().map(|device| device.key).find(|key| key.id() == id)
    }

    /// Whether they are in office.
    #[must_use]
    pub fn in_office(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether the parquet, not the authority, certifies this function.
    #[must_use]
    pub fn is_hat(&self) -> bool {
        matches!(self.function.as_str(), "PROC" | "MREF" | "PREP" | "AUD")
    }
}

impl Personal {
    /// The bytes that travel beside the card.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// What the card names.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(&self.to_body())
    }
}
