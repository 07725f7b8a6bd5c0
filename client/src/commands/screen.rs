//! `pli screen`: what the rules say of a text or document, before anybody sends it to anybody; and about the rules.

use crate::cli::{AboutRule, Common, Screen as Typed};
use crate::documents::ocr::Ocr;
use crate::failure::Failure;
use crate::screening;
use crate::show::{Show, visible};
use crate::words::Words;
use serde_json::json;
use shared::ids::RuleId;
use shared::screening::text::unescaped;
use shared::screening::{Contents, Finding, Judgement, Screen, Unread, Verdict};
use shared::wire::Ask;
use std::io::{self, Read as _};
use std::path::Path;

/// The exit code where something may not be sent.
const REFUSED: u8 = 4;

pub(super) async fn run(typed: &Typed, common: &Common, show: &Show) -> Result<u8, Failure> {
    match &typed.command {
        Some(AboutRule::Explain { rule }) => explain(rule, common, show).map(|()| 0),
        Some(AboutRule::Report { rule }) => report(rule, common, show).await.map(|()| 0),
        None => judge(typed, common, show),
    }
}

/// Judges what lies there, by the rules that were last in force in this home, or those that the program carries.
fn judge(typed: &Typed, common: &Common, show: &Show) -> Result<u8, Failure> {
    let screen = super::ruleset::at_hand(common)?;
    let no_ocr = || Failure::usage("screen-ocr", "tesseract is not on the PATH");
    let ocr = if typed.ocr { Some(Ocr::installed().ok_or_else(no_ocr)?) } else { None };
    let mut is_refused = false;
    for file in &typed.files {
        let input = file.display().to_string();
        let mut tell = |input: &str, judgement: &Judgement, unread: &[Unread]| {
            is_refused |= judgement.verdict == Verdict::Refuse;
            tell(&screen, (input, unread), judgement, show);
        };
        if typed.lines {
            let text = lines(file)?;
            for (number, line) in (1..).zip(text.lines()) {
                tell(&format!("{input}:{number}"), &screen.judge(&unescaped(line)), &[]);
            }
        } else {
            let name = file.file_name().filter(|_| file != Path::new("-"));
            let name = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let contents = screening::contents(file, ocr.as_ref())?;
            let judgement = screen.judge_name(&name).and(screen.judge_contents(&contents));
            tell(&input, &with_unread(judgement, &contents), &contents.unread);
        }
    }
    Ok(if is_refused { REFUSED } else { 0 })
}

/// What could not be read passes nowhere in silence.
fn with_unread(judgement: Judgement, contents: &Contents) -> Judgement {
    if contents.unread.is_empty() { judgement } else { judgement.and(screening::unreadable()) }
}

fn lines(file: &Path) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::usage("screen-file", error.kind());
    let mut text = Vec::new();
    match file == Path::new("-") {
        true => io::stdin().take(screening::READ_BYTES_MAX).read_to_end(&mut text),
        false => std::fs::File::open(file)
            .and_then(|file| file.take(screening::READ_BYTES_MAX).read_to_end(&mut text)),
    }
    .map_err(failed)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The verdict and its rules; to the writer, and to nobody else, the words too.
fn tell(screen: &Screen, (input, unread): (&str, &[Unread]), judgement: &Judgement, show: &Show) {
    let rules: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let unread_too: Vec<_> =
        unread.iter().map(|one| json!({"place": one.place, "because": one.because})).collect();
    let object = json!({"input": input, "verdict": judgement.verdict, "rules": rules, "unread": unread_too});
    show.result(&object, |words| {
        let verdict = match judgement.verdict {
            Verdict::Pass => "screen-pass",
            Verdict::Notice => "screen-notice",
            Verdict::Unscreenable => "screen-unscreenable",
            Verdict::Refuse => "screen-refuse",
        };
        let said = words.say(verdict, &[("input", visible(input).into())]);
        let found = judgement.findings.iter().filter(|finding| !finding.words.is_empty());
        let found = found.map(|finding| line(screen, finding, words));
        let parts = unread.iter().map(|one| part(one, words));
        std::iter::once(said).chain(found).chain(parts).collect()
    });
}

fn line(screen: &Screen, finding: &Finding, words: &Words) -> String {
    let title = screen.explain(&finding.rule).map_or("", |rule| rule.title).to_owned();
    let arguments = [
        ("rule", finding.rule.to_string().into()),
        ("title", title.into()),
        ("words", visible(&finding.words.join(" ")).into()),
    ];
    words.say("screen-finding", &arguments)
}

/// A part that could not be read, and why.
pub(super) fn part(unread: &Unread, words: &Words) -> String {
    let because = words.say(&format!("unread-{}", unread.because.code()), &[]);
    let place = if unread.place.is_empty() { words.say("unread-whole", &[]) } else { visible(&unread.place) };
    words.say("send-unread", &[("place", place.into()), ("because", because.into())])
}

fn explain(rule: &RuleId, common: &Common, show: &Show) -> Result<(), Failure> {
    let screen = super::ruleset::at_hand(common)?;
    let explained =
        screen.explain(rule).ok_or_else(|| Failure::usage("screen-rule", "there is no such rule"))?;
    let object = json!({
        "rule": rule.as_str(),
        "title": explained.title,
        "verdict": explained.verdict,
        "release": explained.release,
        "words": explained.words,
    });
    show.result(&object, |words| {
        let releases = if explained.release { "screen-explain-release" } else { "screen-explain-strict" };
        let arguments = [("rule", rule.to_string().into()), ("title", explained.title.to_owned().into())];
        let mut lines = vec![words.say("screen-explain", &arguments), words.say(releases, &[])];
        if !explained.words.is_empty() {
            lines.push(words.say("screen-explain-words", &[("words", explained.words.join(", ").into())]));
        }
        lines
    });
    Ok(())
}

/// Tells the authority the rule, and nothing else: no text, no group, no name.
async fn report(rule: &RuleId, common: &Common, show: &Show) -> Result<(), Failure> {
    let screen = super::ruleset::at_hand(common)?;
    screen.explain(rule).ok_or_else(|| Failure::usage("screen-rule", "there is no such rule"))?;
    let mut session = super::session(common, show)?;
    session.ask(Ask::Contest { rule: rule.clone() }, &[]).await?;
    let object = json!({"rule": rule.as_str(), "state": "reported"});
    show.result(&object, |words| vec![words.say("screen-reported", &[("rule", rule.to_string().into())])]);
    session.close();
    Ok(())
}
