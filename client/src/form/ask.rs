//! A form at the terminal: one question a field, and what is wrong said where it was typed.

use crate::faults::Faults;
use crate::show::Show;
use shared::form::{Form, Typed, TypedRow, check};
use shared::nomenclature::{Field, FieldKind, Flow, Lists};

/// Asks for each field of a flow, and for the rows of its table until one is left empty; nothing where nobody can be
/// asked, or whoever sits there leaves.
#[must_use]
pub fn ask(flow: &Flow, lists: &Lists, show: &Show) -> Option<Typed> {
    show.quote(&flow.title);
    show.quote(&flow.purpose);
    show.aside("form-legend", &[]);
    let mut typed = Typed::default();
    for place in 0..flow.fields.len() {
        one(flow, lists, place, &mut typed, show)?;
    }
    let Some(table) = &flow.table else { return Some(typed) };
    for line in 1.. {
        show.aside("form-row", &[("line", line.to_string().into())]);
        let mut cells = Vec::new();
        for (place, column) in table.columns.iter().enumerate() {
            if line == 1 {
                say_options(column, lists, show);
            }
            let text = show.ask_for(&label(column))?;
            // The first one left empty ends the table.
            if place == 0 && text.trim().is_empty() {
                return Some(typed);
            }
            cells.push((column.name.to_string(), chosen(column, lists, text)));
        }
        typed.rows.push(TypedRow { line, cells });
        mend(flow, lists, &mut typed, show)?;
    }
    Some(typed)
}

/// Asks again for the cells of the last row that are not what is asked for, and for them alone. A row whose first cell is
/// left empty then is left out.
fn mend(flow: &Flow, lists: &Lists, typed: &mut Typed, show: &Show) -> Option<()> {
    let Some(table) = &flow.table else { return Some(()) };
    loop {
        let line = typed.rows.last().map(|row| row.line);
        let checked = check(flow, lists, &Typed { fields: typed.fields.clone(), rows: typed.rows.clone() });
        let faults = checked.err().unwrap_or_default();
        let of_row: Vec<_> =
            faults.into_iter().filter(|fault| fault.line.is_some() && fault.line == line).collect();
        if of_row.is_empty() {
            return Some(());
        }
        say(flow, of_row.clone(), show);
        for (place, column) in table.columns.iter().enumerate() {
            let name = column.name.as_str();
            if !of_row.iter().any(|fault| fault.field == name) {
                continue;
            }
            let text = chosen(column, lists, show.ask_for(&label(column))?);
            if place == 0 && text.trim().is_empty() {
                typed.rows.pop();
                return Some(());
            }
            let cells = typed.rows.last_mut().map(|row| &mut row.cells);
            if let Some((_, cell)) = cells.into_iter().flatten().find(|(cell, _)| cell == name) {
                *cell = text;
            }
        }
    }
}

/// One of a list may be typed by its place, as it was shown.
fn chosen(field: &Field, lists: &Lists, text: String) -> String {
    let options = field.options(lists);
    let is_code = options.iter().any(|item| item.code == text.trim());
    let place = text.trim().parse::<usize>().ok().filter(|_| !is_code);
    let option = place.and_then(|place| options.get(place.checked_sub(1)?));
    option.map_or(text, |item| item.code.clone())
}

/// The options of a field, each with its place.
fn say_options(field: &Field, lists: &Lists, show: &Show) {
    for (place, item) in (1_usize..).zip(field.options(lists)) {
        show.quote(&format!("  {place}. {} : {}", item.code, item.title));
    }
}

/// One field, again until it is what is asked for.
fn one(flow: &Flow, lists: &Lists, place: usize, typed: &mut Typed, show: &Show) -> Option<()> {
    let field = flow.fields.get(place)?;
    if !is_asked(flow, lists, field, typed) {
        return Some(());
    }
    if !field.help.is_empty() {
        show.quote(&format!("  {}", field.help));
    }
    say_options(field, lists, show);
    loop {
        let mut lines = vec![show.ask_for(&label(field))?];
        // A text goes on until an empty line.
        while field.kind == FieldKind::Text && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(show.ask_for("  ")?);
        }
        let text = chosen(field, lists, lines.join("\n").trim().to_owned());
        if text.is_empty() && !field.required {
            return Some(());
        }
        let is_filled = !text.is_empty();
        typed.fields.push((field.name.to_string(), text));
        let name = field.name.as_str();
        let faults: Vec<_> = match check(flow, lists, typed) {
            Ok(_) => Vec::new(),
            Err(faults) => {
                faults.into_iter().filter(|fault| fault.line.is_none() && fault.field == name).collect()
            }
        };
        if faults.is_empty() {
            if !(field.several && is_filled) {
                return Some(());
            }
            continue;
        }
        say(flow, faults, show);
        typed.fields.pop();
    }
}

/// Whether a field is asked for, as the others were answered.
fn is_asked(flow: &Flow, lists: &Lists, field: &Field, typed: &Typed) -> bool {
    let Some(condition) = &field.when else { return true };
    // In the one spelling of what was typed, of those before it alone.
    let before = Flow {
        fields: flow.fields.iter().take_while(|other| other.name != field.name).cloned().collect(),
        table: None,
        ..flow.clone()
    };
    let form: Option<Form> =
        check(&before, lists, &Typed { fields: typed.fields.clone(), rows: Vec::new() }).ok();
    form.as_ref()
        .and_then(|form| form.field(condition.field.as_str()))
        .is_some_and(|value| condition.is.iter().any(|one| one == value))
}

fn label(field: &Field) -> String {
    format!("{}{}", field.label, if field.required { " *" } else { "" })
}

fn say(flow: &Flow, faults: Vec<shared::form::Fault>, show: &Show) {
    Faults::of(flow, faults).lines(&show.words).iter().for_each(|line| show.quote(line));
}
