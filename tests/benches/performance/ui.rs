//! The page with ten thousand letters waiting on a real relay: how long each page takes and how heavy it is, beside a
//! file that is served as it is; and the memory that a dropped gibibyte takes.

use crate::deposits::{confirmed, deposit};
use crate::page::{Page, Wanted, percentile};
use crate::relay::{Stage, start};
use pli_tests::homes::{PASSPHRASE, client};
use pli_tests::process::{Used, forget_peak};
use pli_tests::world::{CROWD, MAIRE};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const LETTERS: usize = 10_000;

/// Of each page.
const SAMPLES: usize = 20;

/// Sent at a time.
const IN_FLIGHT: usize = 64;

const DROPPED_MIB: usize = 1024;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "The page, with ten thousand letters waiting on a real relay";
    let stage = Stage::with(1);
    let mut relay = start("relay", &stage.folder);
    let address = relay.address();
    stage.runtime.block_on(write_letters(&stage, address));
    let keys = stage.directory.root().unwrap().relay.clone();
    let home = stage.folder.with_file_name("home");
    drop(client(&stage.world, CROWD, &stage.folder, keys, address, &home));

    let mut served = Served::begin(&home);
    served.enter();
    let began = Instant::now();
    let first = served.get("/");
    page.add(
        SECTION,
        "À traiter, listed for the first time",
        "s",
        Wanted::Nothing,
        began.elapsed().as_secs_f64(),
    );
    assert!(
        first.contains("/plis/"),
        "the letters are there: {}",
        first.chars().take(6000).collect::<String>()
    );
    for (path, name) in [
        ("/", "À traiter"),
        ("/?page=50", "À traiter, in the middle"),
        ("/a-valider", "À valider"),
        ("/en-retard", "En retard"),
        ("/echeances", "Échéances"),
        ("/patrimoine", "Patrimoine"),
        ("/envoyes", "Envoyés"),
        ("/ecrire", "Écrire"),
        ("/groupes", "Groupes"),
        ("/annuaire", "Annuaire"),
        ("/acces", "Vos accès"),
        ("/style.css", "a file that is served as it is"),
    ] {
        let wanted = if path.ends_with(".css") { Wanted::Nothing } else { Wanted::AtMost(50.0) };
        let (mut times, mut heaviest) = (Vec::new(), 0);
        for _ in 0..SAMPLES {
            let began = Instant::now();
            let answer = served.get(path);
            times.push(began.elapsed().as_secs_f64() * 1e3);
            heaviest = heaviest.max(answer.len());
        }
        page.add(SECTION, &format!("{name}, p50"), "ms", wanted, percentile(&mut times, 0.5));
        page.add(SECTION, &format!("{name}, weight"), "kB", Wanted::AtMost(100.0), heaviest as f64 / 1e3);
    }
    painted(page, SECTION, &served);
    dropped(page, &stage, &mut served);
}

/// How soon a browser paints it; where there is none, nothing is measured.
fn painted(page: &mut Page, section: &'static str, served: &Served) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/paint.mjs");
    let mut node = Command::new("node");
    node.arg(script).env("PLI_ORIGIN", format!("http://{}", served.host)).env("PLI_COOKIE", &served.cookie);
    let said = node.output().ok().filter(|output| output.status.success());
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut times: Vec<f64> = said.lines().filter_map(|line| line.parse().ok()).collect();
    if times.is_empty() {
        println!("first paint is not measured: Chromium, Node.js or `npm ci` in tests/browser is missing");
        return;
    }
    let name = "À traiter, first paint in Chromium, p50";
    page.add(section, name, "ms", Wanted::AtMost(300.0), percentile(&mut times, 0.5));
}

async fn write_letters(stage: &Stage, address: std::net::SocketAddr) {
    let writer = stage.network.greeted(MAIRE, address).await.unwrap();
    let template = stage.letter(MAIRE, &[CROWD], &writer).await;
    let mut stream = writer.stream().await.unwrap();
    for first in (0..LETTERS).step_by(IN_FLIGHT) {
        let count = IN_FLIGHT.min(LETTERS - first);
        for number in first..first + count {
            let one = deposit(stage, &template, MAIRE, number);
            stream.send(&one.own).await;
            stream.send(&one.rest).await;
        }
        for _ in 0..count {
            confirmed(&mut stream).await;
        }
    }
}

/// A gibibyte comes in, as a browser sends it, up to the step at which it would be read and sealed.
fn dropped(page: &mut Page, stage: &Stage, served: &mut Served) {
    const SECTION: &str = "A document of 1 GiB is dropped on the page";
    const MIB: usize = 1 << 20;
    let group = stage.world.group;
    let before = "--pli\r\nContent-Disposition: form-data; name=\"sujet\"\r\n\r\nUn film\r\n--pli\r\nContent-Disposition: form-data; \
         name=\"documents\"; filename=\"film.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    let after = "\r\n--pli--\r\n";
    let bytes = before.len() + DROPPED_MIB * MIB + after.len();
    let process = served.child.id();
    forget_peak(process);
    let idle = Used::by(process);
    let began = Instant::now();
    let mut stream = TcpStream::connect(&served.host).unwrap();
    let head = format!(
        "POST /ecrire/{group}/F05a HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=pli\r\nContent-Length: {bytes}\r\n\r\n",
        served.host, served.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(before.as_bytes()).unwrap();
    let noise = vec![7; MIB];
    (0..DROPPED_MIB).for_each(|_| stream.write_all(&noise).unwrap());
    stream.write_all(after.as_bytes()).unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("film.bin"), "it is there: {}", answer.chars().take(3000).collect::<String>());
    let used = Used::by(process);
    let more = used.peak_kib.saturating_sub(idle.resident_kib) as f64 / 1024.0;
    page.add(SECTION, "taken in", "MB/s", Wanted::Nothing, (DROPPED_MIB * MIB) as f64 / 1e6 / seconds);
    page.add(SECTION, "memory over idle", "MiB", Wanted::AtMost(64.0), more);
}

/// A page that is served, and a browser that came in.
struct Served {
    child: Child,
    host: String,
    code: String,
    cookie: String,
}

impl Served {
    fn begin(home: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["ui", "--no-browser", "--json", "--home"]).arg(home);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let host = text("address").strip_prefix("http://").unwrap().to_owned();
        Self { child, host, code: text("code"), cookie: String::new() }
    }

    fn enter(&mut self) {
        let answer = self.post("/entrer/code", &format!("code={}", self.code));
        let lower = answer.to_ascii_lowercase();
        let place = lower.find("set-cookie: ").unwrap() + "set-cookie: ".len();
        self.cookie = answer[place..].split(';').next().unwrap().to_owned();
        let answer = self.post("/deverrouiller", &format!("phrase={}", PASSPHRASE.replace(' ', "+")));
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    }

    fn get(&self, path: &str) -> String {
        self.asked(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    fn post(&self, path: &str, form: &str) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\r\nOrigin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \
             {}\r\n",
            self.host,
            form.len()
        );
        self.asked(&head, form)
    }

    fn asked(&self, head: &str, body: &str) -> String {
        let cookie =
            if self.cookie.is_empty() { String::new() } else { format!("Cookie: {}\r\n", self.cookie) };
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let asked = format!("{head}Host: {}\r\n{cookie}Connection: close\r\n\r\n{body}", self.host);
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
