//! Real inputs of every decoder: what members, a relay and its disk make of a short story.
//!
//! They lie in `tests/corpus`, a folder for each decoder, and are made again with
//! `PLI_WRITE_CORPUS=1 cargo test -p pli-tests --test relay hostile_bytes`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::decoders::{FIT, SIGN, account, relay_keys};
use crate::documents::{HARMLESS, samples, tables};
use crate::engine::{Engine, founded};
use crate::whole::records;
use crate::world::{
    AUDITOR, BAILLEUR, COORD, Letter, MAIRE, NOMENCLATURE, POLICE, SECOND_AUDITOR, World, unframed,
};
use pli_client::documents::{Limits, workbook};
use pli_client::keystore::{ExpirySecret, Master, Secrets, close};
use pli_server::folder::{self, PublicIdentity};
use pli_server::relay::items::{Item, Opening};
use pli_server::requests::{self, Door};
use pli_server::revoke::Revocation;
use pli_server::store::Folder;
use pli_server::transport::frames::framed;
use pli_server::transport::tls_key::TlsKey;
use shared::cbor;
use shared::crypto::sha256;
use shared::limits::FRAME_BYTES_MAX;
use shared::log::tiles::{Content, Tile, new_tiles};
use shared::log::{Act, Growth, Leaf, Outcome, TreeHead, inclusion, leaf_hash, root_of};
use shared::message::{Because, Grant, GrantList, Ground, Note, Thread};
use shared::seal::{ExpiryIdentity, MessageIdentity, pad, seal_small, seal_with_passphrase};
use shared::signed::Signed;
use shared::statement::{Enrolment, Link, Statement};
use shared::time::{Bucket, Tier};
use shared::wire::{About, Annexed, Answer, Ask, Hello, Request, VERSION};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Inputs by the name of their decoder.
pub type Corpus = BTreeMap<String, Vec<Vec<u8>>>;

/// Where it lies.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// What was committed.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn committed() -> Corpus {
    let mut corpus = Corpus::new();
    for entry in std::fs::read_dir(folder()).unwrap().flatten() {
        let mut files: Vec<_> =
            std::fs::read_dir(entry.path()).unwrap().flatten().map(|f| f.path()).collect();
        files.sort();
        let inputs = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
        corpus.insert(entry.file_name().into_string().unwrap(), inputs);
    }
    corpus
}

/// Writes a corpus in the place of the committed one.
///
/// # Panics
/// If it cannot be written.
pub fn commit(corpus: &Corpus) {
    for (name, inputs) in corpus {
        let dir = folder().join(name);
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        for (number, input) in inputs.iter().enumerate() {
            std::fs::write(dir.join(format!("{number:03}")), input).unwrap();
        }
    }
}

/// Makes a corpus.
///
/// # Panics
/// If the story does not go as it should.
#[must_use]
pub fn make() -> Corpus {
    let world = World::new();
    let disk = founded(&world);
    let story = Story { engine: Engine::open(&world, &disk).unwrap(), world, corpus: Corpus::new() };
    let (mut corpus, letter) = story.told();
    let mut add = |name: &str, bytes: Vec<u8>| corpus.entry(name.to_owned()).or_default().push(bytes);
    for name in disk.all_files() {
        let mut bytes = disk.file(&name).unwrap();
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        match name.split('/').next() {
            Some("journal") => add("journal", bytes),
            Some("segments") => add("segment", bytes),
            _ => {}
        }
    }
    let directory = Folder::on(Arc::new(disk)).unwrap();
    let public = folder::public_identity(&directory).unwrap();
    add("index", index_of(&directory));
    certificates(&public, &mut add);
    secrets(&letter, &mut add);
    add("bundle", account());
    documents(&mut add);
    rows(&mut add);
    corpus
}

/// Of each format of documents the first few places.
fn documents(add: &mut impl FnMut(&str, Vec<u8>)) {
    const PLACES: usize = 4;
    let samples = samples(HARMLESS);
    for formats in samples.chunk_by(|one, other| one.format == other.format) {
        for sample in formats.iter().take(PLACES) {
            let name = match sample.format {
                "pdf" | "pdf-packed" => "pdf",
                "html" | "rtf" => sample.format,
                "eml" => "mail",
                "text" | "csv" => "plain",
                _ => "archive",
            };
            add(name, sample.bytes.clone());
        }
    }
    for text in
        [HARMLESS, "M. Un\u{301}tel est ra-di-ca-li-s\u{e9}, 4 0 ans.", "R\u{410}DIC4L1SÉ\u{200b}  fiché S"]
    {
        add("views", text.as_bytes().to_vec());
    }
}

