//! One large document, sealed, sent and durable, then fetched and opened, by members' own clients in
//! processes of their own, beside the slowest part that must be; and the memory of both ends.

use crate::bare::{self, Task};
use crate::page::{Page, Wanted};
use crate::relay::{Stage, command, runtime, start};
use pli_client::home::Home;
use pli_client::inbox::{self, Motive};
use pli_client::keystore;
use pli_client::outbox::{self, Source, Wanted as Typed};
use pli_client::session::Session;
use pli_client::show::Show;
use pli_client::words::Language;
use pli_server::system_clock;
use pli_tests::process::{Process, Used, forget_peak};
use pli_tests::world::MAIRE;
use serde_json::{Value, json};
use shared::form::Form;
use shared::log::Act;
use shared::message::{DocumentDraft, Draft, Handling, Thread};
use shared::screening::Contents;
use shared::seal::MessageIdentity;
use shared::time::DAY_SECONDS;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Whom the demo calls so.
const READER: &str = "police";

const MIB: u64 = 1 << 20;

/// What speed is measured on.
const LARGE_BYTES: u64 = 1024 * MIB;

const CHUNK_BYTES: usize = 256 * 1024;

pub(crate) fn measure(page: &mut Page, round: usize) {
    const SECTION: &str = "A document of 1 GiB";
    let dir = tempfile::tempdir().unwrap();
    let world = World::found(dir.path());
    let file = dir.path().join("document.bin");
    write_noise(&file, LARGE_BYTES);

    let age = megabytes_per_second(|| {
        let sealed = File::create(dir.path().join("sealed")).unwrap();
        MessageIdentity::generate().seal_part(File::open(&file).unwrap(), sealed).unwrap();
    });
    let disk = megabytes_per_second(|| write_noise(&dir.path().join("sealed"), LARGE_BYTES));
    fs::remove_file(dir.path().join("sealed")).unwrap();
    let quic = bare_stream();
    let slowest = age.min(disk).min(quic);
    for (what, rate) in
        [("age, file to file", age), ("bare quinn stream", quic), ("disk, write and sync", disk)]
    {
        page.add(SECTION, what, "MB/s", Wanted::Nothing, rate);
    }
    let sizes = if round == 0 { vec![LARGE_BYTES, 100 * MIB, 10 * LARGE_BYTES] } else { vec![LARGE_BYTES] };
    for bytes in sizes {
        if bytes != LARGE_BYTES {
            File::create(&file).unwrap().set_len(bytes).unwrap();
        }
        let trip = world.trip(&file, dir.path());
        if bytes == LARGE_BYTES {
            let megabytes = LARGE_BYTES as f64 / 1e6;
            let (sent, opened) = (megabytes / trip.sent.seconds, megabytes / trip.opened.seconds);
            page.add(SECTION, "sealed, sent and durable", "MB/s", Wanted::Nothing, sent);
            page.add(SECTION, "sent, to the slowest part", "", Wanted::AtLeast(0.60), sent / slowest);
            page.add(SECTION, "fetched and opened", "MB/s", Wanted::Nothing, opened);
            page.add(SECTION, "opened, to the slowest part", "", Wanted::AtLeast(0.60), opened / slowest);
        }
        for (who, mebibytes) in [
            ("writer", trip.sent.mebibytes),
            ("reader", trip.opened.mebibytes),
            ("relay", trip.relay_mebibytes),
        ] {
            let what = format!("memory over idle, {who}, {} MiB", bytes / MIB);
            page.add("Memory while a document passes", &what, "MiB", Wanted::AtMost(32.0), mebibytes);
        }
    }
}

fn megabytes_per_second(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    LARGE_BYTES as f64 / 1e6 / began.elapsed().as_secs_f64()
}

/// Bytes that nothing can make smaller, durable.
fn write_noise(path: &Path, bytes: u64) {
    let mut noise = vec![0; 1 << 20];
    fastrand::Rng::with_seed(7).fill(&mut noise);
    let mut file = File::create(path).unwrap();
    for _ in 0..bytes / MIB {
        file.write_all(&noise).unwrap();
    }
    file.sync_data().unwrap();
}

/// The world of the demo, with its relay running.
struct World<'a> {
    dir: &'a Path,
    relay: Process,
    group: String,
}

/// What one way of a document took.
struct Took {
    seconds: f64,
    mebibytes: f64,
    id: String,
}

struct Trip {
    sent: Took,
    opened: Took,
    relay_mebibytes: f64,
}

impl<'a> World<'a> {
    fn found(dir: &'a Path) -> Self {
        let mut demo = Command::new(std::env::current_exe().unwrap());
        let said = demo.args(["demo", "--keep", "--json", "--dir"]).arg(dir.join("world")).output().unwrap();
        assert!(said.status.success(), "{said:?}");
        let dir_of_world = dir.join("world");
        let mut relay = start("relay", &dir_of_world.join("relay"));
        for person in ["mairie", "police"] {
            let path = dir_of_world.join("people").join(person).join("home.toml");
            let mut home: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
            home.insert("relay".to_owned(), relay.address().to_string().into());
            fs::write(path, home.to_string()).unwrap();
        }
        let groups = fs::read(dir_of_world.join("groups.json")).unwrap();
        let groups: Value = serde_json::from_slice(&groups).unwrap();
        Self { dir, relay, group: groups["clairval"].as_str().unwrap().to_owned() }
    }

