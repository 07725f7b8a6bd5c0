//! `pli unlock`, `pli lock`, and the agent between them.

use super::charter::{self, Reminder};
use super::deadlines;
use super::proposal::days_until;
use crate::agent;
use crate::deadlines::Deadline;
use crate::failure::Failure;
use crate::home::Home;
use crate::keystore::{KeyStore, Master};
use crate::session::Session;
use crate::show::{Show, local_date};
use crate::words::Words;
use serde_json::json;
use std::time::Duration;

pub(super) async fn unlock(home: Home, master: Master, show: &Show) -> Result<(), Failure> {
    // The right passphrase for the wrong store helps nobody.
    KeyStore::open(home.dir(), master.clone())?;
    agent::start(home.dir(), &master)?;
    let minutes = agent::IDLE.as_secs() / 60;
    let (charters, due) = reminders(home, master).await;
    let mut object = json!({"state": "unlocked"});
    if !charters.is_empty() {
        let told = |reminder: &Reminder| json!({"group": reminder.group.to_string(), "from": reminder.from.to_string()});
        object["charters"] = charters.iter().map(told).collect();
    }
    if !due.is_empty() {
        object["deadlines"] = due.iter().map(|one| deadlines::object(one, &show.words)).collect();
    }
    show.result(&object, |words| {
        let mut lines = vec![words.say("unlock-done", &[("count", minutes.into())])];
        lines.extend(charters.iter().map(|reminder| line(reminder, words)));
        lines.extend(due.iter().map(|one| deadlines::reminder(one, words)));
        lines
    });
    Ok(())
}

/// The charters that wait for a signature, if the relay says so at once, and what is due as this device knows it.
/// Whoever is not connected unlocks all the same.
async fn reminders(home: Home, master: Master) -> (Vec<Reminder>, Vec<Deadline>) {
    const WAIT: Duration = Duration::from_secs(1);
    let Ok(mut session) = Session::open(home, master, pli_server::system_clock()) else {
        return (Vec::new(), Vec::new());
    };
    let found = tokio::time::timeout(WAIT, charter::reminders(&mut session)).await;
    (found.ok().and_then(Result::ok).unwrap_or_default(), deadlines::reminders(&session))
}

fn line(reminder: &Reminder, words: &Words) -> String {
    let now = pli_server::system_clock().now();
    let arguments = [
        ("name", reminder.name.clone().into()),
        ("number", reminder.group.to_string()[..8].to_owned().into()),
        ("date", local_date(reminder.from).into()),
        ("count", days_until(reminder.from, now).into()),
    ];
    let id = if reminder.from > now { "unlock-charter-coming" } else { "unlock-charter" };
    words.say(id, &arguments)
}

pub(super) fn lock(home: &Home, show: &Show) {
    let id = if agent::stop(home.dir()) { "lock-done" } else { "lock-none" };
    show.result(&json!({"state": "locked"}), |words| vec![words.say(id, &[])]);
}

pub(super) async fn agent(home: &Home) -> Result<(), Failure> {
    let master = agent::read_master(std::io::stdin())?;
    Ok(agent::serve(home.dir(), master, agent::IDLE).await?)
}
