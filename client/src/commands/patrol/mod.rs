//! `pli patrol send`: the results of patrols, to each landlord the rows of its own buildings (convention art. 10).
//!
//! One table in, one letter for each landlord out. Everything is asked before the first letter is sealed: the table, each
//! of its rows, whose building each is about, who reads it, and what the rules say. Rows that are nobody's, or whose
//! landlord has nobody here, are listed by their lines, and go nowhere.

mod outcome;

use self::outcome::{Outcome, Parcel};
use super::{person, send};
use crate::cli::{Patrol, SendPatrol};
use crate::failure::Failure;
use crate::faults::{Faults, ranges};
use crate::form::by_name;
use crate::inbox;
use crate::outbox::Wanted;
use crate::outbox::again;
use crate::outbox::batch::{Batch, Letter};
use crate::patrol::{self, Columns};
use crate::recipients::{Place, Resolved};
use crate::session::Session;
use crate::show::{Show, local_time, visible};
use crate::table;
use crate::trust;
use crate::words::{Language, Words};
use shared::directory::Directory;
use shared::form::{self, Form, Typed, TypedRow};
use shared::ids::{GroupId, MemberId, MessageId, OrganisationId};
use shared::limits::TEXT_BYTES_MAX;
use shared::message::{Core, Draft, Handling, Thread};
use shared::nomenclature::{Flow, Nomenclature};
use shared::patrol::{Split, Unmatched};
use shared::refusal::Refusal;
use shared::time::DAY_SECONDS;
use shared::wire::About;
use std::collections::BTreeMap;

/// The exit code where some rows went to nobody, as where something may not be sent.
const UNMATCHED: u8 = 4;

pub(super) async fn run(session: &mut Session, command: Patrol, show: &Show) -> Result<u8, Failure> {
    match command {
        Patrol::Send(typed) => send(session, &typed, show).await,
    }
}

async fn send(session: &mut Session, typed: &SendPatrol, show: &Show) -> Result<u8, Failure> {
    let group = super::group(session, &typed.group).await?;
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let rules = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let flow = super::form::flow(rules, &typed.flow)?;
    let columns = Columns::of(flow);
    let columns =
        columns.ok_or_else(|| Failure::usage("patrol-flow", "a flow whose rows have an address"))?;
    let sheet = Sheet::read(typed, (flow, rules), &directory)?;
    let own = directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?.member.clone();
    let answered = answered(session, typed, (flow, group, &own), &directory).await?;

    let mut buildings = patrol::known(session, rules);
    if let Some(file) = &typed.buildings {
        patrol::add_file(&mut buildings, file, (flow, rules, &directory))?;
    }
    if buildings.is_empty() {
        return Err(Failure::usage("patrol-no-buildings", "open a list of buildings, or give --buildings"));
    }
    let places: Vec<_> = sheet.form.rows().iter().map(|row| columns.place(row)).collect();
    let mut split = buildings.split(places.iter().map(Option::as_ref));
    let place =
        Place { directory: &directory, group, code: &typed.flow, flow, own: &own, now: session.now() };
    let mut readers = BTreeMap::new();
    for landlord in split.for_landlord.keys() {
        readers.insert(landlord.clone(), patrol::readers(&place, landlord)?);
    }
    split.keep(|landlord| readers.get(landlord).is_some_and(|readers| !readers.to.is_empty()));

    let write = Writing { sheet: &sheet, flow, rules, columns: &columns, answered: &answered };
    let mut parcels = Vec::new();
    for (landlord, rows) in &split.for_landlord {
        if let Some(readers) = readers.get(landlord) {
            parcels.extend(write.parcels(&place, (landlord, readers), rows)?);
        }
    }
    let (mut parcels, letters): (Vec<Parcel>, Vec<_>) = parcels.into_iter().unzip();
    let mut batch = Batch::plan(session, letters).await?;
    for (parcel, letter) in parcels.iter_mut().zip(batch.letters()) {
        parcel.before = letter.before.as_ref().map(|before| before.time);
    }
    if typed.unsent {
        batch.leave_out_sent();
    }
    preview(session, &directory, (&parcels, batch.letters()), (&sheet, &split), show)?;
    for (landlord, resolved) in &readers {
        if split.for_landlord.contains_key(landlord) {
            send::explain_choice(&directory, resolved, show);
        }
    }
    let unanswered = answered.iter().filter(|(landlord, _)| !split.for_landlord.contains_key(*landlord));
    let unanswered: Vec<_> = unanswered.collect();
    for (landlord, _) in &unanswered {
        show.aside("patrol-unanswered", &[("organisation", landlord.as_str().into())]);
    }
    if batch.already() > 0 {
        show.aside("patrol-already", &[("count", batch.already().into())]);
    }
    let kept = batch.letters().iter().filter(|letter| letter.before.is_some()).filter_map(Letter::done);
    let kept: Vec<_> = kept.collect();
    let mut sent: Vec<_> = batch.letters().iter().map(Letter::done).collect();
    let expires = batch.letters().iter().find_map(|letter| letter.plan.as_ref()).map(|plan| plan.expires);
    let outcome = Outcome {
        place: &place,
        parcels: &parcels,
        kept: &kept,
        lines: &sheet.lines,
        split: &split,
        unanswered: &unanswered,
        expires,
    };
    if batch.unsent() > 0 {
        let went = batch.letters().iter().filter(|letter| letter.done().is_none());
        let before: Vec<_> = went.filter_map(|letter| letter.before.clone()).collect();
        // Whoever is asked about the same again is asked once.
        let goes = again::asks(&before, (typed.again, typed.yes), show)?
            && (!before.is_empty() || show.confirms("patrol-confirm", typed.yes));
        if !goes {
            show.aside("send-cancelled", &[]);
            // The page shows what would go before it asks.
            show.result(&outcome.json(&sent), |_| Vec::new());
            return Ok(0);
        }
        deliver(session, batch, &mut sent, show).await?;
        send::remember_devices(session, &directory, parcels.iter().flat_map(|parcel| &parcel.readers))?;
    }
    session.close();
    show.result(&outcome.json(&sent), |words| outcome.said(&sent, words));
    Ok(if split.unmatched.is_empty() { 0 } else { UNMATCHED })
}

