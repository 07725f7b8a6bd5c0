//! The log as other people's tools read it: `pli log mirror`, the same files from `pli-relay serve --log-http`,
//! and the independent verifier's word on both.
//!
//! Every test has a copy of the demo's world with a relay of its own ([`crate::world`]).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::independent;
use crate::world;

use independent::{independent, sumdb};
use pli_client::home::Home;
use pli_client::keystore;
use pli_client::session::Session;
use serde_json::Value;
use shared::ids::ReasonCode;
use shared::log::tiles::{Tile, new_tiles};
use shared::wire::Ask;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use world::{World, copy, files};

/// Each reading is a record and the head after it: so many go past a whole tile.
const READINGS: usize = 80;

/// The files of a mirror by their paths.
type Files = BTreeMap<String, Vec<u8>>;

fn held(dir: &Path) -> Files {
    let name = |path: &PathBuf| path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
    files(dir).into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

fn mirror(world: &World, person: &str, dir: &Path) -> Value {
    world.one(person, &["log", "mirror", dir.to_str().unwrap()])
}

fn no(world: &World, person: &str, dir: &Path, code: i32, name: &str) {
    let said = world.pli(person, &["log", "mirror", dir.to_str().unwrap()]);
    let named = said.objects.last().and_then(|object| object["error"]["code"].as_str());
    assert_eq!((said.code, named), (code, Some(name)), "{said:?}");
}

/// The reviewer reads the log, each time a record.
fn grow(world: &World, readings: usize) {
    let dir = world.home("parquet");
    let passphrase = fs::read_to_string(dir.with_extension("passphrase")).unwrap();
    let master = keystore::unlock(&dir, passphrase.trim()).unwrap();
    let mut session = Session::open(Home::open(&dir).unwrap(), master, pli_server::system_clock()).unwrap();
    let reason = ReasonCode::try_from("controle".to_owned()).unwrap();
    for _ in 0..readings {
        let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason: reason.clone(), reference: None };
        world.wait(session.ask(ask, &[])).unwrap();
    }
    session.close();
}

fn check_verified(dir: &Path, vkey: &str, expected: &str) {
    let of_ours = independent(&["mirror", dir.to_str().unwrap(), vkey]);
    for (code, said) in of_ours.into_iter().chain(sumdb(dir, vkey)) {
        assert!(code == 0 && said.contains(expected), "{said}");
    }
}

/// The status, the headers and the body that the relay answers.
fn fetch(world: &World, method: &str, path: &str) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(world.log_http()).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: log.example\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, answer.split_off(end + 4))
}

fn check_http(world: &World, held: &Files) {
    for (path, bytes) in held {
        let (status, head, body) = fetch(world, "GET", &format!("/{path}"));
        assert!(status == 200 && body == *bytes, "{path}: {head}");
        let (kind, keep) = match path.as_str() {
            "checkpoint" => ("text/plain; charset=utf-8", "no-cache"),
            _ => ("application/octet-stream", "public, max-age=31536000, immutable"),
        };
        assert!(head.contains(&format!("content-type: {kind}\r\n")), "{path}: {head}");
        assert!(head.contains(&format!("cache-control: {keep}\r\n")), "{path}: {head}");
        let (status, head, body) = fetch(world, "HEAD", &format!("/{path}"));
        assert!(status == 200 && body.is_empty(), "{path}: {head}");
        assert!(head.contains(&format!("content-length: {}\r\n", bytes.len())), "{path}: {head}");
    }
}

