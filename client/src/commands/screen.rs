//! `pli screen`: what the screening rules say of a text, before anybody writes it to anybody.

use crate::cli::Screen as Typed;
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

/// The exit code where something may not be sent.
const REFUSED: u8 = 4;

pub(super) fn run(typed: &Typed, show: &Show) -> Result<u8, Failure> {
    let screen = screening::screen().map_err(|error| Failure::local("screen-rules", error))?;
    let mut is_refused = false;
    for file in &typed.files {
        let name = file.display().to_string();
        let text = read(file).map_err(|error| Failure::usage("screen-file", error.kind()))?;
        let mut tell = |input: String, judgement: &Judgement| {
            is_refused |= judgement.verdict == Verdict::Refuse;
            tell(&screen, &input, judgement, show);
        };
        match text {
            None => tell(name, &screening::unreadable()),
            Some(text) if typed.lines => {
                for (number, line) in (1..).zip(text.lines()) {
                    tell(format!("{name}:{number}"), &screen.judge(&unescaped(line)));
                }
            }
            Some(text) => tell(name, &screen.judge(&text)),
        }
    }
    Ok(if is_refused { REFUSED } else { 0 })
}

fn read(file: &Path) -> io::Result<Option<String>> {
    let from: Box<dyn Read> =
        if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file)?) };
    screening::text(from)
}

/// The verdict and its rules; to the writer, and to nobody else, the words too.
fn tell(screen: &Screen, input: &str, judgement: &Judgement, show: &Show) {
    let rules: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let object = json!({"input": input, "verdict": judgement.verdict, "rules": rules});
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
        std::iter::once(said).chain(found).collect()
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
