//! Text and tables, in every encoding that is read.

use super::{HARMLESS, Sample};

/// How letters beyond ASCII are written that stand in the sentences.
const MAC: &[(char, u8)] = &[('é', 0x8e), ('ê', 0x90), ('à', 0x88)];
const DOS: &[(char, u8)] = &[('é', 0x82), ('ê', 0x88), ('à', 0x85)];

pub(super) fn samples(sentence: &str) -> Vec<Sample> {
    // A text has no end: what is cut off is not missed. So the sentence stands at its beginning.
    let text = format!("{sentence}\n{sentence}\n{HARMLESS}\n{sentence}\n");
    let table = format!("{sentence};lieu\n{sentence};{HARMLESS}\nHall;{sentence}\n");
    let wide = |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let of = |format, place: &str, bytes| Sample { format, place: place.to_owned(), bytes, is_closed: false };
    vec![
        of("text", "utf-8", text.clone().into_bytes()),
        of("text", "utf-8 with a mark", format!("\u{feff}{text}").into_bytes()),
        of("text", "utf-16 with a mark", wide(&format!("\u{feff}{text}"), u16::to_le_bytes)),
        of("text", "utf-16, little end", wide(&text, u16::to_le_bytes)),
        of("text", "utf-16, big end", wide(&text, u16::to_be_bytes)),
        of("text", "windows-1252", narrow(&text, &[])),
        of("text", "macintosh", narrow(&text, MAC)),
        of("text", "ms-dos", narrow(&text, DOS)),
        of("csv", "utf-8", table.clone().into_bytes()),
        of("csv", "windows-1252", narrow(&table, &[])),
    ]
}

fn narrow(text: &str, letters: &[(char, u8)]) -> Vec<u8> {
    let byte = |letter: char| {
        let known = letters.iter().find(|(one, _)| *one == letter).map(|(_, byte)| *byte);
        known.or_else(|| u8::try_from(u32::from(letter)).ok()).unwrap_or(b'?')
    };
    text.chars().map(byte).collect()
}
