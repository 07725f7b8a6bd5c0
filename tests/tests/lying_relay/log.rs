//! A relay that forges the log of thousands of acts, before reviewers who verify it, members who hold receipts,
//! and members who saw the true one.

use super::court::{Court, evidence};
use super::forger::{Forged, Forgery, Line, Truth, place, reason};
use pli_client::auditor::sealed::Purpose;
use pli_client::auditor::{self, Fault, FaultKind, Review};
use pli_client::failure::{Failure, Unverified};
use pli_client::receipts;
use pli_client::session::Session;
use pli_tests::world::SECOND_AUDITOR;
use shared::crypto::{BoxKey, sha256};
use shared::ids::MessageId;
use shared::log::{Act, Actor, InvalidConfirmation, Outcome, Record, TreeHead};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::Card;
use shared::wire::{Ask, SealedAnnex, SealedKey};
use std::sync::Arc;

/// What verifying the log comes to.
#[derive(Clone, PartialEq, Debug)]
enum Verdict {
    /// What does not fit, leaf by leaf.
    Faults(Vec<(u64, FaultKind)>),
    /// Nothing that is shown is believed.
    Unverified(Unverified),
    /// The relay says no.
    Refused(Refusal),
    /// The relay said less than it said it would.
    Unreached,
}

impl Default for Verdict {
    fn default() -> Self {
        Self::Faults(Vec::new())
    }
}

const FORK: Verdict = Verdict::Unverified(Unverified::Log(InvalidConfirmation::Fork));
const ANSWER: Verdict = Verdict::Unverified(Unverified::Answer);

/// These leaves, and what is wrong with all of them.
fn faults(leaves: impl IntoIterator<Item = u64>, what: FaultKind) -> Verdict {
    Verdict::Faults(leaves.into_iter().map(|index| (index, what)).collect())
}

async fn verdict(session: &mut Session) -> (Verdict, Option<Review>) {
    let reason = reason();
    let verdict = match auditor::verify(session, Purpose { reason: &reason, order: None }, false).await {
        Ok(review) => {
            let faults = review.faults.iter().map(|fault| (fault.index, fault.what)).collect();
            return (Verdict::Faults(faults), Some(review));
        }
        Err(Failure::Unverified(unverified)) => Verdict::Unverified(unverified),
        Err(Failure::Refused(refusal)) => Verdict::Refused(refusal),
        Err(Failure::Unreached) => Verdict::Unreached,
        Err(other) => panic!("another failure: {other}"),
    };
    (verdict, None)
}

/// A lie, and who catches it: each is told to a reviewer who never saw the log, to one who did, and to a member.
struct Row {
    /// What the relay does.
    lie: &'static str,
    forge: Box<dyn Fn(&mut Forgery)>,
    /// What it comes to for a reviewer who sees the log for the first time.
    first: Verdict,
    /// And for one who had verified the true log up to the second hour.
    again: Verdict,
    /// The numbers of the receipts that the first reviewer does not find in the log, where there is one.
    unfound: Vec<u64>,
    /// Whether a member who saw all of the true log stops at once.
    forks: bool,
}

impl Row {
    fn new(lie: &'static str, forge: impl Fn(&mut Forgery) + 'static) -> Self {
        let (first, again) = (Verdict::default(), Verdict::default());
        Self { lie, forge: Box::new(forge), first, again, unfound: Vec::new(), forks: false }
    }

    /// What is forged in the tree itself, so that whoever had seen it knows.
    fn forged(lie: &'static str, forge: impl Fn(&mut Forgery) + 'static) -> Self {
        Self { again: FORK, forks: true, ..Self::new(lie, forge) }
    }

    fn first(self, first: Verdict) -> Self {
        Self { first, ..self }
    }

    fn again(self, again: Verdict) -> Self {
        Self { again, ..self }
    }

    fn both(self, verdict: Verdict) -> Self {
        self.first(verdict.clone()).again(verdict)
    }

    fn unfound(self, unfound: impl IntoIterator<Item = u64>) -> Self {
        Self { unfound: unfound.into_iter().collect(), ..self }
    }

