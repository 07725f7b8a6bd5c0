//! Results of patrols through the program and a relay: each landlord opens the rows of its own buildings, and nothing of
//! another; what cannot be told apart stays with who wrote it; and what is wrong sends nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "how long it took is printed")]

use crate::town::Town;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::Instant;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const AGENT: &str = "agent-3f2a";

/// Landlords, the member who reads for each, and whether their own list came.
const LANDLORDS: [(&str, &str); 3] = [("plaine", "bref"), ("vallon", "loin"), ("coteau", "coteau-1")];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A channel of the police with three landlords.
fn town() -> (Town, String) {
    let third = ["coteau-1", "BREF", "coteau", "Malik", "Fontaine", "Clairval"];
    let town = Town::with(&[third], include_str!("../../../shared/nomenclature.toml"));
    let group = town.channel(AGENT, &["bref", "loin", "coteau-1", "csp"]);
    (town, group)
}

fn lilas(number: usize) -> String {
    format!("{number} rue des Lilas, 93200 Clairval")
}

/// What somebody reads in the letter of theirs.
fn rows(town: &Town, member: &str, sent: &Value) -> Vec<Value> {
    let opened = town.one(member, &["open", sent["id"].as_str().unwrap()]);
    opened["form"]["rows"].as_array().unwrap_or_else(|| panic!("no rows: {opened}")).clone()
}

#[test]
fn each_landlord_opens_its_own_rows_and_nothing_of_another() {
    let (town, group) = town();
    town.listed(&group, LANDLORDS[0], &format!("{};\n{};A\n", lilas(1), lilas(3)));
    town.listed(&group, LANDLORDS[1], &format!("{};\n{};B\n", lilas(2), lilas(3)));
    // Who lists a building for somebody else is not believed.
    let file = town.file("faux.csv", &format!("adresse;hall\n{};\n", lilas(2)));
    let faux =
        ["send", "--group", &group, "--flow", "F06a", "--to", "preft", "--expires", "60d", "--form", &file];
    let fields = [
        "annee=2026",
        "bailleur=plaine",
        "beneficiaire=nationale",
        "fondement=devoir",
        "parties=x",
        "signataire=x",
        "validite=31/12/2026",
    ];
    let mut arguments = faux.to_vec();
    fields.iter().for_each(|field| arguments.extend(["--field", field]));
    let sent = town.one("coteau-1", &arguments);
    town.one("preft", &["open", sent["id"].as_str().unwrap()]);
    let halls = town.file("halls.csv", &format!("adresse;hall\n{};\n", lilas(1)));
    let list =
        town.one("bref", &["send", "--group", &group, "--flow", "F10a", "--to", "preft", "--form", &halls]);
    let list = text(&list["id"]);
    town.one("preft", &["open", &list]);
    let buildings = town.file(
        "immeubles.csv",
        &format!("Adresse;Bâtiment;Hall;Bailleur\n{};;;coteau\n{};;;ailleurs\n", lilas(4), lilas(5)),
    );

    let table = format!(
        "Date;Heure;Adresse;Hall;Passage;Personnes contrôlées (nombre);Constat matériel\n\
         24/11/2026;22h;{};;oui;3;porte du hall dégradée\n\
         24/11/2026;22h15;2, R. DES LILAS 93200 CLAIRVAL;;non;;\n\
         25/11/2026;21h;{};Hall B;oui;0;RAS\n\
         25/11/2026;21h;{};;oui;0;RAS\n\
         25/11/2026;21h;{};;oui;1;RAS\n\
         25/11/2026;21h;{};;oui;1;RAS\n\
         25/11/2026;21h;{};;oui;1;RAS\n\
         26/11/2026;21h;{};;oui;1;grille forcée\n",
        lilas(1),
        lilas(3),
        lilas(3),
        lilas(4),
        lilas(5),
        lilas(6),
        lilas(1)
    );
    let file = town.path("resultats.csv");
    let narrow: Vec<u8> = table.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    std::fs::write(&file, narrow).unwrap();
    let send = ["patrol", "send", "--group", &group, "--answers", &list, &file, "--buildings", &buildings];
    let said = town.pli("preft", &send);
    assert_eq!((said.code, said.objects.len()), (4, 1), "{said:?}");
    let unmatched = json!([
        {"line": 5, "why": "needs-hall"},
        {"line": 7, "why": "no-reader"},
        {"line": 8, "why": "unknown"},
    ]);
    assert_eq!(said.objects[0]["unmatched"], unmatched);
    let sent = said.objects[0]["sent"].as_array().unwrap();
    let counts: BTreeMap<_, _> =
        sent.iter().map(|one| (text(&one["organisation"]), one["rows"].clone())).collect();
    let expected = [("coteau", 1), ("plaine", 2), ("vallon", 2)];
    assert_eq!(counts, expected.map(|(landlord, rows)| (landlord.to_owned(), json!(rows))).into());

    let of = |landlord: &str| sent.iter().find(|one| one["organisation"] == landlord).unwrap();
    assert_eq!(of("plaine")["readers"], json!([AGENT, "bref"]));
    assert_eq!(of("vallon")["readers"], json!(["loin"]));
    let adresses = |landlord: &str, member: &str| -> Vec<_> {
        rows(&town, member, of(landlord)).iter().map(|row| text(&row["adresse"])).collect()
    };
    assert_eq!(adresses("plaine", "bref"), [lilas(1), lilas(1)]);
    assert_eq!(adresses("vallon", "loin"), ["2, R. DES LILAS, 93200 CLAIRVAL".to_owned(), lilas(3)]);
    assert_eq!(adresses("coteau", "coteau-1"), [lilas(4)]);
    // Nobody else can open it, and nobody else sees that it is there.
    for (landlord, _) in LANDLORDS {
        let id = text(&of(landlord)["id"]);
        for (other, member) in LANDLORDS.iter().filter(|(other, _)| *other != landlord) {
            assert_ne!(town.pli(member, &["open", &id]).code, 0, "{other} opens what is {landlord}'s");
        }
    }
    let opened = town.one("bref", &["open", of("plaine")["id"].as_str().unwrap()]);
    assert_eq!(opened["subject"], "Résultats de patrouille du 24/11/2026 au 26/11/2026");

    // What is wrong anywhere sends nothing anywhere.
    let before = town.pli("preft", &["sent"]).objects.len();
    let no = |name: &str, bytes: &[u8], code: i32, expected: &str| {
        let file = town.path(name);
        std::fs::write(&file, bytes).unwrap();
        let send = ["patrol", "send", "--group", &group, &file, "--buildings", &buildings];
        town.no("preft", &send, code, expected);
    };
    let row =
        |cells: &str| format!("date;adresse;constat\n24/11/2026;{};RAS\n24/11/2026;{cells}\n", lilas(1));
    no("nom.csv", row(&format!("{};MARVILLE Théo vu dans le hall", lilas(2))).as_bytes(), 2, "form-faults");
    no("jour.csv", row(&format!("{};RAS\n32/11/2026;{};", lilas(2), lilas(4))).as_bytes(), 2, "form-faults");
    no("guillemet.csv", row(&format!("{};\"RAS", lilas(2))).as_bytes(), 2, "table-quote");
    no("titre.csv", row("").replace("constat", "nom").as_bytes(), 2, "table-headings");
    no("texte.pdf", b"%PDF-1.7\0\0\0\0\x01\x02\x03\x04", 2, "table-kind");
    no("formule.xlsx", &workbook("<f>1+1</f><v>2</v>"), 2, "table-formula");
    let told = town.failing("preft", &["patrol", "send", "--group", &group, &town.path("nom.csv"), "--yes"]);
    assert!(told.contains("Ligne 3, « Constat matériel » :") && !told.contains("MARVILLE"), "{told}");
    assert_eq!(town.pli("preft", &["sent"]).objects.len(), before);

    // A workbook, as the same program reads it apart.
    let file = town.path("resultats.xlsx");
    std::fs::write(&file, workbook("<v>2</v>")).unwrap();
    let said = town.one("preft", &["patrol", "send", "--group", &group, &file]);
    let sent = &said["sent"][0];
    assert_eq!((&sent["organisation"], &said["unmatched"]), (&json!("vallon"), &json!([])));
    let rows = rows(&town, "loin", sent);
    let found = &rows[0];
    assert_eq!((&found["date"], &found["controles"]), (&json!("2026-11-24"), &json!(2)));

    // A script that sends the same again has to say so; a person is told.
    town.no("preft", &["patrol", "send", "--group", &group, &file, "--yes"], 2, "again-refused");

    // What a person is asked and told.
    let told = town.told("preft", &["patrol", "send", "--group", &group, &file, "--yes"]);
    assert!(told.contains("vallon : une ligne, lue par Inès Roche"), "{told}");
    assert!(told.contains("Déjà parti le"), "{told}");
}

