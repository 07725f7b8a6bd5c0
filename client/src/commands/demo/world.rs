//! The example that the demo builds: an authority, a parquet, four organisations, two groups, five
//! people, each with a home of their own. Everything is made as it would be in earnest; only that
//! one machine plays all the parts.

use crate::failure::Failure;
use crate::home::{Config, Home, create_private, write_private};
use crate::keystore::{self, ExpirySecret, KeyStore, Secrets};
use crate::session::Session;
use pli_server::folder;
use pli_server::transport::pki::{Issuer, verify_request};
use pli_server::transport::tls_key::TlsKey;
use pli_server::{Clock, system_clock};
use serde_json::json;
use shared::cbor;
use shared::crypto::{SigningKey, random, sha256};
use shared::ids::{Digest, GroupId, KeyId, MemberId, OrganisationId, PublicKey, Random, Role};
use shared::log::LogMemory;
use shared::seal::{ExpiryIdentity, WORK_FACTOR_SEAL};
use shared::signed::{Document, Signed};
use shared::statement::{
    Adhesion, Card, Charter, DeviceKey, Group, GroupKind, KeyPage, Kind, Link, NomenclatureStatement,
    Organisation, Personal, Reglement, Root, Roster, Seat, Statement, WitnessPolicy,
};
use shared::time::{BucketPolicy, Timestamp};
use shared::wire::Ask;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The nomenclature of the convention.
const NOMENCLATURE: &str = include_str!("../../../../shared/nomenclature.toml");

/// Handle, role, organisation's handle and name, the person's (invented) first and last name.
const PEOPLE: [[&str; 6]; 5] = [
    ["mairie", "COORD", "mairie", "Ville de Clairval", "Awa", "Delmas"],
    ["police", "PREFT", "police", "Commissariat de Clairval", "Bastien", "Orsini"],
    ["bailleur", "BREF", "bailleur", "Plaine Habitat", "Chloé", "Vasseur"],
    ["parquet", "AUD", "parquet", "Parquet", "Denis", "Quéméner"],
    ["voisin", "BREF", "bailleur", "Plaine Habitat", "Élise", "Tournier"],
];

/// The mayor presides, the prosecutor gives visas; they have no mailbox here.
const LEADERS: [[&str; 6]; 2] = [
    ["maire", "MAIRE", "mairie", "Ville de Clairval", "Farid", "Lemoine"],
    ["procureur", "PROC", "parquet", "Parquet", "Géraldine", "Hamon"],
];

/// What everybody signs.
const CHARTER: &str = "Charte déontologique d'exemple : ce qui s'échange ici ne sort pas du groupe.";

/// The example, built.
pub(super) struct World {
    /// Where it lies.
    pub(super) dir: PathBuf,
    /// The groups: the one of the story, and the one next door.
    pub(super) groups: [GroupId; 2],
}

/// One device in the making.
struct Device {
    key: SigningKey,
    tls: TlsKey,
}

struct Roots {
    authority: SigningKey,
    parquet: SigningKey,
    now: Timestamp,
}

impl World {
    /// Builds everything up to the founding of the relay. Nobody has a home yet: the relay's address
    /// is not known.
    pub(super) async fn found(dir: &Path) -> Result<(Self, Unsettled), Failure> {
        let clock = system_clock();
        let roots =
            Roots { authority: SigningKey::generate(), parquet: SigningKey::generate(), now: clock() };
        let relay = dir.join("relay");
        let public = folder::make(&relay, "pli.example/clairval", None, roots.now).map_err(failed)?;

        let mut devices = BTreeMap::new();
        for [handle, ..] in PEOPLE.iter().chain(&LEADERS) {
            devices.insert(
                *handle,
                Device { key: SigningKey::generate(), tls: TlsKey::generate().map_err(failed)? },
            );
        }
        let root = Root {
            link: Link::first(roots.now),
            authority: roots.authority.public(),
            parquet: roots.parquet.public(),
            relay: public.keys().map_err(failed)?,
            buckets: BucketPolicy::default(),
            log_months: 12,
            witnesses: WitnessPolicy { needed: 0, keys: Vec::new() },
        };
        let root = roots.by_both(Kind::Root, &root, None);
        let fingerprint = root.signed.digest();
        let groups = [GroupId(random()), GroupId(random())];
        let mut statements = vec![root, roots.nomenclature()];
        statements.extend(PEOPLE.iter().chain(&LEADERS).map(|person| roots.card(person, &devices)));
        let named = [
            (groups[0], "Groupe bailleurs de Clairval", &["bailleur", "mairie", "police"][..]),
            (groups[1], "Groupe bailleurs de Montreval", &["mairie", "voisin"][..]),
        ];
        for (id, name, members) in named {
            statements.extend(roots.group(id, name, members, &devices));
        }
        folder::found(&relay, &cbor::encode(&statements), Clock::clone(&clock)).await.map_err(failed)?;

        keep_roots(dir, &roots, &devices)?;
        let object = json!({"clairval": groups[0].to_string(), "montreval": groups[1].to_string()});
        write_private(&dir.join("groups.json"), object.to_string().as_bytes())?;
        let unsettled = Unsettled { devices, fingerprint, root: statements.swap_remove(0), now: roots.now };
        Ok((Self { dir: dir.to_owned(), groups }, unsettled))
    }

