//! `pli charter`: the charte déontologique of a group (convention art. 5), from its proposal by a leader
//! through the visa of PROC to the signature of each member.

use super::person;
use super::proposal::{days_until, explain, known, own, sign_and_send, unsigned, validate};
use crate::cli::{Charter as Typed, ProposeCharter};
use crate::dates;
use crate::failure::{Failure, Unverified};
use crate::session::Session;
use crate::show::{Show, local_date, visible};
use crate::trust::{self, Proved};
use serde_json::json;
use shared::crypto::sha256;
use shared::directory::{Chain, Continuity, Directory, InvalidStatement};
use shared::ids::{Digest, GroupId, MemberId};
use shared::limits::{CHARTER_NOTICE_SECONDS, STATEMENT_BODY_BYTES_MAX};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Adhesion, Charter, Kind, Reglement, Statement};
use shared::time::Timestamp;
use shared::wire::About;
use std::io::Read as _;
use std::path::Path;

/// A charter travels inside a proposal: both fit into the body of a statement.
const TEXT_BYTES_MAX: usize = STATEMENT_BODY_BYTES_MAX / 2;

pub(super) async fn run(session: &mut Session, typed: Typed, show: &Show) -> Result<(), Failure> {
    match typed {
        Typed::Propose(typed) => propose(session, &typed, show).await?,
        Typed::Visa(typed) => validate(session, &typed, &[Kind::Charter], show).await?,
        Typed::Show { group } => show_text(session, &group, show).await?,
        Typed::Sign { group, statement, yes } => sign(session, &group, statement, yes, show).await?,
        Typed::Status { group } => status(session, &group, show).await?,
    }
    session.close();
    Ok(())
}

async fn propose(session: &mut Session, typed: &ProposeCharter, show: &Show) -> Result<(), Failure> {
    let text = read(&typed.text)?;
    let (group, proved) = known(session, &typed.group).await?;
    let directory = &proved.directory;
    let now = session.now();
    let link = directory.next_link(&Chain::Charter(group), now);
    let earliest = now.plus(if link.version == 1 { 0 } else { CHARTER_NOTICE_SECONDS });
    let from = match (typed.from, link.version) {
        (Some(day), _) => dates::begins(day),
        (None, 1) => now,
        (None, _) => dates::first_after(earliest),
    };
    if from < earliest && link.version > 1 && typed.order.is_none() {
        return Err(Failure::usage(
            "charter-notice",
            "a new version takes effect two weeks after it was made",
        ));
    }
    let reglement = Reglement {
        reference: typed.reglement.trim().to_owned(),
        date: typed.reglement_date.strftime("%d/%m/%Y").to_string(),
    };
    if reglement.reference.is_empty() {
        return Err(Failure::usage(
            "charter-reglement-missing",
            "say by which règlement intérieur: --reglement",
        ));
    }
    let named = typed.named.clone();
    let charter = Charter {
        link,
        group,
        text: sha256(text.as_bytes()),
        reglement,
        named,
        from,
        order: typed.order.clone(),
    };
    let statement = unsigned(Kind::Charter, &charter, Some(text.clone().into_bytes()));
    explain(directory, &statement, show);
    show.quote(&text);
    if !show.confirms("proposal-confirm", typed.yes) {
        show.aside("proposal-cancelled", &[]);
        return Ok(());
    }
    sign_and_send(session, directory, &statement, show).await.map(drop)
}

async fn show_text(session: &mut Session, beginning: &str, show: &Show) -> Result<(), Failure> {
    let (group, proved) = known(session, beginning).await?;
    let directory = &proved.directory;
    // Until a new version takes effect, the one in force is what binds; both are shown.
    let (newest, newest_digest) = directory.newest_charter(group).ok_or(Refusal::CharterMissing)?;
    let in_force = directory.charter(group, session.now()).map(|(_, digest)| digest);
    let mut digests: Vec<_> = in_force.into_iter().filter(|digest| *digest != newest_digest).collect();
    digests.push(newest_digest);
    let mut shown = Vec::new();
    for digest in digests {
        shown.push((digest, fetched(session, digest, newest.group).await?));
    }
    for (digest, (charter, text)) in shown {
        let object = json!({
            "group": group.to_string(),
            "version": charter.link.version,
            "from": charter.from.to_string(),
            "in_force": in_force == Some(digest),
            "newest": digest == newest_digest,
            "statement": digest.to_string(),
            "named": charter.named.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
            "order": charter.order,
            "reglement": {"reference": charter.reglement.reference, "date": charter.reglement.date},
            "text": text,
        });
        explain(directory, &unsigned(Kind::Charter, &charter, None), show);
        show.result(&object, |words| {
            let mut lines: Vec<_> = text.lines().map(visible).collect();
            lines.push(words.say("charter-sanctions", &[]));
            lines
        });
    }
    Ok(())
}

