//! Reviewing the log: recompute, compare, open, name what does not fit; trusting nobody.
//!
//! Anybody enrolled can verify that the tree is whole. A reviewer (AUD) also opens every box: one
//! that does not open is a fault with a number. Reading the log is itself a record. The leaves, as sealed as they
//! are, lie as a [`Mirror`] in the device's home: what was verified once is gone on from, and memory is constant.

pub mod activity;
pub mod agreements;
pub mod anomalies;
pub mod bundle;
pub mod handing;
pub mod holdings;
pub mod query;
pub mod register;
pub mod report;
pub mod report_sheet;
pub mod sealed;
pub mod standings;
pub mod stats;
pub mod stats_html;
pub mod verifier;

use crate::failure::Failure;
use crate::home::Home;
use crate::mirror::{Mirror, Mirrored, mirror};
use crate::session::Session;
use crate::trust;
use anomalies::is_reading;
use sealed::Purpose;
use serde::{Deserialize, Serialize};
use shared::ids::{MemberId, MessageId, Random};
use shared::log::persons::{self, Found, Person};
use shared::log::{Act, LogView, Record, TreeHead, is_ordered};
use shared::time::Timestamp;
use shared::wire::About;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use verifier::{ClosedByAge, Heads, Retention, Reviewer, Verified, Verifier};
use zeroize::Zeroizing;

/// A log that was read, and what it came to.
pub struct Review {
    /// Its leaves, at the checkpoint which vouches for them.
    pub mirror: Mirror,
    /// The log as the relay showed it, at that checkpoint.
    pub view: LogView,
    /// The relay's time then.
    pub time: Timestamp,
    /// Where this reading began: this device had verified what is before.
    pub from: u64,
    /// How many records were opened.
    pub opened: u64,
    /// How many of them are closed by their age, as they should be.
    pub closed: ClosedByAge,
    /// How many of those before could not be read whole.
    pub unread_before: u64,
    /// Whether boxes were opened at all.
    pub is_reviewer: bool,
    /// What does not fit.
    pub faults: Vec<Fault>,
}

/// Records that were opened, by number.
pub type Records = BTreeMap<u64, Opened>;

/// How far a device has verified the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    tree: TreeHead,
    heads: Heads,
    as_reviewer: bool,
    /// From which leaf on every record was opened, and its signature verified: what is before is closed by its age.
    opened_from: u64,
    /// How many records could not be read whole.
    unread: u64,
}

impl Reviewed {
    /// How many leaves were verified.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size
    }

    /// The time that the last of their heads says.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.heads.time()
    }

    /// Whether records were opened, as for a reviewer.
    #[must_use]
    pub fn as_reviewer(&self) -> bool {
        self.as_reviewer
    }
}

/// A record that was opened.
pub struct Opened {
    /// What it says.
    pub record: Record,
    /// What opens its leaf's commitment to it.
    pub opening: Random,
    /// What its actor sealed to the reviewers beside it, where there is something and it is what was recorded.
    pub annex: Option<Zeroizing<Vec<u8>>>,
}

impl Opened {
    /// The text of its reason, where there is one.
    #[must_use]
    pub fn reason_text(&self) -> Option<String> {
        let is_claim = self.record.act.is_claim();
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
    /// The actor's own signature inside does not fit, or there is none; or the actor is said to be somebody else.
    Unsigned,
    /// Its time is not that of the head which ends its batch.
    Untimely,
    /// A head goes back in time.
    Backwards,
    /// A head says other groups than the one before, and no statement stands between them.
    Groups,
    /// What was sealed to the reviewers beside it is missing, or is not what was recorded: the relay withholds it,
    /// or its writer sealed something else.
    Annex,
    /// Nothing that opens its box was given to this device: it was enrolled later, or the relay withholds it.
    Unopened,
    /// The elimination register counts other letters than were recorded to end in the batch that this head ends.
    Register,
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
            Self::Untimely => "untimely",
            Self::Backwards => "backwards",
            Self::Groups => "groups",
            Self::Annex => "annex",
            Self::Unopened => "unopened",
            Self::Register => "register",
        }
    }
}

/// Where a device keeps the leaves.
fn folder(home: &Home) -> PathBuf {
    home.dir().join("log")
}

/// Reads the whole log and shows each record that was opened, in their order. Every leaf is verified; a signature
/// that this device verified before is not verified again.
///
/// # Errors
/// [`Failure`] if it cannot be read, or its leaves are not those that its checkpoint vouches for. Whatever else does
/// not fit is in [`Review::faults`].
pub async fn review(
    session: &mut Session,
    purpose: Purpose<'_>,
    visit: impl FnMut(u64, Opened),
) -> Result<Review, Failure> {
    read(session, purpose, Extent::Everything, visit).await
}