/// Tables, and what a child answers of them.
fn rows(add: &mut impl FnMut(&str, Vec<u8>)) {
    for bytes in tables::workbooks() {
        add("workbook_answer", cbor::encode(&workbook::rows(&bytes, &Limits::TABLE)));
        add("workbook", bytes);
    }
    tables::texts().into_iter().for_each(|text| add("table", text));
}

/// Everything that members ask of a relay, one after the other.
struct Story {
    world: World,
    engine: Engine,
    corpus: Corpus,
}

impl Story {
    fn told(mut self) -> (Corpus, Letter) {
        let letter = self.world.seal(&self.engine.relay, MAIRE, &[POLICE, BAILLEUR], 20, &[b"a document"]);
        let (world, id, core) = (&self.world, letter.id, letter.core.digest());
        let key_page = world.key_pages(&world.people[COORD]).remove(0);
        let roster = {
            let snapshot = self.engine.relay.snapshot();
            let (roster, previous) = snapshot.directory.roster(world.group).unwrap();
            let link = Link { version: roster.link.version + 1, previous: Some(previous), made: world.now() };
            world.roster(link, &[MAIRE, COORD, POLICE, BAILLEUR])
        };
        let header = cbor::encode(&letter.header());
        let list: GrantList = letter.envelope.grant_list.peek().unwrap();
        let mut deposit = framed(&header);
        deposit.extend(framed(&cbor::encode(&list)));
        deposit.extend(letter.envelope.grants.iter().flat_map(|grant| framed(grant)));
        deposit.extend(framed(&letter.envelope.note));
        let document = letter.documents[0].clone();
        let reason: shared::ids::ReasonCode = "controle".parse().unwrap();
        let text = seal_small(&world.people[AUDITOR].expiry_identity(bucket()).recipient(), b"text").unwrap();
        let auditor = world.people[AUDITOR].device();
        let claim = letter.claim("suivi", None);
        let with_text = letter
            .claim("autre", Some(Annexed { digest: sha256(b"text"), devices: vec![(auditor, bucket())] }));
        let device = world.people[POLICE].device();
        let digest = roster.signed.digest();
        let group = world.group;
        let size = self.engine.relay.snapshot().commit.tree.size;
        let founding = world.statements(self.engine.relay.snapshot().directory.root().unwrap().relay.clone());
        let deposit_ask = Ask::Deposit {
            message: id,
            header: core,
            grants: core,
            annex: None,
            reason: None,
            reference: None,
        };
        let upload = Ask::Upload { message: id, part: 0, bytes: document.len() as u64, from: 0 };
        let done = Outcome::Done;
        self.add("header", header);
        self.add("grant_list", cbor::encode(&list));
        self.say(POLICE, Ask::Log, &[]);
        self.say(POLICE, Ask::Statements(About::Own), &[]);
        self.say(POLICE, Ask::Statements(About::Group(group)), &[]);
        self.say(POLICE, Ask::KeyPages { device }, &[]);
        for statement in self.world.further(&founding) {
            let digest = statement.signed.digest();
            let ask = match statement.signed.peek::<Enrolment>() {
                Ok(enrolment) => Ask::Enrol { key: enrolment.device.key, digest },
                Err(_) => Ask::Publish { digest },
            };
            self.say(POLICE, ask, &framed(&cbor::encode(&statement)));
        }
        self.say(POLICE, Ask::Statements(About::Annuaire("Référents".into())), &[]);
        self.say(AUDITOR, Ask::Statements(About::Everybody), &[]);
        self.say(MAIRE, Ask::Statements(About::Proposals), &[]);
        self.say(POLICE, Ask::Statements(About::Enrolments), &[]);
        self.say(POLICE, Ask::Past { group, size }, &[]);
        self.say(COORD, Ask::Publish { digest: core }, &framed(&cbor::encode(&key_page)));
        self.say(COORD, Ask::Publish { digest: core }, &framed(&cbor::encode(&roster)));
        self.say(COORD, Ask::Statement { digest }, &[]);
        self.say(MAIRE, Ask::UploadState { message: id, part: 0 }, &[]);
        self.say(MAIRE, upload, &document);
        self.say(MAIRE, deposit_ask, &deposit);
        self.deposit(&letter);
        self.say(POLICE, Ask::Mailbox { after: None, beginning: None }, &[]);
        self.say(POLICE, Ask::Mailbox { after: Some(id), beginning: Some("b7b10c".parse().unwrap()) }, &[]);
        self.say(MAIRE, Ask::Sent { after: None }, &[]);
        let confirmation = self.say(POLICE, claim, &[]);
        let index = match confirmation {
            Answer::Claimed(confirmation) => confirmation.evidence.index,
            other => panic!("{other:?}"),
        };
        self.say(BAILLEUR, with_text, &framed(&text));
        self.say(POLICE, Ask::Fetch { message: id, part: 0, from: 3 }, &[]);
        self.say(
            POLICE,
            Ask::Acknowledge { message: id, claim: index, outcome: done, rules: Vec::new() },
            &[],
        );
        self.say(MAIRE, Ask::Status { message: id }, &[]);
        // Of the world as the decoder knows it, before anybody has another device.
        self.statements();
        self.late(&letter);
        self.say(AUDITOR, Ask::Leaves { from: 3, to: 9 }, &[]);
        self.say(AUDITOR, Ask::Consistency { older: 3, newer: 9 }, &[]);
        let keys =
            Ask::LogKeys { from: 0, to: u64::MAX, reason: reason.clone(), reference: Some("R-7".into()) };
        self.say(AUDITOR, keys, &[]);
        self.handed(&letter);
        self.say(AUDITOR, Ask::Letter { message: id, reason, reference: None }, &[]);
        self.witnessed();
        self.say(POLICE, Ask::Watch, &[]);
        let request = TlsKey::generate().unwrap().request(&device.0).unwrap();
        self.say(POLICE, Ask::Certificate { request }, &[]);
        self.say(MAIRE, Ask::Retire { message: id, because: Because::WrongRecipient }, &[]);
        self.say(POLICE, Ask::Mailbox { after: None, beginning: None }, &[]);
        self.proofs();
        self.files();
        while self.engine.step().unwrap() {}
        (self.corpus, letter)
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.corpus.entry(name.to_owned()).or_default().push(bytes);
    }

