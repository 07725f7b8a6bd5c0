//! A small world with fixed keys and a fixed clock: what the vectors say, and what the tests of the
//! rules change one thing of.
//!
//! Two leaders, a writer, a prosecutor and a reviewer; one exchange group; one letter. Every seed is 32
//! equal bytes, so that whoever has this page can make the same signatures.

#![allow(clippy::unwrap_used, reason = "what is fixed is right, or nothing of it is")]

use shared::crypto::{SigningKey, sha256};
use shared::directory::{Continuity, Directory, InvalidStatement};
use shared::ids::Random;
use shared::ids::{Digest, GroupId, InvitationId, MemberId, MessageId};
use shared::log::{Continued, TreeHead, WitnessKey, sign_checkpoint};
use shared::message::{
    Core, Gated, GrantEntry, GrantList, Ground, Handling, HeadReference, Header, Part, PartKind, Screening,
    Verdict,
};
use shared::nomenclature::Class;
use shared::seal::ExpiryIdentity;
use shared::signed::Signed;
use shared::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Group, GroupKind, Hold,
    Invitation, Invited, KeyPage, Kind, Link, NomenclatureStatement, Organisation, Personal, Proposal,
    Reglement, RelayKeys, Rereading, Root, Roster, Ruleset, RulesetStatement, Seat, Statement, WitnessPolicy,
};
use shared::time::{Bucket, BucketPolicy, Tier, Timestamp};

/// Tuesday 24 November 2026, nine in the morning.
pub(crate) const NOW: Timestamp = Timestamp(1_795_510_800);

/// Ninety days later, at the end of an ISO week: Monday 22 February 2027.
pub(crate) const EXPIRES: Timestamp = Timestamp(1_803_254_400);

/// The group of the world.
pub(crate) const GROUP: GroupId = GroupId([0x67; 16]);

/// Its letter.
pub(crate) const MESSAGE: MessageId = MessageId([0x6d; 16]);

/// A letter that waits for an agreement.
pub(crate) const GATED: MessageId = MessageId([0x6e; 16]);

/// Until when that agreement lets it be read: 2026-12-14T00:00:00Z, the end of a week.
pub(crate) const READABLE_UNTIL: Timestamp = Timestamp(EXPIRES.0 - 10 * 7 * 86_400);

/// The origin of its log.
pub(crate) const ORIGIN: &str = "pli.example/log";

/// The text of the nomenclature, as the project ships it.
pub(crate) const NOMENCLATURE: &str = include_str!("../../data/nomenclature.toml");

/// Two rules, so that there are some.
pub(crate) const RULES: &str = include_str!("../../data/screening/small.toml");

/// The text of the group's charter.
pub(crate) const CHARTER: &str = "Ce qui s’échange ici ne sort pas du groupe.";

/// Everybody with a card, in the order of the handles.
pub(crate) const MEMBERS: [&str; 5] = ["aud-1", "coord-1", "csp-1", "maire-1", "proc-1"];

/// Those with a seat in the group.
pub(crate) const SEATED: [&str; 3] = ["coord-1", "csp-1", "maire-1"];

/// Whose key is which byte. The last three but one are of devices that enrol, the last of a witness.
pub(crate) const SEEDS: [(&str, u8); 12] = [
    ("authority", 1),
    ("parquet", 2),
    ("log", 3),
    ("maire-1", 11),
    ("coord-1", 12),
    ("csp-1", 13),
    ("aud-1", 14),
    ("proc-1", 15),
    ("csp-1 portable", 16),
    ("csp-2", 17),
    ("csp-2 tls", 18),
    ("temoin", 19),
];

/// The signing key whose seed is 32 times this byte.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32].into())
}

/// The signing key of one of [`SEEDS`].
pub(crate) fn key_of(name: &str) -> SigningKey {
    key(SEEDS.iter().find(|(known, _)| *known == name).unwrap().1)
}

pub(crate) fn member(handle: &str) -> MemberId {
    handle.parse().unwrap()
}

/// The expiry identity of a device for a bucket: its seed is the digest of `name tier ends`.
pub(crate) fn expiry_identity(name: &str, bucket: Bucket) -> ExpiryIdentity {
    ExpiryIdentity::from_bytes(&expiry_seed(name, bucket).0)
}

pub(crate) fn expiry_seed(name: &str, bucket: Bucket) -> Digest {
    let tier = match bucket.tier {
        Tier::Seconds(length) => format!("seconds-{length}"),
        Tier::Day => "day".to_owned(),
        Tier::Week => "week".to_owned(),
        Tier::Month => "month".to_owned(),
    };
    sha256(format!("{name} {tier} {}", bucket.ends.0).as_bytes())
}

