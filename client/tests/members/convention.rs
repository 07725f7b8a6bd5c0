//! Every flow of the convention, through its form and a real relay: what it permits goes from writer to reader, and each
//! of its constraints is refused by the rules that the relay applies, and again by those that the reader applies.
//!
//! Nothing here knows a flow: the town, the forms and what is tried come from the nomenclature.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::approval;
use pli_client::form;
use pli_client::inbox::{self, Motive};
use pli_client::outbox::{self, Wanted};
use pli_client::session::Session;
use pli_client::show::Show;
use pli_client::trust;
use pli_client::words::Language;
use pli_server::system_clock;
use shared::authorise;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::form::{Form, check, latest_end};
use shared::ids::{FlowCode, GroupId, MemberId, Role};
use shared::log::Act;
use shared::message::{Core, Draft, Gated, Handling, Thread};
use shared::nomenclature::{Field, FieldKind, Flow, Founder, KindRules, Nomenclature};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{
    Adhesion, Charter, Group, GroupKind, Kind, Link, Reglement, Roster, Seat, Statement,
};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::About;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const TEXT: &str = include_str!("../../../shared/nomenclature.toml");

/// Those whom the town of the other tests lacks: one of each function.
const MORE: [[&str; 6]; 15] = [
    ["aorif", "AORIF", "aorif", "Lou", "Astier", "Clairval"],
    ["bass", "BASS", "plaine", "Théo", "Verneuil", "Clairval"],
    ["bctx", "BCTX", "plaine", "Nina", "Marville", "Clairval"],
    ["em", "EM", "police", "Rémi", "Cordier", "Clairval"],
    ["en", "EN", "academie", "Jade", "Fournel", "Clairval"],
    ["epci", "EPCI", "plaine-commune", "Marc", "Aubriot", "Clairval"],
    ["mref", "MREF", "parquet", "Lise", "Charmont", "Clairval"],
    ["omp", "OMP", "police", "Yann", "Delorme", "Clairval"],
    ["pjj", "PJJ", "justice", "Ava", "Beaulieu", "Clairval"],
    ["pm", "PM", "mairie", "Tom", "Rivard", "Clairval"],
    ["pq", "PQ", "universite", "Eva", "Savary", "Clairval"],
    ["prep", "PREP", "parquet", "Hélène", "Daumas", "Clairval"],
    ["rsur", "RSUR", "police", "Paul", "Mercadier", "Clairval"],
    ["spip", "SPIP", "justice", "Luc", "Bonnard", "Clairval"],
    ["trans", "TRANS", "transports", "Zoé", "Lacombe", "Clairval"],
];

/// A town with everybody in every kind of group that they may join.
struct World {
    town: Town,
    rules: Nomenclature,
    sessions: BTreeMap<String, Session>,
    /// By kind: the group, and who is in it, function by function.
    groups: BTreeMap<GroupKind, (GroupId, BTreeMap<Role, MemberId>)>,
}

impl World {
    fn build() -> Self {
        let town = Town::with(&MORE, TEXT);
        let rules = Nomenclature::parse(TEXT).unwrap();
        let mut world = Self { town, rules, sessions: BTreeMap::new(), groups: BTreeMap::new() };
        let everybody = world.everybody();
        for member in everybody.values() {
            let session = world.town.session(member.as_str());
            world.sessions.insert(member.to_string(), session);
        }
        let kinds: Vec<_> = world.rules.kinds.iter().map(|(kind, rules)| (*kind, rules.clone())).collect();
        for (number, (kind, rules)) in (1..).zip(kinds) {
            let group = world.found(number, kind, &rules, &everybody);
            world.groups.insert(kind, group);
        }
        world
    }

    /// The first member of each function.
    fn everybody(&self) -> BTreeMap<Role, MemberId> {
        let mut session = self.town.session("sec");
        let directory = self
            .town
            .wait(trust::prove(&mut session, About::Annuaire("Référents".to_owned())))
            .unwrap()
            .directory;
        session.close();
        let mut everybody = BTreeMap::new();
        for card in directory.all_cards() {
            everybody.entry(card.function.clone()).or_insert_with(|| card.member.clone());
        }
        everybody.insert("BAG".parse().unwrap(), "agent-3f2a".parse().unwrap());
        everybody
    }

