//! A small world to test in: two roots, a group of four members, two reviewers of the log, and a
//! clock that stands still until it is told to go.
//!
//! Keys and ids grow from names, so a world is the same in every run as far as sealing lets it be.
//! [`World::ask`] sends a request through the relay's own request code, over memory; a test that
//! is about the network brings its own connection and the same signed requests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::folder::{self, PublicIdentity};
use pli_server::quotas::Allowance;
use pli_server::relay::change::Change;
use pli_server::relay::items::Opening;
use pli_server::relay::{Relay, Running, Setup};
use pli_server::requests::{self, Door};
use pli_server::store::{Folder, StoreError};
use pli_server::transport::frames::framed;
use pli_server::{Clock, Time};
use shared::authorise::{self, First};
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Chain, Directory};
use shared::form::Form;
use shared::ids::{DeviceId, Digest, FlowCode, GroupId, InvitationId, MemberId, MessageId, Random};
use shared::limits::{FRAME_BYTES_MAX, ROSTER_MEMBERS_MAX};
use shared::log::{Act, Checkpoint, Confirmation, TreeHead, WitnessKey};
use shared::message::{
    self, Core, Document, DocumentDraft, Draft, Envelope, Gated, Grant, GrantEntry, GrantList, Ground,
    Handling, HeadReference, Header, InvalidMessage, Opened, Part, PartKind, Renewal, Right, Rules,
    SealedDocument, Target, Thread, screen,
};
use shared::refusal::Refusal;
use shared::screening::{Contents, Screen};
use shared::seal::{ExpiryIdentity, MessageIdentity, seal_small};
use shared::signed::Signed;
use shared::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Group, GroupKind,
    Invitation, Invited, KeyPage, Kind, Link, NomenclatureStatement, Organisation, Personal, Proposal,
    Reglement, RelayKeys, Root, Roster, Ruleset, RulesetStatement, Seat, Statement, WitnessPolicy,
};
use shared::time::{Bucket, BucketPolicy, DAY_SECONDS, Step, Tier, Timestamp};
use shared::wire::{Annexed, Answer, Ask, Request, SealedAnnex, SealedKey, VERSION};
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The flows and reasons of the convention.
pub const NOMENCLATURE: &str = include_str!("../data/nomenclature.toml");

/// Rules for tests that are not about rules.
const SMALL_RULES: &str = include_str!("../data/screening/small.toml");

static SMALL_SCREEN: LazyLock<Screen> = LazyLock::new(|| small_rules().screen().unwrap());

/// Rules that are made in no time, for tests that are not about rules.
#[must_use]
pub fn small_rules() -> Ruleset {
    Ruleset { text: SMALL_RULES.to_owned(), weights: vec![0] }
}

/// 2026-11-24T09:00:00Z, a Tuesday.
pub const BEGIN: Timestamp = Timestamp(1_795_510_800);

/// The group's president.
pub const MAIRE: usize = 0;
/// Its coordinator.
pub const COORD: usize = 1;
/// A police officer.
pub const POLICE: usize = 2;
/// A landlord's correspondent.
pub const BAILLEUR: usize = 3;
/// A reviewer of the log.
pub const AUDITOR: usize = 4;
/// Another one.
pub const SECOND_AUDITOR: usize = 5;
/// The prosecutor, who gives visas and is no member of the group.
pub const PROC: usize = 6;
/// The first of the officers whom [`World::crowd`] adds.
pub const CROWD: usize = 7;

/// How long what somebody agreed to can be read.
pub const READABLE_SECONDS: u64 = 30 * DAY_SECONDS;

/// The charter of the group.
pub const CHARTER: &str = "Ce qui s'échange ici ne sort pas du groupe.";

/// A member with one device.
pub struct Person {
    /// Their handle.
    pub member: MemberId,
    /// Their function.
    pub function: &'static str,
    /// The name of their device, from which its keys grow.
    pub name: String,
    /// The key of their device.
    pub key: SigningKey,
    counter: AtomicU64,
    known: AtomicU64,
}

/// Everybody, and the time.
pub struct World {
    /// The authority's root key.
    pub authority: SigningKey,
    /// The parquet's root key.
    pub parquet: SigningKey,
    /// The members, by the constants of this module.
    pub people: Vec<Person>,
    /// Who watches the log; they have no card and no device.
    pub witnesses: [Person; 3],
    /// That two of them must have seen it.
    pub policy: WitnessPolicy,
    /// The one group, of kind `echange`.
    pub group: GroupId,
    /// For which buckets devices keep keys: few, because making them takes time.
    pub buckets: BucketPolicy,
    /// For how many months the root says that records open.
    pub log_months: u8,
    begin: Timestamp,
    time: Arc<AtomicU64>,
    relay_wrong: Arc<AtomicI64>,
    letters: AtomicU64,
}

/// A clock that somebody sets, in a machine that counts.
struct RelayTimes {
    time: Arc<AtomicU64>,
    wrong: Arc<AtomicI64>,
}

impl Time for RelayTimes {
    fn now(&self) -> Timestamp {
        Timestamp(self.counted().saturating_add_signed(self.wrong.load(Ordering::Relaxed)))
    }

    fn counted(&self) -> u64 {
        self.time.load(Ordering::Relaxed)
    }
}

/// What a letter shall be.
#[derive(Clone)]
pub struct Terms<'a> {
    /// Of which flow.
    pub flow: &'a str,
    /// It ends with the bucket that ends last by then.
    pub by: Timestamp,
    /// Its documents.
    pub documents: &'a [&'a [u8]],
    /// The letter that it says again, and by what right.
    pub renews: Option<(&'a Core, Right)>,
    /// Who has to agree; then it waits until the bucket that ends last by then, and is readable for 30 days.
    pub gate: Option<usize>,
}

/// How long a [piece](Letter::pieces) is: long enough that nothing else is like it by chance.
pub const PIECE_BYTES: usize = 24;

/// A sealed letter, ready to be deposited.
pub struct Letter {
    /// Its id.
    pub id: MessageId,
    /// What all its parts repeat.
    pub core: Core,
    /// Header, note, grants.
    pub envelope: Envelope,
    /// The ciphertexts of its documents.
    pub documents: Vec<Vec<u8>>,
}

impl Person {
    fn new(member: &str, function: &'static str) -> Self {
        Self::with_device(member, function, member)
    }

