//! Judging: by which rules a statement is accepted.
//!
//! One function a kind. Who must have signed is the heart of each; the chain is looked at last, the
//! same way for all. Nothing here changes the directory.

use super::{Chain, Change, Continuity, Directory, InvalidStatement, Judged};
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::{Digest, KeyId, PublicKey};
use crate::limits::{DEVICES_MAX, KEY_PAGE_RECIPIENTS_MAX, ROSTER_MEMBERS_MAX, STATEMENT_BODY_BYTES_MAX};
use crate::seal::ExpiryRecipient;
use crate::signed::{Document, Verified};
use crate::statement::{
    Card, Group, KeyPage, Kind, Link, Nomenclature, NomenclatureStatement, Root, Roster, Statement,
};
use crate::time::Bucket;

impl Directory {
    pub(super) fn judge_alone(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        if statement.body.as_ref().is_some_and(|body| body.len() > STATEMENT_BODY_BYTES_MAX) {
            return Err(InvalidStatement::Body);
        }
        match statement.kind {
            Kind::Root => self.judge_root(statement),
            Kind::Nomenclature => self.judge_nomenclature(statement),
            Kind::Card => self.judge_card(statement),
            Kind::Group => self.judge_group(statement),
            Kind::Roster => self.judge_roster(statement),
            Kind::KeyPage => self.judge_key_page(statement),
        }
    }

    fn judge_root(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        // The first root vouches for itself and is compared with the pinned fingerprint; a later
        // one is signed by both halves of the one before.
        let claimed: Root = statement.signed.peek()?;
        let vouching = self.root().unwrap_or(&claimed);
        let (authority, parquet) = (vouching.authority, vouching.parquet);
        let root = statement.signed.verify::<Root>(|id| {
            [authority, parquet, claimed.authority, claimed.parquet].into_iter().find(|key| key.id() == id)
        })?;
        // only the pinned root begins the chain, and both halves sign each step of it.
        if self.root.is_none() && root.digest() != self.fingerprint {
            return Err(InvalidStatement::Rule("not the root whose fingerprint was pinned"));
        }
        must_sign(&root, authority.id(), "the authority's root")?;
        must_sign(&root, parquet.id(), "the parquet's root")?;
        Ok(judged(Chain::Root, &root.value().link.clone(), root.digest(), Change::Root(Box::new(root))))
    }

    fn judge_nomenclature(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let root = self.vouching_root()?;
        let signed: Verified<NomenclatureStatement> = statement.signed.verify(root_keys(root))?;
        must_sign(&signed, root.authority.id(), "the authority's root")?;
        must_sign(&signed, root.parquet.id(), "the parquet's root")?;
        if statement.body_digest() != Some(signed.value().text) {
            return Err(InvalidStatement::Body);
        }
        let body = statement.body.clone().ok_or(InvalidStatement::Body)?;
        let text = String::from_utf8(body).map_err(|_| InvalidStatement::Body)?;
        let rules = Nomenclature::parse(&text)?;
        let link = signed.value().link.clone();
        Ok(judged(Chain::Nomenclature, &link, signed.digest(), Change::Nomenclature(signed, Box::new(rules))))
    }

    fn judge_card(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let root = self.vouching_root()?;
        let card: Verified<Card> = statement.signed.verify(root_keys(root))?;
        let value = card.value();
        // the parquet certifies its hats, the authority everybody else.
        // neither root can take over what the other certifies.
        match value.is_hat() {
            true => must_sign(&card, root.parquet.id(), "the parquet's root")?,
            false => must_sign(&card, root.authority.id(), "the authority's root")?,
        }
        if self.card(&value.member).is_some_and(|held| held.is_hat() != value.is_hat()) {
            return Err(InvalidStatement::Rule("a hat of the parquet is an enrolment of its own"));
        }
        if value.devices.is_empty() || value.devices.len() > DEVICES_MAX {
            return Err(InvalidStatement::Rule("a card names one to eight devices"));
        }
        for device in &value.devices {
            if self.owners.get(&device.key.id()).is_some_and(|(owner, _)| *owner != value.member) {
                return Err(InvalidStatement::Rule("a device stands on one card only"));
            }
        }
        let personal = match &statement.body {
            Some(body) if sha256(body) == value.personal => {
                Some(Box::new(cbor::decode(body, STATEMENT_BODY_BYTES_MAX)?))
            }
            Some(_) => return Err(InvalidStatement::Body),
            None => None,
        };
        let (chain, link) = (Chain::Card(value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, card.digest(), Change::Card(Box::new(card), personal)))
    }

    fn judge_group(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let root = self.vouching_root()?;
        let group: Verified<Group> =
            statement.signed.verify(|id| root_keys(root)(id).or_else(|| self.device_key(id)))?;
        let value = group.value();
        let owner = |key| self.owner(key).ok_or(InvalidStatement::Rule("a leader's device is on no card"));
        let (president, coordinator) = (owner(value.president)?, owner(value.coordinator)?);
        if president.member == coordinator.member {
            return Err(InvalidStatement::Rule("president and coordinator are two persons"));
        }
        // president and parquet where nominative information is exchanged, else the authority.
        // a group keeps its kind, and whoever leads it next is named by who leads it now.
        if let Some(held) = self.group(value.id) {
            if held.kind != value.kind {
                return Err(InvalidStatement::Rule("a group keeps its kind"));
            }
            if ![held.president, held.coordinator].iter().any(|key| group.signed_by(*key)) {
                return Err(InvalidStatement::Signer("a leader of the group"));
            }
        }
        if value.kind.is_nominative() {
            must_sign(&group, value.president, "the president")?;
            must_sign(&group, root.parquet.id(), "the parquet (visa)")?;
        } else {
            must_sign(&group, root.authority.id(), "the authority's root")?;
        }
        let (chain, link) = (Chain::Group(value.id), value.link.clone());
        Ok(judged(chain, &link, group.digest(), Change::Group(group)))
    }

