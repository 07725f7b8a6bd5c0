//! Writing: from what was typed to a confirmed deposit, going on where it was interrupted.
//!
//! Documents are sealed to the outbox one by one, then note and grants; from then on everything in
//! the outbox is ciphertext and signatures, and the message identity is gone. Upload and deposit
//! can be repeated at will: the relay recognises both. A send that is typed again finds what it left
//! behind by a digest under the device's own key.

pub mod again;
pub mod batch;
mod documents;

use crate::annex;
use crate::deadlines::Inside;
use crate::failure::{Failure, Unverified};
use crate::faults::Faults;
use crate::home::{io, write_private};
use crate::screening;
use crate::session::Session;
use crate::show::Show;
use crate::trust::{self, Proved};
pub use documents::Source;
use documents::{Slot, seal_and_upload, upload};
use serde::{Deserialize, Serialize};
use shared::authorise::{self, Authorised};
use shared::cbor;
use shared::crypto::{derive, hmac_sha256, random, sha256};
use shared::directory::Directory;
use shared::form;
use shared::ids::{DeviceId, Digest, GroupId, MemberId, MessageId, Random, ReasonCode, TextCode};
use shared::limits::{GRANT_BYTES_MAX, GRANTS_MAX, HEAD_SECONDS_MAX, NOTE_BYTES_MAX};
use shared::log::Record;
use shared::log::persons::{self, Person};
use shared::message::{
    Core, Draft, Envelope, Gated, HeadReference, Header, Objection, Renewal, Right, Screened, SealedDocument,
    Target, screen, seal,
};
use shared::nomenclature::Class;
use shared::refusal::Refusal;
use shared::seal::MessageIdentity;
use shared::signed::Signed;
use shared::time::Timestamp;
use shared::wire::{About, Annexed, Ask, Request};
use std::path::{Path, PathBuf};

/// Lost connections in a row before the member is told to run again.
const RETRIES_MAX: u32 = 3;

/// How often a relay is asked again that says to wait, and for how long at a time: long enough to notice
/// that an earlier connection of this device is dead. Whoever has to wait longer is told.
const BUSY_TRIES_MAX: u32 = 9;
const BUSY_SECONDS_MAX: u32 = 10;

const PENDING_BYTES_MAX: usize =
    NOTE_BYTES_MAX + GRANTS_MAX * GRANT_BYTES_MAX + 4 * shared::limits::FRAME_BYTES_MAX;

/// What was typed.
#[derive(Clone)]
pub struct Wanted {
    /// What shall be written, with recipients resolved.
    pub draft: Draft,
    /// Where the documents lie, in the draft's order.
    pub sources: Vec<Source>,
    /// The persons concerned, for whom the reviewers of the log can search.
    pub persons: Vec<Person>,
    /// The core of the letter that is said again, if one is.
    pub first: Option<Core>,
    /// Why it is extended, if it is.
    pub reason: Option<ReasonCode>,
    /// Whose agreement it will wait for, if it needs one.
    pub gate: Option<Gated>,
}

impl Wanted {
    /// What is inside of it, as far as something is due after it.
    #[must_use]
    pub fn inside(&self) -> Inside<'_> {
        Inside { fields: self.draft.form.fields(), thread: Some(&self.draft.thread) }
    }
}

/// Who will read, and until when: what the writer is shown before anything is sealed.
pub struct Plan {
    proved: Proved,
    screened: Screened,
    readers: Vec<(DeviceId, MemberId)>,
    first: Option<Core>,
    reason: Option<ReasonCode>,
    /// Whose agreement it will wait for, and until when.
    pub gate: Option<Gated>,
    /// When it will be destroyed; where somebody has to agree, at the latest.
    pub expires: Timestamp,
    /// Devices that published no keys for that time: their members read on another one.
    pub unreachable: Vec<(MemberId, DeviceId)>,
}

/// What goes to the auditors: named in the request, and the sealed forms behind it.
type Annex = (Option<Annexed>, Vec<Vec<u8>>);

impl Plan {
    /// What passed, and what its writer is told of it.
    #[must_use]
    pub fn screened(&self) -> &Screened {
        &self.screened
    }
}

/// A message that was confirmed.
pub struct Sent {
    /// Its header.
    pub header: Header,
    /// The record of the deposit.
    pub record: Record,
}

