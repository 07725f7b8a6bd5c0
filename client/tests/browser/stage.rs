//! What a browser is given: a town with a group, letters and an account for a court, and the pages of some of its people.

use crate::town::{Begun, CALLED, PASSPHRASE, Town};
use pli_client::dates::day_of;
use pli_server::system_clock;
use serde_json::{Value, json};
use shared::patrimoine::Quarter;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// A protected agent of a landlord, with whom a channel is opened.
const AGENT: &str = "agent-3f2a";

/// What the police say to a landlord once the prosecutor agrees.
const INTERVENTIONS: &str = "adresse = \"12 rue des Lilas, 93200 Clairval\"\ndebut = \"2026-05-01\"\nfin = \"2026-05-31\"\n\
    interventions = 3\nnature = [\"bruit\", \"attroupement\"]\nprocedure = \"Résiliation du bail, tribunal de Clairval\"\n\
    attestation = \"atteste\"\n";

/// Who has to do with the table of buildings, beside a town's people.
const DEPARTMENT: [[&str; 6]; 3] = [
    ["aorif", "AORIF", "aorif", "Maud", "Perrin", "Clairval"],
    ["em", "EM", "police", "Yann", "Collet", "Clairval"],
    ["prep", "PREP", "parquet", "Nadia", "Ferrand", "Clairval"],
];

/// The newcomer's invitation, as the file that they are handed.
const INVITATION: &str = "invitation.pli";

/// Somebody who comes while the town is looked at.
const NEWCOMER: &str = "nouveau";

/// What the patrols of two evenings found, at two landlords' buildings.
const PATROLS: &str = "Date;Heure;Adresse;Hall;Passage;Personnes contrôlées (nombre);Constat matériel\n\
    24/11/2026;22h;1 rue des Lilas, 93200 Clairval;;oui;3;porte du hall dégradée\n\
    24/11/2026;22h15;2 rue des Lilas, 93200 Clairval;;non;;éclairage en panne\n\
    25/11/2026;21h;3 rue des Lilas, 93200 Clairval;Hall B;oui;0;RAS\n";

const HEADINGS: &str = "Adresse;Bâtiment;Hall;Nombre de logements;Zone;Problématique;Niveau de difficulté, de 1 à 5;\
    Tendance;Observé le;Position";

/// A landlord's buildings: their number, level and trend, and where they are.
const BUILDINGS: [(u8, u8, &str, &str); 6] = [
    (1, 5, "hausse", "48.941200,2.352100"),
    (3, 4, "stable", "48.943100,2.357400"),
    (5, 3, "baisse", "48.938700,2.349800"),
    (7, 2, "stable", "48.945900,2.361200"),
    (9, 4, "hausse", "48.939900,2.364700"),
    (11, 1, "baisse", "48.947300,2.346300"),
];

/// A landlord's lines of a quarter; in the one before everything was better by a level.
fn lines(better: u8) -> String {
    let row = |(number, level, trend, position): &(u8, u8, &str, &str)| {
        let level = level.saturating_sub(better).max(1);
        format!(
            "{number} rue des Lilas, 93200 Clairval;;1;40;qpv;trafic;{level};{trend};2020-09-01;{position}\n"
        )
    };
    format!("{HEADINGS}\n{}", BUILDINGS.iter().map(row).collect::<String>())
}

/// Where people serve, as they say it.
fn called(organisation: &str) -> Option<&'static str> {
    Some(match organisation {
        "aorif" => "AORIF",
        "mairie" => "Ville de Clairval",
        "parquet" => "Parquet de Clairval",
        "plaine" => "Plaine Habitat",
        "police" => "Commissariat de Clairval",
        "prefecture" => "Préfecture",
        "vallon" => "Habitat du Vallon",
        _ => return None,
    })
}

/// Node.js with what it needs, and a browser.
pub(crate) struct Chromium {
    scripts: PathBuf,
}

/// `None` if something is missing that this machine need not have.
pub(crate) fn chromium() -> Option<Chromium> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/browser");
    let browser = std::env::var("PLI_CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let missing = if !scripts.join("node_modules").is_dir() {
        "run `npm ci` in tests/browser"
    } else if !answers("node") {
        "install Node.js"
    } else if !Path::new(&browser).exists() {
        "install chromium"
    } else {
        return Some(Chromium { scripts });
    };
    let required = std::env::var_os("PLI_BROWSER_REQUIRED").is_some_and(|value| value == "1");
    assert!(!required, "a browser is required: {missing}");
    eprintln!("skipped: {missing}");
    None
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Chromium {
    /// Does something with the pages that are served.
    pub(crate) fn does(&self, what: &str, stage: &Stage) {
        let file = stage.town.file("stage.json", &stage.described().to_string());
        let output =
            Command::new("node").arg(self.scripts.join("main.mjs")).args([what, &file]).output().unwrap();
        let [said, wrong] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        eprintln!("{said}");
        assert!(output.status.success(), "{what}: {said}{wrong}");
    }
}

