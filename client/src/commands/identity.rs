//! `pli identity`: a protected agent says who they are, to their two référents and to nobody else.
//!
//! The annuaire has no name of such an agent, nor does the authority (convention art. 7). The card travels as
//! a letter of the flow that the nomenclature keeps for it: sealed, opened with a reason, recorded, destroyed.

use super::send;
use crate::cli::{Identity, Send};
use crate::failure::Failure;
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use crate::words::{Language, Words};
use serde::Deserialize;
use shared::message::Handling;
use shared::refusal::Refusal;
use shared::wire::About;
use std::io::Read as _;
use std::path::Path;

/// A name, and how to reach who bears it.
const CARD_BYTES_MAX: u64 = 16 * 1024;

/// Who somebody is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    family_name: String,
    given_name: String,
    telephone: String,
    #[serde(default)]
    email: String,
}

pub(super) async fn run(session: &mut Session, typed: Identity, show: &Show) -> Result<(), Failure> {
    let group = super::group(session, &typed.group).await?;
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let own = directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?;
    if !own.protected {
        return Err(Failure::usage("identity-unprotected", "your name is on the annuaire already"));
    }
    let mut flows = directory.nomenclature().into_iter().flat_map(|rules| &rules.flows);
    let (flow, rules) = flows
        .find(|(_, rules)| rules.referents && rules.from.contains(&own.function))
        .ok_or(Refusal::UnknownFlow)?;
    let card = match &typed.card {
        Some(file) => Card::read(file)?,
        None => Card::asked(show)?,
    };
    // What the référents read is French, whatever the writer's own screen speaks.
    let words = Words::new(Language::French);
    let by_function = || rules.to.iter().map(ToString::to_string).collect();
    let letter = Send {
        attest: false,
        second: false,
        second_salt: None,
        group: group.to_string(),
        flow: flow.clone(),
        to: if typed.to.is_empty() { by_function() } else { typed.to },
        subject: Some(words.say("identity-subject", &[("member", own.member.as_str().into())])),
        text: Some(card.text(&words, &own.organisation.name)),
        text_file: None,
        form: None,
        field: Vec::new(),
        attach: Vec::new(),
        handling: Handling::D2,
        reply_to: None,
        expects: None,
        by: None,
        outcome: None,
        person: Vec::new(),
        expires: None,
        approver: None,
        yes: typed.yes,
    };
    send::run(session, letter, show).await
}

impl Card {
    fn read(file: &Path) -> Result<Self, Failure> {
        // The error of the parser is not shown: it would quote what stands there.
        let bad = || Failure::usage("identity-card", "a JSON object with the four fields is needed");
        let file = std::fs::File::open(file).map_err(|_| bad())?;
        let card: Self = serde_json::from_reader(file.take(CARD_BYTES_MAX)).map_err(|_| bad())?;
        card.whole()
    }

    fn asked(show: &Show) -> Result<Self, Failure> {
        let ask =
            |id| show.ask(id).ok_or_else(|| Failure::usage("identity-card", "give it with --card FILE"));
        let card = Self {
            family_name: ask("identity-family-name")?,
            given_name: ask("identity-given-name")?,
            telephone: ask("identity-telephone")?,
            email: ask("identity-email")?,
        };
        card.whole()
    }

    /// A card that says who it is, and where to call back.
    fn whole(self) -> Result<Self, Failure> {
        let needed = [&self.family_name, &self.given_name, &self.telephone];
        let is_whole = needed.into_iter().all(|field| !field.trim().is_empty());
        match is_whole {
            true => Ok(self),
            false => Err(Failure::usage("identity-card", "both names and a telephone are needed")),
        }
    }

    fn text(&self, words: &Words, organisation: &str) -> String {
        let fields = [
            ("family-name", self.family_name.as_str().into()),
            ("given-name", self.given_name.as_str().into()),
            ("organisation", organisation.into()),
            ("telephone", self.telephone.as_str().into()),
            ("email", if self.email.is_empty() { "–" } else { self.email.as_str() }.into()),
        ];
        words.say("identity-text", &fields)
    }
}
