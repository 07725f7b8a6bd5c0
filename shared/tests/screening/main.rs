//! The rules of screening as they stand in the repository: what they find, what they let pass, and what the page says of it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod learning;

use learning::{HELD_OUT, LEARNED, LEARNED_FROM, Measured, RULES, errors, learn, sentences};
use shared::screening::model::WEIGHTS;
use shared::screening::{Screen, Verdict};

fn screen() -> Screen {
    Screen::of(RULES, LEARNED).unwrap()
}

fn verdicts(expected: Verdict, texts: &[&str]) {
    let screen = screen();
    for text in texts {
        let judged = screen.judge(text);
        assert_eq!(judged.verdict, expected, "{text:?}: {:?}", judged.findings);
    }
}

#[test]
fn what_concerns_somebody_is_refused() {
    verdicts(
        Verdict::Refuse,
        &[
            "M. Untel se radicalise depuis l'été.",
            "Elle est fichée S.",
            "Le fils Morel est r4d1c4lisé",
            "Le fils Morel est r a d i c a l i s é",
            "Il parle de djihad à ses voisins.",
            "Suivi en CPRAF, le fils de Mme Untel.",
            "Le jeune du 4 est un néonazi.",
            "Il prépare un attentat.",
        ],
    );
}

#[test]
fn what_bodies_are_called_and_what_looks_alike_passes() {
    verdicts(
        Verdict::Pass,
        &[
            "Ordre du jour du CLSPDR : halls, parkings, calendrier.",
            "Le conseil local de sécurité et de prévention de la délinquance et de la radicalisation se réunit mardi.",
            "Formation à la prévention de la radicalisation, inscriptions avant vendredi.",
            "Le chien du voisin terrorise les enfants du square.",
            "Changement radical de prestataire pour le ménage.",
            "Hall 3 occupé de 21 h à minuit, quatre jeunes, cannabis, départ à l'arrivée de la patrouille.",
            "La fiche S-12 du contrôle d'accès est à remplir.",
        ],
    );
}

#[test]
fn what_was_learned_is_what_the_sentences_teach() {
    let set = sentences(LEARNED_FROM);
    let blank = Screen::of(RULES, &vec![0; WEIGHTS]).unwrap();
    let learned = learn(&blank, &set.iter().collect::<Vec<_>>());
    assert!(learned == LEARNED, "run `cargo run -p pli-shared --example screening -- learn`");
}

#[test]
fn the_page_says_what_is_measured() {
    let page = include_str!("../../../docs/screening.md");
    let table = Measured::of(&screen(), &sentences(HELD_OUT)).table();
    assert!(page.contains(&table), "docs/screening.md is not what was measured:\n{table}");
}

#[test]
fn every_error_is_listed() {
    let page = include_str!("../../../docs/screening-errors.md");
    let listed = format!("{}{}", learning::ABOUT_ERRORS, errors(&screen(), &sentences(HELD_OUT)));
    assert!(page == listed, "docs/screening-errors.md does not list what is judged wrongly");
}

#[test]
fn nothing_that_it_is_measured_by_was_learned_from() {
    let learned: std::collections::BTreeSet<_> =
        sentences(LEARNED_FROM).into_iter().map(|one| one.text.to_lowercase()).collect();
    let both =
        sentences(HELD_OUT).into_iter().filter(|one| learned.contains(&one.text.to_lowercase())).count();
    assert_eq!(both, 0);
}

#[test]
fn every_sentence_says_who_wrote_it() {
    for one in sentences(LEARNED_FROM) {
        assert_eq!(one.author.len(), 1, "{:?}", one.text);
    }
}

#[test]
fn what_is_disguised_is_read() {
    verdicts(
        Verdict::Refuse,
        &[
            "Le fils Morel est RADlCALlSÉ, bâtiment C.",
            "Le fils Morel est r.a.d.i.c.a.l.i.s.é",
            "Le fils Morel est enqvpnyvfr, tu sais lire.",
            "Le fils Morel est 72 61 64 69 63 61 6c 69 73 65",
            "Le fils Morel est cmFkaWNhbGlzZQ==",
            "Le fils Morel regarde d a e c h toute la nuit.",
        ],
    );
}

#[test]
fn a_long_text_is_not_refused_for_its_length() {
    let line =
        "Hall 3 occupé de 21 h à minuit, quatre jeunes, cannabis, départ à l'arrivée de la patrouille.\n";
    let text = line.repeat(200);
    assert_eq!(screen().judge(&text).verdict, Verdict::Pass);
    let report = "M. Untel se radicalise depuis l'été, ses voisins ont peur.\n";
    assert_eq!(screen().judge(&[&text, report, &text].concat()).verdict, Verdict::Refuse);
}

#[test]
fn a_ruleset_that_does_not_hold_together_is_named() {
    let error = |text: &str| Screen::of(text, LEARNED).err().unwrap().to_string();
    assert!(error("").contains("cannot be read"));
    let other = RULES.replacen("near = [[\"somebody\"]]", "near = [[\"nobody\"]]", 1);
    assert!(error(&other).contains("nobody"));
    let empty = RULES.replacen("harmless = [", "harmless = [ \"...\",", 1);
    assert!(error(&empty).contains("..."));
    assert!(Screen::of(RULES, &[0; 3]).is_err());
}