    async fn check(&self, court: &Court, truth: &Arc<Truth>) {
        let lie = self.lie;
        for (name, expected) in [("first", &self.first), ("again", &self.again)] {
            self.tell(court, truth);
            let mut reviewer = court.copy(name);
            let (found, review) = verdict(&mut reviewer).await;
            assert_eq!(found, *expected, "{lie}: {name}");
            // What the relay signed is kept; that it keeps silent proves nothing to anybody else.
            let convicts = matches!(found, Verdict::Unverified(Unverified::Log(_) | Unverified::Altered(_)));
            assert!(!convicts || evidence(&reviewer) > 0, "{lie}: {name}, evidence");
            // What is broken or was not given is told again, and what is not is remembered.
            let remembered = reviewer.home.memory().unwrap().memory.reviewed.is_some();
            let is_told_once = |fault: &Fault| fault.what == FaultKind::Annex;
            let is_whole = review.as_ref().is_some_and(|review| review.faults.iter().all(is_told_once));
            assert_eq!(remembered, name == "again" || is_whole, "{lie}: {name}, remembered");
            if let (Some(review), "first") = (review, name) {
                receipts::prove(&reviewer.home, &court.receipts).unwrap();
                assert_eq!(
                    receipts::not_in(&review.mirror, &court.receipts),
                    self.unfound,
                    "{lie}: receipts"
                );
            }
        }
        self.tell(court, truth);
        let mut member = court.copy("member");
        match member.ask(Ask::Log, &[]).await {
            Err(Failure::Unverified(Unverified::Log(InvalidConfirmation::Fork))) if self.forks => {
                assert_eq!(evidence(&member), 1, "{lie}: a member's evidence");
            }
            other => assert_eq!((other.is_ok(), self.forks), (true, false), "{lie}: a member"),
        }
    }

    fn tell(&self, court: &Court, truth: &Arc<Truth>) {
        let mut forgery = Forgery::of(truth);
        (self.forge)(&mut forgery);
        court.town.liar.show(Some(Forged::new(truth, forgery, court.town.world.now())));
    }
}

/// Where things stand in the true log.
#[derive(Clone, Copy)]
struct Places {
    /// The first letter: deposited, claimed by the police, opened; claimed by the landlord with a text, opened.
    deposit: u64,
    release: u64,
    opening: u64,
    annexed: u64,
    other: u64,
    /// The claim of the second letter, in the second hour.
    second: u64,
    /// The third letter: deposited, and claimed with a text, in the last hour.
    written: u64,
    late: u64,
    /// Two heads in a row, between which nobody but a reviewer did anything.
    quiet: u64,
    next: u64,
}

impl Places {
    fn of(court: &Court, truth: &Truth) -> Self {
        let [deposit, release, opening, annexed, other, _, second, _, written, late, _] = receipts(court)[..]
        else {
            panic!("other receipts");
        };
        let quiet = truth.head_from(opening + 4);
        let next = truth.head_from(quiet + 1);
        assert!(
            next < annexed && other < court.verified && court.verified < written,
            "the story has an order"
        );
        Self { deposit, release, opening, annexed, other, second, written, late, quiet, next }
    }
}

/// The numbers of the records that members hold a receipt for.
fn receipts(court: &Court) -> Vec<u64> {
    court.receipts.iter().map(|receipt| receipt.evidence.index).collect()
}

/// another log than the one that somebody saw. Whoever did knows; a reviewer who did not cannot, and learns it
/// from the receipts of members who were there.
fn other_logs(court: &Court, truth: &Truth, places: Places) -> Vec<Row> {
    let receipts = receipts(court);
    let from = |first: u64| receipts.iter().copied().filter(move |index| *index >= first);
    let (cut, cut_late) = (truth.head_from(places.annexed) + 1, truth.head_from(places.written) + 1);
    let other = truth.lines[place(places.other)].clone();
    vec![
        Row::new("the truth", |_| ()),
        Row::new("the tail is cut", move |log| log.lines.truncate(place(cut))).again(FORK).unfound(from(cut)),
        Row::new("the tail is cut, and no reviewer had seen it", move |log| {
            log.lines.truncate(place(cut_late))
        })
        .unfound(from(cut_late)),
        Row::new("an old checkpoint is signed again", move |log| log.shown = Some(cut))
            .again(FORK)
            .unfound(from(cut)),
        Row::forged("a record is dropped", move |log| log.leave_out(places.annexed))
            .unfound(from(places.annexed)),
        Row::forged("a record is dropped that no reviewer had seen", move |log| {
            log.leave_out(places.written)
        })
        .again(Verdict::default())
        .unfound(from(places.written)),
        Row::forged("two records of one hour are swapped", move |log| {
            log.lines.swap(place(places.release), place(places.opening))
        })
        .unfound([places.release, places.opening]),
        Row::forged("an act stands in the place of another, and in its own", move |log| {
            log.lines[place(places.opening)] = other.clone();
        })
        .unfound([places.opening]),
        Row::forged("a letter has other recipients", move |log| {
            log.record(places.deposit).recipients.truncate(1)
        })
        .unfound([places.deposit]),
        Row::forged(
            "what was sealed to reviewers is withheld, as if it were kept beside another record",
            move |log| {
                log.record(places.annexed).outcome = Outcome::AlreadyDone;
                log.annexes.retain(|annex| annex.index != places.annexed);
            },
        )
        .unfound([places.annexed]),
    ]
}

