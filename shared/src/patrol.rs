//! Results of patrols, split by whose building each row is about (convention art. 10: the landlord of the building, and
//! nobody else, is told in return).
//!
//! Whose a building is, lists say that this member received: each landlord's own, of the year, first; then the table of
//! art. 4, which has everybody's. A row goes to exactly one landlord or to none: where the lists leave a doubt, it is
//! unmatched with its reason, and its writer decides. Nothing is guessed from the spelling of a hall, nor from who has
//! the house next door.

use crate::form::{Address, plain};
use crate::ids::OrganisationId;
use std::collections::{BTreeMap, BTreeSet};

/// Words before the name of a hall or of a building, which some write and others do not.
const BEFORE_NAMES: [&str; 5] = ["hall", "batiment", "bat", "entree", "porte"];

/// One building, or one hall of it, as a list has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Building {
    /// Where it is.
    pub address: Address,
    /// Which building there, if the list says so.
    pub building: String,
    /// Which hall, if the list says so.
    pub hall: String,
    /// Whose it is.
    pub landlord: OrganisationId,
}

/// Where somebody was, as a row says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The address.
    pub address: Address,
    /// The hall, or the building and the hall; empty where the row names none.
    pub hall: String,
}

/// Every building that is known, and whose it is.
#[derive(Clone, Default, Debug)]
pub struct Buildings {
    /// By the sameness of their addresses.
    claims: BTreeMap<String, Vec<Claim>>,
    count: usize,
}

/// What one line of a list says.
#[derive(Clone, Debug)]
struct Claim {
    source: Source,
    /// Under which names its hall may stand in a row; none where the whole address is meant.
    halls: Option<[String; 2]>,
    landlord: OrganisationId,
}

/// Which list, in the order in which they are believed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// What a landlord says of its own buildings.
    Landlord,
    /// What somebody else gathered of all.
    Table,
    /// A file of the writer's.
    File,
}

/// Why a row goes to nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unmatched {
    /// It names no address.
    NoAddress,
    /// No list has its address.
    Unknown,
    /// Several landlords have halls at this address, and the row names none.
    NeedsHall,
    /// Several have, and no list says whose this hall is, or lists say so of several.
    Ambiguous,
    /// Nobody of its landlord can be written to.
    NoReader,
}

/// Which rows go where.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Split {
    /// The places of the rows among those that were given, in their order, by landlord.
    pub for_landlord: BTreeMap<OrganisationId, Vec<usize>>,
    /// The others, and why.
    pub unmatched: Vec<(usize, Unmatched)>,
}

impl Unmatched {
    /// What scripts and the catalogues call it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAddress => "no-address",
            Self::Unknown => "unknown",
            Self::NeedsHall => "needs-hall",
            Self::Ambiguous => "ambiguous",
            Self::NoReader => "no-reader",
        }
    }
}

impl Buildings {
    /// Adds what a list says.
    pub fn add(&mut self, source: Source, building: &Building) {
        let Building { address, building, hall, landlord } = building;
        let (building, hall) = (named(building), named(hall));
        let halls = match (building.is_empty(), hall.is_empty()) {
            (true, true) => None,
            (false, false) => Some([format!("{building} {hall}"), hall]),
            // One of them is empty.
            _ => Some([format!("{building}{hall}"), format!("{building}{hall}")]),
        };
        let claim = Claim { source, halls, landlord: landlord.clone() };
        self.claims.entry(address.sameness()).or_default().push(claim);
        self.count += 1;
    }

    /// How many lines of lists it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whose the building is.
    ///
    /// # Errors
    /// [`Unmatched`]: it is not known, or not without a doubt.
    pub fn landlord(&self, place: &Place) -> Result<&OrganisationId, Unmatched> {
        let claims = self.claims.get(&place.address.sameness()).ok_or(Unmatched::Unknown)?;
        let all: BTreeSet<_> = claims.iter().map(|claim| &claim.landlord).collect();
        if let Some(landlord) = only(&all) {
            return Ok(landlord);
        }
        let hall = named(&place.hall);
        if hall.is_empty() {
            return whole(claims).ok_or(Unmatched::NeedsHall);
        }
        owner(claims, &hall).ok_or(Unmatched::Ambiguous)
    }

