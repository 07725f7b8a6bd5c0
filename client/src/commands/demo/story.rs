//! The story: who does what, what they see, and what must be so.

use super::world::World;
use crate::failure::Failure;
use crate::home::create_private;
use crate::show::{Show, exact_time};
use crate::words::Value as Word;
use memchr::memmem;
use serde_json::{Value, json};
use shared::crypto::sha256;
use shared::time::Timestamp;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The sample documents.
const SAMPLES: [(&str, &[u8]); 3] = [
    ("patrouilles.csv", include_bytes!("../../../../tests/data/patrouilles.csv")),
    ("bilan-patrouilles.pdf", include_bytes!("../../../../tests/data/bilan-patrouilles.pdf")),
    ("note-halls.odt", include_bytes!("../../../../tests/data/note-halls.odt")),
];

/// What the coordinator writes; the operator must not find a word of it.
const SUBJECT: &str = "Hall 3 de la résidence des Peupliers";
const TEXT: &str = "Occupation du hall chaque soir vers 21 h depuis deux semaines. \
    Le gardien demande un passage conjoint jeudi ; merci de confirmer l'heure.";

/// A step that did not end as it should.
pub(super) struct Unexpected {
    /// Which one.
    pub(super) step: String,
    /// What was seen.
    pub(super) what: String,
}

/// The people, and how to let them act.
pub(super) struct Story<'a> {
    world: &'a World,
    show: &'a Show,
    program: PathBuf,
    samples: PathBuf,
    gives_passphrase: bool,
}

/// What a command answered.
struct Said {
    code: i32,
    objects: Vec<Value>,
}

