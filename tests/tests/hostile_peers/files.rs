//! What a hostile writer hands to an honest reader's client: names, headers of age files. And a folder
//! that two relays want.

use crate::stage::{Stage, refusal, soon};
use pli_client::failure::{Failure, Unverified};
use pli_client::inbox::{self, Motive, Reading};
use pli_client::keystore::{self, KeyStoreError};
use pli_client::session::Session;
use pli_client::show::Show;
use pli_client::words::Language;
use pli_server::listen::{ServeFailed, Server};
use pli_tests::homes::{self, LITTLE_WORK, PASSPHRASE};
use pli_tests::world::{BAILLEUR, COORD, Letter, MAIRE, POLICE};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::MessageId;
use shared::limits::{DOCUMENT_NAME_BYTES_MAX, GRANT_BYTES_MAX, NOTE_BYTES_MAX, RECORD_BYTES_MAX};
use shared::log::{Act, Outcome, Record};
use shared::message::{
    Document, Envelope, Grant, GrantList, Header, InvalidMessage, Note, Part, PartKind, Thread,
};
use shared::refusal::Refusal;
use shared::seal::{MessageIdentity, pad, seal_small};
use shared::signed::Signed;
use shared::wire::Ask;
use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

/// What a hostile writer makes of a letter before it is signed.
#[derive(Default)]
struct Hostile {
    /// The documents' names, which nobody screened.
    names: Vec<String>,
    /// What was written, which nobody screened.
    text: Option<String>,
    /// In place of the sealed first document.
    document: Option<Vec<u8>>,
    /// In place of the sealed note.
    note: Option<Vec<u8>>,
    /// In place of every sealed grant.
    grant: Option<Vec<u8>>,
}

fn content(number: usize) -> Vec<u8> {
    format!("what is in {number}").into_bytes()
}

/// A letter that the relay takes, from [`POLICE`] to [`MAIRE`].
async fn sealed(stage: &Stage, hostile: Hostile) -> Letter {
    let contents: Vec<_> = (0..hostile.names.len()).map(content).collect();
    let documents: Vec<_> = contents.iter().map(Vec::as_slice).collect();
    let base = stage.letter(POLICE, &[MAIRE], &documents).await;
    let (core, key) = (&base.core, &stage.world.people[POLICE].key);
    let identity = MessageIdentity::generate();
    let close = |bytes: &[u8]| {
        let mut sealed = Vec::new();
        identity.seal_part(bytes, &mut sealed).unwrap();
        sealed
    };
    let mut sealed: Vec<_> = documents.iter().map(|bytes| close(bytes)).collect();
    if let Some(document) = hostile.document {
        sealed[0] = document;
    }
    let named = |(name, bytes): (String, &Vec<u8>)| Document {
        name,
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    };
    let note = Note {
        core: core.clone(),
        documents: hostile.names.into_iter().zip(&contents).map(named).collect(),
        subject: "Lettre".into(),
        fields: Vec::new(),
        rows: Vec::new(),
        thread: Thread::default(),
        text: hostile.text.unwrap_or_else(|| "Rien à signaler.".into()),
        vouched: Vec::new(),
        salt: None,
        first: None,
    };
    let note = hostile.note.unwrap_or_else(|| close(&pad(&cbor::encode(&Signed::new(&note, &[key])))));
    let part = |kind, bytes: &[u8]| Part { kind, bytes: bytes.len() as u64, digest: sha256(bytes) };
    let mut parts: Vec<_> = sealed.iter().map(|bytes| part(PartKind::Document, bytes)).collect();
    parts.push(part(PartKind::Note, &note));
    let mut list: GrantList = base.envelope.grant_list.peek().unwrap();
    let secret = Grant::encode(core, &identity);
    let mut grants = Vec::new();
    for entry in &mut list.grants {
        let reader = stage.world.people.iter().find(|person| person.device() == entry.device).unwrap();
        let recipient = reader.expiry_identity(entry.bucket).recipient();
        let grant = hostile.grant.clone().unwrap_or_else(|| seal_small(&recipient, &secret).unwrap());
        entry.digest = sha256(&grant);
        grants.push(grant);
    }
    let envelope = Envelope {
        header: Signed::new(&Header { core: core.clone(), parts }, &[key]),
        note,
        grant_list: Signed::new(&list, &[key]),
        grants,
    };
    let letter = Letter { id: base.id, core: core.clone(), envelope, documents: sealed };
    let device = stage.device(POLICE).await;
    stage.upload(&device, POLICE, &letter).await;
    let answer = stage.deposit(&device, POLICE, &letter).await;
    assert_eq!(refusal(&answer), None, "a relay cannot see inside: {answer:?}");
    letter
}

