//! What one person proposes and another validates: groups, rosters and charters on their way to the
//! signatures that they need.
//!
//! Whoever proposes signs first. Each further person fetches the statement, has it verified, adds their
//! signature, and sends it on: as it is where the rules ask for nobody else, and as the next proposal
//! until then. The rules are those of the relay ([`Directory::judge`]); [`missing`] only says beforehand
//! whom they ask for.

use crate::failure::{Failure, Unverified};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::directory::{Chain, Continuity, Directory, InvalidStatement};
use shared::ids::{DeviceId, GroupId, KeyId, MemberId, Role};
use shared::limits::STATEMENT_SECONDS_MAX;
use shared::nomenclature::Founder;
use shared::signed::{Document, Signed};
use shared::statement::{Charter, Group, Kind, Link, Proposal, Roster, Statement};
use shared::time::Timestamp;

/// A statement that waits for a signature.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// For which group.
    pub group: GroupId,
    /// What is proposed, with the signatures so far.
    pub statement: Statement,
    /// What it says.
    pub content: Content,
    /// Until when it can be signed: from then on the relay shows it to nobody.
    pub until: Timestamp,
}

/// What can be proposed.
#[derive(Clone, Debug)]
pub enum Content {
    /// A group and who leads it.
    Group(Group),
    /// Who belongs to a group.
    Roster(Roster),
    /// A group's charter.
    Charter(Charter),
}

/// Whose signature a statement waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The president of the group, or one side of a channel.
    President,
    /// The coordinator of the group, or the other side.
    Coordinator,
    /// One of those who lead the group today.
    Leader,
    /// PROC.
    Visa,
    /// The authority.
    Authority,
}

impl Missing {
    /// Its name for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::President => "president",
            Self::Coordinator => "coordinator",
            Self::Leader => "leader",
            Self::Visa => "visa",
            Self::Authority => "authority",
        }
    }
}

impl Content {
    /// Reads a statement that can be proposed.
    #[must_use]
    pub fn read(statement: &Statement) -> Option<Self> {
        match statement.kind {
            Kind::Group => statement.signed.peek().ok().map(Self::Group),
            Kind::Roster => statement.signed.peek().ok().map(Self::Roster),
            Kind::Charter => statement.signed.peek().ok().map(Self::Charter),
            _ => None,
        }
    }

    /// Of which group.
    #[must_use]
    pub fn group(&self) -> GroupId {
        match self {
            Self::Group(group) => group.id,
            Self::Roster(roster) => roster.group,
            Self::Charter(charter) => charter.group,
        }
    }

    /// Its place in its chain.
    #[must_use]
    pub fn link(&self) -> &Link {
        match self {
            Self::Group(group) => &group.link,
            Self::Roster(roster) => &roster.link,
            Self::Charter(charter) => &charter.link,
        }
    }

    fn chain(&self) -> Chain {
        match self {
            Self::Group(group) => Chain::Group(group.id),
            Self::Roster(roster) => Chain::Roster(roster.group),
            Self::Charter(charter) => Chain::Charter(charter.group),
        }
    }
}

impl Waiting {
    /// The members whose devices have signed so far, the authority left out.
    #[must_use]
    pub fn signers<'a>(&self, directory: &'a Directory) -> Vec<&'a MemberId> {
        signers(directory, &self.statement)
    }

    /// Whether this member's signature is asked for.
    #[must_use]
    pub fn asks(&self, directory: &Directory, member: &MemberId, now: Timestamp) -> bool {
        let asked = |missing: &Missing| is_asked(directory, &self.content, *missing, member, now);
        !self.signers(directory).contains(&member) && missing(directory, &self.statement).iter().any(asked)
    }
}

/// What waits, as far as it still goes on from what is in force.
#[must_use]
pub fn waiting(directory: &Directory, proposals: &[Statement]) -> Vec<Waiting> {
    let read = |outer: &Statement| {
        let proposal: Proposal = outer.signed.peek().ok()?;
        let statement = proposal.read(outer.body.as_deref()?)?;
        let content = Content::read(&statement)?;
        let is_newest =
            directory.held(&Chain::Proposal(proposal.group, proposal.of))?.1 == outer.signed.digest();
        let goes_on = directory.next_link(&content.chain(), content.link().made) == *content.link();
        // A roster under leaders who were replaced meanwhile is signed by nobody any more.
        let is_led = match &content {
            Content::Roster(roster) => directory.group_digest(roster.group) == Some(roster.statement),
            _ => true,
        };
        let until = proposal.link.made.plus(STATEMENT_SECONDS_MAX);
        (is_newest && goes_on && is_led).then_some(Waiting {
            group: proposal.group,
            statement,
            content,
            until,
        })
    };
    proposals.iter().filter_map(read).collect()
}

