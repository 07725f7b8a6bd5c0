//! The key store: what opens, what does not, and a stop at every point of a rewrite.

use super::*;
use shared::time::{Bucket, Tier};
use std::fs;
use std::path::PathBuf;

const PASSPHRASE: &str = "neuf ours bleus";
const WORK_FACTOR: u8 = 2;
const STEPS: [Step; 6] = [
    Step::NextKeyWritten,
    Step::StoreWritten,
    Step::StoreRenamed,
    Step::FolderSynced,
    Step::KeyOverwritten,
    Step::KeyUnlinked,
];

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Secrets with one expiry secret for each end, its seed filled with the end.
fn secrets(ends: &[u8]) -> Secrets {
    let expiry = |end: &u8| ExpirySecret {
        bucket: Bucket { ends: Timestamp(u64::from(*end)), tier: Tier::Day },
        seed: [*end; 32],
    };
    Secrets { signing_seed: [1; 32], tls_key: vec![2; 50], expiry: ends.iter().map(expiry).collect() }
}

fn created(home: &Path, ends: &[u8]) -> KeyStore {
    KeyStore::create(home, PASSPHRASE, &secrets(ends), WORK_FACTOR).unwrap()
}

fn open(home: &Path) -> Result<KeyStore, KeyStoreError> {
    KeyStore::open(home, unlock(home, PASSPHRASE)?)
}

fn ends(store: &KeyStore) -> Vec<u64> {
    store.secrets().expiry.iter().map(|secret| secret.bucket.ends.0).collect()
}

fn file(home: &Path, name: &str) -> PathBuf {
    home.join("keystore").join(name)
}

fn rotating_keys(home: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(file(home, "rotating"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("K-"))
        .collect();
    names.sort();
    names
}

/// The files under `folder` that contain `bytes`.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
            found.push(path);
        }
    }
    found
}

fn check_refused(home: &Path, expected: &str) {
    assert_eq!(open(home).unwrap_err().message(), expected);
}

#[test]
fn what_was_kept_comes_back() {
    let home = home();
    created(home.path(), &[10, 20]);
    let store = open(home.path()).unwrap();
    assert_eq!(store.secrets().signing_seed, [1; 32]);
    assert_eq!(store.secrets().tls_key, [2; 50]);
    assert_eq!(store.secrets().expiry[1].seed, [20; 32]);
    assert!(exists(home.path()));
}

#[test]
fn a_change_is_kept_and_does_not_undo_that_of_another_process() {
    let home = home();
    let mut one = created(home.path(), &[10]);
    let mut other = open(home.path()).unwrap();
    one.update(|kept| kept.expiry.extend(secrets(&[20]).expiry.clone())).unwrap();
    other.update(|kept| kept.expiry.extend(secrets(&[30]).expiry.clone())).unwrap();
    assert_eq!(ends(&open(home.path()).unwrap()), [10, 20, 30]);
    one.replace(secrets(&[40])).unwrap();
    assert_eq!(ends(&open(home.path()).unwrap()), [40]);
}

#[test]
fn a_wrong_passphrase_and_an_empty_home_are_told_apart() {
    let home = home();
    assert!(matches!(unlock(home.path(), PASSPHRASE), Err(KeyStoreError::Absent { .. })));
    created(home.path(), &[]);
    assert!(matches!(unlock(home.path(), "neuf ours"), Err(KeyStoreError::WrongPassphrase)));
}

#[test]
fn a_store_is_never_created_over_another() {
    let home = home();
    created(home.path(), &[10]);
    let again = KeyStore::create(home.path(), PASSPHRASE, &secrets(&[]), WORK_FACTOR);
    assert!(matches!(again, Err(KeyStoreError::AlreadyThere { .. })));
    assert_eq!(ends(&open(home.path()).unwrap()), [10]);
}

#[test]
fn a_creation_that_was_interrupted_starts_over() {
    let home = home();
    created(home.path(), &[10]);
    fs::remove_file(file(home.path(), "secrets")).unwrap();
    assert!(!exists(home.path()));
    created(home.path(), &[20]);
    assert_eq!(ends(&open(home.path()).unwrap()), [20]);
    assert_eq!(rotating_keys(home.path()), ["K-2"]);
}

#[test]
fn what_was_destroyed_is_in_no_file_and_an_old_copy_does_not_open() {
    let home = home();
    let mut store = created(home.path(), &[10, 20]);
    let old_store = fs::read(file(home.path(), "secrets")).unwrap();
    let old_key = fs::read(file(home.path(), "rotating/K-1")).unwrap();
    assert_eq!(holding(home.path(), &old_key).len(), 1);

    assert_eq!(store.destroy_ended(Timestamp(9)).unwrap(), 0);
    assert_eq!(rotating_keys(home.path()), ["K-1"]);
    assert_eq!(store.destroy_ended(Timestamp(10)).unwrap(), 1);
    assert_eq!(ends(&store), [20]);
    assert_eq!(rotating_keys(home.path()), ["K-2"]);
    assert!(holding(home.path(), &old_key).is_empty());
    assert!(holding(home.path(), &[10; 32]).is_empty());

    let new_store = fs::read(file(home.path(), "secrets")).unwrap();
    fs::write(file(home.path(), "secrets"), old_store).unwrap();
    check_refused(home.path(), "keystore-rotating-missing");
    fs::write(file(home.path(), "secrets"), new_store).unwrap();
    assert_eq!(ends(&open(home.path()).unwrap()), [20], "the mistake can be undone");
}

