//! What PROC orders for a proceeding: that a letter outlasts its end.

use super::{judged, must};
use crate::directory::{Chain, Change, Directory, InvalidStatement, Judged};
use crate::ids::Role;
use crate::limits::{ENVELOPE_MONTHS_MAX, REFERENCE_BYTES_MAX};
use crate::signed::Verified;
use crate::statement::{Hold, Statement};
use crate::time::DAY_SECONDS;

impl Directory {
    pub(super) fn judge_hold(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let hold: Verified<Hold> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (hold.value(), hold.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a hold in an unknown group"))?;
        // one PROC in office signs, and nobody beside.
        let orders = |device| self.holder(device, made).filter(|card| card.function.as_str() == Role::PROC);
        must(matches!(hold.signers(), [device] if orders(*device).is_some()), "PROC, alone")?;
        let reference = value.reference.trim();
        if reference.is_empty()
            || value.reference.len() > REFERENCE_BYTES_MAX
            || value.reference.chars().any(char::is_control)
        {
            return Err(InvalidStatement::Rule("a hold names the reference of its order, in a line"));
        }
        let before = held.holds.get(&value.message).filter(|before| before.digest() != hold.digest());
        match before.map(Verified::value) {
            // it can be ended before its day, and is never prolonged: what was sealed for it dies on that day.
            Some(before) if value.until > before.until || value.reference != before.reference => {
                return Err(InvalidStatement::Rule("a hold is only ever shortened"));
            }
            Some(_) => {}
            None if value.link.version == 1 => {
                let latest = made.plus(u64::from(ENVELOPE_MONTHS_MAX) * 31 * DAY_SECONDS);
                let is_end = self.root().is_some_and(|root| root.buckets.is_end(value.until));
                if value.until <= made || value.until > latest || !is_end {
                    return Err(InvalidStatement::Rule(
                        "a hold ends at the end of a bucket, within 36 months",
                    ));
                }
            }
            None => {}
        }
        let (chain, link) = (Chain::Hold(value.group, value.message), value.link.clone());
        Ok(judged(chain, &link, &hold, |hold| Change::Hold(Box::new(hold))))
    }
}
