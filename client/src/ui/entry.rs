//! How somebody enters: once, with what only this user's own files or terminal show.
//!
//! A private file holds a page that posts a token of 256 bits; the desktop opens that file, so that the token is on no
//! command line and in no address. Where no browser can be opened, the terminal shows a code of eight characters to
//! type. Either is good once, and for a short while.

use crate::failure::Failure;
use crate::home::write_private;
use crate::words::Words;
use maud::{DOCTYPE, PreEscaped, html};
use shared::crypto::random;
use shared::time::Timestamp;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How long the file is good: a desktop takes some seconds to open a browser.
const TOKEN_SECONDS: u64 = 60;

/// How long the code is good: it is read and typed.
const CODE_SECONDS: u64 = 300;

/// Then it takes a new start.
const TRIES: u8 = 5;

/// No letter that is taken for another: 32 of them, 40 bits in eight.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

const CODE_LETTERS: usize = 8;

/// The page that the desktop opens.
const FILE: &str = "entrer.html";

/// What opens the page, until it was used.
pub(crate) struct Entry {
    since: Timestamp,
    token: Option<Zeroizing<String>>,
    code: Option<Zeroizing<String>>,
    tries: u8,
}

impl Entry {
    /// From now on.
    pub(crate) fn new(now: Timestamp) -> Self {
        let token = random::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
        let letter = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
        let code = random::<CODE_LETTERS>().map(letter).iter().collect();
        Self { since: now, token: Some(Zeroizing::new(token)), code: Some(Zeroizing::new(code)), tries: 0 }
    }

    /// The code as people read it: `ABCD-EFGH`; nothing once it was used.
    pub(crate) fn code(&self) -> Option<String> {
        let (first, second) = self.code.as_ref()?.split_at(CODE_LETTERS / 2);
        Some(format!("{first}-{second}"))
    }

    /// Whether this is the token of the file. Right or wrong, it is good for nothing afterwards.
    pub(crate) fn takes_token(&mut self, typed: &str, now: Timestamp) -> bool {
        let Some(token) = self.token.take() else { return false };
        let is_right = self.is_young(now, TOKEN_SECONDS) && is_same(&token, typed);
        if is_right {
            self.code = None;
        }
        is_right
    }

    /// Whether this is the code of the terminal, however it is typed; five tries.
    pub(crate) fn takes_code(&mut self, typed: &str, now: Timestamp) -> bool {
        self.tries = self.tries.saturating_add(1);
        if self.tries > TRIES || !self.is_young(now, CODE_SECONDS) {
            self.code = None;
        }
        let Some(code) = &self.code else { return false };
        let typed: String = typed
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let is_right = is_same(code, &typed);
        if is_right {
            (self.token, self.code) = (None, None);
        }
        is_right
    }

    fn is_young(&self, now: Timestamp, seconds: u64) -> bool {
        self.since <= now && now < self.since.plus(seconds)
    }

    /// Writes the file that the desktop opens, for this user alone.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub(crate) fn write(&self, home: &Path, origin: &str, words: &Words) -> Result<PathBuf, Failure> {
        let token = self.token.as_ref().map_or("", |token| token.as_str());
        let page = html! {
            (DOCTYPE)
            html lang=(words.language().code()) {
                head { meta charset="utf-8"; title { "Pli" } }
                body {
                    form method="post" action={ (origin) "/entrer" } {
                        input type="hidden" name="jeton" value=(token);
                        button { (words.say("page-enter", &[])) }
                    }
                    script { (PreEscaped("document.forms[0].submit()")) }
                }
            }
        };
        let file = home.join(FILE);
        write_private(&file, page.into_string().as_bytes())?;
        Ok(file)
    }

    /// Removes that file: what it holds is good for nothing any more.
    pub(crate) fn remove(home: &Path) {
        let _ = std::fs::remove_file(home.join(FILE));
    }
}

/// Compares without telling by its time how far they agree.
fn is_same(known: &str, typed: &str) -> bool {
    let differences = known.bytes().zip(typed.bytes()).fold(0, |differences, (a, b)| differences | (a ^ b));
    known.len() == typed.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_800_000_000);

    #[test]
    fn the_token_is_good_once_and_for_a_minute() {
        let mut entry = Entry::new(NOON);
        let token = entry.token.clone().unwrap();
        assert!(entry.takes_token(&token, NOON.plus(59)));
        assert!(!entry.takes_token(&token, NOON.plus(59)), "once");
        assert!(entry.code().is_none(), "nor is the code good any more");
        for (typed, when) in
            [("", NOON), ("0", NOON), ("right", NOON.plus(60)), ("right", Timestamp(NOON.0 - 1))]
        {
            let mut entry = Entry::new(NOON);
            let right = entry.token.clone().unwrap();
            let typed = if typed == "right" { right.as_str() } else { typed };
            assert!(!entry.takes_token(typed, when));
            assert!(!entry.takes_token(&right, NOON), "a wrong one ends it too");
        }
    }

    #[test]
    fn the_code_is_typed_as_people_type_and_five_times() {
        let mut entry = Entry::new(NOON);
        let code = entry.code().unwrap();
        for _ in 0..4 {
            assert!(!entry.takes_code("AAAA-AAA", NOON));
        }
        assert!(entry.takes_code(&format!(" {} ", code.to_lowercase().replace('-', " ")), NOON.plus(299)));
        assert!(!entry.takes_code(&code, NOON), "once");

        let mut entry = Entry::new(NOON);
        let code = entry.code().unwrap();
        (0..5).for_each(|_| assert!(!entry.takes_code("wrong", NOON)));
        assert!(!entry.takes_code(&code, NOON), "the sixth");
        assert!(!Entry::new(NOON).takes_code("", NOON.plus(300)));
    }
}
