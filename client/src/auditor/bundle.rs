//! Makes a letter's account for a court ([`shared::bundle`]): what was recorded about it, with all that proves it.

use super::Opened;
use super::sealed::Purpose;
use crate::auditor::{self, Review};
use crate::failure::{Failure, Unverified};
use crate::mirror::Mirror;
use crate::session::{Answered, Session};
use crate::trust::{self, Then};
use shared::bundle::{self, Bundle, GroupThen, Proved, ProvedAct};
use shared::cbor;
use shared::directory::{Chain, Continuity, Directory};
use shared::ids::{Digest, MemberId, MessageId};
use shared::limits::{BUNDLE_ACTS_MAX, BUNDLE_BYTES_MAX, HEADER_BYTES_MAX, LEAF_BYTES_MAX};
use shared::log::{Act, Leaf, LogView, Revealed, TreeHead};
use shared::message::Header;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Kind, Statement};
use shared::wire::{About, Answer, Ask};
use std::collections::{BTreeMap, BTreeSet};

/// The signature and what stands around it.
const AROUND_BYTES: usize = 4096;

/// Makes the account of the one letter whose id begins so; gives the file, and what it proves. Names are in it where
/// it is made on a written order.
///
/// # Errors
/// [`Failure`] if nothing is recorded of such a letter, or of more than one; if the log does not verify; or if what
/// the relay shows does not prove it.
pub async fn make(
    session: &mut Session,
    item: &str,
    purpose: Purpose<'_>,
) -> Result<(Vec<u8>, Proved, Review), Failure> {
    let mut found = BTreeMap::new();
    let review = auditor::review(session, purpose, |index, opened| {
        let begins = opened.record.item.is_some_and(|id| id.to_string().starts_with(item));
        if begins && found.len() <= BUNDLE_ACTS_MAX {
            found.insert(index, opened);
        }
    })
    .await?;
    if !review.is_reviewer {
        return Err(Refusal::NotAReviewer.into());
    }
    // Nobody is handed a piece of a log that does not hold.
    let broken = review.broken().count();
    if broken > 0 {
        return Err(Unverified::Faults(broken).into());
    }
    let item = one_letter(&found)?;
    let acts = acts(&review.mirror, &found)?;
    let header = header(session, item, purpose).await?;
    // Without the deposit nothing says that it is the one that was deposited.
    let is_deposited = found.values().any(|opened| opened.record.act == Act::Deposit);
    let header = header.filter(|_| is_deposited);
    let group = group(session, &review, &found, header.as_ref(), purpose).await?;
    let everybody = trust::prove(session, About::Everybody).await?;
    let acted = found.values().filter_map(|opened| opened.record.actor.as_ref());
    let mut people: BTreeSet<_> = acted.map(|actor| actor.member.clone()).collect();
    people.insert(session.home.config.member.clone());
    let fingerprint = session.home.fingerprint()?;
    let bundle = Bundle {
        version: 1,
        item,
        made: review.time,
        order: purpose.order.map(str::to_owned),
        software: shared::SOFTWARE.to_owned(),
        statements: of_people(fingerprint, &everybody.statements, &people, purpose)?,
        log: LogView { since: 0, consistency: Vec::new(), ..review.view.clone() },
        acts,
        header,
        group,
    };
    if cbor::encode(&bundle).len() + AROUND_BYTES > BUNDLE_BYTES_MAX {
        return Err(Failure::local("bundle-large", "this letter's account is larger than a bundle may be"));
    }
    let file = cbor::encode(&Signed::new(&bundle, &[session.key()]));
    // Nobody is handed what does not hold.
    let proved = bundle::verify(&file, fingerprint).map_err(Unverified::Bundle)?;
    Ok((file, proved, review))
}

fn one_letter(found: &BTreeMap<u64, Opened>) -> Result<MessageId, Failure> {
    let letters: BTreeSet<_> = found.values().filter_map(|opened| opened.record.item).collect();
    let mut letters = letters.into_iter();
    match (letters.next(), letters.next()) {
        (None, _) => Err(Refusal::NotFound.into()),
        (Some(letter), None) if found.len() <= BUNDLE_ACTS_MAX => Ok(letter),
        (Some(_), None) => {
            Err(Failure::local("bundle-large", "more was done with this letter than a bundle holds"))
        }
        (Some(_), Some(_)) => {
            Err(Failure::usage("bundle-which", "more than one letter begins so: give more of it"))
        }
    }
}

