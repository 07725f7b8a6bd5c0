//! Leaf after leaf: is it one, does its box open, did its actor sign, does time go forward. Nothing is asked of
//! anybody here, and nothing is kept but what does not fit.

use super::sealed::{NotOpened, Sealed};
use super::{Fault, FaultKind, Opened};
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Act, EliminationLeaf, HeadLeaf, Leaf, Openness, Outcome, RecordBox, TreeHead, openness};
use shared::seal::ExpiryIdentity;
use shared::time::{Bucket, Timestamp};
use std::ops::Range;

/// What the heads said so far: where verification goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    time: Timestamp,
    groups: Option<TreeHead>,
    /// Whether a statement stands between the last head and what follows.
    is_stated: bool,
}

impl Heads {
    /// The time of the last one.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }
}

/// What the leaves of one batch say of letters that ended.
#[derive(Default)]
struct Ends {
    /// As the register counts them.
    eliminated: u64,
    /// As they were recorded.
    recorded: u64,
    /// Whether there is a record that was not read.
    is_unread: bool,
}

impl Default for Heads {
    fn default() -> Self {
        Self { time: Timestamp(0), groups: None, is_stated: true }
    }
}

/// What a reviewer opens records with.
pub struct Reviewer<'a> {
    /// What the relay released.
    pub sealed: Sealed,
    /// Everybody's cards and devices, for the signatures.
    pub directory: &'a Directory,
    /// The secret of a bucket, while it lives.
    pub identity: &'a dyn Fn(Bucket) -> Option<ExpiryIdentity>,
    /// The signatures in these records were verified on this device.
    pub signed: Range<u64>,
    /// What may still be opened.
    pub retention: Retention,
}

/// What decides whether a closed record is closed as it should be ([`openness`]).
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// The time of now, by the log's last head.
    pub now: Timestamp,
    /// For so long what opens them is kept, in seconds.
    pub kept_seconds: u64,
    /// Whether there is an order.
    pub is_ordered: bool,
}

/// Records that are closed as they should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClosedByAge {
    /// Older than a year: they open on a written order.
    pub on_order: u64,
    /// Older than the log's retention.
    pub for_good: u64,
}

/// Verifies leaves in their order.
pub struct Verifier<'a> {
    reviewer: Option<Reviewer<'a>>,
    heads: Heads,
    /// The times of the records since the last head.
    batch: Vec<(u64, Timestamp)>,
    /// What it says of letters that ended.
    ends: Ends,
    /// From when the boxes that follow are closed as they are.
    hour: Timestamp,
    faults: Vec<Fault>,
    opened: u64,
    closed: ClosedByAge,
    opened_from: u64,
}

impl ClosedByAge {
    /// The sentences that tell of them, by their names in the catalogues, each with its count.
    pub fn told(self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = [("log-closed-on-order", self.on_order), ("log-closed-for-good", self.for_good)];
        counts.into_iter().filter(|(_, count)| *count > 0)
    }
}

/// What came of it.
pub struct Verified {
    /// What the heads said.
    pub heads: Heads,
    /// What does not fit.
    pub faults: Vec<Fault>,
    /// How many records were opened.
    pub opened: u64,
    /// How many were closed as they should be.
    pub closed: ClosedByAge,
    /// From which leaf on none was.
    pub opened_from: u64,
}

impl<'a> Verifier<'a> {
    /// Goes on from what the heads said; boxes stay closed to who is no reviewer.
    #[must_use]
    pub fn new(heads: Heads, reviewer: Option<Reviewer<'a>>) -> Self {
        let (batch, faults, closed) = (Vec::new(), Vec::new(), ClosedByAge::default());
        let (ends, hour) = (Ends::default(), Timestamp(0));
        Self { reviewer, heads, batch, ends, hour, faults, opened: 0, closed, opened_from: 0 }
    }

