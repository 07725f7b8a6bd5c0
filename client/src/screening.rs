//! The rules by which texts are screened here: those in force as the two roots signed them, or those that this program
//! carries, where nobody is enrolled.
//!
//! The rules themselves are [`shared::screening`]. What they stop is neither sent nor kept: the relay is told which
//! rules it was, to be counted, and nothing else.

use crate::failure::{Failure, Unverified};
use crate::session::Session;
use crate::trust;
use shared::crypto::sha256;
use shared::directory::{Directory, InvalidStatement};
use shared::ids::{Digest, GroupId, RuleId};
use shared::limits::RULES_NAMED_MAX;
use shared::message::Rules;
use shared::screening::{Judgement, RulesetInvalid, Screen};
use shared::statement::{Ruleset, RulesetStatement};
use shared::wire::Ask;
use std::collections::BTreeSet;

const RULES: &str = include_str!("../../shared/ruleset/article-5.toml");
const LEARNED: &[u8] = include_bytes!("../../shared/ruleset/model.bin");

/// The rules in force, ready to judge.
pub struct InForce {
    /// The rules.
    pub screen: Screen,
    digest: Digest,
}

impl InForce {
    /// What a draft is screened by.
    #[must_use]
    pub fn rules(&self) -> Rules<'_> {
        Rules { screen: &self.screen, digest: self.digest }
    }
}

/// The rules that this program carries.
#[must_use]
pub fn carried() -> Ruleset {
    Ruleset { text: RULES.to_owned(), weights: LEARNED.to_vec() }
}

/// Those rules, ready to judge.
///
/// # Errors
/// [`RulesetInvalid`] if the program was built with rules that are none.
pub fn screen() -> Result<Screen, RulesetInvalid> {
    Screen::of(RULES, LEARNED)
}

/// The rules in force, asked for once and kept in the home: they are no secret.
///
/// # Errors
/// The relay's refusal, or exit 5 if they are not what was signed.
pub async fn in_force(session: &mut Session, directory: &Directory) -> Result<InForce, Failure> {
    let (statement, digest) =
        directory.ruleset().zip(directory.ruleset_digest()).ok_or(Unverified::Answer)?;
    let body = body(session, statement, digest).await?;
    let ruleset = Ruleset::decode(&body).map_err(|_| InvalidStatement::Body)?;
    let screen = ruleset.screen().map_err(|invalid| InvalidStatement::Ruleset(invalid.to_string()))?;
    Ok(InForce { screen, digest })
}

async fn body(session: &mut Session, named: &RulesetStatement, digest: Digest) -> Result<Vec<u8>, Failure> {
    let fits = |body: &Vec<u8>| sha256(body) == named.rules;
    if let Some(body) = session.home.ruleset().filter(fits) {
        return Ok(body);
    }
    let carried = carried().encode();
    let body = if fits(&carried) {
        carried
    } else {
        let statement = trust::statement(session, digest).await?;
        statement.body.filter(fits).ok_or(InvalidStatement::Body)?
    };
    session.home.keep_ruleset(&body)?;
    Ok(body)
}

/// The rules that refused, each once, as many as a record names.
#[must_use]
pub fn refusing(judgement: &Judgement) -> Vec<RuleId> {
    let rules: BTreeSet<_> = judgement.refusing().map(|finding| finding.rule.clone()).collect();
    rules.into_iter().take(RULES_NAMED_MAX).collect()
}

/// Has it counted that something was stopped, without its writer. Where that fails, nobody is kept waiting for it.
pub async fn count(session: &mut Session, group: GroupId, judgement: &Judgement) {
    let ask = Ask::Blocked { group, rules: refusing(judgement) };
    if let Err(failure) = session.ask(ask, &[]).await {
        tracing::info!(%failure, "what the rules stopped was not counted");
    }
}
