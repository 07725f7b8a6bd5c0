//! `pli groups`, `pli group show`: who belongs, in which state, and what may be sent there.

use super::charter::has_signed_newest;
use super::proposal::{days_until, described, device_name, kind_title, known};
use super::{flow_name, function_title, person};
use crate::failure::Failure;
use crate::groups::{Cause, Standing, standing};
use crate::session::Session;
use crate::show::{Show, local_date, local_time};
use crate::trust;
use crate::words::Words;
use serde_json::{Value, json};
use shared::directory::Directory;
use shared::ids::{DeviceId, FlowCode, GroupId, MemberId};
use shared::nomenclature::Flow;
use shared::refusal::Refusal;
use shared::statement::{Card, Charter, Delegation, Group, GroupKind, Seat};
use shared::time::Timestamp;
use shared::wire::About;

pub(super) async fn run(session: &mut Session, show: &Show) -> Result<(), Failure> {
    let groups = trust::prove(session, About::Own).await?.groups;
    if groups.is_empty() {
        show.aside("groups-none", &[]);
    }
    for group in groups {
        match trust::prove(session, About::Group(group)).await {
            Ok(proved) => show_group(session, group, &proved.directory, show),
            // This device leads it, and its first roster is not signed yet.
            Err(Failure::Refused(Refusal::NotAMember)) => {
                let object = json!({"id": group.to_string(), "state": "without-roster"});
                show.result(&object, |words| {
                    vec![words.say("groups-without-roster", &[("number", number(group).into())])]
                });
            }
            Err(failure) => return Err(failure),
        }
    }
    session.close();
    Ok(())
}