    /// Splits rows, each of which is a place or names none.
    #[must_use]
    pub fn split<'a>(&self, rows: impl IntoIterator<Item = Option<&'a Place>>) -> Split {
        let mut split = Split::default();
        for (index, place) in rows.into_iter().enumerate() {
            match place.ok_or(Unmatched::NoAddress).and_then(|place| self.landlord(place)) {
                Ok(landlord) => split.for_landlord.entry(landlord.clone()).or_default().push(index),
                Err(why) => split.unmatched.push((index, why)),
            }
        }
        split
    }
}

impl Split {
    /// Takes back the rows of landlords to whom nobody can write.
    pub fn keep(&mut self, has_reader: impl Fn(&OrganisationId) -> bool) {
        let without: Vec<_> = self.for_landlord.keys().filter(|one| !has_reader(one)).cloned().collect();
        for landlord in without {
            let rows = self.for_landlord.remove(&landlord).unwrap_or_default();
            self.unmatched.extend(rows.into_iter().map(|row| (row, Unmatched::NoReader)));
        }
        self.unmatched.sort_unstable();
    }
}

/// Whose a hall is: the first list that speaks of it. Where one list has several landlords at the address, only a list
/// that names the hall speaks of it.
fn owner<'a>(claims: &'a [Claim], hall: &str) -> Option<&'a OrganisationId> {
    let is_shared = sources(claims).any(|source| landlords(claims, source).len() > 1);
    let exact =
        |claim: &&Claim| claim.halls.as_ref().is_some_and(|halls| halls.iter().any(|name| name == hall));
    for source in sources(claims) {
        let of_source = || claims.iter().filter(move |claim| claim.source == source);
        let named: BTreeSet<_> = of_source().filter(exact).map(|claim| &claim.landlord).collect();
        if !named.is_empty() {
            return only(&named);
        }
        let meant: BTreeSet<_> =
            of_source().filter(|claim| claim.halls.is_none()).map(|claim| &claim.landlord).collect();
        if !is_shared && !meant.is_empty() {
            return only(&meant);
        }
    }
    None
}

/// Whose an address is, whichever hall is meant: the one whose every hall is, and the whole where a list has it whole.
fn whole(claims: &[Claim]) -> Option<&OrganisationId> {
    if sources(claims).any(|source| landlords(claims, source).len() > 1) {
        return None;
    }
    let halls = claims.iter().filter_map(|claim| claim.halls.as_ref()?.first());
    let mut owners: BTreeSet<_> = halls.map(|hall| owner(claims, hall)).collect();
    let first_whole = claims.iter().filter(|claim| claim.halls.is_none()).min_by_key(|claim| claim.source);
    owners.extend(first_whole.map(|claim| Some(&claim.landlord)));
    (owners.len() == 1).then(|| owners.pop_first().flatten()).flatten()
}

fn sources(claims: &[Claim]) -> impl Iterator<Item = Source> {
    claims.iter().map(|claim| claim.source).collect::<BTreeSet<_>>().into_iter()
}

fn landlords(claims: &[Claim], source: Source) -> BTreeSet<&OrganisationId> {
    claims.iter().filter(|claim| claim.source == source).map(|claim| &claim.landlord).collect()
}

fn only<'a>(landlords: &BTreeSet<&'a OrganisationId>) -> Option<&'a OrganisationId> {
    landlords.first().filter(|_| landlords.len() == 1).copied()
}