/// 9.5: a record tells what its actor signed, of the actor who signed it, at the time of its batch; heads go forward,
/// and what they say of groups changes with statements.
fn other_acts(truth: &Truth, places: Places) -> Vec<Row> {
    use FaultKind::{Backwards, Groups, Malformed, Unsigned, Untimely};
    let minutes = |count: u64| count * 60;
    let actor = |index| truth.record(index).0.actor.clone().unwrap();
    let (police, bailleur) = (actor(places.release), actor(places.annexed));
    let untimely = truth.batch(places.quiet).into_iter().map(|index| (index, Untimely));
    let backdated = untimely.chain([(places.quiet, Backwards)]).collect();
    let unsigned = |lie, change: fn(&mut Record)| {
        Row::forged(lie, move |log| change(log.record(places.release)))
            .first(faults([places.release], Unsigned))
            .unfound([places.release])
    };
    vec![
        unsigned("another reason", |record| record.reason = Some("plainte".parse().unwrap())),
        unsigned("another letter", |record| record.item = Some(MessageId([7; 16]))),
        unsigned("another act", |record| record.act = Act::Export),
        unsigned("another function", |record| actor_of(record).function = "MAIRE".parse().unwrap()),
        unsigned("another organisation", |record| actor_of(record).organisation = "ville-1".parse().unwrap()),
        unsigned("another member", |record| actor_of(record).member = "bailleur-1".parse().unwrap()),
        unsigned("nobody", |record| record.actor = None),
        unsigned("nobody signed", |record| record.request = None),
        unsigned("other bytes were signed", |record| {
            let request = record.request.as_mut().unwrap();
            *request.bytes.last_mut().unwrap() ^= 1;
        }),
        Row::forged("an act is another member's, on their device", move |log| {
            log.record(places.release).actor = Some(bailleur.clone());
        })
        .first(faults([places.release], Unsigned))
        .unfound([places.release]),
        Row::forged("an act of another member's is this one's", move |log| {
            log.record(places.annexed).actor = Some(police.clone())
        })
        .first(faults([places.annexed], Unsigned))
        .unfound([places.annexed]),
        Row::forged("two records of two hours are swapped", move |log| {
            log.lines.swap(place(places.release), place(places.second))
        })
        .first(faults([places.release, places.second], Untimely))
        .unfound([places.release, places.second]),
        Row::forged("a record is backdated", move |log| log.record(places.release).time.0 -= minutes(5))
            .first(faults([places.release], Untimely))
            .unfound([places.release]),
        Row::forged("a record is backdated by much", move |log| {
            log.record(places.release).time.0 -= minutes(15)
        })
        .first(Verdict::Faults(vec![(places.release, Unsigned), (places.release, Untimely)]))
        .unfound([places.release]),
        Row::forged("a record is backdated with its head", move |log| {
            log.record(places.release).time.0 -= minutes(5);
            log.head(places.release + 1).time.0 -= minutes(5);
        })
        .first(faults([places.release + 1], Backwards))
        .unfound([places.release]),
        Row::forged("a head is backdated", move |log| log.head(places.quiet).time.0 -= minutes(5))
            .first(Verdict::Faults(backdated)),
        Row::forged("a head says other groups", move |log| log.head(places.quiet).groups = TreeHead::empty())
            .first(faults([places.quiet, places.next], Groups)),
        Row::forged("a leaf is none", move |log| {
            log.lines[place(places.release)] = Line::Other(b"a leaf".to_vec())
        })
        .first(faults([places.release], Malformed))
        .unfound([places.release]),
    ]
}

