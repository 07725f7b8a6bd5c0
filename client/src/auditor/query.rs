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
    /// The beginning of a letter's id; of what answers it, the deposit is found, too.
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
            && (begins(&self.item, record.item.map(|item| item.to_string()))
                // What answers a letter, or says it again, names it.
                || (record.act == Act::Deposit && begins(&self.item, record.reference.clone())))
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

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::MessageId;

    #[test]
    fn a_letter_is_found_with_what_answers_it_and_with_nothing_else() {
        let (letter, answer) = (MessageId([7; 16]), MessageId([8; 16]));
        let query = Query { item: Some(letter.to_string()[..8].to_owned()), ..Query::default() };
        let check = |act: Act, item: MessageId, reference: Option<MessageId>, is_found: bool| {
            let reference = reference.map(|id| id.to_string());
            let record = Record { item: Some(item), reference, ..Record::of(act, Timestamp(0)) };
            assert_eq!(query.takes(&record), is_found, "{act:?}");
        };
        check(Act::Deposit, letter, None, true);
        check(Act::Deposit, answer, Some(letter), true);
        check(Act::Deposit, answer, None, false);
        check(Act::Release, answer, Some(letter), false);
    }
}
