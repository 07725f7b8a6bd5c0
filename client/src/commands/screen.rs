//! `pli screen`: what the screening rules say of a text or a document, before anybody sends it to anybody.

use crate::cli::Screen as Typed;
use crate::documents::apart::Apart;
use crate::documents::ocr::Ocr;
use crate::documents::{Reading, Unread};
use crate::failure::Failure;
use crate::screening;
use crate::show::Show;
use crate::words::Words;
use serde_json::json;
use shared::screening::text::unescaped;
use shared::screening::{Finding, Judgement, Screen, Verdict};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::Stdio;

/// The exit code where something may not be sent.
const REFUSED: u8 = 4;

pub(super) fn run(typed: &Typed, show: &Show) -> Result<u8, Failure> {
    let screen = screening::screen().map_err(|error| Failure::local("screen-rules", error))?;
    let ocr = if typed.ocr { Some(Ocr::installed().ok_or_else(no_ocr)?) } else { None };
    let mut is_refused = false;
    for file in &typed.files {
        let name = file.display().to_string();
        let mut tell = |input: String, judgement: &Judgement, unread: &[Unread]| {
            is_refused |= judgement.verdict == Verdict::Refuse;
            tell(&screen, &input, judgement, unread, show);
        };
        if typed.lines {
            match lines(file).map_err(|error| Failure::usage("screen-file", error.kind()))? {
                None => tell(name, &screening::unreadable(), &[]),
                Some(text) => {
                    for (number, line) in (1..).zip(text.lines()) {
                        tell(format!("{name}:{number}"), &screen.judge(&unescaped(line)), &[]);
                    }
                }
            }
        } else {
            let reading = read(file, ocr.as_ref())?;
            tell(name, &screening::document(&screen, file, &reading), &reading.unread);
        }
    }
    Ok(if is_refused { REFUSED } else { 0 })
}

fn no_ocr() -> Failure {
    Failure::usage("screen-ocr", "tesseract is not on the PATH")
}

fn is_typed(file: &Path) -> bool {
    file == Path::new("-")
}

fn lines(file: &Path) -> io::Result<Option<String>> {
    let from: Box<dyn Read> =
        if is_typed(file) { Box::new(io::stdin()) } else { Box::new(File::open(file)?) };
    screening::text(from)
}

/// Reads a document apart from everything that this process has.
fn read(file: &Path, ocr: Option<&Ocr>) -> Result<Reading, Failure> {
    let document = if is_typed(file) {
        Stdio::inherit()
    } else {
        let opened = File::open(file).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(io::ErrorKind::IsADirectory.into()),
            false => Ok(file),
        });
        Stdio::from(opened.map_err(|error| Failure::usage("screen-file", error.kind()))?)
    };
    let apart = Apart::usual().map_err(|error| Failure::local("local-io", error))?;
    let mut reading = Apart { pictures: ocr.is_some(), ..apart }.read(document);
    if let Some(ocr) = ocr {
        ocr.add_to(&mut reading);
    }
    Ok(reading)
}

/// The verdict, its rules, and what was not read; to the writer, and to nobody else, the words too.
fn tell(screen: &Screen, input: &str, judgement: &Judgement, unread: &[Unread], show: &Show) {
    let rules: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let listed: Vec<_> = unread
        .iter()
        .map(|unread| json!({"place": unread.place.to_string(), "reason": unread.reason}))
        .collect();
    let object = json!({"input": input, "verdict": judgement.verdict, "rules": rules, "unread": listed});
    show.result(&object, |words| {
        let verdict = match judgement.verdict {
            Verdict::Pass => "screen-pass",
            Verdict::Notice => "screen-notice",
            Verdict::Unscreenable => "screen-unscreenable",
            Verdict::Refuse => "screen-refuse",
        };
        let said = words.say(verdict, &[("input", input.to_owned().into())]);
        let found = judgement.findings.iter().filter(|finding| !finding.words.is_empty());
        let found = found.map(|finding| line(screen, finding, words));
        let unread = unread.iter().map(|unread| not_read(unread, words));
        std::iter::once(said).chain(found).chain(unread).collect()
    });
}

fn line(screen: &Screen, finding: &Finding, words: &Words) -> String {
    let title = screen.title(&finding.rule).unwrap_or(&finding.rule).to_owned();
    let arguments = [
        ("rule", finding.rule.clone().into()),
        ("title", title.into()),
        ("words", finding.words.join(" ").into()),
    ];
    words.say("screen-finding", &arguments)
}

fn not_read(unread: &Unread, words: &Words) -> String {
    let reason = serde_json::to_value(unread.reason).ok();
    let reason = reason.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let reason = words.say(&format!("unread-{reason}"), &[]);
    let place = unread.place.to_string();
    if place.is_empty() {
        return words.say("screen-unread", &[("reason", reason.into())]);
    }
    words.say("screen-unread-place", &[("place", place.into()), ("reason", reason.into())])
}
