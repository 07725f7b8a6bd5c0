//! A relay that lies: it has the real one's keys and answers with the real one's words, but for what a
//! test makes of them. It may tell two stories, each of a relay of its own, and show a forged log.

use super::forger::Forged;
use pli_server::folder;
use pli_server::relay::{Relay, Running};
use pli_server::requests::{self, Door};
use pli_server::store::Folder;
use pli_server::transport::frames::{framed, read_frame, write_frame};
use pli_server::transport::quic;
use pli_server::transport::tls::relay_tls;
use pli_tests::world::World;
use shared::cbor;
use shared::limits::FRAME_BYTES_MAX;
use shared::signed::Signed;
use shared::statement::{RelayKeys, Statement};
use shared::wire::{Answer, Hello, Ready, Request};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::AsyncReadExt as _;

/// Larger than a statement with its body.
const FRAME_MAX: usize = 1024 * 1024;

/// What a lie makes of an answer and the statements that follow it.
pub(crate) type Lie = Arc<dyn Fn(&mut Answer, &mut Vec<Statement>) + Send + Sync>;

/// The relay that members talk to.
pub(crate) struct Liar {
    pub(crate) address: SocketAddr,
    pub(crate) keys: RelayKeys,
    told: Arc<Mutex<Told>>,
    endpoint: quinn::Endpoint,
}

/// A log that it shows instead of the real one.
type Log = Arc<Mutex<Forged>>;

/// Which relay answers, and what is made of it.
struct Told {
    relays: Vec<Running>,
    story: usize,
    lie: Option<Lie>,
    log: Option<Log>,
}

impl Liar {
    /// Opens the relays of these folders, each a story of its own, and listens with the keys that they share.
    pub(crate) async fn start(world: &World, folders: &[&Path]) -> Self {
        let folders: Vec<_> = folders.iter().map(|dir| Folder::open(dir).unwrap()).collect();
        let keys = folder::public_identity(&folders[0]).unwrap().keys().unwrap();
        let (identity, ca) = folder::tls_identity(&folders[0]).unwrap();
        let tls = relay_tls(&identity, &ca).unwrap();
        let endpoint = quic::relay_endpoint((Ipv4Addr::LOCALHOST, 0).into(), tls).unwrap();
        let relays = folders.iter().map(|folder| Running::open(folder, world.setup(folder)).unwrap());
        let told = Arc::new(Mutex::new(Told { relays: relays.collect(), story: 0, lie: None, log: None }));
        tokio::spawn(listen(endpoint.clone(), Arc::clone(&told)));
        Self { address: endpoint.local_addr().unwrap(), keys, told, endpoint }
    }

    /// What it does from now on: the truth, or a lie over it.
    pub(crate) fn tell(&self, lie: Option<Lie>) {
        self.told.lock().unwrap().lie = lie;
    }

    /// Which log it shows from now on: the real one, or a forged one.
    pub(crate) fn show(&self, log: Option<Forged>) {
        self.told.lock().unwrap().log = log.map(|log| Arc::new(Mutex::new(log)));
    }

    /// Which story it tells from now on.
    pub(crate) fn turn_to(&self, story: usize) {
        self.told.lock().unwrap().story = story;
    }

    /// A relay behind it.
    pub(crate) fn relay(&self, story: usize) -> Relay {
        self.told.lock().unwrap().relays[story].relay.clone()
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.endpoint.close(0u8.into(), b"");
    }
}

async fn listen(endpoint: quinn::Endpoint, told: Arc<Mutex<Told>>) {
    while let Some(incoming) = endpoint.accept().await {
        let told = Arc::clone(&told);
        tokio::spawn(async move {
            let Ok(connection) = incoming.await else { return };
            let Ok((send, receive)) = connection.accept_bi().await else { return };
            greet(send, receive).await;
            while let Ok((send, receive)) = connection.accept_bi().await {
                let told = told.lock().unwrap();
                let relay = told.relays[told.story].relay.clone();
                tokio::spawn(answer(relay, told.lie.clone(), told.log.clone(), send, receive));
            }
        });
    }
}

async fn greet(mut send: quinn::SendStream, mut receive: quinn::RecvStream) {
    let hello = read_frame(&mut receive, FRAME_BYTES_MAX).await.ok().flatten().unwrap_or_default();
    let hello: Result<Hello, _> = cbor::decode(&hello, FRAME_BYTES_MAX);
    let time = pli_server::system_clock().now();
    let welcome = Ready::Welcome { software: hello.map(|hello| hello.software).unwrap_or_default(), time };
    let _ = write_frame(&mut send, &cbor::encode(&welcome)).await;
    let _ = send.finish();
}

/// Answers from a forged log what is about the log; lets the real relay answer the rest, and lies about the
/// statements in what it says.
async fn answer(
    relay: Relay,
    lie: Option<Lie>,
    log: Option<Log>,
    mut send: quinn::SendStream,
    mut receive: quinn::RecvStream,
) {
    let Ok(Some(asked)) = read_frame(&mut receive, FRAME_BYTES_MAX).await else { return };
    let signed: Signed = cbor::decode(&asked, FRAME_BYTES_MAX).unwrap();
    if let Some(said) = log.as_ref().and_then(|log| log.lock().unwrap().answer(&signed)) {
        let _ = quic::write_all(&mut send, &said).await;
        let _ = send.finish();
        return;
    }
    let (mut theirs, mut ours) = tokio::io::duplex(4 * FRAME_MAX);
    tokio::spawn(async move {
        let asked = framed(&asked);
        let mut whole = asked.as_slice().chain(receive);
        requests::answer(&relay, Door::Open, &mut whole, &mut theirs).await;
    });
    let Ok(Some(first)) = read_frame(&mut ours, FRAME_MAX).await else { return };
    let mut said: Answer = cbor::decode(&first, FRAME_MAX).unwrap();
    if let (Some(log), Answer::Statements { log: view, .. }) = (log, &mut said) {
        let known = signed.peek::<Request>().unwrap().known;
        *view = log.lock().unwrap().view(known, None);
    }
    let mut frames = Vec::new();
    if let (Some(count), Some(lie)) = (count_of(&mut said).copied(), lie) {
        let mut statements = Vec::new();
        for _ in 0..count {
            let frame = read_frame(&mut ours, FRAME_MAX).await.unwrap().unwrap();
            statements.push(cbor::decode(&frame, FRAME_MAX).unwrap());
        }
        lie(&mut said, &mut statements);
        if let Some(count) = count_of(&mut said) {
            *count = u32::try_from(statements.len()).unwrap();
        }
        frames = statements.iter().flat_map(|statement| framed(&cbor::encode(statement))).collect();
    }
    let begun = [framed(&cbor::encode(&said)), frames].concat();
    let _ = quic::write_all(&mut send, &begun).await;
    // Whatever follows is passed on as it comes.
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(bytes @ 1..) = ours.read(&mut buffer).await {
        if quic::write_all(&mut send, &buffer[..bytes]).await.is_err() {
            return;
        }
    }
    let _ = send.finish();
}

/// How many statements follow an answer that is about them.
fn count_of(answer: &mut Answer) -> Option<&mut u32> {
    match answer {
        Answer::Statements { count, .. } | Answer::Past { count, .. } => Some(count),
        _ => None,
    }
}
