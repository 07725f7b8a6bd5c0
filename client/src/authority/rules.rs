//! The next ruleset: the authority drafts and signs it, the parquet is shown what changes and signs the same bytes, and
//! either publishes it.
//!
//! In the file lies, behind the statement, the rules before it: what the parquet is shown is what changes.

use super::RootFolder;
use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use shared::cbor;
use shared::directory::{Chain, Directory};
use shared::signed::Signed;
use shared::statement::{Kind, Ruleset, RulesetStatement, Statement};
use shared::time::Timestamp;
use std::path::Path;

/// A statement with its rules, and the rules before them.
const DRAFT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A version of the rules that is on its way to be signed.
pub struct NextRules {
    /// The rules.
    pub rules: Ruleset,
    /// Those before them.
    pub before: Option<Ruleset>,
    statement: Statement,
}

impl NextRules {
    /// Drafts the version after the one in force, and signs it for the authority.
    #[must_use]
    pub fn draft(
        authority: &RootFolder,
        rules: Ruleset,
        before: Option<Ruleset>,
        directory: &Directory,
        now: Timestamp,
    ) -> Self {
        let link = directory.next_link(&Chain::Ruleset, now);
        let named = RulesetStatement { link, rules: rules.digest() };
        let signed = Signed::new(&named, &[authority.key()]);
        let statement = Statement { kind: Kind::Ruleset, signed, body: Some(rules.encode()) };
        Self { rules, before, statement }
    }

    /// Whether a file holds one.
    #[must_use]
    pub fn is_in(file: &Path) -> bool {
        Self::read(file).is_ok()
    }

    /// Reads one. Whose signatures are on it is for whoever publishes it to say, and for the relay to judge.
    ///
    /// # Errors
    /// Exit 5 if it is none.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(file).map_err(|error| Failure::usage("ruleset-file", error.kind()))?;
        Self::of(&bytes).ok_or_else(|| Unverified::Invitation.into())
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (statement, before): (Statement, Option<serde_bytes::ByteBuf>) =
            cbor::decode(bytes, DRAFT_BYTES_MAX).ok()?;
        let named: RulesetStatement = statement.signed.peek().ok()?;
        let is_it = statement.kind == Kind::Ruleset && statement.body_digest() == Some(named.rules);
        let rules = Ruleset::decode(statement.body.as_deref().filter(|_| is_it)?).ok()?;
        rules.screen().ok()?;
        let before = before.and_then(|before| Ruleset::decode(&before).ok());
        Some(Self { rules, before, statement })
    }

    /// Adds the signature of the parquet.
    #[must_use]
    pub fn signed_also(mut self, parquet: &RootFolder) -> Self {
        self.statement.signed = self.statement.signed.signed_also::<RulesetStatement>(parquet.key());
        self
    }

    /// What is published.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.statement.signed.peek::<RulesetStatement>().map_or(0, |named| named.link.version)
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        let before = self.before.as_ref().map(|before| serde_bytes::ByteBuf::from(before.encode()));
        write_private(file, &cbor::encode(&(&self.statement, before)))
    }
}
