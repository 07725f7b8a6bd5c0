//! A small world with fixed keys and a fixed clock: what the vectors say, and what the tests of the
//! rules change one thing of.
//!
//! Two leaders, a writer and a reviewer; one exchange group; one letter. Every seed is 32 equal
//! bytes, so that whoever has this page can make the same signatures.

use shared::crypto::{SigningKey, sha256};
use shared::directory::{Continuity, Directory, InvalidStatement};
use shared::ids::Random;
use shared::ids::{Digest, GroupId, MemberId, MessageId};
use shared::log::TreeHead;
use shared::message::{
    Core, GrantEntry, GrantList, Ground, Handling, HeadReference, Header, Part, PartKind, Ruleset, Screening,
    Verdict,
};
use shared::seal::ExpiryIdentity;
use shared::signed::Signed;
use shared::statement::{
    Card, Class, DeviceKey, Group, GroupKind, KeyPage, Kind, Link, NomenclatureStatement, Organisation,
    Personal, RelayKeys, Root, Roster, Seat, Statement, WitnessPolicy,
};
use shared::time::{Bucket, BucketPolicy, Tier, Timestamp};

/// Tuesday 24 November 2026, nine in the morning.
pub const NOW: Timestamp = Timestamp(1_795_510_800);

/// Ninety days later, at the end of an ISO week: Monday 22 February 2027.
pub const EXPIRES: Timestamp = Timestamp(1_803_254_400);

/// The group of the world.
pub const GROUP: GroupId = GroupId([0x67; 16]);

/// Its letter.
pub const MESSAGE: MessageId = MessageId([0x6d; 16]);

/// The origin of its log.
pub const ORIGIN: &str = "pli.example/log";

/// The text of the nomenclature, as the project ships it.
pub const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// Whose key is which byte.
pub const SEEDS: [(&str, u8); 7] = [
    ("authority", 1),
    ("parquet", 2),
    ("log", 3),
    ("maire-1", 11),
    ("coord-1", 12),
    ("csp-1", 13),
    ("aud-1", 14),
];

/// The signing key whose seed is 32 times this byte.
pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32].into())
}

/// The signing key of one of [`SEEDS`].
pub fn key_of(name: &str) -> SigningKey {
    key(SEEDS.iter().find(|(known, _)| *known == name).unwrap().1)
}

pub fn member(handle: &str) -> MemberId {
    handle.parse().unwrap()
}

/// The expiry identity of a device for a bucket: its seed is the digest of `name tier ends`.
pub fn expiry_identity(name: &str, bucket: Bucket) -> ExpiryIdentity {
    ExpiryIdentity::from_bytes(&expiry_seed(name, bucket).0)
}

pub fn expiry_seed(name: &str, bucket: Bucket) -> Digest {
    let tier = match bucket.tier {
        Tier::Seconds(length) => format!("seconds-{length}"),
        Tier::Day => "day".to_owned(),
        Tier::Week => "week".to_owned(),
        Tier::Month => "month".to_owned(),
    };
    sha256(format!("{name} {tier} {}", bucket.ends.0).as_bytes())
}

pub fn weeks() -> Vec<Bucket> {
    [EXPIRES.0 - 7 * 86_400, EXPIRES.0]
        .map(|ends| Bucket { ends: Timestamp(ends), tier: Tier::Week })
        .to_vec()
}

pub fn root() -> Root {
    Root {
        link: Link::first(NOW),
        authority: key(1).public(),
        parquet: key(2).public(),
        relay: RelayKeys {
            log_origin: ORIGIN.to_owned(),
            log_key: key(3).public(),
            tls_ca: b"a certificate in DER would stand here".to_vec(),
        },
        buckets: BucketPolicy::default(),
        log_months: 12,
        witnesses: WitnessPolicy { needed: 0, keys: Vec::new() },
    }
}

pub fn personal(name: &str) -> Personal {
    Personal {
        salt: Random([0x73; 32]),
        name: format!("Personne {name}"),
        telephone: "+33 1 00 00 00 00".to_owned(),
        email: format!("{name}@exemple.fr"),
    }
}

pub fn card(name: &str) -> Card {
    let function = match name {
        "maire-1" => "MAIRE",
        "coord-1" => "COORD",
        "csp-1" => "CSP",
        _ => "AUD",
    };
    Card {
        link: Link::first(NOW),
        member: member(name),
        function: function.parse().unwrap(),
        organisation: Organisation { id: "ville-1".parse().unwrap(), name: "Ville".to_owned() },
        territory: vec!["Ville".to_owned()],
        devices: vec![DeviceKey { key: key_of(name).public(), name: "bureau".to_owned() }],
        personal: personal(name).digest(),
        from: Timestamp(NOW.0 - 86_400),
        until: None,
    }
}

pub fn group() -> Group {
    Group {
        link: Link::first(NOW),
        id: GROUP,
        name: "Groupe d’échange".to_owned(),
        kind: GroupKind::Echange,
        territory: vec!["Ville".to_owned()],
        president: key_of("maire-1").id(),
        coordinator: key_of("coord-1").id(),
        charter: None,
    }
}

