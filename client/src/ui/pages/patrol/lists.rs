//! The landlords' lists of occupied halls that results answer: those that wait for an answer, the newest of each
//! landlord chosen.

use super::Channel;
use crate::ui::House;
use crate::ui::desk::Typed;
use crate::ui::frame;
use std::collections::BTreeSet;

/// A list that waits for results.
pub(super) struct List {
    /// Its letter.
    pub(super) id: String,
    /// Whose it is, as people say it.
    pub(super) landlord: String,
    /// When it came.
    pub(super) day: String,
    /// Whether these results answer it.
    pub(super) chosen: bool,
}

/// Those of a group that this member owes an answer, the newest first. `answered` is the beginning of the one from which
/// its reader comes: of its landlord, that one is chosen.
pub(super) async fn waiting(house: &House, channel: &Channel, answered: Option<&str>) -> Vec<List> {
    // What is owed is noted as letters come.
    let inbox = house.desk.run(Typed::new("inbox")).await;
    let due = house.desk.run(Typed::new("deadlines")).await;
    let owed: BTreeSet<_> = due
        .objects()
        .into_iter()
        .filter(|one| {
            one["flow"] == channel.code.as_str() && matches!(one["state"].as_str(), Some("due" | "late"))
        })
        .filter_map(|one| one["message"].as_str())
        .collect();
    let group = channel.group.to_string();
    let mut letters: Vec<_> = inbox
        .objects()
        .into_iter()
        .filter(|one| {
            one["group"] == group.as_str() && one["id"].as_str().is_some_and(|id| owed.contains(id))
        })
        .collect();
    letters.sort_by_key(|one| std::cmp::Reverse(one["created"].as_str()));
    let text = |letter: &serde_json::Value, name: &str| letter[name].as_str().unwrap_or_default().to_owned();
    let wanted = |letter: &serde_json::Value| answered.is_some_and(|id| text(letter, "id").starts_with(id));
    // The one that was asked for comes before the newest of its landlord.
    let mut known: BTreeSet<_> = letters
        .iter()
        .filter(|letter| wanted(letter))
        .map(|letter| text(&letter["from"], "organisation"))
        .collect();
    letters
        .into_iter()
        .map(|letter| List {
            chosen: known.insert(text(&letter["from"], "organisation")) || wanted(letter),
            id: text(letter, "id"),
            landlord: text(&letter["from"], "organisation_name"),
            day: frame::day(&letter["created"]),
        })
        .collect()
}
