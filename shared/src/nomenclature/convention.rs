//! Whether `nomenclature.toml` says what the convention of 7 July 2020 says, article by article.
//!
//! Other tests use a small nomenclature of their own; this one is about the text that is signed. What would contradict
//! itself in any nomenclature is asked in `sound`.

use super::{Cadence, Class, Due, Ends, FieldKind, Flow, Nomenclature};
use crate::limits::ENVELOPE_MONTHS_MAX;

const TEXT: &str = include_str!("../../nomenclature.toml");

/// What the articles speak of, in their order; a second direction has a free letter.
const CODES: &str = "F01a F01b F02a F02b F04a F04b F04c F05a F05b F05c F05d F06a F06b F06c F06d F07a F07b F07c F08a F08b \
    F08c F08d F08e F09a F09b F09c F09d F09e F09f F09g F09h F10a F10b F11a F11b F12a F12b F12c F13 F14a F14b F14c F14d \
    F14e F15a F15b F15c F15d F15e F15f F15g F16 F17a F17b F18 F19 F20 F21 F22a F22b F23a F23b F24 F24a F25a F25b F25c";

/// What Pli does not carry, or not as a letter.
const REFUSED: [&str; 8] = ["F02b", "F05c", "F05d", "F07b", "F13", "F15c", "F22b", "F23a"];

/// What may be free text, with documents or without: nothing in it is required.
const FREE: [&str; 6] = ["F05a", "F07a", "F07c", "F10a", "F10b", "F17a"];

fn convention() -> Nomenclature {
    Nomenclature::parse(TEXT).unwrap()
}

fn flow<'a>(rules: &'a Nomenclature, code: &str) -> &'a Flow {
    rules.flow(&code.parse().unwrap()).unwrap()
}

fn names<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// The codes of the flows of which something is true.
fn which(rules: &Nomenclature, is: impl Fn(&Flow) -> bool) -> Vec<&str> {
    rules.flows.iter().filter(|(_, flow)| is(flow)).map(|(code, _)| code.as_str()).collect()
}

#[test]
fn whatever_the_convention_speaks_of_is_a_flow_or_a_refusal() {
    let rules = convention();
    let mut codes: Vec<_> =
        rules.flows.keys().chain(rules.refused.keys()).map(|code| code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, CODES.split_whitespace().collect::<Vec<_>>());
    assert_eq!(rules.refused.keys().map(|code| code.as_str()).collect::<Vec<_>>(), REFUSED);
    for (code, refused) in &rules.refused {
        assert!(!refused.because.is_empty() && !refused.channel.is_empty(), "{code}");
    }
}

#[test]
fn every_article_is_spoken_of() {
    let rules = convention();
    let flows = rules.flows.values().map(|flow| flow.article.as_str());
    let refused = rules.refused.values().map(|refused| refused.article.as_str());
    let articles = rules.articles.keys().map(String::as_str);
    let spoken: Vec<_> =
        flows.chain(refused).chain(articles).flat_map(|article| article.split(", ")).collect();
    for article in (1..=25).map(|article| article.to_string()).chain(["preambule".to_owned()]) {
        assert!(spoken.contains(&article.as_str()), "{article}");
    }
    for (name, article) in &rules.articles {
        assert!(!article.because.is_empty() && !article.rule.is_empty(), "{name}");
    }
}

#[test]
fn a_code_begins_with_its_article_and_says_who_reads_and_why() {
    for (code, flow) in &convention().flows {
        let number: u8 = code.as_str()[1..3].parse().unwrap();
        assert!(flow.article.split(", ").any(|article| article == number.to_string()), "{code}");
        assert!(flow.purpose.starts_with("Lu par ") && flow.purpose.contains("(convention, art. "), "{code}");
    }
}

#[test]
fn nothing_nominative_reaches_the_aorif_or_the_secretariat() {
    let rules = convention();
    for role in ["AORIF", "SEC"] {
        let role = role.parse().unwrap();
        let above = which(&rules, |flow| {
            flow.class > Class::N1 && (flow.from.contains(&role) || flow.to.contains(&role))
        });
        assert!(above.is_empty(), "{role}: {above:?}");
        let mut changed = rules.clone();
        let note = changed.flows.get_mut(&"F05a".parse().unwrap()).unwrap();
        note.to.push(role.clone());
        assert!(super::sound::check(&changed).is_err(), "{role}");
    }
}

