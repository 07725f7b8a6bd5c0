//! The flows of the table, found in the nomenclature: landlords to who merges, who merges to the secretariat, the
//! secretariat to a closed list.

use super::line::column;
use crate::ids::{FlowCode, Role};
use crate::nomenclature::{Flow, Nomenclature};

/// One of the three.
#[derive(Clone, Copy, Debug)]
pub struct Route<'a> {
    /// Its code.
    pub code: &'a FlowCode,
    /// Its rules.
    pub flow: &'a Flow,
}

/// The three flows, in the order in which the table travels.
#[derive(Clone, Copy, Debug)]
pub struct Flows<'a> {
    /// What landlords send.
    pub lines: Route<'a>,
    /// The merged table.
    pub table: Route<'a>,
    /// The same, to its closed list.
    pub transmission: Route<'a>,
}

impl<'a> Flows<'a> {
    /// Finds them. All have the columns of the table; the last one has a closed list, and who sends it is whom the
    /// one before it goes to.
    #[must_use]
    pub fn of(rules: &'a Nomenclature) -> Option<Self> {
        let flows =
            || rules.flows.iter().map(|(code, flow)| Route { code, flow }).filter(|one| has_lines(one.flow));
        let before = |next: Route<'a>| {
            let goes_there = move |one: &Route<'a>| meet(&one.flow.to, &next.flow.from);
            flows().find(|one| one.code != next.code && one.flow.closed.is_empty() && goes_there(one))
        };
        let transmission = flows().find(|one| !one.flow.closed.is_empty())?;
        let table = before(transmission)?;
        Some(Self { lines: before(table)?, table, transmission })
    }

    /// The one with this code.
    #[must_use]
    pub fn route(&self, code: &FlowCode) -> Option<Route<'a>> {
        [self.lines, self.table, self.transmission].into_iter().find(|one| one.code == code)
    }

    /// The one that this function sends on, once what is before it has come.
    #[must_use]
    pub fn sent_on_by(&self, function: &Role) -> Option<Route<'a>> {
        [self.table, self.transmission].into_iter().find(|one| one.flow.from.contains(function))
    }
}

fn meet(to: &[Role], from: &[Role]) -> bool {
    to.iter().any(|role| from.contains(role))
}

/// Whether its table has what every line has.
fn has_lines(flow: &Flow) -> bool {
    let columns = flow.table.iter().flat_map(|table| &table.columns);
    let names: Vec<_> = columns.map(|column| column.name.as_str()).collect();
    [column::ADDRESS, column::LEVEL, column::TREND].iter().all(|name| names.contains(name))
}
