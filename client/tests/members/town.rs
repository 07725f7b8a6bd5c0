//! A town where nobody belongs to any group yet: a relay, an annuaire, a mayor, a prosecutor, and those
//! who will be asked, each with a home and a passphrase, all reached through the program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_client::home::{Config, Home};
use pli_client::keystore::{self, ExpirySecret, KeyStore, Secrets};
use pli_client::proposals::{sign_proposal, waiting};
use pli_client::screening;
use pli_client::session::Session;
use pli_client::trust;
use pli_server::listen::Server;
use pli_server::transport::pki::verify_request;
use pli_server::transport::tls_key::TlsKey;
use pli_server::{Clock, folder, system_clock};
use serde_json::Value;
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::Chain;
use shared::ids::{MemberId, Random, Role};
use shared::log::{LogMemory, verifier_key};
use shared::seal::{ExpiryIdentity, seal_with_passphrase};
use shared::signed::Signed;
use shared::statement::{
    Annuaire, Card, DeviceKey, KeyPage, Kind, Link, NomenclatureStatement, Organisation, Personal, Root,
    Ruleset, RulesetStatement, Statement, WitnessPolicy,
};
use shared::time::{BucketPolicy, Step, Tier, Timestamp};
use shared::wire::{About, Answer, Ask, Counted};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{OnceLock, RwLock};
use tempfile::TempDir;

/// A process that is being started holds every file of this one for a moment, locks of folders, too: towns
/// are not built meanwhile.
static STARTING: RwLock<()> = RwLock::new(());

/// The small nomenclature of most tests.
pub(crate) const NOMENCLATURE: &str = include_str!("../../../tests/data/nomenclature.toml");

/// Opened at every command, and no secret of anybody.
pub(crate) const PASSPHRASE: &str = "huit mots que personne ne devine";

/// What organisations are called, where somebody looks at them; by their ids without.
pub(crate) static CALLED: OnceLock<fn(&str) -> Option<&'static str>> = OnceLock::new();

/// Handle, role, organisation, first and last name (invented; a protected agent has none), commune.
const PEOPLE: [[&str; 6]; 13] = [
    ["agent-3f2a", "BAG", "plaine", "", "", "Clairval"],
    ["aud", "AUD", "parquet", "Denis", "Quéméner", "Clairval"],
    ["bref", "BREF", "plaine", "Chloé", "Vasseur", "Clairval"],
    ["bref-2", "BREF", "plaine", "Élise", "Tournier", "Clairval"],
    ["coord", "COORD", "mairie", "Awa", "Delmas", "Clairval"],
    ["coord-2", "COORD", "mairie", "Noé", "Barbier", "Clairval"],
    ["csp", "CSP", "police", "Bastien", "Orsini", "Clairval"],
    ["loin", "BREF", "vallon", "Inès", "Roche", "Montreval"],
    ["maire", "MAIRE", "mairie", "Farid", "Lemoine", "Clairval"],
    ["pref", "PREF", "prefecture", "Léa", "Marchand", "Clairval"],
    ["preft", "PREFT", "police", "Hugo", "Caron", "Clairval"],
    ["proc", "PROC", "parquet", "Géraldine", "Hamon", "Clairval"],
    ["sec", "SEC", "prefecture", "Paul", "Giraud", "Clairval"],
];

/// The town.
pub(crate) struct Town {
    /// The authority's root.
    pub(crate) authority: SigningKey,
    parquet: SigningKey,
    root: Statement,
    folder: TempDir,
    runtime: tokio::runtime::Runtime,
    server: Option<Server>,
    address: Option<SocketAddr>,
    clock: Clock,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Said {
    /// Its exit code.
    pub(crate) code: i32,
    /// The objects on standard output, one a line.
    pub(crate) objects: Vec<Value>,
    /// Standard output as it is.
    pub(crate) text: String,
}

/// A command that goes on.
pub(crate) struct Begun {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Begun {
    /// The next object that it says.
    pub(crate) fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    /// Whether it has not ended.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// As Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let done = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(done.success(), "it had ended already");
    }

