//! A letter's account as one file that a court can keep (*pièce*): what was recorded about it, with all that proves
//! it to somebody who knows nothing but the fingerprint of the first root statement, years later and without asking
//! anybody.
//!
//! It is made and signed by a reviewer. What the signature covers is then proved again, each thing by what vouches
//! for it: a reviewer who changed something after the fact is found out like a relay that did. What no file can
//! prove is that there is nothing else: records are left out by who makes it, or were never made.

use crate::cbor;
use crate::directory::{Continuity, Directory, InvalidStatement};
use crate::ids::{Digest, GroupId, MemberId, MessageId, Role};
use crate::limits::{BUNDLE_ACTS_MAX, BUNDLE_BYTES_MAX, WITNESSES_MAX};
use crate::log::{
    Act, Checkpoint, Evidence, GroupProof, Head, InvalidConfirmation, Leaf, LogView, Record, Revealed,
    TreeHead, Unfit, commit, seen_by, verify_consistency,
};
use crate::message::Header;
use crate::signed::{Document, Signed, Unproven};
use crate::statement::{Card, Statement};
use crate::time::Timestamp;
use crate::wire::{Ask, Request};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is in the file, and signed by the reviewer who made it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The version of this form: 1.
    pub version: u8,
    /// Which letter.
    pub item: MessageId,
    /// When it was made: the time of the log's last head.
    pub made: Timestamp,
    /// The written order it was made on, if any.
    pub order: Option<String>,
    /// The software that made it.
    pub software: String,
    /// The root statements, and the cards and devices of everybody who acted, each after what it rests on.
    pub statements: Vec<Statement>,
    /// The log as it was then: checkpoint, last head, and what witnesses signed; without a proof from before.
    pub log: LogView,
    /// What was recorded about the letter, in the order of the log.
    pub acts: Vec<ProvedAct>,
    /// The header that its writer signed; none where it was destroyed since.
    pub header: Option<Signed>,
    /// The group as it was when the letter was sealed; or, without a header, just before it was deposited.
    pub group: GroupThen,
}

/// One record, with what proves it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedAct {
    /// Its leaf under the checkpoint.
    pub evidence: Evidence,
    /// The record, and what opens the leaf's commitment to it.
    pub revealed: Revealed,
}

/// A group under a head of the past.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupThen {
    /// Which group.
    pub group: GroupId,
    /// The tree whose last leaf was that head.
    pub tree: TreeHead,
    /// The head.
    pub head: Evidence,
    /// The proof that the log goes on from that tree.
    pub consistency: Vec<Digest>,
    /// The proof of the group under the head.
    pub proof: GroupProof,
    /// What proves the group, each statement after what it rests on.
    pub statements: Vec<Statement>,
}

impl Document for Bundle {
    const CONTEXT: &'static str = "pli/bundle/v1";
    const BYTES_MAX: usize = BUNDLE_BYTES_MAX;
}

/// What a bundle proves.
#[derive(Clone, Debug)]
pub struct Proved {
    /// Who made it.
    pub maker: MemberId,
    /// All of it.
    pub bundle: Bundle,
    /// The tree that the log's checkpoint vouches for.
    pub tree: TreeHead,
    /// The relay's time at the end of it.
    pub time: Timestamp,
    /// Who else saw this log, by name, and when.
    pub witnesses: Vec<(String, Timestamp)>,
    /// The records, in the order of the log.
    pub records: Vec<Record>,
    /// The header.
    pub header: Option<Header>,
    /// Who belonged to the group then.
    pub members: BTreeSet<MemberId>,
    /// When that was: the time of the head that the writer saw, or of the last one before the first act.
    pub then: Timestamp,
    /// What the statements prove: keys of everybody who acted, and names where the bundle has them.
    pub directory: Directory,
}

