//! Founding a relay: the root statement, the nomenclature and the ruleset, which both roots sign.
//!
//! The authority drafts and signs; the parquet is shown what it is and signs the same bytes. What comes out
//! is what `pli-relay init --founding` takes. The digest of the root statement is the fingerprint from
//! which everybody proves everything.

use super::{Half, RootFolder, RootPublic};
use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use crate::nomenclature::CARRIED;
use pli_server::folder::PublicIdentity;
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::{Continuity, Directory};
use shared::ids::Digest;
use shared::nomenclature::Nomenclature;
use shared::signed::{Document, Signed};
use shared::statement::{
    Kind, Link, NomenclatureStatement, Root, Ruleset, RulesetStatement, Statement, WitnessPolicy,
};
use shared::time::{BucketPolicy, Timestamp};
use std::path::Path;

/// A root statement, a nomenclature and a ruleset.
const FOUNDING_BYTES_MAX: usize = 4 * 1024 * 1024;

/// For how many months a record can be opened: a year with a reason, then on a written order alone (CNIL 2021-122; CSI
/// R236-59 keeps the log of the police's own files for three years).
const LOG_MONTHS: u8 = 36;

/// What a founding says.
#[derive(Debug)]
pub struct Founding {
    /// The digest of the root statement.
    pub fingerprint: Digest,
    /// The root statement.
    pub root: Root,
    /// The nomenclature.
    pub nomenclature: Nomenclature,
    statements: Vec<Statement>,
}

/// Drafts a founding and signs it for the authority.
///
/// # Errors
/// [`Failure`] if a file is not what it should be.
pub fn draft(
    authority: &RootFolder,
    relay: &Path,
    parquet: &RootPublic,
    nomenclature: Option<&Path>,
    ruleset: Ruleset,
    witnesses: WitnessPolicy,
    now: Timestamp,
) -> Result<Founding, Failure> {
    if parquet.root != Half::Parquet {
        return Err(Failure::usage("authority-public", "this is not the public file of the parquet"));
    }
    let bad = |error: &dyn std::fmt::Display| Failure::usage("authority-relay-file", error);
    let relay = std::fs::read_to_string(relay).map_err(|error| bad(&error.kind()))?;
    let relay: PublicIdentity = serde_json::from_str(&relay).map_err(|error| bad(&error))?;
    let root = Root {
        link: Link::first(now),
        authority: authority.public(),
        parquet: parquet.key()?,
        relay: relay.keys().map_err(|error| bad(&error))?,
        buckets: BucketPolicy::default(),
        log_months: LOG_MONTHS,
        witnesses,
    };
    if !root.witnesses.is_sound(&[root.authority, root.parquet, root.relay.log_key]) {
        let needed = "give as many different witnesses as are needed, with --witness";
        return Err(Failure::usage("authority-witnesses", needed));
    }
    let text = match nomenclature {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::usage("authority-nomenclature", error.kind()))?,
        None => CARRIED.to_owned(),
    };
    let rules =
        Nomenclature::parse(&text).map_err(|error| Failure::usage("authority-nomenclature", error))?;
    let body = text.into_bytes();
    let named = NomenclatureStatement { link: Link::first(now), text: sha256(&body) };
    let screened = RulesetStatement { link: Link::first(now), rules: ruleset.digest() };
    let statements = vec![
        signed(authority, Kind::Root, &root, None),
        signed(authority, Kind::Nomenclature, &named, Some(body)),
        signed(authority, Kind::Ruleset, &screened, Some(ruleset.encode())),
    ];
    authority.keep_draft(&statements[0])?;
    let fingerprint = statements[0].signed.digest();
    Ok(Founding { fingerprint, root, nomenclature: rules, statements })
}

