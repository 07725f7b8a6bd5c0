//! PDF: every object of the file is accounted for, not only what a page shows.
//!
//! Pages are read as they are drawn ([`page`], with [`font`] for the letters). Beside them every string of every
//! object is a text: annotations, form fields, bookmarks, properties, and what no reader would ever show. Every
//! stream is something that is known, or it is unread. A reference that leads nowhere, a checksum that is wrong
//! and a table of objects that had to be rebuilt are damage, and said to be.
//!
//! What a file was before it was changed lies in it too; each earlier state is read like the last.

mod font;
mod page;
mod stream;

use super::reader::Reader;
use super::{Reason, markup, text};
use font::Font;
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, decode_text_string};
use page::Drawn;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use stream::{is_image, unpack};

/// The packed objects that `lopdf` opens by itself: a stream holds a hundred, and they are small.
const OBJECT_STREAM_BYTES_MAX: usize = 16 << 20;

/// Earlier states of a file; whoever signs and fills in ten times has twenty.
const REVISIONS_MAX: usize = 32;

/// Strings under these keys are digests and tables, and no text.
const BINARY: &[&[u8]] =
    &[b"ID", b"CheckSum", b"Panose", b"Indexed", b"Style", b"O", b"U", b"OE", b"UE", b"Perms"];

/// Streams under these keys are fonts and colours: nothing in them is a letter that is not in the page's text.
const SILENT: &[&[u8]] = &[
    b"CIDSet",
    b"CIDToGIDMap",
    b"CharProcs",
    b"DestOutputProfile",
    b"FontFile",
    b"FontFile2",
    b"FontFile3",
    b"ICCBased",
    b"ToUnicode",
];

/// Streams under these keys are texts: scripts, forms in XML, formatted comments.
const SPEAKING: &[&[u8]] = &[b"JS", b"RV", b"XFA"];

/// Reads a PDF, and what it was before.
pub(super) fn read(reader: &mut Reader<'_>, bytes: &[u8]) {
    const END: &[u8] = b"%%EOF";
    let ends: Vec<usize> =
        (0..bytes.len()).filter(|at| bytes[*at..].starts_with(END)).map(|at| at + END.len()).collect();
    match ends.last() {
        None => reader.unread(Reason::Partial),
        Some(end) if !bytes[*end..].iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) => {
            reader.unread(Reason::Partial);
        }
        Some(_) => {}
    }
    let Some(document) = load(reader, bytes) else { return };
    // A file for the web has an end of its first page, and that is no state of it.
    let first = usize::from(document.linearization.is_some());
    Pdf::of(&document).read(reader);
    drop(document);
    let earlier = ends.get(first..ends.len().saturating_sub(1)).unwrap_or_default();
    for (number, end) in (1..).zip(earlier) {
        if number > REVISIONS_MAX {
            reader.unread(Reason::TooMany);
            break;
        }
        reader.within(&format!("pdf {number}"), |reader| {
            if let Some(document) = load(reader, &bytes[..*end]) {
                Pdf::of(&document).read(reader);
            }
        });
    }
}

fn load(reader: &mut Reader<'_>, bytes: &[u8]) -> Option<Document> {
    let options = |strict| LoadOptions {
        strict,
        max_decompressed_size: Some(OBJECT_STREAM_BYTES_MAX),
        ..LoadOptions::default()
    };
    let strictly = Document::load_mem_with_options(bytes, options(true));
    let document = strictly.or_else(|_| {
        reader.unread(Reason::Broken);
        Document::load_mem_with_options(bytes, options(false))
    });
    let document = document.ok()?;
    if document.xref_recovery.is_some() {
        reader.unread(Reason::Broken);
    }
    if document.is_encrypted() || document.was_encrypted() {
        reader.unread(Reason::Password);
    }
    Some(document)
}

/// A document, and what its objects are to each other.
struct Pdf<'d> {
    document: &'d Document,
    /// Under which keys an object is named.
    roles: HashMap<ObjectId, BTreeSet<&'d [u8]>>,
    /// What embedded files are called.
    names: HashMap<ObjectId, String>,
    texts: Vec<String>,
    is_dangling: bool,
    fonts: HashMap<ObjectId, Rc<Font>>,
    /// Streams that were read as part of a page.
    drawn: HashSet<ObjectId>,
}

impl<'d> Pdf<'d> {
    fn of(document: &'d Document) -> Self {
        let mut pdf = Self {
            document,
            roles: HashMap::new(),
            names: HashMap::new(),
            texts: Vec::new(),
            is_dangling: false,
            fonts: HashMap::new(),
            drawn: HashSet::new(),
        };
        pdf.walk_dictionary(&document.trailer, b"Trailer");
        document.objects.values().for_each(|object| pdf.walk(object, b""));
        pdf
    }

