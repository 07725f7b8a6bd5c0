//! The example that the demo builds: an authority, a parquet, four organisations, two groups, seven
//! people, each with a home of their own. Everybody comes in as in earnest, by an invitation and six words;
//! only that one machine plays all the parts.

use crate::authority::founding::{self, Founding};
use crate::authority::invitations::{Person, Wanted};
use crate::authority::{Half, Office, RootFolder, RootPublic};
use crate::commands::proposal::{and_annuaire, unsigned};
use crate::enrolment::{self, Enrolling};
use crate::failure::Failure;
use crate::home::{create_private, write_private};
use crate::invitation::InvitationFile;
use crate::proposals::{sign_proposal, waiting};
use crate::screening;
use crate::session::Session;
use crate::trust;
use pli_server::{Clock, folder, system_clock};
use serde_json::json;
use shared::crypto::{random, sha256};
use shared::ids::{Digest, GroupId, MemberId, OrganisationId, Random, Role};
use shared::seal::WORK_FACTOR_SEAL;
use shared::signed::Signed;
use shared::statement::{
    Adhesion, Charter, Group, GroupKind, Kind, Link, Organisation, Reglement, Roster, Seat, Statement,
    WitnessPolicy,
};
use shared::wire::About;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;

/// Handle, role, organisation's handle and name, the person's (invented) first and last name.
pub(super) const PEOPLE: [[&str; 6]; 5] = [
    ["mairie", "COORD", "mairie", "Ville de Clairval", "Awa", "Delmas"],
    ["police", "PREFT", "police", "Commissariat de Clairval", "Bastien", "Orsini"],
    ["bailleur", "BREF", "bailleur", "Plaine Habitat", "Chloé", "Vasseur"],
    ["parquet", "AUD", "parquet", "Parquet", "Denis", "Quéméner"],
    ["voisin", "BREF", "bailleur", "Plaine Habitat", "Élise", "Tournier"],
];

/// The mayor presides, the prosecutor gives visas; they receive nothing here.
const LEADERS: [[&str; 6]; 2] = [
    ["maire", "MAIRE", "mairie", "Ville de Clairval", "Farid", "Lemoine"],
    ["procureur", "PROC", "parquet", "Parquet", "Géraldine", "Hamon"],
];

/// Who is on it can be named in a group.
const ANNUAIRE: &str = "Référents";

/// What everybody signs.
const CHARTER: &str = "Charte déontologique d'exemple : ce qui s'échange ici ne sort pas du groupe.";

/// The example, built.
pub(super) struct World {
    /// Where it lies.
    pub(super) dir: PathBuf,
    /// The groups: the one of the story, and the one next door.
    pub(super) groups: [GroupId; 2],
}

impl World {
    /// Builds everything up to the founding of the relay. Nobody is invited yet: the relay's address is
    /// not known.
    pub(super) async fn found(dir: &Path) -> Result<(Self, Roots), Failure> {
        let (clock, roots) = (system_clock(), dir.join("roots"));
        create_private(&roots)?;
        // Closing a safe takes most of a second on purpose: both at once.
        let make = |half: Half| {
            let passphrase = passphrase(&roots, half.as_str())?;
            RootFolder::create(&roots.join(half.as_str()), half, &passphrase, WORK_FACTOR_SEAL)
        };
        let [authority, parquet] = std::thread::scope(|scope| {
            [Half::Authority, Half::Parquet]
                .map(|half| scope.spawn(move || make(half)))
                .map(|thread| thread.join().unwrap_or_else(|_| Err(failed("a thread broke off"))))
        });
        let (authority, parquet) = (authority?, parquet?);

        let (relay, file) = (dir.join("relay"), roots.join("founding"));
        folder::make(&relay, "pli.example/clairval", None, clock.now()).map_err(failed)?;
        let public = RootPublic::read(&parquet.public_file())?;
        founding::draft(
            &authority,
            &relay.join("relay.json"),
            &public,
            None,
            screening::carried(),
            WitnessPolicy::of(0, Vec::new()),
            clock.now(),
        )?
        .write(&file)?;
        Founding::read(&parquet, &file)?.sign(&parquet)?.write(&file)?;
        let founding = std::fs::read(&file).map_err(failed)?;
        folder::found(&relay, &founding, Clock::clone(&clock)).await.map_err(failed)?;

        let groups = [GroupId(random()), GroupId(random())];
        let object = json!({"clairval": groups[0].to_string(), "montreval": groups[1].to_string()});
        write_private(&dir.join("groups.json"), object.to_string().as_bytes())?;
        Ok((Self { dir: dir.to_owned(), groups }, Roots { authority, parquet }))
    }

