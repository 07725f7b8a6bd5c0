//! A town: its people with their devices, the directory by the rules, and what was meant.

use super::ledger::Ledger;
use shared::authorise::{self, ClaimTerms};
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Chain, Continuity, Directory};
use shared::ids::{DeviceId, Digest, GroupId, MemberId, MessageId, Random};
use shared::log::{Act, TreeHead};
use shared::message::{Core, Handling, HeadReference, Screening, Verdict};
use shared::nomenclature::Class;
use shared::signed::{Document, Signed};
use shared::statement::{
    Adhesion, Card, Charter, DeviceKey, Group, GroupKind, Kind, Link, NomenclatureStatement, Organisation,
    Personal, Reglement, RelayKeys, Root, Roster, Ruleset, RulesetStatement, Seat, Statement, WitnessPolicy,
};
use shared::time::{BucketPolicy, DAY_SECONDS, Timestamp};
use std::collections::BTreeMap;

const NOMENCLATURE: &str = include_str!("../../../tests/data/nomenclature.toml");
const RULES: &str = include_str!("../../../tests/data/screening/small.toml");

/// 2026-11-24T09:00:00Z.
const BEGIN: Timestamp = Timestamp(1_795_510_800);

/// Six who may be members, with function and organisation; the hostile one is among them.
pub(crate) const MEMBERS: [(&str, &str, &str); 6] = [
    ("maire", "MAIRE", "ville"),
    ("coord", "COORD", "ville"),
    ("police", "CSP", "police"),
    ("adjoint", "PREFT", "police"),
    ("bailleur", "BREF", "bailleur"),
    ("prefet", "PREF", "prefecture"),
];

/// Those who are no members: a prosecutor, an agent whose function may not join, and two strangers, whose
/// functions may lead.
pub(crate) const OTHERS: [(&str, &str, &str); 4] = [
    ("procureur", "PROC", "parquet"),
    ("aorif", "AORIF", "aorif"),
    ("voisin", "MAIRE", "autre"),
    ("voisine", "COORD", "autre"),
];

pub(crate) const MAIRE: usize = 0;
pub(crate) const COORD: usize = 1;
pub(crate) const PROC: usize = 6;
pub(crate) const AORIF: usize = 7;
pub(crate) const STRANGER: usize = 8;
pub(crate) const OTHER_STRANGER: usize = 9;

/// Somebody, with every device they ever had.
pub(crate) struct Person {
    pub(crate) member: MemberId,
    pub(crate) keys: Vec<SigningKey>,
}

/// A letter: its core, and the devices that were given a grant.
pub(crate) struct Letter {
    pub(crate) core: Core,
    pub(crate) granted: Vec<DeviceId>,
}

pub(crate) struct Town {
    pub(crate) seed: u64,
    chance: u64,
    pub(crate) now: Timestamp,
    pub(crate) authority: SigningKey,
    pub(crate) parquet: SigningKey,
    pub(crate) people: Vec<Person>,
    /// Who is hostile; in some towns they hold the authority's root too.
    pub(crate) hostile: usize,
    pub(crate) holds_authority: bool,
    pub(crate) group: GroupId,
    pub(crate) directory: Directory,
    /// Everything that was accepted, in the order of the log.
    pub(crate) accepted: Vec<Statement>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) ledger: Ledger,
}

impl Town {
    pub(crate) fn new(seed: u64) -> Self {
        let key = |name: &str| SigningKey::from_seed(sha256(format!("{seed} {name}").as_bytes()).0.into());
        let people = MEMBERS
            .iter()
            .chain(&OTHERS)
            .map(|(handle, ..)| Person { member: handle.parse().unwrap(), keys: vec![key(handle)] });
        let mut town = Self {
            seed,
            chance: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            now: BEGIN,
            authority: key("authority"),
            parquet: key("parquet"),
            people: people.collect(),
            hostile: 0,
            holds_authority: false,
            group: GroupId([7; 16]),
            directory: Directory::pinned(Digest([0; 32])),
            accepted: Vec::new(),
            letters: Vec::new(),
            ledger: Ledger::default(),
        };
        town.hostile = town.below(MEMBERS.len());
        town.holds_authority = town.below(3) == 0;
        town.found();
        town
    }

