//! Inviting a person, and accepting the device that answered.
//!
//! An invitation holds the card as it will be, but for its device. The personal part waits in the root's
//! folder: the relay is told a name only when the person was accepted. The root is told no name of a
//! protected agent (convention art. 7): they say who they are to their two référents alone.

use super::Office;
use crate::failure::{Failure, Unverified};
use crate::invitation::InvitationFile;
use crate::six_words;
use crate::trust;
use shared::crypto::random;
use shared::directory::Chain;
use shared::ids::{Digest, InvitationId, MemberId, Random, Role};
use shared::limits::INVITATION_SECONDS_MAX;
use shared::signed::Signed;
use shared::statement::{Card, Enrolment, Invitation, Invited, Organisation, Personal};
use shared::time::Timestamp;
use shared::wire::About;

/// Who is invited, as it was typed; what is absent is kept from the card that a replacement goes on from.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The handle. A protected agent's is drawn.
    pub member: Option<MemberId>,
    /// The function.
    pub function: Option<Role>,
    /// Where they serve.
    pub organisation: Option<Organisation>,
    /// What they are in charge of.
    pub territory: Vec<String>,
    /// The name and how to reach them; never of a protected agent.
    pub personal: Option<Person>,
    /// Who stands in for them.
    pub deputy: Option<MemberId>,
    /// In office from.
    pub from: Option<Timestamp>,
    /// In office until.
    pub until: Option<Timestamp>,
    /// Whether the name is kept from everybody.
    pub protected: bool,
    /// Whether an enrolled member lost their last device.
    pub replace: bool,
}

/// The personal part of a card, as it was typed.
#[derive(Clone, Debug)]
pub struct Person {
    /// Last name.
    pub family_name: String,
    /// First name.
    pub given_name: String,
    /// Professional telephone.
    pub telephone: String,
    /// Professional e-mail address.
    pub email: String,
    /// Who attests their hierarchical authority (convention art. 2).
    pub attested_by: String,
}

/// Somebody who answered.
#[derive(Debug)]
pub struct Waiting {
    /// Whose invitation.
    pub id: InvitationId,
    /// The card as it will be, but for its link.
    pub card: Card,
    /// The words to compare.
    pub words: String,
    /// When they answered.
    pub made: Timestamp,
}

impl Office {
    /// Invites somebody; gives their handle, and the file to hand over.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the card would not be this root's, or is there already; as for any request.
    pub fn invite(&self, wanted: &Wanted) -> Result<(MemberId, Timestamp, InvitationFile), Failure> {
        let now = self.session.now();
        let (card, personal) = self.card_to_be(wanted, now)?;
        let member = card.member.clone();
        let (id, expires) = (InvitationId(random()), now.plus(INVITATION_SECONDS_MAX));
        let invitation = Invitation {
            id,
            to: Invited::Member(Box::new(card)),
            made: now,
            expires,
            relay: self.session.home.config.relay.to_string(),
            fingerprint: self.session.home.fingerprint()?,
            checkpoint: self.session.checkpoint().ok_or(Unverified::Answer)?.to_owned(),
        };
        let invitation = Signed::new(&invitation, &[self.session.key()]);
        if let Some(personal) = &personal {
            self.folder.keep_invited(id, personal)?;
        }
        self.folder.register(now, "invited", &member, None)?;
        Ok((member, expires, InvitationFile { invitation, proof: self.session.home.roots()?, personal }))
    }

