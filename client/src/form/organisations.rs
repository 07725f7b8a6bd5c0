//! Organisations as people call them: where a form asks for the id of one, its name is taken, too.
//!
//! Whose name it is, the cards of the group say. What is neither stays as it was typed: an organisation may be named that
//! is not in the group, or not in the annuaire yet.

use shared::directory::Directory;
use shared::form::{Typed, plain};
use shared::nomenclature::{FieldKind, Flow};

/// Puts the id of an organisation in place of its name, wherever the form asks for one.
pub fn by_name(typed: &mut Typed, flow: &Flow, directory: &Directory) {
    let asks = |name: &str| {
        flow.all_fields().any(|field| field.name.as_str() == name && field.kind == FieldKind::Organisation)
    };
    let values = typed.fields.iter_mut().chain(typed.rows.iter_mut().flat_map(|row| &mut row.cells));
    for (name, value) in values.filter(|(name, _)| asks(name)) {
        if let Some(id) = id(value, directory) {
            *value = id;
        } else {
            tracing::debug!(field = %name, "an organisation that no card of the group has");
        }
    }
}

/// The id of the one organisation that is called so, unless this is an id.
fn id(typed: &str, directory: &Directory) -> Option<String> {
    let organisations = || directory.all_cards().map(|card| &card.organisation);
    if organisations().any(|organisation| organisation.id.as_str() == typed.trim()) {
        return Some(typed.trim().to_owned());
    }
    let wanted = plain(typed);
    let mut named: Vec<_> =
        organisations().filter(|one| plain(&one.name) == wanted).map(|one| one.id.to_string()).collect();
    named.sort_unstable();
    named.dedup();
    // Of two that are called the same, neither is guessed.
    named.pop().filter(|_| named.is_empty())
}
