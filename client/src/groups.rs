//! Who belongs to a group: what a new roster changes, what a list from a spreadsheet asks for, and
//! whether a member is active.
//!
//! Everything here is decided from statements that were proved; nothing is asked of the relay.

use shared::directory::Directory;
use shared::ids::{DeviceId, GroupId, MemberId};
use shared::statement::{DeviceKey, Roster, Seat};
use shared::time::Timestamp;
use std::collections::BTreeSet;

/// Members of an exchange group from which on its charter warns: a small circle.
pub const EXCHANGE_MEMBERS_WARNED: usize = 15;

/// Something that shall be done with a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// With whom.
    pub member: MemberId,
    /// What.
    pub action: Action,
    /// Where it stands, if it was read from a list.
    pub line: Option<u64>,
}

/// What shall be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// To add them, or to name their devices of today; they may write.
    Add,
    /// To let them write.
    Write,
    /// To let them read only; who is not there yet is added.
    Read,
    /// To remove them.
    Remove,
}

/// Something that is wrong with a wish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where it stands, if it was read from a list.
    pub line: Option<u64>,
    /// With whom; nobody where no handle was read.
    pub member: Option<MemberId>,
    /// What.
    pub wrong: Wrong,
}

/// What can be wrong with a wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// The line is not two columns, or not text.
    Line,
    /// No handle of a member.
    Handle,
    /// None of the four actions.
    Action,
    /// The member stands there twice.
    Twice,
    /// Nobody with this handle is on the annuaire or in the group.
    Unknown,
    /// Their office has not begun or has ended, or was not attested for a year.
    NotInOffice,
    /// Their function or territory may not join.
    MayNotJoin,
    /// They are no member who could be removed.
    NotThere,
}

/// What a roster changes for one member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// They join.
    Added {
        /// Who.
        member: MemberId,
        /// With which devices.
        devices: Vec<DeviceId>,
        /// Whether they may write.
        writes: bool,
    },
    /// They leave.
    Removed {
        /// Who.
        member: MemberId,
    },
    /// They may write from now on, or only read.
    Rights {
        /// Who.
        member: MemberId,
        /// Whether they may write.
        writes: bool,
    },
    /// Other devices of theirs count.
    Devices {
        /// Who.
        member: MemberId,
        /// Which.
        devices: Vec<DeviceId>,
    },
}

/// Whether a member takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// They do.
    Active,
    /// They do not, for the time being.
    Suspended(Cause),
}

/// Why a member does not take part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// They have not signed the charter in force.
    Unsigned,
    /// Their office has ended.
    Ended,
    /// Their office has not begun.
    NotBegun,
    /// The authority has not attested it for a year.
    Unattested,
    /// Their function or territory does not belong there any more.
    MayNotJoin,
    /// None of the devices that sign for them counts in the group.
    NoDevice,
}

impl Action {
    /// The action of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "add" => Some(Self::Add),
            "write" => Some(Self::Write),
            "read" => Some(Self::Read),
            "remove" => Some(Self::Remove),
            _ => None,
        }
    }
}

impl Wrong {
    /// Its name for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Handle => "handle",
            Self::Action => "action",
            Self::Twice => "twice",
            Self::Unknown => "unknown",
            Self::NotInOffice => "not-in-office",
            Self::MayNotJoin => "may-not-join",
            Self::NotThere => "not-there",
        }
    }
}

impl Change {
    /// Its name for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Added { writes: true, .. } => "add",
            Self::Added { writes: false, .. } => "add-read",
            Self::Removed { .. } => "remove",
            Self::Rights { writes: true, .. } => "write",
            Self::Rights { writes: false, .. } => "read",
            Self::Devices { .. } => "devices",
        }
    }

    /// Whom it concerns.
    #[must_use]
    pub fn member(&self) -> &MemberId {
        match self {
            Self::Added { member, .. }
            | Self::Removed { member }
            | Self::Rights { member, .. }
            | Self::Devices { member, .. } => member,
        }
    }

    /// Which devices count from now on, where these change.
    #[must_use]
    pub fn devices(&self) -> &[DeviceId] {
        match self {
            Self::Added { devices, .. } | Self::Devices { devices, .. } => devices,
            _ => &[],
        }
    }
}

impl Cause {
    /// Its name for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "charter-unsigned",
            Self::Ended => "office-ended",
            Self::NotBegun => "office-not-begun",
            Self::Unattested => "not-attested",
            Self::MayNotJoin => "may-not-join",
            Self::NoDevice => "no-device",
        }
    }
}

/// Reads a list with the columns `member` and `action`, separated by commas or, as French spreadsheets
/// do it, by semicolons: its wishes, and every line that says nothing that can be done.
#[must_use]
pub fn read_list(text: &[u8]) -> (Vec<Wish>, Vec<Fault>) {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let head = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if head.contains(&b';') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).flexible(true).from_reader(text);
    let fault = |line, wrong| Fault { line: Some(line), member: None, wrong };
    let columns = reader.headers().ok().and_then(|head| {
        let place = |name: &str| head.iter().position(|column| column.eq_ignore_ascii_case(name));
        place("member").zip(place("action"))
    });
    let Some((member, action)) = columns else { return (Vec::new(), vec![fault(1, Wrong::Line)]) };
    let (mut wishes, mut faults) = (Vec::new(), Vec::new());
    let mut line = 1;
    for record in reader.records() {
        let Ok(record) = record else {
            faults.push(fault(line + 1, Wrong::Line));
            break;
        };
        line = record.position().map_or(line + 1, |position| line_at(text, position.byte()));
        let (Some(member), Some(action)) = (record.get(member), record.get(action)) else {
            faults.push(fault(line, Wrong::Line));
            continue;
        };
        let named = Action::named(&action.to_lowercase());
        match (member.parse::<MemberId>(), named) {
            (Err(_), _) => faults.push(fault(line, Wrong::Handle)),
            (_, None) => faults.push(fault(line, Wrong::Action)),
            (Ok(member), Some(action)) => wishes.push(Wish { member, action, line: Some(line) }),
        }
    }
    (wishes, faults)
}

