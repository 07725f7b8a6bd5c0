//! The agent: the secret comes back, ends when it should, and bad bytes change nothing.

use super::place::Place;
use super::{AgentError, IDLE, read_master, unix};
use crate::keystore::Master;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::Duration;

/// Named in the environment of a child that is to serve; see `it_starts_as_a_process_of_its_own`.
const SERVE_HOME: &str = "PLI_TEST_SERVE_HOME";

fn master() -> Master {
    Master::from_slice(&[7; 32]).unwrap()
}

fn place(home: &Path) -> Place {
    Place::choose(None, home).unwrap()
}

/// Serves in a thread, and returns when it answers.
fn serving(home: &Path) -> JoinHandle<Result<(), AgentError>> {
    let home = home.to_owned();
    let at = place(&home);
    let thread = std::thread::spawn(move || block_on(unix::serve(&place(&home), master(), IDLE)));
    while unix::fetch(&at).is_none() {
        assert!(!thread.is_finished());
    }
    thread
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn the_secret_comes_back_until_it_is_stopped() {
    let home = tempfile::tempdir().unwrap();
    let place = place(home.path());
    assert!(unix::fetch(&place).is_none());
    assert!(!unix::stop(&place));

    let thread = serving(home.path());
    assert_eq!(unix::fetch(&place).unwrap().bytes(), master().bytes());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&place.socket), mode(place.socket.parent().unwrap())), (0o600, 0o700));
    assert!(matches!(block_on(unix::serve(&place, master(), IDLE)), Err(AgentError::Running)));
    assert!(unix::fetch(&place).is_some());

    assert!(unix::stop(&place));
    assert!(unix::fetch(&place).is_none());
    assert!(!place.socket.exists());
    thread.join().unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_nobody_asks() {
    let home = tempfile::tempdir().unwrap();
    let begun = tokio::time::Instant::now();
    unix::serve(&place(home.path()), master(), IDLE).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), IDLE.as_secs());
    assert!(!place(home.path()).socket.exists());
}

#[tokio::test(start_paused = true)]
async fn asking_renews_the_time_and_bad_bytes_do_not() {
    let home = tempfile::tempdir().unwrap();
    let at = place(home.path());
    let begun = tokio::time::Instant::now();
    let served = tokio::spawn({
        let at = place(home.path());
        async move { unix::serve(&at, master(), IDLE).await }
    });
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_secs(400)).await;
    assert!(unix::ask_within_time(&at, unix::FETCH_REQUEST).await.is_some());
    tokio::time::advance(Duration::from_secs(400)).await;
    assert!(unix::ask_within_time(&at, b"fetch/9\n").await.is_none_or(|answer| answer.is_empty()));
    served.await.unwrap().unwrap();
    let seconds = begun.elapsed().as_secs();
    assert!((1000..1010).contains(&seconds), "ended after {seconds} seconds");
}

#[test]
fn a_socket_that_nobody_serves_is_removed_and_replaced() {
    let home = tempfile::tempdir().unwrap();
    let place = place(home.path());
    drop(std::os::unix::net::UnixListener::bind(&place.socket).unwrap());
    assert!(place.socket.exists());
    assert!(unix::fetch(&place).is_none());
    assert!(!place.socket.exists());

    drop(std::os::unix::net::UnixListener::bind(&place.socket).unwrap());
    let thread = serving(home.path());
    assert!(unix::stop(&place));
    thread.join().unwrap().unwrap();
}

#[test]
fn hostile_bytes_get_nothing_and_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    let place = place(home.path());
    let thread = serving(home.path());
    let flood = vec![b'f'; 1 << 16];
    for bytes in
        [b"".as_slice(), b"\n", b"fetch", b"fetch/1", b"FETCH/1\n", b"\0\xff\n", b"fetch/1 \n", &flood]
    {
        let mut stream = UnixStream::connect(&place.socket).unwrap();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"", "to {:?}", &bytes[..bytes.len().min(16)]);
    }
    let silent: Vec<_> = (0..40).map(|_| UnixStream::connect(&place.socket).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(100));
    drop(silent);
    assert!(unix::fetch(&place).is_some());
    assert!(unix::stop(&place));
    thread.join().unwrap().unwrap();
}

#[test]
fn it_starts_as_a_process_of_its_own() {
    if let Some(home) = std::env::var_os(SERVE_HOME) {
        let master = read_master(std::io::stdin()).unwrap();
        return block_on(unix::serve(&place(Path::new(&home)), master, Duration::from_secs(30))).unwrap();
    }
    let home = tempfile::tempdir().unwrap();
    let place = place(home.path());
    let command = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "agent::tests::it_starts_as_a_process_of_its_own"])
            .env(SERVE_HOME, home.path());
        command
    };
    unix::start(&place, command(), &master()).unwrap();
    assert_eq!(unix::fetch(&place).unwrap().bytes(), master().bytes());
    let other = Master::draw();
    unix::start(&place, command(), &other).unwrap();
    assert_eq!(unix::fetch(&place).unwrap().bytes(), other.bytes(), "a second unlock takes its place");
    assert!(unix::stop(&place));

    assert!(matches!(unix::start(&place, Command::new("false"), &master()), Err(AgentError::NotStarted)));
}

#[test]
fn the_socket_stands_only_in_a_private_folder() {
    let (runtime, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let inside = |folder: &Path| {
        let place = Place::choose(Some(runtime.path()), home.path()).unwrap();
        place.socket.starts_with(folder.canonicalize().unwrap())
    };
    fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(inside(runtime.path()));
    fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(inside(home.path()));

    let long = home.path().join("x".repeat(100));
    fs::create_dir(&long).unwrap();
    assert!(matches!(Place::choose(None, &long), Err(AgentError::NoPlace { .. })));
    fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(Place::choose(Some(runtime.path()), &long).is_ok());
}

#[test]
fn only_a_whole_secret_is_taken_from_standard_input() {
    assert_eq!(read_master([7; 32].as_slice()).unwrap().bytes(), &[7; 32]);
    for length in [0, 31, 33, 4096] {
        assert!(matches!(read_master(vec![7; length].as_slice()), Err(AgentError::NotAMaster)), "{length}");
    }
}
