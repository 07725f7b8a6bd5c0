//! The annuaire as it was last proved, for when the relay is away: whom to call is asked most when nothing else works.
//!
//! Names and telephone numbers lie sealed on this disk, and for a week at most: who left, or whose name was erased, is
//! not found here for longer than that.

use super::Line;
use crate::failure::Failure;
use crate::home::write_private;
use crate::sealed_here;
use crate::session::Session;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::limits::STATEMENT_BODY_BYTES_MAX;
use shared::statement::{Card, Link, Personal};
use shared::time::{DAY_SECONDS, Timestamp};
use zeroize::Zeroizing;

/// Its name in a home.
const FILE: &str = "annuaire";

/// How long it is shown.
const DAYS_MAX: u64 = 7;

/// A card and a name are less than a kilobyte; a department has some thousand of them.
const BYTES_MAX: usize = 8 * STATEMENT_BODY_BYTES_MAX;

/// An annuaire that was proved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// Which one.
    title: String,
    /// Its place in its chain.
    pub(crate) link: Link,
    /// When this device proved it.
    pub(crate) proved: Timestamp,
    /// Each card of that day, the name behind it, and whether it had changed since the list was signed.
    lines: Vec<(Card, Option<Personal>, bool)>,
}

impl Kept {
    /// An annuaire of which these are the lines.
    pub(crate) fn of(title: &str, link: Link, proved: Timestamp, lines: &[Line<'_>]) -> Self {
        let lines = lines.iter().map(|line| (line.card.clone(), line.personal.cloned(), line.changed));
        Self { title: title.to_owned(), link, proved, lines: lines.collect() }
    }

    /// Its lines.
    pub(crate) fn lines(&self) -> Vec<Line<'_>> {
        let lines = self.lines.iter();
        lines
            .map(|(card, personal, changed)| Line { card, personal: personal.as_ref(), changed: *changed })
            .collect()
    }
}

/// Keeps it in place of the last one. One that is too large, or a device without a key that lives for some days, keeps
/// nothing.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub(crate) fn keep(session: &Session, annuaire: &Kept) -> Result<(), Failure> {
    let bytes = Zeroizing::new(cbor::encode(annuaire));
    let until = sealed_here::until(session, session.now().plus(DAYS_MAX * DAY_SECONDS));
    let Some(until) = until.filter(|_| bytes.len() <= BYTES_MAX) else { return Ok(()) };
    write_private(&session.home.dir().join(FILE), &until.seal(session, &bytes)?)
}

/// The last one of this title, if it lives.
pub(crate) fn last(session: &Session, title: &str) -> Option<Kept> {
    let sealed = std::fs::read(session.home.dir().join(FILE)).ok()?;
    let kept: Kept = cbor::decode(&sealed_here::open(session, &sealed, BYTES_MAX)?, BYTES_MAX).ok()?;
    let ends = kept.proved.plus(DAYS_MAX * DAY_SECONDS);
    (kept.title == title && session.now() < ends).then_some(kept)
}
