//! Several letters that belong together: all are planned before the first is sealed, and one after the other is sent.
//!
//! The relay knows nothing of it: each letter is one of its own. What a rule refuses of one is known before any leaves.
//! A run that breaks off while it sends is gone on with by the same command: letters that were confirmed are listed in
//! the home under digests with this device's own key, until the last of them is through. A machine that stops between a
//! confirmation and that list may send one letter twice, and none never.

use super::again;
use super::{Plan, Wanted, plan, resume, send, typed};
use crate::deadlines;
use crate::failure::Failure;
use crate::home::{create_private, io, write_private};
use crate::session::Session;
use crate::show::Show;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::ids::{Digest, MessageId};
use shared::limits::ROSTER_MEMBERS_MAX;
use shared::time::{DAY_SECONDS, Timestamp};
use std::path::PathBuf;

/// The folder of a home in which the lists lie.
const FOLDER: &str = "batches";

/// Whoever has not gone on for so long begins anew.
const SECONDS_MAX: u64 = 7 * DAY_SECONDS;

/// A letter for everybody of the largest roster, and each twice.
const LETTERS_MAX: usize = 2 * ROSTER_MEMBERS_MAX;

const LIST_BYTES_MAX: usize = LETTERS_MAX * 256;

/// Letters that belong together, planned.
pub struct Batch {
    letters: Vec<Letter>,
}

/// One of them.
pub struct Letter {
    /// What was typed of it.
    pub wanted: Wanted,
    /// Who will read it until when; nothing where an earlier run sent it.
    pub plan: Option<Plan>,
    done: Option<MessageId>,
    typed: Digest,
    /// When the same was sent, where it was, and not by a run that broke off.
    pub before: Option<again::Before>,
}

/// What was confirmed of a run that has not come to its end.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    /// Each letter as it was typed, its id, and when.
    letters: Vec<(Digest, MessageId, Timestamp)>,
}

impl Letter {
    /// Which letter it is, if it is through.
    #[must_use]
    pub fn done(&self) -> Option<MessageId> {
        self.done
    }
}

impl Batch {
    /// Plans every letter.
    ///
    /// # Errors
    /// [`Failure`] of the first that may not be sent: then none is.
    pub async fn plan(session: &mut Session, all: Vec<Wanted>) -> Result<Self, Failure> {
        if all.len() > LETTERS_MAX {
            return Err(Failure::usage("batch-letters", "too many letters at once"));
        }
        let confirmed = Confirmed::read(session);
        let mut letters = Vec::new();
        for wanted in all {
            let typed = typed(session, &wanted);
            let done = confirmed.letters.iter().find(|(known, ..)| *known == typed).map(|(_, id, _)| *id);
            let plan = if done.is_none() { Some(plan(session, &wanted).await?) } else { None };
            let before = again::before(session, &wanted.draft).0.filter(|_| done.is_none());
            letters.push(Letter { wanted, plan, done, typed, before });
        }
        Ok(Self { letters })
    }

    /// The letters, in the order in which they were given.
    #[must_use]
    pub fn letters(&self) -> &[Letter] {
        &self.letters
    }

    /// How many of them a run sent that broke off.
    #[must_use]
    pub fn already(&self) -> usize {
        self.letters.iter().filter(|letter| letter.done.is_some() && letter.before.is_none()).count()
    }

    /// Leaves out what went before: it does not go again, and counts as sent.
    pub fn leave_out_sent(&mut self) {
        for letter in &mut self.letters {
            letter.done = letter.done.or(letter.before.as_ref().map(|before| before.message));
        }
    }

    /// How many of them still have to go.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.letters.iter().filter(|letter| letter.done.is_none()).count()
    }

    /// Sends what is not sent yet; `each` hears of every letter that is through, with its number in the batch.
    ///
    /// # Errors
    /// [`Failure`] of the letter that broke off; those before it are through, and the same command goes on.
    pub async fn send(
        self,
        session: &mut Session,
        show: &Show,
        mut each: impl FnMut(usize, MessageId),
    ) -> Result<(), Failure> {
        let mut confirmed = Confirmed::read(session);
        let all: Vec<_> = self.letters.iter().map(|letter| letter.typed).collect();
        for (number, Letter { wanted, plan, done, typed, .. }) in self.letters.into_iter().enumerate() {
            let id = match (done, plan) {
                (Some(id), _) => id,
                (None, None) => continue,
                (None, Some(plan)) => {
                    let sent = match resume(session, &wanted, show).await? {
                        Some(sent) => sent,
                        None => send(session, &wanted, plan, show).await?,
                    };
                    let id = sent.header.core.id;
                    let noted = deadlines::note_sent(session, &sent.header.core, wanted.inside());
                    if let Err(failure) = noted {
                        tracing::warn!(%failure, "what is due was not noted");
                    }
                    confirmed.letters.push((typed, id, session.now()));
                    confirmed.write(session)?;
                    again::remember(session, again::same(session, &wanted.draft), id)?;
                    id
                }
            };
            each(number, id);
        }
        // The same command typed again is meant anew.
        confirmed.letters.retain(|(typed, ..)| !all.contains(typed));
        confirmed.write(session)
    }
}

impl Confirmed {
    fn file(session: &Session) -> PathBuf {
        session.home.dir().join(FOLDER).join("confirmed")
    }

    fn read(session: &Session) -> Self {
        let bytes = std::fs::read(Self::file(session)).ok();
        let read: Option<Self> = bytes.and_then(|bytes| cbor::decode(&bytes, LIST_BYTES_MAX).ok());
        let mut confirmed = read.unwrap_or_default();
        let now = session.now();
        confirmed.letters.retain(|(_, _, time)| now.since(*time) <= SECONDS_MAX);
        confirmed
    }

    fn write(&mut self, session: &Session) -> Result<(), Failure> {
        let file = Self::file(session);
        if self.letters.is_empty() {
            return match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(FOLDER, &error)),
                _ => Ok(()),
            };
        }
        // The oldest go first: what is forgotten is sent again, and not lost.
        let surplus = self.letters.len().saturating_sub(LETTERS_MAX);
        self.letters.drain(..surplus);
        create_private(&session.home.dir().join(FOLDER))?;
        write_private(&file, &cbor::encode(self))
    }
}
