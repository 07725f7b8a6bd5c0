//! The annuaire of the convention (art. 2, 22): searched, and exported for spreadsheets (CSV, RFC 4180)
//! and address books (vCard 4.0, RFC 6350).
//!
//! The authority signs which cards are on it, so nothing can be left out of it unnoticed. A card that
//! changed since is shown as it is today, and said to have changed. A protected agent (art. 7) is never
//! on it.

mod kept;

pub(crate) use kept::{Kept, keep, last};

use shared::directory::Directory;
use shared::statement::{AnnuaireLine, Card, Personal};
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization as _;

/// The annuaire of those whom each party has designated.
pub const TITLE: &str = "Référents";

/// RFC 6350: a line of a vCard has at most so many bytes.
const VCARD_LINE_BYTES_MAX: usize = 75;

/// One person on the annuaire.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Their card of today.
    pub card: &'a Card,
    /// Name, telephone and address, as long as they are not erased.
    pub personal: Option<&'a Personal>,
    /// Whether the card changed since the authority signed the list.
    pub changed: bool,
}

/// Who is on it, by family name.
#[must_use]
pub fn lines<'a>(directory: &'a Directory, listed: &[AnnuaireLine]) -> Vec<Line<'a>> {
    let line = |(member, digest): &AnnuaireLine| {
        let card = directory.card(member).filter(|card| !card.protected)?;
        let changed = directory.card_digest(member) != Some(*digest);
        Some(Line { card, personal: directory.personal(member), changed })
    };
    let mut lines: Vec<_> = listed.iter().filter_map(line).collect();
    lines.sort_by_cached_key(|line| {
        let family = line.personal.map_or(line.card.member.as_str(), |personal| &personal.family_name);
        (plain(family), line.card.member.clone())
    });
    lines
}

impl Line<'_> {
    /// The name as people say it, or the handle where it was erased.
    #[must_use]
    pub fn name(&self) -> String {
        self.personal.map_or_else(|| self.card.member.to_string(), Personal::name)
    }

    /// Whether every word of a search is in the name, the function, the organisation or the territory.
    /// Accents and case do not matter.
    #[must_use]
    pub fn fits(&self, search: &str) -> bool {
        let Card { member, function, organisation, territory, .. } = self.card;
        let said = [member.as_str(), function.as_str(), organisation.id.as_str(), &organisation.name];
        let everything = plain(&format!("{} {} {}", self.name(), said.join(" "), territory.join(" ")));
        plain(search).split_whitespace().all(|word| everything.contains(word))
    }
}

/// Small letters without accents.
fn plain(text: &str) -> String {
    let letters = text.nfd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter));
    letters.collect::<String>().to_lowercase()
}

