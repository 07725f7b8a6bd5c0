//! What the relay says of a letter that this member wrote: who was given grants, and every record about
//! it. Each list is verified, and each record proved, before anything is said of it.

use crate::failure::{Failure, Unverified};
use crate::session::{Answered, Session};
use crate::trust;
use shared::cbor;
use shared::crypto::BoxKey;
use shared::directory::Directory;
use shared::ids::{DeviceId, MessageId};
use shared::limits::{FRAME_BYTES_MAX, GRANTS_MAX, RECORD_BYTES_MAX};
use shared::log::{Act, InvalidConfirmation, Leaf, Record, Revealed, TreeHead, commit};
use shared::message::{Core, GrantList, Ground, Header};
use shared::seal::open_small;
use shared::signed::{Signed, Verified};
use shared::wire::{About, Answer, Ask, Notice, Request};
use zeroize::Zeroizing;

/// What became of a letter.
pub struct Account {
    /// The statements under which it was verified.
    pub directory: Directory,
    /// The grant lists, that of the deposit first.
    pub lists: Vec<GrantList>,
    /// The devices whose grants were destroyed, and who have no other.
    pub destroyed: Vec<DeviceId>,
    /// What was recorded of it, as far as this device may know.
    pub records: Vec<Record>,
    /// The record of its deposit, where this device made it.
    pub deposit: Option<Record>,
}

impl Account {
    /// The record by which its writer took it back, if they did.
    #[must_use]
    pub fn retirement(&self) -> Option<&Record> {
        self.records.iter().find(|record| record.act == Act::Retirement)
    }

    /// Whether this device was told of every act: it has a grant of the deposit's own list. A device that came
    /// later knows nothing of what was before.
    #[must_use]
    pub fn is_whole_for(&self, device: DeviceId) -> bool {
        self.lists.first().is_some_and(|list| list.grants.iter().any(|grant| grant.device == device))
    }

    /// Whether a device has a grant, as the relay says it.
    #[must_use]
    pub fn is_granted(&self, device: DeviceId) -> bool {
        let is_listed = |list: &GrantList| list.grants.iter().any(|grant| grant.device == device);
        self.lists.iter().any(is_listed) && !self.destroyed.contains(&device)
    }
}

/// Asks for it.
///
/// # Errors
/// [`Failure`]; what does not verify is not used.
pub async fn account(session: &mut Session, header: &Header) -> Result<Account, Failure> {
    let message = header.core.id;
    let Answered { answer, mut conversation, head, .. } = session.ask(Ask::Status { message }, &[]).await?;
    let Answer::Status { deposit, late, destroyed, count, .. } = answer else {
        return Err(Unverified::Answer.into());
    };
    let tree = head.ok_or(Unverified::Answer)?.tree();
    let own: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    let first: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    // Each gives a grant to a device that has none, so they are not many.
    if late as usize > GRANTS_MAX {
        return Err(Unverified::Answer.into());
    }
    let mut later = Vec::new();
    for _ in 0..late {
        later.push(conversation.item::<Signed>(FRAME_BYTES_MAX).await?);
    }
    let directory = trust::prove(session, About::Group(header.core.group)).await?.directory;
    // The device that wrote may have been replaced since.
    let key = directory.past_key(header.core.device).ok_or(Unverified::Answer)?;
    let verified = own.verify_by::<Header>(key).map_err(|_| Unverified::Answer)?;
    let first: GrantList = first.verify_by(key).map_err(|_| Unverified::Answer)?.into_value();
    if verified.value() != header || first.core != header.core.digest() {
        return Err(Unverified::Answer.into());
    }
    let mut lists = vec![first];
    for list in later {
        lists.push(late_list(&directory, &header.core, &list).ok_or(Unverified::Answer)?);
    }
    let deposit = deposited(session, tree, message, &deposit)?;
    let mut records = Vec::new();
    for _ in 0..count {
        let notice: Notice = conversation.item(FRAME_BYTES_MAX).await?;
        let record = noticed(session, &directory, tree, message, &notice)?;
        // nobody else takes a letter back, nor decides about it.
        let core = &header.core;
        let by = record.actor.as_ref().map(|actor| &actor.member);
        let is_theirs = match record.act {
            Act::Retirement => by == Some(&core.writer),
            Act::Approval | Act::Rejection => by.is_some() && by == core.approver(),
            _ => true,
        };
        if !is_theirs {
            return Err(Unverified::Answer.into());
        }
        records.push(record);
    }
    Ok(Account { directory, lists, destroyed, records, deposit })
}

