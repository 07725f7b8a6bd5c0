//! How long records can be opened (LIL art. 101; CNIL 2021-122): a year; then on a written order alone; and then by
//! nobody, while the tree still proves that nothing was cut. R-74, the same for who releases and who reviews.

use crate::ids::ReasonCode;
use crate::limits::LOG_OPEN_SECONDS;
use crate::time::Timestamp;

/// For so long one key closes boxes, in seconds: the last box of its hour counts for all of them.
const HOUR_SECONDS: u64 = 3600;

/// What it takes to open a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Openness {
    /// A reason.
    Open,
    /// The reference of a written order, too.
    OnOrder,
    /// What opened it is gone.
    ForGood,
}

/// What it takes to open a box that was closed at that time. `kept_seconds` is what the root says
/// ([`Root::log_kept_seconds`](crate::statement::Root::log_kept_seconds)).
#[must_use]
pub fn openness(closed: Timestamp, now: Timestamp, kept_seconds: u64) -> Openness {
    match now.since(closed) {
        age if age > kept_seconds => Openness::ForGood,
        age if age > LOG_OPEN_SECONDS => Openness::OnOrder,
        _ => Openness::Open,
    }
}

/// Whether a reading rests on a written order, by the reference that it names: what a person asks about themselves,
/// which has one too, is none.
#[must_use]
pub fn is_ordered(reason: &ReasonCode, reference: Option<&str>) -> bool {
    reference.is_some() && *reason != ReasonCode::right()
}

/// Whether what was closed with a key that was begun at that time opens without an order.
#[must_use]
pub fn opens_without_order(begun: Timestamp, now: Timestamp) -> bool {
    openness(begun.plus(HOUR_SECONDS), now, u64::MAX) == Openness::Open
}
