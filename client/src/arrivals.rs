//! That something arrived, told from the relay's stream of news: how many letters, and nothing of what they are.
//!
//! The stream says ids, also of letters that somebody took back or decided about. What was in the mailbox at the last
//! look is known; whatever else is told of came since. The stream goes on without the device's secrets: who holds a
//! [`Conversation`] can hear, and ask for nothing.

use crate::failure::{Failure, Unverified};
use crate::inbox::{Entry, List, list};
use crate::link::Conversation;
use crate::session::Session;
use shared::ids::MessageId;
use shared::limits::FRAME_BYTES_MAX;
use shared::wire::{Answer, Ask, ListedState, News};
use std::collections::BTreeSet;

/// The letters of which somebody was told, or which they could see.
#[derive(Default)]
pub(crate) struct Arrivals {
    known: BTreeSet<MessageId>,
    has_looked: bool,
}

/// What a piece of news is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Worth {
    /// A letter came.
    Letter,
    /// Something happened to one that is known.
    Nothing,
    /// More than was told one by one: the mailbox says.
    Look,
}

/// The stream of news of a device.
pub(crate) struct Stream(Conversation);

impl Stream {
    /// Listens from now on. What arrived before is found by a look at the mailbox.
    ///
    /// # Errors
    /// As for any request.
    pub(crate) async fn begun(session: &mut Session) -> Result<Self, Failure> {
        let mut conversation = session.begin(Ask::Watch).await?;
        match conversation.answer().await? {
            Answer::Watching => Ok(Self(conversation)),
            _ => Err(Unverified::Answer.into()),
        }
    }

    /// The next piece of news, whenever that is.
    ///
    /// # Errors
    /// [`Failure`] if the connection is lost, or why the relay closed it.
    pub(crate) async fn next(&mut self) -> Result<News, Failure> {
        self.0.item(FRAME_BYTES_MAX).await
    }
}

impl Arrivals {
    /// Looks at the mailbox; how many letters wait there of which nobody was told. At the first look these are the ones
    /// that no device of this member's has seen.
    ///
    /// # Errors
    /// As for any request.
    pub(crate) async fn look(&mut self, session: &mut Session) -> Result<usize, Failure> {
        let entries = list(session, List::Mailbox, None).await?;
        let seen = entries.iter().map(|entry: &Entry| {
            let waits = match entry.state {
                ListedState::Deposited => true,
                ListedState::Delivered => self.has_looked,
                ListedState::Released | ListedState::Opened => false,
            };
            (entry.header.core.id, waits && !entry.is_withdrawn())
        });
        Ok(self.saw(&seen.collect::<Vec<_>>()))
    }

    fn saw(&mut self, letters: &[(MessageId, bool)]) -> usize {
        self.has_looked = true;
        letters.iter().filter(|(letter, waits)| self.known.insert(*letter) && *waits).count()
    }

    /// What a piece of news is worth.
    pub(crate) fn hears(&mut self, news: News) -> Worth {
        match news {
            News::Look => Worth::Look,
            News::Message(letter) if self.known.insert(letter) => Worth::Letter,
            News::Message(_) => Worth::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(number: u8) -> MessageId {
        MessageId([number; 16])
    }

    #[test]
    fn a_letter_is_told_once_and_what_happens_to_it_is_none() {
        let mut arrivals = Arrivals::default();
        assert_eq!(arrivals.saw(&[(letter(1), false), (letter(2), true)]), 1, "one that nobody saw");
        assert_eq!(arrivals.hears(News::Message(letter(1))), Worth::Nothing, "it was taken back");
        assert_eq!(arrivals.hears(News::Message(letter(3))), Worth::Letter);
        assert_eq!(arrivals.hears(News::Message(letter(3))), Worth::Nothing);
        assert_eq!(arrivals.hears(News::Look), Worth::Look);
        assert_eq!(arrivals.saw(&[(letter(2), true), (letter(3), true), (letter(4), true)]), 1);
    }
}
