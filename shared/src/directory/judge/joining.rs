//! Joining: an invitation is answered once, by a device that nobody knows yet.

use super::{judged, must};
use crate::directory::{Chain, Change, Directory, InvalidStatement, Judged};
use crate::limits::INVITATION_SECONDS_MAX;
use crate::signed::Verified;
use crate::statement::{Enrolment, Invitation, Invited, Statement};

impl Directory {
    pub(super) fn judge_enrolment(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Enrolment = statement.signed.peek()?;
        // signed by the very device, within the time of an invitation by who may invite.
        let enrolment: Verified<Enrolment> = statement.signed.verify_by(claimed.device.key)?;
        let (made, device) = (claimed.link.made, claimed.device.id());
        // One signature: with a second one, by whomever, it would be another paper to those who do not know
        // them.
        if claimed.invitation.signatures.len() != 1 {
            return Err(InvalidStatement::Rule("an invitation has one signature"));
        }
        let invitation: Verified<Invitation> = claimed.invitation.verify(self.all_keys())?;
        let invited = invitation.value();
        match &invited.to {
            Invited::Member(card) => self.may_certify(card, invited.made, &invitation)?,
            Invited::Device(member) => {
                must(self.signs_for(&invitation, member, invited.made), "a device of the member")?;
            }
        }
        let ends = invited.expires.min(invited.made.plus(INVITATION_SECONDS_MAX));
        if made >= ends || invited.fingerprint != self.fingerprint {
            return Err(InvalidStatement::Rule("the invitation has ended"));
        }
        if claimed.link.version != 1 {
            return Err(InvalidStatement::Rule("an invitation is answered once"));
        }
        if self.owner_ever(device).is_some() || statement.body.is_some() || claimed.device.key == claimed.tls
        {
            return Err(InvalidStatement::Rule("a device enrols with fresh keys of its own"));
        }
        let id = invited.id;
        Ok(judged(Chain::Enrolment(id), &claimed.link, &enrolment, |enrolment| {
            Change::Enrolment(Box::new(enrolment), id)
        }))
    }
}