/// The table, checked, and on which line each of its rows stood.
struct Sheet {
    form: Form,
    lines: Vec<u32>,
}

impl Sheet {
    fn read(
        typed: &SendPatrol,
        (flow, rules): (&Flow, &Nomenclature),
        directory: &Directory,
    ) -> Result<Self, Failure> {
        let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
        let rows = table::read(&typed.file, columns)?;
        let lines = rows.iter().map(|row| row.line).collect();
        let mut typed = Typed { fields: typed.field.clone(), rows };
        by_name(&mut typed, flow, directory);
        let form = form::check(flow, &rules.lists, &typed).map_err(|faults| Faults::of(flow, faults))?;
        Ok(Self { form, lines })
    }

    fn line(&self, row: usize) -> u32 {
        self.lines.get(row).copied().unwrap_or_default()
    }
}

/// The letters that are answered, each by the landlord who wrote it.
async fn answered(
    session: &mut Session,
    typed: &SendPatrol,
    (flow, group, own): (&Flow, GroupId, &MemberId),
    directory: &Directory,
) -> Result<BTreeMap<OrganisationId, MessageId>, Failure> {
    let mut answered = BTreeMap::new();
    for id in &typed.answers {
        let core: Core = inbox::find(session, id).await?.header.core;
        let wrong = |what| Failure::usage("patrol-answers", what);
        // As the relay asks of each letter; here before the first is sent.
        if !flow.answers.contains(&core.flow) || core.group != group || !core.names(own) {
            return Err(wrong("this flow does not answer that letter, or not here"));
        }
        let writer = directory.card(&core.writer).ok_or_else(|| wrong("its writer is not in this group"))?;
        if answered.insert(writer.organisation.id.clone(), core.id).is_some() {
            return Err(wrong("two letters of one landlord"));
        }
    }
    Ok(answered)
}

/// Rows become letters.
struct Writing<'a> {
    sheet: &'a Sheet,
    flow: &'a Flow,
    rules: &'a Nomenclature,
    columns: &'a Columns,
    answered: &'a BTreeMap<OrganisationId, MessageId>,
}