    fn judge_roster(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let judged = self.judge_past_roster(statement)?;
        let Change::Roster(roster) = &judged.change else { return Ok(judged) };
        let seats = &roster.value().seats;
        if seats.iter().any(|seat| self.card(&seat.member).is_none()) {
            return Err(InvalidStatement::Rule("a roster names members with a card"));
        }
        Ok(judged)
    }

    /// A roster that was in force once may name members whose cards are gone.
    pub(super) fn judge_past_roster(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Roster = statement.signed.peek()?;
        let group =
            self.group(claimed.group).ok_or(InvalidStatement::Rule("a roster of an unknown group"))?;
        let leaders = [group.president, group.coordinator];
        let roster: Verified<Roster> =
            statement.signed.verify(|id| leaders.contains(&id).then(|| self.device_key(id)).flatten())?;
        // two persons sign a roster.
        must_sign(&roster, group.president, "the president")?;
        must_sign(&roster, group.coordinator, "the coordinator")?;
        let seats = &roster.value().seats;
        if seats.len() > ROSTER_MEMBERS_MAX || !seats.is_sorted_by(|a, b| a.member < b.member) {
            return Err(InvalidStatement::Rule("a roster names each member once, in order, at most 300"));
        }
        if seats.iter().any(|seat| seat.devices.is_empty()) {
            return Err(InvalidStatement::Rule("a roster names at least one device of each member"));
        }
        let (chain, link) = (Chain::Roster(roster.value().group), roster.value().link.clone());
        Ok(judged(chain, &link, roster.digest(), Change::Roster(roster)))
    }

    fn judge_key_page(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: KeyPage = statement.signed.peek()?;
        let key = self
            .device_key(claimed.device)
            .ok_or(InvalidStatement::Rule("a key page of a device that is on no card"))?;
        // a page is signed by its own device, and is of one tier and in order.
        let page: Verified<KeyPage> = statement.signed.verify_by(key)?;
        let value = page.value();
        let Some(first) = value.buckets.first() else {
            return Err(InvalidStatement::Rule("a key page without buckets"));
        };
        // the buckets are of the ladder, which bounds how many chains a device can begin.
        let root = self.vouching_root()?;
        if !root.buckets.steps.iter().any(|step| step.tier == first.tier) {
            return Err(InvalidStatement::Rule("a key page for a tier that is not on the ladder"));
        }
        let of_ladder = |bucket: &Bucket| bucket.tier == first.tier && root.buckets.is_end(bucket.ends);
        let one_tier = value.buckets.iter().all(of_ladder);
        let in_order = value.buckets.is_sorted_by(|a, b| a.ends < b.ends);
        if !one_tier || !in_order || value.buckets.len() > KEY_PAGE_RECIPIENTS_MAX {
            return Err(InvalidStatement::Rule("a key page has at most 40 buckets of one tier, in order"));
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
        Ok(judged(chain, &link, page.digest(), Change::KeyPage(page)))
    }

    fn vouching_root(&self) -> Result<&Root, InvalidStatement> {
        self.root().ok_or(InvalidStatement::Rule("no root statement is known yet"))
    }

    pub(super) fn follows(&self, judged: &Judged, continuity: Continuity) -> Result<(), InvalidStatement> {
        let found = judged.version;
        let Some((held, digest)) = self.held(&judged.chain) else {
            let first = found == 1 && judged.previous().is_none();
            return if first || (continuity == Continuity::Forward && found > 0) {
                Ok(())
            } else {
                Err(InvalidStatement::Chain { held: 0, found })
            };
        };
        if found == held && judged.digest != digest {
            return Err(InvalidStatement::Fork { version: held });
        }
        // a chain goes on from the version that is held, and never forks.
        let next = found == held + 1 && judged.previous() == Some(digest);
        let allowed = match continuity {
            Continuity::Next => next,
            Continuity::Forward => next || found == held || found > held + 1,
        };
        if allowed { Ok(()) } else { Err(InvalidStatement::Chain { held, found }) }
    }
}

fn judged(chain: Chain, link: &Link, digest: Digest, change: Change) -> Judged {
    Judged { chain, version: link.version, digest, change }
}

fn root_keys(root: &Root) -> impl Fn(KeyId) -> Option<PublicKey> {
    let keys = [root.authority, root.parquet];
    move |id| keys.into_iter().find(|key| key.id() == id)
}

fn must_sign<T: Document>(
    document: &Verified<T>,
    key: KeyId,
    who: &'static str,
) -> Result<(), InvalidStatement> {
    if document.signed_by(key) { Ok(()) } else { Err(InvalidStatement::Signer(who)) }
}
