//! Everything a member reads, French first and English second.
//!
//! The sentences stand in two Fluent catalogues, `text/fr.ftl` and `text/en.ftl`, each with a part of its own for the
//! page (`text/page.fr.ftl`), with the same ids in both. What the English one lacks is said in French; what both lack
//! is said as its id, so that a forgotten sentence is seen and stops nobody. Numbers that are counted and dates come
//! from the caller, formatted; nothing here reads a clock.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::borrow::Cow;
use unic_langid::LanguageIdentifier;

pub use fluent_bundle::FluentValue as Value;

/// What is said at a terminal and on the page alike, then what stands on the page alone.
const FRENCH: &str = concat!(include_str!("../../text/fr.ftl"), include_str!("../../text/page.fr.ftl"));
const ENGLISH: &str = concat!(include_str!("../../text/en.ftl"), include_str!("../../text/page.en.ftl"));

/// The variable that chooses the language.
pub const LANGUAGE_VARIABLE: &str = "PLI_LANG";

/// A language there is a catalogue for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The language of the convention, and of whoever did not choose.
    #[default]
    French,
    /// For everybody else.
    English,
}

impl Language {
    /// The language of a name such as `en` or `en_GB.UTF-8`; French for any other.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let language = name.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") { Self::English } else { Self::French }
    }

    /// As HTML names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// The language that `PLI_LANG` chooses.
    #[must_use]
    pub fn of_environment() -> Self {
        std::env::var(LANGUAGE_VARIABLE).map_or(Self::French, |name| Self::named(&name))
    }
}

/// The sentences in one language.
pub struct Words {
    language: Language,
    is_on_page: bool,
    /// The chosen catalogue, then the one to fall back on.
    catalogues: Vec<FluentBundle<FluentResource>>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// The sentences in this language, and in French where it has none.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let french = || catalogue("fr", FRENCH);
        let catalogues = match language {
            Language::French => vec![french()],
            Language::English => vec![catalogue("en", ENGLISH), french()],
        };
        Self { language, is_on_page: false, catalogues }
    }

    /// The same as the page says them: what tells whoever sits at a terminal to type something is `page-said-…` there.
    #[must_use]
    pub fn on_page(language: Language) -> Self {
        Self { is_on_page: true, ..Self::new(language) }
    }

    /// The language that was chosen.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// One sentence: `words.say("sent", &[("number", number.into())])`.
    ///
    /// A text that is put into a sentence often comes from somebody else. What would steer a
    /// terminal or turn the direction of writing in it is shown as a replacement character.
    #[must_use]
    pub fn say(&self, id: &str, arguments: &[(&str, Value<'_>)]) -> String {
        let arguments: FluentArgs<'_> =
            arguments.iter().map(|(name, value)| (*name, harmless(value))).collect();
        let on_page = self.is_on_page.then(|| self.found(&format!("page-said-{id}"), &arguments)).flatten();
        let said = on_page.or_else(|| self.found(id, &arguments)).unwrap_or_else(|| format!("[{id}]"));
        if self.is_on_page && self.language == Language::French { together(&said) } else { said }
    }

    fn found(&self, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        self.catalogues.iter().find_map(|catalogue| {
            let pattern = catalogue.get_message(id)?.value()?;
            // A missing argument shows as its name; there is nobody to tell but the reader.
            Some(catalogue.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
        })
    }
}

fn catalogue(language: &str, text: &str) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    // What does not parse is left out here and found by the tests.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(rest, _)| rest);
    bundle.add_resource_overriding(resource);
    bundle
}

/// No line of a page begins with what French sets apart by a space, nor ends with what opens a quotation.
fn together(said: &str) -> String {
    let pairs = [" :", " ;", " ?", " !", " »"].map(|pair| (pair, pair.replace(' ', "\u{a0}")));
    let said = pairs.iter().fold(said.to_owned(), |said, (pair, kept)| said.replace(pair, kept));
    said.replace("« ", "«\u{a0}")
}

fn harmless<'a>(value: &'a Value<'_>) -> Value<'a> {
    match value {
        Value::String(text) if text.contains(steers) => {
            Value::String(Cow::Owned(text.replace(steers, "\u{fffd}")))
        }
        Value::String(text) => Value::String(Cow::Borrowed(text)),
        Value::Number(number) => Value::Number(number.clone()),
        _ => Value::None,
    }
}

/// Whether a character would command a terminal or turn the direction of writing.
pub(crate) fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
