//! RTF: its letters without its commands.
//!
//! There is no kept crate for it, and little is needed: groups, commands, and three ways to write a letter. All
//! groups are read alike, also those that no program shows. Pictures and objects are unread; what else stands
//! there in hexadecimal digits is unpacked and read as a part.

use super::limits::NESTING_MAX;
use super::reader::Reader;
use super::{Reason, text};
use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use oem_cp::code_table::DECODING_TABLE_CP850;

/// Commands that end a paragraph, a cell or a line.
const BREAKS: &[&str] = &[
    "par", "line", "cell", "row", "tab", "page", "sect", "nestcell", "nestrow", "column", "softline",
    "footnote", "header", "footer", "pard",
];

/// Letters that have a command of their own.
const LETTERS: &[(&str, char)] = &[
    ("bullet", '•'),
    ("emdash", '—'),
    ("emspace", ' '),
    ("endash", '–'),
    ("enspace", ' '),
    ("ldblquote", '“'),
    ("lquote", '‘'),
    ("qmspace", ' '),
    ("rdblquote", '”'),
    ("rquote", '’'),
];

/// So many hexadecimal digits and nothing else are no words.
const PACKED_DIGITS_MIN: usize = 64;

/// In which encoding bytes are letters.
#[derive(Clone, Copy)]
enum Page {
    Named(&'static Encoding),
    Dos,
}

/// What a group inherits, and what stands in it.
#[derive(Clone, Default)]
struct Group {
    /// How many letters follow one in Unicode, for programs that have none.
    skip: usize,
    /// Whether its text is a text of its own.
    is_own: bool,
    text: String,
    is_packed: bool,
}

struct Rtf<'b> {
    rest: &'b [u8],
    page: Page,
    groups: Vec<Group>,
    skipping: usize,
    bytes: Vec<u8>,
    units: Vec<u16>,
    said: String,
    is_ended: bool,
}

/// Reads RTF.
pub(super) fn read(reader: &mut Reader<'_>, bytes: &[u8]) {
    let mut rtf = Rtf {
        rest: bytes,
        page: Page::Named(WINDOWS_1252),
        groups: Vec::new(),
        skipping: 0,
        bytes: Vec::new(),
        units: Vec::new(),
        said: String::new(),
        is_ended: false,
    };
    while let Some((byte, rest)) = rtf.rest.split_first() {
        rtf.rest = rest;
        match byte {
            b'{' if rtf.is_ended => reader.unread(Reason::Ambiguous),
            b'{' => rtf.open(),
            b'}' => rtf.close(reader),
            b'\\' => rtf.command(reader),
            b'\r' | b'\n' | 0 => {}
            byte => rtf.letter(*byte),
        }
        if rtf.groups.len() > NESTING_MAX {
            reader.unread(Reason::TooDeep);
            break;
        }
    }
    if !rtf.is_ended {
        reader.unread(Reason::Partial);
    }
    while !rtf.groups.is_empty() {
        rtf.close(reader);
    }
    rtf.flush();
    if !rtf.said.trim().is_empty() {
        text::read(reader, &rtf.said);
    }
}

