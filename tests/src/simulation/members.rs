//! What members, authority and reviewer do in a run.

use super::stage::{MEMBERS, Reply, Stage, Told, pause};
use crate::world::{AUDITOR, BAILLEUR, Letter};
use pli_server::relay::change::Change;
use pli_server::transport::frames::framed;
use shared::cbor;
use shared::limits::FRAME_BYTES_MAX;
use shared::log::Outcome;
use shared::message::{Because, Header, InvalidMessage, is_file_name};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::Link;
use shared::wire::{About, Answer, Ask, Listed};
use std::rc::Rc;
use std::sync::Arc;

/// How often the documents of one letter may turn out to be missing: a disk loses them at a crash.
const MISSING_MAX: u32 = 12;

/// One member's life in a run.
pub(super) async fn life(stage: Rc<Stage>, person: usize, acts: usize) {
    let mut last = None;
    for _ in 0..acts {
        match stage.below(10) {
            0..=3 => write(&stage, person).await,
            4..=7 => read(&stage, person, &mut last).await,
            8 if stage.chance(250) => change_mind(&stage, person).await,
            8 => trespass(&stage, person).await,
            _ => repeat(&stage, person, last.as_ref()).await,
        }
    }
}

/// Writes to some others, uploads, and deposits until the answer is known.
async fn write(stage: &Rc<Stage>, person: usize) {
    let mut to: Vec<_> = MEMBERS.into_iter().filter(|other| *other != person).collect();
    to.retain(|_| stage.chance(600));
    let Some(relay) = stage.relay.borrow().clone().filter(|_| !to.is_empty()) else {
        return pause(3).await;
    };
    // The clock of a writer's head must be fresh, as that of a client is.
    let signed = stage.world.people[person]
        .request(Ask::Statements(About::Group(stage.world.group)), stage.world.now());
    if let Reply::Answer(Answer::Statements { log, .. }, ..) = stage.say(person, &signed, &[]).await {
        stage.follow(person, &log).await;
    }
    let days = [2, 20, 60][stage.below(3)];
    let document = vec![7; stage.below(3000)];
    let documents: Vec<&[u8]> = if stage.chance(300) { vec![&document] } else { Vec::new() };
    let Ok(letter) = stage.world.try_seal(&relay, person, &to, days, &documents) else { return };
    drop(relay);
    let told = stage.tell(letter, person, to);
    for part in 0..told.letter.documents.len() {
        if !upload(stage, person, &told.letter, part).await {
            return;
        }
    }
    deposit(stage, person, &told).await;
}

pub(super) async fn upload(stage: &Rc<Stage>, person: usize, letter: &Letter, part: usize) -> bool {
    let bytes = &letter.documents[part];
    let number = u16::try_from(part).unwrap();
    for _ in 0..60 {
        let ask = Ask::UploadState { message: letter.id, part: number };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        let Reply::Answer(Answer::Upload { received }, ..) = stage.say(person, &signed, &[]).await else {
            pause(2).await;
            continue;
        };
        if received == bytes.len() as u64 {
            return true;
        }
        let ask = Ask::Upload { message: letter.id, part: number, bytes: bytes.len() as u64, from: received };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        let rest = &bytes[usize::try_from(received).unwrap()..];
        match stage.say(person, &signed, rest).await {
            Reply::Answer(Answer::Upload { .. }, ..) => return true,
            Reply::Answer(Answer::Refused(refused), ..) if refused.refusal == Refusal::DiskFull => {
                stage.model.borrow_mut().summary.full += 1;
                pause(20).await;
            }
            _ => pause(2).await,
        }
    }
    false
}

