//! What may be asked of the log, as a form and as it was filled in.

use super::Known;
use crate::ui::House;
use crate::ui::desk::Typed;
use crate::ui::pages::paged::{MEMBERS_LISTED_MAX, handle};
use maud::{Markup, html};
use serde::Deserialize;
use shared::log::Act;

/// What is asked of the log, as it was filled in.
#[derive(Deserialize, Default, Clone)]
pub(super) struct Filter {
    #[serde(default)]
    pub(super) du: String,
    #[serde(default)]
    pub(super) au: String,
    #[serde(default)]
    pub(super) acte: String,
    #[serde(default)]
    pub(super) motif: String,
    #[serde(default)]
    pub(super) organisme: String,
    #[serde(default)]
    pub(super) acteur: String,
    #[serde(default)]
    pub(super) flux: String,
    #[serde(default)]
    pub(super) pli: String,
    #[serde(default)]
    pub(super) groupe: String,
    #[serde(default)]
    pub(super) ordre: String,
    pub(super) nuit: Option<String>,
    pub(super) semaine: Option<String>,
    /// What of it is looked at.
    #[serde(default)]
    pub(super) vue: String,
}

impl Filter {
    /// What was chosen of a list or typed, beside days, hours and the order, by the name of its field.
    pub(super) fn beside_days(&self) -> [(&'static str, &str); 7] {
        [
            ("acte", &self.acte),
            ("motif", &self.motif),
            ("organisme", &self.organisme),
            ("acteur", &self.acteur),
            ("flux", &self.flux),
            ("pli", &self.pli),
            ("groupe", &self.groupe),
        ]
    }

    /// A command about these records.
    pub(super) fn typed(&self, command: &str) -> Typed {
        let of = |value: &str| Some(value.trim().to_owned());
        Typed::new(command)
            .with_some("from", of(&self.du).as_deref())
            .with_some("until", of(&self.au).as_deref())
            .with_some("act", of(&self.acte).as_deref())
            .with_some("stated-reason", of(&self.motif).as_deref())
            .with_some("organisation", of(&self.organisme).as_deref())
            .with_some("actor", of(&self.acteur).as_deref())
            .with_some("flow", of(&self.flux).as_deref())
            .with_some("item", of(&self.pli).map(|item| item.to_lowercase()).as_deref())
            .with_some("group", of(&self.groupe).map(|group| group.to_lowercase()).as_deref())
            .with_some("order", of(&self.ordre).as_deref())
            .flag("night", self.nuit.is_some())
            .flag("weekend", self.semaine.is_some())
    }
}

/// What may be asked.
pub(super) fn asked(house: &House, filter: &Filter, known: &Known) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let rules = house.rules().ok();
    let reasons = rules.as_ref().map_or(&[][..], |rules| rules.reasons.as_slice());
    let acts = Act::ALL.iter().map(|act| (act.code().to_owned(), say(&format!("act-{}", act.code()))));
    let flows = rules.iter().flat_map(|rules| &rules.flows);
    let flows = flows.map(|(code, flow)| (code.to_string(), format!("{code} – {}", flow.title)));
    let reasons = reasons.iter().map(|reason| (reason.code.to_string(), reason.title.clone()));
    let view =
        |vue: &str, id: &str, main: bool| html! { button.main[main] name="vue" value=(vue) { (say(id)) } };
    html! {
        section aria-labelledby="chercher" {
            h2 id="chercher" { (say("page-journal-search")) }
            p.small { (say("page-journal-recorded")) }
            form method="post" action="/journal" {
                fieldset.columns {
                    legend { (say("page-journal-which")) }
                    p.field { label for="du" { (say("page-journal-from")) } input id="du" name="du" type="date" value=(filter.du); }
                    p.field { label for="au" { (say("page-journal-until")) } input id="au" name="au" type="date" value=(filter.au); }
                    (choice("acte", &say("page-journal-act"), &say("page-journal-any"), &filter.acte, acts.collect()))
                    (choice("motif", &say("page-journal-reason"), &say("page-journal-any"), &filter.motif, reasons.collect()))
                    (choice("organisme", &say("page-journal-organisation"), &say("page-journal-any"), &filter.organisme, known.organisations.clone()))
                    @if known.members.len() > MEMBERS_LISTED_MAX { (handle(house, ("acteur", "acteur"), "page-journal-actor", &filter.acteur, false)) }
                    @else { (choice("acteur", &say("page-journal-actor"), &say("page-journal-any"), &filter.acteur, known.members.clone())) }
                    (choice("flux", &say("page-journal-flow"), &say("page-journal-any"), &filter.flux, flows.collect()))
                    p.field {
                        label for="pli" { (say("page-journal-item")) }
                        input id="pli" name="pli" value=(filter.pli) autocomplete="off" spellcheck="false" pattern="[0-9a-fA-F]{1,32}" aria-describedby="aide-pli";
                        span.help id="aide-pli" { (say("page-journal-item-help")) }
                    }
                    p.field {
                        label for="groupe" { (say("page-journal-group")) }
                        input id="groupe" name="groupe" value=(filter.groupe) autocomplete="off" spellcheck="false" pattern="[0-9a-fA-F]{1,32}" aria-describedby="aide-groupe";
                        span.help id="aide-groupe" { (say("page-journal-group-help")) }
                    }
                    p.field {
                        label for="ordre" { (say("page-journal-order")) }
                        input id="ordre" name="ordre" value=(filter.ordre) autocomplete="off" maxlength="200" aria-describedby="aide-ordre";
                        span.help id="aide-ordre" { (say("page-journal-order-help")) }
                    }
                    div.hours {
                        label.choice { input type="checkbox" name="nuit" checked[filter.nuit.is_some()]; (say("page-journal-night")) }
                        label.choice { input type="checkbox" name="semaine" checked[filter.semaine.is_some()]; (say("page-journal-weekend")) }
                    }
                }
                div.actions {
                    (view("actes", "page-journal-acts", true))
                    (view("anomalies", "page-journal-anomalies", false))
                    (view("activite", "page-journal-activity", false))
                }
            }
            details {
                summary { (say("page-journal-person")) }
                form method="post" action="/journal/personne" {
                    p.field {
                        label for="personne" { (say("page-journal-person-who")) }
                        span.help id="aide-personne" { (say("page-journal-person-help")) }
                        input id="personne" name="personne" autocomplete="off" spellcheck="false" required maxlength="200" aria-describedby="aide-personne";
                    }
                    button { (say("page-journal-person-find")) }
                }
            }
        }
    }
}

/// One of a list, or any.
fn choice(name: &str, label: &str, any: &str, chosen: &str, options: Vec<(String, String)>) -> Markup {
    html! {
        p.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { (any) }
                @for (code, title) in &options { option value=(code) selected[code == chosen] { (title) } }
            }
        }
    }
}
