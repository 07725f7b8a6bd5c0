//! A batch: the writes that become durable together, each at a place that was decided before.

use super::Home;

/// Bytes of one home that lie one after the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// The file.
    pub home: Home,
    /// The offset of the first byte.
    pub at: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What becomes durable together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    number: u64,
    runs: Vec<Run>,
    bytes: usize,
}

impl Run {
    /// The offset after its last byte.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }

    /// The bytes from one offset of its home up to another, if they are in it.
    #[must_use]
    pub fn piece(&self, from: u64, until: u64) -> Option<&[u8]> {
        let place = |offset: u64| usize::try_from(offset.checked_sub(self.at)?).ok();
        self.bytes.get(place(from)?..place(until)?)
    }
}

impl Batch {
    /// An empty batch. Batches are numbered from 1 and without gaps.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self { number, runs: Vec::new(), bytes: 0 }
    }

    /// A batch as it was read.
    pub(super) fn of(number: u64, runs: Vec<Run>) -> Self {
        let bytes = runs.iter().map(|run| run.bytes.len()).sum();
        Self { number, runs, bytes }
    }

    /// Adds a write. What goes on where the last write to that home ended joins it; of two writes to
    /// one place the later one stays.
    pub fn write(&mut self, home: Home, at: u64, bytes: &[u8]) {
        self.bytes += bytes.len();
        // A batch writes to few homes, and mostly to those it wrote to last.
        match self.runs.iter_mut().rev().find(|run| run.home == home) {
            Some(run) if run.end() == at => run.bytes.extend_from_slice(bytes),
            _ => self.runs.push(Run { home, at, bytes: bytes.to_vec() }),
        }
    }

    /// Its place in the order.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The writes, in the order in which they are made.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many bytes are written.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_joins_and_what_does_not_stands_alone() {
        let mut batch = Batch::new(1);
        let segment = Home::Segment { day: 1 };
        for (home, at, bytes) in [
            (Home::Leaves, 10, &b"ab"[..]),
            (segment, 0, b"x"),
            (Home::Leaves, 12, b"cd"),
            (segment, 1, b"y"),
            (segment, 0, b"z"),
            (segment, 9, b"end"),
        ] {
            batch.write(home, at, bytes);
        }
        let runs: Vec<_> = batch.runs().iter().map(|run| (run.home, run.at, run.bytes.as_slice())).collect();
        let expected: [(Home, u64, &[u8]); 4] =
            [(Home::Leaves, 10, b"abcd"), (segment, 0, b"xy"), (segment, 0, b"z"), (segment, 9, b"end")];
        assert_eq!(runs, expected);
        assert_eq!(batch.bytes(), 10);
    }
}