    fn with_device(member: &str, function: &'static str, name: &str) -> Self {
        Self {
            member: member.parse().unwrap(),
            function,
            name: name.to_owned(),
            key: key_of(name),
            counter: AtomicU64::new(0),
            known: AtomicU64::new(0),
        }
    }

    /// Where they serve: on one of two sides.
    fn organisation(&self) -> Organisation {
        let (id, name) = match self.function {
            "MAIRE" | "COORD" => ("ville-1", "Ville"),
            _ => ("partenaire-1", "Partenaire"),
        };
        Organisation { id: id.parse().unwrap(), name: name.into() }
    }

    /// The id of their device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.key.id()
    }

    /// The secret of their device for one bucket.
    #[must_use]
    pub fn expiry_identity(&self, bucket: Bucket) -> ExpiryIdentity {
        let seed = sha256(format!("{} {:?} {}", self.name, bucket.tier, bucket.ends.0).as_bytes());
        ExpiryIdentity::from_bytes(&seed.0)
    }

    /// Their key as that of a witness.
    ///
    /// # Panics
    /// If they have no name for one.
    #[must_use]
    pub fn witness(&self) -> WitnessKey {
        WitnessKey::new(&format!("{}.example", self.name), self.key.public()).unwrap()
    }

    /// Leaves out so many counters, as a device whose requests were lost on the way.
    pub fn skip(&self, counters: u64) {
        self.counter.fetch_add(counters, Ordering::Relaxed);
    }

    /// Signs the next request of their device.
    #[must_use]
    pub fn request(&self, ask: Ask, now: Timestamp) -> Signed {
        let counter = 1 + self.counter.fetch_add(1, Ordering::Relaxed);
        let opening = Random(sha256(format!("{} opening {counter}", self.name).as_bytes()).0);
        let request = Request {
            version: VERSION,
            device: self.device(),
            counter,
            time: now,
            opening,
            known: self.known.load(Ordering::Relaxed),
            receipt: None,
            ask,
        };
        Signed::new(&request, &[&self.key])
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A folder that nobody uses any more. A process that is being started holds every lock of this one until it is itself, so
/// that it may be a moment before it is.
fn unlocked(dir: &Path) -> Folder {
    const LOOKS_MAX: u32 = 2_000;
    for _ in 0..LOOKS_MAX {
        match Folder::open(dir) {
            Err(StoreError::InUse) => std::thread::sleep(Duration::from_millis(1)),
            opened => return opened.unwrap(),
        }
    }
    panic!("the folder is still in use");
}

impl World {
    /// The world at [`BEGIN`].
    #[must_use]
    pub fn new() -> Self {
        Self::crowd(0)
    }

    /// The world at [`BEGIN`] with so many more officers in its group, from the number [`CROWD`] on.
    #[must_use]
    pub fn crowd(more: usize) -> Self {
        Self::at(BEGIN, more)
    }

    /// As [`crowd`](Self::crowd), at another time.
    #[must_use]
    pub fn at(begin: Timestamp, more: usize) -> Self {
        let step = |tier, count| Step { tier, count };
        let mut people = vec![
            Person::new("maire-1", "MAIRE"),
            Person::new("coord-1", "COORD"),
            Person::new("police-1", "CSP"),
            Person::new("bailleur-1", "BREF"),
            Person::new("auditeur-1", "AUD"),
            Person::new("auditeur-2", "AUD"),
            Person::new("procureur-1", "PROC"),
        ];
        people.extend((2..more + 2).map(|number| Person::new(&format!("police-{number}"), "CSP")));
        let witnesses = ["temoin-1", "temoin-2", "temoin-3"].map(|name| Person::new(name, ""));
        let policy = WitnessPolicy::of(2, witnesses.iter().map(Person::witness).collect());
        Self {
            authority: key_of("authority"),
            parquet: key_of("parquet"),
            people,
            witnesses,
            policy,
            group: GroupId(half(b"group")),
            buckets: BucketPolicy {
                steps: vec![step(Tier::Day, 5), step(Tier::Week, 6), step(Tier::Month, 6)],
            },
            log_months: 12,
            begin,
            time: Arc::new(AtomicU64::new(begin.0)),
            relay_wrong: Arc::default(),
            letters: AtomicU64::new(0),
        }
    }

    /// The time in this world.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.time.load(Ordering::Relaxed))
    }

    /// Lets so many seconds pass.
    pub fn pass(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The time, for whoever shares it.
    #[must_use]
    pub fn shared_time(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.time)
    }

    /// The clock that everybody is given.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Arc::new(move || Timestamp(time.load(Ordering::Relaxed)))
    }

    /// Sets the clock of the relays that are opened here, so many seconds from what is right. Their machines count as
    /// all others do.
    pub fn set_relay(&self, wrong: i64) {
        self.relay_wrong.store(wrong, Ordering::Relaxed);
    }

    fn relay_clock(&self) -> Clock {
        Arc::new(RelayTimes { time: Arc::clone(&self.time), wrong: Arc::clone(&self.relay_wrong) })
    }

    /// As [`make_relay`](Self::make_relay), in a folder that is open; and publishes everybody's keys.
    ///
    /// # Panics
    /// If that fails.
    pub async fn make_relay_in(&self, folder: &Folder) {
        let public = folder::make_in(folder, "pli.example/log", None, self.now()).unwrap();
        folder::found_in(folder, &self.founding(&public), self.clock()).await.unwrap();
        let running = Running::open(folder, self.setup(folder)).unwrap();
        self.publish_key_pages(&running.relay).await;
        running.finish().unwrap();
    }

    /// The setup of a relay without quotas.
    ///
    /// # Panics
    /// If the folder was not founded.
    #[must_use]
    pub fn setup(&self, folder: &Folder) -> Setup {
        Setup { allowance: Allowance::ample(), ..Setup::of(folder, self.relay_clock()).unwrap() }
    }

    /// Makes the folder of a relay with certificates of its own, and founds it.
    ///
    /// # Panics
    /// If that fails.
    pub async fn make_relay(&self, dir: &Path) {
        let public = folder::make(dir, "pli.example/log", None, self.now()).unwrap();
        folder::found(dir, &self.founding(&public), self.clock()).await.unwrap();
    }

    /// Opens the relay of a folder, without a network in front of it.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn open(&self, dir: &Path) -> Running {
        let folder = unlocked(dir);
        Running::open(&folder, self.setup(&folder)).unwrap()
    }

    /// The statements that found a relay, as `init --founding` takes them.
    ///
    /// # Panics
    /// If the relay's file is not one.
    #[must_use]
    pub fn founding(&self, public: &PublicIdentity) -> Vec<u8> {
        cbor::encode(&self.statements(public.keys().unwrap()))
    }

    /// Root, nomenclature, cards, group and roster, each the first of its chain.
    #[must_use]
    pub fn statements(&self, relay: RelayKeys) -> Vec<Statement> {
        let both = [&self.authority, &self.parquet];
        let link = Link::first(self.now());
        let root = Root {
            link: link.clone(),
            authority: self.authority.public(),
            parquet: self.parquet.public(),
            relay,
            buckets: self.buckets.clone(),
            log_months: self.log_months,
            witnesses: self.policy.clone(),
        };
        let text = NOMENCLATURE.as_bytes().to_vec();
        let nomenclature = NomenclatureStatement { link, text: sha256(&text) };
        let rules = small_rules();
        let ruleset = RulesetStatement { link: Link::first(self.now()), rules: rules.digest() };
        let mut statements = vec![
            Statement { kind: Kind::Root, signed: Signed::new(&root, &both), body: None },
            Statement {
                kind: Kind::Nomenclature,
                signed: Signed::new(&nomenclature, &both),
                body: Some(text),
            },
            Statement {
                kind: Kind::Ruleset,
                signed: Signed::new(&ruleset, &both),
                body: Some(rules.encode()),
            },
        ];
        statements.extend(self.people.iter().map(|person| self.card(person)));
        let group = self.group_statement();
        statements.push(group);
        statements.push(self.roster(Link::first(self.now()), &self.everybody()));
        let charter = self.charter();
        let digest = charter.signed.digest();
        statements.push(charter);
        statements.extend(self.everybody().into_iter().map(|person| self.adhesion(person, digest)));
        statements
    }

    /// Everybody in the group: all but the parquet's, and those for whom a roster has no room.
    #[must_use]
    pub fn everybody(&self) -> Vec<usize> {
        let members =
            (0..self.people.len()).filter(|person| !["AUD", "PROC"].contains(&self.people[*person].function));
        members.take(ROSTER_MEMBERS_MAX).collect()
    }

    fn card(&self, person: &Person) -> Statement {
        let personal = Personal {
            salt: Random(sha256(person.member.as_str().as_bytes()).0),
            family_name: format!("Nom {}", person.member),
            given_name: "Prénom".into(),
            telephone: "01 00 00 00 00".into(),
            email: format!("{}@pli.example", person.member),
            attested_by: "Direction".into(),
        };
        let card = Card {
            link: Link::first(self.now()),
            member: person.member.clone(),
            function: person.function.parse().unwrap(),
            organisation: person.organisation(),
            territory: vec!["Ville".into()],
            devices: vec![DeviceKey { key: person.key.public(), name: "bureau".into() }],
            personal: personal.digest(),
            deputy: None,
            protected: false,
            from: self.now(),
            until: None,
        };
        let signer = if card.is_hat() { &self.parquet } else { &self.authority };
        Statement { kind: Kind::Card, signed: Signed::new(&card, &[signer]), body: Some(personal.to_body()) }
    }

    /// The group's first statement.
    #[must_use]
    pub fn group_statement(&self) -> Statement {
        let group = Group {
            link: Link::first(self.begin),
            id: self.group,
            name: "Groupe bailleurs".into(),
            kind: GroupKind::Echange,
            territory: vec!["Ville".into()],
            president: self.people[MAIRE].device(),
            coordinator: self.people[COORD].device(),
        };
        let signed = Signed::new(&group, &[&self.people[MAIRE].key, &self.people[PROC].key]);
        Statement { kind: Kind::Group, signed, body: None }
    }

    /// The group's first charter, in force at once.
    #[must_use]
    pub fn charter(&self) -> Statement {
        let charter = Charter {
            link: Link::first(self.begin),
            group: self.group,
            text: sha256(CHARTER.as_bytes()),
            reglement: Reglement { reference: "2026-14".into(), date: "12/05/2026".into() },
            named: Vec::new(),
            from: self.begin,
            order: None,
        };
        let signed = Signed::new(&charter, &[&self.people[MAIRE].key, &self.people[PROC].key]);
        Statement { kind: Kind::Charter, signed, body: Some(CHARTER.as_bytes().to_vec()) }
    }

    /// A person's signature under a charter.
    #[must_use]
    pub fn adhesion(&self, person: usize, charter: Digest) -> Statement {
        let Person { member, key, .. } = &self.people[person];
        let link = Link::first(self.now());
        let adhesion = Adhesion { link, group: self.group, member: member.clone(), charter };
        Statement { kind: Kind::Adhesion, signed: Signed::new(&adhesion, &[key]), body: None }
    }

    /// One of each kind that founds nothing: a further device, a delegation, a proposal, the answer to an
    /// invitation, an annuaire. They go on from [`statements`](Self::statements) under this root.
    #[must_use]
    pub fn further(&self, founding: &[Statement]) -> Vec<Statement> {
        let link = Link::first(self.now());
        let (police, coord) = (&self.people[POLICE], &self.people[COORD]);
        let cards = founding.iter().filter(|statement| statement.kind == Kind::Card);
        let digest = |statement: &Statement| statement.signed.digest();
        let card: Card = self.card(police).signed.peek().unwrap();
        let fresh = |name: &str| DeviceKey { key: key_of(name).public(), name: "portable".into() };
        let list = Devices {
            link: link.clone(),
            member: police.member.clone(),
            base: card.base(),
            devices: card.devices.iter().cloned().chain([fresh("a further device")]).collect(),
        };
        let delegation = Delegation {
            link: link.clone(),
            group: self.group,
            member: police.member.clone(),
            to: coord.member.clone(),
            from: self.now(),
            until: self.now().plus(7 * DAY_SECONDS),
            flow: None,
        };
        let roster = founding.iter().find(|statement| statement.kind == Kind::Roster).map(digest);
        let next = Link { version: 2, previous: roster, made: self.now() };
        let mut proposed = self.roster(next, &[MAIRE, COORD, POLICE]);
        proposed.signed.signatures.retain(|signature| signature.key == coord.device());
        let body = cbor::encode(&proposed);
        let proposal =
            Proposal { link: link.clone(), group: self.group, of: Kind::Roster, statement: sha256(&body) };
        let invited = "police-9".parse().unwrap();
        let invitation = Invitation {
            id: InvitationId(half(b"invitation")),
            to: Invited::Member(Box::new(Card { member: invited, devices: Vec::new(), ..card })),
            made: self.now(),
            expires: self.now().plus(7 * DAY_SECONDS),
            relay: "192.0.2.7:4433".into(),
            fingerprint: digest(&founding[0]),
            checkpoint: String::new(),
        };
        let device = key_of("police-9");
        let enrolment = Enrolment {
            link: link.clone(),
            invitation: Signed::new(&invitation, &[&self.authority]),
            device: DeviceKey { key: device.public(), name: "bureau".into() },
            tls: key_of("police-9 tls").public(),
        };
        let mut lines: Vec<_> =
            cards.map(|card| (card.signed.peek::<Card>().unwrap().member, digest(card))).collect();
        lines.sort();
        let lines = Annuaire::to_body(&lines);
        let annuaire = Annuaire { link, title: "Référents".into(), lines: sha256(&lines) };
        let statement = |kind, signed, body| Statement { kind, signed, body };
        vec![
            statement(Kind::Devices, Signed::new(&list, &[&police.key]), None),
            statement(Kind::Delegation, Signed::new(&delegation, &[&police.key]), None),
            statement(Kind::Proposal, Signed::new(&proposal, &[&coord.key]), Some(body)),
            statement(Kind::Enrolment, Signed::new(&enrolment, &[&device]), None),
            statement(Kind::Annuaire, Signed::new(&annuaire, &[&self.authority]), Some(lines)),
        ]
    }

    /// The key of the device that answers the invitation among [`further`](Self::further) statements.
    #[must_use]
    pub fn further_key(&self) -> SigningKey {
        key_of("police-9")
    }

    /// A roster of these people, signed by president and coordinator.
    #[must_use]
    pub fn roster(&self, link: Link, seated: &[usize]) -> Statement {
        let mut seats: Vec<Seat> = Vec::new();
        for person in seated.iter().map(|person| &self.people[*person]) {
            match seats.iter_mut().find(|seat| seat.member == person.member) {
                Some(seat) => seat.devices.push(person.device()),
                None => seats.push(Seat {
                    member: person.member.clone(),
                    devices: vec![person.device()],
                    writes: true,
                }),
            }
        }
        seats.sort_by(|a, b| a.member.cmp(&b.member));
        let statement = self.group_statement().signed.digest();
        let roster = Roster { link, group: self.group, statement, seats };
        let signed = Signed::new(&roster, &[&self.people[MAIRE].key, &self.people[COORD].key]);
        Statement { kind: Kind::Roster, signed, body: None }
    }

    /// Gives somebody another device, on paper: gives its number among the people.
    pub fn add_device(&mut self, of: usize) -> usize {
        let Person { member, function, .. } = &self.people[of];
        let device = Person::with_device(member.as_str(), function, &format!("{member} portable"));
        self.people.push(device);
        self.people.len() - 1
    }

    /// The next card of a member, with these devices of theirs on it.
    ///
    /// # Panics
    /// If they have no card yet.
    #[must_use]
    pub fn next_card(&self, directory: &Directory, devices: &[usize]) -> Statement {
        let person = &self.people[devices[0]];
        let before = directory.card(&person.member).unwrap();
        let link = Link {
            version: before.link.version + 1,
            previous: directory.card_digest(&person.member),
            made: self.now(),
        };
        let key = |device: &usize| DeviceKey { key: self.people[*device].key.public(), name: "poste".into() };
        let card = Card { link, devices: devices.iter().map(key).collect(), ..before.clone() };
        let signer = if card.is_hat() { &self.parquet } else { &self.authority };
        let body = directory.personal(&person.member).map(Personal::to_body);
        Statement { kind: Kind::Card, signed: Signed::new(&card, &[signer]), body }
    }

    /// The next card of a member, whose office ends then.
    ///
    /// # Panics
    /// If they have no card yet.
    #[must_use]
    pub fn ending_card(&self, directory: &Directory, person: usize, until: Timestamp) -> Statement {
        let member = &self.people[person].member;
        let before = directory.card(member).unwrap();
        let (version, previous) = (before.link.version + 1, directory.card_digest(member));
        let link = Link { version, previous, made: self.now() };
        let card = Card { link, until: Some(until), ..before.clone() };
        let body = directory.personal(member).map(Personal::to_body);
        Statement { kind: Kind::Card, signed: Signed::new(&card, &[&self.authority]), body }
    }

    /// The next roster, of these devices.
    ///
    /// # Panics
    /// If there is no roster yet.
    #[must_use]
    pub fn next_roster(&self, directory: &Directory, seated: &[usize]) -> Statement {
        let (before, digest) = directory.roster(self.group).unwrap();
        let link = Link { version: before.link.version + 1, previous: Some(digest), made: self.now() };
        self.roster(link, seated)
    }

    /// Gives somebody another device that counts, with keys: gives its number among the people.
    ///
    /// # Panics
    /// If a statement is refused.
    pub async fn give_device(&mut self, relay: &Relay, of: usize) -> usize {
        let device = self.add_device(of);
        self.publish(relay, &self.next_card(&relay.snapshot().directory, &[of, device])).await;
        let seated: Vec<_> = self.everybody();
        self.publish(relay, &self.next_roster(&relay.snapshot().directory, &seated)).await;
        for page in self.key_pages(&self.people[device]) {
            self.publish(relay, &page).await;
        }
        device
    }

    /// Makes the prosecutor a member of the group who has signed its charter, so that they can agree.
    ///
    /// # Panics
    /// If a statement is refused.
    pub async fn seat_proc(&self, relay: &Relay) {
        self.seat_again(relay).await;
        let charter = self.charter().signed.digest();
        self.publish(relay, &self.adhesion(PROC, charter)).await;
    }

    /// The next roster, of everybody and the prosecutor.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn seat_again(&self, relay: &Relay) {
        let seated = [self.everybody(), vec![PROC]].concat();
        self.publish(relay, &self.next_roster(&relay.snapshot().directory, &seated)).await;
    }

    /// The key pages of a person's device, one a tier.
    #[must_use]
    pub fn key_pages(&self, person: &Person) -> Vec<Statement> {
        let page = |step: &Step| {
            let buckets = BucketPolicy::published(*step, self.now());
            let recipients: Vec<u8> = buckets
                .iter()
                .flat_map(|bucket| person.expiry_identity(*bucket).recipient().to_bytes())
                .collect();
            let page = KeyPage {
                link: Link::first(self.now()),
                device: person.device(),
                buckets,
                recipients: sha256(&recipients),
            };
            Statement {
                kind: Kind::KeyPage,
                signed: Signed::new(&page, &[&person.key]),
                body: Some(recipients),
            }
        };
        self.buckets.steps.iter().map(page).collect()
    }

    /// The next pages of a person's device, where its ladder is short.
    #[must_use]
    pub fn next_pages(&self, directory: &Directory, person: &Person) -> Vec<Statement> {
        let device = person.device();
        let page = |step: &Step| {
            let buckets =
                BucketPolicy::lacking(*step, directory.published_until(device, step.tier), self.now());
            let recipient = |bucket: &Bucket| person.expiry_identity(*bucket).recipient().to_bytes();
            let body: Vec<u8> = buckets.iter().flat_map(recipient).collect();
            let link = directory.next_link(&Chain::KeyPage(device, step.tier), self.now());
            let recipients = sha256(&body);
            let page = KeyPage { link, device, buckets, recipients };
            let signed = Signed::new(&page, &[&person.key]);
            (!page.buckets.is_empty()).then_some(Statement { kind: Kind::KeyPage, signed, body: Some(body) })
        };
        self.buckets.steps.iter().filter_map(page).collect()
    }

    /// Publishes a statement.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn publish(&self, relay: &Relay, statement: &Statement) {
        relay.change(|_| Ok(Change::from(statement.clone()))).await.unwrap();
    }

    /// Publishes the key pages of everybody.
    ///
    /// # Panics
    /// If one is refused.
    pub async fn publish_key_pages(&self, relay: &Relay) {
        for person in &self.people {
            for page in self.key_pages(person) {
                self.publish(relay, &page).await;
            }
        }
    }

    /// Somebody speaks to the relay: that bears its clock out, and has its head made anew.
    pub async fn hear(&self, relay: &Relay) {
        self.ask(relay, AUDITOR, Ask::Log, &[]).await;
    }

    /// Signs a request and gives it to the relay with the frames that go with it. The answer's
    /// frames come back, the answer itself decoded.
    ///
    /// # Panics
    /// If the answer is none.
    pub async fn ask(
        &self,
        relay: &Relay,
        person: usize,
        ask: Ask,
        bodies: &[&[u8]],
    ) -> (Answer, Vec<Vec<u8>>) {
        let signed = self.people[person].request(ask, self.now());
        self.say(relay, &signed, bodies).await
    }

    /// Gives the relay a request that is signed already, again if need be.
    ///
    /// # Panics
    /// If the answer is none.
    pub async fn say(&self, relay: &Relay, signed: &Signed, bodies: &[&[u8]]) -> (Answer, Vec<Vec<u8>>) {
        let mut sent = framed(&cbor::encode(signed));
        sent.extend(bodies.iter().flat_map(|body| framed(body)));
        self.exchange(relay, &sent).await
    }

    async fn exchange(&self, relay: &Relay, sent: &[u8]) -> (Answer, Vec<Vec<u8>>) {
        let (mut receive, mut send) = (sent, Vec::new());
        requests::answer(relay, Door::Open, &mut receive, &mut send).await;
        let mut frames = unframed(&send).into_iter();
        let answer = cbor::decode(&frames.next().unwrap(), 4 * FRAME_BYTES_MAX).unwrap();
        (answer, frames.collect())
    }

    /// Writes and seals a letter of flow F05a that expires with the bucket that ends last within
    /// `days`.
    ///
    /// # Panics
    /// If it may not be sent, or a reader has no key.
    #[must_use]
    pub fn seal(&self, relay: &Relay, from: usize, to: &[usize], days: u64, documents: &[&[u8]]) -> Letter {
        self.try_seal(relay, from, to, days, documents).unwrap()
    }

    /// As [`seal`](Self::seal), where it is not sure that it may be sent.
    ///
    /// # Errors
    /// The refusal of the writer's own client.
    ///
    /// # Panics
    /// If what it is about cannot be.
    pub fn try_seal(
        &self,
        relay: &Relay,
        from: usize,
        to: &[usize],
        days: u64,
        documents: &[&[u8]],
    ) -> Result<Letter, Refusal> {
        let snapshot = relay.snapshot();
        let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
        self.seal_under(&snapshot.directory, head, from, to, days, documents)
    }

    /// As [`try_seal`](Self::try_seal), for a relay that is somewhere else.
    ///
    /// # Errors
    /// The refusal of the writer's own client.
    ///
    /// # Panics
    /// If what it is about cannot be.
    pub fn seal_under(
        &self,
        directory: &Directory,
        head: HeadReference,
        from: usize,
        to: &[usize],
        days: u64,
        documents: &[&[u8]],
    ) -> Result<Letter, Refusal> {
        let by = self.now().plus(days * DAY_SECONDS);
        let terms = Terms { flow: "F05a", by, documents, renews: None, gate: None };
        self.seal_on(directory, head, from, to, &terms)
    }

    /// As [`seal_under`](Self::seal_under), on other terms.
    ///
    /// # Errors
    /// The refusal of the writer's own client.
    ///
    /// # Panics
    /// If what it is about cannot be.
    pub fn seal_on(
        &self,
        directory: &Directory,
        head: HeadReference,
        from: usize,
        to: &[usize],
        terms: &Terms<'_>,
    ) -> Result<Letter, Refusal> {
        let Terms { documents, renews, .. } = terms;
        let now = self.now();
        let writer = &self.people[from];
        let renewal = renews.map(|(first, right)| Renewal { of: first.id, core: first.digest(), right });
        let is_held = matches!(renews, Some((_, Right::Hold(_))));
        let mut recipients: Vec<_> = to.iter().map(|person| self.people[*person].member.clone()).collect();
        recipients.sort();
        // Who passes on what is held does not read it; and before somebody agreed, nobody else but its writer does.
        let first = terms.gate.as_ref().map_or(to, std::slice::from_ref);
        let readers = || first.iter().chain(Some(&from).filter(|_| !is_held));
        let all: Vec<_> = readers().map(|person| self.people[*person].device()).collect();
        let have_keys =
            |end: &Timestamp| all.iter().all(|device| directory.bucket_ending(*device, *end).is_some());
        let ends = self.buckets.ends_until(terms.by, now);
        let end = ends.into_iter().find(have_keys).ok_or(Refusal::BucketEnd)?;
        let gate = terms.gate.map(|approver| Gated {
            approver: self.people[approver].member.clone(),
            until: end,
            readable_seconds: READABLE_SECONDS,
        });
        let latest = || self.buckets.ends_until(end.plus(READABLE_SECONDS), end).first().copied();
        let expires = if gate.is_some() { latest().ok_or(Refusal::Retention)? } else { end };
        let number = self.letters.fetch_add(1, Ordering::Relaxed);
        let id = MessageId(half(format!("letter {number}").as_bytes()));
        let flow: FlowCode = terms.flow.parse().unwrap();
        let draft = Draft {
            group: self.group,
            flow: flow.clone(),
            to: recipients.clone(),
            subject: format!("Lettre {number}"),
            text: "Rien à signaler.".into(),
            form: Form::default(),
            handling: Handling::D2,
            thread: Thread::default(),
            documents: (0..)
                .zip(*documents)
                .map(|(number, bytes)| DocumentDraft {
                    name: format!("{number}.txt"),
                    bytes: bytes.len() as u64,
                    contents: Contents::default(),
                    read: None,
                })
                .collect(),
            expires,
            reply_to: None,
            renews: renewal,
            first: None,
            vouches: false,
            reread: None,
        };
        let rules = Rules { screen: &SMALL_SCREEN, digest: directory.ruleset_digest().unwrap() };
        let screened = screen(draft, rules).unwrap();
        let (roster, roster_digest) = directory.roster(self.group).unwrap();
        let core = Core {
            version: 1,
            id,
            group: self.group,
            roster_version: roster.link.version,
            roster: roster_digest,
            nomenclature: directory.nomenclature_digest().unwrap(),
            class: directory.nomenclature().unwrap().flow(&flow).unwrap().class,
            flow,
            handling: Handling::D2,
            writer: writer.member.clone(),
            device: writer.device(),
            recipients,
            created: now,
            expires,
            reply_to: None,
            renews: renewal,
            gate,
            screening: screened.screening().clone(),
            head,
        };
        let identity = MessageIdentity::generate();
        let sealed: Vec<_> =
            (0..).zip(*documents).map(|(number, bytes)| sealed_document(&identity, number, bytes)).collect();
        let (documents, sealed): (Vec<_>, Vec<_>) = sealed.into_iter().unzip();
        let targets: Vec<_> = readers().map(|person| target(directory, &self.people[*person], end)).collect();
        let first = renews.map(|(core, _)| First { core, is_retired: false, is_renewed: false });
        let allowed = authorise::core(core.clone(), first, directory, now)?;
        let envelope =
            message::seal(&screened, &allowed, sealed, &identity, &targets, &writer.key, now).unwrap();
        Ok(Letter { id, core, envelope, documents })
    }

    /// A letter as the one given, under another id and by another writer: header and grant list are
    /// signed anew, note and grants are the same bytes. A relay cannot tell it from another letter;
    /// its readers can.
    ///
    /// # Panics
    /// If the letter's header or list is none.
    #[must_use]
    pub fn alike(&self, from: usize, letter: &Letter, id: MessageId) -> Letter {
        let (writer, before) = (&self.people[from], letter.core.device);
        let device = writer.device();
        let core = Core { id, writer: writer.member.clone(), device, ..letter.core.clone() };
        let header = Header { core: core.clone(), ..letter.header() };
        let list: GrantList = letter.envelope.grant_list.peek().unwrap();
        let mut entries: Vec<_> = list.grants.iter().copied().zip(&letter.envelope.grants).collect();
        for (entry, _) in entries.iter_mut().filter(|(entry, _)| entry.device == before) {
            entry.device = device;
        }
        entries.sort_by_key(|(entry, _)| entry.device);
        let (grants, sealed) = entries.into_iter().map(|(entry, sealed)| (entry, sealed.clone())).unzip();
        let list = GrantList { message: id, core: core.digest(), issuer: device, grants, ..list };
        let envelope = Envelope {
            header: Signed::new(&header, &[&writer.key]),
            grant_list: Signed::new(&list, &[&writer.key]),
            grants: sealed,
            note: letter.envelope.note.clone(),
        };
        Letter { id, core, envelope, documents: letter.documents.clone() }
    }

    /// Uploads the documents of a letter.
    ///
    /// # Panics
    /// If one is refused.
    pub async fn upload(&self, relay: &Relay, from: usize, letter: &Letter) {
        for (part, bytes) in (0..).zip(&letter.documents) {
            let ask = Ask::Upload { message: letter.id, part, bytes: bytes.len() as u64, from: 0 };
            let request = self.people[from].request(ask, self.now());
            let mut sent = framed(&cbor::encode(&request));
            sent.extend(bytes);
            let (answer, _) = self.exchange(relay, &sent).await;
            assert_eq!(answer, Answer::Upload { received: bytes.len() as u64 });
        }
    }

    /// Uploads the documents of a letter and deposits it.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn deposit(&self, relay: &Relay, from: usize, letter: &Letter) -> Confirmation {
        self.upload(relay, from, letter).await;
        let (ask, frames) = letter.deposit();
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        match self.ask(relay, from, ask, &frames).await {
            (Answer::Deposited(confirmation), _) => confirmation,
            (other, _) => panic!("not deposited: {other:?}"),
        }
    }

    /// Lists a mailbox; says how many headers it has.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn list(&self, relay: &Relay, person: usize) -> usize {
        match self.ask(relay, person, Ask::Mailbox { after: None, beginning: None }, &[]).await {
            (Answer::Headers { .. }, headers) => headers.len(),
            (other, _) => panic!("not listed: {other:?}"),
        }
    }

    /// Claims a letter with the reason `suivi`; gives the confirmation, the grant and the note.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn claim(
        &self,
        relay: &Relay,
        person: usize,
        letter: &Letter,
    ) -> (Confirmation, Vec<u8>, Vec<u8>) {
        self.claim_as(relay, person, letter.claim("suivi", None), &[]).await
    }

    /// Claims a letter with the reason `autre` and a text, sealed to a reviewer.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn claim_with_text(
        &self,
        relay: &Relay,
        person: usize,
        letter: &Letter,
        text: &str,
    ) -> (Confirmation, Vec<u8>, Vec<u8>) {
        let auditor = &self.people[AUDITOR];
        let target = target(&relay.snapshot().directory, auditor, letter.core.expires);
        let sealed = seal_small(&target.recipient, text.as_bytes()).unwrap();
        let devices = vec![(auditor.device(), target.bucket)];
        let ask = letter.claim("autre", Some(Annexed { digest: sha256(text.as_bytes()), devices }));
        self.claim_as(relay, person, ask, &[&sealed]).await
    }

    /// A request that hands this secret over to a person's device, as what opens each of these; with its frames.
    #[must_use]
    pub fn handing(&self, relay: &Relay, to: usize, what: &[Opening], secret: &[u8]) -> (Ask, Vec<Vec<u8>>) {
        let person = &self.people[to];
        let directory = &relay.snapshot().directory;
        let until = self.now().plus(directory.root().unwrap().log_kept_seconds());
        let bucket = directory.bucket_for_log(person.device(), until).unwrap();
        let recipient = person.expiry_identity(bucket).recipient();
        let frame = |what: &Opening| {
            let sealed = seal_small(&recipient, secret).unwrap();
            match *what {
                Opening::Boxes(epoch) => cbor::encode(&SealedKey { epoch, bucket, sealed }),
                Opening::Annex(index) => cbor::encode(&SealedAnnex { index, bucket, sealed }),
            }
        };
        let frames: Vec<_> = what.iter().map(frame).collect();
        let is_key = |what: &&Opening| matches!(what, Opening::Boxes(_));
        let keys = u32::try_from(what.iter().filter(is_key).count()).unwrap();
        let annexes = u32::try_from(what.len()).unwrap() - keys;
        let ask = Ask::HandOver { to: person.device(), keys, annexes, digest: sha256(&frames.concat()) };
        (ask, frames)
    }

    async fn claim_as(
        &self,
        relay: &Relay,
        person: usize,
        ask: Ask,
        bodies: &[&[u8]],
    ) -> (Confirmation, Vec<u8>, Vec<u8>) {
        match self.ask(relay, person, ask, bodies).await {
            // The grant list comes first, as it was deposited.
            (Answer::Claimed(confirmation), frames) => {
                let [_list, grant, note] = <[Vec<u8>; 3]>::try_from(frames).unwrap();
                (confirmation, grant, note)
            }
            (other, _) => panic!("not claimed: {other:?}"),
        }
    }

    /// Claims a letter to make late grants from it; gives the message identity.
    ///
    /// # Panics
    /// If it is refused, or the grant does not open.
    pub async fn claim_to_grant(&self, relay: &Relay, person: usize, letter: &Letter) -> MessageIdentity {
        let ask = Ask::Claim {
            message: letter.id,
            core: letter.core.digest(),
            act: Act::Regrant,
            reason: None,
            annex: None,
        };
        match self.ask(relay, person, ask, &[]).await {
            (Answer::Claimed(_), frames) => {
                let [_list, grant] = <[Vec<u8>; 2]>::try_from(frames).unwrap();
                let reader = &self.people[person];
                let directory = &relay.snapshot().directory;
                let bucket = directory.bucket_ending(reader.device(), letter.core.first_end()).unwrap();
                message::open_grant(&letter.core, &grant, &reader.expiry_identity(bucket)).unwrap()
            }
            (other, _) => panic!("not claimed: {other:?}"),
        }
    }

    /// A late grant list by one device to others, whether they may have grants or not; and the frames
    /// that go with it.
    ///
    /// # Panics
    /// If a device has no key for the letter's last day.
    #[must_use]
    pub fn late_grants(
        &self,
        directory: &Directory,
        from: usize,
        letter: &Letter,
        ground: Ground,
        identity: &MessageIdentity,
        to: &[usize],
    ) -> (Ask, Vec<Vec<u8>>) {
        self.late_grants_until(directory, from, letter, (ground, letter.core.first_end()), identity, to)
    }

    /// As [`late_grants`](Self::late_grants), until another day.
    ///
    /// # Panics
    /// If a device has no key for that day.
    #[must_use]
    pub fn late_grants_until(
        &self,
        directory: &Directory,
        from: usize,
        letter: &Letter,
        (ground, ends): (Ground, Timestamp),
        identity: &MessageIdentity,
        to: &[usize],
    ) -> (Ask, Vec<Vec<u8>>) {
        let plaintext = Grant::encode(&letter.core, identity);
        let mut grants: Vec<_> = to
            .iter()
            .map(|person| {
                let target = target(directory, &self.people[*person], ends);
                let sealed = seal_small(&target.recipient, &plaintext).unwrap();
                let digest = sha256(&sealed);
                (GrantEntry { device: target.device, bucket: target.bucket, digest }, sealed)
            })
            .collect();
        grants.sort_by_key(|(entry, _)| entry.device);
        let key = &self.people[from].key;
        let list = GrantList {
            version: 1,
            message: letter.id,
            core: letter.core.digest(),
            issuer: key.id(),
            ground,
            made: self.now(),
            grants: grants.iter().map(|(entry, _)| *entry).collect(),
        };
        let list = Signed::new(&list, &[key]);
        let approves = (ground == Ground::Approval).then_some(ends);
        let ask = Ask::Grant { message: letter.id, grants: list.digest(), approves };
        let frames = [cbor::encode(&list)].into_iter().chain(grants.into_iter().map(|(_, sealed)| sealed));
        (ask, frames.collect())
    }

    /// Claims, and gives a grant to other devices.
    pub async fn regrant(&self, relay: &Relay, from: usize, letter: &Letter, to: &[usize]) -> Answer {
        let identity = self.claim_to_grant(relay, from, letter).await;
        let directory = Arc::clone(&relay.snapshot().directory);
        let (ask, frames) = self.late_grants(&directory, from, letter, Ground::Device, &identity, to);
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        self.ask(relay, from, ask, &frames).await.0
    }

    /// Writes and seals a letter of flow F09d, which waits for an agreement for three weeks at most.
    ///
    /// # Errors
    /// The refusal of the writer's own client.
    pub fn try_seal_gated(
        &self,
        relay: &Relay,
        from: usize,
        to: &[usize],
        approver: usize,
        documents: &[&[u8]],
    ) -> Result<Letter, Refusal> {
        let snapshot = relay.snapshot();
        let head = HeadReference { tree: snapshot.commit.tree, time: snapshot.commit.head.time };
        let by = self.now().plus(21 * DAY_SECONDS);
        let terms = Terms { flow: "F09d", by, documents, renews: None, gate: Some(approver) };
        self.seal_on(&snapshot.directory, head, from, to, &terms)
    }

    /// The last day until which an agreement of now can let a letter be read.
    ///
    /// # Panics
    /// If it waits for none.
    #[must_use]
    pub fn readable_until(&self, letter: &Letter) -> Timestamp {
        let core = &letter.core;
        let latest = core.gate.as_ref().unwrap().readable_until(self.now(), core.expires);
        self.buckets.ends_until(latest, self.now())[0]
    }

    /// Claims a letter and agrees to it, until the last day that there can be.
    pub async fn approve(&self, relay: &Relay, approver: usize, letter: &Letter, to: &[usize]) -> Answer {
        let identity = self.claim_to_grant(relay, approver, letter).await;
        let on = (Ground::Approval, self.readable_until(letter));
        let directory = Arc::clone(&relay.snapshot().directory);
        let (ask, frames) = self.late_grants_until(&directory, approver, letter, on, &identity, to);
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        self.ask(relay, approver, ask, &frames).await.0
    }

    /// Says that a claimed letter opened.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn acknowledge(
        &self,
        relay: &Relay,
        person: usize,
        letter: &Letter,
        claim: u64,
    ) -> Confirmation {
        let outcome = shared::log::Outcome::Done;
        let ask = Ask::Acknowledge { message: letter.id, claim, outcome, rules: Vec::new() };
        match self.ask(relay, person, ask, &[]).await {
            (Answer::Acknowledged(confirmation), _) => confirmation,
            (other, _) => panic!("not acknowledged: {other:?}"),
        }
    }

    /// Opens a claimed letter as its reader does.
    ///
    /// # Errors
    /// [`InvalidMessage`] says what is wrong with it.
    ///
    /// # Panics
    /// If the reader published no key for its bucket.
    pub fn read(
        &self,
        directory: &Directory,
        person: usize,
        letter: &Letter,
        grant: &[u8],
        note: &[u8],
    ) -> Result<Opened, InvalidMessage> {
        let reader = &self.people[person];
        let bucket = directory.bucket_ending(reader.device(), letter.core.first_end()).unwrap();
        let header = message::verify_header(&letter.envelope.header, directory, reader.device())?;
        let identity = message::open_grant(&letter.core, grant, &reader.expiry_identity(bucket))?;
        message::open_note(&header, note, identity, directory)
    }

    /// The newest checkpoint of a relay, as a witness signs it now.
    ///
    /// # Panics
    /// If it is not the relay's.
    #[must_use]
    pub fn cosigned(&self, relay: &Relay, witness: &Person) -> String {
        let snapshot = relay.snapshot();
        let RelayKeys { log_origin, log_key, .. } = &snapshot.directory.root().unwrap().relay;
        let checkpoint = Checkpoint::verify(log_origin, *log_key, &snapshot.commit.checkpoint).unwrap();
        witness.witness().cosign(&checkpoint, &witness.key, self.now())
    }

    /// Remembers for a person that they verified a tree of this size.
    pub fn remember(&self, person: usize, tree: TreeHead) {
        self.people[person].known.store(tree.size, Ordering::Relaxed);
    }
}

