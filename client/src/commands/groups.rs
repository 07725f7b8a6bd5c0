//! `pli groups`: the groups of this device, who belongs to each, and what may be sent there.

use super::person;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use serde_json::json;
use shared::directory::Directory;
use shared::ids::GroupId;
use shared::statement::{Card, Flow};
use shared::wire::About;

pub(super) async fn run(session: &mut Session, show: &Show) -> Result<(), Failure> {
    let groups = trust::prove(session, About::Own).await?.groups;
    if groups.is_empty() {
        show.aside("groups-none", &[]);
    }
    for group in groups {
        let directory = trust::prove(session, About::Group(group)).await?.directory;
        show_group(session, group, &directory, show);
    }
    session.close();
    Ok(())
}

fn show_group(session: &Session, id: GroupId, directory: &Directory, show: &Show) {
    let (Some(group), Some((roster, _))) = (directory.group(id), directory.roster(id)) else { return };
    let cards: Vec<&Card> = roster.seats.iter().filter_map(|seat| directory.card(&seat.member)).collect();
    let own = directory.owner(session.device());
    let rules = directory.nomenclature();
    let flows = rules.into_iter().flat_map(|rules| &rules.flows);
    let may_send = |flow: &Flow| {
        flow.groups.contains(&group.kind) && own.is_some_and(|card| flow.from.contains(&card.function))
    };
    let flows: Vec<_> = flows.filter(|(_, flow)| may_send(flow)).collect();
    let object = json!({
        "id": id.to_string(),
        "name": group.name,
        "kind": group.kind,
        "members": cards.iter().map(|card| json!({
            "member": card.member.as_str(),
            "function": card.function.as_str(),
            "organisation": card.organisation.id.as_str(),
        })).collect::<Vec<_>>(),
        "flows": flows.iter().map(|(code, flow)| json!({
            "flow": code.as_str(),
            "title": flow.title,
            "retention_days": flow.retention_days,
            "reasons": flow.reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    show.result(&object, |words| {
        let number = id.to_string()[..8].to_owned();
        let mut lines =
            vec![words.say("groups-line", &[("number", number.into()), ("name", group.name.clone().into())])];
        lines.extend(cards.iter().map(|card| {
            words.say(
                "groups-member",
                &[
                    ("member", card.member.as_str().into()),
                    ("name", person(directory, &card.member).into()),
                    ("function", card.function.as_str().into()),
                    ("organisation", card.organisation.name.clone().into()),
                ],
            )
        }));
        lines.extend(flows.iter().map(|(code, flow)| {
            words.say(
                "groups-flow",
                &[
                    ("flow", code.as_str().into()),
                    ("title", flow.title.clone().into()),
                    ("days", flow.retention_days.into()),
                ],
            )
        }));
        lines
    });
}
