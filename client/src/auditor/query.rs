//! Which records a reviewer looks at.

use super::{Opened, Records};
use crate::dates;
use shared::ids::{FlowCode, MemberId, OrganisationId, ReasonCode};
use shared::log::{Act, Record};
use shared::time::Timestamp;

/// What is asked of the log. What is absent restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The beginning of a group's id.
    pub group: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Who acted.
    pub actor: Option<MemberId>,
    /// Where they served then.
    pub organisation: Option<OrganisationId>,
    /// The beginning of a letter's id.
    pub item: Option<String>,
    /// The flow.
    pub flow: Option<FlowCode>,
    /// What was done.
    pub act: Option<Act>,
    /// The reason that was stated.
    pub stated_reason: Option<ReasonCode>,
    /// When offices are closed.
    pub hours: Hours,
}

/// Of which hours, in Europe/Paris. Where both are asked for, one is enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hours {
    /// Of the night: from 22:00 to 6:00.
    pub night: bool,
    /// Of the week-end: Saturday and Sunday.
    pub weekend: bool,
}

impl Query {
    /// The records that it asks for, in their order.
    pub fn of<'a>(&'a self, records: &'a Records) -> impl Iterator<Item = (u64, &'a Opened)> + 'a {
        records
            .iter()
            .filter(|(_, opened)| self.takes(&opened.record))
            .map(|(index, opened)| (*index, opened))
    }

    /// Whether it asks for a record.
    #[must_use]
    pub fn takes(&self, record: &Record) -> bool {
        fn fits<T: PartialEq>(asked: Option<&T>, found: Option<&T>) -> bool {
            asked.is_none() || asked == found
        }
        let begins = |asked: &Option<String>, found: Option<String>| match asked {
            Some(beginning) => found.is_some_and(|found| found.starts_with(beginning.as_str())),
            None => true,
        };
        let actor = record.actor.as_ref();
        self.from.is_none_or(|from| from <= record.time)
            && self.until.is_none_or(|until| record.time < until)
            && fits(self.act.as_ref(), Some(&record.act))
            && fits(self.actor.as_ref(), actor.map(|actor| &actor.member))
            && fits(self.organisation.as_ref(), actor.map(|actor| &actor.organisation))
            && fits(self.flow.as_ref(), record.flow.as_ref())
            && fits(self.stated_reason.as_ref(), record.reason.as_ref())
            && self.hours.hold(record.time)
            && begins(&self.group, record.group.map(|group| group.to_string()))
            && begins(&self.item, record.item.map(|item| item.to_string()))
    }
}

impl Hours {
    /// Whether an instant is within them.
    #[must_use]
    pub fn hold(self, time: Timestamp) -> bool {
        let everything = self == Self::default();
        everything || (self.night && dates::is_night(time)) || (self.weekend && dates::is_weekend(time))
    }
}
