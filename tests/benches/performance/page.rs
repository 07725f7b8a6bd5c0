//! The numbers of a run, and the page that is made of them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- numbers: begin -->";
const END: &str = "<!-- numbers: end -->";

/// What was measured, in the order in which it came.
#[derive(Default)]
pub(crate) struct Page(Vec<Number>);

struct Number {
    section: &'static str,
    what: String,
    unit: &'static str,
    wanted: Wanted,
    runs: Vec<f64>,
}

/// How a number should be.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    /// A number that others are compared with.
    Nothing,
    /// The more the better.
    AtLeast(f64),
    /// The less the better.
    AtMost(f64),
}

impl Page {
    /// One more run of a number.
    pub(crate) fn add(
        &mut self,
        section: &'static str,
        what: &str,
        unit: &'static str,
        wanted: Wanted,
        run: f64,
    ) {
        println!("  {what}: {run:.3} {unit}");
        let known = self.0.iter_mut().find(|number| number.section == section && number.what == what);
        match known {
            Some(number) => number.runs.push(run),
            None => self.0.push(Number { section, what: what.to_owned(), unit, wanted, runs: vec![run] }),
        }
    }

    pub(crate) fn print(&self) {
        println!("{}", self.tables());
    }

    /// Puts the tables into `docs/performance.md`, between its two marks.
    pub(crate) fn write(&self, rounds: usize) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
        let page = fs::read_to_string(&path).unwrap();
        let (before, rest) = page.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        fs::write(path, format!("{before}{BEGIN}\n\nRounds: {rounds}.\n{}\n{END}{after}", self.tables()))
            .unwrap();
    }

    fn tables(&self) -> String {
        let mut text = format!("\n{}\n", self.plot());
        for section in self.sections() {
            let _ = write!(
                text,
                "\n### {section}\n\n| | median | lowest – highest | wanted | |\n|---|--:|--:|--:|---|\n"
            );
            for number in self.0.iter().filter(|number| number.section == section) {
                let _ = writeln!(text, "{}", number.row());
            }
        }
        text
    }

    /// In the order in which they came.
    fn sections(&self) -> Vec<&'static str> {
        let mut sections: Vec<&str> = Vec::new();
        for number in &self.0 {
            if !sections.contains(&number.section) {
                sections.push(number.section);
            }
        }
        sections
    }

    /// Every number that has a limit, as a part of it.
    fn plot(&self) -> String {
        let mut bars: Vec<(usize, f64)> = Vec::new();
        let mut names = String::new();
        for number in &self.0 {
            let (_, median, _) = number.spread();
            let share = match number.wanted {
                Wanted::Nothing => continue,
                Wanted::AtLeast(limit) => median / limit,
                Wanted::AtMost(limit) => limit / median,
            };
            bars.push((bars.len() + 1, share));
            let _ = writeln!(names, "{}. {}, {}", bars.len(), number.section, number.what);
        }
        let highest = bars.iter().map(|(_, share)| *share).fold(1.0, f64::max).min(4.0);
        let list = |all: Vec<String>| all.join(", ");
        let axis = list(bars.iter().map(|(number, _)| number.to_string()).collect());
        let heights = list(bars.iter().map(|(_, share)| format!("{:.2}", share.min(highest))).collect());
        let line = list(bars.iter().map(|_| "1".to_owned()).collect());
        format!(
            "```mermaid\nxychart-beta\n    title \"How far each number reaches what is wanted (1 is reached)\"\n    \
             x-axis [{axis}]\n    y-axis 0 --> {highest:.1}\n    bar [{heights}]\n    line [{line}]\n```\n\n{names}"
        )
    }
}

impl Number {
    fn row(&self) -> String {
        let (low, median, high) = self.spread();
        let (wanted, verdict) = match self.wanted {
            Wanted::Nothing => (String::new(), ""),
            Wanted::AtLeast(limit) => (format!("≥ {}", shown(limit)), verdict(median >= limit)),
            Wanted::AtMost(limit) => (format!("≤ {}", shown(limit)), verdict(median <= limit)),
        };
        let (low, median, high) = (shown(low), shown(median), shown(high));
        format!("| {} | {median} {} | {low} – {high} | {wanted} | {verdict} |", self.what, self.unit)
    }

    fn spread(&self) -> (f64, f64, f64) {
        let mut runs = self.runs.clone();
        runs.sort_by(f64::total_cmp);
        (runs[0], runs[runs.len() / 2], runs[runs.len() - 1])
    }
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "**not reached**" }
}

/// Three digits that count.
fn shown(number: f64) -> String {
    match number.abs() {
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// The value at a share of what was measured, such as 0.99.
pub(crate) fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let place = (times.len() - 1) as f64 * share;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = place.round() as usize;
    times[place]
}
