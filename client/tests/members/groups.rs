//! Who belongs, decided as the convention says it: each group, roster and charter on its way through the
//! signatures that it needs, by the people who give them, each through the program on a home of their own.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::failure::Failure;
use pli_client::proposals::{sign_proposal, waiting};
use pli_client::trust;
use serde_json::{Value, json};
use shared::crypto::{SigningKey, sha256};
use shared::directory::Chain;
use shared::ids::MemberId;
use shared::signed::Signed;
use shared::statement::{Card, DeviceKey, Devices, Kind, Statement};
use shared::wire::About;

const CREATE: [&str; 13] = [
    "group",
    "create",
    "--kind",
    "echange",
    "--name",
    "Bailleurs de Clairval",
    "--territory",
    "Clairval",
    "--president",
    "maire",
    "--coordinator",
    "coord",
    "--member",
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn send<'a>(group: &'a str, flow: &'a str, to: &[&'a str]) -> Vec<&'a str> {
    let mut arguments =
        vec!["send", "--group", group, "--flow", flow, "--subject", "Hall 3", "--text", "Vu.", "--to"];
    arguments.extend(to);
    arguments
}

fn readers(sent: &Value) -> Vec<&str> {
    sent["readers"].as_array().unwrap().iter().map(|reader| reader["member"].as_str().unwrap()).collect()
}

