//! One line of the table: a building, what is wrong there, how difficult it is, and where that is going.
//!
//! A line is read from a row of a form that [`stands`](crate::form::stands), by the names of the flow's columns, and is
//! written again into the columns of another flow. What no rule here asks of it goes along as it is.

use crate::form::{Address, plain};
use crate::ids::OrganisationId;
use crate::nomenclature::Flow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The names of the columns that the rules of the table ask for. What they are called before people, of which type they
/// are and what may stand in them is the nomenclature's.
pub mod column {
    /// The landlord: in what landlords themselves send, whoever sent it.
    pub const LANDLORD: &str = "bailleur";
    /// The address.
    pub const ADDRESS: &str = "adresse";
    /// Which building of the address.
    pub const BUILDING: &str = "batiment";
    /// Which hall of the building.
    pub const HALL: &str = "hall";
    /// What is wrong there: a building has a line for each.
    pub const PROBLEM: &str = "problematique";
    /// How difficult, from 1 to 5.
    pub const LEVEL: &str = "niveau";
    /// Where that is going.
    pub const TREND: &str = "tendance";
    /// The place on the map.
    pub const POSITION: &str = "position";
}

/// A building, or one hall of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Building {
    /// Its postal address.
    pub address: Address,
    /// Which building of that address, as it was typed; empty where there is one.
    pub name: String,
    /// Which hall, as it was typed; empty where all of it is meant.
    pub hall: String,
}

/// Where the level is going. In the order of the table: what gets worse stands first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Trend {
    /// It gets worse.
    Rising,
    /// It stays.
    Stable,
    /// It gets better.
    Falling,
}

/// A place on the map, in millionths of a degree: a tenth of a metre.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// To the north, from -90 000 000 to 90 000 000.
    pub north: i32,
    /// To the east, from -180 000 000 to 180 000 000.
    pub east: i32,
}

/// One line of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Whose building it is.
    pub landlord: OrganisationId,
    /// Which one.
    pub building: Building,
    /// What is wrong there, by its code; empty where the flow does not ask.
    pub problem: String,
    /// How difficult it is, from 1 to 5.
    pub level: u8,
    /// Where that is going.
    pub trend: Trend,
    /// Where it stands, if that was said.
    pub position: Option<Position>,
    /// Every value of it by the name of its column, as it stood; empty ones are left out.
    pub values: Vec<(String, String)>,
}

impl Trend {
    /// What the closed list of the nomenclature calls it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Rising => "hausse",
            Self::Stable => "stable",
            Self::Falling => "baisse",
        }
    }

    fn of(code: &str) -> Option<Self> {
        [Self::Rising, Self::Stable, Self::Falling].into_iter().find(|trend| trend.code() == code)
    }
}

impl Position {
    /// Reads `48.936100,2.357400`, as forms keep it.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (north, east) = text.split_once(',')?;
        let position = Self { north: millionths(north)?, east: millionths(east)? };
        let is_on_earth =
            position.north.unsigned_abs() <= 90_000_000 && position.east.unsigned_abs() <= 180_000_000;
        is_on_earth.then_some(position)
    }
}

/// Degrees with six digits behind the point.
fn millionths(text: &str) -> Option<i32> {
    let (whole, part) = text.split_once('.')?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() != 6 || !is_digits(part) || !is_digits(whole.strip_prefix('-').unwrap_or(whole)) {
        return None;
    }
    format!("{whole}{part}").parse().ok()
}

impl Building {
    /// What two spellings of one building share.
    #[must_use]
    pub fn sameness(&self) -> String {
        let name = without(&plain(&self.name), &["batiment", "bat", "bt", "immeuble", "tour"]);
        let hall = without(&plain(&self.hall), &["hall", "escalier", "esc", "entree"]);
        format!("{}|{name}|{hall}", self.address.sameness())
    }