pub(crate) fn weeks() -> Vec<Bucket> {
    [EXPIRES.0 - 7 * 86_400, EXPIRES.0]
        .map(|ends| Bucket { ends: Timestamp(ends), tier: Tier::Week })
        .to_vec()
}

pub(crate) fn root() -> Root {
    Root {
        link: Link::first(NOW),
        authority: key(1).public(),
        parquet: key(2).public(),
        relay: RelayKeys {
            log_origin: ORIGIN.to_owned(),
            log_key: key(3).public(),
            tls_ca: b"a certificate in DER would stand here".to_vec(),
            continues: None,
        },
        buckets: BucketPolicy::default(),
        log_months: 12,
        witnesses: WitnessPolicy::of(1, vec![witness()]),
    }
}

/// Who watches the log.
pub(crate) fn witness() -> WitnessKey {
    WitnessKey::new("temoin.example", key_of("temoin").public()).unwrap()
}

pub(crate) fn personal(name: &str) -> Personal {
    Personal {
        salt: Random([0x73; 32]),
        family_name: format!("Personne {name}"),
        given_name: "Prénom".to_owned(),
        telephone: "+33 1 00 00 00 00".to_owned(),
        email: format!("{name}@exemple.fr"),
        attested_by: "Direction".to_owned(),
    }
}

pub(crate) fn card(name: &str) -> Card {
    let function = match name {
        "maire-1" => "MAIRE",
        "coord-1" => "COORD",
        "csp-1" | "csp-2" => "CSP",
        "proc-1" => "PROC",
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
        deputy: None,
        protected: false,
        from: Timestamp(NOW.0 - 86_400),
        until: None,
    }
}

pub(crate) fn group() -> Group {
    Group {
        link: Link::first(NOW),
        id: GROUP,
        name: "Groupe d’échange".to_owned(),
        kind: GroupKind::Echange,
        territory: vec!["Ville".to_owned()],
        president: key_of("maire-1").id(),
        coordinator: key_of("coord-1").id(),
    }
}

pub(crate) fn roster() -> Roster {
    let seat = |name| Seat { member: member(name), devices: vec![key_of(name).id()], writes: true };
    let statement = group_statement().signed.digest();
    Roster { link: Link::first(NOW), group: GROUP, statement, seats: SEATED.map(seat).to_vec() }
}

pub(crate) fn charter() -> Charter {
    Charter {
        link: Link::first(NOW),
        group: GROUP,
        text: sha256(CHARTER.as_bytes()),
        reglement: Reglement { reference: "2026-14".to_owned(), date: "12/05/2026".to_owned() },
        named: vec!["EN".parse().unwrap()],
        from: NOW,
        order: None,
    }
}

pub(crate) fn adhesion(name: &str) -> Adhesion {
    let charter = charter_statement().signed.digest();
    Adhesion { link: Link::first(NOW), group: GROUP, member: member(name), charter }
}

/// The commissaire is away for a week; the coordinator stands in.
pub(crate) fn delegation() -> Delegation {
    Delegation {
        link: Link::first(NOW),
        group: GROUP,
        member: member("csp-1"),
        to: member("coord-1"),
        from: NOW,
        until: NOW.plus(7 * 86_400),
        flow: Some("F05a".parse().unwrap()),
    }
}

/// The letter of the vectors is held until the week after its end.
pub(crate) fn hold() -> Hold {
    let (reference, until) = ("PV 2026/114".to_owned(), EXPIRES.plus(7 * 86_400));
    Hold { link: Link::first(NOW), group: GROUP, message: MESSAGE, reference, until }
}

/// The commissaire's further device, which their first one signs for.
pub(crate) fn devices() -> Devices {
    let card = card("csp-1");
    let further = DeviceKey { key: key(16).public(), name: "portable".to_owned() };
    let devices = card.devices.iter().cloned().chain([further]).collect();
    Devices { link: Link::first(NOW), member: member("csp-1"), base: card.base(), devices }
}

/// What the coordinator has signed so far: the roster without the commissaire.
pub(crate) fn proposed() -> Statement {
    let first = roster_statement().signed.digest();
    let seats = roster().seats.into_iter().filter(|seat| seat.member != member("csp-1")).collect();
    let roster = Roster { link: Link { version: 2, previous: Some(first), made: NOW }, seats, ..roster() };
    statement(Kind::Roster, Signed::new(&roster, &[&key(12)]))
}

pub(crate) fn proposal() -> (Proposal, Vec<u8>) {
    let body = shared::cbor::encode(&proposed());
    let statement = sha256(&body);
    (Proposal { link: Link::first(NOW), group: GROUP, of: Kind::Roster, statement }, body)
}

