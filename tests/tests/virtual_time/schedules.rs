//! Any order of events: letters are sent, extended and held, the relay crashes, clocks jump, people are away for weeks.
//! Nothing can be read after its end, and nothing is lost to who is there before it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]
#![allow(clippy::print_stdout, reason = "a test prints its seed")]

use fastrand::Rng;
use pli_server::relay::change::Change;
use pli_server::sweep::sweep;
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::engine::{Engine, founded};
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, PROC, SECOND_AUDITOR, Terms, World};
use shared::clocks::{Clocks, ended_by_both};
use shared::limits::REQUEST_SECONDS_MAX;
use shared::log::Act;
use shared::message::{Because, GrantList, HeadReference, Right};
use shared::refusal::Refusal;
use shared::seal::open_small;
use shared::signed::Signed;
use shared::statement::{Hold, KeyPage, Kind, Link, Statement};
use shared::time::{Bucket, DAY_SECONDS, Timestamp};
use shared::wire::{Answer, Ask};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const SEEDS: u64 = 4;
const STEPS: usize = 130;
const HOUR: u64 = 3600;

/// Those who come and go; the reviewers and PROC are there every day.
const MEMBERS: [usize; 4] = [MAIRE, COORD, POLICE, BAILLEUR];
const ALWAYS: [usize; 3] = [AUDITOR, SECOND_AUDITOR, PROC];

/// A device, as its client keeps it.
#[derive(Default)]
struct Device {
    /// By how much its clock is wrong, in seconds.
    wrong: i64,
    is_away: bool,
    clocks: Clocks,
    /// The buckets whose secrets it holds.
    secrets: BTreeSet<Bucket>,
    /// When it was at the relay, in truth.
    there: Timestamp,
    /// When it was opened, in truth and with a clock that was right, without the relay.
    opened: Vec<Timestamp>,
}

/// A letter that was confirmed, and who reads it.
struct Known {
    letter: Letter,
    writer: usize,
    readers: Vec<usize>,
    is_extended: bool,
    is_retired: bool,
    order: Option<Statement>,
    /// Who has passed it on to PROC.
    passed_on: Option<usize>,
}

struct Stage {
    world: World,
    disk: SimDisk,
    engine: Engine,
    rng: Rng,
    /// By how much the relay's clock is wrong, in seconds.
    relay_wrong: i64,
    devices: BTreeMap<usize, Device>,
    letters: Vec<Known>,
    tried: BTreeMap<&'static str, usize>,
}

impl Stage {
    fn new(seed: u64) -> Self {
        let world = World::new();
        let disk = founded(&world);
        let engine = Engine::open(&world, &disk).unwrap();
        let directory = Arc::clone(&engine.relay.snapshot().directory);
        let device = |person: &usize| {
            let pages = directory.key_pages(world.people[*person].device());
            let secrets = pages.flat_map(|page| page.value().buckets.clone()).collect();
            let mut clocks = Clocks::default();
            clocks.heard(world.now(), world.now());
            (*person, Device { secrets, clocks, there: world.now(), ..Device::default() })
        };
        let devices = MEMBERS.iter().chain(&ALWAYS).map(device).collect();
        let (rng, letters, tried) = (Rng::with_seed(seed), Vec::new(), BTreeMap::new());
        Self { world, disk, engine, rng, relay_wrong: 0, devices, letters, tried }
    }

    fn counted(&mut self, what: &'static str) {
        *self.tried.entry(what).or_default() += 1;
    }

    fn step(&mut self) {
        self.world.pass(HOUR * self.rng.u64(1..30));
        self.set_the_relays_clock();
        self.head_and_sweep();
        for person in ALWAYS {
            self.contact(person);
        }
        for person in MEMBERS {
            self.something_happens_to(person);
        }
        match self.rng.u8(0..10) {
            0 => self.crash(),
            // It answers nobody whose clock is not its own.
            _ if self.relay_is_wrong() => {}
            1..=4 => self.send(),
            5 => self.extend(),
            6 => self.order(),
            7 => self.retire(),
            _ => {}
        }
        if !self.relay_is_wrong() {
            self.pass_on();
            self.nobody_lost_what_lives();
        }
        self.nothing_opens_what_ended();
        while self.engine.step().unwrap() {}
    }

    /// The relay's clock is set to what is wrong, and set right after a while.
    fn set_the_relays_clock(&mut self) {
        let wrong = i64::try_from(self.rng.u64(1..400 * DAY_SECONDS)).unwrap();
        match self.rng.u8(0..100) {
            0..=2 => self.relay_wrong = wrong,
            3..=5 => self.relay_wrong = -wrong,
            6..=50 => self.relay_wrong = 0,
            _ => return,
        }
        self.world.set_relay(self.relay_wrong);
        if self.relay_wrong != 0 {
            self.counted("relay set wrong");
        }
    }

