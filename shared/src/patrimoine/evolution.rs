//! How buildings move from quarter to quarter: problem by problem between two, and each by the worst of its lines over all.

use super::{Line, Quarter, worst};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a problem of a building between two quarters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Its level rose by so many.
    Up(u8),
    /// It was not in the table before.
    New,
    /// The level is the same.
    Same,
    /// Its level fell by so many.
    Down(u8),
    /// It is not in the table any more.
    Gone,
    /// It is not in the table, where nothing is in it of its landlord: nobody has said anything of it.
    Unsaid,
}

/// One problem of one building between two quarters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its line, of the newer table where it is in both.
    pub line: Line,
    /// The level before, and after.
    pub levels: (Option<u8>, Option<u8>),
    /// What became of it.
    pub change: Change,
}

/// One building over all quarters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Course {
    /// Its worst line in the newest table that has it.
    pub line: Line,
    /// Its level in each quarter of [`History::quarters`]; none where no table has it.
    pub levels: Vec<Option<u8>>,
}

/// The tables of several quarters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    tables: BTreeMap<Quarter, Vec<Line>>,
}

/// The most quarters that are shown side by side: what Pli keeps, three years at most, has twelve, and a table that
/// claims another century does not make a hundred columns.
const QUARTERS_MAX: usize = 12;

impl Change {
    /// What `--json` and the catalogues call it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Up(_) => "up",
            Self::New => "new",
            Self::Same => "same",
            Self::Down(_) => "down",
            Self::Gone => "gone",
            Self::Unsaid => "unsaid",
        }
    }

    /// What gets worse stands first, and what stays last.
    fn order(self) -> (u8, Reverse<u8>) {
        match self {
            Self::Up(by) => (0, Reverse(by)),
            Self::New => (1, Reverse(0)),
            Self::Down(by) => (2, Reverse(by)),
            Self::Gone => (3, Reverse(0)),
            Self::Unsaid => (4, Reverse(0)),
            Self::Same => (5, Reverse(0)),
        }
    }
}

/// What became of every building between two tables, problem by problem: what rose first, what stayed last. Where one
/// problem gets worse, that another one of the same building is worse still hides nothing.
#[must_use]
pub fn diff(before: &[Line], after: &[Line]) -> Vec<Step> {
    let (old, new) = (by_problem(before), by_problem(after));
    let landlords: BTreeSet<_> = after.iter().map(|line| &line.landlord).collect();
    let problems: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let step = |problem: &&String| {
        let (before, after) = (old.get(*problem).copied(), new.get(*problem).copied());
        let change = match (before, after) {
            (Some(before), Some(after)) if after.level > before.level => {
                Change::Up(after.level - before.level)
            }
            (Some(before), Some(after)) if after.level < before.level => {
                Change::Down(before.level - after.level)
            }
            (Some(_), Some(_)) => Change::Same,
            (None, _) => Change::New,
            (Some(before), None) if landlords.contains(&before.landlord) => Change::Gone,
            (Some(_), None) => Change::Unsaid,
        };
        let levels = (before.map(|line| line.level), after.map(|line| line.level));
        Some(Step { line: after.or(before)?.clone(), levels, change })
    };
    let mut steps: Vec<_> = problems.iter().filter_map(step).collect();
    steps.sort_by_cached_key(|step| (step.change.order(), step.line.rank()));
    steps
}

/// Each problem of each building; of two lines that say the same, the worse.
fn by_problem(lines: &[Line]) -> BTreeMap<String, &Line> {
    let mut ranked: Vec<_> = lines.iter().collect();
    ranked.sort_by_cached_key(|line| Reverse(line.rank()));
    ranked.into_iter().map(|line| (line.sameness(), line)).collect()
}

impl History {
    /// Adds the table of a quarter, in place of one that was there.
    pub fn add(&mut self, quarter: Quarter, lines: Vec<Line>) {
        self.tables.insert(quarter, lines);
    }

    /// The table of a quarter.
    #[must_use]
    pub fn table(&self, quarter: Quarter) -> Option<&[Line]> {
        self.tables.get(&quarter).map(Vec::as_slice)
    }

    /// The newest quarter of which there is a table.
    #[must_use]
    pub fn newest(&self) -> Option<Quarter> {
        self.tables.keys().next_back().copied()
    }

    /// Every quarter that has a table, oldest first.
    pub fn known(&self) -> impl Iterator<Item = Quarter> + '_ {
        self.tables.keys().copied()
    }

    /// The quarters up to one of them, without a gap in the calendar, oldest first; those without a table, too.
    #[must_use]
    pub fn quarters(&self, until: Quarter) -> Vec<Quarter> {
        let Some(first) = self.known().next() else { return Vec::new() };
        let back = std::iter::successors(Some(until), |quarter| Some(quarter.previous()));
        let mut quarters: Vec<_> = back.take_while(|quarter| *quarter >= first).take(QUARTERS_MAX).collect();
        quarters.dedup();
        // Those before the first table of this stretch say nothing.
        while quarters.last().is_some_and(|quarter| !self.tables.contains_key(quarter)) {
            quarters.pop();
        }
        quarters.reverse();
        quarters
    }

    /// Every building of the quarters up to one of them: as that quarter ranks them, and then those that are not in its
    /// table.
    #[must_use]
    pub fn courses(&self, until: Quarter) -> Vec<Course> {
        let quarters = self.quarters(until);
        let mut courses: BTreeMap<String, Course> = BTreeMap::new();
        for (place, lines) in quarters.iter().map(|quarter| self.table(*quarter)).enumerate() {
            for line in worst(lines.unwrap_or_default()) {
                let course = courses
                    .entry(line.building.sameness())
                    .or_insert_with(|| Course { line: line.clone(), levels: vec![None; quarters.len()] });
                course.line = line.clone();
                if let Some(level) = course.levels.get_mut(place) {
                    *level = Some(line.level);
                }
            }
        }
        let mut courses: Vec<_> = courses.into_values().collect();
        let is_gone = |course: &Course| course.levels.last().is_none_or(Option::is_none);
        courses.sort_by_cached_key(|course| (is_gone(course), course.line.rank()));
        courses
    }
}