    /// Asks, and keeps the question and all frames of the answer.
    fn say(&mut self, person: usize, ask: Ask, bodies: &[u8]) -> Answer {
        let signed = self.world.people[person].request(ask, self.world.now());
        self.say_signed(&signed, bodies)
    }

    /// A reviewer hands over what the other has already, and what the other lacks.
    fn handed(&mut self, letter: &Letter) {
        let relay = self.engine.relay.clone();
        let (ask, frames) = self.world.handing(&relay, SECOND_AUDITOR, &[Opening::Boxes(1)], b"a key");
        let frames: Vec<_> = frames.iter().flat_map(|frame| framed(frame)).collect();
        assert!(matches!(self.say(AUDITOR, ask, &frames), Answer::HandedOver(_)));
        let annexes = relay.index().annexes(0, u64::MAX).unwrap();
        let beside = annexes.into_iter().find_map(|place| match relay.shelf().item(place) {
            Some(Item::Annex(annex)) => Some(annex.index),
            _ => None,
        });
        let both = [Opening::Boxes(1), Opening::Annex(beside.unwrap())];
        let (ask, frames) = self.world.handing(&relay, SECOND_AUDITOR, &both, &letter.id.0);
        let frames: Vec<_> = frames.iter().flat_map(|frame| framed(frame)).collect();
        assert!(matches!(self.say(AUDITOR, ask, &frames), Answer::HandedOver(_)));
    }

    /// A witness brings its signature; and a view that shows it is asked for.
    fn witnessed(&mut self) {
        for number in 0..self.world.witnesses.len() {
            let witness = &self.world.witnesses[number];
            let note = self.world.cosigned(&self.engine.relay, witness);
            let signed = witness.request(Ask::Cosign { note: note.clone() }, self.world.now());
            self.add("checkpoint", note.into_bytes());
            assert_eq!(self.say_signed(&signed, &[]), Answer::Cosigned);
        }
        self.say(AUDITOR, Ask::Log, &[]);
    }

