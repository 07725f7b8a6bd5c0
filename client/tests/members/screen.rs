//! `pli screen`: the contract for people and scripts, without a relay and without a home.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn screen(arguments: &[&str], typed: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pli"));
    command.arg("screen").args(arguments).env_remove("PLI_HOME").env("PLI_LANG", "fr");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever does not read what is typed has ended before.
    let _ = child.stdin.take().unwrap().write_all(typed);
    child.wait_with_output().unwrap()
}

fn told(output: &Output) -> Vec<(String, String, Vec<String>)> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let line = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        let rules = object["rules"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap().to_owned());
        let said = |key: &str| object[key].as_str().unwrap().to_owned();
        (said("input"), said("verdict"), rules.collect())
    };
    text.lines().map(line).collect()
}

#[test]
fn each_line_is_judged_as_a_message_of_its_own() {
    let typed = "Hall 3 occupé de 21 h à minuit.\nM. Untel se ra\\ndicalise.\nM. Untel, réputé violent, radi\\-calisé.\n";
    let output = screen(&["--json", "--lines", "-"], typed.as_bytes());
    assert_eq!(output.status.code(), Some(4));
    let told = told(&output);
    let verdicts: Vec<_> =
        told.iter().map(|(input, verdict, _)| (input.as_str(), verdict.as_str())).collect();
    assert_eq!(verdicts, [("-:1", "pass"), ("-:2", "refuse"), ("-:3", "refuse")]);
    assert_eq!(told[1].2, ["X1-radicalisation"]);
}

#[test]
fn a_file_is_one_message_and_what_is_no_text_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let (good, image) = (folder.path().join("note.txt"), folder.path().join("photo.jpg"));
    std::fs::write(&good, "Ordre du jour du CLSPDR.\nHalls.\n").unwrap();
    std::fs::write(&image, b"\xff\xd8\xff\xe0\0\x10JFIF").unwrap();
    let files = [good.to_str().unwrap(), image.to_str().unwrap()];
    let output = screen(&[&["--json"][..], &files].concat(), b"");
    assert_eq!(output.status.code(), Some(0));
    let verdicts: Vec<_> = told(&output).into_iter().map(|(_, verdict, _)| verdict).collect();
    assert_eq!(verdicts, ["pass", "unscreenable"]);
    let missing = screen(&["--json", folder.path().join("none").to_str().unwrap()], b"");
    assert_eq!(missing.status.code(), Some(2));
}

/// The writer sees the words; a script, which may keep what it reads, does not.
#[test]
fn the_words_are_for_the_writers_screen_alone() {
    let typed = "Elle est fichée S.";
    let shown = String::from_utf8(screen(&["-"], typed.as_bytes()).stdout).unwrap();
    assert!(shown.contains("fichée S"), "{shown}");
    let scripted = String::from_utf8(screen(&["--json", "-"], typed.as_bytes()).stdout).unwrap();
    assert!(!scripted.contains("fich"), "{scripted}");
}

/// What was not read is named with its place and its reason, and a name is judged like a text.
#[test]
fn a_document_is_read_and_what_was_not_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("lettre.docx");
    let written = File::create(&letter).unwrap();
    let mut archive = zip::ZipWriter::new(written);
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("word/document.xml", options).unwrap();
    archive
        .write_all("<w:p xmlns:w=\"w\"><w:r><w:t>Elle est fich\u{e9}e S.</w:t></w:r></w:p>".as_bytes())
        .unwrap();
    archive.start_file("word/media/image1.png", options).unwrap();
    archive.write_all(b"\x89PNG\r\n\x1a\n").unwrap();
    archive.finish().unwrap();
    let name = letter.to_str().unwrap();
    let shown = String::from_utf8(screen(&[name], b"").stdout).unwrap();
    assert!(
        shown.contains("fich\u{e9}e S") && shown.contains("word/media/image1.png : une image"),
        "{shown}"
    );
    let scripted = screen(&["--json", name], b"");
    assert_eq!(scripted.status.code(), Some(4));
    let object: serde_json::Value = serde_json::from_slice(&scripted.stdout).unwrap();
    assert_eq!(object["unread"], serde_json::json!([{"place": "word/media/image1.png", "because": "image"}]));
    let piped = screen(&["--json", "-"], &std::fs::read(&letter).unwrap());
    assert_eq!(piped.status.code(), Some(4));

    let named = folder.path().join("M_Untel_radicalis\u{e9}_djihad.txt");
    std::fs::write(&named, "Hall 3.").unwrap();
    assert_eq!(screen(&["--json", named.to_str().unwrap()], b"").status.code(), Some(4));
}
