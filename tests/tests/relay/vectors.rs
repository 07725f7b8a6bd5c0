//! The vectors of `tests/vectors/formats`: our code makes the very same bytes, and what stands in
//! the files holds by itself: it decodes, encodes back, and its signatures and digests fit.
//!
//! `PLI_WRITE_VECTORS=1` writes the files anew. What is sealed is random, so `sealed.json` is kept
//! as long as it opens.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::fixed::{
    EXPIRES, GATED, GROUP, MESSAGE, NOW, ORIGIN, READABLE_UNTIL, SEEDS, agreement, gated_core, key, key_of,
};
use pli_server::transport::pki::{make_ca, verify_request};
use pli_server::transport::tls_key::TlsKey;
use serde_json::{Value, json};
use shared::cbor;
use shared::crypto::{BoxKey, sha256};
use shared::directory::{Chain, Continuity, GroupView};
use shared::ids::{Digest, GroupId, Random, RuleId};
use shared::limits::STATEMENT_BODY_BYTES_MAX;
use shared::log::{
    Act, Actor, Checkpoint, Confirmation, Cosigned, EliminationLeaf, Evidence, GroupProof, HeadLeaf,
    KeysLeaf, Leaf, LogMemory, LogView, MemoryTree, Outcome, Record, RecordBox, Revealed, StatementLeaf,
    TreeHead, commit, consistency, inclusion, leaf_hash, sign_checkpoint, verifier_key, verify_consistency,
    verify_inclusion,
};
use shared::message::{self, Because, Core, Grant, GrantEntry, GrantList, Ground, Header, Note, Thread};
use shared::refusal::Refusal;
use shared::seal::{ExpiryRecipient, MessageIdentity, open_small, pad, padme, seal_small, unpad};
use shared::signed::{Document, Signed};
use shared::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, Devices, Enrolment, Group, Hold, Invitation, KeyPage,
    Kind, NomenclatureStatement, Personal, Proposal, Rereading, Root, Roster, RulesetStatement, Statement,
};
use shared::time::{Bucket, BucketPolicy, DAY_SECONDS, Tier, Timestamp};
use shared::wire::{
    About, Annexed, Answer, Ask, Counted, Decision, Hello, Listed, ListedState, News, Notice, Ready, Refused,
    Request, Retired, SealedAnnex, SealedKey,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

const BYTES_MAX: usize = STATEMENT_BODY_BYTES_MAX + 100_000;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/formats")
}

