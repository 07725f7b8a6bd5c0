//! One field of a form as HTML: its label, its help, what was filled in, and what is wrong with it beside it.

use crate::ui::House;
use crate::ui::pages::filled::Filled;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::nomenclature::{Field, FieldKind, Lists};

/// What is wrong, field by field.
#[derive(Default)]
pub(super) struct Wrong(Vec<(Option<u64>, String, String)>);

impl Wrong {
    /// As a script reads it.
    pub(super) fn of(faults: &Json) -> Self {
        let faults = faults.as_array().map_or(&[][..], Vec::as_slice).iter().map(|fault| {
            let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
            (fault["line"].as_u64(), text("field"), text("message"))
        });
        Self(faults.collect())
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// What is wrong with a field, or with a cell.
    fn at<'a>(&'a self, line: Option<u64>, field: &'a str) -> impl Iterator<Item = &'a str> {
        let here = move |fault: &&(Option<u64>, String, String)| fault.0 == line && fault.1 == field;
        self.0.iter().filter(here).map(|(.., message)| message.as_str())
    }

    /// What is wrong with neither.
    pub(super) fn elsewhere(&self, names: &[&str], lines: &[u64]) -> Vec<&str> {
        let is_shown = |(line, field, _): &&(Option<u64>, String, String)| {
            names.contains(&field.as_str()) && line.is_none_or(|line| lines.contains(&line))
        };
        self.0.iter().filter(|fault| !is_shown(fault)).map(|(.., message)| message.as_str()).collect()
    }
}

/// What every field needs to know.
pub(super) struct Around<'a> {
    pub(super) house: &'a House,
    pub(super) lists: &'a Lists,
    pub(super) filled: &'a Filled,
    pub(super) wrong: &'a Wrong,
}

/// A field with its label above; as often as it was filled, and once more where it may be.
pub(super) fn field(around: &Around<'_>, field: &Field) -> Markup {
    let name = format!("champ.{}", field.name);
    let mut values: Vec<_> = around.filled.all(&name).filter(|value| !value.trim().is_empty()).collect();
    if values.is_empty() || field.several {
        values.push("");
    }
    let faults: Vec<_> = around.wrong.at(None, field.name.as_str()).collect();
    let (help, fault) = (format!("aide-{name}"), format!("faute-{name}"));
    let example = example(field.kind);
    let has_help = !field.help.is_empty() || example.is_some();
    let beside = Beside::of([(has_help, &help), (!faults.is_empty(), &fault)], !faults.is_empty());
    let beside = Beside { required: field.required.then_some("true"), ..beside };
    let condition = field.when.as_ref().map(|when| format!("champ.{}", when.field));
    let is = field.when.as_ref().map(|when| when.is.join(" "));
    html! {
        @for (number, value) in values.iter().enumerate() {
            @let id = format!("{name}-{number}");
            div.field.faulty[!faults.is_empty()] data-when=[condition.as_ref()] data-is=[is.as_ref()] {
                label for=(id) {
                    (field.label)
                    @if field.required { " " span.required { (around.house.say("page-required", &[])) } }
                }
                @if has_help && number == 0 { span.help id=(help) { (field.help) " " @if let Some(example) = example { (around.house.say("page-example", &[("example", example.into())])) } } }
                (control(around, field, (&name, &id), value, &beside))
                @if !faults.is_empty() && number == 0 { span.fault id=(fault) { (faults.join(" ")) } }
            }
        }
    }
}

/// A cell of the table, without a label of its own: the column has it.
pub(super) fn cell(around: &Around<'_>, column: &Field, line: u32, cells: &[(String, String)]) -> Markup {
    let name = format!("ligne.{line}.{}", column.name);
    let value = cells.iter().find(|(known, _)| known == column.name.as_str()).map_or("", |(_, value)| value);
    let faults: Vec<_> = around.wrong.at(Some(line.into()), column.name.as_str()).collect();
    let fault = format!("faute-{name}");
    let beside = Beside::of([(!faults.is_empty(), &fault)], !faults.is_empty());
    html! {
        td.field.faulty[!faults.is_empty()] data-label=(column.label) {
            (control(around, column, (&name, &name), value, &beside))
            @if !faults.is_empty() { span.fault id=(fault) { (faults.join(" ")) } }
        }
    }
}

/// How something is written of which there are several ways.
pub(super) fn example(kind: FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::Person => Some("NOM Prénom, 1990"),
        FieldKind::Address => Some("12 rue des Lilas, 93200 Saint-Denis"),
        _ => None,
    }
}

/// What is read out with a field: its help, what is wrong with it, and whether it has to be filled in. The browser does not
/// insist on that: a field may depend on another one, and what is wrong is said of all of them together.
struct Beside {
    described: Option<String>,
    invalid: Option<&'static str>,
    required: Option<&'static str>,
}

impl Beside {
    fn of<const N: usize>(texts: [(bool, &String); N], is_wrong: bool) -> Self {
        let ids: Vec<_> =
            texts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, id)| id.as_str()).collect();
        let described = Some(ids.join(" ")).filter(|ids| !ids.is_empty());
        Self { described, invalid: is_wrong.then_some("true"), required: None }
    }
}

fn control(
    around: &Around<'_>,
    field: &Field,
    (name, id): (&str, &str),
    value: &str,
    beside: &Beside,
) -> Markup {
    let Beside { described, invalid, required } = beside;
    let label = name.starts_with("ligne.").then_some(&field.label);
    let input = |kind: &str, mode: Option<&str>| {
        html! {
            input type=(kind) name=(name) id=(id) value=(value) inputmode=[mode] autocomplete="off"
                aria-label=[label] aria-describedby=[described] aria-invalid=[invalid] aria-required=[required] min=[field.min.filter(|_| kind == "number")] max=[field.max.filter(|_| kind == "number")];
        }
    };
    match field.kind {
        FieldKind::Text => html! {
            textarea name=(name) id=(id) aria-label=[label] aria-describedby=[described] aria-invalid=[invalid] aria-required=[required] maxlength=[field.max] { (value) }
        },
        FieldKind::Choice | FieldKind::YesNo => {
            let yes_no = [("oui".to_owned(), "form-yes"), ("non".to_owned(), "form-no")]
                .map(|(code, id)| (code, around.house.say(id, &[])));
            let listed =
                field.options(around.lists).iter().map(|item| (item.code.clone(), item.title.clone()));
            let options: Vec<_> =
                if field.kind == FieldKind::YesNo { yes_no.into() } else { listed.collect() };
            html! {
                select name=(name) id=(id) aria-label=[label] aria-describedby=[described] aria-invalid=[invalid] aria-required=[required] {
                    option value="" { }
                    @for (code, title) in options { option value=(code) selected[code == value] { (title) } }
                }
            }
        }
        FieldKind::Date => input("date", None),
        FieldKind::Time => input("time", None),
        FieldKind::Number => input("number", Some("numeric")),
        FieldKind::Telephone => input("tel", Some("tel")),
        FieldKind::Email => input("email", Some("email")),
        FieldKind::Person
        | FieldKind::Address
        | FieldKind::Line
        | FieldKind::Organisation
        | FieldKind::Position
        | FieldKind::Secret => input("text", None),
    }
}