    fn say_signed(&mut self, signed: &Signed, bodies: &[u8]) -> Answer {
        let request: Request = signed.peek().unwrap();
        let unsigned = cbor::encode(&request);
        let kept = [&[SIGN | FIT][..], &framed(&unsigned), bodies].concat();
        self.add("frame", [framed(&unsigned), framed(&cbor::encode(signed))].concat());
        self.add("request", kept);
        let mut sent = framed(&cbor::encode(signed));
        sent.extend_from_slice(bodies);
        let (mut receive, mut out) = (sent.as_slice(), Vec::new());
        let relay = self.engine.relay.clone();
        self.engine.run(requests::answer(&relay, Door::Open, &mut receive, &mut out)).unwrap();
        let frames = unframed(&out);
        for frame in &frames {
            self.add("answer", frame.clone());
        }
        let answer: Answer = cbor::decode(&frames[0], 4 * FRAME_BYTES_MAX).unwrap();
        if let Answer::Claimed(confirmation) | Answer::Acknowledged(confirmation) = &answer {
            self.add("proof", cbor::encode(confirmation));
            self.add("record", confirmation.record.clone());
            self.add("record", confirmation.evidence.leaf.clone());
        }
        if let Answer::Log(view) = &answer {
            self.add("proof", cbor::encode(view));
            self.add("checkpoint", view.checkpoint.clone().into_bytes());
        }
        answer
    }

    /// The letter as its writer really sent it.
    fn deposit(&mut self, letter: &Letter) {
        let relay = self.engine.relay.clone();
        let confirmation = self.engine.run(self.world.deposit(&relay, MAIRE, letter)).unwrap().unwrap();
        self.add("proof", cbor::encode(&confirmation));
        self.add("answer", cbor::encode(&Answer::Deposited(confirmation)));
    }

    /// A reader's new device is given a grant; and another reader leaves.
    fn late(&mut self, letter: &Letter) {
        let relay = self.engine.relay.clone();
        let device = self.engine.run(self.world.give_device(&relay, POLICE)).unwrap().unwrap();
        let ask = Ask::Claim {
            message: letter.id,
            core: letter.core.digest(),
            act: Act::Regrant,
            reason: None,
            annex: None,
        };
        self.say(MAIRE, ask, &[]);
        let identity = MessageIdentity::generate();
        let directory = Arc::clone(&relay.snapshot().directory);
        let (ask, frames) =
            self.world.late_grants(&directory, MAIRE, letter, Ground::Device, &identity, &[device]);
        let list: Signed = cbor::decode(&frames[0], FRAME_BYTES_MAX).unwrap();
        self.add("grant_list", list.bytes.clone());
        // As it is kept for the decoder, which signs it; and as its writer sends it.
        let unsigned = [framed(&list.bytes), framed(&frames[1])].concat();
        self.say(MAIRE, ask.clone(), &unsigned);
        let signed: Vec<_> = frames.iter().flat_map(|frame| framed(frame)).collect();
        assert!(matches!(self.say(MAIRE, ask, &signed), Answer::Granted(_)));
        self.say(MAIRE, Ask::Status { message: letter.id }, &[]);
        let roster = self.world.next_roster(&directory, &[MAIRE, COORD, POLICE, device]);
        let leaves = async {
            self.world.publish(&relay, &roster).await;
            Revocation::default().pass(&relay).await;
        };
        self.engine.run(leaves).unwrap().unwrap();
    }

    /// A view of one leaf, and hashes of the two proofs of RFC 6962.
    fn proofs(&mut self) {
        let relay = self.engine.relay.clone();
        let (size, index) = (relay.snapshot().commit.tree.size, 5);
        let leaf = relay.files().leaf(index).unwrap();
        let proof = inclusion(relay.files(), size, index).unwrap();
        let root = relay.snapshot().commit.tree.root;
        let hashes: Vec<u8> = [leaf_hash(&leaf), root].iter().chain(&proof).flat_map(|hash| hash.0).collect();
        self.add("proof", [&size.to_be_bytes()[..], &index.to_be_bytes(), &hashes].concat());
        let kinds = (0..size).filter_map(|index| {
            let leaf = relay.files().leaf(index).ok()?;
            matches!(cbor::decode(&leaf, leaf.len()), Ok(Leaf::Keys(_) | Leaf::Head(_) | Leaf::Statement(_)))
                .then_some(leaf)
        });
        for leaf in kinds.take(8) {
            self.add("record", leaf);
        }
        // Of each act one.
        let mut acts = BTreeSet::new();
        for record in records(&self.world, &relay) {
            if acts.insert(record.act) {
                self.add("record", cbor::encode(&record));
            }
        }
    }

