//! The demo's world, copied for one test: a relay of its own on a free port, and people with homes
//! of their own, all reached through the program as a script would.
//!
//! What members write is planted in canaries, strings that occur nowhere else. When a test ends,
//! its relay's folder, the relay's traces and the people's folders are searched for every one of
//! them, so each test also keeps the first promise.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a seed is shown to whoever looks into a failure")]

mod canaries;

use canaries::Canaries;
use pli_server::listen::{Doors, Server};
use pli_server::quotas::Allowance;
use serde_json::Value;
use shared::crypto::sha256;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Everybody who has a home.
pub(crate) const PEOPLE: [&str; 5] = ["bailleur", "mairie", "parquet", "police", "voisin"];

/// The family names of the demo's people; no trace may hold one.
const NAMES: [&str; 6] = ["delmas", "orsini", "vasseur", "quéméner", "tournier", "lemoine"];

/// Nothing here waits longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the canaries and documents of a run grow from.
static SEED: LazyLock<String> = LazyLock::new(|| {
    let seed = std::env::var("PLI_SEED").unwrap_or_else(|_| "pli".to_owned());
    eprintln!("PLI_SEED={seed}");
    seed
});

/// The demo, told once.
pub(crate) static DEMO: LazyLock<Demo> = LazyLock::new(Demo::tell);

/// What the relays of this process trace.
static TRACES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What `pli demo --dir DIR --keep` said and left.
pub(crate) struct Demo {
    /// DIR.
    pub(crate) dir: PathBuf,
    /// How it ended and what it said.
    pub(crate) output: std::process::Output,
}

impl Demo {
    fn tell() -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract");
        let _ = fs::remove_dir_all(&dir);
        let session = private_folder();
        let output =
            program(session.path()).arg("demo").arg("--dir").arg(&dir).arg("--keep").output().unwrap();
        trace();
        Self { dir, output }
    }
}

/// One test's copy.
pub(crate) struct World {
    /// As DIR of the contract.
    pub(crate) dir: PathBuf,
    _dir: TempDir,
    session: TempDir,
    runtime: tokio::runtime::Runtime,
    server: Option<Server>,
    unlocked: Mutex<BTreeSet<String>>,
    canaries: Mutex<Canaries>,
    test: &'static str,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Said {
    /// Its exit code.
    pub(crate) code: i32,
    /// The objects on standard output, one a line.
    pub(crate) objects: Vec<Value>,
}

impl World {
    /// A copy with its relay running.
    pub(crate) fn new(test: &'static str) -> Self {
        assert!(DEMO.output.status.success(), "{:?}", DEMO.output);
        let folder = private_folder();
        let dir = folder.path().join("world");
        copy(&DEMO.dir, &dir);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (session, canaries) = (private_folder(), Mutex::new(Canaries::new(&SEED, test)));
        let mut world = Self {
            dir,
            _dir: folder,
            session,
            runtime,
            server: None,
            unlocked: Mutex::default(),
            canaries,
            test,
        };
        world.start_relay();
        world
    }

