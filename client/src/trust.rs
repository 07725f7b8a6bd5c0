//! Proving a group from signatures: who belongs, with which devices, under which rules.
//!
//! The relay serves the statements and cannot author them. What it serves must stand under the
//! newest head, so that nothing is withheld unnoticed, and every chain only goes forward.

use crate::deadlines;
use crate::failure::{Failure, Unverified};
use crate::nomenclature;
use crate::session::{Answered, Session};
use crate::standing;
use crate::upkeep;
use shared::cbor;
use shared::directory::{Continuity, Directory, InvalidStatement};
use shared::ids::{DeviceId, Digest, GroupId};
use shared::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use shared::log::{Evidence, GroupProof, Head, InvalidConfirmation, Leaf, TreeHead};
use shared::message::Core;
use shared::refusal::Refusal;
use shared::seal::ExpiryRecipient;
use shared::statement::{Kind, Statement};
use shared::time::Bucket;
use shared::wire::{About, Answer, Ask};
use std::collections::BTreeSet;

pub(crate) const STATEMENT_FRAME_BYTES_MAX: usize = STATEMENT_BYTES_MAX + STATEMENT_BODY_BYTES_MAX + 4096;

/// What proves one group: every version of its members' cards and of what they signed. Or an annuaire,
/// with everybody on it.
pub(crate) const STATEMENTS_MAX: u32 = 16_384;

/// A page a week for days and for weeks, and one a month: those that live are far fewer.
const KEY_PAGES_MAX: u32 = 1024;

/// Statements proved under a head.
pub struct Proved {
    /// What they prove.
    pub directory: Directory,
    /// The head they stand under.
    pub head: Head,
    /// The groups in which the relay says this device counts; each still to be proved.
    pub groups: Vec<GroupId>,
    /// The statements themselves, in the order in which they prove each other.
    pub statements: Vec<Statement>,
    /// What waits for a signature, where that was asked for.
    pub proposals: Vec<Statement>,
    known: BTreeSet<Digest>,
}

/// One answer about statements, taken into a directory.
struct Taken {
    head: Head,
    groups: Vec<GroupId>,
    statements: Vec<Statement>,
    proposals: Vec<Statement>,
}

/// Proves a group, or something else that statements are about.
///
/// # Errors
/// The relay's refusal, or exit 5 where something does not fit.
pub async fn prove(session: &mut Session, about: About) -> Result<Proved, Failure> {
    let mut directory = Directory::pinned(session.home.fingerprint()?);
    let mut known = BTreeSet::new();
    let taken = take(session, &mut directory, &mut known, about).await?;
    let Taken { head, groups, statements, proposals } = taken;
    Ok(Proved { directory, head, groups, statements, proposals, known })
}

impl Proved {
    /// Proves something more beside it.
    ///
    /// # Errors
    /// As for [`prove`].
    pub async fn and(&mut self, session: &mut Session, about: About) -> Result<(), Failure> {
        let taken = take(session, &mut self.directory, &mut self.known, about).await?;
        self.statements.extend(taken.statements);
        self.proposals.extend(taken.proposals);
        Ok(())
    }
}

