//! Learns the model of the screening rules, and says what they get wrong.
//!
//! `cargo run -p pli-shared --example screening -- learn` writes `shared/ruleset/model.bin`; `-- try` judges each
//! author's sentences by what was learned from the other authors' (`-- try told` prints every one of them); `-- measure`
//! judges the sentences that nothing was tuned on; `-- why TEXT` says what is found in a text.

#![allow(clippy::print_stdout, reason = "that is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a tool beside the core, which reads and writes")]
#![allow(clippy::cast_precision_loss, reason = "some thousand sentences")]
#![allow(clippy::unwrap_used, reason = "whoever runs it sees what is wrong")]

#[path = "../tests/screening/learning.rs"]
mod learning;

use learning::{HELD_OUT, LEARNED, LEARNED_FROM, Measured, RULES, Sentence, learn, learn_from, sentences};
use shared::screening::model::WEIGHTS;
use shared::screening::{Screen, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Who wrote the first sentences. There are several, and they are not told apart: these are left out in parts.
const FIRST: &str = "o";

/// In how many.
const PARTS: usize = 4;

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    match what.as_str() {
        "learn" => {
            let set = sentences(LEARNED_FROM);
            let screen = Screen::of(RULES, &vec![0; WEIGHTS]).unwrap();
            let weights = learn(&screen, &set.iter().collect::<Vec<_>>());
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/ruleset/model.bin"), weights).unwrap();
        }
        "try" => try_authors(std::env::args().nth(2).is_some()),
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

/// One sentence, judged by what was learned from the sentences of others.
struct Tried<'a> {
    sentence: &'a Sentence,
    score: f32,
    rules: Vec<String>,
    is_refused: bool,
}

impl Tried<'_> {
    fn would_be_refused(&self, threshold: f32) -> bool {
        self.score >= threshold || !self.rules.is_empty()
    }
}

/// Leaves one author out at a time, and shows by kind how many of that author's sentences are refused.
fn try_authors(is_told: bool) {
    let set = sentences(LEARNED_FROM);
    let blank = Screen::of(RULES, &vec![0; WEIGHTS]).unwrap();
    let features: Vec<_> = set.iter().map(|one| blank.features(&one.text)).collect();
    let left_out: Vec<(&str, usize)> = set.iter().enumerate().map(|(number, one)| fold(number, one)).collect();
    let folds: Vec<_> = left_out.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let leave_out = |fold: (&str, usize)| -> Vec<Tried<'_>> {
        let (own, others): (Vec<usize>, Vec<usize>) =
            (0..set.len()).partition(|number| left_out[*number] == fold);
        let others: Vec<_> =
            others.into_iter().map(|number| (&set[number], features[number].as_slice())).collect();
        let screen = Screen::of(RULES, &learn_from(&others)).unwrap();
        own.into_iter().map(|number| tried(&screen, &set[number])).collect()
    };
    let (some, others) = folds.split_at(folds.len() / 2);
    let mut all: Vec<Tried<'_>> = std::thread::scope(|scope| {
        let others = scope.spawn(|| others.iter().flat_map(|fold| leave_out(*fold)).collect::<Vec<_>>());
        let mut all: Vec<_> = some.iter().flat_map(|fold| leave_out(*fold)).collect();
        all.extend(others.join().unwrap());
        all
    });
    show(&all);
    if is_told {
        all.sort_by(|one, other| other.score.total_cmp(&one.score));
        for Tried { sentence, score, rules, .. } in all {
            let text = sentence.text.replace('\n', "\\n");
            println!("{}\t{}\t{score:.3}\t{}\t{text}", sentence.author, sentence.kind, rules.join(","));
        }
    }
}

/// What is left out together: all of an author's sentences, of the first author's a part.
fn fold(number: usize, sentence: &Sentence) -> (&'static str, usize) {
    let is_of_the_first = sentence.author == FIRST;
    (sentence.author, if is_of_the_first { number % PARTS } else { 0 })
}

fn tried<'a>(screen: &Screen, sentence: &'a Sentence) -> Tried<'a> {
    let judged = screen.judge(&sentence.text);
    let rules = judged.refusing().map(|finding| finding.rule.to_string());
    Tried {
        sentence,
        score: screen.score(&sentence.text),
        rules: rules.filter(|rule| rule != "X1-sans-mot").collect(),
        is_refused: judged.verdict == Verdict::Refuse,
    }
}

/// A table of thresholds over all authors but the first, and one of authors as the ruleset has it.
fn show(all: &[Tried<'_>]) {
    let mut authors: BTreeMap<&str, Vec<&Tried<'_>>> = BTreeMap::new();
    for one in all {
        authors.entry(one.sentence.author).or_default().push(one);
    }
    let others = || all.iter().filter(|one| one.sentence.author != FIRST);
    for threshold in [9.0, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0] {
        println!("{threshold:4.1}  {}", shares(others(), |one| one.would_be_refused(threshold)));
    }
    for (author, own) in authors {
        println!("{author}     {}", shares(own.into_iter(), |one| one.is_refused));
    }
    println!("all   {}", shares(others(), |one| one.is_refused));
}

/// The share that is refused of each kind.
fn shares<'a>(all: impl Iterator<Item = &'a Tried<'a>>, is_refused: impl Fn(&Tried<'_>) -> bool) -> String {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in all {
        let kind = kinds.entry(one.sentence.kind).or_default();
        kind.0 += 1;
        kind.1 += usize::from(is_refused(one));
    }
    let share = |(kind, (all, refused)): (&&str, &(usize, usize))| {
        format!("{} {:.3}", &kind[..5], *refused as f64 / *all as f64)
    };
    kinds.iter().map(share).collect::<Vec<_>>().join("  ")
}