    /// Starts the relay, and tells everybody where.
    pub(crate) fn start_relay(&mut self) {
        let (relay, any) = (self.relay(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let doors = Doors { members: any, log_http: Some(any) };
        let start = Server::start_at(&relay, doors, pli_server::system_clock(), Allowance::default());
        let server = self.runtime.block_on(start).unwrap();
        for person in PEOPLE {
            let file = self.home(person).join("home.toml");
            let mut config: toml::Table = fs::read_to_string(&file).unwrap().parse().unwrap();
            config.insert("relay".to_owned(), server.address().to_string().into());
            fs::write(file, config.to_string()).unwrap();
        }
        self.server = Some(server);
    }

    /// Where the relay shows its log.
    pub(crate) fn log_http(&self) -> SocketAddr {
        self.server.as_ref().unwrap().log_http().unwrap()
    }

    /// Waits for something that a session does.
    pub(crate) fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Stops the relay.
    pub(crate) fn stop_relay(&mut self) {
        self.runtime.block_on(self.server.take().unwrap().stop()).unwrap();
    }

    /// The relay's folder.
    pub(crate) fn relay(&self) -> PathBuf {
        self.dir.join("relay")
    }

    /// A person's home.
    pub(crate) fn home(&self, person: &str) -> PathBuf {
        self.dir.join("people").join(person)
    }

    /// A folder beside everything, for a person's own files.
    pub(crate) fn desk(&self) -> PathBuf {
        let desk = self.dir.join("desk");
        fs::create_dir_all(&desk).unwrap();
        desk
    }

    /// The id of a group, by its name in `groups.json`.
    pub(crate) fn group(&self, name: &str) -> String {
        let groups: Value = serde_json::from_slice(&fs::read(self.dir.join("groups.json")).unwrap()).unwrap();
        groups[name].as_str().unwrap().to_owned()
    }

    /// A string that occurs nowhere else, to be written somewhere by a member.
    pub(crate) fn canary(&self, place: &str) -> String {
        self.canaries.lock().unwrap().plant(place)
    }

    /// A canary that can be a person's name.
    pub(crate) fn canary_name(&self, place: &str) -> String {
        self.canaries.lock().unwrap().plant_name(place)
    }

    /// A document on the desk with a canary in its name and one in its content.
    pub(crate) fn document(&self, place: &str, bytes: usize) -> PathBuf {
        let path = self.desk().join(format!("{}.bin", self.canary(&format!("{place} name"))));
        let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
        let begin = self.canary(&format!("{place} content"));
        file.write_all(begin.as_bytes()).unwrap();
        // Repeats only after 2^64 blocks, and a block costs one hash.
        let seed = sha256(begin.as_bytes()).0;
        let mut block: Vec<u8> = seed.iter().copied().cycle().take(8192).collect();
        for number in (0u64..).take(bytes / block.len()) {
            block[..8].copy_from_slice(&number.to_be_bytes());
            file.write_all(&block).unwrap();
        }
        file.flush().unwrap();
        path
    }

    /// Unlocks a person's device once; later commands need no passphrase.
    pub(crate) fn unlock(&self, person: &str) {
        if self.unlocked.lock().unwrap().insert(person.to_owned()) {
            let file = self.dir.join("people").join(format!("{person}.passphrase"));
            let said = self.run(person, &["unlock", "--passphrase-file", file.to_str().unwrap()]);
            assert_eq!(said.code, 0, "{said:?}");
        }
    }

    /// Runs a command of an unlocked person as a script does.
    pub(crate) fn pli(&self, person: &str, arguments: &[&str]) -> Said {
        self.unlock(person);
        self.run(person, arguments)
    }

    /// Runs it; it must succeed and say one object.
    pub(crate) fn one(&self, person: &str, arguments: &[&str]) -> Value {
        let mut said = self.pli(person, arguments);
        assert_eq!((said.code, said.objects.len()), (0, 1), "{arguments:?}: {said:?}");
        said.objects.remove(0)
    }

    /// Runs it without unlocking first.
    pub(crate) fn run(&self, person: &str, arguments: &[&str]) -> Said {
        let output = self.command(person, arguments).output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        // Whatever is not an object has no place on standard output.
        let object = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        Said { code: output.status.code().unwrap(), objects: lines.lines().map(object).collect() }
    }

    /// Starts a command and leaves it running.
    pub(crate) fn start(&self, person: &str, arguments: &[&str]) -> Child {
        self.unlock(person);
        self.command(person, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts a command of somebody who is not enrolled yet, and leaves it running.
    pub(crate) fn start_new(&self, person: &str, arguments: &[&str]) -> Child {
        self.command(person, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts a command that says on standard error whatever it traces, and leaves it running.
    pub(crate) fn start_traced(&self, person: &str, arguments: &[&str]) -> Child {
        self.unlock(person);
        let mut command = self.command(person, arguments);
        command.env("PLI_TRACE", "trace");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Where the relay listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.as_ref().unwrap().address()
    }

    /// The same where no file can grow beyond so many blocks of 512 bytes: as a disk that is full, for this process.
    pub(crate) fn start_cramped(&self, person: &str, blocks: u64, arguments: &[&str]) -> Child {
        self.unlock(person);
        let whole = self.command(person, arguments);
        let mut command = Command::new("sh");
        // The signal is left out, so that the system answers with an error, as it does for a disk.
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
        command.arg(whole.get_program()).args(whole.get_args()).stdin(Stdio::null());
        for (name, value) in whole.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Ends the test: everybody locks, the relay stops, and no canary is where it must not be.
    pub(crate) fn end(mut self) {
        for person in PEOPLE {
            self.run(person, &["lock"]);
        }
        if self.server.is_some() {
            self.stop_relay();
        }
        let canaries = self.canaries.lock().unwrap();
        for folder in [self.relay(), self.dir.join("people")] {
            let files = files(&folder);
            assert!(files.len() > PEOPLE.len(), "{} was not searched", folder.display());
            for path in files {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                check_absent(&canaries, self.test, &name, name.as_bytes());
                check_absent(&canaries, self.test, &name, &fs::read(&path).unwrap());
            }
        }
        let traces = TRACES.lock().unwrap().to_ascii_lowercase();
        assert!(!traces.is_empty(), "nothing was traced");
        check_absent(&canaries, self.test, "a trace", &traces);
        for name in NAMES {
            let found = traces.windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!found, "{name} is in a trace");
        }
    }

    fn command(&self, person: &str, arguments: &[&str]) -> Command {
        let mut command = program(self.session.path());
        command.arg("--home").arg(self.home(person)).arg("--json").args(arguments);
        command
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // A test that failed leaves nobody unlocked.
        for person in self.unlocked.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = self.command(person, &["lock"]).output();
        }
    }
}

fn check_absent(canaries: &Canaries, test: &str, place: &str, content: &[u8]) {
    if let Some(found) = canaries.find(content) {
        panic!("{test}: the {found} is in {place}");
    }
}

/// Waits until something is so, for as long as [`PATIENCE`] lasts.
pub(crate) fn until<T>(what: &str, mut so: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = so() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// As Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    let done = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(done.success(), "it had ended already");
}

/// Every file under a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // A file may be renamed while we look.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// How many bytes lie under a folder.
pub(crate) fn bytes_under(folder: &Path) -> u64 {
    files(folder).iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum()
}

/// The program without anything of this machine's user.
pub(crate) fn program(session: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pli"));
    for variable in ["PLI_HOME", "PLI_TRACE", "LC_ALL", "LC_MESSAGES"] {
        command.env_remove(variable);
    }
    command.env("XDG_RUNTIME_DIR", session).env("LANG", "fr_FR.UTF-8").stdin(Stdio::null());
    command
}

/// A short path: a socket's name has little room.
fn private_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("pli").tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// A copy of a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Everything is traced but single packets, which hold ciphertext and would fill gigabytes.
fn trace() {
    struct Kept;
    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            TRACES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let filter = tracing_subscriber::EnvFilter::new("trace,quinn=debug,quinn_proto=debug");
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Kept).init();
}
