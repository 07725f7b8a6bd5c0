//! A report as a page: one file that opens without Pli and without a network, and prints in black and white.

use super::anomalies::Anomaly;
use super::query::Query;
use super::report::{Report, marks};
use crate::dates;
use crate::show::{exact_time, local_date};
use crate::words::{Value, Words};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use shared::log::Record;
use shared::time::{DAY_SECONDS, Timestamp};
use std::collections::BTreeMap;

/// Days beside each other in the chart; a longer stretch is told in weeks.
const BARS_MAX: usize = 92;

pub(super) const STYLE: &str = "
@page { size: A4; margin: 18mm 15mm; }
body { font: 10.5pt/1.45 'Liberation Sans', Arial, sans-serif; color: #000; max-width: 180mm; margin: 0 auto; padding: 8mm 0; }
h1 { font-size: 17pt; margin: 0 0 2mm; } h2 { font-size: 12.5pt; margin: 8mm 0 2mm; border-bottom: 1px solid #000; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; } th, td { border: 1px solid #777; padding: 1mm 1.5mm; text-align: left; vertical-align: top; }
th { background: #eee; } td.n, th.n { text-align: right; } tr { break-inside: avoid; } thead { display: table-header-group; }
dl { display: grid; grid-template-columns: 48mm 1fr; gap: 1mm 3mm; margin: 0; } dt { font-weight: bold; } dd { margin: 0; overflow-wrap: anywhere; }
.hours { table-layout: fixed; } .hours th:first-child { width: 9mm; } .hours td, .hours th { text-align: center; padding: 0.8mm 0; font-size: 8pt; } .verdict { border: 2px solid #000; padding: 3mm; font-weight: bold; }
.cause { font-style: italic; } code { font-size: 8.5pt; overflow-wrap: anywhere; } svg { width: 100%; height: auto; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
* { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
";

/// The whole page, in the language of the words.
#[must_use]
pub fn page(report: &Report<'_>, words: &Words) -> String {
    let say = |id: &str| words.say(id, &[]);
    let title =
        say(if report.commission.order.is_some() { "report-title-procedure" } else { "report-title" });
    html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { (title) } style { (PreEscaped(STYLE)) } }
            body {
                h1 { (title) }
                (heading(report, words))
                h2 { (say("report-answer")) } (answer(report, words))
                h2 { (say("report-counts")) } (counts(report, words))
                h2 { (say("report-activity")) } (bars(report, words)) (hours(report, words))
                h2 { (say("report-anomalies")) } (anomalies(report, words))
                h2 { (say("report-timeline")) } (timeline(report, words))
                h2 { (say("report-gates")) } p { (say("report-gates-none")) }
                h2 { (say("report-membership")) } (membership(report, words))
                h2 { (say("report-integrity")) } (integrity(report, words))
                h2 { (say("report-limits")) }
                ul { @for number in 1..=5 { li { (say(&format!("report-limit-{number}"))) } } }
            }
        }
    }
    .into_string()
}

/// A term and what it is.
pub(super) fn line(term: String, text: &str) -> Markup {
    html! { dt { (term) } dd { (text) } }
}

fn heading(report: &Report<'_>, words: &Words) -> Markup {
    let (commission, query) = (&report.commission, &report.query);
    let say = |id: &str| words.say(id, &[]);
    html! {
        dl {
            (line(say("report-requested-by"), &commission.requested_by))
            (line(say("report-ground"), &commission.ground))
            @if let Some(order) = &commission.order { (line(say("report-order"), order)) }
            (line(say("report-made"), &exact_time(commission.made)))
            (line(say("report-period"), &period(query, words)))
            (line(say("report-query"), &asked(report, words)))
        }
    }
}

/// The days that are asked for.
#[must_use]
pub fn period(query: &Query, words: &Words) -> String {
    let (from, until) = (query.from.map(local_date), query.until);
    let last = until.map(|until| local_date(Timestamp(until.0.saturating_sub(1))));
    if from.is_none() && last.is_none() {
        return words.say("report-period-all", &[]);
    }
    let day = |day: Option<String>| Value::from(day.unwrap_or_else(|| "…".to_owned()));
    words.say("report-period-days", &[("from", day(from)), ("until", day(last))])
}

/// What was asked, beside the period.
fn asked(report: &Report<'_>, words: &Words) -> String {
    let query = &report.query;
    let text =
        |id: &str, value: Option<String>| value.map(|value| words.say(id, &[("value", Value::from(value))]));
    // In a form that names nobody, not even the question does.
    let actor = query.actor.as_ref().map(|member| report.person(member).to_owned());
    let flag = |id: &str, is_set: bool| is_set.then(|| words.say(id, &[]));
    let parts = [
        text("report-query-group", query.group.clone()),
        text("report-query-actor", actor),
        text("report-query-organisation", query.organisation.as_ref().map(ToString::to_string)),
        text("report-query-item", query.item.clone()),
        text("report-query-flow", query.flow.as_ref().map(ToString::to_string)),
        text("report-query-act", query.act.map(|act| words.say(&format!("act-{}", act.code()), &[]))),
        text("report-query-reason", query.stated_reason.as_ref().map(ToString::to_string)),
        flag("report-query-night", query.hours.night),
        flag("report-query-weekend", query.hours.weekend),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { words.say("report-query-all", &[]) } else { parts.join(" ; ") }
}

fn answer(report: &Report<'_>, words: &Words) -> Markup {
    let counts = report.counts();
    let (from, until) = report.span().unwrap_or((Timestamp(0), Timestamp(0)));
    let arguments: [(&str, Value<'_>); 7] = [
        ("acts", counts.acts.into()),
        ("letters", counts.letters.into()),
        ("readings", counts.readings.into()),
        ("members", counts.members.into()),
        ("organisations", counts.organisations.into()),
        ("from", exact_time(from).into()),
        ("until", exact_time(until).into()),
    ];
    let (broken, unread) = (report.review.broken().count(), report.review.unread());
    let id = if counts.acts == 0 { "report-answer-none" } else { "report-answer-acts" };
    html! {
        p.verdict { (words.say(if broken == 0 { "report-whole" } else { "report-not-whole" }, &[("count", broken.into())])) }
        @if unread > 0 { p { (words.say("report-unread", &[("count", unread.into())])) } }
        @for (id, count) in report.review.closed.told() { p { (words.say(id, &[("count", count.into())])) } }
        p { (words.say(id, &arguments)) }
        @if counts.acts > 0 {
            p { (words.say("report-answer-readings", &arguments)) }
            p { (words.say("report-answer-anomalies", &[("count", report.anomalies.len().into())])) }
        }
        p { (words.say("report-answer-no-conclusion", &[])) }
    }
}

fn counts(report: &Report<'_>, words: &Words) -> Markup {
    html! {
        table {
            thead { tr { th { (words.say("report-act", &[])) } th.n { (words.say("report-count", &[])) } } }
            tbody {
                @for (act, count) in report.by_act() {
                    tr { td { (words.say(&format!("act-{}", act.code()), &[])) } td.n { (count) } }
                }
            }
        }
        @let readings = report.readings_by_organisation();
        @if !readings.is_empty() {
            p {}
            table {
                thead { tr { th { (words.say("report-organisation", &[])) } th.n { (words.say("report-readings", &[])) } } }
                tbody { @for (organisation, count) in readings { tr { td { (organisation) } td.n { (count) } } } }
            }
        }
    }
}

/// Acts by day, or by week where there are many days. Its table is the chronology.
fn bars(report: &Report<'_>, words: &Words) -> Markup {
    let Some((first, last)) = report.span() else { return html! {} };
    let start = dates::midnight(first);
    let days = usize::try_from(last.since(start) / DAY_SECONDS).unwrap_or(usize::MAX).saturating_add(1);
    let step = if days > BARS_MAX { 7 * DAY_SECONDS } else { DAY_SECONDS };
    let mut bars: BTreeMap<u64, usize> = BTreeMap::new();
    for (_, record) in &report.acts {
        *bars.entry(record.time.since(start) / step).or_default() += 1;
    }
    let count = last.since(start) / step + 1;
    let highest = bars.values().max().copied().unwrap_or(1);
    let width = (720 / count.max(1)).clamp(1, 40);
    let height = |bar: usize| bar * 90 / highest.max(1);
    let arguments = [
        ("from", Value::from(local_date(first))),
        ("until", local_date(last).into()),
        ("highest", highest.into()),
    ];
    let caption =
        words.say(if step == DAY_SECONDS { "report-bars-days" } else { "report-bars-weeks" }, &arguments);
    html! {
        svg viewBox="0 0 720 104" role="img" aria-label=(caption) {
            line x1="0" y1="96" x2="720" y2="96" stroke="#000" {}
            @for (place, bar) in &bars {
                rect x=(place * width) y=(96 - height(*bar)) width=(width.saturating_sub(1).max(1)) height=(height(*bar)) fill="#444" {}
            }
        }
        p { (caption) }
    }
}

/// Readings by hour and weekday: the table is the chart, and the number is in the cell.
fn hours(report: &Report<'_>, words: &Words) -> Markup {
    let highest = report.hours.iter().flatten().max().copied().unwrap_or(0).max(1);
    let shade = |count: usize| format!("background: rgba(0,0,0,0.{:02})", count * 45 / highest);
    html! {
        table.hours {
            thead { tr { th {} @for hour in 0..24 { th { (hour) } } } }
            tbody {
                @for (day, row) in report.hours.iter().enumerate() {
                    tr {
                        th { (words.say(&format!("report-day-{day}"), &[])) }
                        @for count in row { td style=(shade(*count)) { @if *count > 0 { (count) } } }
                    }
                }
            }
        }
        p { (words.say("report-hours", &[])) }
    }
}

fn anomalies(report: &Report<'_>, words: &Words) -> Markup {
    let fact = |anomaly: &Anomaly| {
        let member = report.person(&anomaly.member).to_owned();
        let arguments = [("member", Value::from(member)), ("count", anomaly.records.len().into())];
        words.say(&format!("anomaly-{}", anomaly.rule.code()), &arguments)
    };
    let numbers =
        |anomaly: &Anomaly| anomaly.records.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    html! {
        @if report.anomalies.is_empty() { p { (words.say("anomaly-none", &[("count", report.acts.len().into())])) } }
        @else {
            table {
                thead { tr { th { (words.say("report-fact", &[])) } th { (words.say("report-cause", &[])) } th { (words.say("report-numbers", &[])) } } }
                tbody {
                    @for anomaly in &report.anomalies {
                        tr {
                            td { (fact(anomaly)) }
                            td.cause { (words.say(&format!("anomaly-{}-cause", anomaly.rule.code()), &[])) }
                            td { (numbers(anomaly)) }
                        }
                    }
                }
            }
        }
    }
}

fn timeline(report: &Report<'_>, words: &Words) -> Markup {
    let reason = |record: &Record| record.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    let heads = [
        "report-number",
        "report-time",
        "report-who",
        "report-act",
        "report-letter",
        "report-flow",
        "report-reason",
    ];
    html! {
        table {
            thead { tr { @for id in heads { th { (words.say(id, &[])) } } } }
            tbody {
                @for (index, record) in &report.acts {
                    tr {
                        td.n { (index) }
                        td { (exact_time(record.time)) }
                        td { (report.actor(record)) }
                        td { (words.say(&format!("act-{}", record.act.code()), &[])) (marks(record, words)) }
                        td { (record.item.map(|item| item.to_string()[..8].to_owned()).unwrap_or_default()) }
                        td { (record.flow.as_ref().map(ToString::to_string).unwrap_or_default()) }
                        td { (reason(record)) }
                    }
                }
            }
        }
    }
}

/// Who belonged to the groups concerned, each time that it changed.
fn membership(report: &Report<'_>, words: &Words) -> Markup {
    let say = |id: &str| words.say(id, &[]);
    let member = |(member, function): &(_, _)| format!("{} ({function})", report.person(member));
    html! {
        @if report.compositions.is_empty() { p { (say("report-membership-none")) } } @else {
            p { (say("report-membership-proved")) }
            table {
                thead { tr { th { (say("report-group")) } th { (say("report-since")) } th { (say("report-members")) } } }
                @for group in &report.compositions {
                    tr {
                        td { (group.name) }
                        td { (exact_time(group.from)) }
                        td { (group.members.iter().map(member).collect::<Vec<_>>().join(", ")) }
                    }
                }
            }
        }
    }
}

fn integrity(report: &Report<'_>, words: &Words) -> Markup {
    let review = report.review;
    let say = |id: &str| words.say(id, &[]);
    let numbers =
        |at: Option<&(u64, &Record)>| at.map_or_else(|| "–".to_owned(), |(index, _)| index.to_string());
    html! {
        dl {
            (line(say("report-first-number"), &numbers(report.acts.first())))
            (line(say("report-last-number"), &numbers(report.acts.last())))
            (line(say("report-leaves"), &review.mirror.tree().size.to_string()))
            (line(say("report-root"), &review.mirror.tree().root.to_string()))
            (line(say("report-software"), shared::SOFTWARE))
        }
        @if report.witnesses.is_empty() { p { (say("report-no-witness")) } } @else {
            ul {
                @for (name, time) in &report.witnesses {
                    li { (words.say("report-witness", &[("name", name.clone().into()), ("date", exact_time(*time).into())])) }
                }
            }
        }
        @if !review.faults.is_empty() {
            ul {
                @for fault in &review.faults {
                    li { (words.say(&format!("log-fault-{}", fault.what.code()), &[("leaf", fault.index.to_string().into())])) }
                }
            }
        }
        p { (say("report-again")) }
        p { code { "sha256sum -c empreintes.txt" } }
        p { (say("report-vkey")) }
        p { code { "python3 verify_log.py --vkey VKEY --leaf preuves/N.leaf --proof preuves/N.proof" } }
        pre { code { (review.mirror.checkpoint()) } }
    }
}
