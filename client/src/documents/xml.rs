//! The parts of office documents, and every other XML: what stands between the tags, and what stands in them.
//!
//! Nothing is known here of Word, Excel or Writer but what a paragraph is called. Within a paragraph runs of
//! letters belong together, however they are marked up; everything else in it (a text box, a note, a comment)
//! is a text of its own, so that no word is torn. Outside of paragraphs every element stands for itself. So
//! headers, footers, hidden sheets, notes, tracked changes and properties come by themselves.
//!
//! A document type definition is not read, and no entity of its own is ever expanded.

use super::limits::NESTING_MAX;
use super::reader::Reader;
use super::{Reason, markup, text as plain};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader as Events, XmlVersion};

/// Elements that are a paragraph: in Word, Writer, PowerPoint; in the strings and comments of Excel.
const PARAGRAPHS: &[&str] = &["p", "h", "si", "is", "comment"];

/// Elements that go on with their paragraph.
const RUNS: &[&str] = &[
    "a",
    "bdo",
    "customXml",
    "del",
    "delText",
    "dir",
    "fld",
    "fldSimple",
    "hyperlink",
    "ins",
    "instrText",
    "meta",
    "moveFrom",
    "moveTo",
    "r",
    "ruby",
    "rubyBase",
    "sdt",
    "sdtContent",
    "smartTag",
    "span",
    "t",
    "text",
    "delInstrText",
];

/// Elements that stand for a space.
const SPACES: &[&str] = &["br", "cr", "line-break", "ptab", "s", "tab"];

/// Elements whose text is not what a reader of the final paragraph sees.
const ASIDES: &[&str] = &["del", "delText", "delInstrText", "instrText", "moveFrom"];

/// Whether a text is XML.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<?xml") || (text.starts_with('<') && text.trim_end().ends_with('>'))
}

/// Reads XML.
pub(super) fn read(reader: &mut Reader<'_>, text: &str) {
    let mut events = Events::from_str(text.trim_start_matches('\u{feff}'));
    events.config_mut().check_comments = false;
    let mut flow = Flow::default();
    loop {
        match events.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => flow.event(reader, event),
            Err(_) => {
                reader.unread(Reason::Broken);
                break;
            }
        }
        if flow.open.len() > NESTING_MAX {
            reader.unread(Reason::TooDeep);
            break;
        }
    }
    if !flow.open.is_empty() || !flow.had_root {
        reader.unread(Reason::Partial);
    }
    plain::read(reader, &flow.finish());
}

/// What an open element does to the text in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// It is a paragraph, or a text of its own within one.
    Own,
    /// It goes on with what is around it; and whether it is an aside.
    Run { is_aside: bool },
}

/// A text that grows: with and without what stands there as deleted.
#[derive(Default)]
struct Line {
    /// Whether letters belong together across tags.
    joins: bool,
    all: String,
    kept: String,
}

#[derive(Default)]
struct Flow {
    had_root: bool,
    open: Vec<Opened>,
    asides: usize,
    /// The texts in which the reading is, from the outside in, below the document itself.
    lines: Vec<Line>,
    outside: Line,
    done: String,
    /// Attributes, comments and instructions.
    beside: String,
}

impl Flow {
    fn event(&mut self, reader: &mut Reader<'_>, event: Event<'_>) {
        match event {
            Event::Start(start) => {
                self.attributes(reader, &start);
                self.start(start.local_name().as_ref());
            }
            Event::Empty(start) => {
                self.attributes(reader, &start);
                self.start(start.local_name().as_ref());
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.say(&text.xml10_content()),
            Event::CData(text) => self.say(&text.xml10_content()),
            Event::GeneralRef(name) => match entity(&name) {
                Some(letter) => self.say(letter.encode_utf8(&mut [0; 4])),
                None => reader.unread(Reason::Broken),
            },
            Event::Comment(text) => self.beside.extend([&text.xml10_content(), "\n"]),
            Event::PI(text) => self.beside.extend([&*text, "\n"]),
            Event::DocType(text) => {
                self.beside.extend([&text.xml10_content(), "\n"]);
                reader.unread(Reason::Unknown);
            }
            Event::Decl(_) | Event::Eof => {}
        }
    }

    fn attributes(&mut self, reader: &mut Reader<'_>, start: &BytesStart<'_>) {
        for attribute in start.attributes().with_checks(false) {
            let value =
                attribute.as_ref().ok().and_then(|one| one.normalized_value(XmlVersion::Explicit1_0).ok());
            match (attribute, value) {
                (Ok(one), Some(value)) => {
                    markup::attribute(reader, one.key.as_ref(), &value, &mut self.beside);
                }
                _ => reader.unread(Reason::Broken),
            }
        }
    }

    fn line(&mut self) -> &mut Line {
        self.lines.last_mut().unwrap_or(&mut self.outside)
    }

    fn start(&mut self, name: &str) {
        self.had_root = true;
        let joins = self.line().joins;
        let opened = if PARAGRAPHS.contains(&name) {
            self.lines.push(Line { joins: true, ..Line::default() });
            Opened::Own
        } else if !joins {
            self.line().part();
            Opened::Run { is_aside: false }
        } else if SPACES.contains(&name) {
            self.say(" ");
            Opened::Run { is_aside: false }
        } else if RUNS.contains(&name) {
            Opened::Run { is_aside: ASIDES.contains(&name) }
        } else {
            self.lines.push(Line::default());
            Opened::Own
        };
        self.asides += usize::from(opened == Opened::Run { is_aside: true });
        self.open.push(opened);
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Opened::Own) => {
                if let Some(line) = self.lines.pop() {
                    line.flush(&mut self.done);
                }
            }
            Some(Opened::Run { is_aside }) => {
                self.asides -= usize::from(is_aside);
                let line = self.line();
                if !line.joins {
                    line.part();
                }
            }
            None => {}
        }
    }

    fn say(&mut self, text: &str) {
        let is_kept = self.asides == 0;
        let line = self.line();
        line.all.push_str(text);
        if is_kept {
            line.kept.push_str(text);
        }
    }

    fn finish(mut self) -> String {
        while let Some(line) = self.lines.pop() {
            line.flush(&mut self.done);
        }
        self.outside.flush(&mut self.done);
        self.done.push_str(&self.beside);
        self.done
    }
}

impl Line {
    fn part(&mut self) {
        for text in [&mut self.all, &mut self.kept] {
            if text.ends_with(|last| last != '\n') {
                text.push('\n');
            }
        }
    }

    fn flush(self, into: &mut String) {
        let has_asides = self.all != self.kept;
        for text in std::iter::once(self.all).chain(has_asides.then_some(self.kept)) {
            if !text.trim().is_empty() {
                into.push_str(text.trim());
                into.push('\n');
            }
        }
    }
}

/// The letter that a reference stands for: by its number, or one of the five that XML has.
pub(super) fn entity(name: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return Some(letter);
    }
    match &*name.xml10_content() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}