    /// A person's home. Those who only sign are kept apart from those who act in the story.
    pub(super) fn home(&self, person: &str) -> PathBuf {
        let signs = LEADERS.iter().any(|leader| leader[0] == person);
        self.dir.join(if signs { "leaders" } else { "people" }).join(person)
    }

    /// What opens that home, which only an example keeps.
    pub(super) fn passphrase(&self, person: &str) -> Result<String, Failure> {
        let file = self.home(person).with_file_name(format!("{person}.passphrase"));
        Ok(std::fs::read_to_string(file).map_err(failed)?.trim().to_owned())
    }

    /// The mayor proposes each group and the prosecutor gives the visa; the coordinator proposes who belongs
    /// and the mayor validates; then everybody signs the charter.
    async fn gather(&self, sessions: &mut Sessions) -> Result<(), Failure> {
        let named = [
            (self.groups[0], "Groupe bailleurs de Clairval", &["bailleur", "mairie", "police"][..]),
            (self.groups[1], "Groupe bailleurs de Montreval", &["mairie", "voisin"][..]),
        ];
        for (id, name, members) in named {
            let device = |person: &str| sessions[person].device();
            let link = Link::first(sessions["maire"].now());
            let group = Group {
                link: link.clone(),
                id,
                name: name.to_owned(),
                kind: GroupKind::Echange,
                territory: vec!["Clairval".to_owned()],
                president: device("maire"),
                coordinator: device("mairie"),
            };
            let seat =
                |member: &&str| Seat { member: handle(member), devices: vec![device(member)], writes: true };
            let seats = members.iter().map(seat).collect();
            let group =
                agreed(sessions, id, unsigned(Kind::Group, &group, None), ["maire", "procureur"]).await?;
            let roster = Roster { link: link.clone(), group: id, statement: group, seats };
            agreed(sessions, id, unsigned(Kind::Roster, &roster, None), ["mairie", "maire"]).await?;
            let charter = Charter {
                link: link.clone(),
                group: id,
                text: sha256(CHARTER.as_bytes()),
                reglement: Reglement { reference: "2026-14".to_owned(), date: "12/05/2026".to_owned() },
                named: Vec::new(),
                from: link.made,
                order: None,
            };
            let charter = unsigned(Kind::Charter, &charter, Some(CHARTER.as_bytes().to_vec()));
            let charter = agreed(sessions, id, charter, ["maire", "procureur"]).await?;
            for member in members {
                let adhesion = Adhesion { link: link.clone(), group: id, member: handle(member), charter };
                let session = sessions.get_mut(member).ok_or_else(|| failed("nobody is there"))?;
                let signed = Signed::new(&adhesion, &[session.key()]);
                trust::publish(session, &Statement { kind: Kind::Adhesion, signed, body: None }).await?;
            }
        }
        Ok(())
    }
}

/// Everybody, unlocked.
type Sessions = BTreeMap<&'static str, Session>;