impl Letter {
    /// The request that deposits it, and the frames behind it.
    #[must_use]
    pub fn deposit(&self) -> (Ask, Vec<Vec<u8>>) {
        let Envelope { header, note, grant_list, grants } = &self.envelope;
        let extends = self.core.renews.is_some_and(|renewal| renewal.right == Right::Extension);
        let ask = Ask::Deposit {
            message: self.id,
            header: header.digest(),
            grants: grant_list.digest(),
            annex: None,
            reason: extends.then(|| "suivi".parse().unwrap()),
            reference: self.core.reference(),
        };
        let mut frames = vec![cbor::encode(header), cbor::encode(grant_list)];
        frames.extend(grants.iter().cloned());
        frames.push(note.clone());
        (ask, frames)
    }

    /// Pieces of everything that it leaves at the relay, from the beginning, the middle and the end of header, grant
    /// list, grants, note and documents; each of [`PIECE_BYTES`].
    #[must_use]
    pub fn pieces(&self) -> Vec<Vec<u8>> {
        let (_, frames) = self.deposit();
        let wholes = frames.iter().chain(&self.documents);
        let mut pieces: Vec<_> = wholes
            .flat_map(|whole| {
                let last = whole.len() - PIECE_BYTES;
                [0, last / 2, last].map(|at| whole[at..at + PIECE_BYTES].to_vec())
            })
            .collect();
        // What every sealed thing begins with is no trace of one.
        pieces.retain(|piece| !piece.starts_with(b"age-encryption.org"));
        pieces
    }

