//! The six words that two people compare by telephone when a device enrols.
//!
//! They are 66 bits of what is accepted, in a list of 2,048 French words (BIP-39) of which no two begin
//! with the same four letters. Whoever reads them out may leave out accents and capitals.

use shared::statement::Enrolment;

/// The words of an enrolment, as they are read out.
#[must_use]
pub fn of(enrolment: &Enrolment) -> String {
    let list = bip39::Language::French.word_list();
    enrolment.words().map(|number| composed(list[usize::from(number)])).join(" ")
}

/// Whether somebody said these words.
#[must_use]
pub fn same(said: &str, words: &str) -> bool {
    plain(said) == plain(words)
}

/// The list keeps letter and accent apart; a terminal shows them as one.
fn composed(word: &str) -> String {
    word.replace("e\u{301}", "é").replace("e\u{300}", "è")
}

/// Without accents, capitals, and whatever stands between the words.
fn plain(text: &str) -> Vec<String> {
    let letter = |letter: char| match letter {
        '\u{300}'..='\u{36f}' => None,
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'à' | 'â' => Some('a'),
        'î' | 'ï' => Some('i'),
        'ô' => Some('o'),
        'ù' | 'û' | 'ü' => Some('u'),
        'ç' => Some('c'),
        other => Some(other),
    };
    let words =
        text.split(|letter: char| !letter.is_alphabetic() && !matches!(letter, '\u{300}'..='\u{36f}'));
    let plain = words.map(|word| word.to_lowercase().chars().filter_map(letter).collect::<String>());
    plain.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn accents_capitals_and_commas_do_not_count() {
        let words = "académie fière abaisser zoologie étude crème";
        for said in [
            "ACADÉMIE, fiere abaisser; zoologie\nEtude creme",
            "acade\u{301}mie fière abaisser zoologie étude crème",
        ] {
            assert!(same(said, words), "{said}");
        }
        for other in ["", "académie", "académie fière abaisser zoologie étude crime"] {
            assert!(!same(other, words), "{other}");
        }
    }

    #[test]
    fn every_word_of_the_list_is_one_word_without_its_accents_too() {
        let list = bip39::Language::French.word_list();
        let plain: BTreeSet<_> = list.iter().flat_map(|word| plain(&composed(word))).collect();
        assert_eq!((plain.len(), list.len()), (2048, 2048));
        assert!(list.iter().all(|word| !composed(word).contains(['\u{300}', '\u{301}'])), "all are composed");
    }
}
