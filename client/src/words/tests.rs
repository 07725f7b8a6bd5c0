//! The catalogues say the same things, parse, and keep to plain words.

use super::*;
use crate::auditor::anomalies::Rule;
use shared::log::Act;
use shared::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet};

/// Words of the trade that a member should never have to read.
const FORBIDDEN: [&str; 12] = [
    "clé", "clés", "clef", "clefs", "hash", "hashs", "hachage", "epoch", "époque", "jeton", "jetons", "token",
];

/// The ids of a catalogue, each with the names of the arguments it uses.
fn arguments(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut messages = BTreeMap::new();
    let mut current: Option<&str> = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            current = line.split_once(" =").map(|(id, _)| id);
            let id = current.unwrap_or_else(|| panic!("a message without a sign of equality: {line}"));
            assert!(messages.insert(id, BTreeSet::new()).is_none(), "{id} stands twice");
        }
        let Some(id) = current else { continue };
        let names = line
            .split('$')
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next());
        messages.get_mut(id).unwrap().extend(names);
    }
    messages
}

#[test]
fn both_catalogues_parse_and_say_the_same_things() {
    for text in [FRENCH, ENGLISH] {
        let errors = FluentResource::try_new(text.to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{errors:?}");
    }
    let (french, english) = (arguments(FRENCH), arguments(ENGLISH));
    let ids = |messages: &BTreeMap<&'static str, BTreeSet<&'static str>>| {
        messages.keys().copied().collect::<Vec<_>>()
    };
    assert_eq!(ids(&french), ids(&english));
    for (id, names) in &french {
        assert_eq!(names, &english[id], "the arguments of {id}");
    }
}

#[test]
fn the_page_says_otherwise_what_a_terminal_says_with_a_command() {
    for text in [FRENCH, ENGLISH] {
        let messages = arguments(text);
        for (id, names) in &messages {
            let Some(terminal) = id.strip_prefix("page-said-") else { continue };
            let known = messages.get(terminal).unwrap_or_else(|| panic!("nobody says {terminal}"));
            assert!(names.is_subset(known), "{id} has more arguments than {terminal}");
        }
        let lines = text.lines().filter(|line| line.starts_with("page-said-"));
        lines.for_each(|line| assert!(!line.contains("--"), "{line}"));
    }
    let [terminal, page] = [Words::new(Language::French), Words::on_page(Language::French)]
        .map(|words| ["usage-locked", "page-lock"].map(|id| words.say(id, &[])));
    assert_ne!(terminal[0], page[0]);
    assert_eq!(terminal[1], page[1]);
    assert_eq!(together("Règle A : « mot » ?"), "Règle A\u{a0}: «\u{a0}mot\u{a0}»\u{a0}?");
}

#[test]
fn every_sentence_is_said_without_a_fault() {
    for (language, text) in [(Language::French, FRENCH), (Language::English, ENGLISH)] {
        let words = Words::new(language);
        for (id, names) in arguments(text) {
            let pattern = words.catalogues[0].get_message(id).and_then(|message| message.value());
            let pattern = pattern.unwrap_or_else(|| panic!("{id} has no text"));
            for value in [0, 1, 2] {
                let given: FluentArgs<'_> = names.iter().map(|name| (*name, Value::from(value))).collect();
                let mut faults = Vec::new();
                let said = words.catalogues[0].format_pattern(pattern, Some(&given), &mut faults);
                assert!(
                    faults.is_empty() && !said.is_empty() && !said.contains(['{', '}']),
                    "{id}: {said} {faults:?}"
                );
            }
        }
    }
}

#[test]
fn every_act_and_every_rule_is_told() {
    let acts = Act::ALL.map(|act| format!("act-{}", act.code()));
    let rules = Rule::ALL.map(|rule| ["", "-cause"].map(|end| format!("anomaly-{}{end}", rule.code())));
    let known = arguments(FRENCH);
    for id in acts.into_iter().chain(rules.into_iter().flatten()) {
        assert!(known.contains_key(id.as_str()), "{id}");
    }
}

#[test]
fn no_word_of_the_trade_stands_in_the_french() {
    for word in FRENCH.split(|c: char| !c.is_alphabetic()) {
        assert!(!FORBIDDEN.contains(&word.to_lowercase().as_str()), "{word}");
    }
}

#[test]
fn every_refusal_and_every_error_has_its_sentence() {
    let french = arguments(FRENCH);
    for refusal in Refusal::ALL {
        assert!(french.contains_key(format!("refusal-{refusal}").as_str()), "{refusal}");
    }
    for id in [
        "refusal-example-address",
        "keystore-absent",
        "keystore-already-there",
        "keystore-wrong-passphrase",
        "keystore-damaged",
        "keystore-other-version",
        "keystore-rotating-missing",
        "keystore-busy",
        "keystore-io",
        "agent-running",
        "agent-no-place",
        "agent-not-started",
        "agent-not-available",
        "agent-io",
    ] {
        assert!(french.contains_key(id), "{id}");
    }
}

#[test]
fn a_sentence_takes_its_arguments_without_marks() {
    let words = Words::new(Language::French);
    let said = |count: i32| {
        words.say(
            "send-before",
            &[("count", count.into()), ("names", "bailleur-3".into()), ("date", "14 décembre 2026".into())],
        )
    };
    assert!(
        said(3).starts_with("Ce pli sera lisible par 3 personnes (bailleur-3), détruit le 14 décembre 2026,"),
        "{}",
        said(3)
    );
    assert!(said(1).starts_with("Ce pli sera lisible par une personne (bailleur-3),"), "{}", said(1));
}

#[test]
fn a_text_from_elsewhere_cannot_steer_the_terminal() {
    let said =
        Words::new(Language::English).say("keystore-damaged", &[("file", "a\x1b[2J\n\u{202e}b".into())]);
    assert!(said.contains("a\u{fffd}[2J\u{fffd}\u{fffd}b"), "{said:?}");
}

#[test]
fn what_is_missing_is_seen_and_stops_nobody() {
    let words = Words::new(Language::English);
    assert_eq!(words.say("no-such-sentence", &[]), "[no-such-sentence]");
    assert!(words.say("send-before", &[]).contains("{$names}"));
}

#[test]
fn what_english_lacks_is_said_in_french() {
    let mut words = Words::new(Language::English);
    words.catalogues[0] = catalogue("en", "");
    assert_eq!(words.say("lock-done", &[]), Words::new(Language::French).say("lock-done", &[]));
}

#[test]
fn the_language_is_french_unless_english_is_asked_for() {
    for (name, expected) in [
        ("en", Language::English),
        ("en_GB.UTF-8", Language::English),
        ("EN-us", Language::English),
        ("", Language::French),
        ("fr_FR", Language::French),
        ("enough", Language::French),
    ] {
        assert_eq!(Language::named(name), expected, "{name}");
    }
}
