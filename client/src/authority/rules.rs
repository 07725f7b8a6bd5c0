//! The next version of what both roots sign: the ruleset, or the nomenclature. The authority drafts and signs it, the
//! parquet is shown what changes and signs the same bytes, and the authority publishes it.
//!
//! In the file lies, behind the statement, the version before it: what the parquet is shown is what changes.

use super::RootFolder;
use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::{Chain, Directory};
use shared::ids::Digest;
use shared::nomenclature::Nomenclature;
use shared::signed::{Document, Signed};
use shared::statement::{Kind, Link, NomenclatureStatement, Ruleset, RulesetStatement, Statement};
use shared::time::Timestamp;
use std::path::Path;

/// A statement with its body, and the body before it.
const DRAFT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What both roots sign the digest of.
pub trait Governing: Sized {
    /// The kind of its statement.
    const KIND: Kind;
    /// Its chain.
    const CHAIN: Chain;
    /// Its statement.
    type Named: Document;

    /// The statement that names it.
    fn named(&self, link: Link) -> Self::Named;
    /// What a statement names, and its place.
    fn of_named(named: &Self::Named) -> (Digest, &Link);
    /// Its bytes.
    fn body(&self) -> Vec<u8>;
    /// Reads it, if everybody can apply it.
    fn read(body: &[u8]) -> Option<Self>;
}

/// The text of a nomenclature.
pub struct NomenclatureText(pub String);

impl Governing for NomenclatureText {
    const KIND: Kind = Kind::Nomenclature;
    const CHAIN: Chain = Chain::Nomenclature;
    type Named = NomenclatureStatement;

    fn named(&self, link: Link) -> NomenclatureStatement {
        NomenclatureStatement { link, text: sha256(self.0.as_bytes()) }
    }

    fn of_named(named: &NomenclatureStatement) -> (Digest, &Link) {
        (named.text, &named.link)
    }

    fn body(&self) -> Vec<u8> {
        self.0.clone().into_bytes()
    }

    fn read(body: &[u8]) -> Option<Self> {
        let text = String::from_utf8(body.to_vec()).ok()?;
        Nomenclature::parse(&text).ok()?;
        Some(Self(text))
    }
}

impl Governing for Ruleset {
    const KIND: Kind = Kind::Ruleset;
    const CHAIN: Chain = Chain::Ruleset;
    type Named = RulesetStatement;

    fn named(&self, link: Link) -> RulesetStatement {
        RulesetStatement { link, rules: self.digest() }
    }

    fn of_named(named: &RulesetStatement) -> (Digest, &Link) {
        (named.rules, &named.link)
    }

    fn body(&self) -> Vec<u8> {
        self.encode()
    }

    fn read(body: &[u8]) -> Option<Self> {
        let rules = Self::decode(body).ok()?;
        rules.screen().ok()?;
        Some(rules)
    }
}

/// A version that is on its way to be signed.
pub struct Next<T> {
    /// What it says.
    pub rules: T,
    /// What the version before it says.
    pub before: Option<T>,
    statement: Statement,
}

impl<T: Governing> Next<T> {
    /// Drafts the version after the one in force, and signs it for the authority.
    #[must_use]
    pub fn draft(
        authority: &RootFolder,
        rules: T,
        before: Option<T>,
        directory: &Directory,
        now: Timestamp,
    ) -> Self {
        let named = rules.named(directory.next_link(&T::CHAIN, now));
        let signed = Signed::new(&named, &[authority.key()]);
        let statement = Statement { kind: T::KIND, signed, body: Some(rules.body()) };
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
        let named: T::Named = statement.signed.peek().ok()?;
        let is_it = statement.kind == T::KIND && statement.body_digest() == Some(T::of_named(&named).0);
        let rules = T::read(statement.body.as_deref().filter(|_| is_it)?)?;
        Some(Self { rules, before: before.and_then(|before| T::read(&before)), statement })
    }

    /// Adds the signature of the parquet.
    #[must_use]
    pub fn signed_also(mut self, parquet: &RootFolder) -> Self {
        self.statement.signed = self.statement.signed.signed_also::<T::Named>(parquet.key());
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
        self.statement.signed.peek::<T::Named>().map_or(0, |named| T::of_named(&named).1.version)
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        let before = self.before.as_ref().map(|before| serde_bytes::ByteBuf::from(before.body()));
        write_private(file, &cbor::encode(&(&self.statement, before)))
    }
}
