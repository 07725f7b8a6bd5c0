//! Roots, the nomenclature and the ruleset: what both halves decide together, and each about its own key.

use super::{judged, must_sign};
use crate::directory::{Chain, Change, Continuity, Directory, InvalidStatement, Judged};
use crate::nomenclature::Nomenclature;
use crate::signed::Verified;
use crate::statement::{NomenclatureStatement, Root, Ruleset, RulesetStatement, Statement};

impl Directory {
    pub(super) fn judge_root(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Root = statement.signed.peek()?;
        let before = self.root().unwrap_or(&claimed);
        let keys = [before.authority, before.parquet, claimed.authority, claimed.parquet];
        let root = statement.signed.verify::<Root>(|id| keys.into_iter().find(|key| key.id() == id))?;
        // only the pinned root begins the chain. Each half rotates its own key, the old and the new
        // one signing; anything else needs both halves.
        if self.roots.is_empty() && root.digest() != self.fingerprint {
            return Err(InvalidStatement::Rule("not the root whose fingerprint was pinned"));
        }
        if [claimed.authority, claimed.parquet].iter().any(|half| self.owner_ever(half.id()).is_some()) {
            return Err(InvalidStatement::Rule("a root is nobody's device"));
        }
        // whoever watches is none of those who are watched.
        if !claimed.witnesses.is_sound(&[claimed.authority, claimed.parquet, claimed.relay.log_key]) {
            return Err(InvalidStatement::Rule("a policy that these witnesses cannot meet"));
        }
        let only = |authority, parquet| {
            let link = claimed.link.clone();
            Root { link, authority, parquet, ..before.clone() } == claimed
        };
        let authority_alone =
            only(claimed.authority, before.parquet) && claimed.authority != before.authority;
        let parquet_alone = only(before.authority, claimed.parquet) && claimed.parquet != before.parquet;
        if self.roots.is_empty() || !parquet_alone {
            must_sign(&root, &[before.authority.id()], "the authority's root")?;
            must_sign(&root, &[claimed.authority.id()], "the authority's new root")?;
        }
        if self.roots.is_empty() || !authority_alone {
            must_sign(&root, &[before.parquet.id()], "the parquet's root")?;
            must_sign(&root, &[claimed.parquet.id()], "the parquet's new root")?;
        }
        self.judge_log(&claimed)?;
        Ok(judged(Chain::Root, &claimed.link, &root, |root| Change::Root(Box::new(root))))
    }

    /// a log that was begun keeps its name and its key; another goes on from it only where the root says so,
    /// under a name that no log of this chain had.
    fn judge_log(&self, claimed: &Root) -> Result<(), InvalidStatement> {
        let of =
            |root: &Root| (root.relay.log_origin.clone(), root.relay.log_key, root.relay.continues.clone());
        let before = self.root().map(of);
        let is_new = self.roots.iter().all(|root| root.value().relay.log_origin != claimed.relay.log_origin);
        match (&claimed.relay.continues, before) {
            (None, None) => Ok(()),
            (_, Some(before)) if before == of(claimed) => Ok(()),
            (Some(continued), Some((origin, ..)))
                if is_new && continued.origin == origin && continued.is_sound() =>
            {
                Ok(())
            }
            _ => Err(InvalidStatement::Rule("another log, without what it goes on from")),
        }
    }

    pub(super) fn judge_nomenclature(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let signed: Verified<NomenclatureStatement> = statement.signed.verify(self.root_keys())?;
        let link = signed.value().link.clone();
        must_sign(&signed, &self.authorities(link.made), "the authority's root")?;
        must_sign(&signed, &self.parquets(link.made), "the parquet's root")?;
        if statement.body_digest() != Some(signed.value().text) {
            return Err(InvalidStatement::Body);
        }
        let body = statement.body.clone().ok_or(InvalidStatement::Body)?;
        let text = String::from_utf8(body).map_err(|_| InvalidStatement::Body)?;
        let rules = Box::new(Nomenclature::parse(&text)?);
        Ok(judged(Chain::Nomenclature, &link, &signed, |signed| Change::Nomenclature(signed, rules)))
    }

    pub(super) fn judge_ruleset(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let signed: Verified<RulesetStatement> = statement.signed.verify(self.root_keys())?;
        let link = signed.value().link.clone();
        must_sign(&signed, &self.authorities(link.made), "the authority's root")?;
        must_sign(&signed, &self.parquets(link.made), "the parquet's root")?;
        match &statement.body {
            // rules by which nothing can be screened would let nobody write any more.
            Some(body) => {
                if statement.body_digest() != Some(signed.value().rules) {
                    return Err(InvalidStatement::Body);
                }
                let rules = Ruleset::decode(body)?;
                rules.screen().map_err(|invalid| InvalidStatement::Ruleset(invalid.to_string()))?;
            }
            // A client asks for the body where it has not got it yet.
            None if continuity == Continuity::Forward => {}
            None => return Err(InvalidStatement::Body),
        }
        Ok(judged(Chain::Ruleset, &link, &signed, Change::Ruleset))
    }
}
