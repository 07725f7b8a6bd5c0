//! `pli reread`: lets pass, as a second person, what the rules stopped on a colleague's screen.

use crate::cli::Reread;
use crate::failure::Failure;
use crate::rereading;
use crate::session::Session;
use crate::show::Show;
use serde_json::json;

pub(super) async fn run(session: &mut Session, typed: &Reread, show: &Show) -> Result<(), Failure> {
    let group = super::group(session, &typed.group).await?;
    show.aside("reread-before", &[("code", typed.code.to_string().into())]);
    if !show.confirms("reread-confirm", typed.yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    rereading::let_pass(session, group, typed.code.clone()).await?;
    let object = json!({"code": typed.code.as_str(), "group": group.to_string(), "state": "let-pass"});
    show.result(&object, |words| vec![words.say("reread-done", &[("code", typed.code.to_string().into())])]);
    session.close();
    Ok(())
}
