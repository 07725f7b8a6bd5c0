//! Documents of every format that is read, made by code, with a sentence in one of the places where somebody
//! could put it.
//!
//! Each format is a template in which places are marked, as `@header@`. [`samples`] gives a document for each of
//! them: there stands the sentence, everywhere else something harmless.

#![allow(clippy::unwrap_used, reason = "a sample that cannot be made is a test that has failed")]

mod mail;
mod office;
mod opened;
pub mod pdf;
mod plain;
pub mod tables;

use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What stands where the sentence does not.
pub const HARMLESS: &str = "Hall occupé de 21 h à minuit.";

/// A document with a sentence in it.
pub struct Sample {
    /// Of which format it is.
    pub format: &'static str,
    /// Where in it the sentence stands.
    pub place: String,
    /// The document.
    pub bytes: Vec<u8>,
    /// Whether it has an end, or a checksum, so that damage is seen.
    pub is_closed: bool,
}

/// A document for each format and each place.
#[must_use]
pub fn samples(sentence: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (format, template) in office::TEMPLATES {
        let parts: Vec<(&str, &str)> = template.to_vec();
        samples.extend(filled(format, &parts, sentence, true, zipped));
    }
    samples.extend(opened::samples(sentence));
    samples.extend(mail::samples(sentence));
    samples.extend(pdf::samples(sentence));
    samples.extend(plain::samples(sentence));
    samples
}

/// A sample for each marked place of some parts.
fn filled(
    format: &'static str,
    parts: &[(&str, &str)],
    sentence: &str,
    is_closed: bool,
    make: impl Fn(&[(String, String)]) -> Vec<u8>,
) -> Vec<Sample> {
    let places = parts.iter().flat_map(|(name, text)| [*name, *text]).flat_map(marks);
    let mut places: Vec<&str> = places.collect();
    places.dedup();
    let sample = |place: &&str| {
        let fill = |text: &str| {
            let mut text = text.to_owned();
            for mark in &places {
                let said = if mark == place { sentence } else { HARMLESS };
                // Runs tear words apart, as a spelling checker does.
                let said = if mark.starts_with("runs") { torn(said, format) } else { said.to_owned() };
                text = text.replace(&format!("@{mark}@"), &said);
            }
            text
        };
        let parts: Vec<_> = parts.iter().map(|(name, text)| (fill(name), fill(text))).collect();
        Sample { format, place: (*place).to_owned(), bytes: make(&parts), is_closed }
    };
    places.iter().map(sample).collect()
}

fn marks(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |piece: &&str| {
        !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    text.split('@').skip(1).step_by(2).filter(is_mark)
}

/// A sentence in runs of four letters.
fn torn(sentence: &str, format: &str) -> String {
    let between = match format {
        "docx" => {
            "</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">"
        }
        "xlsx" => "</t></r><r><rPr><b/></rPr><t>",
        "pptx" => "</a:t></a:r><a:r><a:rPr b=\"1\"/><a:t>",
        "odt" | "ods" => "</text:span><text:span text:style-name=\"T1\">",
        _ => "</b><b>",
    };
    let letters: Vec<char> = sentence.chars().collect();
    let runs: Vec<String> = letters.chunks(4).map(|run| run.iter().collect()).collect();
    runs.join(between)
}

/// An archive of these members, packed.
#[must_use]
pub fn zipped(members: &[(String, String)]) -> Vec<u8> {
    let members: Vec<_> = members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    archive(&members)
}

/// The same, of bytes.
#[must_use]
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