/// One row of results whose number of controls is this.
fn workbook(controls: &str) -> Vec<u8> {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let sheet = format!(
        "<worksheet><sheetData><row>{}{}{}</row><row><c s=\"1\"><v>46350</v></c>{}<c>{controls}</c></row></sheetData></worksheet>",
        cell("Date"),
        cell("Adresse"),
        cell("controles"),
        cell(&lilas(2))
    );
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets><sheet name="F" sheetId="1" r:id="a"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>"#,
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/s.xml", &sheet),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn ten_thousand_rows_are_split_and_each_landlord_reads_its_own() {
    const ROWS: usize = 10_000;
    let (town, group) = town();
    let mut buildings = "adresse;batiment;hall;bailleur\n".to_owned();
    for number in 0..600 {
        let _ = writeln!(buildings, "{};;;{}", lilas(number + 1), LANDLORDS[number % 3].0);
    }
    let buildings = town.file("immeubles.csv", &buildings);
    let mut table = "date,heure,adresse,passage,controles,constat,ref\n".to_owned();
    for row in 0..ROWS {
        let address = lilas(row * 7 % 600 + 1);
        let _ = writeln!(
            table,
            "2026-11-{:02},22:05,\"{address}\",oui,{},porte du hall dégradée,{row}",
            row % 28 + 1,
            row % 9
        );
    }
    let file = town.file("resultats.csv", &table);
    let began = Instant::now();
    let said = town.one("preft", &["patrol", "send", "--group", &group, &file, "--buildings", &buildings]);
    eprintln!(
        "{ROWS} rows, {} letters: {:.1} s",
        said["sent"].as_array().unwrap().len(),
        began.elapsed().as_secs_f64()
    );
    assert_eq!(said["unmatched"], json!([]));
    let mut read = 0;
    for (landlord, member) in LANDLORDS {
        for sent in said["sent"].as_array().unwrap().iter().filter(|one| one["organisation"] == landlord) {
            for row in rows(&town, member, sent) {
                let number: usize = text(&row["adresse"]).split(' ').next().unwrap().parse().unwrap();
                assert_eq!(LANDLORDS[(number - 1) % 3].0, landlord, "{row}");
                read += 1;
            }
        }
    }
    assert_eq!(read, ROWS, "no row is lost, and none comes twice");
}
