//! A relay that shows other statements of a day than those which were in force, before a reviewer who asks whether
//! each reading of that day was in order.

use super::court::{Court, evidence};
use super::forger::reason;
use super::liar::Lie;
use super::position;
use pli_client::auditor::anomalies::Standing;
use pli_client::auditor::query::Query;
use pli_client::auditor::sealed::Purpose;
use pli_client::auditor::standings::standings;
use pli_client::auditor::{self, Records};
use pli_client::failure::{Failure, Unverified};
use shared::log::InvalidConfirmation;
use shared::refusal::Refusal;
use shared::statement::{Kind, Statement};
use shared::wire::Answer;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A lie about the statements of the past.
fn past(lie: impl Fn(&mut Answer, &mut Vec<Statement>) + Send + Sync + 'static) -> Option<Lie> {
    Some(Arc::new(move |answer, statements| {
        if matches!(answer, Answer::Past { .. }) {
            lie(answer, statements);
        }
    }))
}

/// no reading is in order by what the relay says of its day, but by what was signed and stood under the heads
/// of that day.
#[tokio::test(flavor = "multi_thread")]
async fn no_reading_is_in_order_by_the_statements_of_another_day() {
    let court = Court::new(0).await;
    let mut records = Records::new();
    let why = reason();
    let purpose = Purpose { reason: &why, order: None };
    let keep = |index, opened| drop(records.insert(index, opened));
    let review = auditor::review(&mut court.open("first"), purpose, keep).await.unwrap();
    let readings: Vec<u64> = [1, 3, 6, 9].map(|receipt: usize| court.receipts[receipt].evidence.index).into();
    let all = |standing| readings.iter().map(|index| (*index, standing)).collect::<BTreeMap<_, _>>();
    let judged = async |lie: Option<Lie>| {
        let mut reviewer = court.copy("first");
        court.town.liar.tell(lie);
        let found = standings(&mut reviewer, &review, &records, &Query::default()).await;
        (found, evidence(&reviewer))
    };

    let today = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&today);
    let truth: Option<Lie> = Some(Arc::new(move |answer, statements| {
        if matches!(answer, Answer::Statements { proof: Some(_), .. }) {
            keep.lock().unwrap().clone_from(statements);
        }
    }));
    assert_eq!(judged(truth).await.0.unwrap().readers, all(Standing::InOrder));
    let today = today.lock().unwrap().clone();

    // Nothing that is kept back makes a reading one that is in order.
    let no = |refusal: Refusal| {
        past(move |answer, statements| (*answer, *statements) = (Answer::Refused(refusal.into()), Vec::new()))
    };
    assert_eq!(judged(no(Refusal::NotFound)).await.0.unwrap().readers, all(Standing::Unproved));
    assert!(matches!(judged(no(Refusal::NotAMember)).await.0, Err(Failure::Refused(Refusal::NotAMember))));

    let withheld = Unverified::Log(InvalidConfirmation::Statements);
    let without = |kind| past(move |_, all| all.retain(|statement| statement.kind != kind));
    let in_place = |kind, statements: &[Statement]| {
        let other = statements[position(statements, kind)].clone();
        past(move |_, all| {
            if all.iter().any(|statement| statement.kind == kind) {
                let at = position(all, kind);
                all[at] = other.clone();
            }
        })
    };
    let all_of_today = today.clone();
    let first_head = Mutex::new(None);
    let lies = [
        ("all of it is withheld", past(|_, all| all.clear()), withheld.clone()),
        ("who had signed is withheld", without(Kind::Adhesion), withheld.clone()),
        ("the roster is withheld", without(Kind::Roster), withheld.clone()),
        ("the charter is withheld", past(|_, all| all.retain(is_no_charter)), withheld.clone()),
        ("the roster is another day's", in_place(Kind::Roster, &today), withheld.clone()),
        ("all of it is another day's", past(move |_, all| all.clone_from(&all_of_today)), withheld.clone()),
        (
            "it is said to be another group's",
            past(|answer, _| {
                let Answer::Past { proof, .. } = answer else { return };
                proof.index += 1;
            }),
            withheld,
        ),
        (
            "the head is another day's",
            past(move |answer, _| {
                let Answer::Past { head, .. } = answer else { return };
                *head = first_head.lock().unwrap().get_or_insert_with(|| head.clone()).clone();
            }),
            Unverified::Log(InvalidConfirmation::Head),
        ),
    ];
    for (what, lie, expected) in lies {
        let (found, kept) = judged(lie).await;
        let failure = found.expect_err(what);
        assert_eq!(failure.exit_code(), 5, "{what}");
        assert!(matches!(&failure, Failure::Unverified(found) if *found == expected), "{what}: {failure}");
        assert!(kept > 0, "{what}: the evidence is kept");
    }
    court.town.liar.tell(None);
}

fn is_no_charter(statement: &Statement) -> bool {
    !matches!(statement.kind, Kind::Charter | Kind::Adhesion)
}
