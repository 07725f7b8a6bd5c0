//! `pli group create`, `restate`, `propose`, `validate`, `remove`: who leads a group and who belongs.
//!
//! Two persons add anybody: what one proposes, the other validates. One is enough to take away.

use super::proposal::{self, and_annuaire, explain, known, own, sign_and_send, unsigned, validate};
use crate::cli::{Create, Group as Typed, Propose, Remove, Restate};
use crate::failure::Failure;
use crate::groups::{Action, Fault, Wish, Wrong, read_list, seats_after};
use crate::home::{io, write_private};
use crate::proposals::{Content, waiting};
use crate::session::Session;
use crate::show::Show;
use crate::trust::{self, Proved};
use serde_json::json;
use shared::cbor;
use shared::crypto::random;
use shared::directory::{Chain, Continuity, Directory, InvalidStatement};
use shared::ids::{DeviceId, GroupId, MemberId};
use shared::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Group, Kind, Link, Roster, Statement};
use shared::wire::About;
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub(super) async fn run(session: &mut Session, typed: Typed, show: &Show) -> Result<(), Failure> {
    match typed {
        Typed::List => super::groups::run(session, show).await,
        Typed::Show { group } => super::groups::show(session, &group, show).await,
        Typed::History { group } => super::history::run(session, &group, show).await,
        Typed::Proposals => proposal::list(session, show).await,
        Typed::Create(typed) => create(session, typed, show).await,
        Typed::Restate(typed) => restate(session, &typed, show).await,
        Typed::Propose(typed) => propose(session, &typed, show).await,
        Typed::Validate(typed) => validate(session, &typed, &[Kind::Group, Kind::Roster], show).await,
        Typed::Remove(typed) => remove(session, &typed, show).await,
    }
}

async fn create(session: &mut Session, typed: Create, show: &Show) -> Result<(), Failure> {
    let mut proved = trust::prove(session, About::Own).await?;
    and_annuaire(session, &mut proved, &typed.way.annuaire).await?;
    let own = own(session, &proved.directory)?;
    if own != typed.president && own != typed.coordinator {
        return Err(Failure::usage("group-not-led-by-you", "a group is created by one of its two leaders"));
    }
    let group = Group {
        link: Link::first(session.now()),
        id: GroupId(random()),
        name: typed.name,
        kind: typed.kind,
        territory: typed.territory,
        president: device_of(session, &proved.directory, &typed.president)?,
        coordinator: device_of(session, &proved.directory, &typed.coordinator)?,
    };
    let is_unknown = |member: &&MemberId| proved.directory.card(member).is_none();
    let fault = |member: &MemberId| Fault { line: None, member: Some(member.clone()), wrong: Wrong::Unknown };
    let faults: Vec<_> = typed.member.iter().filter(is_unknown).map(fault).collect();
    if !faults.is_empty() {
        return Err(refused(&faults, show));
    }
    let Some(next) = agreed(session, &proved.directory, &group, typed.way.yes, show).await? else {
        return Ok(());
    };
    // Who shall belong to it is proposed as soon as it is founded.
    keep_planned(session, group.id, &typed.member)?;
    if next.kind == Kind::Group {
        proved.directory.accept(&next, Continuity::Next)?;
        roster(session, &proved, group.id, Vec::new(), true, show).await?;
    } else {
        show.aside("group-roster-then", &[("number", super::groups::number(group.id).into())]);
    }
    session.close();
    Ok(())
}

async fn restate(session: &mut Session, typed: &Restate, show: &Show) -> Result<(), Failure> {
    let (id, mut proved) = known(session, &typed.group).await?;
    and_annuaire(session, &mut proved, &typed.way.annuaire).await?;
    let directory = &proved.directory;
    let mut group = directory.group(id).ok_or(Refusal::NotAMember)?.clone();
    let before = group.clone();
    if let Some(president) = &typed.president {
        group.president = device_of(session, directory, president)?;
    }
    if let Some(coordinator) = &typed.coordinator {
        group.coordinator = device_of(session, directory, coordinator)?;
    }
    if let Some(name) = &typed.name {
        group.name.clone_from(name);
    }
    if !typed.territory.is_empty() {
        group.territory.clone_from(&typed.territory);
    }
    if group == before {
        return Err(Failure::usage("group-no-change", "say what changes"));
    }
    group.link = directory.next_link(&Chain::Group(id), session.now());
    if agreed(session, directory, &group, typed.way.yes, show)
        .await?
        .is_some_and(|next| next.kind == Kind::Group)
    {
        show.aside("group-roster-again", &[]);
    }
    session.close();
    Ok(())
}

/// Shows a group statement, asks, signs, sends.
async fn agreed(
    session: &mut Session,
    directory: &Directory,
    group: &Group,
    yes: bool,
    show: &Show,
) -> Result<Option<Statement>, Failure> {
    let statement = unsigned(Kind::Group, group, None);
    if statement.signed.bytes.len() > STATEMENT_BYTES_MAX {
        return Err(Refusal::TooLarge.into());
    }
    explain(directory, &statement, show);
    if !show.confirms("proposal-confirm", yes) {
        show.aside("proposal-cancelled", &[]);
        return Ok(None);
    }
    sign_and_send(session, directory, &statement, show).await.map(Some)
}

