//! Reviewing the log: recompute, compare, open, name what does not fit; trusting nobody.
//!
//! Anybody enrolled can verify that the tree is whole. A reviewer (AUD) also opens every box: one
//! that does not open is a fault with a number. Reading the log is itself a record.

pub mod anomalies;
pub mod query;
pub mod report;
pub mod report_html;
pub mod standings;

use crate::failure::{Failure, Unverified};
use crate::session::{Answered, Session};
use crate::trust;
use anomalies::is_reading;
use shared::cbor;
use shared::crypto::{BoxKey, sha256};
use shared::ids::{MemberId, MessageId, ReasonCode};
use shared::limits::{GRANT_BYTES_MAX, LEAF_BYTES_MAX};
use shared::log::persons::{self, Found, Person};
use shared::log::{
    Act, Leaf, MemoryTree, Outcome, Record, TreeHead, inclusion, leaf_hash, proof_text, root_of,
    verify_consistency,
};
use shared::seal::open_small;
use shared::time::Timestamp;
use shared::wire::{About, Answer, Ask, SealedAnnex, SealedKey};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// A log that was read.
pub struct Review {
    /// The tree that the checkpoint vouches for.
    pub tree: TreeHead,
    /// The relay's time at its end.
    pub time: Timestamp,
    /// The checkpoint, as it was signed.
    pub checkpoint: String,
    /// Every leaf's bytes, in order.
    pub leaves: Vec<Vec<u8>>,
    /// The records that were opened, by number.
    pub records: BTreeMap<u64, Opened>,
    /// Whether boxes were opened at all.
    pub is_reviewer: bool,
    /// What does not fit.
    pub faults: Vec<Fault>,
}

/// A record that was opened.
pub struct Opened {
    /// What it says.
    pub record: Record,
    /// What its actor sealed to the reviewers beside it, where there is something and it is what was recorded.
    pub annex: Option<Zeroizing<Vec<u8>>>,
}

impl Opened {
    /// The text of its reason, where there is one.
    #[must_use]
    pub fn reason_text(&self) -> Option<String> {
        let is_claim = matches!(self.record.act, Act::Release | Act::Export | Act::Regrant);
        // Behind 32 random bytes.
        let text = self.annex.as_ref().filter(|_| is_claim)?.get(32..)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// How surely the letter of this record concerns a person.
    #[must_use]
    pub fn concerns(&self, person: &Person) -> Option<Found> {
        let annex = self.annex.as_ref().filter(|_| self.record.act == Act::Deposit)?;
        persons::find(annex, person)
    }
}

/// A letter that concerns a person.
pub struct Concerned<'a> {
    /// How surely.
    pub found: Found,
    /// Its recipients to whom it was not given to be read.
    pub ungiven: BTreeSet<&'a MemberId>,
}

/// Something that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Which leaf.
    pub index: u64,
    /// What is wrong with it.
    pub what: FaultKind,
}

/// What is wrong with a leaf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// It is not the leaf that the checkpoint vouches for.
    Altered,
    /// It is no leaf of this version.
    Malformed,
    /// Its box does not open, or holds something else than it commits to.
    Closed,
    /// The actor's own signature inside does not fit, or there is none.
    Unsigned,
    /// A head goes back in time.
    Backwards,
    /// A head says other groups than the one before, and no statement stands between them.
    Groups,
    /// What was sealed to the reviewers beside it is missing, or is not what was recorded: the relay withholds it,
    /// or its writer sealed something else.
    Annex,
    /// Nothing that opens its box was given to this device: it was enrolled later, or the relay withholds it.
    Unopened,
}

impl FaultKind {
    /// For scripts and catalogues.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Malformed => "malformed",
            Self::Closed => "closed",
            Self::Unsigned => "unsigned",
            Self::Backwards => "backwards",
            Self::Groups => "groups",
            Self::Annex => "annex",
            Self::Unopened => "unopened",
        }
    }
}

/// Reads the whole log and verifies it; a reviewer's boxes are opened under this reason, and the reference of a
/// written order where there is one.
///
/// # Errors
/// [`Failure`] if it cannot be read. What does not fit is in [`Review::faults`].
pub async fn review(
    session: &mut Session,
    reason: &ReasonCode,
    order: Option<&str>,
) -> Result<Review, Failure> {
    // First how far, then what opens it: nothing comes in between that could be read in part.
    let answered = session.ask(Ask::Log, &[]).await?;
    let Answer::Log(view) = &answered.answer else { return Err(Unverified::Answer.into()) };
    let head = answered.head.ok_or(Unverified::Answer)?;
    let (tree, time) = (head.tree(), head.time());
    let (keys, annexes) = keys(session, tree.size, reason, order).await?;
    let leaves = leaves(session, tree.size).await?;
    let mut review = Review {
        tree,
        time,
        checkpoint: view.checkpoint.clone(),
        leaves,
        records: BTreeMap::new(),
        is_reviewer: keys.is_some(),
        faults: Vec::new(),
    };
    verify_tree(session, &mut review).await?;
    verify_leaves(&mut review, &keys.unwrap_or_default(), annexes);
    verify_signatures(session, &mut review).await?;
    review.faults.sort_by_key(|fault| fault.index);
    Ok(review)
}