async fn take(
    session: &mut Session,
    directory: &mut Directory,
    known: &mut BTreeSet<Digest>,
    about: About,
) -> Result<Taken, Failure> {
    let group = if let About::Group(group) = about { Some(group) } else { None };
    let Answered { answer, mut conversation, head, .. } = session.ask(Ask::Statements(about), &[]).await?;
    let Answer::Statements { groups, proof, count, .. } = answer else {
        return Err(Unverified::Answer.into());
    };
    let head = head.ok_or(Unverified::Answer)?;
    if count > STATEMENTS_MAX {
        return Err(Unverified::Answer.into());
    }
    let mut shown = Vec::new();
    for _ in 0..count {
        shown.push(conversation.item::<Statement>(STATEMENT_FRAME_BYTES_MAX).await?);
    }
    let (mut statements, mut proposals) = (Vec::new(), Vec::new());
    for mut statement in shown {
        // The bytes are what a digest names, not the signatures: both answers hold the same statement.
        if known.contains(&statement.signed.digest()) {
            continue;
        }
        // Nothing counts for being proposed, asked for or read by a second person: what somebody signed who has
        // gone since is no fault.
        if matches!(statement.kind, Kind::Proposal | Kind::Enrolment | Kind::Rereading) {
            let stands = directory.accept(&statement, Continuity::Forward).is_ok();
            match statement.kind {
                Kind::Proposal if stands => proposals.push(statement),
                Kind::Rereading if stands => statements.push(statement),
                _ => {}
            }
            continue;
        }
        if statement.kind == Kind::Nomenclature {
            nomenclature::complete(session, &mut statement).await?;
        }
        accept(session, directory, &statement)?;
        known.insert(statement.signed.digest());
        statements.push(statement);
    }
    if let Some(group) = group {
        let fits = directory.view(group).zip(proof).map(|(view, proof)| head.vouches_for(&view, &proof));
        if let Err(invalid) = fits.unwrap_or(Err(InvalidConfirmation::Statements)) {
            session.home.keep_evidence(&cbor::encode(&statements))?;
            return Err(invalid.into());
        }
    }
    remember(session, directory)?;
    deadlines::keep_rules(session, directory, &statements)?;
    standing::check(session, directory).await?;
    upkeep::at_contact(session, directory).await?;
    let roots = statements.iter().filter(|statement| statement.kind == Kind::Root);
    let roots: Vec<_> = roots.cloned().collect();
    if let Some(newest) = directory.root().filter(|_| !roots.is_empty()) {
        session.adopt_roots(newest, &roots)?;
    }
    Ok(Taken { head, groups, statements, proposals })
}

/// The statements that proved a group when a letter was sealed, under the head that its writer saw. The
/// tree of that head is of the log that this device follows: the caller has verified it.
///
/// # Errors
/// The relay's refusal, or exit 5 where something does not fit.
pub async fn prove_past(session: &mut Session, core: &Core, today: &Directory) -> Result<Directory, Failure> {
    let then = prove_then(session, core.group, core.head.tree, today).await?;
    if then.head.time() == core.head.time { Ok(then.directory) } else { Err(Unverified::Answer.into()) }
}

/// A group as it was, and what proves it.
pub struct Then {
    /// What the statements of that time prove.
    pub directory: Directory,
    /// The head they stood under.
    pub head: Head,
    /// That head, as the last leaf of its tree.
    pub evidence: Evidence,
    /// The proof of the group under it.
    pub proof: GroupProof,
    /// The statements; none if they are those of today.
    pub statements: Vec<Statement>,
}

/// The statements that proved a group when the log was this tree, and its last leaf, a head. The caller has
/// verified that the tree is of the log.
///
/// # Errors
/// As for [`prove_past`].
pub async fn prove_then(
    session: &mut Session,
    group: GroupId,
    tree: TreeHead,
    today: &Directory,
) -> Result<Then, Failure> {
    let ask = Ask::Past { group, size: tree.size };
    let Answered { answer, mut conversation, .. } = session.ask(ask, &[]).await?;
    let Answer::Past { head: evidence, proof, count } = answer else { return Err(Unverified::Answer.into()) };
    let head = match Head::of_past(tree, &evidence) {
        Ok(head) => head,
        Err(invalid) => {
            session.home.keep_evidence(&cbor::encode(&(tree, evidence)))?;
            return Err(invalid.into());
        }
    };
    if count > STATEMENTS_MAX {
        return Err(Unverified::Answer.into());
    }
    let mut shown = Vec::new();
    for _ in 0..count {
        shown.push(conversation.item::<Statement>(STATEMENT_FRAME_BYTES_MAX).await?);
    }
    let (mut then, mut statements) = (Directory::pinned(session.home.fingerprint()?), Vec::new());
    for mut statement in shown {
        if statement.kind == Kind::Nomenclature {
            nomenclature::complete(session, &mut statement).await?;
        }
        accept(session, &mut then, &statement)?;
        statements.push(statement);
    }
    // without any, what is in force today was in force then.
    let directory = if count == 0 { today.clone() } else { then };
    let view = directory.view(group);
    let fits = view.as_ref().map(|view| head.vouches_for(view, &proof));
    if let Err(invalid) = fits.unwrap_or(Err(InvalidConfirmation::Statements)) {
        session.home.keep_evidence(&cbor::encode(&(tree, &view, &proof)))?;
        return Err(invalid.into());
    }
    Ok(Then { directory, head, evidence, proof, statements })
}