/// The line in which a record begins: the end of the one before, and what is empty, is not part of it.
fn line_at(text: &[u8], byte: u64) -> u64 {
    let begin = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let empty = text[begin..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let before = text[..begin + empty].iter().filter(|byte| **byte == b'\n').count();
    u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
}

/// The seats after these wishes. An added member's devices are those that sign for them today.
///
/// # Errors
/// Every wish that cannot be met; then none is.
pub fn seats_after(
    directory: &Directory,
    group: GroupId,
    wishes: &[Wish],
    now: Timestamp,
) -> Result<Vec<Seat>, Vec<Fault>> {
    let mut seats = directory.roster(group).map(|(roster, _)| roster.seats.clone()).unwrap_or_default();
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    for wish in wishes {
        let met = if seen.insert(&wish.member) {
            meet(&mut seats, directory, group, wish, now)
        } else {
            Err(Wrong::Twice)
        };
        let fault = |wrong| Fault { line: wish.line, member: Some(wish.member.clone()), wrong };
        faults.extend(met.err().map(fault));
    }
    seats.sort_by(|a, b| a.member.cmp(&b.member));
    if faults.is_empty() { Ok(seats) } else { Err(faults) }
}

fn meet(
    seats: &mut Vec<Seat>,
    directory: &Directory,
    group: GroupId,
    wish: &Wish,
    now: Timestamp,
) -> Result<(), Wrong> {
    let place = seats.iter().position(|seat| seat.member == wish.member);
    match (wish.action, place) {
        (Action::Remove, Some(place)) => {
            seats.remove(place);
        }
        (Action::Remove, None) => return Err(Wrong::NotThere),
        (Action::Read, Some(place)) => seats[place].writes = false,
        (Action::Write, Some(place)) => seats[place].writes = true,
        (Action::Add, Some(place)) => {
            seats[place].devices = devices_to_name(directory, group, &wish.member, now)?;
            seats[place].writes = true;
        }
        (Action::Add | Action::Write | Action::Read, None) => seats.push(Seat {
            member: wish.member.clone(),
            devices: devices_to_name(directory, group, &wish.member, now)?,
            writes: wish.action != Action::Read,
        }),
    }
    Ok(())
}

fn devices_to_name(
    directory: &Directory,
    group: GroupId,
    member: &MemberId,
    now: Timestamp,
) -> Result<Vec<DeviceId>, Wrong> {
    let card = directory.card(member).ok_or(Wrong::Unknown)?;
    if !card.in_office(now) {
        return Err(Wrong::NotInOffice);
    }
    if !directory.may_join(group, card, now) {
        return Err(Wrong::MayNotJoin);
    }
    let mut devices: Vec<_> = directory.devices(member).iter().map(DeviceKey::id).collect();
    devices.sort_unstable();
    Ok(devices)
}

/// What a roster changes, in the order of the handles.
#[must_use]
pub fn changes(before: Option<&Roster>, after: &Roster) -> Vec<Change> {
    let mut changes = Vec::new();
    for seat in &after.seats {
        let (member, writes) = (seat.member.clone(), seat.writes);
        match before.and_then(|before| before.seat(&seat.member)) {
            None => changes.push(Change::Added { member, devices: seat.devices.clone(), writes }),
            Some(was) => {
                if was.devices != seat.devices {
                    changes.push(Change::Devices { member: member.clone(), devices: seat.devices.clone() });
                }
                if was.writes != writes {
                    changes.push(Change::Rights { member, writes });
                }
            }
        }
    }
    let gone = before.into_iter().flat_map(|before| &before.seats);
    let gone = gone.filter(|seat| after.seat(&seat.member).is_none());
    changes.extend(gone.map(|seat| Change::Removed { member: seat.member.clone() }));
    changes.sort_by(|a, b| a.member().cmp(b.member()));
    changes
}

/// Whether a member of a group takes part today.
#[must_use]
pub fn standing(directory: &Directory, group: GroupId, member: &MemberId, now: Timestamp) -> Standing {
    let Some(card) = directory.card(member) else { return Standing::Suspended(Cause::Ended) };
    let has_charter = directory.charter(group, now).is_some();
    let cause = if card.until.is_some_and(|until| until <= now) {
        Cause::Ended
    } else if now < card.from {
        Cause::NotBegun
    } else if card.ends() <= now {
        Cause::Unattested
    } else if !directory.may_join(group, card, now) {
        Cause::MayNotJoin
    } else if directory.devices_in(group, member, now).is_empty() {
        Cause::NoDevice
    } else if has_charter && !directory.has_signed(group, member, now) {
        Cause::Unsigned
    } else {
        return Standing::Active;
    };
    Standing::Suspended(cause)
}

#[cfg(test)]
mod tests;