    /// Its place in lists: by commune, street and number, numbers as numbers.
    #[must_use]
    pub fn order(&self) -> impl Ord + use<> {
        let street = plain(&self.address.street);
        let number: String = street.chars().take_while(char::is_ascii_digit).collect();
        let name = street.strip_prefix(&number).unwrap_or(&street).trim_start().to_owned();
        let number: u64 = number.parse().unwrap_or(0);
        (self.address.code.clone(), name, number, natural(&self.name), natural(&self.hall))
    }
}

/// A word that says what is named anyway: `Bât. B` and `B` are one building.
fn without(text: &str, words: &[&str]) -> String {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    if words.contains(&first) && !rest.is_empty() { rest.to_owned() } else { text.to_owned() }
}

/// `hall 2` before `hall 10`.
fn natural(text: &str) -> Vec<(u64, String)> {
    plain(text).split(' ').map(|word| (word.parse().unwrap_or(u64::MAX), word.to_owned())).collect()
}

impl Line {
    /// Reads a row of the flow; nothing where it lacks what every line has. `writer` is the organisation of whoever sent
    /// it: the landlord, where the flow has no column for that.
    #[must_use]
    pub fn of(flow: &Flow, row: &[String], writer: Option<&OrganisationId>) -> Option<Self> {
        let columns = &flow.table.as_ref()?.columns;
        let values: Vec<_> = columns
            .iter()
            .zip(row)
            .filter(|(_, value)| !value.is_empty())
            .map(|(column, value)| (column.name.to_string(), value.clone()))
            .collect();
        let value = |name: &str| found(&values, name);
        let has_landlord = columns.iter().any(|column| column.name.as_str() == column::LANDLORD);
        let landlord = if has_landlord { value(column::LANDLORD)?.parse().ok()? } else { writer?.clone() };
        let building = Building {
            address: value(column::ADDRESS)?.parse().ok()?,
            name: value(column::BUILDING).unwrap_or_default().to_owned(),
            hall: value(column::HALL).unwrap_or_default().to_owned(),
        };
        let level = value(column::LEVEL)?.parse().ok().filter(|level| (1..=5).contains(level))?;
        let trend = Trend::of(value(column::TREND)?)?;
        let position = value(column::POSITION).and_then(Position::of);
        let problem = value(column::PROBLEM).unwrap_or_default().to_owned();
        Some(Self { landlord, building, problem, level, trend, position, values })
    }

    /// The same line as a row of another flow, column by column; what that flow does not ask for stays behind.
    #[must_use]
    pub fn row(&self, flow: &Flow) -> Vec<String> {
        let value = |name: &str| match name {
            column::LANDLORD => self.landlord.to_string(),
            _ => self.value(name).unwrap_or_default().to_owned(),
        };
        flow.table.iter().flat_map(|table| &table.columns).map(|column| value(column.name.as_str())).collect()
    }

    /// What two lines share that say the same thing of one building.
    #[must_use]
    pub fn sameness(&self) -> String {
        format!("{}|{}", self.building.sameness(), self.problem)
    }

    /// What stands in a column.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        found(&self.values, name)
    }

    /// Its place in the table: by level, then by trend, then by building; of two of one building, by all that they say,
    /// so that the order is one whoever merges.
    #[must_use]
    pub fn rank(&self) -> impl Ord + use<> {
        let said = (self.problem.clone(), self.landlord.clone(), self.building.clone(), self.values.clone());
        (Reverse(self.level), self.trend, self.building.order(), said)
    }
}

/// The worst line of each building, in the order of the table.
#[must_use]
pub fn worst(lines: &[Line]) -> Vec<&Line> {
    let mut ranked: Vec<_> = lines.iter().collect();
    ranked.sort_by_cached_key(|line| line.rank());
    let mut known = BTreeSet::new();
    ranked.retain(|line| known.insert(line.building.sameness()));
    ranked
}

fn found<'a>(values: &'a [(String, String)], name: &str) -> Option<&'a str> {
    values.iter().find(|(column, _)| column == name).map(|(_, value)| value.as_str())
}
