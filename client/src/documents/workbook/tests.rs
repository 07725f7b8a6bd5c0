//! What stands in workbooks is read as it is seen, and what is not seen is refused by its cell.

use super::*;
use std::io::Write as _;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>"#;
const STRINGS: &str = r#"<sst><si><t>Adresse</t></si><si><r><t>12 rue </t></r><r><rPr><b/></rPr><t>d&amp;s Lilas</t></r><rPh><t>x</t></rPh></si><si/></sst>"#;
const STYLES: &str = r##"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>"##;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook of two sheets, the second of which is shown, or not.
fn workbook(first: &str, second: &str, state: &str) -> Vec<u8> {
    let book = format!(
        r#"<workbook xmlns:r="r"><sheets><sheet name="Un" sheetId="1" r:id="rId1"/><sheet name="Deux" sheetId="2" state="{state}" r:id="rId2"/></sheets></workbook>"#
    );
    let sheet = |text: &str| format!("<worksheet>{text}</worksheet>");
    archive(&[
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", STRINGS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet(first)),
        ("xl/worksheets/sheet2.xml", &sheet(second)),
    ])
}

fn read(sheet: &str) -> Answer {
    rows(&workbook(sheet, "", "visible"), &Limits::TABLE)
}

#[test]
fn cells_say_what_is_seen() {
    let sheet = r#"<dimension ref="A1"/><sheetData>
        <row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>Hall</t></is></c></row>
        <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"><v>46380</v></c><c r="C3" s="2"><v>0.927083333333333</v></c><c r="D3"><v>3</v></c><c r="E3" t="b"><v>1</v></c></row>
        <row r="4"><c r="A4" s="1"/><c r="XFD4"/></row>
        <row><c t="s"><v>2</v></c><c><v>7</v></c></row></sheetData>"#;
    let row = |line, cells: &[(u32, &str)]| Row {
        line,
        cells: cells.iter().map(|(column, text)| (*column, (*text).to_owned())).collect(),
    };
    let expected = vec![
        row(2, &[(0, "Adresse"), (2, "Hall")]),
        row(3, &[(0, "12 rue d&s Lilas"), (1, "2026-12-24"), (2, "22:15"), (3, "3"), (4, "vrai")]),
        row(5, &[(1, "7")]),
    ];
    assert_eq!(read(sheet), Ok(expected.clone()));
    assert!(is_bounded(&expected));
    assert_eq!(
        rows(&workbook("", sheet, "visible"), &Limits::TABLE),
        Ok(expected),
        "the first that is filled"
    );
}

