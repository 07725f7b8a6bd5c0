//! `pli hold`: PROC orders that one letter outlasts its end, for a proceeding; and what everybody else is told of it.

use crate::cli::Hold as Typed;
use crate::failure::Failure;
use crate::inbox::{self, Entry};
use crate::renewal;
use crate::session::Session;
use crate::show::{Show, last_day, local_date, local_time};
use crate::trust;
use serde_json::{Value, json};
use shared::directory::{Chain, Directory};
use shared::ids::{MessageId, Role};
use shared::message::Core;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Hold, Kind, Link, Statement};
use shared::time::Timestamp;
use shared::wire::About;

pub(super) async fn run(session: &mut Session, typed: &Typed, show: &Show) -> Result<(), Failure> {
    let message = letter(session, &typed.id).await?;
    let group = super::group(session, &typed.group).await?;
    let now = session.now();
    let refused = |id, values: &[_]| Err(Failure::explained(Refusal::Statement, id, values));
    let own = trust::prove(session, About::Own).await?.directory;
    if own.owner(session.device()).is_some_and(|card| card.function.as_str() != Role::PROC) {
        return refused("hold-proc", &[]);
    }
    // Where nothing was ever held, PROC sees no more of a group than anybody.
    let directory = match trust::prove(session, About::Group(group)).await {
        Ok(proved) => Some(proved.directory),
        Err(Failure::Refused(Refusal::NotAMember)) => None,
        Err(failure) => return Err(failure),
    };
    let standing = directory.as_ref().and_then(|directory| directory.hold(group, message, now));
    let link = directory.as_ref().map(|directory| directory.next_link(&Chain::Hold(group, message), now));
    let link = link.unwrap_or_else(|| Link::first(now));
    // asked here as at the relay, so that whoever orders knows what stands in the way.
    let differs = |before: &Hold| {
        typed.until.is_some_and(|until| until > before.until)
            || typed.reference.as_ref().is_some_and(|reference| *reference != before.reference)
    };
    if let Some((before, _)) = standing.filter(|(before, _)| differs(before)) {
        let values = [("reference", before.reference.clone()), ("date", last_day(before.until))];
        return refused("hold-shortened", &values);
    }
    let (reference, until) = match (&typed.reference, typed.until, standing) {
        // It ends now.
        (_, None, Some((hold, _))) if typed.lift => (hold.reference.clone(), now),
        (Some(_), Some(until), _) if !typed.lift && until <= now => {
            return Err(Failure::explained(Refusal::Retention, "hold-past", &[]));
        }
        (Some(reference), Some(until), _) if !typed.lift => {
            (reference.clone(), end_of_bucket(session, own, until).await?)
        }
        _ => return Err(Failure::usage("hold-none", "this letter is not held")),
    };
    let hold = Hold { link, group, message, reference, until };
    let statement = Statement { kind: Kind::Hold, signed: Signed::new(&hold, &[session.key()]), body: None };
    match trust::publish(session, &statement).await {
        Err(failure @ Failure::Refused(Refusal::NotFound | Refusal::Expired | Refusal::Retired)) => {
            show.aside("hold-gone", &[("number", message.to_string()[..8].to_owned().into())]);
            return Err(failure);
        }
        Err(failure @ Failure::Refused(Refusal::Retention)) => {
            show.aside("hold-short", &[]);
            return Err(failure);
        }
        published => published?,
    }
    let object = json!({
        "id": message.to_string(),
        "group": group.to_string(),
        "reference": hold.reference,
        "until": until.to_string(),
        "state": if typed.lift { "lifted" } else { "held" },
    });
    show.result(&object, |words| {
        let id = if typed.lift { "hold-lifted" } else { "hold-done" };
        let arguments = [
            ("number", message.to_string()[..8].to_owned().into()),
            ("reference", hold.reference.clone().into()),
            ("date", local_time(until).into()),
        ];
        vec![words.say(id, &arguments)]
    });
    session.close();
    Ok(())
}

/// The letter, by its whole id, or by the beginning where it lies here; of another one the reviewers of the log know it.
async fn letter(session: &mut Session, typed: &str) -> Result<MessageId, Failure> {
    if let Ok(id) = typed.parse() {
        return Ok(id);
    }
    let found = inbox::find(session, typed).await;
    let unknown = |_| Failure::usage("hold-id", "give the whole id: 32 hexadecimal digits");
    found.map(|entry| entry.header.core.id).map_err(unknown)
}

/// The first end of a bucket from then on for which this device has published what letters are sealed to: what is
/// ordered until a day is not destroyed before it.
async fn end_of_bucket(
    session: &mut Session,
    mut directory: Directory,
    until: Timestamp,
) -> Result<Timestamp, Failure> {
    let (device, now) = (session.device(), session.now());
    trust::key_pages(session, &mut directory, device).await?;
    let ends = session.root().buckets.ends_until(Timestamp(u64::MAX), now);
    let held = |end: &Timestamp| *end >= until && directory.bucket_ending(device, *end).is_some();
    let end = ends.into_iter().rev().find(held);
    end.ok_or_else(|| Failure::explained(Refusal::Retention, "hold-far", &[]))
}

/// The order by which a letter of a list is held, for scripts.
pub(super) fn order(core: &Core, directory: &Directory, now: Timestamp) -> Option<Value> {
    let (hold, _) = directory.hold(core.group, core.id, now)?;
    Some(json!({"reference": hold.reference, "until": hold.until.to_string()}))
}

/// Says that a letter is held, where it is.
pub(super) fn tell(core: &Core, directory: &Directory, now: Timestamp, show: &Show) {
    let Some((hold, _)) = directory.hold(core.group, core.id, now) else { return };
    let arguments = [
        ("number", core.id.to_string()[..8].to_owned().into()),
        ("reference", hold.reference.clone().into()),
        ("date", local_date(hold.until).into()),
    ];
    show.aside("hold-told", &arguments);
}

/// Does what an order asks of who holds the letter, and says so. What stands in the way is said, and the list goes on.
pub(super) async fn comply(
    session: &mut Session,
    entry: &Entry,
    directory: &Directory,
    show: &Show,
) -> Result<(), Failure> {
    let number = [("number", entry.header.core.id.to_string()[..8].to_owned().into())];
    match renewal::comply(session, entry, directory, show).await {
        Ok(true) => show.aside("hold-complied", &number),
        Ok(false) => {}
        Err(failure @ Failure::Unverified(_)) => return Err(failure),
        Err(failure) => {
            tracing::info!(%failure, "a held letter could not be sealed anew");
            show.aside("hold-waits", &number);
        }
    }
    Ok(())
}
