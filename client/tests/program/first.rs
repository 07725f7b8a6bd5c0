//! The first start on the page: from an invitation to an open inbox, a further device, and what is said where it fails.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::page::{Page, passphrase};
use crate::served::{Answer, Served};
use crate::world::{World, interrupt, program, until};
use pli_client::authority::invitations::{Person, Wanted};
use pli_client::authority::{Half, Office, RootFolder};
use serde_json::Value;
use shared::ids::MemberId;
use shared::statement::Organisation;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

const FIRST: &str = "/premiere-ouverture";
const PHRASE: &str = "quatre mots bien choisis";

/// The authority, at work beside the pages.
fn authority(world: &World) -> Office {
    let roots = world.dir.join("roots");
    let passphrase = fs::read_to_string(roots.join("authority.passphrase")).unwrap();
    let root = RootFolder::open(&roots.join("authority"), Half::Authority, passphrase.trim()).unwrap();
    world.wait(Office::open(root, Some(world.address()), pli_server::system_clock())).unwrap()
}

/// The invitation of somebody new, as the file that they are handed.
fn invited(world: &World, office: &Office, member: &str) -> Vec<u8> {
    let wanted = Wanted {
        member: Some(member.parse().unwrap()),
        function: Some("COORD".parse().unwrap()),
        organisation: Some(Organisation {
            id: "mairie".parse().unwrap(),
            name: "Ville de Clairval".to_owned(),
        }),
        territory: vec!["Clairval".to_owned()],
        personal: Some(Person {
            family_name: "Ferrand".to_owned(),
            given_name: "Inès".to_owned(),
            telephone: "01 00 00 00 00".to_owned(),
            email: format!("{member}@clairval.example"),
            attested_by: "Direction".to_owned(),
        }),
        ..Wanted::default()
    };
    let (_, _, file) = office.invite(&wanted).unwrap();
    let path = world.desk().join(member);
    file.write(&path).unwrap();
    fs::read(path).unwrap()
}

/// The coordinator and the mayor put somebody on the list of the group.
fn joins(world: &World, office: &mut Office, member: &str) {
    world.wait(office.publish_annuaire("Référents", &[])).unwrap();
    let group = world.group("clairval");
    let proposed = world.pli("mairie", &["group", "propose", &group, "--add", member, "--yes"]);
    assert_eq!(proposed.code, 0, "{proposed:?}");
    let mayor = world.dir.join("leaders").join("maire");
    let mut config: toml::Table = fs::read_to_string(mayor.join("home.toml")).unwrap().parse().unwrap();
    config.insert("relay".to_owned(), world.address().to_string().into());
    fs::write(mayor.join("home.toml"), config.to_string()).unwrap();
    let passphrase = mayor.with_extension("passphrase");
    let validate = ["group", "validate", &group, "--yes", "--passphrase-file", passphrase.to_str().unwrap()];
    let validated = world.run("../leaders/maire", &validate);
    assert_eq!(validated.code, 0, "{validated:?}");
}

/// The page of a folder that is nobody's, entered.
fn opened(world: &World, home: &str) -> Page {
    let mut page = Page::of(world.start_new(home, &["ui", "--no-browser"]));
    page.enter();
    page
}

fn words(page: &Answer) -> String {
    let list = page.body.split("<ol class=\"words\"").nth(1).unwrap().split("</ol>").next().unwrap();
    let words: Vec<_> = list.split("<li>").skip(1).map(|word| word.split("</li>").next().unwrap()).collect();
    assert_eq!(words.len(), 6, "{list}");
    words.join(" ")
}

fn state(page: &Served) -> String {
    let said: Value = serde_json::from_str(&page.get("/premiere-ouverture/etat").body).unwrap();
    said["state"].as_str().unwrap().to_owned()
}

/// A step that must lead to the next page, or say why not.
fn check(answer: &Answer, status: u16, said: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(said), "{said:?} is not in {}", answer.body);
}

fn answer(page: &Served, phrase: &str, again: &str) -> Answer {
    let form = [("nom", "accueil"), ("phrase", phrase), ("encore", again)];
    page.post("/premiere-ouverture/phrase", &page.own(), &form)
}