/// One statement of the past.
///
/// # Errors
/// The relay's refusal, or exit 5 if it is another one.
pub async fn statement(session: &mut Session, digest: Digest) -> Result<Statement, Failure> {
    let Answered { answer, mut conversation, .. } = session.ask(Ask::Statement { digest }, &[]).await?;
    if answer != Answer::Statement {
        return Err(Unverified::Answer.into());
    }
    let statement: Statement = conversation.item(STATEMENT_FRAME_BYTES_MAX).await?;
    if statement.signed.digest() == digest { Ok(statement) } else { Err(Unverified::Answer.into()) }
}

/// Publishes a statement, and proves that it stands in the log.
///
/// # Errors
/// The relay's refusal, or exit 5 where its leaf is not there.
pub async fn publish(session: &mut Session, statement: &Statement) -> Result<(), Failure> {
    let ask = Ask::Publish { digest: statement.signed.digest() };
    let Answered { answer, head, .. } = session.ask(ask, &[cbor::encode(statement)]).await?;
    let (Answer::Published { evidence, .. }, Some(head)) = (answer, head) else {
        return Err(Unverified::Answer.into());
    };
    match evidence.verified(head.tree())? {
        Leaf::Statement(leaf) if leaf.digest == statement.signed.digest() => Ok(()),
        _ => Err(Unverified::Answer.into()),
    }
}

/// Adds the key pages of a device to what is proved, without their bodies.
///
/// # Errors
/// As for [`prove`].
pub async fn key_pages(
    session: &mut Session,
    directory: &mut Directory,
    device: DeviceId,
) -> Result<(), Failure> {
    let Answered { answer, mut conversation, .. } = session.ask(Ask::KeyPages { device }, &[]).await?;
    let Answer::KeyPages { count } = answer else { return Err(Unverified::Answer.into()) };
    if count > KEY_PAGES_MAX {
        return Err(Unverified::Answer.into());
    }
    for _ in 0..count {
        let page: Statement = conversation.item(STATEMENT_FRAME_BYTES_MAX).await?;
        let is_held = directory.key_pages(device).any(|held| held.digest() == page.signed.digest());
        if !is_held {
            accept(session, directory, &page)?;
        }
    }
    Ok(())
}

/// The recipient of a device for one bucket, from its signed page.
///
/// # Errors
/// As for [`prove`].
pub async fn recipient(
    session: &mut Session,
    directory: &Directory,
    device: DeviceId,
    bucket: Bucket,
) -> Result<ExpiryRecipient, Failure> {
    let page = directory.key_page(device, bucket).ok_or(Refusal::GrantTarget)?.clone();
    let statement = statement(session, page.digest()).await?;
    let body =
        statement.body.as_deref().filter(|body| shared::crypto::sha256(body) == page.value().recipients);
    let recipient = body.and_then(|body| page.value().recipient(body, bucket));
    Ok(recipient.ok_or(InvalidStatement::Body)?)
}

fn accept(session: &Session, directory: &mut Directory, statement: &Statement) -> Result<(), Failure> {
    let accepted = directory.accept(statement, Continuity::Forward);
    if accepted.is_err() {
        session.home.keep_evidence(&cbor::encode(statement))?;
    }
    Ok(accepted?)
}

/// Every chain only goes forward: a device that has seen a newer statement believes no older one,
/// nor another of the same version; what it was shown is kept as evidence.
fn remember(session: &Session, directory: &Directory) -> Result<(), Failure> {
    let mut lock = session.home.memory()?;
    let known = &mut lock.memory.chains;
    for (chain, version, digest) in directory.chains() {
        let shown = cbor::encode(&(&chain, version, digest));
        match known.iter_mut().find(|(known, ..)| *known == chain) {
            Some((_, held, _)) if version < *held => {
                session.home.keep_evidence(&shown)?;
                return Err(InvalidStatement::Chain { held: *held, found: version }.into());
            }
            Some((_, held, held_digest)) if version == *held && digest != *held_digest => {
                session.home.keep_evidence(&shown)?;
                return Err(InvalidStatement::Fork { version }.into());
            }
            Some((_, held, held_digest)) => (*held, *held_digest) = (version, digest),
            None => known.push((chain, version, digest)),
        }
    }
    lock.save()
}
