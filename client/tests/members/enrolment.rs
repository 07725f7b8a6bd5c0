//! Who comes in, and who does not: invitations, six words, further devices, lost ones, and a device that
//! nobody of the member's signed for. Against a real relay on a real port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_client::authority::cards::Whose;
use pli_client::authority::founding::{self, Founding};
use pli_client::authority::invitations::{Person, Wanted};
use pli_client::authority::{Half, Office, RootFolder, RootPublic};
use pli_client::enrolment::{self, Enrolling};
use pli_client::failure::{Failure, Unverified};
use pli_client::home::Home;
use pli_client::invitation::InvitationFile;
use pli_client::keystore;
use pli_client::session::Session;
use pli_client::{devices, screening, standing, trust};
use pli_server::listen::Server;
use pli_server::{Clock, folder, system_clock};
use serde_json::Value;
use shared::crypto::SigningKey;
use shared::directory::Chain;
use shared::ids::{DeviceId, MemberId};
use shared::limits::INVITATION_SECONDS_MAX;
use shared::signed::Signed;
use shared::statement::{Card, DeviceKey, Kind, Organisation, Statement, WitnessPolicy};
use shared::wire::{About, Ask};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

const PASSPHRASE: &str = "quatre mots bien choisis";

/// These passphrases are not worth guessing.
const WORK_FACTOR: u8 = 2;

/// A relay that was founded, with both roots at work.
struct Scene {
    dir: TempDir,
    server: Server,
    authority: Office,
    parquet: Office,
}

impl Scene {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = |half: Half| {
            RootFolder::create(&dir.path().join(half.as_str()), half, PASSPHRASE, WORK_FACTOR).unwrap()
        };
        let (authority, parquet) = (root(Half::Authority), root(Half::Parquet));
        let (relay, file) = (dir.path().join("relay"), dir.path().join("founding"));
        folder::make(&relay, "pli.example/test", None, system_clock().now()).unwrap();
        let public = RootPublic::read(&parquet.public_file()).unwrap();
        let public_relay = relay.join("relay.json");
        let now = system_clock().now();
        let nobody = WitnessPolicy::of(0, Vec::new());
        founding::draft(&authority, &public_relay, &public, None, screening::carried(), nobody, now)
            .unwrap()
            .write(&file)
            .unwrap();
        Founding::read(&parquet, &file).unwrap().sign(&parquet).unwrap().write(&file).unwrap();
        folder::found(&relay, &fs::read(&file).unwrap(), system_clock()).await.unwrap();
        let server = serve(&relay).await;
        let authority = Office::open(authority, Some(server.address()), system_clock()).await.unwrap();
        let parquet = Office::open(parquet, Some(server.address()), system_clock()).await.unwrap();
        Self { dir, server, authority, parquet }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Invites somebody into a file of that name.
    fn invite(&self, wanted: &Wanted) -> PathBuf {
        let (member, _, file) = self.authority.invite(wanted).unwrap();
        let path = self.path(&format!("{member}.invitation"));
        file.write(&path).unwrap();
        path
    }

    /// What the device does until somebody must accept it.
    async fn answer(&self, invitation: &Path, home: &str) -> Result<Enrolling, Failure> {
        let mut enrolling = self.begin(invitation, home, system_clock()).await?;
        enrolling.send().await?;
        Ok(enrolling)
    }

    async fn begin(&self, invitation: &Path, home: &str, clock: Clock) -> Result<Enrolling, Failure> {
        let (invitation, home) = (InvitationFile::read(invitation)?, self.path(home));
        let wanted = enrolment::Wanted {
            home: &home,
            name: "bureau",
            passphrase: PASSPHRASE,
            work_factor: WORK_FACTOR,
        };
        enrolment::begin(&invitation, &wanted, clock).await
    }

    /// From an invitation to a member.
    async fn enrol(&mut self, name: &str) -> Session {
        let invitation = self.invite(&wanted(name));
        self.let_in(&invitation, name, name).await
    }

    async fn let_in(&mut self, invitation: &Path, member: &str, home: &str) -> Session {
        let enrolling = self.answer(invitation, home).await.unwrap();
        let waiting = self.authority.answer_of(&handle(member), Some(&enrolling.words())).await.unwrap();
        self.authority.accept(waiting).await.unwrap();
        enrolling.finish().await.unwrap()
    }

    /// A further device, accepted by one of the member's.
    async fn add(&self, session: &mut Session, home: &str) -> Session {
        let (_, file) = devices::invite(session).await.unwrap();
        let path = self.path(&format!("{home}.invitation"));
        file.write(&path).unwrap();
        let enrolling = self.answer(&path, home).await.unwrap();
        let waiting = devices::answer(session, Some(&enrolling.words())).await.unwrap();
        devices::accept(session, waiting).await.unwrap();
        enrolling.finish().await.unwrap()
    }

