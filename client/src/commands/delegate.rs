//! `pli delegate`: who is written to while a member is away. Seen by the group; ends by itself.

use super::person;
use super::proposal::own;
use crate::cli::Delegate;
use crate::dates;
use crate::failure::Failure;
use crate::inbox::{self, Entry, List};
use crate::regrant::regrant;
use crate::session::Session;
use crate::show::{Show, last_day, local_date};
use crate::trust;
use serde_json::json;
use shared::directory::{Chain, Continuity, Directory, InvalidStatement};
use shared::ids::{Digest, GroupId, MemberId};
use shared::message::Ground;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Delegation, Kind, Statement};
use shared::wire::{About, ListedState};

pub(super) async fn run(session: &mut Session, typed: &Delegate, show: &Show) -> Result<(), Failure> {
    let groups = match &typed.group {
        Some(group) => vec![super::group(session, group).await?],
        None => trust::prove(session, About::Own).await?.groups,
    };
    let mut made = Vec::new();
    for group in groups {
        let directory = match trust::prove(session, About::Group(group)).await {
            Ok(proved) => proved.directory,
            // One that this device leads and that has no roster yet.
            Err(Failure::Refused(Refusal::NotAMember)) if typed.group.is_none() => continue,
            Err(failure) => return Err(failure),
        };
        if let Some(delegation) = wanted(session, typed, &directory, group)? {
            let signed = Signed::new(&delegation, &[session.key()]);
            let statement = Statement { kind: Kind::Delegation, signed, body: None };
            match directory.judge(&statement, Continuity::Next) {
                Ok(_) => made.push((directory, delegation, statement)),
                Err(InvalidStatement::Rule(rule)) => return Err(Failure::usage("delegation-rule", rule)),
                Err(invalid) => return Err(invalid.into()),
            }
        }
    }
    if made.is_empty() {
        return Err(match typed.end {
            true => Failure::usage("delegation-none", "no delegation of yours holds or is to come"),
            false => Failure::usage("delegation-nowhere", "you share no group with this member"),
        });
    }
    for (directory, delegation, statement) in made {
        trust::publish(session, &statement).await?;
        let letters = match typed.end {
            true => 0,
            false => hand_over(session, &delegation, statement.signed.digest(), typed.yes, show).await?,
        };
        report(&directory, &delegation, typed.end, letters, show);
    }
    session.close();
    Ok(())
}

/// What this member shall have signed in a group, if anything.
fn wanted(
    session: &Session,
    typed: &Delegate,
    directory: &Directory,
    group: GroupId,
) -> Result<Option<Delegation>, Failure> {
    let (member, now) = (own(session, directory)?, session.now());
    let seated =
        |member: &MemberId| directory.roster(group).is_some_and(|(roster, _)| roster.seat(member).is_some());
    let link = directory.next_link(&Chain::Delegation(group, member.clone()), now);
    if typed.end {
        let held = directory.delegation(group, &member).map(|(held, _)| held.clone());
        let held = held.filter(|held| now < held.until);
        return Ok(held.map(|held| Delegation { link, from: held.from.min(now), until: now, ..held }));
    }
    let (Some(to), Some(from), Some(until)) = (&typed.to, typed.from, typed.until) else { return Ok(None) };
    let (from, until) = (dates::begins(from), dates::ends(until));
    if until <= from || until <= now {
        return Err(Failure::usage("delegation-dates", "the last day is not before the first, nor past"));
    }
    if typed
        .flow
        .as_ref()
        .is_some_and(|flow| directory.nomenclature().is_none_or(|rules| rules.flow(flow).is_none()))
    {
        return Err(Refusal::UnknownFlow.into());
    }
    if !(seated(&member) && seated(to)) {
        return Ok(None);
    }
    Ok(Some(Delegation { link, group, member, to: to.clone(), from, until, flow: typed.flow.clone() }))
}

/// What waits unopened for the absent member becomes readable for their delegate, if both want it and the
/// delegate may receive it.
async fn hand_over(
    session: &mut Session,
    delegation: &Delegation,
    digest: Digest,
    yes: bool,
    show: &Show,
) -> Result<usize, Failure> {
    let now = session.now();
    let concerns = |entry: &Entry| {
        let core = &entry.header.core;
        core.group == delegation.group
            // What is given today opens from the first day on.
            && delegation.holds(&core.flow, now.max(delegation.from))
            && now < entry.ends_for(&delegation.member)
            && entry.state < ListedState::Released
            && !entry.is_withdrawn()
            && core.recipients.contains(&delegation.member)
            && !core.names(&delegation.to)
    };
    let mut letters = inbox::list(session, List::Mailbox, None).await?;
    letters.retain(concerns);
    if letters.is_empty() {
        return Ok(0);
    }
    show.aside("delegation-waiting", &[("count", letters.len().into())]);
    if !show.offers("delegation-confirm", yes) {
        return Ok(0);
    }
    let directory = trust::prove(session, About::Group(delegation.group)).await?.directory;
    let devices = directory.devices_in(delegation.group, &delegation.to, now);
    let mut given = 0;
    for letter in &letters {
        match regrant(session, letter, Ground::Delegation(digest), &devices).await {
            Ok(_) => given += 1,
            // Their function or the charter does not allow this one.
            Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(given)
}

fn report(directory: &Directory, delegation: &Delegation, is_over: bool, letters: usize, show: &Show) {
    let name = directory.group(delegation.group).map(|group| group.name.clone()).unwrap_or_default();
    let object = json!({
        "group": delegation.group.to_string(),
        "to": delegation.to.as_str(),
        "from": delegation.from.to_string(),
        "until": delegation.until.to_string(),
        "flow": delegation.flow.as_ref().map(shared::ids::FlowCode::as_str),
        "letters": letters,
        "state": if is_over { "ended" } else { "delegated" },
    });
    show.result(&object, |words| {
        let group = ("group", name.into());
        let mut lines = vec![match is_over {
            true => words.say("delegation-ended", &[group]),
            false => words.say(
                "delegation-done",
                &[
                    group,
                    ("name", person(directory, &delegation.to).into()),
                    ("from", local_date(delegation.from).into()),
                    ("until", last_day(delegation.until).into()),
                ],
            ),
        }];
        lines.extend((letters > 0).then(|| words.say("delegation-letters", &[("count", letters.into())])));
        lines
    });
}
