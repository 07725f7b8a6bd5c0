//! A new version of the nomenclature, from a text to letters: a flow is added without another program, a draft of before
//! is asked again, and what was sent before is read by the version it was written under.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use serde_json::{Value, json};

const AGENT: &str = "agent-3f2a";
const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// A flow that no program knows.
const FLOW: &str = r#"
[flows.F10z]
article = "10"
title = "Panne d'ascenseur"
purpose = "Lu par la police, pour ses patrouilles."
from = ["BREF"]
to = ["CSP", "PREFT"]
groups = ["bilateral"]
class = "N0"
retention = "RA"
retention_days = 30
retention_days_max = 30
action = "information"
fields = [
  { name = "adresse", label = "Adresse", type = "address", required = true },
  { name = "etages", label = "Étages sans ascenseur", type = "number", required = true, max = 60 },
]
"#;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The next text: a flow more; and of the list of halls, a column more before the others, and one with another name.
fn next() -> String {
    let (before, of) = NOMENCLATURE.split_once("[flows.F10a]").unwrap();
    let (hall, number) = ("  { name = \"hall\"", "{ name = \"nombre\", label = \"Nombre estimé\"");
    let floor = "  { name = \"etage\", label = \"Étage\", type = \"line\", max = 40 },\n";
    assert!(of.contains(hall) && of.contains(number));
    let of = of.replacen(hall, &format!("{floor}{hall}"), 1);
    let of = of.replacen(number, "{ name = \"effectif\", label = \"Effectif estimé\"", 1);
    format!("{before}[flows.F10a]{of}{FLOW}")
}

/// A list of one hall, with these cells beside its address.
fn halls(town: &Town, name: &str, cells: &str) -> String {
    town.file(name, &format!("[[rows]]\nadresse = \"1 rue des Lilas, 93200 Clairval\"\n{cells}\n"))
}

#[test]
fn a_flow_is_added_by_its_text_alone_and_what_was_before_is_not_misread() {
    let mut town = Town::with(&[], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "csp"]);
    let send = |more: &[&str]| {
        let letter = [&["send", "--group", &group], more].concat();
        town.pli("bref", &letter)
    };
    let added = ["--flow", "F10z", "--to", "csp"];
    let fields = ["--field", "adresse=1 rue des Lilas, 93200 Clairval", "--field", "etages=12"];
    let added = [&added[..], &fields].concat();
    assert_eq!(send(&added).code, 3, "not yet");

    // Before: a letter that one has opened and one has not, and two drafts.
    let list = halls(&town, "halls.toml", "hall = \"A\"\nnombre = 12");
    let sent = send(&["--flow", "F10a", "--to", "csp", "preft", "--form", &list]);
    let letter = text(&sent.objects[0]["id"]);
    let before = town.one("preft", &["open", &letter])["form"].clone();
    assert_eq!((&before["rows"][0]["hall"], &before["rows"][0]["nombre"]), (&json!("A"), &json!(12)));
    let draft = |file: &str| text(&town.one("bref", &["form", "new", "F10a", "--from", file])["id"]);
    let changed = draft(&list);
    let unchanged = draft(&halls(&town, "simple.toml", "hall = \"B\"\ncreneaux = \"de 20 h à 2 h\""));

    // The text is checked, drafted by the authority, signed by the parquet, and published.
    let file = town.file("nomenclature.toml", &next());
    let flows = |file: &str| town.one("secretariat", &["flow", "check", file])["flows"].as_u64().unwrap();
    let old = town.file("avant.toml", NOMENCLATURE);
    assert_eq!(flows(&file), flows(&old) + 1);
    let wrong = town.file("faux.toml", &next().replace("\"BREF\"]\nto = [\"CSP\", \"PREFT\"]\ngroups = [\"bilateral\"]\nclass = \"N0\"\nretention = \"RA\"\nretention_days = 30\n", "\"XX\"]\n"));
    town.no("secretariat", &["flow", "check", &wrong], 2, "flow-invalid");
    let (authority, parquet) = town.roots();
    let (relay, out) = (town.address().to_string(), town.path("projet"));
    let contact = ["--dir", &authority, "--relay", &relay];
    let flow = |command: &'static str, more: &[&str]| {
        town.pli("secretariat", &[&["flow", command], &contact[..], more].concat())
    };
    let drafted = flow("draft", &["--file", &file, "--out", &out]);
    assert_eq!(drafted.objects[0]["version"], json!(2), "{drafted:?}");
    assert_eq!(flow("publish", &["--file", &out]).code, 3, "not without the parquet");
    assert_eq!(send(&added).code, 3, "still not");
    let shown = town.told("magistrate", &["parquet", "sign", "--dir", &parquet, &out, "--yes"]);
    assert!(shown.contains("+ [flows.F10z]") && shown.contains("effectif"), "{shown}");
    let published = flow("publish", &["--file", &out]);
    assert_eq!((published.code, &published.objects[0]["version"]), (0, &json!(2)), "{published:?}");

    // The same programs send it and open it.
    let sent = send(&added);
    assert_eq!(sent.code, 0, "{sent:?}");
    let opened = town.one("csp", &["open", &text(&sent.objects[0]["id"])]);
    assert_eq!(
        (&opened["subject"], &opened["form"]["fields"]["etages"]),
        (&json!("Panne d'ascenseur"), &json!(12))
    );
    assert!(town.read("bref", &["flow", "show", "F10z"]).contains("Étages sans ascenseur"));

    // A draft of before: what changed is named, and nothing is left out nor put into another column.
    let count = town.pli("bref", &["sent"]).objects.len();
    let said = send(&["--flow", "F10a", "--to", "csp", "--form", &changed]);
    let faults = &said.objects[0]["error"]["faults"];
    assert_eq!((said.code, faults.as_array().map(Vec::len)), (2, Some(1)), "{said:?}");
    assert_eq!(
        (&faults[0]["line"], &faults[0]["field"], &faults[0]["code"]),
        (&json!(1), &json!("nombre"), &json!("unknown"))
    );
    town.no("bref", &["form", "show", &changed], 2, "form-faults");
    assert_eq!(town.pli("bref", &["sent"]).objects.len(), count, "nothing was sent");
    assert_eq!(
        town.one("bref", &["form", "list"])["drafts"].as_array().unwrap().len(),
        2,
        "it is still there"
    );
    let sent = send(&["--flow", "F10a", "--to", "csp", "--form", &unchanged]);
    let row = &town.one("csp", &["open", &text(&sent.objects[0]["id"])])["form"]["rows"][0];
    assert_eq!(
        (&row["hall"], &row["creneaux"], row.get("etage")),
        (&json!("B"), &json!("de 20 h à 2 h"), None)
    );

    // The letter of before is read as it was written: from the relay, and from the working copy.
    for member in ["csp", "preft"] {
        assert_eq!(town.one(member, &["open", &letter])["form"], before, "{member}");
        assert!(town.read(member, &["open", &letter]).contains("Nombre estimé"), "{member}");
    }
    town.stop();
    assert_eq!(town.one("preft", &["open", &letter])["form"], before, "and without the relay");
}