/// what no reviewer can open has a number.
fn closed_boxes(court: &Court, truth: &Arc<Truth>, places: Places) -> Vec<Row> {
    use FaultKind::Closed;
    let after = truth.records(|record| record.index > places.written).into_iter().map(|index| index - 1);
    let closed = |lie, line: Line| {
        Row::forged(lie, move |log| log.lines[place(places.release)] = line.clone())
            .first(faults([places.release], Closed))
            .unfound([places.release])
    };
    let foreign = BoxKey::from_bytes([7; 32].into());
    vec![
        closed(
            "a box is sealed with a key that nobody has",
            truth.boxed(places.release, |closed, opened| {
                closed.sealed = foreign.close(places.release, &closed.commitment.0, opened);
            }),
        ),
        closed(
            "a box holds something else than it commits to",
            truth.boxed(places.release, |closed, opened| {
                closed.commitment = sha256(b"something else");
                closed.sealed = truth.key(places.release).close(places.release, &closed.commitment.0, opened);
            }),
        ),
        closed("a box is another leaf's", Line::Other(truth.leaf(places.opening))),
        Row::forged("a record is dropped, and the boxes stay as they are", {
            let truth = Arc::clone(truth);
            move |log| {
                let leaves = (places.written + 1..truth.size()).map(|index| Line::Other(truth.leaf(index)));
                log.lines.splice(place(places.written).., leaves).for_each(drop);
            }
        })
        .both(faults(after, Closed))
        .unfound(receipts(court).into_iter().filter(|index| *index >= places.written)),
    ]
}

/// the leaves are those of the signed tree, or are not believed.
fn other_leaves(places: Places) -> Vec<Row> {
    let handled = |lie, handling: fn(u64, u64, &mut u32, &mut Vec<Vec<u8>>)| {
        Row::new(lie, move |log| {
            log.handling = Box::new(move |from, count, leaves| handling(places.late, from, count, leaves))
        })
    };
    let altered = Verdict::Unverified(Unverified::Altered(places.late));
    vec![
        handled("few leaves at a time", |_, _, count, leaves| {
            leaves.truncate(200);
            *count = 200.min(*count);
        }),
        handled("no leaves", |_, _, count, leaves| (*count, *leaves) = (0, Vec::new())).both(ANSWER),
        handled("more leaves than there are", |_, _, count, _| *count += 1 << 20).both(ANSWER),
        handled("fewer leaves than it says", |_, _, _, leaves| drop(leaves.pop())).both(Verdict::Unreached),
        handled("an empty leaf", |late, from, _, leaves| {
            if let Some(leaf) = at(late, from, leaves) {
                leaf.clear();
            }
        })
        .both(altered.clone()),
        handled("a leaf with a flipped bit", |late, from, _, leaves| {
            if let Some(leaf) = at(late, from, leaves) {
                leaf[0] ^= 1;
            }
        })
        .both(altered),
        Row::new("a flipped bit, but not when it is asked again", move |log| {
            let mut flipped = false;
            log.handling = Box::new(move |from, _, leaves| {
                if let (Some(leaf), false) = (at(places.late, from, leaves), flipped) {
                    leaf[0] ^= 1;
                    flipped = true;
                }
            });
        })
        .both(ANSWER),
    ]
}

/// what a reviewer was not given is named, and so is what opens nothing.
fn withheld(truth: &Truth, places: Places) -> Vec<Row> {
    use FaultKind::{Annex, Closed, Unopened};
    let (first_hour, last_hour) = (truth.record(places.deposit).1, truth.record(places.late).1);
    let (of_first_hour, of_last_hour) = (truth.records_of(first_hour), truth.records_of(last_hour));
    let key = |log: &mut Forgery, epoch: u64| log.keys.iter().position(|key| key.epoch == epoch).unwrap();
    vec![
        Row::new("the keys of an hour are withheld", move |log| {
            log.keys.retain(|key| key.epoch != first_hour)
        })
        .first(faults(of_first_hour, Unopened)),
        Row::new("the keys of the last hour are withheld", move |log| {
            log.keys.retain(|key| key.epoch != last_hour)
        })
        .both(faults(of_last_hour.clone(), Unopened)),
        Row::new("the keys of one hour are given as those of another", move |log| {
            let (from, to) = (key(log, first_hour), key(log, last_hour));
            log.keys[to] = SealedKey { epoch: last_hour, ..log.keys[from].clone() };
        })
        .both(faults(of_last_hour, Closed)),
        Row::new("a reviewer is said to be none", |log| log.denies = true).both(ANSWER),
        Row::new("the text of a reason is withheld", move |log| {
            log.annexes.retain(|annex| annex.index != places.late)
        })
        .both(faults([places.late], Annex)),
        Row::new("the text of a reason is another's", move |log| {
            let text = log.annexes.iter().find(|annex| annex.index == places.annexed).unwrap().clone();
            log.annexes.retain(|annex| annex.index != places.late);
            log.annexes.push(SealedAnnex { index: places.late, ..text });
        })
        .both(faults([places.late], Annex)),
    ]
}