fn writes() -> bool {
    std::env::var_os("PLI_WRITE_VECTORS").is_some_and(|value| value == "1")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// One value in its canonical bytes.
fn case(name: &str, form: &str, bytes: &[u8]) -> Value {
    json!({
        "name": name,
        "form": form,
        "diagnostic": diagnostic(bytes),
        "hex": hex(bytes),
        "sha256": sha256(bytes).to_string(),
    })
}

/// One signed document, with everything that a verifier needs.
fn signed_case<T: Document>(name: &str, form: &str, signed: &Signed) -> Value {
    let document: T = signed.peek().unwrap();
    let mut case = case(name, form, &cbor::encode(&document));
    let signer = |id| SEEDS.iter().find(|(_, seed)| key(*seed).id() == id).unwrap();
    let signatures: Vec<_> = signed
        .signatures
        .iter()
        .map(|signature| {
            let (name, seed) = signer(signature.key);
            json!({
                "by": name,
                "key": signature.key.to_string(),
                "public": key(*seed).public().to_string(),
                "signature": hex(&signature.signature),
            })
        })
        .collect();
    case["context"] = json!(T::CONTEXT);
    case["signatures"] = json!(signatures);
    case["signed_hex"] = json!(hex(&cbor::encode(signed)));
    case
}

fn statement_case<T: Document>(name: &str, form: &str, statement: &Statement) -> Value {
    let mut case = signed_case::<T>(name, form, &statement.signed);
    let bytes = cbor::encode(statement);
    case["statement_sha256"] = json!(sha256(&bytes).to_string());
    match &statement.body {
        // The text stands in the repository already.
        Some(body) if statement.kind == Kind::Nomenclature => {
            case["body_file"] = json!("tests/data/nomenclature.toml");
            case["body_sha256"] = json!(sha256(body).to_string());
        }
        Some(body) => {
            case["body_hex"] = json!(hex(body));
            case["statement_hex"] = json!(hex(&bytes));
        }
        None => case["statement_hex"] = json!(hex(&bytes)),
    }
    case
}

// ---------------------------------------------------------------- the log of the world

struct Log {
    tree: MemoryTree,
    leaves: Vec<Vec<u8>>,
}

impl Log {
    fn push(&mut self, leaf: &Leaf) -> u64 {
        let bytes = cbor::encode(leaf);
        self.tree.push(leaf_hash(&bytes));
        self.leaves.push(bytes);
        self.tree.size() - 1
    }

    fn evidence(&self, index: u64) -> Evidence {
        let inclusion = inclusion(&self.tree, self.tree.size(), index).unwrap();
        Evidence { index, leaf: self.leaves[usize::try_from(index).unwrap()].clone(), inclusion }
    }

    /// What the witness signed of the tree of this size.
    fn cosigned(&self) -> Cosigned {
        let note = sign_checkpoint(ORIGIN, &key(3), self.tree.head());
        let checkpoint = Checkpoint::verify(ORIGIN, key(3).public(), &note).unwrap();
        let note = crate::fixed::witness().cosign(&checkpoint, &key_of("temoin"), NOW);
        let consistency = consistency(&self.tree, self.tree.size(), self.tree.size()).unwrap();
        Cosigned { note, consistency }
    }

    fn view(&self, since: u64) -> LogView {
        LogView {
            checkpoint: sign_checkpoint(ORIGIN, &key(3), self.tree.head()),
            since,
            consistency: consistency(&self.tree, self.tree.size(), since).unwrap(),
            head: self.evidence(self.tree.size() - 1),
            cosigned: vec![self.cosigned()],
        }
    }
}

fn box_key() -> BoxKey {
    BoxKey::from_bytes([0x42; 32].into())
}

fn groups_tree() -> (Vec<GroupView>, MemoryTree) {
    let real = crate::fixed::directory().view(GROUP).unwrap();
    let other = |byte| GroupView { group: GroupId([byte; 16]), cards: Vec::new(), ..real.clone() };
    let views = vec![other(0x11), real.clone(), other(0x99)];
    let mut tree = MemoryTree::default();
    views.iter().for_each(|view| tree.push(leaf_hash(&cbor::encode(view))));
    (views, tree)
}

fn head_leaf(time: u64) -> Leaf {
    Leaf::Head(HeadLeaf { version: 1, time: Timestamp(time), groups: groups_tree().1.head() })
}

/// The first batch: the statements, and their head.
fn first_batch() -> Log {
    let mut log = Log { tree: MemoryTree::default(), leaves: Vec::new() };
    for statement in crate::fixed::statements() {
        let chain = match statement.kind {
            Kind::Root => Chain::Root,
            Kind::Nomenclature => Chain::Nomenclature,
            Kind::Ruleset => Chain::Ruleset,
            Kind::Card => Chain::Card(statement.signed.peek::<Card>().unwrap().member),
            Kind::Group => Chain::Group(GROUP),
            Kind::Roster => Chain::Roster(GROUP),
            Kind::Charter => Chain::Charter(GROUP),
            Kind::Adhesion => Chain::Adhesion(GROUP, statement.signed.peek::<Adhesion>().unwrap().member),
            Kind::KeyPage => Chain::KeyPage(statement.signed.peek::<KeyPage>().unwrap().device, Tier::Week),
            other => panic!("no {other:?} in this log"),
        };
        let digest = statement.signed.digest();
        log.push(&Leaf::Statement(StatementLeaf {
            version: 1,
            kind: statement.kind,
            chain,
            statement_version: 1,
            digest,
        }));
    }
    log.push(&head_leaf(NOW.0 - 60));
    log
}

fn elimination_leaf() -> Leaf {
    Leaf::Elimination(EliminationLeaf {
        version: 1,
        class: Some("RC".parse().unwrap()),
        from: Timestamp(NOW.0 - 90 * DAY_SECONDS),
        until: NOW,
        count: 12,
        rule: sha256(b"a nomenclature"),
        visa: Some("AD93 2026-14".to_owned()),
    })
}

fn keys_leaf() -> Leaf {
    Leaf::Keys(KeysLeaf { version: 1, epoch: 0, from: NOW, sealed: sha256(b"the list of sealed forms") })
}

struct Letter {
    core: Core,
    sealed: Sealed,
    header: Signed,
    grant_list: Signed,
    request: Signed,
    log: Log,
    confirmation: Confirmation,
}

fn rule(id: &str) -> RuleId {
    id.parse().unwrap()
}

fn request(name: &str, counter: u64, ask: Ask) -> Signed {
    let request = Request {
        version: 1,
        device: key_of(name).id(),
        counter,
        time: NOW,
        opening: Random([0x6f; 32]),
        known: 19,
        receipt: None,
        ask,
    };
    Signed::new(&request, &[&key_of(name)])
}

fn letter() -> Letter {
    let mut log = first_batch();
    let core = crate::fixed::core(log.tree.head());
    let sealed = Sealed::kept(&core);
    let header = Signed::new(&crate::fixed::header(&core, &sealed.note), &[&key_of("csp-1")]);
    let list = crate::fixed::grant_list(&core, &|name| sha256(&sealed.grants[name]));
    let grant_list = Signed::new(&list, &[&key_of("csp-1")]);
    let ask = Ask::Deposit {
        message: MESSAGE,
        header: header.digest(),
        grants: grant_list.digest(),
        annex: None,
        reason: None,
        reference: None,
    };
    let request = request("csp-1", 7, ask);

    log.push(&keys_leaf());
    let record = record(log.tree.size(), &core, &request);
    let bytes = cbor::encode(&record);
    let opening = Random([0x6f; 32]);
    let index = log.push(&Leaf::Record(RecordBox::close(record.index, 0, &box_key(), opening, &bytes)));
    log.push(&head_leaf(NOW.0));
    let confirmation =
        Confirmation { log: log.view(19), record: bytes, opening, evidence: log.evidence(index) };
    Letter { core, sealed, header, grant_list, request, log, confirmation }
}

fn record(index: u64, core: &Core, request: &Signed) -> Record {
    Record {
        version: 1,
        index,
        time: NOW,
        act: Act::Deposit,
        actor: Some(Actor {
            member: core.writer.clone(),
            function: "CSP".parse().unwrap(),
            organisation: "ville-1".parse().unwrap(),
            device: core.device,
        }),
        item: Some(core.id),
        group: Some(core.group),
        flow: Some(core.flow.clone()),
        class: Some(core.class),
        expires: Some(core.expires),
        reason: None,
        annex: None,
        reference: None,
        recipients: core.recipients.clone(),
        outcome: Outcome::Done,
        count: 1,
        software: "pli 0.1.0".to_owned(),
        request: Some(request.clone()),
    }
}

/// A late list to a device that the reader has since. Its digest stands for a sealed grant.
fn late_list(core: &Core) -> Signed {
    let list = crate::fixed::grant_list(core, &|_| sha256(b"a sealed grant"));
    let device = key(77).id();
    let grants = vec![GrantEntry { device, ..list.grants[0] }];
    Signed::new(&GrantList { ground: Ground::Device, grants, ..list }, &[&key_of("csp-1")])
}

fn note(core: &Core) -> Signed {
    let note = Note {
        core: core.clone(),
        documents: Vec::new(),
        subject: "Halls du 12".to_owned(),
        fields: vec![("lieu".to_owned(), "12, rue de l’Exemple".to_owned())],
        rows: Vec::new(),
        thread: Thread::default(),
        text: "Rien à signaler.".to_owned(),
        vouched: Vec::new(),
        salt: None,
        first: None,
    };
    Signed::new(&note, &[&key_of("csp-1")])
}

// ---------------------------------------------------------------- what is sealed, once

/// The sealed note and grants. Sealing is random, so these are kept.
struct Sealed {
    identity: String,
    note: Vec<u8>,
    grants: BTreeMap<String, Vec<u8>>,
}

impl Sealed {
    fn kept(core: &Core) -> Self {
        static KEPT: OnceLock<Value> = OnceLock::new();
        let kept = KEPT.get_or_init(|| {
            let read = std::fs::read_to_string(folder().join("sealed.json")).ok();
            let kept = read.and_then(|text| Self::from_json(&serde_json::from_str(&text).unwrap(), core));
            match kept {
                Some(kept) => kept.to_json(core),
                None if writes() => Self::fresh(core).to_json(core),
                None => {
                    panic!("sealed.json does not open: run with PLI_WRITE_VECTORS=1 if the formats changed")
                }
            }
        });
        Self::from_json(kept, core).unwrap()
    }

    fn fresh(core: &Core) -> Self {
        let identity = MessageIdentity::generate();
        let mut note_sealed = Vec::new();
        identity.seal_part(pad(&cbor::encode(&note(core))).as_slice(), &mut note_sealed).unwrap();
        let grant = |name: &str| {
            let recipient = crate::fixed::expiry_identity(name, crate::fixed::weeks()[1]).recipient();
            (name.to_owned(), seal_small(&recipient, &Grant::encode(core, &identity)).unwrap())
        };
        let grants = ["maire-1", "csp-1"].map(grant).into();
        Self { identity: identity.to_secret().to_string(), note: note_sealed, grants }
    }

    /// As kept, if all of it opens and holds what it should.
    fn from_json(value: &Value, core: &Core) -> Option<Self> {
        let identity = value["message_identity"].as_str()?.to_owned();
        let note_sealed = unhex(&value["note"]["sealed_hex"]);
        let opener = MessageIdentity::from_secret(&identity).ok()?;
        let mut opened = Vec::new();
        opener.open_part(note_sealed.as_slice(), &mut opened).ok()?;
        (unpad(&opened).ok()? == cbor::encode(&note(core))).then_some(())?;
        let mut grants = BTreeMap::new();
        for grant in value["grants"].as_array()? {
            let (name, sealed) = (grant["to"].as_str()?, unhex(&grant["sealed_hex"]));
            let plaintext =
                open_small(&crate::fixed::expiry_identity(name, crate::fixed::weeks()[1]), &sealed).ok()?;
            let expected = Grant::encode(core, &opener);
            (*plaintext == *expected).then_some(())?;
            grants.insert(name.to_owned(), sealed);
        }
        Some(Self { identity, note: note_sealed, grants })
    }

    fn to_json(&self, core: &Core) -> Value {
        let identity = MessageIdentity::from_secret(&self.identity).unwrap();
        let plaintext = Grant::encode(core, &identity);
        let padded = pad(&cbor::encode(&note(core)));
        let grants: Vec<_> = self
            .grants
            .iter()
            .map(|(name, sealed)| {
                let bucket = crate::fixed::weeks()[1];
                json!({
                    "to": name,
                    "bucket": { "ends": bucket.ends.0, "tier": "week" },
                    "identity": *crate::fixed::expiry_identity(name, bucket).to_text(),
                    "sealed_hex": hex(sealed),
                    "sha256": sha256(sealed).to_string(),
                })
            })
            .collect();
        json!({
            "what": "A sealed note and its grants. They pin opening; another run of sealing gives other bytes.",
            "message_identity": self.identity,
            "grant_plaintext": { "diagnostic": diagnostic(&plaintext), "hex": hex(&plaintext) },
            "grants": grants,
            "note": {
                "padded_bytes": padded.len(),
                "signed_note_sha256": sha256(&cbor::encode(&note(core))).to_string(),
                "sealed_hex": hex(&self.note),
                "sha256": sha256(&self.note).to_string(),
            },
        })
    }
}

// ---------------------------------------------------------------- the files

fn files() -> BTreeMap<&'static str, Value> {
    let letter = letter();
    let mut files = BTreeMap::new();
    files.insert("keys.json", keys());
    files.insert("statements.json", statements());
    files.insert("group_view.json", group_view());
    files.insert("message.json", message(&letter));
    files.insert("sealed.json", letter.sealed.to_json(&letter.core));
    files.insert("requests.json", requests(&letter));
    files.insert("answers.json", answers(&letter));
    files.insert("log.json", log(&letter));
    files.insert("tree.json", tree());
    files.insert("buckets.json", buckets());
    files.insert("padding.json", padding());
    files.insert("rejected.json", rejected());
    files
}

