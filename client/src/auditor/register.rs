//! The elimination register, from the open leaves of the log: any enrolled device reads it, and proves it whole.

use super::folder;
use crate::failure::Failure;
use crate::mirror::mirror;
use crate::session::Session;
use shared::cbor;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{EliminationLeaf, Leaf, TreeHead};
use shared::time::Timestamp;

/// A line of the register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The number of its leaf.
    pub index: u64,
    /// When it was destroyed: the time of the head that ends its batch.
    pub time: Timestamp,
    /// What.
    pub what: EliminationLeaf,
}

/// Every line, and the size of the log that was verified for it.
///
/// # Errors
/// [`Failure`] if the log cannot be read, or is not what its checkpoint vouches for.
pub async fn register(session: &mut Session) -> Result<(Vec<Line>, u64), Failure> {
    let mirrored = mirror(session, &folder(&session.home)).await?;
    let (mut lines, mut waiting) = (Vec::new(), Vec::new());
    mirrored.mirror.read_from(TreeHead::empty(), |index, leaf| match cbor::decode(leaf, LEAF_BYTES_MAX) {
        Ok(Leaf::Elimination(what)) => waiting.push((index, what)),
        Ok(Leaf::Head(head)) => {
            lines.extend(waiting.drain(..).map(|(index, what)| Line { index, time: head.time, what }));
        }
        _ => {}
    })?;
    Ok((lines, mirrored.mirror.tree().size))
}
