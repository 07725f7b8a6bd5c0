//! What is proposed, shown and signed: the same few steps for groups, rosters and charters.

use super::person;
use crate::cli::Validate;
use crate::failure::Failure;
use crate::groups::{self, Change, EXCHANGE_MEMBERS_WARNED};
use crate::proposals::{self, Content, Missing, sign_proposal, waiting};
use crate::session::Session;
use crate::show::{Show, local_date};
use crate::trust::{self, Proved};
use crate::words::{Value as Word, Words};
use serde_json::{Value, json};
use shared::directory::Directory;
use shared::ids::{DeviceId, GroupId, KeyId, MemberId};
use shared::refusal::Refusal;
use shared::statement::{Charter, Group, GroupKind, Kind, Roster, Statement};
use shared::time::Timestamp;
use shared::wire::About;

/// A group that begins so, with everything that this device may know of it, also before it has a roster
/// and where only a signature is asked for.
pub(super) async fn known(session: &mut Session, beginning: &str) -> Result<(GroupId, Proved), Failure> {
    let mut proved = trust::prove(session, About::Proposals).await?;
    let mut all: Vec<_> = proved.groups.clone();
    all.extend(waiting(&proved.directory, &proved.proposals).iter().map(|waiting| waiting.group));
    all.extend(proved.directory.all_groups().map(|group| group.id));
    all.sort_unstable();
    all.dedup();
    let beginning = beginning.to_lowercase();
    let mut found = all.into_iter().filter(|group| group.to_string().starts_with(&beginning));
    let group = match (found.next(), found.next(), beginning.parse()) {
        // The relay says whether this device is a member.
        (None, _, Ok(group)) => group,
        (Some(group), None, _) if beginning.len() >= 6 => group,
        _ => return Err(Failure::usage("usage-group", "no one group of yours begins so: give its whole id")),
    };
    match proved.and(session, About::Group(group)).await {
        Ok(()) => {}
        // It has no roster yet, or this device signs for it without belonging to it.
        Err(Failure::Refused(Refusal::NotAMember)) if is_known(&proved, group) => {}
        Err(failure) => return Err(failure),
    }
    Ok((group, proved))
}

fn is_known(proved: &Proved, group: GroupId) -> bool {
    let proposed =
        || waiting(&proved.directory, &proved.proposals).iter().any(|waiting| waiting.group == group);
    proved.directory.group(group).is_some() || proposed()
}

/// Adds everybody on an annuaire to what is proved. Without one, members are found in the group alone.
pub(super) async fn and_annuaire(
    session: &mut Session,
    proved: &mut Proved,
    title: &str,
) -> Result<(), Failure> {
    match proved.and(session, About::Annuaire(title.to_owned())).await {
        Err(Failure::Refused(Refusal::NotFound)) => Ok(()),
        outcome => outcome,
    }
}

/// Signs what this device proposes or validates, and sends it where it goes next.
pub(super) async fn sign_and_send(
    session: &mut Session,
    directory: &Directory,
    statement: &Statement,
    show: &Show,
) -> Result<Statement, Failure> {
    let next = sign_proposal(directory, statement, session.key(), session.now())?;
    trust::publish(session, &next).await?;
    report(directory, statement, &next, show);
    Ok(next)
}

/// Signs what somebody else proposed: every kind in `kinds` that waits for this member.
pub(super) async fn validate(
    session: &mut Session,
    typed: &Validate,
    kinds: &[Kind],
    show: &Show,
) -> Result<(), Failure> {
    let mut proved = match &typed.group {
        Some(group) => known(session, group).await?.1,
        None => trust::prove(session, About::Proposals).await?,
    };
    let own = own(session, &proved.directory)?;
    let now = session.now();
    let beginning = typed.group.as_ref().map(|typed| typed.to_lowercase()).unwrap_or_default();
    let begins = |group: GroupId| group.to_string().starts_with(&beginning);
    let all: Vec<_> = waiting(&proved.directory, &proved.proposals)
        .into_iter()
        .filter(|waiting| kinds.contains(&waiting.statement.kind) && begins(waiting.group))
        .filter(|waiting| typed.statement.is_none_or(|only| waiting.statement.signed.digest() == only))
        .collect();
    let asked = all.iter().filter(|waiting| waiting.asks(&proved.directory, &own, now)).cloned();
    let asked: Vec<_> = asked.collect();
    if asked.is_empty() {
        let is_own = all.iter().any(|waiting| waiting.signers(&proved.directory).contains(&&own));
        return Err(match is_own {
            true => Failure::usage("proposal-own", "you signed it already: somebody else validates it"),
            false => Failure::usage("proposal-none", "nothing there waits for your signature"),
        });
    }
    for waiting in asked {
        // Who belongs today is proved under the head before anybody signs who belongs tomorrow.
        if typed.group.is_none() && proved.directory.roster(waiting.group).is_some() {
            proved.and(session, About::Group(waiting.group)).await?;
        }
        explain(&proved.directory, &waiting.statement, show);
        if let Content::Charter(charter) = &waiting.content {
            show.quote(&super::charter::text_of(charter, waiting.statement.body.as_deref())?);
        }
        if show.confirms("proposal-confirm", typed.yes) {
            let next = sign_and_send(session, &proved.directory, &waiting.statement, show).await?;
            say_what_follows(&next, waiting.group, show);
        } else {
            show.aside("proposal-cancelled", &[]);
        }
    }
    session.close();
    Ok(())
}