/// The name of a hall or a building, however it is introduced.
fn named(text: &str) -> String {
    let words = plain(text);
    words.split(' ').filter(|word| !BEFORE_NAMES.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list in short: source, hall, landlord.
    fn buildings(list: &[(Source, &str, &str)]) -> Buildings {
        let mut buildings = Buildings::default();
        for (source, hall, landlord) in list {
            let (building, hall) = hall.split_once('/').unwrap_or(("", hall));
            let building = Building {
                address: "12 rue des Lilas, 93200 Saint-Denis".parse().unwrap(),
                building: building.to_owned(),
                hall: hall.to_owned(),
                landlord: landlord.parse().unwrap(),
            };
            buildings.add(*source, &building);
        }
        buildings
    }

    #[test]
    fn a_row_is_its_landlords_or_in_doubt() {
        use Source::{Landlord, Table};
        let check = |list: &[(Source, &str, &str)], hall: &str, expected: Result<&str, Unmatched>| {
            let buildings = buildings(list);
            let address = "12, r. des LILAS 93200 St Denis".parse().unwrap();
            let found = buildings.landlord(&Place { address, hall: hall.to_owned() });
            assert_eq!(found.map(OrganisationId::as_str), expected, "{list:?} {hall:?}");
        };
        // One landlord: whatever the hall.
        check(&[(Landlord, "", "a")], "", Ok("a"));
        check(&[(Table, "1", "a"), (Table, "2", "a")], "9", Ok("a"));
        // Two share it: the hall says whose.
        let shared = [(Table, "1", "a"), (Table, "B/2", "b")];
        check(&shared, "", Err(Unmatched::NeedsHall));
        check(&shared, "Hall 1", Ok("a"));
        check(&shared, "bât. B, hall 2", Ok("b"));
        check(&shared, "2", Ok("b"));
        check(&shared, "B", Err(Unmatched::Ambiguous));
        check(&shared, "3", Err(Unmatched::Ambiguous));
        check(&[(Table, "B/2", "b"), (Table, "C/2", "c")], "2", Err(Unmatched::Ambiguous));
        check(&[(Table, "B/2", "b"), (Table, "C/2", "c")], "C 2", Ok("c"));
        // One landlord's list came, and the table knows that the other is there too.
        let half = [(Landlord, "", "a"), (Table, "1", "a"), (Table, "2", "b")];
        check(&half, "", Err(Unmatched::NeedsHall));
        check(&half, "2", Ok("b"));
        check(&half, "3", Err(Unmatched::Ambiguous));
        // It was sold: the landlord's list of the year is believed first.
        let sold = [(Landlord, "", "a"), (Table, "1", "b"), (Table, "2", "b")];
        check(&sold, "", Ok("a"));
        check(&sold, "1", Ok("a"));
        // Each list knows one hall.
        let apart = [(Landlord, "1", "a"), (Table, "2", "b")];
        check(&apart, "", Err(Unmatched::NeedsHall));
        check(&apart, "1", Ok("a"));
        check(&apart, "2", Ok("b"));
        check(&apart, "3", Err(Unmatched::Ambiguous));
        // Two say that the whole is theirs.
        let both = [(Landlord, "", "a"), (Landlord, "", "b")];
        check(&both, "", Err(Unmatched::NeedsHall));
        check(&both, "1", Err(Unmatched::Ambiguous));
        check(&[both[0], both[1], (Table, "1", "b"), (Table, "2", "a")], "1", Ok("b"));
    }

    #[test]
    fn rows_of_whom_nobody_reads_are_told() {
        let buildings = buildings(&[(Source::Table, "", "a")]);
        let place = |address: &str| Place { address: address.parse().unwrap(), hall: String::new() };
        let (here, away) = (place("12 rue des Lilas, 93200 X"), place("12 rue des Lilas, 93210 X"));
        let mut split = buildings.split([None, Some(&here), Some(&away), Some(&here)]);
        assert_eq!(split.for_landlord.values().collect::<Vec<_>>(), [&vec![1, 3]]);
        assert_eq!(split.unmatched, [(0, Unmatched::NoAddress), (2, Unmatched::Unknown)]);
        split.keep(|_| false);
        assert!(split.for_landlord.is_empty());
        let whys: Vec<_> = split.unmatched.iter().map(|(row, why)| (*row, why.code())).collect();
        assert_eq!(whys, [(0, "no-address"), (1, "no-reader"), (2, "unknown"), (3, "no-reader")]);
    }
}
