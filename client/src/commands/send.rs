//! `pli send`: from what was typed to "déposé".

use super::expects;
use super::gate;
use super::person;
use super::second::{self, Asked};
use crate::cli::Send;
use crate::deadlines;
use crate::failure::Failure;
use crate::faults::Faults;
use crate::form;
use crate::inbox;
use crate::landlord;
use crate::outbox::again;
use crate::outbox::{self, Plan, Sent, Source, Wanted};
use crate::recipients::{Place, Resolved, resolve};
use crate::rereading;
use crate::screening;
use crate::session::Session;
use crate::show::{Show, last_day, local_time, visible};
use crate::trust;
use serde_json::json;
use shared::authorise;
use shared::crypto::random;
use shared::directory::Directory;
use shared::form::{Form, Typed, latest_end};
use shared::ids::{GroupId, IdBeginning, MemberId, Random};
use shared::limits::TEXT_BYTES_MAX;
use shared::message::{Core, Draft, Gated, Header, Objection};
use shared::nomenclature::{Flow, Nomenclature};
use shared::refusal::Refusal;
use shared::screening::{Unread, Verdict};
use shared::statement::DeviceKey;
use shared::time::DAY_SECONDS;
use shared::wire::About;
use std::io::Read as _;
use std::path::Path;

pub(super) async fn run(session: &mut Session, send: Send, show: &Show) -> Result<(), Failure> {
    filled(session, send, None, show).await.map(drop)
}

/// The same, of a form that another command has filled; nothing where its writer said no.
///
/// # Errors
/// [`Failure`].
pub(super) async fn filled(
    session: &mut Session,
    send: Send,
    typed: Option<Typed>,
    show: &Show,
) -> Result<Option<Sent>, Failure> {
    either(session, send, typed, None, show).await
}

/// The same, of a table that is sent once unless its writer says `again`.
///
/// # Errors
/// [`Failure`].
pub(super) async fn once(
    session: &mut Session,
    send: Send,
    typed: Typed,
    again: bool,
    show: &Show,
) -> Result<Option<Sent>, Failure> {
    either(session, send, Some(typed), Some(again), show).await
}

async fn either(
    session: &mut Session,
    send: Send,
    typed: Option<Typed>,
    once: Option<bool>,
    show: &Show,
) -> Result<Option<Sent>, Failure> {
    let group = super::group(session, &send.group).await?;
    let text = text(&send)?;
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let reply_to = match &send.reply_to {
        Some(id) => Some(inbox::find(session, id).await?.header.core),
        None => None,
    };
    let inside = (text, typed, reply_to.as_ref());
    let (mut wanted, resolved) = wanted(session, &directory, group, &send, inside, show)?;
    let of_table = once.map(|_| again::same(session, &wanted.draft));

    // What the same command left behind goes on; it is not sent twice.
    if let Some(sent) = outbox::resume(session, &wanted, show).await? {
        forget_draft(session, &send);
        note(session, &sent, &wanted);
        of_table.map_or(Ok(()), |same| again::remember(session, same, sent.header.core.id))?;
        report(session, &directory, &sent, show);
        return Ok(Some(sent));
    }
    let plan = plan(session, &mut wanted, &send, show).await?;
    expects::by(&send, plan.expires, session.now())?;
    explain(&directory, &plan, &wanted, show);
    explain_choice(&directory, &resolved, show);
    explain_devices(session, &directory, &wanted, show)?;
    let goes = match once {
        Some(again) => again::goes(session, &wanted.draft, (again, send.yes), show)?,
        None => show.confirms("send-confirm", send.yes),
    };
    if !goes {
        show.aside("send-cancelled", &[]);
        return Ok(None);
    }
    let sent = outbox::send(session, &wanted, plan, show).await?;
    of_table.map_or(Ok(()), |same| again::remember(session, same, sent.header.core.id))?;
    remember_devices(session, &directory, &wanted.draft.to)?;
    forget_draft(session, &send);
    note(session, &sent, &wanted);
    report(session, &directory, &sent, show);
    session.close();
    Ok(Some(sent))
}