impl<'a> Story<'a> {
    pub(super) fn new(world: &'a World, show: &'a Show) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|error| Failure::local("local-io", error))?;
        let samples = world.dir.join("samples");
        create_private(&samples)?;
        for (name, bytes) in SAMPLES {
            std::fs::write(samples.join(name), bytes).map_err(|error| Failure::local("local-io", error))?;
        }
        Ok(Self { world, show, program, samples, gives_passphrase: false })
    }

    pub(super) fn tell(&mut self) -> Result<(), Unexpected> {
        self.gives_passphrase = !self.unlock();
        let note = self.the_coordinator_writes()?;
        self.the_operator_looks(&note)?;
        self.a_reader_opens(&note)?;
        let results = self.the_police_send_results()?;
        self.the_landlord_opens(&results)?;
        self.the_neighbour_is_refused(&note)?;
        self.the_writer_asks(&note)?;
        self.the_parquet_reads_the_log(&note)?;
        self.a_bit_is_flipped()
    }

    /// Nobody stays unlocked behind the demo.
    pub(super) fn lock_all(&self) {
        for person in ["mairie", "police", "bailleur", "parquet", "voisin"] {
            let _ = self.run(person, &["lock"]);
        }
    }

    /// Everybody at once: opening a safe takes most of a second on purpose. Where a system keeps
    /// nothing unlocked, each command is given the passphrase instead.
    fn unlock(&self) -> bool {
        let unlocking = |person: &str| {
            let file = self.passphrase(person);
            run(&self.program, &self.world.home(person), &["unlock", "--passphrase-file", &file])
        };
        let people = ["mairie", "police", "bailleur", "parquet", "voisin"];
        std::thread::scope(|scope| {
            let threads = people.map(|person| scope.spawn(move || unlocking(person)));
            threads.into_iter().all(|thread| thread.join().is_ok_and(|said| said.code == 0))
        })
    }

    fn passphrase(&self, person: &str) -> String {
        let file = self.world.dir.join("people").join(format!("{person}.passphrase"));
        file.to_string_lossy().into_owned()
    }

    fn the_coordinator_writes(&self) -> Result<String, Unexpected> {
        chapter(self.show, "demo-1", &[]);
        let group = self.world.groups[0].to_string();
        let odt = self.sample("note-halls.odt");
        let said = self.told(
            "mairie",
            &[
                "send",
                "--group",
                &group,
                "--flow",
                "F05a",
                "--to",
                "police",
                "bailleur",
                "--subject",
                SUBJECT,
                "--text",
                TEXT,
                "--attach",
                &odt,
            ],
        );
        let object = said.expect("send", 0)?;
        let id = text(object, "id");
        let readers = object["readers"].as_array().map_or(0, Vec::len);
        must("send", readers == 2 && object["state"] == "deposited", object)?;
        line(
            self.show,
            "demo-1-deposited",
            &[
                ("number", id[..8].to_owned().into()),
                ("count", readers.into()),
                ("date", when(object, "expires").into()),
                ("leaf", object["index"].to_string().into()),
            ],
        );
        let wrong = self.told(
            "mairie",
            &["send", "--group", &group, "--flow", "F23a", "--to", "police", "--subject", "x", "--text", "x"],
        );
        self.refused("an unknown flow", &wrong, 13)?;
        Ok(id)
    }

    fn the_operator_looks(&self, id: &str) -> Result<(), Unexpected> {
        chapter(self.show, "demo-2", &[]);
        let relay = self.world.dir.join("relay");
        let mut files = Vec::new();
        walk(&relay, &mut files);
        let bytes: u64 = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        let needles = [SUBJECT, "passage conjoint", "note-halls", "suivi"];
        for (path, content) in &files {
            let found = needles.iter().find(|needle| contains(content, needle.as_bytes()));
            // The nomenclature is public and names its reasons.
            let in_public = ["statements", "statements.again"].iter().any(|name| path.ends_with(name))
                || path.starts_with(relay.join("journal"));
            if let Some(needle) = found.filter(|needle| !(in_public && **needle == "suivi")) {
                return Err(unexpected("operator", format!("{needle:?} is in {}", path.display())));
            }
        }
        let known = id.parse::<shared::ids::MessageId>().map(|id| id.0.to_vec()).unwrap_or_default();
        must("operator", files.iter().any(|(_, content)| contains(content, &known)), &Value::Null)?;
        line(
            self.show,
            "demo-2-found",
            &[("files", files.len().into()), ("bytes", bytes.to_string().into())],
        );
        Ok(())
    }

    fn a_reader_opens(&self, id: &str) -> Result<(), Unexpected> {
        chapter(self.show, "demo-3", &[]);
        let said = self.told("police", &["inbox"]);
        let object = said.expect("inbox", 0)?;
        must("inbox", text(object, "id") == id && object.get("subject").is_none(), object)?;
        line(
            self.show,
            "demo-3-inbox",
            &[
                ("flow", text(object, "flow").into()),
                ("name", text(&object["from"], "member").into()),
                ("parts", object["parts"].as_array().map_or(0, Vec::len).into()),
            ],
        );
        let without = self.told("police", &["open", &id[..8]]);
        self.refused("no reason", &without, 27)?;
        let said = self.told("police", &["open", &id[..8], "--reason", "suivi"]);
        let object = said.expect("open", 0)?;
        must("open", object["subject"] == SUBJECT && object["text"] == TEXT, object)?;
        line(
            self.show,
            "demo-3-opened",
            &[("subject", text(object, "subject").into()), ("leaf", object["index"].to_string().into())],
        );
        Ok(())
    }

    fn the_police_send_results(&self) -> Result<String, Unexpected> {
        chapter(self.show, "demo-4", &[]);
        let group = self.world.groups[0].to_string();
        let (csv, pdf) = (self.sample("patrouilles.csv"), self.sample("bilan-patrouilles.pdf"));
        let said = self.told(
            "police",
            &[
                "send",
                "--group",
                &group,
                "--flow",
                "F10b",
                "--to",
                "bailleur",
                "--subject",
                "Résultats des patrouilles",
                "--text",
                "Voir le tableau et le bilan.",
                "--attach",
                &csv,
                "--attach",
                &pdf,
            ],
        );
        let object = said.expect("send", 0)?;
        let id = text(object, "id");
        line(self.show, "demo-4-deposited", &[("number", id[..8].to_owned().into())]);
        Ok(id)
    }

    fn the_landlord_opens(&self, id: &str) -> Result<(), Unexpected> {
        chapter(self.show, "demo-5", &[]);
        let inbox = self.told("bailleur", &["inbox"]);
        must("inbox", inbox.code == 0 && inbox.objects.len() == 2, &Value::Null)?;
        line(self.show, "demo-5-inbox", &[("count", inbox.objects.len().into())]);
        let folder = self.world.dir.join("samples").join("received");
        let said = self
            .told("bailleur", &["open", &id[..8], "--reason", "action", "--save", &folder.to_string_lossy()]);
        let object = said.expect("open", 0)?;
        let attachments = object["attachments"].as_array().cloned().unwrap_or_default();
        must("documents", attachments.len() == 2, object)?;
        for (attachment, (name, bytes)) in attachments.iter().zip(SAMPLES) {
            let saved = std::fs::read(text(attachment, "path")).unwrap_or_default();
            let same = saved == bytes && text(attachment, "sha256") == sha256(bytes).to_string();
            must("documents", same && attachment["name"] == name, attachment)?;
            line(
                self.show,
                "demo-5-document",
                &[("name", name.into()), ("bytes", bytes.len().to_string().into())],
            );
        }
        Ok(())
    }

    fn the_neighbour_is_refused(&self, id: &str) -> Result<(), Unexpected> {
        chapter(self.show, "demo-6", &[]);
        let inbox = self.told("voisin", &["inbox"]);
        must("neighbour", inbox.code == 0 && inbox.objects.is_empty(), &Value::Null)?;
        line(self.show, "demo-6-empty", &[]);
        let open = self.told("voisin", &["open", id, "--reason", "suivi"]);
        self.refused("a neighbour opens", &open, 11)?;
        let group = self.world.groups[0].to_string();
        let send = self.told(
            "voisin",
            &["send", "--group", &group, "--flow", "F17a", "--to", "all", "--subject", "x", "--text", "x"],
        );
        self.refused("a neighbour writes", &send, 12)
    }

    fn the_writer_asks(&self, id: &str) -> Result<(), Unexpected> {
        chapter(self.show, "demo-7", &[]);
        let said = self.told("mairie", &["status", &id[..8]]);
        let object = said.expect("status", 0)?;
        let readers = object["readers"].as_array().cloned().unwrap_or_default();
        for reader in &readers {
            line(
                self.show,
                &format!("demo-7-{}", text(reader, "state")),
                &[("name", text(reader, "member").into()), ("date", when(reader, "at").into())],
            );
        }
        let state = |member: &str| {
            readers.iter().find(|reader| reader["member"] == member).map(|reader| text(reader, "state"))
        };
        must("status", state("police").as_deref() == Some("opened"), object)?;
        must("status", state("bailleur").as_deref() == Some("delivered"), object)
    }

    fn the_parquet_reads_the_log(&self, id: &str) -> Result<(), Unexpected> {
        chapter(self.show, "demo-8", &[]);
        let said = self.told("parquet", &["log", "show"]);
        must("log show", said.code == 0, &Value::Null)?;
        for record in said.objects.iter().filter(|record| record["item"] == id) {
            line(
                self.show,
                "demo-8-record",
                &[
                    ("leaf", record["index"].to_string().into()),
                    ("date", when(record, "time").into()),
                    ("name", text(&record["actor"], "member").into()),
                    ("act", self.show.words.say(&format!("act-{}", text(record, "act")), &[]).into()),
                    ("reason", record["reason"].as_str().unwrap_or("–").to_owned().into()),
                ],
            );
        }
        let released = said.objects.iter().any(|record| {
            record["item"] == id
                && record["act"] == "release"
                && record["actor"]["member"] == "police"
                && record["reason"] == "suivi"
        });
        must("log show", released, &Value::Null)?;
        let verified = self.told("parquet", &["log", "verify"]);
        let object = verified.expect("log verify", 0)?;
        must("log verify", object["faults"] == Value::Array(Vec::new()) && object["opened"] == true, object)?;
        line(self.show, "demo-8-whole", &[("size", object["size"].to_string().into())]);
        Ok(())
    }

    /// Somebody with the relay's disk changes one bit of one record.
    fn a_bit_is_flipped(&self) -> Result<(), Unexpected> {
        chapter(self.show, "demo-9", &[]);
        let said = self.run("parquet", &["log", "show"]);
        let release = said.objects.iter().find(|record| record["act"] == "release");
        let index = release.and_then(|record| record["index"].as_u64()).unwrap_or_default();
        let log = self.world.dir.join("relay").join("log");
        let flip = || -> std::io::Result<()> {
            let ends = std::fs::read(log.join("ends"))?;
            let end = ends.chunks_exact(8).nth(usize::try_from(index).unwrap_or_default());
            let end = end.and_then(|end| end.try_into().ok()).map_or(0, u64::from_be_bytes);
            let mut leaves = std::fs::read(log.join("leaves"))?;
            let place = usize::try_from(end).unwrap_or_default().saturating_sub(40);
            if let Some(byte) = leaves.get_mut(place) {
                *byte ^= 1;
            }
            std::fs::write(log.join("leaves"), leaves)
        };
        flip().map_err(|error| unexpected("flip", error.to_string()))?;
        let said = self.told("parquet", &["log", "verify", "--all"]);
        flip().map_err(|error| unexpected("flip", error.to_string()))?;
        let object = said.objects.first().cloned().unwrap_or_default();
        let named = object["faults"]
            .as_array()
            .is_some_and(|faults| faults.iter().any(|fault| fault["index"] == index));
        must("flip", said.code == 5 && named, &object)?;
        line(self.show, "demo-9-named", &[("leaf", index.to_string().into())]);
        let again = self.told("parquet", &["log", "verify", "--all"]);
        again.expect("log verify", 0)?;
        line(self.show, "demo-9-mended", &[]);
        Ok(())
    }

    fn refused(&self, step: &str, said: &Said, number: u64) -> Result<(), Unexpected> {
        let object = said.expect(step, 3)?;
        must(step, object["refusal"]["number"] == number, object)?;
        line(self.show, "demo-refused", &[("message", text(&object["refusal"], "message").into())]);
        Ok(())
    }

    /// Runs a command as a person, and shows what was typed.
    fn told(&self, person: &str, arguments: &[&str]) -> Said {
        let shown: Vec<_> = arguments.iter().map(|argument| quoted(argument)).collect();
        line(self.show, "demo-typed", &[("name", person.into()), ("command", shown.join(" ").into())]);
        self.run(person, arguments)
    }

    fn run(&self, person: &str, arguments: &[&str]) -> Said {
        let file = self.passphrase(person);
        let passphrase = ["--passphrase-file", &file];
        let given = if self.gives_passphrase { &passphrase[..] } else { &[] };
        run(&self.program, &self.world.home(person), &[given, arguments].concat())
    }

    fn sample(&self, name: &str) -> String {
        self.samples.join(name).to_string_lossy().into_owned()
    }
}

