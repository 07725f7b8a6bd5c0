//! *Journal*: for those who review the log. How far it was verified comes first, for the rest is worth no more.
//!
//! Looking at this page reads nothing of the log. Each search is a reading, which the log records; what is searched for
//! is posted, so that no address and no history says it.

mod charts;
mod filter;
mod report;
mod results;

use crate::failure::Failure;
use crate::trust;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::door::Secret;
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Form, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use filter::Filter;
use maud::{Markup, html};
use serde::Deserialize;
use shared::ids::GroupId;
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::About;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    let back = async || Redirect::to("/journal");
    Router::new()
        .route("/journal", get(state).post(search))
        .route("/journal/verification", post(verify).get(back))
        .route("/journal/personne", post(person).get(back))
        .route("/journal/rapport", post(report::write).get(back))
}

/// A person.
#[derive(Deserialize)]
struct Concerned {
    personne: Secret,
}

/// What this device knows of the log before it is read.
struct Known {
    is_reviewer: bool,
    /// How many leaves this device verified, and the time of the last.
    verified: Option<(u64, Timestamp)>,
    /// The newest time at which enough witnesses had seen it.
    attested: Option<Timestamp>,
    /// Where members serve: id and name.
    organisations: Vec<(String, String)>,
    /// Who acts, by handle: whoever controls sees no more of a member without a written order.
    members: Vec<(String, String)>,
    /// Why the relay was not asked.
    failed: Option<Failure>,
}

impl Known {
    async fn of(house: &House) -> Result<Self, Failure> {
        let looked = house.desk.look(async |session, _| {
            let (verified, attested) = {
                let lock = session.home.memory()?;
                (lock.memory.reviewed.clone(), lock.memory.attested)
            };
            let of_log = verified.as_ref().map(|known| (known.size(), known.time()));
            // Without the relay, what it was when it was last read.
            let mut known = Self {
                is_reviewer: verified.is_some_and(|known| known.as_reviewer()),
                verified: of_log,
                attested,
                organisations: Vec::new(),
                members: Vec::new(),
                failed: None,
            };
            match trust::prove(session, About::Everybody).await {
                Ok(proved) => {
                    let (device, now) = (session.device(), session.now());
                    known.is_reviewer = proved.directory.auditors(now).contains(&device);
                    let cards = proved.directory.all_cards().map(|card| &card.organisation);
                    let named =
                        |one: &shared::statement::Organisation| (one.id.to_string(), one.name.clone());
                    known.organisations = cards.map(named).collect();
                    known.organisations.sort();
                    known.organisations.dedup();
                    let card = |card: &shared::statement::Card| {
                        (card.member.to_string(), format!("{} ({})", card.member, card.organisation.name))
                    };
                    known.members = proved.directory.all_cards().map(card).collect();
                }
                // The relay shows everybody's card to a reviewer alone.
                Err(Failure::Refused(Refusal::NotAReviewer)) => known.is_reviewer = false,
                Err(failure) => known.failed = Some(failure),
            }
            Ok(known)
        });
        looked.await
    }

    /// An organisation as people say it.
    fn organisation<'a>(&'a self, id: &'a str) -> &'a str {
        let known = self.organisations.iter().find(|(known, _)| known == id);
        known.map_or(id, |(_, name)| name.as_str())
    }
}

async fn state(_: Member, State(house): State<Arc<House>>) -> Response {
    shown(&house, &Filter::default(), async |_| html! {}).await
}

/// The page, with what was found in it.
async fn shown(house: &House, filter: &Filter, found: impl AsyncFnOnce(&Known) -> Markup) -> Response {
    let known = match Known::of(house).await {
        Ok(known) => known,
        Err(failure) => return house.wrong(&failure),
    };
    let say = |id: &str| house.say(id, &[]);
    if !known.is_reviewer && known.failed.is_none() {
        let main =
            html! { p { (say("page-journal-closed")) " " a href="/acces" { (say("page-accesses")) } } };
        return Page::at(Place::Journal, &house.words, main).framed(&house.words);
    }
    let found = found(&known).await;
    // What was just verified is known by now.
    let verified = house.desk.look(async |session, _| {
        let known = session.home.memory()?.memory.reviewed.clone();
        Ok(known.map(|known| (known.size(), known.time())))
    });
    let known = Known { verified: verified.await.ok().flatten().or(known.verified), ..known };
    let main = html! {
        @if let Some(failure) = &known.failed { (frame::told(&house.desk.failed(failure))) }
        (verification(house, &known))
        (found)
        (filter::asked(house, filter, &known))
        (report::asked(house, filter))
    };
    Page::at(Place::Journal, &house.words, main).framed(&house.words)
}

