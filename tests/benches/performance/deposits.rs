//! Durable confirmed deposits of a note to twenty members, beside a bare answerer of the same sizes.

use crate::bare::{self, Task};
use crate::logging;
use crate::page::{Page, Wanted, percentile};
use crate::relay::{Stage, start};
use pli_server::transport::frames::framed;
use pli_tests::load::{Device, Stream};
use pli_tests::process::{Process, Used};
use pli_tests::world::{CROWD, Letter, MAIRE};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::MessageId;
use shared::wire::Answer;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::task::JoinSet;

const CONNECTIONS: usize = 100;
const READERS: usize = 20;

/// Streams of one connection with many requests in flight; the requests on one are pipelined.
const STREAMS_MAX: usize = 16;

/// Deposits of one measurement.
const DEPOSITS: usize = 12_000;

/// Requests to a bare answerer, which is faster.
const REQUESTS: usize = 30_000;

/// Deposits that come at the same time, each on a connection of its own.
const AT_ONCE: usize = 500;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    let stage = Stage::with(CONNECTIONS + READERS);
    for (connections, in_flight, wanted) in [(CONNECTIONS, 1, 0.70), (1, 128, 0.45)] {
        const SECTION: &str =
            "Deposits: a note of 1 KiB to 20 members with its grants, durable and confirmed";
        let shape = Shape { connections, in_flight };
        let relay = run(&stage, shape, Kind::Relay);
        let bare = |task| run(&stage, shape, Kind::Bare { task, like: relay.sizes });
        let (checked, plain) = (bare(Task::Checked), bare(Task::Plain));
        let name = format!("{connections} × {in_flight}");
        let mut add =
            |what: &str, unit, wanted, run| page.add(SECTION, &format!("{name}, {what}"), unit, wanted, run);
        add("relay", "/s", Wanted::Nothing, relay.rate);
        add("bare, one signature checked and the body hashed", "/s", Wanted::Nothing, checked.rate);
        add("bare, plain", "/s", Wanted::Nothing, plain.rate);
        add("relay to bare", "", Wanted::AtLeast(wanted), relay.rate / checked.rate);
        add("relay to bare, plain", "", Wanted::Nothing, relay.rate / plain.rate);
        add("relay, 99 % answered within", "ms", Wanted::Nothing, relay.p99_ms);
        add("relay, processor for each", "µs", Wanted::Nothing, relay.server_us);
        add("bare, processor for each", "µs", Wanted::Nothing, checked.server_us);
        if in_flight == 1 {
            let seen = logging::Relay {
                microseconds: relay.server_us,
                batch: relay.batch,
                bytes: relay.sizes.request,
            };
            logging::measure(page, &stage, &seen);
        }
    }
    at_once(&stage, page);
}

/// Many at the same time: every one is answered.
fn at_once(stage: &Stage, page: &mut Page) {
    let mut relay = start("relay", &stage.folder);
    let address = relay.address();
    stage.runtime.block_on(async {
        let endpoint = pli_tests::load::endpoint();
        let mut ready = Vec::new();
        for number in 0..AT_ONCE {
            let person = CROWD + number % CONNECTIONS;
            let device = stage.network.connect_from(&endpoint, person, address).await.unwrap();
            device.greet().await.unwrap();
            ready.push((person, device));
        }
        let readers: Vec<_> = (CROWD + CONNECTIONS..CROWD + CONNECTIONS + READERS).collect();
        let template = stage.letter(ready[0].0, &readers, &ready[0].1).await;
        let requests: Vec<_> = (ready.iter().enumerate())
            .map(|(number, (person, _))| {
                let Deposit { own, rest, .. } = deposit(stage, &template, *person, number);
                [own, rest].concat()
            })
            .collect();
        let began = Instant::now();
        let mut answered = JoinSet::new();
        for ((_, device), request) in ready.into_iter().zip(requests) {
            answered.spawn(async move {
                let mut stream = device.stream().await.unwrap();
                stream.send(&request).await;
                confirmed(&mut stream).await
            });
        }
        assert_eq!(answered.join_all().await.len(), AT_ONCE);
        let milliseconds = began.elapsed().as_secs_f64() * 1e3;
        let what = "500 at once on connections of their own, until the last is confirmed";
        page.add("Deposits: many at once", what, "ms", Wanted::Nothing, milliseconds);
    });
}

#[derive(Clone, Copy)]
struct Shape {
    connections: usize,
    in_flight: usize,
}

/// Bytes of a request and of its answer.
#[derive(Clone, Copy, Default)]
struct Sizes {
    request: usize,
    answer: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Relay,
    Bare { task: Task, like: Sizes },
}

struct Measured {
    rate: f64,
    p99_ms: f64,
    server_us: f64,
    /// Deposits of one batch.
    batch: f64,
    sizes: Sizes,
}

/// Requests that streams of one connection take from, and what every one of them ends with.
struct Lane {
    device: Device,
    requests: Mutex<VecDeque<Vec<u8>>>,
    rest: Vec<u8>,
}

