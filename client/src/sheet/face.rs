//! The letters of a printed sheet: how wide they are, and where a line of them breaks.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;

/// What stands for a letter that the font does not have.
const UNKNOWN: char = '\u{fffd}';

/// Which of the three faces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// What is read.
    Regular,
    /// What is found first.
    Bold,
    /// What is supposed.
    Italic,
}

/// The faces of one family.
pub(super) struct Faces([Face; 3]);

impl Faces {
    /// Reads them; nothing where the fonts that the program carries cannot be read.
    pub(super) fn read() -> Option<Self> {
        let read = [ttf_noto_sans::REGULAR, ttf_noto_sans::BOLD, ttf_noto_sans::ITALIC].map(Face::read);
        let [regular, bold, italic] = read;
        Some(Self([regular?, bold?, italic?]))
    }

    pub(super) fn of(&self, style: Style) -> &Face {
        &self.0[style as usize]
    }
}

/// One face.
pub(super) struct Face {
    /// As the file wants it.
    pub(super) font: Font,
    /// Each letter's glyph, and its width for a size of one.
    letters: HashMap<char, (GlyphId, f32)>,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes.into(), 0)?;
        let source = FontRef::new(bytes).ok()?;
        let widths = source.glyph_metrics(Size::unscaled(), LocationRef::default());
        let letters = source.charmap().mappings().filter_map(|(code, glyph)| {
            let letter = char::from_u32(code).filter(|letter| is_printed(*letter))?;
            Some((letter, (GlyphId::new(glyph.to_u32()), widths.advance_width(glyph)? / font.units_per_em())))
        });
        let letters: HashMap<_, _> = letters.collect();
        letters.contains_key(&UNKNOWN).then_some(Self { font, letters })
    }

    fn letter(&self, letter: char) -> (char, GlyphId, f32) {
        let known = if self.letters.contains_key(&letter) { letter } else { UNKNOWN };
        let (glyph, width) = self.letters.get(&known).copied().unwrap_or((GlyphId::new(0), 0.0));
        (known, glyph, width)
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.letter(letter).2 * size).sum()
    }

    /// The lines of a text. A line breaks after a space, or anywhere in a word that is wider than it; the space stays,
    /// so that whoever copies the text finds the words apart.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let (mut line, mut used) = (String::new(), 0.0);
            for word in paragraph.nfc().collect::<String>().split_inclusive(' ') {
                let fits = used + self.width(word.trim_end_matches(' '), size) <= width;
                if !fits && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                for letter in word.chars() {
                    let (letter, _, advance) = self.letter(letter);
                    if letter != ' ' && used + advance * size > width && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(letter);
                    used += advance * size;
                }
            }
            lines.push(line);
        }
        lines
    }

    /// A line as the file wants it.
    pub(super) fn glyphs(&self, line: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let (_, glyph, width) = self.letter(letter);
            KrillaGlyph::new(glyph, width, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None)
        };
        line.char_indices().map(glyph).collect()
    }
}

/// Whether a letter may stand in an archived file, and shows what it is: nothing that steers a text, nothing private.
fn is_printed(letter: char) -> bool {
    let steers =
        matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let is_private = matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fffe}' | '\u{f0000}'..);
    !letter.is_control() && !steers && !is_private
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces() -> Faces {
        Faces::read().expect("the fonts that the program carries")
    }

    #[test]
    fn a_line_breaks_after_a_space_and_the_space_stays() {
        let faces = faces();
        let face = faces.of(Style::Regular);
        let lines = face.wrap("Le journal est entier", 10.0, face.width("Le journal", 10.0));
        assert_eq!(lines, ["Le journal ", "est entier"]);
        assert_eq!(face.wrap("n° 4\u{a0};", 10.0, 1.0).concat(), "n° 4\u{a0};");
    }

    #[test]
    fn no_line_is_wider_than_its_place() {
        let faces = faces();
        let face = faces.of(Style::Bold);
        for text in
            ["W".repeat(300), "é".repeat(300), format!("un {} mot", "long".repeat(90)), "\u{0}".repeat(40)]
        {
            for line in face.wrap(&text, 8.0, 60.0) {
                assert!(face.width(line.trim_end(), 8.0) <= 60.0, "{line}");
            }
        }
    }

    #[test]
    fn what_the_font_does_not_have_is_seen_to_be_missing() {
        let faces = faces();
        let face = faces.of(Style::Regular);
        assert_eq!(face.wrap("Œuvre à 8\u{202f}h", 9.0, 200.0), ["Œuvre à 8\u{202f}h"]);
        assert_eq!(face.wrap("e\u{301}te\u{301}", 9.0, 200.0), ["été"]);
        assert_eq!(face.wrap("木\u{202e}\u{7}\u{e000}", 9.0, 200.0), ["\u{fffd}\u{fffd}\u{fffd}\u{fffd}"]);
    }
}