/// A group with its roster: maire, coord, csp, bref.
fn founded(town: &Town) -> String {
    let created = town.one("maire", &[&CREATE[..], &["csp", "bref"]].concat());
    assert_eq!((&created["state"], &created["missing"]), (&json!("proposed"), &json!(["visa"])));
    let group = text(&created["group"]);
    town.no("coord", &send(&group, "F05a", &["csp"]), 3, "not-a-member");

    // Neither who proposed it nor who is not asked can validate it.
    town.no("maire", &["group", "validate"], 2, "proposal-own");
    town.no("coord", &["group", "validate", &group], 2, "proposal-none");
    town.no("csp", &["group", "validate", &group], 3, "not-a-member");
    town.no("maire", &["group", "propose", &group], 2, "group-not-founded");
    let waiting = town.one("proc", &["group", "proposals"]);
    assert_eq!((&waiting["kind"], &waiting["yours"]), (&json!("group"), &json!(true)));
    // What is signed is what was shown, whatever else waits by then.
    let other = sha256(b"another statement").to_string();
    let only = |digest: &str| format!("--statement={digest}");
    town.no("proc", &["group", "validate", &only(&other), &group[..6]], 2, "proposal-none");
    let shown = only(&text(&waiting["statement"]));
    assert_eq!(town.one("proc", &["group", "validate", &shown, &group[..6]])["state"], "published");
    town.no("coord", &send(&group, "F05a", &["csp"]), 3, "not-a-member");

    // Those who were named when it was created are proposed with its leaders.
    let proposed = town.one("maire", &["group", "propose", &group]);
    assert_eq!((&proposed["state"], &proposed["missing"]), (&json!("proposed"), &json!(["coordinator"])));
    let members: Vec<_> = proposed["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["member"].as_str().unwrap())
        .collect();
    assert_eq!(members, ["bref", "coord", "csp", "maire"]);
    town.no("coord", &send(&group, "F05a", &["csp"]), 3, "not-a-member");
    town.no("maire", &["group", "validate", &group], 2, "proposal-own");
    town.no("proc", &["group", "validate", &group], 2, "proposal-none");
    assert_eq!(town.one("coord", &["group", "validate", &group])["state"], "published");
    group
}

/// Its charter, with the visa.
fn chartered(town: &Town, group: &str, text: &str, more: &[&str]) -> Value {
    let file = town.file("charte.txt", text);
    let propose = ["charter", "propose", group, "--text", &file, "--reglement", "2026-14"];
    let proposed = town.one("coord", &[&propose[..], &["--reglement-date", "12/05/2026"], more].concat());
    assert_eq!((&proposed["state"], &proposed["missing"]), (&json!("proposed"), &json!(["visa"])));
    town.no("coord", &["charter", "visa"], 2, "proposal-own");
    town.no("maire", &["charter", "visa", group], 2, "proposal-none");
    town.one("proc", &["charter", "visa"])
}

#[test]
fn a_group_opens_step_by_step_and_not_before() {
    let mut town = Town::build();
    let group = founded(&town);

    // What names nobody travels already; what does waits for the charter.
    town.one("csp", &send(&group, "F10b", &["bref"]));
    town.no("coord", &send(&group, "F05a", &["csp"]), 3, "charter-missing");
    assert_eq!(
        chartered(&town, &group, "Ce qui s'échange ici\nne sort pas du groupe.", &[])["state"],
        "published"
    );
    town.no("coord", &send(&group, "F05a", &["csp"]), 3, "charter-unsigned");
    let shown = town.one("csp", &["charter", "show", &group]);
    assert_eq!(
        (&shown["text"], &shown["in_force"]),
        (&json!("Ce qui s'échange ici\nne sort pas du groupe."), &json!(true))
    );
    let other = format!("--statement={}", sha256(b"another charter"));
    town.no("coord", &["charter", "sign", &other, &group], 2, "charter-newer");
    let shown = town.one("coord", &["charter", "show", &group]);
    let shown = format!("--statement={}", text(&shown["statement"]));
    assert_eq!(town.one("coord", &["charter", "sign", &shown, &group])["state"], "signed");
    assert_eq!(town.one("coord", &["charter", "sign", &group])["state"], "already");
    town.no("coord", &send(&group, "F05a", &["csp"]), 3, "recipient-unsigned");
    town.no("coord", &send(&group, "F05a", &["all"]), 3, "recipient-unsigned");
    town.one("csp", &["charter", "sign", &group]);
    let sent = town.one("coord", &send(&group, "F05a", &["csp"]));
    assert_eq!(readers(&sent), ["csp"]);
    let opened = town.one("csp", &["open", &text(&sent["id"]), "--reason", "suivi"]);
    assert_eq!(opened["text"], "Vu.");

    // Whoever has not signed is left out where everybody is meant.
    assert_eq!(readers(&town.one("coord", &send(&group, "F05a", &["all"]))), ["csp"]);
    let shown = town.one("coord", &["group", "show", &group]);
    let state = |shown: &Value, member: &str| {
        let members = shown["members"].as_array().unwrap();
        let found = members.iter().find(|seat| seat["member"] == member).unwrap();
        (found["state"].clone(), found["cause"].clone())
    };
    assert_eq!(state(&shown, "csp"), (json!("active"), Value::Null));
    assert_eq!(state(&shown, "bref"), (json!("suspended"), json!("charter-unsigned")));
    assert_eq!(town.one("bref", &["unlock"])["charters"][0]["group"], json!(group));
    assert_eq!(town.one("csp", &["unlock"]), json!({"state": "unlocked"}));
    for member in ["bref", "csp"] {
        town.one(member, &["lock"]);
    }

    // A new version leaves two weeks to sign it.
    town.no(
        "coord",
        &[
            "charter",
            "propose",
            &group,
            "--text",
            &town.file("deux.txt", "Deux."),
            "--reglement",
            "2026-14",
            "--reglement-date",
            "2026-05-12",
            "--from",
            "2020-01-01",
        ],
        2,
        "charter-notice",
    );
    assert_eq!(chartered(&town, &group, "Deuxième version.", &[])["version"], 2);
    let status = town.one("csp", &["charter", "status", &group]);
    assert_eq!((&status["in_force"], &status["newest"]["version"]), (&json!(1), &json!(2)));
    town.one("coord", &send(&group, "F05a", &["csp"]));
    assert_eq!(town.one("csp", &["charter", "sign", &group])["version"], 2);
    town.one("coord", &send(&group, "F05a", &["csp"]));
    let shown = town.pli("bref", &["charter", "show", &group]);
    assert_eq!(shown.objects.len(), 2, "the one in force and the coming one: {shown:?}");

    // The history tells it all, from the signatures.
    let history = town.pli("csp", &["group", "history", &group]);
    assert_eq!(history.code, 0, "{history:?}");
    let kinds: Vec<_> = history.objects.iter().map(|event| text(&event["kind"])).collect();
    let count = |kind: &str| kinds.iter().filter(|found| *found == kind).count();
    assert_eq!(
        ["group", "roster", "charter", "adhesion", "proposal"].map(count),
        [1, 1, 2, 3, 4],
        "{kinds:?}"
    );
    let roster = history.objects.iter().find(|event| event["kind"] == "roster").unwrap();
    let by: Vec<_> = roster["by"].as_array().unwrap().iter().map(|by| by["member"].as_str()).collect();
    assert!(by.contains(&Some("maire")) && by.contains(&Some("coord")), "{by:?}");
    town.stop();

    // Without the relay, unlocking works all the same.
    assert_eq!(town.one("csp", &["unlock"]), json!({"state": "unlocked"}));
    town.one("csp", &["lock"]);
}

#[test]
fn members_come_by_two_signatures_and_go_by_one() {
    let mut town = Town::build();
    let group = founded(&town);
    let list = town.file(
        "bad.csv",
        "member;action\nbref-2;add\nMarie Dupont;add\nloin;add\npersonne;add\npref;promote\ncsp;read\n",
    );
    town.no("coord", &["group", "propose", &group, "--csv", &list], 2, "roster-faults");
    let said = town.pli("coord", &["group", "propose", &group, "--csv", &list]);
    let lines: Vec<_> =
        said.objects[0]["faults"].as_array().unwrap().iter().map(|fault| fault["line"].as_u64()).collect();
    assert_eq!(lines, [3, 4, 5, 6].map(Some), "every bad line at once, of whatever kind");
    let list = town.file(
        "worse.csv",
        "member;action\nbref-2;add\nloin;add\npersonne;add\nsec;add\nproc;remove\nbref-2;read\n",
    );
    let said = town.pli("coord", &["group", "propose", &group, "--csv", &list]);
    let faults: Vec<_> = said.objects[0]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["line"].as_u64().unwrap(), text(&fault["reason"])))
        .collect();
    let expected = [(3, "may-not-join"), (4, "unknown"), (5, "may-not-join"), (6, "not-there"), (7, "twice")];
    assert_eq!(faults, expected.map(|(line, reason)| (line, reason.to_owned())));
    town.no("coord", &["group", "propose", &group], 2, "roster-no-change");
    assert_eq!(town.one("coord", &["group", "show", &group])["roster"], 1, "nothing was applied");

    let list = town.file("good.csv", "member;action\nbref-2;add\npreft;add\ncsp;read\n");
    let proposed = town.one("coord", &["group", "propose", &group, "--csv", &list]);
    assert_eq!(proposed["missing"], json!(["president"]));
    let changes: Vec<_> =
        proposed["changes"].as_array().unwrap().iter().map(|change| text(&change["change"])).collect();
    assert_eq!(changes, ["add", "read", "add"]);
    assert_eq!(town.one("maire", &["group", "validate"])["state"], "published");
    town.no("csp", &send(&group, "F10b", &["bref"]), 3, "not-a-member");
    town.one("coord", &["group", "propose", &group, "--add", "csp"]);
    town.one("maire", &["group", "validate"]);

    // What somebody proposes who is neither a leader nor a colleague is validated by both leaders.
    let proposed = town.one("csp", &["group", "propose", &group, "--remove", "bref-2"]);
    assert_eq!(proposed["missing"], json!(["president", "coordinator"]));
    assert_eq!(town.one("coord", &["group", "validate", &group])["state"], "proposed");
    assert_eq!(town.one("maire", &["group", "validate", &group])["state"], "published");
    town.no("csp", &send(&group, "F10b", &["bref-2"]), 3, "recipient-role");
    town.one("coord", &["group", "propose", &group, "--add", "bref-2"]);
    town.one("maire", &["group", "validate"]);

    // Any member proposes; both leaders validate.
    let proposed = town.one("preft", &["group", "propose", &group, "--add", "pref"]);
    assert_eq!(proposed["missing"], json!(["president", "coordinator"]));
    let validated = town.one("coord", &["group", "validate", &group]);
    assert_eq!((&validated["state"], &validated["missing"]), (&json!("proposed"), &json!(["president"])));

    // Removal takes effect at once: by a leader, or of one's own organisation; and what was proposed
    // before is out of date.
    town.no("csp", &["group", "remove", &group, "--member", "bref"], 2, "remove-not-yours");
    assert_eq!(
        town.one("bref-2", &["group", "remove", &group, "--member", "bref"])["removed"],
        json!(["bref"])
    );
    town.no("maire", &["group", "validate", &group], 2, "proposal-none");
    town.no("bref", &["group", "show", &group], 3, "not-a-member");
    town.one("coord", &["group", "remove", &group, "--member", "bref-2"]);
    town.no("csp", &send(&group, "F10b", &["bref-2"]), 3, "recipient-role");

    // A leader is replaced by the other, the new one and the prosecutor; then the roster is signed again.
    let restated = town.one("maire", &["group", "restate", &group, "--coordinator", "coord-2"]);
    assert_eq!(restated["missing"], json!(["visa"]));
    assert_eq!(town.one("proc", &["group", "validate"])["state"], "published");
    town.no("csp", &send(&group, "F10b", &["coord"]), 3, "not-led");
    let proposed = town.one("maire", &["group", "propose", &group]);
    assert_eq!(proposed["missing"], json!(["coordinator"]));
    town.no("coord", &["group", "validate", &group], 2, "proposal-none");
    assert_eq!(town.one("coord-2", &["group", "validate", &group])["state"], "published");
    town.one("coord-2", &send(&group, "F17a", &["csp"]));

    // Whoever goes by themselves is told that it is done, though their connection ends with it.
    let left = town.one("csp", &["group", "remove", &group, "--member", "csp"]);
    assert_eq!(left["removed"], json!(["csp"]));
    town.no("csp", &["group", "show", &group], 3, "not-a-member");
    town.stop();
}

