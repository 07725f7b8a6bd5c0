//! Grants of others, grants that are nobody's, and claims that come again.

use crate::stage::{Stage, begun, refusal, soon};
use pli_tests::world::{BAILLEUR, COORD, Letter, MAIRE, POLICE};
use shared::ids::MessageId;
use shared::limits::FRAME_BYTES_MAX;
use shared::log::Outcome;
use shared::refusal::Refusal;
use shared::wire::{Answer, Ask};

fn asks(letter: &Letter, id: MessageId) -> [(&'static str, Ask); 5] {
    let claimed = match letter.claim("suivi", None) {
        Ask::Claim { core, act, reason, annex, .. } => Ask::Claim { message: id, core, act, reason, annex },
        other => other,
    };
    [
        ("claim", claimed),
        ("fetch", Ask::Fetch { message: id, part: 0, from: 0 }),
        (
            "acknowledge",
            Ask::Acknowledge { message: id, claim: 0, outcome: Outcome::Done, rules: Vec::new() },
        ),
        ("status", Ask::Status { message: id }),
        ("mailbox", Ask::Mailbox { after: None, beginning: Some(id.to_string()[..8].parse().unwrap()) }),
    ]
}

/// R-28, to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_s_and_what_is_not_there_get_the_same_bytes() {
    let stage = Stage::start().await;
    let letter = stage.letter(POLICE, &[MAIRE], &[b"a document"]).await;
    let police = stage.device(POLICE).await;
    stage.upload(&police, POLICE, &letter).await;
    assert_eq!(refusal(&stage.deposit(&police, POLICE, &letter).await), None);
    let everybody = stage.everybody().await;
    stage.seen(&everybody).await;
    let before = stage.seen(&everybody).await;
    let unknown = MessageId([9; 16]);
    // The first refusals of a minute are in the log at once; from here on it stands still.
    for (place, person) in [(1, COORD), (3, BAILLEUR)] {
        for (_, ask) in asks(&letter, MessageId([8; 16])) {
            stage.ask(&everybody[place], person, ask, &[]).await;
        }
    }
    let mut told = Vec::new();
    // The landlord is in the group and not named; so is the coordinator.
    for (place, person) in [(1, COORD), (3, BAILLEUR)] {
        for id in [letter.id, unknown] {
            for (what, ask) in asks(&letter, id) {
                let signed = stage.world.people[person].request(ask, stage.world.now());
                let mut stream = begun(&everybody[place], &signed, &[]).await;
                stream.end();
                told.push((what, soon(stream.rest(FRAME_BYTES_MAX)).await));
            }
        }
    }
    let each = asks(&letter, unknown).len();
    assert!(told.iter().all(|(_, bytes)| !bytes.is_empty()));
    for (first, other) in told.iter().zip(&told[each..]) {
        assert_eq!(first, other);
    }
    assert_eq!(stage.seen(&everybody).await, before);
    stage.read(&everybody[0], MAIRE, &letter).await;
    stage.end().await;
}

/// a claim counts once, for who signed it, while it is fresh and the letter lives.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_comes_again_makes_no_second_record() {
    let stage = Stage::start().await;
    let letter = stage.letter(POLICE, &[MAIRE], &[]).await;
    let everybody = stage.everybody().await;
    let [maire, _, police, bailleur] = &everybody[..] else { unreachable!("four") };
    assert_eq!(refusal(&stage.deposit(police, POLICE, &letter).await), None);
    stage.seen(&everybody).await;
    let ask = letter.claim("suivi", None);
    let signed = stage.world.people[MAIRE].request(ask.clone(), stage.world.now());
    let Answer::Claimed(first) = stage.say(maire, &signed, &[]).await else { panic!("not claimed") };
    let before = stage.seen(&everybody).await;
    for _ in 0..3 {
        let Answer::Claimed(again) = stage.say(maire, &signed, &[]).await else { panic!("not claimed") };
        assert_eq!((again.record, again.evidence.leaf), (first.record.clone(), first.evidence.leaf.clone()));
    }
    let check = async |what: &str, expected| {
        let answer = stage.say(if what == "stolen" { bailleur } else { maire }, &signed, &[]).await;
        assert_eq!(refusal(&answer), Some(expected), "{what}: {answer:?}");
    };
    check("stolen", Refusal::Malformed).await;
    assert_eq!(stage.seen(&everybody).await, before);
    stage.world.pass(601);
    check("too late", Refusal::RequestTime).await;

    let expires = letter.core.expires;
    stage.world.pass(expires.since(stage.world.now()));
    let dead = stage.seen(&everybody).await;
    let acknowledge = Ask::Acknowledge {
        message: letter.id,
        claim: first.evidence.index,
        outcome: Outcome::Done,
        rules: Vec::new(),
    };
    for (what, ask) in [("claimed", ask), ("acknowledged", acknowledge)] {
        let answer = stage.ask(maire, MAIRE, ask, &[]).await;
        assert_eq!(refusal(&answer), Some(Refusal::Expired), "{what} after its day");
    }
    assert_eq!(stage.seen(&everybody).await, dead);
    // The mayor's mailbox; what the writer sent is listed for them until it is swept.
    assert!(dead.lists[0].is_empty(), "what has expired is shown to no reader");
    stage.end().await;
}
