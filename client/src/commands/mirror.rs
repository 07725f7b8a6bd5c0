//! `pli log mirror`: the log as files for any web server.

use crate::failure::Failure;
use crate::mirror::mirror;
use crate::session::Session;
use crate::show::Show;
use serde_json::json;
use shared::log::verifier_key;
use std::path::Path;

pub(super) async fn run(session: &mut Session, dir: &Path, show: &Show) -> Result<(), Failure> {
    let done = mirror(session, dir).await?;
    session.close();
    let relay = &session.root().relay;
    let tree = done.mirror.tree();
    let (size, added) = (tree.size, tree.size - done.before);
    let object = json!({
        "origin": relay.log_origin,
        "verifier_key": verifier_key(&relay.log_origin, relay.log_key),
        "size": size,
        "root": tree.root.to_string(),
        "added": added,
        "tiles": done.tiles,
    });
    show.result(&object, |words| {
        let id = if added == 0 { "mirror-current" } else { "mirror-done" };
        vec![words.say(id, &[("size", size.to_string().into()), ("added", added.to_string().into())])]
    });
    Ok(())
}
