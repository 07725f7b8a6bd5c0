//! Members' own clients and late grants, against a relay that listens: a letter that was sent before is
//! read on a new device, under the roster of then; and a relay that starts destroys what is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_client::account::account;
use pli_client::failure::Failure;
use pli_client::inbox::{self, List, Motive};
use pli_client::regrant::{lacking, regrant};
use pli_client::session::Session;
use pli_server::check::check;
use pli_server::listen::Server;
use pli_server::system_clock;
use pli_tests::homes;
use pli_tests::world::{BAILLEUR, COORD, MAIRE, POLICE, World};
use shared::log::Act;
use shared::message::Ground;
use shared::refusal::Refusal;
use shared::statement::{Root, Statement};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// A person's own client, with a home like any other.
fn client(world: &World, relay: (&Path, SocketAddr), root: &Statement, person: usize, dir: &Path) -> Session {
    let claimed: Root = root.signed.peek().unwrap();
    let session = homes::client(world, person, relay.0, claimed.relay, relay.1, dir);
    // The world has asked in this device's name before.
    let mut lock = session.home.memory().unwrap();
    lock.memory.counter = 1000;
    lock.save().unwrap();
    drop(lock);
    session
}

///
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_from_before_is_read_on_a_new_device() {
    // Certificates are judged by the system's clock, so the world begins now.
    let mut world = World::at(system_clock().now(), 0);
    let dir = tempfile::tempdir().unwrap();
    world.make_relay(dir.path()).await;
    let running = world.open(dir.path());
    let relay = &running.relay;
    world.publish_key_pages(relay).await;
    let root = world.statements(relay.snapshot().directory.root().unwrap().relay.clone()).swap_remove(0);
    let letter = world.seal(relay, COORD, &[POLICE, BAILLEUR], 20, &[b"un document"]);
    world.deposit(relay, COORD, &letter).await;
    let device = world.give_device(relay, POLICE).await;
    let roster = world.next_roster(&relay.snapshot().directory, &[MAIRE, COORD, POLICE, device]);
    world.publish(relay, &roster).await;
    running.finish().unwrap();

    let any = (Ipv4Addr::LOCALHOST, 0).into();
    let server = Server::start(dir.path(), any, world.clock()).await.unwrap();
    let at = (dir.path(), server.address());
    let homes = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut writer = client(&world, at, &root, COORD, homes[0].path());
    let mut reader = client(&world, at, &root, device, homes[1].path());
    let entry = inbox::list(&mut writer, List::Sent, None).await.unwrap().remove(0);

    // The relay looked when it started: nobody waits for what is gone.
    let lost = world.people[BAILLEUR].device();
    for _ in 0..200 {
        if account(&mut writer, &entry.header).await.unwrap().destroyed == [lost] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(account(&mut writer, &entry.header).await.unwrap().destroyed, [lost]);

    let lacks = lacking(&mut writer, &entry).await.unwrap();
    let id = world.people[device].device();
    assert!(lacks.is_here);
    assert_eq!(lacks.devices, [(world.people[POLICE].member.clone(), id)], "and not who has left");
    let record = regrant(&mut writer, &entry, Ground::Device, &[id]).await.unwrap();
    assert_eq!((record.act, record.item), (Act::Grant, Some(letter.id)));
    assert!(lacking(&mut writer, &entry).await.unwrap().devices.is_empty());
    let again = regrant(&mut writer, &entry, Ground::Device, &[id]).await;
    assert!(matches!(again, Err(Failure::Refused(Refusal::GrantTarget))));
    let stranger = world.people[MAIRE].device();
    let stranger = regrant(&mut writer, &entry, Ground::Device, &[stranger]).await;
    assert!(matches!(stranger, Err(Failure::Refused(Refusal::GrantTarget))), "not named: nothing is claimed");

    // Its roster is of the past, and does not name this device.
    let motive = Motive { reason: Some("suivi".parse().unwrap()), text: None, reread: None };
    let entry = inbox::find(&mut reader, &letter.id.to_string()).await.unwrap();
    let reading = inbox::open(&mut reader, &entry, Act::Release, &motive).await.unwrap();
    assert_eq!(reading.opened.note.core, letter.core);
    let told = account(&mut writer, &reading.header).await.unwrap().records;
    let acts: Vec<_> = told.iter().map(|record| record.act).collect();
    assert_eq!(acts.iter().filter(|act| **act == Act::Grant).count(), 1, "{acts:?}");
    assert_eq!(acts.last(), Some(&Act::Opening));
    for session in [&mut writer, &mut reader] {
        session.close();
    }
    server.stop().await.unwrap();
    assert_eq!(check(dir.path(), world.now()).unwrap().faults, []);
}
