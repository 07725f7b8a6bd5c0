//! What a member did, from the receipts that this device kept: proved without asking anybody.
//!
//! Each receipt proves one record of the log by itself. Handed to a reviewer, it shows whether the log that they are
//! shown is the one that its member was shown.

use crate::auditor::{Opened, Records};
use crate::failure::{Failure, Unverified};
use crate::home::{Home, write_private};
use crate::mirror::Mirror;
use shared::cbor;
use shared::log::{Confirmation, TreeHead};
use std::io::Read as _;
use std::path::Path;

/// Some ten thousand receipts.
const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Receipts that were proved.
pub struct Proved {
    /// Their records, by number.
    pub records: Records,
    /// The largest tree that one of them comes with.
    pub tree: TreeHead,
}

/// Proves receipts under the log's key, as the roots of this home name it.
///
/// # Errors
/// Exit 5 if one proves nothing.
pub fn prove(home: &Home, receipts: &[Confirmation]) -> Result<Proved, Failure> {
    let relay = home.root()?.relay;
    let mut proved = Proved { records: Records::new(), tree: TreeHead::empty() };
    for receipt in receipts {
        let (record, tree) = receipt.proved(&relay.log_origin, relay.log_key)?;
        proved.records.insert(record.index, Opened { record, opening: receipt.opening, annex: None });
        if tree.size > proved.tree.size {
            proved.tree = tree;
        }
    }
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

/// The receipts whose leaf is not the log's, by number: their member was shown another log than the reviewer.
#[must_use]
pub fn not_in(log: &Mirror, receipts: &[Confirmation]) -> Vec<u64> {
    let is_there = |receipt: &&Confirmation| {
        log.evidence(receipt.evidence.index).is_some_and(|proved| proved.leaf == receipt.evidence.leaf)
    };
    receipts.iter().filter(|receipt| !is_there(receipt)).map(|receipt| receipt.evidence.index).collect()
}