pub(super) async fn deposit(stage: &Rc<Stage>, person: usize, told: &Told) {
    let (ask, frames) = told.letter.deposit();
    let bodies: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
    let mut signed = stage.world.people[person].request(ask.clone(), stage.world.now());
    let (id, mut missing) = (told.letter.id, 0);
    for _ in 0..200 {
        match stage.say(person, &signed, &bodies).await {
            Reply::Nothing => pause(2).await,
            Reply::Answer(Answer::Deposited(confirmation), ..) => {
                stage.confirm(person, &signed, &confirmation).await;
                let mut model = stage.model.borrow_mut();
                model.confirmed.insert(id);
                model.summary.confirmed += 1;
                model.trace.push(format!("{person} was confirmed {id} as {}", confirmation.evidence.index));
                return;
            }
            Reply::Answer(Answer::Refused(refused), ..) => match refused.refusal {
                Refusal::DiskFull => {
                    stage.model.borrow_mut().summary.full += 1;
                    pause(20).await;
                }
                // A fresh request finds the message, or makes it.
                Refusal::RequestTime | Refusal::CounterUsed => {
                    signed = stage.world.people[person].request(ask.clone(), stage.world.now());
                }
                // What the disk lost of a document is sent again, and then it is there.
                Refusal::PartsMissing => {
                    missing += 1;
                    if missing > MISSING_MAX {
                        return stage.violated(format!("the documents of {id} never come to be whole"));
                    }
                    for part in 0..told.letter.documents.len() {
                        upload(stage, person, &told.letter, part).await;
                    }
                    signed = stage.world.people[person].request(ask.clone(), stage.world.now());
                }
                // The roster moved, a member left, or days passed since it was sealed.
                refusal @ (Refusal::StaleRoster
                | Refusal::StaleHead
                | Refusal::RecipientRole
                | Refusal::NotAMember
                | Refusal::Retention) => {
                    return stage.note(format!("{person} was refused {id}: {refusal}"));
                }
                refusal => return stage.violated(format!("{id} was refused: {refusal}")),
            },
            Reply::Answer(other, ..) => return stage.violated(format!("a deposit was answered {other:?}")),
        }
    }
}

/// Lists the mailbox, opens what is there, and says so.
pub(super) async fn read(stage: &Rc<Stage>, person: usize, last: &mut Option<(Signed, Vec<u8>)>) {
    let ask = Ask::Mailbox { after: None, beginning: None };
    let signed = stage.world.people[person].request(ask, stage.world.now());
    let Reply::Answer(Answer::Headers { log, count, .. }, frames, _) = stage.say(person, &signed, &[]).await
    else {
        return pause(2).await;
    };
    stage.follow(person, &log).await;
    if frames.len() != count as usize {
        return stage.violated("a list has another length than it says");
    }
    for frame in frames {
        let listed: Listed = cbor::decode(&frame, FRAME_BYTES_MAX).unwrap();
        let header: Header = listed.header.peek().unwrap();
        let Some(told) = stage.model.borrow().letters.get(&header.core.id).cloned() else {
            return stage.violated("a message is listed that nobody wrote");
        };
        if !told.to.contains(&person) {
            return stage.violated("a message is listed to whom it is not for");
        }
        if stage.chance(700) {
            open(stage, person, &told, last).await;
        }
    }
}