#[test]
fn an_absent_member_is_written_to_with_their_delegate() {
    let mut town = Town::build();
    let group = founded(&town);
    town.one("coord", &["group", "propose", &group, "--add", "preft"]);
    town.one("maire", &["group", "validate"]);
    chartered(&town, &group, "Une charte.", &[]);
    for member in ["coord", "csp"] {
        town.one(member, &["charter", "sign", &group]);
    }
    let delegate = ["delegate", "--from", "2026-01-01", "--until"];
    town.no("csp", &[&delegate[..], &["2026-01-02", "--to", "preft"]].concat(), 2, "delegation-dates");
    let (from, until) = crate::town::around();
    let delegate = ["delegate", "--from", &from, "--until", &until, "--to"];
    town.no("csp", &[&delegate[..], &["sec"]].concat(), 2, "delegation-nowhere");
    town.no("csp", &[&delegate[..], &["csp"]].concat(), 2, "delegation-rule");
    let made = town.one("csp", &[&delegate[..], &["preft"]].concat());
    assert_eq!((&made["group"], &made["to"]), (&json!(group), &json!("preft")));
    let shown = town.one("coord", &["group", "show", &group]);
    let csp = shown["members"].as_array().unwrap().iter().find(|seat| seat["member"] == "csp").unwrap();
    assert_eq!(csp["delegation"]["to"], "preft");

    // A delegate who has not signed the charter receives nothing nominative.
    let sent = town.one("coord", &send(&group, "F05a", &["csp"]));
    assert_eq!(readers(&sent), ["csp"]);
    town.one("preft", &["charter", "sign", &group]);

    // What waits goes to the delegate, too, when the delegation is made.
    let open = ["open", &text(&sent["id"]), "--reason", "suivi"];
    town.no("preft", &open, 3, "not-found");
    assert_eq!(town.one("csp", &[&delegate[..], &["preft"]].concat())["letters"], 1);
    assert_eq!(town.one("preft", &open)["text"], "Vu.");
    let sent = town.one("coord", &send(&group, "F05a", &["csp"]));
    assert_eq!(readers(&sent), ["csp", "preft"]);
    let told = town.told("coord", &send(&group, "F05a", &["csp"]));
    assert!(told.contains("Bastien Orsini s'absente jusqu'au "), "{told}");
    assert!(told.contains(" : Hugo Caron recevra aussi ce pli."), "{told}");
    assert_eq!(town.one("csp", &["delegate", "--end"])["state"], "ended");
    town.no("csp", &["delegate", "--end"], 2, "delegation-none");
    assert_eq!(readers(&town.one("coord", &send(&group, "F05a", &["csp"]))), ["csp"]);
    town.stop();
}

