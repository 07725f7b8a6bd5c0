//! How soon a relay with many waiting messages is ready, after it was killed and with its index deleted,
//! beside reading what it keeps once through, all of it from the disk itself.

use crate::deposits::{confirmed, deposit};
use crate::page::{Page, Wanted};
use crate::relay::{Stage, command, start};
use pli_tests::process::Used;
use pli_tests::world::CROWD;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tokio::task::JoinSet;

const MESSAGES: usize = 100_000;
const WRITERS: usize = 4;
const READERS: usize = 3;
const STREAMS: usize = 8;

/// Made once for all rounds.
static STAGE: LazyLock<Stage> = LazyLock::new(filled);

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "A relay with 100,000 waiting messages comes to serve";
    let folder = &STAGE.folder;
    let gigabytes =
        files(folder).iter().map(|file| fs::metadata(file).unwrap().len()).sum::<u64>() as f64 / 1e9;
    let read = cold(folder, || {
        for file in files(folder) {
            std::io::copy(&mut File::open(file).unwrap(), &mut std::io::sink()).unwrap();
        }
    });
    page.add(SECTION, "what it keeps", "GB", Wanted::Nothing, gigabytes);
    page.add(SECTION, "reading it once through, from the disk", "s", Wanted::Nothing, read);
    let mut peak_mib = 0.0;
    let ready = cold(folder, || {
        let mut relay = start("relay", folder);
        relay.address();
        peak_mib = Used::by(relay.id()).peak_kib as f64 / 1024.0;
        relay.kill();
    });
    page.add(SECTION, "ready after kill -9", "s", Wanted::Nothing, ready);
    page.add(SECTION, "ready after kill -9, to one reading", "×", Wanted::AtMost(1.0), ready / read);
    page.add(SECTION, "memory when ready", "MiB", Wanted::AtMost(128.0), peak_mib);
    let rebuilt = cold(folder, || {
        assert!(command("reindex").arg(folder).status().unwrap().success());
    });
    page.add(SECTION, "the index made again", "s", Wanted::Nothing, rebuilt);
    page.add(SECTION, "the index made again, to one reading", "×", Wanted::AtMost(2.0), rebuilt / read);
}

fn filled() -> Stage {
    let stage = Stage::with(WRITERS + READERS);
    let mut relay = start("relay", &stage.folder);
    let address = relay.address();
    let made = Arc::new(AtomicUsize::new(0));
    let stage = Arc::new(stage);
    stage.runtime.block_on(async {
        let readers: Vec<_> = (CROWD + WRITERS..CROWD + WRITERS + READERS).collect();
        let mut writing = JoinSet::new();
        for writer in CROWD..CROWD + WRITERS {
            let device = Arc::new(stage.network.greeted(writer, address).await.unwrap());
            let template = Arc::new(stage.letter(writer, &readers, &device).await);
            for _ in 0..STREAMS {
                let (stage, device) = (Arc::clone(&stage), Arc::clone(&device));
                let (template, made) = (Arc::clone(&template), Arc::clone(&made));
                writing.spawn(async move {
                    let mut stream = device.stream().await.unwrap();
                    loop {
                        let number = made.fetch_add(1, Ordering::Relaxed);
                        if number >= MESSAGES {
                            return;
                        }
                        let next = deposit(&stage, &template, writer, number);
                        stream.send(&[next.own, next.rest].concat()).await;
                        confirmed(&mut stream).await;
                    }
                });
            }
        }
        writing.join_all().await;
    });
    relay.kill();
    Arc::into_inner(stage).unwrap()
}

/// How long it takes when nothing of the folder is in memory.
fn cold(folder: &Path, work: impl FnOnce()) -> f64 {
    for file in files(folder) {
        File::open(file).unwrap().sync_all().unwrap();
    }
    let dropped = fs::write("/proc/sys/vm/drop_caches", "3");
    if let Err(error) = dropped {
        println!("  the system keeps files in memory ({error}): reading and starting are warm alike");
    }
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