/// The authority invites a second commissaire.
pub(crate) fn invitation() -> Invitation {
    let card = Card { devices: Vec::new(), ..card("csp-2") };
    Invitation {
        id: InvitationId([0x69; 16]),
        to: Invited::Member(Box::new(card)),
        made: NOW,
        expires: NOW.plus(7 * 86_400),
        relay: "192.0.2.7:4433".to_owned(),
        fingerprint: root_statement().signed.digest(),
        checkpoint: sign_checkpoint(ORIGIN, &key(3), TreeHead::empty()),
    }
}

/// And their device answers.
pub(crate) fn enrolment() -> Enrolment {
    Enrolment {
        link: Link::first(NOW),
        invitation: Signed::new(&invitation(), &[&key(1)]),
        device: DeviceKey { key: key(17).public(), name: "bureau".to_owned() },
        tls: key(18).public(),
    }
}

pub(crate) fn annuaire() -> (Annuaire, Vec<u8>) {
    let line = |name| (member(name), card_statement(name).signed.digest());
    let body = Annuaire::to_body(&MEMBERS.map(line));
    (Annuaire { link: Link::first(NOW), title: "Référents".to_owned(), lines: sha256(&body) }, body)
}

pub(crate) fn page_body(name: &str, buckets: &[Bucket]) -> Vec<u8> {
    buckets.iter().flat_map(|bucket| expiry_identity(name, *bucket).recipient().to_bytes()).collect()
}

pub(crate) fn key_page(name: &str, buckets: &[Bucket]) -> (KeyPage, Vec<u8>) {
    let body = page_body(name, buckets);
    let device = key_of(name).id();
    (KeyPage { link: Link::first(NOW), device, buckets: buckets.to_vec(), recipients: sha256(&body) }, body)
}

pub(crate) fn statement(kind: Kind, signed: Signed) -> Statement {
    Statement { kind, signed, body: None }
}

pub(crate) fn with_body(kind: Kind, signed: Signed, body: Vec<u8>) -> Statement {
    Statement { kind, signed, body: Some(body) }
}

pub(crate) fn root_statement() -> Statement {
    statement(Kind::Root, Signed::new(&root(), &[&key(1), &key(2)]))
}

/// The root that opens another log, after the relay was put back from a backup.
pub(crate) fn reopening_statement() -> Statement {
    let tree = |size: u64, byte: u8| TreeHead { size, root: Digest([byte; 32]) };
    let (restored, newest) = (tree(40, 0xa1), tree(47, 0xa2));
    let root = root();
    let relay = RelayKeys {
        log_origin: format!("{ORIGIN}-2"),
        continues: Some(Continued { origin: ORIGIN.to_owned(), restored, newest }),
        ..root.relay.clone()
    };
    let link = Link { version: 2, previous: Some(root_statement().signed.digest()), ..Link::first(NOW) };
    let root = Root { link, relay, ..root };
    statement(Kind::Root, Signed::new(&root, &[&key(1), &key(2)]))
}

pub(crate) fn nomenclature_document() -> NomenclatureStatement {
    NomenclatureStatement { link: Link::first(NOW), text: sha256(NOMENCLATURE.as_bytes()) }
}

pub(crate) fn nomenclature_statement() -> Statement {
    let signed = Signed::new(&nomenclature_document(), &[&key(1), &key(2)]);
    with_body(Kind::Nomenclature, signed, NOMENCLATURE.as_bytes().to_vec())
}

/// Two rules, and one weight that weighs nothing.
pub(crate) fn ruleset() -> Ruleset {
    Ruleset { text: RULES.to_owned(), weights: vec![0] }
}

pub(crate) fn ruleset_document() -> RulesetStatement {
    RulesetStatement { link: Link::first(NOW), rules: ruleset().digest() }
}

pub(crate) fn ruleset_statement() -> Statement {
    let signed = Signed::new(&ruleset_document(), &[&key(1), &key(2)]);
    with_body(Kind::Ruleset, signed, ruleset().encode())
}

/// The commissaire's colleague read something on the screen beside.
pub(crate) fn rereading() -> Rereading {
    let code = "7KQ2M9XA".parse().unwrap();
    Rereading { link: Link::first(NOW), group: GROUP, member: member("maire-1"), code }
}

pub(crate) fn rereading_statement() -> Statement {
    statement(Kind::Rereading, Signed::new(&rereading(), &[&key_of("maire-1")]))
}

pub(crate) fn card_statement(name: &str) -> Statement {
    let card = card(name);
    let signer = key(if card.is_hat() { 2 } else { 1 });
    with_body(Kind::Card, Signed::new(&card, &[&signer]), personal(name).to_body())
}

pub(crate) fn group_statement() -> Statement {
    statement(Kind::Group, Signed::new(&group(), &[&key(11), &key(15)]))
}

pub(crate) fn charter_statement() -> Statement {
    let signed = Signed::new(&charter(), &[&key(11), &key(15)]);
    with_body(Kind::Charter, signed, CHARTER.as_bytes().to_vec())
}

