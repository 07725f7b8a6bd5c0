//! Durable confirmed deposits of a 1 KiB note to twenty members, beside a bare answerer.

use crate::bare;
use crate::process::{Process, cpu_seconds};
use pli_server::transport::frames::framed;
use pli_tests::load::{Network, Stream};
use pli_tests::world::{CROWD, Letter, MAIRE, World};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::MessageId;
use shared::wire::Answer;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SECONDS: u64 = 3;
const CONNECTIONS: usize = 100;
const READERS: usize = 20;

pub fn measure() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let now = pli_server::system_clock()();
    let world = Arc::new(World::at(now, CONNECTIONS + READERS));
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("relay");
    let template = runtime.block_on(async {
        world.make_relay(&folder).await;
        let running = world.open(&folder);
        world.publish_key_pages(&running.relay).await;
        running.finish().unwrap();
        let running = world.open(&folder);
        let _ = running.relay.change(|_| Ok(pli_server::relay::change::Change::Head)).await;
        let to: Vec<usize> = (CROWD + CONNECTIONS..CROWD + CONNECTIONS + READERS).collect();
        let letter = world.seal(&running.relay, MAIRE, &to, 20, &[]);
        running.finish().unwrap();
        letter
    });
    let template = Arc::new(template);
    let network = Arc::new(Network::of(&world, &folder));
    let bare_folder = dir.path().join("bare");
    copy_keys(&folder, &bare_folder);
    for (connections, in_flight) in [(CONNECTIONS, 1), (1, 128)] {
        let relay = Process::start("relay", &folder);
        let one =
            runtime.block_on(run(&world, &network, &template, &relay, connections, in_flight, Kind::Relay));
        let rate = |kind| {
            let bare = Process::start("bare", &bare_folder);
            runtime.block_on(run(&world, &network, &template, &bare, connections, in_flight, kind))
        };
        let checked = rate(Kind::Bare { answer: one.answer, check: true });
        let plain = rate(Kind::Bare { answer: one.answer, check: false });
        println!(
            "{connections} x {in_flight}: relay {one:?}\n  bare {checked:?}\n plain {plain:?}\n ratio {:.2} {:.2}",
            one.rate / checked.rate,
            one.rate / plain.rate
        );
    }
}

