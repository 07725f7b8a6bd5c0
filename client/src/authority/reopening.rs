//! Another log for a relay that was put back from a backup: the root that opens it, which both roots sign.
//!
//! The authority gathers what is known outside of the lost relay: checkpoints of members, witnesses and mirrors, each
//! signed by the relay, so that nobody makes the log longer than it was; and its own. The newest of them stands in
//! the root. Whoever saw a newer one goes no further than that root, so it is worth asking around. Rules.
//!
//! What comes out are the roots of the chain from the first on: whoever takes them needs nothing else.

use super::RootFolder;
use crate::failure::{Failure, Unverified};
use crate::home::{Home, write_private};
use crate::session::go_on_from;
use pli_server::backup::Backup;
use shared::cbor;
use shared::directory::{Chain, Continuity, Directory};
use shared::log::{Checkpoint, Continued, InvalidConfirmation, TreeHead};
use shared::signed::Signed;
use shared::statement::{Kind, RelayKeys, Root, Statement};
use shared::time::Timestamp;
use std::path::{Path, PathBuf};

/// Every root of a chain.
const ROOTS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A root that opens another log.
#[derive(Debug)]
pub struct Reopening {
    /// What it says.
    pub root: Root,
    /// From where the log goes on.
    pub continued: Continued,
    roots: Vec<Statement>,
}

/// Drafts the next root and signs it for the authority. `seen` are checkpoints that are known outside.
///
/// # Errors
/// [`Failure`] if a file is not what it should be; exit 5 if two of the checkpoints are of two logs.
pub fn draft(
    authority: &RootFolder,
    backup: &Path,
    seen: &[PathBuf],
    origin: &str,
    now: Timestamp,
) -> Result<Reopening, Failure> {
    let home = authority.home(None)?;
    let mut roots = home.roots()?;
    let before = home.root()?;
    let relay = &before.relay;
    if origin.is_empty() || origin.chars().any(|letter| letter.is_whitespace() || letter == '+') {
        return Err(Failure::usage("reopen-origin", "one word without spaces and plus signs"));
    }
    if home.root_chain()?.iter().any(|root| root.relay.log_origin == origin) {
        return Err(Failure::usage("reopen-origin", "a log of this relay had this name"));
    }
    let bad = |error: &dyn std::fmt::Display| Failure::usage("reopen-backup", error);
    let copy = std::fs::read(backup).map_err(|error| bad(&error.kind()))?;
    let copy: Backup = serde_json::from_slice(&copy).map_err(|error| bad(&error))?;
    let tree = |note: &str| Checkpoint::verify(&relay.log_origin, relay.log_key, note).map(|it| it.head());
    let restored = tree(&copy.checkpoint).map_err(|error| bad(&error))?;

    let mut known = vec![restored];
    for file in seen {
        let bad = |error: &dyn std::fmt::Display| {
            Failure::usage("reopen-seen", format!("{}: {error}", file.display()))
        };
        let note = std::fs::read_to_string(file).map_err(|error| bad(&error.kind()))?;
        known.push(tree(&note).map_err(|error| bad(&error))?);
    }
    let own = home.memory()?.memory.log.clone();
    known.extend(relay.is_log_of(&own).then_some(own.tree));
    let newest = newest_of(&known).ok_or(InvalidConfirmation::Fork)?;

    let continued = Continued { origin: relay.log_origin.clone(), restored, newest };
    let relay =
        RelayKeys { log_origin: origin.to_owned(), continues: Some(continued.clone()), ..relay.clone() };
    let link = judged(&roots)?.next_link(&Chain::Root, now);
    let root = Root { link, relay, ..before };
    let signed = Signed::new(&root, &[authority.key()]);
    roots.push(Statement { kind: Kind::Root, signed, body: None });
    Ok(Reopening { root, continued, roots })
}

/// The largest of these trees; none if two of one size differ, for then there are two logs.
fn newest_of(known: &[TreeHead]) -> Option<TreeHead> {
    let is_one = |tree: &TreeHead| known.iter().all(|other| other.size != tree.size || other == tree);
    known.iter().copied().max_by_key(|tree| tree.size).filter(|_| known.iter().all(is_one))
}