/// Why a bundle proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBundle {
    /// It is no bundle of this version.
    #[error("the file is not a bundle of this version")]
    Malformed,
    /// A statement, or the first of them is not the one that was pinned.
    #[error("a statement does not hold: {0}")]
    Statement(#[from] InvalidStatement),
    /// It is not signed by a reviewer of the log.
    #[error("it is not signed by a reviewer of the log, or was changed since")]
    Maker,
    /// The log: its checkpoint, head, or a leaf.
    #[error("the log does not prove it: {0}")]
    Log(#[from] InvalidConfirmation),
    /// What stands for a witness's signature is none.
    #[error("a cosignature is not of a witness of this log")]
    Cosigned,
    /// A record is not the one its leaf commits to, or is not about the letter, or stands in another order.
    #[error("record {0} is not what the log committed to, or is not about this letter")]
    Record(u64),
    /// A record whose actor did not sign it.
    #[error("record {0} was not signed by who is said to have acted")]
    Unsigned(u64),
    /// The header is not the one that was deposited.
    #[error("the header is not the one that was deposited")]
    Header,
    /// The group's statements are not those of that day.
    #[error("the group is not shown as it was")]
    Group,
}

impl From<Unfit> for InvalidBundle {
    fn from(_: Unfit) -> Self {
        InvalidConfirmation::Fork.into()
    }
}

/// verifies a bundle, offline, from the fingerprint of the first root statement.
///
/// # Errors
/// [`InvalidBundle`] names the first thing that does not hold.
pub fn verify(file: &[u8], fingerprint: Digest) -> Result<Proved, InvalidBundle> {
    let signed: Signed = cbor::decode(file, BUNDLE_BYTES_MAX).map_err(|_| InvalidBundle::Malformed)?;
    let bundle: Bundle = signed.peek().map_err(|_| InvalidBundle::Malformed)?;
    let bounded =
        (1..=BUNDLE_ACTS_MAX).contains(&bundle.acts.len()) && bundle.log.cosigned.len() <= WITNESSES_MAX;
    if bundle.version != 1 || !bounded || bundle.log.since != 0 || !bundle.log.consistency.is_empty() {
        return Err(InvalidBundle::Malformed);
    }
    let directory = directory(fingerprint, &bundle.statements)?;
    let maker = maker(&signed, &bundle, &directory)?;

    let root = directory.root().ok_or(InvalidBundle::Maker)?;
    let (origin, key) = (root.relay.log_origin.as_str(), root.relay.log_key);
    let checkpoint =
        Checkpoint::verify(origin, key, &bundle.log.checkpoint).map_err(InvalidConfirmation::from)?;
    let tree = checkpoint.head();
    let time = Head::of_past(tree, &bundle.log.head)?.time();
    // Nobody dates it into their own time of office.
    if bundle.made != time {
        return Err(InvalidBundle::Maker);
    }
    let cosigned = &bundle.log.cosigned;
    let witnesses =
        seen_by(&root.witnesses, origin, key, tree, cosigned).map_err(|_| InvalidBundle::Cosigned)?;

    let records = records(&bundle, tree, &directory)?;
    let then = then(&bundle.group, fingerprint, tree)?;
    if records.iter().any(|record| record.group.is_some_and(|group| group != bundle.group.group)) {
        return Err(InvalidBundle::Group);
    }
    let header = header(&bundle, &records, &then)?;
    let seats = then.directory.roster(bundle.group.group).map(|(roster, _)| &roster.seats);
    let members = seats.into_iter().flatten().map(|seat| seat.member.clone()).collect();
    Ok(Proved {
        maker,
        tree,
        time,
        witnesses,
        records,
        header,
        members,
        then: then.head.time(),
        directory,
        bundle,
    })
}

/// What statements prove, each after what it rests on.
fn directory(fingerprint: Digest, statements: &[Statement]) -> Result<Directory, InvalidStatement> {
    let mut directory = Directory::pinned(fingerprint);
    for statement in statements {
        directory.accept(statement, Continuity::Forward)?;
    }
    Ok(directory)
}

/// One device of a reviewer, in office when the bundle was made.
fn maker(signed: &Signed, bundle: &Bundle, directory: &Directory) -> Result<MemberId, InvalidBundle> {
    let [signature] = signed.signatures.as_slice() else { return Err(InvalidBundle::Maker) };
    let key = directory.past_key(signature.key).ok_or(InvalidBundle::Maker)?;
    signed.verify_by::<Bundle>(key).map_err(|_: Unproven| InvalidBundle::Maker)?;
    let holder = directory.holder(signature.key, bundle.made).ok_or(InvalidBundle::Maker)?;
    if holder.function.as_str() == Role::AUD { Ok(holder.member.clone()) } else { Err(InvalidBundle::Maker) }
}

fn records(bundle: &Bundle, tree: TreeHead, directory: &Directory) -> Result<Vec<Record>, InvalidBundle> {
    let mut records: Vec<Record> = Vec::new();
    for ProvedAct { evidence, revealed } in &bundle.acts {
        let other = InvalidBundle::Record(evidence.index);
        let Leaf::Record(leaf) = evidence.verified(tree)? else { return Err(other) };
        if commit(revealed.opening, &revealed.record) != leaf.commitment {
            return Err(other);
        }
        let Ok(record) = cbor::decode::<Record>(&revealed.record, revealed.record.len()) else {
            return Err(other);
        };
        let follows = records.last().is_none_or(|before| before.index < record.index);
        if record.index != evidence.index || record.item != Some(bundle.item) || !follows {
            return Err(other);
        }
        if !record.is_attested(directory) {
            return Err(InvalidBundle::Unsigned(record.index));
        }
        records.push(record);
    }
    Ok(records)
}

/// The group as it was, as the head of that day vouches.
struct Then {
    directory: Directory,
    head: Head,
}

fn then(group: &GroupThen, fingerprint: Digest, tree: TreeHead) -> Result<Then, InvalidBundle> {
    verify_consistency(tree, group.tree, &group.consistency)?;
    let head = Head::of_past(group.tree, &group.head)?;
    let directory = directory(fingerprint, &group.statements)?;
    let view = directory.view(group.group).ok_or(InvalidBundle::Group)?;
    head.vouches_for(&view, &group.proof).map_err(|_| InvalidBundle::Group)?;
    Ok(Then { directory, head })
}

/// The header, signed by the device that it says wrote it; and the group is the one that it was sealed under.
fn header(bundle: &Bundle, records: &[Record], then: &Then) -> Result<Option<Header>, InvalidBundle> {
    let Some(signed) = &bundle.header else {
        // Just before its first act, then.
        let is_before = records.first().is_some_and(|first| bundle.group.tree.size <= first.index);
        return if is_before { Ok(None) } else { Err(InvalidBundle::Group) };
    };
    let claimed: Header = signed.peek().map_err(|_| InvalidBundle::Header)?;
    let device = claimed.core.device;
    let is_writers = |card: &Card| card.member == claimed.core.writer;
    let key = then.directory.owner(device).filter(|card| is_writers(card));
    let key = key.and_then(|_| then.directory.past_key(device)).ok_or(InvalidBundle::Header)?;
    let header = signed.verify_by::<Header>(key).map_err(|_| InvalidBundle::Header)?.into_value();
    let core = &header.core;
    let is_then = core.head.tree == bundle.group.tree && core.head.time == then.head.time();
    if core.id != bundle.item || core.group != bundle.group.group || !is_then {
        return Err(InvalidBundle::Header);
    }
    // The deposit that is in the log named this very header.
    let deposits = records.iter().filter(|record| record.act == Act::Deposit);
    let named = deposits.filter_map(|record| record.request.as_ref()?.peek::<Request>().ok());
    let named: Vec<_> = named
        .map(|request| matches!(request.ask, Ask::Deposit { header, .. } if header == signed.digest()))
        .collect();
    let is_named = !named.is_empty() && named.iter().all(|is_named| *is_named);
    if is_named { Ok(Some(header)) } else { Err(InvalidBundle::Header) }
}
