//! What Pli seals, other age programs open; what they seal for Pli, Pli opens; and the vectors of
//! C2SP come out as that specification, or Pli's narrower shape of a file, says.
//!
//! The other programs are optional, for not every machine has them: `npm ci` in `tests/interop`
//! with Node.js, and a binary named `age` or `rage`. A test without its program says so and passes.
//! With `PLI_INTEROP_REQUIRED=1` the lack of Node.js or its packages is a failure.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use shared::seal::{
    ExpiryIdentity, MessageIdentity, OpenError, OpenPartError, open_small, open_with_passphrase, seal_small,
    seal_with_passphrase,
};
use tempfile::TempDir;

/// A document of three chunks of age, the last of them short.
fn document() -> Vec<u8> {
    (0..=250).cycle().take(150_000).collect()
}

fn seal_part(identity: &MessageIdentity, plaintext: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    identity.seal_part(plaintext, &mut sealed).unwrap();
    sealed
}

fn open_part(identity: &MessageIdentity, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut opened = Vec::new();
    match identity.open_part(sealed, &mut opened) {
        Ok(_) => Ok(opened),
        Err(OpenPartError::Open(error)) => Err(error),
        Err(OpenPartError::Stream(error)) => panic!("memory failed: {error}"),
    }
}

/// The scripts of `tests/interop`, with a private folder for what goes in and out.
struct Node {
    scripts: PathBuf,
    folder: TempDir,
}

impl Node {
    /// `None` if something is missing that this machine need not have.
    fn find() -> Option<Self> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        let missing = if !scripts.join("node_modules").is_dir() {
            "run `npm ci` in tests/interop"
        } else if !answers("node") {
            "install Node.js"
        } else {
            return Some(Self { scripts, folder: TempDir::new().unwrap() });
        };
        let required = std::env::var_os("PLI_INTEROP_REQUIRED").is_some_and(|value| value == "1");
        assert!(!required, "interoperation is required: {missing}");
        eprintln!("skipped: {missing}");
        None
    }

    fn run(&self, script: &str, arguments: &[&Path]) {
        let status = Command::new("node")
            .arg(self.scripts.join(script))
            .args(arguments)
            .current_dir(self.folder.path())
            .status();
        assert!(status.unwrap().success(), "{script} {arguments:?} failed");
    }

    fn typage(&self, what: &str, key: &str, input: &[u8]) -> Vec<u8> {
        fs::write(self.folder.path().join("key"), key).unwrap();
        fs::write(self.folder.path().join("input"), input).unwrap();
        self.run("typage.mjs", &[what, "key", "input", "output"].map(Path::new));
        fs::read(self.folder.path().join("output")).unwrap()
    }
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn typage_and_a_device_open_each_others_small_secrets() {
    let Some(node) = Node::find() else { return };
    let identity = ExpiryIdentity::generate();
    let recipient = identity.recipient();
    for secret in [&b"a grant"[..], b""] {
        let sealed = seal_small(&recipient, secret).unwrap();
        assert_eq!(node.typage("open", &identity.to_text(), &sealed), secret);
        let sealed = node.typage("seal", &recipient.to_string(), secret);
        assert_eq!(open_small(&identity, &sealed).unwrap().as_slice(), secret);
    }
}

#[test]
fn typage_derives_the_recipient_that_a_device_publishes() {
    let Some(node) = Node::find() else { return };
    let identity = ExpiryIdentity::generate();
    let sealed = node.typage("seal", &identity.to_text(), b"a grant");
    assert_eq!(open_small(&identity, &sealed).unwrap().as_slice(), b"a grant");
}

#[test]
fn typage_and_a_reader_open_each_others_parts() {
    let Some(node) = Node::find() else { return };
    let identity = MessageIdentity::generate();
    for document in [document(), Vec::new()] {
        let sealed = seal_part(&identity, &document);
        assert_eq!(node.typage("open", &identity.to_secret(), &sealed), document);
        let sealed = node.typage("seal", &identity.to_secret(), &document);
        assert_eq!(open_part(&identity, &sealed), Ok(document));
    }
}

#[test]
fn typage_and_a_device_open_each_others_passphrase_files() {
    let Some(node) = Node::find() else { return };
    let key = "passphrase: neuf ours bleus";
    let sealed = seal_with_passphrase("neuf ours bleus", b"a master secret", 10);
    assert_eq!(node.typage("open", key, &sealed), b"a master secret");
    let sealed = node.typage("seal", key, b"a master secret");
    let opened = open_with_passphrase("neuf ours bleus", &sealed, 10).unwrap();
    assert_eq!(opened.as_slice(), b"a master secret");
}

/// A vector of C2SP with its keys.
struct Vector {
    keys: Vec<String>,
    sealed: Vec<u8>,
    expect: String,
    plain: Option<Vec<u8>>,
}

fn vectors(node: &Node) -> BTreeMap<String, Vector> {
    let folder = node.folder.path();
    node.run("vectors.mjs", &[folder]);
    let mut vectors = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "age") {
            let read = |extension| fs::read_to_string(path.with_extension(extension)).unwrap();
            let vector = Vector {
                keys: read("key").lines().map(str::to_owned).collect(),
                sealed: fs::read(&path).unwrap(),
                expect: read("expect"),
                plain: fs::read(path.with_extension("plain")).ok(),
            };
            vectors.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), vector);
        }
    }
    vectors
}

