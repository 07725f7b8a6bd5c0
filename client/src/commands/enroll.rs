//! `pli enroll`: from an invitation to a device that sends and opens.

use super::{home_dir, new_passphrase, old_passphrase};
use crate::cli::{Common, Enroll};
use crate::enrolment::{self, Enrolling, Wanted};
use crate::failure::Failure;
use crate::invitation::{InvitationFile, Proven};
use crate::keystore;
use crate::show::Show;
use crate::words::Words;
use serde_json::json;
use shared::seal::WORK_FACTOR_SEAL;
use shared::statement::{Invited, Personal};
use std::time::{Duration, Instant};

/// Between two looks whether somebody accepted the device.
const POLL: Duration = Duration::from_secs(2);

/// A telephone call, and somebody who has to be found first. The same command goes on later.
const WAIT: Duration = Duration::from_secs(30 * 60);

pub(super) async fn run(enroll: &Enroll, common: &Common, show: &Show) -> Result<(), Failure> {
    let dir = home_dir(common)?;
    let proven = InvitationFile::read(&enroll.invitation)?;
    if let Some((id, values)) = introduced(&proven, &show.words) {
        let values: Vec<_> = values.iter().map(|(name, text)| (*name, text.as_str().into())).collect();
        show.aside(id, &values);
    }
    if !show.confirms("enroll-confirm", enroll.yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    let passphrase = match keystore::exists(&dir) {
        true => old_passphrase(common, show)?,
        false => new_passphrase(common, show)?,
    };
    let wanted =
        Wanted { home: &dir, name: &enroll.name, passphrase: &passphrase, work_factor: WORK_FACTOR_SEAL };
    let mut enrolling = enrolment::begin(&proven, &wanted, pli_server::system_clock()).await?;
    if enrolling.is_new || !enrolling.is_accepted().await? {
        enrolling.send().await?;
        tell_words(&enrolling, &proven, show);
        if enroll.no_wait || !waited(&mut enrolling).await? {
            show.aside("enroll-later", &[]);
            enrolling.session.close();
            return Ok(());
        }
    }
    let mut session = enrolling.finish().await?;
    session.close();
    let member = proven.invitation.member();
    let object =
        json!({"state": "enrolled", "member": member.as_str(), "device": session.device().to_string()});
    let is_protected = proven.card().is_some_and(|card| card.protected);
    let done = if is_protected { "enroll-done-protected" } else { "enroll-done-now" };
    show.result(&object, |words| vec![words.say(done, &[("member", member.as_str().into())])]);
    Ok(())
}

/// For whom the invitation is: which sentence says so, and what stands in it.
pub(crate) fn introduced(
    proven: &Proven,
    words: &Words,
) -> Option<(&'static str, [(&'static str, String); 4])> {
    let card = proven.card()?;
    let nameless = || match card.protected {
        true => words.say("enroll-protected", &[]),
        false => card.member.to_string(),
    };
    let name = proven.personal().as_ref().map_or_else(nameless, Personal::name);
    let id = match proven.invitation.to {
        Invited::Member(_) => "enroll-for",
        Invited::Device(_) => "enroll-for-device",
    };
    let values = [
        ("name", name),
        ("member", card.member.to_string()),
        ("function", card.function.to_string()),
        ("organisation", card.organisation.name.clone()),
    ];
    Some((id, values))
}

/// Who is told the words.
pub(crate) fn whom_to_call(proven: &Proven) -> &'static str {
    // No number to call stands in the invitation: whoever forged it would have written their own.
    match &proven.invitation.to {
        Invited::Member(card) if card.is_hat() => "enroll-call-parquet",
        // Whoever accepts them knows neither name nor voice.
        Invited::Member(card) if card.protected => "enroll-call-referent",
        Invited::Member(_) => "enroll-call-authority",
        Invited::Device(_) => "enroll-other-screen",
    }
}

fn tell_words(enrolling: &Enrolling, proven: &Proven, show: &Show) {
    let (words, device) = (enrolling.words(), enrolling.session.device().to_string());
    let member = proven.invitation.member();
    let object = json!({"state": "waiting", "member": member.as_str(), "device": device, "words": words});
    let next = whom_to_call(proven);
    show.result(&object, |say| vec![say.say("enroll-words", &[("words", words.into())]), say.say(next, &[])]);
}

/// Waits until the device was accepted; false if that took too long.
async fn waited(enrolling: &mut Enrolling) -> Result<bool, Failure> {
    let started = Instant::now();
    while started.elapsed() < WAIT {
        match enrolling.is_accepted().await {
            Ok(true) => return Ok(true),
            // A line that is down for a moment is no reason to type everything again.
            Ok(false) | Err(Failure::Unreached | Failure::Wait { .. }) => tokio::time::sleep(POLL).await,
            Err(failure) => return Err(failure),
        }
    }
    Ok(false)
}
