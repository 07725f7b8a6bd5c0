//! `pli purge-register`: what was destroyed at its end, from the open leaves of the log; for the departmental archives
//! (code du patrimoine, art. L212-2, L212-3). Any enrolled device reads it, and proves it whole.

use crate::annuaire::inert;
use crate::auditor::register::{Line, register};
use crate::cli::PurgeRegister;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::{Show, local_date, local_time};
use crate::trust;
use serde_json::json;
use shared::nomenclature::Nomenclature;
use shared::wire::About;
use std::path::Path;

pub(super) async fn run(session: &mut Session, typed: PurgeRegister, show: &Show) -> Result<(), Failure> {
    let (mut lines, size) = register(session).await?;
    lines.retain(|line| {
        typed.from.is_none_or(|from| from <= line.time) && typed.until.is_none_or(|until| line.time < until)
    });
    let directory = trust::prove(session, About::Own).await?.directory;
    session.close();
    for line in &lines {
        show_line(line, directory.nomenclature(), show);
    }
    let letters: u64 = lines.iter().map(|line| u64::from(line.what.count)).sum();
    if let Some(file) = &typed.csv {
        write_csv(&lines, directory.nomenclature(), file)?;
    }
    show.aside("purge-count", &[("count", letters.into()), ("size", size.to_string().into())]);
    Ok(())
}

fn show_line(line: &Line, rules: Option<&Nomenclature>, show: &Show) {
    let Line { index, time, what } = line;
    let object = json!({
        "index": index,
        "time": time.to_string(),
        "class": what.class.as_ref().map(|class| class.as_str()),
        "from": what.from.to_string(),
        "until": what.until.to_string(),
        "count": what.count,
        "rule": what.rule.to_string(),
        "visa": what.visa,
    });
    show.result(&object, |words| {
        let class =
            what.class.as_ref().map_or_else(String::new, |class| format!("{} ({class})", title(line, rules)));
        let arguments = [
            ("date", local_time(*time).into()),
            ("count", what.count.into()),
            ("class", class.into()),
            ("from", local_date(what.from).into()),
            ("until", local_date(what.until).into()),
            ("rule", what.rule.to_string()[..8].to_owned().into()),
            ("visa", what.visa.clone().unwrap_or_default().into()),
        ];
        let id = match (&what.class, &what.visa) {
            (None, _) => "purge-line-unclassed",
            (_, None) => "purge-line-unsigned",
            (_, Some(_)) => "purge-line",
        };
        vec![words.say(id, &arguments)]
    });
}

/// What the class is for, as the nomenclature of today says.
fn title<'a>(line: &Line, rules: Option<&'a Nomenclature>) -> &'a str {
    let class = line.what.class.as_ref().zip(rules).and_then(|(class, rules)| rules.retention.get(class));
    class.map_or("", |class| &class.title)
}

/// For the archives' own slip: one line each, with headings in French.
fn write_csv(lines: &[Line], rules: Option<&Nomenclature>, file: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::local("save-io", error);
    let mut csv = csv::WriterBuilder::new().delimiter(b';').from_path(file).map_err(failed)?;
    let heads = ["feuille", "detruit_le", "classe", "intitule", "du", "au", "nombre", "regle", "visa"];
    csv.write_record(heads).map_err(failed)?;
    for line in lines {
        let what = &line.what;
        let fields = [
            line.index.to_string(),
            line.time.to_string(),
            what.class.as_ref().map(ToString::to_string).unwrap_or_default(),
            inert(title(line, rules)),
            what.from.to_string(),
            what.until.to_string(),
            what.count.to_string(),
            what.rule.to_string(),
            inert(what.visa.as_deref().unwrap_or_default()),
        ];
        csv.write_record(fields).map_err(failed)?;
    }
    csv.flush().map_err(|error| Failure::local("save-io", error))
}
