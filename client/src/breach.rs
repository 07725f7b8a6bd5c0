//! The draft of the notice of a breach: what a data protection officer has 72 hours for, from the log.
//!
//! RGPD art. 33 asks what happened, to whose data, with what consequences, and what was done. Of that, Pli knows when
//! a letter went to whom, who opened it and when, and when it was taken back; each of these is a record that was
//! proved on this device. Nothing of the content is in it. What Pli does not know is left blank, and says so.

use crate::account::Account;
use crate::show::{exact_time, local_date};
use crate::words::Words;
use shared::directory::Directory;
use shared::ids::MemberId;
use shared::log::{Act, Outcome, Record};
use shared::message::{Core, Header};
use shared::nomenclature::Class;
use shared::statement::Personal;
use shared::time::Timestamp;
use std::collections::BTreeSet;

/// From when a breach is known to when it must have been notified; no weekend and no holiday stops it.
const NOTICE_SECONDS: u64 = 72 * 3600;

/// A letter that went to the wrong person, and what is known of it.
pub struct Breach<'a> {
    /// The outside of the letter.
    pub header: &'a Header,
    /// The letter's exchange as people say it.
    pub flow: String,
    /// Who is who.
    pub directory: &'a Directory,
    /// What became of it; none where this device may not know any more.
    pub account: Option<&'a Account>,
    /// Whether that is everything since it was sent.
    pub is_whole: bool,
    /// When it was taken back.
    pub recalled: Timestamp,
    /// When the draft is made.
    pub made: Timestamp,
}

/// Until when the breach must have been notified, where it was known when the letter was taken back.
#[must_use]
pub fn notified_by(recalled: Timestamp) -> Timestamp {
    recalled.plus(NOTICE_SECONDS)
}

impl Breach<'_> {
    /// The draft, as a text that any program opens.
    #[must_use]
    pub fn draft(&self, words: &Words) -> String {
        let say = |id: &str| words.say(id, &[]);
        let made = words.say("breach-made", &[("date", exact_time(self.made).into())]);
        let limit = exact_time(notified_by(self.recalled));
        let head = vec![say("breach-title"), say("breach-law"), made];
        let sections = [
            head,
            vec![
                say("breach-limit-title"),
                say("breach-limit"),
                words.say("breach-limit-date", &[("date", limit.into())]),
                say("breach-limit-blank"),
            ],
            self.nature(words),
            vec![say("breach-data-title"), say(class(self.header.core.class)), say("breach-data-blank")],
            self.readers(words),
            vec![say("breach-consequences-title"), say("breach-consequences-blank")],
            vec![
                say("breach-measures-title"),
                say("breach-measures-destroyed"),
                say("breach-measures-limit"),
                say("breach-measures-blank"),
            ],
            vec![say("breach-people-title"), say("breach-people-blank")],
            vec![say("breach-contacts-title"), say("breach-contacts-blank")],
            vec![say("breach-proof-title"), say("breach-proof")],
        ];
        sections.map(|section| section.join("\n") + "\n").join("\n")
    }

    /// What went where, and when.
    fn nature(&self, words: &Words) -> Vec<String> {
        let Core { id, group, writer, created, expires, .. } = &self.header.core;
        let deposit = self.account.and_then(|account| account.deposit.as_ref());
        let recall = self.account.and_then(Account::retirement);
        let group =
            self.directory.group(*group).map_or_else(|| group.to_string(), |group| group.name.clone());
        vec![
            words.say("breach-nature-title", &[]),
            words.say("breach-nature", &[]),
            words.say("breach-letter", &[("number", id.to_string().into())]),
            words.say("breach-group", &[("group", group.into())]),
            words.say("breach-flow", &[("flow", self.flow.clone().into())]),
            words.say("breach-writer", &[("person", self.person(writer, words).into())]),
            words.say("breach-parts", &[("documents", self.header.documents().len().into())]),
            dated(deposit, *created, ["breach-sent", "breach-sent-elsewhere"], words),
            dated(recall, self.recalled, ["breach-recalled", "breach-recalled-elsewhere"], words),
            words.say("breach-expires", &[("date", local_date(*expires).into())]),
            words.say("breach-nature-blank", &[]),
        ]
    }

    /// Who opened it and when, and who never did.
    fn readers(&self, words: &Words) -> Vec<String> {
        let mut lines = vec![words.say("breach-readers-title", &[])];
        let Some(account) = self.account else {
            lines.push(words.say("breach-readers-unknown", &[]));
            lines.extend(self.header.core.recipients.iter().map(|member| self.item(member, words)));
            return lines;
        };
        let (read, unread): (Vec<_>, Vec<_>) =
            readers(&self.header.core, account).into_iter().partition(|member| has_read(account, member));
        lines.push(words.say(if read.is_empty() { "breach-read-none" } else { "breach-read" }, &[]));
        for member in read {
            lines.push(self.item(member, words));
            lines.extend(acts(account, member).map(|record| act(record, words)));
        }
        if !unread.is_empty() {
            lines.push(words.say("breach-unread", &[]));
        }
        for member in unread {
            lines.push(self.item(member, words));
            lines.extend(acts(account, member).map(|record| act(record, words)));
        }
        if !self.is_whole {
            lines.push(words.say("breach-readers-blank", &[]));
        }
        lines
    }

    fn item(&self, member: &MemberId, words: &Words) -> String {
        format!("- {}", self.person(member, words))
    }

    fn person(&self, member: &MemberId, words: &Words) -> String {
        let name = self.directory.personal(member).map_or_else(|| member.to_string(), Personal::name);
        let Some(card) = self.directory.card(member) else { return name };
        let (function, organisation) = (card.function.to_string(), card.organisation.name.clone());
        let arguments =
            [("name", name.into()), ("function", function.into()), ("organisation", organisation.into())];
        words.say("breach-person", &arguments)
    }
}