/// The roots at the beginning of a file, from the first on, which both roots signed; and what the last of them says.
///
/// # Errors
/// Exit 5 if there is none.
pub fn roots_in(file: &Path) -> Result<(Vec<Statement>, Root), Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::usage("witness-founding", error.kind()))?;
    let statements: Vec<Statement> =
        cbor::decode(&bytes, FOUNDING_BYTES_MAX).map_err(|_| Unverified::Invitation)?;
    let roots: Vec<_> = statements.into_iter().take_while(|statement| statement.kind == Kind::Root).collect();
    let first = roots.first().ok_or(Unverified::Invitation)?;
    let mut directory = Directory::pinned(first.signed.digest());
    for root in &roots {
        directory.accept(root, Continuity::Next)?;
    }
    let root = directory.root().cloned().ok_or(Unverified::Invitation)?;
    Ok((roots, root))
}

fn signed<T: Document>(by: &RootFolder, kind: Kind, document: &T, body: Option<Vec<u8>>) -> Statement {
    Statement { kind, signed: Signed::new(document, &[by.key()]), body }
}

impl Founding {
    /// Reads a draft that the authority signed, and that names this parquet.
    ///
    /// # Errors
    /// Exit 5 if it is not what the authority signed, or another parquet's.
    pub fn read(parquet: &RootFolder, file: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(file).map_err(|error| Failure::usage("parquet-founding", error.kind()))?;
        let statements: Vec<Statement> =
            cbor::decode(&bytes, FOUNDING_BYTES_MAX).map_err(|_| Unverified::Invitation)?;
        Self::of(parquet, statements).ok_or_else(|| Unverified::Invitation.into())
    }

    fn of(parquet: &RootFolder, statements: Vec<Statement>) -> Option<Self> {
        let [first, second, third] = statements.as_slice() else { return None };
        let root: Root = first.signed.peek().ok()?;
        let known = |id| [root.authority, root.parquet].into_iter().find(|key| key.id() == id);
        let by_authority = |signers: &[_]| signers.contains(&root.authority.id());
        let is_root = first.kind == Kind::Root
            && root.parquet == parquet.public()
            && by_authority(first.signed.verify::<Root>(known).ok()?.signers());
        let named = second.signed.verify::<NomenclatureStatement>(known).ok()?;
        let body = second.body.as_deref().filter(|body| sha256(body) == named.value().text)?;
        let nomenclature = Nomenclature::parse(std::str::from_utf8(body).ok()?).ok()?;
        let is_nomenclature = second.kind == Kind::Nomenclature && by_authority(named.signers());
        let rules = third.signed.verify::<RulesetStatement>(known).ok()?;
        let body = third.body.as_deref().filter(|body| sha256(body) == rules.value().rules)?;
        Ruleset::decode(body).ok()?.screen().ok()?;
        let is_ruleset = third.kind == Kind::Ruleset && by_authority(rules.signers());
        let fingerprint = first.signed.digest();
        (is_root && is_nomenclature && is_ruleset).then_some(Self {
            fingerprint,
            root,
            nomenclature,
            statements,
        })
    }

    /// Adds the parquet's signature.
    ///
    /// # Errors
    /// Exit 5 if what both signed is no founding after all; [`Failure`] if it cannot be kept.
    pub fn sign(mut self, parquet: &RootFolder) -> Result<Self, Failure> {
        let [root, nomenclature, ruleset] = self.statements.as_mut_slice() else {
            return Err(Unverified::Invitation.into());
        };
        root.signed = root.signed.clone().signed_also::<Root>(parquet.key());
        nomenclature.signed = nomenclature.signed.clone().signed_also::<NomenclatureStatement>(parquet.key());
        ruleset.signed = ruleset.signed.clone().signed_also::<RulesetStatement>(parquet.key());
        let mut directory = Directory::pinned(self.fingerprint);
        for statement in &self.statements {
            directory.accept(statement, Continuity::Next)?;
        }
        parquet.keep_draft(&self.statements[0])?;
        Ok(self)
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        write_private(file, &cbor::encode(&self.statements))
    }
}
