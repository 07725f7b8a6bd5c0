//! Results of patrols, the table of buildings, and what is late, as members meet them on the page.
//!
//! Each test has a town of its own, with the landlords that the demo's world has not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::page::Page;
use crate::served::Answer;
use crate::town::Town;
use pli_client::deadlines::{Inside, note_received, note_sent};
use pli_client::inbox::{self, List};
use serde_json::Value;
use shared::message::Thread;
use shared::time::DAY_SECONDS;

const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");
const AGENT: &str = "agent-3f2a";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The value of a hidden field.
fn hidden(answer: &Answer, name: &str) -> String {
    let begins = format!("name=\"{name}\" value=\"");
    let rest = answer.body.split(&begins).nth(1).unwrap_or_else(|| panic!("{name}: {}", answer.body));
    rest.split('"').next().unwrap().to_owned()
}

fn check(answer: &Answer, status: u16, said: &[&str], unsaid: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    // What is quoted stands otherwise in the source of a page, and a sign keeps to its word.
    let body = answer.body.replace("&quot;", "\"").replace("&amp;", "&").replace(['\u{a0}', '\u{202f}'], " ");
    for words in said {
        assert!(body.contains(words), "{words} is not there: {body}");
    }
    for words in unsaid {
        assert!(!body.contains(words), "{words} is there: {body}");
    }
    assert!(!body.contains(" style=") && !body.contains("<script>"), "{body}");
    assert!(body.len() < 100_000, "{} bytes", body.len());
}

/// A head is read in small letters.
fn check_led(answer: &Answer, path: &str) {
    let place = format!("location: {}\r\n", path.to_ascii_lowercase());
    assert!(answer.status == 303 && answer.head.contains(&place), "{path}: {}", answer.head);
}

fn lilas(number: usize) -> String {
    format!("{number} rue des Lilas, 93200 Clairval")
}

/// A landlord's list of occupied halls; gives its letter.
fn halls(town: &Town, group: &str, writer: &str, number: usize) -> String {
    let file = town.file(&format!("halls-{writer}.csv"), &format!("adresse;hall\n{};\n", lilas(number)));
    let list =
        town.one(writer, &["send", "--group", group, "--flow", "F10a", "--to", "preft", "--form", &file]);
    text(&list["id"])
}

/// What a member reads in the one letter of results that waits for them: each row's address.
fn read(town: &Town, member: &str) -> Vec<String> {
    let inbox = town.pli(member, &["inbox"]).objects;
    let results: Vec<_> = inbox.iter().filter(|letter| letter["flow"] == "F10b").collect();
    assert_eq!(results.len(), 1, "{member}: {inbox:?}");
    let opened = town.one(member, &["open", results[0]["id"].as_str().unwrap()]);
    opened["form"]["rows"].as_array().unwrap().iter().map(|row| text(&row["adresse"])).collect()
}