fn judged(roots: &[Statement]) -> Result<Directory, Failure> {
    let first = roots.first().ok_or(Unverified::Invitation)?;
    let mut directory = Directory::pinned(first.signed.digest());
    for root in roots {
        directory.accept(root, Continuity::Next)?;
    }
    Ok(directory)
}

impl Reopening {
    /// Whether a file holds the roots of a chain, and not a founding.
    #[must_use]
    pub fn is_in(file: &Path) -> bool {
        let statements = std::fs::read(file).ok().and_then(|bytes| read(&bytes));
        statements.is_some_and(|all| all.len() > 1 && all.iter().all(|one| one.kind == Kind::Root))
    }

    /// Reads a draft that the authority signed, and that goes on from what this parquet knows.
    ///
    /// # Errors
    /// Exit 5 if it is not what the authority signed, another chain's, or names an older tree than the parquet saw.
    pub fn read(parquet: &RootFolder, file: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(file).map_err(|error| Failure::usage("parquet-founding", error.kind()))?;
        let roots = read(&bytes).ok_or(Unverified::Invitation)?;
        let (last, before) = roots.split_last().ok_or(Unverified::Invitation)?;
        judged(before)?;
        let known = parquet.known_roots()?;
        if !go_on_from(&roots, &known) {
            return Err(Unverified::Invitation.into());
        }
        let root: Root = last.signed.peek().map_err(|_| Unverified::Invitation)?;
        let by_authority = last
            .signed
            .verify::<Root>(|id| [root.authority, root.parquet].into_iter().find(|key| key.id() == id));
        let by_authority =
            by_authority.is_ok_and(|root| root.signers().contains(&root.value().authority.id()));
        let continued = root.relay.continues.clone().ok_or(Unverified::Invitation)?;
        if !by_authority || root.parquet != parquet.public() {
            return Err(Unverified::Invitation.into());
        }
        if let Some(home) = parquet.known_home()? {
            let chain: Result<Vec<Root>, _> = roots.iter().map(|root| root.signed.peek()).collect();
            home.memory()?.memory.log.under(&chain.map_err(|_| Unverified::Invitation)?)?;
        }
        Ok(Self { root, continued, roots })
    }

    /// Adds the parquet's signature. From then on it goes on under this root.
    ///
    /// # Errors
    /// Exit 5 if what both signed is no root after all; [`Failure`] if it cannot be kept.
    pub fn sign(mut self, parquet: &RootFolder) -> Result<Self, Failure> {
        let last = self.roots.last_mut().ok_or(Unverified::Invitation)?;
        last.signed = last.signed.clone().signed_also::<Root>(parquet.key());
        judged(&self.roots)?;
        if let Some(home) = parquet.known_home()? {
            home.keep_roots(&self.roots)?;
        }
        Ok(self)
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        write_private(file, &cbor::encode(&self.roots))
    }
}

fn read(bytes: &[u8]) -> Option<Vec<Statement>> {
    cbor::decode(bytes, ROOTS_BYTES_MAX).ok()
}

impl RootFolder {
    /// What it keeps of the relay, once it was there.
    fn known_home(&self) -> Result<Option<Home>, Failure> {
        self.dir().join("home.toml").exists().then(|| self.home(None)).transpose()
    }

    /// The roots of its chain, as far as it has seen them.
    fn known_roots(&self) -> Result<Vec<Statement>, Failure> {
        match self.known_home()? {
            Some(home) => home.roots(),
            None => Ok(vec![self.draft()?]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::Digest;

    #[test]
    fn the_newest_counts_and_two_of_one_size_are_two_logs() {
        let tree = |size: u64, byte: u8| TreeHead { size, root: Digest([byte; 32]) };
        assert_eq!(newest_of(&[tree(3, 3), tree(9, 9), tree(5, 5), tree(9, 9)]), Some(tree(9, 9)));
        assert_eq!(newest_of(&[tree(3, 3), tree(9, 9), tree(3, 4)]), None);
        assert_eq!(newest_of(&[]), None);
    }
}