#[test]
fn the_table_goes_to_exactly_three_functions() {
    let rules = convention();
    let table = flow(&rules, "F04c");
    assert_eq!(names(&table.closed), ["PREP", "EM", "CSP"]);
    assert_eq!(table.to, table.closed);
    assert_eq!(which(&rules, |flow| !flow.closed.is_empty()), ["F04c"]);
    let columns = |code| {
        names(
            &flow(&rules, code)
                .table
                .iter()
                .flat_map(|table| &table.columns)
                .map(|column| &column.name)
                .collect::<Vec<_>>(),
        )
    };
    let shared = [
        "adresse",
        "batiment",
        "hall",
        "logements",
        "zone",
        "problematique",
        "niveau",
        "tendance",
        "observe",
        "position",
    ];
    assert_eq!(columns("F04a"), shared);
    assert_eq!(columns("F04b"), columns("F04c"));
    assert_eq!(columns("F04b")[0], "bailleur");
    assert_eq!(columns("F04b")[1..], shared);
}

#[test]
fn the_parquet_agrees_to_three_flows() {
    let rules = convention();
    let by_parquet = |flow: &Flow| {
        let Some(gate) = &flow.gate else { return false };
        let stays_out = !flow.from.contains(&gate.by) && !flow.to.contains(&gate.by);
        gate.by.as_str() == "PROC" && gate.days == 30 && stays_out
    };
    assert_eq!(which(&rules, |flow| flow.gate.is_some()), ["F09c", "F09d", "F14a"]);
    assert_eq!(which(&rules, by_parquet), ["F09c", "F09d", "F14a"]);
    assert!(!rules.rejections.is_empty());
}

#[test]
fn a_reason_is_asked_wherever_something_is_nominative_and_the_first_fits() {
    let rules = convention();
    for (code, flow) in &rules.flows {
        assert_eq!(flow.reasons.is_empty(), flow.class < Class::N2, "{code}");
        let reasons = names(&flow.reasons);
        let always = ["controle", "droit", "erreur", "autre"];
        assert!(reasons.is_empty() || reasons.ends_with(&always.map(String::from)), "{code}");
    }
    let check = |codes: &str, first: &str| {
        for code in codes.split(' ') {
            assert_eq!(flow(&rules, code).reasons[0].as_str(), first, "{code}");
        }
    };
    check("F05a F07a F07c F14b F17b F20", "suivi");
    check("F06b F06d F11a F12b F21", "action");
    check("F06c F15d F15f", "reponse");
    check("F08a F08b F08c F08d F08e F12c", "plainte");
    check("F09a F09b F09c F09d F09e F09f F09g F09h", "bail");
}

#[test]
fn every_function_of_a_flow_can_be_in_one_of_its_groups() {
    let rules = convention();
    for (code, flow) in &rules.flows {
        let kinds: Vec<_> = flow.groups.iter().map(|kind| rules.kind(*kind).unwrap()).collect();
        for role in flow.from.iter().chain(&flow.to).chain(flow.gate.iter().map(|gate| &gate.by)) {
            let joins = kinds.iter().any(|kind| kind.members.contains(role) || kind.named.contains(role));
            assert!(joins, "{code} {role}");
        }
        for (kind, name) in kinds.iter().zip(&flow.groups) {
            let has = |roles: &[crate::ids::Role]| {
                roles.iter().any(|role| kind.members.contains(role) || kind.named.contains(role))
            };
            assert!(has(&flow.from) && has(&flow.to), "{code} {name:?}: nobody to send or to receive");
        }
    }
}

#[test]
fn what_may_be_free_text_requires_nothing_and_everything_else_has_a_form() {
    let rules = convention();
    assert_eq!(which(&rules, |flow| !flow.needs_form()), FREE);
    for code in FREE {
        let flow = flow(&rules, code);
        assert!(!flow.all_fields().any(|field| field.required), "{code}");
        assert!(flow.all_fields().next().is_some(), "{code}");
    }
}

#[test]
fn facts_say_how_sure_they_are() {
    let rules = convention();
    let has = |flow: &Flow, name: &str| flow.all_fields().any(|field| field.name.as_str() == name);
    let tells = |flow: &Flow| ["faits", "constat", "constats"].iter().any(|name| has(flow, name));
    // The police say what they saw themselves, and a complaint speaks for itself.
    assert_eq!(which(&rules, |flow| tells(flow) && !has(flow, "source")), ["F10b", "F12c"]);
    let titles: Vec<_> = rules.lists["source"].iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["Constaté", "Rapporté", "Rumeur"]);
}

#[test]
fn what_is_secret_is_hidden_and_an_address_says_whose_it_is() {
    let rules = convention();
    let has = |flow: &Flow, kind| flow.all_fields().any(|field| field.kind == kind);
    assert_eq!(which(&rules, |flow| has(flow, FieldKind::Secret)), ["F06b"]);
    let placed = which(&rules, |flow| flow.place.is_some());
    assert_eq!(placed, ["F06b", "F06d", "F09a", "F09b", "F09h", "F11a", "F11b", "F12b"]);
    // The public is told of no address where somebody is to be protected.
    assert!(!has(flow(&rules, "F21"), FieldKind::Address) && !has(flow(&rules, "F21"), FieldKind::Person));
}