/// The plan, once what the rules say was answered: its writer vouches for what could not be read, and a colleague lets
/// pass what was stopped for its context.
async fn plan(session: &mut Session, wanted: &mut Wanted, send: &Send, show: &Show) -> Result<Plan, Failure> {
    let group = wanted.draft.group;
    let mut shown = None;
    if let Some(salt) = send.second_salt {
        let code = outbox::code(wanted, salt)?;
        match rereading::looked_for(session, group, &code).await? {
            Some((_, signed)) => wanted.draft.reread = Some((salt, signed)),
            None => shown = Some(code),
        }
    }
    loop {
        match outbox::plan(session, wanted).await {
            Err(Failure::Objected(Objection::Unread(parts)))
                if !wanted.draft.vouches && vouches(&parts, send, show) =>
            {
                wanted.draft.vouches = true;
            }
            Err(Failure::Stopped(stopped))
                if stopped.judgement.is_releasable() && wanted.draft.reread.is_none() =>
            {
                let failure = Failure::Stopped(stopped);
                if let Some(code) = &shown {
                    second::show_code(session, group, code, show).await?;
                    return Err(failure);
                }
                let asked = Asked { group, question: "second-confirm", assume_yes: send.second };
                let salt = Random(random());
                let code = || Ok((salt, outbox::code(wanted, salt)?));
                let (salt, _, signed) = second::ask(session, &asked, (failure, show), code).await?;
                wanted.draft.reread = Some((salt, signed));
            }
            plan => return plan,
        }
    }
}

/// Whether its writer vouches, once for the whole letter, for every part that could not be read.
fn vouches(parts: &[Unread], send: &Send, show: &Show) -> bool {
    for part in parts {
        let because = show.words.say(&format!("unread-{}", part.because.code()), &[]);
        show.aside("send-unread", &[("place", visible(&part.place).into()), ("because", because.into())]);
    }
    send.attest || (show.asks() && show.confirms("send-attest-confirm", false))
}

/// One sentence: who will read it, when it will be destroyed, that openings are recorded.
pub(super) fn explain(directory: &Directory, plan: &Plan, wanted: &Wanted, show: &Show) {
    let names: Vec<_> = wanted.draft.to.iter().map(|member| person(directory, member)).collect();
    let mut arguments = vec![("count", names.len().into()), ("names", names.join(", ").into())];
    match &plan.gate {
        None => {
            arguments.push(("date", local_time(plan.expires).into()));
            show.aside("send-before", &arguments);
        }
        Some(gate) => {
            arguments.extend([
                ("approver", person(directory, &gate.approver).into()),
                ("until", local_time(gate.until).into()),
                ("days", (gate.readable_seconds / DAY_SECONDS).into()),
            ]);
            show.aside("send-before-gated", &arguments);
        }
    }
    let screened = plan.screened();
    if !screened.vouched().is_empty() {
        show.aside("send-attested", &[("count", screened.vouched().len().into())]);
    }
    for notice in screened.notices().findings.iter().filter(|one| one.verdict == Verdict::Notice) {
        let words = visible(&notice.words.join(" "));
        show.aside("send-notice", &[("rule", notice.rule.to_string().into()), ("words", words.into())]);
    }
    for (member, device) in &plan.unreachable {
        let device = device.to_string();
        let name = person(directory, member);
        show.aside(
            "send-device-without-recipient",
            &[("name", name.into()), ("device", device[..8].to_owned().into())],
        );
    }
}

/// Who is left out, who is away, and who reads in their place.
pub(super) fn explain_choice(directory: &Directory, resolved: &Resolved, show: &Show) {
    for member in &resolved.unsigned {
        show.aside("send-unsigned", &[("name", person(directory, member).into())]);
    }
    for away in &resolved.away {
        let id = if away.receives { "send-away" } else { "send-away-alone" };
        let arguments = [
            ("name", person(directory, &away.member).into()),
            ("delegate", person(directory, &away.delegate).into()),
            ("date", last_day(away.until).into()),
        ];
        show.aside(id, &arguments);
    }
}

/// A device that somebody has since this member last wrote to them is named: nobody but its owner signed
/// for it.
pub(super) fn explain_devices(
    session: &Session,
    directory: &Directory,
    wanted: &Wanted,
    show: &Show,
) -> Result<(), Failure> {
    let known = session.home.memory()?.memory.written_to.clone();
    for member in &wanted.draft.to {
        let Some((_, devices)) = known.iter().find(|(known, _)| known == member) else { continue };
        for device in directory.devices(member).iter().filter(|device| !devices.contains(&device.id())) {
            let number = device.id().to_string()[..8].to_owned();
            let arguments = [
                ("name", person(directory, member).into()),
                ("device", device.name.clone().into()),
                ("number", number.into()),
            ];
            show.aside("send-new-device", &arguments);
        }
    }
    Ok(())
}