///
#[test]
fn a_mirror_grows_and_is_what_the_relay_shows() {
    let world = World::new("mirror");
    let dir = world.desk().join("mirror");
    let first = mirror(&world, "voisin", &dir);
    let (vkey, before) = (first["verifier_key"].as_str().unwrap(), first["size"].as_u64().unwrap());
    assert!((1..256).contains(&before) && first["added"] == before, "{first}");
    check_verified(&dir, vkey, &format!("the {before} leaves"));
    check_http(&world, &held(&dir));

    grow(&world, READINGS);
    let second = mirror(&world, "voisin", &dir);
    let size = second["size"].as_u64().unwrap();
    assert!(size > 256 && second["added"] == size - before, "{second}");
    check_verified(&dir, vkey, &format!("the {size} leaves"));
    let grown = held(&dir);
    check_http(&world, &grown);
    let tiles = new_tiles(0, size).map(|tile| tile.to_string()).chain(["checkpoint".to_owned()]);
    let mut expected: Vec<_> = tiles.collect();
    expected.sort_unstable();
    assert!(grown.keys().eq(&expected), "what whole tiles replaced is gone");
    for path in files(&dir) {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o644, 0o755), "{}", path.display());
    }

    // What a smaller tree had is shown for who still holds its checkpoint, and nothing beyond.
    let at = |content, width| Tile::new(content, size / 256, width).unwrap().to_string();
    for content in [shared::log::tiles::Content::Entries, shared::log::tiles::Content::Hashes(0)] {
        let width = u16::try_from(size % 256).unwrap();
        let (status, _, body) = fetch(&world, "GET", &format!("/{}", at(content, width - 1)));
        assert!(status == 200 && grown[&at(content, width)].starts_with(&body));
        assert_eq!(fetch(&world, "GET", &format!("/{}", at(content, width + 1))).0, 404);
    }
    for path in ["/", "/tile/0/0", "/tile/0/000.p/0", "/tile/../checkpoint", "//checkpoint", "/checkpoint/"] {
        assert_eq!(fetch(&world, "GET", path).0, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let (status, head, _) = fetch(&world, method, "/checkpoint");
        assert!(status == 405 && head.contains("allow: get, head\r\n"), "{method}: {head}");
    }
    // Whoever asks for too much is answered before they have said it all, or not at all.
    let mut stream = TcpStream::connect(world.log_http()).unwrap();
    let _ = write!(stream, "GET /tile/{} HTTP/1.1\r\n", "0".repeat(64 * 1024));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(held(&dir), grown);
    world.end();
}

#[test]
fn an_interrupted_mirror_is_the_one_before_and_goes_on() {
    let world = World::new("mirror-interrupted");
    let [dir, whole] = ["mirror", "whole"].map(|name| world.desk().join(name));
    let first = mirror(&world, "voisin", &dir);
    let (vkey, before) = (first["verifier_key"].as_str().unwrap(), first["size"].as_u64().unwrap());
    grow(&world, READINGS);
    mirror(&world, "mairie", &whole);
    // As a crash leaves it: whole tiles are written as they come, the checkpoint last.
    for path in ["tile/0/000", "tile/entries/000"] {
        fs::copy(whole.join(path), dir.join(path)).unwrap();
    }
    fs::write(dir.join(".unfinished"), b"half of a fi").unwrap();
    check_verified(&dir, vkey, &format!("the {before} leaves"));
    if let Some((_, said)) = independent(&["mirror", dir.to_str().unwrap(), vkey]) {
        assert!(said.contains("3 files more are of a run that was not finished"), "{said}");
    }
    let done = mirror(&world, "voisin", &dir);
    check_verified(&dir, vkey, &format!("the {} leaves", done["size"]));
    check_http(&world, &held(&dir));
    assert!(!dir.join(".unfinished").exists() && !dir.join("tile/0/000.p").exists());

    // And as one leaves it that was interrupted before it had a checkpoint.
    fs::remove_file(whole.join("checkpoint")).unwrap();
    mirror(&world, "voisin", &whole);
    check_verified(&whole, vkey, "leaves");
    world.end();
}

