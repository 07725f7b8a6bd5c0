//! Members of a [`World`] with homes like anybody's: their own client, as a library.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world::{NOMENCLATURE, World};
use pli_client::home::{Config, Home};
use pli_client::keystore::{self, ExpirySecret, KeyStore, Secrets};
use pli_client::session::Session;
use pli_server::folder;
use pli_server::transport::pki::verify_request;
use pli_server::transport::tls_key::TlsKey;
use shared::crypto::sha256;
use shared::log::LogMemory;
use shared::statement::{RelayKeys, Root};
use shared::time::BucketPolicy;
use std::net::SocketAddr;
use std::path::Path;

/// What opens every key store here.
pub const PASSPHRASE: &str = "neuf ours bleus";

/// As little work as a passphrase file may ask for in a test.
pub const LITTLE_WORK: u8 = 4;

/// A person's own client in a folder, enrolled with the relay whose folder this is.
///
/// # Panics
/// If it cannot be made.
#[must_use]
pub fn client(
    world: &World,
    person: usize,
    relay: &Path,
    keys: RelayKeys,
    address: SocketAddr,
    dir: &Path,
) -> Session {
    let person = &world.people[person];
    let (tls, device) = (TlsKey::generate().unwrap(), person.device().0);
    let request = verify_request(&tls.request(&device).unwrap(), &device).unwrap();
    let certificate = folder::issuer(relay).unwrap().issue_device(&request, world.now().0).unwrap();
    let root = world.statements(keys).swap_remove(0);
    let claimed: Root = root.signed.peek().unwrap();
    let fingerprint = root.signed.digest().to_string();
    let config = Config { relay: address, member: person.member.clone(), fingerprint };
    let log = LogMemory::new(claimed.relay.log_origin, claimed.relay.log_key);
    let home = Home::create(dir, config, &[root], log).unwrap();
    // Asked for once, by a request of its own, which no scripted relay answers.
    let text = NOMENCLATURE.as_bytes();
    home.keep_nomenclature(1, sha256(text), text).unwrap();
    home.keep_certificate(&certificate.der).unwrap();
    let mut secrets = Secrets::default();
    secrets.signing_seed = **person.key.seed();
    secrets.tls_key = tls.pkcs8().to_vec();
    for step in &world.buckets.steps {
        let secret = |bucket| ExpirySecret { bucket, seed: *person.expiry_identity(bucket).to_bytes() };
        secrets.expiry.extend(BucketPolicy::published(*step, world.now()).into_iter().map(secret));
    }
    KeyStore::create(dir, PASSPHRASE, &secrets, LITTLE_WORK).unwrap();
    let master = keystore::unlock(dir, PASSPHRASE).unwrap();
    Session::open(home, master, world.clock()).unwrap()
}