    /// A person's home.
    pub(super) fn home(&self, person: &str) -> PathBuf {
        self.dir.join("people").join(person)
    }
}

/// People without homes.
pub(super) struct Unsettled {
    devices: BTreeMap<&'static str, Device>,
    fingerprint: Digest,
    root: Statement,
    now: Timestamp,
}

impl Unsettled {
    /// Gives everybody a home, a key store and a certificate, and publishes their key pages.
    pub(super) async fn settle(self, world: &World, relay: SocketAddr) -> Result<(), Failure> {
        create_private(&world.dir.join("people"))?;
        write_private(&world.dir.join("address"), relay.to_string().as_bytes())?;
        let issuer = folder::issuer(&world.dir.join("relay")).map_err(failed)?;
        // Opening a safe takes most of a second on purpose: everybody at once.
        let settling = |person: &'static str| self.settle_one(world, relay, person, &issuer);
        // The parquet first: without a reviewer's keys the relay records nothing.
        let people = ["parquet", "mairie", "police", "bailleur", "voisin"];
        let settled: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = people.map(|person| scope.spawn(move || settling(person))).into();
            let broke_off = |_| Err(failed("a thread broke off"));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(broke_off)).collect()
        });
        for settled in settled {
            let (mut session, pages) = settled?;
            for page in pages {
                let ask = Ask::Publish { digest: page.signed.digest() };
                session.ask(ask, &[cbor::encode(&page)]).await?;
            }
            session.close();
        }
        Ok(())
    }

    fn settle_one(
        &self,
        world: &World,
        relay: SocketAddr,
        person: &str,
        issuer: &Issuer,
    ) -> Result<(Session, Vec<Statement>), Failure> {
        let device = &self.devices[person];
        let id = device.key.id();
        let request = device.tls.request(&id.0).map_err(failed)?;
        let request = verify_request(&request, &id.0).map_err(failed)?;
        let certificate = issuer.issue_device(&request, self.now.0).map_err(failed)?;
        let dir = world.home(person);
        let config = Config { relay, member: handle(person), fingerprint: self.fingerprint.to_string() };
        let claimed: Root = self.root.signed.peek().map_err(failed)?;
        let log = LogMemory::new(claimed.relay.log_origin, claimed.relay.log_key);
        let home = Home::create(&dir, config, std::slice::from_ref(&self.root), log)?;
        home.keep_certificate(&certificate.der)?;

        let passphrase = Random::draw().to_string()[..24].to_owned();
        let file = world.dir.join("people").join(format!("{person}.passphrase"));
        write_private(&file, format!("{passphrase}\n").as_bytes())?;
        let mut secrets = Secrets::default();
        secrets.signing_seed = **device.key.seed();
        secrets.tls_key = device.tls.pkcs8().to_vec();
        let pages = key_pages(&device.key, self.now, &mut secrets);
        KeyStore::create(&dir, &passphrase, &secrets, WORK_FACTOR_SEAL)?;
        let master = keystore::unlock(&dir, &passphrase)?;
        Ok((Session::open(home, master, system_clock())?, pages))
    }
}

impl Roots {
    fn by_both<T: Document>(&self, kind: Kind, document: &T, body: Option<Vec<u8>>) -> Statement {
        Statement { kind, signed: Signed::new(document, &[&self.authority, &self.parquet]), body }
    }

    fn nomenclature(&self) -> Statement {
        let body = NOMENCLATURE.as_bytes().to_vec();
        let document = NomenclatureStatement { link: Link::first(self.now), text: sha256(&body) };
        self.by_both(Kind::Nomenclature, &document, Some(body))
    }

    /// The authority signs cards; the parquet certifies its own hats.
    fn card(&self, person: &[&str; 6], devices: &BTreeMap<&str, Device>) -> Statement {
        let [member, function, organisation, organisation_name, given_name, family_name] = *person;
        let personal = Personal {
            salt: Random::draw(),
            family_name: family_name.to_owned(),
            given_name: given_name.to_owned(),
            telephone: "01 00 00 00 00".to_owned(),
            email: format!("{member}@clairval.example"),
            attested_by: "Direction".to_owned(),
        };
        let card = Card {
            link: Link::first(self.now),
            member: handle(member),
            function: role(function),
            organisation: Organisation {
                id: OrganisationId::try_from(organisation.to_owned()).expect("a handle"),
                name: organisation_name.to_owned(),
            },
            territory: vec!["Clairval".to_owned(), "Montreval".to_owned()],
            deputy: None,
            protected: false,
            devices: vec![DeviceKey { key: public(devices, member), name: "bureau".to_owned() }],
            personal: personal.digest(),
            from: self.now,
            until: None,
        };
        let by = if card.is_hat() { &self.parquet } else { &self.authority };
        Statement { kind: Kind::Card, signed: Signed::new(&card, &[by]), body: Some(personal.to_body()) }
    }

