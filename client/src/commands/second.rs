//! Asking a colleague: what the rules stopped for its context is shown again, with the code that the colleague types on
//! a device of their own, and the command waits.

use super::person;
use crate::failure::Failure;
use crate::rereading;
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use serde_json::json;
use shared::directory::Directory;
use shared::ids::{GroupId, MemberId, TextCode};
use shared::signed::Signed;
use shared::wire::About;

/// What is asked of a colleague.
pub(super) struct Asked<'a> {
    /// In which group.
    pub(super) group: GroupId,
    /// Whether to ask one: the sentence in the catalogues.
    pub(super) question: &'a str,
    /// It was typed that one shall be asked.
    pub(super) assume_yes: bool,
}

/// Shows the code and waits until a colleague's device lets it pass; gives what the code was made with, who it was, and
/// what they signed.
///
/// # Errors
/// The `failure` that the rules made where there is no colleague, or nobody wants to ask one.
pub(super) async fn ask<T>(
    session: &mut Session,
    asked: &Asked<'_>,
    (failure, show): (Failure, &Show),
    code: impl FnOnce() -> Result<(T, TextCode), Failure>,
) -> Result<(T, MemberId, Signed), Failure> {
    let group = asked.group;
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let colleagues = rereading::colleagues(session, &directory, group);
    if colleagues.is_empty() || !(asked.assume_yes || show.asks()) {
        return Err(failure);
    }
    if !show.is_json() {
        show.failure(&failure);
    }
    if !asked.assume_yes && !show.confirms(asked.question, false) {
        return Err(Failure::Declined);
    }
    let (made_with, code) = code()?;
    tell(&directory, group, (&code, &colleagues), show);
    let (member, signed) = rereading::awaited(session, group, &code).await?;
    show.aside("second-came", &[("name", person(&directory, &member).into())]);
    Ok((made_with, member, signed))
}

/// Shows the code to whoever does not wait, where there is a colleague to type it.
///
/// # Errors
/// [`Failure`] if the relay cannot be asked.
pub(super) async fn show_code(
    session: &mut Session,
    group: GroupId,
    code: &TextCode,
    show: &Show,
) -> Result<(), Failure> {
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let colleagues = rereading::colleagues(session, &directory, group);
    if colleagues.is_empty() {
        show.aside("second-nobody", &[]);
    } else {
        tell(&directory, group, (code, &colleagues), show);
    }
    Ok(())
}

fn tell(directory: &Directory, group: GroupId, (code, colleagues): (&TextCode, &[MemberId]), show: &Show) {
    let names: Vec<_> = colleagues.iter().map(|member| person(directory, member)).collect();
    let object = json!({"second": {"code": code.as_str(), "group": group.to_string(), "colleagues": names}});
    show.result(&object, |words| {
        let arguments = [
            ("code", code.to_string().into()),
            ("group", group.to_string()[..8].to_owned().into()),
            ("names", names.join(", ").into()),
        ];
        vec![words.say("second-code", &arguments)]
    });
}
