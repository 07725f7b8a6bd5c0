//! The shared table of art. 4: what landlords say of their buildings each quarter, merged into one table by how difficult
//! they are, and how that moves from quarter to quarter.
//!
//! Lines come from the forms of opened letters and go into the form of the next one. Which flows these are is found in
//! the nomenclature by their columns and by who sends to whom ([`Flows`]): no code of a flow stands here. Nothing is
//! guessed: what is said twice, what is missing and who is late is named beside the table, and never mended in it.

mod evolution;
mod flows;
mod line;
mod merge;
mod quarter;

pub use evolution::{Change, Course, History, Step, diff};
pub use flows::{Flows, Route};
pub use line::{Building, Line, Position, Trend, column, worst};
pub use merge::{Duplicate, Letter, Merged, Version, merge};
pub use quarter::{NotAQuarter, Quarter};

#[cfg(test)]
mod tests;
