//! The relay is away: what the page still shows, what it says of the rest, and that it goes on when the relay is back.

use crate::served::Served;
use crate::stage::Stage;
use crate::town::PASSPHRASE;
use std::time::Duration;

/// How often it is looked whether the relay is back, and how often at most.
const LOOK: Duration = Duration::from_millis(200);
const LOOKS_MAX: u32 = 300;

/// What is said of what only the relay knows.
const AWAY: &str = "Le relais ne répond pas";

#[test]
fn what_is_here_stays_usable_while_the_relay_is_away() {
    let mut stage = Stage::set();
    // Not nominative: its reader's device keeps a working copy.
    let practice = ["send", "--group", &stage.group, "--flow", "F17a", "--to", "csp", "--expires", "60d"];
    let text = ["--subject", "Passages du soir", "--text", "Deux passages par soirée suffisent."];
    stage.town.one("maire", &[&practice[..], &text].concat());
    stage.serve(&["csp"]);
    let mut page = Served::said(stage.said("csp"));
    page.unlock(PASSPHRASE);
    let own = page.own();
    let inbox = page.get("/").body;
    let letters: Vec<_> = inbox.split("href=\"/plis/").skip(1).map(|rest| &rest[..16]).collect();
    let [practice, note] = letters[..] else { panic!("{inbox}") };
    let [practice, note] = [practice, note].map(|letter| format!("/plis/{letter}"));
    let opened = page.post(&practice, &own, &[]);
    assert!(opened.body.contains("Deux passages par soirée suffisent."), "{}", opened.body);
    let opened = page.post(&note, &own, &[("reason", "suivi")]);
    assert!(opened.body.contains("La porte est forcée."), "{}", opened.body);
    for path in ["/annuaire", "/echeances", "/envoyes", "/acces", "/groupes"] {
        assert_eq!(page.get(path).status, 200, "{path}");
    }

    stage.town.stop();
    let check = |path: &str, shown: &str| {
        let answer = page.get(path);
        assert!(answer.body.contains(shown), "{path}: {}", answer.body);
        assert!(
            !answer.body.contains("page-said") && answer.body.contains("<nav"),
            "{path}: {}",
            answer.body
        );
    };
    check("/annuaire", "Awa Delmas");
    check("/echeances", "Échéances");
    check("/envoyes", "Information administrative");
    check("/acces", "n° ");
    check("/verifier", "Pièce à vérifier");
    check(&practice, "Vous pouvez le relire sans le relais");
    let again = page.post(&practice, &own, &[]);
    assert!(again.body.contains("Deux passages par soirée suffisent."), "{}", again.body);
    // The rest says why not, and what to do.
    for path in ["/", "/a-valider", "/ecrire", "/groupes", &note] {
        check(path, AWAY);
    }

    // An absent relay is not tried again for some seconds; then it goes on by itself.
    stage.town.begin();
    for _ in 0..LOOKS_MAX {
        if page.get("/ecrire").status == 200 {
            break;
        }
        std::thread::sleep(LOOK);
    }
    check("/ecrire", "Bailleurs de Clairval");
    check("/", "Note confidentielle");
    stage.end();
}