    fn card_to_be(&self, wanted: &Wanted, now: Timestamp) -> Result<(Card, Option<Vec<u8>>), Failure> {
        let missing = || Failure::usage("authority-missing", "function, organisation and person are needed");
        let member = match &wanted.member {
            Some(member) => member.clone(),
            None if wanted.protected => self.pseudonym()?,
            None => return Err(missing()),
        };
        let held = self.directory.card(&member);
        match held {
            Some(held) if held.in_office(now) && !wanted.replace => {
                return Err(Failure::usage("authority-member-exists", "this member is enrolled: --replace"));
            }
            None if wanted.replace => {
                return Err(Failure::usage("authority-member-unknown", "there is no such member"));
            }
            _ => {}
        }
        let held = held.filter(|_| wanted.replace);
        let protected = wanted.protected || held.is_some_and(|held| held.protected);
        if protected && wanted.personal.is_some() {
            return Err(Failure::usage("authority-protected", "no name is given of a protected agent"));
        }
        let personal = wanted.personal.as_ref().map(|person| Personal {
            salt: Random::draw(),
            family_name: person.family_name.clone(),
            given_name: person.given_name.clone(),
            telephone: person.telephone.clone(),
            email: person.email.clone(),
            attested_by: person.attested_by.clone(),
        });
        let personal =
            personal.or_else(|| self.directory.personal(&member).filter(|_| held.is_some()).cloned());
        // A digest of nothing in particular keeps the place of a part that nobody has.
        let digest = personal.as_ref().map(Personal::digest).or(held.map(|held| held.personal));
        let digest = digest.or_else(|| protected.then(|| Digest(random()))).ok_or_else(missing)?;
        let or_held = |of: fn(&Card) -> Option<Timestamp>| held.and_then(of);
        let card = Card {
            // Where it will stand, unless another card comes first: then this invitation is good for nothing.
            link: self.directory.next_link(&Chain::Card(member.clone()), now),
            member,
            function: wanted
                .function
                .clone()
                .or(held.map(|held| held.function.clone()))
                .ok_or_else(missing)?,
            organisation: (wanted.organisation.clone())
                .or(held.map(|held| held.organisation.clone()))
                .ok_or_else(missing)?,
            territory: match (wanted.territory.as_slice(), held) {
                ([], Some(held)) => held.territory.clone(),
                (typed, _) => typed.to_vec(),
            },
            devices: Vec::new(),
            personal: digest,
            deputy: wanted.deputy.clone().or_else(|| held.and_then(|held| held.deputy.clone())),
            protected,
            from: wanted.from.or_else(|| or_held(|held| Some(held.from))).unwrap_or(now),
            until: wanted.until.or_else(|| or_held(|held| held.until)),
        };
        if !self.half().certifies(&card) {
            return Err(Failure::usage("authority-function", "this function is certified by the other root"));
        }
        Ok((card, personal.map(|personal| personal.to_body())))
    }

    /// A handle that says nothing of who bears it.
    fn pseudonym(&self) -> Result<MemberId, Failure> {
        loop {
            let [high, low]: [u8; 2] = random();
            let drawn = format!("agent-{high:02x}{low:02x}");
            let member = MemberId::try_from(drawn).map_err(|error| Failure::local("local-io", error))?;
            if self.directory.card(&member).is_none() {
                return Ok(member);
            }
        }
    }

    /// Who answered and was not accepted yet, the last first.
    ///
    /// # Errors
    /// As for any request.
    pub async fn waiting(&mut self) -> Result<Vec<Waiting>, Failure> {
        let directory = trust::prove(&mut self.session, About::Enrolments).await?.directory;
        let waits = |enrolment: &Enrolment| self.directory.owner_ever(enrolment.device.id()).is_none();
        let answers = directory.enrolments().filter(|(_, answer)| waits(answer.value()));
        let mut waiting: Vec<Waiting> = answers
            .filter_map(|(id, answer)| {
                let answer = answer.value();
                let invitation: Invitation = answer.invitation.peek().ok()?;
                let Invited::Member(mut card) = invitation.to else { return None };
                card.devices = vec![answer.device.clone()];
                let waiting =
                    Waiting { id, card: *card, words: six_words::of(answer), made: answer.link.made };
                self.half().certifies(&waiting.card).then_some(waiting)
            })
            .collect();
        waiting.sort_by_key(|waiting| std::cmp::Reverse(waiting.made));
        Ok(waiting)
    }

    /// The one of a member's answers that these words belong to; the last one where none were said.
    ///
    /// # Errors
    /// [`Failure::Usage`] if nobody answered; exit 5 if the words are others.
    pub async fn answer_of(&mut self, member: &MemberId, said: Option<&str>) -> Result<Waiting, Failure> {
        let waiting = self.waiting().await?;
        let mut of_member = waiting.into_iter().filter(|waiting| waiting.card.member == *member).peekable();
        if of_member.peek().is_none() {
            return Err(Failure::usage(
                "authority-none-waits",
                "nobody answered an invitation of this member",
            ));
        }
        let mut fitting =
            of_member.filter(|waiting| said.is_none_or(|said| six_words::same(said, &waiting.words)));
        fitting.next().ok_or_else(|| Unverified::Words.into())
    }

    /// Puts the device that answered on the member's card. Whoever calls has compared the words.
    ///
    /// # Errors
    /// [`Failure::Usage`] if their card changed since they were invited: what was meant then would undo it.
    pub async fn accept(&mut self, waiting: Waiting) -> Result<(), Failure> {
        let (id, card, now) = (waiting.id, waiting.card, self.session.now());
        let member = card.member.clone();
        let next = self.directory.next_link(&Chain::Card(member.clone()), now);
        if (next.version, next.previous) != (card.link.version, card.link.previous) {
            return Err(Failure::usage("authority-stale", "their card changed since: invite them anew"));
        }
        let held = self.directory.personal(&member).filter(|held| held.digest() == card.personal);
        let personal = self.folder.invited(id).or_else(|| held.map(Personal::to_body));
        self.certify(card, personal).await?;
        self.folder.forget_invited(id)?;
        self.folder.register(now, "accepted", &member, None)
    }
}
