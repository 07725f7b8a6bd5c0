//! The pages, one file a place; each says its own addresses.

pub(super) mod door;
mod inbox;
mod letter;
mod sent;
mod write;

use super::House;
use axum::Router;
use std::sync::Arc;

/// Everything there is.
pub(super) fn router() -> Router<Arc<House>> {
    Router::new()
        .merge(door::routes())
        .merge(inbox::routes())
        .merge(letter::routes())
        .merge(sent::routes())
        .merge(write::routes())
        .fallback(door::nothing)
}
