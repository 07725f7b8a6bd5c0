//! PDF: two pages, and everything that can hang on them.

use super::{HARMLESS, Sample};
use lopdf::{Dictionary, Document, Object, Stream, dictionary, text_string};

const PLACES: &[&str] = &[
    "page",
    "map",
    "apart",
    "form",
    "said-instead",
    "annotation",
    "field",
    "title",
    "bookmark",
    "embedded",
    "embedded-name",
    "metadata",
    "earlier",
    "nowhere",
];

pub(super) fn samples(sentence: &str) -> Vec<Sample> {
    let sample = |(place, is_packed): (&&str, bool)| {
        let said = |here: &str| if here == *place { sentence } else { HARMLESS }.to_owned();
        let format = if is_packed { "pdf-packed" } else { "pdf" };
        Sample { format, place: (*place).to_owned(), bytes: document(&said, is_packed), is_closed: true }
    };
    PLACES.iter().flat_map(|place| [(place, false), (place, true)]).map(sample).collect()
}

/// A PDF of so many pages, each with these lines.
#[must_use]
pub fn pages(number: usize, lines: &[&str]) -> Vec<u8> {
    let shown: String = lines.iter().map(|line| format!("({line}) Tj T* ")).collect();
    with_pages(number, |page| format!("BT /F1 11 Tf 14 TL 50 800 Td ({page}) Tj T* {shown}ET"))
}

/// A PDF with one page, drawn by these commands.
#[must_use]
pub fn drawn(commands: &str) -> Vec<u8> {
    with_pages(1, |_| commands.to_owned())
}

fn with_pages(number: usize, commands: impl Fn(usize) -> String) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let font = document.add_object(helvetica());
    let root = document.new_object_id();
    let kids: Vec<Object> = (0..number)
        .map(|page| {
            let content = document.add_object(packed(latin(&commands(page))));
            let page = dictionary! {
                "Type" => "Page", "Parent" => root, "MediaBox" => a4(), "Contents" => content,
                "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
            };
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(number).unwrap();
    document.objects.insert(root, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn document(said: &impl Fn(&str) -> String, is_packed: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let stream =
        |bytes: Vec<u8>| if is_packed { packed(bytes) } else { Stream::new(Dictionary::new(), bytes) };
    let (plain, map) = (document.add_object(helvetica()), with_map(&mut document));
    let form = format!("BT /F1 11 Tf 50 100 Td ({}) Tj ET", said("form"));
    let mut form = stream(latin(&form));
    form.dict.extend(&dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => a4(),
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => plain } },
    });
    let form = document.add_object(form);
    let root = document.new_object_id();
    let resources = dictionary! {
        "Font" => dictionary! { "F1" => plain, "F2" => map }, "XObject" => dictionary! { "X1" => form },
    };
    let apart: String = said("apart").chars().map(|letter| format!("({letter}) -10 ")).collect();
    let first = format!(
        "q BT /F1 11 Tf 14 TL 50 800 Td ({}) Tj T* [{apart}] TJ T* /Span <</ActualText ({})>> BDC (Hall) Tj EMC ET /X1 Do Q",
        said("page"),
        said("said-instead"),
    );
    let second = format!("BT /F2 11 Tf 50 800 Td <{}> Tj ET", codes(&said("map")));
    let note = dictionary! {
        "Type" => "Annot", "Subtype" => "Text", "Rect" => a4(), "Contents" => text_string(&said("annotation")),
    };
    let field = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("objet"),
        "V" => text_string(&said("field")), "Rect" => a4(),
    };
    let (note, field) = (document.add_object(note), document.add_object(field));
    let contents = [first, second].map(|content| document.add_object(stream(latin(&content))));
    let page = |content, annotations: Vec<Object>| {
        dictionary! {
            "Type" => "Page", "Parent" => root, "MediaBox" => a4(), "Contents" => content, "Annots" => annotations,
            "Resources" => resources.clone(),
        }
    };
    let pages = [page(contents[0], vec![note.into(), field.into()]), page(contents[1], Vec::new())];
    let kids: Vec<Object> = pages.into_iter().map(|page| document.add_object(page).into()).collect();
    document
        .objects
        .insert(root, dictionary! { "Type" => "Pages", "Kids" => kids.clone(), "Count" => 2 }.into());

    let mut file = stream(said("embedded").into_bytes());
    file.dict.extend(&dictionary! { "Type" => "EmbeddedFile" });
    let file = document.add_object(file);
    let file = document.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("note.txt"),
        "UF" => text_string(&said("embedded-name")), "EF" => dictionary! { "F" => file },
    });
    let metadata = format!(
        "<x:xmpmeta xmlns:x=\"x\" xmlns:dc=\"dc\"><dc:title>{}</dc:title></x:xmpmeta>",
        said("metadata")
    );
    let mut metadata = stream(metadata.into_bytes());
    metadata.dict.extend(&dictionary! { "Type" => "Metadata", "Subtype" => "XML" });
    let metadata = document.add_object(metadata);
    let outlines = document.new_object_id();
    let bookmark = document.add_object(dictionary! {
        "Title" => text_string(&said("bookmark")), "Parent" => outlines, "Dest" => vec![kids[0].clone(), "Fit".into()],
    });
    document
        .objects
        .insert(outlines, dictionary! { "First" => bookmark, "Last" => bookmark, "Count" => 1 }.into());
    document.add_object(dictionary! { "Reste" => text_string(&said("nowhere")) });
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => root, "Outlines" => outlines, "Metadata" => metadata,
        "AcroForm" => dictionary! { "Fields" => vec![field.into()] },
        "Names" => dictionary! {
            "EmbeddedFiles" => dictionary! { "Names" => vec![Object::string_literal("note"), file.into()] },
        },
    });
    document.trailer.set("Root", catalog);
    let information = document.add_object(dictionary! { "Title" => text_string(&said("earlier")) });
    document.trailer.set("Info", information);
    let mut bytes = Vec::new();
    if is_packed {
        document.save_modern(&mut bytes).unwrap();
    } else {
        document.save_to(&mut bytes).unwrap();
    }
    changed(bytes, information.0, &said("title"), is_packed)
}

