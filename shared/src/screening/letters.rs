//! One character at a time: what it stands for, and what it is typed instead of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::borrow::Cow;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A character, folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Letter {
    /// A letter without accent or capital, of any alphabet.
    Plain(char),
    /// A letter that looks like this one of the Latin alphabet: as it is, and as it looks.
    Like(char, char),
    /// A digit.
    Digit(char),
    /// Anything that is seen and is none of these.
    Sign(char),
    /// What is not seen.
    Hidden,
}

impl Letter {
    /// Whether it is a part of a plain word.
    #[must_use]
    pub(super) fn is_word(self) -> bool {
        matches!(self, Self::Plain(_) | Self::Like(..) | Self::Digit(_))
    }

    /// Whether it cannot be seen.
    #[must_use]
    pub(super) fn is_hidden(self) -> bool {
        self == Self::Hidden
    }

    /// As a reader would copy it.
    #[must_use]
    pub(super) fn plain(self) -> Option<char> {
        match self {
            Self::Plain(letter) | Self::Like(letter, _) | Self::Digit(letter) => Some(letter),
            Self::Sign(_) | Self::Hidden => None,
        }
    }

    /// As it was meant, among letters.
    #[must_use]
    pub(super) fn spelled(self) -> Option<char> {
        match self {
            Self::Plain(letter) | Self::Like(_, letter) => Some(letter),
            Self::Digit(digit) => Some(letter_for(digit).unwrap_or(digit)),
            Self::Sign(sign) => letter_for(sign),
            Self::Hidden => None,
        }
    }

    /// As it may have been meant too.
    #[must_use]
    pub(super) fn spelled_otherwise(self) -> Option<char> {
        match self {
            Self::Digit('1') | Self::Sign('|' | '!') => Some('l'),
            Self::Digit('9') => Some('q'),
            _ => self.spelled(),
        }
    }
}

/// What is typed for a letter.
fn letter_for(sign: char) -> Option<char> {
    Some(match sign {
        '0' => 'o',
        '1' | '!' | '|' | '¡' => 'i',
        '3' | '€' | '∑' | '∃' => 'e',
        '4' | '@' | '∆' | '∀' | '₳' => 'a',
        '5' | '$' | '§' | '₴' => 's',
        '6' | '9' => 'g',
        '7' | '+' | '†' => 't',
        '¢' | '©' | '₵' => 'c',
        '∂' => 'd',
        '®' => 'r',
        '¥' => 'y',
        '£' => 'l',
        '₱' => 'p',
        '₦' | '∩' => 'n',
        '∪' => 'u',
        '×' => 'x',
        '8' => 'b',
        _ => return None,
    })
}

/// Whether words end there, however they are spelled.
#[must_use]
pub(super) fn separates(sign: char) -> bool {
    matches!(
        sign,
        '\'' | '’' | '-' | '‐' | '–' | '—' | '/' | '.' | ',' | ';' | ':' | '"' | '(' | ')' | '«' | '»' | '_'
    )
}

/// What is typed instead of a letter because it looks alike in the other case: `RADlCAL`, `radicaIe`.
#[must_use]
pub(super) fn in_the_other_case(letter: Letter, is_capital: bool) -> Option<char> {
    match letter {
        Letter::Plain('l') if !is_capital => Some('i'),
        Letter::Plain('i') if is_capital => Some('l'),
        _ => None,
    }
}

/// Folds one character, into none or more.
pub(super) fn fold(letter: char, mut put: impl FnMut(Letter)) {
    if letter.is_ascii() {
        return put(match letter {
            'a'..='z' => Letter::Plain(letter),
            'A'..='Z' => Letter::Plain(letter.to_ascii_lowercase()),
            '0'..='9' => Letter::Digit(letter),
            _ if letter.is_ascii_control() => Letter::Hidden,
            _ => Letter::Sign(letter),
        });
    }
    if let Some(framed) = framed(letter) {
        return put(Letter::Like(letter, framed));
    }
    let two = match letter {
        'œ' | 'Œ' => Some(['o', 'e']),
        'æ' | 'Æ' => Some(['a', 'e']),
        'ß' | 'ẞ' => Some(['s', 's']),
        _ => None,
    };
    if let Some(two) = two {
        return two.into_iter().for_each(|letter| put(Letter::Plain(letter)));
    }
    let is_of_latin = ('\u{c0}'..='\u{24f}').contains(&letter);
    decompose_compatible(letter, |part| {
        if is_combining_mark(part) {
            return;
        }
        for low in part.to_lowercase() {
            put(match low {
                'a'..='z' if is_of_latin => Letter::Plain(low),
                // ⓡ, 𝓻, ｒ: typed by nobody who writes a note.
                'a'..='z' => Letter::Like(low, low),
                '0'..='9' => Letter::Digit(low),
                _ if is_combining_mark(low) => continue,
                _ => match looks_like(low) {
                    Some(latin) => Letter::Like(low, latin),
                    None if low.is_alphabetic() => Letter::Plain(low),
                    None if is_hidden(low) => Letter::Hidden,
                    None => Letter::Sign(low),
                },
            });
        }
    });
}