/// After a group statement, the first or a later one, its leaders sign who belongs.
fn say_what_follows(next: &Statement, group: GroupId, show: &Show) {
    if next.kind == Kind::Group {
        show.aside("group-roster-next", &[("number", super::groups::number(group).into())]);
    }
}

/// Signs the groups that the authority founds.
pub(super) async fn validate_as_authority(
    session: &mut Session,
    yes: bool,
    show: &Show,
) -> Result<(), Failure> {
    let proved = trust::prove(session, About::Proposals).await?;
    let directory = &proved.directory;
    let mut all = waiting(directory, &proved.proposals);
    all.retain(|waiting| proposals::missing(directory, &waiting.statement).contains(&Missing::Authority));
    if all.is_empty() {
        show.aside("proposals-none", &[]);
    }
    for waiting in all {
        explain(directory, &waiting.statement, show);
        if show.confirms("proposal-confirm", yes) {
            let next = sign_and_send(session, directory, &waiting.statement, show).await?;
            say_what_follows(&next, waiting.group, show);
        } else {
            show.aside("proposal-cancelled", &[]);
        }
    }
    session.close();
    Ok(())
}

/// `pli group proposals`: what waits, for whom.
pub(super) async fn list(session: &mut Session, show: &Show) -> Result<(), Failure> {
    let proved = trust::prove(session, About::Proposals).await?;
    let directory = &proved.directory;
    let own = own(session, directory)?;
    let all = waiting(directory, &proved.proposals);
    if all.is_empty() {
        show.aside("proposals-none", &[]);
    }
    for waiting in &all {
        let (statement, is_asked) = (&waiting.statement, waiting.asks(directory, &own, session.now()));
        let mut object = object(directory, statement, "proposed");
        let keys = statement.signed.signatures.iter().map(|signature| signature.key);
        object["yours"] = is_asked.into();
        object["until"] = waiting.until.to_string().into();
        object["signers"] = names_of(directory, keys).into();
        object["waits_for"] = missing_names(directory, statement, &show.words).into();
        object["says"] = content_lines(directory, &waiting.content, &show.words).into();
        show.result(&object, |words| {
            let mut lines = lines(directory, statement, words);
            let id = if is_asked { "proposal-yours" } else { "proposal-others" };
            lines.push(words.say(id, &[("names", missing_names(directory, statement, words).into())]));
            lines
        });
    }
    session.close();
    Ok(())
}

/// What a statement would change, for people, before anybody signs it.
pub(super) fn explain(directory: &Directory, statement: &Statement, show: &Show) {
    if !show.is_json() {
        lines(directory, statement, &show.words).iter().for_each(|line| show.quote(line));
    }
}

/// What became of it: in force, or on its way to the next person.
fn report(directory: &Directory, statement: &Statement, next: &Statement, show: &Show) {
    let is_in_force = next.kind == statement.kind;
    let signed = match is_in_force {
        true => next.clone(),
        false => carried(next).unwrap_or_else(|| next.clone()),
    };
    let object = object(directory, &signed, if is_in_force { "published" } else { "proposed" });
    show.result(&object, |words| {
        vec![match is_in_force {
            true => words.say("proposal-published", &[]),
            false => {
                words.say("proposal-sent", &[("names", missing_names(directory, &signed, words).into())])
            }
        }]
    });
}

fn carried(outer: &Statement) -> Option<Statement> {
    let proposal: shared::statement::Proposal = outer.signed.peek().ok()?;
    proposal.read(outer.body.as_deref()?)
}