impl Rtf<'_> {
    fn open(&mut self) {
        self.flush();
        let skip = self.groups.last().map_or(1, |group| group.skip);
        self.groups.push(Group { skip, is_own: self.groups.is_empty(), ..Group::default() });
        self.skipping = 0;
    }

    fn close(&mut self, reader: &mut Reader<'_>) {
        self.flush();
        self.skipping = 0;
        let Some(group) = self.groups.pop() else {
            return reader.unread(Reason::Ambiguous);
        };
        self.is_ended |= self.groups.is_empty();
        let digits = group.text.bytes().filter(u8::is_ascii_hexdigit).count();
        let is_packed = digits >= PACKED_DIGITS_MIN
            && group.text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
        if group.is_packed || is_packed {
            if is_packed && !group.is_packed {
                reader.part("rtf", &unpacked(&group.text));
            }
        } else if group.is_own {
            self.said.extend([&group.text, "\n"]);
        } else {
            self.say(&group.text);
        }
    }

    fn command(&mut self, reader: &mut Reader<'_>) {
        let Some((first, rest)) = self.rest.split_first() else { return };
        if !first.is_ascii_alphabetic() {
            self.rest = rest;
            return self.symbol(*first);
        }
        let end = self.rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let word = String::from_utf8_lossy(word).into_owned();
        let is_digit = |(at, byte): (usize, &u8)| byte.is_ascii_digit() || (at == 0 && *byte == b'-');
        let digits = rest.iter().enumerate().take_while(|(at, byte)| is_digit((*at, byte))).count();
        let number = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse::<i64>().ok());
        self.rest = rest.get(digits..).unwrap_or_default();
        self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        self.word(reader, &word, number);
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\'' => {
                let digits = self.rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.rest = &self.rest[2..];
                    self.letter(byte);
                }
            }
            b'\\' | b'{' | b'}' => self.letter(symbol),
            b'~' => self.say(" "),
            b'_' => self.say("-"),
            b'\r' | b'\n' => self.say("\n"),
            b'*' => self.own(),
            // A place where a word may be parted, and everything else that is not a letter.
            _ => {}
        }
    }

    fn word(&mut self, reader: &mut Reader<'_>, word: &str, number: Option<i64>) {
        match (word, number) {
            ("u", Some(number)) => {
                self.flush_bytes();
                let unit = number.rem_euclid(0x1_0000);
                self.units.extend(u16::try_from(unit));
                self.skipping = self.groups.last().map_or(1, |group| group.skip);
                return;
            }
            ("uc", Some(number)) => {
                if let Some(group) = self.groups.last_mut() {
                    group.skip = usize::try_from(number).unwrap_or_default();
                }
            }
            ("mac", _) => self.page = Page::Named(MACINTOSH),
            ("pc" | "pca", _) => self.page = Page::Dos,
            ("ansicpg", Some(850 | 437)) => self.page = Page::Dos,
            ("ansicpg", Some(10_000)) => self.page = Page::Named(MACINTOSH),
            ("ansicpg", Some(number)) => match Encoding::for_label(format!("windows-{number}").as_bytes()) {
                Some(encoding) => self.page = Page::Named(encoding),
                None => reader.unread(Reason::Letters),
            },
            ("pict", _) => self.packed(reader, Reason::Image),
            ("objdata", _) => self.packed(reader, Reason::Embedded),
            ("bin", Some(number)) => {
                reader.unread(Reason::Embedded);
                let skipped = usize::try_from(number).unwrap_or_default().min(self.rest.len());
                self.rest = &self.rest[skipped..];
            }
            _ => {
                if let Some((_, letter)) = LETTERS.iter().find(|(name, _)| *name == word) {
                    self.say(letter.encode_utf8(&mut [0; 4]));
                } else if BREAKS.contains(&word) {
                    self.say("\n");
                }
                if word == "footnote" || word == "header" || word == "footer" || word == "annotation" {
                    self.own();
                }
            }
        }
        self.skipping = self.skipping.saturating_sub(1);
    }

    fn own(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.is_own = true;
        }
    }

    fn packed(&mut self, reader: &mut Reader<'_>, reason: Reason) {
        reader.unread(reason);
        self.flush();
        if let Some(group) = self.groups.last_mut() {
            group.is_packed = true;
        }
    }

    fn letter(&mut self, byte: u8) {
        if self.skipping > 0 {
            self.skipping -= 1;
            return;
        }
        self.flush_units();
        self.bytes.push(byte);
    }

    fn say(&mut self, text: &str) {
        self.flush();
        match self.groups.last_mut() {
            Some(group) => group.text.push_str(text),
            None => self.said.push_str(text),
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let text = match self.page {
            Page::Named(encoding) => encoding.decode_without_bom_handling(&bytes).0.into_owned(),
            Page::Dos => oem_cp::decode_string_complete_table(&bytes, &DECODING_TABLE_CP850),
        };
        self.say(&text);
    }

    fn flush_units(&mut self) {
        if !self.units.is_empty() {
            let units = std::mem::take(&mut self.units);
            self.say(&String::from_utf16_lossy(&units));
        }
    }
}

/// The bytes of hexadecimal digits.
fn unpacked(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    digits.chunks_exact(2).filter_map(byte).collect()
}