fn portable() -> DeviceKey {
    DeviceKey { key: SigningKey::generate().public(), name: "portable".to_owned() }
}

/// A member signs for other devices than before, by the one that they have.
fn list_devices(town: &Town, member: &str, change: impl FnOnce(&mut Vec<DeviceKey>)) -> Result<(), Failure> {
    let mut session = town.session(member);
    let proved = town.wait(trust::prove(&mut session, About::Own)).unwrap();
    let member: MemberId = member.parse().unwrap();
    let mut devices = proved.directory.devices(&member).to_vec();
    change(&mut devices);
    let link = proved.directory.next_link(&Chain::Devices(member.clone()), session.now());
    let base = proved.directory.card(&member).unwrap().base();
    let list = Devices { link, member, base, devices };
    let signed = Signed::new(&list, &[session.key()]);
    let statement = Statement { kind: Kind::Devices, signed, body: None };
    let published = town.wait(trust::publish(&mut session, &statement));
    session.close();
    published
}

/// A device is replaced: what it had signed is its member's all the same, for a reader, for the writer of
/// what it opened, and for the reviewer of the log.
#[test]
fn what_a_replaced_device_signed_stays_its_members() {
    let mut town = Town::build();
    let group = founded(&town);
    town.one("bref", &send(&group, "F10a", &["csp"]));
    let sent = town.one("csp", &send(&group, "F10b", &["bref"]));
    let received = town.one("bref", &["inbox"]);
    town.one("bref", &["open", &text(&received["id"])]);
    let struck = list_devices(&town, "bref", |devices| *devices = vec![portable()]);
    // The relay ends the connection before or after its answer has arrived.
    assert!(matches!(struck, Ok(()) | Err(Failure::Struck)));

    let received = town.one("csp", &["inbox"]);
    assert_eq!((&received["from"]["member"], &received["state"]), (&json!("bref"), &json!("new")));
    town.one("csp", &["open", &text(&received["id"])]);
    let status = town.one("csp", &["status", &text(&sent["id"])]);
    let reader = &status["readers"][0];
    assert_eq!((&reader["member"], &reader["state"]), (&json!("bref"), &json!("opened")));
    let verified = town.pli("aud", &["log", "verify", "--reason", "controle"]);
    assert_eq!(verified.code, 0, "{:?}", verified.objects);

    // A leader whose device was replaced is named again, before anybody else can be.
    let mut session = town.session("maire");
    let mut proved = town.wait(trust::prove(&mut session, About::Own)).unwrap();
    town.wait(proved.and(&mut session, About::Annuaire("Référents".to_owned()))).unwrap();
    let coord: MemberId = "coord".parse().unwrap();
    let link = proved.directory.next_link(&Chain::Card(coord.clone()), session.now());
    let card = proved.directory.card(&coord).unwrap().clone();
    let card = Card { link, devices: vec![portable()], ..card };
    let signed = Signed::new(&card, &[&town.authority]);
    town.publish(&mut session, &Statement { kind: Kind::Card, signed, body: None });
    session.close();
    town.no("maire", &["group", "propose", &group, "--add", "preft"], 2, "leader-replaced");
    town.stop();
}