fn keys() -> Value {
    let keys: Vec<_> = SEEDS
        .iter()
        .map(|(name, seed)| {
            let key = key(*seed);
            json!({
                "name": name,
                "seed": hex(&[*seed; 32]),
                "public": key.public().to_string(),
                "id": key.id().to_string(),
            })
        })
        .collect();
    let expiry: Vec<_> = ["aud-1", "coord-1", "csp-1", "maire-1"]
        .iter()
        .flat_map(|name| crate::fixed::weeks().into_iter().map(move |bucket| (name, bucket)))
        .map(|(name, bucket)| {
            let identity = crate::fixed::expiry_identity(name, bucket);
            json!({
                "device": name,
                "bucket": { "ends": bucket.ends.0, "tier": "week" },
                "seed": crate::fixed::expiry_seed(name, bucket).to_string(),
                "identity": *identity.to_text(),
                "recipient_sha256": sha256(&identity.recipient().to_bytes()).to_string(),
            })
        })
        .collect();
    json!({
        "what": "The keys of every other file. An id is the first 16 bytes of SHA-256(public).",
        "now": NOW.0,
        "signing": keys,
        "expiry": expiry,
    })
}

fn statements() -> Value {
    let mut cases = vec![
        statement_case::<Root>(
            "the first root; its sha256 is the fingerprint",
            "root",
            &crate::fixed::root_statement(),
        ),
        statement_case::<NomenclatureStatement>(
            "a nomenclature",
            "nomenclature",
            &crate::fixed::nomenclature_statement(),
        ),
        statement_case::<RulesetStatement>("a ruleset", "ruleset", &crate::fixed::ruleset_statement()),
    ];
    for name in crate::fixed::MEMBERS {
        cases.push(statement_case::<Card>(name, "card", &crate::fixed::card_statement(name)));
    }
    cases.push(case(
        "the personal part of maire-1",
        "personal",
        &cbor::encode(&crate::fixed::personal("maire-1")),
    ));
    cases.push(statement_case::<Group>("an exchange group", "group", &crate::fixed::group_statement()));
    cases.push(statement_case::<Roster>("its roster", "roster", &crate::fixed::roster_statement()));
    cases.push(statement_case::<Charter>("its charter", "charter", &crate::fixed::charter_statement()));
    for name in crate::fixed::SEATED {
        let name_of = format!("{name} signs it");
        cases.push(statement_case::<Adhesion>(&name_of, "adhesion", &crate::fixed::adhesion_statement(name)));
    }
    for name in ["csp-1", "maire-1"] {
        cases.push(statement_case::<KeyPage>(name, "key-page", &crate::fixed::key_page_statement(name)));
    }
    let [devices, delegation, proposal, enrolment, annuaire, hold, rereading] = &crate::fixed::further()[..]
    else {
        unreachable!()
    };
    cases.push(statement_case::<Devices>("a further device of csp-1", "devices", devices));
    cases.push(statement_case::<Delegation>("csp-1 is away", "delegation", delegation));
    cases.push(statement_case::<Hold>("the letter is held", "hold", hold));
    cases.push(statement_case::<Rereading>("maire-1 read something beside", "rereading", rereading));
    cases.push(statement_case::<Proposal>("a roster that needs a signature", "proposal", proposal));
    let invitation = &crate::fixed::enrolment().invitation;
    cases.push(signed_case::<Invitation>("an invitation", "invitation", invitation));
    let mut answer = statement_case::<Enrolment>("the answer to it", "enrolment", enrolment);
    answer["words"] = json!(crate::fixed::enrolment().words());
    cases.push(answer);
    cases.push(statement_case::<Annuaire>("the annuaire", "annuaire", annuaire));
    let reopening = crate::fixed::reopening_statement();
    cases.push(statement_case::<Root>("a root that opens another log", "root", &reopening));
    let what = "One statement of each kind, and those that they rest on, in order. The words of an enrolment \
                are numbers of a list of 2048.";
    json!({ "what": what, "cases": cases })
}

fn group_view() -> Value {
    let (views, tree) = groups_tree();
    let proof = GroupProof { index: 1, inclusion: inclusion(&tree, 3, 1).unwrap() };
    let leaf = leaf_hash(&cbor::encode(&views[1]));
    json!({
        "what": "Three groups under a head, and the proof of the second.",
        "cases": [
            case("first", "group-view", &cbor::encode(&views[0])),
            case("second", "group-view", &cbor::encode(&views[1])),
            case("third", "group-view", &cbor::encode(&views[2])),
            case("proof of the second", "group-proof", &cbor::encode(&proof)),
        ],
        "leaf_hash_of_the_second": leaf.to_string(),
        "size": 3,
        "root": tree.head().root.to_string(),
    })
}

