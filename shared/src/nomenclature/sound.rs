//! Whether a nomenclature contradicts itself.
//!
//! Asked wherever one is read: before it is signed, before it is published, and by every client. Nothing of
//! another nomenclature is known here, so that what is sound once stays so.

use super::{Class, Due, Ends, Field, FieldKind, Flow, InvalidNomenclature, KindRules, Nomenclature};
use crate::ids::{FieldName, FlowCode, Role};
use crate::limits::VISA_BYTES_MAX;
use std::collections::BTreeSet;

type Sound = Result<(), InvalidNomenclature>;

pub(super) fn check(rules: &Nomenclature) -> Sound {
    rules.kinds.values().try_for_each(|kind| group_kind(kind, rules))?;
    visas(rules)?;
    lists(rules)?;
    law(rules)?;
    rules.flows.iter().try_for_each(|(code, flow)| {
        one(flow, rules)
            .and_then(|()| form(flow, rules))
            .and_then(|()| deadline(flow, rules))
            .map_err(|what| InvalidNomenclature::Flow { flow: code.clone(), what })
    })?;
    let twice = rules.refused.keys().find(|code| rules.flows.contains_key(*code));
    twice.map_or(Ok(()), |code| wrong(code.as_str(), "is a flow, and refused"))
}

fn wrong(name: &str, what: &'static str) -> Sound {
    Err(InvalidNomenclature::Entry { name: name.to_owned(), what })
}

fn group_kind(kind: &KindRules, rules: &Nomenclature) -> Sound {
    let wrong = |what| Err(InvalidNomenclature::Kind(what));
    if kind.president.is_empty() || kind.coordinator.is_empty() || kind.members.is_empty() {
        return wrong("names no president, no coordinator or no member");
    }
    let joins = |role: &Role| kind.members.contains(role) || kind.named.contains(role);
    if !kind.president.iter().chain(&kind.coordinator).chain(&kind.local).all(joins) {
        return wrong("a function leads it, or is local, and does not join");
    }
    if kind.members.iter().chain(&kind.named).any(|role| role.as_str() == Role::AUD) {
        return wrong("a reviewer of the log opens no content");
    }
    if kind.members.iter().chain(&kind.named).any(|role| !rules.roles.contains_key(role)) {
        return wrong("names a function that is not on the list of functions");
    }
    Ok(())
}

fn visas(rules: &Nomenclature) -> Sound {
    let is_none = |visa: &String| {
        visa.len() > VISA_BYTES_MAX || visa.trim().is_empty() || visa.chars().any(char::is_control)
    };
    if rules.retention.values().filter_map(|retention| retention.visa.as_ref()).any(is_none) {
        return Err(InvalidNomenclature::Retention("the reference of a visa is a line, and not empty"));
    }
    Ok(())
}

fn lists(rules: &Nomenclature) -> Sound {
    for (name, items) in &rules.lists {
        let codes: BTreeSet<_> = items.iter().map(|item| &item.code).collect();
        if items.is_empty() || codes.len() < items.len() {
            return wrong(name, "a list is empty, or names something twice");
        }
    }
    if rules.actions.first().is_some_and(|first| first.awaits) {
        return wrong("actions", "what is expected unless somebody says so asks for nothing");
    }
    Ok(())
}

fn law(rules: &Nomenclature) -> Sound {
    let is_day =
        |day: &Option<String>| day.as_ref().is_none_or(|day| day.parse::<jiff::civil::Date>().is_ok());
    for (name, law) in &rules.law {
        if !is_day(&law.from)
            || !is_day(&law.until)
            || law.until.as_ref().is_some_and(|until| law.from.as_ref() > Some(until))
        {
            return wrong(name, "holds from a day until a later one, as 2021-11-27");
        }
    }
    Ok(())
}

