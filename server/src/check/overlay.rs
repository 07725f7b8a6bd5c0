//! The homes as the next start will make them: the files, with what the journal still holds laid
//! over them. Reading the journal removes files that a crash left unfinished, as any start does;
//! nothing else changes.
//!
//! The files are read in pieces. What lies over them is in memory: the journal is changed at 64 MiB
//! and a changed file goes when its batches are at their places, so this is a file or two.

use super::Report;
use crate::store::{Folder, Home, Homes, Recovered, StoreError, Write, journal};
use shared::time::Timestamp;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Writes by their places. No two overlap.
type Patches = BTreeMap<u64, Vec<u8>>;

/// The homes of a folder at rest.
pub(super) struct Overlay {
    homes: Homes,
    pending: BTreeMap<Home, Arc<Patches>>,
    /// The number of the last batch in the journal.
    pub(super) last: Option<u64>,
    /// Whether there is no journal, as after a clean stop.
    pub(super) clean: bool,
    first_day: u32,
}

impl Overlay {
    /// Reads the journal.
    pub(super) fn read(folder: &Folder, now: Timestamp, found: &mut Report) -> Self {
        let first_day = day(now);
        let homes = Homes::open(folder, first_day);
        let mut pending: BTreeMap<Home, Patches> = BTreeMap::new();
        let mut last = None;
        let mut batches = 0;
        let mut overlapping = false;
        let recovered = journal::recover(folder, |batch| {
            for Write { home, at, bytes } in &batch.writes {
                overlapping |= !lay(pending.entry(*home).or_default(), *at, bytes);
            }
            last = Some(batch.number);
            batches += 1;
            Ok(())
        });
        found.counted.batches = batches;
        if overlapping {
            found.fault("journal", None, None, "two writes overlap that are not for the same place");
        }
        let pending = pending.into_iter().map(|(home, patches)| (home, Arc::new(patches))).collect();
        let mut overlay = Self { homes, pending, last, clean: false, first_day };
        overlay.judge(recovered, found);
        overlay
    }

    /// Says what is wrong with the journal. A batch that was cut off at its end was never confirmed,
    /// unless the homes are already past it: then they hold all that the journal says and more.
    fn judge(&mut self, recovered: Result<Recovered, StoreError>, found: &mut Report) {
        let at_home = self.homes.read(Home::Checkpoint, 0, 8).ok().flatten();
        let at_home = at_home.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        let in_journal = match &recovered {
            Ok(recovered) => recovered.next.map(|next| next - 1),
            Err(_) => Some(self.last.unwrap_or_default()),
        };
        let ahead = in_journal.is_some_and(|last| at_home > last);
        if ahead {
            self.pending.clear();
            self.last = None;
        }
        self.clean = recovered.as_ref().is_ok_and(|recovered| recovered.files.is_empty());
        match recovered {
            Err(error) => found.store(error),
            Ok(Recovered { torn: Some((file, offset)), .. }) if ahead => {
                found.fault(&file, Some(offset), None, "a batch that was confirmed is damaged");
            }
            Ok(Recovered { torn: Some((file, offset)), .. }) => {
                let what = "was cut off by a crash before it was confirmed, and will be dropped";
                found.notice(&file, format!("the batch at byte {offset} {what}"));
            }
            Ok(_) => {}
        }
    }

    /// The same homes, with nothing in segments whose day is before this instant's: they are dead.
    pub(super) fn living_from(mut self, now: Timestamp) -> Self {
        self.first_day = self.first_day.max(day(now));
        self
    }

    /// The first day whose segment lives.
    pub(super) fn first_day(&self) -> u32 {
        self.first_day
    }

    /// The days that have, or will have, a segment; dead ones among them.
    pub(super) fn segments(&self) -> Result<Vec<u32>, StoreError> {
        let mut days = self.homes.segments()?;
        days.extend(self.pending.keys().filter_map(|home| match home {
            Home::Segment { day } if *day >= self.first_day => Some(*day),
            _ => None,
        }));
        days.sort_unstable();
        days.dedup();
        Ok(days)
    }

    /// A home, to be read from its beginning. One that does not exist is empty.
    pub(super) fn open(&self, home: Home) -> Result<Patched, StoreError> {
        let patches = self.pending.get(&home).cloned().unwrap_or_default();
        let pending_end = patches.last_key_value().map_or(0, |(at, bytes)| at + bytes.len() as u64);
        let length = self.homes.end(home)?.max(pending_end);
        Ok(Patched { file: self.homes.reader(home)?, patches, length, at: 0 })
    }
}