fn actor_of(record: &mut Record) -> &mut Actor {
    record.actor.as_mut().unwrap()
}

/// A leaf, where it is among these.
fn at(index: u64, from: u64, leaves: &mut [Vec<u8>]) -> Option<&mut Vec<u8>> {
    leaves.get_mut(place(index.checked_sub(from)?))
}

/// Every lie about the log that a relay with every key can tell, on one of thousands of records.
#[tokio::test(flavor = "multi_thread")]
async fn every_lie_about_the_log_is_caught_and_named() {
    let court = Court::new(700).await;
    let truth = court.truth().await;
    assert!(truth.records(|_| true).len() > 2000);
    let places = Places::of(&court, &truth);
    let rows = [
        other_logs(&court, &truth, places),
        other_acts(&truth, places),
        closed_boxes(&court, &truth, places),
        other_leaves(places),
        withheld(&truth, places),
    ];
    for row in rows.iter().flatten() {
        row.check(&court, &truth).await;
    }
}

/// what was closed once and is opened later is verified then, as if it were new. A relay could hold back what
/// opens a forged record until nobody looks at its signature.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_back_is_verified_when_it_comes() {
    let court = Court::new(1).await;
    let truth = court.truth().await;
    let places = Places::of(&court, &truth);
    let first_hour = truth.record(places.deposit).1;
    let mut forgery = Forgery::of(&truth);
    forgery.record(places.deposit).reason = Some(reason());
    forgery.held_back = Some((first_hour, 2));
    court.town.liar.show(Some(Forged::new(&truth, forgery, court.town.world.now())));
    let mut reviewer = court.open("first");
    let closed = faults(truth.records_of(first_hour), FaultKind::Unopened);
    assert_eq!(verdict(&mut reviewer).await.0, closed);
    assert_eq!(verdict(&mut reviewer).await.0, closed, "it is told as long as it is so");
    let unsigned = faults([places.deposit], FaultKind::Unsigned);
    let why = reason();
    let purpose = Purpose { reason: &why, order: None };
    let review = auditor::review(&mut reviewer, purpose, |_, _| ()).await.unwrap();
    let found = review.faults.iter().map(|fault| (fault.index, fault.what)).collect();
    assert_eq!(Verdict::Faults(found), unsigned);
    // It holds the mirror.
    drop(review);
    assert_eq!(verdict(&mut reviewer).await.0, unsigned);
}

/// what opens the boxes is for reviewers in office. Everybody verifies the tree, and what is open in it.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_reviewer_opens_nothing_and_verifies_the_tree() {
    let court = Court::new(1).await;
    let (world, relay) = (&court.town.world, court.town.liar.relay(0));
    let (found, review) = verdict(&mut court.open("member")).await;
    assert_eq!(found, Verdict::default());
    let review = review.unwrap();
    assert_eq!((review.is_reviewer, review.opened), (false, 0));

    let truth = court.truth().await;
    let mut forgery = Forgery::of(&truth);
    let [deposit, release, ..] = &court.receipts[..] else { panic!("no receipts") };
    let (deposit, release) = (deposit.evidence.index, release.evidence.index);
    forgery.record(deposit).reason = Some(reason());
    forgery.lines[place(release)] = Line::Other(b"a leaf".to_vec());
    forgery.head(release + 1).time.0 -= 60;
    court.town.liar.show(Some(Forged::new(&truth, forgery, world.now())));
    let (found, _) = verdict(&mut court.open("neighbour")).await;
    let open = vec![(release, FaultKind::Malformed), (release + 1, FaultKind::Backwards)];
    assert_eq!(found, Verdict::Faults(open));

    court.town.liar.show(None);
    let mut ended = world.ending_card(&relay.snapshot().directory, SECOND_AUDITOR, world.now());
    ended.signed = Signed::new(&ended.signed.peek::<Card>().unwrap(), &[&world.parquet]);
    court.town.publish(0, &ended).await;
    assert_eq!(verdict(&mut court.open("ended")).await.0, Verdict::Refused(Refusal::NotEnrolled));
}