fn acts(log: &Mirror, found: &BTreeMap<u64, Opened>) -> Result<Vec<ProvedAct>, Failure> {
    let proved = found.iter().map(|(index, opened)| {
        let evidence = log.evidence(*index).ok_or(Unverified::Altered(*index))?;
        let revealed = Revealed { opening: opened.opening, record: cbor::encode(&opened.record) };
        Ok(ProvedAct { evidence, revealed })
    });
    proved.collect()
}

/// The header, while the letter is kept; after the record of this reading.
async fn header(
    session: &mut Session,
    message: MessageId,
    purpose: Purpose<'_>,
) -> Result<Option<Signed>, Failure> {
    let (reason, reference) = (purpose.reason.clone(), purpose.order.map(str::to_owned));
    let ask = Ask::Letter { message, reason, reference };
    let Answered { answer, mut conversation, .. } = session.ask(ask, &[]).await?;
    let Answer::Letter { kept, .. } = answer else { return Err(Unverified::Answer.into()) };
    if kept { Ok(Some(conversation.item(HEADER_BYTES_MAX + AROUND_BYTES).await?)) } else { Ok(None) }
}

/// The group under the head that the writer saw; without a header, under the last one before the letter's first act.
async fn group(
    session: &mut Session,
    review: &Review,
    found: &BTreeMap<u64, Opened>,
    header: Option<&Signed>,
    purpose: Purpose<'_>,
) -> Result<GroupThen, Failure> {
    let named = found.values().find_map(|opened| opened.record.group);
    let first = found.iter().next();
    let (group, tree) = match header.map(Signed::peek::<Header>) {
        Some(Ok(header)) => (header.core.group, header.core.head.tree),
        Some(Err(_)) => return Err(Unverified::Answer.into()),
        None => {
            let head = first.and_then(|(index, _)| last_head(&review.mirror, *index));
            named.zip(head).ok_or(Refusal::NotFound)?
        }
    };
    let consistency = review.mirror.goes_on_from(tree).ok_or(Unverified::Answer)?;
    let today = trust::prove(session, About::Group(group)).await?;
    let Then { evidence, proof, statements, .. } =
        trust::prove_then(session, group, tree, &today.directory).await?;
    let statements = if statements.is_empty() { today.statements } else { statements };
    let statements = named_on_order(statements.into_iter(), purpose);
    Ok(GroupThen { group, tree, head: evidence, consistency, proof, statements })
}

/// The tree that ends with the last head before a leaf.
fn last_head(log: &Mirror, index: u64) -> Option<TreeHead> {
    let is_head = |index: &u64| {
        let leaf = log.evidence(*index).map(|evidence| evidence.leaf).unwrap_or_default();
        matches!(cbor::decode(&leaf, LEAF_BYTES_MAX), Ok(Leaf::Head(_)))
    };
    (0..index).rev().find(is_head).and_then(|head| log.beginning(head + 1))
}

/// The roots, and what proves the keys of these people.
fn of_people(
    fingerprint: Digest,
    statements: &[Statement],
    people: &BTreeSet<MemberId>,
    purpose: Purpose<'_>,
) -> Result<Vec<Statement>, Failure> {
    let mut directory = Directory::pinned(fingerprint);
    let mut kept = Vec::new();
    for statement in statements {
        let judged = directory.judge(statement, Continuity::Forward)?;
        let is_theirs = match judged.chain() {
            Chain::Root => true,
            Chain::Card(member) | Chain::Devices(member) => people.contains(member),
            _ => false,
        };
        directory.apply(judged);
        if is_theirs {
            kept.push(statement.clone());
        }
    }
    Ok(named_on_order(kept.into_iter(), purpose))
}

/// Names stay where there is a written order, and nowhere else.
fn named_on_order(statements: impl Iterator<Item = Statement>, purpose: Purpose<'_>) -> Vec<Statement> {
    let shown = |statement: Statement| match statement.kind {
        Kind::Card if purpose.order.is_none() => Statement { body: None, ..statement },
        _ => statement,
    };
    statements.map(shown).collect()
}
