//! Tables as people have them are read with their lines, and what is ambiguous is refused by its line.

use super::*;
use shared::nomenclature::FieldKind;

fn columns() -> Vec<Field> {
    let field = |name: &str, label: &str, required| Field {
        name: name.parse().unwrap(),
        label: label.to_owned(),
        kind: FieldKind::Line,
        required,
        several: false,
        list: None,
        min: None,
        max: None,
        not_before: None,
        when: None,
        help: String::new(),
    };
    vec![
        field("adresse", "Adresse", true),
        field("controles", "Contrôles effectués", false),
        field("constat", "Constat matériel", false),
    ]
}

type Lines = Vec<(u32, Vec<(String, String)>)>;

fn read(bytes: &[u8]) -> Result<Lines, Unfit> {
    of_text(bytes, &columns()).map(|rows| rows.into_iter().map(|row| (row.line, row.cells)).collect())
}

fn row(line: u32, cells: &[(&str, &str)]) -> (u32, Vec<(String, String)>) {
    (line, cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

/// In Windows-1252, as far as the texts here go.
fn narrow(text: &str) -> Vec<u8> {
    let byte = |letter| if letter == '’' { 0x92 } else { u8::try_from(u32::from(letter)).unwrap() };
    text.chars().map(byte).collect()
}

#[test]
fn each_encoding_and_delimiter_gives_the_same_rows() {
    let expected = Ok(vec![
        row(2, &[("adresse", "1 rue de l’Égalité"), ("controles", "3")]),
        row(4, &[("adresse", "2 allée"), ("constat", "cassé; à voir")]),
    ]);
    let text = "Adresse;CONTROLES  effectues;constat_materiel\n1 rue de l’Égalité;3;\n\n2 allée;;\"cassé; à voir\"\n";
    let with_commas =
        text.replace("\"cassé; à voir\"", "|").replace(';', ",").replace('|', "\"cassé; à voir\"");
    let wide = |text: &str, big: bool, mark: bool| -> Vec<u8> {
        let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        marked
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    for text in [
        text,
        &text.replace('\n', "\r\n"),
        &text.replace('\n', "\r"),
        &with_commas,
        &text.replace(";\n", "\t\n").replace(';', "\t").replace("cassé\t", "cassé;"),
    ] {
        assert_eq!(read(text.as_bytes()), expected, "{text}");
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), expected, "with a mark");
        assert_eq!(read(&narrow(text)), expected, "in one byte a letter");
        for (big, mark) in [(false, false), (false, true), (true, false), (true, true)] {
            assert_eq!(read(&wide(text, big, mark)), expected, "in two bytes a letter");
        }
    }
    let hinted = read(format!("sep=;\r\n{text}").as_bytes()).unwrap();
    assert_eq!(hinted.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 5], "as a spreadsheet hints");
    // A machine before 1995: only there is its third heading one.
    let old = b"Adresse;Contr\x93les effectu\x82s;constat\n1 rue;3;cass\x82\n";
    assert_eq!(
        read(old),
        Ok(vec![row(2, &[("adresse", "1 rue"), ("controles", "3"), ("constat", "cassé")])])
    );
}

#[test]
fn what_can_be_read_in_two_ways_is_refused_by_its_line() {
    let check = |text: &str, why: Why, place: Option<&str>| match read(text.as_bytes()) {
        Err(Unfit::Unusable(unusable)) => {
            assert_eq!((unusable.why, unusable.place().as_deref()), (why, place), "{text}");
        }
        read => panic!("{text}: {read:?}"),
    };
    let headed = |text: &str| format!("adresse;controles;constat\n{text}");
    check("", Why::Empty, None);
    check(" \n;;\n", Why::Empty, None);
    check(&headed("1 rue;2;\"RAS\n2 rue;2;RAS\n"), Why::Quote, Some("2"));
    check(&headed("1 rue;2;\"RAS\n2 rue;2;\"RAS\"\n"), Why::Quote, Some("3"));
    check(&headed("1 rue;2;RAS\n2 rue;2;porte \"B\" cassée\n"), Why::Quote, Some("3"));
    check(&headed("1 rue;2;\"RAS\n2 rue;2;RAS\"\n3 rue;1;x\n"), Why::Quote, Some("C2"));
    check(&headed("1 rue;2;RAS;de trop\n"), Why::LongRow, Some("D2"));
    check(&headed(&format!("1 rue;2;{}\n", "x".repeat(8001))), Why::LongCell, Some("C2"));
    check(&headed(&"1 rue;2;RAS\n".repeat(100_000)), Why::TooManyRows, None);
    assert_eq!(read(headed(&"1 rue;2;RAS\n".repeat(10_000)).as_bytes()).unwrap().len(), 10_000);
    let wide = headed(&format!("1 rue;2;RAS{}x\n", ";".repeat(130)));
    check(&wide, Why::TooManyColumns, Some("EC2"));
    let kind = |bytes: &[u8], why| {
        assert_eq!(read(bytes), Err(Unfit::Unusable(Unusable::because(why))));
    };
    kind(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\x01\x02\x03", Why::Kind);
    kind(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", Why::Kind);
    kind(b"\xff\xfea\0;\0b", Why::Encoding);
    kind(b"\xef\xbb\xbfadresse\n\xff\xfe", Why::Encoding);
    // What a cell has of lines of its own stays its own.
    let several = read(headed("1 rue;2;\"porte ; gond\nserrure\"\n2 rue;;\n").as_bytes()).unwrap();
    assert_eq!(several.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn every_heading_that_is_wrong_is_named() {
    let unknown = |column, heading: &str| Misnamed::Unknown { column, heading: heading.to_owned() };
    let text = "nom;Contrôles effectués;controles;\u{a0}Constat matériel \n";
    let labels = ["Adresse", "Contrôles effectués", "Constat matériel"];
    let known = Misnamed::Known { labels: labels.map(str::to_owned).to_vec() };
    let wrong = vec![
        unknown(0, "nom"),
        Misnamed::Twice { label: "Contrôles effectués".to_owned() },
        Misnamed::Missing { label: "Adresse".to_owned() },
        known.clone(),
    ];
    assert_eq!(read(text.as_bytes()), Err(Unfit::Headings(wrong)));
    assert_eq!(read(b"adresse\n"), Ok(Vec::new()), "headings alone");
    let long = format!("adresse;{}\n", "é".repeat(500));
    assert_eq!(read(long.as_bytes()), Err(Unfit::Headings(vec![unknown(1, &"é".repeat(40)), known])));
}