    /// A group of a kind, with everybody who may join it, led by the first who may, and its charter signed.
    fn found(
        &mut self,
        number: u8,
        kind: GroupKind,
        rules: &KindRules,
        everybody: &BTreeMap<Role, MemberId>,
    ) -> (GroupId, BTreeMap<Role, MemberId>) {
        let (id, now) = (GroupId([number; 16]), system_clock().now());
        let joins = |role: &Role| rules.members.contains(role) || rules.named.contains(role);
        let seated: BTreeMap<_, _> = everybody
            .iter()
            .filter(|(role, _)| joins(role))
            .map(|(role, member)| (role.clone(), member.clone()))
            .collect();
        // Where two sides found it, they are of two organisations.
        let president = if rules.founder == Founder::Sides {
            "BREF".parse().unwrap()
        } else {
            rules.president[0].clone()
        };
        let coordinator = match rules.founder {
            Founder::Sides => "CSP".parse().unwrap(),
            _ => rules.coordinator.iter().find(|role| **role != president).unwrap().clone(),
        };
        let device = |role: &Role| self.sessions[everybody[role].as_str()].device();
        let group = Group {
            link: Link::first(now),
            id,
            name: rules.title.clone(),
            kind,
            territory: vec!["Clairval".to_owned()],
            president: device(&president),
            coordinator: device(&coordinator),
        };
        let key = |role: &str| self.sessions[everybody[&role.parse().unwrap()].as_str()].key();
        let mut signers = match rules.founder {
            Founder::President => vec![key(president.as_str())],
            Founder::Authority => vec![&self.town.authority],
            Founder::Sides => vec![key(president.as_str()), key(coordinator.as_str())],
        };
        signers.extend(rules.visa.then(|| key("PROC")));
        let group = Statement { kind: Kind::Group, signed: Signed::new(&group, &signers), body: None };
        // Before there is a charter, whoever its règlement intérieur names is no member yet.
        let seats = |with_named: bool| {
            let of: Vec<_> = seated
                .iter()
                .filter(|(role, _)| with_named || rules.members.contains(role))
                .map(|(_, member)| member.clone())
                .collect();
            let mut seats: Vec<_> = of
                .into_iter()
                .map(|member| Seat {
                    devices: vec![self.sessions[member.as_str()].device()],
                    member,
                    writes: true,
                })
                .collect();
            seats.sort_by(|a, b| a.member.cmp(&b.member));
            seats
        };
        let leaders = [key(president.as_str()), key(coordinator.as_str())];
        let roster = Roster {
            link: Link::first(now),
            group: id,
            statement: group.signed.digest(),
            seats: seats(false),
        };
        let first = Signed::new(&roster, &leaders);
        let next = Roster {
            link: Link { version: 2, previous: Some(first.digest()), ..Link::first(now) },
            seats: seats(true),
            ..roster
        };
        let charter_text = b"Ce qui s'echange ici n'en sort pas.".to_vec();
        let charter = Charter {
            link: Link::first(now),
            group: id,
            text: sha256(&charter_text),
            reglement: Reglement { reference: "2026-14".to_owned(), date: "12/05/2026".to_owned() },
            named: rules.named.clone(),
            from: now,
            order: None,
        };
        let charter = Signed::new(&charter, &[key(president.as_str()), key("PROC")]);
        let bare = |kind, signed| Statement { kind, signed, body: None };
        let mut all = vec![group, bare(Kind::Roster, first)];
        if rules.charter {
            all.push(Statement { kind: Kind::Charter, signed: charter.clone(), body: Some(charter_text) });
        }
        if !rules.named.is_empty() {
            all.push(bare(Kind::Roster, Signed::new(&next, &leaders)));
        }
        if rules.charter {
            for member in seated.values() {
                let adhesion = Adhesion {
                    link: Link::first(now),
                    group: id,
                    member: member.clone(),
                    charter: charter.digest(),
                };
                all.push(bare(
                    Kind::Adhesion,
                    Signed::new(&adhesion, &[self.sessions[member.as_str()].key()]),
                ));
            }
        }
        let leader = everybody[&president].to_string();
        let session = self.sessions.get_mut(&leader).unwrap();
        for statement in &all {
            self.town.publish(session, statement);
        }
        (id, seated)
    }

