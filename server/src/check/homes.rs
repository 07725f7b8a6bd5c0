//! The homes as the next start will make them: the files, with what the journal still holds laid
//! over them. Reading the journal removes files that a crash left unfinished, as any start does;
//! nothing else changes.

use super::Report;
use crate::relay::sequencer::batch_at_home;
use crate::store::embedded::AtRest;
use crate::store::journal::Recovered;
use crate::store::{Batch, Folder, Home, HomeReader, Places, Run, StoreError};
use shared::time::Timestamp;
use std::collections::BTreeMap;

/// The homes of a folder at rest.
pub(super) struct Resting {
    homes: AtRest,
    /// The number of the last batch in the journal.
    pub(super) last: Option<u64>,
    is_clean: bool,
    first_day: u32,
}

impl Resting {
    /// Reads the journal.
    pub(super) fn read(folder: &Folder, now: Timestamp, found: &mut Report) -> Self {
        let (homes, recovered) = AtRest::open(folder);
        found.counted.batches = homes.pending().len() as u64;
        if homes.pending().iter().any(|batch| overlaps(batch)) {
            found.fault("journal", None, None, "two writes overlap that are not for the same place");
        }
        let last = homes.pending().last().map(|batch| batch.number());
        let mut resting = Self { homes, last, is_clean: false, first_day: 0 };
        resting.judge(recovered, found);
        resting.living_from(now);
        resting
    }

    /// Says what is wrong with the journal. A batch that was cut off at its end was never confirmed,
    /// unless the homes are already past it: then they hold all that the journal says and more.
    fn judge(&mut self, recovered: Result<Recovered, StoreError>, found: &mut Report) {
        let at_home = batch_at_home(&self.homes.without_pending());
        let in_journal = match &recovered {
            Ok(recovered) => recovered.next.map(|next| next - 1),
            Err(_) => Some(self.last.unwrap_or_default()),
        };
        let ahead = in_journal.is_some_and(|last| at_home > last);
        if ahead {
            self.homes.forget_pending();
            self.last = None;
        }
        self.is_clean = recovered.as_ref().is_ok_and(|recovered| recovered.files.is_empty());
        match recovered {
            Err(error) => found.store(error),
            Ok(recovered) if ahead => {
                if let Err(error) = recovered.reaches(at_home) {
                    found.store(error);
                }
            }
            Ok(Recovered { torn: Some((file, offset)), .. }) => {
                let what = "was cut off by a crash before it was confirmed, and will be dropped";
                found.notice(&file, format!("the batch at byte {offset} {what}"));
            }
            Ok(_) => {}
        }
    }

    /// From here on there is nothing in segments whose day is before this instant's: they are dead.
    pub(super) fn living_from(&mut self, now: Timestamp) {
        self.first_day = self.first_day.max(u32::try_from(now.day()).unwrap_or(u32::MAX));
        if let Some(yesterday) = self.first_day.checked_sub(1) {
            self.homes.without_days_through(yesterday);
        }
    }

    /// The first day whose segment lives.
    pub(super) fn first_day(&self) -> u32 {
        self.first_day
    }

    /// Whether there is no journal, as after a clean stop.
    pub(super) fn is_clean(&self) -> bool {
        self.is_clean
    }

    /// The homes, to be read.
    pub(super) fn places(&self) -> &dyn Places {
        &self.homes
    }

    /// A home, to be read from its beginning. One that does not exist is empty.
    pub(super) fn open(&self, home: Home) -> Result<HomeReader<'_>, StoreError> {
        HomeReader::new(&self.homes, home)
    }
}

/// Whether two writes of a batch share some bytes and not all.
fn overlaps(batch: &Batch) -> bool {
    let mut by_home: BTreeMap<Home, Vec<&Run>> = BTreeMap::new();
    for run in batch.runs() {
        by_home.entry(run.home).or_default().push(run);
    }
    by_home.into_values().any(|mut runs| {
        runs.sort_by_key(|run| run.at);
        runs.windows(2).any(|pair| {
            let same = (pair[0].at, pair[0].end()) == (pair[1].at, pair[1].end());
            pair[1].at < pair[0].end() && !same
        })
    })
}