#[test]
fn what_is_not_seen_is_refused_by_its_cell() {
    let check = |sheet: &str, why: Why, place: &str| {
        let unusable = read(sheet).unwrap_err();
        assert_eq!((unusable.why, unusable.place().as_deref()), (why, Some(place)), "{sheet}");
        assert_eq!(unusable.sheet, Some(1));
    };
    let cell = |cell: &str| format!(r#"<sheetData><row r="4">{cell}</row></sheetData>"#);
    check(&cell(r#"<c r="B4"><f>SUM(A1:A3)</f><v>3</v></c>"#), Why::Formula, "B4");
    check(&cell(r#"<c r="B4"><f t="shared" si="0"/><v>3</v></c>"#), Why::Formula, "B4");
    check(&cell(r#"<c r="AA4" t="e"><v>#REF!</v></c>"#), Why::Error, "AA4");
    check(&cell(r#"<c r="B4" t="s"><v>9</v></c>"#), Why::Broken, "B4");
    check(&cell(r#"<c r="EX4"><v>9</v></c>"#), Why::TooManyColumns, "EX4");
    check(&cell(&format!(r#"<c r="B4" t="str"><v>{}</v></c>"#, "é".repeat(8001))), Why::LongCell, "B4");
    let filled = cell(r#"<c r="A4"><v>1</v></c>"#);
    check(&format!(r#"{filled}<mergeCells><mergeCell ref="B4:C5"/></mergeCells>"#), Why::Merged, "B4");
    check(
        r#"<sheetData><row r="4" hidden="1"><c r="B4"><v>3</v></c></row></sheetData>"#,
        Why::HiddenRow,
        "B4",
    );
    check(
        &format!(r#"<cols><col min="1" max="2" hidden="true"/></cols>{}"#, cell(r#"<c r="B4"><v>3</v></c>"#)),
        Why::HiddenColumn,
        "B4",
    );
    let hidden_and_empty = r#"<cols><col min="2" max="2" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1"/></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>"#;
    assert_eq!(read(hidden_and_empty).unwrap().len(), 1, "nothing is hidden there");
    for state in ["hidden", "veryHidden"] {
        let unusable = rows(&workbook(&filled, &filled, state), &Limits::TABLE).unwrap_err();
        assert_eq!((unusable.why, unusable.sheet), (Why::HiddenSheet, Some(2)));
    }
    let unusable = rows(&workbook(&filled, &filled, "visible"), &Limits::TABLE).unwrap_err();
    assert_eq!((unusable.why, unusable.sheet), (Why::SecondSheet, Some(2)));
}

#[test]
fn what_programs_would_read_differently_is_damage() {
    for sheet in [
        r#"<sheetData><row r="4"><c r="B5"><v>1</v></c></row></sheetData>"#,
        r#"<sheetData><row r="4"><c r="B4"><v>1</v></c><c r="A4"><v>1</v></c></row></sheetData>"#,
        r#"<sheetData><row r="4"><c r="B4"><v>1</v></c></row><row r="4"/></sheetData>"#,
        r#"<sheetData><row r="0"/></sheetData>"#,
        r#"<sheetData><row r="4"><c r="B4"><v>1</v></c></row>"#,
        r#"<sheetData><row r="4"><c r="B4" t="s"><v>&x;</v></c></row></sheetData>"#,
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    ] {
        assert_eq!(read(sheet).unwrap_err().why, Why::Broken, "{sheet}");
    }
    let check = |bytes: &[u8], why| assert_eq!(rows(bytes, &Limits::TABLE).unwrap_err().why, why);
    check(b"PK\x03\x04", Why::Kind);
    check(&archive(&[("word/document.xml", "<a/>")]), Why::Kind);
    check(&workbook("", "", "visible"), Why::Empty);
    let whole = workbook("<sheetData/>", "", "visible");
    check(&whole[..whole.len() - 30], Why::Kind);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let check = |sheet: &str, limits: &Limits, why| {
        let unusable = rows(&workbook(sheet, "", "visible"), limits).unwrap_err();
        assert_eq!(unusable.why, why);
    };
    let small = Limits { document_bytes: 64 << 10, unpacked_bytes: 256 << 10, ..Limits::TABLE };
    check(&format!("<sheetData>{}</sheetData>", " ".repeat(1 << 20)), &small, Why::TooLarge);
    let many = |count: u32| {
        let row = |line| format!(r#"<row r="{line}"><c r="A{line}"><v>{line}</v></c></row>"#);
        format!("<sheetData>{}</sheetData>", (1..=count).map(row).collect::<String>())
    };
    assert_eq!(read(&many(10_001)).unwrap().len(), 10_001, "headings, and as many rows as may be");
    check(&many(100_000), &Limits::TABLE, Why::TooManyRows);
    // What is wrong in the beginning is said, also where the end was not unpacked.
    check(&many(100_000), &Limits { document_bytes: 1 << 20, ..Limits::TABLE }, Why::TooManyRows);
}

#[test]
fn a_cell_has_one_name() {
    for (name, line, column) in
        [("A1", 1, 0), ("Z9", 9, 25), ("AA10", 10, 26), ("XFD1048576", 1_048_576, 16_383)]
    {
        assert_eq!(Cell::parse(name), Some(Cell { line, column }));
        assert_eq!(Cell { line, column }.to_string(), name);
    }
    for name in ["", "A", "1", "A0", "a1", "A-1", "É1", "AAAAAAAAAAAAAAA1", "A99999999999"] {
        assert_eq!(Cell::parse(name), None, "{name}");
    }
}