async fn open(stage: &Rc<Stage>, person: usize, told: &Told, last: &mut Option<(Signed, Vec<u8>)>) {
    let ask = told.letter.claim("suivi", None);
    let signed = stage.world.people[person].request(ask, stage.world.now());
    for _ in 0..8 {
        match stage.say(person, &signed, &[]).await {
            Reply::Answer(Answer::Claimed(confirmation), frames, _) => {
                stage.confirm(person, &signed, &confirmation).await;
                *last = Some((signed.clone(), confirmation.record.clone()));
                let [_, grant, note] = frames.as_slice() else {
                    return stage.violated("a claim without grant and note");
                };
                let Some(relay) = stage.relay.borrow().clone() else { return };
                let directory = Arc::clone(&relay.snapshot().directory);
                drop(relay);
                match stage.world.read(&directory, person, &told.letter, grant, note) {
                    Ok(opened) => {
                        let names = opened.note.documents.iter().all(|document| is_file_name(&document.name));
                        if opened.note.core != told.letter.core || !names {
                            return stage.violated("another message was opened");
                        }
                        stage.model.borrow_mut().summary.opened += 1;
                    }
                    // Its writer or reader has left the group meanwhile: a client says so, and no more.
                    Err(InvalidMessage::Rule(_)) => {}
                    Err(invalid) => {
                        return stage.violated(format!("what was released does not open: {invalid}"));
                    }
                }
                fetch(stage, person, told).await;
                let claim = confirmation.evidence.index;
                let ask = Ask::Acknowledge {
                    message: told.letter.id,
                    claim,
                    outcome: Outcome::Done,
                    rules: Vec::new(),
                };
                let signed = stage.world.people[person].request(ask, stage.world.now());
                if let Reply::Answer(Answer::Acknowledged(confirmation), ..) =
                    stage.say(person, &signed, &[]).await
                {
                    stage.confirm(person, &signed, &confirmation).await;
                }
                return;
            }
            Reply::Answer(Answer::Refused(refused), ..) => {
                let expired = stage.world.now() >= told.letter.core.expires;
                let expected = match refused.refusal {
                    Refusal::Expired => expired,
                    // Expired and swept, or no longer in the group.
                    Refusal::NotFound => expired || person == BAILLEUR,
                    Refusal::Retired => stage.model.borrow().retired.contains_key(&told.letter.id),
                    Refusal::RequestTime | Refusal::CounterUsed | Refusal::DiskFull => true,
                    _ => false,
                };
                if !expected {
                    stage.violated(format!("a claim by {person} was refused: {}", refused.refusal));
                }
                return;
            }
            Reply::Answer(other, ..) => return stage.violated(format!("a claim was answered {other:?}")),
            Reply::Nothing => pause(2).await,
        }
    }
}

async fn fetch(stage: &Rc<Stage>, person: usize, told: &Told) {
    for (number, document) in (0..).zip(&told.letter.documents) {
        let ask = Ask::Fetch { message: told.letter.id, part: number, from: 0 };
        let signed = stage.world.people[person].request(ask, stage.world.now());
        if let Reply::Answer(Answer::Part { bytes }, _, rest) = stage.say(person, &signed, &[]).await
            && (bytes != document.len() as u64 || (rest.len() as u64 == bytes && rest != *document))
        {
            stage.violated("a document is not what was uploaded");
        }
    }
}

/// Takes one of their letters back.
async fn change_mind(stage: &Rc<Stage>, person: usize) {
    let ours = |told: &&Rc<Told>| told.from == person;
    let letters: Vec<_> = stage.model.borrow().letters.values().filter(ours).cloned().collect();
    if letters.is_empty() {
        return pause(1).await;
    }
    retire(stage, person, &letters[stage.below(letters.len())]).await;
}

/// Takes a letter back, until the answer is known.
pub(super) async fn retire(stage: &Rc<Stage>, person: usize, told: &Told) {
    let ask = Ask::Retire { message: told.letter.id, because: Because::WrongRecipient };
    let mut signed = stage.world.people[person].request(ask.clone(), stage.world.now());
    stage.model.borrow_mut().retired.entry(told.letter.id).or_default();
    for _ in 0..60 {
        match stage.say(person, &signed, &[]).await {
            Reply::Nothing => pause(2).await,
            Reply::Answer(Answer::Retired(confirmation), ..) => {
                stage.confirm(person, &signed, &confirmation).await;
                stage.note(format!("{person} took {} back", told.letter.id));
                stage.model.borrow_mut().retired.insert(told.letter.id, true);
                return;
            }
            Reply::Answer(Answer::Refused(refused), ..) => match refused.refusal {
                // A fresh request finds that it is done, or does it.
                Refusal::RequestTime | Refusal::CounterUsed => {
                    signed = stage.world.people[person].request(ask.clone(), stage.world.now());
                }
                Refusal::DiskFull => pause(20).await,
                // It was never confirmed, or has ended.
                Refusal::NotFound | Refusal::Expired => return,
                refusal => return stage.violated(format!("taking back was refused: {refusal}")),
            },
            Reply::Answer(other, ..) => return stage.violated(format!("taking back was answered {other:?}")),
        }
    }
}