    /// Verifies the next leaf; gives the record in it, if it was opened.
    pub fn leaf(&mut self, index: u64, leaf: &[u8]) -> Option<Opened> {
        match cbor::decode(leaf, LEAF_BYTES_MAX) {
            Err(_) => self.fault(index, FaultKind::Malformed),
            Ok(Leaf::Statement(_)) => self.heads.is_stated = true,
            Ok(Leaf::Head(head)) => self.head(index, head),
            Ok(Leaf::Record(closed)) => {
                let opened = self.record(index, &closed);
                self.ends.is_unread |= opened.is_none();
                self.ends.recorded +=
                    u64::from(opened.as_ref().is_some_and(|opened| opened.record.act == Act::Expiry));
                return opened;
            }
            Ok(Leaf::Keys(keys)) => self.hour = keys.from,
            Ok(Leaf::Elimination(line)) => self.elimination(index, &line),
        }
        None
    }

    /// What came of it.
    #[must_use]
    pub fn finish(mut self) -> Verified {
        self.faults.sort_by_key(|fault| fault.index);
        let Self { heads, faults, opened, closed, opened_from, .. } = self;
        Verified { heads, faults, opened, closed, opened_from }
    }

    /// A record that nothing opens: by its age, as it should be, or as it should not.
    fn unopened(&mut self, index: u64, retention: Retention) {
        match openness(self.hour.max(self.heads.time), retention.now, retention.kept_seconds) {
            Openness::ForGood => self.closed.for_good += 1,
            Openness::OnOrder if !retention.is_ordered => {
                self.closed.on_order += 1;
                self.opened_from = index + 1;
            }
            Openness::OnOrder | Openness::Open => self.fault(index, FaultKind::Unopened),
        }
    }

    fn fault(&mut self, index: u64, what: FaultKind) {
        self.faults.push(Fault { index, what });
    }

    fn elimination(&mut self, index: u64, line: &EliminationLeaf) {
        if line.version != 1 || line.count == 0 || line.from > line.until {
            self.fault(index, FaultKind::Malformed);
        }
        self.ends.eliminated += u64::from(line.count);
    }

    /// the lines of a batch count the ends that were recorded in it, where all of its records were read.
    fn register(&mut self, index: u64) {
        let Ends { eliminated, recorded, is_unread } = std::mem::take(&mut self.ends);
        if self.reviewer.is_some() && !is_unread && eliminated != recorded {
            self.fault(index, FaultKind::Register);
        }
    }

    fn head(&mut self, index: u64, head: HeadLeaf) {
        self.register(index);
        for (record, _) in std::mem::take(&mut self.batch).into_iter().filter(|(_, time)| *time != head.time)
        {
            self.fault(record, FaultKind::Untimely);
        }
        if head.time < self.heads.time {
            return self.fault(index, FaultKind::Backwards);
        }
        if !self.heads.is_stated && self.heads.groups != Some(head.groups) {
            self.fault(index, FaultKind::Groups);
        }
        self.heads = Heads { time: head.time, groups: Some(head.groups), is_stated: false };
    }