impl Review {
    /// What cannot be in a log that is in order. What this reviewer cannot read, and what an actor may have
    /// sealed badly, is told beside it.
    pub fn broken(&self) -> impl Iterator<Item = &Fault> {
        self.faults.iter().filter(|fault| !matches!(fault.what, FaultKind::Annex | FaultKind::Unopened))
    }

    /// How many records could not be read whole, though the log may be in order.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.faults.len() - self.broken().count()
    }

    /// The letters that concern a person, as their writers named them.
    #[must_use]
    pub fn about<'a>(&'a self, person: &Person) -> BTreeMap<MessageId, Concerned<'a>> {
        let mut letters = BTreeMap::new();
        for opened in self.records.values() {
            if let Some((item, found)) = opened.record.item.zip(opened.concerns(person)) {
                letters.insert(item, Concerned { found, ungiven: opened.record.recipients.iter().collect() });
            }
        }
        for Opened { record, .. } in self.records.values().filter(|opened| is_reading(&opened.record)) {
            let letter = record.item.and_then(|item| letters.get_mut(&item));
            if let Some((letter, actor)) = letter.zip(record.actor.as_ref()) {
                letter.ungiven.remove(&actor.member);
            }
        }
        letters
    }

    /// The proof of one leaf as other tools read it (C2SP tlog-proof).
    #[must_use]
    pub fn proof_text(&self, index: u64) -> Option<String> {
        self.proof_under(&self.recomputed(), index)
    }

    /// The leaf and the proof of each of these records.
    pub fn proofs<'a>(
        &'a self,
        records: impl Iterator<Item = u64> + 'a,
    ) -> impl Iterator<Item = (u64, &'a [u8], String)> + 'a {
        let tree = self.recomputed();
        records.filter_map(move |index| {
            let leaf = self.leaves.get(usize::try_from(index).ok()?)?;
            Some((index, leaf.as_slice(), self.proof_under(&tree, index)?))
        })
    }

    fn proof_under(&self, tree: &MemoryTree, index: u64) -> Option<String> {
        let proof = inclusion(tree, self.tree.size, index).ok()?;
        Some(proof_text(index, &proof, &self.checkpoint))
    }

    /// The tree of the leaves that came.
    fn recomputed(&self) -> MemoryTree {
        let mut tree = MemoryTree::default();
        self.leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
        tree
    }
}

/// The keys of boxes, by epoch.
type Keys = BTreeMap<u64, BoxKey>;
/// What was sealed to the reviewers beside records, by record.
type Annexes = BTreeMap<u64, Zeroizing<Vec<u8>>>;

/// The keys of all boxes, after the record of this reading; none for who is not a reviewer.
async fn keys(
    session: &mut Session,
    size: u64,
    reason: &ReasonCode,
    order: Option<&str>,
) -> Result<(Option<Keys>, Annexes), Failure> {
    let reference = order.map(str::to_owned);
    let ask = Ask::LogKeys { from: 0, to: size, reason: reason.clone(), reference };
    let Answered { answer, mut conversation, .. } = match session.ask(ask, &[]).await {
        Err(Failure::Refused(shared::refusal::Refusal::NotAReviewer)) => return Ok((None, BTreeMap::new())),
        answered => answered?,
    };
    let Answer::LogKeys { keys, annexes, .. } = answer else { return Err(Unverified::Answer.into()) };
    let mut opened = BTreeMap::new();
    for _ in 0..keys {
        let key: SealedKey = conversation.item(GRANT_BYTES_MAX).await?;
        let identity = session.expiry_identity(key.bucket);
        let bytes = identity.and_then(|identity| open_small(&identity, &key.sealed).ok());
        let bytes = bytes.and_then(|bytes| bytes.as_slice().try_into().ok().map(Zeroizing::new));
        if let Some(bytes) = bytes {
            opened.insert(key.epoch, BoxKey::from_bytes(bytes));
        }
    }
    let mut beside = BTreeMap::new();
    for _ in 0..annexes {
        let annex: SealedAnnex = conversation.item(GRANT_BYTES_MAX).await?;
        let identity = session.expiry_identity(annex.bucket);
        if let Some(opened) = identity.and_then(|identity| open_small(&identity, &annex.sealed).ok()) {
            beside.insert(annex.index, opened);
        }
    }
    Ok((Some(opened), beside))
}

