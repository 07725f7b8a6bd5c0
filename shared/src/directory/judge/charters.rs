//! What members sign in their group: the charter, each their own name under it, and who stands in for them.

use super::{judged, must};
use crate::crypto::sha256;
use crate::directory::{Chain, Change, Continuity, Directory, InvalidStatement, Judged};
use crate::ids::Role;
use crate::limits::{CHARTER_AHEAD_SECONDS_MAX, CHARTER_NOTICE_SECONDS, DELEGATION_SECONDS_MAX};
use crate::signed::Verified;
use crate::statement::{Adhesion, Charter, Delegation, Statement};

impl Directory {
    pub(super) fn judge_charter(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let charter: Verified<Charter> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (charter.value(), charter.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a charter of an unknown group"))?;
        // one who leads the group signs, and PROC, who is somebody else, gives the visa.
        let leaders = held.newest().value().leaders();
        let signers = || charter.signers().iter().filter_map(|key| Some((key, self.holder(*key, made)?)));
        let leading =
            || signers().filter(|(key, _)| self.people.reaches(**key, &leaders)).map(|(_, card)| card);
        must(leading().next().is_some(), "a leader of the group")?;
        let mut visas = signers().map(|(_, card)| card).filter(|card| card.function.as_str() == Role::PROC);
        let two = visas.any(|visa| leading().any(|leader| leader.member != visa.member));
        must(two, "PROC (visa), who is somebody else")?;
        if statement.body.as_ref().is_some_and(|body| sha256(body) != value.text || !is_text(body)) {
            return Err(InvalidStatement::Body);
        }
        if value.reglement.reference.trim().is_empty() || value.reglement.date.trim().is_empty() {
            return Err(InvalidStatement::Rule("a charter names a règlement intérieur and its date"));
        }
        // no charter is put off for longer than a year, and one that is not in force yet can be replaced.
        if value.from > made.plus(CHARTER_AHEAD_SECONDS_MAX) {
            return Err(InvalidStatement::Rule("a charter takes effect within a year"));
        }
        // everybody has two weeks to read and sign it, unless PROC orders otherwise.
        if let Some(before) = held.charters.last().filter(|_| value.link.version > 1) {
            let ordered = value.order.as_ref().is_some_and(|order| !order.trim().is_empty());
            let noticed = value.from >= made.plus(CHARTER_NOTICE_SECONDS) || ordered;
            let again = before.digest() == charter.digest();
            let in_force = held.charter(made).map(|charter| charter.value().from);
            if !again && (!noticed || in_force.is_some_and(|from| value.from < from)) {
                return Err(InvalidStatement::Rule("a new charter takes effect two weeks after it was made"));
            }
        }
        let (chain, link) = (Chain::Charter(value.group), value.link.clone());
        Ok(judged(chain, &link, &charter, |charter| Change::Charter(Box::new(charter))))
    }

    pub(super) fn judge_adhesion(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let adhesion: Verified<Adhesion> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (adhesion.value(), adhesion.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("an adhesion in an unknown group"))?;
        // on a device of one's own, under a charter of the group.
        if !held.charters.iter().any(|charter| charter.digest() == value.charter) {
            return Err(InvalidStatement::Rule("an adhesion to a charter that the group does not have"));
        }
        must(self.signs_for(&adhesion, &value.member, made), "the member")?;
        if continuity == Continuity::Next && !self.signed_in(held, &adhesion, &value.member) {
            return Err(InvalidStatement::Rule("an adhesion by a device that is not in the group"));
        }
        let (chain, link) = (Chain::Adhesion(value.group, value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &adhesion, |adhesion| Change::Adhesion(Box::new(adhesion))))
    }

    pub(super) fn judge_delegation(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let delegation: Verified<Delegation> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (delegation.value(), delegation.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a delegation in an unknown group"))?;
        // by the absent member, to another active one, for a while.
        must(self.signs_for(&delegation, &value.member, made), "the absent member")?;
        if value.to == value.member || value.until.since(value.from) > DELEGATION_SECONDS_MAX {
            return Err(InvalidStatement::Rule(
                "a delegation leads to somebody else, for three months at most",
            ));
        }
        let here = || self.signed_in(held, &delegation, &value.member) && held.seat_of(&value.to).is_some();
        if continuity == Continuity::Next && !here() {
            return Err(InvalidStatement::Rule("a delegation leads from a member of the group to another"));
        }
        let (chain, link) = (Chain::Delegation(value.group, value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &delegation, |delegation| Change::Delegation(Box::new(delegation))))
    }
}

fn is_text(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok()
}
