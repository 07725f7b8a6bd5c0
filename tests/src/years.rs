//! A group of twenty-five over years, in virtual time: what lies on the relay's disk, which secrets live, and how long the
//! elimination register becomes.

#![allow(clippy::unwrap_used, reason = "a run that cannot go on has failed")]

use crate::disk::SimDisk;
use crate::engine::Engine;
use crate::world::{BAILLEUR, COORD, CROWD, Letter, MAIRE, POLICE, Terms, World};
use fastrand::Rng;
use pli_server::relay::change::Change;
use pli_server::store::Folder;
use pli_server::sweep::sweep;
use shared::cbor;
use shared::ids::MemberId;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::Leaf;
use shared::message::{HeadReference, Right};
use shared::time::{BucketPolicy, DAY_SECONDS};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Members of the group.
pub const MEMBERS: usize = 25;

/// Those who lead it, write for the landlords, and all others.
const FIRST: [usize; 4] = [MAIRE, COORD, POLICE, BAILLEUR];

/// What there was at the end of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// Letters, and what they are sealed to, in bytes.
    pub segments: u64,
    /// Statements, both copies, in bytes.
    pub statements: u64,
    /// The index, in bytes.
    pub index: u64,
    /// Letters that live.
    pub letters: usize,
    /// Expiry secrets that live on all devices.
    pub secrets: usize,
    /// Lines of the elimination register so far.
    pub lines: usize,
}

impl Month {
    /// What lies on the disk, apart from the log, and from the journal, which is bounded.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.segments + self.statements + self.index
    }
}

/// Lets so many years pass, each a working day after the other.
///
/// # Panics
/// If a letter is refused that the nomenclature allows.
#[must_use]
pub fn live(years: u64, seed: u64) -> Vec<Month> {
    let mut world = World::crowd(MEMBERS - FIRST.len());
    world.buckets = BucketPolicy::default();
    let disk = SimDisk::new(world.shared_time());
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(world.make_relay_in(&folder));
    drop(folder);
    let mut years_of = Years {
        engine: Engine::open(&world, &disk).unwrap(),
        rng: Rng::with_seed(seed),
        letters: Vec::new(),
        leaves: 0,
        lines: 0,
        disk,
        world,
    };
    let mut months = Vec::new();
    let begin = years_of.world.now();
    for day in 0..years * 365 {
        years_of.day(day);
        let elapsed = years_of.world.now().since(begin);
        let month = usize::try_from(elapsed * 12 / (365 * DAY_SECONDS)).unwrap();
        if month > months.len() {
            months.push(years_of.month());
        }
    }
    months
}

struct Years {
    world: World,
    disk: SimDisk,
    engine: Engine,
    rng: Rng,
    /// What lives and could be extended.
    letters: Vec<Letter>,
    leaves: u64,
    lines: usize,
}

impl Years {
    fn day(&mut self, day: u64) {
        self.world.pass(DAY_SECONDS);
        let relay = self.engine.relay.clone();
        self.engine.run(relay.change(|_| Ok(Change::Head))).unwrap().unwrap().unwrap();
        self.engine.run(sweep(&relay)).unwrap().unwrap();
        let now = self.world.now();
        self.letters.retain(|letter| letter.core.expires > now);
        // Once a year everybody's card is signed anew.
        if day % 360 == 359 {
            for person in 0..self.world.people.len() {
                let card = self.world.next_card(&relay.snapshot().directory, &[person]);
                self.engine.run(self.world.publish(&relay, &card)).unwrap().unwrap();
            }
        }
        // Everybody comes once a week.
        let people = (0..self.world.people.len()).filter(|person| (*person as u64 + day).is_multiple_of(7));
        for person in people.collect::<Vec<_>>() {
            let directory = Arc::clone(&relay.snapshot().directory);
            for page in self.world.next_pages(&directory, &self.world.people[person]) {
                self.engine.run(self.world.publish(&relay, &page)).unwrap().unwrap();
            }
        }
        if day % 7 < 5 {
            self.letters_of(day);
        }
        while self.engine.step().unwrap() {}
    }

