//! *Écrire*: choose what to do in the words of the trade, fill the form, read one sentence, send.
//!
//! | step | where |
//! |---|---|
//! | what one may send, group by group | [`choose`] |
//! | the form of one flow, with who will read it and why that is lawful | [`form`], [`fields`] |
//! | what was filled in, on its way from and to the browser | [`filled`](super::filled) |
//! | kept, and not sent yet | [`drafts`] |
//! | looked at by the rules, said in one sentence, sent | [`send`] |
//!
//! Nothing is kept between the steps but the documents that were dropped: what was filled goes to the browser and comes
//! back with the next step, and is looked at anew by the command that sends it. What is to be kept becomes a draft.

pub(super) mod choose;
pub(super) mod drafts;
mod fields;
mod form;
mod send;

use crate::ui::House;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    // What a letter may hold is bounded where it is read, piece by piece.
    let letters = get(form::empty).post(send::step).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/ecrire", get(choose::choose))
        .route("/ecrire/{group}/{flow}", letters)
        .route("/brouillons/{id}/supprimer", post(drafts::remove))
        .route("/progres", get(send::progress))
}
