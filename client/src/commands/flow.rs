//! `pli flow`: shows the nomenclature, checks one, and brings the next version under both signatures.

use super::authority::office;
use super::old_passphrase;
use crate::authority::rules::{Next, NomenclatureText};
use crate::authority::{Half, Office, RootFolder};
use crate::cli::{Common, Contact, Flow as Typed};
use crate::failure::{Failure, Unverified};
use crate::nomenclature::{last_in_force, parsed};
use crate::show::{Show, visible};
use crate::trust;
use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::deadlines::calendar::later;
use shared::ids::{FieldName, FlowCode, Role};
use shared::nomenclature::{Cadence, Class, Due, Ends, Field, FieldKind, Flow, Nomenclature};
use std::path::Path;
use std::slice;

pub(super) async fn run(command: Typed, common: &Common, show: &Show) -> Result<(), Failure> {
    let at_hand = || last_in_force(super::home(common).ok().as_ref());
    match command {
        Typed::List => {
            list(&at_hand()?, show);
            Ok(())
        }
        Typed::Show { code } => {
            let rules = at_hand()?;
            let flow = super::form::flow(&rules, &code)?;
            let object = json!({"code": code.as_str(), "flow": json_of(flow, &rules)});
            show.result(&object, |words| described(&code, flow, &rules, words));
            Ok(())
        }
        Typed::Check { file } => {
            let rules = parsed(&text(&file)?)?;
            let object = json!({"file": file, "valid": true, "flows": rules.flows.len(), "refused": rules.refused.len()});
            show.result(&object, |words| {
                let arguments =
                    [("file", file.display().to_string().into()), ("count", rules.flows.len().into())];
                vec![words.say("flow-valid", &arguments)]
            });
            Ok(())
        }
        Typed::Draft { contact, file, out } => draft(&contact, &file, &out, common, show).await,
        Typed::Publish { contact, file } => {
            let next = Next::<NomenclatureText>::read(&file)?;
            let mut office = office(Half::Authority, &contact, common, show).await?;
            trust::publish(&mut office.session, next.statement()).await?;
            office.session.close();
            let object = json!({"version": next.version(), "state": "published"});
            show.result(&object, |words| {
                vec![words.say("flow-published", &[("version", next.version().into())])]
            });
            Ok(())
        }
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::usage("flow-file", error.kind()))
}

fn list(rules: &Nomenclature, show: &Show) {
    let flow = |(code, flow): (&FlowCode, &Flow)| json!({"code": code.as_str(), "article": flow.article, "title": flow.title, "class": flow.class});
    let flows: Vec<_> = rules.flows.iter().map(flow).collect();
    let refused: Vec<_> = rules
        .refused
        .iter()
        .map(|(code, refused)| {
            json!({"code": code.as_str(), "article": refused.article, "title": refused.title,
                "because": refused.because, "channel": refused.channel})
        })
        .collect();
    let articles: Vec<_> = rules
        .articles
        .iter()
        .map(|(number, article)| json!({"article": number, "because": article.because, "rule": article.rule}))
        .collect();
    show.result(&json!({"flows": flows, "refused": refused, "articles": articles}), |words| {
        let mut lines: Vec<_> = rules
            .flows
            .iter()
            .map(|(code, flow)| {
                format!("{code:<5} art. {:<3} {:?}  {}", flow.article, flow.class, flow.title)
            })
            .collect();
        lines.extend([String::new(), words.say("flow-refused", &[])]);
        lines.extend(rules.refused.iter().map(|(code, refused)| {
            format!(
                "{code:<5} art. {:<3} {} : {} → {}",
                refused.article, refused.title, refused.because, refused.channel
            )
        }));
        lines.extend([String::new(), words.say("flow-articles", &[])]);
        lines.extend(rules.articles.iter().map(|(number, article)| {
            format!("art. {number} : {} {}", article.because, article.rule).trim().to_owned()
        }));
        lines.iter().map(|line| visible(line)).collect()
    });
}

