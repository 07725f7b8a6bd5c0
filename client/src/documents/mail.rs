//! Mail as files: its headers, its texts, its attachments.
//!
//! The source is read too, but for what is packed in it: so nothing gets lost that stands between the parts or
//! in a header that nobody knows.

use super::reader::Reader;
use super::{Reason, text};
use mail_parser::{
    Address, Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};
use memchr::memmem;

/// Headers by which mail is known; two of them make one.
const HEADERS: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "received",
    "content-type",
    "return-path",
    "delivered-to",
    "content-transfer-encoding",
    "reply-to",
];

/// Whether a text is mail.
pub(super) fn is_one(text: &str) -> bool {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let headers = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with([' ', '\t']));
    let mut known = 0;
    for (number, line) in headers.enumerate() {
        let name = line.split_once(':').map(|(name, _)| name).filter(|name| is_name(name));
        // A line that is none is damage, unless the text begins with it.
        match name {
            None if number == 0 => return false,
            Some(name) if HEADERS.contains(&name.to_ascii_lowercase().as_str()) => known += 1,
            _ => {}
        }
    }
    known >= 2
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Reads mail; `sources` is what it says as text, in each encoding.
pub(super) fn read(reader: &mut Reader<'_>, bytes: &[u8], sources: &[String]) {
    for source in sources {
        let mut plain = String::new();
        for line in source.lines().map(str::trim).filter(|line| !text::is_packed(line)) {
            plain.extend([line, "\n"]);
            if signs(line) > 0 {
                let decoded = decoded(line);
                if signs(&decoded) > 1 || (signs(line) > 1 && !is_packed_well(line)) {
                    reader.unread(Reason::Broken);
                }
                plain.extend([&decoded, "\n"]);
            }
            if line.matches('%').count() > 2 {
                plain.extend([&percent_decoded(line), "\n"]);
            }
        }
        reader.passage(plain);
    }
    if !sources.iter().any(|source| source.contains("\n\n") || source.contains("\n\r\n")) {
        // The headers do not even end.
        reader.unread(Reason::Partial);
    }
    match MessageParser::new().with_mime_headers().default_header_text().parse(bytes) {
        Some(message) => self::message(reader, &message, bytes),
        None => reader.unread(Reason::Broken),
    }
}

/// How many signs there are of a word that is packed for a header: `=?utf-8?q?d=C3=A9j=C3=A0?=` has three.
fn signs(line: &str) -> usize {
    let line = line.to_ascii_lowercase();
    let signs: [&[&str]; 3] = [&["=?"], &["?b?", "?q?"], &["?="]];
    signs.iter().filter(|spellings| spellings.iter().any(|sign| line.contains(sign))).count()
}