/// The town, its pages, and what lies ready.
pub(crate) struct Stage {
    pub(crate) town: Town,
    pub(crate) group: String,
    channel: String,
    department: String,
    bundle: String,
    /// The program of the authority with its arguments: what accepts the newcomer by their words, and puts them on the
    /// annuaire.
    authority: [Vec<String>; 2],
    pages: BTreeMap<String, (Begun, Value)>,
}

impl Stage {
    /// A group whose members have signed, a letter that was read and its account, and one that waits for an agreement.
    pub(crate) fn set() -> Self {
        CALLED.get_or_init(|| called);
        let town = Town::with(&DEPARTMENT, NOMENCLATURE);
        let group = grouped(&town);
        let note = ["send", "--group", &group, "--flow", "F05a", "--to", "csp", "bref", "--expires", "60d"];
        let read = ["--subject", "Cave du bâtiment B", "--text", "La porte est forcée."];
        let sent = town.one("maire", &[&note[..], &read].concat());
        let letter = sent["id"].as_str().unwrap().to_owned();
        town.one("bref", &["open", &letter, "--reason", "suivi"]);
        let channel = town.channel(AGENT, &["bref", "csp", "loin", "proc"]);
        let form = town.file("interventions.toml", INTERVENTIONS);
        let gated = ["send", "--group", &channel, "--flow", "F09d", "--to", "bref", "--form", &form];
        town.one("csp", &gated);
        let bundle = town.path("piece.bundle");
        assert_eq!(town.pli("aud", &["log", "bundle", &letter, "--out", &bundle]).code, 0);
        let (department, authority, pages) = Default::default();
        Self { town, group, channel, department, bundle, authority, pages }
    }

    /// What whole days of work need beside: landlords' addresses, the department's group, and an invitation.
    pub(crate) fn for_whole_days() -> Self {
        let mut stage = Self::set();
        let town = &stage.town;
        let lilas = |number: u8| format!("{number} rue des Lilas, 93200 Clairval");
        town.listed(&stage.channel, ("plaine", "bref"), &format!("{};\n", lilas(1)));
        town.listed(&stage.channel, ("vallon", "loin"), &format!("{};\n{};B\n", lilas(2), lilas(3)));
        stage.department = town.department(&["aorif", "bref", "em", "prep", "csp"]);
        stage.authority = invited(town);
        stage
    }

    /// Serves the page of each of these.
    pub(crate) fn serve(&mut self, people: &[&str]) {
        for person in people {
            let mut page = self.town.begun(person, &["ui", "--no-browser"]);
            let mut said = page.next();
            said["phrase"] = json!(PASSPHRASE);
            self.pages.insert((*person).to_owned(), (page, said));
        }
    }

    /// What a page said when it began.
    pub(crate) fn said(&self, person: &str) -> &Value {
        &self.pages[person].1
    }

    /// More of everything, as on a day of work.
    pub(crate) fn furnish(&mut self) {
        let plan = self.town.file("Plan du rez-de-chaussée.txt", "Entrée, escalier, local à vélos.\n");
        let note = ["send", "--group", &self.group, "--flow", "F05a", "--expires", "60d"];
        let letters: [(&str, &[&str], &str, &str); 5] = [
            (
                "coord",
                &["csp", "bref"],
                "Hall 3, résidence des Peupliers",
                "Le hall est occupé chaque soir vers 21 h.\n\nLe gardien demande un passage jeudi.",
            ),
            (
                "bref",
                &["csp", "coord"],
                "Dégradations répétées du local à vélos de la résidence des Peupliers et du parking attenant",
                "Trois portes en deux semaines.",
            ),
            ("csp", &["bref"], "Réponse : passage de jeudi", "Un équipage est passé jeudi à 21 h 10."),
            ("maire", &["csp", "bref", "proc"], "Réunion du 15", "L'ordre du jour suit."),
            ("proc", &["csp"], "Signalement", "Reçu."),
        ];
        for (writer, readers, subject, text) in letters {
            let more = ["--subject", subject, "--text", text, "--attach", &plan, "--to"];
            self.town.one(writer, &[&note[..], &more, readers].concat());
        }
        // Somebody who has not signed the charter yet, and somebody whose coming waits for a signature.
        self.town.one("maire", &["group", "propose", &self.group, "--add", "preft"]);
        self.town.one("coord", &["group", "validate", &self.group]);
        self.town.one("maire", &["group", "propose", &self.group, "--add", "bref-2"]);
        self.gather();
    }