/// The same file, with another title: what it was before stays in it.
fn changed(mut bytes: Vec<u8>, information: u32, title: &str, is_packed: bool) -> Vec<u8> {
    if is_packed {
        // A file with packed objects is changed by programs that know how; here its first title stays.
        let mut document = Document::load_mem(&bytes).unwrap();
        if title != HARMLESS {
            document.objects.insert((information, 0), dictionary! { "Title" => text_string(title) }.into());
        }
        bytes.clear();
        document.save_modern(&mut bytes).unwrap();
        return bytes;
    }
    let before = Document::load_mem(&bytes).unwrap();
    let root = before.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let title: String = title.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    bytes.push(b'\n');
    let object = bytes.len();
    bytes.extend(format!("{information} 0 obj\n<</Title <feff{title}>>>\nendobj\n").bytes());
    let table = bytes.len();
    bytes.extend(
        format!(
            "xref\n{information} 1\n{object:010} 00000 n \ntrailer\n<</Size {size}/Root {root} 0 R/Info {information} 0 R\
             /Prev {previous}>>\nstartxref\n{table}\n%%EOF\n",
            size = before.max_id + 1,
            root = root.0,
            previous = before.xref_start,
        )
        .bytes(),
    );
    bytes
}

fn helvetica() -> Dictionary {
    dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    }
}

/// A font whose codes mean nothing without its map: each letter is 0x1000 further on.
fn with_map(document: &mut Document) -> lopdf::ObjectId {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Pli def\n\
               1 begincodespacerange <0000> <ffff> endcodespacerange\n\
               1 beginbfrange <1020> <10ff> <0020> endbfrange\n\
               2 beginbfchar <2019> <2019> <2026> <2026> endbfchar\nendcmap end end";
    let map = document.add_object(packed(map.into()));
    let letters = dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Pli",
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"), "Supplement" => 0,
        },
        "DW" => 500,
    };
    let letters = document.add_object(letters);
    document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Pli", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![letters.into()], "ToUnicode" => map,
    })
}

fn codes(text: &str) -> String {
    text.chars().map(|letter| format!("{:04x}", u32::from(letter) + 0x1000)).collect()
}

fn a4() -> Vec<Object> {
    vec![0.into(), 0.into(), 595.into(), 842.into()]
}

fn packed(bytes: Vec<u8>) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), bytes);
    // Also where it saves nothing: a checksum is what is wanted.
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packer, &stream.content).unwrap();
    stream.set_content(packer.finish().unwrap());
    stream.dict.set("Filter", "FlateDecode");
    stream
}

/// The bytes of a text in Windows' encoding.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}