/// What one person proposes and another validates, who is shown it by the relay; gives its digest.
async fn agreed(
    sessions: &mut Sessions,
    group: GroupId,
    proposed: Statement,
    [first, second]: [&'static str; 2],
) -> Result<Digest, Failure> {
    let absent = || failed("nobody is there");
    let (kind, digest) = (proposed.kind, proposed.signed.digest());
    let session = sessions.get_mut(first).ok_or_else(absent)?;
    let mut proved = trust::prove(session, About::Proposals).await?;
    and_annuaire(session, &mut proved, ANNUAIRE).await?;
    let next = sign_proposal(&proved.directory, &proposed, session.key(), session.now())?;
    trust::publish(session, &next).await?;

    let session = sessions.get_mut(second).ok_or_else(absent)?;
    let mut proved = trust::prove(session, About::Proposals).await?;
    and_annuaire(session, &mut proved, ANNUAIRE).await?;
    let mut waiting = waiting(&proved.directory, &proved.proposals).into_iter();
    let shown = waiting.find(|waiting| waiting.group == group && waiting.statement.kind == kind);
    let shown = shown.ok_or_else(|| failed("nothing waits for a signature"))?.statement;
    let next = sign_proposal(&proved.directory, &shown, session.key(), session.now())?;
    trust::publish(session, &next).await?;
    if next.signed.digest() == digest { Ok(digest) } else { Err(failed("a signature is missing")) }
}

/// The two roots, before anybody is invited.
pub(super) struct Roots {
    authority: RootFolder,
    parquet: RootFolder,
}

impl Roots {
    /// Invites everybody, has them enrol, compares the words, accepts them, and lets them found their groups;
    /// gives the words of one of them.
    pub(super) async fn settle(self, world: &World, relay: SocketAddr) -> Result<String, Failure> {
        ["leaders", "people"].iter().try_for_each(|name| create_private(&world.dir.join(name)))?;
        write_private(&world.dir.join("address"), relay.to_string().as_bytes())?;
        let mut authority = Office::open(self.authority, Some(relay), system_clock()).await?;
        let mut parquet = Office::open(self.parquet, Some(relay), system_clock()).await?;
        let invitations = world.dir.join("roots").join("invitations");
        create_private(&invitations)?;
        let mut enrolling = Vec::new();
        for person in PEOPLE.iter().chain(&LEADERS) {
            let office = if role(person[1]).is_hat() { &parquet } else { &authority };
            let (_, _, invitation) = office.invite(&wanted(person))?;
            let (file, home) = (invitations.join(person[0]), world.home(person[0]));
            invitation.write(&file)?;
            enrolling.push((person, apart(async move { enrol(&file, &home).await })));
        }
        let mut words = String::new();
        let mut accepted = Vec::new();
        for (person, enrolling) in enrolling {
            let enrolling = enrolling.await.map_err(failed)??;
            words = enrolling.words();
            let office = if role(person[1]).is_hat() { &mut parquet } else { &mut authority };
            let waiting = office.answer_of(&handle(person[0]), Some(&words)).await?;
            office.accept(waiting).await?;
            accepted.push((person[0], apart(enrolling.finish())));
        }
        authority.publish_annuaire(ANNUAIRE, &[]).await?;
        [authority, parquet].iter_mut().for_each(|office| office.session.close());
        let mut sessions = BTreeMap::new();
        for (person, finishing) in accepted {
            sessions.insert(person, finishing.await.map_err(failed)??);
        }
        world.gather(&mut sessions).await?;
        sessions.values_mut().for_each(Session::close);
        Ok(words)
    }
}

/// On a thread of its own: making a safe takes most of a second on purpose, and everybody does it at once.
fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(work))
}

/// What a person does with their invitation.
async fn enrol(file: &Path, home: &Path) -> Result<Enrolling, Failure> {
    let invitation = InvitationFile::read(file)?;
    let people = home.parent().unwrap_or(home);
    let passphrase = passphrase(people, invitation.invitation.member().as_str())?;
    let wanted =
        enrolment::Wanted { home, name: "bureau", passphrase: &passphrase, work_factor: WORK_FACTOR_SEAL };
    let mut enrolling = enrolment::begin(&invitation, &wanted, system_clock()).await?;
    enrolling.send().await?;
    Ok(enrolling)
}

/// A passphrase, which only an example keeps beside what it opens.
fn passphrase(folder: &Path, name: &str) -> Result<String, Failure> {
    let passphrase = Random::draw().to_string()[..24].to_owned();
    write_private(&folder.join(format!("{name}.passphrase")), format!("{passphrase}\n").as_bytes())?;
    Ok(passphrase)
}

fn wanted(person: &[&str; 6]) -> Wanted {
    let [member, function, organisation, organisation_name, given_name, family_name] = *person;
    Wanted {
        member: Some(handle(member)),
        function: Some(role(function)),
        organisation: Some(Organisation {
            id: OrganisationId::try_from(organisation.to_owned()).expect("a handle"),
            name: organisation_name.to_owned(),
        }),
        territory: vec!["Clairval".to_owned(), "Montreval".to_owned()],
        personal: Some(Person {
            family_name: family_name.to_owned(),
            given_name: given_name.to_owned(),
            telephone: "01 00 00 00 00".to_owned(),
            email: format!("{member}@clairval.example"),
            attested_by: "Direction".to_owned(),
        }),
        ..Wanted::default()
    }
}

fn handle(name: &str) -> MemberId {
    MemberId::try_from(name.to_owned()).expect("a handle of this file")
}

fn role(code: &str) -> Role {
    Role::try_from(code.to_owned()).expect("a role of this file")
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::local("demo-failed", error)
}
