//! A piece that is played the same each time, so that a stop can be asked for at any of its moments.

use super::members::{deposit, read, retire, upload};
use super::stage::{Stage, pause};
use crate::world::{BAILLEUR, COORD, MAIRE, POLICE};
use pli_server::relay::Relay;
use pli_server::relay::change::Change;
use pli_server::revoke::Revocation;
use pli_server::sweep::sweep;
use shared::ids::MessageId;
use shared::limits::DISK_FLOOR_BYTES;
use shared::time::DAY_SECONDS;
use shared::wire::Ask;
use std::rc::Rc;
use std::sync::Arc;

/// A piece in which everything happens that writes, moves or removes something, each retried until it
/// is done.
pub(super) async fn play(stage: Rc<Stage>) {
    let world = &stage.world;
    for days in [2, 20] {
        let Some(relay) = relay_of(&stage).await else { return };
        let document = vec![7; 2000];
        let Ok(letter) = world.try_seal(&relay, COORD, &[POLICE, BAILLEUR], days, &[&document, b"short"])
        else {
            return stage.violated("a letter of the piece may not be sent");
        };
        drop(relay);
        let told = stage.tell(letter, COORD, vec![POLICE, BAILLEUR]);
        // A part that stops halfway and goes on, and one that arrives as something else first.
        let half = &told.letter.documents[0][..900];
        let ask = Ask::Upload {
            message: told.letter.id,
            part: 0,
            bytes: told.letter.documents[0].len() as u64,
            from: 0,
        };
        let _ = stage.say(COORD, &world.people[COORD].request(ask, world.now()), half).await;
        let other = vec![9; told.letter.documents[1].len()];
        let ask = Ask::Upload { message: told.letter.id, part: 1, bytes: other.len() as u64, from: 0 };
        let _ = stage.say(COORD, &world.people[COORD].request(ask, world.now()), &other).await;
        for _ in 0..20 {
            for part in 0..told.letter.documents.len() {
                upload(&stage, COORD, &told.letter, part).await;
            }
            deposit(&stage, COORD, &told).await;
            if stage.model.borrow().confirmed.contains(&told.letter.id) {
                break;
            }
        }
        for _ in 0..6 {
            read(&stage, POLICE, &mut None).await;
        }
        stage.kill.set(true);
        pause(1).await;
        // The journal is changed after ten minutes, by the next batch.
        world.pass(700);
        head(&stage).await;
        read(&stage, BAILLEUR, &mut None).await;
    }
    // The letter that is read is taken back by its writer, with what waits of it and its documents.
    let last = stage.model.borrow().letters.values().max_by_key(|told| told.letter.core.expires).cloned();
    if let Some(told) = last {
        retire(&stage, COORD, &told).await;
        read(&stage, POLICE, &mut None).await;
    }
    // Somebody leaves, and what waits for them is destroyed, however often the relay dies over it.
    roster(&stage, &[MAIRE, COORD, POLICE]).await;
    for _ in 0..3 {
        if let Some(relay) = relay_of(&stage).await {
            Revocation::default().pass(&relay).await;
        }
    }
    // Something uploaded that nobody deposits.
    let orphan = MessageId([9; 16]);
    let ask = Ask::Upload { message: orphan, part: 0, bytes: 100, from: 0 };
    let _ = stage.say(MAIRE, &world.people[MAIRE].request(ask, world.now()), &[1; 100]).await;
    // What has expired goes, with its documents; and so does the orphan.
    world.pass(3 * DAY_SECONDS);
    for _ in 0..3 {
        if let Some(relay) = relay_of(&stage).await {
            sweep(&relay).await;
        }
    }
    // Somebody fills the disk, and tidies up.
    for free in [DISK_FLOOR_BYTES, 1 << 40] {
        stage.free.set(Some(free));
        world.pass(700);
        head(&stage).await;
    }
    world.pass(700);
    head(&stage).await;
    // The mover has time to retire what was closed.
    pause(200).await;
}

/// The relay, once it works.
async fn relay_of(stage: &Stage) -> Option<Relay> {
    for _ in 0..5000 {
        if let Some(relay) = stage.relay.borrow().clone() {
            return Some(relay);
        }
        pause(1).await;
    }
    stage.violated("the relay never came back");
    None
}

/// Has a roster published, however often the relay dies over it.
async fn roster(stage: &Stage, seated: &[usize]) {
    for _ in 0..10 {
        let Some(relay) = relay_of(stage).await else { return };
        let directory = Arc::clone(&relay.snapshot().directory);
        let seats = directory.roster(stage.world.group).map_or(0, |(roster, _)| roster.seats.len());
        let statement = stage.world.next_roster(&directory, seated);
        let publish = || Ok(Change::from(statement.clone()));
        if seats == seated.len() || relay.change(|_| publish()).await.is_ok() {
            stage.has_left.set(true);
            return;
        }
        drop((relay, directory));
        pause(5).await;
    }
}

/// Has a head made, however often the relay dies over it.
async fn head(stage: &Stage) {
    for _ in 0..10 {
        let Some(relay) = relay_of(stage).await else { return };
        if relay.change(|_| Ok(Change::Head)).await.is_ok() {
            return;
        }
        drop(relay);
        pause(5).await;
    }
}