    /// Who writes and who reads, in the first kind of group where both are; none if the nomenclature lets nobody.
    fn cast(&self, flow: &Flow) -> Option<(GroupKind, MemberId, Vec<MemberId>)> {
        flow.groups.iter().find_map(|kind| {
            let (_, seated) = &self.groups[kind];
            flow.from.iter().filter_map(|role| seated.get(role)).find_map(|writer| {
                let gate = flow.gate.as_ref().map(|gate| &seated[&gate.by]);
                let may = |role: &&Role| {
                    seated.get(*role).is_some_and(|member| member != writer && Some(member) != gate)
                };
                let mut to: Vec<_> = match (flow.referents, flow.closed.as_slice()) {
                    (true, _) => flow.to.iter().filter(may).map(|role| seated[role].clone()).collect(),
                    (_, []) => flow.to.iter().filter(may).take(1).map(|role| seated[role].clone()).collect(),
                    (_, closed) => closed.iter().filter(may).map(|role| seated[role].clone()).collect(),
                };
                to.sort();
                (!to.is_empty()).then(|| (*kind, writer.clone(), to))
            })
        })
    }

    fn directory(&mut self, member: &MemberId, group: GroupId) -> Directory {
        let session = self.sessions.get_mut(member.as_str()).unwrap();
        self.town.wait(trust::prove(session, About::Group(group))).unwrap().directory
    }
}

/// A form of a flow as somebody fills it in an editor: everything that is asked for, and nothing else.
fn filled(flow: &Flow, rules: &Nomenclature) -> String {
    let mut text = String::new();
    one_of_each(&flow.fields, rules, &mut text);
    if let Some(year) = flow.year_field() {
        // A list of a year that is long over would be destroyed at once.
        let least = format!("{year} = \"2020\"");
        let running = format!("{year} = \"{}\"", system_clock().now().date().year());
        assert!(text.contains(&least), "{text}");
        text = text.replace(&least, &running);
    }
    if let Some(table) = &flow.table {
        text.push_str("[[rows]]\n");
        one_of_each(&table.columns, rules, &mut text);
    }
    text
}

fn one_of_each(fields: &[Field], rules: &Nomenclature, text: &mut String) {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for field in fields {
        let is_asked = |condition: &shared::nomenclature::Condition| {
            said.get(condition.field.as_str()).is_some_and(|value| condition.is.contains(value))
        };
        if !field.when.as_ref().is_none_or(is_asked) {
            continue;
        }
        let value = match field.kind {
            FieldKind::Line | FieldKind::Text => {
                let most = field.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX);
                "Rien à signaler".chars().take(most).collect()
            }
            FieldKind::Date => system_clock().now().date().to_string(),
            FieldKind::Time => "21h30".to_owned(),
            FieldKind::Number => field.min.unwrap_or(1).max(1).to_string(),
            FieldKind::YesNo => "oui".to_owned(),
            FieldKind::Choice => field.options(&rules.lists)[0].code.clone(),
            FieldKind::Person => "Verneuil Théo, 1980".to_owned(),
            FieldKind::Address => "12 rue des Lilas 93200 Clairval".to_owned(),
            FieldKind::Organisation => "plaine".to_owned(),
            FieldKind::Telephone => "01 00 00 00 00".to_owned(),
            FieldKind::Email => "accueil@plaine.example".to_owned(),
            FieldKind::Position => "48.9361,2.3574".to_owned(),
            FieldKind::Secret => "A-1234".to_owned(),
        };
        let _ = writeln!(text, "{} = \"{value}\"", field.name);
        said.insert(field.name.as_str(), value);
    }
}