/// A sealed message on its way. Nothing in it can be opened with it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    /// What was typed, as a digest under the device's own key.
    typed: Digest,
    header: Signed,
    grant_list: Signed,
    grants: Vec<serde_bytes::ByteBuf>,
    #[serde(with = "serde_bytes")]
    note: Vec<u8>,
    /// For the reviewers of the log, and sealed to them.
    annex: Option<Annexed>,
    annexes: Vec<serde_bytes::ByteBuf>,
    /// The signed deposit; the same bytes again get the same answer.
    request: Signed,
}

/// Screens the draft, proves the group, and finds out who will read until when.
///
/// # Errors
/// [`Failure`]: an objection, a refusal, or something that does not verify. Nothing was sealed.
pub async fn plan(session: &mut Session, wanted: &Wanted) -> Result<Plan, Failure> {
    let mut proved = trust::prove(session, About::Group(wanted.draft.group)).await?;
    let screened = screened(session, wanted, &proved.directory).await?;
    let draft = screened.draft();
    attested(session)?;
    let now = session.now();
    suits(draft, &proved.directory, now)?;
    let writer = writer(&proved.directory, draft.group, session.device(), now)?;
    let mut readers = Vec::new();
    // who passes on what is held does not read it by that.
    let (held, own) = match draft.renews {
        Some(Renewal { of, right: Right::Hold(_), .. }) => (Some(of), None),
        _ => (None, Some(&writer)),
    };
    // what waits for an agreement is sealed to nobody but who agrees.
    let to = wanted.gate.as_ref().map_or(draft.to.as_slice(), |gate| std::slice::from_ref(&gate.approver));
    let members: Vec<_> = to.iter().chain(own).collect();
    for member in members.iter().copied() {
        let devices = match held {
            Some(of) => {
                proved.directory.orderer(draft.group, of).map(|(_, devices)| devices).unwrap_or_default()
            }
            None => proved.directory.devices_in(draft.group, member, now),
        };
        if devices.is_empty() {
            return Err(Refusal::RecipientRole.into());
        }
        for device in devices {
            trust::key_pages(session, &mut proved.directory, device).await?;
            readers.push((device, member.clone()));
        }
    }
    let wished = wanted.gate.as_ref().map_or(draft.expires, |gate| gate.until);
    let (end, unreachable) = choose_expiry(&proved.directory, session, wished, &readers, &members)?;
    readers.retain(|(device, member)| !unreachable.contains(&(member.clone(), *device)));
    let gate = wanted.gate.as_ref().map(|gate| Gated { until: end, ..gate.clone() });
    let expires = gate.as_ref().map_or(Ok(end), |gate| latest_end(session, gate))?;
    let (first, reason) = (wanted.first.clone(), wanted.reason.clone());
    let plan = Plan { proved, screened, readers, first, reason, gate, expires, unreachable };
    // Refused here before anything is sealed, by the same rules as at the relay.
    core_of(session, &plan, MessageId([0; 16]))?;
    Ok(plan)
}

/// What was filled is what the flow asks for, by the nomenclature in force: a form that was made under an earlier one is
/// asked again.
fn suits(draft: &Draft, directory: &Directory, now: Timestamp) -> Result<(), Failure> {
    let rules = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    if matches!(draft.renews, Some(Renewal { right: Right::Hold(_), .. })) {
        return Ok(());
    }
    let flow = rules.flow(&draft.flow).ok_or(Refusal::UnknownFlow)?;
    let form = form::stands(flow, &rules.lists, draft.form.fields(), draft.form.rows());
    form.map_err(|faults| Faults::of(flow, faults))?;
    // Without this, all that could be said is that no end is left for it.
    if let Some(fault) = form::ended(flow, &draft.form, now) {
        return Err(Faults::of(flow, vec![fault]).into());
    }
    let says_why = |code: &String| rules.outcomes.iter().any(|outcome| outcome.code == *code && outcome.text);
    if draft.thread.outcome.as_ref().is_some_and(says_why) && draft.text.trim().is_empty() {
        return Err(Failure::usage("send-outcome-text", "say why with --text"));
    }
    if draft.thread.suits(rules) {
        Ok(())
    } else {
        Err(Failure::usage("send-thread", "say what is expected by the codes of the list"))
    }
}

/// The characters by which a second person lets a draft pass, made with a salt. From here on its documents are what they
/// are now.
///
/// # Errors
/// [`Failure`] if a document cannot be read.
pub fn code(wanted: &mut Wanted, salt: Random) -> Result<TextCode, Failure> {
    for (source, document) in wanted.sources.iter().zip(&mut wanted.draft.documents) {
        document.read = Some(source.digest()?);
    }
    let written =
        wanted.draft.written().ok_or_else(|| Failure::local("local-io", "a document was not read"))?;
    Ok(written.code(salt))
}