async fn propose(session: &mut Session, typed: &Propose, show: &Show) -> Result<(), Failure> {
    let (group, mut proved) = known(session, &typed.group).await?;
    and_annuaire(session, &mut proved, &typed.way.annuaire).await?;
    let wishes = match &typed.csv {
        Some(file) => {
            let (wishes, mut faults) = read_list(&read(file)?);
            if !faults.is_empty() {
                let unmet = seats_after(&proved.directory, group, &wishes, session.now());
                faults.extend(unmet.err().unwrap_or_default());
                faults.sort_by_key(|fault| fault.line);
                return Err(refused(&faults, show));
            }
            wishes
        }
        None => {
            let wish = |member: &MemberId, action| Wish { member: member.clone(), action, line: None };
            let added = typed.add.iter().map(|(member, action)| wish(member, *action));
            added.chain(typed.remove.iter().map(|member| wish(member, Action::Remove))).collect()
        }
    };
    roster(session, &proved, group, wishes, typed.way.yes, show).await?;
    session.close();
    Ok(())
}

/// Proposes a roster with these wishes; with none, what makes the group led again.
async fn roster(
    session: &mut Session,
    proved: &Proved,
    group: GroupId,
    mut wishes: Vec<Wish>,
    yes: bool,
    show: &Show,
) -> Result<(), Failure> {
    let directory = &proved.directory;
    let statement = directory.group_digest(group).ok_or_else(|| {
        Failure::usage("group-not-founded", "the group statement still waits for a signature")
    })?;
    leaders_can_sign(directory, group)?;
    if !directory.is_led(group) {
        wishes.extend(who_is_due(session, directory, group, &wishes));
    }
    let seats =
        seats_after(directory, group, &wishes, session.now()).map_err(|faults| refused(&faults, show))?;
    if directory.is_led(group) && directory.roster(group).is_some_and(|(roster, _)| roster.seats == seats) {
        return Err(Failure::usage("roster-no-change", "nothing changes: say whom to add or to remove"));
    }
    let link = directory.next_link(&Chain::Roster(group), session.now());
    let next = unsigned(Kind::Roster, &Roster { link, group, statement, seats }, None);
    if next.signed.bytes.len() > STATEMENT_BYTES_MAX {
        return Err(Refusal::TooLarge.into());
    }
    explain(directory, &next, show);
    let replaces = |content: &Content| matches!(content, Content::Roster(roster) if roster.group == group);
    if waiting(directory, &proved.proposals).iter().any(|waiting| replaces(&waiting.content)) {
        show.aside("proposal-replaces", &[]);
    }
    if !show.confirms("proposal-confirm", yes) {
        show.aside("proposal-cancelled", &[]);
        return Ok(());
    }
    sign_and_send(session, directory, &next, show).await?;
    forget_planned(session, group);
    Ok(())
}

/// Whether both leaders have a device that signs for them: after one was replaced it has to be named first.
fn leaders_can_sign(directory: &Directory, group: GroupId) -> Result<(), Failure> {
    let leaders = directory.group(group).map(Group::leaders).into_iter().flatten();
    for leader in leaders {
        let member = directory.owner_ever(leader);
        let devices = member.map(|member| directory.devices(member)).unwrap_or_default();
        if !devices.iter().any(|device| directory.is_signed_for(device.id(), &[leader])) {
            return Err(Failure::usage("leader-replaced", "a leader's device was replaced or is gone"));
        }
    }
    Ok(())
}

/// The leaders of today, and whoever was named when the group was created.
fn who_is_due(session: &Session, directory: &Directory, group: GroupId, wishes: &[Wish]) -> Vec<Wish> {
    let roster = directory.roster(group).map(|(roster, _)| roster);
    let leaders = directory.group(group).map(Group::leaders).into_iter().flatten();
    let mut due: Vec<_> = leaders.filter_map(|device| directory.owner_ever(device)).cloned().collect();
    due.extend(planned(session, group));
    due.retain(|member| {
        let is_there = roster.is_some_and(|roster| roster.seat(member).is_some());
        !is_there && wishes.iter().all(|wish| wish.member != *member)
    });
    due.sort_unstable();
    due.dedup();
    due.into_iter().map(|member| Wish { member, action: Action::Add, line: None }).collect()
}

