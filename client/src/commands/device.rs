//! `pli device`: one's own devices.

use super::cards::are_compared;
use crate::cli::Device;
use crate::devices;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::{Show, local_date};
use serde_json::json;
use shared::ids::DeviceId;
use std::path::Path;

pub(super) async fn run(session: &mut Session, command: Device, show: &Show) -> Result<(), Failure> {
    match command {
        Device::List => list(session, show).await,
        Device::Add { out } => add(session, &out, show).await,
        Device::Accept { words } => accept(session, words.as_deref(), show).await,
        Device::Name { id, name } => {
            let device = devices::rename(session, &id, &name).await?;
            show.result(&json!({"device": device.to_string(), "name": name}), |words| {
                vec![
                    words.say(
                        "device-named",
                        &[("device", short(device).into()), ("name", name.clone().into())],
                    ),
                ]
            });
            Ok(())
        }
        Device::Revoke { id, yes } => {
            if !show.confirms("device-revoke-confirm", yes) {
                show.aside("nothing-done", &[]);
                return Ok(());
            }
            let device = devices::revoke(session, &id).await?;
            show.result(&json!({"device": device.to_string(), "state": "revoked"}), |words| {
                vec![words.say("device-revoked", &[("device", short(device).into())])]
            });
            Ok(())
        }
    }?;
    session.close();
    Ok(())
}

/// As people tell devices apart.
fn short(device: DeviceId) -> String {
    device.to_string()[..8].to_owned()
}

async fn list(session: &mut Session, show: &Show) -> Result<(), Failure> {
    for line in devices::list(session).await? {
        let groups: Vec<_> =
            line.groups.iter().map(|(name, counts)| json!({"name": name, "counts": counts})).collect();
        let object = json!({
            "device": line.device.to_string(),
            "name": line.name,
            "this": line.is_this,
            "since": line.since.map(|since| since.to_string()),
            "groups": groups,
        });
        show.result(&object, |words| {
            let id = if line.is_this { "device-line-this" } else { "device-line" };
            let since = line.since.map(local_date).unwrap_or_default();
            let arguments = [
                ("device", short(line.device).into()),
                ("name", line.name.clone().into()),
                ("date", since.into()),
            ];
            let mut lines = vec![words.say(id, &arguments)];
            lines.extend(line.groups.iter().map(|(name, counts)| {
                let id = if *counts { "device-counts" } else { "device-counts-not" };
                words.say(id, &[("name", name.clone().into())])
            }));
            lines
        });
    }
    Ok(())
}

async fn add(session: &mut Session, out: &Path, show: &Show) -> Result<(), Failure> {
    let (expires, file) = devices::invite(session).await?;
    file.write(out)?;
    show.result(&json!({"expires": expires.to_string(), "file": out}), |words| {
        let arguments = [("file", out.display().to_string().into()), ("date", local_date(expires).into())];
        vec![words.say("device-invited", &arguments)]
    });
    Ok(())
}

async fn accept(session: &mut Session, said: Option<&str>, show: &Show) -> Result<(), Failure> {
    let waiting = devices::answer(session, said).await?;
    if !are_compared(&waiting.words, said, "device-compare", show)? {
        return Ok(());
    }
    let (device, name) = (waiting.device.id(), waiting.device.name.clone());
    devices::accept(session, waiting).await?;
    show.result(&json!({"device": device.to_string(), "name": name, "state": "accepted"}), |words| {
        vec![words.say("device-accepted", &[("name", name.clone().into())])]
    });
    Ok(())
}