fn show_group(session: &Session, id: GroupId, directory: &Directory, show: &Show) {
    let (Some(group), Some((roster, _))) = (directory.group(id), directory.roster(id)) else { return };
    let cards: Vec<&Card> = roster.seats.iter().filter_map(|seat| directory.card(&seat.member)).collect();
    let own = directory.owner(session.device());
    let flows = flows(directory, group.kind, own);
    let object = json!({
        "id": id.to_string(),
        "name": group.name,
        "kind": group.kind,
        "kind_title": kind_title(directory, group.kind),
        "territory": group.territory,
        "led": directory.is_led(id),
        "you": own.and_then(|own| roster.seat(&own.member)).map(|seat| told(directory, id, seat, session)),
        "members": cards.iter().map(|card| json!({
            "member": card.member.as_str(),
            "name": person(directory, &card.member),
            "function": card.function.as_str(),
            "organisation": card.organisation.id.as_str(),
            "organisation_name": card.organisation.name,
        })).collect::<Vec<_>>(),
        "flows": flows_told(&flows),
    });
    show.result(&object, |words| {
        let mut lines = vec![
            words.say("groups-line", &[("number", number(id).into()), ("name", group.name.clone().into())]),
        ];
        if !directory.is_led(id) {
            lines.push(words.say("groups-not-led", &[]));
        }
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

/// What a member may send in a group of this kind.
fn flows<'a>(directory: &'a Directory, kind: GroupKind, own: Option<&Card>) -> Vec<(&'a FlowCode, &'a Flow)> {
    let flows = directory.nomenclature().into_iter().flat_map(|rules| &rules.flows);
    let may_send = |flow: &Flow| {
        flow.groups.contains(&kind) && own.is_some_and(|card| flow.from.contains(&card.function))
    };
    flows.filter(|(_, flow)| may_send(flow)).collect()
}

fn flows_told(flows: &[(&FlowCode, &Flow)]) -> Vec<Value> {
    let told = |(code, flow): &(&FlowCode, &Flow)| {
        json!({
            "flow": code.as_str(),
            "title": flow.title,
            "retention_days": flow.retention_days,
            "reasons": flow.reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>(),
        })
    };
    flows.iter().map(told).collect()
}

/// `pli group show`.
pub(super) async fn show(session: &mut Session, beginning: &str, show: &Show) -> Result<(), Failure> {
    let (id, proved) = known(session, beginning).await?;
    let (directory, now) = (&proved.directory, session.now());
    let Some(group) = directory.group(id) else {
        return Err(Failure::usage("group-not-founded", "the group statement still waits for a signature"));
    };
    let roster = directory.roster(id).map(|(roster, _)| roster);
    let seats = roster.map(|roster| roster.seats.as_slice()).unwrap_or_default();
    let leader = |device: DeviceId| directory.owner_ever(device).map(MemberId::as_str);
    let leader_name = |device: DeviceId| directory.owner_ever(device).map(|member| person(directory, member));
    let own = directory.owner(session.device());
    let has_charter =
        directory.nomenclature().and_then(|rules| rules.kind(group.kind)).is_some_and(|rules| rules.charter);
    let charter = directory.newest_charter(id).map(|(charter, _)| charter);
    let in_force = directory.charter(id, now).map(|(charter, _)| charter.link.version);
    let object = json!({
        "id": id.to_string(),
        "name": group.name,
        "kind": group.kind,
        "kind_title": kind_title(directory, group.kind),
        "territory": group.territory,
        "president": leader(group.president),
        "president_name": leader_name(group.president),
        "coordinator": leader(group.coordinator),
        "coordinator_name": leader_name(group.coordinator),
        "led": directory.is_led(id),
        "you": own.map(|card| card.member.as_str()),
        "asks_charter": has_charter,
        "roster": roster.map(|roster| roster.link.version),
        "charter": charter.map(|charter| json!({
            "newest": charter.link.version,
            "from": charter.from.to_string(),
            "in_force": in_force,
            "reglement": {"reference": charter.reglement.reference, "date": charter.reglement.date},
        })),
        "members": seats.iter().map(|seat| told(directory, id, seat, session)).collect::<Vec<_>>(),
        "flows": flows_told(&flows(directory, group.kind, own)),
    });
    show.result(&object, |words| {
        let mut lines = heading(directory, group, words);
        let rules = directory.nomenclature().and_then(|rules| rules.kind(group.kind));
        lines
            .extend(rules.filter(|rules| rules.charter).map(|_| charter_line(charter, in_force, now, words)));
        seats.iter().for_each(|seat| lines.extend(member_lines(directory, id, seat, now, words)));
        lines
    });
    session.close();
    Ok(())
}

fn charter_line(charter: Option<&Charter>, in_force: Option<u32>, now: Timestamp, words: &Words) -> String {
    match (charter, in_force) {
        (None, _) => words.say("charter-none-in-force", &[]),
        (Some(_), Some(version)) => words.say("charter-in-force", &[("version", version.to_string().into())]),
        (Some(charter), None) => words.say(
            "charter-coming",
            &[
                ("version", charter.link.version.to_string().into()),
                ("date", local_date(charter.from).into()),
                ("count", days_until(charter.from, now).into()),
            ],
        ),
    }
}

fn heading(directory: &Directory, group: &Group, words: &Words) -> Vec<String> {
    let leader = |device: DeviceId| {
        let owner = directory.owner_ever(device);
        owner.map(|member| described(directory, member, words)).unwrap_or_default()
    };
    let mut lines = vec![words.say(
        "group-heading",
        &[
            ("number", number(group.id).into()),
            ("name", group.name.clone().into()),
            ("kind", kind_title(directory, group.kind).into()),
            ("territory", group.territory.join(", ").into()),
            ("president", leader(group.president).into()),
            ("coordinator", leader(group.coordinator).into()),
        ],
    )];
    if directory.roster(group.id).is_none() {
        lines.push(words.say("groups-without-roster", &[("number", number(group.id).into())]));
    } else if !directory.is_led(group.id) {
        lines.push(words.say("groups-not-led", &[]));
    }
    lines
}

/// A member, for scripts.
fn told(directory: &Directory, group: GroupId, seat: &Seat, session: &Session) -> Value {
    let (now, rules) = (session.now(), directory.nomenclature());
    let card = directory.card(&seat.member);
    let (state, cause) = match standing(directory, group, &seat.member, now) {
        Standing::Active => ("active", None),
        Standing::Suspended(cause) => ("suspended", Some(cause.code())),
    };
    let devices = directory.devices_in(group, &seat.member, now);
    let devices =
        devices.iter().map(|device| json!({"device": device.to_string(), "name": name(directory, *device)}));
    let delegation = current_delegation(directory, group, &seat.member, now);
    json!({
        "member": seat.member.as_str(),
        "name": person(directory, &seat.member),
        "function": card.map(|card| card.function.as_str()),
        "function_title": card.map(|card| function_title(rules, &card.function)),
        "organisation": card.map(|card| card.organisation.id.as_str()),
        "organisation_name": card.map(|card| card.organisation.name.as_str()),
        "charter_signed": has_signed_newest(directory, group, &seat.member, now),
        "writes": seat.writes,
        "state": state,
        "cause": cause,
        "devices": devices.collect::<Vec<_>>(),
        "delegation": delegation.map(|delegation| json!({
            "to": delegation.to.as_str(),
            "to_name": person(directory, &delegation.to),
            "from": delegation.from.to_string(),
            "until": delegation.until.to_string(),
            "flow": delegation.flow.as_ref().map(FlowCode::as_str),
            "flow_title": delegation.flow.as_ref().map(|code| flow_name(rules, code)),
        })),
    })
}

fn name(directory: &Directory, device: DeviceId) -> Option<&str> {
    let owner = directory.owner(device).map(|card| &card.member)?;
    let named = directory.devices(owner).iter().find(|named| named.id() == device)?;
    Some(&named.name)
}

/// A member, for people: who, in which state, with which devices, and who stands in.
fn member_lines(
    directory: &Directory,
    group: GroupId,
    seat: &Seat,
    now: Timestamp,
    words: &Words,
) -> Vec<String> {
    let state = match standing(directory, group, &seat.member, now) {
        Standing::Active if seat.writes => "standing-active",
        Standing::Active => "standing-reads",
        Standing::Suspended(Cause::Unsigned) => "standing-unsigned",
        Standing::Suspended(Cause::Ended) => "standing-ended",
        Standing::Suspended(Cause::NotBegun) => "standing-not-begun",
        Standing::Suspended(Cause::Unattested) => "standing-unattested",
        Standing::Suspended(Cause::MayNotJoin) => "standing-may-not-join",
        Standing::Suspended(Cause::NoDevice) => "standing-no-device",
    };
    let devices = directory.devices_in(group, &seat.member, now);
    let devices: Vec<_> = devices.iter().map(|device| device_name(directory, *device)).collect();
    let mut lines = vec![words.say(
        "group-member",
        &[
            ("member", seat.member.as_str().into()),
            ("name", described(directory, &seat.member, words).into()),
            ("state", words.say(state, &[]).into()),
            ("devices", devices.join(", ").into()),
        ],
    )];
    lines.extend(current_delegation(directory, group, &seat.member, now).map(|delegation| {
        let arguments = [
            ("name", person(directory, &delegation.to).into()),
            ("from", local_time(delegation.from).into()),
            ("until", local_time(delegation.until).into()),
        ];
        words.say("group-delegation", &arguments)
    }));
    lines
}

/// A delegation that holds or is to come.
fn current_delegation<'a>(
    directory: &'a Directory,
    group: GroupId,
    member: &MemberId,
    now: Timestamp,
) -> Option<&'a Delegation> {
    directory.delegation(group, member).map(|(held, _)| held).filter(|held| now < held.until)
}

/// A group as it is typed.
pub(super) fn number(group: GroupId) -> String {
    group.to_string()[..8].to_owned()
}