/// Everybody who was given the means to read it: those it names, and those whom their delegations led to.
fn readers<'a>(core: &'a Core, account: &'a Account) -> BTreeSet<&'a MemberId> {
    let granted = account.lists.iter().flat_map(|list| &list.grants);
    let owners = granted.filter_map(|grant| account.directory.owner_ever(grant.device));
    owners.chain(&core.recipients).filter(|member| **member != core.writer).collect()
}

/// What a reader did with it.
fn acts<'a>(account: &'a Account, member: &'a MemberId) -> impl Iterator<Item = &'a Record> {
    let by = move |record: &&Record| record.actor.as_ref().is_some_and(|actor| actor.member == *member);
    account.records.iter().filter(by)
}

fn has_read(account: &Account, member: &MemberId) -> bool {
    // Who was given what opens it, for whatever act, may have kept it.
    acts(account, member).any(|record| record.act.is_claim() || record.act == Act::Opening)
}

fn act(record: &Record, words: &Words) -> String {
    let id = match record.outcome {
        Outcome::DidNotVerify => "breach-act-not-verified",
        Outcome::Quarantined => "breach-act-quarantined",
        _ => "breach-act",
    };
    let act = words.say(&format!("act-{}", record.act.code()), &[]);
    let (date, leaf) = (exact_time(record.time), record.index.to_string());
    let line = words.say(id, &[("date", date.into()), ("act", act.into()), ("leaf", leaf.into())]);
    format!("    {line}")
}

/// A time with the record that proves it, or without where this device has none.
fn dated(record: Option<&Record>, otherwise: Timestamp, [proved, said]: [&str; 2], words: &Words) -> String {
    let time = record.map_or(otherwise, |record| record.time);
    let leaf = record.map(|record| record.index.to_string()).unwrap_or_default();
    let arguments = [("date", exact_time(time).into()), ("leaf", leaf.into())];
    words.say(if record.is_some() { proved } else { said }, &arguments)
}

fn class(class: Class) -> &'static str {
    match class {
        Class::N0 => "breach-class-n0",
        Class::N1 => "breach-class-n1",
        Class::N2 => "breach-class-n2",
        Class::N3 => "breach-class-n3",
        Class::N4 => "breach-class-n4",
    }
}