fn json_of(flow: &Flow, rules: &Nomenclature) -> Json {
    let field = |field: &Field| {
        let options: Vec<_> = field
            .options(&rules.lists)
            .iter()
            .map(|item| json!({"code": item.code, "title": item.title}))
            .collect();
        let when = field.when.as_ref().map(|when| json!({"field": when.field.as_str(), "is": when.is}));
        json!({"name": field.name.as_str(), "label": field.label, "type": format!("{:?}", field.kind).to_lowercase(),
            "required": field.required, "several": field.several, "list": field.list, "options": options,
            "min": field.min, "max": field.max, "when": when, "masked": field.kind == FieldKind::Secret,
            "not_before": field.not_before.as_ref().map(FieldName::as_str), "help": field.help})
    };
    let roles = |roles: &[Role]| roles.iter().map(|role| role.as_str().to_owned()).collect::<Vec<_>>();
    let due = flow.due.as_ref().map(|due| match due {
        Due::Period { every, days, remind } => {
            json!({"from": "period", "every": format!("{every:?}").to_lowercase(), "days": days, "remind": remind})
        }
        Due::Answered { flow, hours } => json!({"from": "answered", "flow": flow.as_str(), "hours": hours}),
        Due::Field { field, days, remind, court, closes } => json!({
            "from": "field", "field": field.as_str(), "days": days, "remind": remind, "court": court,
            "closes": closes,
        }),
    });
    let ends = flow.ends.as_ref().map(|ends| match ends {
        Ends::Year { field } => json!({"from": "year", "field": field.as_str()}),
        Ends::Field { field, days } => json!({"from": "field", "field": field.as_str(), "days": days}),
    });
    json!({
        "article": flow.article, "title": flow.title, "purpose": flow.purpose, "class": flow.class,
        "from": roles(&flow.from), "to": roles(&flow.to), "closed": roles(&flow.closed),
        "groups": flow.groups, "retention": flow.retention.as_str(), "days": flow.retention_days,
        "days_max": flow.retention_days_max, "extension_days_max": flow.extension_days_max, "ends": ends,
        "gate": flow.gate.as_ref().map(|gate| gate.by.as_str()),
        "reasons": flow.reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>(),
        "answers": flow.answers.iter().map(FlowCode::as_str).collect::<Vec<_>>(),
        "expects": flow.action, "due": due, "law": flow.law,
        "fields": flow.fields.iter().map(field).collect::<Vec<_>>(),
        "columns": flow.table.iter().flat_map(|table| &table.columns).map(field).collect::<Vec<_>>(),
    })
}

/// A list as it is read: what stands in it may have commas of its own.
fn joined(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join(" ; ")
}

/// A flow line by line. What it says is in French, the language of the convention.
fn described(code: &FlowCode, flow: &Flow, rules: &Nomenclature, words: &Words) -> Vec<String> {
    let roles = |roles: &[Role]| {
        let title =
            |role: &Role| rules.roles.get(role).map_or_else(|| role.to_string(), |role| role.title.clone());
        joined(roles.iter().map(title))
    };
    let kinds = flow.groups.iter().filter_map(|kind| rules.kinds.get(kind)).map(|kind| kind.title.clone());
    let gate = flow.gate.as_ref().map(|gate| {
        let arguments = [("by", roles(slice::from_ref(&gate.by)).into()), ("days", gate.days.into())];
        words.say("flow-gate", &arguments)
    });
    let law = flow.law.iter().filter_map(|name| rules.law.get(name)).map(|law| law.title.clone());
    let reasons = flow.reasons.iter().filter_map(|code| rules.reason(code));
    let titled = |code: &FlowCode| {
        rules.flow(code).map_or_else(|| code.to_string(), |flow| format!("{code} ({})", flow.title))
    };
    let said = [
        ("flow-purpose", flow.purpose.clone()),
        ("flow-from", roles(&flow.from)),
        ("flow-to", roles(&flow.to)),
        ("flow-closed", roles(&flow.closed)),
        ("flow-groups", joined(kinds)),
        ("flow-class", words.say(class_id(flow.class), &[])),
        ("flow-retention", said_retention(flow, words)),
        ("flow-ends", flow.ends.as_ref().map(|ends| said_ends(ends, flow, words)).unwrap_or_default()),
        ("flow-agreement", gate.unwrap_or_default()),
        ("flow-due", flow.due.as_ref().map(|due| said_due(due, flow, words)).unwrap_or_default()),
        ("flow-answers", joined(flow.answers.iter().map(titled))),
        ("flow-reasons", joined(reasons.map(|reason| format!("{} ({})", reason.title, reason.code)))),
        ("flow-expects", said_expected(flow, rules)),
        (
            "flow-outcomes",
            joined(rules.outcomes.iter().map(|outcome| format!("{} ({})", outcome.title, outcome.code))),
        ),
        ("flow-law", joined(law)),
    ];
    let heading = format!("{code} : {} (art. {})", flow.title, flow.article);
    let said = said.into_iter().filter(|(_, text)| !text.is_empty());
    let mut lines: Vec<_> =
        [heading].into_iter().chain(said.map(|(id, text)| words.say(id, &[("text", text.into())]))).collect();
    let described = |field: &Field| described_field(field, flow, rules, words);
    if !flow.fields.is_empty() {
        lines.extend([String::new(), words.say("flow-fields", &[])]);
        lines.extend(flow.fields.iter().map(described));
    }
    if let Some(table) = &flow.table {
        lines.extend([String::new(), words.say("flow-table", &[])]);
        lines.extend(table.columns.iter().map(described));
    }
    lines.iter().map(|line| visible(line)).collect()
}

