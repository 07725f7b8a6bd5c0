//! `pli threads`: what is expected, of this member and by them, and how it ended.

use crate::cli::Threads;
use crate::deadlines::{Request, requests};
use crate::failure::Failure;
use crate::session::Session;
use crate::show::Show;
use crate::words::Words;
use serde_json::json;

pub(super) fn run(session: &Session, typed: &Threads, show: &Show) -> Result<(), Failure> {
    let all = requests(session);
    let shown: Vec<_> = all.iter().filter(|one| typed.all || one.outcome.is_none()).collect();
    for request in &shown {
        let object = json!({
            "message": request.message.to_string(),
            "flow": request.flow.as_str(),
            "title": request.title,
            "with": request.with.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
            "direction": if request.asked { "asked" } else { "owed" },
            "expects": request.action,
            "by": request.by,
            "state": state(request),
            "outcome": request.outcome,
        });
        show.result(&object, |words| vec![line(request, words)]);
    }
    if shown.is_empty() {
        show.aside("threads-none", &[]);
    }
    Ok(())
}

fn state(request: &Request) -> &'static str {
    match (&request.outcome, request.late) {
        (Some(_), _) => "ended",
        (None, true) => "late",
        (None, false) => "open",
    }
}

fn line(request: &Request, words: &Words) -> String {
    let day = request.by.as_ref().and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let day =
        day.map(|day| words.say("threads-by", &[("date", day.strftime("%d/%m/%Y").to_string().into())]));
    let ended = match (&request.outcome, request.late) {
        (Some(outcome), _) => words.say("threads-ended", &[("outcome", outcome.clone().into())]),
        (None, true) => words.say("threads-late", &[]),
        (None, false) => String::new(),
    };
    let arguments = [
        ("number", request.message.to_string()[..8].to_owned().into()),
        ("flow", request.flow.to_string().into()),
        ("title", request.title.clone().into()),
        ("with", request.with.iter().map(|member| member.as_str()).collect::<Vec<_>>().join(", ").into()),
        ("action", request.action.clone().into()),
        ("by", day.unwrap_or_default().into()),
        ("ended", ended.into()),
    ];
    words.say(if request.asked { "threads-asked" } else { "threads-owed" }, &arguments).trim_end().to_owned()
}
