//! A report as a sheet: every word and number that a magistrate is shown, in the order of reading.

use super::agreements::{Decided, Waiting};
use super::anomalies::Anomaly;
use super::query::Query;
use super::report::{Report, marks};
use crate::sheet::{Block, Kind, Sheet, Table};
use crate::show::{exact_time, local_date};
use crate::words::{Value, Words};
use shared::ids::MessageId;
use shared::log::Record;
use shared::time::Timestamp;

/// The whole of it, in the language of the words.
#[must_use]
pub fn sheet(report: &Report<'_>, words: &Words) -> Sheet {
    let say = |id: &str| words.say(id, &[]);
    let title =
        say(if report.commission.order.is_some() { "report-title-procedure" } else { "report-title" });
    let mut blocks = vec![heading(report, words)];
    let mut section = |id: &str, content: Vec<Block>| {
        blocks.push(Block::Heading(say(id)));
        blocks.extend(content);
    };
    section("report-answer", answer(report, words));
    section("report-counts", counts(report, words));
    section("report-activity", activity(report, words));
    section("report-anomalies", vec![anomalies(report, words)]);
    section("report-timeline", vec![timeline(report, words)]);
    section("report-gates", vec![gates(report, words), Block::Text(say("report-due-none"))]);
    section("report-membership", membership(report, words));
    section("report-integrity", integrity(report, words));
    let limits = (1..=5).map(|number| say(&format!("report-limit-{number}")));
    section("report-limits", vec![Block::List(limits.collect())]);
    Sheet { title, blocks }
}

