//! The screening rules that this program carries, and what they say of texts that lie here.

use shared::screening::ruleset::Verdict;
use shared::screening::{Judgement, RulesetInvalid, Screen};
use std::io::{self, Read};

const RULES: &str = include_str!("../../shared/ruleset/article-5.toml");
const LEARNED: &[u8] = include_bytes!("../../shared/ruleset/model.bin");

/// A text of more bytes is not read: what is found is compared with what is found, so time grows faster than the text.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;

/// The rule under which it is said that something could not be read.
const UNREADABLE: &str = "F1-illisible";

/// The rules, ready to judge.
///
/// # Errors
/// [`RulesetInvalid`] if the program was built with rules that are none.
pub fn screen() -> Result<Screen, RulesetInvalid> {
    Screen::of(RULES, LEARNED)
}

/// Reads a text; nothing if it is too long, or no text in UTF-8.
///
/// # Errors
/// What the system says.
pub fn text(from: impl Read) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    from.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > TEXT_BYTES_MAX || bytes.contains(&0) {
        return Ok(None);
    }
    Ok(String::from_utf8(bytes).ok())
}

/// What is said of what could not be read: whoever sends it vouches for it.
#[must_use]
pub fn unreadable() -> Judgement {
    let finding = shared::screening::Finding {
        rule: UNREADABLE.to_owned(),
        verdict: Verdict::Unscreenable,
        release: false,
        words: Vec::new(),
    };
    Judgement { verdict: Verdict::Unscreenable, findings: vec![finding] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_not_judged() {
        assert_eq!(text(&b"Bonjour"[..]).unwrap().as_deref(), Some("Bonjour"));
        for bytes in [&b"\xff\xfe"[..], b"a\0b", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"] {
            assert_eq!(text(bytes).unwrap(), None);
        }
        assert_eq!(text(io::repeat(b'a')).unwrap(), None, "too long");
    }
}
