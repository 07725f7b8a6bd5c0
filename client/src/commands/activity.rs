//! `pli log activity`: how much was done along the days, and at which hours of the week something was read.

use super::log::{reviewed, whole};
use crate::auditor::activity::Activity;
use crate::auditor::query::Query;
use crate::auditor::sealed::Purpose;
use crate::failure::Failure;
use crate::session::Session;
use crate::show::{Show, local_date};
use crate::words::Words;
use serde_json::json;

pub(super) async fn run(
    session: &mut Session,
    query: &Query,
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let mut records = Vec::new();
    let review = reviewed(session, purpose, |_, opened| {
        if query.takes(&opened.record) {
            records.push(opened.record);
        }
    })
    .await?;
    let activity = Activity::of(&records.iter().collect::<Vec<_>>());
    let begins = |place| activity.begins(place).map(|time| time.to_string());
    let bars = activity.counts.iter();
    let bars = bars.map(|(place, count)| json!({"place": place, "from": begins(*place), "count": count}));
    let object = json!({
        "acts": records.len(),
        "from": activity.span.map(|(first, _)| first.to_string()),
        "until": activity.span.map(|(_, last)| last.to_string()),
        "by": if activity.by_week { "week" } else { "day" },
        "bars": bars.collect::<Vec<_>>(),
        "hours": activity.hours,
    });
    show.result(&object, |words| lines(&activity, words));
    if records.is_empty() {
        show.aside("log-none", &[]);
    }
    whole(&review, show)
}

/// The numbers of both pictures.
fn lines(activity: &Activity, words: &Words) -> Vec<String> {
    let Some(bars) = activity.bars(words) else { return Vec::new() };
    let day = |place: usize| activity.begins(place).map(local_date).unwrap_or_default();
    let mut lines = vec![bars.caption.clone()];
    lines.extend(bars.counts.iter().map(|(place, count)| format!("{}  {count}", day(*place))));
    lines.push(words.say("report-hours", &[]));
    let grid = activity.grid(words);
    let hours = grid.rows.iter().filter(|(_, counts)| counts.iter().any(|count| *count > 0));
    lines.extend(hours.map(|(day, counts)| {
        let read = grid.heads.iter().zip(counts).filter(|(_, count)| **count > 0);
        let read: Vec<_> = read.map(|(hour, count)| format!("{hour} h : {count}")).collect();
        format!("{day}  {}", read.join(", "))
    }));
    lines
}