/// Characters that are not seen.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A letter in a frame that no decomposition takes away: 🅰, 🇷.
fn framed(letter: char) -> Option<char> {
    let from =
        |begin: u32| u8::try_from(u32::from(letter) - begin).ok().map(|place| char::from(b'a' + place));
    match u32::from(letter) {
        0x1f150..=0x1f169 => from(0x1f150),
        0x1f170..=0x1f189 => from(0x1f170),
        0x1f1e6..=0x1f1ff => from(0x1f1e6),
        _ => None,
    }
}

/// The Latin letter that one of another alphabet, or of the phonetic one, is taken for (after UTS 39).
fn looks_like(letter: char) -> Option<char> {
    Some(match letter {
        'а' | 'α' | 'ɑ' | 'ᴀ' | 'ⲁ' | 'Ꭺ' | 'ა' | 'λ' | 'ᗩ' | 'ᐱ' | 'ꓮ' | 'ⱥ' => 'a',
        'ʙ' | 'β' | 'в' | 'ь' | 'Ᏼ' | 'ƅ' | 'ᗷ' | 'ꓐ' => 'b',
        'с' | 'ϲ' | 'ᴄ' | 'ⲥ' | 'Ꮯ' | 'ᑕ' | 'ᄃ' | 'ꓚ' | 'ƈ' | 'ȼ' => 'c',
        'ԁ' | 'ɗ' | 'ᴅ' | 'ɖ' | 'Ꭰ' | 'đ' | 'ᗪ' | 'ꓓ' | 'ð' => 'd',
        'е' | 'ε' | 'ҽ' | 'ᴇ' | 'ɛ' | 'э' | 'є' | 'Ꭼ' | 'ə' | 'ᗴ' | 'ᕮ' | 'ꓰ' | 'ǝ' | 'ɇ' | 'ɘ' => {
            'e'
        }
        'ƒ' | 'ꜰ' | 'ғ' | 'ᖴ' | 'ꓝ' => 'f',
        'ɡ' | 'ɢ' | 'ց' | 'Ꮐ' | 'ᘜ' | 'ꓖ' => 'g',
        'һ' | 'ʜ' | 'н' | 'η' | 'հ' | 'ɦ' | 'ħ' | 'Ꮋ' | 'ᕼ' | 'ꓧ' => 'h',
        'і' | 'ι' | 'ı' | 'ɪ' | 'ɩ' | 'ӏ' | 'ї' | 'ꓲ' | 'ᴉ' | 'ɨ' => 'i',
        'ј' | 'ϳ' | 'ᴊ' | 'ʝ' | 'ɉ' | 'ᒍ' | 'ꓙ' => 'j',
        'к' | 'κ' | 'ᴋ' | 'ƙ' | 'Ꮶ' | 'ᛕ' | 'ꓗ' => 'k',
        'ʟ' | 'ⅼ' | 'ł' | 'ɭ' | 'Ꮮ' | 'ᒪ' | 'ꓡ' | 'ʅ' | 'ʆ' | 'ɫ' | 'ⱡ' => 'l',
        'м' | 'ᴍ' | 'ɱ' | 'Ꮇ' | 'ᗰ' | 'ꓟ' => 'm',
        'ո' | 'ɴ' | 'и' | 'п' | 'ν' | 'ŋ' | 'ɲ' | 'ᑎ' | 'ꓠ' => 'n',
        'о' | 'ο' | 'σ' | 'օ' | 'ᴏ' | 'ø' | 'ө' | 'ɵ' | 'ᗝ' | 'ꓳ' | 'ծ' => 'o',
        'р' | 'ρ' | 'ᴘ' | 'Ꮲ' | 'þ' | 'ᑭ' | 'ꓑ' => 'p',
        'ԛ' | 'զ' | 'ᑫ' => 'q',
        'г' | 'ʀ' | 'ɾ' | 'ᴦ' | 'я' | 'Ꭱ' | 'ᖇ' | 'ꓣ' | 'ɹ' | 'ɽ' => 'r',
        'ѕ' | 'ꜱ' | 'ʂ' | 'Ꮪ' | 'ᔕ' | 'ꓢ' | 'ʃ' | 'ȿ' => 's',
        'т' | 'τ' | 'ᴛ' | 'ŧ' | 'Ꭲ' | 'ꓔ' | 'ƭ' | 'ⱦ' | 'ʈ' => 't',
        'υ' | 'ս' | 'ᴜ' | 'ʋ' | 'ц' | 'ᑌ' | 'ꓴ' => 'u',
        'ѵ' | 'ᴠ' | 'Ꮩ' | 'ᐯ' | 'ꓦ' => 'v',
        'ԝ' | 'ᴡ' | 'ω' | 'ш' | 'ѡ' | 'ᗯ' | 'ꓪ' => 'w',
        'х' | 'χ' | 'ж' | 'ⅹ' | '᙭' | 'ꓫ' => 'x',
        'у' | 'γ' | 'ү' | 'ʏ' | 'ყ' | 'ꓬ' | 'ʎ' => 'y',
        'ᴢ' | 'ʐ' | 'ζ' | 'ƶ' | 'ꓜ' => 'z',
        _ => return None,
    })
}

