//! Long lists, a hundred lines a page: no page is heavy, and the address says which one it is.

use crate::ui::House;
use maud::{Markup, html};
use serde::Deserialize;

/// Lines on a page: some 40 kB.
const LINES: usize = 100;

/// Which page.
#[derive(Deserialize)]
pub(super) struct Part {
    pub(super) page: Option<usize>,
}

/// One page of a list.
pub(super) struct Paged<'a, T> {
    /// Its lines.
    pub(super) lines: &'a [T],
    number: usize,
    count: usize,
}

impl<'a, T> Paged<'a, T> {
    /// The page of this number, counted from one; the last one, where there are fewer.
    pub(super) fn of(all: &'a [T], number: Option<usize>) -> Self {
        let count = all.len().div_ceil(LINES).max(1);
        let number = number.unwrap_or(1).clamp(1, count);
        Self { lines: all.chunks(LINES).nth(number - 1).unwrap_or_default(), number, count }
    }

    /// Where one can go from here, by an address to which the number is added.
    pub(super) fn links(&self, house: &House, address: &str) -> Markup {
        let to = |number: usize| format!("{address}page={number}");
        html! {
            @if self.count > 1 {
                nav.pages aria-label=(house.say("page-pages", &[])) {
                    @if self.number > 1 { a.button href=(to(self.number - 1)) rel="prev" { (house.say("page-previous", &[])) } }
                    span { (house.say("page-number", &[("number", self.number.into()), ("count", self.count.into())])) }
                    @if self.number < self.count { a.button href=(to(self.number + 1)) rel="next" { (house.say("page-next", &[])) } }
                }
            }
        }
    }
}

/// Of more members than these none is chosen from a list: their handle is typed.
pub(super) const MEMBERS_LISTED_MAX: usize = 120;

/// Where one of them is typed.
pub(super) fn handle(
    house: &House,
    (id, name): (&str, &str),
    label: &str,
    value: &str,
    required: bool,
) -> Markup {
    html! {
        p.field {
            label for=(id) { (house.say(label, &[])) }
            input id=(id) name=(name) value=(value) autocomplete="off" spellcheck="false" required[required] aria-describedby={ "aide-" (id) };
            span.help id={ "aide-" (id) } { (house.say("page-member-help", &[])) }
        }
    }
}

/// Rows of a list that shares its page with others: it comes in the order of what matters.
pub(super) const FIRST: usize = 50;

/// That a list is longer than what is shown of it.
pub(super) fn rest(house: &House, count: usize) -> Markup {
    html! {
        @if count > FIRST { p.small { (house.say("page-rest", &[("count", (count - FIRST).into())])) } }
    }
}

/// What was asked for, as an address ends: `?from=…&`.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut written = form_urlencoded::Serializer::new(String::new());
    written.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    let written = written.finish();
    if written.is_empty() { "?".to_owned() } else { format!("?{written}&") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_into_pages_and_no_number_is_outside() {
        let all: Vec<usize> = (0..250).collect();
        let check = |number: Option<usize>, first: Option<usize>, count: usize| {
            let paged = Paged::of(&all, number);
            assert_eq!((paged.lines.first().copied(), paged.lines.len()), (first, count), "{number:?}");
        };
        check(None, Some(0), 100);
        check(Some(0), Some(0), 100);
        check(Some(3), Some(200), 50);
        check(Some(usize::MAX), Some(200), 50);
        assert!(Paged::<u8>::of(&[], Some(7)).lines.is_empty());
    }

    #[test]
    fn an_address_holds_what_was_asked_for() {
        assert_eq!(
            query(&[("commune", "Saint-Éloi & Cie"), ("acte", "")]),
            "?commune=Saint-%C3%89loi+%26+Cie&"
        );
        assert_eq!(query(&[("acte", "")]), "?");
    }
}
