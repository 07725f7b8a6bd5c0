//! What a writer does on the page beside sending: keep a draft, have a colleague read again what was stopped, take back what
//! went to the wrong person; and what those who lead a group do with its members.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::page::{Page, passphrase};
use crate::served::Answer;
use crate::town::{PASSPHRASE, Town};
use crate::world::World;
use serde_json::Value;

/// A protected agent, whose channel has a writer and their colleague.
const AGENT: &str = "agent-3f2a";

/// What stands between two pieces of a page.
fn between<'a>(answer: &'a Answer, begins: &str, ends: &str) -> &'a str {
    let rest = answer.body.split(begins).nth(1).unwrap_or_else(|| panic!("{begins}: {}", answer.body));
    rest.split(ends).next().unwrap()
}

fn check(answer: &Answer, status: u16, said: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    // A sign keeps to its word.
    let body = answer.body.replace(['\u{a0}', '\u{202f}'], " ");
    for words in said {
        assert!(body.contains(words), "{words} is not there: {}", answer.body);
    }
}

/// A letter with this text, and more.
fn filled<'a>(
    letter: &[(&'a str, &'a str)],
    text: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    [letter, &[("texte", text)], more].concat()
}

#[test]
fn a_draft_stays_until_it_is_sent_and_a_colleague_lets_it_pass() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let (writer, colleague) = (Page::of_member(&town, "preft"), Page::of_member(&town, "csp"));
    let path = format!("/ecrire/{group}/F07a");
    let stopped = "Le locataire du 4e dit que l'imam est un recruteur, à vérifier.";
    let letter = [("a", AGENT), ("sujet", "Voisinage"), ("jours", "2")];
    let kept = |text: &str, more: &[(&str, &str)]| {
        writer.send(&path, &filled(&letter, text, &[&[("garder", "1")], more].concat()), &[])
    };
    let with = |more: &[(&str, &str)]| writer.send(&path, &filled(&letter, stopped, more), &[]);

    // Kept, found again with everything that was typed, and kept anew in its own place.
    check(&kept("Le locataire du 4e, à rappeler.", &[]), 200, &["Reprendre ce brouillon"]);
    let listed = writer.get("/ecrire");
    check(&listed, 200, &["Vos brouillons"]);
    let draft = between(&listed, "?brouillon=", "\"").to_owned();
    check(&writer.get(&format!("{path}?brouillon={draft}")), 200, &["Voisinage", "du 4e, à rappeler."]);
    check(&kept("Rappelé.", &[("brouillon", &draft)]), 200, &["Reprendre ce brouillon"]);
    let listed = writer.get("/ecrire");
    assert_eq!(listed.body.matches("?brouillon=").count(), 1, "{}", listed.body);
    let draft = between(&listed, "?brouillon=", "\"").to_owned();

    // By itself, too, when nobody is at the page any more; it says so to the page, and to nobody else.
    let by_itself = |text: &str, draft: &str| -> Value {
        let more = [("garder", "1"), ("brouillon", draft)];
        let said = writer.send_by_itself(&path, &filled(&letter, text, &more));
        assert!(said.status == 200 && said.head.contains("content-type: application/json"), "{}", said.body);
        serde_json::from_str(&said.body).unwrap()
    };
    let said = by_itself("Rappelé deux fois.", &draft);
    assert!(said["kept"].as_str().unwrap().contains("gardé comme brouillon"), "{said}");
    let draft = said["draft"].as_str().unwrap().to_owned();

    // What may not be exchanged is not kept either: the draft stays what it was, and the page as it was filled.
    check(&kept(stopped, &[("brouillon", &draft)]), 200, &["ni conservé", "recruteur, à vérifier."]);
    let said = by_itself(stopped, &draft);
    assert!(
        said["draft"].is_null() && said["kept"].as_str().unwrap().contains("pas pu être gardé"),
        "{said}"
    );
    check(&writer.get(&format!("{path}?brouillon={draft}")), 200, &["Rappelé deux fois."]);

    // Stopped for its context: a code, which nobody but a colleague makes good.
    let stopped = with(&[("brouillon", &draft)]);
    check(&stopped, 200, &["Demander une seconde lecture"]);
    let salt = between(&stopped, "name=\"relecture\" value=\"", "\"").to_owned();
    let asked = with(&[("brouillon", &draft), ("relecture", &salt)]);
    let code = between(&asked, "<p class=\"code\">", "<").to_owned();
    let own = |code: &str, page: &Page| {
        let form = [("groupe", group.as_str()), ("code", code), ("phrase", PASSPHRASE)];
        page.post("/relire", &page.own(), &form)
    };
    own(&code, &writer);
    let waits = with(&[("brouillon", &draft), ("relecture", &salt)]);
    assert_eq!(between(&waits, "<p class=\"code\">", "<"), code, "the same text has the same code");
    let wrong = [("groupe", group.as_str()), ("code", &code), ("phrase", "neuf ours bleus dansent")];
    assert_eq!(colleague.post("/relire", &colleague.own(), &wrong).status, 401);
    check(&own(&code, &colleague), 200, &[&code]);
    check(&with(&[("brouillon", &draft), ("relecture", &salt)]), 200, &["Ce pli sera"]);
    check(&with(&[("brouillon", &draft), ("relecture", &salt), ("oui", "1")]), 200, &["Pli déposé"]);
    assert!(!writer.get("/ecrire").body.contains("?brouillon="), "what was sent is no draft");

    // It went to the wrong person: asked once, taken back, and the draft of the notice is there.
    let sent = writer.get("/envoyes");
    let status = format!("/envoyes/{}", between(&sent, "href=\"/envoyes/", "\""));
    check(&writer.get(&status), 200, &["Que faire de ce pli"]);
    let act = |more: &[(&str, &str)]| {
        writer.post(
            &status,
            &writer.own(),
            &[&[("geste", "erreur"), ("raison", ""), ("jusqu", "")], more].concat(),
        )
    };
    check(&act(&[]), 200, &["Oui, continuer"]);
    let recalled = act(&[("oui", "1")]);
    check(&recalled, 200, &["projet-avis-violation.txt"]);
    let notice = writer.get(&format!("/recus/{}", between(&recalled, "href=\"/recus/", "\"")));
    assert!(notice.status == 200 && notice.body.len() > 500, "{}", notice.body);
    assert!(!writer.get(&status).body.contains("Que faire de ce pli"), "nothing is left to be done");
    writer.end();
    colleague.end();
    town.stop();
}