fn message(letter: &Letter) -> Value {
    json!({
        "what": "A letter from csp-1 to maire-1. Its note and grants lie sealed in sealed.json.",
        "cases": [
            case("the core; its sha256 is what grants name", "core", &cbor::encode(&letter.core)),
            signed_case::<Header>("the header", "header", &letter.header),
            signed_case::<Note>("the note, before padding and sealing", "note", &note(&letter.core)),
            signed_case::<GrantList>("the grant list", "grant-list", &letter.grant_list),
            signed_case::<GrantList>("a late grant list of the writer", "grant-list", &late_list(&letter.core)),
            case("a core that waits for an agreement", "core", &cbor::encode(&gated_core())),
            signed_case::<GrantList>("the agreement", "grant-list", &agreement(&gated_core())),
        ],
    })
}

fn requests(letter: &Letter) -> Value {
    let core = letter.core.digest();
    let suivi = Some("suivi".parse().unwrap());
    let auditor = (key_of("aud-1").id(), crate::fixed::weeks()[1]);
    let text = sha256("Demande du maire".as_bytes());
    let autre = Some("autre".parse().unwrap());
    let enrol = Ask::Enrol {
        key: key_of("csp-2").public(),
        digest: crate::fixed::enrolment_statement().signed.digest(),
    };
    let asks = [
        ("log", "maire-1", Ask::Log),
        ("own statements", "maire-1", Ask::Statements(About::Own)),
        ("a group's statements", "maire-1", Ask::Statements(About::Group(GROUP))),
        ("an annuaire", "maire-1", Ask::Statements(About::Annuaire("Référents".to_owned()))),
        ("everybody", "aud-1", Ask::Statements(About::Everybody)),
        ("proposals", "maire-1", Ask::Statements(About::Proposals)),
        ("enrolments", "csp-1", Ask::Statements(About::Enrolments)),
        ("a group of the past", "maire-1", Ask::Past { group: GROUP, size: 19 }),
        ("a statement of the past", "maire-1", Ask::Statement { digest: letter.core.roster }),
        ("key pages", "csp-1", Ask::KeyPages { device: key_of("maire-1").id() }),
        (
            "publish",
            "maire-1",
            Ask::Publish { digest: crate::fixed::key_page_statement("maire-1").signed.digest() },
        ),
        ("enrol", "csp-2", enrol),
        ("mailbox from the beginning", "maire-1", Ask::Mailbox { after: None, beginning: None }),
        ("sent", "csp-1", Ask::Sent { after: Some(MESSAGE) }),
        ("upload state", "csp-1", Ask::UploadState { message: MESSAGE, part: 0 }),
        ("upload", "csp-1", Ask::Upload { message: MESSAGE, part: 0, bytes: 70_000, from: 0 }),
        (
            "claim",
            "maire-1",
            Ask::Claim { message: MESSAGE, core, act: Act::Release, reason: suivi, annex: None },
        ),
        (
            "claim with a text",
            "maire-1",
            Ask::Claim {
                message: MESSAGE,
                core,
                act: Act::Export,
                reason: autre,
                annex: Some(Annexed { digest: text, devices: vec![auditor] }),
            },
        ),
        (
            "claim to grant",
            "csp-1",
            Ask::Claim { message: MESSAGE, core, act: Act::Regrant, reason: None, annex: None },
        ),
        (
            "grant",
            "csp-1",
            Ask::Grant { message: MESSAGE, grants: late_list(&letter.core).digest(), approves: None },
        ),
        (
            "agree",
            "proc-1",
            Ask::Grant {
                message: GATED,
                grants: agreement(&gated_core()).digest(),
                approves: Some(READABLE_UNTIL),
            },
        ),
        (
            "acknowledge",
            "maire-1",
            Ask::Acknowledge { message: MESSAGE, claim: 21, outcome: Outcome::Done, rules: Vec::new() },
        ),
        ("fetch", "maire-1", Ask::Fetch { message: MESSAGE, part: 0, from: 4096 }),
        ("status", "csp-1", Ask::Status { message: MESSAGE }),
        ("leaves", "aud-1", Ask::Leaves { from: 0, to: 21 }),
        ("consistency", "aud-1", Ask::Consistency { older: 19, newer: 22 }),
        (
            "log keys",
            "aud-1",
            Ask::LogKeys {
                from: 0,
                to: 21,
                reason: "controle".parse().unwrap(),
                reference: Some("2026-17".to_owned()),
            },
        ),
        (
            "hand over",
            "aud-1",
            Ask::HandOver {
                to: key_of("maire-1").id(),
                keys: 1,
                annexes: 1,
                digest: sha256(b"what follows, one after the other"),
            },
        ),
        ("account", "maire-1", Ask::Account { destroyed: Timestamp(NOW.0 - DAY_SECONDS) }),
        (
            "letter",
            "aud-1",
            Ask::Letter {
                message: MESSAGE,
                reason: "controle".parse().unwrap(),
                reference: Some("2026-17".to_owned()),
            },
        ),
        ("cosign", "temoin", Ask::Cosign { note: first_batch().cosigned().note }),
        ("watch", "maire-1", Ask::Watch),
        ("certificate", "maire-1", Ask::Certificate { request: certificate_request("maire-1") }),
        ("retire", "csp-1", Ask::Retire { message: MESSAGE, because: Because::WrongRecipient }),
        ("reject", "proc-1", Ask::Reject { message: GATED, reason: "incomplet".parse().unwrap() }),
        (
            "blocked",
            "csp-1",
            Ask::Blocked { group: GROUP, rules: vec![rule("X1-contexte"), rule("X1-sujet")] },
        ),
        ("contest", "csp-1", Ask::Contest { rule: rule("X1-contexte") }),
        ("counts", "authority", Ask::Counts),
        (
            "acknowledge, kept closed",
            "maire-1",
            Ask::Acknowledge {
                message: MESSAGE,
                claim: 21,
                outcome: Outcome::Quarantined,
                rules: vec![rule("X1-contexte")],
            },
        ),
    ];
    let mut cases = vec![signed_case::<Request>("deposit", "request", &letter.request)];
    for (counter, (name, device, ask)) in (1..).zip(asks) {
        cases.push(signed_case::<Request>(name, "request", &request(device, counter, ask)));
    }
    let hello = Hello { version: 1, software: "pli 0.1.0".to_owned() };
    let mut hello = case("hello", "hello", &cbor::encode(&hello));
    let length = u32::try_from(unhex(&hello["hex"]).len()).unwrap();
    hello["frame_hex"] = json!(format!("{length:08x}{}", hello["hex"].as_str().unwrap()));
    cases.insert(0, hello);
    json!({
        "what": "The greeting and each request, signed; the frame is signed_hex with its length before it.",
        "cases": cases,
    })
}

