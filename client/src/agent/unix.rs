//! Both ends of the agent's socket.
//!
//! One line asks (`fetch/1`, `stop/1`), the answer is a few bytes and the end. The agent has one
//! owner of the secret, the loop in [`serve`]; what reads from a socket never holds it. Each end
//! looks whether the other is the same user.

use super::AgentError;
use super::place::{Place, at};
use crate::keystore::Master;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use zeroize::Zeroizing;

const FETCH: &[u8] = b"fetch/1\n";
const STOP: &[u8] = b"stop/1\n";
const STOPPED: &[u8] = b"stopped\n";

/// No question is longer.
const REQUEST_BYTES_MAX: usize = 16;

/// No answer is longer.
const ANSWER_BYTES_MAX: usize = 64;

/// A question comes in one piece from the same machine; whoever has not asked by now will not.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(1);

/// Commands of one member on one machine; more wait in the kernel's queue.
const ASKING_MAX: usize = 16;

/// A program starts in milliseconds; on a machine under load, in seconds.
const START_TRIES: u32 = 250;
const START_PAUSE: Duration = Duration::from_millis(20);

/// Removing a stale socket takes far less than a second.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

const _: () = assert!(FETCH.len() <= REQUEST_BYTES_MAX && STOP.len() <= REQUEST_BYTES_MAX);

enum Request {
    Fetch,
    Stop,
}

pub(super) async fn serve(place: &Place, master: Master, idle: Duration) -> Result<(), AgentError> {
    let lock = lock_within_time(place).await?;
    place.remove_stale(&lock)?;
    let socket = at(&place.socket);
    let listener = UnixListener::bind(&place.socket).map_err(&socket)?;
    fs::set_permissions(&place.socket, fs::Permissions::from_mode(0o600)).map_err(&socket)?;
    let own = own_user().map_err(&socket)?;

    let mut asking = JoinSet::new();
    let mut ends = Instant::now() + idle;
    let last = loop {
        tokio::select! {
            biased;
            () = sleep_until(ends) => break None,
            Some(asked) = asking.join_next() => match asked {
                Ok(Some((Request::Fetch, stream))) => {
                    answer(stream, master.bytes()).await;
                    ends = Instant::now() + idle;
                }
                Ok(Some((Request::Stop, stream))) => break Some(stream),
                Ok(None) | Err(_) => {}
            },
            accepted = listener.accept(), if asking.len() < ASKING_MAX => match accepted {
                Ok((stream, _)) if is_user(&stream, own) => {
                    asking.spawn(timeout_none(read_request(stream)));
                }
                Ok(_) => {}
                // Out of descriptors, most likely: asking again at once would only burn time.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    };

    // Whoever was told "stopped" finds the secret wiped, no socket, and the place free.
    drop(master);
    drop(listener);
    place.remove_stale(&lock)?;
    drop(lock);
    if let Some(stream) = last {
        answer(stream, STOPPED).await;
    }
    Ok(())
}

/// Somebody who removes a stale socket holds the lock for an instant; an agent holds it for good.
async fn lock_within_time(place: &Place) -> Result<File, AgentError> {
    for _ in 0..LOCK_TRIES {
        match place.lock() {
            Err(AgentError::Running) => sleep(LOCK_PAUSE).await,
            answer => return answer,
        }
    }
    Err(AgentError::Running)
}

pub(super) fn fetch(place: &Place) -> Option<Master> {
    Master::from_slice(&ask(place, FETCH)?)
}

pub(super) fn stop(place: &Place) -> bool {
    ask(place, STOP).is_some_and(|answer| answer.as_slice() == STOPPED)
}

/// Runs `command` detached from this terminal and waits until it serves `master`.
pub(super) fn start(place: &Place, mut command: Command, master: &Master) -> Result<(), AgentError> {
    stop(place);
    let mut child = command
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|_| AgentError::NotStarted)?;
    let given = child.stdin.take().is_some_and(|mut input| input.write_all(master.bytes()).is_ok());
    for _ in 0..START_TRIES {
        if !given || child.try_wait().is_ok_and(|ended| ended.is_some()) {
            break;
        }
        if fetch(place).is_some_and(|served| served.bytes() == master.bytes()) {
            return Ok(());
        }
        std::thread::sleep(START_PAUSE);
    }
    // It may have ended by itself; what counts is that none is left.
    let _ = child.kill();
    let _ = child.wait();
    Err(AgentError::NotStarted)
}

/// The answer to one question. In a thread of its own, so that it may be called from anywhere.
fn ask(place: &Place, request: &'static [u8]) -> Option<Zeroizing<Vec<u8>>> {
    std::thread::scope(|scope| {
        let asking = std::thread::Builder::new().spawn_scoped(scope, || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(ask_within_time(place, request))
        });
        asking.ok()?.join().ok()?
    })
}

pub(super) async fn ask_within_time(place: &Place, request: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let own = own_user().ok()?;
    timeout_none(async {
        let mut stream = match UnixStream::connect(&place.socket).await {
            Ok(stream) => stream,
            Err(error) => {
                if error.kind() == ErrorKind::ConnectionRefused
                    && let Ok(lock) = place.lock()
                {
                    place.remove_stale(&lock).ok()?;
                }
                return None;
            }
        };
        if !is_user(&stream, own) {
            return None;
        }
        stream.write_all(request).await.ok()?;
        let mut answer = Zeroizing::new(Vec::with_capacity(ANSWER_BYTES_MAX));
        stream.take(ANSWER_BYTES_MAX as u64).read_to_end(&mut answer).await.ok()?;
        Some(answer)
    })
    .await
}

async fn read_request(mut stream: UnixStream) -> Option<(Request, UnixStream)> {
    let mut line = Vec::with_capacity(REQUEST_BYTES_MAX);
    while !line.ends_with(b"\n") {
        if line.len() >= REQUEST_BYTES_MAX {
            return None;
        }
        line.push(stream.read_u8().await.ok()?);
    }
    match line.as_slice() {
        FETCH => Some((Request::Fetch, stream)),
        STOP => Some((Request::Stop, stream)),
        _ => None,
    }
}

/// Somebody who asks and does not listen to the answer hurts only themselves.
async fn answer(mut stream: UnixStream, bytes: &[u8]) {
    let _ = timeout(ANSWER_TIME_MAX, async {
        stream.write_all(bytes).await?;
        stream.shutdown().await
    })
    .await;
}

async fn timeout_none<T>(asked: impl Future<Output = Option<T>>) -> Option<T> {
    timeout(ANSWER_TIME_MAX, asked).await.ok().flatten()
}

fn is_user(stream: &UnixStream, user: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == user)
}

/// The two ends of a pair have the same user: this one.
fn own_user() -> std::io::Result<u32> {
    let (end, _other) = UnixStream::pair()?;
    Ok(end.peer_cred()?.uid())
}

#[cfg(test)]
pub(super) const FETCH_REQUEST: &[u8] = FETCH;