    /// Paths of tiles, a bundle, and the files of a small tree as a mirror is gone on from.
    fn files(&mut self) {
        const SIZE: u64 = 20;
        let relay = self.engine.relay.clone();
        let tree = TreeHead { size: SIZE, root: root_of(relay.files(), SIZE).unwrap() };
        let read = |tile| relay.files().tile(tree, tile).ok();
        let mut state = [&SIZE.to_be_bytes()[..], &tree.root.0].concat();
        let growth = Growth::of(tree, |tile| {
            let file = read(tile)?;
            state.extend(u16::try_from(file.len()).unwrap().to_be_bytes());
            state.extend(&file);
            Some(file)
        });
        growth.unwrap();
        self.add("mirror", state);
        for width in [1, 3, 20] {
            let bundle = read(Tile::new(Content::Entries, 0, width).unwrap()).unwrap();
            self.add("entry_bundle", [&[u8::try_from(width - 1).unwrap()], &bundle[..]].concat());
        }
        let tiles = new_tiles(0, 20_000_123).filter(|tile| !tile.is_whole()).chain(new_tiles(0, 256));
        for tile in tiles {
            self.add("tile_path", tile.to_string().into_bytes());
        }
    }

    /// A statement of each kind, under the root that the decoder holds.
    fn statements(&mut self) {
        let mut statements: Vec<Statement> = self.world.statements(relay_keys());
        statements.extend(self.world.further(&statements));
        statements.extend(self.world.key_pages(&self.world.people[MAIRE]).into_iter().take(1));
        for statement in &statements {
            self.add("statement", cbor::encode(statement));
        }
        self.add("nomenclature", NOMENCLATURE.as_bytes().to_vec());
    }
}

fn bucket() -> Bucket {
    Bucket { ends: Tier::Week.end_after(crate::world::BEGIN), tier: Tier::Week }
}

/// Every entry, with lengths.
fn index_of(folder: &Folder) -> Vec<u8> {
    let index = pli_server::relay::index::Index::open(folder).unwrap();
    let mut bytes = Vec::new();
    index
        .each(|key, value| {
            bytes.push(u8::try_from(key.len()).unwrap());
            bytes.extend_from_slice(key);
            bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(value);
        })
        .unwrap();
    bytes
}

fn certificates(public: &PublicIdentity, add: &mut impl FnMut(&str, Vec<u8>)) {
    add("certificate", serde_json::to_vec(public).unwrap());
    add("certificate", TlsKey::generate().unwrap().request(&[7; 16]).unwrap());
    add("certificate", public.tls_ca.clone().into_bytes());
    add("certificate", public.keys().unwrap().tls_ca);
}

/// What is sealed, under the secrets that the decoders use.
fn secrets(letter: &Letter, add: &mut impl FnMut(&str, Vec<u8>)) {
    let note = Note {
        core: letter.core.clone(),
        documents: Vec::new(),
        subject: "Objet".into(),
        fields: vec![("champ".into(), "valeur".into())],
        rows: Vec::new(),
        thread: Thread::default(),
        text: "Rien à signaler.".into(),
        vouched: Vec::new(),
        salt: None,
        first: None,
    };
    add("content", cbor::encode(&note));
    add("content", pad(b"a padded text").to_vec());
    let identity = MessageIdentity::from_secret(SECRET).unwrap();
    let reader = ExpiryIdentity::from_bytes(&[7; 32]);
    add("grant", Grant::encode(&letter.core, &identity).to_vec());
    add("grant", seal_small(&reader.recipient(), b"a small secret").unwrap());
    let mut part = Vec::new();
    identity.seal_part(&[9; 70_000][..], &mut part).unwrap();
    add("part", part);
    add("passphrase", seal_with_passphrase("passphrase", b"a master secret", 2));
    let secrets = Secrets {
        signing_seed: [1; 32],
        tls_key: vec![2; 48],
        expiry: vec![ExpirySecret { bucket: bucket(), seed: [3; 32] }],
    };
    add("key_store", cbor::encode(&secrets));
    add("key_store", close(&Master::from_slice(&[7; 32]).unwrap(), 4, &[9; 32], &secrets));
    add("request", cbor::encode(&Hello { version: VERSION, software: shared::SOFTWARE.to_owned() }));
}

const SECRET: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
