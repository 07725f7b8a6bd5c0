//! `pli form`: fills forms, keeps them as sealed drafts, says what is wrong with them.

use crate::cli::{Common, Form as Typed};
use crate::failure::Failure;
use crate::faults::Faults;
use crate::form::{self, Secrets};
use crate::new_file::write_new;
use crate::nomenclature::last_in_force;
use crate::show::{Show, local_time};
use serde_json::json;
use shared::form::{Form, check};
use shared::ids::FlowCode;
use shared::nomenclature::{Flow, Nomenclature};
use std::path::Path;

pub(super) fn run(command: Typed, common: &Common, show: &Show) -> Result<(), Failure> {
    // What is checked and written empty needs neither enrolment nor secrets.
    let home = super::home(common).ok();
    let rules = last_in_force(home.as_ref())?;
    match command {
        Typed::New { flow: code, from } => new(&rules, code, from.as_deref(), common, show),
        Typed::Check { flow: code, file } => {
            let flow = flow(&rules, &code)?;
            let form = filled(flow, &rules, &file)?;
            show.result(
                &json!({"flow": code.as_str(), "valid": true, "form": form::json(flow, &form, Secrets::Revealed)}),
                |words| vec![words.say("form-valid", &[])],
            );
            Ok(())
        }
        Typed::Template { flow: code, out } => {
            let flow = flow(&rules, &code)?;
            match out {
                Some(file) => {
                    write_new(&file, &form::empty(&file, flow, &rules.lists, &show.words)?)?;
                    show.result(&json!({"flow": code.as_str(), "file": file}), |words| {
                        vec![words.say("form-template", &[("file", file.display().to_string().into())])]
                    });
                }
                None => show.raw(form::template(flow, &rules.lists, &show.words).as_bytes()),
            }
            Ok(())
        }
        Typed::List => list(&rules, common, show),
        Typed::Show { id } => {
            let kept = form::find(&super::session(common, show)?, &id)?;
            let flow = flow(&rules, &kept.flow)?;
            let form = check(flow, &rules.lists, &kept.typed());
            let form = form.map_err(|faults| Faults::of(flow, faults))?;
            let object = json!({"id": kept.id.to_string(), "flow": kept.flow.as_str(), "form": form::json(flow, &form, Secrets::Revealed)});
            show.result(&object, |words| {
                let heading = vec![flow.title.clone(), String::new()];
                heading
                    .into_iter()
                    .chain(form::lines(flow, &rules.lists, &form, (Secrets::Revealed, words)))
                    .collect()
            });
            Ok(())
        }
        Typed::Remove { id } => {
            let session = super::session(common, show)?;
            let kept = form::find(&session, &id)?;
            form::remove(&session, kept.id)?;
            show.result(&json!({"id": kept.id.to_string(), "state": "removed"}), |words| {
                vec![words.say("form-removed", &[])]
            });
            Ok(())
        }
    }
}

fn new(
    rules: &Nomenclature,
    code: FlowCode,
    from: Option<&Path>,
    common: &Common,
    show: &Show,
) -> Result<(), Failure> {
    let flow = flow(rules, &code)?;
    let form = match from {
        Some(file) => filled(flow, rules, file)?,
        None => {
            let typed = form::ask(flow, &rules.lists, show);
            let typed = typed.ok_or_else(|| Failure::usage("form-from", "give the form with --from FILE"))?;
            check(flow, &rules.lists, &typed).map_err(|faults| Faults::of(flow, faults))?
        }
    };
    let session = super::session(common, show)?;
    let kept = form::keep(&session, (code.clone(), flow), &form)?;
    let object = json!({"id": kept.id.to_string(), "flow": code.as_str(), "dies": kept.dies.to_string()});
    show.result(&object, |words| {
        let number = kept.id.to_string()[..8].to_owned();
        vec![words.say("form-kept", &[("number", number.into()), ("date", local_time(kept.dies).into())])]
    });
    Ok(())
}

fn list(rules: &Nomenclature, common: &Common, show: &Show) -> Result<(), Failure> {
    let drafts = form::all(&super::session(common, show)?);
    let objects: Vec<_> = drafts
        .iter()
        .map(|kept| {
            json!({"id": kept.id.to_string(), "flow": kept.flow.as_str(), "changed": kept.changed.to_string(), "dies": kept.dies.to_string()})
        })
        .collect();
    show.result(&json!({"drafts": objects}), |words| match drafts.as_slice() {
        [] => vec![words.say("form-none", &[])],
        drafts => drafts
            .iter()
            .map(|kept| {
                let arguments = [
                    ("number", kept.id.to_string()[..8].to_owned().into()),
                    ("flow", super::flow_name(Some(rules), &kept.flow).into()),
                    ("date", local_time(kept.dies).into()),
                ];
                words.say("form-listed", &arguments)
            })
            .collect(),
    });
    Ok(())
}

/// A form from a file, every value what its field asks for.
pub(super) fn filled(flow: &Flow, rules: &Nomenclature, file: &Path) -> Result<Form, Failure> {
    let typed = form::read(file, flow)?;
    Ok(check(flow, &rules.lists, &typed).map_err(|faults| Faults::of(flow, faults))?)
}

/// A flow, or where what it would be goes instead.
pub(super) fn flow<'a>(rules: &'a Nomenclature, code: &FlowCode) -> Result<&'a Flow, Failure> {
    match (rules.flow(code), rules.refused.get(code)) {
        (Some(flow), _) => Ok(flow),
        (None, Some(refused)) => Err(Failure::NotHere(Box::new(refused.clone()))),
        (None, None) => Err(shared::refusal::Refusal::UnknownFlow.into()),
    }
}
