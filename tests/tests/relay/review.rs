//! What a reviewer's program makes of readings, by the statements of their day.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::fixed::{GROUP, NOW, key, key_of};
use pli_client::auditor::anomalies::Standing;
use shared::ids::{DeviceId, MessageId};
use shared::log::{Act, Actor, Record};
use shared::nomenclature::Class;

fn reading(reader: &str, device: DeviceId, class: Class) -> Record {
    Record {
        actor: Some(Actor::of(&crate::fixed::card(reader), device)),
        item: Some(MessageId([1; 16])),
        group: Some(GROUP),
        flow: Some("F05a".parse().unwrap()),
        class: Some(class),
        reason: Some("suivi".parse().unwrap()),
        ..Record::of(Act::Release, NOW)
    }
}

/// The relay says of itself that all was in order; the statements say whether it was.
#[test]
fn a_reader_is_what_the_statements_of_that_day_say() {
    let own = |reader: &str, class| reading(reader, key_of(reader).id(), class);
    let today = crate::fixed::directory();
    let check = |record: &Record, then, expected| assert_eq!(Standing::of(record, GROUP, then), expected);
    check(&own("maire-1", Class::N2), &today, Standing::InOrder);
    check(&own("aud-1", Class::N0), &today, Standing::NotAMember);
    check(&reading("maire-1", key(77).id(), Class::N2), &today, Standing::NotAMember);
    check(&reading("maire-1", key_of("csp-1").id(), Class::N2), &today, Standing::NotAMember);
    check(&Record { actor: None, ..own("maire-1", Class::N2) }, &today, Standing::NotAMember);

    let signature = crate::fixed::adhesion_statement("maire-1").signed.digest();
    let mut statements = crate::fixed::statements();
    statements.retain(|statement| statement.signed.digest() != signature);
    let unsigned = crate::fixed::directory_of(&statements).unwrap();
    check(&own("maire-1", Class::N2), &unsigned, Standing::Unsigned);
    check(&own("csp-1", Class::N2), &unsigned, Standing::InOrder);
    check(&own("maire-1", Class::N0), &unsigned, Standing::InOrder);
    check(&Record { class: None, ..own("maire-1", Class::N0) }, &unsigned, Standing::Unsigned);
}
