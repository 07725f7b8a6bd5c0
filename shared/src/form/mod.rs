//! A form: what was typed into the fields of a flow, and what is wrong with it.
//!
//! The fields are data of the nomenclature. Writers' clients check what was typed and keep each value in one
//! spelling; readers' clients ask the same of what they opened ([`stands`]), so that nobody has to trust the program of
//! whoever wrote. What is wrong is said field by field and row by row, all of it at once, and without the text.

mod address;
mod given_names;
mod impersonal;
mod value;

pub use address::{Address, NotAnAddress, plain};
pub use impersonal::names_somebody;
pub use value::Wrong;

use crate::ceilings::before_twenty_five;
use crate::ids::FieldName;
use crate::limits::{FORM_FIELDS_MAX, FORM_ROWS_MAX};
use crate::log::persons::Person;
use crate::nomenclature::{Class, Condition, Ends, Field, FieldKind, Flow, Lists};
use crate::time::Timestamp;
use jiff::civil::{Date, date};

/// What was typed: fields by name, and rows by the names of their columns.
#[derive(Clone, Default)]
pub struct Typed {
    /// Name and text of each field, as often as it was filled.
    pub fields: Vec<(String, String)>,
    /// The rows of the table.
    pub rows: Vec<TypedRow>,
}

/// One row as it was typed.
#[derive(Clone, Default)]
pub struct TypedRow {
    /// Its line in the file it comes from, counted from 1, as its writer finds it there.
    pub line: u32,
    /// Column and text.
    pub cells: Vec<(String, String)>,
}

/// A form whose every value is what its field asks for. Only [`check`] and [`stands`] make one.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    rows: Vec<Vec<String>>,
}

/// What is wrong, and where. Carries nothing of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The line of the row, where it is in the table.
    pub line: Option<u32>,
    /// The field's name, or that which is no field.
    pub field: String,
    /// What is wrong.
    pub wrong: Wrong,
}

impl Form {
    /// The fields by name, in the order of the form; what may be filled more than once, as often.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The rows, each with a text for every column of the flow, empty where nothing was filled.
    #[must_use]
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// What a field says.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether nothing was filled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.rows.is_empty()
    }

    /// Every text of it, for who screens it: field by field, and row by row.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        let fields = self.fields.iter().map(|(_, value)| value.clone());
        fields.chain(self.rows.iter().map(|row| row.join(" ; ")))
    }

    /// The persons concerned that it names.
    #[must_use]
    pub fn persons(&self, flow: &Flow) -> Vec<Person> {
        let is_person = |name: &str| {
            flow.fields.iter().any(|field| field.name.as_str() == name && field.kind == FieldKind::Person)
        };
        let named = self.fields.iter().filter(|(name, _)| is_person(name)).map(|(_, value)| value);
        let columns = flow.table.iter().flat_map(|table| table.columns.iter().enumerate());
        let columns = columns.filter(|(_, column)| column.kind == FieldKind::Person).map(|(place, _)| place);
        let in_rows = columns.flat_map(|place| self.rows.iter().filter_map(move |row| row.get(place)));
        named.chain(in_rows).filter_map(|text| text.parse().ok()).collect()
    }

    /// The addresses at the place of the flow: that of the field, or of each row.
    #[must_use]
    pub fn places(&self, flow: &Flow) -> Vec<Address> {
        let Some(place) = &flow.place else { return Vec::new() };
        let field = self.fields.iter().filter(|(name, _)| name == place.as_str()).map(|(_, value)| value);
        let column = column(flow, place);
        let rows = self.rows.iter().filter_map(|row| row.get(column?));
        field.chain(rows).filter_map(|text| text.parse().ok()).collect()
    }
}

/// When what was filled has to be destroyed at the latest, whatever the flow allows: with the person whom it is about
/// turning twenty-five (CNIL AU-038, art. 4), or on a day that the flow names.
#[must_use]
pub fn latest_end(flow: &Flow, form: &Form, now: Timestamp) -> Option<Timestamp> {
    let born = form.persons(flow).into_iter().filter_map(|person| person.born());
    let grown = born.map(|year| before_twenty_five(date(year, 1, 1)));
    // Whoever is older than that is no child whose follow-up ends.
    let grown = grown.filter(|ends| *ends > now);
    let ends = flow.ends.as_ref().and_then(|ends| ends.latest(now, form.field(ends.field().as_str())));
    grown.chain(ends).min()
}

/// The day after which nothing of a flow is left, where it is over when somebody writes.
#[must_use]
pub fn ended(flow: &Flow, form: &Form, now: Timestamp) -> Option<Fault> {
    let Some(ends @ Ends::Field { field, days }) = &flow.ends else { return None };
    let is_over = ends.latest(now, form.field(field.as_str())).is_some_and(|latest| latest <= now);
    let wrong = Wrong::Ended { days: u64::from(*days) };
    is_over.then(|| Fault { line: None, field: field.to_string(), wrong })
}

/// The place of a column in the rows of a flow.
#[must_use]
pub fn column(flow: &Flow, name: &FieldName) -> Option<usize> {
    flow.table.as_ref()?.columns.iter().position(|column| column.name == *name)
}

