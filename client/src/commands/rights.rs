//! `pli rights`: for a person's written request, which members hold letters about them; as the log tells, and as their
//! devices said.
//!
//! No member is asked by name and no letter is named to the relay: every device has said what it destroyed before
//! anybody asks, and the reviewer's machine compares.

use super::log::{opened, person_or_ask, whole};
use crate::auditor::about;
use crate::auditor::holdings::{Given, Held, Holdings, Keeps};
use crate::auditor::sealed::Purpose;
use crate::cli::Rights;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::{Show, local_date, local_time};
use crate::trust;
use crate::words::Words;
use serde_json::{Value, json};
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId, MessageId, ReasonCode};
use shared::log::persons::Found;
use shared::time::Timestamp;
use shared::wire::About;

pub(super) async fn run(session: &mut Session, typed: Rights, show: &Show) -> Result<(), Failure> {
    let person = person_or_ask(typed.person, show)?;
    let reason = ReasonCode::right();
    let purpose = Purpose { reason: &reason, order: Some(&typed.reference) };
    let (review, records) = opened(session, purpose).await?;
    let directory = trust::prove(session, About::Everybody).await?.directory;
    let holdings = Holdings::of(&records);
    let in_group = |held: &Held| {
        typed.group.as_ref().is_none_or(|group| held.group.to_string().starts_with(group.as_str()))
    };
    let mut count = 0;
    for (letter, concerned) in about(&records, &person) {
        // A deposit whose record lacks what the report needs is told, and never left out.
        let Some(held) = holdings.letters.get(&letter) else {
            count += 1;
            show_unknown(letter, show);
            continue;
        };
        if !in_group(held) {
            continue;
        }
        count += 1;
        let seen = Seen { letter, found: concerned.found, held, now: review.time };
        seen.show(&holdings, &directory, show);
    }
    if count == 0 {
        show.aside("rights-none", &[]);
    }
    show.aside("rights-limits", &[]);
    whole(&review, show)
}

fn show_unknown(letter: MessageId, show: &Show) {
    show.result(&json!({"item": letter.to_string(), "found": "incomplete"}), |words| {
        vec![words.say("rights-unknown", &[("number", letter.to_string()[..8].to_owned().into())])]
    });
}

/// A letter about the person.
struct Seen<'a> {
    letter: MessageId,
    found: Found,
    held: &'a Held,
    now: Timestamp,
}

impl Seen<'_> {
    fn show(&self, holdings: &Holdings, directory: &Directory, show: &Show) {
        let devices =
            |member| -> Vec<_> { holdings.devices(self.held, member, directory, self.now).collect() };
        let readers: Vec<_> =
            self.held.readers.iter().map(|(member, given)| (member, given, devices(member))).collect();
        let object = json!({
            "item": self.letter.to_string(),
            "found": match self.found { Found::NameAndYear => "name-and-year", Found::Name => "name" },
            "group": self.held.group.to_string(),
            "flow": self.held.flow.as_str(),
            "writer": self.held.writer.as_str(),
            "deposited": self.held.deposited.to_string(),
            "expires": self.held.expires.to_string(),
            "ended": self.held.ended.map(|time| time.to_string()),
            "retired": self.held.retired.map(|time| time.to_string()),
            "readers": readers.iter().map(|(member, given, devices)| json!({
                "member": member.as_str(),
                "read": given.read.map(|time| time.to_string()),
                "exported": given.exported.map(|time| time.to_string()),
                "devices": devices.iter().map(device_json).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        });
        show.result(&object, |words| {
            let mut lines = vec![self.line(words)];
            lines
                .extend(readers.iter().map(|(member, given, devices)| reader(member, given, devices, words)));
            lines
        });
    }

    fn line(&self, words: &Words) -> String {
        let arguments = [
            ("number", self.letter.to_string()[..8].to_owned().into()),
            ("flow", self.held.flow.to_string().into()),
            ("name", self.held.writer.to_string().into()),
            ("date", local_date(self.held.deposited).into()),
            ("expires", local_date(self.held.expires).into()),
        ];
        let id = match self.held.retired {
            _ if self.now >= self.held.expires => "rights-ended",
            Some(_) => "rights-taken-back",
            None => "rights-kept",
        };
        let sure = match self.found {
            Found::NameAndYear => "rights-sure",
            Found::Name => "rights-name",
        };
        format!("{} {}", words.say(id, &arguments), words.say(sure, &[]))
    }
}

/// What one reader was given, and what their devices say.
fn reader(member: &MemberId, given: &Given, devices: &[(DeviceId, Keeps)], words: &Words) -> String {
    let at = |id: &str, time: Timestamp| words.say(id, &[("date", local_time(time).into())]);
    let mut said =
        vec![given.read.map_or_else(|| words.say("rights-unread", &[]), |read| at("rights-read", read))];
    said.extend(given.exported.map(|exported| at("rights-exported", exported)));
    said.extend(devices.iter().map(|(device, keeps)| {
        let device = ("device", device.to_string()[..8].to_owned().into());
        match keeps {
            Keeps::Opens => words.say("rights-opens", &[device]),
            Keeps::Gone => words.say("rights-gone", &[device]),
            Keeps::Retired(at) => words.say("rights-retired", &[device, ("date", local_time(*at).into())]),
            Keeps::Destroyed(said) => {
                words.say("rights-destroyed", &[device, ("date", local_date(*said).into())])
            }
            Keeps::Untold(None) => words.say("rights-untold", &[device]),
            Keeps::Untold(Some(until)) => {
                words.say("rights-untold-since", &[device, ("date", local_date(*until).into())])
            }
        }
    }));
    if devices.is_empty() {
        said.push(words.say("rights-no-device", &[]));
    }
    words.say("rights-reader", &[("name", member.to_string().into()), ("what", said.join(" ; ").into())])
}

fn device_json((device, keeps): &(DeviceId, Keeps)) -> Value {
    let (code, time) = match keeps {
        Keeps::Opens => ("opens", None),
        Keeps::Gone => ("gone", None),
        Keeps::Retired(at) => ("retired", Some(*at)),
        Keeps::Destroyed(said) => ("destroyed", Some(*said)),
        Keeps::Untold(until) => ("untold", *until),
    };
    json!({"device": device.to_string(), "keeps": code, "at": time.map(|time| time.to_string())})
}