async fn leaves(session: &mut Session, size: u64) -> Result<Vec<Vec<u8>>, Failure> {
    let mut leaves = Vec::new();
    while (leaves.len() as u64) < size {
        let ask = Ask::Leaves { from: leaves.len() as u64, to: size };
        let Answered { answer, mut conversation, .. } = session.ask(ask, &[]).await?;
        let Answer::Leaves { count } = answer else { return Err(Unverified::Answer.into()) };
        if count == 0 {
            return Err(Unverified::Answer.into());
        }
        for _ in 0..count {
            leaves.push(conversation.frame(LEAF_BYTES_MAX).await?);
        }
    }
    Ok(leaves)
}

/// Recomputes the root. If it is another one, the first altered leaf is found by asking for the
/// proofs of ever smaller beginnings.
async fn verify_tree(session: &mut Session, review: &mut Review) -> Result<(), Failure> {
    let tree = review.recomputed();
    if tree.head().root == review.tree.root {
        return Ok(());
    }
    let (mut good, mut bad) = (0, review.tree.size);
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        let answered = session.ask(Ask::Consistency { older: middle, newer: review.tree.size }, &[]).await?;
        let Answer::Consistency(proof) = answered.answer else { return Err(Unverified::Answer.into()) };
        let beginning =
            TreeHead { size: middle, root: root_of(&tree, middle).map_err(|_| Unverified::Answer)? };
        if verify_consistency(review.tree, beginning, &proof).is_ok() {
            good = middle;
        } else {
            bad = middle;
        }
    }
    review.faults.push(Fault { index: good, what: FaultKind::Altered });
    Ok(())
}

fn verify_leaves(review: &mut Review, keys: &Keys, mut annexes: Annexes) {
    let (mut time, mut groups, mut is_stated) = (Timestamp(0), None, true);
    for (index, leaf) in (0..).zip(&review.leaves) {
        let mut fault = |what| review.faults.push(Fault { index, what });
        match cbor::decode(leaf, LEAF_BYTES_MAX) {
            Err(_) => fault(FaultKind::Malformed),
            Ok(Leaf::Head(head)) if head.time < time => fault(FaultKind::Backwards),
            Ok(Leaf::Head(head)) => {
                if !is_stated && groups != Some(head.groups) {
                    fault(FaultKind::Groups);
                }
                (time, groups, is_stated) = (head.time, Some(head.groups), false);
            }
            Ok(Leaf::Statement(_)) => is_stated = true,
            Ok(Leaf::Record(closed)) if review.is_reviewer => {
                let Some(key) = keys.get(&closed.epoch) else {
                    fault(FaultKind::Unopened);
                    continue;
                };
                let Ok((_, record, _)) = closed.open(index, key) else {
                    fault(FaultKind::Closed);
                    continue;
                };
                let annex = annexes.remove(&index);
                // What was done again has its annex beside the first record.
                let is_again = record.outcome == Outcome::AlreadyDone && annex.is_none();
                let fits = is_again || record.annex == annex.as_ref().map(|annex| sha256(annex));
                if !fits {
                    fault(FaultKind::Annex);
                }
                review.records.insert(index, Opened { record, annex: annex.filter(|_| fits) });
            }
            Ok(Leaf::Record(_) | Leaf::Keys(_)) => {}
        }
    }
}

/// Verifies the actor's own request in every record, with the keys that everybody's cards and lists of
/// devices prove, and the roots'. An act that its actor did not sign was attributed by the relay alone, which may
/// attest few.
async fn verify_signatures(session: &mut Session, review: &mut Review) -> Result<(), Failure> {
    if !review.is_reviewer {
        return Ok(());
    }
    let directory = trust::prove(session, About::Everybody).await?.directory;
    for (index, opened) in &review.records {
        if !opened.record.is_attested(&directory) {
            review.faults.push(Fault { index: *index, what: FaultKind::Unsigned });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use shared::directory::Chain;
    use shared::ids::Digest;
    use shared::log::{HeadLeaf, StatementLeaf};
    use shared::statement::Kind;

    fn faults(leaves: &[Leaf]) -> Vec<(u64, FaultKind)> {
        let mut review = Review {
            tree: MemoryTree::default().head(),
            time: Timestamp(0),
            checkpoint: String::new(),
            leaves: leaves.iter().map(cbor::encode).collect(),
            records: BTreeMap::new(),
            is_reviewer: false,
            faults: Vec::new(),
        };
        verify_leaves(&mut review, &Keys::new(), Annexes::new());
        review.faults.iter().map(|fault| (fault.index, fault.what)).collect()
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