fn object(directory: &Directory, statement: &Statement, state: &str) -> Value {
    let missing: Vec<_> = proposals::missing(directory, statement).into_iter().map(Missing::code).collect();
    let content = Content::read(statement);
    let changes: Vec<_> = match &content {
        Some(Content::Roster(roster)) => groups::changes(before(directory, roster), roster),
        _ => Vec::new(),
    };
    let changes = changes.iter().map(|change| {
        let devices: Vec<_> = change.devices().iter().map(ToString::to_string).collect();
        json!({"member": change.member().as_str(), "change": change.code(), "devices": devices})
    });
    let name = match &content {
        Some(Content::Group(group)) => Some(group.name.clone()),
        Some(content) => directory.group(content.group()).map(|group| group.name.clone()),
        None => None,
    };
    json!({
        "group": content.as_ref().map(|content| content.group().to_string()),
        "name": name,
        "statement": statement.signed.digest().to_string(),
        "made": content.as_ref().map(|content| content.link().made.to_string()),
        "kind": statement.kind,
        "version": content.as_ref().map(|content| content.link().version),
        "state": state,
        "missing": if state == "proposed" { missing } else { Vec::new() },
        "changes": changes.collect::<Vec<_>>(),
    })
}

fn before<'a>(directory: &'a Directory, after: &Roster) -> Option<&'a Roster> {
    directory.roster(after.group).map(|(roster, _)| roster)
}

fn lines(directory: &Directory, statement: &Statement, words: &Words) -> Vec<String> {
    let Some(content) = Content::read(statement) else { return Vec::new() };
    let mut lines = content_lines(directory, &content, words);
    let date = local_date(content.link().made);
    let signers: Vec<_> =
        names_of(directory, statement.signed.signatures.iter().map(|signature| signature.key));
    if !signers.is_empty() {
        lines.push(
            words.say("proposal-signed", &[("names", signers.join(", ").into()), ("date", date.into())]),
        );
    }
    lines
}

fn content_lines(directory: &Directory, content: &Content, words: &Words) -> Vec<String> {
    match content {
        Content::Group(group) => group_lines(directory, group, words),
        Content::Roster(roster) => roster_lines(directory, roster, words),
        Content::Charter(charter) => charter_lines(directory, charter, words),
    }
}

