//! `pli log bundle` and `pli bundle verify`: one letter's account, written for a court and verified by anybody.

use super::log::{show_record, whole};
use super::person;
use crate::auditor::sealed::Purpose;
use crate::auditor::{self, Opened};
use crate::cli::Bundle;
use crate::failure::{Failure, Unverified};
use crate::home::{Home, write_private};
use crate::session::Session;
use crate::show::{Show, exact_time, local_time};
use crate::words::Words;
use serde_json::json;
use shared::bundle::{self, Proved};
use shared::limits::BUNDLE_BYTES_MAX;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Needs no unlocked device: the fingerprint is typed, or that of a home.
pub(super) fn run(home: Option<&Home>, command: Bundle, show: &Show) -> Result<(), Failure> {
    let Bundle::Verify { file, fingerprint } = command;
    let fingerprint = match fingerprint {
        Some(fingerprint) => fingerprint,
        None => home
            .and_then(|home| home.fingerprint().ok())
            .ok_or_else(|| Failure::usage("bundle-fingerprint", "give the fingerprint: --fingerprint HEX"))?,
    };
    let failed = |error: std::io::Error| Failure::usage("bundle-file", error.kind());
    let mut bytes = Vec::new();
    let file = File::open(file).map_err(failed)?;
    file.take(BUNDLE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    let proved = bundle::verify(&bytes, fingerprint).map_err(Unverified::from)?;
    tell(&proved, show);
    Ok(())
}

/// Makes one, and shows what it proves.
pub(super) async fn make(
    session: &mut Session,
    item: &str,
    purpose: Purpose<'_>,
    out: &Path,
    show: &Show,
) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::usage("bundle-exists", "this file is there already: give another name"));
    }
    let (file, proved, review) = auditor::bundle::make(session, item, purpose).await?;
    write_private(out, &file)?;
    tell(&proved, show);
    let fingerprint = session.home.fingerprint()?.to_string();
    let arguments = [("file", out.display().to_string().into()), ("fingerprint", fingerprint.into())];
    show.aside("bundle-written", &arguments);
    whole(&review, show)
}

/// What a bundle proves: of what, by whom, under which log; and then its records.
fn tell(proved: &Proved, show: &Show) {
    let Proved { bundle, tree, witnesses, header, .. } = proved;
    let seen: Vec<_> =
        witnesses.iter().map(|(name, time)| json!({"name": name, "time": time.to_string()})).collect();
    let header = header.as_ref().map(|header| {
        let core = &header.core;
        json!({
            "from": core.writer.as_str(),
            "to": core.recipients.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
            "flow": core.flow.as_str(),
            "expires": core.expires.to_string(),
            "parts": header.parts.iter().map(|part| part.digest.to_string()).collect::<Vec<_>>(),
        })
    });
    let object = json!({
        "item": bundle.item.to_string(),
        "maker": proved.maker.as_str(),
        "made": bundle.made.to_string(),
        "order": bundle.order,
        "size": tree.size,
        "root": tree.root.to_string(),
        "time": proved.time.to_string(),
        "witnesses": seen,
        "header": header,
        "group": bundle.group.group.to_string(),
        "members": proved.members.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
        "records": proved.records.len(),
    });
    show.result(&object, |words| lines(proved, words));
    for (record, act) in proved.records.iter().zip(&bundle.acts) {
        let opened = Opened { record: record.clone(), opening: act.revealed.opening, annex: None };
        show_record(record.index, &opened, show);
    }
}

fn lines(proved: &Proved, words: &Words) -> Vec<String> {
    let bundle = &proved.bundle;
    let name = |member| person(&proved.directory, member);
    let made = [
        ("number", bundle.item.to_string()[..8].to_owned().into()),
        ("name", name(&proved.maker).into()),
        ("date", local_time(bundle.made).into()),
        ("count", proved.records.len().into()),
    ];
    let log = [("size", proved.tree.size.to_string().into()), ("date", exact_time(proved.time).into())];
    let mut lines = vec![words.say("bundle-proved", &made), words.say("bundle-log", &log)];
    if let Some(order) = &bundle.order {
        lines.push(words.say("bundle-order", &[("order", order.clone().into())]));
    }
    let seen = |(witness, time): &(String, _)| {
        words.say("bundle-witness", &[("name", witness.clone().into()), ("date", exact_time(*time).into())])
    };
    lines.extend(proved.witnesses.iter().map(seen));
    if proved.witnesses.is_empty() {
        lines.push(words.say("bundle-no-witness", &[]));
    }
    lines.push(match &proved.header {
        None => words.say("bundle-no-header", &[]),
        Some(header) => {
            let to: Vec<_> = header.core.recipients.iter().map(name).collect();
            let arguments = [
                ("name", name(&header.core.writer).into()),
                ("names", to.join(", ").into()),
                ("flow", header.core.flow.to_string().into()),
                ("date", local_time(header.core.expires).into()),
                ("documents", header.documents().len().into()),
            ];
            words.say("bundle-header", &arguments)
        }
    });
    let members: Vec<_> = proved.members.iter().map(name).collect();
    let members = [("names", members.join(", ").into()), ("date", local_time(proved.then).into())];
    lines.push(words.say("bundle-members", &members));
    lines.push(words.say("bundle-limit", &[]));
    lines
}