/// Asks for what is not theirs: an unknown message and one of others get one answer.
async fn trespass(stage: &Rc<Stage>, person: usize) {
    let letters: Vec<_> = stage.model.borrow().letters.values().cloned().collect();
    if letters.is_empty() {
        return pause(1).await;
    }
    let told = &letters[stage.below(letters.len())];
    if told.to.contains(&person) || told.from == person {
        return pause(1).await;
    }
    let asks = [
        told.letter.claim("suivi", None),
        Ask::Fetch { message: told.letter.id, part: 0, from: 0 },
        Ask::Acknowledge { message: told.letter.id, claim: 0, outcome: Outcome::Done, rules: Vec::new() },
        Ask::Status { message: told.letter.id },
        Ask::Retire { message: told.letter.id, because: Because::Received },
    ];
    let signed = stage.world.people[person].request(asks[stage.below(5)].clone(), stage.world.now());
    if let Reply::Answer(answer, ..) = stage.say(person, &signed, &[]).await {
        let refused = match &answer {
            Answer::Refused(refused) => Some(refused.refusal),
            _ => None,
        };
        let told = [Refusal::NotFound, Refusal::DiskFull, Refusal::RequestTime];
        if !refused.is_some_and(|refusal| told.contains(&refusal)) {
            stage.violated(format!("what is not theirs was answered {answer:?}"));
        }
    }
}

/// Sends the last claim once more: the same record, or a refusal, and never a second one.
async fn repeat(stage: &Rc<Stage>, person: usize, last: Option<&(Signed, Vec<u8>)>) {
    let Some((signed, record)) = last else { return pause(1).await };
    match stage.say(person, signed, &[]).await {
        Reply::Answer(Answer::Claimed(again), ..) if again.record != *record => {
            stage.violated("one request has two records");
        }
        Reply::Answer(Answer::Refused(_) | Answer::Claimed(_), ..) | Reply::Nothing => {}
        Reply::Answer(other, ..) => stage.violated(format!("a claim was answered {other:?}")),
    }
}

/// Removes a member from the group, and takes them back; a reviewer reads the log now and then.
pub(super) async fn authority(stage: Rc<Stage>, acts: usize) {
    for _ in 0..acts {
        pause(stage.below(60)).await;
        let Some(relay) = stage.relay.borrow().clone() else { continue };
        if stage.chance(500) {
            let reason = "controle".parse().unwrap();
            let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason, reference: None };
            let signed = stage.world.people[AUDITOR].request(ask, stage.world.now());
            let _ = stage.say(AUDITOR, &signed, &[]).await;
            continue;
        }
        let snapshot = relay.snapshot();
        let Some((roster, digest)) = snapshot.directory.roster(stage.world.group) else { continue };
        let link = Link { version: roster.link.version + 1, previous: Some(digest), made: stage.world.now() };
        let seated = !roster.seats.iter().any(|seat| seat.member.as_str() == "bailleur-1");
        let people: Vec<_> = MEMBERS.into_iter().filter(|person| seated || *person != BAILLEUR).collect();
        let statement = stage.world.roster(link, &people);
        // An answer that is lost may be of a roster that is in force.
        stage.has_left.set(stage.has_left.get() || !seated);
        let done = relay.change(|_| Ok(Change::from(statement.clone()))).await;
        stage.note(format!("the roster has {} members: {}", people.len(), done.is_ok()));
    }
}