#[test]
fn nothing_lasts_longer_than_a_letter_may() {
    for (class, retention) in &convention().retention {
        assert!(retention.days_max <= ENVELOPE_MONTHS_MAX * 31, "{class}");
        assert!(retention.days_max <= 1096, "{class}");
    }
}

#[test]
fn deadlines_are_those_of_the_convention() {
    let rules = convention();
    let check = |code: &str, due: Due| assert_eq!(flow(&rules, code).due.as_ref(), Some(&due), "{code}");
    let field = |name: &str| name.parse().unwrap();
    check("F04b", Due::Period { every: Cadence::Quarter, days: 15, remind: vec![10] });
    check("F06a", Due::Period { every: Cadence::Year, days: 31, remind: vec![2] });
    check("F08c", Due::Answered { flow: "F08b".parse().unwrap(), hours: 48 });
    check("F10a", Due::Period { every: Cadence::Week, days: 2, remind: vec![1] });
    check("F10b", Due::Answered { flow: "F10a".parse().unwrap(), hours: 7 * 24 });
    let court =
        |remind| Due::Field { field: field("constatation"), days: 5, remind, court: true, closes: false };
    check("F14b", court(vec![3]));
    let eleven_months = vec![334];
    let renewed = Due::Field {
        field: field("signature"),
        days: 365,
        remind: eleven_months,
        court: false,
        closes: false,
    };
    check("F15b", renewed);
    for code in ["F15d", "F15f"] {
        let field = field("enregistrement");
        check(code, Due::Field { field, days: 30, remind: vec![20, 25], court: false, closes: true });
    }
    let due = ["F04b", "F06a", "F08c", "F10a", "F10b", "F14b", "F15b", "F15d", "F15f"];
    assert_eq!(which(&rules, |flow| flow.due.is_some()), due);
}

#[test]
fn some_letters_end_on_a_day_whatever_was_chosen() {
    let rules = convention();
    let annee = "annee".parse().unwrap();
    assert_eq!(which(&rules, |flow| flow.year_field() == Some(&annee)), ["F06a", "F06b"]);
    let ended = which(&rules, |flow| matches!(flow.ends, Some(Ends::Field { .. })));
    assert_eq!(ended, ["F08c", "F09b", "F12a", "F15d", "F15f"]);
    let mut changed = rules;
    let appointment = changed.flows.get_mut(&"F08c".parse().unwrap()).unwrap();
    appointment.fields.retain(|field| field.name.as_str() != "date");
    assert!(super::sound::check(&changed).is_err(), "a day that is not asked for");
}

#[test]
fn an_answer_goes_back_to_who_asked() {
    let rules = convention();
    for (code, flow) in &rules.flows {
        for asked in flow.answers.iter().map(|asked| &rules.flows[asked]) {
            assert!(flow.from.iter().any(|role| asked.to.contains(role)), "{code}: by nobody who was asked");
            let hears =
                |role| flow.to.contains(role) || flow.gate.as_ref().is_some_and(|gate| gate.by == *role);
            assert!(asked.from.iter().all(hears), "{code}: not to all who ask");
        }
    }
    let answers = which(&rules, |flow| !flow.answers.is_empty());
    let expected = ["F06d", "F08c", "F08d", "F09c", "F09d", "F09g", "F10b", "F14a", "F14e", "F15f", "F15g"];
    assert_eq!(answers, expected);
}

#[test]
fn texts_of_law_have_their_days() {
    let rules = convention();
    let check = |name: &str, from: Option<&str>, until: Option<&str>, formerly: &str| {
        let law = &rules.law[name];
        assert_eq!(
            (law.from.as_deref(), law.until.as_deref(), law.formerly.as_str()),
            (from, until, formerly)
        );
    };
    check("csi-l272-1", Some("2021-11-27"), None, "CCH, art. L126-1");
    check("csi-l272-2", None, None, "CCH, art. L126-1-1");
    check("cp-434-7-2", Some("2021-12-24"), None, "");
    for (name, law) in rules.law.iter().filter(|(name, _)| name.starts_with("cpp-")) {
        assert_eq!(law.until.as_deref(), Some("2028-12-31"), "{name}");
    }
}

#[test]
fn every_list_has_a_use() {
    let rules = convention();
    for name in rules.lists.keys() {
        let used =
            rules.flows.values().flat_map(Flow::all_fields).any(|field| field.list.as_ref() == Some(name));
        assert!(used, "{name}");
    }
}