fn group_lines(directory: &Directory, group: &Group, words: &Words) -> Vec<String> {
    let leader = |device: DeviceId| {
        let owner = directory.owner_ever(device);
        owner.map_or_else(|| short(device), |member| described(directory, member, words))
    };
    let arguments: [(&str, Word<'_>); 6] = [
        ("number", group.id.to_string()[..8].to_owned().into()),
        ("name", group.name.clone().into()),
        ("kind", kind_title(directory, group.kind).into()),
        ("territory", group.territory.join(", ").into()),
        ("president", leader(group.president).into()),
        ("coordinator", leader(group.coordinator).into()),
    ];
    let is_bilateral = group.kind == GroupKind::Bilateral;
    let mut lines = vec![match (directory.group(group.id), is_bilateral) {
        (None, false) => words.say("explain-group", &arguments),
        (None, true) => words.say("explain-channel", &arguments),
        (Some(_), _) => words.say("explain-restated", &arguments),
    }];
    if let Some(held) = directory.group(group.id) {
        for (was, is) in held.leaders().into_iter().zip(group.leaders()).filter(|(was, is)| was != is) {
            lines.push(
                words.say("explain-leader", &[("old", leader(was).into()), ("new", leader(is).into())]),
            );
        }
    }
    lines
}

fn roster_lines(directory: &Directory, roster: &Roster, words: &Words) -> Vec<String> {
    let group = directory.group(roster.group);
    let name = group.map(|group| group.name.clone()).unwrap_or_default();
    let number = roster.group.to_string()[..8].to_owned();
    let count = roster.seats.len();
    let mut lines =
        vec![words.say(
            "explain-roster",
            &[("number", number.into()), ("name", name.into()), ("count", count.into())],
        )];
    let changes = groups::changes(before(directory, roster), roster);
    if changes.is_empty() {
        lines.push(words.say("change-none", &[]));
    }
    lines.extend(changes.iter().map(|change| change_line(directory, change, words)));
    let has_charter =
        group.and_then(|group| directory.nomenclature()?.kind(group.kind)).is_some_and(|rules| rules.charter);
    if has_charter && count > EXCHANGE_MEMBERS_WARNED {
        let most = EXCHANGE_MEMBERS_WARNED;
        lines.push(words.say("roster-large", &[("count", count.into()), ("most", most.into())]));
    }
    lines
}

fn charter_lines(directory: &Directory, charter: &Charter, words: &Words) -> Vec<String> {
    let name = directory.group(charter.group).map(|group| group.name.clone()).unwrap_or_default();
    let mut lines = vec![
        words.say(
            "explain-charter",
            &[
                ("version", charter.link.version.to_string().into()),
                ("name", name.into()),
                ("date", local_date(charter.from).into()),
            ],
        ),
        words.say(
            "charter-reglement",
            &[
                ("reference", charter.reglement.reference.clone().into()),
                ("date", charter.reglement.date.clone().into()),
            ],
        ),
    ];
    if !charter.named.is_empty() {
        let roles: Vec<_> = charter.named.iter().map(ToString::to_string).collect();
        lines.push(words.say("charter-named", &[("roles", roles.join(", ").into())]));
    }
    if let Some(order) = &charter.order {
        lines.push(words.say("charter-order", &[("reference", order.clone().into())]));
    }
    lines
}

/// One change of a roster, as people say it.
pub(super) fn change_line(directory: &Directory, change: &Change, words: &Words) -> String {
    let names: Vec<_> = change.devices().iter().map(|device| device_name(directory, *device)).collect();
    let name = described(directory, change.member(), words);
    let id = match change {
        Change::Added { writes: true, .. } => "change-added",
        Change::Added { writes: false, .. } => "change-added-read",
        Change::Removed { .. } => "change-removed",
        Change::Rights { writes: true, .. } => "change-write",
        Change::Rights { writes: false, .. } => "change-read",
        Change::Devices { .. } => "change-devices",
    };
    let arguments = [("name", name), ("devices", names.join(", "))];
    let arguments: Vec<_> = arguments.into_iter().map(|(name, value)| (name, value.into())).collect();
    words.say(id, if change.devices().is_empty() { &arguments[..1] } else { &arguments })
}

/// A device as its owner calls it, with the digits that are compared by telephone.
pub(super) fn device_name(directory: &Directory, device: DeviceId) -> String {
    let owner = directory.owner(device).map(|card| &card.member);
    let named = owner.and_then(|member| directory.devices(member).iter().find(|named| named.id() == device));
    named.map_or_else(|| short(device), |named| format!("{} {}", named.name, short(device)))
}

fn short(device: DeviceId) -> String {
    device.to_string()[..8].to_owned()
}

/// A member with function and organisation.
pub(super) fn described(directory: &Directory, member: &MemberId, words: &Words) -> String {
    let Some(card) = directory.card(member) else { return member.to_string() };
    words.say(
        "member-described",
        &[
            ("name", person(directory, member).into()),
            ("function", card.function.as_str().into()),
            ("organisation", card.organisation.name.clone().into()),
        ],
    )
}

/// A kind of group as the nomenclature calls it.
pub(super) fn kind_title(directory: &Directory, kind: GroupKind) -> String {
    let rules = directory.nomenclature().and_then(|rules| rules.kind(kind));
    rules.map(|rules| rules.title.clone()).unwrap_or_default()
}

/// Who made these signatures, as far as they are members.
pub(super) fn names_of(directory: &Directory, keys: impl Iterator<Item = KeyId>) -> Vec<String> {
    keys.filter_map(|key| directory.owner_ever(key)).map(|member| person(directory, member)).collect()
}

/// Whose signatures are missing, by name where the group names them.
fn missing_names(directory: &Directory, statement: &Statement, words: &Words) -> String {
    let content = Content::read(statement);
    let leaders = match &content {
        Some(Content::Group(group)) => Some(group.leaders()),
        Some(content) => directory.group(content.group()).map(Group::leaders),
        None => None,
    };
    let named = |place: usize| {
        let owner = leaders.and_then(|leaders| directory.owner_ever(leaders[place]));
        owner.map(|member| person(directory, member))
    };
    let name = |missing: Missing| match missing {
        Missing::President => named(0).unwrap_or_else(|| words.say("missing-president", &[])),
        Missing::Coordinator => named(1).unwrap_or_else(|| words.say("missing-coordinator", &[])),
        Missing::Leader => words.say("missing-leader", &[]),
        Missing::Visa => words.say("missing-visa", &[]),
        Missing::Authority => words.say("missing-authority", &[]),
    };
    let missing = proposals::missing(directory, statement);
    missing.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The member of this device.
pub(super) fn own(session: &Session, directory: &Directory) -> Result<MemberId, Failure> {
    let card = directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?;
    Ok(card.member.clone())
}

/// A statement that nobody signed yet.
pub(super) fn unsigned<T: shared::signed::Document>(
    kind: Kind,
    document: &T,
    body: Option<Vec<u8>>,
) -> Statement {
    let bytes = shared::cbor::encode(document);
    Statement { kind, signed: shared::signed::Signed { bytes, signatures: Vec::new() }, body }
}

/// How long until an instant, in whole days.
pub(super) fn days_until(then: Timestamp, now: Timestamp) -> u64 {
    then.since(now).div_ceil(shared::time::DAY_SECONDS)
}