#[test]
fn a_writer_is_told_of_a_new_device_once() {
    let mut town = Town::build();
    let group = founded(&town);
    let note = send(&group, "F10b", &["bref"]);
    assert!(!town.told("csp", &note).contains("nouvel appareil"), "nothing is new at first");

    list_devices(&town, "bref", |devices| devices.push(portable())).unwrap();
    let told = town.told("csp", &note);
    assert!(told.contains("Chloé Vasseur lit depuis peu sur un nouvel appareil, « portable »"), "{told}");
    assert!(!town.told("csp", &note).contains("nouvel appareil"), "it is told once");
    town.stop();
}

#[test]
fn other_kinds_are_founded_by_whom_the_nomenclature_names() {
    let mut town = Town::build();
    // A strategy group by its president alone; its roster is proposed in the same breath.
    let strategy =
        ["group", "create", "--kind", "strategie", "--name", "Stratégie", "--territory", "Clairval"];
    let leaders = ["--president", "maire", "--coordinator", "coord", "--member", "bref"];
    let said = town.pli("maire", &[&strategy[..], &leaders[..]].concat());
    let states: Vec<_> = said.objects.iter().map(|object| text(&object["state"])).collect();
    assert_eq!((said.code, states), (0, vec!["published".to_owned(), "proposed".to_owned()]));
    town.no("csp", &[&strategy[..], &leaders[..]].concat(), 2, "group-not-led-by-you");
    let elsewhere =
        ["group", "create", "--kind", "strategie", "--name", "Ailleurs", "--territory", "Montreval"];
    town.no("maire", &[&elsewhere[..], &leaders[..]].concat(), 2, "proposal-rule");

    // A channel by both sides.
    let channel = ["group", "create", "--kind", "bilateral", "--name", "Halls", "--president", "csp"];
    let created = town.one("csp", &[&channel[..], &["--coordinator", "bref"]].concat());
    assert_eq!(created["missing"], json!(["coordinator"]));
    let group = text(&created["group"]);
    assert_eq!(town.one("bref", &["group", "validate"])["state"], "published");
    town.one("csp", &["group", "propose", &group]);
    town.one("bref", &["group", "validate"]);
    town.one("bref", &send(&group, "F10a", &["csp"]));

    // The comité de pilotage by the authority, which signs what was proposed.
    let committee = ["group", "create", "--kind", "pilotage", "--name", "Comité", "--president", "pref"];
    let created = town.one("sec", &[&committee[..], &["--coordinator", "sec"]].concat());
    assert_eq!(created["missing"], json!(["authority"]));
    let mut session = town.session("pref");
    let proved = town.wait(trust::prove(&mut session, About::Proposals)).unwrap();
    let found = waiting(&proved.directory, &proved.proposals);
    let statement = &found.iter().find(|waiting| waiting.statement.kind == Kind::Group).unwrap().statement;
    let next = sign_proposal(&proved.directory, statement, &town.authority, session.now()).unwrap();
    assert_eq!(next.kind, Kind::Group);
    town.wait(trust::publish(&mut session, &next)).unwrap();
    session.close();
    let proposed = town.one("sec", &["group", "propose", &text(&created["group"])]);
    assert_eq!(proposed["missing"], json!(["president"]));
    town.stop();
}

