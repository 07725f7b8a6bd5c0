//! The shared table of art. 4, on this side: what this device holds of it, files, pictures and the page.
//!
//! What is merged, ranked and compared is decided in [`shared::patrimoine`]. Here it is read from working copies, so that
//! neither showing nor comparing asks the relay for anything or leaves a record: the letters are of class N0.

pub mod charts;
mod file;
mod held;
mod page;
pub(crate) mod tables;
mod versions;

pub use file::{csv, template};
pub use held::{Aside, Held, Source, Table, held};
pub(crate) use held::{QUARTER, VERSION};
pub(crate) use page::source;
pub use page::{Of, page};
pub use versions::{next_version, remember_version};

use jiff::Span;
use jiff::civil::Date;
use shared::nomenclature::{Due, Nomenclature};
use shared::patrimoine::{Flows, Line, Quarter, column};

/// The quarter whose table is made on a day: the last one that is over.
#[must_use]
pub fn closed_quarter(flows: &Flows<'_>, today: Date) -> Quarter {
    let period = flows.table.flow.due.as_ref().and_then(|due| due.counts_for(today));
    period.map_or_else(|| Quarter::of(today).previous(), |period| Quarter::of(period.first()))
}

/// The quarter for which landlords send lines on a day: the one that runs, and the one before until its table is due.
#[must_use]
pub fn gathered_quarter(flows: &Flows<'_>, today: Date) -> Quarter {
    let days = match flows.table.flow.due {
        Some(Due::Period { days, .. }) => i64::from(days),
        _ => 0,
    };
    Quarter::of(Span::new().try_days(days).map_or(today, |days| today.saturating_sub(days)))
}

/// What is wrong with a building, as the nomenclature calls it.
pub fn titled(rules: &Nomenclature) -> impl Fn(&Line) -> String + '_ {
    let table = Flows::of(rules).and_then(|flows| flows.table.flow.table.as_ref());
    let column = table.and_then(|table| {
        let columns = &table.columns;
        columns.iter().find(|column| column.name.as_str() == column::PROBLEM)
    });
    let options = column.map(|column| column.options(&rules.lists)).unwrap_or_default();
    move |line| {
        let named = options.iter().find(|item| item.code == line.problem);
        named.map_or_else(|| line.problem.clone(), |item| item.title.clone())
    }
}

#[cfg(test)]
mod tests;
