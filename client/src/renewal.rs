//! A letter is said again until a later day: its writer extends it, or PROC holds it.
//!
//! Whoever does so claims the letter under an act of its own, which shows it to nobody, and sends it anew under keys
//! that die later. Documents are opened and sealed again while they pass, and never lie on the disk in clear.

use crate::failure::Failure;
use crate::inbox::{self, Entry, Motive, Reading};
use crate::outbox::{self, Sent, Source, Wanted};
use crate::session::Session;
use crate::show::Show;
use shared::authorise;
use shared::directory::Directory;
use shared::form::Form;
use shared::ids::{MemberId, ReasonCode};
use shared::log::Act;
use shared::log::persons::Person;
use shared::message::{Core, DocumentDraft, Draft, InvalidMessage, Renewal, Right, Thread};
use shared::refusal::Refusal;
use shared::screening::{Contents, Unreadable};
use shared::time::Timestamp;

/// Until when, for whom, and why.
pub struct Terms {
    /// By what right.
    pub right: Right,
    /// To whom.
    pub to: Vec<MemberId>,
    /// When it shall be destroyed; rounded down to the end of a bucket.
    pub expires: Timestamp,
    /// Why it is extended.
    pub reason: Option<ReasonCode>,
    /// The persons concerned, for whom the reviewers of the log can search.
    pub persons: Vec<Person>,
}

/// Claims a letter and makes it ready to be sent anew. Nothing of it is shown.
///
/// # Errors
/// [`Failure`].
pub async fn prepare(
    session: &mut Session,
    entry: &Entry,
    terms: &Terms,
    show: &Show,
) -> Result<Wanted, Failure> {
    let reading = inbox::open(session, entry, Act::Renewal, &Motive::default()).await?;
    let mut sources = Vec::new();
    for (number, _) in (0..).zip(&reading.opened.note.documents) {
        sources.push(Source::Letter(inbox::ciphertext(session, &reading, number, show).await?));
    }
    wanted(&reading, terms, sources)
}

/// What will be sent, but for what is inside of it: enough to know whether it may be, and until when.
#[must_use]
pub fn outline(core: &Core, terms: &Terms) -> Wanted {
    let draft = Draft {
        group: core.group,
        flow: core.flow.clone(),
        to: terms.to.clone(),
        subject: core.id.to_string(),
        text: String::new(),
        form: Form::default(),
        handling: core.handling,
        thread: Thread::default(),
        documents: Vec::new(),
        expires: terms.expires,
        reply_to: core.reply_to,
        renews: Some(Renewal { of: core.id, core: core.digest(), right: terms.right }),
        first: None,
        vouches: true,
        reread: None,
    };
    let (first, reason) = (Some(core.clone()), terms.reason.clone());
    Wanted { draft, sources: Vec::new(), persons: Vec::new(), first, reason }
}

/// The same with what is inside of it. PROC reads what its writer signed, and nothing that was typed again.
fn wanted(reading: &Reading, terms: &Terms, sources: Vec<Source>) -> Result<Wanted, Failure> {
    let (core, note) = (&reading.header.core, &reading.opened.note);
    let documents = note.documents.iter();
    let documents = documents.map(|document| DocumentDraft {
        name: document.name.clone(),
        bytes: document.bytes,
        contents: Contents::unread(Unreadable::Earlier),
        read: None,
    });
    let outline = outline(core, terms);
    let (subject, documents) = (note.subject.clone(), documents.collect());
    let draft = match terms.right {
        Right::Extension => {
            // By the rules of today, which may ask for something else than those it was written under.
            let form = reading.directory.nomenclature().and_then(|rules| note.form(rules));
            let form = form.ok_or(InvalidMessage::Form)?;
            let (text, thread) = (note.text.clone(), note.thread.clone());
            Draft { subject, form, text, thread, documents, ..outline.draft }
        }
        Right::Hold(_) => {
            Draft { subject, first: Some(reading.opened.signed.clone()), documents, ..outline.draft }
        }
    };
    Ok(Wanted { draft, sources, persons: terms.persons.clone(), ..outline })
}

/// Sends it, or goes on with what an interruption left.
///
/// # Errors
/// [`Failure`].
pub async fn send(session: &mut Session, wanted: &Wanted, show: &Show) -> Result<Sent, Failure> {
    if let Some(sent) = outbox::resume(session, wanted, show).await? {
        return Ok(sent);
    }
    let plan = outbox::plan(session, wanted).await?;
    outbox::send(session, wanted, plan, show).await
}

/// seals a letter anew for PROC, where they hold it and nobody has done so yet. Whether that was done now.
///
/// # Errors
/// [`Failure`]. That somebody else was faster is none.
pub async fn comply(
    session: &mut Session,
    entry: &Entry,
    directory: &Directory,
    show: &Show,
) -> Result<bool, Failure> {
    let core = &entry.header.core;
    let owed = authorise::owes(core, session.device(), directory, session.now());
    if entry.sealed_anew || entry.retired.is_some() || owed.is_err() {
        return Ok(false);
    }
    let right = owed?.into_inner().right;
    let held = directory.hold(core.group, core.id, session.now());
    let ((hold, _), (orderer, _)) = held.zip(directory.orderer(core.group, core.id)).ok_or(Refusal::Held)?;
    let (to, expires) = (vec![orderer.clone()], hold.until);
    let terms = Terms { right, to, expires, reason: None, persons: Vec::new() };
    // Nothing is claimed for what the relay would refuse.
    outbox::plan(session, &outline(core, &terms)).await?;
    let wanted = prepare(session, entry, &terms, show).await?;
    match send(session, &wanted, show).await {
        Ok(_) => Ok(true),
        Err(Failure::Refused(Refusal::Renewed)) => Ok(false),
        Err(failure) => Err(failure),
    }
}