/// [`MAIRE`]'s own client, with a home like any other.
fn client(stage: &Stage, dir: &Path) -> Session {
    let keys = stage.directory.root().unwrap().relay.clone();
    homes::client(&stage.world, MAIRE, stage.dir.path(), keys, stage.address, dir)
}

async fn opened(session: &mut Session, letter: &Letter) -> Result<Reading, Failure> {
    let motive = Motive { reason: Some("suivi".parse().unwrap()), text: None, reread: None };
    let entry = inbox::find(session, &letter.id.to_string()).await?;
    inbox::open(session, &entry, Act::Export, &motive).await
}

/// The files of a folder and what is in them, without following links.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_s_name_is_harmless_or_it_is_not_written() {
    let stage = Stage::start().await;
    let dir = tempfile::tempdir().unwrap();
    let (desk, folder) = (dir.path().join("desk"), dir.path().join("desk/chosen"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("kept.txt"), "mine").unwrap();
    fs::write(desk.join("beside.txt"), "mine").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(desk.join("nowhere.txt"), folder.join("link.txt")).unwrap();
    let longest = "é".repeat(DOCUMENT_NAME_BYTES_MAX / 2);
    let shortened = format!("{} (2)", "é".repeat((DOCUMENT_NAME_BYTES_MAX - 4) / 2));
    let cases = [
        ("../beside.txt", None),
        ("../../escaped.txt", None),
        ("/tmp/escaped.txt", None),
        ("a/b.txt", None),
        ("..\\escaped.txt", None),
        ("C:\\escaped.txt", None),
        ("kept.txt:stream", None),
        ("..", None),
        (".", None),
        ("", None),
        ("cut\0.txt", None),
        ("line\n.txt", None),
        ("\u{1b}[31mred.txt", None),
        ("bilan\u{202e}fdp.exe", None),
        ("bilan\u{200b}.pdf", None),
        (&"n".repeat(10_000), None),
        (".profile", None),
        ("-rf", None),
        ("CON", None),
        ("nul.txt", None),
        ("trailing.", None),
        (" space.txt", None),
        ("bilan.pdf", Some("bilan.pdf")),
        ("bilan.pdf", Some("bilan (2).pdf")),
        ("kept.txt", Some("kept (2).txt")),
        ("link.txt", Some(if cfg!(unix) { "link (2).txt" } else { "link.txt" })),
        (&longest, Some(longest.as_str())),
        (&longest, Some(shortened.as_str())),
        ("Été à l’école, 2ᵉ partie.odt", Some("Été à l’école, 2ᵉ partie.odt")),
    ];
    let names = cases.iter().map(|(name, _)| (*name).to_owned()).collect();
    let letter = sealed(&stage, Hostile { names, ..Hostile::default() }).await;
    let home = tempfile::tempdir().unwrap();
    let mut session = client(&stage, home.path());
    let reading = opened(&mut session, &letter).await.unwrap();
    let mut expected = files(&folder);
    for (number, (name, written)) in (0..).zip(cases) {
        let show = Show::new(true, Language::French);
        let saved = inbox::save_document(&mut session, &reading, number, &folder, &show).await;
        match (saved, written) {
            (Ok(path), Some(written)) => {
                assert_eq!(path, folder.join(written));
                expected.insert(written.to_owned(), content(number.into()));
            }
            (Err(Failure::Unverified(Unverified::Message(InvalidMessage::Note))), None) => {}
            (saved, _) => panic!("{name:?}: {saved:?}"),
        }
        assert_eq!(files(&folder), expected, "{name:?}");
    }
    assert_eq!(files(&desk), BTreeMap::from([("beside.txt".to_owned(), b"mine".to_vec())]));
    session.close();
    stage.honest(COORD, BAILLEUR).await;
    stage.end().await;
}