/// Whoever is stopped is counted, and not named.
async fn screened(
    session: &mut Session,
    wanted: &Wanted,
    directory: &Directory,
) -> Result<Screened, Failure> {
    let in_force = screening::in_force(session, directory).await?;
    match screen(wanted.draft.clone(), in_force.rules()) {
        Err(Objection::Subject(judgement)) => {
            Err(screening::stopped(session, wanted.draft.group, judgement, &in_force.screen).await)
        }
        screened => Ok(screened?),
    }
}

/// Seals, uploads and deposits.
///
/// # Errors
/// [`Failure`]; after [`Failure::Unreached`] or an interruption the same command goes on.
pub async fn send(session: &mut Session, wanted: &Wanted, plan: Plan, show: &Show) -> Result<Sent, Failure> {
    let typed = typed(session, wanted);
    let id = MessageId(random());
    let outbox = session.home.dir().join("outbox");
    let folder = tempfile::Builder::new().prefix(&id.to_string()).rand_bytes(0).tempdir_in(outbox);
    let folder = folder.map_err(|error| io("outbox", &error))?;
    // Sealing itself needs no relay.
    let targets = targets(session, &plan).await?;
    let annex = annexed(session, wanted, &plan).await?;

    // 1. Documents, each one age file, uploaded while it is sealed. Until note and grants are sealed,
    // nobody can open it: an interruption removes it, a crash leaves it for an hour.
    let identity = MessageIdentity::generate();
    let (mut documents, mut uploads) = (Vec::new(), Vec::new());
    for (number, (source, draft)) in (0..).zip(wanted.sources.iter().zip(&plan.screened.draft().documents)) {
        let slot = Slot { message: id, number, sealed: &folder.path().join(number.to_string()) };
        let (document, upload) = seal_and_upload(session, &identity, source, draft, slot, show).await?;
        // What is sealed is what was screened.
        if draft.read.is_some_and(|read| read != document.document.sha256) {
            return Err(Failure::usage("send-document-changed", "a document changed while it was sent"));
        }
        documents.push(document);
        uploads.push(upload);
    }

    let (plan, annex) = refreshed(session, wanted, plan, annex).await?;

    // 2. Note and grants, and with them the whole of what will be deposited.
    let pending = seal_rest(session, &plan, id, documents.clone(), (&identity, &targets), &annex, typed)?;
    write_private(&folder.path().join("pending"), &cbor::encode(&pending))?;

    // 3. From here on an interruption is mended by the same command.
    let folder = folder.keep();
    for upload in uploads {
        let _ = upload.end().await;
    }
    match deliver(session, &folder, &pending, show).await {
        Err(Failure::Refused(Refusal::StaleRoster | Refusal::Screening)) => {
            // The roster moved meanwhile, or the rules, which have just let it pass again. The documents are at the relay already; if the readers are
            // the same, new grants and a new note are all it takes.
            let again = self::plan(session, wanted).await?;
            same_readers(&plan, &again).inspect_err(|_| discard(&folder))?;
            let annex = annexed(session, wanted, &again).await?;
            let pending = seal_rest(session, &again, id, documents, (&identity, &targets), &annex, typed)?;
            write_private(&folder.join("pending"), &cbor::encode(&pending))?;
            deliver(session, &folder, &pending, show).await
        }
        outcome => outcome,
    }
}

/// A plan under a head that is young enough to seal under: a large document takes a while, and so
/// does a writer who thinks before saying yes.
async fn refreshed(
    session: &mut Session,
    wanted: &Wanted,
    plan: Plan,
    annex: Annex,
) -> Result<(Plan, Annex), Failure> {
    if session.now().since(plan.proved.head.time()) <= HEAD_SECONDS_MAX / 2 {
        return Ok((plan, annex));
    }
    let again = self::plan(session, wanted).await?;
    same_readers(&plan, &again)?;
    let annex = annexed(session, wanted, &again).await?;
    Ok((again, annex))
}

/// Whoever said yes to some readers did not say yes to others.
fn same_readers(before: &Plan, after: &Plan) -> Result<(), Failure> {
    let same =
        before.readers == after.readers && before.expires == after.expires && before.gate == after.gate;
    // Nor to what other rules would have told them.
    let same = same && before.screened.vouched() == after.screened.vouched();
    if same { Ok(()) } else { Err(Refusal::StaleRoster.into()) }
}

