//! The landlord of the building: what the police write about an address goes, of the landlords, to the one whose building
//! the lists on their device say it is.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use serde_json::json;

const AGENT: &str = "agent-3f2a";
const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

fn lilas(number: usize) -> String {
    format!("{number} rue des Lilas, 93200 Clairval")
}

/// A landlord's list of the year, which the police open.
fn listed(town: &Town, group: &str, (landlord, writer): (&str, &str), number: usize) {
    let file = town.file(&format!("{landlord}.csv"), &format!("adresse;hall\n{};\n", lilas(number)));
    let bailleur = format!("bailleur={landlord}");
    let fields = ["annee=2026", &bailleur, "beneficiaire=nationale", "fondement=devoir", "parties=Halls"];
    let more = ["signataire=Direction", "validite=31/12/2026"];
    let letter =
        ["send", "--group", group, "--flow", "F06a", "--to", "preft", "--expires", "60d", "--form", &file];
    let mut arguments = letter.to_vec();
    fields.iter().chain(&more).for_each(|field| arguments.extend(["--field", field]));
    let sent = town.one(writer, &arguments);
    town.one("preft", &["open", sent["id"].as_str().unwrap()]);
}

#[test]
fn what_is_about_a_building_goes_to_its_landlord() {
    let mut town = Town::with(&[], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "loin", "csp"]);
    let results = town.file(
        "resultats.csv",
        &format!("date;adresse;constat\n24/11/2026;{};RAS\n24/11/2026;{};RAS\n", lilas(2), lilas(1)),
    );
    let letter = |to: &[&'static str]| {
        let letter = ["send", "--group", &group, "--flow", "F10b", "--form", &results, "--to"];
        [&letter[..], to].concat()
    };
    // Nobody knows whose they are: whoever writes is told so, and decides.
    let told = town.told("preft", &letter(&["loin"]));
    assert!(told.contains("2 adresses de ce pli ne sont pas dans les listes"), "{told}");

    listed(&town, &group, ("plaine", "bref"), 1);
    let said = town.pli("preft", &letter(&["loin"]));
    let faults = &said.objects[0]["error"]["faults"];
    assert_eq!((said.code, faults.as_array().map(Vec::len)), (2, Some(1)), "{said:?}");
    let fault = (&faults[0]["line"], &faults[0]["field"], &faults[0]["code"]);
    assert_eq!(fault, (&json!(3), &json!("adresse"), &json!("landlord")));
    let told = town.failing("preft", &letter(&["loin"]));
    assert!(
        told.contains("Ligne 3, « Adresse » : son immeuble est") && told.contains("d'un autre bailleur"),
        "{told}"
    );
    let told = town.told("preft", &letter(&["bref"]));
    assert!(told.contains("Une adresse de ce pli n'est pas dans les listes"), "{told}");

    // Known as the one's and the other's, it is sent to both, and to neither alone.
    listed(&town, &group, ("vallon", "loin"), 2);
    for (to, line) in [("bref", 2), ("loin", 3)] {
        let said = town.pli("preft", &letter(&[to]));
        assert_eq!(
            (said.code, &said.objects[0]["error"]["faults"][0]["line"]),
            (2, &json!(line)),
            "{said:?}"
        );
    }
    let told = town.told("preft", &letter(&["bref", "loin"]));
    assert!(!told.contains("listes reçues"), "{told}");

    // An address in a field is one as well; and a landlord writes about its own buildings to whom it likes.
    let requisition = ["send", "--group", &group, "--flow", "F15d", "--to", "loin"];
    let adresse = format!("adresse={}", lilas(1));
    let day = crate::town::around().0;
    let (recorded, erased) = (format!("enregistrement={day}"), format!("effacement={day}"));
    let fields = [
        "requisition=2026/118",
        "opj=Brigadier",
        &adresse,
        "camera=Hall",
        &recorded,
        "debut=22:00",
        "fin=23:00",
        &erased,
    ];
    let mut arguments = requisition.to_vec();
    fields.iter().for_each(|field| arguments.extend(["--field", field]));
    let said = town.pli("preft", &arguments);
    let fault = &said.objects[0]["error"]["faults"][0];
    assert_eq!(
        (&fault["line"], &fault["field"], &fault["code"]),
        (&json!(null), &json!("adresse"), &json!("landlord"))
    );
    arguments[6] = "bref";
    town.one("preft", &arguments);
    let halls = town.file("halls.csv", &format!("adresse;hall\n{};A\n", lilas(1)));
    town.one("bref", &["send", "--group", &group, "--flow", "F10a", "--to", "csp", "--form", &halls]);
    town.stop();
}
