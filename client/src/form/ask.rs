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
    let mut typed = Typed::default();
    for place in 0..flow.fields.len() {
        one(flow, lists, place, &mut typed, show)?;
    }
    let Some(table) = &flow.table else { return Some(typed) };
    for line in 1.. {
        show.aside("form-row", &[("line", line.to_string().into())]);
        let mut cells = Vec::new();
        for (place, column) in table.columns.iter().enumerate() {
            let text = show.ask_for(&label(column))?;
            // The first one left empty ends the table.
            if place == 0 && text.trim().is_empty() {
                return Some(typed);
            }
            cells.push((column.name.to_string(), text));
        }
        typed.rows.push(TypedRow { line, cells });
        if let Err(faults) =
            check(flow, lists, &Typed { fields: typed.fields.clone(), rows: typed.rows.clone() })
        {
            let of_row: Vec<_> = faults.into_iter().filter(|fault| fault.line == Some(line)).collect();
            if !of_row.is_empty() {
                say(flow, of_row, show);
                typed.rows.pop();
            }
        }
    }
    Some(typed)
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
    for item in field.options(lists) {
        show.quote(&format!("  {} : {}", item.code, item.title));
    }
    loop {
        let mut lines = vec![show.ask_for(&label(field))?];
        // A text goes on until an empty line.
        while field.kind == FieldKind::Text && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(show.ask_for("  ")?);
        }
        let text = lines.join("\n").trim().to_owned();
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
