//! One value of a form: what somebody typed, in the one spelling that is kept.

use super::Address;
use super::address::{has_code, plain};
use crate::ids::OrganisationId;
use crate::limits::{FORM_LINE_LETTERS_MAX, FORM_TEXT_LETTERS_MAX};
use crate::log::persons::Person;
use crate::nomenclature::{Field, FieldKind, Lists};
use jiff::civil::{Date, Time};

/// What is wrong with a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It has to be filled.
    Missing,
    /// The form has no such field.
    Unknown,
    /// It is not asked for, as other fields stand.
    NotAsked,
    /// It is filled more than once.
    Twice,
    /// No day.
    Date,
    /// No time of the day.
    Time,
    /// No whole number.
    Number,
    /// Under the least.
    Below {
        /// The least.
        min: u64,
    },
    /// Over the greatest.
    Above {
        /// The greatest.
        max: u64,
    },
    /// Neither yes nor no.
    YesNo,
    /// Not on the list.
    Choice {
        /// What is.
        listed: Vec<String>,
    },
    /// A day before that of an earlier field.
    Before {
        /// The earlier field.
        other: String,
    },
    /// A day after the last one for which this form can hold.
    Beyond {
        /// That day.
        last: Date,
    },
    /// A day that is still to come, of something that was.
    Future,
    /// No person as they are typed.
    Person,
    /// No postal address.
    Address,
    /// An address without its postal code.
    Postcode,
    /// No organisation's handle.
    Organisation,
    /// No telephone number.
    Telephone,
    /// No e-mail address.
    Email,
    /// No place on the map.
    Position,
    /// Longer than may be.
    TooLong {
        /// The most letters.
        max: u64,
    },
    /// More fields or rows than may be.
    TooMany {
        /// The most.
        max: u64,
    },
    /// Letters that are not seen, or a line break where there is one line.
    Letters,
    /// A table without a row.
    NoRows,
    /// It names or describes somebody where nobody may be named.
    NamesSomebody,
    /// Its building is another landlord's than those who would read it.
    Landlord,
    /// Nothing of the flow is left so long after this day.
    Ended {
        /// How many days after it.
        days: u64,
    },
}

impl Wrong {
    /// What the catalogues call it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::NotAsked => "not-asked",
            Self::Twice => "twice",
            Self::Date => "date",
            Self::Time => "time",
            Self::Number => "number",
            Self::Below { .. } => "below",
            Self::Above { .. } => "above",
            Self::YesNo => "yes-no",
            Self::Choice { .. } => "choice",
            Self::Before { .. } => "before",
            Self::Beyond { .. } => "beyond",
            Self::Future => "future",
            Self::Person => "person",
            Self::Address => "address",
            Self::Postcode => "postcode",
            Self::Organisation => "organisation",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Position => "position",
            Self::TooLong { .. } => "too-long",
            Self::TooMany { .. } => "too-many",
            Self::Letters => "letters",
            Self::NoRows => "no-rows",
            Self::NamesSomebody => "names-somebody",
            Self::Landlord => "landlord",
            Self::Ended { .. } => "ended",
        }
    }

    /// The number that belongs to it.
    #[must_use]
    pub fn bound(&self) -> Option<u64> {
        match self {
            Self::Below { min: bound }
            | Self::Above { max: bound }
            | Self::TooLong { max: bound }
            | Self::TooMany { max: bound }
            | Self::Ended { days: bound } => Some(*bound),
            _ => None,
        }
    }
}