    /// The table of buildings of two quarters goes from a landlord to the police.
    fn gather(&self) {
        let to = |act: &str, quarter: &str| {
            ["patrimoine", act, "--group", &self.department, "--quarter", quarter, "--yes"].map(str::to_owned)
        };
        let does = |member: &str, arguments: &[String]| {
            self.town.one(member, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
        };
        for (quarter, better) in [("2026-T2", 1), ("2026-T3", 0)] {
            let file = self.town.file(&format!("lignes-{quarter}.csv"), &lines(better));
            does("bref", &[&to("import", quarter)[..], &[file]].concat());
            for (member, next) in [("aorif", "sec"), ("sec", "csp")] {
                self.opens_all(member);
                does(member, &to("send", quarter));
                self.opens_all(next);
            }
        }
    }

    fn opens_all(&self, member: &str) {
        for letter in self.town.pli(member, &["inbox"]).objects {
            if letter["flow"].as_str().is_some_and(|flow| flow.starts_with("F04")) {
                self.town.pli(member, &["open", letter["id"].as_str().unwrap()]);
            }
        }
    }

    /// Ends every page, as Ctrl-C does, and the relay.
    pub(crate) fn end(mut self) {
        for (page, _) in std::mem::take(&mut self.pages).into_values() {
            page.interrupt();
            page.ends();
        }
        self.town.stop();
    }

    /// What the browser's side needs to know.
    fn described(&self) -> Value {
        let bytes = std::fs::read(&self.bundle).unwrap();
        let mut flipped = bytes.clone();
        let place = flipped.len() / 2;
        flipped[place] ^= 1;
        let other = self.town.path("piece-modifiee.bundle");
        std::fs::write(&other, flipped).unwrap();
        let document =
            self.town.file("Plan du hall, rez-de-chaussée.txt", "Entrée, escalier, local à vélos.\n");
        let people: serde_json::Map<_, _> =
            self.pages.iter().map(|(person, (_, said))| (person.clone(), said.clone())).collect();
        json!({
            "people": people, "passphrase": PASSPHRASE, "folder": self.town.path("people"), "group": self.group,
            "pictures": Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pages"), "only": std::env::var("PLI_ONLY").ok(),
            "document": document, "bundle": self.bundle, "flipped": other,
            "patrols": self.town.file("Patrouilles du 24 et du 25.csv", PATROLS),
            "quarter": Quarter::of(day_of(system_clock().now())).previous().to_string(),
            "lines": self.town.file("Lignes du trimestre.csv", &lines(0)),
            "invitation": self.town.path(INVITATION), "authority": self.authority,
            "names": ["Delmas", "Orsini", "Vasseur", "Hamon", "Quéméner", "Peupliers", "Lilas", "Ferrand", "Perrin"],
        })
    }
}

/// The authority invites somebody; gives what it types when they have answered.
fn invited(town: &Town) -> [Vec<String>; 2] {
    let (authority, _) = town.roots();
    let relay = town.address().to_string();
    let contact = ["--dir", &authority, "--relay", &relay];
    let person = [
        "--function",
        "BREF",
        "--organisation",
        "plaine",
        "--organisation-name",
        "Plaine Habitat",
        "--territory",
        "Clairval",
        "--family-name",
        "Aubry",
        "--given-name",
        "Inès",
        "--telephone",
        "01 00 00 00 00",
        "--email",
        "ines.aubry@clairval.example",
        "--attested-by",
        "Direction",
    ];
    let file = town.path(INVITATION);
    let invite = ["authority", "invite", NEWCOMER, "--out", &file];
    town.one(NEWCOMER, &[&invite[..], &contact, &person].concat());
    let typed = |act: &[&str]| {
        let secret = town.file("passphrase", PASSPHRASE);
        let program = [env!("CARGO_BIN_EXE_pli"), "--json", "--passphrase-file", &secret, "authority"];
        [&program[..], act, &contact].concat().into_iter().map(str::to_owned).collect()
    };
    [typed(&["accept", NEWCOMER]), typed(&["publish"])]
}

/// A group that exchanges what is confidential: founded, composed, its charter signed by everybody.
fn grouped(town: &Town) -> String {
    let members = ["csp", "bref", "proc"];
    let create = [
        "group",
        "create",
        "--kind",
        "echange",
        "--name",
        "Bailleurs de Clairval",
        "--territory",
        "Clairval",
    ];
    let sides = ["--president", "maire", "--coordinator", "coord", "--member"];
    let created = town.one("maire", &[&create[..], &sides, &members].concat());
    let group = created["group"].as_str().unwrap().to_owned();
    assert_eq!(town.one("proc", &["group", "validate"])["state"], "published");
    town.one("maire", &["group", "propose", &group]);
    assert_eq!(town.one("coord", &["group", "validate", &group])["state"], "published");
    let text =
        town.file("charte.txt", "Ce qui s'échange ici ne sort pas du groupe.\n\nChacun signe pour soi.");
    let charter = ["charter", "propose", &group, "--text", &text, "--reglement", "2026-14"];
    town.one("coord", &[&charter[..], &["--reglement-date", "12/05/2026"]].concat());
    town.one("proc", &["charter", "visa"]);
    for member in members.iter().chain(&["maire", "coord"]) {
        town.one(member, &["charter", "sign", &group]);
    }
    group
}
