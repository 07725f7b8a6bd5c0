//! Learns the model of the screening rules, and says what they get wrong.
//!
//! `cargo run -p pli-shared --example screening -- learn` writes `shared/ruleset/model.bin`; `-- try` judges each
//! author's sentences by what was learned from the other authors' (`-- try told` prints every one of them); `-- long`
//! judges long texts; `-- errors` writes `docs/screening-errors.md`, which nobody reads who tunes; `-- speed` says how long it takes; `-- measure` judges the sentences that nothing was tuned on;
//! `-- why TEXT` says what is found in a text.

#![allow(clippy::print_stdout, reason = "that is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a tool beside the core, which reads and writes")]
#![allow(clippy::cast_precision_loss, reason = "some thousand sentences")]
#![allow(clippy::unwrap_used, reason = "whoever runs it sees what is wrong")]

#[path = "../tests/screening/learning.rs"]
mod learning;

use learning::{
    HELD_OUT, LEARNED, LEARNED_FROM, Measured, RULES, Sentence, errors, learn, learn_from, sentences,
};
use shared::screening::model::WEIGHTS;
use shared::screening::{Screen, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Who wrote the first sentences. There are several, and they are not told apart: these are left out in parts.
const FIRST: &str = "o";

/// In how many.
const PARTS: usize = 4;

/// So many long texts of each length are tried.
const LONG_TEXTS: usize = 100;

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
        "long" => try_long(),
        "speed" => try_speed(),
        "errors" => {
            let screen = Screen::of(RULES, LEARNED).unwrap();
            print!("{}{}", learning::ABOUT_ERRORS, errors(&screen, &sentences(HELD_OUT)));
        }
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
        _ => println!("learn, try, long, speed, why, errors or measure"),
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
    let left_out: Vec<(&str, usize)> =
        set.iter().enumerate().map(|(number, one)| fold(number, one)).collect();
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

/// Joins harmless sentences that were not learned from until there are so many words: how many of such texts are refused,
/// and how many of those in which a report is buried.
fn try_long() {
    let set = sentences(LEARNED_FROM);
    let blank = Screen::of(RULES, &vec![0; WEIGHTS]).unwrap();
    let (others, own): (Vec<_>, Vec<_>) = set.iter().enumerate().partition(|(number, _)| number % PARTS != 0);
    let others: Vec<&Sentence> = others.into_iter().map(|(_, one)| one).collect();
    let screen = Screen::of(RULES, &learn(&blank, &others)).unwrap();
    let of = |is_wanted: &dyn Fn(&Sentence) -> bool| -> Vec<&str> {
        own.iter().filter(|(_, one)| is_wanted(one)).map(|(_, one)| one.text.as_str()).collect()
    };
    let plain = of(&|one| one.kind == "plain");
    let implicit = of(&|one| one.kind == "implicit");
    let harmless =
        [("ordinary", of(&|one| one.kind == "ordinary")), ("every kind", of(&|one| !one.is_excluded()))];
    for (name, harmless) in harmless {
        for words in [100, 500, 1000, 2000, 3000] {
            let share = |reports: &[&str]| refused(&screen, &harmless, words, reports);
            println!(
                "{name:10} {words:5} words: {:.2} refused; with a plain report {:.2}, with an implicit one {:.2}",
                share(&[]),
                share(&plain),
                share(&implicit)
            );
        }
    }
}

/// The share of long texts that is refused, with one of these reports in the middle of each.
fn refused(screen: &Screen, harmless: &[&str], words: usize, reports: &[&str]) -> f64 {
    let mut random = fastrand::Rng::with_seed(7);
    let mut harmless = harmless.to_vec();
    let is_refused = |_: &usize| {
        random.shuffle(&mut harmless);
        let mut lines = joined(&harmless, words);
        lines.splice(lines.len() / 2..lines.len() / 2, random.choice(reports).copied());
        screen.judge(&lines.join("\n")).verdict == Verdict::Refuse
    };
    (0..LONG_TEXTS).filter(is_refused).count() as f64 / LONG_TEXTS as f64
}

/// How long it takes to make the rules ready, and to judge texts of ordinary sentences.
fn try_speed() {
    let begun = std::time::Instant::now();
    let screen = Screen::of(RULES, LEARNED).unwrap();
    println!("rules made ready in {:?}", begun.elapsed());
    let set = sentences(LEARNED_FROM);
    let texts: Vec<&str> = set.iter().filter(|one| !one.is_excluded()).map(|one| one.text.as_str()).collect();
    let text = texts.join("\n").repeat(2);
    for bytes in [1 << 10, 16 << 10, 128 << 10, 1 << 20] {
        let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap();
        let begun = std::time::Instant::now();
        let judged = screen.judge(&text[..end]);
        println!("{bytes:8} bytes: {:?}, {} findings", begun.elapsed(), judged.findings.len());
    }
}

/// Lines until there are so many words.
fn joined<'a>(lines: &[&'a str], words: usize) -> Vec<&'a str> {
    let mut count = 0;
    let is_wanted = |line: &&str| {
        let is_wanted = count < words;
        count += line.split_whitespace().count();
        is_wanted
    };
    lines.iter().copied().take_while(is_wanted).collect()
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
