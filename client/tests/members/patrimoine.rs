//! The shared table of art. 4, from three landlords to its closed list, over two quarters.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_server::system_clock;
use serde_json::{Value, json};

const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// Handle, role, organisation, first and last name (invented), commune.
const PEOPLE: [[&str; 6]; 4] = [
    ["aorif", "AORIF", "aorif", "Maud", "Perrin", "Clairval"],
    ["em", "EM", "police", "Yann", "Collet", "Clairval"],
    ["prep", "PREP", "parquet", "Nadia", "Ferrand", "Clairval"],
    ["rives", "BREF", "rives", "Luc", "Bonnet", "Clairval"],
];

const HEADINGS: &str = "Adresse;Bâtiment;Hall;Nombre de logements;Zone;Problématique;Niveau de difficulté, de 1 à 5;Tendance;Observé le;Position";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A landlord sends lines of a quarter; gives the letter's id.
fn import(town: &Town, member: &str, group: &str, quarter: &str, lines: &[&str]) -> String {
    let file = town.file(&format!("{member}-{quarter}.csv"), &[&[HEADINGS], lines].concat().join("\n"));
    let sent = town.one(member, &["patrimoine", "import", &file, "--group", group, "--quarter", quarter]);
    assert_eq!(readers(&sent), ["aorif"]);
    text(&sent["id"])
}

fn readers(sent: &Value) -> Vec<String> {
    sent["readers"].as_array().unwrap().iter().map(|reader| text(&reader["member"])).collect()
}

fn streets(lines: &Value) -> Vec<String> {
    lines.as_array().unwrap().iter().map(|line| text(&line["address"]["street"])).collect()
}

fn numbers(versions: &Value) -> Vec<String> {
    versions.as_array().unwrap().iter().map(|version| text(&version["id"])).collect()
}

