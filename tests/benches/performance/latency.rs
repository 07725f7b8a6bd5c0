//! From sealing a note to the news of it at its reader, beside the sum of the parts that must be.

use crate::bare::{self, Task};
use crate::deposits::{confirmed, deposit};
use crate::page::{Page, Wanted, percentile};
use crate::relay::{Stage, start};
use pli_server::transport::frames::framed;
use pli_tests::load::{Device, Stream};
use pli_tests::world::{CROWD, MAIRE};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::ids::MessageId;
use shared::message::GrantList;
use shared::wire::{Ask, News};
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const SAMPLES: usize = 300;

/// One note every so often: far from what the relay can take.
const PACE: Duration = Duration::from_millis(15);

/// Made: of the request, the header, the grant list and the checkpoint. Checked: the first three.
const SIGNATURES_MADE: usize = 4;
const SIGNATURES_CHECKED: usize = 3;

const READERS: usize = 20;
const IN_FLIGHT: usize = 16;
const BUSY_SAMPLES: usize = 4_000;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    let stage = Stage::with(1 + READERS);
    stage.runtime.block_on(async {
        paced(&stage, page).await;
        busy(&stage, page).await;
    });
}

/// A device that watches its mailbox, and the stream on which it is told.
async fn watching(stage: &Stage, person: usize, device: &Device) -> Stream {
    let mut stream = device.stream().await.unwrap();
    let request = stage.world.people[person].request(Ask::Watch, stage.world.now());
    stream.send(&framed(&cbor::encode(&request))).await;
    // That it watches, and that it should look once.
    stream.frame().await.unwrap();
    stream.frame().await.unwrap();
    stream
}

async fn told(stream: &mut Stream) -> MessageId {
    loop {
        if let News::Message(id) = cbor::decode(&stream.frame().await.unwrap(), 1024).unwrap() {
            return id;
        }
    }
}

async fn paced(stage: &Stage, page: &mut Page) {
    const SECTION: &str = "From sealing to the news at one connected reader, one note at a time";
    const READER: usize = CROWD;
    let (mut relay, mut bare) = (start("relay", &stage.folder), start("bare", &stage.bare));
    let writer = stage.network.greeted(MAIRE, relay.address()).await.unwrap();
    let reader = stage.network.greeted(READER, relay.address()).await.unwrap();
    let mut news = watching(stage, READER, &reader).await;
    let mut stream = writer.stream().await.unwrap();
    let there = stage.network.connect(MAIRE, bare.address()).await.unwrap();
    let onward = stage.network.connect(READER, bare.address()).await.unwrap();
    let (mut there, mut onward) = (there.stream().await.unwrap(), onward.stream().await.unwrap());
    let head = stage.head(MAIRE, &writer).await;
    let dir = tempfile::tempdir_in(stage.folder.parent().unwrap()).unwrap();
    let mut log = File::create(dir.path().join("raw")).unwrap();
    let key = SigningKey::generate();

    let (mut whole, mut sums) = (Vec::new(), Vec::new());
    let mut tick = tokio::time::interval(PACE);
    for _ in 0..SAMPLES {
        tick.tick().await;
        let began = Instant::now();
        let letter = stage.world.seal_under(&stage.directory, head, MAIRE, &[READER], 20, &[]).unwrap();
        let (ask, frames) = letter.deposit();
        let request = stage.world.people[MAIRE].request(ask, stage.world.now());
        let frames: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
        let bytes = [framed(&cbor::encode(&request)), frames].concat();
        stream.send(&bytes).await;
        assert_eq!(told(&mut news).await, letter.id);
        whole.push(began.elapsed().as_secs_f64() * 1e3);
        let answer_bytes = confirmed(&mut stream).await;

        tick.tick().await;
        let began = Instant::now();
        // There and onward.
        there.send(&[bare::head(bytes.len(), answer_bytes, Task::Plain), bytes.clone()].concat()).await;
        there.bytes(answer_bytes).await.unwrap();
        onward.send(&[bare::head(64, 64, Task::Plain), vec![0; 64]].concat()).await;
        onward.bytes(64).await.unwrap();
        // One append and one sync.
        log.write_all(&bytes).unwrap();
        log.sync_data().unwrap();
        // One sealing and one opening.
        let letter = stage.world.seal_under(&stage.directory, head, MAIRE, &[READER], 20, &[]).unwrap();
        let sent = (&letter.envelope.grants, &letter.envelope.note);
        let device = stage.world.people[READER].device();
        let list: GrantList = letter.envelope.grant_list.peek().unwrap();
        let own = list.grants.iter().position(|entry| entry.device == device).unwrap();
        black_box(stage.world.read(&stage.directory, READER, &letter, &sent.0[own], sent.1)).unwrap();
        // The signatures; sealing made two of them, and opening checked one.
        for _ in 2..SIGNATURES_MADE {
            black_box(key.sign("bench", &bytes[..300]));
        }
        let signature = key.sign("bench", &bytes[..300]);
        for _ in 1..SIGNATURES_CHECKED {
            black_box(key.public().verify("bench", &bytes[..300], &signature)).unwrap();
        }
        sums.push(began.elapsed().as_secs_f64() * 1e3);
    }
    for (share, name, wanted) in [(0.5, "p50", 1.3), (0.99, "p99", 3.0)] {
        let (whole, sum) = (percentile(&mut whole, share), percentile(&mut sums, share));
        page.add(SECTION, &format!("{name}, relay"), "ms", Wanted::Nothing, whole);
        page.add(SECTION, &format!("{name}, sum of the parts"), "ms", Wanted::Nothing, sum);
        page.add(SECTION, &format!("{name}, to the sum"), "×", Wanted::AtMost(wanted), whole / sum);
    }
}

