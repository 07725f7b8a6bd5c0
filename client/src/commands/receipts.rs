//! `pli accesses` and `pli receipt`: one's own acts as the log has them, proved offline, and handed to a reviewer.

use super::log::{opened, show_record, whole};
use crate::auditor::sealed::Purpose;
use crate::cli::{Filter, Receipt};
use crate::failure::{Failure, Unverified};
use crate::home::{Home, Memory, write_private};
use crate::receipts;
use crate::session::Session;
use crate::show::Show;
use serde_json::json;
use shared::cbor;
use std::path::Path;

/// One's own acts on this device: from its receipts, without the relay.
pub(super) fn accesses(home: &Home, filter: Filter, show: &Show) -> Result<(), Failure> {
    let proved = receipts::prove(home, &home.receipts()?)?;
    let query = filter.query();
    let (mut count, mut size) = (0, 0);
    for log in &proved {
        for (index, opened) in query.of(&log.records) {
            show_record(index, opened, show);
            count += 1;
        }
        size = log.tree.size;
    }
    let arguments = [("count", count.into()), ("size", size.to_string().into())];
    show.aside(if count == 0 { "accesses-none" } else { "accesses-proved" }, &arguments);
    Ok(())
}

pub(super) fn run(home: &Home, command: Receipt, show: &Show) -> Result<(), Failure> {
    match command {
        Receipt::Give { out } => give(home, &out, show),
        Receipt::Verify { file } => verify(home, &file, show),
        Receipt::Newest { out } => newest(home, &out, show),
    }
}

/// The newest checkpoint that this device verified: what the authority is shown when the log was lost.
fn newest(home: &Home, out: &Path, show: &Show) -> Result<(), Failure> {
    let Memory { log, checkpoint, .. } = home.memory()?.memory.clone();
    let none = || Failure::usage("receipt-no-checkpoint", "this device has verified no checkpoint yet");
    write_private(out, checkpoint.ok_or_else(none)?.as_bytes())?;
    let tree = log.tree;
    let object = json!({"file": out, "origin": log.origin, "size": tree.size, "root": tree.root.to_string()});
    show.result(&object, |words| {
        let arguments = [("size", tree.size.to_string().into()), ("file", out.display().to_string().into())];
        vec![words.say("receipt-newest", &arguments)]
    });
    Ok(())
}

fn give(home: &Home, out: &Path, show: &Show) -> Result<(), Failure> {
    let all = home.receipts()?;
    receipts::write(out, &all)?;
    show.result(&json!({"file": out, "receipts": all.len()}), |words| {
        let arguments = [("count", all.len().into()), ("file", out.display().to_string().into())];
        vec![words.say("receipt-given", &arguments)]
    });
    Ok(())
}

fn verify(home: &Home, file: &Path, show: &Show) -> Result<(), Failure> {
    let proved = receipts::prove(home, &receipts::read(file)?)?;
    let records = || proved.iter().flat_map(|log| &log.records);
    records().for_each(|(index, opened)| show_record(*index, opened, show));
    let size = proved.last().map_or(0, |log| log.tree.size);
    show.aside("receipt-proved", &[("count", records().count().into()), ("size", size.to_string().into())]);
    Ok(())
}

/// Whether the log that a reviewer is shown has what a member's receipts prove.
pub(super) async fn compare(
    session: &mut Session,
    file: &Path,
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let given = receipts::read(file)?;
    receipts::prove(&session.home, &given)?;
    let (review, _) = opened(session, purpose).await?;
    // Against leaves that do not verify nothing is compared.
    whole(&review, show)?;
    let kept = receipts::in_newest_log(&given, &session.home.root_chain()?);
    if kept.len() < given.len() {
        show.aside("receipt-of-lost-log", &[("count", (given.len() - kept.len()).into())]);
    }
    let given = kept;
    let missing = receipts::not_in(&review.mirror, &given);
    show.result(&json!({"receipts": given.len(), "missing": missing}), |words| match missing.as_slice() {
        [] => vec![words.say("receipt-all-there", &[("count", given.len().into())])],
        missing => {
            let line = |index: &u64| words.say("receipt-not-there", &[("leaf", index.to_string().into())]);
            missing.iter().map(line).collect()
        }
    });
    if missing.is_empty() {
        return Ok(());
    }
    session.home.keep_evidence(&cbor::encode(&(review.mirror.checkpoint(), &given)))?;
    Err(Unverified::Faults(missing.len()).into())
}