#[test]
fn who_leads_a_group_changes_its_members_and_others_only_their_own() {
    let world = World::new("page-roster");
    let groups: Value =
        serde_json::from_slice(&std::fs::read(world.home("mairie").join("../../groups.json")).unwrap())
            .unwrap();
    let path = format!("/groupes/{}/membres", groups["montreval"].as_str().unwrap());
    let mut page = Page::begin(&world, "mairie");
    page.enter();
    let (own, right) = (page.own(), passphrase(&world, "mairie"));
    assert_eq!(page.post("/deverrouiller", &own, &[("phrase", &right)]).status, 303);
    check(&page.get(&path), 200, &["Proposer un nouveau membre", "Retirer une personne"]);

    // Said first, then signed with the passphrase, and with no other.
    let add = [("geste", "lire"), ("membre", "police")];
    let with = |more: &[(&str, &str)]| page.post(&path, &own, &[&add[..], more].concat());
    check(&with(&[]), 200, &["Bastien Orsini", "name=\"phrase\""]);
    assert_eq!(with(&[("phrase", "neuf ours bleus dansent")]).status, 401);
    check(&with(&[("phrase", &right)]), 200, &[]);
    check(&page.get("/groupes"), 200, &["Bastien Orsini", "en lecture seule"]);
    let nothing = page.post(&path, &own, &[("geste", "autre"), ("membre", "police")]);
    assert_eq!(nothing.status, 404);
    page.end();
    world.end();
}