    /// The mayor creates the group with the parquet's visa; mayor and coordinator sign its roster.
    fn group(
        &self,
        id: GroupId,
        name: &str,
        members: &[&str],
        devices: &BTreeMap<&str, Device>,
    ) -> Vec<Statement> {
        let (president, coordinator) = (&devices["maire"].key, &devices["mairie"].key);
        let proc = &devices["procureur"].key;
        let group = Group {
            link: Link::first(self.now),
            id,
            name: name.to_owned(),
            kind: GroupKind::Echange,
            territory: vec!["Clairval".to_owned()],
            president: president.id(),
            coordinator: coordinator.id(),
        };
        let group = Signed::new(&group, &[president, proc]);
        let seat = |member: &&str| Seat {
            member: handle(member),
            devices: vec![device(devices, member)],
            writes: true,
        };
        let roster = Roster {
            link: Link::first(self.now),
            group: id,
            statement: group.digest(),
            seats: members.iter().map(seat).collect(),
        };
        let charter = Charter {
            link: Link::first(self.now),
            group: id,
            text: sha256(CHARTER.as_bytes()),
            reglement: Reglement { reference: "2026-14".to_owned(), date: "12/05/2026".to_owned() },
            named: Vec::new(),
            from: self.now,
            order: None,
        };
        let charter = Signed::new(&charter, &[president, proc]);
        let adhesion = |member: &&str| {
            let adhesion = Adhesion {
                link: Link::first(self.now),
                group: id,
                member: handle(member),
                charter: charter.digest(),
            };
            Statement {
                kind: Kind::Adhesion,
                signed: Signed::new(&adhesion, &[&devices[*member].key]),
                body: None,
            }
        };
        let statement = |kind, signed| Statement { kind, signed, body: None };
        let mut statements = vec![
            statement(Kind::Group, group),
            statement(Kind::Roster, Signed::new(&roster, &[president, coordinator])),
            Statement {
                kind: Kind::Charter,
                signed: charter.clone(),
                body: Some(CHARTER.as_bytes().to_vec()),
            },
        ];
        statements.extend(members.iter().map(adhesion));
        statements
    }
}

/// Fresh expiry keys for every bucket of the ladder; the secrets go to the store, the recipients to
/// signed pages.
fn key_pages(key: &SigningKey, now: Timestamp, secrets: &mut Secrets) -> Vec<Statement> {
    let mut pages = Vec::new();
    for step in BucketPolicy::default().steps {
        let buckets = BucketPolicy::published(step, now);
        let identities: Vec<_> = buckets.iter().map(|_| ExpiryIdentity::generate()).collect();
        let body: Vec<u8> = identities.iter().flat_map(|identity| identity.recipient().to_bytes()).collect();
        let secret = |(bucket, identity): (&_, &ExpiryIdentity)| ExpirySecret {
            bucket: *bucket,
            seed: *identity.to_bytes(),
        };
        secrets.expiry.extend(buckets.iter().zip(&identities).map(secret));
        let page = KeyPage { link: Link::first(now), device: key.id(), buckets, recipients: sha256(&body) };
        pages.push(Statement { kind: Kind::KeyPage, signed: Signed::new(&page, &[key]), body: Some(body) });
    }
    pages
}

/// What only an example keeps in clear: the two roots and the mayor's key.
fn keep_roots(dir: &Path, roots: &Roots, devices: &BTreeMap<&str, Device>) -> Result<(), Failure> {
    let folder = dir.join("authority");
    create_private(&folder)?;
    let keys =
        [("authority", &roots.authority), ("parquet", &roots.parquet), ("maire", &devices["maire"].key)];
    keys.iter()
        .try_for_each(|(name, key)| write_private(&folder.join(format!("{name}.seed")), key.seed().as_ref()))
}

fn public(devices: &BTreeMap<&str, Device>, person: &str) -> PublicKey {
    devices[person].key.public()
}

fn device(devices: &BTreeMap<&str, Device>, person: &str) -> KeyId {
    devices[person].key.id()
}

fn handle(name: &str) -> MemberId {
    MemberId::try_from(name.to_owned()).expect("a handle of this file")
}

fn role(code: &str) -> Role {
    Role::try_from(code.to_owned()).expect("a role of this file")
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::local("demo-failed", error)
}