    fn relay_is_wrong(&self) -> bool {
        self.relay_wrong.unsigned_abs() > REQUEST_SECONDS_MAX
    }

    fn head_and_sweep(&mut self) {
        let relay = self.engine.relay.clone();
        self.engine.run(relay.change(|_| Ok(Change::Head))).unwrap().unwrap().unwrap();
        self.engine.run(sweep(&relay)).unwrap().unwrap();
    }

    fn now_of(&self, person: usize) -> Timestamp {
        Timestamp(self.world.now().0.saturating_add_signed(self.devices[&person].wrong))
    }

    fn something_happens_to(&mut self, person: usize) {
        let chance = self.rng.u8(0..100);
        let jump = i64::try_from(self.rng.u64(1..400 * DAY_SECONDS)).unwrap();
        let device = self.devices.get_mut(&person).unwrap();
        match chance {
            0..=2 => device.wrong = jump,
            3..=5 => device.wrong = -jump,
            6..=30 => device.wrong = 0,
            31..=36 => device.is_away = true,
            37..=50 => device.is_away = false,
            _ => {}
        }
        match (device.is_away, self.rng.bool()) {
            (false, _) => self.contact(person),
            (true, true) => self.open_alone(person),
            (true, false) => {}
        }
    }

    /// What its client does by itself at the relay: the relay answers nobody whose clock is wrong.
    fn contact(&mut self, person: usize) {
        self.open_alone(person);
        if self.devices[&person].wrong.unsigned_abs() > REQUEST_SECONDS_MAX || self.relay_is_wrong() {
            return;
        }
        let relay = self.engine.relay.clone();
        self.engine.run(self.world.ask(&relay, person, Ask::Log, &[])).unwrap().unwrap();
        let (head, now, truth) = (relay.snapshot().commit.head.time, self.now_of(person), self.world.now());
        let device = self.devices.get_mut(&person).unwrap();
        device.clocks.heard(head, now);
        device.there = truth;
        let ended = ended_by_both(now, head);
        device.secrets.retain(|bucket| bucket.ends > ended);
        let directory = Arc::clone(&relay.snapshot().directory);
        for page in self.world.next_pages(&directory, &self.world.people[person]) {
            let buckets = page.signed.peek::<KeyPage>().unwrap().buckets;
            self.devices.get_mut(&person).unwrap().secrets.extend(buckets);
            self.engine.run(self.world.publish(&relay, &page)).unwrap().unwrap();
        }
    }

    fn open_alone(&mut self, person: usize) {
        let (now, truth) = (self.now_of(person), self.world.now());
        let device = self.devices.get_mut(&person).unwrap();
        if let Some(ended) = device.clocks.opened(now) {
            device.secrets.retain(|bucket| bucket.ends > ended);
        }
        match device.wrong {
            0 => device.opened.push(truth),
            // One that was wrong has to say it twice anew.
            _ => device.opened.clear(),
        }
    }

    /// Whether its client works at the relay now: it is there, its clock is right, and it lost nothing before.
    fn works(&self, person: usize) -> bool {
        let device = &self.devices[&person];
        !device.is_away && device.wrong == 0 && device.there == self.world.now()
    }

    fn sealed(&self, from: usize, to: &[usize], terms: &Terms<'_>) -> Result<Letter, Refusal> {
        let snapshot = self.engine.relay.snapshot();
        let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
        self.world.seal_on(&snapshot.directory, head, from, to, terms)
    }

    fn deposit(&mut self, writer: usize, readers: Vec<usize>, letter: Letter) {
        let relay = self.engine.relay.clone();
        self.engine.run(self.world.deposit(&relay, writer, &letter)).unwrap().unwrap();
        let known = Known {
            letter,
            writer,
            readers,
            is_extended: false,
            is_retired: false,
            order: None,
            passed_on: None,
        };
        self.letters.push(known);
    }

    fn send(&mut self) {
        let writer = MEMBERS[self.rng.usize(0..3)];
        let mut to: Vec<_> = MEMBERS.into_iter().filter(|person| *person != writer).collect();
        self.rng.shuffle(&mut to);
        to.truncate(self.rng.usize(1..3));
        if !self.works(writer) {
            return;
        }
        let by = self.world.now().plus(self.rng.u64(1..80) * DAY_SECONDS);
        let terms = Terms { flow: "F05a", by, documents: &[], renews: None, gate: None };
        // Somebody who was away for long may have published nothing that lives until then.
        if let Ok(letter) = self.sealed(writer, &to, &terms) {
            self.deposit(writer, to, letter);
            self.counted("sent");
        }
    }