/// Whether the characters between two spaces are typed as nobody types by accident: a letter is hidden, or of another
/// alphabet, or a digit or a sign; or said four times.
pub(super) fn is_disguised(letters: impl Iterator<Item = Letter>) -> bool {
    let (mut plain, mut alike, mut between, mut is_hiding) = (0, 0, false, false);
    let (mut last, mut repeated) = (None, 1);
    let mut waits = false;
    for letter in letters {
        match letter {
            Letter::Plain(_) | Letter::Like(..) => {
                between |= waits;
                waits = false;
                if matches!(letter, Letter::Plain(_)) {
                    plain += 1
                } else {
                    alike += 1
                }
                is_hiding |= matches!(letter, Letter::Like(as_it_is, _) if as_it_is.is_ascii());
            }
            Letter::Digit(_) => waits |= plain + alike > 0,
            Letter::Sign(sign) => waits |= plain + alike > 0 && !separates(sign),
            Letter::Hidden => is_hiding |= plain + alike > 0,
        }
        if last == Some(letter) {
            repeated += 1;
            is_hiding |= repeated > 3 && letter.is_word() && !matches!(letter, Letter::Digit(_));
        } else {
            repeated = 1;
        }
        last = Some(letter);
    }
    plain + alike > 2 && (between || is_hiding || (alike > 0 && plain > 0))
}

/// So many octets at least, each by itself, are read as the letters they stand for.
const OCTETS_MIN: usize = 4;

/// So many characters of base64 or hexadecimal at least are read as what they stand for.
const ENCODED_LETTERS_MIN: usize = 10;

/// What is written for machines, as people read it: `&#97;`, `&eacute;`, `%C3%A9`, and words in base64 or hexadecimal.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    match unescaped(text) {
        Cow::Borrowed(text) => unpacked(text),
        Cow::Owned(text) => Cow::Owned(unpacked(&text).into_owned()),
    }
}

/// Words that were written as numbers for letters, as they were.
fn unpacked(text: &str) -> Cow<'_, str> {
    match octets(text) {
        Some(words) => Cow::Owned(packed_words(&words).into_owned()),
        None => packed_words(text),
    }
}

/// A text in which octets stand one after the other, with the letters that they stand for: `72 61 64`, `01110010 01100001`.
fn octets(text: &str) -> Option<String> {
    let octet = |word: &str| {
        let word = word.trim_end_matches([',', '.']);
        let byte = match word.len() {
            2 => u8::from_str_radix(word, 16).ok(),
            8 => u8::from_str_radix(word, 2).ok(),
            _ => None,
        };
        byte.filter(u8::is_ascii_alphabetic).map(char::from)
    };
    let words: Vec<&str> = text.split(' ').collect();
    let mut is_read = false;
    let read = |run: &[&str]| {
        let letters: String = run.iter().filter_map(|word| octet(word)).collect();
        if letters.len() < OCTETS_MIN {
            return run.join(" ");
        }
        is_read = true;
        letters
    };
    let runs = words.chunk_by(|one, other| octet(one).is_some() == octet(other).is_some());
    let all: Vec<String> = runs.map(read).collect();
    is_read.then(|| all.join(" "))
}

/// Words that were written in base64 or hexadecimal without spaces, in place of what stands for them.
fn packed_words(text: &str) -> Cow<'_, str> {
    let is_other = |letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '+' | '/' | '=');
    let mut read = String::with_capacity(text.len());
    let mut is_read = false;
    for part in text.split_inclusive(is_other) {
        let code = part.trim_end_matches(is_other);
        let words = words_of(code);
        is_read |= words.is_some();
        read.push_str(words.as_deref().unwrap_or(code));
        read.push_str(&part[code.len()..]);
    }
    if is_read { Cow::Owned(read) } else { Cow::Borrowed(text) }
}