async fn sign(
    session: &mut Session,
    beginning: &str,
    only: Option<Digest>,
    yes: bool,
    show: &Show,
) -> Result<(), Failure> {
    let (group, proved) = known(session, beginning).await?;
    let directory = &proved.directory;
    let member = own(session, directory)?;
    let (charter, digest) = directory.newest_charter(group).ok_or(Refusal::CharterMissing)?;
    if only.is_some_and(|only| only != digest) {
        return Err(Failure::usage(
            "charter-newer",
            "a newer version of this charter was proposed and agreed to",
        ));
    }
    let done = |state: &str| {
        json!({"group": group.to_string(), "version": charter.link.version, "state": state,
            "from": charter.from.to_string()})
    };
    let version = charter.link.version.to_string();
    if has_signed_newest(directory, group, &member, session.now()) {
        show.result(&done("already"), |words| {
            vec![words.say("charter-already", &[("version", version.into())])]
        });
        return Ok(());
    }
    let (_, text) = fetched(session, digest, group).await?;
    explain(directory, &unsigned(Kind::Charter, charter, None), show);
    show.quote(&text);
    show.aside("charter-sanctions", &[]);
    if !show.confirms("charter-confirm", yes) {
        show.aside("proposal-cancelled", &[]);
        return Ok(());
    }
    let link = directory.next_link(&Chain::Adhesion(group, member.clone()), session.now());
    let adhesion = Adhesion { link, group, member, charter: digest };
    let signed = Signed::new(&adhesion, &[session.key()]);
    let statement = Statement { kind: Kind::Adhesion, signed, body: None };
    match directory.judge(&statement, Continuity::Next) {
        Ok(_) => {}
        Err(InvalidStatement::Rule(_)) => return Err(Refusal::NotAMember.into()),
        Err(invalid) => return Err(invalid.into()),
    }
    trust::publish(session, &statement).await?;
    show.result(&done("signed"), |words| {
        vec![
            words.say(
                "charter-signed",
                &[("version", version.into()), ("date", local_date(charter.from).into())],
            ),
        ]
    });
    Ok(())
}

async fn status(session: &mut Session, beginning: &str, show: &Show) -> Result<(), Failure> {
    let (group, proved) = known(session, beginning).await?;
    let (directory, now) = (&proved.directory, session.now());
    let (newest, _) = directory.newest_charter(group).ok_or(Refusal::CharterMissing)?;
    let versions = versions(session, &proved, group).await?;
    let in_force = directory.charter(group, now).map(|(charter, _)| charter.link.version);
    let seats = directory.roster(group).map(|(roster, _)| roster.seats.as_slice()).unwrap_or_default();
    let signed = |member: &MemberId| {
        let adhesion = directory.adhesion(group, member)?;
        let version = versions.iter().find(|(digest, _)| *digest == adhesion.charter)?.1;
        Some((version, adhesion.link.made))
    };
    let members: Vec<_> = seats.iter().map(|seat| (&seat.member, signed(&seat.member))).collect();
    let object = json!({
        "group": group.to_string(),
        "in_force": in_force,
        "newest": {"version": newest.link.version, "from": newest.from.to_string()},
        "members": members.iter().map(|(member, signed)| json!({
            "member": member.as_str(),
            "version": signed.map(|(version, _)| version),
            "at": signed.map(|(_, at)| at.to_string()),
            "signed": directory.has_signed(group, member, now),
        })).collect::<Vec<_>>(),
    });
    show.result(&object, |words| {
        let mut lines = vec![match in_force {
            Some(version) => words.say("charter-in-force", &[("version", version.to_string().into())]),
            None => words.say("charter-none-in-force", &[]),
        }];
        if newest.from > now {
            lines.push(words.say(
                "charter-coming",
                &[
                    ("version", newest.link.version.to_string().into()),
                    ("date", local_date(newest.from).into()),
                    ("count", days_until(newest.from, now).into()),
                ],
            ));
        }
        lines.extend(members.iter().map(|(member, signed)| {
            let name = person(directory, member);
            match signed {
                Some((version, at)) => words.say(
                    "charter-member-signed",
                    &[
                        ("name", name.into()),
                        ("version", version.to_string().into()),
                        ("date", local_date(*at).into()),
                    ],
                ),
                None => words.say("charter-member-unsigned", &[("name", name.into())]),
            }
        }));
        lines
    });
    Ok(())
}