/// The lines for a spreadsheet.
///
/// # Errors
/// If they cannot be written.
pub fn to_csv(lines: &[Line<'_>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "member",
        "family_name",
        "given_name",
        "function",
        "organisation",
        "territory",
        "telephone",
        "email",
        "changed",
    ])?;
    for Line { card, personal, changed } in lines {
        let of = |field: fn(&Personal) -> &String| inert(personal.map(field).map_or("", String::as_str));
        writer.write_record([
            card.member.to_string(),
            of(|personal| &personal.family_name),
            of(|personal| &personal.given_name),
            card.function.to_string(),
            inert(&card.organisation.name),
            inert(&card.territory.join(", ")),
            of(|personal| &personal.telephone),
            of(|personal| &personal.email),
            if *changed { "yes" } else { "no" }.to_owned(),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A cell that no spreadsheet takes for a formula. A telephone number may begin with a plus.
#[must_use]
pub fn inert(cell: &str) -> String {
    let is_number = || cell.chars().all(|letter| letter.is_ascii_digit() || "+ .-()".contains(letter));
    let is_formula = cell.starts_with(['=', '@', '+', '-', '\t', '\r']) && !is_number();
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// The lines for an address book.
#[must_use]
pub fn to_vcards(lines: &[Line<'_>]) -> String {
    let mut cards = String::new();
    for line in lines {
        let Line { card, personal, .. } = line;
        let made = card.link.made.to_string().replace(['-', ':'], "");
        let mut fields =
            vec!["BEGIN:VCARD".to_owned(), "VERSION:4.0".to_owned(), format!("FN:{}", escaped(&line.name()))];
        if let Some(personal) = personal {
            let (family, given) = (escaped(&personal.family_name), escaped(&personal.given_name));
            fields.push(format!("N:{family};{given};;;"));
            let ways = [("TEL", &personal.telephone), ("EMAIL", &personal.email)];
            let ways = ways.into_iter().filter(|(_, way)| !way.trim().is_empty());
            fields.extend(ways.map(|(field, way)| format!("{field};TYPE=work:{}", escaped(way))));
        }
        fields.push(format!("ORG:{}", escaped(&card.organisation.name)));
        fields.push(format!("ROLE:{}", card.function));
        fields.push(format!("NOTE:{}", escaped(&card.territory.join(", "))));
        fields.push(format!("REV:{made}"));
        fields.push("END:VCARD".to_owned());
        fields.iter().for_each(|field| fold(field, &mut cards));
    }
    cards
}

/// RFC 6350, 3.4: what would end a value or a part of it is escaped; nothing else that steers stays.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ',' | ';' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// RFC 6350, 3.2: a long line goes on after a line break and a space, never within a letter.
fn fold(field: &str, cards: &mut String) {
    let mut bytes = 0;
    for letter in field.chars() {
        if bytes + letter.len_utf8() > VCARD_LINE_BYTES_MAX {
            cards.push_str("\r\n ");
            bytes = 1;
        }
        bytes += letter.len_utf8();
        cards.push(letter);
    }
    // Writing to a string cannot fail.
    let _ = write!(cards, "\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::Random;
    use shared::statement::{Link, Organisation};
    use shared::time::Timestamp;

    fn personal() -> Personal {
        Personal {
            salt: Random([0; 32]),
            family_name: "Quéméner, dit «;»".to_owned(),
            given_name: "Zoé\\".to_owned(),
            telephone: "+33 1 00 00 00 00".to_owned(),
            email: "zoe@clairval.example".to_owned(),
            attested_by: String::new(),
        }
    }

    fn card(personal: &Personal) -> Card {
        Card {
            link: Link::first(Timestamp(1_790_000_000)),
            member: "bailleur-3".parse().unwrap(),
            function: "BREF".parse().unwrap(),
            organisation: Organisation { id: "plaine".parse().unwrap(), name: "=Plaine Habitat".to_owned() },
            territory: vec!["Clairval".to_owned(), "Saint-Éloi".to_owned()],
            devices: Vec::new(),
            personal: personal.digest(),
            deputy: None,
            protected: false,
            from: Timestamp(0),
            until: None,
        }
    }

    #[test]
    fn a_search_minds_neither_accents_nor_case() {
        let personal = personal();
        let card = card(&personal);
        let line = Line { card: &card, personal: Some(&personal), changed: false };
        let check = |search: &str, expected: bool| assert_eq!(line.fits(search), expected, "{search}");
        check("quemener", true);
        check("ZOÉ bref", true);
        check("saint-eloi plaine", true);
        check("", true);
        check("quemener csp", false);
    }

    #[test]
    fn a_vcard_escapes_and_folds() {
        let personal = personal();
        let mut card = card(&personal);
        card.territory = vec!["Évry".repeat(40)];
        let text = to_vcards(&[Line { card: &card, personal: Some(&personal), changed: false }]);
        assert!(
            text.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoé\\\\ Quéméner\\, dit «\\;»\r\n"),
            "{text}"
        );
        assert!(text.contains("\r\nN:Quéméner\\, dit «\\;»;Zoé\\\\;;;\r\n"), "{text}");
        assert!(text.contains("\r\nTEL;TYPE=work:+33 1 00 00 00 00\r\n"), "{text}");
        assert!(text.contains("\r\nREV:20260921T"), "{text}");
        assert!(text.ends_with("END:VCARD\r\n"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= VCARD_LINE_BYTES_MAX), "{text}");
        assert!(text.replace("\r\n ", "").contains(&"Évry".repeat(40)), "{text}");
    }

    #[test]
    fn a_cell_is_no_formula() {
        let personal = personal();
        let card = card(&personal);
        let text = to_csv(&[Line { card: &card, personal: Some(&personal), changed: true }]).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(",'=Plaine Habitat,\"Clairval, Saint-Éloi\",+33 1 00 00 00 00,"), "{text}");
        assert!(text.ends_with(",yes\n"), "{text}");
    }
}