#[test]
fn somebody_new_comes_in_by_the_page() {
    let mut world = World::new("page-first");
    let mut office = authority(&world);
    let invitation = invited(&world, &office, "ferrand");
    let page = opened(&world, "ferrand");

    // Nothing else is there yet, and nobody is asked for a passphrase that does not exist.
    for path in ["/", "/envoyes", "/deverrouiller", "/bienvenue"] {
        let elsewhere = page.get(path);
        assert!(elsewhere.status == 303 && elsewhere.head.contains("location: /"), "{path}");
    }
    check(&page.get(FIRST), 200, "Étape 1 sur 3");
    let choose = |file: &[u8]| page.send("/premiere-ouverture/invitation", &[], &[("invitation", "x", file)]);
    check(&choose(b"PDF"), 502, "Ce fichier est abîmé");
    check(&choose(&[invitation.as_slice(), b"x"].concat()), 502, "Ce fichier est abîmé");
    check(&page.send("/premiere-ouverture/invitation", &[], &[("autre", "x", b"")]), 400, "Aucun fichier");
    assert_eq!(state(&page), "new");

    // For whom it is, before anything is made.
    check(&choose(&invitation), 303, "");
    let asked = page.get(FIRST);
    check(&asked, 200, "Inès Ferrand");
    check(&asked, 200, "Étape 2 sur 3");
    check(&answer(&page, PHRASE, "quatre autres mots"), 400, "Les deux saisies");
    check(&answer(&page, "court", "court"), 400, "trop courte");
    assert!(!world.home("ferrand").join("keystore").exists());

    // Six words, which come again after a new start.
    check(&answer(&page, PHRASE, PHRASE), 303, "");
    let shown = page.get(FIRST);
    check(&shown, 200, "Téléphonez à l'autorité");
    assert_eq!(state(&page), "waiting");
    let said = words(&shown);
    page.end();
    let page = opened(&world, "ferrand");
    let again = page.get(FIRST);
    assert_eq!((words(&again), state(&page).as_str()), (said.clone(), "locked"));
    check(
        &page.post("/premiere-ouverture/phrase", &page.own(), &[("phrase", "neuf ours bleus")]),
        401,
        "ne convient pas",
    );
    check(&page.post("/premiere-ouverture/phrase", &page.own(), &[("phrase", PHRASE)]), 303, "");
    until("an answer", || (state(&page) == "waiting").then_some(()));

    // Accepted by telephone, it goes on by itself.
    let member: MemberId = "ferrand".parse().unwrap();
    let waiting = world.wait(office.answer_of(&member, Some(&said))).unwrap();
    world.wait(office.accept(waiting)).unwrap();
    until("the end of the enrolment", || (state(&page) == "enrolled").then_some(()));
    assert_eq!(page.get(FIRST).status, 303);
    check(&page.get("/bienvenue"), 200, "Ce poste est inscrit");
    check(&page.get("/"), 200, "Rien n'attend");

    // In a group, and its charter is to be signed first.
    joins(&world, &mut office, "ferrand");
    check(&page.get("/"), 200, "attend votre signature");
    let welcome = page.get("/bienvenue");
    check(&welcome, 200, "/charte");
    page.end();
    assert!(!world.home("ferrand").join("invitation").exists());

    // The same invitation on another machine was used, and the folder is nobody's again.
    let page = opened(&world, "copie");
    check(&page.send("/premiere-ouverture/invitation", &[], &[("invitation", "x", &invitation)]), 303, "");
    check(&answer(&page, PHRASE, PHRASE), 403, "a déjà servi");
    check(&page.get(FIRST), 200, "Étape 1 sur 3");
    assert_eq!(state(&page), "new");

    // Without the relay the device is made, and says what it waits for.
    let late = invited(&world, &office, "tardif");
    world.stop_relay();
    check(&page.send("/premiere-ouverture/invitation", &[], &[("invitation", "x", &late)]), 303, "");
    check(&answer(&page, PHRASE, PHRASE), 303, "");
    let shown = page.get(FIRST);
    check(&shown, 200, "Le relais ne répond pas");
    words(&shown);
    // Somebody else's invitation does not go on with what this one began.
    check(
        &page.send("/premiere-ouverture/invitation", &[], &[("invitation", "x", &invitation)]),
        400,
        "une autre personne",
    );
    page.end();
    world.end();
}

