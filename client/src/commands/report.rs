//! `pli log report`: what a magistrate is handed, as files that need no Pli.

use super::log::{opened, whole};
use crate::annuaire::inert;
use crate::auditor::Review;
use crate::auditor::report::{Commission, Report};
use crate::auditor::report_sheet::sheet;
use crate::auditor::standings::standings;
use crate::cli;
use crate::failure::Failure;
use crate::home::{create_private, write_private};
use crate::session::Session;
use crate::sheet::{html, pdf};
use crate::show::{Show, exact_time};
use crate::trust;
use crate::words::{Language, Words};
use serde_json::json;
use shared::crypto::sha256;
use shared::log::{seen_by, verifier_key};
use shared::wire::About;
use std::path::Path;

/// The names of the files, which members read.
const PAGE: &str = "rapport.html";
const PAPER: &str = "rapport.pdf";
const CSV: &str = "actes.csv";
const JSON: &str = "actes.json";
const PROOFS: &str = "preuves";
const SUMS: &str = "empreintes.txt";
const VERIFIER: &str = "verify_log.py";

/// The verifier that shares no code with Pli, so that whoever is handed the folder has it.
const VERIFIER_TEXT: &str = include_str!("../../../tests/verify_log.py");

pub(super) async fn run(session: &mut Session, typed: cli::Report, show: &Show) -> Result<(), Failure> {
    let mut folder = Folder::create(&typed.out)?;
    let (review, records) = opened(session, typed.why.purpose()).await?;
    let query = typed.filter.query();
    let standings = standings(session, &review, &records, &query).await?;
    let directory = trust::prove(session, About::Everybody).await?.directory;
    let commission = Commission {
        requested_by: typed.requested_by,
        ground: typed.ground,
        order: typed.why.order,
        made: session.now(),
    };
    let relay = &session.root().relay;
    let (origin, key, policy) = (&relay.log_origin, relay.log_key, &session.root().witnesses);
    let witnesses = seen_by(policy, origin, key, review.mirror.tree(), &review.view.cosigned)?;
    let report = Report::of(&review, &records, query, commission, standings, witnesses, &directory);

    // What a magistrate reads is French.
    let words = Words::new(Language::French);
    let sheet = sheet(&report, &words);
    folder.write(PAGE, html::page(&sheet).as_bytes())?;
    let paper = pdf::pdf(&sheet, report.commission.made, &words);
    folder.write(PAPER, &paper.map_err(|error| Failure::local("report-paper", error))?)?;
    folder.write(CSV, &csv(&report)?)?;
    folder.write(JSON, &json(&report))?;
    proofs(session, &review, &report, &mut folder)?;
    folder.write(VERIFIER, VERIFIER_TEXT.as_bytes())?;
    folder.finish()?;
    let object = json!({
        "folder": typed.out,
        "page": PAGE,
        "paper": PAPER,
        "acts": report.acts.len(),
        "anomalies": report.anomalies.len(),
        "faults": review.faults.len(),
    });
    show.result(&object, |words| {
        let page = typed.out.join(PAGE).display().to_string();
        vec![words.say("report-written", &[("file", page.into()), ("count", report.acts.len().into())])]
    });
    whole(&review, show)
}

/// Every act, one a line, as spreadsheets here read it.
fn csv(report: &Report<'_>) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::local("save-io", error);
    let mut lines = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let heads = [
        "acte",
        "heure",
        "heure_utc",
        "auteur",
        "fonction",
        "organisme",
        "nature",
        "pli",
        "groupe",
        "type",
        "motif",
        "issue",
        "nombre",
        "attestation",
    ];
    lines.write_record(heads).map_err(failed)?;
    for (index, record) in &report.acts {
        let actor = record.actor.as_ref();
        let of = |text: Option<String>| inert(&text.unwrap_or_default());
        let fields = [
            index.to_string(),
            exact_time(record.time),
            record.time.to_string(),
            of(actor.map(|actor| report.person(&actor.member).to_owned())),
            of(actor.map(|actor| actor.function.to_string())),
            of(actor.map(|actor| actor.organisation.to_string())),
            record.act.code().to_owned(),
            of(record.item.map(|item| item.to_string())),
            of(record.group.map(|group| group.to_string())),
            of(record.flow.as_ref().map(ToString::to_string)),
            of(record.reason.as_ref().map(ToString::to_string)),
            of(serde_json::to_value(record.outcome).ok().and_then(|value| value.as_str().map(str::to_owned))),
            record.count.to_string(),
            if record.request.is_some() { "auteur" } else { "relais" }.to_owned(),
        ];
        lines.write_record(fields).map_err(failed)?;
    }
    lines.into_inner().map_err(|error| Failure::local("save-io", error.error()))
}