fn one(flow: &Flow, rules: &Nomenclature) -> Result<(), &'static str> {
    if flow.from.is_empty() || flow.to.is_empty() || flow.groups.is_empty() {
        return Err("names no sender, no recipient or no kind of group");
    }
    let allowed = |role: &Role| rules.roles.get(role).and_then(|role| role.class_max) >= Some(flow.class);
    let gate = flow.gate.iter().map(|gate| &gate.by);
    if !flow.from.iter().chain(&flow.to).chain(gate).all(allowed) {
        return Err("names a function that is not on the list, or may not hold what is so sensitive");
    }
    if flow.closed.iter().any(|role| !flow.to.contains(role)) {
        return Err("its closed list names who may not receive it");
    }
    if flow.retention_days == 0 || flow.retention_days > flow.retention_days_max {
        return Err("the default retention is zero or over the ceiling");
    }
    let retention = rules.retention.get(&flow.retention).ok_or("is of a retention class without rules")?;
    if flow.retention_days_max.max(flow.extension_days_max.unwrap_or_default()) > retention.days_max {
        return Err("the ceiling is over that of its retention class");
    }
    if flow.extension_days_max.is_some_and(|days| days <= flow.retention_days_max) {
        return Err("an extension leads beyond the ceiling");
    }
    if flow.gate.as_ref().is_some_and(|gate| gate.days == 0 || flow.extension_days_max.is_some()) {
        return Err("what needs an agreement has days to decide, and is not extended");
    }
    if flow.gate.is_some() && rules.rejections.is_empty() {
        return Err("what needs an agreement can be refused, for a reason that stands on a list");
    }
    if flow.class >= Class::N2 && flow.reasons.is_empty() {
        return Err("a reason must be asked from class N2 on");
    }
    if flow.reasons.iter().any(|reason| rules.reason(reason).is_none()) {
        return Err("names a reason that is not on the list");
    }
    if flow.action.as_ref().is_some_and(|code| !rules.actions.iter().any(|action| action.code == *code)) {
        return Err("expects an action that is not on the list");
    }
    if flow.referents && flow.to.len() < 2 {
        return Err("two référents have two functions");
    }
    if flow.answers.iter().any(|code| !rules.flows.contains_key(code)) {
        return Err("answers a flow that is none");
    }
    if flow.law.iter().any(|name| !rules.law.contains_key(name)) {
        return Err("rests on a text that is not on the list");
    }
    let kinds: Vec<_> = flow.groups.iter().map(|kind| rules.kinds.get(kind)).collect();
    if kinds.iter().any(Option::is_none) {
        return Err("travels in a kind of group without rules");
    }
    if flow.class >= Class::N2 && kinds.into_iter().flatten().any(|rules| !rules.charter) {
        return Err("nominative information in a group without a charter");
    }
    Ok(())
}

fn form(flow: &Flow, rules: &Nomenclature) -> Result<(), &'static str> {
    fields(&flow.fields, rules)?;
    if let Some(table) = &flow.table {
        fields(&table.columns, rules)?;
        if table.columns.is_empty() || table.columns.iter().any(|column| column.several) {
            return Err("a table has columns, and one value in each");
        }
    }
    if flow.class < Class::N2 && flow.all_fields().any(|field| field.kind == FieldKind::Person) {
        return Err("names a person concerned below class N2");
    }
    let place = |name: &FieldName| {
        flow.all_fields().any(|field| field.name == *name && field.kind == FieldKind::Address)
    };
    if !flow.place.iter().all(place) {
        return Err("its place is no field of an address");
    }
    Ok(())
}

fn fields(fields: &[Field], rules: &Nomenclature) -> Result<(), &'static str> {
    for (index, field) in fields.iter().enumerate() {
        let before = &fields[..index];
        if before.iter().any(|other| other.name == field.name) {
            return Err("has two fields of one name");
        }
        if (field.kind == FieldKind::Choice) == field.options(&rules.lists).is_empty() {
            return Err("a choice, and nothing else, has a list");
        }
        if field.min.zip(field.max).is_some_and(|(min, max)| min > max) {
            return Err("a field's least number is over its greatest");
        }
        let is_day = |name: &FieldName| {
            before.iter().any(|other| other.name == *name && other.kind == FieldKind::Date && !other.several)
        };
        if field.not_before.as_ref().is_some_and(|name| field.kind != FieldKind::Date || !is_day(name)) {
            return Err("a day is not before another one that comes earlier in the form");
        }
        if let Some(condition) = &field.when {
            let asked = before.iter().find(|other| other.name == condition.field);
            let asked = asked.ok_or("a field depends on one that comes later or not at all")?;
            let says = |value: &String| match asked.kind {
                FieldKind::YesNo => value == "oui" || value == "non",
                FieldKind::Choice => asked.options(&rules.lists).iter().any(|item| item.code == *value),
                _ => false,
            };
            if condition.is.is_empty() || !condition.is.iter().all(says) {
                return Err("a field depends on what another cannot say");
            }
        }
    }
    Ok(())
}

fn deadline(flow: &Flow, rules: &Nomenclature) -> Result<(), &'static str> {
    let is_asked = |name: &FieldName| {
        let is_always = |field: &Field| field.required && field.when.is_none() && !field.several;
        let is_day = |field: &Field| field.name == *name && field.kind == FieldKind::Date;
        flow.fields.iter().any(|field| is_day(field) && is_always(field))
    };
    if matches!(&flow.ends, Some(Ends::Field { field, .. }) if !is_asked(field)) {
        return Err("ends after a day that its form does not ask for");
    }
    let is_year = |name: &FieldName| {
        let is_one =
            |field: &Field| field.kind == FieldKind::Number && field.when.is_none() && !field.several;
        flow.fields.iter().any(|field| field.name == *name && is_one(field))
    };
    if matches!(&flow.ends, Some(Ends::Year { field }) if !is_year(field)) {
        return Err("ends after a year that its form has no number for");
    }
    match &flow.due {
        Some(Due::Answered { flow: code, .. }) if !answers(flow, code, rules) => {
            Err("is due after a flow that it does not answer")
        }
        Some(Due::Field { field, .. }) if !is_asked(field) => {
            Err("is due after a day that its form does not ask for")
        }
        _ => Ok(()),
    }
}

fn answers(flow: &Flow, code: &FlowCode, rules: &Nomenclature) -> bool {
    flow.answers.contains(code) && rules.flows.contains_key(code)
}
