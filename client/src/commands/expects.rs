//! What a letter expects of its readers, by when, or how it ends what was expected: from what was typed to what is sealed.
//!
//! The codes are lists of the nomenclature. Who types another one is told the list before anything is sealed, and so is
//! whoever names a day that nobody could keep.

use crate::cli::Send;
use crate::dates;
use crate::failure::Failure;
use crate::show::Show;
use shared::message::Thread;
use shared::nomenclature::{Flow, Nomenclature};
use shared::time::Timestamp;

/// The day by which something is expected is still to come, and the letter lives until then.
pub(super) fn by(send: &Send, expires: Timestamp, now: Timestamp) -> Result<(), Failure> {
    let Some(day) = send.by else { return Ok(()) };
    if day < dates::day_of(now) {
        return Err(Failure::usage("send-by-past", "that day is over"));
    }
    if day > dates::day_of(expires) {
        return Err(Failure::usage("send-by-late", "the letter is destroyed before that day"));
    }
    Ok(())
}

/// What is expected, or how it ended, is on its list; else the list is said.
pub(super) fn is_listed(send: &Send, rules: &Nomenclature, show: &Show) -> Result<(), Failure> {
    let actions: Vec<_> = rules.actions.iter().map(|one| (&one.code, &one.title)).collect();
    let outcomes: Vec<_> = rules.outcomes.iter().map(|one| (&one.code, &one.title)).collect();
    for (typed, option, list) in
        [(&send.expects, "--expects", actions), (&send.outcome, "--outcome", outcomes)]
    {
        if typed.as_ref().is_none_or(|typed| list.iter().any(|(code, _)| *code == typed)) {
            continue;
        }
        for (code, title) in list {
            let arguments =
                [("option", option.into()), ("code", code.as_str().into()), ("title", title.as_str().into())];
            show.aside("send-choice", &arguments);
        }
        return Err(Failure::usage("send-thread", "say what is expected by the codes of the list"));
    }
    Ok(())
}

/// What is expected of its readers; what the flow expects, where nothing was said. Where it is for information, nothing.
pub(super) fn thread(send: &Send, (flow, rules): (&Flow, &Nomenclature)) -> Thread {
    let awaits = |code: &String| rules.actions.iter().all(|action| action.code != *code || action.awaits);
    let said = send.expects.clone().or_else(|| flow.action.clone().filter(|_| send.outcome.is_none()));
    let action = said.filter(awaits);
    Thread { action, by: send.by.map(|day| day.to_string()), outcome: send.outcome.clone() }
}
