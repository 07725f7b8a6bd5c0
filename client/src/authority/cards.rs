//! What a root does with cards that are there: re-sign them, end them, list them, and go on under a new key.

use super::{Half, Office};
use crate::failure::{Failure, Unverified};
use crate::session::Session;
use shared::crypto::sha256;
use shared::directory::Chain;
use shared::ids::{MemberId, OrganisationId};
use shared::signed::Signed;
use shared::statement::{Annuaire, Card, Kind, Personal, Root, Statement};

/// Whose cards are meant.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Everybody whom this root certified and whose office has not ended.
    All,
    /// These.
    Members(Vec<MemberId>),
    /// Everybody of an organisation (convention art. 24).
    Organisation(OrganisationId),
}

impl Office {
    /// The cards that are meant, among those that this root certified and that have no past end.
    ///
    /// # Errors
    /// [`Failure::Usage`] if one that is named is not there.
    pub fn cards(&self, whose: &Whose) -> Result<Vec<Card>, Failure> {
        let now = self.session.now();
        let running =
            |card: &&Card| self.half().certifies(card) && card.until.is_none_or(|until| until > now);
        let all = self.directory.all_cards().filter(running);
        let unknown = || Failure::usage("authority-member-unknown", "there is no such member");
        let found: Vec<Card> = match whose {
            Whose::All => return Ok(all.cloned().collect()),
            Whose::Organisation(id) => all.filter(|card| card.organisation.id == *id).cloned().collect(),
            Whose::Members(members) => {
                let named = |member: &MemberId| self.directory.card(member).filter(running).cloned();
                members.iter().map(|member| named(member).ok_or_else(unknown)).collect::<Result<_, _>>()?
            }
        };
        if found.is_empty() { Err(unknown()) } else { Ok(found) }
    }

    /// Says again, for twelve months, that these cards are right.
    ///
    /// # Errors
    /// As for any request; the cards before it are signed.
    pub async fn attest(&mut self, cards: Vec<Card>) -> Result<(), Failure> {
        for card in cards {
            let (member, now) = (card.member.clone(), self.session.now());
            let personal = self.directory.personal(&member).map(Personal::to_body);
            self.certify(card, personal).await?;
            self.folder.register(now, "attested", &member, None)?;
        }
        Ok(())
    }

    /// Ends these cards at once; names and telephones go with them.
    ///
    /// # Errors
    /// As for any request; the cards before it are ended.
    pub async fn strike_off(&mut self, cards: Vec<Card>, reason: Option<&str>) -> Result<(), Failure> {
        for mut card in cards {
            let (member, now) = (card.member.clone(), self.session.now());
            card.until = Some(now);
            self.certify(card, None).await?;
            self.folder.register(now, "struck-off", &member, reason)?;
        }
        Ok(())
    }

    /// Publishes a version of an annuaire: these cards, or everybody in office who is not protected; gives
    /// how many lines it has.
    ///
    /// # Errors
    /// As for any request.
    pub async fn publish_annuaire(&mut self, title: &str, members: &[MemberId]) -> Result<usize, Failure> {
        let now = self.session.now();
        let listed = |card: &&Card| !card.protected && card.in_office(now);
        let unlisted = || Failure::usage("authority-unlisted", "somebody is not in office, or protected");
        let mut named: Vec<MemberId> = match members {
            [] => self.directory.all_cards().filter(listed).map(|card| card.member.clone()).collect(),
            members => members.to_vec(),
        };
        named.sort_unstable();
        named.dedup();
        let line = |member: MemberId| {
            self.directory.card(&member).filter(listed)?;
            let digest = self.directory.card_digest(&member)?;
            Some((member, digest))
        };
        let lines: Vec<_> =
            named.into_iter().map(|member| line(member).ok_or_else(unlisted)).collect::<Result<_, _>>()?;
        let body = Annuaire::to_body(&lines);
        let link = self.directory.next_link(&Chain::Annuaire(title.to_owned()), now);
        let annuaire = Annuaire { link, title: title.to_owned(), lines: sha256(&body) };
        let signed = Signed::new(&annuaire, &[self.session.key()]);
        self.publish(Statement { kind: Kind::Annuaire, signed, body: Some(body) }).await?;
        Ok(lines.len())
    }

    /// Goes on under a fresh key: a root statement that the old and the new one sign, then every card again;
    /// gives how many.
    ///
    /// # Errors
    /// As for any request. Where the root statement stands and cards are missing, attesting all goes on.
    pub async fn rotate(&mut self) -> Result<usize, Failure> {
        let next = self.folder.next()?;
        let link = self.directory.next_link(&Chain::Root, self.session.now());
        let root = self.directory.root().cloned().ok_or(Unverified::Answer)?;
        let root = match self.half() {
            Half::Authority => Root { link, authority: next.public(), ..root },
            Half::Parquet => Root { link, parquet: next.public(), ..root },
        };
        let signed = Signed::new(&root, &[self.folder.key(), &next]);
        let root = Statement { kind: Kind::Root, signed, body: None };
        self.publish(root.clone()).await?;
        self.folder.promote()?;
        let mut roots = self.session.home.roots()?;
        roots.push(root);
        self.session.home.keep_roots(&roots)?;
        self.session.close();
        let (home, clock) = (self.session.home.clone(), self.session.clock());
        self.session = Session::of_root(home, self.folder.signing_key(), clock)?;
        let cards = self.cards(&Whose::All)?;
        let count = cards.len();
        self.attest(cards).await?;
        Ok(count)
    }
}
