//! A member's card: function, organisation, territory, devices.
//!
//! Name and telephone are a separate part whose salted digest stands in the card, so that they can
//! be erased when the function ends while the chain of cards still verifies. The authority signs
//! cards; a hat of the parquet is certified by the parquet. The card of a protected agent
//! (convention art. 7) never carries that part: what the channel shows is a pseudonym.

use super::Link;
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::{DeviceId, Digest, MemberId, OrganisationId, PublicKey, Random, Role};
use crate::limits::{ATTESTED_SECONDS_MAX, STATEMENT_BYTES_MAX};
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
    /// The device of their enrolment. Further ones, and the end of any, are [`Devices`](super::Devices).
    pub devices: Vec<DeviceKey>,
    /// The digest of their [`Personal`] part.
    pub personal: Digest,
    /// Who stands in for them (convention art. 2).
    pub deputy: Option<MemberId>,
    /// Whether the personal part is kept from the annuaire (convention art. 7): then it never stands
    /// beside the card.
    pub protected: bool,
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
    /// Last name.
    pub family_name: String,
    /// First name.
    pub given_name: String,
    /// Professional telephone.
    pub telephone: String,
    /// Professional e-mail address.
    pub email: String,
    /// Who attests that they have the hierarchical authority that art. 2 asks for.
    pub attested_by: String,
}

impl Document for Card {
    const CONTEXT: &'static str = "pli/card/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Card {
    /// Whether they are in office, and the authority said so within twelve months.
    #[must_use]
    pub fn in_office(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.ends()
    }

    /// When the card ends by itself: with the office, or twelve months after it was signed.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        let attested = self.link.made.plus(ATTESTED_SECONDS_MAX);
        self.until.map_or(attested, |until| until.min(attested))
    }

    /// What a list of devices goes on from: the digest of the devices that the card names.
    #[must_use]
    pub fn base(&self) -> Digest {
        sha256(&cbor::encode(&self.devices))
    }

    /// Whether the parquet, not the authority, certifies this function.
    #[must_use]
    pub fn is_hat(&self) -> bool {
        self.function.is_hat()
    }
}

impl DeviceKey {
    /// The name of the device on the wire.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        self.key.id()
    }
}

impl Personal {
    /// First and last name, as people say them.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

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
