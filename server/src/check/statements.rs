//! The statements: accepted one by one from the pinned fingerprint, each with its leaf, and at each
//! head the groups that they prove.

use super::Report;
use super::homes::Resting;
use super::index::Expected;
use super::items::for_each;
use super::leaves::Log;
use crate::relay::items::{Item, Place, Published};
use crate::relay::snapshot::Groups;
use crate::store::Home;
use shared::directory::Directory;
use shared::ids::{DeviceId, Digest, PublicKey};
use shared::log::{StatementLeaf, TreeHead};
use shared::statement::{Card, Devices, Kind};
use shared::wire::AT_THE_RELAY;
use std::collections::BTreeMap;

const FILE: &str = "statements";

/// How much of the two copies is compared at a time.
const COMPARED_BYTES: usize = 256 * 1024;

/// What the statements prove.
pub(super) struct People {
    /// What is in force.
    pub(super) directory: Directory,
    /// Every device that ever stood on a card: a message outlives the devices of its writer.
    pub(super) devices: BTreeMap<DeviceId, PublicKey>,
    /// Whether these are all: if not, a device may have stood on a card that is lost.
    pub(super) whole: bool,
}

/// Verifies the statements in their order.
pub(super) fn verify(
    homes: &Resting,
    log: &Log,
    fingerprint: Digest,
    expected: &mut Expected,
    found: &mut Report,
) -> People {
    let mut walk = Walk {
        log,
        people: People {
            directory: Directory::pinned(pin(log, fingerprint, found)),
            devices: BTreeMap::new(),
            whole: true,
        },
        missing: log.statements.clone(),
        views: &log.views,
        groups: None,
        next: 0,
        judged: true,
    };
    let before = found.faults.len();
    let whole = for_each(homes, Home::Statements, found, |place, item, found| {
        expected.add(&item, place, None);
        // Behind damage in this file, what is refused may be refused because of what is lost.
        walk.judged &= !found.faults[before..].iter().any(|fault| fault.file == FILE);
        match item {
            Item::Statement(published) => walk.statement(place, &published, found),
            _ => found.fault(FILE, Some(place.at), None, "something else than a statement"),
        }
    });
    walk.judged &= whole;
    walk.heads_before(u64::MAX, found);
    // Key pages lie in the segments, and go with them.
    walk.missing.retain(|_, leaf| leaf.kind != Kind::KeyPage);
    for (index, leaf) in &walk.missing {
        found.fault(
            FILE,
            None,
            Some(format!("leaf {index}")),
            format!("its statement is missing ({})", name(leaf)),
        );
    }
    if !walk.judged {
        found.notice(FILE, "what follows the first fault in it was not judged");
    }
    walk.people.whole = walk.judged && walk.missing.is_empty();
    let people = walk.people;
    verify_second_copy(homes, whole, found);
    people
}

/// What the first root is pinned by. The log vouches for that root, so where the fingerprint is another
/// one, the fingerprint is what was damaged.
fn pin(log: &Log, fingerprint: Digest, found: &mut Report) -> Digest {
    let first = log.statements.first_key_value().map(|(_, leaf)| leaf);
    match first.filter(|leaf| leaf.kind == Kind::Root && leaf.digest != fingerprint) {
        Some(leaf) => {
            found.fault("fingerprint", None, None, "it is not that of the first root, which the log names");
            leaf.digest
        }
        None => fingerprint,
    }
}

/// The second copy is whole by itself, and where the first is whole too, it is the same.
fn verify_second_copy(homes: &Resting, first_is_whole: bool, found: &mut Report) {
    let home = Home::StatementsAgain;
    let again = home.file().unwrap_or_default();
    let items = found.counted.items;
    let is_whole = for_each(homes, home, found, |_, _, _| {});
    found.counted.items = items;
    if !first_is_whole || !is_whole {
        return;
    }
    let places = homes.places();
    let (first, second) = (places.end(Home::Statements), places.end(home));
    let (first, second) = (first.unwrap_or_default(), second.unwrap_or_default());
    if first != second {
        return found.fault(&again, Some(first.min(second)), None, "it is not as long as the first copy");
    }
    for at in (0..first).step_by(COMPARED_BYTES) {
        let length = usize::try_from(first - at).unwrap_or(usize::MAX).min(COMPARED_BYTES);
        let read = |home| places.read(home, at, length).ok().flatten();
        if read(Home::Statements) != read(home) {
            return found.fault(&again, Some(at), None, "it is not what the first copy is");
        }
    }
}

struct Walk<'a> {
    log: &'a Log,
    people: People,
    missing: BTreeMap<u64, StatementLeaf>,
    /// The heads that are still to be compared.
    views: &'a [(u64, TreeHead)],
    groups: Option<TreeHead>,
    /// The least number that the next statement's leaf may have.
    next: u64,
    judged: bool,
}

impl Walk<'_> {
    fn statement(&mut self, place: Place, published: &Published, found: &mut Report) {
        found.counted.statements += 1;
        let Published { statement, index } = published;
        self.heads_before(*index, found);
        let mut wrong = |what: String| found.fault(FILE, Some(place.at), Some(format!("leaf {index}")), what);
        if *index < self.next {
            wrong("statements are not in the order of their leaves".to_owned());
        }
        self.next = index + 1;
        let leaf = self.missing.remove(index);
        if leaf.is_none() && !self.log.is_unknown(*index) {
            wrong("its leaf is no statement's".to_owned());
        }
        if statement.kind == Kind::KeyPage {
            wrong("a key page lies where nothing dies".to_owned());
        }
        let judged = match self.people.directory.judge(statement, AT_THE_RELAY) {
            Ok(judged) => judged,
            Err(_) if !self.judged => return,
            Err(error) => return wrong(format!("it is not accepted: {error}")),
        };
        if let Some(leaf) = leaf {
            let same = leaf.version == 1
                && leaf.kind == statement.kind
                && leaf.chain == *judged.chain()
                && leaf.statement_version == judged.version()
                && leaf.digest == judged.digest();
            if !same {
                wrong(format!("its leaf is that of another statement ({})", name(&leaf)));
            }
        }
        let devices = match statement.kind {
            Kind::Card => statement.signed.peek::<Card>().map(|card| card.devices).unwrap_or_default(),
            Kind::Devices => statement.signed.peek::<Devices>().map(|list| list.devices).unwrap_or_default(),
            _ => Vec::new(),
        };
        self.people.devices.extend(devices.iter().map(|device| (device.id(), device.key)));
        self.people.directory.apply(judged);
        self.groups = None;
    }

    /// Compares the heads before a leaf with the groups that the statements prove so far.
    fn heads_before(&mut self, index: u64, found: &mut Report) {
        while let Some(((at, head), rest)) = self.views.split_first().filter(|((at, _), _)| *at < index) {
            self.views = rest;
            let directory = &self.people.directory;
            let groups = *self.groups.get_or_insert_with(|| Groups::of(directory).head());
            if self.judged && groups != *head {
                let what = "the statements prove other groups than the head names";
                found.fault(FILE, None, Some(format!("leaf {at}")), what);
            }
        }
    }
}

fn name(leaf: &StatementLeaf) -> String {
    format!("{:?} version {}", leaf.kind, leaf.statement_version)
}