/// A statement with a first signature, and with each further one: the statement itself where the rules
/// ask for nobody else, else the proposal that carries it to the next person.
///
/// # Errors
/// [`Failure`] if the rules forbid it whoever signs.
pub fn sign_proposal(
    directory: &Directory,
    statement: &Statement,
    key: &SigningKey,
    now: Timestamp,
) -> Result<Statement, Failure> {
    let mut statement = statement.clone();
    statement.signed = match statement.kind {
        Kind::Group => also_signed::<Group>(&statement.signed, key),
        Kind::Roster => also_signed::<Roster>(&statement.signed, key),
        Kind::Charter => also_signed::<Charter>(&statement.signed, key),
        _ => None,
    }
    .ok_or(Unverified::Answer)?;
    match directory.judge(&statement, Continuity::Next) {
        Ok(_) => Ok(statement),
        Err(InvalidStatement::Signer(_)) => proposal(directory, &statement, key, now),
        // Whoever takes away signs alone; what two persons sign is for both leaders.
        Err(InvalidStatement::Rule(_)) if awaits_leaders(directory, &statement) => {
            proposal(directory, &statement, key, now)
        }
        Err(InvalidStatement::Chain { .. } | InvalidStatement::Fork { .. }) => {
            Err(Failure::usage("proposal-stale", "something newer is in force: propose it again"))
        }
        Err(InvalidStatement::Rule(rule)) => Err(Failure::usage("proposal-rule", rule)),
        Err(invalid) => Err(invalid.into()),
    }
}

/// Whose signatures the rules still ask for.
#[must_use]
pub fn missing(directory: &Directory, statement: &Statement) -> Vec<Missing> {
    let signers = signers(directory, statement);
    let signs = |device: DeviceId| directory.owner_ever(device).is_some_and(|owner| signers.contains(&owner));
    let has_visa = || signers.iter().any(|signer| is_proc(directory, signer));
    let led_by = |group: GroupId| directory.group(group).map(Group::leaders);
    let mut missing = Vec::new();
    let mut needs = |signed: bool, who: Missing| missing.extend((!signed).then_some(who));
    match Content::read(statement) {
        Some(Content::Group(group)) => {
            let rules = directory.nomenclature().and_then(|rules| rules.kind(group.kind));
            match rules.map(|rules| rules.founder) {
                Some(Founder::President) => needs(signs(group.president), Missing::President),
                Some(Founder::Sides) => {
                    needs(signs(group.president), Missing::President);
                    needs(signs(group.coordinator), Missing::Coordinator);
                }
                Some(Founder::Authority) => {
                    let authority = directory.root().map(|root| root.authority.id());
                    let by = |key: KeyId| statement.signed.signatures.iter().any(|other| other.key == key);
                    needs(authority.is_some_and(by), Missing::Authority);
                }
                None => {}
            }
            if let Some(leaders) = led_by(group.id) {
                needs(leaders.into_iter().any(signs), Missing::Leader);
            }
            needs(!rules.is_some_and(|rules| rules.visa) || has_visa(), Missing::Visa);
        }
        Some(Content::Roster(roster)) => {
            let [president, coordinator] =
                led_by(roster.group).map_or([true; 2], |leaders| leaders.map(signs));
            needs(president, Missing::President);
            needs(coordinator, Missing::Coordinator);
        }
        Some(Content::Charter(charter)) => {
            needs(
                led_by(charter.group).is_some_and(|leaders| leaders.into_iter().any(signs)),
                Missing::Leader,
            );
            needs(has_visa(), Missing::Visa);
        }
        None => {}
    }
    missing
}

fn awaits_leaders(directory: &Directory, statement: &Statement) -> bool {
    statement.kind == Kind::Roster && !missing(directory, statement).is_empty()
}

fn is_asked(
    directory: &Directory,
    content: &Content,
    missing: Missing,
    member: &MemberId,
    now: Timestamp,
) -> bool {
    let leaders = match content {
        Content::Group(group) => Some(group.leaders()),
        _ => directory.group(content.group()).map(Group::leaders),
    };
    let owns = |device: DeviceId| directory.owner_ever(device) == Some(member);
    let in_office = directory.card(member).is_some_and(|card| card.in_office(now));
    let asked = match (missing, leaders) {
        (Missing::President, Some([president, _])) => owns(president),
        (Missing::Coordinator, Some([_, coordinator])) => owns(coordinator),
        (Missing::Leader, _) => {
            let leaders = directory.group(content.group()).map(Group::leaders);
            leaders.is_some_and(|leaders| leaders.into_iter().any(owns))
        }
        (Missing::Visa, _) => is_proc(directory, member),
        _ => false,
    };
    asked && in_office
}

/// Who signed a statement so far, as members; every signature was verified with the proposal.
fn signers<'a>(directory: &'a Directory, statement: &Statement) -> Vec<&'a MemberId> {
    let keys = statement.signed.signatures.iter().map(|signature| signature.key);
    keys.filter_map(|key| directory.owner_ever(key)).collect()
}

fn is_proc(directory: &Directory, member: &MemberId) -> bool {
    directory.card(member).is_some_and(|card| card.function.as_str() == Role::PROC)
}

fn proposal(
    directory: &Directory,
    statement: &Statement,
    key: &SigningKey,
    now: Timestamp,
) -> Result<Statement, Failure> {
    let content = Content::read(statement).ok_or(Unverified::Answer)?;
    let body = cbor::encode(statement);
    let (group, of) = (content.group(), statement.kind);
    let link = directory.next_link(&Chain::Proposal(group, of), now);
    let proposal = Proposal { link, group, of, statement: shared::crypto::sha256(&body) };
    Ok(Statement { kind: Kind::Proposal, signed: Signed::new(&proposal, &[key]), body: Some(body) })
}

/// The same bytes with one more signature.
fn also_signed<T: Document>(signed: &Signed, key: &SigningKey) -> Option<Signed> {
    let own = Signed::new(&signed.peek::<T>().ok()?, &[key]);
    let mut also = signed.clone();
    also.signatures.retain(|signature| signature.key != key.id());
    also.signatures.extend(own.signatures);
    also.signatures.sort_by_key(|signature| signature.key);
    (own.bytes == signed.bytes).then_some(also)
}