#[test]
fn a_further_device_is_accepted_on_the_first_ones_page() {
    let world = World::new("page-second");
    let mut first = Page::begin(&world, "mairie");
    first.enter();
    let (own, right) = (first.own(), passphrase(&world, "mairie"));
    assert_eq!(first.post("/deverrouiller", &own, &[("phrase", &right)]).status, 303);
    let form = format!("phrase={right}");
    let head = first.posts("/postes/inviter", &own, "application/x-www-form-urlencoded", form.len());
    let (status, _, invitation) = first.bytes(&head, form.as_bytes());
    assert_eq!(status, 200);

    let second = opened(&world, "mairie-2");
    check(&second.send("/premiere-ouverture/invitation", &[], &[("invitation", "x", &invitation)]), 303, "");
    check(&second.get(FIRST), 200, "ajoute ce poste");
    check(&answer(&second, PHRASE, PHRASE), 303, "");
    let shown = second.get(FIRST);
    check(&shown, 200, "Sur votre autre poste");
    let accept = |words: &str| first.post("/postes/accepter", &own, &[("mots", words), ("phrase", &right)]);
    check(&accept("abaisser abandon abdiquer abeille abolir aborder"), 502, "");
    assert_eq!(state(&second), "waiting");
    check(&accept(&words(&shown)), 200, "accueil");
    until("the end of the enrolment", || (state(&second) == "enrolled").then_some(()));

    let welcome = second.get("/bienvenue");
    check(&welcome, 200, "Ce poste est inscrit");
    check(&welcome, 200, "restent sur vos autres postes");
    check(&first.get("/postes"), 200, "accueil");
    first.end();
    second.end();
    world.end();
}

#[test]
fn a_folder_of_something_else_becomes_no_home() {
    let session = tempfile::tempdir().unwrap();
    let home = session.path().join("photos");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("plage.jpg"), b"x").unwrap();
    let output =
        program(session.path()).arg("--home").arg(&home).args(["--json", "ui", "--no-browser"]).output();
    let output = output.unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), said["error"]["code"].as_str()), (Some(2), Some("enroll-folder")));
    assert_eq!(fs::read_dir(&home).unwrap().count(), 1, "nothing was written there");
}

#[test]
fn the_demo_opens_its_peoples_pages_and_leaves_nothing() {
    let session = tempfile::tempdir().unwrap();
    let dir = session.path().join("demo");
    let mut child = program(session.path())
        .args(["--json", "demo", "--ui", "--no-browser", "--dir"])
        .arg(&dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let objects = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let people: Vec<_> = objects.filter(|object| object.get("person").is_some()).take(4).collect();
    for person in &people {
        let keys: Vec<_> = person.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["address", "code", "file", "name", "opened", "passphrase", "person"]);
        let text = |name: &str| person[name].as_str().unwrap().to_owned();
        let host = text("address").strip_prefix("http://").unwrap().to_owned();
        let mut page = Served { host, code: text("code"), token: String::new(), cookie: None };
        let code = page.code.clone();
        let entered = page.post("/entrer/code", &page.own(), &[("code", &code)]);
        let cookie = entered.head.split("set-cookie: ").nth(1).unwrap().lines().next().unwrap().to_owned();
        page.cookie = cookie.split(';').next().map(str::to_owned);
        let unlocked = page.post("/deverrouiller", &page.own(), &[("phrase", &text("passphrase"))]);
        assert_eq!(unlocked.status, 303, "{}", text("person"));
        check(&page.get("/"), 200, "À traiter");
    }
    assert_eq!(people.len(), 4);
    interrupt(&child);
    until("its end", || child.try_wait().unwrap());
    let left: Vec<_> = fs::read_dir(&dir).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
