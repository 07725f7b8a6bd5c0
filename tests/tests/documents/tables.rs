//! Tables that somebody made to hurt their reader, or by accident: each ends soon, says where it is wrong, and gives no
//! row at all.

use pli_client::table::{Unfit, Unusable, Why, of_text, of_workbook};
use pli_tests::documents::tables::{columns, nomenclature, sheet, workbook};
use shared::form::{Typed, check};

fn refused(what: &str, read: Result<Vec<shared::form::TypedRow>, Unfit>, why: Why, place: Option<&str>) {
    match read {
        Err(Unfit::Unusable(unusable)) => {
            assert_eq!((unusable.why, unusable.place().as_deref()), (why, place), "{what}");
        }
        Err(unfit) => panic!("{what}: {unfit:?}"),
        Ok(rows) => panic!("{what}: {} rows", rows.len()),
    }
}

#[test]
fn bombs_and_long_tables() {
    let columns = columns();
    let spaces = workbook(&format!("<sheetData>{}</sheetData>", " ".repeat(200 << 20)));
    assert!(spaces.len() < 1 << 20, "it is small");
    refused("a bomb", of_workbook(&spaces, &columns), Why::TooLarge, None);
    let row = ["24/12/2026", "12 rue des Lilas, 93200 Clairval"];
    let long: Vec<&[&str]> =
        std::iter::once(&["Date", "Adresse"][..]).chain(vec![&row[..]; 100_000]).collect();
    refused("100,000 rows", of_workbook(&workbook(&sheet(&long)), &columns), Why::TooManyRows, None);
    let text: String = long.iter().map(|row| format!("{}\n", row.join(";"))).collect();
    refused("100,000 lines", of_text(text.as_bytes(), &columns), Why::TooManyRows, None);
    refused("many bytes", of_text(&vec![b'a'; 33 << 20], &columns), Why::TooLarge, None);
    let name = "x".repeat(1 << 20);
    refused("a long cell", of_workbook(&workbook(&sheet(&[&[&name]])), &columns), Why::LongCell, Some("A1"));
    let deep = format!("{}{}", "<a>".repeat(500_000), "</a>".repeat(500_000));
    refused("depths", of_workbook(&workbook(&deep), &columns), Why::Empty, None);
    let laughs = "<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]><sheetData/>";
    refused("laughs", of_workbook(&workbook(laughs), &columns), Why::Broken, None);
}

#[test]
fn what_a_spreadsheet_hides_or_computes_is_named() {
    let columns = columns();
    let check = |what: &str, xml: &str, why, place| {
        refused(what, of_workbook(&workbook(xml), &columns), why, Some(place))
    };
    let row = |attributes: &str, cell: &str| {
        format!("<sheetData><row r=\"7\"{attributes}>{cell}</row></sheetData>")
    };
    check("a formula", &row("", "<c r=\"C7\"><f>1+1</f><v>2</v></c>"), Why::Formula, "C7");
    check("a failed one", &row("", "<c r=\"C7\" t=\"e\"><v>#N/A</v></c>"), Why::Error, "C7");
    check("a hidden row", &row(" hidden=\"1\"", "<c r=\"C7\"><v>2</v></c>"), Why::HiddenRow, "C7");
    let merged = row("", "<c r=\"C7\"><v>2</v></c>") + "<mergeCells><mergeCell ref=\"C7:C9\"/></mergeCells>";
    check("merged cells", &merged, Why::Merged, "C7");
}

#[test]
fn a_name_in_a_free_cell_is_refused_by_its_line_and_field() {
    let nomenclature = nomenclature();
    let flow = nomenclature.flow(&"F10b".parse().unwrap()).unwrap();
    let text = "Date;Adresse;Constat matériel;Suite\n\
                24/12/2026;12 rue des Lilas, 93200 Clairval;porte cassée;\n\
                \n\
                24/12/2026;12 rue des Lilas, 93200 Clairval;MARVILLE Théo dans le hall;\n\
                24/12/2026;12 rue des Lilas, 93200 Clairval;RAS;voir M. Verneuil\n";
    let narrow: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    for bytes in [text.as_bytes(), &narrow] {
        let rows = of_text(bytes, &columns()).unwrap();
        let faults = check(flow, &nomenclature.lists, &Typed { fields: Vec::new(), rows }).unwrap_err();
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.line, fault.field.as_str(), fault.wrong.code())).collect();
        assert_eq!(found, [(Some(4), "constat", "names-somebody"), (Some(5), "suite", "names-somebody")]);
    }
}

#[test]
fn letters_that_are_none_are_refused() {
    let columns = columns();
    let unusable = |bytes: &[u8]| match of_text(bytes, &columns) {
        Err(Unfit::Unusable(Unusable { why, .. })) => why,
        read => panic!("{:?}", read.is_ok()),
    };
    assert_eq!(unusable(b"\xef\xbb\xbfadresse\n12 rue \xe9\n"), Why::Encoding);
    assert_eq!(unusable(b"\xff\xfea\0d\0r\0\x00\xd8\n\0"), Why::Encoding);
    assert_eq!(unusable(&[0, 1, 2, 3, 4, 5, 6, 7]), Why::Kind);
    assert_eq!(unusable(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0"), Why::Kind);
}