/// The one spelling of what was typed. A value that is in it stays as it is.
pub(super) fn canonical(field: &Field, lists: &Lists, text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let is_text = field.kind == FieldKind::Text;
    let most = if is_text { FORM_TEXT_LETTERS_MAX } else { FORM_LINE_LETTERS_MAX };
    let most = if field.is_free() { field.max.unwrap_or(most) } else { most };
    if u64::try_from(text.chars().count()).is_ok_and(|letters| letters > most) {
        return Err(Wrong::TooLong { max: most });
    }
    let is_hidden = |letter: char| {
        let is_break = is_text && letter == '\n';
        (letter.is_control() && !is_break)
            || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let text = if is_text { text.replace("\r\n", "\n") } else { text.to_owned() };
    if text.chars().any(is_hidden) {
        return Err(Wrong::Letters);
    }
    match field.kind {
        FieldKind::Line | FieldKind::Text | FieldKind::Secret => Ok(text),
        FieldKind::Date => date(&text).ok_or(Wrong::Date),
        FieldKind::Time => time(&text).ok_or(Wrong::Time),
        FieldKind::Number => number(&text, field),
        FieldKind::YesNo => yes_no(&text).map(str::to_owned).ok_or(Wrong::YesNo),
        FieldKind::Choice => {
            let wanted = plain(&text);
            let named = |item: &&crate::nomenclature::Item| item.code == text || plain(&item.title) == wanted;
            let options = field.options(lists);
            let listed = || Wrong::Choice { listed: options.iter().map(|item| item.code.clone()).collect() };
            options.iter().find(named).map(|item| item.code.clone()).ok_or_else(listed)
        }
        FieldKind::Person => text.parse::<Person>().map(|_| text).map_err(|_| Wrong::Person),
        FieldKind::Address => {
            let wrong = |_| if has_code(&text) { Wrong::Address } else { Wrong::Postcode };
            text.parse::<Address>().map(|address| address.to_string()).map_err(wrong)
        }
        FieldKind::Organisation => {
            text.parse::<OrganisationId>().map(|handle| handle.to_string()).map_err(|_| Wrong::Organisation)
        }
        FieldKind::Telephone => telephone(&text).ok_or(Wrong::Telephone),
        FieldKind::Email => email(&text).ok_or(Wrong::Email),
        FieldKind::Position => position(&text).ok_or(Wrong::Position),
    }
}

/// `2026-12-24`, from that, `24/12/2026`, `24/12/26` or `24.12.2026`.
fn date(text: &str) -> Option<String> {
    let text = text.replace('.', "/");
    let formats = if text.contains('/') { &["%d/%m/%Y", "%d/%m/%y"][..] } else { &["%Y-%m-%d"][..] };
    let read =
        |format: &&str| Date::strptime(format, &text).ok().filter(|day| (1900..=2200).contains(&day.year()));
    formats.iter().find_map(read).map(|day| day.to_string())
}

/// `14:05`, from that, `14h05`, `14h` or `14:05:00`.
fn time(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase().replace(['h', 'H'], ":").replace(' ', "");
    let text = if text.ends_with(':') { format!("{text}00") } else { text };
    let formats = ["%H:%M", "%H:%M:%S"];
    let time = formats.iter().find_map(|format| Time::strptime(format, &text).ok())?;
    Some(format!("{:02}:{:02}", time.hour(), time.minute()))
}

fn number(text: &str, field: &Field) -> Result<String, Wrong> {
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| is_plain).ok_or(Wrong::Number)?;
    match (field.min, field.max) {
        (Some(min), _) if number < min => Err(Wrong::Below { min }),
        (_, Some(max)) if number > max => Err(Wrong::Above { max }),
        _ => Ok(number.to_string()),
    }
}

fn yes_no(text: &str) -> Option<&'static str> {
    match plain(text).as_str() {
        "oui" | "o" | "x" | "1" | "vrai" | "true" | "yes" => Some("oui"),
        "non" | "n" | "0" | "faux" | "false" | "no" => Some("non"),
        _ => None,
    }
}

/// Ten digits from a nought on, or `+` and eight to fifteen; kept without spaces and dots.
fn telephone(text: &str) -> Option<String> {
    let kept: String =
        text.chars().filter(|letter| !matches!(letter, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let fits = if kept.starts_with('+') {
        (8..=15).contains(&digits.len())
    } else {
        digits.len() == 10 && digits.starts_with('0')
    };
    (is_number && fits).then_some(kept)
}

fn email(text: &str) -> Option<String> {
    let (name, domain) = text.split_once('@')?;
    let is_name = !name.is_empty() && !text.chars().any(char::is_whitespace);
    let is_domain =
        domain.contains('.') && !domain.contains('@') && domain.split('.').all(|part| !part.is_empty());
    (is_name && is_domain).then(|| text.to_owned())
}

/// Degrees north and east with six digits after the point: a tenth of a metre.
fn position(text: &str) -> Option<String> {
    let (north, east) = text.split_once(',').or_else(|| text.split_once(' '))?;
    let degrees =
        |text: &str, most: f64| text.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    let (north, east) = (degrees(north, 90.0)?, degrees(east, 180.0)?);
    Some(format!("{north:.6},{east:.6}"))
}