/// The TLS key of RFC 8410's first form over 32 bytes of the same value.
fn tls_key(byte: u8) -> TlsKey {
    let v1 = unhex(&json!("302e020100300506032b657004220420"));
    TlsKey::from_pkcs8(&[v1, vec![byte; 32]].concat()).unwrap()
}

/// What a member's device asks for a certificate with.
fn certificate_request(member: &str) -> Vec<u8> {
    tls_key(0x71).request(&key_of(member).id().0).unwrap()
}

/// The certificate that it is given.
fn certificate(member: &str) -> Vec<u8> {
    let issuer = make_ca("Pli", tls_key(0x72), NOW.0, NOW.0 + 10 * 365 * 86_400).unwrap();
    let request = verify_request(&certificate_request(member), &key_of(member).id().0).unwrap();
    issuer.issue_device(&request, NOW.0).unwrap().der
}

fn answers(letter: &Letter) -> Value {
    let log = letter.confirmation.log.clone();
    let confirmation = letter.confirmation.clone();
    let (_, groups) = groups_tree();
    let past = GroupProof { index: 1, inclusion: inclusion(&groups, 3, 1).unwrap() };
    let proof = Some(past.clone());
    let welcome = Ready::Welcome { software: "pli 0.1.0".to_owned(), time: NOW };
    let wait = Refused { refusal: Refusal::Quota, wait_seconds: Some(60) };
    let bucket = crate::fixed::weeks()[1];
    let evidence = confirmation.evidence.clone();
    let notice =
        Notice { index: 20, evidence: evidence.clone(), key: vec![1, 2, 3], bucket, sealed: vec![4, 5, 6] };
    let answers = [
        ("refused", Answer::Refused(Refusal::NotAMember.into())),
        ("refused, with a wait", Answer::Refused(wait)),
        ("log", Answer::Log(log.clone())),
        ("statements", Answer::Statements { log: log.clone(), groups: vec![GROUP], proof, count: 13 }),
        ("past", Answer::Past { head: first_batch().evidence(18), proof: past, count: 0 }),
        ("statement", Answer::Statement),
        ("published", Answer::Published { log: log.clone(), evidence: letter.log.evidence(0) }),
        ("key pages", Answer::KeyPages { count: 1 }),
        ("headers", Answer::Headers { log: log.clone(), count: 1, more: false }),
        ("upload", Answer::Upload { received: 4096 }),
        ("deposited", Answer::Deposited(confirmation.clone())),
        ("claimed", Answer::Claimed(confirmation.clone())),
        ("granted", Answer::Granted(confirmation.clone())),
        ("acknowledged", Answer::Acknowledged(confirmation.clone())),
        ("part", Answer::Part { bytes: 65_904 }),
        (
            "status",
            Answer::Status {
                log,
                deposit: evidence,
                late: 1,
                destroyed: vec![key_of("coord-1").id()],
                count: 1,
            },
        ),
        ("leaves", Answer::Leaves { count: 21 }),
        ("consistency", Answer::Consistency(confirmation.log.consistency.clone())),
        ("log keys", Answer::LogKeys { confirmation: confirmation.clone(), keys: 1, handed: 1, annexes: 0 }),
        ("handed over", Answer::HandedOver(confirmation.clone())),
        ("letter", Answer::Letter { confirmation: confirmation.clone(), kept: true }),
        ("accounted", Answer::Accounted(confirmation)),
        ("cosigned", Answer::Cosigned),
        ("watching", Answer::Watching),
        ("certificate", Answer::Certificate { der: certificate("maire-1") }),
        ("retired", Answer::Retired(letter.confirmation.clone())),
        ("rejected", Answer::Rejected(letter.confirmation.clone())),
        ("noted", Answer::Noted),
        ("counts", Answer::Counts(vec![Counted { group: Some(GROUP), rule: rule("X1-contexte"), count: 2 }])),
    ];
    let mut cases = vec![
        case("welcome", "ready", &cbor::encode(&welcome)),
        case("refused greeting", "ready", &cbor::encode(&Ready::Refused(Refusal::Version.into()))),
    ];
    cases.extend(answers.iter().map(|(name, answer)| case(name, "answer", &cbor::encode(answer))));
    let listed = Listed {
        header: letter.header.clone(),
        state: ListedState::Delivered,
        retired: None,
        sealed_anew: false,
        decision: None,
    };
    cases.push(case("a header in a list", "listed", &cbor::encode(&listed)));
    let retired = Retired { at: NOW, because: Because::FunctionEnded };
    let taken_back = Listed { retired: Some(retired), ..listed.clone() };
    cases.push(case("of a letter that was taken back", "listed", &cbor::encode(&taken_back)));
    let approved = Decision::Approved { at: NOW, until: READABLE_UNTIL };
    let approved = Listed { decision: Some(approved), ..listed.clone() };
    cases.push(case("of a letter to which somebody agreed", "listed", &cbor::encode(&approved)));
    let rejected = Decision::Rejected { at: NOW, reason: "incomplet".parse().unwrap() };
    let rejected = Listed { decision: Some(rejected), ..listed };
    cases.push(case("of a letter to which nobody agreed", "listed", &cbor::encode(&rejected)));
    cases.push(case("a notice", "notice", &cbor::encode(&notice)));
    cases.push(case(
        "a sealed key",
        "sealed-key",
        &cbor::encode(&SealedKey { epoch: 0, bucket, sealed: vec![1, 2, 3] }),
    ));
    cases.push(case(
        "a sealed reason",
        "sealed-annex",
        &cbor::encode(&SealedAnnex { index: 20, bucket, sealed: vec![1, 2, 3] }),
    ));
    cases.push(case("news of a message", "news", &cbor::encode(&News::Message(MESSAGE))));
    cases.push(case("news to look", "news", &cbor::encode(&News::Look)));
    let revealed =
        Revealed { opening: letter.confirmation.opening, record: letter.confirmation.record.clone() };
    cases.push(case("what a notice holds, opened", "revealed", &cbor::encode(&revealed)));
    json!({ "what": "Ready, every answer, and what follows in frames of their own. Sealed bytes are stand-ins.", "cases": cases })
}