/// A changed client says `passed` of what its rules would have stopped: the reader's keep it closed, the log says by
/// which rule, and the writer's signature stands under it. R-23.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_lying_client_let_through_is_not_shown() {
    let stage = Stage::start().await;
    let home = tempfile::tempdir().unwrap();
    let mut session = client(&stage, home.path());
    let text = Some("Le locataire du 4e s'est radicalisé.".to_owned());
    let letter = sealed(&stage, Hostile { text, ..Hostile::default() }).await;
    for reread in [None, Some("coord-1".parse().unwrap())] {
        let entry = inbox::find(&mut session, &letter.id.to_string()).await.unwrap();
        let motive = Motive { reason: Some("suivi".parse().unwrap()), text: None, reread };
        let failure = inbox::open(&mut session, &entry, Act::Release, &motive).await.err().unwrap();
        let Failure::Quarantined(stopped) = failure else { panic!("shown, or: {failure:?}") };
        let rules: Vec<_> = stopped.judgement.refusing().map(|finding| finding.rule.as_str()).collect();
        assert_eq!(rules, ["X1-radicalisation"], "a strong term stays closed, whoever reads it too");
    }
    // What is found for its context may be read by two.
    let text = Some("Le locataire a vu un imam.".to_owned());
    let letter = sealed(&stage, Hostile { text, ..Hostile::default() }).await;
    for (reread, is_shown) in [(None, false), (Some("coord-1".parse().unwrap()), true)] {
        let entry = inbox::find(&mut session, &letter.id.to_string()).await.unwrap();
        let motive = Motive { reason: Some("suivi".parse().unwrap()), text: None, reread };
        let opened = inbox::open(&mut session, &entry, Act::Release, &motive).await;
        assert_eq!(opened.is_ok(), is_shown, "{:?}", opened.err());
    }
    session.close();
    // As the log confirmed it, with this reader's own signature inside.
    let records = session
        .home
        .receipts()
        .unwrap()
        .into_iter()
        .map(|confirmation| cbor::decode::<Record>(&confirmation.record, RECORD_BYTES_MAX).unwrap());
    let openings = records.filter(|record| record.act == Act::Opening);
    let told: Vec<_> = openings.map(|record| (record.outcome, record.reference)).collect();
    let stopped = |rule: &str| (Outcome::Quarantined, Some(rule.to_owned()));
    let expected = [
        stopped("X1-radicalisation"),
        stopped("X1-radicalisation"),
        stopped("X1-contexte"),
        (Outcome::Done, None),
    ];
    assert_eq!(told, expected);
    stage.honest(COORD, BAILLEUR).await;
    stage.end().await;
}

/// The beginnings of age files that cost much to read; each fits a grant.
fn hostile_headers() -> Vec<(&'static str, Vec<u8>)> {
    let file =
        |stanzas: &str| format!("age-encryption.org/v1\n{stanzas}--- {}\n", "A".repeat(43)).into_bytes();
    let share = "A".repeat(43);
    let x25519 = format!("-> X25519 {share}\n{share}\n");
    let scrypt = |work: u32| format!("-> scrypt {} {work}\n{share}\n", "A".repeat(22));
    vec![
        ("nothing", Vec::new()),
        ("something else", vec![0; 1000]),
        ("a passphrase that takes for ever", file(&scrypt(63))),
        ("a passphrase that takes longer", file(&scrypt(u32::MAX))),
        ("many passphrases", file(&scrypt(30).repeat(30))),
        ("many stanzas", file(&x25519.repeat(30))),
        ("stanzas to the limit", x25519.repeat(1000).into_bytes()[..GRANT_BYTES_MAX].to_vec()),
        ("a long line", file(&format!("-> {}\n\n", "a ".repeat(1500)))),
        (
            "a long body",
            file(&format!("-> X25519 {share}\n{}\n", format!("{}\n", "A".repeat(64)).repeat(40))),
        ),
        ("a header without end", format!("age-encryption.org/v1\n{}", "-> a\n\n".repeat(600)).into_bytes()),
        ("a share of low order", file(&format!("-> X25519 {share}\n{share}\n"))),
        ("in armour", b"-----BEGIN AGE ENCRYPTED FILE-----\n".repeat(100)),
    ]
}

