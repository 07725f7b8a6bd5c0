//! What waits for an agreement, or was agreed to: that there is one decision, and the end of it.
//!
//! Such a letter lies in the segment of the latest day that an agreement could give it. It ends before that where nobody
//! decided in time, or where what was given ends earlier: the keys are dead by then, and what they opened is overwritten.
//! Header and lists stay until the segment goes, so that its writer can still be told.

use super::{Sequencer, Staged, Stop};
use crate::relay::change::ENDED_BYTES_MAX;
use crate::relay::index::MessageEntry;
use crate::relay::items::{Envelope, Item};
use crate::relay::shelf::Granted;
use crate::relay::snapshot::Snapshot;
use crate::store::Home;
use shared::ids::MessageId;
use shared::limits::EXPIRIES_MAX;
use shared::log::Eliminations;
use shared::message::{Core, GrantList, Ground, Header};
use shared::refusal::Refusal;
use shared::time::Timestamp;

/// Whether somebody agreed already.
pub(super) fn is_approved(lists: &[Granted]) -> bool {
    lists.iter().any(|held| held.list.ground == Ground::Approval)
}

/// two devices of who agrees may have asked at the same moment: the day that the first of them fixed is the day.
pub(super) fn is_one_decision(list: &GrantList, lists: &[Granted]) -> Result<(), Refusal> {
    let agreed = |list: &GrantList| list.ground == Ground::Approval;
    let other = |held: &Granted| agreed(&held.list) && held.list.ends() != list.ends();
    if agreed(list) && lists.iter().any(other) { Err(Refusal::Decided) } else { Ok(()) }
}

/// A message of which nothing that it was sealed to lives any more.
struct Over {
    entry: MessageEntry,
    envelope: Box<Envelope>,
    /// Its core, with the day on which it ended.
    core: Core,
    /// How much is overwritten.
    bytes: u64,
}

impl Sequencer {
    /// Ends what has ended with one of the days through `yesterday` and lies in a later segment; says whether there is
    /// more. Each day is looked at once, and again after a start.
    pub(super) fn end_early(
        &mut self,
        yesterday: u64,
        eliminations: &mut Option<Eliminations<'_>>,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<bool, Stop> {
        if self.ended_through >= yesterday {
            return Ok(false);
        }
        let (mut ended, mut bytes) = (0, 0);
        for id in self.index.may_end(self.ended_through, yesterday)? {
            let Some(over) = self.over(id, yesterday, staged.now)? else { continue };
            bytes += over.bytes;
            if ended == EXPIRIES_MAX || (ended > 0 && bytes > ENDED_BYTES_MAX as u64) {
                return Ok(true);
            }
            ended += 1;
            // Without a reviewer there is no record, and the next sweep tries again.
            let Some(mark) = self.expiry(id, Some(&over.core), before, staged)? else { return Ok(false) };
            self.overwrite(id, over.entry, &over.envelope, staged)?;
            self.place(over.entry.envelope.home, &mark, staged)?;
            staged.messages.push(id);
            eliminations.iter_mut().for_each(|lines| lines.add(Some(&over.core), staged.now));
        }
        self.ended_through = yesterday;
        Ok(false)
    }

    /// A message that is over and whose end is not recorded yet. What was withdrawn was overwritten then, and ends with
    /// its segment.
    fn over(&self, id: MessageId, yesterday: u64, now: Timestamp) -> Result<Option<Over>, Stop> {
        if self.index.has_ended(id)? || self.index.retired(id)?.is_some() {
            return Ok(None);
        }
        let lies_on = |home| matches!(home, Home::Segment { day } if u64::from(day) > yesterday);
        let entry = self.index.message(id)?.filter(|entry| lies_on(entry.envelope.home));
        let Some(entry) = entry else { return Ok(None) };
        let Some(Item::Envelope(envelope)) = self.shelf.item(entry.envelope) else { return Ok(None) };
        let Some(lists) = self.shelf.lists(id, entry, &envelope)? else { return Ok(None) };
        let ends = lists.iter().flat_map(|list| &list.list.grants).map(|grant| grant.bucket.ends).max();
        let Some(ends) = ends.filter(|ends| *ends <= now) else { return Ok(None) };
        let Ok(Header { core, .. }) = envelope.header.peek() else { return Ok(None) };
        let bytes = u64::from(envelope.note) + lists.iter().map(Granted::bulk_bytes).sum::<u64>();
        Ok(Some(Over { entry, envelope, core: Core { expires: ends, ..core }, bytes }))
    }
}
