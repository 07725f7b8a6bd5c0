//! A PDF of a hundred pages is read: how long it takes by itself, in a child, and with the judging, in one run.

use crate::page::{Page, Wanted};
use pli_client::documents::apart::Apart;
use pli_client::documents::limits::DEADLINE;
use pli_client::documents::{Limits, Reading, read};
use pli_client::screening;
use pli_tests::documents::pdf;
use std::io::{Seek as _, Write as _};
use std::process::Stdio;
use std::time::Instant;

const PAGES: usize = 100;

/// Lines of a page: as many as a report has, of sixteen words each.
const LINES: usize = 45;

const LINE: &str = "Le hall du 4 est reste libre de 21 h a minuit, et la porte de la cave";

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "Documents: a PDF of a hundred full pages is read and judged";
    let bytes = pdf::pages(PAGES, &[LINE; LINES]);
    let screen = screening::carried().screen().unwrap();

    let began = Instant::now();
    let reading = read(&bytes, &Limits::USUAL);
    let reading_seconds = began.elapsed().as_secs_f64();
    assert_eq!(reading.unread, []);

    // The program of the benchmark is this one, and what it is typed is a command of `pli`.
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    file.rewind().unwrap();
    let began = Instant::now();
    let apart = Apart { deadline: DEADLINE, ..Apart::usual().unwrap() }.read(Stdio::from(file));
    let apart_seconds = began.elapsed().as_secs_f64();
    assert_eq!(apart, reading, "the child reads what we read");

    let judge = |reading: &Reading| screen.judge_contents(&reading.clone().into());
    let began = Instant::now();
    judge(&read(&bytes, &Limits::USUAL));
    let both_seconds = began.elapsed().as_secs_f64();

    page.add(SECTION, "read", "s", Wanted::Nothing, reading_seconds);
    page.add(SECTION, "read in a child", "s", Wanted::AtMost(2.0), apart_seconds);
    page.add(SECTION, "read and judged", "s", Wanted::Nothing, both_seconds);
    page.add(
        SECTION,
        "judging to reading",
        "",
        Wanted::Nothing,
        (both_seconds - reading_seconds) / reading_seconds,
    );
}