/// How far it was verified, first of all.
fn verification(house: &House, known: &Known) -> Markup {
    let time = |time: Timestamp| crate::show::local_time(time);
    let verified = match known.verified {
        Some((size, at)) => house.say(
            "page-journal-verified",
            &[("leaf", size.saturating_sub(1).to_string().into()), ("date", time(at).into())],
        ),
        None => house.say("page-journal-unverified", &[]),
    };
    let attested = match known.attested {
        Some(at) => house.say("page-journal-attested", &[("date", time(at).into())]),
        None => house.say("page-journal-unattested", &[]),
    };
    html! {
        section.verification aria-labelledby="etat" {
            h2 id="etat" { (house.say("page-journal-state", &[])) }
            p.sentence { (verified) " " (attested) }
            form method="post" action="/journal/verification" {
                button { (house.say("page-journal-verify", &[])) }
            }
        }
    }
}

async fn verify(_: Member, State(house): State<Arc<House>>) -> Response {
    let verifying = async |_: &Known| {
        let told = house.desk.run(Typed::new("log verify")).await;
        verdict(&house, &told)
    };
    shown(&house, &Filter::default(), verifying).await
}

/// Whether it is whole, or what does not fit.
fn verdict(house: &House, told: &Told) -> Markup {
    let objects = told.objects();
    let Some(whole) = objects.first().filter(|_| told.outcome.is_ok()) else {
        return html! { (frame::wrong(told)) div.notice.wrong.said { (frame::lines(told)) } };
    };
    let count = |name: &str| whole[name].as_u64().unwrap_or_default();
    let witnesses = whole["witnesses"].as_array().map_or(&[][..], Vec::as_slice);
    let counts = [("count", count("records").into()), ("size", count("size").to_string().into())];
    html! {
        div.notice.done role="status" {
            p { (house.say("page-journal-whole", &counts)) }
            @for (id, name) in [("log-unread-before", "unread_before"), ("log-closed-on-order", "closed_on_order"), ("log-closed-for-good", "closed_for_good")] {
                @if count(name) > 0 { p { (house.say(id, &[("count", count(name).into())])) } }
            }
            @for witness in witnesses {
                @let seen = [("name", witness["name"].as_str().unwrap_or_default().into()), ("date", frame::time(&witness["time"]).into())];
                p { (house.say("report-witness", &seen)) }
            }
        }
    }
}

async fn search(_: Member, State(house): State<Arc<House>>, Form(filter): Form<Filter>) -> Response {
    let reading = async |known: &Known| {
        let command = match filter.vue.as_str() {
            "anomalies" => "log anomalies",
            "activite" => "log activity",
            _ => "log search",
        };
        let told = house.desk.run(filter.typed(command)).await;
        match filter.vue.as_str() {
            "anomalies" => results::anomalies(&house, &told),
            "activite" => charts::activity(&house, &told),
            _ => results::acts(&house, known, &group_names(&house, &told).await, &told),
        }
    };
    shown(&house, &filter, reading).await
}

async fn person(_: Member, State(house): State<Arc<House>>, Form(typed): Form<Concerned>) -> Response {
    // Who it is goes to the command and nowhere else: the page that answers does not say it.
    let command = Typed::new("log person").of(typed.personne.0.trim());
    let reading = async |known: &Known| {
        let told = house.desk.run(command).await;
        results::letters(&house, known, &group_names(&house, &told).await, &told)
    };
    shown(&house, &Filter::default(), reading).await
}

/// What the groups are called in which something was done, by id; one that cannot be proved keeps its number.
async fn group_names(house: &House, told: &Told) -> BTreeMap<String, String> {
    let found: BTreeSet<GroupId> =
        told.objects().into_iter().filter_map(|act| act["group"].as_str()?.parse().ok()).collect();
    let named = house.desk.look(async move |session, _| {
        let mut names = BTreeMap::new();
        for id in found {
            let proved = trust::prove(session, About::Group(id)).await;
            let name = proved.ok().and_then(|proved| Some(proved.directory.group(id)?.name.clone()));
            names.extend(name.map(|name| (id.to_string(), name)));
        }
        Ok(names)
    });
    named.await.unwrap_or_default()
}
