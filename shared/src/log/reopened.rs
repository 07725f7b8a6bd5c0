//! A log that goes on under another name, after its relay was put back from a backup.
//!
//! What the backup does not hold is lost at the relay, and two trees of one size are told apart by nothing
//! but their names: so nothing more is signed under the old name. Both roots say under which name the log
//! goes on, from which tree, and which tree outside was the newest that anybody showed them. Whoever saw a
//! newer one knows by that alone that something is hidden from the roots, or by them. Rules.

use super::{InvalidCheckpoint, InvalidConfirmation, LogMemory, TreeHead};
use crate::statement::{RelayKeys, Root};
use serde::{Deserialize, Serialize};

/// How a log is the continuation of another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continued {
    /// The origin of the log before, under which nothing is signed any more.
    pub origin: String,
    /// The tree with which this log begins: what the backup held.
    pub restored: TreeHead,
    /// The newest tree under the old origin that is known outside of the relay.
    pub newest: TreeHead,
}

impl Continued {
    /// whether a log can have ended so, and gone on from there.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let Self { restored, newest, .. } = self;
        restored.size > 0 && (restored.size < newest.size || restored == newest)
    }
}

impl RelayKeys {
    /// Whether what is remembered is of this log.
    #[must_use]
    pub fn is_log_of(&self, memory: &LogMemory) -> bool {
        self.log_origin == memory.origin && self.log_key == memory.key
    }
}

impl LogMemory {
    /// what to go on with under the newest of these roots, which are those of one chain in their order:
    /// the same, or where they opened another log the tree of it that both logs have in common, as far as it was
    /// seen. The new log must go on from there.
    ///
    /// # Errors
    /// [`InvalidConfirmation::Withheld`] if the roots were shown less than is remembered;
    /// [`InvalidConfirmation::Checkpoint`] if they name no such log.
    pub fn under(&self, roots: &[Root]) -> Result<Self, InvalidConfirmation> {
        let other = || InvalidConfirmation::from(InvalidCheckpoint::Origin);
        let mut memory = self.clone();
        let known = roots.iter().rposition(|root| root.relay.is_log_of(self)).ok_or_else(other)?;
        for root in &roots[known..] {
            if root.relay.is_log_of(&memory) {
                continue;
            }
            let continued = root.relay.continues.as_ref().filter(|before| before.origin == memory.origin);
            let Continued { restored, newest, .. } = continued.ok_or_else(other)?;
            let is_other = |named: &TreeHead| named.size == memory.tree.size && *named != memory.tree;
            if newest.size < memory.tree.size || is_other(newest) || is_other(restored) {
                return Err(InvalidConfirmation::Withheld);
            }
            let tree = if memory.tree.size < restored.size { memory.tree } else { *restored };
            memory = Self { origin: root.relay.log_origin.clone(), key: root.relay.log_key, tree };
        }
        Ok(memory)
    }
}

/// How many leaves of the log of this origin are in the newest log of these roots, too: all of them, if it is that
/// one.
#[must_use]
pub fn kept_of(origin: &str, roots: &[Root]) -> u64 {
    let last = roots.iter().rposition(|root| root.relay.log_origin == origin);
    let later = roots.get(last.map_or(0, |last| last + 1)..).unwrap_or_default();
    let kept = later.iter().filter_map(|root| Some(root.relay.continues.as_ref()?.restored.size));
    kept.min().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Digest, PublicKey};
    use crate::statement::{Link, WitnessPolicy};
    use crate::time::{BucketPolicy, Timestamp};

    fn tree(size: u64, byte: u8) -> TreeHead {
        TreeHead { size, root: Digest([byte; 32]) }
    }

    fn root(version: u32, origin: &str, continues: Option<Continued>) -> Root {
        let key = PublicKey([1; 32]);
        let relay = RelayKeys { log_origin: origin.to_owned(), log_key: key, tls_ca: Vec::new(), continues };
        Root {
            link: Link { version, ..Link::first(Timestamp(0)) },
            authority: key,
            parquet: key,
            relay,
            buckets: BucketPolicy::default(),
            log_months: 12,
            witnesses: WitnessPolicy::of(0, Vec::new()),
        }
    }

    fn after(origin: &str, restored: TreeHead, newest: TreeHead) -> Option<Continued> {
        Some(Continued { origin: origin.to_owned(), restored, newest })
    }

    fn memory(origin: &str, tree: TreeHead) -> LogMemory {
        LogMemory { origin: origin.to_owned(), key: PublicKey([1; 32]), tree }
    }

    ///
    #[test]
    fn a_log_ended_no_earlier_than_it_goes_on() {
        let sound = |restored, newest| Continued { origin: "a".to_owned(), restored, newest }.is_sound();
        assert!(sound(tree(5, 5), tree(9, 9)) && sound(tree(5, 5), tree(5, 5)));
        assert!(!sound(tree(5, 5), tree(4, 4)), "less was seen than was kept");
        assert!(!sound(tree(5, 5), tree(5, 6)), "two trees of one size");
        assert!(!sound(TreeHead::empty(), tree(5, 5)), "begun again from nothing");
    }

    ///
    #[test]
    fn a_new_log_is_gone_on_with_from_what_both_have() {
        let roots = [
            root(1, "a", None),
            root(2, "b", after("a", tree(5, 5), tree(9, 9))),
            root(3, "b", after("a", tree(5, 5), tree(9, 9))),
            root(4, "c", after("b", tree(7, 7), tree(8, 8))),
        ];
        let check = |count: usize, before: LogMemory, expected: Result<LogMemory, InvalidConfirmation>| {
            assert_eq!(before.under(&roots[..count]), expected, "{count} {before:?}");
        };
        let withheld = Err(InvalidConfirmation::Withheld);
        check(1, memory("a", tree(9, 9)), Ok(memory("a", tree(9, 9))));
        check(2, memory("a", TreeHead::empty()), Ok(memory("b", TreeHead::empty())));
        check(2, memory("a", tree(4, 4)), Ok(memory("b", tree(4, 4))));
        check(2, memory("a", tree(5, 5)), Ok(memory("b", tree(5, 5))));
        check(2, memory("a", tree(6, 6)), Ok(memory("b", tree(5, 5))));
        check(3, memory("a", tree(9, 9)), Ok(memory("b", tree(5, 5))));
        check(2, memory("a", tree(10, 10)), withheld.clone());
        check(2, memory("a", tree(9, 8)), withheld.clone());
        check(2, memory("a", tree(5, 4)), withheld.clone());
        check(3, memory("b", tree(6, 6)), Ok(memory("b", tree(6, 6))));
        check(4, memory("a", tree(9, 9)), Ok(memory("c", tree(5, 5))));
        check(4, memory("b", tree(8, 8)), Ok(memory("c", tree(7, 7))));
        check(4, memory("b", tree(9, 9)), withheld);
        let other = Err(InvalidCheckpoint::Origin.into());
        check(4, memory("d", tree(1, 1)), other.clone());
        check(1, memory("b", tree(6, 6)), other);
        let kept = ["a", "b", "c"].map(|origin| kept_of(origin, &roots));
        assert_eq!(kept, [5, 7, u64::MAX]);
    }
}
