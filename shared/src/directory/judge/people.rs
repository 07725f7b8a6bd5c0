//! People and their devices: cards, lists of devices, annuaires, key pages.
//!
//! The authority and the parquet say who somebody is; from the device of the enrolment on, a member alone
//! says which devices are theirs.

use super::{judged, must_sign};
use crate::cbor;
use crate::crypto::sha256;
use crate::directory::{Chain, Change, Directory, InvalidStatement, Judged};
use crate::limits::{
    DEVICE_LISTS_MAX, DEVICES_MAX, KEY_PAGE_RECIPIENTS_MAX, STATEMENT_BODY_BYTES_MAX, TITLE_BYTES_MAX,
};
use crate::seal::ExpiryRecipient;
use crate::signed::{Document, Verified};
use crate::statement::{Annuaire, Card, DeviceKey, Devices, KeyPage, Statement};
use crate::time::{Bucket, BucketPolicy, Timestamp};

impl Directory {
    pub(super) fn judge_card(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let card: Verified<Card> = statement.signed.verify(self.root_keys())?;
        let value = card.value();
        self.may_certify(value, value.link.made, &card)?;
        // A card that is renewed names the device of the enrolment still, struck off or not: the member's
        // own list goes on from it.
        let renewed = self.card(&value.member).is_some_and(|held| held.base() == value.base());
        self.sound_devices(value, &value.devices)?;
        if !renewed {
            self.never_struck(value, &value.devices)?;
        }
        let personal = match &statement.body {
            Some(_) if value.protected => {
                return Err(InvalidStatement::Rule("a protected card shows no personal part"));
            }
            Some(body) if sha256(body) == value.personal => {
                Some(Box::new(cbor::decode(body, STATEMENT_BODY_BYTES_MAX)?))
            }
            Some(_) => return Err(InvalidStatement::Body),
            None => None,
        };
        let (chain, link) = (Chain::Card(value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &card, |card| Change::Card(Box::new(card), personal)))
    }

    /// the parquet certifies its hats, the authority everybody else, and neither can take over
    /// what the other certifies.
    pub(super) fn may_certify<T: Document>(
        &self,
        card: &Card,
        made: Timestamp,
        by: &Verified<T>,
    ) -> Result<(), InvalidStatement> {
        match card.is_hat() {
            true => must_sign(by, &self.parquets(made), "the parquet's root")?,
            false => must_sign(by, &self.authorities(made), "the authority's root")?,
        }
        if self.card(&card.member).is_some_and(|held| held.is_hat() != card.is_hat()) {
            return Err(InvalidStatement::Rule("a hat of the parquet is an enrolment of its own"));
        }
        Ok(())
    }

    /// one to eight devices, each of one member alone.
    fn sound_devices(&self, card: &Card, devices: &[DeviceKey]) -> Result<(), InvalidStatement> {
        if devices.is_empty() || devices.len() > DEVICES_MAX {
            return Err(InvalidStatement::Rule("a member has one to eight devices"));
        }
        for (place, device) in devices.iter().enumerate() {
            if devices[..place].iter().any(|other| other.key == device.key) {
                return Err(InvalidStatement::Rule("a device is named once"));
            }
            if self.owner_ever(device.id()).is_some_and(|owner| *owner != card.member) {
                return Err(InvalidStatement::Rule("a device belongs to one member only"));
            }
            // Nobody lists the key of a root as a device, to have it struck off as one.
            if self.was_root(device.id()) {
                return Err(InvalidStatement::Rule("a root is nobody's device"));
            }
        }
        Ok(())
    }

    /// nor does a device come back that its member struck off.
    fn never_struck(&self, card: &Card, devices: &[DeviceKey]) -> Result<(), InvalidStatement> {
        let person = self.people.person(&card.member);
        let struck = |device: &DeviceKey| person.is_some_and(|person| person.has_struck(device.id()));
        if devices.iter().any(struck) {
            return Err(InvalidStatement::Rule("a device that was struck off never comes back"));
        }
        Ok(())
    }