/// The same for programs, with what was found.
fn json(report: &Report<'_>) -> Vec<u8> {
    let acts = report.acts.iter().map(|(index, record)| {
        let recipients: Vec<_> = record.recipients.iter().map(|member| report.person(member)).collect();
        json!({
            "index": index,
            "time": record.time.to_string(),
            "act": record.act,
            "actor": record.actor.as_ref().map(|actor| json!({
                "member": report.person(&actor.member),
                "function": actor.function.as_str(),
                "organisation": actor.organisation.as_str(),
            })),
            "item": record.item.map(|item| item.to_string()),
            "group": record.group.map(|group| group.to_string()),
            "flow": record.flow.as_ref().map(|flow| flow.as_str()),
            "class": record.class,
            "reason": record.reason.as_ref().map(|reason| reason.as_str()),
            "recipients": recipients,
            "outcome": record.outcome,
            "count": record.count,
            "attested": record.attested(),
        })
    });
    let acts: Vec<_> = acts.collect();
    let anomalies = report.anomalies.iter().map(|anomaly| {
        let member = report.person(&anomaly.member);
        json!({"rule": anomaly.rule.code(), "member": member, "records": anomaly.records})
    });
    let compositions = report.compositions.iter().map(|group| {
        let member = |(member, function): &(_, shared::ids::Role)| {
            json!({"member": report.person(member), "function": function.as_str()})
        };
        json!({
            "group": group.group.to_string(),
            "name": group.name,
            "from": group.from.to_string(),
            "members": group.members.iter().map(member).collect::<Vec<_>>(),
        })
    });
    let witnesses =
        report.witnesses.iter().map(|(name, time)| json!({"name": name, "time": time.to_string()}));
    let faults = report.review.faults.iter();
    let faults: Vec<_> =
        faults.map(|fault| json!({"index": fault.index, "what": fault.what.code()})).collect();
    let object = json!({
        "made": report.commission.made.to_string(),
        "order": report.commission.order,
        "size": report.review.mirror.tree().size,
        "root": report.review.mirror.tree().root.to_string(),
        "faults": faults,
        "acts": acts,
        "anomalies": anomalies.collect::<Vec<_>>(),
        "compositions": compositions.collect::<Vec<_>>(),
        "witnesses": witnesses.collect::<Vec<_>>(),
    });
    let mut bytes = serde_json::to_vec_pretty(&object).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The checkpoint, the log's public name, and the sealed leaf and the proof of each act.
fn proofs(
    session: &Session,
    review: &Review,
    report: &Report<'_>,
    folder: &mut Folder,
) -> Result<(), Failure> {
    let relay = &session.root().relay;
    let file = |name: &str| format!("{PROOFS}/{name}");
    create_private(&folder.dir.join(PROOFS))?;
    folder.write(&file("checkpoint"), review.mirror.checkpoint().as_bytes())?;
    folder.write(&file("vkey"), verifier_key(&relay.log_origin, relay.log_key).as_bytes())?;
    for (index, _) in &report.acts {
        let Some((leaf, proof)) = review.mirror.proved(*index) else { continue };
        folder.write(&file(&format!("{index}.leaf")), &leaf)?;
        folder.write(&file(&format!("{index}.proof")), proof.as_bytes())?;
    }
    Ok(())
}

/// The folder of a report, and the digests of what was written there.
pub(super) struct Folder {
    dir: std::path::PathBuf,
    sums: String,
}

impl Folder {
    /// A folder that holds nothing else: what lies there is the report.
    pub(super) fn create(dir: &Path) -> Result<Self, Failure> {
        create_private(dir).map_err(|error| Failure::local("save-io", error))?;
        let is_empty = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
        if !is_empty {
            return Err(Failure::usage("report-folder", "this folder holds something: give a new one"));
        }
        Ok(Self { dir: dir.to_owned(), sums: String::new() })
    }

    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        // As `sha256sum` writes and reads it.
        self.sums.push_str(&format!("{}  {name}\n", sha256(bytes)));
        write_private(&self.dir.join(name), bytes)
    }

    pub(super) fn finish(self) -> Result<(), Failure> {
        write_private(&self.dir.join(SUMS), self.sums.as_bytes())
    }
}