/// Goes on with what the same command left behind, if there is anything.
///
/// # Errors
/// As for [`send`].
pub async fn resume(session: &mut Session, wanted: &Wanted, show: &Show) -> Result<Option<Sent>, Failure> {
    let typed = typed(session, wanted);
    for (folder, pending) in all_pending(session)? {
        if pending.typed != typed {
            continue;
        }
        attested(session)?;
        return match deliver(session, &folder, &pending, show).await {
            // Too much has changed since: what is left behind is of no use any more.
            Err(Failure::Refused(
                Refusal::StaleRoster
                | Refusal::StaleHead
                | Refusal::Screening
                | Refusal::Retention
                | Refusal::GrantTarget,
            )) => {
                discard(&folder);
                Ok(None)
            }
            outcome => outcome.map(Some),
        };
    }
    Ok(None)
}

/// The headers of messages that are recorded here and not confirmed yet.
///
/// # Errors
/// [`Failure`] if the outbox cannot be read.
pub fn waiting(session: &Session) -> Result<Vec<Header>, Failure> {
    Ok(all_pending(session)?.into_iter().filter_map(|(_, pending)| pending.header.peek().ok()).collect())
}

/// Forgets a message that is recorded here, so that no command goes on with it.
///
/// # Errors
/// [`Failure`] if the outbox cannot be read.
pub fn forget(session: &Session, id: MessageId) -> Result<(), Failure> {
    let is_it = |pending: &Pending| pending.header.peek::<Header>().is_ok_and(|header| header.core.id == id);
    let found = all_pending(session)?.into_iter().filter(|(_, pending)| is_it(pending));
    found.for_each(|(folder, _)| discard(&folder));
    Ok(())
}

/// nothing is deposited in a log that nobody but the relay has seen for too long.
fn attested(session: &Session) -> Result<(), Failure> {
    let (root, attested) = (session.root(), session.home.memory()?.memory.attested);
    let allowed = root.witnesses.allows_deposits(attested, root.link.made, session.now());
    if allowed { Ok(()) } else { Err(Failure::Unattested) }
}

fn writer(directory: &Directory, group: GroupId, own: DeviceId, now: Timestamp) -> Result<MemberId, Failure> {
    let (card, _) = directory.seat(group, own, now).ok_or(Refusal::NotAMember)?;
    Ok(card.member.clone())
}

/// The latest end of a bucket that is not later than wished and for which everybody has a key on at
/// least one device; and the devices that have none.
fn choose_expiry(
    directory: &Directory,
    session: &Session,
    wished: Timestamp,
    readers: &[(DeviceId, MemberId)],
    members: &[&MemberId],
) -> Result<(Timestamp, Vec<(MemberId, DeviceId)>), Failure> {
    let ends = session.root().buckets.ends_until(wished, session.now());
    if ends.is_empty() {
        return Err(Refusal::Retention.into());
    }
    for end in ends {
        let has_key = |device: &DeviceId| directory.bucket_ending(*device, end).is_some();
        let reached =
            |member: &&MemberId| readers.iter().any(|(device, owner)| owner == *member && has_key(device));
        if members.iter().all(reached) {
            let without = readers.iter().filter(|(device, _)| !has_key(device));
            return Ok((end, without.map(|(device, member)| (member.clone(), *device)).collect()));
        }
    }
    Err(Failure::local("send-no-keys", "a recipient has published no keys that live until then"))
}

/// the last end of a bucket that an agreement on the last day could give its recipients.
fn latest_end(session: &Session, gate: &Gated) -> Result<Timestamp, Failure> {
    let ends = session.root().buckets.ends_until(gate.until.plus(gate.readable_seconds), gate.until);
    Ok(ends.into_iter().find(|end| *end > gate.until).ok_or(Refusal::Retention)?)
}