#[test]
fn a_table_of_results_is_dropped_once_and_each_landlord_reads_its_own_rows() {
    let third = ["coteau-1", "BREF", "coteau", "Malik", "Fontaine", "Clairval"];
    let mut town = Town::with(&[third], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "loin", "coteau-1", "csp"]);
    let officer = Page::of_member(&town, "preft");

    // The tile leads to a page of its own, and the one group is chosen by itself.
    let path = format!("/patrouilles/{group}/F10b");
    check(&officer.get("/ecrire"), 200, &[&format!("href=\"{path}\"")], &["/F10b?", "ecrire/F10b"]);
    check_led(&officer.get("/patrouilles"), &path);
    check(&officer.get(&path), 200, &["ne sait pas encore à qui sont les immeubles"], &["name=\"liste\""]);

    town.listed(&group, ("plaine", "bref"), &format!("{};\n{};A\n", lilas(1), lilas(3)));
    town.listed(&group, ("vallon", "loin"), &format!("{};\n{};B\n", lilas(2), lilas(3)));
    let list = halls(&town, &group, "bref", 1);
    let asked = officer.get(&path);
    let ticked = format!("value=\"{list}\" checked");
    check(&asked, 200, &["Listes de halls", &ticked, "modele.csv"], &["ne sait pas encore"]);
    check(&officer.get(&format!("{path}/modele.csv")), 200, &["Date;Heure;Adresse;Hall"], &[]);

    // What is wrong is said by line and column, and nothing goes.
    let wrong = format!("Date;Adresse;Constat matériel\n32/11/2026;{};RAS\n", lilas(1));
    let refused = officer.upload(&path, &[("liste", &list)], Some(("tableau", "r.csv", &wrong)));
    check(&refused, 422, &["Un point est à corriger", "Rien n'est parti", ">2<", ">Date<", &ticked], &[]);

    let table = format!(
        "Date;Heure;Adresse;Hall;Passage;Personnes contrôlées (nombre);Constat matériel\n\
         24/11/2026;22h;{};;oui;3;porte du hall dégradée\n\
         24/11/2026;22h15;{};;non;;éclairage en panne\n\
         25/11/2026;21h;{};Hall B;oui;0;RAS\n\
         25/11/2026;21h;{};;oui;1;RAS\n",
        lilas(1),
        lilas(2),
        lilas(3),
        lilas(9)
    );
    let preview = officer.upload(&path, &[("liste", &list)], Some(("tableau", "../r.csv", &table)));
    let said = [
        "une ligne, lue par",
        "2 lignes, lues par Inès Roche",
        "Répond à la liste de halls de ce bailleur",
        "Une ligne ne part pas",
        "adresse inconnue des listes : ligne 5",
        "éclairage en panne",
        "3 lignes partiront en 2 plis, lisibles par",
        "chaque ouverture figurera au journal",
        ">Envoyer<",
    ];
    check(&preview, 200, &said, &["coteau"]);
    assert!(town.pli("preft", &["sent"]).objects.is_empty(), "nothing has left");

    let folder = hidden(&preview, "tableau");
    let yes = [("liste", list.as_str()), ("tableau", folder.as_str()), ("oui", "1")];
    let sent = officer.upload(&path, &yes, None);
    check(&sent, 200, &["2 plis sont déposés", "Inès Roche", "Une ligne ne part pas"], &[">Envoyer<"]);
    assert_eq!(read(&town, "bref"), [lilas(1)]);
    assert_eq!(read(&town, "loin"), [lilas(2), lilas(3)]);
    assert!(town.pli("coteau-1", &["inbox"]).objects.is_empty());
    let threads = town.pli("preft", &["deadlines", "--all"]).objects;
    assert!(threads.iter().any(|one| one["flow"] == "F10b" && one["state"] == "done"), "{threads:?}");

    // The form that comes twice sends nothing twice, nor does the same table; what is new goes.
    check(&officer.upload(&path, &yes, None), 422, &["Le tableau n'est plus là"], &[]);
    let again = officer.upload(&path, &[], Some(("tableau", "r.csv", &table)));
    check(&again, 200, &["Tout ce qui pouvait partir est déjà parti"], &[">Envoyer<"]);
    let corrected = table.replace(&format!("{};;oui;1", lilas(9)), &format!("{};A;oui;1", lilas(3)));
    let preview = officer.upload(&path, &[], Some(("tableau", "r.csv", &corrected)));
    check(&preview, 200, &["2 lignes partiront en un pli", "Déjà parti avec les mêmes lignes"], &[]);
    officer.upload(&path, &[("tableau", &hidden(&preview, "tableau")), ("oui", "1")], None);
    assert_eq!(town.pli("preft", &["sent"]).objects.len(), 3);
    officer.end();
    town.stop();
}

const HEADINGS: &str = "Adresse;Bâtiment;Hall;Nombre de logements;Zone;Problématique;Niveau de difficulté, de 1 à 5;Tendance;Observé le;Position";

