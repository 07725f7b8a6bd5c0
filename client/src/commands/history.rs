//! `pli group history`: every statement of a group, in order: who did what when, from their signatures.
//!
//! Each statement names the one before by digest, so that none can be left out between two; the newest
//! ones stand under the head. Of somebody who left long ago the name may not be here any more.

use super::person;
use super::proposal::{change_line, known};
use crate::failure::{Failure, Unverified};
use crate::groups::{self, Change};
use crate::session::Session;
use crate::show::{Show, local_time};
use crate::trust;
use crate::words::Words;
use serde_json::json;
use shared::directory::{Chain, Directory};
use shared::ids::{GroupId, KeyId};
use shared::refusal::Refusal;
use shared::signed::{Document, Signed};
use shared::statement::{Adhesion, Charter, Delegation, Group, Kind, Link, Proposal, Roster, Statement};

/// One statement of the past.
struct Event {
    kind: Kind,
    of: Option<Kind>,
    link: Link,
    by: Vec<KeyId>,
    changes: Vec<Change>,
}

pub(super) async fn run(session: &mut Session, beginning: &str, show: &Show) -> Result<(), Failure> {
    let (group, proved) = known(session, beginning).await?;
    let directory = &proved.directory;
    let mut events = Vec::new();
    for chain in chains(directory, group) {
        let statements = followed(session, directory, &chain).await?;
        for (place, statement) in statements.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|place| statements.get(place));
            events.push(event(directory, statement, before)?);
        }
    }
    events.sort_by_key(|event| (event.link.made, event.kind, event.link.version));
    for event in &events {
        show_event(directory, event, show);
    }
    session.close();
    Ok(())
}

fn chains(directory: &Directory, group: GroupId) -> Vec<Chain> {
    let mut chains = vec![Chain::Group(group), Chain::Roster(group), Chain::Charter(group)];
    chains.extend([Kind::Group, Kind::Roster, Kind::Charter].map(|kind| Chain::Proposal(group, kind)));
    for card in directory.all_cards() {
        chains.push(Chain::Adhesion(group, card.member.clone()));
        chains.push(Chain::Delegation(group, card.member.clone()));
    }
    chains
}

/// The statements of a chain from the first on, as far as they are still to be had.
async fn followed(
    session: &mut Session,
    directory: &Directory,
    chain: &Chain,
) -> Result<Vec<Statement>, Failure> {
    let mut next = directory.held(chain).map(|(_, digest)| digest);
    let mut statements = Vec::new();
    while let Some(digest) = next {
        let statement = match trust::statement(session, digest).await {
            Ok(statement) => statement,
            // Whoever signs for a group without belonging to it is shown what it is now.
            Err(Failure::Refused(Refusal::NotFound)) => break,
            Err(failure) => return Err(failure),
        };
        next = link(&statement)?.previous;
        statements.push(statement);
    }
    statements.reverse();
    Ok(statements)
}

fn link(statement: &Statement) -> Result<Link, Failure> {
    fn of<T: Document>(signed: &Signed, link: impl Fn(T) -> Link) -> Option<Link> {
        signed.peek().ok().map(link)
    }
    let signed = &statement.signed;
    let link = match statement.kind {
        Kind::Group => of(signed, |group: Group| group.link),
        Kind::Roster => of(signed, |roster: Roster| roster.link),
        Kind::Charter => of(signed, |charter: Charter| charter.link),
        Kind::Adhesion => of(signed, |adhesion: Adhesion| adhesion.link),
        Kind::Delegation => of(signed, |delegation: Delegation| delegation.link),
        Kind::Proposal => of(signed, |proposal: Proposal| proposal.link),
        _ => None,
    };
    link.ok_or_else(|| Unverified::Answer.into())
}

fn event(directory: &Directory, statement: &Statement, before: Option<&Statement>) -> Result<Event, Failure> {
    let changes = match (statement.kind, statement.signed.peek::<Roster>()) {
        (Kind::Roster, Ok(roster)) => {
            let before: Option<Roster> = before.and_then(|before| before.signed.peek().ok());
            groups::changes(before.as_ref(), &roster)
        }
        _ => Vec::new(),
    };
    let proposed: Option<Proposal> = statement.signed.peek().ok();
    let of = proposed.filter(|_| statement.kind == Kind::Proposal).map(|proposal| proposal.of);
    let by = signers(directory, statement)?;
    Ok(Event { kind: statement.kind, of, link: link(statement)?, by, changes })
}

/// Who signed. A signature whose maker is known here is verified again; of one who left long ago the
/// digest in the chain is all there is, and no name.
fn signers(directory: &Directory, statement: &Statement) -> Result<Vec<KeyId>, Failure> {
    let context = match statement.kind {
        Kind::Group => Group::CONTEXT,
        Kind::Roster => Roster::CONTEXT,
        Kind::Charter => Charter::CONTEXT,
        Kind::Adhesion => Adhesion::CONTEXT,
        Kind::Delegation => Delegation::CONTEXT,
        Kind::Proposal => Proposal::CONTEXT,
        _ => return Err(Unverified::Answer.into()),
    };
    for signature in &statement.signed.signatures {
        let key = directory.past_key(signature.key);
        let fits =
            key.is_none_or(|key| key.verify(context, &statement.signed.bytes, &signature.signature).is_ok());
        if !fits {
            return Err(Unverified::Answer.into());
        }
    }
    Ok(statement.signed.signatures.iter().map(|signature| signature.key).collect())
}

fn show_event(directory: &Directory, event: &Event, show: &Show) {
    let by: Vec<_> = event
        .by
        .iter()
        .map(|key| json!({"device": key.to_string(), "member": directory.owner_ever(*key).map(ToString::to_string)}))
        .collect();
    let changes: Vec<_> = event
        .changes
        .iter()
        .map(|change| json!({"member": change.member().as_str(), "change": change.code()}))
        .collect();
    let object = json!({
        "at": event.link.made.to_string(),
        "kind": event.kind,
        "of": event.of,
        "version": event.link.version,
        "by": by,
        "changes": changes,
    });
    show.result(&object, |words| {
        let names: Vec<_> = event.by.iter().map(|key| name(directory, *key, words)).collect();
        let arguments = [
            ("date", local_time(event.link.made).into()),
            ("what", words.say(what(event), &[("version", event.link.version.to_string().into())]).into()),
            ("names", names.join(", ").into()),
        ];
        let mut lines = vec![words.say("history-line", &arguments)];
        lines.extend(event.changes.iter().map(|change| change_line(directory, change, words)));
        lines
    });
}

fn name(directory: &Directory, key: KeyId, words: &Words) -> String {
    let is_root = directory.root().is_some_and(|root| root.authority.id() == key || root.parquet.id() == key);
    match directory.owner_ever(key) {
        Some(member) => person(directory, member),
        None if is_root => words.say("missing-authority", &[]),
        None => key.to_string()[..8].to_owned(),
    }
}

fn what(event: &Event) -> &'static str {
    match (event.kind, event.of) {
        (Kind::Group, _) => "history-group",
        (Kind::Roster, _) => "history-roster",
        (Kind::Charter, _) => "history-charter",
        (Kind::Adhesion, _) => "history-adhesion",
        (Kind::Delegation, _) => "history-delegation",
        (_, Some(Kind::Group)) => "history-group-proposed",
        (_, Some(Kind::Roster)) => "history-roster-proposed",
        _ => "history-charter-proposed",
    }
}