/// Refused before any work is done, and acknowledged as what did not verify.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_age_header_costs_its_reader_nothing() {
    let stage = Stage::start().await;
    let home = tempfile::tempdir().unwrap();
    let mut session = client(&stage, home.path());
    let endless = |line: &str| line.repeat(NOTE_BYTES_MAX / line.len()).into_bytes();
    let mut notes = hostile_headers();
    notes.push(("a megabyte of stanzas", endless("-> X25519 a\nAAAA\n")));
    notes.push(("a line of a megabyte", endless("-")));
    for (what, note) in notes {
        let letter = sealed(&stage, Hostile { note: Some(note), ..Hostile::default() }).await;
        let failure = opened(&mut session, &letter).await.err().expect(what);
        assert!(is(&failure, InvalidMessage::Note), "{what}: {failure:?}");
    }
    for (what, grant) in hostile_headers() {
        let letter = sealed(&stage, Hostile { grant: Some(grant), ..Hostile::default() }).await;
        let failure = opened(&mut session, &letter).await.err().expect(what);
        assert!(is(&failure, InvalidMessage::Grant), "{what}: {failure:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    for (what, document) in hostile_headers() {
        let hostile = Hostile { names: vec!["a.txt".into()], document: Some(document), ..Hostile::default() };
        let letter = sealed(&stage, hostile).await;
        let reading = opened(&mut session, &letter).await.unwrap();
        let show = Show::new(true, Language::French);
        let saved = inbox::save_document(&mut session, &reading, 0, folder.path(), &show).await;
        assert!(is(&saved.unwrap_err(), InvalidMessage::Part), "{what}");
        assert!(files(folder.path()).is_empty(), "{what}: nothing is left");
    }
    session.close();
    stage.honest(COORD, BAILLEUR).await;
    stage.end().await;

    // The same in the member's own key store.
    let (master, asked) = (home.path().join("keystore").join("master.age"), format!(" {LITTLE_WORK}\n"));
    let bytes = fs::read(&master).unwrap();
    let place = bytes.windows(asked.len()).position(|window| window == asked.as_bytes()).unwrap();
    fs::write(&master, [&bytes[..place], b" 63\n", &bytes[place + asked.len()..]].concat()).unwrap();
    let unlocked = keystore::unlock(home.path(), PASSPHRASE);
    assert!(matches!(unlocked, Err(KeyStoreError::Damaged { .. })), "{:?}", unlocked.err());
}

/// A client that waits for room to send hears all the same that nobody wants it.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_refused_ends_at_once() {
    let stage = Stage::start().await;
    let home = tempfile::tempdir().unwrap();
    let mut session = client(&stage, home.path());
    for _ in 0..20 {
        let ask = Ask::Upload { message: MessageId([9; 16]), part: u16::MAX, bytes: 1 << 30, from: 0 };
        let mut conversation = session.begin(ask).await.unwrap();
        let chunk = vec![7; 256 * 1024];
        soon(async { while conversation.send(&chunk).await.is_ok() {} }).await;
        let answer = soon(conversation.answer()).await;
        assert!(matches!(answer, Err(Failure::Refused(Refusal::TooLarge))), "{answer:?}");
    }
    session.close();
    stage.honest(COORD, BAILLEUR).await;
    stage.end().await;
}

fn is(failure: &Failure, expected: InvalidMessage) -> bool {
    matches!(failure, Failure::Unverified(Unverified::Message(invalid)) if *invalid == expected)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_and_an_address_have_one_relay() {
    let stage = Stage::start().await;
    let any = (Ipv4Addr::LOCALHOST, 0).into();
    for _ in 0..2 {
        let second = Server::start(stage.dir.path(), any, stage.world.clock()).await;
        let said = second.err().expect("two relays in one folder").to_string();
        assert_eq!(said, "another relay uses this folder; stop it first, or give this one its own");
        stage.honest(COORD, MAIRE).await;
    }
    let other = tempfile::tempdir().unwrap();
    stage.world.make_relay(other.path()).await;
    let second = Server::start(other.path(), stage.address, Arc::clone(&stage.world.clock())).await;
    assert!(matches!(second.err(), Some(ServeFailed::Endpoint(_))), "two relays at one address");
    stage.honest(COORD, MAIRE).await;
    // The one that did not start has left its folder as it was.
    Server::start(other.path(), any, stage.world.clock()).await.unwrap().stop().await.unwrap();
    stage.end().await;
}
