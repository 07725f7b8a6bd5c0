//! *Groupes*: which ones, who belongs, in which state, and what may be sent there.
//!
//! What is signed here has a file each: [`charter`](super::charter), [`proposals`](super::proposals),
//! [`roster`](super::roster), [`absence`](super::absence).

use super::paged::{Paged, Part};
use super::{proposals, reread, roster};
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place, day};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value as Json;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/groupes", get(groups)).route("/groupes/{id}", get(group))
}

async fn groups(_: Member, State(house): State<Arc<House>>) -> Response {
    let say = |id: &str| house.say(id, &[]);
    let told = house.desk.run(Typed::new("groups")).await;
    // Without the relay, one question waits for it and not two.
    let waiting = match told.outcome {
        Ok(_) => Some(house.desk.run(Typed::new("group proposals")).await),
        Err(_) => None,
    };
    let groups = told.objects();
    let main = html! {
        (frame::wrong(&told))
        @if let Some(waiting) = &waiting { (proposals::shown(&house, waiting, None)) }
        @if told.outcome.is_ok() && groups.is_empty() { p.empty { (say("groups-none")) } }
        @if !groups.is_empty() { (table(&house, &groups)) }
        ul.tiles {
            @if !groups.is_empty() { li { a href="/absence" { strong { (say("page-absence")) } (say("page-absence-tile")) } } }
            @if !groups.is_empty() { li { a href=(reread::ADDRESS) { strong { (say("page-reread")) } (say("page-reread-tile")) } } }
            li { a href="/postes" { strong { (say("page-devices")) } (say("page-devices-tile")) } }
        }
    };
    Page::at(Place::Groups, &house.words, main).framed(&house.words)
}

fn table(house: &House, groups: &[&Json]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-groups")) }
            thead { tr { @for id in ["page-group", "page-territory", "page-members", "page-your-state"] { th scope="col" { (say(id)) } } } }
            tbody {
                @for group in groups {
                    @let name = group["name"].as_str();
                    tr {
                        th scope="row" data-label=(say("page-group")) {
                            a href={ "/groupes/" (number(group)) } { (name.unwrap_or(number(group))) }
                            @if let Some(kind) = group["kind_title"].as_str() { br; small { (kind) } }
                        }
                        td data-label=(say("page-territory")) { (frame::list(&group["territory"])) }
                        td.count data-label=(say("page-members")) { (group["members"].as_array().map_or(0, Vec::len)) }
                        td data-label=(say("page-your-state")) {
                            @if name.is_none() { span.badge.waiting { (say("page-group-unsigned")) } }
                            @else if group["led"] == false { span.badge.waiting { (say("page-group-not-led")) } }
                            @else { (state(house, &group["you"])) }
                        }
                    }
                }
            }
        }
    }
}

/// The beginning of a group's id.
pub(super) fn number(group: &Json) -> &str {
    group["id"].as_str().and_then(|id| id.get(..8)).unwrap_or_default()
}

/// Whether a member takes part, and why not.
fn state(house: &House, member: &Json) -> Markup {
    let id = match member["cause"].as_str() {
        None if member["writes"] == false => "page-standing-reads",
        None => "page-standing-active",
        Some("charter-unsigned") => "page-standing-unsigned",
        Some("office-ended") => "page-standing-ended",
        Some("office-not-begun") => "page-standing-not-begun",
        Some("not-attested") => "page-standing-unattested",
        Some("may-not-join") => "page-standing-may-not-join",
        Some(_) => "page-standing-no-device",
    };
    let is_active = member["cause"].is_null();
    html! {
        @if member.is_null() { span.badge { (house.say("page-standing-leads", &[])) } }
        @else if is_active { span.badge.done { (house.say(id, &[])) } }
        @else { span.badge.late { (house.say("page-suspended", &[])) } " " (house.say(id, &[])) }
    }
}

async fn group(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Query(part): Query<Part>,
) -> Response {
    let told = house.desk.run(Typed::new("group show").of(&id)).await;
    let Some(group) = told.objects().into_iter().find(|object| object.get("members").is_some()) else {
        return house.told(Place::Groups, &told);
    };
    let waiting = house.desk.run(Typed::new("group proposals")).await;
    let say = |id: &str| house.say(id, &[]);
    let title = group["name"].as_str().unwrap_or_default().to_owned();
    let main = html! {
        (proposals::shown(&house, &waiting, group["id"].as_str()))
        @if group["roster"].is_null() { p.notice.due { (say("page-group-unsigned-means")) } }
        @else if group["led"] == false { p.notice.due { (say("page-group-not-led-means")) } }
        (facts(&house, group))
        @if group["asks_charter"] == true { (charter(&house, group)) }
        h2 { (say("page-members")) }
        (members(&house, group, part.page))
        h2 { (say("page-group-flows")) }
        (flows(&house, group))
        p.actions {
            @if roster::leads(group) || own(group).is_some() {
                a.button href={ "/groupes/" (number(group)) "/membres" } { (say("page-roster")) }
            }
            @if own(group).is_some() { a.button href="/absence" { (say("page-absence")) } }
            a href="/groupes" { (say("page-back")) }
        }
    };
    Page::at(Place::Groups, &house.words, main).called(title).framed(&house.words)
}

