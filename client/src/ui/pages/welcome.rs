//! What a device is shown once, when it was accepted: that it works, and what its member has to do next.

use super::groups::number;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value as Json;
use std::sync::Arc;

/// Its address.
pub(in crate::ui) const WELCOME: &str = "/bienvenue";

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route(WELCOME, get(welcome))
}

async fn welcome(_: Member, State(house): State<Arc<House>>) -> Response {
    let say = |id: &str| house.say(id, &[]);
    let told = house.desk.run(Typed::new("groups")).await;
    let groups = told.objects();
    // The group knows the devices of its members by a list that is signed again for each new one.
    let devices = house.desk.run(Typed::new("device list")).await;
    let this = devices.objects().into_iter().find(|device| device["this"] == true);
    let counts = this.and_then(|device| device["groups"].as_array()).map_or(&[][..], Vec::as_slice);
    let waits: Vec<_> = counts
        .iter()
        .filter(|group| group["counts"] == false && groups.iter().any(|known| known["name"] == group["name"]))
        .filter_map(|group| group["name"].as_str())
        .collect();
    let main = html! {
        div.notice.done role="status" { p { strong { (say("page-welcome-done")) } } }
        (frame::wrong(&told))
        (charters(&house, &groups))
        @if told.outcome.is_ok() && groups.is_empty() { p { (say("page-welcome-no-group")) } }
        @if !waits.is_empty() {
            p.notice.due { (house.say("page-welcome-not-counted", &[("groups", waits.join(", ").into())])) }
        }
        @if devices.objects().len() > 1 { p { (say("page-welcome-further")) } }
        p { (say("page-welcome-passphrase")) }
        p.actions { a.button.main href="/" { (say("page-inbox")) } a href="/groupes" { (say("page-groups")) } }
    };
    Page::at(Place::Inbox, &house.words, main).called(say("page-welcome")).framed(&house.words)
}

/// The charters that wait for this member's signature: without it nothing is sent and nothing comes.
pub(super) fn charters(house: &House, groups: &[&Json]) -> Markup {
    let unsigned = groups.iter().filter(|group| group["you"]["cause"] == "charter-unsigned");
    html! {
        @for group in unsigned {
            div.notice.due {
                p { (house.say("page-welcome-charter", &[("name", group["name"].as_str().unwrap_or_default().into())])) }
                p { a.button href={ "/groupes/" (number(group)) "/charte" } { (house.say("page-charter-read-sign", &[])) } }
            }
        }
    }
}