impl Said {
    fn expect_code(&self, step: &str, code: i32) -> Result<(), Unexpected> {
        if self.code == code {
            return Ok(());
        }
        Err(unexpected(step, format!("exit {} instead of {code}: {:?}", self.code, self.objects)))
    }

    fn expect(&self, step: &str, code: i32) -> Result<&Value, Unexpected> {
        self.expect_code(step, code)?;
        self.objects.first().ok_or_else(|| unexpected(step, "no answer".to_owned()))
    }
}

/// Runs a command in somebody's home.
fn run(program: &Path, home: &Path, arguments: &[&str]) -> Said {
    let command = Command::new(program)
        .arg("--home")
        .arg(home)
        .arg("--json")
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    match command {
        Ok(output) => {
            let lines = String::from_utf8_lossy(&output.stdout).into_owned();
            let objects = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            Said { code: output.status.code().unwrap_or(-1), objects }
        }
        Err(_) => Said { code: -1, objects: Vec::new() },
    }
}

/// The title of a chapter.
pub(super) fn chapter(show: &Show, id: &str, arguments: &[(&str, Word<'_>)]) {
    show.result(&json!({"chapter": id}), |words| vec![String::new(), words.say(id, arguments)]);
}

/// A line of the story.
pub(super) fn line(show: &Show, id: &str, arguments: &[(&str, Word<'_>)]) {
    let said = show.words.say(id, arguments);
    show.result(&json!({"said": said}), |_| vec![format!("   {said}")]);
}

/// How to try by hand what was left there.
pub(super) fn how_to_go_on(show: &Show, dir: &Path, address: SocketAddr) {
    line(show, "demo-keep", &[("folder", dir.display().to_string().into())]);
    let dir = dir.display();
    // This program and the relay beside it, wherever they were installed or built.
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("pli"));
    let relay = Some(program.with_file_name("pli-relay").with_extension(std::env::consts::EXE_EXTENSION));
    let relay = relay.filter(|relay| relay.exists()).unwrap_or_else(|| PathBuf::from("pli-relay"));
    let (program, relay) = (program.display(), relay.display());
    let person = format!("--home {dir}/people/bailleur --passphrase-file {dir}/people/bailleur.passphrase");
    let commands = [
        format!("{relay} serve --dir {dir}/relay --listen {address}"),
        format!("{program} {person} inbox"),
        format!("{program} {person} open ID --reason suivi"),
    ];
    for command in commands {
        show.result(&json!({"command": command}), |_| vec![format!("   {command}")]);
    }
}

fn unexpected(step: &str, what: String) -> Unexpected {
    Unexpected { step: step.to_owned(), what }
}

fn must(step: &str, holds: bool, seen: &Value) -> Result<(), Unexpected> {
    if holds { Ok(()) } else { Err(unexpected(step, seen.to_string())) }
}

fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_default().to_owned()
}

/// A time of an answer, as people here read it.
fn when(object: &Value, key: &str) -> String {
    let instant = text(object, key).parse::<jiff::Timestamp>().map(|instant| instant.as_second());
    let seconds = instant.ok().and_then(|seconds| u64::try_from(seconds).ok());
    seconds.map_or_else(String::new, |seconds| exact_time(Timestamp(seconds)))
}

fn quoted(argument: &str) -> String {
    const SHOWN_LETTERS_MAX: usize = 60;
    let name = Path::new(argument).file_name().filter(|_| argument.starts_with('/'));
    let short = name.map_or_else(|| argument.to_owned(), |name| name.to_string_lossy().into_owned());
    let cut: String = short.chars().take(SHOWN_LETTERS_MAX).collect();
    let cut = if cut.len() < short.len() { format!("{cut}…") } else { cut };
    if cut.contains(' ') { format!("\"{cut}\"") } else { cut }
}

fn walk(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            walk(&path, files);
        } else if let Ok(content) = std::fs::read(&path) {
            files.push((path, content));
        }
    }
}

fn contains(content: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && memmem::find(content, needle).is_some()
}