fn copy_keys(from: &std::path::Path, to: &std::path::Path) {
    drop(pli_server::store::Folder::open(to).unwrap());
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for entry in std::fs::read_dir(from.join("keys")).unwrap().flatten() {
        std::fs::copy(entry.path(), to.join("keys").join(entry.file_name())).unwrap();
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Relay,
    Bare { answer: usize, check: bool },
}

#[derive(Debug)]
#[allow(dead_code)]
struct Measured {
    rate: f64,
    server_us: f64,
    client_us: f64,
    request: usize,
    answer: usize,
    p50_us: u64,
    p99_us: u64,
}

async fn run(
    world: &Arc<World>,
    network: &Arc<Network>,
    template: &Arc<Letter>,
    process: &Process,
    connections: usize,
    in_flight: usize,
    kind: Kind,
) -> Measured {
    let streams_of_one = in_flight.min(16);
    let deep = in_flight / streams_of_one;
    let count = 40_000 / (connections * streams_of_one);
    let mut lanes: Vec<(
        Arc<pli_tests::load::Device>,
        Arc<std::sync::Mutex<VecDeque<Vec<u8>>>>,
        Arc<Vec<u8>>,
    )> = Vec::new();
    println!("signing");
    ROUND.fetch_add(1, Ordering::Relaxed);
    for connection in 0..connections {
        let person = CROWD + connection;
        let device = Arc::new(match kind {
            Kind::Relay => network.greeted(person, process.address).await,
            Kind::Bare { .. } => network.connect(person, process.address).await.unwrap(),
        });
        let requests: VecDeque<_> = (0..count * streams_of_one)
            .map(|number| deposit(world, template, person, number, kind))
            .collect();
        let requests = Arc::new(std::sync::Mutex::new(requests));
        let tail = Arc::new(world.alike(person, template, template.id).tail());
        lanes.extend(
            (0..streams_of_one).map(|_| (Arc::clone(&device), Arc::clone(&requests), Arc::clone(&tail))),
        );
    }
    println!("signed");
    let requested = lanes[0].1.lock().unwrap()[0].len() + lanes[0].2.len();
    let done = Arc::new(AtomicU64::new(0));
    let answers = Arc::new(AtomicU64::new(0));
    let (cpu, own) = (process.cpu_seconds(), cpu_seconds(std::process::id()));
    let began = Instant::now();
    let end = began + Duration::from_secs(SECONDS);
    let mut tasks = Vec::new();
    for (device, bytes, tail) in lanes {
        let (done, answers) = (Arc::clone(&done), Arc::clone(&answers));
        tasks.push(tokio::spawn(async move {
            let mut stream = device.stream().await;
            let mut waiting = VecDeque::new();
            let mut times = Vec::new();
            loop {
                let Some(request) = bytes.lock().unwrap().pop_front() else { break };
                if Instant::now() > end {
                    break;
                }
                stream.send(&request).await;
                stream.send(&tail).await;
                waiting.push_back(Instant::now());
                if waiting.len() == deep {
                    let size = confirmed(&mut stream, kind).await;
                    times.push(waiting.pop_front().unwrap().elapsed());
                    answers.store(size, Ordering::Relaxed);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort();
    let seconds = began.elapsed().as_secs_f64();
    let done = done.load(Ordering::Relaxed) as f64;
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_micros() as u64;
    Measured {
        rate: done / seconds,
        server_us: (process.cpu_seconds() - cpu) / done * 1e6,
        client_us: (cpu_seconds(std::process::id()) - own) / done * 1e6,
        request: requested,
        answer: answers.load(Ordering::Relaxed) as usize,
        p50_us: at(0.5),
        p99_us: at(0.99),
    }
}

/// The bytes of a deposit that are its own; note and grants come after.
fn deposit(world: &World, template: &Letter, person: usize, number: usize, kind: Kind) -> Vec<u8> {
    let Kind::Relay = kind else {
        let Kind::Bare { answer, check } = kind else { unreachable!() };
        let head = HEAD.load(Ordering::Relaxed) as usize;
        let all = vec![5; head + template.tail().len()];
        let mut whole = bare::request(&all, answer, check);
        whole.truncate(whole.len() - template.tail().len());
        return whole;
    };
    let id = MessageId(
        *sha256(format!("{person} {number} {}", ROUND.load(Ordering::Relaxed)).as_bytes())
            .0
            .first_chunk()
            .unwrap(),
    );
    let letter = world.alike(person, template, id);
    let (ask, frames) = letter.deposit();
    let signed = world.people[person].request(ask, world.now());
    let mut bytes = framed(&cbor::encode(&signed));
    bytes.extend(framed(&frames[0]));
    bytes.extend(framed(&frames[1]));
    HEAD.store(bytes.len() as u64, Ordering::Relaxed);
    bytes
}

static HEAD: AtomicU64 = AtomicU64::new(0);
static ROUND: AtomicU64 = AtomicU64::new(0);

trait Tail {
    fn tail(&self) -> Vec<u8>;
}
impl Tail for Letter {
    fn tail(&self) -> Vec<u8> {
        let (_, frames) = self.deposit();
        frames[2..].iter().flat_map(|frame| framed(frame)).collect()
    }
}

async fn confirmed(stream: &mut Stream, kind: Kind) -> u64 {
    match kind {
        Kind::Relay => {
            let frame = stream.frame().await.unwrap();
            match cbor::decode::<Answer>(&frame, 1 << 20).unwrap() {
                Answer::Deposited(_) => frame.len() as u64 + 4,
                other => panic!("{other:?}"),
            }
        }
        Kind::Bare { answer, .. } => {
            stream.bytes(answer).await;
            answer as u64
        }
    }
}
