//! What a command says: one JSON object a line for scripts, French sentences for people, both to the page.
//!
//! Results go to standard output; everything else (questions, progress, failures for people) goes
//! to standard error. The only module that writes to either; what the page hears is kept in [`page`].

pub mod page;

use self::page::{Heard, Said};
use crate::failure::Failure;
use crate::screening::{Stopped, UNREAD};
use crate::words::{Language, Value, Words, steers};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value as Json, json};
use shared::message::Objection;
use shared::refusal::Refusal;
use shared::screening::Judgement;
use shared::time::Timestamp;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a script is told of what the rules stopped; the words stay with people.
fn stopped_json(judgement: &Judgement) -> Json {
    let rules: Vec<_> = judgement.refusing().map(|finding| finding.rule.as_str()).collect();
    json!({"verdict": "refuse", "rules": rules, "releasable": judgement.is_releasable()})
}

/// How a command speaks.
pub struct Show {
    listener: Listener,
    /// Whether somebody was asked whether it shall be done, and said no.
    declined: AtomicBool,
    /// What people read.
    pub words: Arc<Words>,
}

/// Who listens.
enum Listener {
    /// A script.
    Script,
    /// Somebody at a terminal, or at what stands for one.
    Terminal,
    /// The page.
    Page(Heard),
}

impl Show {
    /// Speaks JSON to scripts, or the language to people.
    #[must_use]
    pub fn new(json: bool, language: Language) -> Self {
        let listener = if json { Listener::Script } else { Listener::Terminal };
        Self { listener, declined: AtomicBool::new(false), words: Arc::new(Words::new(language)) }
    }

    /// Speaks to the page.
    #[must_use]
    pub fn to_page(heard: Heard, words: Arc<Words>) -> Self {
        Self { listener: Listener::Page(heard), declined: AtomicBool::new(false), words }
    }

