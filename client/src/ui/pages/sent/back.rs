//! What a writer may still do with a letter that was sent: take it back, say that it went to the wrong person, have it
//! destroyed later, let its readers read it on devices that they have since.
//!
//! Each says first what it will do, and is done once that was confirmed.

use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::{asked, taken};
use crate::ui::{House, Member};
use axum::extract::{Form, Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use shared::message::Because;
use shared::nomenclature::Nomenclature;
use std::sync::Arc;

/// What is to be done, and whether it is certain.
#[derive(Deserialize)]
pub(super) struct Act {
    geste: String,
    #[serde(default)]
    raison: String,
    #[serde(default)]
    jusqu: String,
    oui: Option<String>,
}

/// The file that the data protection officer is given.
const NOTICE: &str = "projet-avis-violation.txt";

impl Act {
    /// Its title, and the command that does it.
    fn command(&self) -> Option<(&'static str, Typed)> {
        Some(match self.geste.as_str() {
            "reprendre" => ("page-retire", Typed::new("retire").with("because", &self.raison)),
            "erreur" => ("page-recall", Typed::new("recall")),
            "prolonger" => {
                let typed = Typed::new("extend").with("reason", &self.raison);
                ("page-extend", typed.with_some("until", Some(&self.jusqu)))
            }
            "postes" => ("page-regrant", Typed::new("regrant")),
            _ => return None,
        })
    }
}

/// What may be done with a letter that lives.
pub(super) fn offered(house: &House, letter: &Json, rules: &Nomenclature) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let flow = letter["flow"].as_str().and_then(|code| rules.flow(&code.parse().ok()?));
    let grounds = Because::ALL.into_iter().filter(|because| *because != Because::WrongRecipient);
    let hidden = |geste: &str| html! { input type="hidden" name="geste" value=(geste); };
    html! {
        section aria-labelledby="gestes" {
            h2 id="gestes" { (say("page-sent-acts")) }
            details {
                summary { (say("page-recall")) }
                p { (say("page-recall-means")) }
                form method="post" { (hidden("erreur")) button.danger { (say("page-recall-do")) } }
            }
            details {
                summary { (say("page-retire")) }
                form method="post" {
                    (hidden("reprendre"))
                    p.field {
                        label for="reprendre" { (say("page-retire-why")) }
                        select id="reprendre" name="raison" required {
                            option value="" { (say("page-choose")) }
                            @for because in grounds { option value=(because.code()) { (say(&format!("because-{}", because.code()))) } }
                        }
                    }
                    button.danger { (say("page-retire")) }
                }
            }
            @if let Some(flow) = flow.filter(|flow| flow.extension_days_max.is_some()) {
                details {
                    summary { (say("page-extend")) }
                    p { (say("page-extend-means")) }
                    form method="post" {
                        (hidden("prolonger"))
                        p.field {
                            label for="prolonger" { (say("page-extend-why")) }
                            select id="prolonger" name="raison" required {
                                option value="" { (say("page-choose")) }
                                @for reason in flow.reasons.iter().filter_map(|code| rules.reason(code)) { option value=(reason.code) { (reason.title) } }
                            }
                        }
                        p.field { label for="jusqu" { (say("page-extend-until")) } input id="jusqu" name="jusqu" type="date"; }
                        button { (say("page-extend")) }
                    }
                }
            }
            details {
                summary { (say("page-regrant")) }
                p { (say("page-regrant-means")) }
                form method="post" { (hidden("postes")) button { (say("page-regrant-do")) } }
            }
        }
    }
}

pub(super) async fn act(
    member: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(act): Form<Act>,
) -> Response {
    let Some((title, typed)) = act.command() else {
        return crate::ui::pages::door::nothing(member, State(house)).await;
    };
    let back = format!("/envoyes/{id}");
    let is_certain = act.oui.is_some();
    // The draft of the notice waits to be downloaded, as a document does.
    let folder = match (is_certain && act.geste == "erreur").then(|| house.dropped.folder()).transpose() {
        Ok(folder) => folder,
        Err(failure) => return house.wrong(&failure),
    };
    let typed = match &folder {
        Some(folder) => typed.with("notice", folder.join(NOTICE).display()),
        None => typed,
    };
    let told = house.desk.run(typed.flag("yes", is_certain).of(&id)).await;
    if told.asks() {
        return question(&house, title, &act, &told, &back);
    }
    let name = folder.as_deref().and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
    match name.filter(|_| told.outcome.is_ok()) {
        Some(folder) => recalled(&house, &told, &folder, &back),
        None => asked::done(&house, Place::Sent, title, &told, &back),
    }
}

/// What it would do, and the two ways.
fn question(house: &House, title: &str, act: &Act, told: &Told, back: &str) -> Response {
    let is_answer = |id: &str| matches!(id, "retire-cancelled" | "send-cancelled" | "nothing-done");
    let main = html! {
        (frame::wrong(told))
        @for (_, text) in told.asides().filter(|(id, _)| !is_answer(id)) { p.sentence { (text) } }
        form method="post" action=(back) {
            input type="hidden" name="geste" value=(act.geste);
            input type="hidden" name="raison" value=(act.raison);
            input type="hidden" name="jusqu" value=(act.jusqu);
            p.actions {
                button.main name="oui" value="1" { (house.say("page-confirm", &[])) }
                a href=(back) { (house.say("page-cancel", &[])) }
            }
        }
    };
    Page::at(Place::Sent, &house.words, main).called(house.say(title, &[])).framed(&house.words)
}

/// It was taken back, and a breach of data has to be notified: the draft is there.
fn recalled(house: &House, told: &Told, folder: &str, back: &str) -> Response {
    let main = html! {
        div.notice.done role="status" { (frame::lines(told)) }
        h2 { (house.say("page-recall-notice", &[])) }
        p { (house.say("page-recall-notice-means", &[])) }
        (taken::list(house, folder))
        p { a href=(back) { (house.say("page-back", &[])) } }
    };
    Page::at(Place::Sent, &house.words, main).called(house.say("page-recall", &[])).framed(&house.words)
}