impl Writing<'_> {
    /// The letters to one landlord: one, or as many as its rows need.
    fn parcels(
        &self,
        place: &Place<'_>,
        (landlord, readers): (&OrganisationId, &Resolved),
        rows: &[usize],
    ) -> Result<Vec<(Parcel, Wanted)>, Failure> {
        let mut parcels = Vec::new();
        for rows in self.fitting(rows) {
            let form = self.form(&rows)?;
            let card = readers.to.first().and_then(|member| place.directory.card(member));
            let parcel = Parcel {
                landlord: landlord.clone(),
                name: card.map_or_else(|| landlord.to_string(), |card| card.organisation.name.clone()),
                readers: readers.to.clone(),
                lines: rows.iter().map(|row| self.sheet.line(*row)).collect(),
                answers: self.answered.get(landlord).copied(),
                before: None,
            };
            let draft = Draft {
                group: place.group,
                flow: place.code.clone(),
                to: readers.to.clone(),
                subject: self.subject(&form),
                form,
                text: String::new(),
                handling: Handling::D2,
                thread: Thread { action: self.flow.action.clone(), ..Thread::default() },
                documents: Vec::new(),
                expires: place.now.plus(u64::from(self.flow.retention_days) * DAY_SECONDS),
                reply_to: self.answered.get(landlord).copied(),
                renews: None,
                first: None,
                vouches: false,
                reread: None,
            };
            let (sources, persons) = (Vec::new(), Vec::new());
            parcels.push((parcel, Wanted { draft, sources, persons, first: None, reason: None, gate: None }));
        }
        Ok(parcels)
    }

    /// Rows in as many parts as letters hold.
    fn fitting(&self, rows: &[usize]) -> Vec<Vec<usize>> {
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut left = 0;
        for row in rows {
            let cells = self.sheet.form.rows().get(*row).map_or(&[][..], Vec::as_slice);
            // Each text has a few bytes more.
            let bytes: usize = cells.iter().map(|cell| cell.len() + 5).sum();
            match parts.last_mut() {
                Some(part) if bytes <= left => part.push(*row),
                _ => {
                    parts.push(vec![*row]);
                    left = TEXT_BYTES_MAX;
                }
            }
            left = left.saturating_sub(bytes);
        }
        parts
    }

    /// The form of some rows: what was checked with all of them is checked again without the others.
    fn form(&self, rows: &[usize]) -> Result<Form, Failure> {
        let columns = self.flow.table.as_ref().map_or(&[][..], |table| &table.columns);
        let row = |row: &usize| {
            let cells = self.sheet.form.rows().get(*row).map_or(&[][..], Vec::as_slice);
            let filled = columns.iter().zip(cells).filter(|(_, value)| !value.is_empty());
            let cells = filled.map(|(column, value)| (column.name.to_string(), value.clone())).collect();
            TypedRow { line: self.sheet.line(*row), cells }
        };
        let typed = Typed { fields: self.sheet.form.fields().to_vec(), rows: rows.iter().map(row).collect() };
        let form = form::check(self.flow, &self.rules.lists, &typed);
        Ok(form.map_err(|faults| Faults::of(self.flow, faults))?)
    }

    fn subject(&self, form: &Form) -> String {
        let words = Words::new(Language::French);
        let shown = |day: &str| {
            let date = day.parse::<jiff::civil::Date>().ok();
            date.map_or_else(|| day.to_owned(), |date| date.strftime("%d/%m/%Y").to_string())
        };
        match self.columns.days(form.rows().iter()) {
            None => words.say("patrol-subject", &[]),
            Some((first, last)) if first == last => {
                words.say("patrol-subject-day", &[("date", shown(&first).into())])
            }
            Some((first, last)) => words.say(
                "patrol-subject-days",
                &[("from", shown(&first).into()), ("until", shown(&last).into())],
            ),
        }
    }
}

/// Who gets what, and what nobody gets.
fn preview(
    session: &Session,
    directory: &Directory,
    (parcels, letters): (&[Parcel], &[Letter]),
    (sheet, split): (&Sheet, &Split),
    show: &Show,
) -> Result<(), Failure> {
    let rows = sheet.lines.len();
    show.aside("patrol-before", &[("rows", rows.to_string().into()), ("count", parcels.len().into())]);
    for (parcel, letter) in parcels.iter().zip(letters) {
        let names: Vec<_> = parcel.readers.iter().map(|member| person(directory, member)).collect();
        let arguments = [
            ("organisation", visible(&parcel.name).into()),
            ("rows", parcel.lines.len().to_string().into()),
            ("count", parcel.lines.len().into()),
            ("names", names.join(", ").into()),
        ];
        show.aside("patrol-parcel", &arguments);
        send::explain_devices(session, directory, &letter.wanted, show)?;
    }
    if let Some(plan) = letters.iter().find_map(|letter| letter.plan.as_ref()) {
        let arguments = [("count", parcels.len().into()), ("date", local_time(plan.expires).into())];
        show.aside("patrol-until", &arguments);
    }
    for line in unmatched_lines(sheet, split, &show.words) {
        show.quote(&line);
    }
    Ok(())
}

/// What goes to nobody, by reason, with the lines of its rows.
fn unmatched_lines(sheet: &Sheet, split: &Split, words: &Words) -> Vec<String> {
    if split.unmatched.is_empty() {
        return Vec::new();
    }
    let mut by_reason: BTreeMap<Unmatched, Vec<u32>> = BTreeMap::new();
    for (row, why) in &split.unmatched {
        by_reason.entry(*why).or_default().push(sheet.line(*row));
    }
    let count = split.unmatched.len();
    let first = words.say("patrol-unmatched", &[("count", count.into()), ("rows", count.to_string().into())]);
    let lines = by_reason.into_iter().map(|(why, lines)| {
        let arguments = [("count", lines.len().into()), ("lines", ranges(&lines, usize::MAX).into())];
        words.say(&format!("patrol-why-{}", why.code()), &arguments)
    });
    std::iter::once(first).chain(lines).collect()
}

/// One bar over all letters; where one breaks off, how many are through.
async fn deliver(
    session: &mut Session,
    batch: Batch,
    sent: &mut [Option<MessageId>],
    show: &Show,
) -> Result<(), Failure> {
    let total = sent.len();
    let bar = show.counter(total as u64, "patrol-sending");
    let delivered = batch
        .send(session, show, |number, id| {
            if let Some(place) = sent.get_mut(number) {
                *place = Some(id);
            }
            bar.inc(1);
        })
        .await;
    bar.finish_and_clear();
    if delivered.is_err() {
        let through = sent.iter().flatten().count();
        show.aside(
            "patrol-broken-off",
            &[("sent", through.to_string().into()), ("total", total.to_string().into())],
        );
    }
    delivered
}