fn draft(
    flow: &Flow,
    code: &FlowCode,
    group: GroupId,
    (to, form): (Vec<MemberId>, Form),
    now: Timestamp,
) -> Draft {
    let wished = now.plus(u64::from(flow.retention_days) * DAY_SECONDS);
    let expires = latest_end(flow, &form, now).map_or(wished, |latest| latest.min(wished));
    Draft {
        group,
        flow: code.clone(),
        to,
        subject: flow.title.clone(),
        form,
        text: String::new(),
        handling: Handling::D2,
        thread: Thread::default(),
        documents: Vec::new(),
        expires,
        reply_to: None,
        renews: None,
        first: None,
        vouches: false,
        reread: None,
    }
}

#[test]
fn every_flow_goes_its_way_and_no_other() {
    let mut world = World::build();
    let flows: Vec<_> = world.rules.flows.iter().map(|(code, flow)| (code.clone(), flow.clone())).collect();
    let mut violations = 0;
    for (code, flow) in &flows {
        let (kind, writer, to) = world.cast(flow).unwrap_or_else(|| panic!("{code}: nobody can send it"));
        let core = goes_its_way(&mut world, code, flow, (kind, &writer, &to));
        let group = world.groups[&kind].0;
        let directory = world.directory(&writer, group);
        violations += goes_no_other(&world, code, flow, &core, &directory);
    }
    assert!(
        flows.len() > 50 && violations > 4 * flows.len(),
        "{} flows, {violations} violations",
        flows.len()
    );
}

/// A permitted sending: the form is filled in a file, checked, kept, sent, agreed to where it must be, and opened.
fn goes_its_way(
    world: &mut World,
    code: &FlowCode,
    flow: &Flow,
    (kind, writer, to): (GroupKind, &MemberId, &[MemberId]),
) -> Core {
    let group = world.groups[&kind].0;
    let file = world.town.file("form.toml", &filled(flow, &world.rules));
    let typed = form::read(file.as_ref(), flow).unwrap();
    let form = check(flow, &world.rules.lists, &typed).unwrap_or_else(|faults| panic!("{code}: {faults:?}"));
    let session = world.sessions.get_mut(writer.as_str()).unwrap();
    let now = session.now();
    let draft = draft(flow, code, group, (to.to_vec(), form.clone()), now);
    let gate = flow.gate.as_ref().map(|gate| Gated {
        approver: world.groups[&kind].1[&gate.by].clone(),
        until: now.plus(u64::from(gate.days) * DAY_SECONDS),
        readable_seconds: u64::from(flow.retention_days) * DAY_SECONDS,
    });
    let wanted = Wanted { draft, sources: Vec::new(), persons: Vec::new(), first: None, reason: None, gate };
    let plan = world
        .town
        .wait(outbox::plan(session, &wanted))
        .unwrap_or_else(|failure| panic!("{code}: {failure:?}"));
    let show = Show::new(true, Language::French);
    let sent = world
        .town
        .wait(outbox::send(session, &wanted, plan, &show))
        .unwrap_or_else(|failure| panic!("{code}: {failure:?}"));
    let core = sent.header.core;
    let id = core.id.to_string();
    if let Some(gate) = &core.gate {
        let approver = world.sessions.get_mut(gate.approver.as_str()).unwrap();
        let (entry, gate) = world.town.wait(approval::find(approver, &id)).unwrap();
        let agreement = world.town.wait(approval::plan(approver, &entry, &gate, None)).unwrap();
        world.town.wait(approval::agree(approver, &entry, &agreement)).unwrap();
    }
    for reader in to {
        let session = world.sessions.get_mut(reader.as_str()).unwrap();
        let entry = world.town.wait(inbox::find(session, &id)).unwrap();
        let motive = Motive { reason: flow.reasons.first().cloned(), ..Motive::default() };
        let reading = world.town.wait(inbox::open(session, &entry, Act::Release, &motive));
        let reading = reading.unwrap_or_else(|failure| panic!("{code} for {reader}: {failure:?}"));
        assert_eq!(reading.opened.note.form(&world.rules), Some(form.clone()), "{code}");
    }
    core
}