/// A charter that waits for this member's signature.
pub(super) struct Reminder {
    /// Of which group.
    pub(super) group: GroupId,
    /// Its name.
    pub(super) name: String,
    /// From when it binds.
    pub(super) from: Timestamp,
}

/// The charters that wait for this member's signature.
pub(super) async fn reminders(session: &mut Session) -> Result<Vec<Reminder>, Failure> {
    let groups = trust::prove(session, About::Own).await?.groups;
    let mut reminders = Vec::new();
    for group in groups {
        let directory = match trust::prove(session, About::Group(group)).await {
            Ok(proved) => proved.directory,
            Err(Failure::Refused(Refusal::NotAMember)) => continue,
            Err(failure) => return Err(failure),
        };
        let member = own(session, &directory)?;
        let is_seated = directory.roster(group).is_some_and(|(roster, _)| roster.seat(&member).is_some());
        let Some((charter, digest)) = directory.newest_charter(group).filter(|_| is_seated) else { continue };
        if directory.adhesion(group, &member).is_none_or(|adhesion| adhesion.charter != digest) {
            let name = directory.group(group).map(|group| group.name.clone()).unwrap_or_default();
            reminders.push(Reminder { group, name, from: charter.from });
        }
    }
    session.close();
    Ok(reminders)
}

/// The text that a charter names.
pub(super) fn text_of(charter: &Charter, body: Option<&[u8]>) -> Result<String, Failure> {
    let body = body.filter(|body| sha256(body) == charter.text).ok_or(InvalidStatement::Body)?;
    String::from_utf8(body.to_vec()).map_err(|_| InvalidStatement::Body.into())
}

/// Whether a member signed the newest charter. Signed on a device that was replaced since, it has to be signed again.
pub(super) fn has_signed_newest(
    directory: &Directory,
    group: GroupId,
    member: &MemberId,
    now: Timestamp,
) -> bool {
    let Some((charter, digest)) = directory.newest_charter(group) else { return false };
    let is_named = directory.adhesion(group, member).is_some_and(|adhesion| adhesion.charter == digest);
    is_named && directory.has_signed(group, member, charter.from.max(now))
}

/// A charter that was proved, with its text.
async fn fetched(
    session: &mut Session,
    digest: Digest,
    group: GroupId,
) -> Result<(Charter, String), Failure> {
    let statement = trust::statement(session, digest).await?;
    let charter: Charter = statement.signed.peek().map_err(|_| Unverified::Answer)?;
    if charter.group != group {
        return Err(Unverified::Answer.into());
    }
    let text = text_of(&charter, statement.body.as_deref())?;
    Ok((charter, text))
}

/// The digest of each version of a charter, from the newest back.
async fn versions(
    session: &mut Session,
    proved: &Proved,
    group: GroupId,
) -> Result<Vec<(Digest, u32)>, Failure> {
    let mut versions = Vec::new();
    let mut next = proved.directory.newest_charter(group).map(|(charter, digest)| (charter.clone(), digest));
    while let Some((charter, digest)) = next {
        versions.push((digest, charter.link.version));
        next = match charter.link.previous {
            Some(previous) => Some((fetched(session, previous, group).await?.0, previous)),
            None => None,
        };
    }
    Ok(versions)
}

fn read(file: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::usage("usage-text-file", error);
    let mut text = String::new();
    let file = std::fs::File::open(file).map_err(failed)?;
    file.take(TEXT_BYTES_MAX as u64 + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() > TEXT_BYTES_MAX || text.trim().is_empty() {
        return Err(Failure::usage("charter-text", "a charter is a text of at most 256 KiB"));
    }
    Ok(text)
}