fn log(letter: &Letter) -> Value {
    let leaf = |index: usize| cbor::decode::<Leaf>(&letter.log.leaves[index], BYTES_MAX).unwrap();
    let head = letter.log.tree.head();
    let older = first_batch().tree.head();
    let record: Record = cbor::decode(&letter.confirmation.record, BYTES_MAX).unwrap();
    let by_relay =
        Record { index: 20, software: record.software.clone(), ..Record::of(Act::Connection, NOW) };
    let connection = Record { actor: record.actor.clone(), ..by_relay.clone() };
    let (item, group, class) = (record.item, record.group, record.class);
    let expiry = Record {
        act: Act::Expiry,
        time: EXPIRES,
        item,
        group,
        flow: record.flow.clone(),
        class,
        ..by_relay.clone()
    };
    let refused = Record {
        act: Act::Refusal,
        outcome: Outcome::Refused,
        item,
        reference: Some(Refusal::StaleRoster.code().to_owned()),
        count: 7,
        request: record.request.clone(),
        ..connection.clone()
    };
    let roster =
        crate::fixed::statements().into_iter().find(|statement| statement.kind == Kind::Roster).unwrap();
    let ask = Ask::Publish { digest: roster.signed.digest() };
    let membership = Record {
        act: Act::Membership,
        group,
        reference: Some(roster.signed.digest().to_string()),
        request: Some(request("csp-1", 8, ask)),
        ..connection.clone()
    };
    let ask = Ask::Retire { message: MESSAGE, because: Because::Superseded };
    let retirement = Record {
        act: Act::Retirement,
        reference: Some(Because::Superseded.code().to_owned()),
        request: Some(request("csp-1", 9, ask)),
        ..record.clone()
    };
    let core = gated_core();
    let of_gated = |act| Record {
        act,
        item: Some(core.id),
        flow: Some(core.flow.clone()),
        class: Some(core.class),
        expires: Some(core.expires),
        recipients: core.recipients.clone(),
        actor: Some(Actor::of(&crate::fixed::card("proc-1"), key_of("proc-1").id())),
        annex: None,
        ..record.clone()
    };
    let list = agreement(&core).digest();
    let ask = Ask::Grant { message: core.id, grants: list, approves: Some(READABLE_UNTIL) };
    let approval = Record {
        expires: Some(READABLE_UNTIL),
        reference: Some(list.to_string()),
        request: Some(request("proc-1", 10, ask)),
        ..of_gated(Act::Approval)
    };
    let reason = Some("incomplet".parse().unwrap());
    let ask = Ask::Reject { message: core.id, reason: "incomplet".parse().unwrap() };
    let rejection = Record { reason, request: Some(request("proc-1", 11, ask)), ..of_gated(Act::Rejection) };
    let hashes: Vec<_> = letter.log.leaves.iter().map(|leaf| leaf_hash(leaf).to_string()).collect();
    json!({
        "what": "The log of this world: seventeen statements, a head; a key of boxes, the record of the letter, a head.",
        "cases": [
            case("a statement", "leaf", &cbor::encode(&leaf(0))),
            case("a key page", "leaf", &cbor::encode(&leaf(16))),
            case("a head", "leaf", &cbor::encode(&leaf(18))),
            case("keys", "leaf", &cbor::encode(&leaf(19))),
            case("elimination", "leaf", &cbor::encode(&elimination_leaf())),
            case("a closed record", "leaf", &cbor::encode(&leaf(20))),
            case("the record in it", "record", &cbor::encode(&record)),
            case("another, of a connection", "record", &cbor::encode(&connection)),
            case("of the end of the letter", "record", &cbor::encode(&expiry)),
            case("of seven refusals", "record", &cbor::encode(&refused)),
            case("of a roster", "record", &cbor::encode(&membership)),
            case("of a retirement", "record", &cbor::encode(&retirement)),
            case("of an agreement", "record", &cbor::encode(&approval)),
            case("of a refused agreement", "record", &cbor::encode(&rejection)),
            case("the view after it, from size 19", "log-view", &cbor::encode(&letter.confirmation.log)),
            case("the confirmation of the deposit", "confirmation", &cbor::encode(&letter.confirmation)),
        ],
        "box": {
            "key": hex(&[0x42; 32]),
            "nonce": format!("{:024x}", 20),
            "aad": commit(letter.confirmation.opening, &letter.confirmation.record).to_string(),
            "opening": hex(&letter.confirmation.opening.0),
            "commitment": commit(letter.confirmation.opening, &letter.confirmation.record).to_string(),
        },
        "checkpoint": {
            "origin": ORIGIN,
            "public": key(3).public().to_string(),
            "verifier_key": verifier_key(ORIGIN, key(3).public()),
            "size": head.size,
            "root": head.root.to_string(),
            "note": sign_checkpoint(ORIGIN, &key(3), head),
        },
        "older": { "size": older.size, "root": older.root.to_string() },
        "leaf_hashes": hashes,
    })
}

fn tree() -> Value {
    let mut tree = MemoryTree::default();
    let mut roots = vec![TreeHead::empty()];
    let leaves: Vec<Vec<u8>> = (0..7_u8).map(|byte| vec![byte; usize::from(byte)]).collect();
    for leaf in &leaves {
        tree.push(leaf_hash(leaf));
        roots.push(tree.head());
    }
    let texts = |digests: Vec<Digest>| digests.iter().map(ToString::to_string).collect::<Vec<_>>();
    let inclusions: Vec<_> = (0..7)
        .map(
            |index| json!({ "size": 7, "index": index, "proof": texts(inclusion(&tree, 7, index).unwrap()) }),
        )
        .collect();
    let consistencies: Vec<_> = (0..=7)
        .map(|older| json!({ "older": older, "newer": 7, "proof": texts(consistency(&tree, 7, older).unwrap()) }))
        .collect();
    json!({
        "what": "RFC 6962: leaf n is n bytes of value n.",
        "leaves": leaves.iter().map(|leaf| hex(leaf)).collect::<Vec<_>>(),
        "leaf_hashes": leaves.iter().map(|leaf| leaf_hash(leaf).to_string()).collect::<Vec<_>>(),
        "roots": roots.iter().map(|head| head.root.to_string()).collect::<Vec<_>>(),
        "inclusion": inclusions,
        "consistency": consistencies,
    })
}

fn buckets() -> Value {
    let instants =
        [0, 4 * 86_400 - 1, 4 * 86_400, NOW.0, EXPIRES.0 - 1, EXPIRES.0, 1_835_395_200, 1_835_481_600];
    let tiers = [Tier::Seconds(10), Tier::Day, Tier::Week, Tier::Month];
    let ends: Vec<_> = tiers
        .iter()
        .flat_map(|tier| instants.map(|after| json!({ "tier": tier_json(*tier), "after": after, "end": tier.end_after(Timestamp(after)).0 })))
        .collect();
    let policy = BucketPolicy::default();
    let chosen: Vec<_> = [0, 1, 20, 90, 180, 365, 1_100]
        .map(|days| {
            let wanted = NOW.plus(days * 86_400);
            json!({ "wanted": wanted.0, "end": policy.ends_until(wanted, NOW).first().map(|end| end.0) })
        })
        .to_vec();
    let published: Vec<_> = policy
        .steps
        .iter()
        .map(|step| {
            let ends = BucketPolicy::published(*step, NOW);
            json!({
                "tier": tier_json(step.tier),
                "count": step.count,
                "first": ends.first().unwrap().ends.0,
                "last": ends.last().unwrap().ends.0,
            })
        })
        .collect();
    json!({
        "what": "The end of the bucket after an instant; what a device publishes at now; the latest end for a wish.",
        "cases": [
            case("a bucket of a week", "bucket", &cbor::encode(&crate::fixed::weeks()[1])),
            case("a bucket of ten seconds", "bucket", &cbor::encode(&Bucket { ends: Timestamp(20), tier: Tier::Seconds(10) })),
            case("the usual ladder", "bucket-policy", &cbor::encode(&policy)),
        ],
        "now": NOW.0,
        "end_after": ends,
        "published": published,
        "chosen": chosen,
    })
}