/// From now on the devices of these readers are known.
pub(super) fn remember_devices<'a>(
    session: &Session,
    directory: &Directory,
    readers: impl IntoIterator<Item = &'a MemberId>,
) -> Result<(), Failure> {
    let mut lock = session.home.memory()?;
    for member in readers {
        let devices: Vec<_> = directory.devices(member).iter().map(DeviceKey::id).collect();
        let known = &mut lock.memory.written_to;
        match known.iter_mut().find(|(known, _)| known == member) {
            Some((_, held)) => *held = devices,
            None => known.push((member.clone(), devices)),
        }
    }
    lock.save()
}

/// What was sent counts for what is due, or is answered by it. It is deposited either way.
fn note(session: &Session, sent: &Sent, wanted: &Wanted) {
    if let Err(failure) = deadlines::note_sent(session, &sent.header.core, wanted.inside()) {
        tracing::warn!(%failure, "what is due was not noted");
    }
}

fn report(session: &Session, directory: &Directory, sent: &Sent, show: &Show) {
    let core = &sent.header.core;
    let readers: Vec<_> = core
        .recipients
        .iter()
        .map(|member| {
            let organisation = directory.card(member).map(|card| card.organisation.id.to_string());
            let devices = directory.devices_in(core.group, member, session.now()).len();
            json!({"member": member.as_str(), "organisation": organisation, "devices": devices})
        })
        .collect();
    let mut object = json!({
        "id": core.id.to_string(),
        "group": core.group.to_string(),
        "flow": core.flow.as_str(),
        "expires": core.expires.to_string(),
        "readers": readers,
        "state": "deposited",
        "index": sent.record.index,
    });
    if let Some(gate) = gate::json(core, None, session.now()) {
        object["gate"] = gate;
    }
    show.result(&object, |words| {
        let number = ("number", core.id.to_string().into());
        vec![match &core.gate {
            None => words.say("send-done", &[number, ("date", local_time(core.expires).into())]),
            Some(gate) => {
                let name = person(directory, &gate.approver);
                let until = local_time(gate.until);
                words.say("send-done-gated", &[number, ("name", name.into()), ("date", until.into())])
            }
        }]
    });
}

fn text(send: &Send) -> Result<String, Failure> {
    let failed = |error| Failure::usage("usage-text-file", error);
    let mut text = String::new();
    let limit = TEXT_BYTES_MAX as u64 + 1;
    match (&send.text, &send.text_file) {
        (Some(text), _) => return Ok(text.clone()),
        (None, Some(file)) if file == Path::new("-") => {
            std::io::stdin().lock().take(limit).read_to_string(&mut text).map_err(failed)?;
        }
        (None, Some(file)) => {
            let file = std::fs::File::open(file).map_err(failed)?;
            file.take(limit).read_to_string(&mut text).map_err(failed)?;
        }
        (None, None) => {}
    }
    Ok(text)
}

fn wanted(
    session: &Session,
    directory: &Directory,
    group: GroupId,
    send: &Send,
    (text, typed, answered): (String, Option<Typed>, Option<&Core>),
    show: &Show,
) -> Result<(Wanted, Resolved), Failure> {
    let rules = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let flow = super::form::flow(rules, &send.flow)?;
    expects::is_listed(send, rules, show)?;
    let (form, lines) = form(session, send, typed, (flow, rules, directory))?;
    let mut documents = Vec::new();
    for file in &send.attach {
        let metadata = std::fs::metadata(file).map_err(|error| Failure::usage("send-document", error))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !metadata.is_file() {
            return Err(Failure::usage("send-document", "a document is a file"));
        }
        documents.push(screening::document(file, name, metadata.len())?);
    }
    let reply_to = answered.map(|core| core.id);
    let seconds = send.expires.unwrap_or(u64::from(flow.retention_days) * DAY_SECONDS);
    let own = directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?.member.clone();
    let place = Place { directory, group, code: &send.flow, flow, own: &own, now: session.now() };
    let resolved = resolve(&place, &send.to)?;
    let unknown = landlord::unknown(session, (&place, rules), &resolved.to, (&form, &lines))?;
    if unknown > 0 {
        show.aside("send-buildings-unknown", &[("count", unknown.into())]);
    }
    // What ends on a day of its own is not sent for longer, whatever was typed.
    let now = session.now();
    let wished = now.plus(seconds);
    let expires = latest_end(flow, &form, now).map_or(wished, |latest| latest.min(wished));
    let draft = Draft {
        group,
        flow: send.flow.clone(),
        to: resolved.to.clone(),
        subject: send.subject.clone().unwrap_or_else(|| flow.title.clone()),
        form,
        text,
        handling: send.handling,
        thread: expects::thread(send, (flow, rules)),
        documents,
        expires,
        reply_to,
        renews: None,
        first: None,
        vouches: false,
        reread: None,
    };
    let sources = send.attach.iter().map(|file| std::path::absolute(file).map(Source::File));
    let sources =
        sources.collect::<Result<_, _>>().map_err(|error| Failure::usage("send-document", error))?;
    let persons = send.person.clone();
    let gate = gate(&place, &resolved, send.approver.as_ref(), (seconds, show))?;
    Ok((Wanted { draft, sources, persons, first: None, reason: None, gate }, resolved))
}