fn core_of(session: &Session, plan: &Plan, id: MessageId) -> Result<Authorised<Core>, Failure> {
    let (directory, draft, now) = (&plan.proved.directory, plan.screened.draft(), session.now());
    let (roster, digest) = directory.roster(draft.group).ok_or(Refusal::NotAMember)?;
    let nomenclature = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let flow = nomenclature.flow(&draft.flow).ok_or(Refusal::UnknownFlow)?;
    let mut recipients = draft.to.clone();
    recipients.sort_unstable();
    recipients.dedup();
    let core = Core {
        version: 1,
        id,
        group: draft.group,
        roster_version: roster.link.version,
        roster: digest,
        nomenclature: directory.nomenclature_digest().ok_or(Refusal::UnknownFlow)?,
        flow: draft.flow.clone(),
        class: flow.class,
        handling: draft.handling,
        writer: writer(directory, draft.group, session.device(), now)?,
        device: session.device(),
        recipients,
        created: now,
        expires: plan.expires,
        reply_to: draft.reply_to,
        renews: draft.renews,
        gate: plan.gate.clone(),
        screening: plan.screened.screening().clone(),
        head: HeadReference { tree: plan.proved.head.tree(), time: plan.proved.head.time() },
    };
    authorise::sealing(&core, now)?;
    let first = plan.first.as_ref();
    let first = first.map(|core| authorise::First { core, is_retired: false, is_renewed: false });
    authorise::extension_reason(&core, plan.reason.as_ref(), directory)?;
    authorise::filled(&core, &draft.form, directory)?;
    Ok(authorise::core(core, first, directory, now)?)
}

/// What the grants will be sealed to.
async fn targets(session: &mut Session, plan: &Plan) -> Result<Vec<Target>, Failure> {
    let directory = &plan.proved.directory;
    let end = plan.gate.as_ref().map_or(plan.expires, |gate| gate.until);
    let mut targets = Vec::new();
    for (device, _) in &plan.readers {
        let bucket = directory.bucket_ending(*device, end).ok_or(Refusal::GrantTarget)?;
        let recipient = trust::recipient(session, directory, *device, bucket).await?;
        targets.push(Target { device: *device, bucket, recipient });
    }
    Ok(targets)
}

fn seal_rest(
    session: &Session,
    plan: &Plan,
    id: MessageId,
    documents: Vec<SealedDocument>,
    (identity, targets): (&MessageIdentity, &[Target]),
    (annex, annexes): &Annex,
    typed: Digest,
) -> Result<Pending, Failure> {
    let core = core_of(session, plan, id)?;
    let sealed = seal(&plan.screened, &core, documents, identity, targets, session.key(), session.now());
    let Envelope { header, note, grant_list, grants } =
        sealed.map_err(|error| Failure::local("local-io", error))?;
    let (header_digest, grants_digest, annex) = (header.digest(), grant_list.digest(), annex.clone());
    let request = session.sign(Ask::Deposit {
        message: id,
        header: header_digest,
        grants: grants_digest,
        annex: annex.clone(),
        reason: plan.reason.clone(),
        reference: core.get().reference(),
    })?;
    let grants = grants.into_iter().map(serde_bytes::ByteBuf::from).collect();
    let annexes = annexes.iter().cloned().map(serde_bytes::ByteBuf::from).collect();
    Ok(Pending { typed, header, grant_list, grants, note, annex, annexes, request })
}

/// The persons concerned, sealed to the reviewers of the log. Every nominative letter has such an annex, also
/// one that names nobody: whoever carries it learns nothing from that.
async fn annexed(session: &mut Session, wanted: &Wanted, plan: &Plan) -> Result<Annex, Failure> {
    let (directory, draft) = (&plan.proved.directory, plan.screened.draft());
    let flow = directory.nomenclature().and_then(|rules| rules.flow(&draft.flow));
    let is_nominative = flow.is_some_and(|flow| flow.class >= Class::N2);
    let mut named = flow.map(|flow| draft.form.persons(flow)).unwrap_or_default();
    named.extend(wanted.persons.iter().cloned());
    let persons = match (is_nominative, named.as_slice()) {
        (true, named) => Some(persons::annex_of(named).map_err(|_| Refusal::TooLarge)?),
        (false, []) => None,
        // Where no other letter of the flow has an annex, this one would show that it names somebody.
        (false, _) => return Err(Failure::usage("send-person", "letters of this flow name nobody")),
    };
    annex::for_auditors(session, directory, persons.as_deref().map(Vec::as_slice)).await
}

