//! The pages, one file a place; each says its own addresses.

mod absence;
mod accesses;
mod asked;
mod charter;
mod deadlines;
mod devices;
mod directory;
pub(super) mod door;
mod filled;
pub(super) mod first;
mod groups;
mod inbox;
mod journal;
mod late;
mod letter;
mod month;
mod paged;
mod patrimoine;
mod patrol;
mod proposals;
mod reread;
mod roster;
mod rows;
mod sent;
mod taken;
mod verify;
pub(super) mod welcome;
mod write;

use super::House;
use axum::Router;
use std::sync::Arc;

/// Everything there is.
pub(super) fn router() -> Router<Arc<House>> {
    Router::new()
        .merge(door::routes())
        .merge(first::routes())
        .merge(welcome::routes())
        .merge(inbox::routes())
        .merge(letter::routes())
        .merge(journal::routes())
        .merge(sent::routes())
        .merge(write::routes())
        .merge(patrol::routes())
        .merge(patrimoine::routes())
        .merge(groups::routes())
        .merge(proposals::routes())
        .merge(reread::routes())
        .merge(roster::routes())
        .merge(charter::routes())
        .merge(absence::routes())
        .merge(directory::routes())
        .merge(deadlines::routes())
        .merge(late::routes())
        .merge(accesses::routes())
        .merge(devices::routes())
        .merge(taken::routes())
        .merge(verify::routes())
        .fallback(door::nothing)
}