fn facts(house: &House, group: &Json) -> Markup {
    let text = |name: &str| group[name].as_str().unwrap_or_default().to_owned();
    let facts = [
        ("page-group-kind", text("kind_title")),
        ("page-territory", frame::list(&group["territory"])),
        ("page-group-president", text("president_name")),
        ("page-group-coordinator", text("coordinator_name")),
    ];
    html! { dl.facts { @for (id, value) in facts { dt { (house.say(id, &[])) } dd { (value) } } } }
}

/// The member of a group that this one is.
pub(super) fn own(group: &Json) -> Option<&Json> {
    let you = group["you"].as_str()?;
    group["members"].as_array()?.iter().find(|member| member["member"] == you)
}

/// Which charter holds, and whether this member has signed it.
fn charter(house: &House, group: &Json) -> Markup {
    let (charter, say) = (&group["charter"], |id: &str| house.say(id, &[]));
    let is_signed = own(group).is_none_or(|own| own["charter_signed"] == true);
    let is_coming = charter["in_force"] != charter["newest"];
    let link = format!("/groupes/{}/charte", number(group));
    let coming = [("version", charter["newest"].to_string().into()), ("date", day(&charter["from"]).into())];
    let (unsigned, read) = match (is_coming && !charter["in_force"].is_null(), is_signed) {
        (_, true) => ("page-charter-signed", "page-charter-read"),
        (true, false) => ("page-charter-unsigned-yet", "page-charter-read-sign"),
        (false, false) => ("page-charter-unsigned", "page-charter-read-sign"),
    };
    html! {
        h2 { (say("page-charter")) }
        @if charter.is_null() { p { (say("charter-none-in-force")) } }
        @else {
            div.notice.due[!is_signed].done[is_signed] {
                @if !charter["in_force"].is_null() {
                    p { (house.say("charter-in-force", &[("version", charter["in_force"].to_string().into())])) }
                }
                @if is_coming { p { (house.say("page-charter-coming", &coming)) } }
                @if own(group).is_some() { p { (house.say(unsigned, &coming)) } }
            }
            p { a.button.main[!is_signed] href=(link) { (say(read)) } }
        }
    }
}

/// Whether a member signed the newest charter, or has to.
fn signature(house: &House, group: &Json, member: &Json) -> String {
    let charter = &group["charter"];
    let is_coming = charter["in_force"] != charter["newest"] && member["cause"] != "charter-unsigned";
    let id = match (member["charter_signed"] == true, is_coming) {
        (true, _) => "page-signed",
        (false, true) => "page-to-sign",
        (false, false) => "page-not-signed",
    };
    house.say(id, &[("version", charter["newest"].to_string().into())])
}

fn members(house: &House, group: &Json, page: Option<usize>) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let asks_charter = group["asks_charter"] == true && !group["charter"].is_null();
    let columns = ["page-name", "page-function", "page-organisation", "page-charter", "page-state"];
    let paged = Paged::of(group["members"].as_array().map_or(&[][..], Vec::as_slice), page);
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-members")) }
            thead { tr { @for id in columns.iter().filter(|id| asks_charter || **id != "page-charter") { th scope="col" { (say(id)) } } } }
            tbody {
                @for member in paged.lines {
                    @let text = |name: &str| member[name].as_str().unwrap_or_default();
                    tr {
                        th scope="row" data-label=(say("page-name")) {
                            (text("name"))
                            @if member["member"] == group["you"] { " " small { (say("page-you")) } }
                        }
                        td data-label=(say("page-function")) { (text("function_title")) }
                        td data-label=(say("page-organisation")) { (text("organisation_name")) }
                        @if asks_charter {
                            td data-label=(say("page-charter")) { (signature(house, group, member)) }
                        }
                        td data-label=(say("page-state")) {
                            (state(house, member))
                            @let away = &member["delegation"];
                            @if !away.is_null() {
                                p.small { (house.say("page-away", &[
                                    ("name", away["to_name"].as_str().unwrap_or_default().into()),
                                    ("from", day(&away["from"]).into()),
                                    ("until", frame::last(&away["until"]).into()),
                                ])) }
                            }
                        }
                    }
                }
            }
        }
        (paged.links(house, "?"))
    }
}

/// What this member may send there, in the words of the trade.
fn flows(house: &House, group: &Json) -> Markup {
    let flows = group["flows"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        @if own(group).is_none() { p.empty { (house.say("page-group-not-yours", &[])) } }
        @else if flows.is_empty() { p.empty { (house.say("page-group-no-flows", &[])) } }
        @else {
            ul.tiles {
                @for flow in flows {
                    @let code = flow["flow"].as_str().unwrap_or_default();
                    li {
                        a href={ "/ecrire/" (number(group)) "/" (code) } {
                            strong { (flow["title"].as_str().unwrap_or_default()) }
                            (house.say("page-destroyed-after", &[("days", flow["retention_days"].as_u64().unwrap_or_default().into())]))
                        }
                    }
                }
            }
        }
    }
}
