//! A folder that another version of the relay wrote.

use crate::scene::{Scene, content};
use crate::torn::Died;
use pli_server::check::check_in;
use pli_server::relay::reindex;
use pli_server::store::{FORMAT_VERSION, Folder};
use pli_tests::disk::SimDisk;
use pli_tests::engine::Engine;
use shared::crypto::sha256;
use shared::ids::Digest;
use std::sync::Arc;

/// A version that was written is named, with ours and with what to do; and nothing on the disk is changed.
fn assert_other_version(scene: &Scene, disk: &SimDisk, file: &str, version: u32) {
    let before = content(disk);
    let expected = format!("{file} has format {version} and this relay reads");
    let error =
        Engine::open(&scene.world, disk).err().unwrap_or_else(|| panic!("{file} {version}: it started"));
    let error = error.to_string();
    assert!(
        error.starts_with(&expected) && error.contains("use the relay that wrote it, or migrate"),
        "{error}"
    );
    let checked = Folder::on(Arc::new(disk.clone())).map_err(|error| error.to_string()).map(|folder| {
        let report = check_in(&folder, scene.world.now()).unwrap();
        let reindexed = reindex(&folder).err().unwrap().to_string();
        assert!(reindexed.starts_with(&expected), "{reindexed}");
        report.faults.into_iter().find(|fault| fault.file == file).unwrap().what
    });
    let said = checked.unwrap_or_else(|error| error);
    assert!(said.starts_with(&expected), "{said}");
    assert_eq!(content(disk), before, "{file} {version}: something was changed");
}

#[test]
fn a_folder_of_another_version_is_named_and_left_as_it_is() {
    let died = Died::after(Some(2));
    let scene = &died.scene;
    for version in [0, FORMAT_VERSION - 1, FORMAT_VERSION + 1, u32::MAX] {
        let disk = scene.disk.copied(scene.world.shared_time());
        disk.change("version", |bytes| *bytes = format!("pli-relay store {version}\n").into_bytes());
        assert_other_version(scene, &disk, "version", version);
    }
    for version in [0, 1, 3, u32::MAX] {
        let disk = scene.disk.copied(scene.world.shared_time());
        disk.change(&died.file, |bytes| {
            bytes[4..8].copy_from_slice(&version.to_be_bytes());
            let Digest(digest) = sha256(&bytes[..48]);
            bytes[48..80].copy_from_slice(&digest);
        });
        assert_other_version(scene, &disk, &died.file, version);
    }
}