/// Verifies what this device has not verified yet, and remembers how far it came; or all of it, from leaves that are
/// asked for anew.
///
/// # Errors
/// As for [`review`].
pub async fn verify(session: &mut Session, purpose: Purpose<'_>, all: bool) -> Result<Review, Failure> {
    if all {
        let mut lock = session.home.memory()?;
        lock.memory.reviewed = None;
        lock.save()?;
        drop(lock);
        Mirror::forget(&folder(&session.home))?;
    }
    read(session, purpose, Extent::News, |_, _| ()).await
}

/// Which leaves are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Everything,
    News,
}

async fn read(
    session: &mut Session,
    purpose: Purpose<'_>,
    extent: Extent,
    mut visit: impl FnMut(u64, Opened),
) -> Result<Review, Failure> {
    // First how far, then what opens it: nothing comes in between that could be read in part.
    let Mirrored { mirror, view, time, .. } = mirror(session, &folder(&session.home)).await?;
    let size = mirror.tree().size;
    let known = session.home.memory()?.memory.reviewed.filter(|known| known.tree.size <= size);
    let mut from = known.as_ref().filter(|_| extent == Extent::News);
    let begin = |from: Option<&Reviewed>| from.map_or(0, |from| from.tree.size);
    let mut sealed = sealed::ask(session, (begin(from), size), purpose).await?;
    // Who has become a reviewer since has opened nothing yet.
    let known = known.as_ref().filter(|known| known.as_reviewer == sealed.is_some());
    if from.is_some() && known.is_none() {
        from = None;
        sealed = sealed::ask(session, (0, size), purpose).await?;
    }
    let is_reviewer = sealed.is_some();
    let directory = match is_reviewer {
        true => Some(trust::prove(session, About::Everybody).await?.directory),
        false => None,
    };
    let retention = Retention {
        now: time,
        kept_seconds: session.root().log_kept_seconds(),
        is_ordered: is_ordered(purpose.reason, purpose.order),
    };
    let identity = |bucket| session.expiry_identity(bucket);
    let reviewer = sealed.zip(directory.as_ref()).map(|(sealed, directory)| Reviewer {
        sealed,
        directory,
        identity: &identity,
        signed: known.map_or(0..0, |known| known.opened_from..known.tree.size),
        retention,
    });
    let heads = from.map_or_else(Heads::default, |from| from.heads);
    let mut verifier = Verifier::new(heads, reviewer);
    mirror.read_from(from.map_or_else(TreeHead::empty, |from| from.tree), |index, leaf| {
        if let Some(opened) = verifier.leaf(index, leaf) {
            visit(index, opened);
        }
    })?;
    let Verified { heads, faults, opened, closed, opened_from } = verifier.finish();
    let (from, unread_before) = (begin(from), from.map_or(0, |from| from.unread));
    let review = Review { mirror, view, time, from, opened, closed, unread_before, is_reviewer, faults };
    // What is broken is told again and again; and so is what this reviewer was not given, for it may be given later.
    if review.faults.iter().all(|fault| fault.what == FaultKind::Annex) {
        let opened_from = known.map_or(0, |known| known.opened_from).max(opened_from);
        let (tree, as_reviewer) = (review.mirror.tree(), review.is_reviewer);
        let mut lock = session.home.memory()?;
        lock.memory.reviewed =
            Some(Reviewed { tree, heads, as_reviewer, opened_from, unread: review.unread() });
        lock.save()?;
    }
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
    pub fn unread(&self) -> u64 {
        self.unread_before + (self.faults.len() - self.broken().count()) as u64
    }
}

/// The letters that concern a person, as their writers named them.
#[must_use]
pub fn about<'a>(records: &'a Records, person: &Person) -> BTreeMap<MessageId, Concerned<'a>> {
    let mut letters = BTreeMap::new();
    for opened in records.values() {
        if let Some((item, found)) = opened.record.item.zip(opened.concerns(person)) {
            letters.insert(item, Concerned { found, ungiven: opened.record.recipients.iter().collect() });
        }
    }
    for Opened { record, .. } in records.values().filter(|opened| is_reading(&opened.record)) {
        let letter = record.item.and_then(|item| letters.get_mut(&item));
        if let Some((letter, actor)) = letter.zip(record.actor.as_ref()) {
            letter.ungiven.remove(&actor.member);
        }
    }
    letters
}