    /// The next number under a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        usize::try_from(self.chance >> 33).unwrap() % bound
    }

    pub(crate) fn fresh_key(&mut self) -> SigningKey {
        let number = self.below(usize::MAX >> 8);
        SigningKey::from_seed(sha256(format!("{} key {number}", self.seed).as_bytes()).0.into())
    }

    pub(crate) fn member(&self, person: usize) -> &MemberId {
        &self.people[person].member
    }

    /// The newest device that somebody has and did not strike off.
    pub(crate) fn key(&self, person: usize) -> &SigningKey {
        let keys = &self.people[person].keys;
        keys.iter().rfind(|key| self.ledger.owns(self.member(person), key.id())).unwrap_or(&keys[0])
    }

    pub(crate) fn link(&self, chain: &Chain) -> Link {
        self.directory.next_link(chain, self.now)
    }

    pub(crate) fn both<T: Document>(&self, kind: Kind, document: &T, body: Option<Vec<u8>>) -> Statement {
        Statement { kind, signed: Signed::new(document, &[&self.authority, &self.parquet]), body }
    }

    /// What the relay does with a statement.
    pub(crate) fn publish(&mut self, statement: &Statement) -> bool {
        let judged = self.directory.judge(statement, Continuity::Next).and_then(|judged| {
            authorise::publishing(&judged, &self.directory, self.now)?;
            Ok(judged)
        });
        let Ok(judged) = judged else { return false };
        self.directory.apply(judged);
        self.accepted.push(statement.clone());
        true
    }

    /// A card as the authority, or the parquet, would sign it.
    pub(crate) fn card(&self, person: usize, key: &SigningKey) -> Card {
        let (_, function, organisation) = MEMBERS.iter().chain(&OTHERS).nth(person).unwrap();
        let member = self.member(person).clone();
        let personal = Personal {
            salt: Random([1; 32]),
            family_name: "Nom".into(),
            given_name: "Prénom".into(),
            telephone: String::new(),
            email: String::new(),
            attested_by: String::new(),
        };
        Card {
            link: self.link(&Chain::Card(member.clone())),
            member,
            function: function.parse().unwrap(),
            organisation: Organisation {
                id: organisation.parse().unwrap(),
                name: (*organisation).to_owned(),
            },
            territory: vec!["Ville".into()],
            devices: vec![DeviceKey { key: key.public(), name: "bureau".into() }],
            personal: personal.digest(),
            deputy: None,
            protected: false,
            from: BEGIN,
            until: None,
        }
    }

    pub(crate) fn signed_card(&self, card: &Card) -> Statement {
        let by = if card.is_hat() { &self.parquet } else { &self.authority };
        Statement { kind: Kind::Card, signed: Signed::new(card, &[by]), body: None }
    }

    /// A roster of these seats.
    pub(crate) fn roster(&self, mut seats: Vec<Seat>) -> Roster {
        seats.sort_by(|a, b| a.member.cmp(&b.member));
        Roster {
            link: self.link(&Chain::Roster(self.group)),
            group: self.group,
            statement: self.directory.group_digest(self.group).unwrap(),
            seats,
        }
    }

    pub(crate) fn seats(&self) -> Vec<Seat> {
        self.directory.roster(self.group).map_or_else(Vec::new, |(roster, _)| roster.seats.clone())
    }

    pub(crate) fn seat(&self, person: usize) -> Seat {
        let member = self.member(person).clone();
        let devices = self.directory.devices(&member).iter().map(DeviceKey::id).collect();
        Seat { member, devices, writes: true }
    }

    pub(crate) fn adhesion(&self, member: &MemberId, key: &SigningKey) -> Option<Statement> {
        let (_, charter) = self.directory.newest_charter(self.group)?;
        let link = self.link(&Chain::Adhesion(self.group, member.clone()));
        let adhesion = Adhesion { link, group: self.group, member: member.clone(), charter };
        Some(Statement { kind: Kind::Adhesion, signed: Signed::new(&adhesion, &[key]), body: None })
    }

    pub(crate) fn charter(&self, from: Timestamp) -> Charter {
        Charter {
            link: self.link(&Chain::Charter(self.group)),
            group: self.group,
            text: sha256(b"charte"),
            reglement: Reglement { reference: "2026-14".into(), date: "12/05/2026".into() },
            named: Vec::new(),
            from,
            order: None,
        }
    }

    /// Maire, coord, police and bailleur, with a charter that they signed.
    fn found(&mut self) {
        let relay = RelayKeys {
            log_origin: "pli.example/log".into(),
            log_key: self.parquet.public(),
            tls_ca: Vec::new(),
            continues: None,
        };
        let root = Root {
            link: Link::first(BEGIN),
            authority: self.authority.public(),
            parquet: self.parquet.public(),
            relay,
            buckets: BucketPolicy::default(),
            log_months: 12,
            witnesses: WitnessPolicy::of(0, Vec::new()),
        };
        let root = self.both(Kind::Root, &root, None);
        self.directory = Directory::pinned(root.signed.digest());
        let text = NOMENCLATURE.as_bytes().to_vec();
        let nomenclature = NomenclatureStatement { link: Link::first(BEGIN), text: sha256(&text) };
        let nomenclature = self.both(Kind::Nomenclature, &nomenclature, Some(text));
        let rules = Ruleset { text: RULES.to_owned(), weights: vec![0] };
        let ruleset = RulesetStatement { link: Link::first(BEGIN), rules: rules.digest() };
        let ruleset = self.both(Kind::Ruleset, &ruleset, Some(rules.encode()));
        assert!(self.publish(&root) && self.publish(&nomenclature) && self.publish(&ruleset));
        for person in 0..self.people.len() {
            let card = self.card(person, &self.people[person].keys[0]);
            let statement = self.signed_card(&card);
            assert!(self.publish(&statement));
            let (member, device) = (self.member(person).clone(), self.people[person].keys[0].id());
            self.ledger.device(member, device);
        }
        let group = Group {
            link: Link::first(BEGIN),
            id: self.group,
            name: "Groupe".into(),
            kind: GroupKind::Echange,
            territory: vec!["Ville".into()],
            president: self.key(MAIRE).id(),
            coordinator: self.key(COORD).id(),
        };
        let signed = Signed::new(&group, &[self.key(MAIRE), self.key(PROC)]);
        assert!(self.publish(&Statement { kind: Kind::Group, signed, body: None }));
        let seats: Vec<_> = [MAIRE, COORD, 2, 4].map(|person| self.seat(person)).to_vec();
        let roster = self.roster(seats.clone());
        let signed = Signed::new(&roster, &[self.key(MAIRE), self.key(COORD)]);
        assert!(self.publish(&Statement { kind: Kind::Roster, signed, body: None }));
        seats.iter().for_each(|seat| self.ledger.seated(&seat.member));
        let charter = Signed::new(&self.charter(BEGIN), &[self.key(MAIRE), self.key(PROC)]);
        assert!(self.publish(&Statement { kind: Kind::Charter, signed: charter, body: None }));
        for person in [MAIRE, COORD, 2, 4] {
            let adhesion = self.adhesion(self.member(person), self.key(person)).unwrap();
            assert!(self.publish(&adhesion));
        }
    }

    /// What an honest client writes: a core that the rules allow, and a grant to each device that they
    /// say counts.
    pub(crate) fn write(&mut self, writer: usize, to: &[usize], flow: &str) -> bool {
        let group = self.group;
        let (Some((roster, digest)), Some(rules)) =
            (self.directory.roster(group), self.directory.nomenclature_digest())
        else {
            return false;
        };
        let class = if flow == "F05a" { Class::N2 } else { Class::N0 };
        let mut recipients: Vec<_> = to.iter().map(|person| self.member(*person).clone()).collect();
        recipients.sort_unstable();
        recipients.dedup();
        let ladder = BucketPolicy::default();
        let expires = ladder.ends_until(self.now.plus(60 * DAY_SECONDS), self.now)[0];
        let core = Core {
            version: 1,
            id: MessageId(*sha256(&self.letters.len().to_be_bytes()).0.first_chunk().unwrap()),
            group,
            roster_version: roster.link.version,
            roster: digest,
            nomenclature: rules,
            flow: flow.parse().unwrap(),
            class,
            handling: Handling::D2,
            writer: self.member(writer).clone(),
            device: self.key(writer).id(),
            recipients,
            created: self.now,
            expires,
            reply_to: None,
            renews: None,
            gate: None,
            screening: Screening {
                ruleset: self.directory.ruleset_digest().unwrap(),
                verdict: Verdict::Passed,
                reread: None,
            },
            head: HeadReference { tree: TreeHead { size: 1, root: Digest([0; 32]) }, time: self.now },
        };
        let Ok(core) = authorise::core(core, None, &self.directory, self.now) else { return false };
        let core = core.into_inner();
        let readers = core.recipients.iter().chain([&core.writer]);
        let granted: Vec<_> =
            readers.flat_map(|member| self.directory.devices_in(group, member, self.now)).collect();
        for device in &granted {
            let owner = self.directory.owner(*device).unwrap().member.clone();
            assert!(self.ledger.means(&owner, *device), "seed {}: sealed to {owner}, unmeant", self.seed);
        }
        // nobody writes or is written to about somebody without a signature under the charter.
        if class >= Class::N2 {
            for member in core.recipients.iter().chain([&core.writer]) {
                assert!(self.ledger.has_signed(member), "seed {}: {member} has not signed", self.seed);
            }
        }
        self.letters.push(Letter { core, granted });
        true
    }

    /// Everybody who counts by the rules was meant; and whoever may claim a letter, too.
    pub(crate) fn compare(&self) {
        for (device, owner) in self.devices() {
            if self.directory.seat(self.group, device, self.now).is_some() {
                assert!(self.ledger.means(&owner, device), "seed {}: {owner} counts, unmeant", self.seed);
            }
            for letter in &self.letters {
                let reason = "suivi".parse().ok().filter(|_| letter.core.class >= Class::N2);
                let terms = ClaimTerms {
                    act: Act::Release,
                    reason: reason.as_ref(),
                    has_text: false,
                    is_delegate: false,
                    is_retired: false,
                    ends: letter.core.expires,
                };
                let claim = authorise::claim(&letter.core, terms, device, &self.directory, self.now);
                if claim.is_ok() && letter.granted.contains(&device) {
                    assert!(self.ledger.means(&owner, device), "seed {}: {owner} opens, unmeant", self.seed);
                    assert!(letter.core.names(&owner), "seed {}: {owner} is not named", self.seed);
                }
            }
        }
    }

    /// A client that is shown the statements in the order of the log believes what the relay does.
    pub(crate) fn compare_client(&self) {
        let mut client = Directory::pinned(self.accepted[0].signed.digest());
        for statement in &self.accepted {
            client.accept(statement, Continuity::Forward).unwrap();
        }
        assert_eq!(client.view(self.group), self.directory.view(self.group), "seed {}", self.seed);
        for (device, _) in self.devices() {
            let counts = |directory: &Directory| directory.seat(self.group, device, self.now).is_some();
            assert_eq!(counts(&client), counts(&self.directory), "seed {}", self.seed);
        }
    }

    /// Every device that anybody ever had, with the member for whom it stands by the rules, or stood.
    fn devices(&self) -> BTreeMap<DeviceId, MemberId> {
        let keys = self
            .people
            .iter()
            .flat_map(|person| person.keys.iter().map(|key| (key.id(), person.member.clone())));
        keys.map(|(device, had)| {
            let owner = self.directory.owner(device).map_or(had, |card| card.member.clone());
            (device, owner)
        })
        .collect()
    }
}