#[test]
fn the_table_of_buildings_goes_from_a_landlord_to_the_police_by_pages_alone() {
    let people = [
        ["aorif", "AORIF", "aorif", "Maud", "Perrin", "Clairval"],
        ["em", "EM", "police", "Yann", "Collet", "Clairval"],
        ["prep", "PREP", "parquet", "Nadia", "Ferrand", "Clairval"],
    ];
    let mut town = Town::with(&people, NOMENCLATURE);
    let group = town.department(&["aorif", "bref", "loin", "em", "prep", "csp"]);
    let [landlord, merger, secretary, reader] =
        ["bref", "aorif", "sec", "csp"].map(|member| Page::of_member(&town, member));

    // Before anything came, each is told what to do.
    check(&landlord.get("/patrimoine"), 200, &["href=\"/patrimoine/deposer\"", "à l'AORIF"], &["<svg"]);
    check(&merger.get("/patrimoine"), 200, &["href=\"/patrimoine/envoyer\"", "À traiter"], &["<svg"]);
    check(&reader.get("/patrimoine"), 200, &["Le tableau arrive par un pli"], &["/patrimoine/envoyer"]);
    check(&landlord.get("/patrimoine/modele.csv"), 200, &[HEADINGS], &[]);

    // A landlord drops its lines: what is wrong first, then what is right, for two quarters.
    let path = format!("/patrimoine/deposer/{group}");
    check_led(&landlord.get("/patrimoine/deposer"), &path);
    check(
        &landlord.get(&path),
        200,
        &["Valeurs acceptées", "Trafic de stupéfiants", "un nombre de 1 à 5"],
        &[],
    );
    let row = |level: u8, trend: &str| {
        format!("{HEADINGS}\n{};;1;40;qpv;trafic;{level};{trend};2020-09-01;48.941200,2.352100\n", lilas(1))
    };
    let wrong = landlord.upload(&path, &[], Some(("tableau", "l.csv", &row(6, "stable"))));
    check(&wrong, 422, &["Un point est à corriger", "Niveau de difficulté"], &[]);
    for (quarter, level) in [("2026-T2", 3), ("2026-T3", 4)] {
        let table = row(level, "hausse");
        let fields = [("trimestre", quarter)];
        let asked = landlord.upload(&path, &fields, Some(("tableau", "lignes.csv", &table)));
        let line = format!("Une ligne pour le trimestre {quarter}");
        check(&asked, 200, &[&line, "Maud Perrin", ">Envoyer<", "rue des Lilas"], &["Déjà parti"]);
        let folder = hidden(&asked, "tableau");
        let yes = [("trimestre", quarter), ("tableau", folder.as_str()), ("oui", "1")];
        check(&landlord.upload(&path, &yes, None), 200, &["Pli déposé"], &[]);
    }
    // The same once more is not sent by a form that came twice.
    let again =
        landlord.upload(&path, &[("trimestre", "2026-T3")], Some(("tableau", "l.csv", &row(4, "hausse"))));
    check(&again, 200, &["Déjà parti le", "Envoyer de nouveau"], &[">Envoyer<"]);

    // It is merged: one landlord is late, and what was not opened is named.
    let path = format!("/patrimoine/envoyer/{group}");
    let unopened = merger.get(&format!("{path}?trimestre=2026-T3"));
    check(&unopened, 200, &["2 envois ne sont pas encore ouverts", "href=\"/plis/"], &["name=\"partiel\""]);
    for letter in town.pli("aorif", &["inbox"]).objects {
        town.one("aorif", &["open", letter["id"].as_str().unwrap()]);
    }
    for quarter in ["2026-T2", "2026-T3"] {
        let merged = merger.get(&format!("{path}?trimestre={quarter}"));
        check(&merged, 200, &["bailleurs reçus : 1 sur 2", "vallon", "en retard"], &["pas encore ouverts"]);
        let asked = merger.upload(&path, &[("trimestre", quarter)], None);
        check(&asked, 200, &["Paul Giraud", ">Envoyer<"], &[]);
        check(
            &merger.upload(&path, &[("trimestre", quarter), ("oui", "1")], None),
            200,
            &["Pli déposé"],
            &[],
        );
    }
    let twice = merger.upload(&path, &[("trimestre", "2026-T3"), ("oui", "1")], None);
    check(&twice, 200, &["Déjà parti le", "Envoyer de nouveau"], &["Pli déposé"]);

    // It is sent on to the closed list, which looks at it.
    for (from, to) in [("aorif", "sec"), ("sec", "csp")] {
        if from == "sec" {
            for quarter in ["2026-T2", "2026-T3"] {
                let shown = secretary.get(&format!("{path}?trimestre={quarter}"));
                check(&shown, 200, &["Voir ce tableau", "rue des Lilas"], &[]);
                let yes = [("trimestre", quarter), ("oui", "1")];
                check(&secretary.upload(&path, &yes, None), 200, &["Pli déposé"], &[]);
            }
        }
        for letter in town.pli(to, &["inbox"]).objects {
            town.one(to, &["open", letter["id"].as_str().unwrap()]);
        }
    }
    town.stop();
    let ranking = reader.get("/patrimoine");
    check(&ranking, 200, &["Tableau du patrimoine 2026-T3", "role=\"img\"", "<table", "en hausse"], &[]);
    check(&reader.get("/patrimoine?trimestre=2026-T2"), 200, &["Tableau du patrimoine 2026-T2"], &[]);
    let evolution = reader.get("/patrimoine/evolution");
    check(&evolution, 200, &["Ce qui a changé depuis 2026-T2", "en hausse", "rue des Lilas"], &[]);
    assert_eq!(evolution.body.matches("role=\"img\"").count(), 2);
    check(&reader.get("/patrimoine/carte"), 200, &["role=\"img\"", "48.941200,2.352100"], &[]);
    // Whose function has nothing to do with it is told so.
    check(&reader.get(&path), 403, &[], &["<svg"]);
    for page in [landlord, merger, secretary, reader] {
        page.end();
    }
}