    /// A note or two to a few, an address list or the results of patrols; now and then something for all.
    fn letters_of(&mut self, day: u64) {
        let crowd: Vec<_> = (CROWD..CROWD + MEMBERS - FIRST.len()).collect();
        let few: Vec<usize> = self.rng.choose_multiple(crowd.iter().copied(), 3);
        self.send(COORD, &[few.as_slice(), &[BAILLEUR]].concat(), "F05a", 90);
        match day % 7 {
            0 => self.send(POLICE, &[BAILLEUR], "F10b", 365),
            1 => self.send(COORD, &[&crowd[..], &[MAIRE, POLICE, BAILLEUR]].concat(), "F17a", 365),
            2 => self.send(BAILLEUR, &few, "F10a", 365),
            3 => self.extend(),
            _ => self.send(MAIRE, &few, "F05a", 30),
        }
    }

    fn send(&mut self, from: usize, to: &[usize], flow: &str, days: u64) {
        let by = self.world.now().plus(days * DAY_SECONDS);
        let terms = Terms { flow, by, documents: &[], renews: None, gate: None };
        if let Some(letter) = self.deposit(from, to, &terms) {
            self.letters.push(letter);
        }
    }

    /// The oldest note of the coordinator's that can be.
    fn extend(&mut self) {
        let can = |letter: &Letter| letter.core.flow.as_str() == "F05a" && letter.core.renews.is_none();
        let Some(place) = self.letters.iter().position(can) else { return };
        let first = self.letters.remove(place);
        let from = if first.core.writer == self.world.people[COORD].member { COORD } else { MAIRE };
        let people = &self.world.people;
        let place_of = |member: &MemberId| people.iter().position(|person| person.member == *member).unwrap();
        let to: Vec<_> = first.core.recipients.iter().map(place_of).collect();
        let by = first.core.created.plus(180 * DAY_SECONDS);
        let renews = Some((&first.core, Right::Extension));
        let terms = Terms { flow: "F05a", by, documents: &[], renews, gate: None };
        self.deposit(from, &to, &terms);
    }

    fn deposit(&mut self, from: usize, to: &[usize], terms: &Terms<'_>) -> Option<Letter> {
        let relay = self.engine.relay.clone();
        let snapshot = relay.snapshot();
        let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
        let letter = self.world.seal_on(&snapshot.directory, head, from, to, terms).unwrap();
        self.engine.run(self.world.deposit(&relay, from, &letter)).unwrap().unwrap();
        Some(letter)
    }

    fn month(&mut self) -> Month {
        let mut by_folder: BTreeMap<String, u64> = BTreeMap::new();
        for name in self.disk.all_files() {
            let folder = name.split('/').next().unwrap_or_default().to_owned();
            *by_folder.entry(folder).or_default() +=
                self.disk.file(&name).map_or(0, |bytes| bytes.len() as u64);
        }
        let of = |folder: &str| by_folder.get(folder).copied().unwrap_or_default();
        let relay = &self.engine.relay;
        let snapshot = relay.snapshot();
        let now = self.world.now();
        for index in self.leaves..snapshot.commit.tree.size {
            let leaf = relay.files().leaf(index).unwrap();
            self.lines +=
                usize::from(matches!(cbor::decode(&leaf, LEAF_BYTES_MAX), Ok(Leaf::Elimination(_))));
        }
        self.leaves = snapshot.commit.tree.size;
        let pages = self.world.people.iter().flat_map(|person| snapshot.directory.key_pages(person.device()));
        let living = pages.flat_map(|page| &page.value().buckets).filter(|bucket| bucket.ends > now);
        Month {
            segments: of("segments"),
            statements: of("statements") + of("statements.again"),
            index: of("index"),
            letters: self.letters.len(),
            secrets: living.count(),
            lines: self.lines,
        }
    }
}