#[test]
fn what_is_no_mirror_of_this_log_is_left_as_it_is() {
    let world = World::new("mirror-damaged");
    let dir = world.desk().join("mirror");
    no(&world, "voisin", &world.home("voisin"), 2, "mirror-not-empty");
    let first = mirror(&world, "voisin", &dir);
    let (vkey, size) = (first["verifier_key"].as_str().unwrap().to_owned(), first["size"].as_u64().unwrap());
    let good = held(&dir);
    let width = size % 256;
    for (path, name, code) in [
        (format!("tile/0/000.p/{width}"), "mirror-damaged", 1),
        (format!("tile/entries/000.p/{width}"), "mirror-damaged", 1),
        ("checkpoint".to_owned(), "mirror-other-log", 2),
    ] {
        let mut bent = good[&path].clone();
        bent[9] ^= 1;
        fs::write(dir.join(&path), &bent).unwrap();
        no(&world, "voisin", &dir, code, name);
        assert_ne!(
            independent(&["mirror", dir.to_str().unwrap(), &vkey]).map(|(code, _)| code),
            Some(0),
            "{path}"
        );
        assert_eq!(held(&dir)[&path], bent, "it may be evidence");
        fs::remove_file(dir.join(&path)).unwrap();
        if path != "checkpoint" {
            no(&world, "voisin", &dir, 1, "mirror-damaged");
        }
        fs::write(dir.join(&path), &good[&path]).unwrap();
    }
    world.end();
}

/// another device published the one log, and this one is shown another.
#[test]
fn a_log_that_does_not_go_on_from_the_mirror_is_refused() {
    let mut world = World::new("mirror-fork");
    let dir = world.desk().join("mirror");
    let group = world.group("clairval");
    let note =
        ["send", "--group", &group, "--flow", "F05a", "--to", "police", "--subject", "S", "--text", "T"];
    world.one("mairie", &note);
    world.stop_relay();
    let saved = world.desk().join("saved");
    copy(&world.relay(), &saved);

    world.start_relay();
    grow(&world, 1);
    mirror(&world, "mairie", &dir);
    let published = held(&dir);
    world.stop_relay();

    // The relay is put back, and goes on with other records: what waits is delivered.
    fs::remove_dir_all(world.relay()).unwrap();
    copy(&saved, &world.relay());
    world.start_relay();
    assert_eq!(world.pli("police", &["inbox"]).code, 0);
    let kept = files(&world.home("voisin").join("evidence")).len();
    no(&world, "voisin", &dir, 5, "log-conflict");
    assert_eq!(files(&world.home("voisin").join("evidence")).len(), kept + 1);
    assert_eq!(held(&dir), published);
    fs::remove_dir_all(&saved).unwrap();
    world.end();
}

/// a leaf or a hash that turned over on the relay's disk is not shown as if it were the log's.
#[test]
fn what_is_damaged_at_the_relay_is_neither_shown_nor_published() {
    let mut world = World::new("mirror-leaf");
    let dir = world.desk().join("mirror");
    let size = mirror(&world, "voisin", &dir)["size"].as_u64().unwrap();
    let good = held(&dir);
    let (hashes, entries) = (format!("/tile/0/000.p/{size}"), format!("/tile/entries/000.p/{size}"));
    for (file, shown) in [("leaves", (200, 500)), ("hashes", (500, 500))] {
        // Whoever stands in the door and says nothing keeps no relay from stopping.
        let (door, silent) = (world.log_http(), TcpStream::connect(world.log_http()).unwrap());
        world.stop_relay();
        assert!(TcpStream::connect(door).is_err());
        drop(silent);
        let path = world.relay().join("log").join(file);
        // Whoever comes in between is in the log, which is longer then.
        let flip = || {
            let mut bytes = fs::read(&path).unwrap();
            bytes[40] ^= 1;
            fs::write(&path, &bytes).unwrap();
        };
        flip();
        world.start_relay();
        let seen = (fetch(&world, "GET", &hashes), fetch(&world, "GET", &entries));
        assert_eq!((seen.0.0, seen.1.0), shown, "{file}");
        assert!(seen.1.2.is_empty() && (seen.0.0 == 200 || seen.0.2.is_empty()), "{file}");
        assert_eq!(fetch(&world, "GET", "/checkpoint").0, 200);
        if file == "leaves" {
            let other = world.desk().join("other");
            no(&world, "voisin", &other, 5, "log-faults");
            assert!(held(&other).is_empty(), "nothing that was not proved");
        }
        world.stop_relay();
        flip();
        world.start_relay();
    }
    assert_eq!(held(&dir), good);
    check_http(&world, &held(&dir).into_iter().filter(|(path, _)| path != "checkpoint").collect());
    world.end();
}