    fn read(mut self, reader: &mut Reader<'_>) {
        let is_there = |(number, entry): (&u32, &XrefEntry)| match entry {
            XrefEntry::Normal { generation, .. } => self.document.has_object((*number, *generation)),
            XrefEntry::Compressed { .. } => self.document.has_object((*number, 0)),
            XrefEntry::Free | XrefEntry::UnusableFree => true,
        };
        let has_lost_stream = self.document.objects.values().any(|object| self.is_lost(object));
        if has_lost_stream || self.is_dangling || !self.document.reference_table.entries.iter().all(is_there)
        {
            reader.unread(Reason::Broken);
        }
        self.pages(reader);
        reader.no_page();
        let document = self.document;
        for (id, object) in &document.objects {
            if let Object::Stream(stream) = object
                && !self.drawn.contains(id)
            {
                self.stream(reader, *id, stream);
            }
        }
        if self.texts.iter().any(|text| text::is_foreign(text)) {
            reader.unread(Reason::Letters);
        }
        reader.passage(self.texts.join("\n"));
    }

    /// Whether an object was a stream before it was damaged: where the keyword is wrong, what stands before it is
    /// read alone, and where the length is, nothing of it.
    fn is_lost(&self, object: &Object) -> bool {
        match object {
            Object::Dictionary(dictionary) => dictionary.has(b"Length"),
            Object::Stream(stream) => {
                let length = stream.dict.get_deref(b"Length", self.document).and_then(Object::as_i64);
                length.ok().and_then(|length| usize::try_from(length).ok()) != Some(stream.content.len())
            }
            _ => false,
        }
    }

