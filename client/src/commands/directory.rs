//! `pli directory`: the annuaire, searched and exported.

use super::function_title;
use crate::annuaire::{self, Kept, Line, lines, to_csv, to_vcards};
use crate::cli::Directory as Typed;
use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use crate::nomenclature::last_in_force;
use crate::session::Session;
use crate::show::{Show, local_date, local_time};
use crate::trust;
use serde_json::json;
use shared::crypto::sha256;
use shared::directory::InvalidStatement;
use shared::nomenclature::Nomenclature;
use shared::refusal::Refusal;
use shared::statement::Annuaire;
use shared::wire::About;
use std::path::Path;

pub(super) async fn run(session: &mut Session, typed: &Typed, show: &Show) -> Result<(), Failure> {
    let kept = match proved(session, &typed.title).await {
        Err(Failure::Unreached) => {
            let kept = annuaire::last(session, &typed.title).ok_or(Failure::Unreached)?;
            show.aside("directory-kept", &[("date", local_time(kept.proved).into())]);
            kept
        }
        Err(Failure::Refused(Refusal::NotFound)) => {
            return Err(Failure::usage(
                "annuaire-absent",
                "the authority has published no annuaire with this title",
            ));
        }
        kept => {
            let kept = kept?;
            annuaire::keep(session, &kept)?;
            kept
        }
    };
    let link = kept.link.clone();
    let search = typed.search.join(" ");
    let mut found = kept.lines();
    found.retain(|line| line.fits(&search));
    if let Some(file) = &typed.csv {
        let text = to_csv(&found).map_err(|error| Failure::local("local-io", error))?;
        return export(file, &text, found.len(), show);
    }
    if let Some(file) = &typed.vcard {
        return export(file, to_vcards(&found).as_bytes(), found.len(), show);
    }
    let date = local_date(link.made);
    let heading = [
        ("title", typed.title.clone().into()),
        ("version", link.version.to_string().into()),
        ("date", date.into()),
        ("count", found.len().into()),
    ];
    show.aside("directory-heading", &heading);
    let rules = last_in_force(Some(&session.home))?;
    for line in &found {
        show_line(line, link.version, &rules, show);
    }
    Ok(())
}

/// The annuaire as the authority signed it, with the cards of today.
async fn proved(session: &mut Session, title: &str) -> Result<Kept, Failure> {
    let proved = trust::prove(session, About::Annuaire(title.to_owned())).await?;
    let annuaire = proved.directory.annuaire(title).ok_or(Unverified::Answer)?;
    let Annuaire { link, lines: listed, .. } = annuaire.value().clone();
    let body = trust::statement(session, annuaire.digest()).await?.body;
    let body = body.filter(|body| sha256(body) == listed).ok_or(InvalidStatement::Body)?;
    let listed = Annuaire::lines(&body).map_err(InvalidStatement::from)?;
    session.close();
    Ok(Kept::of(title, link, session.now(), &lines(&proved.directory, &listed)))
}

fn show_line(line: &Line<'_>, version: u32, rules: &Nomenclature, show: &Show) {
    let card = line.card;
    let of = |field: fn(&shared::statement::Personal) -> &String| line.personal.map(field).cloned();
    let (telephone, email) = (of(|personal| &personal.telephone), of(|personal| &personal.email));
    let object = json!({
        "version": version,
        "member": card.member.as_str(),
        "name": line.personal.map(shared::statement::Personal::name),
        "function": card.function.as_str(),
        "function_title": function_title(Some(rules), &card.function),
        "organisation": {"id": card.organisation.id.as_str(), "name": card.organisation.name},
        "territory": card.territory,
        "telephone": telephone,
        "email": email,
        "changed": line.changed,
    });
    show.result(&object, |words| {
        let arguments = [
            ("member", card.member.as_str().into()),
            ("name", line.name().into()),
            ("function", card.function.as_str().into()),
            ("organisation", card.organisation.name.clone().into()),
            ("id", card.organisation.id.as_str().into()),
            ("territory", territory(&card.territory).into()),
            ("telephone", telephone.clone().unwrap_or_default().into()),
            ("email", email.clone().unwrap_or_default().into()),
        ];
        let mut lines = vec![words.say("directory-line", &arguments)];
        if line.changed {
            lines.push(words.say("directory-changed", &[]));
        }
        lines
    });
}

/// Between brackets, where there is one.
fn territory(places: &[String]) -> String {
    if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) }
}

/// Into a file that is there whole or not at all, or to standard output.
fn export(file: &Path, bytes: &[u8], count: usize, show: &Show) -> Result<(), Failure> {
    if file == Path::new("-") {
        show.raw(bytes);
        return Ok(());
    }
    let failed = || Failure::local("export-io", "the file cannot be written");
    let whole = std::path::absolute(file).map_err(|_| failed())?;
    write_private(&whole, bytes).map_err(|_| failed())?;
    let object = json!({"path": file.display().to_string(), "count": count});
    show.result(&object, |words| vec![words.say("directory-exported", &[("count", count.into())])]);
    Ok(())
}