fn tier_json(tier: Tier) -> Value {
    serde_json::to_value(tier).unwrap()
}

fn padding() -> Value {
    let lengths = [0, 1, 2, 8, 9, 15, 100, 108, 1_000, 1_025, 65_537, 1_000_000];
    let padme: Vec<_> = lengths.map(|length| json!({ "length": length, "padded": padme(length) })).to_vec();
    json!({
        "what": "Padmé, and a padded note of three bytes.",
        "padme": padme,
        "example": { "note": hex(b"pli"), "padded": hex(&pad(b"pli")) },
    })
}

fn rejected() -> Value {
    let good = cbor::encode(&Hello { version: 1, software: "a".to_owned() });
    let text = |text: &str| unhex(&json!(text));
    let cases = [
        ("a longer integer", text("a26776657273696f6e180168736f6674776172656161")),
        ("another order", text("a268736f66747761726561616776657273696f6e01")),
        ("an indefinite map", text("bf6776657273696f6e0168736f6674776172656161ff")),
        ("an unknown field", text("a36776657273696f6e0168736f6674776172656161617801")),
        ("a field twice", text("a36776657273696f6e0168736f66747761726561616776657273696f6e01")),
        ("a missing field", text("a16776657273696f6e01")),
        ("a tag before it", [&[0xc1][..], &good].concat()),
        ("a byte after it", [&good[..], &[0]].concat()),
        ("a float", text("a26776657273696f6ef93c0068736f6674776172656161")),
        ("a list instead of a map", text("82016161")),
    ];
    let cases: Vec<_> =
        cases.iter().map(|(name, bytes)| json!({ "name": name, "hex": hex(bytes) })).collect();
    json!({ "what": "Bytes that are no hello, each for one reason (R-01).", "good": hex(&good), "cases": cases })
}

// ---------------------------------------------------------------- a reader of its own

/// RFC 8949 diagnostic notation, read without our decoder. It knows only what the profile allows.
fn diagnostic(bytes: &[u8]) -> String {
    let mut rest = bytes;
    let text = item(&mut rest);
    assert!(rest.is_empty(), "bytes after the end");
    text
}

