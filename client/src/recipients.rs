//! To whom a letter goes: from what was typed to members, with those who stand in for the absent.
//!
//! The relay asks the same of every recipient; here it is decided before, so that the writer is told
//! who is left out and why.

use shared::authorise::chartered;
use shared::directory::Directory;
use shared::ids::{FlowCode, GroupId, MemberId};
use shared::nomenclature::Flow;
use shared::refusal::Refusal;
use shared::time::Timestamp;

/// Who is meant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolved {
    /// The recipients, in the order of the handles.
    pub to: Vec<MemberId>,
    /// Whom a selector meant and who have not signed the charter: they are left out.
    pub unsigned: Vec<MemberId>,
    /// Who is away.
    pub away: Vec<Away>,
}

/// A recipient who is away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Away {
    /// Who.
    pub member: MemberId,
    /// Who stands in for them.
    pub delegate: MemberId,
    /// Until when.
    pub until: Timestamp,
    /// Whether the delegate receives the letter too; else their function or the charter forbids it.
    pub receives: bool,
}

/// A letter's place.
pub struct Place<'a> {
    /// What is proved of the group.
    pub directory: &'a Directory,
    /// Which group.
    pub group: GroupId,
    /// Which flow.
    pub code: &'a FlowCode,
    /// Its rules.
    pub flow: &'a Flow,
    /// Who writes.
    pub own: &'a MemberId,
    /// When.
    pub now: Timestamp,
}

/// A member as named; of an organisation, a role or all, those who may receive the flow and have signed
/// the charter. Never the writer. Whoever is away has their delegate beside them.
///
/// # Errors
/// [`Refusal`] if a selector means nobody, or names somebody who may not receive it.
pub fn resolve(place: &Place<'_>, selectors: &[String]) -> Result<Resolved, Refusal> {
    let Place { directory, group, flow, own, now, .. } = *place;
    if !directory.is_led(group) {
        return Err(Refusal::NotLed);
    }
    chartered(group, own, flow.class, directory, now)?;
    let (roster, _) = directory.roster(group).ok_or(Refusal::NotAMember)?;
    let mut resolved = Resolved::default();
    for selector in selectors {
        // A member's handle names that member alone, also where an organisation is called the same.
        let named = roster.seats.iter().map(|seat| &seat.member).find(|member| member.as_str() == selector);
        let meant: Vec<_> = match named {
            Some(member) => vec![member],
            None => roster
                .seats
                .iter()
                .map(|seat| &seat.member)
                .filter(|member| means(place, selector, member))
                .collect(),
        };
        let meant: Vec<_> = meant.into_iter().filter(|member| *member != own).collect();
        if meant.is_empty() {
            return Err(Refusal::RecipientRole);
        }
        for member in meant {
            let is_signed = chartered(group, member, flow.class, directory, now).is_ok();
            if !is_signed && named.is_some() {
                return Err(Refusal::RecipientUnsigned);
            }
            let list = if is_signed { &mut resolved.to } else { &mut resolved.unsigned };
            list.push(member.clone());
        }
    }
    if resolved.to.is_empty() {
        return Err(Refusal::RecipientUnsigned);
    }
    resolved.away = away(place, &resolved.to);
    let delegates = resolved.away.iter().filter(|away| away.receives).map(|away| away.delegate.clone());
    resolved.to.extend(delegates.collect::<Vec<_>>());
    for list in [&mut resolved.to, &mut resolved.unsigned] {
        list.sort_unstable();
        list.dedup();
    }
    Ok(resolved)
}

fn means(place: &Place<'_>, selector: &str, member: &MemberId) -> bool {
    let Some(card) = place.directory.card(member) else { return false };
    let by_kind = selector == "all"
        || card.organisation.id.as_str() == selector
        || card.function.as_str().eq_ignore_ascii_case(selector);
    by_kind && place.flow.to.contains(&card.function)
}

fn away(place: &Place<'_>, to: &[MemberId]) -> Vec<Away> {
    let Place { directory, group, code, flow, own, now } = *place;
    let find = |member: &MemberId| {
        let delegate = directory.delegate(group, member, code, now)?.clone();
        let (delegation, _) = directory.delegation(group, member)?;
        let may_receive = directory.card(&delegate).is_some_and(|card| flow.to.contains(&card.function));
        let receives = may_receive
            && !flow.referents
            && delegate != *own
            && chartered(group, &delegate, flow.class, directory, now).is_ok();
        Some(Away { member: member.clone(), until: delegation.until, delegate, receives })
    };
    let mut away: Vec<_> = to.iter().filter_map(find).collect();
    away.sort_by(|a, b| a.member.cmp(&b.member));
    away.dedup();
    away
}