#[test]
fn the_annuaire_is_searched_and_exported() {
    let mut town = Town::build();
    let check = |search: &[&str], expected: &[&str]| {
        let said = town.pli("csp", &[&["directory"], search].concat());
        let found: Vec<_> = said.objects.iter().map(|line| text(&line["member"])).collect();
        assert_eq!((said.code, found), (0, expected.iter().map(|name| (*name).to_owned()).collect()));
    };
    check(&["quemener"], &["aud"]);
    check(&["BREF", "clairval"], &["bref-2", "bref"]);
    check(&["personne"], &[]);
    let csv = town.pli("csp", &["directory", "vasseur", "--csv", "-"]).text;
    assert!(
        csv.starts_with("member,family_name,") && csv.contains("\nbref,Vasseur,Chloé,BREF,plaine,Clairval,"),
        "{csv}"
    );
    let file = town.file("annuaire.vcf", "");
    assert_eq!(town.one("csp", &["directory", "--vcard", &file])["count"], 12);
    let cards = std::fs::read_to_string(file).unwrap();
    assert_eq!(cards.matches("BEGIN:VCARD\r\n").count(), 12);
    town.no("csp", &["directory", "--title", "Autre"], 2, "annuaire-absent");

    // Without the relay it is what this device proved last; whoever never asked has none.
    town.stop();
    assert_eq!(town.one("csp", &["directory", "quemener"])["member"], "aud");
    town.no("coord", &["directory"], 6, "unreached");
}
