//! The landlord of the building: what is about an address goes, of the landlords, to the one whose building stands there.
//!
//! As the circonscription of an address is asked of a territory, its landlord is asked of the lists that this
//! device holds ([`patrol::known`]). Only a writer's client can ask: neither the relay nor a reader has those lists, and
//! a writer who has none is told that nobody looked. A landlord writes about its own buildings to whom it likes.

use crate::faults::Faults;
use crate::patrol;
use crate::recipients::Place;
use crate::session::Session;
use shared::form::{Fault, Form, Wrong};
use shared::ids::{MemberId, OrganisationId};
use shared::nomenclature::Nomenclature;
use std::collections::BTreeSet;

/// How many of the addresses in a form no list knows without a doubt, where landlords would read it; none where none
/// would. `lines` are those on which its rows stood.
///
/// # Errors
/// [`Faults`]: each address whose building is of a landlord that is not among those who would read it.
pub fn unknown(
    session: &Session,
    (place, rules): (&Place<'_>, &Nomenclature),
    to: &[MemberId],
    (form, lines): (&Form, &[u32]),
) -> Result<usize, Faults> {
    let Place { directory, flow, own, .. } = *place;
    let cards = to.iter().filter_map(|member| directory.card(member));
    let landlords = cards.filter(|card| rules.roles.get(&card.function).is_some_and(|role| role.landlord));
    let mut allowed: BTreeSet<&OrganisationId> = landlords.map(|card| &card.organisation.id).collect();
    let places = patrol::places(flow, form);
    if allowed.is_empty() || places.is_empty() {
        return Ok(0);
    }
    allowed.extend(directory.card(own).map(|card| &card.organisation.id));
    let buildings = patrol::known(session, rules);
    let (mut faults, mut unknown) = (Vec::new(), 0);
    for (row, field, place) in places {
        match buildings.landlord(&place) {
            Ok(landlord) if allowed.contains(landlord) => {}
            Ok(_) => {
                let line = row.and_then(|row| lines.get(row).copied());
                faults.push(Fault { line, field: field.to_string(), wrong: Wrong::Landlord });
            }
            Err(_) => unknown += 1,
        }
    }
    if faults.is_empty() { Ok(unknown) } else { Err(Faults::of(flow, faults)) }
}
