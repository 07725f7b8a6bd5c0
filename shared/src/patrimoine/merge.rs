//! From the landlords' letters of one quarter to the one table.
//!
//! The newest letter of a landlord counts and the older ones are named: two versions are never mixed. A building has a
//! line for each thing that is wrong there. What is said twice of one, by one landlord or two, stands in the table once, as
//! the worse of the two, and the other line is shown beside it. What the last quarter had and this one has not is named;
//! nothing is carried over.

use super::{Line, worst};
use crate::ids::{MessageId, OrganisationId};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What one landlord sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The landlord: the organisation of whoever sent it, as their card says.
    pub landlord: OrganisationId,
    /// The letter.
    pub message: MessageId,
    /// When it was deposited.
    pub deposited: Timestamp,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A letter, as the table names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version {
    /// The landlord.
    pub landlord: OrganisationId,
    /// When it was deposited.
    pub deposited: Timestamp,
    /// The letter.
    pub message: MessageId,
    /// How many lines it has.
    pub lines: usize,
}

/// The same thing of one building, said twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duplicate {
    /// The line that is in the table.
    pub kept: Line,
    /// The one that is not.
    pub left_out: Line,
}

/// The one table of a quarter, and everything that is to be said beside it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// The table, by level, then trend.
    pub lines: Vec<Line>,
    /// The letters it is made of, one a landlord.
    pub counted: Vec<Version>,
    /// The letters that a newer one of the same landlord replaces.
    pub replaced: Vec<Version>,
    /// What was said twice.
    pub duplicates: Vec<Duplicate>,
    /// Buildings of the last quarter that are missing now, of landlords who did send, each by its worst line.
    pub gaps: Vec<Line>,
    /// The same, of landlords who sent nothing.
    pub unsaid: Vec<Line>,
    /// Landlords of whom something is expected and nothing has come.
    pub late: Vec<OrganisationId>,
}

impl Merged {
    /// How many landlords the table has to wait for: those who sent, and those who are late.
    #[must_use]
    pub fn expected(&self) -> usize {
        self.counted.len().saturating_add(self.late.len())
    }
}

/// Merges what the landlords of a quarter sent. `before` is the table of the quarter before, where it is known.
#[must_use]
pub fn merge(letters: &[Letter], expected: &[OrganisationId], before: &[Line]) -> Merged {
    let mut merged = Merged::default();
    let mut known = BTreeSet::new();
    let mut newest: BTreeMap<&OrganisationId, Vec<&Letter>> = BTreeMap::new();
    for letter in letters.iter().filter(|letter| known.insert(letter.message)) {
        newest.entry(&letter.landlord).or_default().push(letter);
    }
    let mut lines = Vec::new();
    for of_one in newest.values_mut() {
        of_one.sort_by_key(|letter| (letter.deposited, letter.message));
        let Some(counted) = of_one.pop() else { continue };
        merged.counted.push(version(counted));
        merged.replaced.extend(of_one.iter().rev().map(|letter| version(letter)));
        lines.extend(counted.lines.iter().cloned());
    }
    lines.sort_by_cached_key(Line::rank);
    let mut places = BTreeMap::new();
    for line in lines {
        match places.get(&line.sameness()).and_then(|place: &usize| merged.lines.get(*place)) {
            Some(kept) => {
                let kept = kept.clone();
                merged.duplicates.push(Duplicate { kept, left_out: line });
            }
            None => {
                places.insert(line.sameness(), merged.lines.len());
                merged.lines.push(line);
            }
        }
    }
    let buildings: BTreeSet<_> = merged.lines.iter().map(|line| line.building.sameness()).collect();
    let missing = worst(before).into_iter().filter(|line| !buildings.contains(&line.building.sameness()));
    let has_sent = |line: &Line| newest.contains_key(&line.landlord);
    (merged.gaps, merged.unsaid) = missing.cloned().partition(has_sent);
    let late: BTreeSet<_> = expected.iter().filter(|landlord| !newest.contains_key(landlord)).collect();
    merged.late = late.into_iter().cloned().collect();
    merged
}

fn version(letter: &Letter) -> Version {
    let Letter { landlord, message, deposited, lines } = letter;
    Version { landlord: landlord.clone(), message: *message, deposited: *deposited, lines: lines.len() }
}
