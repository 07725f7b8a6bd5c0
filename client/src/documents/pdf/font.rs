//! Which letters the codes of a font are, as far as the document says so.
//!
//! A code means a letter by the font's own map to Unicode, or by the names of its glyphs. Where both are there
//! and say different words, the one that is shown is not the one that is copied, and neither is believed.

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object};
use std::collections::{BTreeMap, HashMap};
use unicode_normalization::UnicodeNormalization as _;

/// Encodings that every reader of PDF knows by name.
const NAMED: &[&[u8]] = &[b"WinAnsiEncoding", b"MacRomanEncoding", b"StandardEncoding", b"MacExpertEncoding"];

/// Codes of a map, at most: every character of Unicode, twice.
const CODES_MAX: usize = 1 << 17;

/// A font as its text is read.
pub(super) struct Font {
    map: Option<Map>,
    /// By the names of glyphs; only of fonts with a byte a letter.
    names: Option<Vec<Option<String>>>,
    /// Whether two bytes are a letter where the map does not say.
    is_wide: bool,
    widths: HashMap<u32, f32>,
    width: Option<f32>,
    disagrees: bool,
}

/// One letter of a text.
pub(super) struct Letter {
    /// What it is; nothing if the document does not say.
    pub(super) text: Option<String>,
    /// How wide it is, in thousandths of its size.
    pub(super) width: Option<f32>,
    /// Whether it is the byte that words are parted by.
    pub(super) is_space: bool,
}

/// A map to Unicode.
#[derive(Default)]
struct Map {
    /// The bytes of a code, and between which bounds each of them lies.
    spaces: Vec<(Vec<u8>, Vec<u8>)>,
    letters: HashMap<(usize, u32), String>,
    /// From, to, and the letter of the first.
    ranges: BTreeMap<(usize, u32), (u32, Vec<u16>)>,
}

impl Font {
    pub(super) fn of(document: &Document, font: &Dictionary, map: Option<&[u8]>) -> Self {
        let is_wide = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Type0");
        let map = map.map(Map::of);
        let names = if is_wide { None } else { names(document, font) };
        let (widths, width) = if is_wide { wide_widths(document, font) } else { widths(document, font) };
        let disagrees = map.as_ref().zip(names.as_ref()).is_some_and(|(map, names)| {
            let named = (0..).zip(names).filter_map(|(code, name)| Some((code, name.as_deref()?)));
            let mut both = named.filter_map(|(code, name)| Some((map.letter(1, code)?, name)));
            both.any(|(letter, name)| is_another(&letter, name))
        });
        Self { map, names, is_wide, widths, width, disagrees }
    }

    /// Whether what is shown may be something else than what is read.
    pub(super) fn disagrees(&self) -> bool {
        self.disagrees
    }

    /// The letters of a string of a page.
    pub(super) fn letters(&self, mut bytes: &[u8]) -> Vec<Letter> {
        let mut letters = Vec::new();
        while !bytes.is_empty() {
            let usual = if self.is_wide { 2 } else { 1 };
            let length =
                self.map.as_ref().filter(|_| self.is_wide).and_then(|map| map.length(bytes)).unwrap_or(usual);
            let length = length.min(bytes.len());
            let (code, rest) = bytes.split_at(length);
            bytes = rest;
            let number = code.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
            let mapped = self.map.as_ref().and_then(|map| map.letter(length, number));
            let named = || self.names.as_ref()?.get(number as usize)?.clone();
            letters.push(Letter {
                text: mapped.or_else(named),
                width: self.widths.get(&number).copied().or(self.width),
                is_space: code == b" ",
            });
        }
        letters
    }
}

/// Whether two spellings of a letter are two letters.
fn is_another(letter: &str, name: &str) -> bool {
    let plain = |text: &str| text.nfkc().filter(|one| one.is_alphanumeric()).collect::<String>();
    let (letter, name) = (plain(letter), plain(name));
    !letter.is_empty() && !name.is_empty() && letter != name
}

/// What the glyphs of a font with a byte a letter are called; nothing if only the font's file knows.
fn names(document: &Document, font: &Dictionary) -> Option<Vec<Option<String>>> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let descriptor = font.get_deref(b"FontDescriptor", document).and_then(Object::as_dict).ok();
    let is_inside = descriptor.is_some_and(|descriptor| {
        [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key))
    });
    let is_known = match encoding {
        Some(Object::Name(name)) => NAMED.contains(&name.as_slice()),
        Some(Object::Dictionary(dictionary)) => {
            let base = dictionary.get(b"BaseEncoding").and_then(Object::as_name).ok();
            base.is_none_or(|name| NAMED.contains(&name))
                && (!is_inside || base.is_some() || dictionary.has(b"Differences"))
        }
        Some(_) => false,
        None => !is_inside,
    };
    if !is_known {
        return None;
    }
    // The map is read beside the names, and not instead of them.
    let mut font = font.clone();
    font.remove(b"ToUnicode");
    font.set("Type", Object::Name(b"Font".to_vec()));
    let read = font.get_font_encoding(document).ok()?;
    let has_differences =
        matches!(encoding, Some(Object::Dictionary(dictionary)) if dictionary.has(b"Differences"));
    if has_differences && !matches!(read, Encoding::Differences(_)) {
        return None;
    }
    let letter = |code: u8| read.bytes_to_string(&[code]).ok().filter(|text| !text.is_empty());
    Some((0..=u8::MAX).map(letter).collect())
}

