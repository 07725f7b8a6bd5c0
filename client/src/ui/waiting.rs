//! What waits, as `pli inbox` said it: kept while the device is open, so that no page lists ten thousand letters anew.
//!
//! The relay tells of what changes (`Ask::Watch`), and so does whatever this device asks about a letter; only those are
//! asked about again. Where nobody tells any more, because the connection was lost, the whole list is asked for again.

use super::desk::Told;
use crate::arrivals::Stream;
use crate::failure::{Failure, Unverified};
use crate::session::Session;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use shared::ids::MessageId;
use shared::time::Timestamp;
use shared::wire::News;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinHandle;

/// Changes of more letters than these are learned by listing all of them.
const CHANGED_MAX: usize = 64;

/// A line of `pli inbox`; what is not shown in a list is not kept.
#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Letter {
    /// Its id.
    pub(crate) id: String,
    /// What it is, by its flow.
    pub(crate) title: String,
    /// In which group.
    pub(crate) group_name: String,
    /// Who wrote it.
    pub(crate) from: Writer,
    /// When it was written.
    #[serde(deserialize_with = "instant")]
    pub(crate) created: Timestamp,
    /// When it ends.
    #[serde(deserialize_with = "instant")]
    pub(crate) expires: Timestamp,
    /// How far it is.
    pub(crate) state: String,
    /// The agreement that it waits for, if it does.
    pub(crate) gate: Option<Gate>,
}

/// An agreement.
#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Gate {
    /// Until when it can be given.
    #[serde(deserialize_with = "instant")]
    pub(crate) until: Timestamp,
}

/// Who wrote a letter.
#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Writer {
    /// First name and name.
    pub(crate) name: String,
    /// Of which organisation; nothing where the card is gone.
    pub(crate) organisation_name: Option<String>,
}

impl Letter {
    /// The beginning of its id: what stands in addresses.
    pub(crate) fn number(&self) -> &str {
        self.id.get(..16).unwrap_or_default()
    }
}

fn instant<'de, D: Deserializer<'de>>(written: D) -> Result<Timestamp, D::Error> {
    String::deserialize(written)?.parse().map_err(D::Error::custom)
}

/// What has to be asked for again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stale {
    /// Everything.
    Whole,
    /// These letters.
    These(BTreeSet<MessageId>),
}

impl Default for Stale {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

/// The letters, and what is known to be old of them; copies share them.
#[derive(Default, Clone)]
pub(crate) struct Waiting(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    letters: Vec<Arc<Letter>>,
    stale: Stale,
    watch: Option<JoinHandle<()>>,
}

/// Asks to be told of what changes.
///
/// # Errors
/// [`Failure`] if the relay is away.
pub(crate) async fn watch(session: &mut Session) -> Result<Stream, Failure> {
    let mut stream = Stream::begun(session).await?;
    // It begins with « look », which whoever begins to watch does anyhow.
    match stream.next().await? {
        News::Look => Ok(stream),
        News::Message(_) => Err(Unverified::Answer.into()),
    }
}

impl Waiting {
    /// Whether somebody tells of changes.
    pub(crate) fn is_told(&self) -> bool {
        self.kept().is_told()
    }

    /// Hears from now on what changes; what changed before is not known.
    pub(crate) fn follow(&self, mut stream: Stream) {
        let heard = self.clone();
        let watch = tokio::spawn(async move {
            while let Ok(news) = stream.next().await {
                match news {
                    News::Message(id) => heard.changed([id]),
                    News::Look => heard.kept().stale = Stale::Whole,
                }
            }
        });
        let mut kept = self.kept();
        kept.stale = Stale::Whole;
        if let Some(before) = kept.watch.replace(watch) {
            before.abort();
        }
    }

    /// Something happened to these.
    pub(crate) fn changed(&self, ids: impl IntoIterator<Item = MessageId>) {
        let mut kept = self.kept();
        if let Stale::These(known) = &mut kept.stale {
            known.extend(ids);
            if known.len() > CHANGED_MAX {
                kept.stale = Stale::Whole;
            }
        }
    }