    /// The request that claims it.
    ///
    /// # Panics
    /// If the reason is no code.
    #[must_use]
    pub fn claim(&self, reason: &str, annex: Option<Annexed>) -> Ask {
        Ask::Claim {
            message: self.id,
            core: self.core.digest(),
            act: Act::Release,
            reason: Some(reason.parse().unwrap()),
            annex,
        }
    }

    /// Its header.
    ///
    /// # Panics
    /// Never: it was just sealed.
    #[must_use]
    pub fn header(&self) -> Header {
        self.envelope.header.peek().unwrap()
    }
}

fn sealed_document(identity: &MessageIdentity, number: u32, bytes: &[u8]) -> (Vec<u8>, SealedDocument) {
    let mut sealed = Vec::new();
    identity.seal_part(bytes, &mut sealed).unwrap();
    let part = Part { kind: PartKind::Document, bytes: sealed.len() as u64, digest: sha256(&sealed) };
    let document =
        Document { name: format!("{number}.txt"), bytes: bytes.len() as u64, sha256: sha256(bytes) };
    (sealed, SealedDocument { part, document })
}

fn target(directory: &Directory, person: &Person, expires: Timestamp) -> Target {
    let device = person.device();
    let bucket = directory.bucket_ending(device, expires).unwrap();
    Target { device, bucket, recipient: person.expiry_identity(bucket).recipient() }
}

fn key_of(name: &str) -> SigningKey {
    SigningKey::from_seed(sha256(format!("world key {name}").as_bytes()).0.into())
}

fn half(name: &[u8]) -> [u8; 16] {
    *sha256(name).0.first_chunk().unwrap()
}

/// The whole frames in some bytes.
#[must_use]
pub fn unframed(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let Some((frame, rest)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize) else { break };
        frames.push(frame.to_vec());
        bytes = rest;
    }
    frames
}