    /// One that lives and that this holds of.
    fn living(&mut self, is_one: impl Fn(&Known) -> bool) -> Option<usize> {
        let now = self.world.now();
        let fits = |known: &Known| now < known.letter.core.expires && !known.is_retired && is_one(known);
        let all: Vec<_> = (0..self.letters.len()).filter(|place| fits(&self.letters[*place])).collect();
        self.rng.choice(all)
    }

    fn extend(&mut self) {
        let can = |known: &Known| known.letter.core.renews.is_none() && !known.is_extended;
        let Some(place) = self.living(can) else { return };
        let (writer, readers) = (self.letters[place].writer, self.letters[place].readers.clone());
        if !self.works(writer) {
            return;
        }
        let core = self.letters[place].letter.core.clone();
        let by = core.created.plus(180 * DAY_SECONDS);
        let terms =
            Terms { flow: "F05a", by, documents: &[], renews: Some((&core, Right::Extension)), gate: None };
        if let Ok(letter) = self.sealed(writer, &readers, &terms) {
            self.letters[place].is_extended = true;
            self.deposit(writer, readers, letter);
            self.counted("extended");
        }
    }

    fn order(&mut self) {
        let Some(place) = self.living(|known| known.order.is_none() && known.letter.core.order().is_none())
        else {
            return;
        };
        let core = &self.letters[place].letter.core;
        let now = self.world.now();
        let ends = self.world.buckets.ends_until(now.plus(120 * DAY_SECONDS), now);
        let Some(until) = ends.into_iter().find(|end| *end > core.expires) else { return };
        let (reference, link) = ("PV 2026/114".to_owned(), Link::first(now));
        let hold = Hold { link, group: core.group, message: core.id, reference, until };
        let signed = Signed::new(&hold, &[&self.world.people[PROC].key]);
        let statement = Statement { kind: Kind::Hold, signed, body: None };
        let relay = self.engine.relay.clone();
        self.engine.run(self.world.publish(&relay, &statement)).unwrap().unwrap();
        self.letters[place].order = Some(statement);
        self.counted("ordered");
    }

    /// What every client that is there does for an order.
    fn pass_on(&mut self) {
        for place in 0..self.letters.len() {
            let known = &self.letters[place];
            let (core, now) = (known.letter.core.clone(), self.world.now());
            let Some(order) = known.order.as_ref().filter(|_| known.passed_on.is_none()) else { continue };
            let holders = known.readers.iter().chain([&known.writer]).copied();
            let Some(holder) =
                holders.into_iter().find(|person| self.works(*person) && self.can_read(*person, place))
            else {
                continue;
            };
            let hold: Hold = order.signed.peek().unwrap();
            if now >= core.expires || now >= hold.until {
                continue;
            }
            let renews = Some((&core, Right::Hold(order.signed.digest())));
            let terms = Terms { flow: "F05a", by: hold.until, documents: &[], renews, gate: None };
            let letter = self.sealed(holder, &[PROC], &terms).unwrap();
            self.letters[place].passed_on = Some(holder);
            self.deposit(holder, vec![PROC], letter);
            self.counted("passed on");
        }
    }

    fn retire(&mut self) {
        if self.rng.u8(0..3) > 0 {
            return;
        }
        // What is held goes when somebody else than its writer has passed it on.
        let can = |known: &Known| {
            let is_free = known.order.is_none() || known.passed_on.is_some_and(|by| by != known.writer);
            known.letter.core.order().is_none() && is_free
        };
        let Some(place) = self.living(can) else { return };
        let Known { letter, writer, .. } = &self.letters[place];
        let ask = Ask::Retire { message: letter.id, because: Because::Superseded };
        let relay = self.engine.relay.clone();
        let (answer, _) = self.engine.run(self.world.ask(&relay, *writer, ask, &[])).unwrap().unwrap();
        assert!(matches!(answer, Answer::Retired(_)), "{answer:?}");
        self.letters[place].is_retired = true;
        self.counted("retired");
    }

    /// The power fails, and the relay starts again.
    fn crash(&mut self) {
        let survival = [Survival::Lost, Survival::Kept, Survival::Torn][self.rng.usize(0..3)];
        let disk = self.disk.crashed(survival, &mut self.rng);
        disk.calm();
        self.engine = Engine::open(&self.world, &disk).unwrap();
        self.disk = disk;
        self.head_and_sweep();
        self.counted("crashed");
    }

