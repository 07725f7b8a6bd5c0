//! What deadlines are counted by: the nomenclature in force and the member's own card, as they were last proved.
//!
//! Kept in the home, so that what is due is known without the relay. Neither is secret, and neither is believed for lying
//! there: its digest is compared with the newest of its chain that this device remembers.

use super::FOLDER;
use crate::failure::Failure;
use crate::home::{Home, create_private, write_private};
use crate::session::Session;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::{Chain, Directory};
use shared::ids::{Digest, Role};
use shared::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use shared::nomenclature::Nomenclature;
use shared::statement::{Card, Kind, NomenclatureStatement, Statement};
use shared::time::Timestamp;
use std::path::Path;

const NOMENCLATURE: &str = "nomenclature";
const CARD: &str = "card";

/// As they were last proved.
pub struct Rules {
    /// The flows, with what is due.
    pub nomenclature: Nomenclature,
    /// The member's own function.
    pub function: Role,
    /// In office from.
    pub from: Timestamp,
}

/// Keeps what was just proved, where it is newer than what is kept.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub(crate) fn keep_rules(
    session: &Session,
    directory: &Directory,
    statements: &[Statement],
) -> Result<(), Failure> {
    let home = &session.home;
    // A root and a witness send nothing.
    if session.store().is_none() {
        return Ok(());
    }
    let nomenclature = directory.nomenclature_digest();
    let card = directory.card_digest(&home.config.member);
    for (name, kind, digest) in [(NOMENCLATURE, Kind::Nomenclature, nomenclature), (CARD, Kind::Card, card)] {
        let is_it =
            |statement: &&Statement| statement.kind == kind && Some(statement.signed.digest()) == digest;
        let Some(statement) = statements.iter().find(is_it) else { continue };
        let path = home.dir().join(FOLDER.0).join(name);
        if read::<Statement>(&path).is_some_and(|kept| kept.signed.digest() == statement.signed.digest()) {
            continue;
        }
        // The name and telephone behind a card are not needed here.
        let body = statement.body.clone().filter(|_| kind == Kind::Nomenclature);
        let _lock = home.memory()?;
        create_private(&home.dir().join(FOLDER.0))?;
        write_private(&path, &cbor::encode(&Statement { body, ..statement.clone() }))?;
    }
    Ok(())
}

/// What is kept; none before the first contact, or where it is not the newest that this device has seen.
#[must_use]
pub fn rules(home: &Home) -> Option<Rules> {
    let chains = home.memory().ok()?.memory.chains.clone();
    let kept = |name: &str, chain: &Chain| {
        let statement: Statement = read(&home.dir().join(FOLDER.0).join(name))?;
        let newest = chains.iter().find(|(known, ..)| known == chain).map(|(_, _, digest)| *digest);
        (newest == Some(statement.signed.digest())).then_some(statement)
    };
    let statement = kept(NOMENCLATURE, &Chain::Nomenclature)?;
    let signed: NomenclatureStatement = statement.signed.peek().ok()?;
    let text = statement.body.filter(|text| is(text, signed.text))?;
    let nomenclature = Nomenclature::parse(std::str::from_utf8(&text).ok()?).ok()?;
    let card = kept(CARD, &Chain::Card(home.config.member.clone()))?;
    let Card { function, from, .. } = card.signed.peek().ok()?;
    Some(Rules { nomenclature, function, from })
}

fn is(text: &[u8], digest: Digest) -> bool {
    sha256(text) == digest
}

fn read<T: Serialize + DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = std::fs::read(path).ok()?;
    cbor::decode(&bytes, STATEMENT_BYTES_MAX + STATEMENT_BODY_BYTES_MAX + 4096).ok()
}