/// With some in flight and many readers: from sending until the first of them has the news.
async fn busy(stage: &Stage, page: &mut Page) {
    let mut relay = start("relay", &stage.folder);
    let address = relay.address();
    let writer = Arc::new(stage.network.greeted(MAIRE, address).await.unwrap());
    let readers: Vec<_> = (CROWD..CROWD + READERS).collect();
    let template = stage.letter(MAIRE, &readers, &writer).await;
    let requests = (0..BUSY_SAMPLES).map(|number| deposit(stage, &template, MAIRE, number));
    let requests: Arc<Mutex<VecDeque<_>>> = Arc::new(Mutex::new(requests.collect()));
    let sent: Arc<Mutex<BTreeMap<MessageId, Instant>>> = Arc::default();
    let mut watched = JoinSet::new();
    let mut devices = Vec::new();
    for reader in readers {
        let device = stage.network.greeted(reader, address).await.unwrap();
        let mut news = watching(stage, reader, &device).await;
        devices.push(device);
        let sent = Arc::clone(&sent);
        watched.spawn(async move {
            let mut times = Vec::new();
            for _ in 0..BUSY_SAMPLES {
                let id = told(&mut news).await;
                times.push(sent.lock().unwrap()[&id].elapsed().as_secs_f64() * 1e3);
            }
            times
        });
    }
    let mut writing = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (writer, requests, sent) = (Arc::clone(&writer), Arc::clone(&requests), Arc::clone(&sent));
        writing.spawn(async move {
            let mut stream = writer.stream().await.unwrap();
            loop {
                let Some(next) = requests.lock().unwrap().pop_front() else { return };
                sent.lock().unwrap().insert(next.id, Instant::now());
                stream.send(&next.own).await;
                stream.send(&next.rest).await;
                confirmed(&mut stream).await;
            }
        });
    }
    writing.join_all().await;
    let mut times = watched.join_all().await.concat();
    let section = "From sending to the news, 16 in flight to 20 connected readers";
    page.add(section, "p50", "ms", Wanted::Nothing, percentile(&mut times, 0.5));
    page.add(section, "p99", "ms", Wanted::AtMost(10.0), percentile(&mut times, 0.99));
}