#[test]
fn the_table_goes_from_three_landlords_to_its_closed_list() {
    let mut town = Town::with(&PEOPLE, NOMENCLATURE);
    let group = town.department(&["aorif", "bref", "loin", "rives", "em", "prep", "csp"]);

    // The template has the headings of the columns, and what they ask for is checked before anything is sent.
    let template = town.path("modele.csv");
    let written = town.one("bref", &["patrimoine", "import", "--template", &template]);
    assert_eq!(written["columns"][0]["label"], "Adresse");
    assert_eq!(std::fs::read_to_string(&template).unwrap(), format!("\u{feff}{HEADINGS}\n"));
    let bad = town.file("faux.csv", &format!("{HEADINGS}\n1 rue Haute;;;;;trafic;6;stable;2020-09-01;"));
    let refused = town.pli("bref", &["patrimoine", "import", &bad, "--group", &group]);
    let row = "1 rue Haute, 93210 Clairval;;;;;trafic;2;stable;2199-09-01;";
    let to_come = town.file("demain.csv", &format!("{HEADINGS}\n{row}"));
    town.no("bref", &["patrimoine", "import", &to_come, "--group", &group], 2, "form-faults");
    assert_eq!((refused.code, refused.objects[0]["error"]["faults"].as_array().unwrap().len()), (2, 2));
    town.no("aorif", &["patrimoine", "show"], 2, "patrimoine-none");

    // The third quarter: everybody sends, and it reaches exactly who stands on the list.
    let haute = "1 rue Haute, 93210 Clairval;;1;40;qpv;trafic;3;stable;2020-09-01;48.941200,2.352100";
    let lilas = "4 rue des Lilas, 93210 Clairval;B;<b>2;20;aucune;Occupation de parties communes;5;En hausse;1/9/2026;48.938900,2.360100";
    let gare =
        "9 avenue de la Gare, 93220 Montreval;;;80;;degradation;2;baisse;2020-09-03;48.929200,2.381100";
    let quai = "2 quai Neuf, 93230 Rives;;;12;;intrusion;1;stable;2020-09-03;";
    let letters = [
        import(&town, "bref", &group, "2026-T3", &[haute, lilas]),
        import(&town, "loin", &group, "2026-T3", &[gare]),
        import(&town, "rives", &group, "2026-T3", &[quai]),
    ];
    for letter in &letters {
        town.one("aorif", &["open", letter]);
    }
    let merged = town.one("aorif", &["patrimoine", "merge", "--quarter", "2026-T3"]);
    assert_eq!((&merged["expected"], &merged["received"]), (&json!(3), &json!(3)));
    let in_order = ["4 rue des Lilas", "1 rue Haute", "9 avenue de la Gare", "2 quai Neuf"];
    assert_eq!(streets(&merged["lines"]), in_order);
    let first = &merged["lines"][0];
    assert_eq!(first["place"], "4 rue des Lilas, Clairval, bât. B, hall <b>2");
    assert_eq!(first["problem_title"], "Occupation de parties communes");
    let send = |member: &str, quarter: &str| {
        town.one(member, &["patrimoine", "send", "--quarter", quarter, "--group", &group])
    };
    let table = send("aorif", "2026-T3");
    assert_eq!(readers(&table), ["sec"]);
    town.no(
        "sec",
        &["patrimoine", "send", "--quarter", "2026-T3", "--group", &group],
        2,
        "patrimoine-open-first",
    );
    town.one("sec", &["open", &text(&table["id"])]);
    let transmitted = send("sec", "2026-T3");
    assert_eq!(readers(&transmitted), ["csp", "em", "prep"]);
    town.one("csp", &["open", &text(&transmitted["id"])]);
    // Landlords are no readers of the table, and send nothing on.
    town.no("bref", &["open", &text(&table["id"])], 3, "not-found");
    town.no("bref", &["patrimoine", "send", "--group", &group], 3, "sender-role");

    // The fourth: one landlord sends twice, one says a building of another's, one is late.
    let haute = "1 rue Haute, 93210 Clairval;;1;40;qpv;trafic;4;hausse;2020-12-01;48.941200,2.352100";
    let first = import(&town, "bref", &group, "2026-T4", &[haute, lilas]);
    a_second_passes();
    let twice = "1 RUE HAUTE, 93210 Clairval;;hall 1;40;qpv;trafic;2;hausse;2020-12-02;";
    let second = import(&town, "bref", &group, "2026-T4", &[haute, twice]);
    let other = import(
        &town,
        "loin",
        &group,
        "2026-T4",
        &[gare, "1 rue haute 93210 Clairval;;1;;;trafic;1;stable;2020-12-02;"],
    );
    let before = town.one("aorif", &["patrimoine", "merge", "--quarter", "2026-T4", "--group", &group]);
    assert_eq!(numbers(&before["unopened"]).len(), 3);
    town.no(
        "aorif",
        &["patrimoine", "send", "--quarter", "2026-T4", "--group", &group],
        2,
        "patrimoine-open-first",
    );
    for letter in [&first, &second, &other] {
        town.one("aorif", &["open", letter]);
    }
    let out = town.path("tableau.csv");
    let merged = town.one("aorif", &["patrimoine", "merge", "--quarter", "2026-T4", "--out", &out]);
    let mut counted = numbers(&merged["counted"]);
    let mut expected = vec![other, second];
    counted.sort();
    expected.sort();
    assert_eq!((counted, numbers(&merged["replaced"])), (expected, vec![first]));
    assert_eq!(streets(&merged["lines"]), ["1 rue Haute", "9 avenue de la Gare"]);
    assert_eq!(merged["duplicates"].as_array().unwrap().len(), 2);
    assert_eq!(
        (streets(&merged["gaps"]), streets(&merged["unsaid"])),
        (vec!["4 rue des Lilas".to_owned()], vec!["2 quai Neuf".to_owned()])
    );
    assert_eq!((&merged["late"], &merged["unopened"]), (&json!(["rives"]), &json!([])));
    let csv = std::fs::read_to_string(&out).unwrap();
    town.no("aorif", &["patrimoine", "merge", "--quarter", "2026-T4", "--out", &out], 2, "file-exists");
    assert!(
        csv.starts_with("\u{feff}Bailleur;Adresse;") && csv.contains("plaine;1 rue Haute, 93210 Clairval"),
        "{csv}"
    );
    let said = town.read("aorif", &["patrimoine", "merge", "--quarter", "2026-T4"]);
    for words in [
        "En retard : rives",
        "En double",
        "Manque depuis 2026-T3",
        "Remplacé par un envoi plus récent : plaine",
    ] {
        assert!(said.contains(words), "{said}");
    }
    // Sent twice, the second bears the next number; the newest goes on.
    let first = send("aorif", "2026-T4");
    let again = ["patrimoine", "send", "--quarter", "2026-T4", "--group", &group];
    town.no("aorif", &again, 2, "again-refused");
    let tables = [first, town.one("aorif", &[&again[..], &["--again"]].concat())];
    for table in &tables {
        town.one("sec", &["open", &text(&table["id"])]);
    }
    let shown = town.one("sec", &["patrimoine", "show"]);
    assert_eq!((&shown["quarter"], &shown["source"]["version"]), (&json!("2026-T4"), &json!(2)));
    assert_eq!(shown["source"]["id"], tables[1]["id"]);
    let transmitted = send("sec", "2026-T4");
    town.one("csp", &["open", &text(&transmitted["id"])]);

    // Whoever stands on the list shows and compares without the relay.
    town.stop();
    let (page, pictures) = (town.path("tableau.html"), town.path("images"));
    let shown =
        town.one("csp", &["patrimoine", "show", "--quarter", "2026-T3", "--html", &page, "--svg", &pictures]);
    assert_eq!(
        (streets(&shown["lines"]), &shown["source"]["version"]),
        (in_order.map(str::to_owned).to_vec(), &json!(1))
    );
    assert_eq!(shown["pictures"].as_array().unwrap().len(), 4);
    let html = std::fs::read_to_string(page).unwrap();
    assert!(html.contains("&lt;b&gt;2") && !html.contains("<b>2"), "what was typed is shown and not obeyed");
    let outside = html.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !outside.contains("://") && !outside.contains("<script") && !outside.contains("url("),
        "nothing from outside"
    );
    assert_eq!(html.matches("role=\"img\"").count(), 4);
    assert!(html.matches("<table").count() >= 4, "each picture has its table beside it");
    let map = std::fs::read_to_string(format!("{pictures}/carte.svg")).unwrap();
    assert!(map.starts_with("<svg xmlns=") && map.contains("Montreval"), "{map}");

    let diff = town.one("csp", &["patrimoine", "diff", "2026-T3", "2026-T4"]);
    let changes: Vec<_> = diff["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["address"]["street"]), text(&one["change"])))
        .collect();
    let expected = [("1 rue Haute", "up"), ("4 rue des Lilas", "gone"), ("2 quai Neuf", "unsaid")];
    assert_eq!(changes, expected.map(|(street, change)| (street.to_owned(), change.to_owned())));
    assert_eq!(diff["same"], json!(1));
    assert!(town.read("csp", &["patrimoine", "diff", "2026-T3", "2026-T4"]).contains("Monte de 3 à 4"));
    town.no("csp", &["patrimoine", "diff", "2025-T1", "2026-T4"], 2, "patrimoine-empty");
}

/// The newer of two versions is told by the second in which it was sealed.
fn a_second_passes() {
    let before = system_clock().now();
    while system_clock().now() == before {
        std::thread::yield_now();
    }
}
