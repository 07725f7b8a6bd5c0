//! Room that is kept for bad days: when somebody else fills the disk, what the relay set aside for
//! itself is given back, and reading and claiming go on for a while.

use super::disk::How;
use super::folder::found;
use super::{CrashPoint, Folder, StoreError, io_at};
use shared::limits::{DISK_RESERVE_BYTES, DISK_SPARE_BYTES};

const FILE: &str = "spare";

/// Sets the room aside, if it is not and there is plenty.
pub(super) fn keep(folder: &Folder) -> Result<(), StoreError> {
    let disk = folder.disk();
    let is_kept = found(disk.facts(FILE)).map_err(io_at(FILE))?.is_some();
    let free = disk.free_bytes().map_err(io_at(FILE))?;
    if is_kept || free < 2 * DISK_RESERVE_BYTES + DISK_SPARE_BYTES {
        return Ok(());
    }
    folder.pass(CrashPoint::R1)?;
    let set_aside = disk.open(FILE, How::Made).and_then(|file| file.set_aside(DISK_SPARE_BYTES));
    match set_aside.map_err(io_at(FILE)) {
        // Somebody else was faster.
        Err(StoreError::Full { .. }) => folder.unlink(FILE),
        outcome => outcome,
    }
}

/// Gives the room back; says whether there was any.
pub(super) fn give_up(folder: &Folder) -> Result<bool, StoreError> {
    folder.pass(CrashPoint::R1)?;
    let given = found(folder.disk().unlink(FILE)).map_err(io_at(FILE))?.is_some();
    if given {
        tracing::warn!("the disk is nearly full, and the room set aside for it is given up: free some space");
    }
    Ok(given)
}
