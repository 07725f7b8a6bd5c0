//! Drafts: a form, or a letter with its form, sealed on this disk until they are sent, removed, or die.
//!
//! A draft is sealed to a message identity of its own, and that to one of this device's expiry keys: it dies with the
//! bucket, like everything else that is nominative.

use crate::failure::Failure;
use crate::home::{Home, create_private, io, write_private};
use crate::screening;
use crate::sealed_here;
use crate::session::Session;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::random;
use shared::form::{Form, Typed, TypedRow};
use shared::ids::{FlowCode, GroupId, IdBeginning, MessageId};
use shared::limits::{FRAME_BYTES_MAX, NOTE_BYTES_MAX};
use shared::nomenclature::Flow;
use shared::time::{DAY_SECONDS, Timestamp};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The folder of a home in which they lie.
const FOLDER: &str = "drafts";

/// A form that nobody has sent for so long is forgotten.
const DAYS_MAX: u64 = 30;

const DRAFT_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX + FRAME_BYTES_MAX;

/// A form that is not sent yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What it is called on this device.
    pub id: MessageId,
    /// Of which flow.
    pub flow: FlowCode,
    /// The fields, in the spelling that was kept.
    pub fields: Vec<(String, String)>,
    /// What the columns of its table were called then.
    pub columns: Vec<String>,
    /// The rows, each with a text for every column.
    pub rows: Vec<Vec<String>>,
    /// The letter that it is of, where more than a form was filled in.
    pub letter: Option<Letter>,
    /// When it was last changed.
    pub changed: Timestamp,
    /// When it dies.
    pub dies: Timestamp,
}

/// What was filled in beside a form; its documents are not kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// In which group.
    pub group: GroupId,
    /// Each text by the name that the page has for it: recipients, subject, text, terms.
    pub texts: Vec<(String, String)>,
}

impl Kept {
    /// Everything in it that somebody wrote.
    fn said(&self) -> Zeroizing<String> {
        let beside = self.letter.iter().flat_map(|letter| &letter.texts).map(|(_, text)| text);
        let fields = self.fields.iter().map(|(_, text)| text);
        let texts: Vec<_> =
            beside.chain(fields).chain(self.rows.iter().flatten()).map(String::as_str).collect();
        Zeroizing::new(texts.join("\n"))
    }

    /// As if it were typed now: it may be from before the nomenclature in force, which is to say what is wrong with it.
    #[must_use]
    pub fn typed(&self) -> Typed {
        let row = |(line, row): (u32, &Vec<String>)| {
            let cells = self.columns.iter().cloned().zip(row.iter().cloned());
            TypedRow { line, cells: cells.collect() }
        };
        Typed { fields: self.fields.clone(), rows: (1..).zip(&self.rows).map(row).collect() }
    }
}

/// Keeps a form of a flow; gives it with its id and its end. What may not be exchanged is not kept either.
///
/// # Errors
/// [`Failure`] if this device has no key that lives a while, the rules stop what it says, or it cannot be written.
pub fn keep(session: &Session, of: (FlowCode, &Flow), form: &Form) -> Result<Kept, Failure> {
    write(session, of, None, form.fields().to_vec(), form.rows().to_vec())
}

/// Keeps a letter as it was typed, right or wrong.
///
/// # Errors
/// As for [`keep`].
pub fn keep_letter(
    session: &Session,
    of: (FlowCode, &Flow),
    letter: Letter,
    typed: &Typed,
) -> Result<Kept, Failure> {
    let columns: Vec<_> = columns(of.1).collect();
    let cell = |row: &TypedRow, column: &String| {
        let found = row.cells.iter().find(|(name, _)| name == column);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let rows = typed.rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect());
    write(session, of, Some(letter), typed.fields.clone(), rows.collect())
}

fn columns(flow: &Flow) -> impl Iterator<Item = String> {
    flow.table.iter().flat_map(|table| &table.columns).map(|column| column.name.to_string())
}

fn write(
    session: &Session,
    (code, flow): (FlowCode, &Flow),
    letter: Option<Letter>,
    fields: Vec<(String, String)>,
    rows: Vec<Vec<String>>,
) -> Result<Kept, Failure> {
    let now = session.now();
    let until = sealed_here::until(session, now.plus(DAYS_MAX * DAY_SECONDS));
    let none = || Failure::local("form-no-keys", "this device has no key that lives until a draft would die");
    let until = until.ok_or_else(none)?;
    let kept = Kept {
        id: MessageId(random()),
        flow: code,
        fields,
        columns: columns(flow).collect(),
        rows,
        letter,
        changed: now,
        dies: until.dies(),
    };
    screening::keeps(&session.home, &kept.said())?;
    let sealed = until.seal(session, &Zeroizing::new(cbor::encode(&kept)))?;
    let folder = session.home.dir().join(FOLDER);
    create_private(&folder)?;
    write_private(&folder.join(format!("{}-{}", kept.dies.0, kept.id)), &sealed)?;
    Ok(kept)
}

/// Every draft that lives, the newest first.
#[must_use]
pub fn all(session: &Session) -> Vec<Kept> {
    let now = session.now();
    let mut kept: Vec<_> = files(&session.home)
        .into_iter()
        .filter_map(|(_, _, file)| open(session, &file))
        .filter(|kept| kept.dies > now)
        .collect();
    kept.sort_by_key(|kept| std::cmp::Reverse(kept.changed));
    kept
}

/// The one draft whose id begins so.
///
/// # Errors
/// A usage failure if there is none, or several.
pub fn find(session: &Session, beginning: &IdBeginning) -> Result<Kept, Failure> {
    let mut found: Vec<_> = all(session).into_iter().filter(|kept| kept.id.begins(beginning)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(kept), true) => Ok(kept),
        _ => Err(Failure::usage("form-draft", "no one draft of yours begins so")),
    }
}

/// Removes a draft.
///
/// # Errors
/// [`Failure`] if it cannot be removed.
pub fn remove(session: &Session, id: MessageId) -> Result<(), Failure> {
    goes(&session.home, |_, draft| draft == id)
}

/// Removes those that had died then.
///
/// # Errors
/// [`Failure`] if one cannot be removed.
pub fn forget_ended(home: &Home, ended: Timestamp) -> Result<(), Failure> {
    goes(home, |dies, _| dies <= ended)
}

fn goes(home: &Home, is_it: impl Fn(Timestamp, MessageId) -> bool) -> Result<(), Failure> {
    for (_, _, file) in files(home).into_iter().filter(|(dies, id, _)| is_it(*dies, *id)) {
        std::fs::remove_file(file).map_err(|error| io(FOLDER, &error))?;
    }
    Ok(())
}

fn open(session: &Session, file: &std::path::Path) -> Option<Kept> {
    let bytes = sealed_here::open(session, &std::fs::read(file).ok()?, DRAFT_BYTES_MAX)?;
    cbor::decode(&bytes, DRAFT_BYTES_MAX).ok()
}

/// Every draft's file, with its end and its id.
fn files(home: &Home) -> Vec<(Timestamp, MessageId, PathBuf)> {
    let entries = std::fs::read_dir(home.dir().join(FOLDER)).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let (dies, id) = name.split_once('-')?;
        Some((Timestamp(dies.parse().ok()?), id.parse().ok()?, entry.path()))
    });
    named.collect()
}
