//! Screening a note of a kilobyte, and a text of harmless sentences beside the least that any list of words costs: folding
//! case and accents, and one pass over the text for all words.

use crate::page::{Page, Wanted};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use pli_client::screening;
use std::time::Instant;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

const SENTENCES: &str = include_str!("../../data/screening/learned-from.tsv");
const TEXT_BYTES: usize = 256 * 1024;
const NOTE_BYTES: usize = 1024;
const NOTES: usize = 200;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "Screening: texts are judged on the writer's machine";
    let screen = screening::carried().screen().unwrap();
    let ordinary = SENTENCES.lines().filter(|line| line.starts_with("ordinary\t"));
    let text: Vec<&str> = ordinary.filter_map(|line| line.split('\t').nth(2)).collect();
    let text = text.join("\n");
    let text = &text[..text.floor_char_boundary(TEXT_BYTES)];
    let note = &text[..text.floor_char_boundary(NOTE_BYTES)];

    let began = Instant::now();
    for _ in 0..NOTES {
        std::hint::black_box(screen.judge(note));
    }
    let note_seconds = began.elapsed().as_secs_f64() / NOTES as f64;

    let began = Instant::now();
    std::hint::black_box(screen.judge(text));
    let judge_seconds = began.elapsed().as_secs_f64();

    let words: Vec<String> = screen.words().map(folded).collect();
    let scan = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&words).unwrap();
    let began = Instant::now();
    std::hint::black_box(scan.find_overlapping_iter(&folded(text)).count());
    let scan_seconds = began.elapsed().as_secs_f64();

    page.add(SECTION, "a note of 1 KiB", "ms", Wanted::AtMost(1.0), note_seconds * 1000.0);
    page.add(
        SECTION,
        "ordinary sentences, judged",
        "MiB/s",
        Wanted::Nothing,
        mebibytes(text) / judge_seconds,
    );
    page.add(
        SECTION,
        "the same, folded and scanned",
        "MiB/s",
        Wanted::Nothing,
        mebibytes(text) / scan_seconds,
    );
}

fn folded(text: &str) -> String {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

fn mebibytes(text: &str) -> f64 {
    text.len() as f64 / (1024.0 * 1024.0)
}