    /// Collects what an object says, and what it names.
    fn walk(&mut self, object: &'d Object, key: &'d [u8]) {
        match object {
            Object::String(bytes, _) if !BINARY.contains(&key) => {
                let text = decode_text_string(object);
                self.texts.push(text.unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned()));
            }
            Object::Name(name) => self.name(name),
            Object::Array(objects) => {
                let key = match objects.first() {
                    Some(Object::Name(name)) if name == b"ICCBased" || name == b"Indexed" => name,
                    _ => key,
                };
                objects.iter().for_each(|object| self.walk(object, key));
            }
            Object::Dictionary(dictionary) => self.walk_dictionary(dictionary, key),
            Object::Stream(stream) => self.walk_dictionary(&stream.dict, key),
            Object::Reference(id) => {
                self.roles.entry(*id).or_default().insert(key);
                self.is_dangling |= !self.document.has_object(*id);
            }
            _ => {}
        }
    }

    fn walk_dictionary(&mut self, dictionary: &'d Dictionary, key: &'d [u8]) {
        if let Ok(files) = dictionary.get(b"EF").and_then(Object::as_dict) {
            let name = dictionary.get(b"UF").or_else(|_| dictionary.get(b"F"));
            let name = name.and_then(decode_text_string).unwrap_or_default();
            let ids = files.iter().filter_map(|(_, file)| file.as_reference().ok());
            self.names.extend(ids.map(|id| (id, name.clone())));
        }
        for (name, object) in dictionary {
            self.name(name);
            // A letter is drawn under the name that it has in its font.
            self.walk(object, if key == b"CharProcs" { key } else { name });
        }
    }

    /// A name is for programs, unless words stand in it.
    fn name(&mut self, name: &[u8]) {
        let name = String::from_utf8_lossy(name);
        if markup::has_words(&name) {
            self.texts.push(name.into_owned());
        }
    }

    fn pages(&mut self, reader: &mut Reader<'_>) {
        let document = self.document;
        let root =
            document.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
        let Ok(root) = root else { return reader.unread(Reason::Broken) };
        let mut seen = HashSet::new();
        let mut waiting = vec![(root, None)];
        let mut number = 0;
        while let Some((id, inherited)) = waiting.pop() {
            let page = document.get_dictionary(id);
            let (true, Ok(page)) = (seen.insert(id), page) else {
                reader.unread(Reason::Broken);
                continue;
            };
            let own = page.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
            let resources = own.or(inherited);
            if let Ok(kids) = page.get_deref(b"Kids", document).and_then(Object::as_array) {
                let kids = kids.iter().rev().map(Object::as_reference);
                for kid in kids {
                    match kid {
                        Ok(kid) => waiting.push((kid, resources)),
                        Err(_) => reader.unread(Reason::Broken),
                    }
                }
                continue;
            }
            number += 1;
            if !reader.page(number) {
                break;
            }
            self.page(reader, page, resources);
            reader.no_page();
        }
        let count =
            document.get_dictionary(root).and_then(|root| root.get(b"Count")).and_then(Object::as_i64);
        if waiting.is_empty() && count.ok() != Some(i64::from(number)) {
            reader.unread(Reason::Broken);
        }
    }

    fn page(&mut self, reader: &mut Reader<'_>, page: &'d Dictionary, resources: Option<&'d Dictionary>) {
        let mut content = Vec::new();
        let document = self.document;
        let mut ids = Vec::new();
        match page.get(b"Contents").map(|contents| (contents, document.dereference(contents))) {
            Ok((_, Ok((_, Object::Array(streams))))) => ids.extend(streams.iter().map(Object::as_reference)),
            Ok((contents, Ok(_))) => ids.push(contents.as_reference()),
            Ok((_, Err(_))) => reader.unread(Reason::Broken),
            Err(_) => {}
        }
        for id in ids {
            let stream = id.and_then(|id| Ok((id, document.get_object(id)?.as_stream()?)));
            let Ok((id, stream)) = stream else {
                reader.unread(Reason::Broken);
                continue;
            };
            // Two pages may share a stream, and mean two texts by it.
            self.drawn.insert(id);
            content.extend(unpack(reader, self.document, stream).bytes);
            content.push(b'\n');
        }
        self.content(reader, &content, resources, true);
    }

    /// Reads what is drawn.
    fn content(
        &mut self,
        reader: &mut Reader<'_>,
        content: &[u8],
        resources: Option<&'d Dictionary>,
        is_page: bool,
    ) {
        let Drawn { text, fonts_unknown, is_broken, images, has_inline_image, beside } =
            page::read(content, |name| self.font(reader, resources, name));
        let document = self.document;
        let drawn_objects = resources
            .and_then(|resources| resources.get_deref(b"XObject", document).and_then(Object::as_dict).ok());
        let mut has_forms = false;
        for name in images {
            let found =
                drawn_objects.and_then(|objects| objects.get(&name).and_then(Object::as_reference).ok());
            let stream = found.and_then(|id| Some((id, document.get_object(id).ok()?.as_stream().ok()?)));
            match stream {
                Some((id, stream)) if is_image(stream) => {
                    self.drawn.insert(id);
                    reader.picture(&stream.content);
                }
                Some(_) => has_forms = true,
                None => reader.unread(Reason::Broken),
            }
        }
        if has_inline_image {
            reader.unread(Reason::Image);
        }
        if fonts_unknown {
            reader.unread(Reason::Letters);
        }
        if is_broken {
            reader.unread(Reason::Broken);
        }
        if is_page && !has_forms && text.trim().is_empty() {
            reader.unread(Reason::Blank);
        }
        reader.passage(text);
        reader.passage(beside);
    }

    fn font(
        &mut self,
        reader: &mut Reader<'_>,
        resources: Option<&'d Dictionary>,
        name: &[u8],
    ) -> Option<Rc<Font>> {
        let document = self.document;
        let fonts = resources?.get_deref(b"Font", document).and_then(Object::as_dict).ok()?;
        let entry = fonts.get(name).ok()?;
        let id = entry.as_reference().ok();
        if let Some(font) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(font));
        }
        let (_, object) = document.dereference(entry).ok()?;
        let dictionary = object.as_dict().ok()?;
        let map = dictionary.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let map = map.map(|stream| unpack(reader, self.document, stream).bytes);
        let font = Rc::new(Font::of(document, dictionary, map.as_deref()));
        self.fonts.extend(id.map(|id| (id, Rc::clone(&font))));
        Some(font)
    }

    /// A stream that no page has drawn by itself.
    fn stream(&mut self, reader: &mut Reader<'_>, id: ObjectId, stream: &'d Stream) {
        let roles = self.roles.get(&id).cloned().unwrap_or_default();
        let has_role = |known: &[&[u8]]| roles.iter().any(|role| known.contains(role));
        let is = |key: &[u8], name: &[u8]| {
            stream.dict.get(key).and_then(Object::as_name).is_ok_and(|one| one == name)
        };
        let has = |key: &[u8]| stream.dict.has(key);
        let name = format!("object {}", id.0);
        if is_image(stream) || has_role(&[b"Thumb"]) {
            // A mask belongs to an image that is unread already.
            if !has_role(&[b"SMask", b"Mask"]) {
                reader.within(&name, |reader| reader.picture(&stream.content));
            }
        } else if is(b"Type", b"XRef") || is(b"Type", b"ObjStm") {
            let unpacked = unpack(reader, self.document, stream);
            if is(b"Type", b"ObjStm") && !unpacked.is_whole {
                reader.unread(Reason::Broken);
            }
        } else if is(b"Subtype", b"Form") || has(b"PatternType") {
            let resources = stream.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
            reader.within(&name, |reader| {
                let content = unpack(reader, self.document, stream).bytes;
                self.content(reader, &content, resources, false);
            });
        } else if is(b"Type", b"EmbeddedFile") || self.names.contains_key(&id) {
            let name = self.names.get(&id).cloned().filter(|name| !name.is_empty()).unwrap_or(name);
            self.part(reader, &name, stream);
        } else if is(b"Type", b"Metadata") || is(b"Subtype", b"XML") || has_role(SPEAKING) {
            self.part(reader, &name, stream);
        } else if !(has_role(SILENT) || has(b"FunctionType") || has(b"ShadingType") || is(b"Type", b"CMap")) {
            reader.within(&name, |reader| reader.unread(Reason::Unknown));
        }
    }

    fn part(&self, reader: &mut Reader<'_>, name: &str, stream: &Stream) {
        let mut bytes = Vec::new();
        reader.within(name, |reader| {
            bytes = unpack(reader, self.document, stream).bytes;
            super::kind::read(reader, &bytes);
        });
    }
}
