//! `pli unlock`, `pli lock`, and the agent between them.

use crate::agent;
use crate::failure::Failure;
use crate::home::Home;
use crate::keystore::{KeyStore, Master};
use crate::show::Show;
use serde_json::json;

pub(super) fn unlock(home: &Home, master: &Master, show: &Show) -> Result<(), Failure> {
    // The right passphrase for the wrong store helps nobody.
    KeyStore::open(home.dir(), master.clone())?;
    agent::start(home.dir(), master)?;
    let minutes = agent::IDLE.as_secs() / 60;
    show.result(&json!({"state": "unlocked"}), |words| {
        vec![words.say("unlock-done", &[("count", minutes.into())])]
    });
    Ok(())
}

pub(super) fn lock(home: &Home, show: &Show) {
    let id = if agent::stop(home.dir()) { "lock-done" } else { "lock-none" };
    show.result(&json!({"state": "locked"}), |words| vec![words.say(id, &[])]);
}

pub(super) async fn agent(home: &Home) -> Result<(), Failure> {
    let master = agent::read_master(std::io::stdin())?;
    Ok(agent::serve(home.dir(), master, agent::IDLE).await?)
}
