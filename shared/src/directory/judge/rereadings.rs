//! What a second person read.

use super::{judged, must};
use crate::directory::{Chain, Change, Directory, InvalidStatement, Judged};
use crate::signed::Verified;
use crate::statement::{Rereading, Statement};

impl Directory {
    pub(super) fn judge_rereading(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let rereading: Verified<Rereading> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (rereading.value(), rereading.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a second reading in an unknown group"))?;
        // a member of the group says it for themselves, with a device that counts there.
        let is_theirs = self.signs_for(&rereading, &value.member, made);
        must(is_theirs && self.signed_in(held, &rereading, &value.member), "the member who read it, alone")?;
        let (chain, link) = (Chain::Rereading(value.group, value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &rereading, |rereading| Change::Rereading(Box::new(rereading))))
    }
}
