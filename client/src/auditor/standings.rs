//! What each reader was on the day of a reading: proved from the statements under the heads of that day.

use super::anomalies::{Standing, is_reading};
use super::query::Query;
use super::{Records, Review};
use crate::failure::{Failure, Unverified};
use crate::mirror::Mirror;
use crate::session::Session;
use crate::trust;
use shared::cbor;
use shared::directory::Directory;
use shared::ids::{GroupId, MemberId, Role};
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Leaf, TreeHead};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::About;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What the statements of their days say of the acts that were asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standings {
    /// What the reader was in each reading, by the number of its record.
    pub readers: BTreeMap<u64, Standing>,
    /// Who belonged to the groups concerned, in the order of the acts; each time that it was otherwise than before.
    pub compositions: Vec<Composition>,
}

/// Who belonged to a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composition {
    /// Which group.
    pub group: GroupId,
    /// What it was called.
    pub name: String,
    /// The time of the first act that found it so.
    pub from: Timestamp,
    /// Its members, with their functions.
    pub members: Vec<(MemberId, Role)>,
}

/// The standing of the reader in each reading that a query asks for, and who belonged to the groups on those days.
///
/// # Errors
/// As for [`trust::prove_past`].
pub async fn standings(
    session: &mut Session,
    review: &Review,
    records: &Records,
    query: &Query,
) -> Result<Standings, Failure> {
    let mut days = Days::of(&review.mirror)?;
    let mut found = Standings::default();
    for (index, opened) in query.of(records) {
        let reading = is_reading(&opened.record);
        if reading {
            found.readers.insert(index, Standing::Unproved);
        }
        let Some(group) = opened.record.group else { continue };
        // What was in force at the end of the batch before, or came to be in force in the reading's own.
        for size in days.around(index) {
            let Some(then) = days.directory(session, group, size).await? else { continue };
            found.note(Composition::of(group, then, opened.record.time));
            if !reading {
                break;
            }
            let standing = Standing::of(&opened.record, group, then);
            found.readers.insert(index, standing);
            if standing == Standing::InOrder {
                break;
            }
        }
    }
    Ok(found)
}

impl Standings {
    /// Keeps what differs from the last that is known of the same group.
    fn note(&mut self, composition: Composition) {
        let last = self.compositions.iter().rfind(|known| known.group == composition.group);
        if last.is_none_or(|last| (&last.name, &last.members) != (&composition.name, &composition.members)) {
            self.compositions.push(composition);
        }
    }
}

impl Composition {
    fn of(group: GroupId, then: &Directory, from: Timestamp) -> Self {
        let name = then.group(group).map(|group| group.name.clone()).unwrap_or_default();
        let seats = then.roster(group).map(|(roster, _)| roster.seats.as_slice()).unwrap_or_default();
        let cards = seats.iter().filter_map(|seat| then.card(&seat.member));
        let members = cards.map(|card| (card.member.clone(), card.function.clone())).collect();
        Self { group, name, from, members }
    }
}

/// The heads of a log, and the statements under each.
struct Days<'a> {
    log: &'a Mirror,
    /// The number of each head, with how many statements stand before it.
    heads: Vec<(u64, usize)>,
    today: BTreeMap<GroupId, Directory>,
    /// By group and number of statements: between two statements nothing changes.
    then: BTreeMap<(GroupId, usize), Option<Directory>>,
}

impl<'a> Days<'a> {
    fn of(log: &'a Mirror) -> Result<Self, Failure> {
        let (mut heads, mut statements) = (Vec::new(), 0);
        log.read_from(TreeHead::empty(), |index, leaf| match cbor::decode(leaf, LEAF_BYTES_MAX) {
            Ok(Leaf::Head(_)) => heads.push((index, statements)),
            Ok(Leaf::Statement(_)) => statements += 1,
            _ => {}
        })?;
        Ok(Self { log, heads, today: BTreeMap::new(), then: BTreeMap::new() })
    }

    /// The sizes of the trees that end with the last head before a leaf, and with the first after it.
    fn around(&self, index: u64) -> Vec<u64> {
        let next = self.heads.partition_point(|(head, _)| *head < index);
        let before = next.checked_sub(1).and_then(|last| self.heads.get(last));
        before.into_iter().chain(self.heads.get(next)).map(|(head, _)| head + 1).collect()
    }

    async fn directory(
        &mut self,
        session: &mut Session,
        group: GroupId,
        size: u64,
    ) -> Result<Option<&Directory>, Failure> {
        let place = self.heads.binary_search_by_key(&size, |(head, _)| head + 1);
        let statements = place.ok().and_then(|place| self.heads.get(place)).map_or(0, |(_, before)| *before);
        if let Entry::Vacant(vacant) = self.today.entry(group) {
            vacant.insert(trust::prove(session, About::Group(group)).await?.directory);
        }
        let today = &self.today[&group];
        let then = match self.then.entry((group, statements)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => {
                let tree = self.log.beginning(size).ok_or(Unverified::Answer)?;
                let proved = trust::prove_then(session, group, tree, today).await;
                vacant.insert(match proved {
                    Ok(then) => Some(then.directory),
                    Err(Failure::Refused(Refusal::NotFound)) => None,
                    Err(failure) => return Err(failure),
                })
            }
        };
        Ok(then.as_ref())
    }
}