pub(crate) fn adhesion_statement(name: &str) -> Statement {
    statement(Kind::Adhesion, Signed::new(&adhesion(name), &[&key_of(name)]))
}

pub(crate) fn delegation_statement() -> Statement {
    statement(Kind::Delegation, Signed::new(&delegation(), &[&key_of("csp-1")]))
}

pub(crate) fn hold_statement() -> Statement {
    statement(Kind::Hold, Signed::new(&hold(), &[&key_of("proc-1")]))
}

pub(crate) fn devices_statement() -> Statement {
    statement(Kind::Devices, Signed::new(&devices(), &[&key_of("csp-1")]))
}

pub(crate) fn proposal_statement() -> Statement {
    let (proposal, body) = proposal();
    with_body(Kind::Proposal, Signed::new(&proposal, &[&key_of("coord-1")]), body)
}

pub(crate) fn enrolment_statement() -> Statement {
    statement(Kind::Enrolment, Signed::new(&enrolment(), &[&key(17)]))
}

pub(crate) fn annuaire_statement() -> Statement {
    let (annuaire, body) = annuaire();
    with_body(Kind::Annuaire, Signed::new(&annuaire, &[&key(1)]), body)
}

pub(crate) fn roster_statement() -> Statement {
    statement(Kind::Roster, Signed::new(&roster(), &[&key(11), &key(12)]))
}

pub(crate) fn key_page_statement(name: &str) -> Statement {
    let (page, body) = key_page(name, &weeks());
    with_body(Kind::KeyPage, Signed::new(&page, &[&key_of(name)]), body)
}

/// Every statement of the world, each after those that it rests on.
pub(crate) fn statements() -> Vec<Statement> {
    let mut all = vec![root_statement(), nomenclature_statement(), ruleset_statement()];
    all.extend(MEMBERS.map(card_statement));
    all.extend([group_statement(), roster_statement(), charter_statement()]);
    all.extend(SEATED.map(adhesion_statement));
    all.extend(["aud-1", "coord-1", "csp-1", "maire-1"].map(key_page_statement));
    all
}

/// One of each further kind, which this world accepts after those.
pub(crate) fn further() -> Vec<Statement> {
    vec![
        devices_statement(),
        delegation_statement(),
        proposal_statement(),
        enrolment_statement(),
        annuaire_statement(),
        hold_statement(),
        rereading_statement(),
    ]
}

pub(crate) fn directory_of(statements: &[Statement]) -> Result<Directory, InvalidStatement> {
    let mut directory = Directory::pinned(root_statement().signed.digest());
    statements.iter().try_for_each(|statement| directory.accept(statement, Continuity::Next))?;
    Ok(directory)
}

pub(crate) fn directory() -> Directory {
    directory_of(&statements()).unwrap()
}

/// The core of the letter: from the commissaire to the mayor.
pub(crate) fn core(head: TreeHead) -> Core {
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
        renews: None,
        gate: None,
        screening: Screening {
            ruleset: ruleset_statement().signed.digest(),
            verdict: Verdict::Passed,
            reread: None,
        },
        head: HeadReference { tree: head, time: Timestamp(NOW.0 - 60) },
    }
}

/// The core of a letter that waits for an agreement: from the commissaire to a landlord's litigation.
pub(crate) fn gated_core() -> Core {
    let gate = Gated {
        approver: member("proc-1"),
        until: Timestamp(READABLE_UNTIL.0 + 7 * 86_400),
        readable_seconds: 30 * 86_400,
    };
    Core {
        id: GATED,
        flow: "F09d".parse().unwrap(),
        class: Class::N3,
        recipients: vec![member("bctx-1")],
        expires: gate.until.plus(28 * 86_400),
        gate: Some(gate),
        ..core(TreeHead::empty())
    }
}

/// The agreement: a grant list by who had to agree, for a device of the recipient.
pub(crate) fn agreement(core: &Core) -> Signed {
    let bucket = Bucket { ends: READABLE_UNTIL, tier: Tier::Week };
    let grant = GrantEntry { device: key(78).id(), bucket, digest: sha256(b"a sealed grant") };
    let list = GrantList {
        version: 1,
        message: core.id,
        core: core.digest(),
        issuer: key_of("proc-1").id(),
        ground: Ground::Approval,
        made: NOW,
        grants: vec![grant],
    };
    Signed::new(&list, &[&key_of("proc-1")])
}

pub(crate) fn header(core: &Core, note: &[u8]) -> Header {
    let part = Part { kind: PartKind::Note, bytes: note.len() as u64, digest: sha256(note) };
    Header { core: core.clone(), parts: vec![part] }
}

/// A grant list to the reader's device and the writer's own, in the order of the ids.
pub(crate) fn grant_list(core: &Core, sealed: &dyn Fn(&str) -> Digest) -> GrantList {
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