#[test]
fn what_is_late_is_on_one_page_with_where_it_is_done() {
    let mut town = Town::with(&[], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "csp"]);
    let officer = Page::of_member(&town, "preft");
    check(&officer.get("/en-retard"), 200, &["Rien n'est en retard", "href=\"/echeances\""], &["<table"]);

    // A list that came eight days ago, and questions of which the day is over.
    let list = halls(&town, &group, "bref", 1);
    let mut session = town.session("preft");
    let letters = town.wait(inbox::list(&mut session, List::Mailbox, None)).unwrap();
    let mut core = letters.into_iter().next().unwrap().header.core;
    core.created.0 -= 8 * DAY_SECONDS;
    note_received(&session, &core, Inside::default()).unwrap();
    let thread =
        Thread { action: Some("reponse".to_owned()), by: Some("2026-01-15".to_owned()), ..Thread::default() };
    let inside = Inside { fields: &[], thread: Some(&thread) };
    core.flow = "F05a".parse().unwrap();
    core.id.0[0] ^= 1;
    note_received(&session, &core, inside).unwrap();
    core.id.0[0] ^= 2;
    note_sent(&session, &core, inside).unwrap();
    session.close();

    let answer = format!("href=\"/ecrire?reponse={}\"", &list[..16]);
    let said =
        ["À envoyer", "Résultats des patrouilles", &answer, "Réponses que vous attendez", "depuis un jour"];
    let late = officer.get("/en-retard");
    check(&late, 200, &said, &["Rien n'est en retard"]);
    assert!(late.body.contains("href=\"/envoyes/"), "{}", late.body);
    let objects = town.pli("preft", &["deadlines", "--late"]).objects;
    assert!(!objects.is_empty() && objects.iter().all(|one| one["state"] == "late"), "{objects:?}");
    // Without the relay, what this device knows is still there.
    town.stop();
    check(&officer.get("/en-retard"), 200, &["Le relais ne répond pas", "Résultats des patrouilles"], &[]);
    officer.end();
}