    /// Its exit code, once it has ended.
    pub(crate) fn ends(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

/// A test that fails leaves nothing running.
impl Drop for Begun {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

struct Device {
    key: SigningKey,
    tls: TlsKey,
}

impl Town {
    /// Builds it and starts its relay.
    pub(crate) fn build() -> Self {
        Self::at(system_clock())
    }

    /// As [`build`](Self::build), where the relay and the sessions go by this clock; what is typed goes by the
    /// machine's.
    pub(crate) fn at(clock: Clock) -> Self {
        Self::under(NOMENCLATURE, clock)
    }

    /// As [`at`](Self::at), under another nomenclature.
    pub(crate) fn under(nomenclature: &str, clock: Clock) -> Self {
        let made = clock.now();
        Self::founded(nomenclature, WitnessPolicy::of(0, Vec::new()), made, clock, &[])
    }

    /// As [`under`](Self::under), with more people.
    pub(crate) fn with(people: &[[&'static str; 6]], nomenclature: &str) -> Self {
        let clock = system_clock();
        let made = clock.now();
        Self::founded(nomenclature, WitnessPolicy::of(0, Vec::new()), made, clock, people)
    }

    /// As [`build`](Self::build), with witnesses whom a root of this time names.
    pub(crate) fn watched(witnesses: WitnessPolicy, made: Timestamp) -> Self {
        Self::founded(NOMENCLATURE, witnesses, made, system_clock(), &[])
    }

    fn founded(
        nomenclature: &str,
        witnesses: WitnessPolicy,
        made: Timestamp,
        clock: Clock,
        more: &[[&'static str; 6]],
    ) -> Self {
        let people = [&PEOPLE[..], more].concat();
        let folder = tempfile::Builder::new().prefix("pli").tempdir().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (authority, parquet) = (SigningKey::generate(), SigningKey::generate());
        let now = clock.now();
        let relay = folder.path().join("relay");
        let public = folder::make(&relay, "pli.example/clairval", None, now).unwrap();
        let devices: BTreeMap<_, _> = people
            .iter()
            .map(|[member, ..]| {
                (*member, Device { key: SigningKey::generate(), tls: TlsKey::generate().unwrap() })
            })
            .collect();
        let root = Root {
            link: Link::first(made),
            authority: authority.public(),
            parquet: parquet.public(),
            relay: public.keys().unwrap(),
            buckets: ladder(),
            log_months: 12,
            witnesses,
        };
        let both = [&authority, &parquet];
        let text = nomenclature.as_bytes().to_vec();
        let nomenclature = NomenclatureStatement { link: Link::first(now), text: sha256(&text) };
        let rules = screening::carried();
        let ruleset = RulesetStatement { link: Link::first(now), rules: rules.digest() };
        let mut statements = vec![
            Statement { kind: Kind::Root, signed: Signed::new(&root, &both), body: None },
            Statement {
                kind: Kind::Nomenclature,
                signed: Signed::new(&nomenclature, &both),
                body: Some(text),
            },
            Statement {
                kind: Kind::Ruleset,
                signed: Signed::new(&ruleset, &both),
                body: Some(rules.encode()),
            },
        ];
        let mut lines = Vec::new();
        for person in &people {
            let (card, personal) = card(person, &devices[person[0]].key, now);
            let by = if card.is_hat() { &parquet } else { &authority };
            let signed = Signed::new(&card, &[by]);
            let body = (!card.protected).then(|| personal.to_body());
            if !card.protected {
                lines.push((card.member, signed.digest()));
            }
            statements.push(Statement { kind: Kind::Card, signed, body });
        }
        lines.sort();
        let body = Annuaire::to_body(&lines);
        let annuaire =
            Annuaire { link: Link::first(now), title: "Référents".to_owned(), lines: sha256(&body) };
        let signed = Signed::new(&annuaire, &[&authority]);
        statements.push(Statement { kind: Kind::Annuaire, signed, body: Some(body) });
        let founding = cbor::encode(&statements);
        std::fs::write(folder.path().join("founding"), &founding).unwrap();
        let nothing_starts = STARTING.write();
        runtime.block_on(folder::found(&relay, &founding, Clock::clone(&clock))).unwrap();

        let any = (Ipv4Addr::LOCALHOST, 0).into();
        let server = runtime.block_on(Server::start(&relay, any, Clock::clone(&clock))).unwrap();
        drop(nothing_starts);
        let root = statements.swap_remove(0);
        let address = Some(server.address());
        let town = Self { authority, parquet, root, folder, runtime, server: Some(server), address, clock };
        for (member, device) in &devices {
            town.settle(member, device, now);
        }
        town
    }

    /// Somebody comes whom the parquet names reviewer of the log: on a card, with a home and keys from now on.
    pub(crate) fn name_reviewer(&self, member: &str) {
        let device = Device { key: SigningKey::generate(), tls: TlsKey::generate().unwrap() };
        let now = system_clock().now();
        let (card, personal) =
            card(&[member, "AUD", "parquet", "Renée", "Sabatier", "Clairval"], &device.key, now);
        let signed = Signed::new(&card, &[&self.parquet]);
        let mut session = self.session("proc");
        self.publish(&mut session, &Statement { kind: Kind::Card, signed, body: Some(personal.to_body()) });
        session.close();
        self.settle(member, &device, now);
    }

    fn settle(&self, member: &str, device: &Device, now: Timestamp) {
        let root = &self.root;
        let issuer = folder::issuer(&self.folder.path().join("relay")).unwrap();
        let id = device.key.id();
        let request = verify_request(&device.tls.request(&id.0).unwrap(), &id.0).unwrap();
        let certificate = issuer.issue_device(&request, now.0).unwrap();
        let dir = self.home(member);
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir).unwrap();
        let fingerprint = root.signed.digest().to_string();
        let config = Config { relay: self.address(), member: member.parse().unwrap(), fingerprint };
        let claimed: Root = root.signed.peek().unwrap();
        let log = LogMemory::new(claimed.relay.log_origin, claimed.relay.log_key);
        let home = Home::create(&dir, config, std::slice::from_ref(root), log).unwrap();
        home.keep_certificate(&certificate.der).unwrap();
        let mut secrets = Secrets::default();
        secrets.signing_seed = **device.key.seed();
        secrets.tls_key = device.tls.pkcs8().to_vec();
        let pages = key_pages(&device.key, now, &mut secrets);
        KeyStore::create(&dir, PASSPHRASE, &secrets, 1).unwrap();
        let mut session = self.session(member);
        for page in pages {
            self.publish(&mut session, &page);
        }
        session.close();
    }

    /// A session of a member, for what no command does.
    pub(crate) fn session(&self, member: &str) -> Session {
        let dir = self.home(member);
        let master = keystore::unlock(&dir, PASSPHRASE).unwrap();
        Session::open(Home::open(&dir).unwrap(), master, Clock::clone(&self.clock)).unwrap()
    }

    /// The relay stops, and starts again at the same address: what has expired is swept.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.begin();
    }

    /// The relay that was stopped starts again, at the same address.
    pub(crate) fn begin(&mut self) {
        let address = self.address.unwrap();
        let relay = self.folder.path().join("relay");
        let started = self.runtime.block_on(Server::start(&relay, address, Clock::clone(&self.clock)));
        self.server = Some(started.unwrap());
    }

    /// Waits for something that a session does.
    pub(crate) fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Publishes a statement through a member's session.
    pub(crate) fn publish(&self, session: &mut Session, statement: &Statement) {
        self.wait(trust::publish(session, statement)).unwrap();
    }

    /// A folder for a person's own files.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Where something lies beside everything.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What a member reads as the result of a command.
    pub(crate) fn read(&self, member: &str, arguments: &[&str]) -> String {
        String::from_utf8(self.output(member, arguments).stdout).unwrap()
    }

    /// What a member is told beside the result of a command, which must succeed.
    pub(crate) fn told(&self, member: &str, arguments: &[&str]) -> String {
        let output = self.output(member, arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{member} {arguments:?}: {told}");
        told
    }

    /// What a member is told where a command fails.
    pub(crate) fn failing(&self, member: &str, arguments: &[&str]) -> String {
        let output = self.output(member, arguments);
        assert!(!output.status.success(), "{member} {arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Begins a command of a member that goes on while others do something.
    pub(crate) fn begun(&self, member: &str, arguments: &[&str]) -> Begun {
        let mut child = self.spawned(member, &[&["--json"], arguments].concat());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Begun { child, lines }
    }

    /// A landlord's list of the year, which the police open.
    pub(crate) fn listed(&self, group: &str, (landlord, writer): (&str, &str), rows: &str) {
        let file = self.file(&format!("{landlord}.csv"), &format!("adresse;hall\n{rows}"));
        let bailleur = format!("bailleur={landlord}");
        let fields = [
            "annee=2026",
            &bailleur,
            "beneficiaire=nationale",
            "fondement=devoir",
            "parties=Halls et cages d'escalier",
            "signataire=Direction",
            "validite=31/12/2026",
        ];
        let letter = [
            "send",
            "--group",
            group,
            "--flow",
            "F06a",
            "--to",
            "preft",
            "--expires",
            "60d",
            "--form",
            &file,
        ];
        let mut arguments = letter.to_vec();
        fields.iter().for_each(|field| arguments.extend(["--field", field]));
        let sent = self.one(writer, &arguments);
        self.one("preft", &["open", sent["id"].as_str().unwrap()]);
    }

    /// Both roots sign the next ruleset, and somebody carries it to the relay.
    pub(crate) fn publish_rules(&self, rules: &Ruleset) {
        let mut session = self.session("csp");
        let directory = self.wait(trust::prove(&mut session, About::Own)).unwrap().directory;
        let link = directory.next_link(&Chain::Ruleset, self.clock.now());
        let document = RulesetStatement { link, rules: rules.digest() };
        let signed = Signed::new(&document, &[&self.authority, &self.parquet]);
        self.publish(&mut session, &Statement { kind: Kind::Ruleset, signed, body: Some(rules.encode()) });
        session.close();
    }

    /// What the rules stopped and who contested which, as a reviewer of the log is told.
    pub(crate) fn counts(&self) -> Vec<Counted> {
        let mut session = self.session("aud");
        let answer = self.wait(session.ask(Ask::Counts, &[])).unwrap().answer;
        session.close();
        let Answer::Counts(counted) = answer else { panic!("no counts: {answer:?}") };
        counted
    }

    /// The folders of the two roots, the authority's and the parquet's, as `pli` makes them.
    pub(crate) fn roots(&self) -> (String, String) {
        let make = |half: &str, key: &SigningKey| {
            let dir = self.folder.path().join(half);
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir.join("invited")).unwrap();
            // This passphrase is not worth guessing.
            let sealed = seal_with_passphrase(PASSPHRASE, key.seed().as_ref(), 2);
            let public = serde_json::json!({"root": half, "key": key.public().to_string()});
            std::fs::write(dir.join("root.age"), sealed).unwrap();
            std::fs::write(dir.join("public.json"), public.to_string()).unwrap();
            std::fs::write(dir.join("draft"), cbor::encode(&self.root)).unwrap();
            dir.to_str().unwrap().to_owned()
        };
        (make("authority", &self.authority), make("parquet", &self.parquet))
    }

    fn output(&self, member: &str, arguments: &[&str]) -> Output {
        self.spawned(member, arguments).wait_with_output().unwrap()
    }

    /// Starts a command of a member, and leaves it running.
    pub(crate) fn spawned(&self, member: &str, arguments: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pli"));
        command.env_remove("PLI_HOME").env_remove("PLI_LANG").env_remove("PLI_TRACE");
        command.env("XDG_RUNTIME_DIR", self.folder.path()).stdin(Stdio::null());
        command.args(["--passphrase-file", &self.file("passphrase", PASSPHRASE), "--home"]);
        command.arg(self.home(member)).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let starting = STARTING.read();
        let child = command.spawn().unwrap();
        drop(starting);
        child
    }

    /// Runs a command of a member as a script does.
    pub(crate) fn pli(&self, member: &str, arguments: &[&str]) -> Said {
        let output = self.output(member, &[&["--json"], arguments].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let objects = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Said { code: output.status.code().unwrap(), objects, text }
    }

    /// Runs it; it must succeed and say one object.
    pub(crate) fn one(&self, member: &str, arguments: &[&str]) -> Value {
        let mut said = self.pli(member, arguments);
        assert_eq!((said.code, said.objects.len()), (0, 1), "{member} {arguments:?}: {said:?}");
        said.objects.remove(0)
    }

    /// Runs it; it must fail with this code and this name of a refusal or an error.
    pub(crate) fn no(&self, member: &str, arguments: &[&str], code: i32, name: &str) {
        let said = self.pli(member, arguments);
        let last = said.objects.last().cloned().unwrap_or_default();
        let named = last["refusal"]["code"].as_str().or_else(|| last["error"]["code"].as_str());
        assert_eq!((said.code, named), (code, Some(name)), "{member} {arguments:?}: {said:?}");
    }

    /// Stops the relay.
    pub(crate) fn stop(&mut self) {
        self.runtime.block_on(self.server.take().unwrap().stop()).unwrap();
    }

    /// The channel that a protected agent opens with the police, with these members beside; its charter is
    /// signed.
    pub(crate) fn channel(&self, agent: &str, members: &[&str]) -> String {
        let create = ["group", "create", "--kind", "bilateral", "--name", "Canal"];
        let sides = ["--president", agent, "--coordinator", "preft", "--member"];
        let created = self.one(agent, &[&create[..], &sides, members].concat());
        let group = created["group"].as_str().unwrap().to_owned();
        assert_eq!(self.one("preft", &["group", "validate"])["state"], "published");
        self.one(agent, &["group", "propose", &group]);
        assert_eq!(self.one("preft", &["group", "validate"])["state"], "published");
        let file = self.file("charte.txt", "Ce qui s'échange ici n'en sort pas.");
        let charter = ["charter", "propose", &group, "--text", &file, "--reglement", "2026-20"];
        self.one("preft", &[&charter[..], &["--reglement-date", "12/05/2026"]].concat());
        self.one("proc", &["charter", "visa"]);
        for member in members.iter().chain(&[agent, "preft"]) {
            self.one(member, &["charter", "sign", &group]);
        }
        group
    }

    /// The departmental group of the secretariat, which the authority founds, with these members.
    pub(crate) fn department(&self, members: &[&str]) -> String {
        let create = ["group", "create", "--kind", "departemental", "--name", "Département", "--member"];
        let leaders = ["--president", "pref", "--coordinator", "sec"];
        let created = self.one("sec", &[&create[..], members, &leaders].concat());
        let mut session = self.session("pref");
        let proved = self.wait(trust::prove(&mut session, About::Proposals)).unwrap();
        let found = waiting(&proved.directory, &proved.proposals);
        let statement =
            &found.iter().find(|waiting| waiting.statement.kind == Kind::Group).unwrap().statement;
        let next = sign_proposal(&proved.directory, statement, &self.authority, session.now()).unwrap();
        self.publish(&mut session, &next);
        session.close();
        let group = created["group"].as_str().unwrap().to_owned();
        self.one("sec", &["group", "propose", &group]);
        assert_eq!(self.one("pref", &["group", "validate"])["state"], "published");
        group
    }

    /// The log's verifier key, for other tools.
    pub(crate) fn log_key(&self) -> String {
        let founding = std::fs::read(self.folder.path().join("founding")).unwrap();
        let statements: Vec<Statement> = cbor::decode(&founding, usize::MAX).unwrap();
        let root: Root = statements[0].signed.peek().unwrap();
        verifier_key(&root.relay.log_origin, root.relay.log_key)
    }

    /// Where the relay listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.as_ref().unwrap().address()
    }

    fn home(&self, member: &str) -> PathBuf {
        self.folder.path().join("people").join(member)
    }
}

/// Few keys, so that a town is built quickly: days, and the months of the longest retention.
fn ladder() -> BucketPolicy {
    BucketPolicy { steps: vec![Step { tier: Tier::Day, count: 3 }, Step { tier: Tier::Month, count: 4 }] }
}

fn key_pages(key: &SigningKey, now: Timestamp, secrets: &mut Secrets) -> Vec<Statement> {
    let mut pages = Vec::new();
    for step in ladder().steps {
        let buckets = BucketPolicy::published(step, now);
        let identities: Vec<_> = buckets.iter().map(|_| ExpiryIdentity::generate()).collect();
        let body: Vec<u8> = identities.iter().flat_map(|identity| identity.recipient().to_bytes()).collect();
        secrets.expiry.extend(
            buckets
                .iter()
                .zip(&identities)
                .map(|(bucket, identity)| ExpirySecret { bucket: *bucket, seed: *identity.to_bytes() }),
        );
        let page = KeyPage { link: Link::first(now), device: key.id(), buckets, recipients: sha256(&body) };
        pages.push(Statement { kind: Kind::KeyPage, signed: Signed::new(&page, &[key]), body: Some(body) });
    }
    pages
}

fn card(person: &[&str; 6], key: &SigningKey, now: Timestamp) -> (Card, Personal) {
    let [member, function, organisation, given_name, family_name, commune] = *person;
    let called = CALLED.get().and_then(|called| called(organisation)).unwrap_or(organisation);
    let personal = Personal {
        salt: Random::draw(),
        family_name: family_name.to_owned(),
        given_name: given_name.to_owned(),
        telephone: "01 00 00 00 00".to_owned(),
        email: format!("{member}@clairval.example"),
        attested_by: "Direction".to_owned(),
    };
    let card = Card {
        link: Link::first(now),
        member: MemberId::try_from(member.to_owned()).unwrap(),
        function: Role::try_from(function.to_owned()).unwrap(),
        organisation: Organisation { id: organisation.parse().unwrap(), name: called.to_owned() },
        territory: vec![commune.to_owned()],
        devices: vec![DeviceKey { key: key.public(), name: "bureau".to_owned() }],
        personal: personal.digest(),
        deputy: None,
        protected: family_name.is_empty(),
        from: now,
        until: None,
    };
    (card, personal)
}

/// Yesterday and a week from now, as they are typed.
pub(crate) fn around() -> (String, String) {
    let today = system_clock().now().date();
    let typed = |days: i64| (today + jiff::Span::new().days(days)).strftime("%d/%m/%Y").to_string();
    (typed(-1), typed(7))
}
