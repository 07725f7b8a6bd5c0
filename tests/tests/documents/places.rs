//! In every format the sentence is found in every place; and a document without it is read whole and passes.

use crate::{SENTENCE, is_refused, read_usually, screen};
use pli_tests::documents::{HARMLESS, samples};
use shared::screening::Verdict;

#[test]
fn a_sentence_is_found_wherever_it_stands() {
    let screen = screen();
    let mut missed = Vec::new();
    for sample in samples(SENTENCE) {
        let reading = read_usually(&sample.bytes);
        if !is_refused(&screen, &reading) {
            missed.push(format!(
                "{} {}: {:?} {:?}",
                sample.format, sample.place, reading.unread, reading.passages
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_is_harmless_is_read_whole_and_passes() {
    let screen = screen();
    let mut wrong = Vec::new();
    for sample in samples(HARMLESS) {
        let reading = read_usually(&sample.bytes);
        let judgement = screen.judge_contents(&reading.clone().into());
        if !reading.unread.is_empty() || judgement.verdict != Verdict::Pass {
            wrong.push(format!(
                "{} {}: {judgement:?} {:?} {:?}",
                sample.format, sample.place, reading.unread, reading.passages
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