/// Whether each packed word of a line has its parts, and whole bytes in it.
fn is_packed_well(line: &str) -> bool {
    let mut rest = line;
    while let Some((_, word)) = rest.split_once("=?") {
        let mut parts = word.splitn(4, '?').skip(1);
        let (Some(way), Some(text), Some(after)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let is_well = match way {
            "b" | "B" => is_base64(text.as_bytes()),
            "q" | "Q" => !text.contains(' '),
            _ => false,
        };
        let Some(after) = after.strip_prefix('=').filter(|_| is_well) else { return false };
        rest = after;
    }
    true
}

/// Whether bytes are whole groups of four letters, in lines or not. Where one is missing, all that follow are others.
fn is_base64(bytes: &[u8]) -> bool {
    let letters = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    let is_one = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    letters.clone().all(is_one) && letters.count() % 4 == 0
}

/// The line with its words unpacked.
fn decoded(line: &str) -> String {
    let header = format!("Subject: {line}\r\n\r\n");
    let message = MessageParser::new().header_text(HeaderName::Subject).parse(&header);
    message.as_ref().and_then(Message::subject).unwrap_or(line).to_owned()
}

/// The line with bytes for their numbers, as names of attachments are written.
fn percent_decoded(line: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = line.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn message(reader: &mut Reader<'_>, message: &Message<'_>, bytes: &[u8]) {
    let mut headers = String::new();
    for part in &message.parts {
        part.headers.iter().for_each(|header| value(&header.value, &mut headers));
    }
    reader.passage(headers);
    if !has_all_that_is_packed(message, bytes) {
        reader.unread(Reason::Broken);
    }
    for (number, part) in (1..).zip(&message.parts) {
        let name = part.attachment_name().map_or_else(|| format!("{number}"), str::to_owned);
        self::part(reader, part, &name, bytes);
    }
}

/// Whether every packed line stands in a part that is unpacked. Where a boundary or a header is damaged, none does.
fn has_all_that_is_packed(message: &Message<'_>, bytes: &[u8]) -> bool {
    let opens = |part: &&MessagePart<'_>| {
        part.encoding == Encoding::Base64 || matches!(part.body, PartType::Message(_))
    };
    let parts = message.parts.iter().filter(opens);
    let opened: Vec<_> = parts.map(|part| part.offset_body as usize..part.offset_end as usize).collect();
    let mut at = 0;
    bytes.split(|byte| *byte == b'\n').all(|line| {
        let start = at;
        at += line.len() + 1;
        let is_packed = std::str::from_utf8(line).is_ok_and(|line| text::is_packed(line.trim()));
        !is_packed || opened.iter().any(|part| part.contains(&start))
    })
}

fn part(reader: &mut Reader<'_>, part: &MessagePart<'_>, name: &str, bytes: &[u8]) {
    let raw = bytes.get(part.offset_body as usize..part.offset_end as usize);
    // What is packed ends where a boundary begins.
    let packed = raw.filter(|_| part.encoding == Encoding::Base64).unwrap_or_default();
    let end = packed.windows(2).position(|window| window == b"--").unwrap_or(packed.len());
    let is_well = is_base64(&packed[..end]);
    if part.is_encoding_problem || !is_well {
        reader.unread(Reason::Broken);
    }
    let kind = part.content_type();
    let is = |main: &str, sub: &str| {
        kind.is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case(main)
                && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case(sub))
        })
    };
    if is("multipart", "encrypted") || is("application", "pkcs7-mime") || is("application", "x-pkcs7-mime") {
        reader.unread(Reason::Password);
    }
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => {
            // Of bytes that are not packed the encodings are tried that people use, whatever the header says.
            match raw.filter(|raw| part.encoding == Encoding::None && std::str::from_utf8(raw).is_err()) {
                Some(raw) => reader.part(name, raw),
                None => reader.part(name, text.as_bytes()),
            }
        }
        PartType::Binary(content) | PartType::InlineBinary(content) => reader.part(name, content),
        PartType::Message(inner) => {
            // Where it was not packed, its source is that of the whole mail.
            let raw = match part.encoding {
                Encoding::None => raw,
                _ => Some(&*inner.raw_message),
            };
            let raw = raw.unwrap_or_default();
            reader.within(name, |reader| {
                let texts = text::decoded(raw);
                match texts {
                    Some(texts) => read(reader, raw, &texts.readings),
                    None => reader.unread(Reason::Unknown),
                }
            });
        }
        PartType::Multipart(_) => {
            let boundary = kind.and_then(|kind| kind.attribute("boundary"));
            let end = boundary.map(|boundary| format!("--{boundary}--"));
            let has_end = end.is_some_and(|end| memmem::find(bytes, end.as_bytes()).is_some());
            if !has_end {
                reader.unread(Reason::Partial);
            }
        }
    }
}

/// What a header says.
fn value(value: &HeaderValue<'_>, into: &mut String) {
    let mut say = |text: &str| into.extend([text, "\n"]);
    match value {
        HeaderValue::Text(text) => say(text),
        HeaderValue::TextList(texts) => texts.iter().for_each(|text| say(text)),
        HeaderValue::ContentType(kind) => {
            kind.attributes.iter().flatten().for_each(|attribute| say(&attribute.value));
        }
        HeaderValue::Address(Address::List(people)) => {
            people.iter().flat_map(|one| [&one.name, &one.address]).flatten().for_each(|text| say(text));
        }
        HeaderValue::Address(Address::Group(groups)) => {
            for group in groups {
                group.name.iter().for_each(|name| say(name));
                let people = group.addresses.iter();
                people.flat_map(|one| [&one.name, &one.address]).flatten().for_each(|text| say(text));
            }
        }
        HeaderValue::DateTime(_) | HeaderValue::Received(_) | HeaderValue::Empty => {}
    }
}