    fn record(&mut self, index: u64, closed: &RecordBox) -> Option<Opened> {
        let reviewer = self.reviewer.as_mut()?;
        let retention = reviewer.retention;
        let (opening, record) = match reviewer.sealed.keys.open(index, closed) {
            Ok(opened) => opened,
            Err(NotOpened::NoKey) => {
                self.unopened(index, retention);
                return None;
            }
            Err(NotOpened::Closed) => {
                self.fault(index, FaultKind::Closed);
                return None;
            }
        };
        let annex = reviewer.sealed.annexes.beside(index, record.annex, reviewer.identity);
        let is_attested = reviewer.signed.contains(&index) || record.is_attested(reviewer.directory);
        // What was done again has its annex beside the first record.
        let is_again = record.outcome == Outcome::AlreadyDone && annex.is_none();
        let fits = is_again || record.annex == annex.as_ref().map(|annex| sha256(annex));
        if !fits {
            self.fault(index, FaultKind::Annex);
        }
        if !is_attested {
            self.fault(index, FaultKind::Unsigned);
        }
        self.batch.push((index, record.time));
        self.opened += 1;
        Some(Opened { record, opening, annex: annex.filter(|_| fits) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auditor::sealed::{Annexes, Keys};
    use shared::directory::Chain;
    use shared::ids::Digest;
    use shared::log::StatementLeaf;
    use shared::statement::Kind;

    fn faults(leaves: &[Leaf]) -> Vec<(u64, FaultKind)> {
        // In two parts, as somebody does who comes back: it makes no difference where.
        let parts = |middle: usize| {
            let mut verifier = Verifier::new(Heads::default(), None);
            let mut found = Vec::new();
            for (index, leaf) in (0..).zip(leaves) {
                if index == middle as u64 {
                    let Verified { heads, faults, .. } = verifier.finish();
                    found.extend(faults);
                    verifier = Verifier::new(heads, None);
                }
                assert!(verifier.leaf(index, &cbor::encode(leaf)).is_none());
            }
            found.extend(verifier.finish().faults);
            found
        };
        let at_once = parts(leaves.len());
        (0..leaves.len()).for_each(|middle| assert_eq!(parts(middle), at_once));
        at_once.iter().map(|fault| (fault.index, fault.what)).collect()
    }

    fn head(time: u64, groups: u8) -> Leaf {
        let groups = TreeHead { size: 1, root: Digest([groups; 32]) };
        Leaf::Head(HeadLeaf { version: 1, time: Timestamp(time), groups })
    }

    fn statement() -> Leaf {
        let (digest, kind, chain) = (Digest([9; 32]), Kind::Root, Chain::Root);
        Leaf::Statement(StatementLeaf { version: 1, kind, chain, statement_version: 1, digest })
    }

    /// 9.5: what the heads say of the groups changes with what somebody signed, and never beside it.
    #[test]
    fn groups_change_with_statements_alone() {
        let honest = [statement(), head(1, 1), head(2, 1), statement(), head(3, 2), statement(), head(4, 2)];
        assert_eq!(faults(&honest), []);
        let lying = [statement(), head(1, 1), head(2, 2), head(3, 1), statement(), head(2, 3)];
        assert_eq!(
            faults(&lying),
            [(2, FaultKind::Groups), (3, FaultKind::Groups), (5, FaultKind::Backwards)]
        );
    }

    /// what nothing opens is a fault, but for its age.
    #[test]
    fn what_is_old_is_closed_as_it_should_be() {
        const YEAR: u64 = 366 * 86_400;
        let closed = |age: u64, is_ordered: bool| {
            let directory = Directory::pinned(Digest([1; 32]));
            let sealed = Sealed { keys: Keys::default(), annexes: Annexes::none() };
            let now = Timestamp(10 * YEAR);
            let retention = Retention { now, kept_seconds: 3 * YEAR, is_ordered };
            let (identity, signed) = (&|_: Bucket| None, 0..0);
            let reviewer = Reviewer { sealed, directory: &directory, identity, signed, retention };
            let mut verifier = Verifier::new(Heads::default(), Some(reviewer));
            let from = Timestamp(now.0 - age);
            let keys = shared::log::KeysLeaf { version: 1, epoch: 4, from, sealed: Digest([9; 32]) };
            let record =
                RecordBox { version: 1, commitment: Digest([2; 32]), epoch: 4, sealed: vec![7; 600] };
            for (index, leaf) in (0..).zip([Leaf::Keys(keys), Leaf::Record(record)]) {
                assert!(verifier.leaf(index, &cbor::encode(&leaf)).is_none());
            }
            let Verified { faults, closed, .. } = verifier.finish();
            (faults.iter().map(|fault| fault.what).collect::<Vec<_>>(), closed.on_order, closed.for_good)
        };
        assert_eq!(closed(YEAR, false), (vec![FaultKind::Unopened], 0, 0));
        assert_eq!(closed(YEAR + 1, false), (vec![], 1, 0));
        assert_eq!(closed(YEAR + 1, true), (vec![FaultKind::Unopened], 0, 0));
        assert_eq!(closed(3 * YEAR + 1, true), (vec![], 0, 1));
    }
}
