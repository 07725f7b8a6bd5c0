//! Mail with a text, the same in HTML, and attachments.

use super::{HARMLESS, Sample, archive};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const PLACES: &[&str] = &[
    "subject",
    "name",
    "text",
    "html",
    "attachment",
    "attached-file-name",
    "forwarded",
    "preamble",
    "unknown-header",
];

pub(super) fn samples(sentence: &str) -> Vec<Sample> {
    let sample = |place: &&str| {
        let said = |here: &str| if here == *place { sentence } else { HARMLESS };
        let bytes = mail(&said).into_bytes();
        Sample { format: "eml", place: (*place).to_owned(), bytes, is_closed: true }
    };
    PLACES.iter().map(sample).collect()
}

fn mail<'s>(said: &impl Fn(&str) -> &'s str) -> String {
    let document = format!("<w:p xmlns:w=\"w\"><w:r><w:t>{}</w:t></w:r></w:p>", said("attachment"));
    let attached = packed(&archive(&[("word/document.xml", document.as_bytes())]));
    let html = format!("<html><body><p>{}</p></body></html>", said("html"));
    format!(
        "From: {name} <lise.moreau@villerange.example>\r\n\
         To: accueil@trois-vallons.example\r\n\
         Subject: {subject}\r\n\
         X-Note: {unknown}\r\n\
         Date: Tue, 3 Nov 2026 09:00:00 +0100\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"tronc\"\r\n\r\n\
         {preamble}\r\n\
         --tronc\r\n\
         Content-Type: multipart/alternative; boundary=\"choix\"\r\n\r\n\
         --choix\r\n\
         Content-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n\
         {text}\r\n\
         --choix\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n\
         {html}\r\n\
         --choix--\r\n\
         --tronc\r\n\
         Content-Type: message/rfc822\r\n\r\n\
         From: Accueil <accueil@trois-vallons.example>\r\n\
         Subject: Transfert\r\n\r\n\
         {forwarded}\r\n\
         --tronc\r\n\
         Content-Type: application/octet-stream\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename*=utf-8''{file}.docx\r\n\r\n\
         {attached}\r\n\
         --tronc--\r\n",
        name = word(said("name")),
        subject = word(said("subject")),
        unknown = word(said("unknown-header")),
        preamble = said("preamble"),
        text = quoted(said("text")),
        html = packed(html.as_bytes()),
        forwarded = said("forwarded"),
        file = said("attached-file-name").bytes().map(|byte| format!("%{byte:02X}")).collect::<String>(),
    )
}

/// A word of a header that is not in ASCII.
fn word(text: &str) -> String {
    format!("=?utf-8?B?{}?=", STANDARD.encode(text))
}

/// Lines of 76 letters.
fn packed(bytes: &[u8]) -> String {
    let letters = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        letters.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\r\n")
}

/// Quoted-printable, in ISO-8859-1, with lines that are parted within words.
fn quoted(text: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii() { letter.to_string() } else { format!("={:02X}", u32::from(letter)) }
    };
    let letters: Vec<String> = text.chars().map(letter).collect();
    letters.chunks(30).map(<[String]>::concat).collect::<Vec<_>>().join("=\r\n")
}