    /// Whether a device holds the secret of the bucket to which its grant is sealed.
    fn can_read(&self, person: usize, place: usize) -> bool {
        let list: GrantList = self.letters[place].letter.envelope.grant_list.peek().unwrap();
        let device = self.world.people[person].device();
        let grant = list.grants.iter().find(|grant| grant.device == device);
        grant.is_some_and(|grant| self.devices[&person].secrets.contains(&grant.bucket))
    }

    /// Who was never away nor wrong since it was sent opens it until its end: through the relay, with their own secret.
    fn nobody_lost_what_lives(&mut self) {
        let Some(place) = self.living(|_| true) else { return };
        let readers = self.letters[place].readers.clone();
        for person in readers.into_iter().filter(|person| self.works(*person)).collect::<Vec<_>>() {
            // A clock that ran ahead for weeks, away from the relay, has destroyed more than it should.
            if !self.can_read(person, place) {
                self.counted("lost by a wrong clock");
                assert!(!ALWAYS.contains(&person), "nobody who is there every day loses anything");
                continue;
            }
            let known = &self.letters[place];
            let relay = self.engine.relay.clone();
            let claimed = self.world.claim(&relay, person, &known.letter);
            let (_, grant, note) = self.engine.run(claimed).unwrap().unwrap();
            assert!(!grant.is_empty() && !note.is_empty());
            assert!(opens(&self.world, &self.devices[&person], person, &grant), "before its end");
            self.counted("read");
        }
    }

    /// After its end the relay gives it to nobody; and whoever kept every byte from before opens nothing with what is left
    /// on a device that was there since, or that was opened twice, a week apart.
    fn nothing_opens_what_ended(&mut self) {
        let now = self.world.now();
        let ended: Vec<_> =
            (0..self.letters.len()).filter(|place| self.letters[*place].letter.core.expires <= now).collect();
        let Some(place) = self.rng.choice(ended) else { return };
        let Known { letter, readers, writer, .. } = &self.letters[place];
        let expires = letter.core.expires;
        let everybody = readers.iter().chain([writer]).copied().collect::<Vec<_>>();
        for person in &everybody {
            let relay = self.engine.relay.clone();
            let ask = Ask::Claim {
                message: letter.id,
                core: letter.core.digest(),
                act: Act::Release,
                reason: Some("suivi".parse().unwrap()),
                annex: None,
            };
            let (answer, _) = self.engine.run(self.world.ask(&relay, *person, ask, &[])).unwrap().unwrap();
            assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
        }
        let mut tried = 0;
        for person in everybody {
            let device = &self.devices[&person];
            let alone: Vec<_> = device.opened.iter().filter(|opened| **opened >= expires).collect();
            let said_twice = alone.first().zip(alone.last()).is_some_and(|(first, last)| {
                let silent = first.since(device.there) >= DAY_SECONDS;
                silent && last.since(**first) >= 18 * DAY_SECONDS && alone.len() > 5
            });
            if device.there >= expires || said_twice {
                tried += 1;
                let list: GrantList = letter.envelope.grant_list.peek().unwrap();
                let own = self.world.people[person].device();
                for (entry, grant) in list.grants.iter().zip(&letter.envelope.grants) {
                    let is_own = entry.device == own;
                    assert!(!is_own || !opens(&self.world, device, person, grant), "after its end");
                }
            }
        }
        for _ in 0..tried {
            self.counted("attacked");
        }
    }
}

/// Whether something sealed opens with any secret that is left on a device.
fn opens(world: &World, device: &Device, person: usize, sealed: &[u8]) -> bool {
    let secrets = device.secrets.iter().map(|bucket| world.people[person].expiry_identity(*bucket));
    secrets.into_iter().any(|secret| open_small(&secret, sealed).is_ok())
}

#[test]
fn nothing_is_read_after_its_end_and_nothing_is_lost_before() {
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let mut stage = Stage::new(seed);
        for _ in 0..STEPS {
            stage.step();
        }
        for (what, count) in stage.tried {
            *tried.entry(what).or_default() += count;
        }
    }
    println!("{tried:?}");
    for what in [
        "sent",
        "extended",
        "ordered",
        "passed on",
        "retired",
        "crashed",
        "read",
        "attacked",
        "relay set wrong",
    ] {
        assert!(tried.get(what).is_some_and(|count| *count > 5), "{what}: {tried:?}");
    }
}
