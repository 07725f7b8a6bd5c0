//! Postal addresses: number, street, code and commune, and when two spellings mean the same building.

use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// An address in France.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Address {
    /// Number and street, as it was typed: `12 bis rue de la République`.
    pub street: String,
    /// The postal code: five digits.
    pub code: String,
    /// The commune.
    pub commune: String,
}

/// What was typed is no address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an address is typed as 12 rue de la Paix, 93200 Saint-Denis")]
pub struct NotAnAddress;

/// How kinds of streets are written, and what is kept.
const SHORT: [(&str, &str); 16] = [
    ("av", "avenue"),
    ("ave", "avenue"),
    ("bd", "boulevard"),
    ("bld", "boulevard"),
    ("boul", "boulevard"),
    ("r", "rue"),
    ("pl", "place"),
    ("all", "allee"),
    ("sq", "square"),
    ("imp", "impasse"),
    ("chem", "chemin"),
    ("rte", "route"),
    ("res", "residence"),
    ("st", "saint"),
    ("ste", "sainte"),
    ("dr", "docteur"),
];

impl FromStr for Address {
    type Err = NotAnAddress;

    /// Reads `12 rue de la Paix, 93200 Saint-Denis`, with or without the comma. The street has a letter and begins
    /// with its number or its name.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let words: Vec<_> = text.split_whitespace().collect();
        let place = words.iter().rposition(|word| is_code(word)).ok_or(NotAnAddress)?;
        let (street, rest) = words.split_at(place);
        let (code, commune) = rest.split_first().ok_or(NotAnAddress)?;
        let street = street.join(" ").trim_end_matches([',', ' ']).to_owned();
        let commune = commune.join(" ").trim_start_matches([',', ' ']).to_owned();
        let has_letter = |text: &str| text.chars().any(char::is_alphabetic);
        let is_plain = |text: &str| !text.chars().any(|letter| letter.is_control() || letter == ';');
        if !has_letter(&street) || !has_letter(&commune) || !is_plain(&street) || !is_plain(&commune) {
            return Err(NotAnAddress);
        }
        Ok(Self { street, code: code.trim_matches(',').to_owned(), commune })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} {}", self.street, self.code, self.commune)
    }
}

impl Address {
    /// What two spellings of one address share: no accents, no capitals, no hyphens, streets written out.
    #[must_use]
    pub fn sameness(&self) -> String {
        format!("{}|{}", plain(&self.street), self.code)
    }

    /// Whether the address lies in a territory, as cards name communes.
    #[must_use]
    pub fn is_in(&self, territory: &[String]) -> bool {
        let commune = plain(&self.commune);
        territory.iter().any(|place| plain(place) == commune)
    }
}

/// Whether a word of a text may be a postal code.
pub(super) fn has_code(text: &str) -> bool {
    text.split_whitespace().any(is_code)
}

fn is_code(word: &str) -> bool {
    let word = word.trim_matches(',');
    word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Letters and digits in words, without accents and capitals, the short forms of streets written out: what two spellings
/// of one thing share.
#[must_use]
pub fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    let spaced: String = letters.map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    let long = |word: &str| {
        SHORT.iter().find(|(short, _)| *short == word).map_or(word.to_owned(), |(_, long)| (*long).to_owned())
    };
    spaced.split_whitespace().map(long).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_street_code_and_commune() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.to_string());
        assert_eq!(
            read("12 rue des Lilas, 93200 Saint-Denis").unwrap(),
            "12 rue des Lilas, 93200 Saint-Denis"
        );
        assert_eq!(
            read(" 12  rue des Lilas 93200  Saint-Denis ").unwrap(),
            "12 rue des Lilas, 93200 Saint-Denis"
        );
        for bad in [
            "",
            "12 rue des Lilas",
            "93200",
            "93200 Saint-Denis",
            "12, 93200 Saint-Denis",
            "rue des Lilas 9320 X",
            "12 rue; x, 93200 Y",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spellings_of_one_address_are_the_same() {
        let same = |a: &str, b: &str| {
            a.parse::<Address>().unwrap().sameness() == b.parse::<Address>().unwrap().sameness()
        };
        assert!(same("12, av. de l’Égalité, 93200 SAINT-DENIS", "12 Avenue de l'Egalite 93200 Saint Denis"));
        assert!(same("3 bd St-Just, 93200 Saint-Denis", "3 boulevard saint just, 93200 Saint-Denis"));
        assert!(!same("12 rue des Lilas, 93200 Saint-Denis", "2 rue des Lilas, 93200 Saint-Denis"));
        assert!(!same("12 rue des Lilas, 93200 Saint-Denis", "12 rue des Lilas, 93210 Saint-Denis"));
        let address: Address = "1 rue des Lilas, 93200 Saint-Denis".parse().unwrap();
        assert!(address.is_in(&["saint denis".to_owned()]) && !address.is_in(&["Clairval".to_owned()]));
    }
}
