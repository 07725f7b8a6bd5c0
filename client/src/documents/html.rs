//! HTML: what a browser would show, and what it would not: comments, scripts, and attributes that say something.
//!
//! The text is taken apart as browsers do it, but not laid out: what a style hides is read like what it shows.

use super::reader::Reader;
use super::{Reason, markup, text};
use html5gum::{DefaultEmitter, Error, StartTag, Token, Tokenizer};

/// Elements that go on with the line in which they stand; all others begin a new one.
const RUNS: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
];

/// What an HTML text has somewhere at its beginning.
const SIGNS: &[&str] =
    &["<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<table", "<script", "<meta"];

/// How far signs are looked for, in bytes.
const SIGNS_WITHIN: usize = 1024;

/// Whether a text is HTML.
pub(super) fn is_one(text: &str) -> bool {
    let beginning = text[..text.floor_char_boundary(SIGNS_WITHIN)].to_ascii_lowercase();
    let begins = beginning.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    begins && SIGNS.iter().any(|sign| beginning.contains(sign))
}

/// Reads HTML.
pub(super) fn read(reader: &mut Reader<'_>, text: &str) {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for token in Tokenizer::new_with_emitter(text, emitter).flatten() {
        page.token(reader, token);
    }
    if page.is_cut || (page.has_html && !page.has_end) {
        reader.unread(Reason::Partial);
    }
    page.shown.push('\n');
    page.shown.push_str(&page.beside);
    text::read(reader, &page.shown);
}

#[derive(Default)]
struct Page {
    shown: String,
    /// Comments, and what stands in tags.
    beside: String,
    has_html: bool,
    has_end: bool,
    /// Whether the text ends within a tag or a comment.
    is_cut: bool,
}

impl Page {
    fn token(&mut self, reader: &mut Reader<'_>, token: Token) {
        match token {
            Token::StartTag(tag) => self.tag(reader, &tag),
            Token::EndTag(tag) => {
                let name = words(&tag.name);
                self.has_end |= name == "html";
                self.line(&name);
            }
            Token::String(text) => self.shown.push_str(&words(&text)),
            Token::Comment(text) => self.beside.extend([&words(&text), "\n"]),
            Token::Doctype(doctype) => {
                let names = [
                    Some(&doctype.name),
                    doctype.public_identifier.as_ref(),
                    doctype.system_identifier.as_ref(),
                ];
                names.into_iter().flatten().for_each(|name| self.beside.extend([&words(name), "\n"]));
            }
            Token::Error(error) => {
                self.is_cut |= matches!(
                    *error,
                    Error::EofBeforeTagName
                        | Error::EofInCdata
                        | Error::EofInComment
                        | Error::EofInDoctype
                        | Error::EofInScriptHtmlCommentLikeText
                        | Error::EofInTag
                );
            }
        }
    }

    fn tag(&mut self, reader: &mut Reader<'_>, tag: &StartTag<()>) {
        let name = words(&tag.name);
        self.has_html |= name == "html";
        self.line(&name);
        // Where a quote or a bracket is wrong, a sentence becomes a tag with attributes: it is read as such.
        let mut odd = String::new();
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b':') {
            odd.push_str(&name);
        }
        for (name, value) in &tag.attributes {
            let (name, value) = (words(name), words(value));
            if value.is_empty() {
                odd.extend([" ", &name]);
            } else {
                markup::attribute(reader, &name, &value, &mut self.beside);
            }
        }
        self.beside.extend([&odd, "\n"]);
    }

    fn line(&mut self, name: &str) {
        if !RUNS.contains(&name) && !self.shown.ends_with('\n') {
            self.shown.push('\n');
        }
    }
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
