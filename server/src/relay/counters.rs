//! Which requests of a device were seen: a window of counters behind the newest.
//!
//! Requests travel on streams of their own and may overtake each other; a used counter, or one from
//! before the window, is refused. A device never signs two requests under one counter, so other bytes
//! under a used one mean that its folder was copied and two machines speak as it. Which of them is
//! the thief's nobody can tell here: from then on both are refused, so that both are told.
//!
//! All of it is memory. After a restart the index knows the newest counter that made a record, and a
//! copy is noticed at the next counter that both use.

use super::index::Index;
use shared::ids::{DeviceId, Digest};
use shared::limits::{COUNTER_DIGESTS, COUNTER_WINDOW};
use shared::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

const WORDS: usize = (COUNTER_WINDOW / 64) as usize;
const DIGESTS: u64 = COUNTER_DIGESTS as u64;

/// No digest is kept for this counter.
const UNKNOWN: u64 = 0;

/// The windows of all devices that spoke since the start.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<Seen>);

/// What a request's counter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Nobody used it before; now it is used.
    Fresh,
    /// It was used: by the same bytes, or by nobody knows which.
    Used,
    /// It was used by other bytes. The device is refused from here on.
    Cloned,
}

#[derive(Debug, Default)]
struct Seen {
    windows: BTreeMap<DeviceId, Window>,
    cloned: BTreeSet<DeviceId>,
}

/// One device's window.
#[derive(Debug, Clone)]
struct Window {
    highest: u64,
    /// Bit n of the ring is counter n modulo the window.
    seen: [u64; WORDS],
    /// The beginnings of the last digests, in a ring of their own.
    digests: Box<[u64; COUNTER_DIGESTS]>,
}

impl Counters {
    /// Takes a counter, once. What was recorded before the last start is known from the index.
    pub(crate) fn take(&self, device: DeviceId, counter: u64, digest: Digest, index: &Index) -> Counted {
        let mut seen = self.seen();
        let window =
            seen.windows.entry(device).or_insert_with(|| Window::after(index.counter(device).unwrap_or(0)));
        let counted = window.take(counter, beginning(digest));
        if counted == Counted::Cloned {
            seen.cloned.insert(device);
        }
        counted
    }

    /// Refuses a device as which two machines spoke.
    ///
    /// # Errors
    /// [`Refusal::Cloned`].
    pub(crate) fn refuse_cloned(&self, device: DeviceId) -> Result<(), Refusal> {
        if self.seen().cloned.contains(&device) { Err(Refusal::Cloned) } else { Ok(()) }
    }

    /// Forgets that two machines spoke as a device, where it is on no card any more.
    pub(crate) fn forgive(&self, on_no_card: impl Fn(DeviceId) -> bool) {
        self.seen().cloned.retain(|device| !on_no_card(*device));
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Window {
    /// Everything up to `highest` counts as seen, and of nothing is it known as what.
    fn after(highest: u64) -> Self {
        Self { highest, seen: [u64::MAX; WORDS], digests: Box::new([UNKNOWN; COUNTER_DIGESTS]) }
    }

    fn take(&mut self, counter: u64, digest: u64) -> Counted {
        if counter.saturating_add(COUNTER_WINDOW) <= self.highest || counter == u64::MAX {
            return Counted::Used;
        }
        if counter > self.highest {
            let skipped = (counter - self.highest).min(COUNTER_WINDOW);
            for passed in 0..skipped {
                self.clear(counter - passed);
            }
            self.highest = counter;
        }
        let (word, bit) = place(counter);
        let fresh = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        // One from before the kept digests shares its place in the ring with a newer one.
        let kept = (counter.saturating_add(DIGESTS) > self.highest)
            .then_some(&mut self.digests[(counter % DIGESTS) as usize]);
        match kept {
            Some(kept) if fresh => *kept = digest,
            Some(kept) if *kept != UNKNOWN && *kept != digest => return Counted::Cloned,
            _ => {}
        }
        if fresh { Counted::Fresh } else { Counted::Used }
    }

    fn clear(&mut self, counter: u64) {
        let (word, bit) = place(counter);
        self.seen[word] &= !bit;
        self.digests[(counter % DIGESTS) as usize] = UNKNOWN;
    }
}

fn beginning(digest: Digest) -> u64 {
    digest.0.first_chunk().map_or(UNKNOWN, |bytes| u64::from_be_bytes(*bytes))
}

fn place(counter: u64) -> (usize, u64) {
    let slot = counter % COUNTER_WINDOW;
    ((slot / 64) as usize, 1 << (slot % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Counted::{Cloned, Fresh, Used};

    #[test]
    fn each_counter_is_taken_once_within_the_window() {
        let mut window = Window::after(10);
        let mut check = |counter, expected, why: &str| {
            assert_eq!(window.take(counter, 7), expected, "{counter} {why}");
        };
        check(10, Used, "recorded before the start");
        check(13, Fresh, "");
        check(11, Fresh, "overtaken");
        check(13, Used, "");
        check(11, Used, "");
        check(12, Fresh, "");
        check(13 + COUNTER_WINDOW, Fresh, "");
        check(13, Used, "before the window");
        check(14, Fresh, "still in the window");
        check(10_000_000, Fresh, "");
        check(13 + COUNTER_WINDOW, Used, "");
        check(u64::MAX, Used, "would end the device's counting");
    }

    ///
    #[test]
    fn other_bytes_under_a_used_counter_are_a_second_machine() {
        let mut window = Window::after(10);
        let mut check = |counter, digest, expected, why: &str| {
            assert_eq!(window.take(counter, digest), expected, "{counter} {why}");
        };
        check(10, 1, Used, "nothing is known from before the start");
        check(13, 3, Fresh, "");
        check(11, 1, Fresh, "overtaken");
        check(11, 1, Used, "the same again");
        check(11, 2, Cloned, "another");
        check(13, 2, Cloned, "the newest too");
        check(12, 2, Fresh, "which nobody used");
        check(12 + DIGESTS, 4, Fresh, "");
        check(12, 9, Used, "from before the kept digests");
        check(13, 9, Cloned, "the oldest that is kept");
        check(14, 5, Fresh, "which was left out");
        check(14 + DIGESTS, 6, Fresh, "in the same place");
        check(14, 9, Used, "its place is another's now");
        check(14 + DIGESTS, 5, Cloned, "");
    }
}
