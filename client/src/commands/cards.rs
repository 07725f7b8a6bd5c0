//! What both roots do with the persons they certify: see who answered, accept, attest, strike off, and go
//! on under a fresh key.

use super::authority::office;
use crate::authority::cards::Whose;
use crate::authority::invitations::Waiting;
use crate::authority::{Half, Office};
use crate::cli::{Cards, Common};
use crate::failure::Failure;
use crate::show::{Show, local_time};
use serde_json::json;
use shared::ids::MemberId;
use shared::statement::Card;

pub(super) async fn run(half: Half, command: Cards, common: &Common, show: &Show) -> Result<(), Failure> {
    let contact = match &command {
        Cards::Pending(contact)
        | Cards::Accept { contact, .. }
        | Cards::Attest { contact, .. }
        | Cards::StrikeOff { contact, .. }
        | Cards::RotateRoot { contact, .. } => contact.clone(),
    };
    let mut office = office(half, &contact, common, show).await?;
    match command {
        Cards::Pending(_) => pending(&mut office, show).await,
        Cards::Accept { member, words, .. } => accept(&mut office, &member, words.as_deref(), show).await,
        Cards::Attest { members, all, .. } => {
            let whose = if all { Whose::All } else { Whose::Members(members) };
            let cards = office.cards(&whose)?;
            let members = handles(&cards);
            office.attest(cards).await?;
            said(show, "attested", "authority-attested", &members);
            Ok(())
        }
        Cards::StrikeOff { members, organisation, reason, yes, .. } => {
            let whose = organisation.map_or(Whose::Members(members), Whose::Organisation);
            let cards = office.cards(&whose)?;
            let members = handles(&cards);
            show.aside("authority-will-strike", &[("members", members.join(", ").into())]);
            if !show.confirms("authority-strike-confirm", yes) {
                show.aside("nothing-done", &[]);
                return Ok(());
            }
            office.strike_off(cards, reason.as_deref()).await?;
            said(show, "struck_off", "authority-struck", &members);
            Ok(())
        }
        Cards::RotateRoot { yes, .. } => rotate(&mut office, yes, show).await,
    }?;
    office.session.close();
    Ok(())
}

fn handles(cards: &[Card]) -> Vec<String> {
    cards.iter().map(|card| card.member.to_string()).collect()
}

fn said(show: &Show, key: &str, id: &str, members: &[String]) {
    show.result(&json!({key: members}), |words| {
        vec![words.say(id, &[("count", members.len().into()), ("members", members.join(", ").into())])]
    });
}

async fn pending(office: &mut Office, show: &Show) -> Result<(), Failure> {
    let waiting = office.waiting().await?;
    if waiting.is_empty() {
        show.aside("authority-none-answered", &[]);
    }
    for Waiting { card, words, made, .. } in &waiting {
        let object = json!({
            "member": card.member.as_str(),
            "function": card.function.as_str(),
            "organisation": card.organisation.id.as_str(),
            "device": card.devices.first().map(|device| device.id().to_string()),
            "words": words,
            "time": made.to_string(),
        });
        show.result(&object, |say| {
            let arguments = [
                ("member", card.member.as_str().into()),
                ("function", card.function.as_str().into()),
                ("organisation", card.organisation.name.clone().into()),
                ("date", local_time(*made).into()),
                ("words", words.clone().into()),
            ];
            vec![say.say("authority-waits", &arguments)]
        });
    }
    Ok(())
}

async fn accept(
    office: &mut Office,
    member: &MemberId,
    said: Option<&str>,
    show: &Show,
) -> Result<(), Failure> {
    let waiting = office.answer_of(member, said).await?;
    if !are_compared(&waiting.words, said, "authority-compare", show)? {
        return Ok(());
    }
    let device = waiting.card.devices.first().map(|device| device.id().to_string());
    office.accept(waiting).await?;
    let object = json!({"member": member.as_str(), "device": device, "state": "accepted"});
    show.result(&object, |words| {
        vec![words.say("authority-accepted", &[("member", member.as_str().into())])]
    });
    Ok(())
}

/// Whether the words were compared: they were said, or whoever sits here says that they are the same.
pub(super) fn are_compared(
    words: &str,
    said: Option<&str>,
    question: &str,
    show: &Show,
) -> Result<bool, Failure> {
    // That what was said fits was asked before.
    if said.is_some() {
        return Ok(true);
    }
    if !show.asks() {
        return Err(Failure::usage("usage-words", "give the six words that were said: --words \"…\""));
    }
    show.aside(question, &[("words", words.to_owned().into())]);
    let same = show.confirms("words-confirm", false);
    if !same {
        show.aside("words-differ", &[]);
    }
    Ok(same)
}

async fn rotate(office: &mut Office, yes: bool, show: &Show) -> Result<(), Failure> {
    if !show.confirms("authority-rotate-confirm", yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    let count = office.rotate().await?;
    let object = json!({"key": office.folder.public().to_string(), "cards": count});
    show.result(&object, |words| vec![words.say("authority-rotated", &[("count", count.into())])]);
    Ok(())
}