fn class_id(class: Class) -> &'static str {
    match class {
        Class::N0 => "flow-class-n0",
        Class::N1 => "flow-class-n1",
        Class::N2 => "flow-class-n2",
        Class::N3 => "flow-class-n3",
        Class::N4 => "flow-class-n4",
    }
}

fn said_retention(flow: &Flow, words: &Words) -> String {
    let kept = [("days", flow.retention_days.into()), ("most", flow.retention_days_max.into())];
    let is_one = flow.retention_days == flow.retention_days_max;
    words.say(if is_one { "flow-days-only" } else { "flow-days" }, &kept)
}

fn said_ends(ends: &Ends, flow: &Flow, words: &Words) -> String {
    let field = ("field", label(ends.field(), flow).into());
    match ends {
        Ends::Year { .. } => words.say("flow-ends-year", &[field]),
        Ends::Field { days, .. } => words.say("flow-ends-field", &[field, ("days", (*days).into())]),
    }
}

/// What is expected of its readers: first what is, where its writer says nothing.
fn said_expected(flow: &Flow, rules: &Nomenclature) -> String {
    let is_usual = |code: &String| {
        flow.action
            .as_ref()
            .map_or(rules.actions.first().is_some_and(|first| first.code == *code), |usual| usual == code)
    };
    let (usual, others): (Vec<_>, Vec<_>) = rules.actions.iter().partition(|action| is_usual(&action.code));
    joined(usual.into_iter().chain(others).map(|action| format!("{} ({})", action.title, action.code)))
}

fn label(name: &FieldName, flow: &Flow) -> String {
    let field = flow.all_fields().find(|field| field.name == *name);
    field.map_or_else(|| name.to_string(), |field| field.label.clone())
}

fn described_field(field: &Field, flow: &Flow, rules: &Nomenclature, words: &Words) -> String {
    let id = if field.required { "flow-field-required" } else { "flow-field" };
    let mut line =
        words.say(id, &[("label", field.label.clone().into()), ("name", field.name.to_string().into())]);
    if field.kind == FieldKind::Secret {
        line.push_str(&words.say("flow-field-masked", &[]));
    }
    if field.several {
        line.push_str(&words.say("flow-field-several", &[]));
    }
    if let Some(when) = &field.when {
        let asked = flow.all_fields().find(|other| other.name == when.field);
        let title = |code: &String| {
            let item =
                asked.and_then(|other| other.options(&rules.lists).iter().find(|item| item.code == *code));
            item.map_or_else(|| code.clone(), |item| item.title.clone())
        };
        let values =
            [("field", label(&when.field, flow).into()), ("is", joined(when.is.iter().map(title)).into())];
        line.push_str(&words.say("flow-field-when", &values));
    }
    let options = field.options(&rules.lists).iter().map(|item| format!("{} : {}", item.code, item.title));
    let options = joined(options);
    let options = if options.is_empty() { String::new() } else { format!(" [{options}]") };
    let help = if field.help.is_empty() { String::new() } else { format!(". {}", field.help) };
    format!("  {line}{options}{help}")
}