    /// Whether a script listens.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self.listener, Listener::Script)
    }

    /// A result: the object for scripts, the lines for people.
    pub fn result(&self, object: &Json, lines: impl FnOnce(&Words) -> Vec<String>) {
        let mut out = match &self.listener {
            Listener::Page(heard) => {
                return heard.say(Said::Result { object: object.clone(), lines: lines(&self.words) });
            }
            Listener::Script | Listener::Terminal => std::io::stdout().lock(),
        };
        let written = if self.is_json() {
            writeln!(out, "{object}")
        } else {
            lines(&self.words).iter().try_for_each(|line| writeln!(out, "{line}"))
        };
        // Whoever read us has gone; there is nobody left to tell.
        let _ = written.and_then(|()| out.flush());
    }

    /// A result that other programs read: exactly these bytes.
    pub fn raw(&self, bytes: &[u8]) {
        if let Listener::Page(heard) = &self.listener {
            return heard.say(Said::Raw(bytes.to_vec()));
        }
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// Something for people only, beside the result.
    pub fn aside(&self, id: &str, arguments: &[(&str, Value<'_>)]) {
        match &self.listener {
            Listener::Script => {}
            Listener::Terminal => self.line(&self.words.say(id, arguments)),
            Listener::Page(heard) => {
                heard.say(Said::Aside { id: id.to_owned(), text: self.words.say(id, arguments) });
            }
        }
    }

    /// Whether somebody sits at a terminal who can be asked.
    #[must_use]
    pub fn asks(&self) -> bool {
        let is_terminal = matches!(self.listener, Listener::Terminal);
        is_terminal && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Whether nobody is there who could be asked: a script, or something that types in somebody's place.
    #[must_use]
    pub fn asks_nobody(&self) -> bool {
        match self.listener {
            Listener::Script => true,
            Listener::Terminal => !std::io::stdin().is_terminal(),
            Listener::Page(_) => false,
        }
    }

    /// A text that somebody wrote, for people only, beside the result.
    pub fn quote(&self, text: &str) {
        match &self.listener {
            Listener::Script => {}
            Listener::Terminal => text.lines().for_each(|line| self.line(&visible(line))),
            Listener::Page(heard) => heard.say(Said::Quote(text.to_owned())),
        }
    }

    /// A question to be answered with yes. Scripts are not asked: what they type is what they want. Whoever
    /// sits there and would not see the question is taken to have said no. The page is told of it, and answers by the
    /// same command with yes.
    #[must_use]
    pub fn confirms(&self, id: &str, assume_yes: bool) -> bool {
        let is_said = self.offers(id, assume_yes);
        if !is_said && !matches!(self.listener, Listener::Page(_)) {
            self.declined.store(true, Ordering::Relaxed);
        }
        is_said
    }

    /// Whether whoever was asked said no, so that nothing was done: exit 4, as where a rule says so.
    #[must_use]
    pub fn was_declined(&self) -> bool {
        self.declined.load(Ordering::Relaxed)
    }

    /// The same question about something beside: whatever is answered, the command did what it was asked for.
    #[must_use]
    pub fn offers(&self, id: &str, assume_yes: bool) -> bool {
        if let (Listener::Page(heard), false) = (&self.listener, assume_yes) {
            heard.say(Said::Question { id: id.to_owned(), text: self.words.say(id, &[]) });
            return false;
        }
        if assume_yes || self.asks_nobody() {
            return true;
        }
        if !self.asks() {
            return false;
        }
        let answer = typed(&format!("{} [o/N]", self.words.say(id, &[])));
        answer.is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "o" | "oui" | "y" | "yes"))
    }

    /// A line that somebody types, and that no history of commands keeps; nothing where nobody can be asked.
    #[must_use]
    pub fn ask(&self, id: &str) -> Option<String> {
        if self.asks() { typed(&self.words.say(id, &[])) } else { None }
    }

    /// The same behind a label that is data, such as that of a field.
    #[must_use]
    pub fn ask_for(&self, label: &str) -> Option<String> {
        if self.asks() { typed(&format!("{} :", visible(label))) } else { None }
    }

    /// How a command ended badly; gives its exit code.
    pub fn failure(&self, failure: &Failure) -> u8 {
        let message = self.message(failure);
        if self.is_json() {
            let object = match failure {
                Failure::Refused(refusal) | Failure::Explained { refusal, .. } => json!({"refusal": {
                    "code": refusal.code(), "number": refusal.number(), "message": message}}),
                Failure::Wait { seconds } => json!({"refusal": {
                    "code": Refusal::Quota.code(), "number": Refusal::Quota.number(), "message": message,
                    "wait_seconds": seconds}}),
                Failure::Objected(Objection::Form { rule, .. }) => {
                    json!({"objection": {"verdict": "refuse", "rules": [rule]}})
                }
                Failure::Objected(Objection::Unread(unread)) => {
                    let parts: Vec<_> = unread
                        .iter()
                        .map(|one| json!({"place": one.place, "because": one.because}))
                        .collect();
                    json!({"objection": {"verdict": "unscreenable", "rules": [UNREAD], "parts": parts}})
                }
                Failure::Stopped(stopped) | Failure::Quarantined(stopped) => {
                    json!({"objection": stopped_json(&stopped.judgement)})
                }
                Failure::Objected(Objection::Subject(judgement)) => {
                    json!({"objection": stopped_json(judgement)})
                }
                // The contract of a refusal, with where it goes instead in its sentence.
                Failure::NotHere(refused) => {
                    let message = format!("{message} {} {}", refused.because, refused.channel);
                    let unknown = Refusal::UnknownFlow;
                    json!({"refusal": {
                        "code": unknown.code(), "number": unknown.number(), "message": message,
                        "title": refused.title, "because": refused.because, "channel": refused.channel}})
                }
                Failure::Form(faults) => json!({"error": {
                    "code": failure.message_id(), "message": message, "faults": faults.json(&self.words)}}),
                _ => json!({"error": {"code": failure.message_id(), "message": message}}),
            };
            self.result(&object, |_| Vec::new());
        } else {
            self.line(&message);
            if let Failure::Stopped(stopped) | Failure::Quarantined(stopped) = failure {
                self.stopped(stopped);
                return failure.exit_code();
            }
            if let Failure::NotHere(refused) = failure {
                [&refused.title, &refused.because, &refused.channel]
                    .iter()
                    .for_each(|line| self.line(&visible(line)));
                return failure.exit_code();
            }
            if let Failure::Form(faults) = failure {
                faults.lines(&self.words).iter().for_each(|line| self.line(&visible(line)));
                return failure.exit_code();
            }
            let is_told = matches!(
                failure,
                Failure::Table(_)
                    | Failure::Refused(_)
                    | Failure::Explained { .. }
                    | Failure::Wait { .. }
                    | Failure::Unattested
                    | Failure::Unreached
                    | Failure::Struck
                    | Failure::Changed
                    | Failure::Declined
                    | Failure::Objected(Objection::Unread(_))
                    | Failure::Interrupted
            );
            // What debugs it is for whoever typed it.
            if !is_told && matches!(self.listener, Listener::Terminal) {
                self.line(&format!("  ({failure})"));
            }
        }
        failure.exit_code()
    }

    /// What is said to whom the rules stop: calmly, where to turn, and by which rule and words.
    fn stopped(&self, stopped: &Stopped) {
        for panel in &stopped.panel {
            let paragraphs = match self.words.language() {
                Language::French => &panel.fr,
                Language::English => &panel.en,
            };
            for paragraph in paragraphs {
                self.line("");
                self.line(&visible(paragraph));
            }
        }
        self.line("");
        for finding in stopped.judgement.refusing() {
            let words = visible(&finding.words.join(" "));
            let values = [("rule", finding.rule.as_str().to_owned().into()), ("words", words.into())];
            self.line(&self.words.say("stopped-by", &values));
        }
        if stopped.judgement.is_releasable() {
            self.line(&self.words.say("stopped-releasable", &[]));
        }
    }

    /// A progress bar over bytes; hidden where nobody looks.
    #[must_use]
    pub fn progress(&self, bytes: u64, id: &str, document: &str) -> ProgressBar {
        let message = self.words.say(id, &[("document", document.into())]);
        self.bar(bytes, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}", message)
    }

    /// A progress bar over things that are counted; hidden where nobody looks.
    #[must_use]
    pub fn counter(&self, count: u64, id: &str) -> ProgressBar {
        self.bar(count, "{msg} {wide_bar} {pos}/{len} {eta}", self.words.say(id, &[]))
    }

    fn bar(&self, length: u64, template: &str, message: String) -> ProgressBar {
        let is_terminal = matches!(self.listener, Listener::Terminal);
        let visible = is_terminal && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(message);
        if let Listener::Page(heard) = &self.listener {
            heard.follow(&bar);
        }
        bar
    }

    fn message(&self, failure: &Failure) -> String {
        if let Failure::Table(unfit) = failure {
            return unfit.said(&self.words);
        }
        if let Failure::Explained { id, values, .. } = failure {
            let values: Vec<_> = values.iter().map(|(name, text)| (*name, text.as_str().into())).collect();
            return self.words.say(id, &values);
        }
        let rule = match failure {
            Failure::Objected(Objection::Form { rule, .. }) => rule,
            _ => "",
        };
        let wait = match failure {
            Failure::Wait { seconds } => *seconds,
            _ => 0,
        };
        let values = [("rule", rule.into()), ("file", "".into()), ("seconds", wait.to_string().into())];
        self.words.say(&failure.message_id(), &values)
    }

    fn line(&self, line: &str) {
        if let Listener::Page(heard) = &self.listener {
            return heard.say(Said::Wrong(line.to_owned()));
        }
        let mut err = std::io::stderr().lock();
        let _ = writeln!(err, "{line}");
    }
}

/// What somebody types behind a prompt; nothing where they cannot be heard.
fn typed(prompt: &str) -> Option<String> {
    // Not locked while it waits: who interrupts the question is answered there too.
    let mut err = std::io::stderr();
    let _ = write!(err, "{prompt} ").and_then(|()| err.flush());
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.is_ok().then(|| line.trim().to_owned())
}

/// A line that cannot command the terminal: what somebody wrote is shown, not obeyed.
#[must_use]
pub fn visible(line: &str) -> String {
    line.chars().map(|letter| if steers(letter) && letter != '\t' { '\u{fffd}' } else { letter }).collect()
}

/// A date and time as people here read it: Europe/Paris, day first.
#[must_use]
pub fn local_time(timestamp: Timestamp) -> String {
    in_paris(timestamp, "%d/%m/%Y %H:%M")
}

/// A date and time to the second: what a record is read by.
#[must_use]
pub fn exact_time(timestamp: Timestamp) -> String {
    in_paris(timestamp, "%d/%m/%Y %H:%M:%S")
}

/// A size, as people say it.
#[must_use]
pub fn size(bytes: u64, words: &Words) -> String {
    let text = indicatif::BinaryBytes(bytes).to_string();
    match words.language() {
        Language::French => text.replace('.', ",").replace("iB", "io").replace('B', "octets"),
        Language::English => text,
    }
}

/// A date as people here read it.
#[must_use]
pub fn local_date(timestamp: Timestamp) -> String {
    in_paris(timestamp, "%d/%m/%Y")
}

/// The last day of a stretch of time that ends at this instant.
#[must_use]
pub fn last_day(end: Timestamp) -> String {
    local_date(Timestamp(end.0.saturating_sub(1)))
}

fn in_paris(timestamp: Timestamp, format: &str) -> String {
    let instant =
        i64::try_from(timestamp.0).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let instant = instant.unwrap_or(jiff::Timestamp::MAX);
    match instant.in_tz("Europe/Paris") {
        Ok(zoned) => zoned.strftime(format).to_string(),
        Err(_) => instant.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_and_not_obeyed() {
        assert_eq!(visible("Hall 3\t« été »"), "Hall 3\t« été »");
        assert_eq!(visible("\u{1b}[31mred"), "\u{fffd}[31mred");
        assert_eq!(visible("bilan\u{202e}fdp.exe"), "bilan\u{fffd}fdp.exe");
    }
}