/// The words that stand in base64 or hexadecimal, if they are words.
fn words_of(code: &str) -> Option<String> {
    if code.len() < ENCODED_LETTERS_MIN {
        return None;
    }
    let hexadecimal = || {
        let octet = |at: usize| u8::from_str_radix(code.get(at..at + 2)?, 16).ok();
        (0..code.len()).step_by(2).map(octet).collect::<Option<Vec<u8>>>()
    };
    let base64 = || STANDARD_NO_PAD.decode(code.trim_end_matches('=')).ok();
    let words = |bytes: Vec<u8>| {
        let words = String::from_utf8(bytes).ok()?;
        words.chars().all(|letter| letter.is_alphabetic() || letter == ' ').then_some(words)
    };
    hexadecimal().and_then(words).or_else(|| base64().and_then(words))
}

/// What is escaped for a page or an address.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') && !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (letter, length) = entity(rest).unwrap_or((letter, letter.len_utf8()));
        match octet(rest) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[length..];
            }
        }
    }
    // What is no text is a sign like others: it must not bring back what was decoded beside it.
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn octet(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    u8::from_str_radix(digits, 16).ok().filter(|byte| *byte > 0x20)
}

/// The letter of an entity, and how many bytes it takes.
fn entity(text: &str) -> Option<(char, usize)> {
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(9).position(|byte| byte == b';')?;
    let name = &name[..end];
    let letter = match name.strip_prefix('#') {
        Some(number) => {
            let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
            char::from_u32(u32::from_str_radix(digits, radix).ok()?)?
        }
        // Only what an accent stands over: the letter is the first of the name.
        None if ["acute", "grave", "circ", "uml", "cedil", "tilde"]
            .iter()
            .any(|accent| name.len() == accent.len() + 1 && name.ends_with(accent)) =>
        {
            name.chars().next()?
        }
        None => return None,
    };
    Some((letter, end + 2))
}

/// What is written from the right to the left between two marks, the other way round.
#[must_use]
pub(super) fn unturned(text: &str) -> Cow<'_, str> {
    const TURNS: char = '\u{202e}';
    if !text.contains(TURNS) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(TURNS);
    let mut straight = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['\u{202c}', '\u{202d}', '\u{2069}', '\n']).unwrap_or(part.len());
        straight.extend(part[..end].chars().rev());
        straight.push_str(&part[end..]);
    }
    Cow::Owned(straight)
}

/// A word thirteen letters further in the alphabet, which is read back the same way.
#[must_use]
pub(super) fn turned_by_thirteen(word: &str) -> String {
    let turned = |letter: char| match letter {
        'a'..='m' => char::from(letter as u8 + 13),
        'n'..='z' => char::from(letter as u8 - 13),
        _ => letter,
    };
    word.chars().map(turned).collect()
}

/// The letter that a word of the alphabet of radio operators stands for.
#[must_use]
pub(super) fn radioed(word: &str) -> Option<char> {
    const WORDS: [&str; 26] = [
        "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo",
        "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform",
        "victor", "whiskey", "xray", "yankee", "zulu",
    ];
    WORDS.iter().find(|known| **known == word).and_then(|known| known.chars().next())
}

/// A word as it is heard in French: what sounds alike is written alike.
#[must_use]
pub(super) fn heard(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let (sounds, takes_next) = match (letter, next) {
            ('p', Some('h')) => ("f", true),
            ('q', Some('u')) | ('c', Some('k')) => ("k", true),
            ('c' | 's', Some('h')) => ("x", true),
            ('d', Some('j')) => ("j", true),
            ('g', Some('h')) => ("g", true),
            ('k', Some('h')) => ("k", true),
            ('o', Some('u')) => ("u", true),
            ('e', Some('i')) | ('a', Some('i')) => ("e", true),
            ('e' | 'a', Some('u')) => ("o", true),
            ('c', Some('e' | 'i' | 'y')) => ("s", false),
            ('g', Some('e' | 'i' | 'y')) => ("j", false),
            ('c' | 'q', _) => ("k", false),
            ('z', _) => ("s", false),
            ('y', _) => ("i", false),
            ('w', _) => ("v", false),
            ('h', _) => ("", false),
            _ => {
                if !sound.ends_with(letter) {
                    sound.push(letter);
                }
                continue;
            }
        };
        if takes_next {
            letters.next();
        }
        if !sounds.is_empty() && !sound.ends_with(sounds) {
            sound.push_str(sounds);
        }
    }
    sound
}
