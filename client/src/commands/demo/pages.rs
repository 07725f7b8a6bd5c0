//! The pages of the demo's people, side by side: each has a port of its own, and its own cookie, so that one browser holds
//! them all in its windows.

use super::story::chapter;
use super::world::{PEOPLE, World};
use crate::failure::Failure;
use crate::show::Show;
use crate::ui::Served;
use pli_server::system_clock;
use serde_json::json;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Who has a page: the two who write to each other, who reads, and who looks at the log.
const SHOWN: [&str; 4] = ["mairie", "police", "bailleur", "parquet"];

/// Opens the pages and says where they are, until it is interrupted.
///
/// # Errors
/// [`Failure`] if a port or a file cannot be had.
pub(super) async fn open(world: &World, opens: bool, show: &Show) -> Result<(), Failure> {
    chapter(show, "demo-pages", &[]);
    let mut answering = JoinSet::new();
    for [person, _, _, organisation, given_name, family_name] in
        PEOPLE.iter().filter(|person| SHOWN.contains(&person[0]))
    {
        let served = Served::begun(&world.home(person), system_clock(), Arc::clone(&show.words)).await?;
        let way_in = served.way_in()?;
        let passphrase = world.passphrase(person)?;
        let name = format!("{given_name} {family_name}");
        answering.spawn(served.answer());
        let is_opened = opens && way_in.open();
        let object = json!({
            "person": person, "name": name, "address": way_in.address, "code": way_in.code, "file": way_in.file,
            "passphrase": passphrase, "opened": is_opened,
        });
        show.result(&object, |words| {
            let values = [
                ("name", name.clone().into()),
                ("organisation", (*organisation).into()),
                ("address", way_in.address.clone().into()),
                ("code", way_in.code.clone().into()),
                ("passphrase", passphrase.clone().into()),
            ];
            vec![String::new(), words.say("demo-page", &values), words.say("demo-page-way", &values)]
        });
    }
    chapter(show, "demo-pages-end", &[]);
    answering.join_all().await;
    Ok(())
}
