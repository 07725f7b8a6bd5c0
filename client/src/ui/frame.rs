//! The frame around every page: what it is called, where one can go, and the pieces that pages share.
//!
//! It is made here, whole, and usable without a script. No page names anybody in its address, keeps anything in the
//! browser, or asks another host for anything.

use super::desk::Told;
use crate::show::page::Said;
use crate::show::{last_day, local_date, local_time};
use crate::words::Words;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use serde_json::Value as Json;
use shared::directory::Directory;
use shared::ids::MemberId;
use shared::statement::Personal;
use shared::time::Timestamp;

/// Where one can go, in the order in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// What waits.
    Inbox,
    /// What is past its time.
    Late,
    /// A new letter.
    Write,
    /// What this member sent.
    Sent,
    /// What waits for this member's agreement.
    Approvals,
    /// What is due.
    Deadlines,
    /// The shared table of buildings.
    Patrimoine,
    /// Who is who.
    Directory,
    /// Who belongs where.
    Groups,
    /// One's own acts.
    Accesses,
    /// The log, for its reviewers.
    Journal,
    /// A file for a court.
    Verify,
}

impl Place {
    const ALL: [Self; 12] = [
        Self::Inbox,
        Self::Late,
        Self::Write,
        Self::Sent,
        Self::Approvals,
        Self::Deadlines,
        Self::Patrimoine,
        Self::Directory,
        Self::Groups,
        Self::Accesses,
        Self::Journal,
        Self::Verify,
    ];

    /// Its address, and what it is called.
    fn path(self) -> (&'static str, &'static str) {
        match self {
            Self::Inbox => ("/", "page-inbox"),
            Self::Late => ("/en-retard", "page-late"),
            Self::Write => ("/ecrire", "page-write"),
            Self::Sent => ("/envoyes", "page-sent"),
            Self::Approvals => ("/a-valider", "page-approvals"),
            Self::Deadlines => ("/echeances", "page-deadlines"),
            Self::Patrimoine => ("/patrimoine", "page-patrimoine"),
            Self::Directory => ("/annuaire", "page-directory"),
            Self::Groups => ("/groupes", "page-groups"),
            Self::Accesses => ("/acces", "page-accesses"),
            Self::Journal => ("/journal", "page-journal"),
            Self::Verify => ("/verifier", "page-verify"),
        }
    }
}

/// A page.
pub(crate) struct Page {
    /// Where it is; nothing before one has come in.
    pub(crate) place: Option<Place>,
    /// What it is called, in the heading and in the window.
    pub(crate) title: String,
    /// What it shows.
    pub(crate) main: Markup,
    /// How it ended.
    pub(crate) status: StatusCode,
}

impl Page {
    /// A page at a place, called as that place.
    pub(crate) fn at(place: Place, words: &Words, main: Markup) -> Self {
        Self { place: Some(place), title: words.say(place.path().1, &[]), main, status: StatusCode::OK }
    }

    /// The same, called otherwise.
    pub(crate) fn called(self, title: String) -> Self {
        Self { title, ..self }
    }

    /// The whole document.
    pub(crate) fn framed(self, words: &Words) -> Response {
        let Self { place, title, main, status } = self;
        let say = |id: &str| words.say(id, &[]);
        let page = html! {
            (DOCTYPE)
            html lang=(words.language().code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) " – Pli" }
                    link rel="stylesheet" href="/style.css";
                    link rel="icon" href="/icone.svg" type="image/svg+xml";
                    script src="/page.js" defer {}
                }
                body class=[place.is_none().then_some("outside")] data-notice=(say("page-notice")) {
                    a.skip href="#contenu" { (say("page-skip")) }
                    header {
                        p.brand { span.seal aria-hidden="true" {} "Pli" }
                        @if let Some(here) = place {
                            nav aria-label=(say("page-navigation")) {
                                ul {
                                    @for place in Place::ALL {
                                        @let (path, name) = place.path();
                                        li { a href=(path) aria-current=[(place == here).then_some("page")] { (say(name)) } }
                                    }
                                }
                            }
                            form.lock method="post" action="/verrouiller" { button { (say("page-lock")) } }
                        }
                    }
                    main id="contenu" tabindex="-1" {
                        h1 { (title) }
                        (main)
                    }
                    div.veil role="alertdialog" aria-label=(say("page-veiled")) hidden data-veil { p { (say("page-veiled")) } p role="status" {} button type="button" { (say("page-unveil")) } }
                }
            }
        };
        (status, Html(page.into_string())).into_response()
    }
}

/// What went wrong.
pub(crate) fn wrong(told: &Told) -> Markup {
    let lines: Vec<_> = told
        .said
        .iter()
        .filter_map(|said| if let Said::Wrong(line) = said { Some(line) } else { None })
        .collect();
    html! { @if !lines.is_empty() { div.notice.wrong role="alert" { @for line in lines { p { (line) } } } } }
}

/// What a command said beside its results, and what went wrong.
pub(crate) fn told(told: &Told) -> Markup {
    let asides = told
        .said
        .iter()
        .filter_map(|said| if let Said::Aside { text, .. } = said { Some(text) } else { None });
    html! {
        (wrong(told))
        @for text in asides { p.notice { (text) } }
    }
}

/// The lines of a command's results, as they are read at a terminal.
pub(crate) fn lines(told: &Told) -> Markup {
    let lines = told
        .said
        .iter()
        .filter_map(|said| if let Said::Result { lines, .. } = said { Some(lines) } else { None });
    html! { @for line in lines.flatten().filter(|line| !line.is_empty()) { p { (line) } } }
}

/// The field in which the passphrase is typed once more.
pub(crate) fn passphrase(words: &Words) -> Markup {
    html! {
        p.field {
            label for="phrase" { (words.say("page-passphrase", &[])) }
            input id="phrase" name="phrase" type="password" autocomplete="current-password" required;
        }
    }
}

/// A day, of an instant as scripts read it.
pub(crate) fn day(instant: &Json) -> String {
    read(instant).map(local_date).unwrap_or_default()
}

/// The last day of a stretch of time that ends at an instant.
pub(crate) fn last(end: &Json) -> String {
    read(end).map(last_day).unwrap_or_default()
}

/// A day and a time of it.
pub(crate) fn time(instant: &Json) -> String {
    read(instant).map(local_time).unwrap_or_default()
}

fn read(instant: &Json) -> Option<Timestamp> {
    instant.as_str()?.parse().ok()
}

/// The beginning of a letter's id: what stands in addresses.
pub(crate) fn short(letter: &Json) -> &str {
    letter["id"].as_str().and_then(|id| id.get(..16)).unwrap_or_default()
}

/// Names, one after the other.
pub(crate) fn list(names: &Json) -> String {
    let names = names.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_str);
    names.collect::<Vec<_>>().join(", ")
}

/// A member as people say it, with their organisation.
pub(crate) fn person(directory: &Directory, member: &MemberId) -> String {
    let name = directory.personal(member).map_or_else(|| member.to_string(), Personal::name);
    match directory.card(member) {
        Some(card) => format!("{name} ({})", card.organisation.name),
        None => name,
    }
}
