//! `pli stats`: numbers without names or content, as a page, a table and an object.

use super::log::{reviewed, whole};
use super::report::Folder;
use crate::annuaire::inert;
use crate::auditor::report_sheet::period;
use crate::auditor::stats::Stats;
use crate::auditor::stats_html::{self, Of};
use crate::cli;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use crate::words::{Language, Words};
use serde_json::json;
use shared::ids::GroupId;
use shared::wire::About;
use std::collections::BTreeMap;

/// The names of the files, which members read.
const PAGE: &str = "statistiques.html";
const CSV: &str = "statistiques.csv";
const JSON: &str = "statistiques.json";

pub(super) async fn run(session: &mut Session, typed: cli::Stats, show: &Show) -> Result<(), Failure> {
    let mut folder = Folder::create(&typed.out)?;
    let query = typed.query();
    let mut stats = Stats::default();
    let review =
        reviewed(session, typed.why.purpose(), |_, opened| stats.take(&opened.record, &query)).await?;
    // Nothing is counted of a log that does not hold.
    whole(&review, show)?;
    let mut groups = BTreeMap::new();
    let mut nomenclature = None;
    for group in stats.by(|line| line.group).into_keys() {
        let directory = trust::prove(session, About::Group(group)).await?.directory;
        groups.insert(group, directory.group(group).map(|group| group.name.clone()).unwrap_or_default());
        nomenclature = directory.nomenclature().cloned();
    }
    // What a committee reads is French.
    let words = Words::new(Language::French);
    let of = Of {
        period: period(&query, &words),
        groups: &groups,
        nomenclature: nomenclature.as_ref(),
        made: session.now(),
    };
    folder.write(PAGE, stats_html::page(&stats, &of, &words).as_bytes())?;
    folder.write(CSV, &csv(&stats, &groups)?)?;
    folder.write(JSON, &json(&stats))?;
    folder.finish()?;
    let letters: u64 = stats.lines().values().map(|counts| counts.letters).sum();
    let object = json!({"folder": typed.out, "page": PAGE, "letters": letters, "groups": groups.len()});
    show.result(&object, |words| {
        let page = typed.out.join(PAGE).display().to_string();
        vec![words.say("stats-written", &[("file", page.into())])]
    });
    Ok(())
}

fn csv(stats: &Stats, groups: &BTreeMap<GroupId, String>) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::local("save-io", error);
    let mut lines = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let heads = [
        "mois",
        "groupe",
        "nom_du_groupe",
        "type",
        "plis",
        "plis_attestes",
        "remises",
        "jamais_remis",
        "delai_median_secondes",
    ];
    lines.write_record(heads).map_err(failed)?;
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    for (line, counts) in stats.lines() {
        let shown = counts.shown();
        let fields = [
            line.month.clone(),
            line.group.to_string(),
            inert(groups.get(&line.group).map_or("", String::as_str)),
            line.flow.to_string(),
            counts.letters.to_string(),
            number(shown.attested),
            number(shown.readings),
            number(shown.unread),
            number(shown.median),
        ];
        lines.write_record(fields).map_err(failed)?;
    }
    lines.into_inner().map_err(|error| Failure::local("save-io", error))
}

fn json(stats: &Stats) -> Vec<u8> {
    let lines = stats.lines();
    let lines = lines.iter().map(|(line, counts)| {
        let shown = counts.shown();
        json!({
            "month": line.month,
            "group": line.group.to_string(),
            "flow": line.flow.as_str(),
            "letters": counts.letters,
            "attested": shown.attested,
            "readings": shown.readings,
            "unread": shown.unread,
            "median_seconds": shown.median,
        })
    });
    let object = json!({
        "lines": lines.collect::<Vec<_>>(),
        "members": stats.members(),
        "log_readings": stats.log_readings,
        "refusals": stats.refusals,
    });
    let mut bytes = serde_json::to_vec_pretty(&object).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
