//! Persons concerned by a letter: found by their name on the reviewer's machine, and in no record.
//!
//! The writer's client seals an annex to the auditors: 32 random bytes, and HMAC-SHA-256 under these of each
//! normal name, alone and with the year of birth. Nobody holds a key to search with: whoever can open the annex
//! computes the same for a name that is typed there. The annex always has the same length, so that nobody else
//! learns how many persons it stands for.

use crate::crypto::hmac_sha256;
use crate::ids::{Digest, Random};
use crate::limits::{PERSON_BYTES_MAX, PERSONS_MAX};
use std::collections::BTreeSet;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::{Zeroize as _, Zeroizing};

/// A value of the annex.
const VALUE_BYTES: usize = 32;

/// Two values for each person: the name, and the name with the year of birth.
const VALUES: usize = 2 * PERSONS_MAX;

/// A person: the normal form of a name, and the year of birth where it is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    name: Zeroizing<String>,
    born: Option<u16>,
}

/// What is typed for a person is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person is typed as NOM Prénom, ANNÉE, or without the year")]
pub struct InvalidPerson;

/// A letter concerns more persons than an annex has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a letter names at most {PERSONS_MAX} persons")]
pub struct TooManyPersons;

/// How surely somebody is one of the persons of an annex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// Somebody of the same name; the year of birth was not given on one side, or is another.
    Name,
    /// The same name and year of birth.
    NameAndYear,
}

impl FromStr for Person {
    type Err = InvalidPerson;

    /// Reads `NOM Prénom, ANNÉE`. Capitals, accents, hyphens and the order of the names make no difference.
    fn from_str(text: &str) -> Result<Self, InvalidPerson> {
        if text.len() > PERSON_BYTES_MAX {
            return Err(InvalidPerson);
        }
        let (name, born) = match text.rsplit_once(',') {
            Some((name, year)) => (name, Some(year.trim())),
            None => (text, None),
        };
        let born = born.map(|year| year.parse().ok().filter(|year| (1850..=2200).contains(year)));
        let born = born.map(|year| year.ok_or(InvalidPerson)).transpose()?;
        let name = normal(name);
        if name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_numeric) {
            Ok(Self { name, born })
        } else {
            Err(InvalidPerson)
        }
    }
}

impl Person {
    /// The year of birth, where it is known.
    #[must_use]
    pub fn born(&self) -> Option<i16> {
        self.born.and_then(|year| i16::try_from(year).ok())
    }

    /// What stands for the person under a salt: the name, with the year of birth where it is known.
    #[must_use]
    pub fn value(&self, salt: Random) -> Digest {
        value(salt, &self.name, self.born)
    }
}

/// Shows nothing of who it is.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person")
    }
}

/// The annex for these persons: 32 random bytes and as many values as any annex has, in no order.
///
/// # Errors
/// [`TooManyPersons`].
pub fn annex_of(persons: &[Person]) -> Result<Zeroizing<Vec<u8>>, TooManyPersons> {
    if persons.len() > PERSONS_MAX {
        return Err(TooManyPersons);
    }
    let salt = Random::draw();
    let mut values = BTreeSet::new();
    for person in persons {
        values.extend([value(salt, &person.name, None).0, person.value(salt).0]);
    }
    // Nobody can tell a random value from one that stands for somebody.
    while values.len() < VALUES {
        values.insert(Random::draw().0);
    }
    let mut annex = Zeroizing::new(Vec::with_capacity(VALUE_BYTES * (1 + VALUES)));
    annex.extend_from_slice(&salt.0);
    values.iter().for_each(|value| annex.extend_from_slice(value));
    Ok(annex)
}

/// Whether an annex stands for this person.
#[must_use]
pub fn find(annex: &[u8], person: &Person) -> Option<Found> {
    let (salt, values) = annex.split_first_chunk::<VALUE_BYTES>()?;
    let holds = |wanted: Digest| values.chunks_exact(VALUE_BYTES).any(|value| value == wanted.0);
    let salt = Random(*salt);
    if person.born.is_some() && holds(person.value(salt)) {
        return Some(Found::NameAndYear);
    }
    holds(value(salt, &person.name, None)).then_some(Found::Name)
}

/// What stands for a normal name, with a year of birth or without.
fn value(salt: Random, name: &str, born: Option<u16>) -> Digest {
    let text = Zeroizing::new(match born {
        Some(year) => format!("{name}\0{year}"),
        None => name.to_owned(),
    });
    hmac_sha256(&salt.0, text.as_bytes())
}

/// Words in small letters without accents, in the order of the alphabet.
fn normal(name: &str) -> Zeroizing<String> {
    let plain: Zeroizing<String> = Zeroizing::new(
        name.nfkd()
            .filter(|letter| !is_combining_mark(*letter))
            .flat_map(char::to_lowercase)
            .flat_map(|letter| match letter {
                'œ' => ['o', 'e'],
                'æ' => ['a', 'e'],
                letter => [letter, '\0'],
            })
            .filter(|letter| *letter != '\0')
            .collect(),
    );
    let mut words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    let name = Zeroizing::new(words.join(" "));
    words.zeroize();
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(text: &str) -> Person {
        text.parse().unwrap_or_else(|_| panic!("{text}"))
    }

    #[test]
    fn a_person_is_found_however_the_name_is_spelled() {
        let annex = annex_of(&[person("LEFÈVRE-d'Œil Élodie, 1987"), person("Durand Paul")]).unwrap();
        let check = |text: &str, expected| assert_eq!(find(&annex, &person(text)), expected, "{text}");
        check("lefevre d'oeil elodie, 1987", Some(Found::NameAndYear));
        check("Élodie LEFÈVRE D’OEIL,1987", Some(Found::NameAndYear));
        check("LEFEVRE D OEIL ELODIE", Some(Found::Name));
        check("LEFEVRE D OEIL ELODIE, 1988", Some(Found::Name));
        check("DURAND Paul, 1950", Some(Found::Name));
        check("DURAND Paule", None);
        check("LEFEVRE Elodie, 1987", None);
    }

    #[test]
    fn an_annex_says_neither_how_many_nor_who() {
        let (none, one) = (annex_of(&[]).unwrap(), annex_of(&[person("Durand Paul, 1950")]).unwrap());
        assert_eq!((none.len(), one.len()), (32 * 33, 32 * 33));
        assert_ne!(annex_of(&[person("Durand Paul, 1950")]).unwrap(), one, "another salt");
        assert_eq!(find(&none, &person("Durand Paul")), None);
        assert_eq!(annex_of(&vec![person("Durand Paul"); PERSONS_MAX + 1]), Err(TooManyPersons));
        assert_eq!(format!("{:?}", person("Durand Paul")), "Person");
    }

    #[test]
    fn what_is_no_person_is_said_and_what_is_no_annex_finds_nobody() {
        for bad in ["", " , 1980", "Durand, 19", "Durand, mille", "1980", "Durand 12", "Durand, 1980, Paul"] {
            assert_eq!(bad.parse::<Person>(), Err(InvalidPerson), "{bad}");
        }
        assert!("a".repeat(PERSON_BYTES_MAX + 1).parse::<Person>().is_err());
        for bad in [&b""[..], &[0; 31], &[0; 33]] {
            assert_eq!(find(bad, &person("Durand")), None);
        }
    }
}
