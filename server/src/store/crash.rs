//! The places in the program at which a crash leaves something half done, each with a number.
//!
//! What is there after a crash at a point, and what the next start makes of it, stands beside its
//! number. The simulated disk of the tests stops at each of them, and again with everything lost
//! that was not synced.

use std::fmt;

macro_rules! crash_points {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// A place at which a crash leaves something half done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CrashPoint {
            $($(#[doc = $doc])+ $name,)+
        }

        impl CrashPoint {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

crash_points! {
    /// A small file is about to be replaced: nothing yet, or a remainder under a passing name, which
    /// the next attempt overwrites.
    F1,
    /// Its successor is whole, under a name that nobody reads.
    F2,
    /// The successor has the name, which may still be lost.
    F3,
    /// A batch is about to be written to the journal: nothing of it is there.
    J1,
    /// Any part of it may be there. Whole or not, nobody was answered.
    J2,
    /// It is there whole, and nobody was answered: recovery does all of it.
    J3,
    /// Zeros are being written ahead: the file is longer or it is not, and zeros are its end.
    J4,
    /// The next journal file is being made: one with a passing name, which the next start removes.
    J5,
    /// It has its name, which may still be lost.
    J6,
    /// An empty journal file comes after the one before it, which ends in zeros.
    J7,
    /// A journal file is about to be unlinked: everything in it is at its place, and is written
    /// there once more at the start.
    J8,
    /// It is unlinked, but the name may come back; then as J8.
    J9,
    /// The last batch is about to be written once more at the start: it may be there, or only be shown.
    J10,
    /// A batch is being brought to its places: some of its writes are there, and the journal has all.
    H1,
    /// A segment is about to be unlinked: the next start finds it expired.
    H2,
    /// It is unlinked, but the name may come back; then as H2.
    H3,
    /// Homes are being synced: some are, and the journal still has everything.
    H4,
    /// They are synced; a new file among them may still be without its name.
    H5,
    /// A journal file is to be retired: the homes may lack anything, and the journal has it.
    M1,
    /// The homes are synced; the index may lack anything, and recovery shows it every batch.
    M2,
    /// Homes and index have everything; J8 and J9 follow.
    M3,
    /// The owner of a message is about to be written down: nothing, or a folder that is nobody's.
    B1,
    /// The owner is there, in a folder whose own name may still be lost.
    B2,
    /// A part is opened: an empty partial file, or none.
    B3,
    /// Bytes of a part arrive: some are there, and are hashed when the upload goes on.
    B4,
    /// All bytes of a part are durable under its partial name.
    B5,
    /// It has its own name, which may still be lost; both names lead on.
    B6,
    /// A whole part is about to be relied on: nobody has been told that it is whole.
    B7,
    /// A message's parts are being removed: some are gone, its owner and the rest wait for the next
    /// removal.
    B8,
    /// They and the owner are gone: an empty folder, or a few names that came back.
    B9,
    /// The folder is gone, but its name may come back; then as B9.
    B10,
    /// A batch is decided and signed: nothing is durable, nobody was answered, and the checkpoint was
    /// shown to nobody.
    S1,
    /// It is durable, and the index does not know it: recovery shows it every batch.
    S2,
    /// The index knows it, and nobody was answered: the same requests get the same answers.
    S3,
    /// Everybody was answered.
    S4,
    /// What has expired is no longer in the index: its segments and documents go with the next sweep.
    W1,
    /// A day's segment is gone, its documents are not: they are found as orphans. Or a letter was taken back
    /// and its documents are still there: nobody is given them, and they go when the letter ends.
    W2,
    /// The spare file is being made or given up: it is looked at again at the next start.
    R1,
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
