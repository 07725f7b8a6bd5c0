//! Leaf after leaf: is it one, does its box open, did its actor sign, does time go forward. Nothing is asked of
//! anybody here, and nothing is kept but what does not fit.

use super::sealed::{NotOpened, Sealed};
use super::{Fault, FaultKind, Opened};
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Leaf, Outcome, RecordBox, TreeHead};
use shared::seal::ExpiryIdentity;
use shared::time::{Bucket, Timestamp};

/// What the heads said so far: where verification goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    time: Timestamp,
    groups: Option<TreeHead>,
    /// Whether a statement stands between the last head and what follows.
    is_stated: bool,
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
    /// The signatures in the records before this one were verified on this device.
    pub signed_before: u64,
}

/// Verifies leaves in their order.
pub struct Verifier<'a> {
    reviewer: Option<Reviewer<'a>>,
    heads: Heads,
    faults: Vec<Fault>,
    opened: u64,
}

impl<'a> Verifier<'a> {
    /// Goes on from what the heads said; boxes stay closed to who is no reviewer.
    #[must_use]
    pub fn new(heads: Heads, reviewer: Option<Reviewer<'a>>) -> Self {
        Self { reviewer, heads, faults: Vec::new(), opened: 0 }
    }

    /// Verifies the next leaf; gives the record in it, if it was opened.
    pub fn leaf(&mut self, index: u64, leaf: &[u8]) -> Option<Opened> {
        match cbor::decode(leaf, LEAF_BYTES_MAX) {
            Err(_) => self.fault(index, FaultKind::Malformed),
            Ok(Leaf::Statement(_)) => self.heads.is_stated = true,
            Ok(Leaf::Head(head)) if head.time < self.heads.time => self.fault(index, FaultKind::Backwards),
            Ok(Leaf::Head(head)) => {
                if !self.heads.is_stated && self.heads.groups != Some(head.groups) {
                    self.fault(index, FaultKind::Groups);
                }
                self.heads = Heads { time: head.time, groups: Some(head.groups), is_stated: false };
            }
            Ok(Leaf::Record(closed)) => return self.record(index, &closed),
            Ok(Leaf::Keys(_)) => {}
        }
        None
    }

    /// What the heads said, what does not fit, and how many records were opened.
    #[must_use]
    pub fn finish(self) -> (Heads, Vec<Fault>, u64) {
        (self.heads, self.faults, self.opened)
    }

    fn fault(&mut self, index: u64, what: FaultKind) {
        self.faults.push(Fault { index, what });
    }

    fn record(&mut self, index: u64, closed: &RecordBox) -> Option<Opened> {
        let reviewer = self.reviewer.as_mut()?;
        let (opening, record) = match reviewer.sealed.keys.open(index, closed) {
            Ok(opened) => opened,
            Err(why) => {
                let what = match why {
                    NotOpened::NoKey => FaultKind::Unopened,
                    NotOpened::Closed => FaultKind::Closed,
                };
                self.fault(index, what);
                return None;
            }
        };
        let annex = reviewer.sealed.annexes.beside(index, record.annex, reviewer.identity);
        let is_attested = index < reviewer.signed_before || record.is_attested(reviewer.directory);
        // What was done again has its annex beside the first record.
        let is_again = record.outcome == Outcome::AlreadyDone && annex.is_none();
        let fits = is_again || record.annex == annex.as_ref().map(|annex| sha256(annex));
        if !fits {
            self.fault(index, FaultKind::Annex);
        }
        if !is_attested {
            self.fault(index, FaultKind::Unsigned);
        }
        self.opened += 1;
        Some(Opened { record, opening, annex: annex.filter(|_| fits) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::directory::Chain;
    use shared::ids::Digest;
    use shared::log::{HeadLeaf, StatementLeaf};
    use shared::statement::Kind;

    fn faults(leaves: &[Leaf]) -> Vec<(u64, FaultKind)> {
        // In two parts, as somebody does who comes back: it makes no difference where.
        let parts = |middle: usize| {
            let mut verifier = Verifier::new(Heads::default(), None);
            let mut found = Vec::new();
            for (index, leaf) in (0..).zip(leaves) {
                if index == middle as u64 {
                    let (heads, faults, _) = verifier.finish();
                    found.extend(faults);
                    verifier = Verifier::new(heads, None);
                }
                assert!(verifier.leaf(index, &cbor::encode(leaf)).is_none());
            }
            found.extend(verifier.finish().1);
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
}