/// A late list for this very core, by somebody whom it names. Of an issuer who has left the group the
/// signature can no longer be looked at here.
fn late_list(directory: &Directory, core: &Core, signed: &Signed) -> Option<GrantList> {
    let list: GrantList = signed.peek().ok()?;
    let is_signed = match directory.owner_ever(list.issuer).zip(directory.past_key(list.issuer)) {
        Some((member, key)) => core.names(member) && signed.verify_by::<GrantList>(key).is_ok(),
        None => true,
    };
    let ours = list.message == core.id && list.core == core.digest() && list.ground != Ground::Writer;
    (is_signed && ours).then_some(list)
}

/// The deposit's leaf is the one of the receipt that this device kept, if it kept one.
fn deposited(
    session: &Session,
    tree: TreeHead,
    message: MessageId,
    deposit: &shared::log::Evidence,
) -> Result<Option<Record>, Failure> {
    deposit.verified(tree)?;
    match session.home.receipt(deposit.index) {
        Some(receipt) if receipt.evidence.leaf != deposit.leaf => Err(InvalidConfirmation::Record.into()),
        Some(receipt) => {
            let record: Record =
                cbor::decode(&receipt.record, RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
            if record.item == Some(message) {
                Ok(Some(record))
            } else {
                Err(InvalidConfirmation::Record.into())
            }
        }
        // Deposited from another device of this member.
        None => Ok(None),
    }
}

fn noticed(
    session: &Session,
    directory: &Directory,
    tree: TreeHead,
    message: MessageId,
    notice: &Notice,
) -> Result<Record, Failure> {
    let Leaf::Record(leaf) = notice.evidence.verified(tree)? else {
        return Err(InvalidConfirmation::Inclusion.into());
    };
    let identity = session.expiry_identity(notice.bucket);
    let key = identity.and_then(|identity| open_small(&identity, &notice.key).ok());
    let key = key.and_then(|key| key.as_slice().try_into().ok().map(Zeroizing::new));
    let inside =
        key.and_then(|key| BoxKey::from_bytes(key).open(notice.index, &message.0, &notice.sealed).ok());
    let inside = inside.ok_or(InvalidConfirmation::Record)?;
    let revealed: Revealed =
        cbor::decode(&inside, 2 * RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
    if commit(revealed.opening, &revealed.record) != leaf.commitment {
        return Err(InvalidConfirmation::Record.into());
    }
    let record: Record =
        cbor::decode(&revealed.record, RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
    let fits = record.index == notice.evidence.index
        && record.item == Some(message)
        && is_told_by_its_actor(directory, &record);
    if fits { Ok(record) } else { Err(InvalidConfirmation::Record.into()) }
}

/// The reader's own signed request stands behind the record and says the same. Of a reader who has
/// left the group, the signature can no longer be looked at here; the reviewers of the log can.
fn is_told_by_its_actor(directory: &Directory, record: &Record) -> bool {
    let (Some(actor), Some(request)) = (&record.actor, &record.request) else { return false };
    let told = match directory.past_key(actor.device) {
        Some(key) => request.verify_by::<Request>(key).ok().map(Verified::into_value),
        None => request.peek::<Request>().ok(),
    };
    told.is_some_and(|request| record.tells(&request))
}
