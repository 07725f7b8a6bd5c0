//! Tables as people have them: CSV in their encodings, and workbooks with everything that may be in the way.

use super::archive;
use shared::nomenclature::{Field, Nomenclature};

/// The nomenclature of the convention.
#[must_use]
pub fn nomenclature() -> Nomenclature {
    Nomenclature::parse(include_str!("../../../shared/nomenclature.toml")).unwrap()
}

/// The columns of results of patrols.
#[must_use]
pub fn columns() -> Vec<Field> {
    let nomenclature = nomenclature();
    let flow = nomenclature.flow(&"F10b".parse().unwrap()).unwrap();
    flow.table.as_ref().unwrap().columns.clone()
}

/// A workbook whose first sheet is this XML, within `worksheet`.
#[must_use]
pub fn workbook(sheet: &str) -> Vec<u8> {
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    archive(&[
        (
            "xl/workbook.xml",
            br#"<workbook xmlns:r="r"><sheets><sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/sharedStrings.xml", b"<sst><si><t>adresse</t></si><si><t>12 rue des Lilas, 93200 Clairval</t></si></sst>"),
        (
            "xl/styles.xml",
            br#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// Rows of text, as they stand in the XML of a sheet.
#[must_use]
pub fn sheet(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", text.replace('&', "&amp;"));
    let row = |row: &&[&str]| format!("<row>{}</row>", row.iter().map(cell).collect::<String>());
    format!("<sheetData>{}</sheetData>", rows.iter().map(row).collect::<String>())
}

/// Workbooks that are taken, and some that are not.
#[must_use]
pub fn workbooks() -> Vec<Vec<u8>> {
    let moments = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>date</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>46380</v></c></row></sheetData>"#;
    let formula = r#"<sheetData><row><c><f>A1</f><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>"#;
    let plain = sheet(&[&["Adresse", "Hall"], &["12 rue des Lilas, 93200 Clairval", "B & C"]]);
    [moments, formula, &plain].into_iter().map(workbook).collect()
}

/// Texts that are taken, each in another encoding or with another delimiter.
#[must_use]
pub fn texts() -> Vec<Vec<u8>> {
    let text = "sep=;\r\nDate;Heure;Adresse;constat\r\n24/12/2026;22h15;\"12 rue des Lilas, 93200 Clairval\";cassé\r\n";
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let narrow = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let commas = text.replace("sep=;\r\n", "").replace(';', ",");
    vec![text.as_bytes().to_vec(), wide, narrow, commas.into_bytes()]
}
