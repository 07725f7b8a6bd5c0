//! What stands around hostile bytes: a town with its statements, and a letter. The same in every run, but
//! for what sealing draws.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::account;
use crate::world::{BAILLEUR, Letter, MAIRE, POLICE, Person, World};
use shared::crypto::SigningKey;
use shared::directory::{Continuity, Directory};
use shared::ids::{DeviceId, Digest};
use shared::log::TreeHead;
use shared::message::HeadReference;
use shared::seal::MessageIdentity;
use shared::statement::RelayKeys;
use std::sync::LazyLock;

/// The origin of the town's log.
pub(super) const ORIGIN: &str = "pli.example/log";

/// Who reads the letter.
pub(super) const READER: usize = POLICE;

pub(super) struct Stage {
    pub(super) world: World,
    pub(super) directory: Directory,
    pub(super) letter: Letter,
    pub(super) log_key: SigningKey,
    pub(super) identity: MessageIdentity,
}

pub(super) static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let world = World::new();
    let (log_key, statements) = (log_key(), world.statements(relay_keys()));
    let mut directory = Directory::pinned(statements[0].signed.digest());
    let pages: Vec<_> = world.people.iter().flat_map(|person| world.key_pages(person)).collect();
    for statement in statements.iter().chain(&pages) {
        directory.accept(statement, Continuity::Next).unwrap();
    }
    let head = HeadReference { tree: TreeHead { size: 9, root: Digest([3; 32]) }, time: world.now() };
    let letter =
        world.seal_under(&directory, head, MAIRE, &[POLICE, BAILLEUR], 20, &[b"a document"]).unwrap();
    let secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    let identity = MessageIdentity::from_secret(secret).unwrap();
    Stage { world, directory, letter, log_key, identity }
});

/// A letter's account in that town.
pub(crate) fn account() -> Vec<u8> {
    let Stage { world, directory, log_key, .. } = &*STAGE;
    shared::cbor::encode(&account::account(world, &world.statements(relay_keys()), directory, log_key))
}

fn log_key() -> SigningKey {
    SigningKey::from_seed([11; 32].into())
}

/// What the town's root says of its relay.
pub(crate) fn relay_keys() -> RelayKeys {
    let (log_key, tls_ca) = (log_key().public(), b"a certificate".to_vec());
    RelayKeys { log_origin: ORIGIN.to_owned(), log_key, tls_ca, continues: None }
}

impl Stage {
    /// What everything in the town is proved from.
    pub(super) fn fingerprint(&self) -> Digest {
        self.world.statements(relay_keys())[0].signed.digest()
    }

    /// Whose device it is; the mayor where it is nobody's, so that what is signed is signed by someone.
    pub(super) fn owner(&self, device: DeviceId) -> &Person {
        let people = &self.world.people;
        people.iter().find(|person| person.device() == device).unwrap_or(&people[MAIRE])
    }
}