    /// What has to be asked for; from now on it counts as asked.
    pub(crate) fn stale(&self) -> Stale {
        let mut kept = self.kept();
        let stale = std::mem::take(&mut kept.stale);
        // Where nobody tells, what changed is not known.
        if kept.is_told() { stale } else { Stale::Whole }
    }

    /// Takes in what was said when that was asked for; what failed is asked for again.
    pub(crate) fn learn(&self, asked: Stale, told: &Told) {
        let mut kept = self.kept();
        if told.outcome.is_err() {
            match asked {
                Stale::Whole => kept.stale = Stale::Whole,
                Stale::These(ids) => {
                    if let Stale::These(known) = &mut kept.stale {
                        known.extend(ids);
                    }
                }
            }
            return;
        }
        let said = told.objects().into_iter().filter_map(|object| Letter::deserialize(object).ok());
        kept.take(&asked, said.map(Arc::new));
    }

    /// Those that did not end, oldest first.
    pub(crate) fn letters(&self, now: Timestamp) -> Vec<Arc<Letter>> {
        let mut kept = self.kept();
        kept.letters.retain(|letter| now < letter.expires);
        kept.letters.clone()
    }

    /// The device is locked: nothing is kept, and nobody listens.
    pub(crate) fn forget(&self) {
        let kept = std::mem::take(&mut *self.kept());
        if let Some(watch) = kept.watch {
            watch.abort();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_told(&self) -> bool {
        self.watch.as_ref().is_some_and(|watch| !watch.is_finished())
    }

    fn take(&mut self, asked: &Stale, said: impl Iterator<Item = Arc<Letter>>) {
        let Stale::These(ids) = asked else {
            self.letters = said.collect();
            return;
        };
        let mut said: Vec<_> = said.collect();
        // Each stays in its place, or is gone; what is new comes last.
        let ids: BTreeSet<_> = ids.iter().map(ToString::to_string).collect();
        self.letters.retain_mut(|letter| {
            if !ids.contains(&letter.id) {
                return true;
            }
            let Some(place) = said.iter().position(|one| one.id == letter.id) else { return false };
            *letter = said.swap_remove(place);
            true
        });
        said.sort_by_key(|letter| letter.created);
        self.letters.extend(said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(id: u8, state: &str) -> Arc<Letter> {
        Arc::new(Letter {
            id: MessageId([id; 16]).to_string(),
            title: String::new(),
            group_name: String::new(),
            from: Writer { name: String::new(), organisation_name: None },
            created: Timestamp(u64::from(id)),
            expires: Timestamp(1000 + u64::from(id)),
            state: state.to_owned(),
            gate: None,
        })
    }

    fn these(ids: &[u8]) -> Stale {
        Stale::These(ids.iter().map(|id| MessageId([*id; 16])).collect())
    }

    #[test]
    fn what_changed_keeps_its_place_what_is_gone_goes_and_what_is_new_is_last() {
        let mut kept = Kept::default();
        kept.take(&Stale::Whole, [letter(1, "new"), letter(2, "new"), letter(3, "new")].into_iter());
        kept.take(
            &these(&[2, 3, 5, 4]),
            [letter(5, "new"), letter(4, "new"), letter(2, "opened")].into_iter(),
        );
        assert_eq!(kept.letters, [letter(1, "new"), letter(2, "opened"), letter(4, "new"), letter(5, "new")]);
    }

    #[test]
    fn everything_is_asked_for_where_nobody_tells_and_where_much_changed() {
        let waiting = Waiting::default();
        assert_eq!(waiting.stale(), Stale::Whole, "nobody tells");
        waiting.changed((0..=64).map(|id| MessageId([id; 16])));
        assert_eq!(waiting.kept().stale, Stale::Whole, "much changed");
    }

    #[test]
    fn what_failed_is_asked_for_again_and_what_ended_is_not_shown() {
        let waiting = Waiting::default();
        waiting.kept().take(&Stale::Whole, [letter(1, "new"), letter(2, "new")].into_iter());
        let failed = Told { said: Vec::new(), outcome: Err(Failure::Unreached) };
        waiting.learn(these(&[2]), &failed);
        assert_eq!(waiting.kept().stale, these(&[2]));
        assert_eq!(waiting.letters(Timestamp(1001)), [letter(2, "new")]);
    }
}