fn widths(document: &Document, font: &Dictionary) -> (HashMap<u32, f32>, Option<f32>) {
    let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or_default();
    let widths = font.get_deref(b"Widths", document).and_then(Object::as_array);
    let widths = widths.into_iter().flatten().enumerate().take(256);
    let code = |number: usize| u32::try_from(first).ok()?.checked_add(u32::try_from(number).ok()?);
    let widths = widths.filter_map(|(number, width)| Some((code(number)?, width.as_float().ok()?)));
    (widths.collect(), None)
}

fn wide_widths(document: &Document, font: &Dictionary) -> (HashMap<u32, f32>, Option<f32>) {
    let inner = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
    let inner = inner.ok().and_then(|fonts| fonts.first()).and_then(|font| document.dereference(font).ok());
    let Some(inner) = inner.and_then(|(_, font)| font.as_dict().ok()) else { return (HashMap::new(), None) };
    let default = inner.get(b"DW").and_then(Object::as_float).unwrap_or(1000.0);
    let mut widths = HashMap::new();
    let entries = inner.get_deref(b"W", document).and_then(Object::as_array);
    let mut rest = entries.map_or(&[][..], Vec::as_slice);
    while let [first, second, after @ ..] = rest {
        let code = first.as_i64().ok().and_then(|code| u32::try_from(code).ok());
        let Some(code) = code else { break };
        rest = after;
        match (second, after) {
            (Object::Array(list), _) => {
                widths.extend((code..).zip(list.iter().filter_map(|width| width.as_float().ok())));
            }
            (Object::Integer(last), [width, after @ ..]) => {
                let last = u32::try_from(*last).unwrap_or_default().min(code.saturating_add(0xffff));
                let width = width.as_float().unwrap_or(default);
                widths.extend((code..=last).map(|code| (code, width)));
                rest = after;
            }
            _ => break,
        }
    }
    (widths, Some(default))
}

impl Map {
    /// Reads a map. It is written in the language of pages, and read as one.
    fn of(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        for operation in Content::decode_iter(bytes).map_while(Result::ok) {
            let operands = operation.operands.as_slice();
            match operation.operator.as_str() {
                "endcodespacerange" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Object::String(low, _), Object::String(high, _)] = pair
                            && low.len() == high.len()
                        {
                            map.spaces.push((low.clone(), high.clone()));
                        }
                    }
                }
                "endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Object::String(code, _), Object::String(letter, _)] = pair
                            && map.letters.len() < CODES_MAX
                        {
                            map.letters.insert((code.len(), number(code)), spelled(&units(letter)));
                        }
                    }
                }
                "endbfrange" => operands.chunks_exact(3).for_each(|range| map.range(range)),
                _ => {}
            }
        }
        map
    }

    fn range(&mut self, range: &[Object]) {
        match range {
            [Object::String(low, _), Object::String(high, _), Object::String(letter, _)] => {
                self.ranges.insert((low.len(), number(low)), (number(high), units(letter)));
            }
            [Object::String(low, _), Object::String(_, _), Object::Array(letters)] => {
                for (code, letter) in (number(low)..).zip(letters) {
                    if let Object::String(letter, _) = letter
                        && self.letters.len() < CODES_MAX
                    {
                        self.letters.insert((low.len(), code), spelled(&units(letter)));
                    }
                }
            }
            _ => {}
        }
    }

    /// How many bytes the first code of a string has.
    fn length(&self, bytes: &[u8]) -> Option<usize> {
        let fits = |(low, high): &&(Vec<u8>, Vec<u8>)| {
            bytes.len() >= low.len()
                && bytes
                    .iter()
                    .zip(low.iter().zip(high))
                    .all(|(byte, (low, high))| (low..=high).contains(&byte))
        };
        self.spaces.iter().filter(fits).map(|(low, _)| low.len()).filter(|length| *length > 0).min()
    }

    fn letter(&self, length: usize, code: u32) -> Option<String> {
        if let Some(letter) = self.letters.get(&(length, code)) {
            return Some(letter.clone()).filter(|letter| !letter.is_empty());
        }
        let (first, (last, units)) = self.ranges.range(..=(length, code)).next_back()?;
        if first.0 != length || code > *last {
            return None;
        }
        let mut units = units.clone();
        let unit = units.last_mut()?;
        *unit = unit.wrapping_add(u16::try_from(code - first.1).ok()?);
        Some(spelled(&units))
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn units(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks(2).map(|unit| unit.iter().fold(0, |number, byte| number << 8 | u16::from(*byte))).collect()
}

fn spelled(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}
