//! A sheet says the same as a page and on paper, and its PDF is one that an archive keeps.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::printed::{pages, squeezed};
use pli_client::sheet::{Bars, Block, Grid, Kind, Sheet, Table, html, pdf};
use pli_client::words::{Language, Words};
use shared::time::Timestamp;
use std::collections::BTreeMap;

const MADE: Timestamp = Timestamp(1_795_000_000);

fn paper(sheet: &Sheet) -> Vec<u8> {
    pdf::pdf(sheet, MADE, &Words::new(Language::French)).unwrap()
}

fn table(rows: Vec<Vec<String>>) -> Block {
    let columns =
        [("N°", Kind::Numbers), ("Heure (Paris)", Kind::Words), ("Explication possible", Kind::Remarks)];
    let columns = columns.map(|(head, kind)| (head.to_owned(), kind)).to_vec();
    Block::Table(Table { columns, rows })
}

fn row(number: usize) -> Vec<String> {
    vec![number.to_string(), format!("27/11/2026 10:{:02}:00", number % 60), "coupure du réseau".to_owned()]
}

fn sheet(blocks: Vec<Block>) -> Sheet {
    Sheet { title: "Rapport de contrôle du journal des accès".to_owned(), blocks }
}

/// One of each.
fn everything() -> Sheet {
    let text = |text: &str| text.to_owned();
    let counts = (0..24).map(|hour| hour % 5).collect();
    sheet(vec![
        Block::Terms(vec![(text("Demandé par"), text("Mme Hamon, vice-procureure à Bobigny"))]),
        Block::Heading(text("1. En bref")),
        Block::Verdict(text("Le journal est entier : rien n'y a été coupé, changé ni ajouté.")),
        Block::Text(text(
            "Chaque acte est signé – « sur l'honneur », à 8\u{202f}h, n°\u{a0}12 ; œuvre, ça, où, Noël.",
        )),
        Block::Bars(Bars {
            places: 3,
            counts: BTreeMap::from([(0, 2), (2, 5)]),
            caption: text("Actes par jour"),
        }),
        Block::Grid(Grid {
            heads: (0..24).map(|hour| format!("{hour}")).collect(),
            rows: vec![(text("lun."), counts)],
        }),
        table((0..3).map(row).collect()),
        Block::List(vec![
            text("Un journal ne voit ni l'écran, ni le papier."),
            text("L'heure est celle du relais."),
        ]),
        Block::Code(text("relais.exemple.fr/pli\n412\nq2PgrB0mGV0Z==\n")),
    ])
}

#[test]
fn paper_says_what_the_page_says() {
    let sheet = everything();
    let (page, paper) = (html::page(&sheet), pages(&paper(&sheet)).concat());
    let page = page.split_once("</style>").unwrap().1.replace("&quot;", "\"").replace("&amp;", "&");
    let texts = page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| squeezed(text));
    let mut count = 0;
    for text in texts.filter(|text| !text.is_empty()) {
        assert!(paper.contains(&text), "{text} is not in {paper}");
        count += 1;
    }
    assert!(count > 60, "{count}");
    assert!(paper.contains("Page1sur1"), "{paper}");
}

#[test]
fn one_sheet_of_one_time_is_one_file() {
    let (sheet, words) = (everything(), Words::new(Language::French));
    assert_eq!(paper(&sheet), paper(&sheet));
    assert_ne!(paper(&sheet), pdf::pdf(&sheet, Timestamp(MADE.0 + 1), &words).unwrap());
}

#[test]
fn an_archive_keeps_it_and_a_reader_hears_it() {
    let written = paper(&everything());
    let text = String::from_utf8_lossy(&written);
    for told in
        ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "<xmp:CreateDate>2026-11-18T"]
    {
        assert!(text.contains(told), "{told}");
    }
    let document = lopdf::Document::load_mem(&written).unwrap();
    let catalog = document.catalog().unwrap();
    for part in [&b"StructTreeRoot"[..], b"Outlines", b"OutputIntents", b"Lang"] {
        assert!(catalog.has(part), "{}", String::from_utf8_lossy(part));
    }
    let asks = |object: &lopdf::Object| {
        object.as_dict().is_ok_and(|part| [&b"URI"[..], b"JS", b"Launch"].iter().any(|name| part.has(name)))
    };
    assert!(!document.objects.values().any(asks), "it asks for something outside");
}

#[test]
fn a_long_table_goes_over_many_pages_and_each_says_what_its_columns_are() {
    let pages = pages(&paper(&sheet(vec![table((0..3000).map(row).collect())])));
    assert!(pages.len() > 30, "{}", pages.len());
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains("Heure(Paris)Explicationpossible"), "{number}: {page}");
        assert!(page.contains(&format!("Page{number}sur{}", pages.len())), "{number}: {page}");
    }
    for number in [0, 1, 1499, 2999] {
        assert!(pages.iter().any(|page| page.contains(&squeezed(&row(number).concat()))), "{number}");
    }
}

#[test]
fn no_text_is_too_long_or_too_strange() {
    let hostile = [
        "W".repeat(300),
        "é".repeat(40_000),
        "木\u{202e}\u{0}\u{e000}\u{feff}\u{1f512}".to_owned(),
        String::new(),
    ];
    for text in hostile {
        let (term, rows) = (text.clone(), vec![vec![text.clone(), text.clone(), text.clone()], row(1)]);
        let blocks = vec![
            Block::Heading(text.chars().take(300).collect()),
            Block::Terms(vec![(term, text.clone())]),
            Block::Verdict(text.clone()),
            Block::Text(text.clone()),
            Block::List(vec![text.clone()]),
            Block::Code(text.clone()),
            table(rows),
        ];
        let written = pages(&paper(&sheet(blocks)));
        assert!(written.concat().contains("coupureduréseau"));
    }
    let written = pages(&paper(&sheet(vec![Block::Text("avant 木 après".to_owned())])));
    assert!(written[0].contains("avant\u{fffd}après"), "{written:?}");
}
