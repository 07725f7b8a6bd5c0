//! Documents are read by a child: by this program, and by stand-ins that behave as no child should.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]
#![cfg(unix)]

use pli_client::documents::apart::Apart;
use pli_client::documents::ocr::Ocr;
use pli_client::documents::{Passage, Picture, Place, Reading, Reason};
use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Long enough for a machine with much to do.
const LONG: Duration = Duration::from_secs(60);

fn given(bytes: &[u8]) -> Stdio {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    Stdio::from(file)
}

fn by(program: PathBuf, deadline: Duration) -> Apart {
    Apart { program, deadline, pictures: false }
}

fn by_this_program(bytes: &[u8]) -> Reading {
    by(env!("CARGO_BIN_EXE_pli").into(), LONG).read(given(bytes))
}

/// A program of one line of the shell.
fn stand_in(line: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("stand-in");
    fs::write(&program, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o700)).unwrap();
    (folder, program)
}

#[test]
fn the_child_reads_what_it_is_given() {
    let reading = by_this_program("Hall occupé.".as_bytes());
    let passage = Passage { place: Place::default(), text: "Hall occupé.".into() };
    assert_eq!(reading, Reading { passages: vec![passage], ..Reading::default() });
    assert_eq!(by_this_program(b"\x89PNG\r\n\x1a\n"), Reading::none(Reason::Image));
    assert_eq!(by_this_program(b""), Reading::default());
}

#[test]
fn images_are_handed_over_to_whoever_asks() {
    let image = b"\x89PNG\r\n\x1a\n";
    let apart = Apart { pictures: true, ..by(env!("CARGO_BIN_EXE_pli").into(), LONG) };
    let picture = Picture { place: Place::default(), bytes: image.to_vec() };
    assert_eq!(apart.read(given(image)), Reading { pictures: vec![picture], ..Reading::none(Reason::Image) });
}

#[test]
fn a_child_that_dies_or_talks_nonsense_makes_a_document_unread() {
    let check = |line: &str| {
        let (_folder, program) = stand_in(line);
        assert_eq!(by(program, LONG).read(given(b"Hall")), Reading::none(Reason::Failed), "{line}");
    };
    check("exit 1");
    check("exit 0");
    check("kill -9 $$");
    check("echo bonjour");
    check("cat");
    // A reading in a second spelling: an indefinite map.
    check(r"printf '\277\377'");
    check("yes");
    assert_eq!(by("/nowhere/pli".into(), LONG).read(given(b"Hall")), Reading::none(Reason::Failed));
}

#[test]
fn a_child_that_is_silent_is_ended_in_time() {
    let began = Instant::now();
    let (_folder, program) = stand_in("exec sleep 600");
    let reading = by(program, Duration::from_millis(300)).read(given(b"Hall"));
    assert_eq!(reading, Reading::none(Reason::Time));
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_is_recognised_stands_beside_an_image_that_stays_unread() {
    let (_folder, program) = stand_in("cat");
    let ocr = Ocr { program, deadline: LONG };
    let place = Place { parts: vec!["scan.png".into()], page: None };
    let picture = Picture { place: place.clone(), bytes: b"Hall 3".to_vec() };
    let mut reading = Reading { pictures: vec![picture.clone()], ..Reading::none(Reason::Image) };
    ocr.add_to(&mut reading);
    assert_eq!(reading.unread, Reading::none(Reason::Image).unread);
    assert_eq!(reading.passages, [Passage { place, text: "Hall 3".into() }]);
    assert!(reading.pictures.is_empty());

    let (_folder, program) = stand_in("exec sleep 600");
    let mut reading = Reading { pictures: vec![picture], ..Reading::none(Reason::Image) };
    Ocr { program, deadline: Duration::from_millis(300) }.add_to(&mut reading);
    assert_eq!(reading.unread.len(), 2, "the image, and that nobody recognised it");
}

#[test]
fn a_document_that_takes_all_memory_is_unread() {
    // More than the child may have: it is not even read to its end.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long");
    File::create(&path).unwrap().set_len(3 << 30).unwrap();
    let reading = by(env!("CARGO_BIN_EXE_pli").into(), LONG).read(Stdio::from(File::open(&path).unwrap()));
    assert_eq!(reading, Reading::none(Reason::TooLarge));
}