fn item(rest: &mut &[u8]) -> String {
    let first = take(rest, 1)[0];
    let (major, low) = (first >> 5, first & 31);
    if major == 7 {
        return match low {
            20 => "false".to_owned(),
            21 => "true".to_owned(),
            22 => "null".to_owned(),
            other => panic!("the profile has no simple value {other}"),
        };
    }
    let number = argument(low, rest);
    let count = || usize::try_from(number).unwrap();
    match major {
        0 => number.to_string(),
        2 => format!("h'{}'", hex(take(rest, count()))),
        3 => {
            let text = std::str::from_utf8(take(rest, count())).unwrap();
            serde_json::to_string(text).unwrap()
        }
        4 => {
            let items: Vec<_> = (0..number).map(|_| item(rest)).collect();
            format!("[{}]", items.join(", "))
        }
        5 => {
            let pairs: Vec<_> = (0..number).map(|_| format!("{}: {}", item(rest), item(rest))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        other => panic!("the profile has no major type {other}"),
    }
}

fn argument(low: u8, rest: &mut &[u8]) -> u64 {
    let (length, least) = match low {
        0..24 => return u64::from(low),
        24 => (1, 24),
        25 => (2, 1 << 8),
        26 => (4, 1 << 16),
        27 => (8, 1 << 32),
        other => panic!("the profile has no length {other}"),
    };
    let number = take(rest, length).iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    assert!(number >= least, "a longer integer than needed");
    number
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}

// ---------------------------------------------------------------- the tests

fn kept() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (name, made) in files() {
        let path = folder().join(name);
        if writes() {
            all.push((name.to_owned(), made));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} is missing"));
        all.push((name.to_owned(), serde_json::from_str(&text).unwrap()));
    }
    all
}

fn cases(of: &Value) -> Vec<Value> {
    of["cases"]
        .as_array()
        .cloned()
        .unwrap_or_default()
        .into_iter()
        .filter(|case| case["form"].is_string())
        .collect()
}

#[test]
fn our_code_makes_the_vectors() {
    for (name, made) in files() {
        let path = folder().join(name);
        if writes() {
            std::fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} is missing"));
        let kept: Value = serde_json::from_str(&text).unwrap();
        assert!(kept == made, "{name} is not what our code makes: a format changed");
    }
}

macro_rules! round_trip {
    ($form:ty, $bytes:expr) => {
        cbor::encode(&cbor::decode::<$form>($bytes, BYTES_MAX).unwrap())
    };
}

#[test]
fn every_vector_decodes_and_encodes_back() {
    for (file, value) in kept() {
        for case in cases(&value) {
            let (bytes, name) = (unhex(&case["hex"]), format!("{file}: {}", case["name"]));
            let again = match case["form"].as_str().unwrap() {
                "root" => round_trip!(Root, &bytes),
                "nomenclature" => round_trip!(NomenclatureStatement, &bytes),
                "ruleset" => round_trip!(RulesetStatement, &bytes),
                "rereading" => round_trip!(Rereading, &bytes),
                "card" => round_trip!(Card, &bytes),
                "personal" => round_trip!(Personal, &bytes),
                "group" => round_trip!(Group, &bytes),
                "roster" => round_trip!(Roster, &bytes),
                "key-page" => round_trip!(KeyPage, &bytes),
                "devices" => round_trip!(Devices, &bytes),
                "charter" => round_trip!(Charter, &bytes),
                "adhesion" => round_trip!(Adhesion, &bytes),
                "delegation" => round_trip!(Delegation, &bytes),
                "hold" => round_trip!(Hold, &bytes),
                "proposal" => round_trip!(Proposal, &bytes),
                "invitation" => round_trip!(Invitation, &bytes),
                "enrolment" => round_trip!(Enrolment, &bytes),
                "annuaire" => round_trip!(Annuaire, &bytes),
                "group-view" => round_trip!(GroupView, &bytes),
                "group-proof" => round_trip!(GroupProof, &bytes),
                "core" => round_trip!(Core, &bytes),
                "header" => round_trip!(Header, &bytes),
                "note" => round_trip!(Note, &bytes),
                "grant-list" => round_trip!(GrantList, &bytes),
                "request" => round_trip!(Request, &bytes),
                "hello" => round_trip!(Hello, &bytes),
                "ready" => round_trip!(Ready, &bytes),
                "answer" => round_trip!(Answer, &bytes),
                "listed" => round_trip!(Listed, &bytes),
                "notice" => round_trip!(Notice, &bytes),
                "sealed-key" => round_trip!(SealedKey, &bytes),
                "sealed-annex" => round_trip!(SealedAnnex, &bytes),
                "news" => round_trip!(News, &bytes),
                "revealed" => round_trip!(Revealed, &bytes),
                "leaf" => round_trip!(Leaf, &bytes),
                "record" => round_trip!(Record, &bytes),
                "log-view" => round_trip!(LogView, &bytes),
                "confirmation" => round_trip!(Confirmation, &bytes),
                "bucket" => round_trip!(Bucket, &bytes),
                "bucket-policy" => round_trip!(BucketPolicy, &bytes),
                other => panic!("{name} is of the unknown form {other}"),
            };
            assert_eq!(hex(&again), hex(&bytes), "{name}");
            assert_eq!(sha256(&bytes).to_string(), case["sha256"], "{name}");
            assert_eq!(diagnostic(&bytes), case["diagnostic"], "{name}");
            if let Some(whole) = case.get("statement_hex") {
                let bytes = unhex(whole);
                assert_eq!(hex(&round_trip!(Statement, &bytes)), hex(&bytes), "{name}");
                assert_eq!(sha256(&bytes).to_string(), case["statement_sha256"], "{name}");
            }
        }
    }
}

/// each signature holds over its context, a zero byte and the bytes, and over nothing else.
#[test]
fn every_signature_holds_in_its_context() {
    let mut seen = 0;
    for (file, value) in kept() {
        for case in cases(&value) {
            let Some(context) = case["context"].as_str() else { continue };
            let (bytes, name) = (unhex(&case["hex"]), format!("{file}: {}", case["name"]));
            let signed: Signed = cbor::decode(&unhex(&case["signed_hex"]), BYTES_MAX).unwrap();
            assert_eq!(signed.bytes, bytes, "{name}");
            for (signature, told) in signed.signatures.iter().zip(case["signatures"].as_array().unwrap()) {
                let public: shared::ids::PublicKey = told["public"].as_str().unwrap().parse().unwrap();
                assert_eq!(public.id(), signature.key, "{name}");
                assert_eq!(hex(&signature.signature), told["signature"], "{name}");
                let message = [context.as_bytes(), &[0], &bytes].concat();
                assert_eq!(public.verify_raw(&message, &signature.signature), Ok(()), "{name}");
                assert!(public.verify("pli/other/v1", &bytes, &signature.signature).is_err(), "{name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "only {seen} signatures were found");
}

#[test]
fn the_statements_prove_each_other_under_the_fingerprint() {
    let mut directory = crate::fixed::directory();
    assert!(directory.view(GROUP).is_some());
    for statement in crate::fixed::further().into_iter().chain([crate::fixed::reopening_statement()]) {
        directory.accept(&statement, Continuity::Next).unwrap();
    }
    let (_, statements) = kept().into_iter().find(|(name, _)| name == "statements.json").unwrap();
    let root = &cases(&statements)[0];
    assert_eq!(root["sha256"], crate::fixed::root_statement().signed.digest().to_string());
    for case in cases(&statements).iter().filter(|case| case["form"] == "key-page") {
        let page: KeyPage = cbor::decode(&unhex(&case["hex"]), BYTES_MAX).unwrap();
        let body = unhex(&case["body_hex"]);
        assert_eq!(body.len(), page.buckets.len() * ExpiryRecipient::BYTES);
        assert_eq!(sha256(&body), page.recipients);
    }
}

/// the letter of the vectors opens, as a reader would open it.
#[test]
fn the_letter_opens_for_its_reader_alone() {
    let letter = letter();
    let (directory, reader) = (crate::fixed::directory(), key_of("maire-1").id());
    let header = message::verify_header(&letter.header, &directory, reader).unwrap();
    let core = &header.value().core;
    let entry = message::entry_for(core, &letter.grant_list, &directory, reader).unwrap();
    let grant = &letter.sealed.grants["maire-1"];
    assert_eq!(sha256(grant), entry.digest);
    let identity =
        message::open_grant(core, grant, &crate::fixed::expiry_identity("maire-1", entry.bucket)).unwrap();
    let opened = message::open_note(&header, &letter.sealed.note, identity, &directory).unwrap();
    assert_eq!(opened.note.text, "Rien à signaler.");
    let other = crate::fixed::expiry_identity("maire-1", crate::fixed::weeks()[0]);
    assert!(message::open_grant(core, grant, &other).is_err(), "the key of another bucket");
}

#[test]
fn the_confirmation_proves_the_record() {
    let letter = letter();
    let mut memory = LogMemory::new(ORIGIN.to_owned(), key(3).public());
    memory.tree = first_batch().tree.head();
    let view = &letter.confirmation.log;
    let head = memory.follow(view, &view.consistency, NOW).unwrap();
    let record = letter.confirmation.recorded(head.tree()).unwrap();
    assert_eq!(record.request.as_ref(), Some(&letter.request));
    let (views, tree) = groups_tree();
    let proof = GroupProof { index: 1, inclusion: inclusion(&tree, 3, 1).unwrap() };
    assert_eq!(head.vouches_for(&views[1], &proof), Ok(()));
    let Leaf::Record(closed) = letter.confirmation.evidence.verified(head.tree()).unwrap() else {
        panic!("the leaf is no record")
    };
    let (opening, inside, bytes) = closed.open(20, &box_key()).unwrap();
    assert_eq!(
        (opening, inside, bytes),
        (letter.confirmation.opening, record, letter.confirmation.record.clone())
    );
    let note = &view.checkpoint;
    assert_eq!(Checkpoint::verify(ORIGIN, key(3).public(), note).unwrap().head(), letter.log.tree.head());
}

#[test]
fn the_proofs_of_the_small_tree_hold() {
    let (_, tree) = kept().into_iter().find(|(name, _)| name == "tree.json").unwrap();
    let digest = |value: &Value| value.as_str().unwrap().parse::<Digest>().unwrap();
    let digests = |value: &Value| value.as_array().unwrap().iter().map(digest).collect::<Vec<_>>();
    let (roots, leaves) = (digests(&tree["roots"]), digests(&tree["leaf_hashes"]));
    let head = |size: u64| TreeHead { size, root: roots[usize::try_from(size).unwrap()] };
    for (leaf, hash) in tree["leaves"].as_array().unwrap().iter().zip(&leaves) {
        assert_eq!(sha256(&[&[0][..], &unhex(leaf)].concat()), *hash);
    }
    for case in tree["inclusion"].as_array().unwrap() {
        let index = case["index"].as_u64().unwrap();
        let leaf = leaves[usize::try_from(index).unwrap()];
        assert_eq!(verify_inclusion(head(7), index, leaf, &digests(&case["proof"])), Ok(()));
    }
    for case in tree["consistency"].as_array().unwrap() {
        let older = head(case["older"].as_u64().unwrap());
        assert_eq!(verify_consistency(head(7), older, &digests(&case["proof"])), Ok(()));
    }
}

/// what is not the canonical encoding of a hello is refused.
#[test]
fn rejected_bytes_are_rejected() {
    let (_, rejected) = kept().into_iter().find(|(name, _)| name == "rejected.json").unwrap();
    assert!(cbor::decode::<Hello>(&unhex(&rejected["good"]), 1024).is_ok());
    for case in rejected["cases"].as_array().unwrap() {
        assert!(cbor::decode::<Hello>(&unhex(&case["hex"]), 1024).is_err(), "{}", case["name"]);
    }
}
