//! Which requests of a device were seen: a window of counters behind the newest.
//!
//! Requests travel on streams of their own and may overtake each other; a used counter, or one from
//! before the window, is refused. A copied device folder is noticed here.

use super::index::Index;
use shared::ids::DeviceId;
use shared::limits::COUNTER_WINDOW;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const WORDS: usize = (COUNTER_WINDOW / 64) as usize;

/// The windows of all devices that spoke since the start.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<BTreeMap<DeviceId, Window>>);

/// One device's window.
#[derive(Debug, Clone)]
struct Window {
    highest: u64,
    /// Bit n of the ring is counter n modulo the window.
    seen: [u64; WORDS],
}

impl Counters {
    /// Takes a counter, once. What was recorded before the last start is known from the index.
    pub(crate) fn take(&self, device: DeviceId, counter: u64, index: &Index) -> bool {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window =
            windows.entry(device).or_insert_with(|| Window::after(index.counter(device).unwrap_or(0)));
        window.take(counter)
    }
}

impl Window {
    /// Everything up to `highest` counts as seen.
    fn after(highest: u64) -> Self {
        Self { highest, seen: [u64::MAX; WORDS] }
    }

    fn take(&mut self, counter: u64) -> bool {
        if counter.saturating_add(COUNTER_WINDOW) <= self.highest || counter == u64::MAX {
            return false;
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
        fresh
    }

    fn clear(&mut self, counter: u64) {
        let (word, bit) = place(counter);
        self.seen[word] &= !bit;
    }
}

fn place(counter: u64) -> (usize, u64) {
    let slot = counter % COUNTER_WINDOW;
    ((slot / 64) as usize, 1 << (slot % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counter_is_taken_once_within_the_window() {
        let mut window = Window::after(10);
        assert!(!window.take(10), "recorded before the start");
        assert!(window.take(13));
        assert!(window.take(11), "overtaken");
        assert!(!window.take(13));
        assert!(!window.take(11));
        assert!(window.take(12));
        assert!(window.take(13 + COUNTER_WINDOW));
        assert!(!window.take(13), "before the window");
        assert!(window.take(14), "still in the window");
        assert!(window.take(10_000_000));
        assert!(!window.take(13 + COUNTER_WINDOW));
        assert!(!window.take(u64::MAX), "would end the device's counting");
    }
}
