//! Documents that somebody made to hurt their reader: each ends soon, and is unread.

use crate::read_usually;
use pli_client::documents::{Limits, Reading, Reason, read};
use pli_tests::documents::{archive, pdf};

fn check(what: &str, bytes: &[u8], expected: Reason) -> Reading {
    let reading = read_usually(bytes);
    assert!(reading.unread.iter().any(|unread| unread.reason == expected), "{what}: {:?}", reading.unread);
    reading
}

fn replaced(bytes: &[u8], what: &[u8], by: &[u8], only: impl Fn(usize) -> bool) -> Vec<u8> {
    assert_eq!(what.len(), by.len(), "offsets stay");
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(what)).collect();
    assert!(!places.is_empty(), "nothing to replace");
    for (_, at) in places.into_iter().enumerate().filter(|(number, _)| only(*number)) {
        bytes[at..at + by.len()].copy_from_slice(by);
    }
    bytes
}

#[test]
fn bombs() {
    let bomb = archive(&[("zeros.txt", &vec![b'a'; 300 << 20])]);
    check("a bomb", &bomb, Reason::TooLarge);
    let nested = archive(&[("a.zip", &bomb), ("b.zip", &bomb), ("c.zip", &bomb)]);
    check("bombs in an archive", &nested, Reason::TooLarge);
    let deep = (0..6).fold(b"Hall".to_vec(), |inner, _| archive(&[("inner.zip", &inner)]));
    check("archives in archives", &deep, Reason::TooDeep);
    let names: Vec<String> = (0..12_000).map(|number| format!("{number}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"Hall"[..])).collect();
    check("too many members", &archive(&members), Reason::TooMany);
    check("too many bytes", &vec![b'a'; Limits::USUAL.document_bytes + 1], Reason::TooLarge);
}

#[test]
fn laughs() {
    let laughs: String = (1..10)
        .map(|number| format!("<!ENTITY l{number} \"{}\">", format!("&l{};", number - 1).repeat(10)))
        .collect();
    let laughs = format!("<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY l0 \"lol\">{laughs}]><l>&l9;</l>");
    check("a billion laughs", laughs.as_bytes(), Reason::Unknown);
    let office = archive(&[("word/document.xml", laughs.as_bytes())]);
    let reading = check("the same in an office document", &office, Reason::Broken);
    assert!(reading.passages.iter().map(|passage| passage.text.len()).sum::<usize>() < 10_000);
}

#[test]
fn depths() {
    let xml = ["<?xml version=\"1.0\"?>", &"<a>".repeat(500_000), &"</a>".repeat(500_000)].concat();
    check("XML", xml.as_bytes(), Reason::TooDeep);
    let attributes: String = (0..100_000).map(|number| format!(" a{number}=\"Hall occupé\"")).collect();
    let reading = read_usually(format!("<?xml version=\"1.0\"?><a{attributes}/>").as_bytes());
    assert!(!reading.passages.is_empty(), "many attributes are no fault");
    let rtf = ["{\\rtf1 ", &"{".repeat(500_000), &"}".repeat(500_000), "}"].concat();
    check("RTF", rtf.as_bytes(), Reason::TooDeep);
    let html = ["<html><body>", &"<div>".repeat(500_000), "Hall"].concat();
    check("HTML", html.as_bytes(), Reason::Partial);
    let mime: String = (0..2_000)
        .map(|number| format!("Content-Type: multipart/mixed; boundary=\"b{number}\"\r\n\r\n--b{number}\r\n"))
        .collect();
    check("MIME", format!("From: a@b.example\r\nMIME-Version: 1.0\r\n{mime}").as_bytes(), Reason::Partial);
    let forwarded =
        "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nTo: a@b.example\r\n".repeat(200);
    check("forwarded mail", format!("From: a@b.example\r\n{forwarded}\r\nHall").as_bytes(), Reason::TooDeep);
}

#[test]
fn pdfs() {
    let reading = check("10,000 pages", &pdf::pages(10_000, &["Hall"]), Reason::TooMany);
    assert!(reading.passages.len() >= Limits::USUAL.pages);
    let pages = pdf::pages(3, &["Hall"]);
    assert_eq!(read_usually(&pages).unread, []);
    let text = String::from_utf8_lossy(&pages).into_owned();
    let kids = text.split("/Kids[").nth(1).unwrap().split(']').next().unwrap().to_owned();
    let root = text.split("/Parent ").nth(1).unwrap().split(" 0 R").next().unwrap();
    let first = kids.split(" 0 R").next().unwrap();
    if root.len() == first.len() {
        let cyclic = kids.replacen(first, root, 1);
        let pages = replaced(&pages, kids.as_bytes(), cyclic.as_bytes(), |_| true);
        check("a tree that contains itself", &pages, Reason::Broken);
    }
    let wrong = replaced(&pages, b"/Count 3", b"/Count 2", |_| true);
    check("a page too many", &wrong, Reason::Broken);
    let bomb = format!("BT /F1 11 Tf ({}) Tj ET", "a".repeat(1000)).repeat(20_000);
    check(
        "letters without a font",
        pdf::pages(1, &[&bomb.replace(['(', ')'], " ")]).as_slice(),
        Reason::TooLarge,
    );
    let nested = format!("BT /F1 11 Tf {}{} TJ ET", "[".repeat(200_000), "]".repeat(200_000));
    check("arrays in arrays", &pdf::drawn(&nested), Reason::Broken);
    check("an unknown command", &pdf::drawn("BT /F1 11 Tf (Hall) Tz ET"), Reason::Broken);
    check("a font that is not there", &pdf::drawn("BT /F9 11 Tf (Hall) Tj ET"), Reason::Letters);
    check("an image in the page", &pdf::drawn("BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"), Reason::Image);
    check("nothing on it", &pdf::drawn("0 0 m 10 10 l S"), Reason::Blank);
}

#[test]
fn archives_that_say_two_things() {
    let members: [(&str, &[u8]); 2] = [("note-a.txt", b"Hall"), ("note-b.txt", b"Cave")];
    let bytes = archive(&members);
    assert_eq!(read_usually(&bytes).unread, []);
    // Each name stands in front of its member, and in the directory.
    check("two of one name", &replaced(&bytes, b"note-b", b"note-a", |_| true), Reason::Ambiguous);
    check("two names of one", &replaced(&bytes, b"note-b", b"note-c", |number| number == 0), Reason::Broken);
    check(
        "another name in the directory",
        &replaced(&bytes, b"note-b", b"note-c", |number| number == 1),
        Reason::Broken,
    );
    check("something before it", &[b"PK\x03\x04", &bytes[..]].concat(), Reason::Broken);
    check("something behind it", &[&bytes[..], b"Hall"].concat(), Reason::Broken);
    check("two archives", &[&bytes[..], &bytes[..]].concat(), Reason::Broken);
    check("an archive behind a text", &[b"Hall ", &bytes[..]].concat(), Reason::Unknown);
    // Sizes and checksums stand 14 to 26 bytes into a header.
    for at in 14..26 {
        let mut lied = bytes.clone();
        lied[at] ^= 0x40;
        check("a lie about a member", &lied, Reason::Broken);
    }
    check("a link", &link(), Reason::Embedded);
}

/// An archive with a link to a file outside.
fn link() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_symlink("note.txt", "/etc/hostname", zip::write::SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_of_no_kind_is_unread() {
    check("an old office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0", Reason::Embedded);
    check("an image", b"\xff\xd8\xff\xe0\0\x10JFIF", Reason::Image);
    check("sound", b"ID3\x04\0\0\0\0\0\0", Reason::Sound);
    check("an archive of another kind", b"7z\xbc\xaf\x27\x1c\0\x04", Reason::Unknown);
    check("bytes", &[0, 1, 2, 3, 200, 201], Reason::Unknown);
    check("a PDF that is a text too", b"Hall %PDF-1.7", Reason::Ambiguous);
    check(
        "packed text",
        "TWFpcmllIGRlIFZpbGxlcmFuZ2UsIGhhbGwgMyBvY2N1cMOpIGRlIDIxIGgg".as_bytes(),
        Reason::Unknown,
    );
    check("a picture in RTF", b"{\\rtf1 {\\pict\\pngblip 89504e47}}", Reason::Image);
    check("an object in RTF", b"{\\rtf1 {\\object{\\*\\objdata 0105}}}", Reason::Embedded);
    check("RTF behind RTF", b"{\\rtf1 Hall}{\\rtf1 Cave}", Reason::Ambiguous);
    check("a page in a page", b"<html><img src=\"data:image/png;base64,AAAA\"></html>", Reason::Embedded);
}

#[test]
fn no_more_text_is_kept_than_there_may_be() {
    let limits = Limits { text_bytes: 10, ..Limits::USUAL };
    let reading = read("Hall occupé de 21 h à minuit.".as_bytes(), &limits);
    assert_eq!(reading.passages[0].text, "Hall occup");
    assert_eq!(reading.unread, Reading::none(Reason::TooLarge).unread);
}