    fn trip(&self, file: &Path, dir: &Path) -> Trip {
        let people = self.dir.join("world/people");
        forget_peak(self.relay.id());
        let idle = Used::by(self.relay.id()).resident_kib;
        let sent = took(command("send").arg(people.join("mairie")).args([&self.group, READER]).arg(file));
        let saved = dir.join("saved");
        fs::create_dir_all(&saved).unwrap();
        let opened = took(command("open").arg(people.join("police")).arg(&sent.id).arg(&saved));
        let relay_mebibytes = (Used::by(self.relay.id()).peak_kib - idle) as f64 / 1024.0;
        fs::remove_dir_all(saved).unwrap();
        Trip { sent, opened, relay_mebibytes }
    }
}

fn took(command: &mut Command) -> Took {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    Took {
        seconds: said["seconds"].as_f64().unwrap(),
        mebibytes: said["mebibytes"].as_f64().unwrap(),
        id: said["id"].as_str().unwrap().to_owned(),
    }
}

/// The whole of one stream to an answerer that throws it away.
fn bare_stream() -> f64 {
    let stage = Stage::with(0);
    let mut bare = start("bare", &stage.bare);
    stage.runtime.block_on(async {
        let device = stage.network.connect(MAIRE, bare.address()).await.unwrap();
        let (mut send, mut receive) = device.connection.open_bi().await.unwrap();
        let chunk = vec![1; CHUNK_BYTES];
        let began = Instant::now();
        send.write_all(&bare::head(0, 1, Task::Plain)).await.unwrap();
        for _ in 0..LARGE_BYTES / CHUNK_BYTES as u64 {
            send.write_all(&chunk).await.unwrap();
        }
        send.finish().unwrap();
        receive.read_exact(&mut [0]).await.unwrap();
        LARGE_BYTES as f64 / 1e6 / began.elapsed().as_secs_f64()
    })
}

/// An unlocked home of the demo.
fn session(home: Home) -> Session {
    let mut passphrase = String::new();
    let file = home.dir().with_extension("passphrase");
    File::open(file).unwrap().read_to_string(&mut passphrase).unwrap();
    let master = keystore::unlock(home.dir(), passphrase.trim_end()).unwrap();
    Session::open(home, master, system_clock()).unwrap()
}

/// As `pli send`, in a process of its own: says how long it took, and how much memory once the device
/// was unlocked.
pub(crate) fn send(home: &Path, group: &str, reader: &str, file: &Path) {
    let mut session = session(Home::open(home).unwrap());
    let show = Show::new(true, Language::of_environment());
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let typed = Typed {
        draft: Draft {
            group: group.parse().unwrap(),
            flow: "F05a".parse().unwrap(),
            to: vec![reader.parse().unwrap()],
            subject: "Document".to_owned(),
            text: "Un document.".to_owned(),
            form: Form::default(),
            handling: Handling::D2,
            thread: Thread::default(),
            documents: vec![DocumentDraft {
                name,
                bytes: fs::metadata(file).unwrap().len(),
                contents: Contents::default(),
                read: None,
            }],
            expires: system_clock().now().plus(10 * DAY_SECONDS),
            reply_to: None,
            renews: None,
            first: None,
            vouches: false,
            reread: None,
        },
        sources: vec![Source::File(file.to_owned())],
        persons: Vec::new(),
        first: None,
        reason: None,
    };
    measured(|| {
        runtime().block_on(async {
            let plan = outbox::plan(&mut session, &typed).await.unwrap();
            outbox::send(&mut session, &typed, plan, &show).await.unwrap().header.core.id.to_string()
        })
    });
}

/// As `pli open --save`.
pub(crate) fn open(home: &Path, id: &str, folder: &Path) {
    let mut session = session(Home::open(home).unwrap());
    let show = Show::new(true, Language::of_environment());
    measured(|| {
        runtime().block_on(async {
            let entry = inbox::find(&mut session, id).await.unwrap();
            let motive = Motive { reason: Some("action".parse().unwrap()), text: None, reread: None };
            let reading = inbox::open(&mut session, &entry, Act::Release, &motive).await.unwrap();
            for number in 0..u16::try_from(reading.opened.note.documents.len()).unwrap() {
                inbox::save_document(&mut session, &reading, number, folder, &show).await.unwrap();
            }
            id.to_owned()
        })
    });
}

fn measured(work: impl FnOnce() -> String) {
    let own = std::process::id();
    forget_peak(own);
    let idle = Used::by(own).resident_kib;
    let began = Instant::now();
    let id = work();
    let seconds = began.elapsed().as_secs_f64();
    let mebibytes = (Used::by(own).peak_kib.saturating_sub(idle)) as f64 / 1024.0;
    println!("{}", json!({"id": id, "seconds": seconds, "mebibytes": mebibytes}));
}