fn heading(report: &Report<'_>, words: &Words) -> Block {
    let commission = &report.commission;
    let term = |id: &str, text: String| (words.say(id, &[]), text);
    let mut terms = vec![
        term("report-requested-by", commission.requested_by.clone()),
        term("report-ground", commission.ground.clone()),
    ];
    terms.extend(commission.order.clone().map(|order| term("report-order", order)));
    terms.push(term("report-made", exact_time(commission.made)));
    terms.push(term("report-period", period(&report.query, words)));
    terms.push(term("report-query", asked(report, words)));
    Block::Terms(terms)
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

fn answer(report: &Report<'_>, words: &Words) -> Vec<Block> {
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
    let counted = |id: &str, count: usize| words.say(id, &[("count", count.into())]);
    let (broken, unread) = (report.review.broken().count(), report.review.unread());
    let mut blocks =
        vec![Block::Verdict(counted(if broken == 0 { "report-whole" } else { "report-not-whole" }, broken))];
    let mut say = |text| blocks.push(Block::Text(text));
    if unread > 0 {
        say(words.say("report-unread", &[("count", unread.into())]));
    }
    for (id, count) in report.review.closed.told() {
        say(words.say(id, &[("count", count.into())]));
    }
    if counts.acts == 0 {
        say(words.say("report-answer-none", &[]));
    } else {
        say(words.say("report-answer-acts", &arguments));
        say(words.say("report-answer-readings", &arguments));
        say(counted("report-answer-anomalies", report.anomalies.len()));
    }
    say(words.say("report-answer-no-conclusion", &[]));
    blocks
}

fn counts(report: &Report<'_>, words: &Words) -> Vec<Block> {
    let acts = report.by_act();
    let acts = acts
        .iter()
        .map(|(act, count)| vec![words.say(&format!("act-{}", act.code()), &[]), count.to_string()]);
    let readings = report.readings_by_organisation();
    let readings: Vec<_> = readings
        .iter()
        .map(|(organisation, count)| vec![organisation.to_string(), count.to_string()])
        .collect();
    let heads = [("report-act", Kind::Words), ("report-count", Kind::Numbers)];
    let mut blocks = vec![table(&heads, acts.collect(), words)];
    if !readings.is_empty() {
        let heads = [("report-organisation", Kind::Words), ("report-readings", Kind::Numbers)];
        blocks.push(table(&heads, readings, words));
    }
    blocks
}

/// Acts along the days, and readings by hour and weekday. The table of the first is the chronology.
fn activity(report: &Report<'_>, words: &Words) -> Vec<Block> {
    let mut blocks: Vec<_> = report.activity.bars(words).map(Block::Bars).into_iter().collect();
    blocks.push(Block::Grid(report.activity.grid(words)));
    blocks.push(Block::Text(words.say("report-hours", &[])));
    blocks
}

fn anomalies(report: &Report<'_>, words: &Words) -> Block {
    if report.anomalies.is_empty() {
        return Block::Text(words.say("anomaly-none", &[("count", report.acts.len().into())]));
    }
    let row = |anomaly: &Anomaly| {
        let (code, member) = (anomaly.rule.code(), report.person(&anomaly.member).to_owned());
        let arguments = [("member", Value::from(member)), ("count", anomaly.records.len().into())];
        vec![
            words.say(&format!("anomaly-{code}"), &arguments),
            words.say(&format!("anomaly-{code}-cause"), &[]),
            anomaly.records.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
        ]
    };
    let heads =
        [("report-fact", Kind::Words), ("report-cause", Kind::Remarks), ("report-numbers", Kind::Words)];
    table(&heads, report.anomalies.iter().map(row).collect(), words)
}

fn timeline(report: &Report<'_>, words: &Words) -> Block {
    let heads = [
        ("report-number", Kind::Numbers),
        ("report-time", Kind::Words),
        ("report-who", Kind::Words),
        ("report-act", Kind::Words),
        ("report-letter", Kind::Words),
        ("report-flow", Kind::Words),
        ("report-reason", Kind::Words),
    ];
    let row = |(index, record): &(u64, &Record)| {
        let act = words.say(&format!("act-{}", record.act.code()), &[]);
        vec![
            index.to_string(),
            exact_time(record.time),
            report.actor(record),
            act + &marks(record, words),
            record.item.map(|item| item.to_string()[..8].to_owned()).unwrap_or_default(),
            record.flow.as_ref().map(ToString::to_string).unwrap_or_default(),
            record.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]
    };
    table(&heads, report.acts.iter().map(row).collect(), words)
}

/// What waited for an agreement, and what was decided.
fn gates(report: &Report<'_>, words: &Words) -> Block {
    if report.waiting.is_empty() {
        return Block::Text(words.say("report-gates-none", &[]));
    }
    let row = |(id, letter): &(MessageId, Waiting)| {
        let decision = match &letter.decided {
            Some(Decided { at, by, until: Some(until), .. }) => words.say(
                "report-gate-approved",
                &[
                    ("member", report.person(by).to_owned().into()),
                    ("date", exact_time(*at).into()),
                    ("until", exact_time(*until).into()),
                ],
            ),
            Some(Decided { at, by, reason, .. }) => words.say(
                "report-gate-rejected",
                &[
                    ("member", report.person(by).to_owned().into()),
                    ("date", exact_time(*at).into()),
                    ("reason", reason.clone().unwrap_or_default().into()),
                ],
            ),
            None if letter.is_retired => words.say("report-gate-retired", &[]),
            None => words.say("report-gate-undecided", &[("date", exact_time(letter.until).into())]),
        };
        vec![
            id.to_string()[..8].to_owned(),
            letter.flow.as_ref().map(ToString::to_string).unwrap_or_default(),
            exact_time(letter.since),
            report.person(&letter.approver).to_owned(),
            decision,
        ]
    };
    let heads = [
        ("report-letter", Kind::Words),
        ("report-flow", Kind::Words),
        ("report-gate-since", Kind::Words),
        ("report-gate-by", Kind::Words),
        ("report-gate-decision", Kind::Remarks),
    ];
    table(&heads, report.waiting.iter().map(row).collect(), words)
}

/// Who belonged to the groups concerned, each time that it changed.
fn membership(report: &Report<'_>, words: &Words) -> Vec<Block> {
    let say = |id: &str| Block::Text(words.say(id, &[]));
    if report.compositions.is_empty() {
        return vec![say("report-membership-none")];
    }
    let member = |(member, function): &(_, _)| format!("{} ({function})", report.person(member));
    let rows = report.compositions.iter().map(|group| {
        let members: Vec<_> = group.members.iter().map(member).collect();
        vec![group.name.clone(), exact_time(group.from), members.join(", ")]
    });
    let heads =
        [("report-group", Kind::Words), ("report-since", Kind::Words), ("report-members", Kind::Words)];
    vec![say("report-membership-proved"), table(&heads, rows.collect(), words)]
}

fn integrity(report: &Report<'_>, words: &Words) -> Vec<Block> {
    let review = report.review;
    let say = |id: &str| words.say(id, &[]);
    let number =
        |at: Option<&(u64, &Record)>| at.map_or_else(|| "–".to_owned(), |(index, _)| index.to_string());
    let mut blocks = vec![Block::Terms(vec![
        (say("report-first-number"), number(report.acts.first())),
        (say("report-last-number"), number(report.acts.last())),
        (say("report-leaves"), review.mirror.tree().size.to_string()),
        (say("report-root"), review.mirror.tree().root.to_string()),
        (say("report-software"), shared::SOFTWARE.to_owned()),
    ])];
    let witness = |(name, time): &(String, Timestamp)| {
        words.say("report-witness", &[("name", name.clone().into()), ("date", exact_time(*time).into())])
    };
    blocks.push(if report.witnesses.is_empty() {
        Block::Text(say("report-no-witness"))
    } else {
        Block::List(report.witnesses.iter().map(witness).collect())
    });
    if !review.faults.is_empty() {
        let faults = review.faults.iter().map(|fault| {
            words
                .say(&format!("log-fault-{}", fault.what.code()), &[("leaf", fault.index.to_string().into())])
        });
        blocks.push(Block::List(faults.collect()));
    }
    blocks.extend([
        Block::Text(say("report-again")),
        Block::Code("sha256sum -c empreintes.txt".to_owned()),
        Block::Text(say("report-vkey")),
        Block::Code(
            "python3 verify_log.py --vkey VKEY --leaf preuves/N.leaf --proof preuves/N.proof".to_owned(),
        ),
        Block::Code(review.mirror.checkpoint().to_owned()),
    ]);
    blocks
}

fn table(heads: &[(&str, Kind)], rows: Vec<Vec<String>>, words: &Words) -> Block {
    let columns = heads.iter().map(|(id, kind)| (words.say(id, &[]), *kind)).collect();
    Block::Table(Table { columns, rows })
}
