//! What a member did, from the receipts that this device kept: proved without asking anybody.
//!
//! Each receipt proves one record of the log by itself. Handed to a reviewer, it shows whether the log that they are
//! shown is the one that its member was shown.

use crate::auditor::{Opened, Records};
use crate::failure::{Failure, Unverified};
use crate::home::{Home, write_private};
use crate::mirror::Mirror;
use shared::cbor;
use shared::ids::MessageId;
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Act, Confirmation, Record, TreeHead, kept_of};
use shared::statement::{RelayKeys, Root};
use shared::time::Timestamp;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

/// Some ten thousand receipts.
const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Receipts of one log that were proved.
pub struct Proved {
    /// Their records, by number.
    pub records: Records,
    /// The largest tree that one of them comes with.
    pub tree: TreeHead,
}

/// Proves receipts under the key of their log, as the roots of this home name it: that of the newest log, and those
/// of every log before it that ended with its relay. The newest comes last, and is there without any receipt, too.
///
/// # Errors
/// Exit 5 if one proves nothing.
pub fn prove(home: &Home, receipts: &[Confirmation]) -> Result<Vec<Proved>, Failure> {
    home.root()?;
    let mut logs: Vec<RelayKeys> = Vec::new();
    for Root { relay, .. } in home.root_chain()? {
        if logs.last().is_none_or(|last| last.log_origin != relay.log_origin) {
            logs.push(relay);
        }
    }
    let mut proved: Vec<_> =
        logs.iter().map(|_| Proved { records: Records::new(), tree: TreeHead::empty() }).collect();
    for receipt in receipts {
        let of = logs.iter().position(|log| log.log_origin == receipt.log.origin());
        let of = of.unwrap_or(logs.len().saturating_sub(1));
        let (log, proved) = logs.get(of).zip(proved.get_mut(of)).ok_or(Unverified::Receipt)?;
        let (record, tree) = receipt.proved(&log.log_origin, log.log_key)?;
        proved.records.insert(record.index, Opened { record, opening: receipt.opening, annex: None });
        if tree.size > proved.tree.size {
            proved.tree = tree;
        }
    }
    let newest = proved.len().saturating_sub(1);
    let mut number = 0..;
    proved.retain(|log| number.next() == Some(newest) || !log.records.is_empty());
    Ok(proved)
}

/// Writes receipts into one file.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub fn write(file: &Path, receipts: &[Confirmation]) -> Result<(), Failure> {
    let given: Vec<_> = receipts.iter().map(Confirmation::to_be_given).collect();
    write_private(file, &cbor::encode(&given))
}

/// Reads such a file.
///
/// # Errors
/// [`Failure::Usage`] if it cannot be read, exit 5 if it is none.
pub fn read(file: &Path) -> Result<Vec<Confirmation>, Failure> {
    let failed = |error: std::io::Error| Failure::usage("receipt-file", error.kind());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(file).map_err(failed)?;
    file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    let receipts: Vec<Confirmation> =
        cbor::decode(&bytes, FILE_BYTES_MAX).map_err(|_| Unverified::Receipt)?;
    // Nothing stands in it that is not proved.
    let is_given = |receipt: &Confirmation| *receipt == receipt.to_be_given();
    if receipts.iter().all(is_given) { Ok(receipts) } else { Err(Unverified::Receipt.into()) }
}

/// The records of what was deposited from this device, has not ended, was not taken back from it, and is not where it
/// should be: what the relay has lost.
#[must_use]
pub fn lost(receipts: &[Confirmation], now: Timestamp, is_there: impl Fn(MessageId) -> bool) -> Vec<Record> {
    let records = receipts.iter().filter_map(|receipt| cbor::decode(&receipt.record, RECORD_BYTES_MAX).ok());
    let records: Vec<Record> = records.collect();
    let of = |act: Act| records.iter().filter(move |record| record.act == act);
    let retired: BTreeSet<_> = of(Act::Retirement).filter_map(|record| record.item).collect();
    let mut told = BTreeSet::new();
    let is_lost = |record: &&Record| {
        let lives = record.expires.is_some_and(|expires| now < expires);
        let letter = record.item.filter(|id| lives && !retired.contains(id) && !is_there(*id));
        letter.is_some_and(|id| told.insert(id))
    };
    of(Act::Deposit).filter(is_lost).cloned().collect()
}

/// Without those of which the newest log holds nothing any more: they came after the backup from which it went on.
#[must_use]
pub fn in_newest_log(receipts: &[Confirmation], roots: &[Root]) -> Vec<Confirmation> {
    let is_kept = |receipt: &&Confirmation| receipt.evidence.index < kept_of(receipt.log.origin(), roots);
    receipts.iter().filter(is_kept).cloned().collect()
}

/// The receipts whose leaf is not the log's, by number: their member was shown another log than the reviewer.
#[must_use]
pub fn not_in(log: &Mirror, receipts: &[Confirmation]) -> Vec<u64> {
    let is_there = |receipt: &&Confirmation| {
        log.evidence(receipt.evidence.index).is_some_and(|proved| proved.leaf == receipt.evidence.leaf)
    };
    receipts.iter().filter(|receipt| !is_there(receipt)).map(|receipt| receipt.evidence.index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::Random;
    use shared::log::{Evidence, LogView};

    const NOW: Timestamp = Timestamp(1_000_000);

    fn receipt(act: Act, letter: u8, expires: u64) -> Confirmation {
        let item = Some(MessageId([letter; 16]));
        let record = Record { item, expires: Some(Timestamp(expires)), ..Record::of(act, NOW) };
        let evidence = Evidence { index: 0, leaf: Vec::new(), inclusion: Vec::new() };
        let log = LogView {
            checkpoint: String::new(),
            since: 0,
            consistency: Vec::new(),
            head: evidence.clone(),
            cosigned: Vec::new(),
        };
        Confirmation { log, record: cbor::encode(&record), opening: Random([0; 32]), evidence }
    }

    #[test]
    fn what_lives_and_is_nowhere_is_lost() {
        let later = NOW.0 + 1;
        let receipts = [
            receipt(Act::Deposit, 1, later),
            receipt(Act::Deposit, 1, later),
            receipt(Act::Deposit, 2, later),
            receipt(Act::Deposit, 3, NOW.0),
            receipt(Act::Deposit, 4, later),
            receipt(Act::Retirement, 4, later),
            receipt(Act::Release, 5, later),
        ];
        let there = MessageId([2; 16]);
        let lost = lost(&receipts, NOW, |id| id == there);
        let ids: Vec<_> = lost.iter().filter_map(|record| record.item).collect();
        assert_eq!(
            ids,
            [MessageId([1; 16])],
            "once; not what is there, ended, was taken back, or is another's"
        );
    }
}
