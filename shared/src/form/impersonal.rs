//! Whether a text names or describes somebody, where nobody may be named: collective documents (class N0), such as the
//! results of patrols (convention art. 10; CPP art. 11).
//!
//! A rule for accidents, which the writer answers by taking the words out; it is no proof that nobody is meant.
//! Names of streets and buildings are the places that these texts are about, and are left alone.

use super::address::plain;
use super::given_names::GIVEN_NAMES;

/// What stands before a name.
const TITLES: [&str; 9] = ["m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "sieur", "nomme"];

/// Words that say a person is described, wherever they stand.
const DESCRIBED: [&str; 26] = [
    "age de",
    "agee de",
    "ne le",
    "nee le",
    "domicilie",
    "domiciliee",
    "vetu",
    "vetue",
    "porteur d un",
    "de type",
    "cheveux",
    "barbu",
    "corpulence",
    "surnomme",
    "surnommee",
    "alias",
    "dit le",
    "le fils de",
    "la fille de",
    "le frere de",
    "demeurant",
    "locataire du",
    "appartement n",
    "immatricule",
    "immatriculee",
    "date de naissance",
];

/// What names of places begin with: the capitals after it are no person's.
const PLACES: [&str; 33] = [
    "rue",
    "avenue",
    "boulevard",
    "place",
    "allee",
    "square",
    "impasse",
    "chemin",
    "route",
    "quai",
    "cours",
    "passage",
    "villa",
    "cite",
    "residence",
    "batiment",
    "bat",
    "hall",
    "tour",
    "parc",
    "ecole",
    "college",
    "lycee",
    "stade",
    "gare",
    "quartier",
    "groupe",
    "esplanade",
    "mail",
    "parking",
    "jardin",
    "gymnase",
    "centre",
];

/// Services that are written in four capitals and more.
const SERVICES: [&str; 9] = ["DTSP", "GPIS", "SNCF", "RATP", "CLSPD", "CLSPDR", "CISPDR", "DRIHL", "AORIF"];

/// Whether it names or describes a person.
#[must_use]
pub fn names_somebody(text: &str) -> bool {
    let spaced = format!(" {} ", plain(text));
    if DESCRIBED.iter().any(|words| spaced.contains(&format!(" {words} "))) {
        return true;
    }
    has_telephone(text) || has_plate(text) || has_name(text) || has_flat(&spaced)
}

/// A dwelling by its number: who lives there is known.
fn has_flat(spaced: &str) -> bool {
    let words: Vec<_> = spaced.split_whitespace().collect();
    let is_flat = |word: &str| matches!(word, "appt" | "apt" | "appartement" | "logement");
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    words.windows(2).any(|pair| matches!(pair, [flat, number] if is_flat(flat) && is_number(number)))
}

/// A title before a capital, a given name before one, or two capitalised words of which one is all capitals, as offices
/// write names.
fn has_name(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '(' | ')' | ':' | '/'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut place_before = 0;
    for (index, word) in words.iter().enumerate() {
        let bare = plain(word);
        if PLACES.contains(&bare.as_str()) {
            // "rue du Docteur Jean MARTIN": as many words as a street's name has.
            place_before = 6;
        }
        let next = words.get(index + 1);
        if place_before == 0
            && let Some(next) = next
        {
            if TITLES.contains(&bare.as_str()) && (begins_large(next)) {
                return true;
            }
            if GIVEN_NAMES.binary_search(&bare.as_str()).is_ok()
                && begins_large(word)
                && !word.ends_with('.')
                && is_part_of_name(next)
                && !PLACES.contains(&plain(next).as_str())
            {
                return true;
            }
            let one_is_all_large = is_all_large(word) != is_all_large(next);
            let is_place = PLACES.contains(&plain(next).as_str());
            if one_is_all_large && !is_place && is_part_of_name(word) && is_part_of_name(next) {
                return true;
            }
        }
        if word.ends_with('.') {
            place_before = 0;
        }
        place_before = usize::saturating_sub(place_before, 1);
    }
    false
}

fn begins_large(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// A word of letters that begins large: of at least three, and of four where all are large, because the names of
/// services are short (BAC, CRS).
fn is_part_of_name(word: &str) -> bool {
    let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
    let least = if is_all_large(word) { 4 } else { 3 };
    letters >= least && begins_large(word) && !word.chars().any(char::is_numeric) && !SERVICES.contains(&word)
}

fn is_all_large(word: &str) -> bool {
    word.chars().filter(|letter| letter.is_alphabetic()).all(char::is_uppercase)
}

/// Ten digits from a nought on, with or without spaces and dots.
fn has_telephone(text: &str) -> bool {
    let joined: String =
        text.chars().filter(|letter| !matches!(letter, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}')).collect();
    let mut run = 0;
    let mut began_with_nought = false;
    for letter in joined.chars().chain([' ']) {
        if letter.is_ascii_digit() {
            if run == 0 {
                began_with_nought = letter == '0';
            }
            run += 1;
        } else {
            if run == 10 && began_with_nought {
                return true;
            }
            run = 0;
        }
    }
    false
}

/// A number plate since 2009: AB-123-CD.
fn has_plate(text: &str) -> bool {
    let is_part =
        |part: &str, count: usize, is: fn(&u8) -> bool| part.len() == count && part.as_bytes().iter().all(is);
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '(' | ')')).any(|word| {
        let parts: Vec<_> = word.trim_matches('.').split('-').collect();
        matches!(parts[..], [a, b, c] if is_part(a, 2, u8::is_ascii_uppercase) && is_part(b, 3, u8::is_ascii_digit) && is_part(c, 2, u8::is_ascii_uppercase))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_noticed_and_a_place_is_not() {
        let check = |text: &str, expected: bool| assert_eq!(names_somebody(text), expected, "{text}");
        for text in [
            "contrôle de M. Verneuil dans le hall",
            "Madame Astier signale",
            "MARVILLE Théo interpellé",
            "Théo MARVILLE interpellé",
            "individu vêtu de noir",
            "un homme âgé de 17 ans",
            "le locataire du 3e",
            "joindre au 06 12 34 56 78",
            "scooter AB-123-CD",
            "né le 12/03/2001",
            "Kevin Martin fume dans le hall",
            "vu : Aïcha Benali, au sous-sol",
            "appt 12",
            "Bruit au logement 304",
        ] {
            check(text, true);
        }
        for text in [
            "porte du hall dégradée, gazinière en bas",
            "RAS",
            "Présence de 6 personnes, départ à l’arrivée de la patrouille",
            "12 rue du Docteur Jean MARTIN, hall B",
            "rassemblement devant le Collège Jean Moulin",
            "RAS Hall fermé",
            "Passage BAC et PM, 3 contrôles",
            "résidence Les Tilleuls, bâtiment C",
            "Parking Pierre Curie : deux épaves",
            "Passage de la Police Municipale",
            "avenue Jean Jaurès, hall 3",
            "Incendie d'un logement vacant, 12 appartements évacués",
            "Signalement de Pierre. Hall fermé",
        ] {
            check(text, false);
        }
    }
}
