//! `pli extend`: the writer of a letter has it destroyed later, once, and says why.

use super::send::explain;
use super::{hold, person};
use crate::cli::Extend;
use crate::failure::Failure;
use crate::inbox::{self, List};
use crate::outbox;
use crate::renewal::{self, Terms};
use crate::session::Session;
use crate::show::{Show, local_time};
use crate::trust;
use serde_json::json;
use shared::authorise;
use shared::message::{Because, Right};
use shared::nomenclature::Class;
use shared::refusal::Refusal;
use shared::wire::{About, Ask};

pub(super) async fn run(session: &mut Session, typed: Extend, show: &Show) -> Result<(), Failure> {
    let beginning = inbox::beginning(&typed.id)?;
    let entry = inbox::only(inbox::list(session, List::Sent, Some(&beginning)).await?)?;
    let core = entry.header.core.clone();
    let directory = trust::prove(session, About::Group(core.group)).await?.directory;
    let flow =
        directory.nomenclature().and_then(|rules| rules.flow(&core.flow)).ok_or(Refusal::UnknownFlow)?;
    let Some(ceiling) = authorise::extended_until(flow, &core) else {
        show.aside("extend-not", &[("flow", flow.title.clone().into())]);
        return Err(Refusal::Renewed.into());
    };
    // What PROC holds is sealed anew for them first: the first letter goes when the second is there.
    hold::comply(session, &entry, &directory, show).await?;
    // Who has left the group since is written to no more.
    let now = session.now();
    let is_there =
        |member: &&shared::ids::MemberId| !directory.devices_in(core.group, member, now).is_empty();
    let (to, gone): (Vec<_>, Vec<_>) = core.recipients.iter().partition(is_there);
    for member in gone {
        show.aside("extend-gone", &[("name", person(&directory, member).into())]);
    }
    let terms = Terms {
        right: Right::Extension,
        to: to.into_iter().cloned().collect(),
        expires: typed.until.map_or(ceiling, |until| until.min(ceiling)),
        reason: Some(typed.reason),
        persons: typed.person,
    };
    if terms.expires <= core.expires {
        return Err(Failure::usage("extend-early", "the day is not later than that of the letter"));
    }
    // Nothing is claimed for what the relay would refuse, nor before its writer agreed.
    let outline = renewal::outline(&core, &terms);
    let plan = outbox::plan(session, &outline).await?;
    if flow.class >= Class::N2 && terms.persons.is_empty() {
        show.aside("extend-persons", &[]);
    }
    explain(&directory, &plan, &outline, show);
    if !show.confirms("extend-confirm", typed.yes) {
        show.aside("send-cancelled", &[]);
        return Ok(());
    }
    let wanted = renewal::prepare(session, &entry, &terms, show).await?;
    let sent = renewal::send(session, &wanted, show).await?;
    // Two letters that say the same are one too many; the first would go by itself on its day.
    let retired = session.ask(Ask::Retire { message: core.id, because: Because::Superseded }, &[]).await;
    let (is_retired, unverified) = match retired {
        Ok(answered) => (answered.record.is_some_and(|record| record.is_about(&core)), None),
        Err(failure @ Failure::Unverified(_)) => (false, Some(failure)),
        Err(_) => (false, None),
    };
    let anew = &sent.header.core;
    let object = json!({
        "id": anew.id.to_string(),
        "extends": core.id.to_string(),
        "expires": anew.expires.to_string(),
        "state": "deposited",
        "index": sent.record.index,
        "first_retired": is_retired,
    });
    show.result(&object, |words| {
        let arguments = [
            ("number", anew.id.to_string().into()),
            ("first", core.id.to_string()[..8].to_owned().into()),
            ("date", local_time(anew.expires).into()),
        ];
        let mut lines = vec![words.say("extend-done", &arguments)];
        if !is_retired {
            let date = local_time(core.expires);
            lines.push(words.say("extend-first-stays", &[("date", date.into())]));
        }
        lines
    });
    session.close();
    unverified.map_or(Ok(()), Err)
}