pub fn roster() -> Roster {
    let seat = |name| Seat { member: member(name), devices: vec![key_of(name).id()], writes: true };
    Roster { link: Link::first(NOW), group: GROUP, seats: ["coord-1", "csp-1", "maire-1"].map(seat).to_vec() }
}

pub fn page_body(name: &str, buckets: &[Bucket]) -> Vec<u8> {
    buckets.iter().flat_map(|bucket| expiry_identity(name, *bucket).recipient().to_bytes()).collect()
}

pub fn key_page(name: &str, buckets: &[Bucket]) -> (KeyPage, Vec<u8>) {
    let body = page_body(name, buckets);
    let device = key_of(name).id();
    (KeyPage { link: Link::first(NOW), device, buckets: buckets.to_vec(), recipients: sha256(&body) }, body)
}

pub fn statement(kind: Kind, signed: Signed) -> Statement {
    Statement { kind, signed, body: None }
}

pub fn with_body(kind: Kind, signed: Signed, body: Vec<u8>) -> Statement {
    Statement { kind, signed, body: Some(body) }
}

pub fn root_statement() -> Statement {
    statement(Kind::Root, Signed::new(&root(), &[&key(1), &key(2)]))
}

pub fn nomenclature_document() -> NomenclatureStatement {
    NomenclatureStatement { link: Link::first(NOW), text: sha256(NOMENCLATURE.as_bytes()) }
}

pub fn nomenclature_statement() -> Statement {
    let signed = Signed::new(&nomenclature_document(), &[&key(1), &key(2)]);
    with_body(Kind::Nomenclature, signed, NOMENCLATURE.as_bytes().to_vec())
}

pub fn card_statement(name: &str) -> Statement {
    let card = card(name);
    let signer = key(if card.is_hat() { 2 } else { 1 });
    with_body(Kind::Card, Signed::new(&card, &[&signer]), personal(name).to_body())
}

pub fn group_statement() -> Statement {
    statement(Kind::Group, Signed::new(&group(), &[&key(11), &key(2)]))
}

pub fn roster_statement() -> Statement {
    statement(Kind::Roster, Signed::new(&roster(), &[&key(11), &key(12)]))
}

pub fn key_page_statement(name: &str) -> Statement {
    let (page, body) = key_page(name, &weeks());
    with_body(Kind::KeyPage, Signed::new(&page, &[&key_of(name)]), body)
}

/// Every statement of the world, each after those that it rests on.
pub fn statements() -> Vec<Statement> {
    let mut all = vec![root_statement(), nomenclature_statement()];
    all.extend(["aud-1", "coord-1", "csp-1", "maire-1"].map(card_statement));
    all.extend([group_statement(), roster_statement()]);
    all.extend(["aud-1", "coord-1", "csp-1", "maire-1"].map(key_page_statement));
    all
}

pub fn directory_of(statements: &[Statement]) -> Result<Directory, InvalidStatement> {
    let mut directory = Directory::pinned(root_statement().signed.digest());
    statements.iter().try_for_each(|statement| directory.accept(statement, Continuity::Next))?;
    Ok(directory)
}

pub fn directory() -> Directory {
    directory_of(&statements()).unwrap()
}

/// The core of the letter: from the commissaire to the mayor.
pub fn core(head: TreeHead) -> Core {
    Core {
        version: 1,
        id: MESSAGE,
        group: GROUP,
        roster_version: 1,
        roster: roster_statement().signed.digest(),
        nomenclature: nomenclature_statement().signed.digest(),
        flow: "F05a".parse().unwrap(),
        class: Class::N2,
        handling: Handling::D2,
        writer: member("csp-1"),
        device: key_of("csp-1").id(),
        recipients: vec![member("maire-1")],
        created: NOW,
        expires: EXPIRES,
        reply_to: None,
        approver: None,
        screening: Screening { ruleset: Ruleset::form().digest(), verdict: Verdict::Passed },
        head: HeadReference { tree: head, time: Timestamp(NOW.0 - 60) },
    }
}

pub fn header(core: &Core, note: &[u8]) -> Header {
    let part = Part { kind: PartKind::Note, bytes: note.len() as u64, digest: sha256(note) };
    Header { core: core.clone(), parts: vec![part] }
}

/// A grant list to the reader's device and the writer's own, in the order of the ids.
pub fn grant_list(core: &Core, sealed: &dyn Fn(&str) -> Digest) -> GrantList {
    let mut grants: Vec<_> = ["maire-1", "csp-1"]
        .map(|name| GrantEntry { device: key_of(name).id(), bucket: weeks()[1], digest: sealed(name) })
        .to_vec();
    grants.sort_by_key(|grant| grant.device);
    GrantList {
        version: 1,
        message: core.id,
        core: core.digest(),
        issuer: core.device,
        ground: Ground::Writer,
        made: NOW,
        grants,
    }
}