/// One thing changed at a time: refused by the rules that the relay asks, and by those that the reader asks.
fn goes_no_other(world: &World, code: &FlowCode, flow: &Flow, core: &Core, directory: &Directory) -> usize {
    let now = core.created;
    let reader = core.approver().unwrap_or(&core.recipients[0]);
    let reader = directory.devices_in(core.group, reader, now)[0];
    let mut tried = 0;
    let mut check = |what: &str, change: &dyn Fn(&mut Core), expected: Refusal| {
        let mut core = core.clone();
        change(&mut core);
        let at_the_relay = authorise::core(core.clone(), None, directory, now).err();
        assert_eq!(at_the_relay, Some(expected), "{code} {what}, at the relay");
        let at_the_reader = authorise::reading(&core, reader, directory).err();
        assert!(at_the_reader.is_some(), "{code} {what}, at the reader");
        tried += 1;
    };
    assert_eq!(authorise::core(core.clone(), None, directory, now).err(), None, "{code} as it was sent");
    let (_, seated) = world.groups.values().find(|(group, _)| *group == core.group).unwrap();
    let writes = |role: &Role| flow.from.contains(role);
    // Somebody else of the group, whose function does not send it.
    if let Some((_, other)) = seated.iter().find(|(role, member)| !writes(role) && !core.names(member)) {
        let device = directory.devices_in(core.group, other, now)[0];
        check(
            "from another function",
            &|core| (core.writer, core.device) = (other.clone(), device),
            Refusal::SenderRole,
        );
    }
    // Somebody of the group, whose function does not receive it, slipped in alone.
    if let Some((_, other)) =
        seated.iter().find(|(role, member)| !flow.to.contains(role) && !core.names(member))
    {
        let expected = if flow.referents { Refusal::Referents } else { Refusal::RecipientRole };
        let mut core = core.clone();
        core.recipients = vec![other.clone()];
        assert_eq!(
            authorise::core(core.clone(), None, directory, now).err(),
            Some(expected),
            "{code} to another function"
        );
        let device = directory.devices_in(core.group, other, now)[0];
        assert!(
            authorise::reading(&core, device, directory).is_err(),
            "{code} to another function, at the reader"
        );
    }
    check("as another class", &|core| core.class = other_class(core), Refusal::Malformed);
    check("for ever", &|core| core.expires = core.expires.plus(2000 * DAY_SECONDS), Refusal::Retention);
    check("under another nomenclature", &|core| core.nomenclature.0[0] ^= 1, Refusal::StaleRoster);
    check("unscreened", &|core| core.screening.ruleset.0[0] ^= 1, Refusal::Screening);
    match flow.gate {
        Some(_) => check("without an agreement", &|core| core.gate = None, Refusal::Gate),
        None => {
            let gate = Gated { approver: core.writer.clone(), until: core.expires, readable_seconds: 60 };
            check("with an agreement", &|core| core.gate = Some(gate.clone()), Refusal::Gate);
        }
    }
    if flow.closed.len() > 1 {
        let mut core = core.clone();
        core.recipients.pop();
        assert_eq!(
            authorise::core(core, None, directory, now).err(),
            Some(Refusal::ClosedList),
            "{code} not to all"
        );
    }
    tried
}

fn other_class(core: &Core) -> shared::nomenclature::Class {
    use shared::nomenclature::Class::{N0, N1};
    if core.class == N0 { N1 } else { N0 }
}

/// The flows that are refused have a channel named, and no form, recipient or reader could be found for them.
#[test]
fn what_is_refused_is_no_flow() {
    let rules = Nomenclature::parse(TEXT).unwrap();
    for code in ["F07b", "F13", "F15c", "F22b", "F23a"] {
        let refused = &rules.refused[&code.parse().unwrap()];
        assert!(!refused.channel.is_empty() && !refused.because.is_empty(), "{code}");
        assert!(rules.flow(&code.parse().unwrap()).is_none(), "{code}");
    }
}
