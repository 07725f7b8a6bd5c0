//! Browsers that came in: a cookie each, of a name that nobody guesses, sent by the browser for this page alone.
//!
//! A visit says that it is this user's browser. Whether the device is unlocked is another question, which
//! [`desk`](super::desk) answers.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use shared::crypto::{random, sha256};
use shared::ids::Digest;
use shared::time::Timestamp;
use std::sync::{Mutex, PoisonError};

/// A working day; then one enters again.
const VISIT_SECONDS_MAX: u64 = 8 * 3600;

/// Windows and browsers of one person; the oldest goes.
const VISITS_MAX: usize = 8;

/// Everybody who came in.
pub(crate) struct Visits {
    name: String,
    known: Mutex<Vec<(Digest, Timestamp)>>,
}

impl Visits {
    /// Nobody yet.
    pub(crate) fn new() -> Self {
        Self { name: format!("pli-{}", hexadecimal(&random::<16>())), known: Mutex::default() }
    }

    /// Lets somebody in; gives the value of `Set-Cookie`.
    pub(crate) fn begin(&self, now: Timestamp) -> String {
        let value = hexadecimal(&random::<32>());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= VISITS_MAX {
            known.remove(0);
        }
        known.push((sha256(value.as_bytes()), now));
        format!("{}={value}; Path=/; HttpOnly; SameSite=Strict", self.name)
    }

    /// Whether this request is of somebody who came in.
    pub(crate) fn knows(&self, headers: &HeaderMap, now: Timestamp) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let mut pairs =
            cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let Some((_, value)) = pairs.find(|(name, _)| *name == self.name) else { return false };
        // What is compared is a digest: how far it agrees tells nothing of the value.
        let digest = sha256(value.as_bytes());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(_, since)| *since <= now && now < since.plus(VISIT_SECONDS_MAX));
        known.iter().any(|(visit, _)| *visit == digest)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_800_000_000);

    fn sent(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, format!("other=1; {cookie}").parse().unwrap());
        headers
    }

    #[test]
    fn a_visit_is_known_by_its_cookie_for_a_day_of_work() {
        let visits = Visits::new();
        let cookie = visits.begin(NOON);
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
        let pair = cookie.split(';').next().unwrap();
        assert!(visits.knows(&sent(pair), NOON));
        assert!(!visits.knows(&HeaderMap::new(), NOON));
        assert!(!visits.knows(&sent(&format!("{pair}0")), NOON));
        assert!(!visits.knows(&sent(pair.split('=').next().unwrap()), NOON));
        assert!(!Visits::new().knows(&sent(pair), NOON), "of another start");
        assert!(!visits.knows(&sent(pair), NOON.plus(8 * 3600)));
    }

    #[test]
    fn the_ninth_takes_the_place_of_the_first() {
        let visits = Visits::new();
        let cookies: Vec<_> = (0..9).map(|_| visits.begin(NOON)).collect();
        let known = |cookie: &String| visits.knows(&sent(cookie.split(';').next().unwrap()), NOON);
        assert!(!known(&cookies[0]) && cookies[1..].iter().all(known));
    }
}
