//! `pli authority`: the root that says who is who.

use super::{cards, new_passphrase, old_passphrase, proposal};
use crate::authority::invitations::{Person, Wanted};
use crate::authority::{Half, Office, RootFolder, RootPublic, founding, reopening};
use crate::cli::{Authority, Common, Contact, Draft, Invite, Reopen, RootDir};
use crate::failure::Failure;
use crate::show::{Show, local_date};
use crate::witness::WitnessPublic;
use serde_json::json;
use shared::ids::{MemberId, OrganisationId};
use shared::log::Continued;
use shared::seal::WORK_FACTOR_SEAL;
use shared::statement::{Organisation, WitnessPolicy};

pub(super) async fn run(command: Authority, common: &Common, show: &Show) -> Result<(), Failure> {
    match command {
        Authority::Init(root) => init(Half::Authority, &root, common, show),
        Authority::Draft(wanted) => draft(&wanted, common, show),
        Authority::Reopen(wanted) => reopen(&wanted, common, show),
        Authority::Invite(wanted) => invite(Half::Authority, *wanted, common, show).await,
        Authority::Cards(command) => cards::run(Half::Authority, command, common, show).await,
        Authority::Publish { contact, title, members } => {
            publish(&contact, &title, &members, common, show).await
        }
        Authority::Validate { contact, yes } => {
            let mut office = office(Half::Authority, &contact, common, show).await?;
            proposal::validate_as_authority(&mut office.session, yes, show).await
        }
    }
}

/// Makes a root.
pub(super) fn init(half: Half, root: &RootDir, common: &Common, show: &Show) -> Result<(), Failure> {
    let passphrase = new_passphrase(common, show)?;
    let folder = RootFolder::create(&root.dir, half, &passphrase, WORK_FACTOR_SEAL)?;
    let public = folder.public_file();
    let object = json!({"root": half, "key": folder.public().to_string(), "public": public});
    show.result(&object, |words| {
        let id = match half {
            Half::Authority => "authority-made",
            Half::Parquet => "parquet-made",
        };
        vec![words.say(id, &[("file", public.display().to_string().into())])]
    });
    Ok(())
}

fn draft(wanted: &Draft, common: &Common, show: &Show) -> Result<(), Failure> {
    let parquet = RootPublic::read(&wanted.parquet)?;
    let passphrase = old_passphrase(common, show)?;
    let folder = RootFolder::open(&wanted.root.dir, Half::Authority, &passphrase)?;
    let now = pli_server::system_clock().now();
    let witnesses = witnesses(wanted)?;
    let nomenclature = wanted.nomenclature.as_deref();
    let rules = super::ruleset::read(wanted.ruleset.as_deref(), None)?;
    let drafted = founding::draft(&folder, &wanted.relay, &parquet, nomenclature, rules, witnesses, now)?;
    drafted.write(&wanted.out)?;
    let object = json!({"fingerprint": drafted.fingerprint.to_string(), "file": wanted.out});
    show.result(&object, |words| {
        vec![words.say("authority-drafted", &[("file", wanted.out.display().to_string().into())])]
    });
    Ok(())
}

fn reopen(wanted: &Reopen, common: &Common, show: &Show) -> Result<(), Failure> {
    let passphrase = old_passphrase(common, show)?;
    let folder = RootFolder::open(&wanted.root.dir, Half::Authority, &passphrase)?;
    let now = pli_server::system_clock().now();
    let drafted = reopening::draft(&folder, &wanted.backup, &wanted.seen, &wanted.origin, now)?;
    drafted.write(&wanted.out)?;
    let Continued { restored, newest, .. } = &drafted.continued;
    let object = json!({
        "origin": wanted.origin,
        "restored": restored.size,
        "newest": newest.size,
        "file": wanted.out,
    });
    show.result(&object, |words| {
        let arguments = [
            ("size", restored.size.to_string().into()),
            ("newest", newest.size.to_string().into()),
            ("file", wanted.out.display().to_string().into()),
        ];
        vec![words.say("authority-reopened", &arguments)]
    });
    Ok(())
}

/// Who watches the log; nobody where none was named.
fn witnesses(wanted: &Draft) -> Result<WitnessPolicy, Failure> {
    let keys = wanted.witness.iter().map(|file| Ok(WitnessPublic::read(file)?.witness));
    let keys: Vec<_> = keys.collect::<Result<_, Failure>>()?;
    let most = if keys.is_empty() { 0 } else { keys.len() / 2 + 1 };
    let needed = wanted.witnesses_needed.unwrap_or(u8::try_from(most).unwrap_or(u8::MAX));
    Ok(WitnessPolicy::of(needed, keys))
}

/// Opens a root's folder and reaches the relay.
pub(super) async fn office(
    half: Half,
    contact: &Contact,
    common: &Common,
    show: &Show,
) -> Result<Office, Failure> {
    let passphrase = old_passphrase(common, show)?;
    let folder = RootFolder::open(&contact.root.dir, half, &passphrase)?;
    Office::open(folder, contact.relay, pli_server::system_clock()).await
}

/// Invites a person, or certifies a hat.
pub(super) async fn invite(half: Half, typed: Invite, common: &Common, show: &Show) -> Result<(), Failure> {
    let mut office = office(half, &typed.contact, common, show).await?;
    let out = typed.out.clone();
    let (organisation, protected) = (typed.organisation.clone(), typed.protected);
    let (member, expires, file) = office.invite(&wanted(typed))?;
    file.write(&out)?;
    office.session.close();
    // Two spellings of one organisation make strangers of colleagues.
    let is_there = |id: &OrganisationId| office.directory.all_cards().any(|card| card.organisation.id == *id);
    if let Some(id) = organisation.filter(|id| !is_there(id)) {
        show.aside("authority-new-organisation", &[("organisation", id.as_str().into())]);
    }
    let object = json!({"member": member.as_str(), "expires": expires.to_string(), "file": out});
    show.result(&object, |words| {
        let arguments = [
            ("member", member.as_str().into()),
            ("date", local_date(expires).into()),
            ("file", out.display().to_string().into()),
        ];
        vec![
            words
                .say(if protected { "authority-invited-protected" } else { "authority-invited" }, &arguments),
        ]
    });
    Ok(())
}

fn wanted(typed: Invite) -> Wanted {
    let organisation = typed.organisation.zip(typed.organisation_name);
    let person = typed.family_name.map(|family_name| Person {
        family_name,
        given_name: typed.given_name.unwrap_or_default(),
        telephone: typed.telephone.unwrap_or_default(),
        email: typed.email.unwrap_or_default(),
        attested_by: typed.attested_by.unwrap_or_default(),
    });
    Wanted {
        member: typed.member,
        function: typed.function,
        organisation: organisation.map(|(id, name)| Organisation { id, name }),
        territory: typed.territory,
        personal: person,
        deputy: typed.deputy,
        from: typed.from,
        until: typed.until,
        protected: typed.protected,
        replace: typed.replace,
    }
}

async fn publish(
    contact: &Contact,
    title: &str,
    members: &[MemberId],
    common: &Common,
    show: &Show,
) -> Result<(), Failure> {
    let mut office = office(Half::Authority, contact, common, show).await?;
    let lines = office.publish_annuaire(title, members).await?;
    office.session.close();
    show.result(&json!({"title": title, "lines": lines}), |words| {
        vec![words.say("authority-published", &[("title", title.to_owned().into()), ("count", lines.into())])]
    });
    Ok(())
}