    /// The authority signs another card than it should.
    async fn forge(&mut self, member: &str, change: impl FnOnce(&mut Card)) {
        let directory = trust::prove(&mut self.authority.session, About::Everybody).await.unwrap().directory;
        let mut card = directory.card(&handle(member)).unwrap().clone();
        card.link = directory.next_link(&Chain::Card(handle(member)), system_clock().now());
        change(&mut card);
        let signed = Signed::new(&card, &[self.authority.session.key()]);
        let statement = Statement { kind: Kind::Card, signed, body: None };
        trust::publish(&mut self.authority.session, &statement).await.unwrap();
    }
}

async fn serve(relay: &Path) -> Server {
    let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
    Server::start(relay, any, system_clock()).await.unwrap()
}

fn handle(name: &str) -> MemberId {
    name.parse().unwrap()
}

fn wanted(name: &str) -> Wanted {
    Wanted {
        member: Some(handle(name)),
        function: Some("BREF".parse().unwrap()),
        organisation: Some(Organisation { id: "plaine".parse().unwrap(), name: "Plaine Habitat".to_owned() }),
        territory: vec!["Clairval".to_owned()],
        personal: Some(Person {
            family_name: "Vasseur".to_owned(),
            given_name: "Chloé".to_owned(),
            telephone: "01 00 00 00 00".to_owned(),
            email: "bref@clairval.example".to_owned(),
            attested_by: "Direction".to_owned(),
        }),
        ..Wanted::default()
    }
}

/// The code of a failure, and its exit code.
fn told<T>(outcome: Result<T, Failure>) -> (String, u8) {
    let failure = outcome.err().expect("it must not succeed");
    (failure.message_id(), failure.exit_code())
}

fn is(code: &str, exit: u8) -> (String, u8) {
    (code.to_owned(), exit)
}

fn reopened(session: Session) -> Session {
    let dir = session.home.dir().to_owned();
    drop(session);
    let master = keystore::unlock(&dir, PASSPHRASE).unwrap();
    Session::open(Home::open(&dir).unwrap(), master, system_clock()).unwrap()
}