fn day(now: Timestamp) -> u32 {
    u32::try_from(now.day()).unwrap_or(u32::MAX)
}

/// Adds a write; says whether it lies in a place of its own or replaces exactly one before it.
fn lay(patches: &mut Patches, at: u64, bytes: &[u8]) -> bool {
    let end = at + bytes.len() as u64;
    let before = patches.range(..at).next_back();
    let clear = before.is_none_or(|(start, held)| start + held.len() as u64 <= at);
    let next = patches.range(at..).next();
    let fits = next.is_none_or(|(start, held)| *start >= end || (*start == at && held.len() == bytes.len()));
    patches.insert(at, bytes.to_vec());
    clear && fits
}

/// One home with its pending writes.
pub(super) struct Patched {
    file: Option<File>,
    patches: Arc<Patches>,
    length: u64,
    at: u64,
}

impl Patched {
    /// Where it ends.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// So many bytes from this offset; none if it ends before.
    pub(super) fn piece(&mut self, at: u64, length: usize) -> Option<Vec<u8>> {
        if at.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return None;
        }
        let mut bytes = vec![0; length];
        self.at = at;
        self.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn read_file(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.file {
            Some(file) => {
                file.seek(SeekFrom::Start(self.at))?;
                file.read(bytes)?
            }
            None => 0,
        };
        if read == 0 {
            // Between the end of the file and a write behind it there will be zeros.
            bytes.fill(0);
            return Ok(bytes.len());
        }
        Ok(read)
    }
}

impl Read for Patched {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = bytes.len().min(left);
        let bytes = &mut bytes[..wanted];
        if bytes.is_empty() {
            return Ok(0);
        }
        let patches = Arc::clone(&self.patches);
        if let Some((start, patch)) = patches.range(..=self.at).next_back() {
            let within = usize::try_from(self.at - start).unwrap_or(usize::MAX);
            if let Some(rest) = patch.get(within..).filter(|rest| !rest.is_empty()) {
                let read = rest.len().min(bytes.len());
                bytes[..read].copy_from_slice(&rest[..read]);
                self.at += read as u64;
                return Ok(read);
            }
        }
        let until = patches.range(self.at..).next().map_or(self.length, |(start, _)| *start);
        let room = usize::try_from(until - self.at).unwrap_or(usize::MAX).min(bytes.len());
        let read = self.read_file(&mut bytes[..room])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Patched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn patched(file: &[u8], patches: &[(u64, &[u8])]) -> Patched {
        let mut kept = tempfile::tempfile().unwrap();
        kept.write_all(file).unwrap();
        let mut laid = Patches::new();
        for (at, bytes) in patches {
            lay(&mut laid, *at, bytes);
        }
        let end = laid.last_key_value().map_or(0, |(at, bytes)| at + bytes.len() as u64);
        let length = end.max(file.len() as u64);
        Patched { file: Some(kept), patches: Arc::new(laid), length, at: 0 }
    }

    fn check(file: &[u8], patches: &[(u64, &[u8])], expected: &[u8]) {
        let mut whole = Vec::new();
        patched(file, patches).read_to_end(&mut whole).unwrap();
        assert_eq!(whole, expected);
        for from in 0..=expected.len() {
            let mut rest = patched(file, patches);
            rest.seek(SeekFrom::Start(from as u64)).unwrap();
            let mut read = Vec::new();
            rest.read_to_end(&mut read).unwrap();
            assert_eq!(read, &expected[from..], "from {from}");
        }
    }

    #[test]
    fn what_is_pending_lies_over_the_file() {
        check(b"abcdef", &[], b"abcdef");
        check(b"abcdef", &[(0, b"A"), (4, b"EFGH")], b"AbcdEFGH");
        check(b"abcdef", &[(2, b"XX"), (2, b"YY")], b"abYYef");
        check(b"ab", &[(4, b"ef")], b"ab\0\0ef");
        check(b"", &[(0, b"a"), (1, b"b")], b"ab");
    }

    #[test]
    fn an_overlap_is_noticed_and_a_replacement_is_none() {
        let mut laid = Patches::new();
        assert!(lay(&mut laid, 4, b"1234"));
        assert!(lay(&mut laid, 0, b"1234"));
        assert!(lay(&mut laid, 4, b"5678"));
        assert!(!lay(&mut laid, 4, b"123"));
        assert!(!lay(&mut laid, 6, b"1"));
        assert!(!lay(&mut laid, 2, b"123"));
    }
}
