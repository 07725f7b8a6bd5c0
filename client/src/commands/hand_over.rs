//! `pli log hand-over`: a reviewer who came later is given what opens the hours of before.

use crate::auditor::handing::{Handing, prepare};
use crate::auditor::sealed::Purpose;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::Show;
use serde_json::json;
use shared::ids::{DeviceId, MemberId};
use shared::log::{Outcome, Record};

pub(super) async fn run(
    session: &mut Session,
    member: &MemberId,
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let Handing { parcels, hours, annexes, unopened } = prepare(session, member, purpose).await?;
    let devices: Vec<_> = parcels.iter().map(|parcel| parcel.to).collect();
    let mut records: Vec<Record> = Vec::new();
    for parcel in parcels {
        let bar = show.progress(parcel.bytes(), "hand-over-progress", &short(parcel.to));
        records.extend(parcel.send(session, |bytes| bar.set_position(bytes)).await?);
        bar.finish_and_clear();
    }
    let state = match records.iter().any(|record| record.outcome == Outcome::Done) {
        true => "handed",
        false if records.is_empty() => "nothing",
        false => "already",
    };
    let object = json!({
        "state": state,
        "member": member.as_str(),
        "devices": devices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "hours": hours,
        "annexes": annexes,
        "unopened": unopened,
        "records": records.iter().map(|record| record.index).collect::<Vec<_>>(),
    });
    show.result(&object, |words| {
        let arguments = [
            ("member", member.to_string().into()),
            ("hours", hours.into()),
            ("devices", devices.len().into()),
            ("count", unopened.into()),
        ];
        let mut lines = Vec::new();
        match state {
            "handed" => lines.push(words.say("hand-over-done", &arguments)),
            "already" => lines.push(words.say("hand-over-already", &arguments)),
            _ => {}
        }
        if unopened > 0 {
            lines.push(words.say("hand-over-unopened", &arguments));
        }
        lines
    });
    Ok(())
}

fn short(device: DeviceId) -> String {
    device.to_string()[..8].to_owned()
}
