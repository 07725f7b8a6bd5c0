//! A month with what is due on its days, as a table: weeks are rows, from Monday to Sunday. On a narrow screen the days
//! without anything go, and the others are read one below the other.

use super::deadlines::badge;
use crate::dates;
use crate::ui::House;
use jiff::civil::{Date, Weekday, date};
use maud::{Markup, html};
use serde_json::Value as Json;

/// Whoever leafs further than that has mistyped.
const YEARS: std::ops::RangeInclusive<i16> = 2020..=2099;

/// What a day has room for; the list above has the others.
const DUE_MAX: usize = 6;

/// The first day of a month such as `2026-12`.
pub(super) fn read(month: &str) -> Option<Date> {
    let (year, number) = month.split_once('-')?;
    let (year, number): (i16, i8) = (year.parse().ok()?, number.parse().ok()?);
    (YEARS.contains(&year) && (1..=12).contains(&number)).then(|| date(year, number, 1))
}

/// A day such as `2026-12-24`, as people write it.
pub(super) fn people(day: &str) -> String {
    dates::day(day).map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default()
}

/// The month that begins that day.
pub(super) fn shown(house: &House, deadlines: &[&Json], first: Date, today: Date) -> Markup {
    let before = first.yesterday().ok().map(Date::first_of_month).filter(|day| YEARS.contains(&day.year()));
    let after = first.last_of_month().tomorrow().ok().filter(|day| YEARS.contains(&day.year()));
    let title = name(house, first);
    let month = first.strftime("%Y-%m").to_string();
    let is_any = deadlines.iter().any(|one| one["day"].as_str().is_some_and(|day| day.starts_with(&month)));
    html! {
        section id="mois" {
            h2 { (house.say("page-month", &[("month", title.clone().into())])) }
            nav.pages aria-label=(house.say("page-months", &[])) {
                @if let Some(before) = before { (link(house, before, "prev")) }
                @if let Some(after) = after { (link(house, after, "next")) }
            }
            @if !is_any { p.small { (house.say("page-month-none", &[])) } }
            table.month {
                caption.seen-by-readers { (house.say("page-month-caption", &[("month", title.into())])) }
                thead { tr { @for day in 1..=7_u8 { th scope="col" { (house.say("page-weekday", &[("day", day.into())])) } } } }
                tbody {
                    @for week in weeks(first) {
                        tr { @for day in week { (cell(house, deadlines, day, first, today)) } }
                    }
                }
            }
        }
    }
}

fn link(house: &House, month: Date, rel: &str) -> Markup {
    html! {
        a.button rel=(rel) href={ "/echeances?mois=" (month.strftime("%Y-%m").to_string()) "#mois" } { (name(house, month)) }
    }
}

/// A month as people say it: décembre 2026.
fn name(house: &House, month: Date) -> String {
    let arguments = [("month", month.month().into()), ("year", month.year().to_string().into())];
    house.say("page-month-name", &arguments)
}

/// The weeks of a month, whole.
fn weeks(first: Date) -> Vec<Vec<Date>> {
    let back = first.weekday().since(Weekday::Monday);
    let begins = first.checked_sub(jiff::Span::new().days(back)).unwrap_or(first);
    let days: Vec<_> = begins.series(jiff::Span::new().days(1)).take(42).collect();
    let weeks = days.chunks(7).map(<[Date]>::to_vec);
    weeks.take_while(|week| week.first().is_some_and(|day| *day <= first.last_of_month())).collect()
}

fn cell(house: &House, deadlines: &[&Json], day: Date, first: Date, today: Date) -> Markup {
    let iso = day.to_string();
    let due: Vec<_> = deadlines.iter().filter(|one| one["day"] == iso.as_str()).collect();
    let is_other = day.month() != first.month();
    html! {
        td.other[is_other].today[day == today].empty-day[due.is_empty() || is_other] aria-current=[(day == today).then_some("date")] {
            span.number aria-hidden="true" { (day.day()) }
            span.whole-date { (people(&iso)) }
            @if !due.is_empty() && !is_other {
                ul { @for one in due.iter().take(DUE_MAX) {
                    li { (badge(house, one["state"].as_str().unwrap_or_default())) " " (one["what"].as_str().unwrap_or_default()) }
                } }
                @if due.len() > DUE_MAX { p.small { (house.say("page-rest", &[("count", (due.len() - DUE_MAX).into())])) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_typed_in_one_way() {
        assert_eq!(read("2026-12"), Some(date(2026, 12, 1)));
        for bad in ["", "2026", "2026-13", "2026-0", "1999-12", "9999-12", "2026-12-01", "é-é"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn weeks_are_whole_and_no_more_than_the_month_needs() {
        let check = |month: &str, count: usize, begins: Date| {
            let weeks = weeks(read(month).unwrap());
            assert_eq!((weeks.len(), weeks[0][0]), (count, begins), "{month}");
            assert!(weeks.iter().all(|week| week.len() == 7), "{month}");
        };
        check("2026-12", 5, date(2026, 11, 30));
        check("2027-02", 4, date(2027, 2, 1));
        check("2026-08", 6, date(2026, 7, 27));
    }
}