/// What a device makes of each hybrid vector. Where C2SP opens and Pli does not, the file is
/// armoured, or has a second stanza that does not call itself `…-grease`.
const HYBRID: [(&str, Result<(), OpenError>); 19] = [
    ("armor_hybrid", Err(OpenError::Malformed)),
    ("hybrid", Ok(())),
    ("hybrid_and_x25519", Err(OpenError::Malformed)),
    ("hybrid_bad_tag", Err(OpenError::WrongKey)),
    ("hybrid_currupted_enc_mlkem", Err(OpenError::WrongKey)),
    ("hybrid_currupted_enc_x25519", Err(OpenError::WrongKey)),
    ("hybrid_extra_argument", Err(OpenError::Malformed)),
    ("hybrid_grease", Err(OpenError::Malformed)),
    ("hybrid_identity", Err(OpenError::Malformed)),
    ("hybrid_long_file_key", Err(OpenError::Malformed)),
    ("hybrid_long_share", Err(OpenError::Malformed)),
    ("hybrid_low_order", Err(OpenError::Malformed)),
    ("hybrid_multiple_recipients", Err(OpenError::Malformed)),
    ("hybrid_no_match", Err(OpenError::WrongKey)),
    ("hybrid_not_canonical_body", Err(OpenError::Malformed)),
    ("hybrid_not_canonical_enc", Err(OpenError::Malformed)),
    ("hybrid_short_share", Err(OpenError::Malformed)),
    ("hybrid_uppercase", Err(OpenError::Malformed)),
    ("hybrid_x25519_arg", Err(OpenError::Malformed)),
];

#[test]
fn every_hybrid_vector_of_c2sp_has_its_outcome() {
    let Some(node) = Node::find() else { return };
    let vectors = vectors(&node);
    let hybrid = vectors.iter().filter(|(name, _)| name.contains("hybrid"));
    assert!(hybrid.map(|(name, _)| name.as_str()).eq(HYBRID.map(|(name, _)| name)));
    for (name, expected) in HYBRID {
        let vector = &vectors[name];
        let key = vector.keys.iter().find(|key| key.starts_with("AGE-SECRET-KEY-PQ-1")).unwrap();
        let identity = ExpiryIdentity::from_text(key).unwrap();
        let outcome = open_small(&identity, &vector.sealed);
        assert_eq!(outcome.as_ref().map(|_| ()), expected.as_ref().map(|_| ()), "{name}");
        if let Ok(opened) = outcome {
            assert_eq!(Some(opened.as_slice()), vector.plain.as_deref(), "{name}");
        }
    }
}

/// The vectors for X25519 that C2SP opens and Pli does not, for the same reasons.
const PART_SHAPES: [&str; 10] = [
    "armor_crlf",
    "armor_full_last_line",
    "armor_no_eol",
    "armor_whitespace_outside",
    "armor_x25519",
    "stanza_empty_body",
    "stanza_empty_last_line",
    "stanza_valid_characters",
    "x25519_grease",
    "x25519_multiple_recipients",
];

#[test]
fn a_part_opens_where_c2sp_and_the_shape_of_parts_say_so() {
    let Some(node) = Node::find() else { return };
    let vectors = vectors(&node);
    let mut shapes = Vec::new();
    for (name, vector) in &vectors {
        let [key] = vector.keys.as_slice() else {
            continue;
        };
        let Ok(identity) = MessageIdentity::from_secret(key) else {
            continue;
        };
        match (vector.expect.as_str(), open_part(&identity, &vector.sealed)) {
            ("success", Ok(opened)) => assert_eq!(Some(opened), vector.plain, "{name}"),
            ("success", Err(OpenError::Malformed)) => shapes.push(name.as_str()),
            ("no match", outcome) => assert!(
                matches!(outcome, Err(OpenError::WrongKey | OpenError::Malformed)),
                "{name}: {outcome:?}"
            ),
            (expect, outcome) => {
                assert_ne!(expect, "success", "{name}: {outcome:?}");
                assert!(outcome.is_err(), "{name} opens");
            }
        }
    }
    assert_eq!(shapes, PART_SHAPES);
}

/// The age program of this machine, if it has one.
fn age() -> Option<&'static str> {
    let found = ["age", "rage"].into_iter().find(|program| answers(program));
    if found.is_none() {
        eprintln!("skipped: install age or rage");
    }
    found
}

fn run_age(program: &str, arguments: &[&str], folder: &Path, input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Written beside the reading, for a pipe holds less than a document.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{program} {arguments:?} failed");
    output.stdout
}

#[test]
fn a_stock_age_opens_an_exported_part() {
    let Some(program) = age() else { return };
    let folder = TempDir::new().unwrap();
    let identity = MessageIdentity::generate();
    fs::write(folder.path().join("identity.txt"), identity.to_secret().as_bytes()).unwrap();
    let sealed = seal_part(&identity, &document());
    let opened = run_age(program, &["-d", "-i", "identity.txt"], folder.path(), &sealed);
    assert_eq!(opened, document());
}

#[test]
fn a_part_sealed_by_a_stock_age_opens() {
    let Some(program) = age() else { return };
    let folder = TempDir::new().unwrap();
    let identity = MessageIdentity::generate();
    fs::write(folder.path().join("identity.txt"), identity.to_secret().as_bytes()).unwrap();
    let sealed = run_age(program, &["-e", "-i", "identity.txt"], folder.path(), &document());
    assert_eq!(open_part(&identity, &sealed), Ok(document()));
}