/// Uploads what is missing, then deposits.
async fn deliver(
    session: &mut Session,
    folder: &Path,
    pending: &Pending,
    show: &Show,
) -> Result<Sent, Failure> {
    let header: Header = pending.header.peek().map_err(|_| Unverified::Answer)?;
    let (mut losses, mut busy) = (0, 0);
    loop {
        match deliver_once(session, folder, pending, &header, show).await {
            Err(Failure::Unreached) if losses < RETRIES_MAX => {
                losses += 1;
                session.disconnect();
                tokio::time::sleep(std::time::Duration::from_secs(losses.into())).await;
            }
            // The relay threw away what had arrived damaged: the next try sends it again.
            Err(Failure::Refused(Refusal::PartsMissing)) if losses < RETRIES_MAX => losses += 1,
            Err(Failure::Wait { seconds }) if busy < BUSY_TRIES_MAX && seconds <= BUSY_SECONDS_MAX => {
                if busy == 0 {
                    show.aside("send-relay-busy", &[]);
                }
                busy += 1;
                tokio::time::sleep(std::time::Duration::from_secs(seconds.into())).await;
            }
            Ok(record) => {
                discard(folder);
                return Ok(Sent { header, record });
            }
            Err(failure) => return Err(failure),
        }
    }
}

async fn deliver_once(
    session: &mut Session,
    folder: &Path,
    pending: &Pending,
    header: &Header,
    show: &Show,
) -> Result<Record, Failure> {
    for (number, part) in (0..).zip(header.documents()) {
        let slot = Slot { message: header.core.id, number, sealed: &folder.join(number.to_string()) };
        upload(session, slot, part.bytes, show).await?;
    }
    let mut bodies = vec![cbor::encode(&pending.header), cbor::encode(&pending.grant_list)];
    bodies.extend(pending.grants.iter().map(|grant| grant.to_vec()));
    bodies.push(pending.note.clone());
    bodies.extend(pending.annexes.iter().map(|annex| annex.to_vec()));
    let answered = match session.ask_signed(&pending.request, &bodies).await {
        // The request is too old to be asked again; a fresh one finds the message, or makes it.
        Err(Failure::Refused(Refusal::RequestTime | Refusal::CounterUsed)) => {
            let before: Request = pending.request.peek().map_err(|_| Unverified::Answer)?;
            session.ask(before.ask, &bodies).await?
        }
        answered => answered?,
    };
    let record = answered.record.filter(|record| record.is_about(&header.core));
    record.ok_or_else(|| Unverified::Answer.into())
}

/// What was typed, as a name that tells nothing to whoever reads the folder.
fn typed(session: &Session, wanted: &Wanted) -> Digest {
    let draft = &wanted.draft;
    let mut to: Vec<_> = draft.to.iter().map(MemberId::as_str).collect();
    to.sort_unstable();
    let files = wanted.sources.iter().map(|source| match source {
        Source::File(file) => {
            let metadata = std::fs::metadata(file).ok();
            let changed = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
            format!("{}\0{:?}\0{changed:?}", file.display(), metadata.map(|metadata| metadata.len()))
        }
        Source::Letter(kept) => kept.document().sha256.to_string(),
    });
    let texts = [draft.group.to_string(), draft.flow.to_string(), draft.subject.clone(), draft.text.clone()];
    let key = derive(session.key().seed().as_ref(), b"", "pli/outbox/v1");
    let persons: Vec<_> = wanted.persons.iter().map(|person| person.value(Random(*key))).collect();
    let gate = wanted.gate.as_ref().map(|gate| (&gate.approver, gate.readable_seconds));
    let again = (draft.renews, &wanted.reason, draft.renews.map(|_| draft.expires), gate);
    let form = (draft.form.fields(), draft.form.rows(), draft.handling, &draft.thread, draft.reply_to);
    let all = cbor::encode(&(texts.to_vec(), to, files.collect::<Vec<_>>(), persons, again, form));
    hmac_sha256(key.as_ref(), &sha256(&all).0)
}

fn all_pending(session: &Session) -> Result<Vec<(PathBuf, Pending)>, Failure> {
    let outbox = session.home.dir().join("outbox");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(outbox).map_err(|error| io("outbox", &error))? {
        let folder = entry.map_err(|error| io("outbox", &error))?.path();
        let pending = std::fs::read(folder.join("pending")).ok();
        match pending.and_then(|bytes| cbor::decode(&bytes, PENDING_BYTES_MAX).ok()) {
            Some(pending) => found.push((folder, pending)),
            // It was interrupted before note and grants were sealed: nothing can open what is here.
            None => discard_if_old(&folder),
        }
    }
    Ok(found)
}

fn discard(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, "sealed parts stay in the outbox");
    }
}

/// Another command may just be sealing there.
fn discard_if_old(folder: &Path) {
    const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);
    let age = std::fs::metadata(folder).and_then(|metadata| metadata.modified()).ok();
    if age.and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age > HOUR) {
        discard(folder);
    }
}