/// Stops a rewrite at one step; `after` is what befalls the disk before the next opening.
fn check_stop(step: Step, after: impl FnOnce(&Path, Vec<u8>), expected: &[u64]) {
    let home = home();
    let mut store = created(home.path(), &[10, 20]);
    let old_store = fs::read(file(home.path(), "secrets")).unwrap();
    let stop = |reached| if reached == step { Err(std::io::Error::other("stopped")) } else { Ok(()) };
    store.rewrite(secrets(&[20]), stop).unwrap_err();
    after(home.path(), old_store);

    let mut store = open(home.path()).unwrap();
    assert_eq!(ends(&store), expected, "{step:?}");
    assert_eq!(rotating_keys(home.path()).len(), 1, "{step:?} leaves no key behind");
    assert!(!file(home.path(), "secrets.new").exists(), "{step:?}");
    store.update(|kept| kept.signing_seed = [9; 32]).unwrap();
    assert_eq!(open(home.path()).unwrap().secrets().signing_seed, [9; 32], "{step:?}");
}

#[test]
fn a_stop_at_any_point_leaves_the_old_secrets_or_the_new_ones() {
    for step in STEPS {
        let renamed = !matches!(step, Step::NextKeyWritten | Step::StoreWritten);
        check_stop(step, |_, _| (), if renamed { &[20] } else { &[10, 20] });
    }
}

#[test]
fn a_rename_that_the_disk_lost_leaves_the_old_secrets() {
    let lost = |home: &Path, old: Vec<u8>| fs::write(file(home, "secrets"), old).unwrap();
    check_stop(Step::StoreRenamed, lost, &[10, 20]);
}

#[test]
fn half_a_file_that_has_no_name_yet_does_no_harm() {
    let half =
        |name: &'static str| move |home: &Path, _: Vec<u8>| fs::write(file(home, name), b"pli/").unwrap();
    check_stop(Step::NextKeyWritten, half("rotating/K-2"), &[10, 20]);
    check_stop(Step::StoreWritten, half("secrets.new"), &[10, 20]);
}

#[test]
fn a_process_that_survives_a_failure_goes_on() {
    for step in STEPS {
        let home = home();
        let mut store = created(home.path(), &[10, 20]);
        let stop = |reached| if reached == step { Err(std::io::Error::other("stopped")) } else { Ok(()) };
        store.rewrite(secrets(&[20]), stop).unwrap_err();
        store.destroy_ended(Timestamp(10)).unwrap();
        assert_eq!(rotating_keys(home.path()).len(), 1, "{step:?}");
        assert_eq!(ends(&open(home.path()).unwrap()), [20], "{step:?}");
    }
}

#[test]
fn damage_is_named_and_never_a_panic() {
    let home = home();
    created(home.path(), &[10]);
    let path = file(home.path(), "secrets");
    let whole = fs::read(&path).unwrap();
    let master = unlock(home.path(), PASSPHRASE).unwrap();
    for position in 0..whole.len() {
        let mut changed = whole.clone();
        changed[position] ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(KeyStore::open(home.path(), master.clone()).is_err(), "changed at {position}");
        fs::write(&path, &whole[..position]).unwrap();
        assert!(KeyStore::open(home.path(), master.clone()).is_err(), "cut at {position}");
    }
    fs::write(&path, vec![0; STORE_BYTES_MAX + 1]).unwrap();
    check_refused(home.path(), "keystore-damaged");
    fs::write(&path, b"pli/keystore/v2\nother").unwrap();
    check_refused(home.path(), "keystore-other-version");
    fs::write(&path, &whole).unwrap();
    fs::write(file(home.path(), "rotating/K-1"), b"short").unwrap();
    let error = open(home.path()).unwrap_err();
    assert_eq!(error.file(), Some(file(home.path(), "rotating/K-1").as_path()));
    fs::write(file(home.path(), "master.age"), b"age-encryption.org/v1\n").unwrap();
    check_refused(home.path(), "keystore-damaged");
}

#[test]
fn the_rotating_key_is_marked_not_to_be_backed_up() {
    let home = home();
    created(home.path(), &[]);
    let tag = fs::read_to_string(file(home.path(), "rotating/CACHEDIR.TAG")).unwrap();
    assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
    assert!(file(home.path(), "rotating/.nobackup").exists());
}

#[test]
fn nothing_secret_is_shown() {
    let shown = format!("{:?} {:?} {:?}", secrets(&[77]), secrets(&[77]).expiry, Master::draw());
    assert!(!shown.contains("77, 77") && !shown.contains("1, 1"), "{shown}");
}

#[cfg(unix)]
#[test]
fn files_are_private_to_their_user() {
    use std::os::unix::fs::PermissionsExt;
    fn check(path: &Path) {
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            if entry.path().is_dir() {
                assert_eq!(mode, 0o700, "{entry:?}");
                check(&entry.path());
            } else {
                assert_eq!(mode, 0o600, "{entry:?}");
            }
        }
    }
    let home = home();
    created(home.path(), &[10]).destroy_ended(Timestamp(10)).unwrap();
    check(home.path());
}
