//! Connections that watch a mailbox and say nothing, beside bare ones with the same settings.

use crate::page::{Page, Wanted};
use crate::relay::{Stage, start};
use pli_server::transport::frames::framed;
use pli_tests::load::{Device, Stream, endpoint};
use pli_tests::process::Used;
use pli_tests::world::CROWD;
use shared::cbor;
use shared::limits::DEVICE_CONNECTIONS_MAX;
use shared::wire::Ask;

/// What is measured: so many connections.
const COUNTS: [usize; 2] = [1_000, 10_000];

/// Connections from one socket.
const SHARED: usize = 500;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "Idle connections that watch a mailbox";
    let of_one = DEVICE_CONNECTIONS_MAX as usize;
    let stage = Stage::with(COUNTS[1] / of_one);
    let memory = |role| {
        let folder = if role == "relay" { &stage.folder } else { &stage.bare };
        let mut process = start(role, folder);
        let address = process.address();
        let before = Used::by(process.id()).resident_kib;
        stage.runtime.block_on(async {
            let mut kept: Vec<(Device, Stream)> = Vec::new();
            let mut each = Vec::new();
            let mut from = endpoint();
            for count in COUNTS {
                while kept.len() < count {
                    if kept.len().is_multiple_of(SHARED) {
                        from = endpoint();
                    }
                    let person = CROWD + kept.len() / of_one;
                    let device = stage.network.connect_from(&from, person, address).await.unwrap();
                    if role == "relay" {
                        device.greet().await.unwrap();
                    }
                    let mut stream = device.stream().await.unwrap();
                    if role == "relay" {
                        let request = stage.world.people[person].request(Ask::Watch, stage.world.now());
                        stream.send(&framed(&cbor::encode(&request))).await;
                        stream.frame().await.unwrap();
                        stream.frame().await.unwrap();
                    }
                    kept.push((device, stream));
                }
                let now = Used::by(process.id()).resident_kib;
                each.push((now - before) as f64 / count as f64);
            }
            each
        })
    };
    let (relay, bare) = (memory("relay"), memory("bare"));
    for ((count, relay), bare) in COUNTS.iter().zip(relay).zip(bare) {
        page.add(SECTION, &format!("{count}, relay, each"), "KiB", Wanted::Nothing, relay);
        page.add(SECTION, &format!("{count}, bare, each"), "KiB", Wanted::Nothing, bare);
        page.add(SECTION, &format!("{count}, relay to bare"), "×", Wanted::AtMost(1.25), relay / bare);
    }
}