/// Whether the relay still answers this device.
async fn is_heard(session: &mut Session) -> bool {
    session.close();
    session.ask(Ask::Log, &[]).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_becomes_a_member_when_the_words_are_the_same() {
    let mut scene = Scene::new().await;
    let invitation = scene.invite(&wanted("bailleur"));
    let mut enrolling = scene.answer(&invitation, "bailleur").await.unwrap();
    assert!(!enrolling.is_accepted().await.unwrap());

    let waiting = scene.authority.waiting().await.unwrap();
    assert_eq!((waiting.len(), &waiting[0].words), (1, &enrolling.words()));
    assert!(scene.parquet.waiting().await.unwrap().is_empty(), "the parquet has its own to accept");
    let other = scene.authority.answer_of(&handle("bailleur"), Some("six autres mots")).await;
    assert_eq!(told(other), is("unverified-words", 5));
    let nobody = scene.authority.answer_of(&handle("mairie"), None).await;
    assert_eq!(told(nobody), is("authority-none-waits", 2));

    // Whoever closed the window goes on with the same command.
    drop(enrolling);
    let mut enrolling = scene.answer(&invitation, "bailleur").await.unwrap();
    let said = enrolling.words().to_uppercase().replace(['É', 'È'], "E");
    let waiting = scene.authority.answer_of(&handle("bailleur"), Some(&said)).await.unwrap();
    scene.authority.accept(waiting).await.unwrap();
    assert!(enrolling.is_accepted().await.unwrap());
    let mut session = enrolling.finish().await.unwrap();

    let mut directory = trust::prove(&mut session, About::Own).await.unwrap().directory;
    assert_eq!(directory.personal(&handle("bailleur")).unwrap().name(), "Chloé Vasseur");
    let device = session.device();
    trust::key_pages(&mut session, &mut directory, device).await.unwrap();
    let ladder = session.root().buckets.steps.clone();
    assert!(ladder.iter().all(|step| directory.published_until(device, step.tier).is_some()));
    assert!(scene.authority.waiting().await.unwrap().is_empty());
    assert_eq!(told(scene.begin(&invitation, "bailleur", system_clock()).await), is("enroll-done", 2));
    assert_eq!(told(scene.authority.invite(&wanted("bailleur"))), is("authority-member-exists", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_invitation_is_told_apart_and_leaves_nothing() {
    let mut scene = Scene::new().await;
    let invitation = scene.invite(&wanted("bailleur"));
    let _first = scene.answer(&invitation, "first").await.unwrap();
    assert_eq!(told(scene.answer(&invitation, "second").await), is("refusal-invitation-used", 3));
    assert!(!scene.path("second").exists(), "nothing is left of it");

    let later: Clock = Arc::new(|| system_clock().now().plus(INVITATION_SECONDS_MAX + 60));
    assert_eq!(told(scene.begin(&invitation, "late", later).await), is("refusal-invitation-ended", 3));
    assert!(!scene.path("late").exists());

    let other = scene.invite(&wanted("voisin"));
    assert_eq!(told(scene.begin(&other, "first", system_clock()).await), is("enroll-other-home", 2));
    fs::create_dir(scene.path("used")).unwrap();
    fs::write(scene.path("used").join("letter.txt"), b"mine").unwrap();
    assert_eq!(told(scene.begin(&other, "used", system_clock()).await), is("enroll-folder", 2));

    let whole = fs::read(&other).unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(scene.path("damaged"), damaged).unwrap();
        assert_eq!(
            told(InvitationFile::read(&scene.path("damaged"))),
            is("unverified-invitation", 5),
            "{at}"
        );
    }
    assert_eq!(told(InvitationFile::read(&scene.path("nowhere"))), is("enroll-file", 2));

    // The parquet's hats are not the authority's to give, nor the other way round.
    let hat = Wanted { function: Some("AUD".parse().unwrap()), ..wanted("controle") };
    assert_eq!(told(scene.authority.invite(&hat)), is("authority-function", 2));
    assert_eq!(told(scene.parquet.invite(&wanted("x"))), is("authority-function", 2));
    assert!(scene.parquet.invite(&hat).is_ok());

    scene.server.stop().await.unwrap();
    let mut enrolling = {
        let (invitation, home) = (InvitationFile::read(&other).unwrap(), scene.dir.path().join("third"));
        let wanted =
            enrolment::Wanted { home: &home, name: "x", passphrase: PASSPHRASE, work_factor: WORK_FACTOR };
        enrolment::begin(&invitation, &wanted, system_clock()).await.unwrap()
    };
    assert_eq!(told(enrolling.send().await), is("unreached", 6));
    assert!(scene.dir.path().join("third").exists(), "the same command goes on");
    scene.authority.session.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_agent_has_a_drawn_handle_and_no_name() {
    let mut scene = Scene::new().await;
    let agent = Wanted { member: None, protected: true, ..wanted("x") };
    assert_eq!(told(scene.authority.invite(&agent)), is("authority-protected", 2));
    let agent = Wanted { personal: None, ..agent };
    let (member, _, file) = scene.authority.invite(&agent).unwrap();
    assert!(member.as_str().starts_with("agent-") && file.personal.is_none());
    let path = scene.path("agent.invitation");
    file.write(&path).unwrap();
    let mut session = scene.let_in(&path, member.as_str(), "agent").await;
    let directory = trust::prove(&mut session, About::Own).await.unwrap().directory;
    assert!(directory.card(&member).unwrap().protected && directory.personal(&member).is_none());

    let mut other = scene.enrol("bailleur").await;
    assert_eq!(scene.authority.publish_annuaire("Référents", &[]).await.unwrap(), 1);
    let named = scene.authority.publish_annuaire("Référents", std::slice::from_ref(&member)).await;
    assert_eq!(told(named), is("authority-unlisted", 2));
    let shown = trust::prove(&mut other, About::Annuaire("Référents".to_owned())).await.unwrap().directory;
    assert!(shown.card(&handle("bailleur")).is_some() && shown.card(&member).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_is_signed_for_and_a_lost_one_struck_off() {
    let mut scene = Scene::new().await;
    let mut first = scene.enrol("bailleur").await;
    let mut second = scene.add(&mut first, "bailleur-2").await;
    let this: DeviceId = second.device();
    let lines = devices::list(&mut second).await.unwrap();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.is_this == (line.device == this) && line.since.is_some()));
    assert!(standing::news(&first.home).unwrap().is_empty(), "who accepted it knows");

    // Of what another device accepted, this one is told once.
    let third = scene.add(&mut second, "bailleur-3").await;
    trust::prove(&mut first, About::Own).await.unwrap();
    assert_eq!(standing::news(&first.home).unwrap(), [third.device()]);
    trust::prove(&mut first, About::Own).await.unwrap();
    assert!(standing::news(&first.home).unwrap().is_empty());

    let own = first.device().to_string();
    assert_eq!(told(devices::revoke(&mut first, &own).await), is("device-this", 2));
    assert_eq!(told(devices::revoke(&mut first, "ffff").await), is("device-unknown", 2));
    devices::rename(&mut first, &this.to_string()[..8], "perdu").await.unwrap();
    devices::revoke(&mut first, &this.to_string()[..8]).await.unwrap();
    assert!(!is_heard(&mut second).await);
    let mut third = reopened(third);
    assert!(is_heard(&mut first).await && is_heard(&mut third).await);
    let names: Vec<_> = devices::list(&mut first).await.unwrap().into_iter().map(|line| line.name).collect();
    assert_eq!(names, ["bureau", "bureau"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_last_device_comes_back_with_another() {
    let mut scene = Scene::new().await;
    let mut lost = scene.enrol("bailleur").await;
    let mut terms = Wanted { member: Some(handle("bailleur")), replace: true, ..Wanted::default() };
    let invitation = scene.invite(&terms);
    let first = fs::read(&invitation).unwrap();
    assert!(is_heard(&mut lost).await, "until somebody accepts, nothing changes");
    let later = scene.invite(&terms);
    let too_late = scene.answer(&later, "too-late").await.unwrap().words();
    fs::write(&invitation, first).unwrap();
    let mut fresh = scene.let_in(&invitation, "bailleur", "again").await;
    let waiting = scene.authority.answer_of(&handle("bailleur"), Some(&too_late)).await.unwrap();
    assert_eq!(told(scene.authority.accept(waiting).await), is("authority-stale", 2));
    assert!(!is_heard(&mut lost).await && is_heard(&mut fresh).await);
    let directory = trust::prove(&mut fresh, About::Own).await.unwrap().directory;
    assert_eq!(directory.personal(&handle("bailleur")).unwrap().name(), "Chloé Vasseur");
    assert_eq!(directory.card(&handle("bailleur")).unwrap().link.version, 2);
    terms.member = Some(handle("nobody"));
    assert_eq!(told(scene.authority.invite(&terms)), is("authority-member-unknown", 2));

    // A certificate that is gone is asked for again.
    fs::remove_file(fresh.home.dir().join("certificate")).unwrap();
    let mut fresh = reopened(fresh);
    assert!(is_heard(&mut fresh).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_struck_off_is_heard_no_more_and_their_name_is_gone() {
    let mut scene = Scene::new().await;
    let (mut one, mut two) = (scene.enrol("bailleur").await, scene.enrol("voisin").await);
    let cards = scene.authority.cards(&Whose::All).unwrap();
    scene.authority.attest(cards).await.unwrap();
    assert!(is_heard(&mut one).await && is_heard(&mut two).await);
    let denounced = Whose::Organisation("plaine".parse().unwrap());
    let cards = scene.authority.cards(&denounced).unwrap();
    assert_eq!(cards.len(), 2);
    scene.authority.strike_off(cards, Some("art. 24")).await.unwrap();
    assert!(!is_heard(&mut one).await && !is_heard(&mut two).await);
    let directory = trust::prove(&mut scene.authority.session, About::Everybody).await.unwrap().directory;
    assert!(directory.personal(&handle("voisin")).is_none());
    assert_eq!(told(scene.authority.cards(&denounced)), is("authority-member-unknown", 2));
    // Whoever comes back is invited again.
    let invitation = scene.invite(&wanted("voisin"));
    let mut back = scene.let_in(&invitation, "voisin", "back").await;
    assert!(is_heard(&mut back).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_goes_on_under_a_fresh_key() {
    let mut scene = Scene::new().await;
    let mut member = scene.enrol("bailleur").await;
    let folder = scene.path("authority");
    let before = fs::read(folder.join("root.age")).unwrap();
    assert_eq!(scene.authority.rotate().await.unwrap(), 1);
    assert!(is_heard(&mut member).await);
    trust::prove(&mut member, About::Own).await.unwrap();
    let mut second = scene.enrol("voisin").await;
    assert!(is_heard(&mut second).await);

    // Stopped between the root statement and its own folder: the next contact finds out.
    fs::rename(folder.join("root.age"), folder.join("root.next.age")).unwrap();
    fs::write(folder.join("root.age"), before).unwrap();
    let opened = RootFolder::open(&folder, Half::Authority, PASSPHRASE).unwrap();
    let office = Office::open(opened, None, system_clock()).await.unwrap();
    assert_eq!(office.directory.root().unwrap().authority, office.folder.public());
    assert!(!folder.join("root.next.age").exists());
    let wrong = RootFolder::open(&folder, Half::Authority, "une autre phrase");
    assert_eq!(told(wrong), is("keystore-wrong-passphrase", 1));
    assert_eq!(told(RootFolder::open(&folder, Half::Parquet, PASSPHRASE)), is("authority-absent", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_nobody_signed_for_stops_the_member_with_evidence() {
    let mut scene = Scene::new().await;
    let ghost = DeviceKey { key: SigningKey::generate().public(), name: "bureau".to_owned() };

    let mut member = scene.enrol("bailleur").await;
    scene.forge("bailleur", move |card| card.devices.push(ghost)).await;
    let seen = trust::prove(&mut member, About::Own).await;
    assert_eq!(told(seen.map(drop)), is("unverified-own-devices", 5));
    let evidence = fs::read_dir(member.home.dir().join("evidence")).unwrap().count();
    assert!(evidence > 0, "the signed card is kept");

    // Nor does it help to take it away again before the member looks.
    let mut other = scene.enrol("voisin").await;
    let ghost = DeviceKey { key: SigningKey::generate().public(), name: "bureau".to_owned() };
    scene.forge("voisin", move |card| card.devices.push(ghost)).await;
    scene.forge("voisin", |card| card.devices.truncate(1)).await;
    let seen = trust::prove(&mut other, About::Own).await;
    assert!(matches!(seen.map(drop), Err(Failure::Unverified(Unverified::OwnDevices))));
}

/// The program, as a script runs it.
fn pli(dir: &Path, exit: i32, arguments: &[&str]) -> Vec<Value> {
    let passphrase = dir.join("passphrase");
    let output = Command::new(env!("CARGO_BIN_EXE_pli"))
        .args(["--json", "--passphrase-file"])
        .arg(&passphrase)
        .args(arguments)
        .current_dir(dir)
        .env_remove("PLI_HOME")
        .env("XDG_RUNTIME_DIR", dir)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_town_is_founded_and_enrolled_with_the_program_alone() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    fs::write(at.join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
    folder::make(&at.join("relay"), "pli.example/test", None, system_clock().now()).unwrap();
    pli(at, 0, &["authority", "init", "--dir", "a"]);
    pli(at, 0, &["parquet", "init", "--dir", "p"]);
    let draft = ["authority", "draft", "--dir", "a", "--relay", "relay/relay.json", "--out", "founding"];
    let drafted = pli(at, 0, &[&draft[..], &["--parquet", "p/public.json"]].concat());
    let signed = pli(at, 0, &["parquet", "sign", "--dir", "p", "founding"]);
    assert_eq!(drafted[0]["fingerprint"], signed[0]["fingerprint"]);
    let founded =
        folder::found(&at.join("relay"), &fs::read(at.join("founding")).unwrap(), system_clock()).await;
    assert_eq!(founded.unwrap().to_string(), signed[0]["fingerprint"]);
    let server = serve(&at.join("relay")).await;
    let relay = server.address().to_string();

    let certify = [
        "parquet",
        "certify",
        "controle",
        "--hat",
        "AUD",
        "--organisation",
        "parquet",
        "--organisation-name",
        "Parquet",
        "--family-name",
        "Quéméner",
        "--given-name",
        "Denis",
        "--telephone",
        "0",
        "--email",
        "d@parquet.example",
        "--attested-by",
        "Procureure",
        "--dir",
        "p",
        "--out",
        "controle.invitation",
    ];
    let unreached = pli(at, 2, &certify);
    assert_eq!(unreached[0]["error"]["code"], "authority-relay");
    pli(at, 0, &[&certify[..], &["--relay", &relay]].concat());
    let enroll = ["enroll", "controle.invitation", "--home", "controle", "--no-wait"];
    let waiting = pli(at, 0, &enroll);
    let words = waiting[0]["words"].as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 6);
    let pending = pli(at, 0, &["parquet", "pending", "--dir", "p"]);
    assert_eq!(pending[0]["words"], words.as_str());
    let accept = ["parquet", "accept", "controle", "--dir", "p"];
    assert_eq!(pli(at, 2, &accept)[0]["error"]["code"], "usage-words");
    pli(at, 5, &[&accept[..], &["--words", "un deux trois quatre cinq six"]].concat());
    pli(at, 0, &[&accept[..], &["--words", &words]].concat());
    assert_eq!(pli(at, 0, &enroll)[0]["state"], "enrolled");
    let listed = pli(at, 0, &["device", "list", "--home", "controle"]);
    assert_eq!((listed.len(), &listed[0]["this"]), (1, &Value::Bool(true)));
    assert_eq!(pli(at, 2, &enroll)[0]["error"]["code"], "enroll-done");
    server.stop().await.unwrap();
}
