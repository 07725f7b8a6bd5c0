//! The nomenclature where letters are written and read: its text is asked for once and kept in the home.
//!
//! The relay shows the statement of each version, and its text to whoever asks: a client that has a text by its digest
//! asks for nothing. Where nobody is enrolled, there is the one that this program carries.

use crate::failure::{Failure, Unverified};
use crate::home::Home;
use crate::session::Session;
use crate::trust;
use shared::crypto::sha256;
use shared::message::Note;
use shared::nomenclature::Nomenclature;
use shared::statement::{NomenclatureStatement, Statement};

/// The text that this program carries: what a founding signs unless it is told otherwise.
pub(crate) const CARRIED: &str = include_str!("../../shared/nomenclature.toml");

/// Puts its text back to a version of the nomenclature that came without.
///
/// # Errors
/// The relay's refusal, or exit 5 where it has another text than was signed.
pub(crate) async fn complete(session: &mut Session, statement: &mut Statement) -> Result<(), Failure> {
    if statement.body.is_some() {
        return Ok(());
    }
    let named: NomenclatureStatement = statement.signed.peek().map_err(|_| Unverified::Answer)?;
    let fits = |text: &Vec<u8>| sha256(text) == named.text;
    let carried = || Some(CARRIED.as_bytes().to_vec());
    let text = match session.home.nomenclature(named.text).or_else(carried).filter(fits) {
        Some(text) => text,
        None => {
            let found = trust::statement(session, statement.signed.digest()).await?;
            found.body.filter(fits).ok_or(Unverified::Answer)?
        }
    };
    session.home.keep_nomenclature(named.link.version, named.text, &text)?;
    statement.body = Some(text);
    Ok(())
}

/// The rules that were last in force in a home, where no relay is asked; without any, those that this program carries.
///
/// # Errors
/// [`Failure`] if neither can be read.
pub fn last_in_force(home: Option<&Home>) -> Result<Nomenclature, Failure> {
    parsed(&last_text(home))
}

/// The same, as it was signed.
#[must_use]
pub fn last_text(home: Option<&Home>) -> String {
    let kept = home.and_then(Home::newest_nomenclature).and_then(|text| String::from_utf8(text).ok());
    kept.unwrap_or_else(|| CARRIED.to_owned())
}

/// Every version that was kept, the newest first; without any, the one that this program carries.
#[must_use]
pub fn kept(home: &Home) -> Vec<Nomenclature> {
    let texts = home.nomenclature_texts().into_iter().filter_map(|text| String::from_utf8(text).ok());
    let kept: Vec<_> = texts.filter_map(|text| Nomenclature::parse(&text).ok()).collect();
    if kept.is_empty() { Nomenclature::parse(CARRIED).into_iter().collect() } else { kept }
}

/// By which of some versions, the newest first, a letter that was opened before is read: the first in which it is a form
/// of its flow. A version that came since may ask for something else.
#[must_use]
pub fn of<'a>(note: &Note, versions: &'a [Nomenclature]) -> Option<&'a Nomenclature> {
    versions.iter().find(|rules| note.form(rules).is_some())
}

/// A nomenclature, or what is wrong with it.
///
/// # Errors
/// Exit 2 that names the flow.
pub fn parsed(text: &str) -> Result<Nomenclature, Failure> {
    Nomenclature::parse(text).map_err(|error| Failure::usage("flow-invalid", error))
}