/// What was typed, in one spelling; or everything that is wrong with it.
///
/// # Errors
/// Every [`Fault`], in the order of the form.
pub fn check(flow: &Flow, lists: &Lists, typed: &Typed) -> Result<Form, Vec<Fault>> {
    let mut faults = Vec::new();
    if typed.fields.len() > FORM_FIELDS_MAX {
        faults.push(Fault {
            line: None,
            field: String::new(),
            wrong: Wrong::TooMany { max: FORM_FIELDS_MAX as u64 },
        });
        return Err(faults);
    }
    if typed.rows.len() > FORM_ROWS_MAX {
        faults.push(Fault {
            line: None,
            field: String::new(),
            wrong: Wrong::TooMany { max: FORM_ROWS_MAX as u64 },
        });
        return Err(faults);
    }
    let checker = Checker { lists, is_impersonal: flow.class == Class::N0 };
    let fields = checker.fields(&flow.fields, &typed.fields, None, &mut faults);
    faults.extend(beyond_the_end(flow, &fields));
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let mut rows = Vec::new();
    for row in &typed.rows {
        let filled = checker.fields(columns, &row.cells, Some(row.line), &mut faults);
        let value = |column: &Field| filled.iter().find(|(name, _)| name == column.name.as_str());
        rows.push(
            columns
                .iter()
                .map(|column| value(column).map(|(_, value)| value.clone()).unwrap_or_default())
                .collect(),
        );
    }
    if flow.table.as_ref().is_some_and(|table| table.required) && rows.is_empty() {
        faults.push(Fault { line: None, field: String::new(), wrong: Wrong::NoRows });
    }
    if faults.is_empty() { Ok(Form { fields, rows }) } else { Err(faults) }
}

/// Whether what stands in a letter is a form of its flow, every value in its one spelling.
///
/// # Errors
/// Every [`Fault`].
pub fn stands(
    flow: &Flow,
    lists: &Lists,
    fields: &[(String, String)],
    rows: &[Vec<String>],
) -> Result<Form, Vec<Fault>> {
    // What may be sent without a form may be sent without any of it.
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let other = |line| Fault { line, field: String::new(), wrong: Wrong::Unknown };
    let mut typed = Typed { fields: fields.to_vec(), rows: Vec::new() };
    for (line, row) in (1..).zip(rows) {
        if row.len() != columns.len() {
            return Err(vec![other(Some(line))]);
        }
        let cells = columns.iter().zip(row).filter(|(_, value)| !value.is_empty());
        let cells = cells.map(|(column, value)| (column.name.to_string(), value.clone())).collect();
        typed.rows.push(TypedRow { line, cells });
    }
    let form = check(flow, lists, &typed)?;
    if form.fields == fields && form.rows == rows { Ok(form) } else { Err(vec![other(None)]) }
}

/// The days beyond the end of a list of a year. What stands in rows is about something else than the list.
fn beyond_the_end(flow: &Flow, filled: &[(String, String)]) -> Vec<Fault> {
    let said = |name: &str| filled.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let last = flow.ends.as_ref().and_then(|ends| ends.last_day(said(ends.field().as_str())));
    let Some(last) = last else { return Vec::new() };
    let days = flow.fields.iter().filter(|field| field.kind == FieldKind::Date);
    let beyond = days.filter(|field| {
        said(field.name.as_str()).and_then(|day| day.parse::<Date>().ok()).is_some_and(|day| day > last)
    });
    beyond
        .map(|field| Fault { line: None, field: field.name.to_string(), wrong: Wrong::Beyond { last } })
        .collect()
}

struct Checker<'a> {
    lists: &'a Lists,
    /// Whether nobody may be named in it (class N0).
    is_impersonal: bool,
}

impl Checker<'_> {
    /// The fields that were filled, in the order of the form.
    fn fields(
        &self,
        fields: &[Field],
        typed: &[(String, String)],
        line: Option<u32>,
        faults: &mut Vec<Fault>,
    ) -> Vec<(String, String)> {
        let mut fault = |field: &str, wrong| faults.push(Fault { line, field: field.to_owned(), wrong });
        for (name, text) in typed {
            if !text.trim().is_empty() && !fields.iter().any(|field| field.name.as_str() == name) {
                fault(name, Wrong::Unknown);
            }
        }
        let mut filled: Vec<(String, String)> = Vec::new();
        for field in fields {
            let name = field.name.as_str();
            let texts: Vec<_> =
                typed.iter().filter(|(typed, text)| typed == name && !text.trim().is_empty()).collect();
            if !field.when.as_ref().is_none_or(|condition| holds(condition, &filled)) {
                if !texts.is_empty() {
                    fault(name, Wrong::NotAsked);
                }
                continue;
            }
            if texts.is_empty() && field.required {
                fault(name, Wrong::Missing);
            }
            if texts.len() > 1 && !field.several {
                fault(name, Wrong::Twice);
                continue;
            }
            for (_, text) in texts {
                match self.value(field, text) {
                    // Days are kept so that they are in order as texts.
                    Ok(value)
                        if field
                            .not_before
                            .as_ref()
                            .is_some_and(|first| is_before(&value, first, &filled)) =>
                    {
                        let other = field.not_before.as_ref().map(ToString::to_string).unwrap_or_default();
                        fault(name, Wrong::Before { other });
                    }
                    Ok(value) => filled.push((name.to_owned(), value)),
                    Err(wrong) => fault(name, wrong),
                }
            }
        }
        filled
    }

    fn value(&self, field: &Field, text: &str) -> Result<String, Wrong> {
        let value = value::canonical(field, self.lists, text)?;
        if self.is_impersonal && field.is_free() && names_somebody(&value) {
            return Err(Wrong::NamesSomebody);
        }
        Ok(value)
    }
}

fn is_before(day: &str, first: &FieldName, filled: &[(String, String)]) -> bool {
    filled.iter().any(|(name, value)| name == first.as_str() && day < value.as_str())
}

fn holds(condition: &Condition, filled: &[(String, String)]) -> bool {
    filled.iter().any(|(name, value)| name == condition.field.as_str() && condition.is.contains(value))
}

/// Shows nothing of what was filled.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} fields, {} rows)", self.fields.len(), self.rows.len())
    }
}

#[cfg(test)]
mod tests;
