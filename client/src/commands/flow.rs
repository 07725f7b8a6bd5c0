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
use shared::ids::{FlowCode, Role};
use shared::nomenclature::{Due, Field, Flow, Nomenclature};
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
            let object = json!({"code": code.as_str(), "flow": json_of(flow)});
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

fn json_of(flow: &Flow) -> Json {
    let field = |field: &Field| {
        json!({"name": field.name.as_str(), "label": field.label, "type": format!("{:?}", field.kind).to_lowercase(),
            "required": field.required, "several": field.several, "list": field.list, "help": field.help})
    };
    let roles = |roles: &[Role]| roles.iter().map(|role| role.as_str().to_owned()).collect::<Vec<_>>();
    json!({
        "article": flow.article, "title": flow.title, "purpose": flow.purpose, "class": flow.class,
        "from": roles(&flow.from), "to": roles(&flow.to), "closed": roles(&flow.closed),
        "groups": flow.groups, "retention": flow.retention.as_str(), "days": flow.retention_days,
        "gate": flow.gate.as_ref().map(|gate| gate.by.as_str()),
        "fields": flow.fields.iter().map(field).collect::<Vec<_>>(),
        "columns": flow.table.iter().flat_map(|table| &table.columns).map(field).collect::<Vec<_>>(),
    })
}

/// A flow line by line. What it says is in French, the language of the convention.
fn described(code: &FlowCode, flow: &Flow, rules: &Nomenclature, words: &Words) -> Vec<String> {
    let roles = |roles: &[Role]| {
        let title =
            |role: &Role| rules.roles.get(role).map_or_else(|| role.to_string(), |role| role.title.clone());
        roles.iter().map(title).collect::<Vec<_>>().join(", ")
    };
    let joined = |all: Vec<String>| all.join(", ");
    let kinds = flow.groups.iter().filter_map(|kind| rules.kinds.get(kind)).map(|kind| kind.title.clone());
    let gate = flow.gate.as_ref().map(|gate| {
        let arguments = [("by", roles(slice::from_ref(&gate.by)).into()), ("days", gate.days.into())];
        words.say("flow-gate", &arguments)
    });
    let kept = [("days", flow.retention_days.into()), ("most", flow.retention_days_max.into())];
    let law = flow.law.iter().filter_map(|name| rules.law.get(name)).map(|law| law.title.clone());
    let said = [
        ("flow-purpose", flow.purpose.clone()),
        ("flow-from", roles(&flow.from)),
        ("flow-to", roles(&flow.to)),
        ("flow-closed", roles(&flow.closed)),
        ("flow-groups", joined(kinds.collect())),
        ("flow-class", format!("{:?}", flow.class)),
        ("flow-retention", words.say("flow-days", &kept)),
        ("flow-agreement", gate.unwrap_or_default()),
        ("flow-due", flow.due.as_ref().map(|due| said_due(due, flow, words)).unwrap_or_default()),
        ("flow-answers", joined(flow.answers.iter().map(ToString::to_string).collect())),
        ("flow-law", joined(law.collect())),
    ];
    let heading = format!("{code} : {} (art. {})", flow.title, flow.article);
    let said = said.into_iter().filter(|(_, text)| !text.is_empty());
    let mut lines: Vec<_> =
        [heading].into_iter().chain(said.map(|(id, text)| words.say(id, &[("text", text.into())]))).collect();
    if !flow.fields.is_empty() {
        lines.extend([String::new(), words.say("flow-fields", &[])]);
        lines.extend(flow.fields.iter().map(|field| described_field(field, rules, words)));
    }
    if let Some(table) = &flow.table {
        lines.extend([String::new(), words.say("flow-table", &[])]);
        lines.extend(table.columns.iter().map(|column| described_field(column, rules, words)));
    }
    lines.iter().map(|line| visible(line)).collect()
}

fn described_field(field: &Field, rules: &Nomenclature, words: &Words) -> String {
    let id = if field.required { "flow-field-required" } else { "flow-field" };
    let line =
        words.say(id, &[("label", field.label.clone().into()), ("name", field.name.to_string().into())]);
    let options: Vec<_> = field.options(&rules.lists).iter().map(|item| item.title.clone()).collect();
    let options = if options.is_empty() { String::new() } else { format!(" [{}]", options.join(" | ")) };
    let help = if field.help.is_empty() { String::new() } else { format!(". {}", field.help) };
    format!("  {line}{options}{help}")
}

fn said_due(due: &Due, flow: &Flow, words: &Words) -> String {
    match due {
        Due::Period { days, .. } => words.say("flow-due-period", &[("days", (*days).into())]),
        Due::Answered { flow, hours } => {
            words.say("flow-due-answered", &[("hours", (*hours).into()), ("flow", flow.to_string().into())])
        }
        Due::Field { field: name, days, .. } => {
            let label = flow.fields.iter().find(|field| field.name == *name).map(|field| field.label.clone());
            let arguments = [("days", (*days).into()), ("field", label.unwrap_or_default().into())];
            words.say("flow-due-field", &arguments)
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