fn said_due(due: &Due, flow: &Flow, words: &Words) -> String {
    match due {
        Due::Period { every: Cadence::Year, days, .. } => {
            // Of any year: the day after its last one on which it is due.
            let day = later(jiff::civil::date(2026, 12, 31), *days).strftime("%d/%m").to_string();
            words.say("flow-due-year", &[("date", day.into())])
        }
        Due::Period { every, days, .. } => {
            let id = match every {
                Cadence::Week => "flow-due-week",
                Cadence::Month => "flow-due-month",
                Cadence::Quarter | Cadence::Year => "flow-due-quarter",
            };
            words.say(id, &[("days", (*days).into())])
        }
        Due::Answered { flow, hours } => {
            let flow = ("flow", flow.to_string().into());
            // Two days are said as hours: that is how they are counted.
            match hours.checked_div(24).filter(|days| *days > 2 && hours % 24 == 0) {
                Some(days) => words.say("flow-due-answered-days", &[("days", days.into()), flow]),
                None => words.say("flow-due-answered", &[("hours", (*hours).into()), flow]),
            }
        }
        Due::Field { field, days, .. } => {
            words.say("flow-due-field", &[("days", (*days).into()), ("field", label(field, flow).into())])
        }
    }
}

async fn draft(
    contact: &Contact,
    file: &Path,
    out: &Path,
    common: &Common,
    show: &Show,
) -> Result<(), Failure> {
    let text = text(file)?;
    parsed(&text)?;
    let mut office = office(Half::Authority, contact, common, show).await?;
    let before = in_force(&mut office).await?;
    let now = office.session.now();
    let folder = RootFolder::open(&contact.root.dir, Half::Authority, &old_passphrase(common, show)?)?;
    let next = Next::draft(&folder, NomenclatureText(text), before, &office.directory, now);
    office.session.close();
    next.write(out)?;
    let object = json!({"version": next.version(), "file": out});
    show.result(&object, |words| {
        let arguments = [("version", next.version().into()), ("file", out.display().to_string().into())];
        vec![words.say("flow-drafted", &arguments)]
    });
    Ok(())
}

/// The text that the relay has in force.
async fn in_force(office: &mut Office) -> Result<Option<NomenclatureText>, Failure> {
    let Some(digest) = office.directory.nomenclature_digest() else { return Ok(None) };
    let statement = trust::statement(&mut office.session, digest).await?;
    let text = statement.body.ok_or(Unverified::Answer)?;
    Ok(String::from_utf8(text).ok().map(NomenclatureText))
}

/// Shows the parquet what changes, and signs it for them.
pub(super) fn sign(folder: &RootFolder, file: &Path, yes: bool, show: &Show) -> Result<(), Failure> {
    let next = Next::<NomenclatureText>::read(file)?;
    let before = next.before.as_ref().map_or("", |before| before.0.as_str());
    let changed = differences(before, &next.rules.0);
    show.aside("parquet-shown-flows", &[("version", next.version().into()), ("count", changed.len().into())]);
    changed.iter().for_each(|line| show.quote(line));
    if !show.confirms("parquet-confirm", yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    let next = next.signed_also(folder);
    next.write(file)?;
    let object = json!({"version": next.version(), "file": file});
    show.result(&object, |words| {
        vec![words.say("parquet-signed-flows", &[("file", file.display().to_string().into())])]
    });
    Ok(())
}

/// The lines that are in one text and not in the other.
fn differences(old: &str, new: &str) -> Vec<String> {
    let is_told = |line: &&str| !line.trim().is_empty();
    let has = |text: &str, line: &str| text.lines().any(|other| other == line);
    let gone = old.lines().filter(is_told).filter(|line| !has(new, line)).map(|line| format!("- {line}"));
    let come = new.lines().filter(is_told).filter(|line| !has(old, line)).map(|line| format!("+ {line}"));
    gone.chain(come).collect()
}
