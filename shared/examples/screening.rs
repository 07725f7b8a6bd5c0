//! Learns the model of the screening rules, and says what they get wrong.
//!
//! `cargo run -p pli-shared --example screening -- learn` writes `shared/ruleset/model.bin`; `-- try` judges the sentences it was
//! learned from, in five parts of which each is judged by what was learned from the others; `-- measure` judges the
//! sentences that nothing was tuned on.

#![allow(clippy::print_stdout, reason = "that is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a tool beside the core, which reads and writes")]
#![allow(clippy::cast_precision_loss, reason = "some thousand sentences")]
#![allow(clippy::unwrap_used, reason = "whoever runs it sees what is wrong")]

#[path = "../tests/screening/learning.rs"]
mod learning;

use learning::{HELD_OUT, LEARNED, LEARNED_FROM, Measured, RULES, Sentence, learn, sentences};
use shared::screening::model::WEIGHTS;
use shared::screening::{Screen, Verdict};

const PARTS: usize = 5;

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    match what.as_str() {
        "learn" => {
            let set = sentences(LEARNED_FROM);
            let screen = Screen::of(RULES, &vec![0; WEIGHTS]).unwrap();
            let weights = learn(&screen, &set.iter().collect::<Vec<_>>());
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/ruleset/model.bin"), weights).unwrap();
        }
        "try" => try_parts(),
        "measure" => {
            let screen = Screen::of(RULES, LEARNED).unwrap();
            print!("{}", Measured::of(&screen, &sentences(HELD_OUT)).table());
        }
        "why" => {
            let screen = Screen::of(RULES, LEARNED).unwrap();
            for text in std::env::args().skip(2) {
                println!("{:?}", screen.judge(&text));
            }
        }
        _ => println!("learn, try or measure"),
    }
}

fn try_parts() {
    let set = sentences(LEARNED_FROM);
    let blank = Screen::of(RULES, &vec![0; WEIGHTS]).unwrap();
    let (mut scored, mut hard) = (Vec::new(), 0);
    for part in 0..PARTS {
        let others: Vec<&Sentence> =
            set.iter().enumerate().filter(|(number, _)| number % PARTS != part).map(|(_, one)| one).collect();
        let screen = Screen::of(RULES, &learn(&blank, &others)).unwrap();
        for one in set.iter().skip(part).step_by(PARTS) {
            let rules: Vec<String> = screen
                .judge(&one.text)
                .findings
                .into_iter()
                .filter(|finding| finding.verdict == Verdict::Refuse)
                .map(|finding| finding.rule.to_string())
                .collect();
            hard += usize::from(!rules.is_empty());
            scored.push((screen.score(&one.text), rules, one.clone()));
        }
    }
    println!("{hard} refused");
    for threshold in [9.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0] {
        let mut kinds: std::collections::BTreeMap<&str, (usize, usize)> = std::collections::BTreeMap::new();
        for (score, rules, one) in &scored {
            let is_refused = rules.iter().any(|rule| rule != "X1-sans-mot") || *score >= threshold;
            let kind = kinds.entry(one.kind).or_default();
            kind.0 += 1;
            kind.1 += usize::from(is_refused);
        }
        let shares: Vec<_> = kinds
            .iter()
            .map(|(kind, (all, refused))| format!("{} {:.3}", &kind[..5], *refused as f64 / *all as f64))
            .collect();
        println!("{threshold:.1}  {}", shares.join("  "));
    }
    scored.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    for (score, rules, one) in scored.iter().filter(|(score, rules, one)| {
        !one.is_excluded() && (*score > 0.5 || rules.iter().any(|rule| rule != "X1-sans-mot"))
    }) {
        println!("wrong {score:.2} {rules:?} [{}] {}", one.kind, one.text);
    }
    for (score, rules, one) in scored.iter().filter(|(score, rules, one)| {
        one.is_excluded() && *score < 0.5 && !rules.iter().any(|rule| rule != "X1-sans-mot")
    }) {
        println!("missed {score:.2} {rules:?} [{}] {}", one.kind, one.text);
    }
}
