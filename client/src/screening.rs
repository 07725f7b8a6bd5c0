//! The screening rules that this program carries, and what they say of texts and documents that lie here.

use crate::documents::Reading;
use shared::screening::ruleset::Verdict;
use shared::screening::{Finding, Judgement, RulesetInvalid, Screen};
use std::cmp::Reverse;
use std::io::{self, Read};
use std::path::Path;

const RULES: &str = include_str!("../../shared/ruleset/article-5.toml");
const LEARNED: &[u8] = include_bytes!("../../shared/ruleset/model.bin");

/// Of lines that are typed one below the other more bytes are not read: each is a message.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;

/// So many bytes of a text are judged at once; of a longer one stretches that overlap.
const STRETCH_BYTES: usize = 256 * 1024;

/// How far two stretches overlap: more than one finding ever spans.
const OVERLAP_BYTES: usize = 4 * 1024;

/// The rule under which it is said that something could not be read.
const UNREADABLE: &str = "F1-illisible";

/// The rule of the model. It was learned from sentences, and a name is none.
const LEARNED_RULE: &str = "X1-sans-mot";

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

/// Judges a document by its name and everything that was read of it. What is refused is refused; else, what was
/// not read is said to be unreadable.
#[must_use]
pub fn document(screen: &Screen, name: &Path, reading: &Reading) -> Judgement {
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    let spaced = name.replace(['_', '-', '.', '+'], " ");
    let mut findings = Vec::new();
    for name in [&*name, &spaced] {
        let found = screen.judge(name).findings.into_iter();
        add(&mut findings, found.filter(|finding| finding.rule != LEARNED_RULE));
    }
    for text in reading.texts() {
        stretches(&text).for_each(|stretch| add(&mut findings, screen.judge(stretch).findings));
    }
    if !reading.unread.is_empty() {
        add(&mut findings, unreadable().findings);
    }
    findings.sort_by_key(|finding| Reverse(finding.verdict));
    let verdict = findings.first().map_or(Verdict::Pass, |finding| finding.verdict);
    Judgement { verdict, findings }
}

/// What is said of what could not be read: whoever sends it vouches for it.
#[must_use]
pub fn unreadable() -> Judgement {
    let finding = Finding {
        rule: UNREADABLE.to_owned(),
        verdict: Verdict::Unscreenable,
        release: false,
        words: Vec::new(),
    };
    Judgement { verdict: Verdict::Unscreenable, findings: vec![finding] }
}

/// Adds what was found elsewhere: a rule once, and each of its words once.
fn add(findings: &mut Vec<Finding>, found: impl IntoIterator<Item = Finding>) {
    for mut finding in found {
        match findings.iter_mut().find(|one| one.rule == finding.rule) {
            Some(known) => {
                finding.words.retain(|word| !known.words.contains(word));
                known.words.append(&mut finding.words);
            }
            None => findings.push(finding),
        }
    }
}

/// A text in pieces that are short enough to be judged, cut between words.
fn stretches(text: &str) -> impl Iterator<Item = &str> {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let rest = &text[start..];
        if rest.len() <= STRETCH_BYTES {
            from = None;
            return Some(rest);
        }
        let end = rest.floor_char_boundary(STRETCH_BYTES);
        let next = rest.floor_char_boundary(end - OVERLAP_BYTES);
        let next = rest[next..end].find(char::is_whitespace).map_or(next, |space| next + space);
        from = Some(start + next);
        Some(&rest[..end])
    })
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

    #[test]
    fn the_rule_of_the_model_is_one() {
        assert!(screen().unwrap().title(LEARNED_RULE).is_some());
    }

    #[test]
    fn a_long_text_is_judged_in_stretches_that_overlap() {
        let check = |text: &str| {
            let pieces: Vec<&str> = stretches(text).collect();
            let overlaps = pieces.windows(2).all(|pair| {
                let from = pair[1].as_ptr() as usize - pair[0].as_ptr() as usize;
                from > 0 && pair[0].len() - from <= OVERLAP_BYTES && from < pair[0].len()
            });
            assert!(overlaps, "a gap, or no progress");
            assert!(pieces.iter().all(|piece| piece.len() <= STRETCH_BYTES));
            let last = pieces.last().unwrap();
            assert!(text.ends_with(last) && text.starts_with(pieces[0]));
        };
        check("");
        check("court");
        check(&"été au hall ".repeat(100_000));
        check(&"é".repeat(500_000));
    }
}