async fn remove(session: &mut Session, typed: &Remove, show: &Show) -> Result<(), Failure> {
    let (group, proved) = known(session, &typed.group).await?;
    let directory = &proved.directory;
    let wish = |member: &MemberId| Wish { member: member.clone(), action: Action::Remove, line: None };
    let wishes: Vec<_> = typed.member.iter().map(wish).collect();
    let seats =
        seats_after(directory, group, &wishes, session.now()).map_err(|faults| refused(&faults, show))?;
    // Whoever takes away makes no group led: the roster stays under the group statement of before.
    let statement = directory.roster(group).ok_or(Refusal::NotAMember)?.0.statement;
    let link = directory.next_link(&Chain::Roster(group), session.now());
    let roster = Roster { link, group, statement, seats };
    let signed = Statement { kind: Kind::Roster, signed: Signed::new(&roster, &[session.key()]), body: None };
    match directory.judge(&signed, Continuity::Next) {
        Ok(_) => {}
        Err(InvalidStatement::Signer(_)) => {
            return Err(Failure::usage(
                "remove-not-yours",
                "a leader removes, or a colleague of the same organisation",
            ));
        }
        Err(invalid) => return Err(invalid.into()),
    }
    explain(directory, &signed, show);
    if !show.confirms("proposal-confirm", typed.yes) {
        show.aside("proposal-cancelled", &[]);
        return Ok(());
    }
    match trust::publish(session, &signed).await {
        // Whoever goes learns it by the closing of their connection: whether it was taken is asked anew.
        Err(Failure::Changed) => {
            session.disconnect();
            match trust::prove(session, About::Group(group)).await {
                Err(Failure::Refused(Refusal::NotAMember)) => {}
                proved => {
                    let taken = proved?.directory.roster(group).map(|(_, digest)| digest);
                    if taken != Some(signed.signed.digest()) {
                        return Err(Failure::Changed);
                    }
                }
            }
        }
        published => published?,
    }
    let members: Vec<_> = typed.member.iter().map(MemberId::as_str).collect();
    let object = json!({"group": group.to_string(), "version": roster.link.version, "removed": members});
    show.result(&object, |words| vec![words.say("proposal-published", &[])]);
    session.close();
    Ok(())
}

/// The device by which a leader is named: this one, or the first that signs for them.
fn device_of(session: &Session, directory: &Directory, member: &MemberId) -> Result<DeviceId, Failure> {
    if own(session, directory)? == *member {
        return Ok(session.device());
    }
    let unknown = || Failure::usage("member-unknown", "nobody with this handle is on the annuaire");
    directory.devices(member).first().map(shared::statement::DeviceKey::id).ok_or_else(unknown)
}

/// Says everything that is wrong with a list; none of it is done.
fn refused(faults: &[Fault], show: &Show) -> Failure {
    let told = |fault: &Fault| json!({"line": fault.line, "member": fault.member.as_ref().map(MemberId::as_str), "reason": fault.wrong.code()});
    if show.is_json() {
        show.result(&json!({"faults": faults.iter().map(told).collect::<Vec<_>>()}), |_| Vec::new());
    }
    for fault in faults {
        let reason = show.words.say(sentence(fault.wrong), &[]);
        let member = fault.member.as_ref().map(ToString::to_string).unwrap_or_default();
        match fault.line {
            Some(line) => show.aside(
                "fault-line",
                &[("line", line.to_string().into()), ("member", member.into()), ("reason", reason.into())],
            ),
            None => show.aside("fault-member", &[("member", member.into()), ("reason", reason.into())]),
        }
    }
    Failure::usage("roster-faults", format!("{} lines cannot be met", faults.len()))
}

fn sentence(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Line => "wrong-line",
        Wrong::Handle => "wrong-handle",
        Wrong::Action => "wrong-action",
        Wrong::Twice => "wrong-twice",
        Wrong::Unknown => "wrong-unknown",
        Wrong::NotInOffice => "wrong-not-in-office",
        Wrong::MayNotJoin => "wrong-may-not-join",
        Wrong::NotThere => "wrong-not-there",
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::usage("usage-list-file", error);
    let mut text = Vec::new();
    let file = std::fs::File::open(file).map_err(failed)?;
    file.take(STATEMENT_BODY_BYTES_MAX as u64).read_to_end(&mut text).map_err(failed)?;
    Ok(text)
}

/// Who was named when a group was created, until its first roster is proposed.
fn planned(session: &Session, group: GroupId) -> Vec<MemberId> {
    let bytes = std::fs::read(planned_file(session, group)).ok();
    bytes.and_then(|bytes| cbor::decode(&bytes, STATEMENT_BYTES_MAX).ok()).unwrap_or_default()
}

fn keep_planned(session: &Session, group: GroupId, members: &[MemberId]) -> Result<(), Failure> {
    if members.is_empty() {
        return Ok(());
    }
    write_private(&planned_file(session, group), &cbor::encode(&members))
}

fn forget_planned(session: &Session, group: GroupId) {
    let removed = std::fs::remove_file(planned_file(session, group));
    if let Err(error) = removed.or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }) {
        tracing::warn!(failure = %io("planned", &error), "a list of members stays behind");
    }
}

fn planned_file(session: &Session, group: GroupId) -> PathBuf {
    session.home.dir().join(format!("planned-{group}"))
}
