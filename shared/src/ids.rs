//! Names of things: fixed-size byte strings, and short handles.
//!
//! A name of a thing is never a name of a person: handles are chosen by the authority for the
//! directory, and everything else is random or a digest. Each type parses in one place and cannot
//! be mistaken for another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Text that is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct InvalidId {
    expected: &'static str,
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                from_hex(text).map(Self).ok_or(InvalidId { expected: $expected })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_bytes(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Exactly;
                impl serde::de::Visitor<'_> for Exactly {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<$name, E> {
                        bytes.try_into().map($name).map_err(|_| E::invalid_length(bytes.len(), &self))
                    }
                }
                from.deserialize_bytes(Exactly)
            }
        }
    };
}

byte_id!(
    /// A SHA-256 digest.
    Digest, 32, "a digest of 64 hexadecimal digits"
);
byte_id!(
    /// A message: 128 random bits, drawn by its writer.
    MessageId, 16, "a message id of 32 hexadecimal digits"
);
byte_id!(
    /// A group: 128 random bits, drawn when it is created.
    GroupId, 16, "a group id of 32 hexadecimal digits"
);
byte_id!(
    /// An invitation: 128 random bits, drawn when it is made.
    InvitationId, 16, "an invitation's id of 32 hexadecimal digits"
);
byte_id!(
    /// A signing key: the first half of the SHA-256 of its public bytes. A device is named by the
    /// key it signs with.
    KeyId, 16, "a device id of 32 hexadecimal digits"
);
byte_id!(
    /// An Ed25519 public key.
    PublicKey, 32, "an Ed25519 public key of 64 hexadecimal digits"
);
byte_id!(
    /// Thirty-two random bytes.
    Random, 32, "32 random bytes"
);

/// A device: the id of the key it signs with.
pub type DeviceId = KeyId;

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(&text) { Ok(Self(text)) } else { Err(InvalidId { expected: $expected }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(handle: $name) -> Self {
                handle.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

handle!(
    /// A member: a short handle on the directory, such as `bailleur-3`. It is shown on screens and
    /// stands in signed statements; the person's name is a separate, erasable part of the card.
    MemberId, "a member's handle (a-z, 0-9 and -, at most 32)", is_handle
);
handle!(
    /// An organisation: a short handle.
    OrganisationId, "an organisation's handle (a-z, 0-9 and -, at most 32)", is_handle
);
handle!(
    /// A flow of the nomenclature, such as `F05a`.
    FlowCode, "a flow's code (F, two digits, at most one letter)", is_flow_code
);
handle!(
    /// A role of the convention, such as `CSP` or `BREF`.
    Role, "a role's code (2 to 8 capital letters)",
    |text| (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
);
handle!(
    /// A retention class of the nomenclature, such as `RC`.
    RetentionClass, "a retention class (R and a capital letter)",
    |text| text.len() == 2 && text.starts_with('R') && text.bytes().all(|byte| byte.is_ascii_uppercase())
);
handle!(
    /// The first digits of a message's id, as people type it.
    IdBeginning, "the first 6 to 32 digits of an id (0-9, a-f)",
    |text| {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (6..=32).contains(&text.len()) && text.bytes().all(is_digit)
    }
);
handle!(
    /// A rule of the ruleset, such as `X1-contexte`.
    RuleId, "a rule's id (A-Z, a-z, 0-9 and -, at most 40)",
    |text| (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
);
handle!(
    /// What stands for a text on one screen and is typed on another: 40 bits in Crockford's digits, such as `7KQ2M9XA`.
    TextCode, "a code of eight characters (0-9, A-Z without I, L, O and U)",
    |text| text.len() == 8 && text.bytes().all(|byte| TextCode::DIGITS.contains(&byte))
);
handle!(
    /// A reason of the nomenclature, such as `suivi`.
    ReasonCode, "a reason's code (a-z, at most 32)",
    |text| (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
);

handle!(
    /// A field of a form, such as `date`.
    FieldName, "a field's name (a-z, 0-9 and _, at most 32)",
    |text| (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
);

fn is_handle(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_flow_code(text: &str) -> bool {
    match text.as_bytes() {
        [b'F', tens, units] => tens.is_ascii_digit() && units.is_ascii_digit(),
        [b'F', tens, units, letter] => {
            tens.is_ascii_digit() && units.is_ascii_digit() && letter.is_ascii_lowercase()
        }
        _ => false,
    }
}

impl TextCode {
    const DIGITS: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// The first 40 bits of a digest.
    #[must_use]
    pub fn of(digest: Digest) -> Self {
        let bits = digest.0[..5].iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let digit = |place: u32| {
            let value = (bits >> (5 * place)) & 31;
            usize::try_from(value).map_or('0', |value| char::from(Self::DIGITS[value]))
        };
        Self((0..8).rev().map(digit).collect())
    }

    /// Reads what somebody typed: small letters, spaces and hyphens, an O for a nought, an I or L for a one.
    ///
    /// # Errors
    /// [`InvalidId`].
    pub fn typed(text: &str) -> Result<Self, InvalidId> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let meant = letters.map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        });
        meant.collect::<String>().try_into()
    }
}

impl ReasonCode {
    /// A person asks what is held about them (RGPD art. 15; LIL art. 105).
    #[must_use]
    pub fn right() -> Self {
        Self("droit".to_owned())
    }
}

impl Role {
    /// Who gives visas for the parquet.
    pub const PROC: &'static str = "PROC";
    /// Who reviews the log.
    pub const AUD: &'static str = "AUD";
    /// The hats of the parquet, each an enrolment of its own.
    pub const HATS: [&'static str; 4] = [Self::PROC, "MREF", "PREP", Self::AUD];

    /// Whether the parquet, not the authority, certifies it.
    #[must_use]
    pub fn is_hat(&self) -> bool {
        Self::HATS.contains(&self.as_str())
    }
}

impl MessageId {
    /// Whether the id begins with these digits.
    #[must_use]
    pub fn begins(self, digits: &IdBeginning) -> bool {
        self.to_string().starts_with(digits.as_str())
    }
}

/// Exactly `N` bytes from `2 * N` hexadecimal digits.
fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_what_somebody_meant_to_type() {
        let code = TextCode::of(Digest([0xff; 32]));
        assert_eq!(code.as_str(), "ZZZZZZZZ");
        let mut one = [0; 32];
        one[4] = 1;
        let code = TextCode::of(Digest(one));
        assert_eq!(code.as_str(), "00000001");
        assert_eq!(TextCode::typed("oooo-oooi"), Ok(code.clone()));
        assert_eq!(TextCode::typed(" 0000 000l "), Ok(code));
        assert!(TextCode::typed("0000000U").is_err() && TextCode::typed("0000000").is_err());
    }

    #[test]
    fn hexadecimal_goes_round() {
        let id = MessageId(*b"0123456789abcdef");
        assert_eq!(id.to_string().parse::<MessageId>().unwrap(), id);
        assert!("zz".repeat(16).parse::<MessageId>().is_err());
        assert!("00".parse::<MessageId>().is_err());
    }

    #[test]
    fn a_flow_code_has_one_spelling() {
        for good in ["F05a", "F24", "F10b"] {
            assert!(good.parse::<FlowCode>().is_ok(), "{good}");
        }
        for bad in ["", "F5a", "f05a", "F05A", "F05ab", "Fxxa", "F0\u{e9}"] {
            assert!(bad.parse::<FlowCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_handle_is_no_path_and_no_name() {
        for bad in ["", "-a", "a/b", "../a", "Marie", "a b", "a.b"] {
            assert!(bad.parse::<MemberId>().is_err(), "{bad}");
        }
    }
}
