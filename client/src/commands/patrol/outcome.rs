//! What becomes of a table of results: who gets which of its rows, what went before, and what goes nowhere.

use crate::commands::person;
use crate::recipients::Place;
use crate::show::{local_time, visible};
use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::ids::{MemberId, MessageId, OrganisationId};
use shared::patrol::Split;
use shared::time::Timestamp;

/// What one letter brings.
pub(super) struct Parcel {
    pub(super) landlord: OrganisationId,
    /// What the annuaire calls it.
    pub(super) name: String,
    pub(super) readers: Vec<MemberId>,
    /// On which lines of the table its rows stood.
    pub(super) lines: Vec<u32>,
    pub(super) answers: Option<MessageId>,
    /// When the same went before, if it did.
    pub(super) before: Option<Timestamp>,
}

/// What becomes of a table.
pub(super) struct Outcome<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) parcels: &'a [Parcel],
    /// Letters that went before and were left out.
    pub(super) kept: &'a [MessageId],
    /// On which line of the table each row stood.
    pub(super) lines: &'a [u32],
    pub(super) split: &'a Split,
    /// Lists that were to be answered, of landlords whom no row concerns.
    pub(super) unanswered: &'a [(&'a OrganisationId, &'a MessageId)],
    /// When the letters that would go are destroyed.
    pub(super) expires: Option<Timestamp>,
}

impl Outcome<'_> {
    fn line(&self, row: usize) -> u32 {
        self.lines.get(row).copied().unwrap_or_default()
    }

    /// For scripts and the page: what is sent, what would go, and what goes nowhere.
    pub(super) fn json(&self, sent: &[Option<MessageId>]) -> Json {
        let Place { directory, group, code, flow, .. } = *self.place;
        let letter = |parcel: &Parcel| {
            json!({
                "organisation": parcel.landlord.as_str(),
                "organisation_name": parcel.name,
                "readers": parcel.readers.iter().map(|member| member.as_str()).collect::<Vec<_>>(),
                "names": parcel.readers.iter().map(|member| person(directory, member)).collect::<Vec<_>>(),
                "rows": parcel.lines.len(),
                "lines": parcel.lines,
                "answers": parcel.answers.map(|id| id.to_string()),
                "before": parcel.before.map(|time| time.to_string()),
            })
        };
        let both = || self.parcels.iter().zip(sent);
        let through = both().filter_map(|(parcel, id)| {
            let mut object = letter(parcel);
            object["id"] = json!((*id)?.to_string());
            object["kept"] = json!(self.kept.contains(&(*id)?));
            Some(object)
        });
        let planned = both().filter(|(_, id)| id.is_none()).map(|(parcel, _)| letter(parcel));
        let unmatched = self.split.unmatched.iter();
        let unmatched = unmatched.map(|(row, why)| json!({"line": self.line(*row), "why": why.code()}));
        let unanswered = self.unanswered.iter();
        let unanswered =
            unanswered.map(|(landlord, id)| json!({"organisation": landlord.as_str(), "id": id.to_string()}));
        json!({
            "group": group.to_string(),
            "group_name": directory.group(group).map(|group| group.name.clone()),
            "flow": code.as_str(),
            "title": flow.title,
            "rows": self.lines.len(),
            "expires": self.expires.map(|time| time.to_string()),
            "sent": through.collect::<Vec<_>>(),
            "planned": planned.collect::<Vec<_>>(),
            "unmatched": unmatched.collect::<Vec<_>>(),
            "unanswered": unanswered.collect::<Vec<_>>(),
        })
    }

    /// For people: what is through, letter by letter.
    pub(super) fn said(&self, sent: &[Option<MessageId>], words: &Words) -> Vec<String> {
        let through = self.parcels.iter().zip(sent).filter_map(|(parcel, id)| Some((parcel, (*id)?)));
        // What went before and goes again is sent now.
        let (now, before): (Vec<_>, Vec<_>) = through.partition(|(_, id)| !self.kept.contains(id));
        let said = |id: &str, (parcel, number): &(&Parcel, MessageId)| {
            let date = parcel.before.map(local_time).unwrap_or_default();
            let arguments = [
                ("organisation", visible(&parcel.name).into()),
                ("count", parcel.lines.len().into()),
                ("rows", parcel.lines.len().to_string().into()),
                ("number", number.to_string().into()),
                ("date", date.into()),
            ];
            words.say(id, &arguments)
        };
        let mut lines = vec![words.say("patrol-done", &[("count", now.len().into())])];
        lines.extend(now.iter().map(|one| said("patrol-done-letter", one)));
        lines.extend(before.iter().map(|one| said("patrol-done-before", one)));
        lines
    }
}