fn run(stage: &Stage, shape: Shape, kind: Kind) -> Measured {
    let (role, folder, total) = match kind {
        Kind::Relay => ("relay", &stage.folder, DEPOSITS),
        Kind::Bare { .. } => ("bare", &stage.bare, REQUESTS),
    };
    let mut process = start(role, folder);
    process.address();
    stage.runtime.block_on(async {
        let mut lanes = lanes(stage, shape, kind, &mut process, total).await;
        let first = lanes[0].requests.get_mut().unwrap()[0].len() + lanes[0].rest.len();
        let leaves = leaves(stage, kind, &mut process).await;
        let sizes = Sizes { request: first, answer: 0 };
        let measured = drive(&process, lanes, shape, kind, sizes, total).await;
        // Each batch ends with a leaf of its own.
        let batches = self::leaves(stage, kind, &mut process).await - leaves - total as f64;
        Measured { batch: total as f64 / batches, ..measured }
    })
}

async fn lanes(stage: &Stage, shape: Shape, kind: Kind, process: &mut Process, total: usize) -> Vec<Lane> {
    let each = total / shape.connections;
    let address = process.address();
    let mut lanes = Vec::new();
    let mut template = None;
    for person in CROWD..CROWD + shape.connections {
        let device = stage.network.connect(person, address).await.unwrap();
        let (requests, rest) = match kind {
            Kind::Relay => {
                device.greet().await.unwrap();
                if template.is_none() {
                    let readers: Vec<_> = (CROWD + CONNECTIONS..CROWD + CONNECTIONS + READERS).collect();
                    template = Some(stage.letter(person, &readers, &device).await);
                }
                let template = template.as_ref().unwrap();
                let rest = deposit(stage, template, person, 0).rest;
                ((0..each).map(|number| deposit(stage, template, person, number).own).collect(), rest)
            }
            Kind::Bare { task, like } => {
                let head = bare::head(like.request, like.answer, task);
                ((0..each).map(|_| head.clone()).collect(), vec![5; like.request])
            }
        };
        lanes.push(Lane { device, requests: Mutex::new(requests), rest });
    }
    lanes
}

/// How many leaves the log has.
async fn leaves(stage: &Stage, kind: Kind, process: &mut Process) -> f64 {
    let Kind::Relay = kind else { return f64::NAN };
    let device = stage.network.greeted(MAIRE, process.address()).await.unwrap();
    stage.head(MAIRE, &device).await.tree.size as f64
}

async fn drive(
    process: &Process,
    lanes: Vec<Lane>,
    shape: Shape,
    kind: Kind,
    mut sizes: Sizes,
    total: usize,
) -> Measured {
    let streams = shape.in_flight.min(STREAMS_MAX);
    let answer_bytes = Arc::new(AtomicU64::new(0));
    let used = Used::by(process.id()).seconds;
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for lane in lanes.into_iter().map(Arc::new) {
        for _ in 0..streams {
            let (lane, answer_bytes) = (Arc::clone(&lane), Arc::clone(&answer_bytes));
            tasks.spawn(async move {
                let mut stream = lane.device.stream().await.unwrap();
                let (mut waiting, mut times) = (VecDeque::new(), Vec::new());
                loop {
                    let request = lane.requests.lock().unwrap().pop_front();
                    if let Some(request) = &request {
                        stream.send(request).await;
                        stream.send(&lane.rest).await;
                        waiting.push_back(Instant::now());
                    }
                    if waiting.len() == shape.in_flight / streams || request.is_none() {
                        let Some(sent) = waiting.pop_front() else { return times };
                        let bytes = match kind {
                            Kind::Relay => confirmed(&mut stream).await,
                            Kind::Bare { like, .. } => stream.bytes(like.answer).await.unwrap().len(),
                        };
                        answer_bytes.store(bytes as u64, Ordering::Relaxed);
                        times.push(sent.elapsed().as_secs_f64() * 1e3);
                    }
                }
            });
        }
    }
    let mut times = tasks.join_all().await.concat();
    let seconds = began.elapsed().as_secs_f64();
    sizes.answer = usize::try_from(answer_bytes.load(Ordering::Relaxed)).unwrap();
    Measured {
        rate: times.len() as f64 / seconds,
        p99_ms: percentile(&mut times, 0.99),
        batch: f64::NAN,
        server_us: (Used::by(process.id()).seconds - used) / total as f64 * 1e6,
        sizes,
    }
}

/// A deposit like a template's, as bytes.
pub(crate) struct Deposit {
    pub(crate) id: MessageId,
    /// The request, the header and the grant list.
    pub(crate) own: Vec<u8>,
    /// The grants and the note, which are the same for all of one writer.
    pub(crate) rest: Vec<u8>,
}

pub(crate) fn deposit(stage: &Stage, template: &Letter, person: usize, number: usize) -> Deposit {
    static RUN: AtomicU64 = AtomicU64::new(0);
    let run = RUN.fetch_add(1, Ordering::Relaxed);
    let name = sha256(format!("deposit {person} {number} {run}").as_bytes()).0;
    let letter = stage.world.alike(person, template, MessageId(*name.first_chunk().unwrap()));
    let (ask, frames) = letter.deposit();
    let signed = stage.world.people[person].request(ask, stage.world.now());
    let (own, rest) = frames.split_at(2);
    let all = |frames: &[Vec<u8>]| frames.iter().flat_map(|frame| framed(frame)).collect::<Vec<_>>();
    Deposit { id: letter.id, own: [framed(&cbor::encode(&signed)), all(own)].concat(), rest: all(rest) }
}

/// How long the confirmation was.
pub(crate) async fn confirmed(stream: &mut Stream) -> usize {
    let frame = stream.frame().await.unwrap();
    match cbor::decode::<Answer>(&frame, 1 << 20).unwrap() {
        Answer::Deposited(_) => frame.len() + 4,
        other => panic!("{other:?}"),
    }
}
