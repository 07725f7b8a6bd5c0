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
    let mut judgement = Judgement { verdict: Verdict::Pass, findings: Vec::new() };
    for text in [name.into_owned(), spaced].into_iter().chain(reading.texts()) {
        stretches(&text).for_each(|stretch| add(&mut judgement, screen.judge(stretch)));
    }
    if !reading.unread.is_empty() {
        add(&mut judgement, unreadable());
    }
    judgement
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

/// Adds what was found elsewhere: a rule once, its words once, the gravest first.
fn add(judgement: &mut Judgement, other: Judgement) {
    for finding in other.findings {
        match judgement.findings.iter_mut().find(|one| one.rule == finding.rule) {
            Some(known) => {
                let new = finding.words.into_iter().filter(|word| !known.words.contains(word));
                let new: Vec<_> = new.collect();
                known.words.extend(new);
            }
            None => judgement.findings.push(finding),
        }
    }
    judgement.findings.sort_by_key(|finding| Reverse(finding.verdict));
    judgement.verdict = judgement.verdict.max(other.verdict);
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
    fn a_long_text_is_judged_in_stretches_that_overlap() {
        let check = |text: &str| {
            let pieces: Vec<&str> = stretches(text).collect();
            let overlaps = pieces.windows(2).all(|pair| {
                let from = pair[1].as_ptr() as usize - pair[0].as_ptr() as usize;
                from > 0 && pair[0].len() - from <= OVERLAP_BYTES && from < pair[0].len()
            });
            assert!(overlaps, "a gap, or no progress");
            assert_eq!(pieces.iter().map(|piece| piece.len()).max().unwrap_or_default() <= STRETCH_BYTES, true);
            let last = pieces.last().unwrap();
            assert!(text.ends_with(last) && text.starts_with(pieces[0]));
        };
        check("");
        check("court");
        check(&"été au hall ".repeat(100_000));
        check(&"é".repeat(500_000));
    }
}
