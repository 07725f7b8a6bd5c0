//! Plain text, in whichever encoding: a note, a table in CSV, a part that is nothing else.
//!
//! Text has neither an end nor a checksum: what was cut off is not missed. What is not UTF-8 is not guessed at
//! either: it is read in each of the encodings that offices here have used, and judged in all of them.

use super::Reason;
use super::reader::Reader;
use encoding_rs::{ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use oem_cp::code_table::DECODING_TABLE_CP850;
use oem_cp::decode_string_complete_table;

/// A text in each encoding in which it may have been written.
pub(crate) struct Decoded {
    /// The readings; the first is the likeliest.
    pub(crate) readings: Vec<String>,
    /// Whether every byte was a letter of its encoding.
    pub(crate) is_whole: bool,
}

/// Beyond this, in percent of its letters, a text in one byte a letter is not one of the languages read here.
const ACCENTS_PERCENT_MAX: usize = 40;

/// A run of letters and digits this long, in both cases, is something packed and no word.
const PACKED_LETTERS_MIN: usize = 48;

/// So few letters of another writing are a name or a sign.
const FOREIGN_LETTERS_MIN: usize = 16;

/// What the bytes say; nothing if they are no text.
pub(crate) fn decoded(bytes: &[u8]) -> Option<Decoded> {
    let wide = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| wide(bytes));
    if let Some(encoding) = wide {
        let (text, _, had_errors) = encoding.decode(bytes);
        let is_odd = encoding != UTF_8 && bytes.len() % 2 == 1;
        let is_text = !text.contains('\0');
        return is_text
            .then(|| Decoded { readings: vec![text.into_owned()], is_whole: !had_errors && !is_odd });
    }
    if bytes.contains(&0) || controls(bytes) > 2 + bytes.len() / 200 {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded { readings: vec![text.to_owned()], is_whole: true });
    }
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count() + beyond;
    if beyond * 100 > letters * ACCENTS_PERCENT_MAX {
        return None;
    }
    let mut readings: Vec<String> = [WINDOWS_1252, ISO_8859_15, MACINTOSH, UTF_8]
        .iter()
        .map(|encoding| encoding.decode_without_bom_handling(bytes).0.into_owned())
        .collect();
    readings.push(decode_string_complete_table(bytes, &DECODING_TABLE_CP850));
    readings.dedup();
    Some(Decoded { readings, is_whole: true })
}

/// Characters that no text has.
fn controls(bytes: &[u8]) -> usize {
    let is_control =
        |byte: &&u8| **byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a);
    bytes.iter().filter(is_control).count()
}

/// Two bytes a letter without a mark at the beginning: every second byte is nearly always zero.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), bytes.len() / 2);
    let is_wide = |many: usize, few: usize| many * 10 > pairs * 6 && few * 100 <= pairs;
    match (is_wide(even, odd), is_wide(odd, even)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Keeps a text; what was packed into it as letters is unread.
pub(super) fn read(reader: &mut Reader<'_>, text: &str) {
    if text.contains("-----BEGIN PGP") {
        reader.unread(Reason::Password);
    }
    if text.split_whitespace().any(is_packed) {
        reader.unread(Reason::Unknown);
    }
    reader.passage(text);
}

/// Whether a word is bytes in base64.
pub(super) fn is_packed(word: &str) -> bool {
    let is_one_of =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() >= PACKED_LETTERS_MIN
        && word.bytes().all(is_one_of)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// Whether a text is in letters that nobody here judges: more of them than of ours. Whoever reads text one byte
/// beside its place sees such.
pub(super) fn is_foreign(text: &str) -> bool {
    let (mut ours, mut others) = (0, 0);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        // Latin, with everything that it ever has above and below.
        match u32::from(letter) {
            0..0x250 | 0x1e00..0x1f00 | 0xfb00..0xfb07 => ours += 1,
            _ => others += 1,
        }
    }
    others >= FOREIGN_LETTERS_MIN && others > ours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<&str>) {
        let found = decoded(bytes).map(|texts| texts.readings);
        let is_there = |text: &str| found.iter().flatten().any(|reading| reading == text);
        assert!(expected.map_or(found.is_none(), is_there), "{bytes:02x?}: {found:?}");
    }

    #[test]
    fn each_usual_encoding_is_read() {
        check("été".as_bytes(), Some("été"));
        check(b"\xef\xbb\xbf\xc3\xa9t", Some("ét"));
        check(b"l'\xe9t\xe9 au hall", Some("l'été au hall"));
        check(b"\xff\xfe\xe9\0t\0", Some("ét"));
        check(b"\0l\0'\0\xe9\0t\0\xe9", Some("l'été"));
        check(b"l'\x8et\x8e au hall", Some("l'été au hall"));
        check(b"l'\x82t\x82 au hall", Some("l'été au hall"));
        check(b"10 \xa4 au hall", Some("10 € au hall"));
        check(b"a\0b\x01\x02\x03\x04", None);
        check(b"\x01\x02\x03\x04\x05\x06", None);
    }
}