    pub(super) fn judge_devices(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Devices = statement.signed.peek()?;
        let person = self.people.person(&claimed.member);
        let person = person.ok_or(InvalidStatement::Rule("a list of devices of somebody without a card"))?;
        // signed by one of the member's devices of before, and by nobody else.
        let before = person.devices();
        let list: Verified<Devices> = statement
            .signed
            .verify(|id| before.iter().map(|device| device.key).find(|key| key.id() == id))?;
        let (value, card) = (list.value(), person.card.value());
        if value.base != card.base() {
            return Err(InvalidStatement::Rule("a list of devices that goes on from another card"));
        }
        if person.lists() >= DEVICE_LISTS_MAX {
            return Err(InvalidStatement::Rule("too many lists of devices: a new invitation is needed"));
        }
        self.sound_devices(card, &value.devices)?;
        self.never_struck(card, &value.devices)?;
        let (chain, link) = (Chain::Devices(value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &list, |list| Change::Devices(Box::new(list))))
    }

    pub(super) fn judge_annuaire(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let annuaire: Verified<Annuaire> = statement.signed.verify(self.root_keys())?;
        let (value, link) = (annuaire.value(), annuaire.value().link.clone());
        must_sign(&annuaire, &self.authorities(link.made), "the authority's root")?;
        if value.title.is_empty() || value.title.len() > TITLE_BYTES_MAX {
            return Err(InvalidStatement::Rule("the title of an annuaire is a few words"));
        }
        let body = statement.body.as_ref().filter(|body| sha256(body) == value.lines);
        Annuaire::lines(body.ok_or(InvalidStatement::Body)?)?;
        let chain = Chain::Annuaire(value.title.clone());
        Ok(judged(chain, &link, &annuaire, |annuaire| Change::Annuaire(Box::new(annuaire))))
    }

    pub(super) fn judge_key_page(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: KeyPage = statement.signed.peek()?;
        let key = self
            .device_key(claimed.device)
            .ok_or(InvalidStatement::Rule("a key page of a device that signs for nobody"))?;
        // a page is signed by its own device, and is of one tier and in order.
        let page: Verified<KeyPage> = statement.signed.verify_by(key)?;
        let value = page.value();
        let Some(first) = value.buckets.first() else {
            return Err(InvalidStatement::Rule("a key page without buckets"));
        };
        // the buckets are of the ladder, which bounds how many chains a device can begin.
        let root = self.root().ok_or(InvalidStatement::Rule("no root statement is known yet"))?;
        if !root.buckets.steps.iter().any(|step| step.tier == first.tier) {
            return Err(InvalidStatement::Rule("a key page for a tier that is not on the ladder"));
        }
        let of_ladder = |bucket: &Bucket| bucket.tier == first.tier && root.buckets.is_end(bucket.ends);
        let one_tier = value.buckets.iter().all(of_ladder);
        let in_order = value.buckets.is_sorted_by(|a, b| a.ends < b.ends);
        if !one_tier || !in_order || value.buckets.len() > KEY_PAGE_RECIPIENTS_MAX {
            return Err(InvalidStatement::Rule("a key page has at most 40 buckets of one tier, in order"));
        }
        // and none is further ahead than the ladder, which bounds how many pages there are.
        let steps = root.buckets.steps.iter().filter(|step| step.tier == first.tier);
        let tops = steps.filter_map(|step| BucketPolicy::published(*step, value.link.made).last().copied());
        if value.buckets.last() > tops.max().as_ref() {
            return Err(InvalidStatement::Rule("a key page ends with the ladder of its day"));
        }
        // what was published is never replaced.
        let is_held = self.key_pages(value.device).any(|held| held.digest() == page.digest());
        let until = self.published_until(value.device, first.tier);
        if !is_held && until.is_some_and(|until| first.ends <= until) {
            return Err(InvalidStatement::Rule(
                "a key page has only buckets that end after all that were published",
            ));
        }
        // A client may hold the statement without its body; the relay takes none without.
        if let Some(body) = &statement.body {
            let fits = sha256(body) == value.recipients
                && body.len() == value.buckets.len() * ExpiryRecipient::BYTES;
            if !fits
                || body
                    .chunks(ExpiryRecipient::BYTES)
                    .any(|bytes| ExpiryRecipient::from_bytes(bytes).is_err())
            {
                return Err(InvalidStatement::Body);
            }
        }
        let (chain, link) = (Chain::KeyPage(value.device, first.tier), value.link.clone());
        Ok(judged(chain, &link, &page, Change::KeyPage))
    }
}