/// Whose agreement the letter will wait for, where its flow asks for one: the only member who can give it, or the one
/// who is named. Whoever is away is not waited for while somebody else is there.
fn gate(
    place: &Place<'_>,
    resolved: &Resolved,
    named: Option<&MemberId>,
    (readable_seconds, show): (u64, &Show),
) -> Result<Option<Gated>, Failure> {
    let Place { directory, group, code, flow, own, now } = *place;
    let writer = directory.card(own).ok_or(Refusal::NotEnrolled)?;
    let Some(rule) = authorise::needed(flow, writer) else {
        return match named {
            Some(_) => Err(Failure::usage("send-approver-needless", "nobody has to agree to this flow")),
            None => Ok(None),
        };
    };
    let can = authorise::approvers(group, flow, (own, &resolved.to), directory, now);
    let is_here = |member: &&MemberId| directory.delegate(group, member, code, now).is_none();
    let here: Vec<_> = can.iter().filter(is_here).collect();
    let approver = match (named, here.as_slice(), can.as_slice()) {
        (Some(named), ..) if can.contains(named) => named,
        (Some(_), ..) | (None, _, []) => return Err(Refusal::Gate.into()),
        (None, [here], _) => here,
        (None, [], [only]) => only,
        (None, ..) => {
            for member in &can {
                let name = person(directory, member);
                let arguments = [("member", member.to_string().into()), ("name", name.into())];
                show.aside("send-approver-candidate", &arguments);
            }
            let names: Vec<_> = can.iter().map(MemberId::as_str).collect();
            let what = format!("several members can agree: name one with --approver ({})", names.join(", "));
            return Err(Failure::usage("send-approver", what));
        }
    };
    let until = now.plus(u64::from(rule.days) * DAY_SECONDS);
    Ok(Some(Gated { approver: approver.clone(), until, readable_seconds }))
}

/// What was filled: by another command, or in a draft or a file; and the fields that were typed beside it. With the lines
/// on which the rows of its table stood.
fn form(
    session: &Session,
    send: &Send,
    filled: Option<Typed>,
    (flow, rules, directory): (&Flow, &Nomenclature, &Directory),
) -> Result<(Form, Vec<u32>), Failure> {
    let mut typed = match (filled, &send.form) {
        (Some(filled), _) => filled,
        (None, None) if send.field.is_empty() => return Ok(<(Form, Vec<u32>)>::default()),
        (None, None) => Typed::default(),
        (None, Some(named)) => match named.parse::<IdBeginning>() {
            Ok(beginning) if !Path::new(named).exists() => {
                let kept = form::find(session, &beginning)?;
                if kept.flow != send.flow {
                    return Err(Failure::usage("form-draft", "the draft is a form of another flow"));
                }
                kept.typed()
            }
            _ => form::read(Path::new(named), flow)?,
        },
    };
    typed.fields.extend(send.field.iter().cloned());
    form::by_name(&mut typed, flow, directory);
    let form = shared::form::check(flow, &rules.lists, &typed).map_err(|faults| Faults::of(flow, faults))?;
    Ok((form, typed.rows.iter().map(|row| row.line).collect()))
}

/// A draft that was sent is no draft any more. One that stays does no harm, and dies by itself.
fn forget_draft(session: &Session, send: &Send) {
    let named = send.form.as_ref().and_then(|named| named.parse::<IdBeginning>().ok());
    if let Some(kept) = named.and_then(|beginning| form::find(session, &beginning).ok())
        && let Err(failure) = form::remove(session, kept.id)
    {
        tracing::warn!(%failure, "a draft that was sent stays");
    }
}

/// The kinds and sizes of parts, as far as the outside shows them.
pub(super) fn parts(header: &Header) -> Vec<serde_json::Value> {
    header.parts.iter().map(|part| json!({"kind": part.kind, "bytes": part.bytes})).collect()
}
