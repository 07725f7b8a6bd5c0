//! The pages, one file a place; each says its own addresses.

pub(super) mod door;
mod inbox;
mod journal;
mod letter;
mod sent;
mod taken;
mod verify;

use super::House;
use axum::Router;
use std::sync::Arc;

/// Everything there is.
pub(super) fn router() -> Router<Arc<House>> {
    Router::new()
        .merge(door::routes())
        .merge(inbox::routes())
        .merge(letter::routes())
        .merge(journal::routes())
        .merge(sent::routes())
        .merge(taken::routes())
        .merge(verify::routes())
        .fallback(door::nothing)
}
