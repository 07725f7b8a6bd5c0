//! The rules of `docs/protocol.md`: each has its id in the code and in a test, the page and the
//! code do not part silently, and most rules are tried here with one thing changed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::fixed::{EXPIRES, GROUP, NOW, key, key_of, member};
use pli_server::relay::Running;
use pli_server::relay::items::Opening;
use pli_server::requests::{self, Door};
use pli_server::sweep::sweep;
use pli_server::transport::frames::{FrameError, read_frame};
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, SECOND_AUDITOR, World};
use shared::authorise::{self, ClaimTerms, First};
use shared::cbor::{self, Malformed};
use shared::crypto::sha256;
use shared::directory::{Continuity, Directory, InvalidStatement};
use shared::form::Form;
use shared::ids::{Digest, GroupId, MessageId, PublicKey, Random, ReasonCode, RuleId};
use shared::limits;
use shared::log::{
    Act, HeadLeaf, InvalidConfirmation, Leaf, LogMemory, LogView, MemoryTree, Outcome, TreeHead, inclusion,
    leaf_hash, sign_checkpoint,
};
use shared::message::{
    self, Core, Gated, GrantList, Handling, HeadReference, Header, InvalidMessage, Note, Renewal, Right,
    Thread, Written, is_reread,
};
use shared::nomenclature::Class;
use shared::refusal::Refusal;
use shared::seal::{MessageIdentity, pad};
use shared::signed::{Document, Signed, Unproven};
use shared::statement::{
    Adhesion, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Group, GroupKind, Hold, Invitation,
    Invited, Kind, Link, Proposal, Rereading, Root, Roster, Ruleset, RulesetStatement, Statement,
};
use shared::time::{Bucket, BucketPolicy, DAY_SECONDS, Timestamp};
use shared::wire::{About, Annexed, Answer, Ask, Hello, Request, SealedAnnex, SealedKey};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PAGE: &str = include_str!("../../../docs/protocol.md");

// ---------------------------------------------------------------- the page and the code

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every `R-nn` in a text.
fn ids(text: &str) -> BTreeSet<String> {
    let starts = text.match_indices("R-").map(|(at, _)| &text[at..]);
    starts
        .filter_map(|rest| rest.get(..4))
        .filter(|id| id[2..].bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// The rules that the page states.
fn stated() -> BTreeSet<String> {
    PAGE.lines()
        .filter_map(|line| line.strip_prefix("**R-"))
        .map(|rest| format!("R-{}", &rest[..2]))
        .collect()
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The ids in comments of the code, and those in its tests.
fn in_code() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut code, mut tests) = (BTreeSet::new(), BTreeSet::new());
    for package in ["shared", "server", "client", "tests"] {
        let mut files = Vec::new();
        sources(&repository().join(package), &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let whole = package == "tests"
                || name.contains("tests")
                || file.components().any(|part| part.as_os_str() == "tests");
            let (ours, theirs) = if whole {
                ("", text.as_str())
            } else {
                text.split_once("#[cfg(test)]").unwrap_or((&text, ""))
            };
            let comments = |text: &str| {
                text.lines()
                    .filter_map(|line| line.split_once("//"))
                    .map(|(_, comment)| format!("{comment}\n"))
                    .collect::<String>()
            };
            code.extend(ids(&comments(ours)));
            tests.extend(ids(&comments(theirs)));
        }
    }
    (code, tests)
}

#[test]
fn the_page_states_each_rule_once_and_names_no_other() {
    let lines = PAGE.lines().filter(|line| line.starts_with("**R-")).count();
    assert_eq!(stated().len(), lines, "a rule is stated twice");
    assert!((1..=30).all(|number| stated().contains(&format!("R-{number:02}"))));
    assert_eq!(ids(PAGE), stated(), "the page names a rule that it does not state");
}

#[test]
fn every_rule_is_kept_by_code_that_names_it() {
    let (code, _) = in_code();
    let missing: Vec<_> = stated().difference(&code).cloned().collect();
    assert!(missing.is_empty(), "no code names {missing:?}");
    let unknown: Vec<_> = code.difference(&stated()).cloned().collect();
    assert!(unknown.is_empty(), "the page does not state {unknown:?}");
}

#[test]
fn every_rule_is_tried_by_a_test_that_names_it() {
    let (_, tests) = in_code();
    let missing: Vec<_> = stated().difference(&tests).cloned().collect();
    assert!(missing.is_empty(), "no test names {missing:?}");
    let unknown: Vec<_> = tests.difference(&stated()).cloned().collect();
    assert!(unknown.is_empty(), "the page does not state {unknown:?}");
}

#[test]
fn the_page_holds_the_digest_of_the_wire_module() {
    let wire = std::fs::read(repository().join("shared/src/wire.rs")).unwrap();
    let line = format!("`shared/src/wire.rs` SHA-256: `{}`", sha256(&wire));
    assert!(
        PAGE.contains(&line),
        "wire.rs changed: bring the page up to date, then its digest to {}",
        sha256(&wire)
    );
}

#[test]
fn the_page_lists_every_refusal() {
    let rows: BTreeMap<u16, &str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|row| row.split_once(" | `"))
        .filter_map(|(number, rest)| Some((number.parse().ok()?, rest.split('`').next()?)))
        .collect();
    let expected: BTreeMap<u16, &str> =
        Refusal::ALL.iter().map(|refusal| (refusal.number(), refusal.code())).collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_page_lists_every_limit() {
    macro_rules! values {
        ($($name:ident)*) => { [$((stringify!($name), u64::try_from(limits::$name).unwrap())),*] };
    }
    #[allow(
        clippy::unnecessary_fallible_conversions,
        clippy::useless_conversion,
        reason = "limits are of several types"
    )]
    let values = values! {
        FRAME_BYTES_MAX HEADER_BYTES_MAX NOTE_BYTES_MAX TEXT_BYTES_MAX SUBJECT_BYTES_MAX
        FORM_FIELDS_MAX FORM_ROWS_MAX FORM_LINE_LETTERS_MAX FORM_TEXT_LETTERS_MAX
        DOCUMENT_NAME_BYTES_MAX DOCUMENTS_MAX DOCUMENT_BYTES_MAX RECIPIENTS_MAX GRANTS_MAX
        GRANT_BYTES_MAX DEVICES_MAX DEVICE_LISTS_MAX ATTESTED_SECONDS_MAX INVITATION_SECONDS_MAX
        TITLE_BYTES_MAX GROUP_STATEMENTS_MAX OPEN_PROPOSALS_MAX CHARTER_AHEAD_SECONDS_MAX
        CHARTER_NOTICE_SECONDS DELEGATION_SECONDS_MAX STATEMENT_SECONDS_MAX ROSTER_MEMBERS_MAX
        STATEMENT_BYTES_MAX STATEMENT_BODY_BYTES_MAX RULESET_SECONDS_MAX REREADING_SECONDS_MAX VOUCHED_MAX
        PLACE_BYTES_MAX RULES_NAMED_MAX
        KEY_PAGE_RECIPIENTS_MAX VISA_BYTES_MAX REFERENCE_BYTES_MAX RECORD_BYTES_MAX REQUEST_BYTES_MAX REFUSAL_SECONDS
        REFUSALS_COUNTED_MAX EXPIRIES_MAX BOX_BYTES_STEP LEAF_BYTES_MAX REASON_TEXT_BYTES_MAX
        PERSONS_MAX PERSON_BYTES_MAX ANNEX_BYTES_MAX AUDITOR_DEVICES_MAX HANDED_MAX
        LEAVES_PER_ANSWER_MAX HEADERS_PER_ANSWER_MAX REQUEST_SECONDS_MAX HEAD_SECONDS_MAX
        HEAD_AHEAD_SECONDS_MAX HEAD_ON_DEMAND_SECONDS ORPHAN_SECONDS_MAX COUNTER_WINDOW
        DEVICE_CONNECTIONS_MAX DEVICE_REQUESTS_BURST DEVICE_REQUESTS_PER_SECOND DEVICE_DEPOSITS_BURST
        DEVICE_DEPOSITS_PER_MINUTE DEVICE_UPLOAD_BYTES_MAX DEVICE_UPLOADS_MAX DEVICE_BODY_BYTES_MAX
        BODY_BYTES_MAX STALL_SECONDS_MAX FRAME_BYTES_PER_SECOND_MIN GREETING_SECONDS_MAX
        STRANGERS_MAX STRANGER_SECONDS_MAX STRANGER_REQUESTS_MAX COUNTER_DIGESTS
        DEVICE_STATEMENTS_BURST DEVICE_STATEMENTS_PER_MINUTE STRANGERS_REQUESTS_PER_SECOND
        DISK_RESERVE_BYTES DISK_SPARE_BYTES DISK_FLOOR_BYTES ENVELOPE_MONTHS_MAX
        WITNESSES_MAX WITNESS_KEY_BYTES_MAX COSIGNED_BYTES_MAX BUNDLE_ACTS_MAX BUNDLE_BYTES_MAX LOG_OPEN_SECONDS
        WITNESS_FRESH_SECONDS WITNESS_STOP_SECONDS
    };
    for (name, value) in values {
        assert!(PAGE.contains(&format!("| `{name}` | {value} |")), "{name} is {value}");
    }
    let source = std::fs::read_to_string(repository().join("shared/src/limits.rs")).unwrap();
    let known = source.lines().filter(|line| line.starts_with("pub const ")).count();
    assert_eq!(known, values.len(), "a limit is missing here");
}

#[test]
fn the_first_screen_shows_real_bytes() {
    let hello = cbor::encode(&Hello { version: 1, software: "pli 0.1.0".to_owned() });
    let block = PAGE.split("```").nth(1).unwrap();
    let digits =
        |line: &str| line.split("  ").find(|column| !column.trim().is_empty()).unwrap_or("").to_owned();
    assert!(digits(block.lines().find(|line| !line.is_empty()).unwrap()) == format!("{:08x}", hello.len()));
    let text: String = hello.iter().map(|byte| format!("{byte:02x}")).collect();
    for piece in ["6776657273696f6e", "68736f667477617265", "69706c6920302e312e30"] {
        assert!(text.contains(piece) && block.replace(' ', "").contains(piece), "{piece}");
    }
}

// ---------------------------------------------------------------- the alphabet

/// R-01.
#[test]
fn a_second_spelling_is_refused() {
    let good = cbor::encode(&Hello { version: 1, software: "a".to_owned() });
    assert!(cbor::decode::<Hello>(&good, 64).is_ok());
    let position = good.iter().position(|byte| *byte == 1).unwrap();
    let longer = [&good[..position], &[0x18, 1], &good[position + 1..]].concat();
    assert_eq!(cbor::decode::<Hello>(&longer, 64), Err(Malformed::NotCanonical));
    assert_eq!(
        cbor::decode::<Hello>(&good, good.len() - 1),
        Err(Malformed::TooLarge { limit: good.len() - 1 })
    );
}

/// R-02.
#[tokio::test]
async fn a_frame_over_the_limit_is_refused_before_it_is_held() {
    let claim = u32::try_from(limits::FRAME_BYTES_MAX + 1).unwrap().to_be_bytes();
    let read = read_frame(&mut claim.as_slice(), limits::FRAME_BYTES_MAX).await;
    assert!(matches!(read, Err(FrameError::TooLong { .. })));
}

/// R-03.
#[test]
fn a_roster_never_passes_for_a_group() {
    let roster = crate::fixed::roster_statement().signed;
    let known = |id| [key(11), key(12)].into_iter().find(|key| key.id() == id).map(|key| key.public());
    assert!(roster.verify::<Roster>(known).is_ok());
    let group = Signed { bytes: cbor::encode(&crate::fixed::group()), ..roster.clone() };
    assert!(matches!(group.verify::<Group>(known), Err(Unproven::NotAuthentic(_))));
    let mut twice = roster;
    twice.signatures[1] = twice.signatures[0].clone();
    assert!(matches!(twice.verify::<Roster>(known), Err(Unproven::Signatures)));
}

// ---------------------------------------------------------------- statements

fn refused(statement: Statement) -> InvalidStatement {
    crate::fixed::directory().accept(&statement, Continuity::Next).unwrap_err()
}

fn second(first: &Statement) -> Link {
    Link { version: 2, previous: Some(first.signed.digest()), made: NOW }
}

fn roster_2(change: impl FnOnce(&mut Roster)) -> Statement {
    let mut roster = Roster { link: second(&crate::fixed::roster_statement()), ..crate::fixed::roster() };
    change(&mut roster);
    crate::fixed::statement(Kind::Roster, Signed::new(&roster, &[&key(11), &key(12)]))
}

/// R-05.
#[test]
fn a_chain_goes_forward_by_one_and_never_forks() {
    assert_eq!(crate::fixed::directory().accept(&roster_2(|_| ()), Continuity::Next), Ok(()));
    let fork = refused(roster_2(|roster| roster.link.version = 1));
    assert_eq!(fork, InvalidStatement::Fork { version: 1 });
    let gap = roster_2(|roster| roster.link.version = 3);
    assert!(matches!(refused(gap.clone()), InvalidStatement::Chain { .. }));
    let elsewhere = roster_2(|roster| roster.link.previous = Some(Digest([0; 32])));
    assert!(matches!(refused(elsewhere), InvalidStatement::Chain { .. }));
    let before: Vec<_> =
        crate::fixed::statements().into_iter().filter(|statement| statement.kind != Kind::Roster).collect();
    let forward = |statements: &[Statement]| {
        let mut client = Directory::pinned(crate::fixed::root_statement().signed.digest());
        statements.iter().try_for_each(|statement| client.accept(statement, Continuity::Forward))
    };
    let shown = |roster: Statement| [&before[..], &[roster.clone(), roster]].concat();
    assert_eq!(
        forward(&shown(gap.clone())),
        Ok(()),
        "a client enters a chain in the middle, and is shown twice"
    );
    assert!(forward(&[&shown(gap)[..], &[roster_2(|_| ())]].concat()).is_err(), "but never goes back");
}

/// R-06.
#[test]
fn only_the_pinned_root_begins_and_both_halves_go_on() {
    let mut stranger = Directory::pinned(Digest([7; 32]));
    assert!(stranger.accept(&crate::fixed::root_statement(), Continuity::Next).is_err());
    let held = Root { link: second(&crate::fixed::root_statement()), ..crate::fixed::root() };
    let check = |what: &str, root: &Root, seeds: &[u8], accepted: bool| {
        let keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
        let signed = Signed::new(root, &keys.iter().collect::<Vec<_>>());
        let judged =
            crate::fixed::directory().accept(&crate::fixed::statement(Kind::Root, signed), Continuity::Next);
        assert!(
            matches!(&judged, Ok(()) if accepted)
                || matches!(&judged, Err(InvalidStatement::Signer(_)) if !accepted),
            "{what}: {judged:?}"
        );
    };
    let rotated = Root { authority: key(99).public(), ..held.clone() };
    check("the authority rotates its own key", &rotated, &[1, 99], true);
    check("without the new key", &rotated, &[1], false);
    check("without the old key", &rotated, &[99], false);
    check("by the other half", &rotated, &[2, 99], false);
    let rotated = Root { parquet: key(98).public(), ..held.clone() };
    check("the parquet rotates its own key", &rotated, &[2, 98], true);
    check("by the other half", &rotated, &[1, 98], false);
    let more = Root { authority: key(99).public(), log_months: 13, ..held.clone() };
    check("one half changes more than its own key", &more, &[1, 99], false);
    check("both halves change more", &more, &[1, 2, 99], true);
    check("one half changes the relay's key", &Root { log_months: 13, ..held }, &[1], false);
}

/// R-07.
#[test]
fn a_hat_is_certified_by_the_parquet_and_nobody_else() {
    let signed_by = |card: &Card, seed| crate::fixed::statement(Kind::Card, Signed::new(card, &[&key(seed)]));
    let fresh = |name, device, function: &str| Card {
        member: member(name),
        function: function.parse().unwrap(),
        devices: vec![DeviceKey { key: key(device).public(), name: "bureau".to_owned() }],
        ..crate::fixed::card("csp-1")
    };
    for hat in ["PROC", "MREF", "PREP", "AUD"] {
        let card = fresh("nouveau-1", 41, hat);
        assert_eq!(crate::fixed::directory().accept(&signed_by(&card, 2), Continuity::Next), Ok(()), "{hat}");
        assert!(matches!(refused(signed_by(&card, 1)), InvalidStatement::Signer(_)), "{hat}");
    }
    assert!(matches!(refused(signed_by(&fresh("nouveau-1", 41, "BREF"), 2)), InvalidStatement::Signer(_)));
    let mut unseated =
        Card { link: second(&crate::fixed::card_statement("aud-1")), ..crate::fixed::card("aud-1") };
    unseated.function = "SEC".parse().unwrap();
    assert!(matches!(refused(signed_by(&unseated, 1)), InvalidStatement::Rule(_)), "a hat stays one");
    let stolen = fresh("nouveau-1", 11, "BREF");
    assert!(matches!(refused(signed_by(&stolen, 1)), InvalidStatement::Rule(_)), "a device of another card");
}

/// R-08.
#[test]
fn a_nominative_group_needs_its_president_and_the_visa() {
    let signed = |group: &Group, seeds: &[u8]| {
        let keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
        crate::fixed::statement(Kind::Group, Signed::new(group, &keys.iter().collect::<Vec<_>>()))
    };
    let accepts = |group: &Group, seeds: &[u8]| {
        crate::fixed::directory().accept(&signed(group, seeds), Continuity::Next)
    };
    for kind in [GroupKind::Echange, GroupKind::InfraCommunal, GroupKind::Cispdr] {
        let group = Group { id: GroupId([0x68; 16]), kind, ..crate::fixed::group() };
        assert_eq!(accepts(&group, &[11, 15]), Ok(()), "{kind:?}");
        for lacking in [&[11][..], &[15], &[1], &[1, 15], &[11, 2], &[11, 14]] {
            assert!(
                matches!(accepts(&group, lacking), Err(InvalidStatement::Signer(_))),
                "{kind:?} {lacking:?}"
            );
        }
    }
    let alone = Group { id: GroupId([0x68; 16]), president: key_of("coord-1").id(), ..crate::fixed::group() };
    assert!(matches!(accepts(&alone, &[12, 15]), Err(InvalidStatement::Rule(_))), "one person in both seats");

    let next = Group { link: second(&crate::fixed::group_statement()), ..crate::fixed::group() };
    assert_eq!(accepts(&next, &[11, 15]), Ok(()), "the president stays and signs");
    let led = Group { president: key_of("csp-1").id(), ..next.clone() };
    assert!(
        matches!(accepts(&led, &[13, 15, 12]), Err(InvalidStatement::Rule(_))),
        "a function that leads none"
    );
    let other = Group { kind: GroupKind::Travail, ..next };
    assert!(accepts(&other, &[1, 2, 11, 12]).is_err(), "a group keeps its kind");
}

/// R-09.
#[test]
fn two_persons_sign_a_roster() {
    let mut roster = Roster { link: second(&crate::fixed::roster_statement()), ..crate::fixed::roster() };
    roster.seats[1].devices.push(key_of("csp-1 portable").id());
    for alone in [11, 12] {
        let statement = crate::fixed::statement(Kind::Roster, Signed::new(&roster, &[&key(alone)]));
        assert!(matches!(refused(statement), InvalidStatement::Signer(_)), "{alone}");
    }
    let more = crate::fixed::statement(
        Kind::Roster,
        Signed::new(&crate::fixed::roster(), &[&key(11), &key(12), &key(77)]),
    );
    assert!(matches!(refused(more), InvalidStatement::Unproven(_)), "a signature by nobody");
    let twice = roster_2(|roster| roster.seats[1] = roster.seats[0].clone());
    assert!(matches!(refused(twice), InvalidStatement::Rule(_)));
}

/// R-10.
#[test]
fn a_key_page_is_its_device_s_own() {
    let (mut page, body) = crate::fixed::key_page("maire-1", &weeks_later());
    page.link = second(&crate::fixed::key_page_statement("maire-1"));
    let signed = |page: &shared::statement::KeyPage, seed, body| {
        crate::fixed::with_body(Kind::KeyPage, Signed::new(page, &[&key(seed)]), body)
    };
    assert_eq!(crate::fixed::directory().accept(&signed(&page, 11, body.clone()), Continuity::Next), Ok(()));
    assert!(matches!(refused(signed(&page, 12, body.clone())), InvalidStatement::Unproven(_)));
    assert_eq!(refused(signed(&page, 11, vec![0; body.len()])), InvalidStatement::Body);
    page.buckets.reverse();
    assert!(matches!(refused(signed(&page, 11, body)), InvalidStatement::Rule(_)));
}

/// Two weeks after those that are published.
fn weeks_later() -> [Bucket; 2] {
    let last = *crate::fixed::weeks().last().unwrap();
    [1, 2].map(|weeks: u64| Bucket { ends: last.ends.plus(weeks * 7 * DAY_SECONDS), ..last })
}

/// R-10: each page of a tier goes on where the one before ended, and none is further ahead than the ladder.
#[test]
fn a_published_recipient_is_never_replaced() {
    let weeks = crate::fixed::weeks();
    let mut directory = crate::fixed::directory();
    let page = |version: &Statement, buckets: &[Bucket]| {
        let (mut page, body) = crate::fixed::key_page("maire-1", buckets);
        page.link = second(version);
        crate::fixed::with_body(Kind::KeyPage, Signed::new(&page, &[&key(11)]), body)
    };
    let first = crate::fixed::key_page_statement("maire-1");
    let (last, [next, after_next]) = (*weeks.last().unwrap(), weeks_later());
    let far = Bucket { ends: NOW.plus(400 * 7 * DAY_SECONDS), ..last };
    let far = Bucket { ends: last.tier.end_after(far.ends), ..far };
    for replaced in [&weeks[..], &weeks[1..], &[last], &[last, next], &[next, far]] {
        let answer = directory.accept(&page(&first, replaced), Continuity::Next);
        assert!(matches!(answer, Err(InvalidStatement::Rule(_))), "{replaced:?}");
    }
    directory.accept(&page(&first, &[next, after_next]), Continuity::Next).unwrap();
    let device = key(11).id();
    assert!(weeks.iter().chain(&[after_next]).all(|bucket| directory.key_page(device, *bucket).is_some()));
    assert_eq!(directory.published_until(device, last.tier), Some(after_next.ends));
    assert!(directory.key_page(device, far).is_none());
}

fn signed<T: Document>(kind: Kind, document: &T, seeds: &[u8]) -> Statement {
    let keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
    crate::fixed::statement(kind, Signed::new(document, &keys.iter().collect::<Vec<_>>()))
}

/// What is proved after these, too.
fn after(statements: &[Statement]) -> Directory {
    let mut directory = crate::fixed::directory();
    statements.iter().for_each(|statement| directory.accept(statement, Continuity::Next).unwrap());
    directory
}

/// What is proved without the statements of some kinds.
fn without(left_out: impl Fn(&Statement) -> bool) -> Directory {
    let statements: Vec<_> =
        crate::fixed::statements().into_iter().filter(|statement| !left_out(statement)).collect();
    crate::fixed::directory_of(&statements).unwrap()
}

/// What a statement is refused for, in the words of [`InvalidStatement`]; nothing if it is accepted.
fn check(what: &str, directory: &Directory, statement: &Statement, expected: &str) {
    let said = match directory.judge(statement, Continuity::Next) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    let fits = if expected.is_empty() { said.is_empty() } else { said.contains(expected) };
    assert!(fits, "{what}: {said:?}, and not {expected:?}");
}

/// R-31.
#[test]
fn the_relay_takes_what_was_signed_lately_by_who_may_sign_today() {
    let check = |what: &str, statement: &Statement, directory: &Directory, now, taken: bool| {
        let judged = directory.judge(statement, Continuity::Next).unwrap();
        assert_eq!(authorise::publishing(&judged, directory, now).is_ok(), taken, "{what}");
    };
    let directory = crate::fixed::directory();
    let roster = roster_2(|_| ());
    check("now", &roster, &directory, NOW, true);
    check("a clock that runs ahead", &roster, &directory, Timestamp(NOW.0 - 600), true);
    check("signed in the future", &roster, &directory, Timestamp(NOW.0 - 601), false);
    check("a month ago", &roster, &directory, NOW.plus(30 * 86_400), true);
    check("longer ago", &roster, &directory, NOW.plus(30 * 86_400 + 1), false);

    let gone = Card {
        link: second(&crate::fixed::card_statement("coord-1")),
        until: Some(NOW.plus(1)),
        ..crate::fixed::card("coord-1")
    };
    let gone = after(&[signed(Kind::Card, &gone, &[1])]);
    check("by somebody who went out of office since", &roster, &gone, NOW.plus(2), false);
    let root = Root {
        link: second(&crate::fixed::root_statement()),
        authority: key(99).public(),
        ..crate::fixed::root()
    };
    let rotated = after(&[signed(Kind::Root, &root, &[1, 99])]);
    let card = Card { link: second(&crate::fixed::card_statement("csp-1")), ..crate::fixed::card("csp-1") };
    check("by a root's key that was replaced", &signed(Kind::Card, &card, &[1]), &rotated, NOW, false);
    check("by the key that replaced it", &signed(Kind::Card, &card, &[99]), &rotated, NOW, true);
}

/// R-44.
#[test]
fn a_member_decides_alone_about_their_devices() {
    let (first, list) = (crate::fixed::directory(), crate::fixed::devices());
    let with = |change: &dyn Fn(&mut Devices), seeds: &[u8]| {
        let mut list = list.clone();
        change(&mut list);
        signed(Kind::Devices, &list, seeds)
    };
    let device = |seed: u8| DeviceKey { key: key(seed).public(), name: "portable".to_owned() };
    check("by a device of before", &first, &crate::fixed::devices_statement(), "");
    check("by the new device", &first, &with(&|_| (), &[16]), "unknown key");
    check("by the authority", &first, &with(&|_| (), &[1]), "unknown key");
    check("by somebody else's device", &first, &with(&|_| (), &[11]), "unknown key");
    check("by the authority, too", &first, &with(&|_| (), &[1, 13]), "unknown key");
    check("on another card", &first, &with(&|list| list.base = Digest([0; 32]), &[13]), "another card");
    check(
        "somebody else's device",
        &first,
        &with(&|list| list.devices.push(device(11)), &[13]),
        "one member only",
    );
    check("none", &first, &with(&|list| list.devices.clear(), &[13]), "one to eight");
    let (mut often, mut next) = (crate::fixed::directory(), crate::fixed::devices_statement());
    for version in 2..=65 {
        often.accept(&next, Continuity::Next).unwrap();
        next = with(&|list| list.link = Link { version, ..second(&next) }, &[13]);
    }
    check("too many lists", &often, &next, "too many lists");

    let struck = with(
        &|list| (list.link, list.devices) = (second(&crate::fixed::devices_statement()), vec![device(16)]),
        &[16],
    );
    let struck_off = after(&[crate::fixed::devices_statement(), struck.clone()]);
    let third = Link { version: 3, previous: Some(struck.signed.digest()), made: NOW };
    let back = |list: &mut Devices| (list.link, list.devices) = (third.clone(), vec![device(16), device(13)]);
    check("by a device that was struck off", &struck_off, &with(&back, &[13]), "unknown key");
    check("a device that was struck off", &struck_off, &with(&back, &[16]), "never comes back");
    let card = Card { link: second(&crate::fixed::card_statement("csp-1")), ..crate::fixed::card("csp-1") };
    let more = Card { devices: vec![device(13), device(17)], ..card.clone() };
    check("on a card with other devices", &struck_off, &signed(Kind::Card, &more, &[1]), "never comes back");
    check("on a card that is renewed", &struck_off, &signed(Kind::Card, &card, &[1]), "");
    let mut renewed = struck_off;
    renewed.accept(&signed(Kind::Card, &card, &[1]), Continuity::Next).unwrap();
    assert_eq!(renewed.devices(&member("csp-1")), [device(16)], "the member's list goes on");
    assert!(renewed.seat(GROUP, key(16).id(), NOW).is_some(), "signed for by the one that the roster names");
    assert!(renewed.seat(GROUP, key(13).id(), NOW).is_none(), "and that one counts no more");
}

/// R-34, and what R-09 says of who takes away.
#[test]
fn nothing_is_written_before_both_leaders_have_signed() {
    let renamed = Group {
        link: second(&crate::fixed::group_statement()),
        name: "Groupe".to_owned(),
        ..crate::fixed::group()
    };
    let renamed = signed(Kind::Group, &renamed, &[11, 15]);
    let directory = after(std::slice::from_ref(&renamed));
    assert_eq!(authorise::core(core(), None, &directory, NOW).err(), Some(Refusal::NotLed));
    let roster = |statement: Digest, seats: usize| {
        let mut roster =
            Roster { link: second(&crate::fixed::roster_statement()), statement, ..crate::fixed::roster() };
        roster.seats.remove(0);
        roster.seats.truncate(seats);
        roster
    };
    let (new, old) = (renamed.signed.digest(), crate::fixed::group_statement().signed.digest());
    check(
        "one takes away, as if both had signed",
        &directory,
        &signed(Kind::Roster, &roster(new, 2), &[11]),
        "signs alone",
    );
    check("one takes away", &directory, &signed(Kind::Roster, &roster(old, 2), &[11]), "");
    check(
        "both, under the statement of before",
        &directory,
        &signed(Kind::Roster, &roster(old, 2), &[11, 12]),
        "of the past",
    );
    let led = signed(Kind::Roster, &roster(new, 2), &[11, 12]);
    let directory = after(&[renamed, led.clone()]);
    let core = Core { roster_version: 2, roster: led.signed.digest(), ..core() };
    assert_eq!(authorise::core(core, None, &directory, NOW).err(), None);
}

/// R-45.
#[test]
fn a_charter_has_a_leader_s_signature_the_visa_and_its_time() {
    let directory = crate::fixed::directory();
    let with = |change: &dyn Fn(&mut Charter), seeds: &[u8]| {
        let link = second(&crate::fixed::charter_statement());
        let mut charter = Charter { link, from: NOW.plus(14 * 86_400), ..crate::fixed::charter() };
        change(&mut charter);
        signed(Kind::Charter, &charter, seeds)
    };
    check("in two weeks", &directory, &with(&|_| (), &[11, 15]), "");
    check("by the coordinator", &directory, &with(&|_| (), &[12, 15]), "");
    check("without the visa", &directory, &with(&|_| (), &[11]), "PROC (visa)");
    check("with the root of the parquet", &directory, &with(&|_| (), &[2, 11]), "PROC (visa)");
    check("with another hat", &directory, &with(&|_| (), &[11, 14]), "PROC (visa)");
    check("by a member who leads none", &directory, &with(&|_| (), &[13, 15]), "a leader of the group");
    check("by the parquet alone", &directory, &with(&|_| (), &[15]), "a leader of the group");
    let tomorrow = |charter: &mut Charter| charter.from = NOW.plus(86_400);
    check("tomorrow", &directory, &with(&tomorrow, &[11, 15]), "two weeks");
    let ordered = |order: &'static str| {
        move |charter: &mut Charter| {
            (charter.from, charter.order) = (NOW.plus(86_400), Some(order.to_owned()))
        }
    };
    check("tomorrow, by order", &directory, &with(&ordered("2026/17"), &[11, 15]), "");
    check("by an order without reference", &directory, &with(&ordered(" "), &[11, 15]), "two weeks");
    let nameless = |charter: &mut Charter| charter.reglement.date.clear();
    check(
        "without the date of its règlement",
        &directory,
        &with(&nameless, &[11, 15]),
        "règlement intérieur",
    );
    let other = Statement { body: Some(b"autre".to_vec()), ..with(&|_| (), &[11, 15]) };
    check("another text", &directory, &other, "body");
}

/// R-45: whoever proposes does not validate: a `PROC` who leads a channel needs the other side.
#[test]
fn one_person_is_no_leader_and_visa_at_once() {
    let id = GroupId([0x62; 16]);
    let president = key_of("proc-1").id();
    let channel = Group { id, kind: GroupKind::Bilateral, president, ..crate::fixed::group() };
    let channel = signed(Kind::Group, &channel, &[12, 15]);
    let directory = after(&[channel]);
    let charter = Charter { group: id, ..crate::fixed::charter() };
    check("alone", &directory, &signed(Kind::Charter, &charter, &[15]), "who is somebody else");
    check(
        "with somebody else",
        &directory,
        &signed(Kind::Charter, &charter, &[13, 15]),
        "who is somebody else",
    );
    check("with the other side", &directory, &signed(Kind::Charter, &charter, &[12, 15]), "");
}

/// R-46.
#[test]
fn an_adhesion_is_signed_by_its_member() {
    let directory = without(|statement| statement.kind == Kind::Adhesion);
    let signed = |adhesion: &Adhesion, seeds: &[u8]| signed(Kind::Adhesion, adhesion, seeds);
    let own = crate::fixed::adhesion("csp-1");
    check("by the member", &directory, &signed(&own, &[13]), "");
    check("by another member's device", &directory, &signed(&own, &[11]), "the member");
    check("by another, too", &directory, &signed(&own, &[11, 13]), "the member");
    check("by the authority", &directory, &signed(&own, &[1]), "the member");
    check(
        "by somebody outside",
        &directory,
        &signed(&crate::fixed::adhesion("aud-1"), &[14]),
        "not in the group",
    );
    let other = Adhesion { charter: Digest([0; 32]), ..own };
    check("to another charter", &directory, &signed(&other, &[13]), "does not have");
}

/// R-35.
#[test]
fn nothing_nominative_without_a_charter_that_everybody_signed() {
    let check = |what: &str, directory: &Directory, expected| {
        assert_eq!(authorise::core(core(), None, directory, NOW).err(), expected, "{what}");
    };
    let by = |name: &str| {
        let digest = crate::fixed::adhesion_statement(name).signed.digest();
        without(move |statement| statement.signed.digest() == digest)
    };
    let chartered = |statement: &Statement| [Kind::Charter, Kind::Adhesion].contains(&statement.kind);
    check("no charter", &without(chartered), Some(Refusal::CharterMissing));
    check("the writer has not signed", &by("csp-1"), Some(Refusal::CharterUnsigned));
    check("the reader has not signed", &by("maire-1"), Some(Refusal::RecipientUnsigned));
    check("a member who is not named has not signed", &by("coord-1"), None);
    let open = Core { flow: "F17a".parse().unwrap(), class: Class::N0, ..core() };
    assert_eq!(authorise::core(open, None, &without(chartered), NOW).err(), None, "nothing nominative");
    let reason = reason_code("suivi");
    let terms = ClaimTerms {
        act: Act::Release,
        reason: Some(&reason),
        has_text: false,
        is_delegate: false,
        is_retired: false,
        ends: EXPIRES,
    };
    let claim = authorise::claim(&core(), terms, key_of("maire-1").id(), &by("maire-1"), NOW);
    assert_eq!(claim.err(), Some(Refusal::CharterUnsigned), "nor is anything opened");

    let charter = Charter {
        link: second(&crate::fixed::charter_statement()),
        from: NOW.plus(14 * 86_400),
        ..crate::fixed::charter()
    };
    let next = after(&[signed(Kind::Charter, &charter, &[11, 15])]);
    check("before the next charter is in force", &next, None);
    let later = NOW.plus(15 * 86_400);
    let claim = authorise::claim(&core(), terms, key_of("maire-1").id(), &next, later);
    assert_eq!(claim.err(), Some(Refusal::CharterUnsigned), "after it");
}

/// R-47.
#[test]
fn a_delegation_leads_to_another_member_for_three_months_at_most() {
    let directory = crate::fixed::directory();
    let with = |change: &dyn Fn(&mut Delegation), seeds: &[u8]| {
        let mut delegation = crate::fixed::delegation();
        change(&mut delegation);
        signed(Kind::Delegation, &delegation, seeds)
    };
    check("for a week", &directory, &crate::fixed::delegation_statement(), "");
    check("by who stands in", &directory, &with(&|_| (), &[12]), "the absent member");
    check("by a leader", &directory, &with(&|_| (), &[11, 13]), "the absent member");
    check("to oneself", &directory, &with(&|it| it.to = it.member.clone(), &[13]), "somebody else");
    check("to an outsider", &directory, &with(&|it| it.to = member("proc-1"), &[13]), "member of the group");
    check("for three months", &directory, &with(&|it| it.until = NOW.plus(92 * 86_400), &[13]), "");
    check("for four", &directory, &with(&|it| it.until = NOW.plus(122 * 86_400), &[13]), "three months");
    let away = after(&[crate::fixed::delegation_statement()]);
    let (csp, flow) = (member("csp-1"), "F05a".parse().unwrap());
    assert_eq!(away.delegate(GROUP, &csp, &flow, NOW), Some(&member("coord-1")));
    assert_eq!(away.delegate(GROUP, &csp, &"F17a".parse().unwrap(), NOW), None, "for one flow");
    assert_eq!(away.delegate(GROUP, &csp, &flow, NOW.plus(7 * 86_400)), None, "until its end");
}

/// R-48.
#[test]
fn a_proposal_is_signed_by_who_signed_what_it_proposes() {
    let directory = crate::fixed::directory();
    let with = |inner: &Statement, change: &dyn Fn(&mut Proposal), seeds: &[u8]| {
        let body = cbor::encode(inner);
        let mut proposal = Proposal { statement: sha256(&body), ..crate::fixed::proposal().0 };
        change(&mut proposal);
        Statement { body: Some(body), ..signed(Kind::Proposal, &proposal, seeds) }
    };
    let proposed = crate::fixed::proposed();
    check("by its signer", &directory, &crate::fixed::proposal_statement(), "");
    check("by another", &directory, &with(&proposed, &|_| (), &[11]), "the proposer");
    check("of another kind", &directory, &with(&proposed, &|it| it.of = Kind::Charter, &[12]), "body");
    check(
        "for another group",
        &directory,
        &with(&proposed, &|it| it.group = GroupId([1; 16]), &[12]),
        "another group",
    );
    check("without it", &directory, &Statement { body: None, ..crate::fixed::proposal_statement() }, "body");
    let mut forged = proposed.clone();
    forged.signed.signatures[0].signature[7] ^= 1;
    check("a forged signature", &directory, &with(&forged, &|_| (), &[12]), "does not fit");
    let roster: Roster = proposed.signed.peek().unwrap();
    let outside = signed(Kind::Roster, &roster, &[14]);
    check("by somebody outside", &directory, &with(&outside, &|_| (), &[14]), "whom the group concerns");
    let before = crate::fixed::roster_statement().signed.digest();
    assert_eq!(
        after(&[crate::fixed::proposal_statement()]).roster(GROUP).unwrap().1,
        before,
        "nothing follows from it"
    );
}

/// R-49.
#[test]
fn an_invitation_is_answered_once_in_its_time_by_a_fresh_device() {
    let directory = crate::fixed::directory();
    let with = |invite: &dyn Fn(&mut Invitation), by: &[u8], change: &dyn Fn(&mut Enrolment), seed| {
        let mut invitation = crate::fixed::invitation();
        invite(&mut invitation);
        let keys: Vec<_> = by.iter().map(|seed| key(*seed)).collect();
        let invitation = Signed::new(&invitation, &keys.iter().collect::<Vec<_>>());
        let mut enrolment = Enrolment { invitation, ..crate::fixed::enrolment() };
        change(&mut enrolment);
        signed(Kind::Enrolment, &enrolment, &[seed])
    };
    let ok = &|_: &mut Enrolment| ();
    let (csp, far) = (member("csp-1"), NOW.plus(1_000 * 86_400));
    let device = |to: &mut Invitation| to.to = Invited::Device(csp.clone());
    check("as it is", &directory, &crate::fixed::enrolment_statement(), "");
    check("by the parquet", &directory, &with(&|_| (), &[2], ok, 17), "the authority's root");
    check("by a member", &directory, &with(&|_| (), &[11], ok, 17), "the authority's root");
    check("a further device, by its member", &directory, &with(&device, &[13], ok, 17), "");
    check(
        "a further device, by another",
        &directory,
        &with(&device, &[11], ok, 17),
        "a device of the member",
    );
    check(
        "of another root",
        &directory,
        &with(&|to| to.fingerprint = Digest([0; 32]), &[1], ok, 17),
        "has ended",
    );
    check("too late", &directory, &with(&|to| to.expires = NOW, &[1], ok, 17), "has ended");
    let late = |it: &mut Enrolment| it.link.made = NOW.plus(15 * 86_400);
    check(
        "after two weeks, whatever it says",
        &directory,
        &with(&|to| to.expires = far, &[1], &late, 17),
        "has ended",
    );
    let known = |it: &mut Enrolment| it.device.key = key(13).public();
    check("a known device", &directory, &with(&|_| (), &[1], &known, 13), "fresh keys");
    check(
        "one key for both",
        &directory,
        &with(&|_| (), &[1], &|it| it.tls = it.device.key, 17),
        "fresh keys",
    );
    check("signed by another device", &directory, &with(&|_| (), &[1], ok, 16), "unknown key");
    let used = after(&[crate::fixed::enrolment_statement()]);
    let again = with(&|_| (), &[1], &|it| it.device.key = key(16).public(), 16);
    check("used", &used, &again, "already known");
    let second = second(&crate::fixed::enrolment_statement());
    let next = with(&|_| (), &[1], &|it| (it.link, it.device.key) = (second.clone(), key(16).public()), 16);
    check("answered anew", &used, &next, "answered once");
}

/// R-49: six words change with anything that they vouch for.
#[test]
fn the_six_words_name_the_invitation_and_both_keys() {
    let words = crate::fixed::enrolment().words();
    assert!(words.iter().all(|word| *word < 2048));
    let check = |what: &str, change: &dyn Fn(&mut Enrolment)| {
        let mut enrolment = crate::fixed::enrolment();
        change(&mut enrolment);
        assert_ne!(enrolment.words(), words, "{what}");
    };
    check("another device", &|it| it.device.key = key(16).public());
    check("another TLS key", &|it| it.tls = key(16).public());
    check("another invitation", &|it| {
        let invitation = Invitation { checkpoint: "another".to_owned(), ..crate::fixed::invitation() };
        it.invitation = Signed::new(&invitation, &[&key(1)]);
    });
}

// ---------------------------------------------------------------- what is allowed

fn core() -> Core {
    crate::fixed::core(TreeHead { size: 1, root: Digest([1; 32]) })
}

fn check_core(what: &str, change: impl FnOnce(&mut Core), expected: Refusal) {
    let mut core = core();
    change(&mut core);
    assert_eq!(authorise::core(core, None, &crate::fixed::directory(), NOW).err(), Some(expected), "{what}");
}

#[test]
fn the_letter_of_the_vectors_is_allowed() {
    assert!(authorise::core(core(), None, &crate::fixed::directory(), NOW).is_ok());
}

/// R-12.
#[test]
fn the_writing_device_counts_and_may_write() {
    check_core("another device", |core| core.device = key(77).id(), Refusal::NotAMember);
    check_core("another's device", |core| core.device = key_of("coord-1").id(), Refusal::NotAMember);
    check_core("a reviewer without a seat", |core| core.device = key_of("aud-1").id(), Refusal::NotAMember);
    let mut directory = crate::fixed::directory();
    let reads = roster_2(|roster| roster.seats.iter_mut().for_each(|seat| seat.writes = false));
    directory.accept(&reads, Continuity::Next).unwrap();
    let core = Core { roster_version: 2, roster: reads.signed.digest(), ..core() };
    assert_eq!(
        authorise::core(core, None, &directory, NOW).err(),
        Some(Refusal::NotAMember),
        "a seat that reads"
    );
}

/// R-13.
#[test]
fn recipients_are_members_who_may_receive() {
    let to = |names: &'static [&str]| {
        move |core: &mut Core| core.recipients = names.iter().map(|name| member(name)).collect()
    };
    check_core("nobody", to(&[]), Refusal::RecipientRole);
    check_core("no member", to(&["aud-1"]), Refusal::RecipientRole);
    check_core("the writer", to(&["csp-1"]), Refusal::RecipientRole);
    check_core("another order", to(&["maire-1", "coord-1"]), Refusal::RecipientRole);
    check_core("one twice", to(&["maire-1", "maire-1"]), Refusal::RecipientRole);
}

/// R-14.
#[test]
fn the_flow_decides_who_sends_what_where() {
    let flow = |code: &'static str, class| {
        move |core: &mut Core| (core.flow, core.class) = (code.parse().unwrap(), class)
    };
    use shared::nomenclature::Class::{N0, N2, N3};
    check_core("no such flow", flow("F99", N0), Refusal::UnknownFlow);
    check_core("another class", flow("F05a", N3), Refusal::Malformed);
    check_core("a sender who may not", flow("F10a", N0), Refusal::SenderRole);
    check_core("recipients who may not", flow("F10b", N0), Refusal::RecipientRole);
    let gate = Gated { approver: member("coord-1"), until: EXPIRES, readable_seconds: DAY_SECONDS };
    check_core("an agreement that nothing asks for", |core| core.gate = Some(gate), Refusal::Gate);
    check_core("another form", |core| core.version = 2, Refusal::Malformed);
    let elsewhere = Group { kind: GroupKind::Bilateral, ..crate::fixed::group() };
    let elsewhere = crate::fixed::statement(Kind::Group, Signed::new(&elsewhere, &[&key(11), &key(12)]));
    let roster = Roster { statement: elsewhere.signed.digest(), ..crate::fixed::roster() };
    let roster = crate::fixed::statement(Kind::Roster, Signed::new(&roster, &[&key(11), &key(12)]));
    let core_there = Core { roster: roster.signed.digest(), ..core() };
    let mut statements = crate::fixed::statements();
    statements.retain(|statement| statement.kind < Kind::Group || statement.kind == Kind::Ruleset);
    statements.extend([elsewhere, roster]);
    let directory = crate::fixed::directory_of(&statements).unwrap();
    assert_eq!(authorise::core(core_there, None, &directory, NOW).err(), Some(Refusal::GroupKind));
    assert_eq!(core().class, N2);
}

/// R-15.
#[test]
fn the_expiry_is_the_end_of_a_bucket_under_the_ceiling() {
    check_core("not an end", |core| core.expires = Timestamp(EXPIRES.0 + 1), Refusal::BucketEnd);
    check_core("now", |core| core.expires = NOW, Refusal::Retention);
    check_core(
        "over the ceiling",
        |core| core.expires = Timestamp(EXPIRES.0 + 100 * 86_400),
        Refusal::Retention,
    );
}

/// R-15: what the archives have to agree to waits for their visa.
#[test]
fn what_needs_a_visa_waits_for_it() {
    let check = |more: &str, expected| {
        let text =
            crate::fixed::NOMENCLATURE.replacen("days_max = 180", &format!("days_max = 180\n{more}"), 1);
        let first = crate::fixed::nomenclature_statement();
        let document =
            shared::statement::NomenclatureStatement { link: second(&first), text: sha256(text.as_bytes()) };
        let signed = Signed::new(&document, &[&key(1), &key(2)]);
        let directory = after(&[crate::fixed::with_body(Kind::Nomenclature, signed, text.into_bytes())]);
        let core = Core { nomenclature: directory.nomenclature_digest().unwrap(), ..core() };
        assert_eq!(authorise::core(core, None, &directory, NOW).err(), expected, "{more}");
    };
    check("", None);
    check("needs_visa = true", Some(Refusal::Visa));
    check("needs_visa = true\nvisa = \"AD93 2026-14\"", None);
    check("visa = \"AD93 2026-14\"", None);
}

/// R-16.
#[test]
fn roster_and_nomenclature_are_those_in_force() {
    check_core("another roster", |core| core.roster = Digest([0; 32]), Refusal::StaleRoster);
    check_core("another version", |core| core.roster_version = 2, Refusal::StaleRoster);
    check_core("another nomenclature", |core| core.nomenclature = Digest([0; 32]), Refusal::StaleRoster);
}

/// R-17.
#[test]
fn the_ruleset_is_the_one_in_force() {
    check_core("another ruleset", |core| core.screening.ruleset = Digest([0; 32]), Refusal::Screening);
}

/// The next ruleset of the world, made then.
fn next_ruleset(made: Timestamp) -> Statement {
    let mut rules = crate::fixed::ruleset();
    rules.text.push_str("# the next\n");
    let link = Link { made, ..second(&crate::fixed::ruleset_statement()) };
    let document = RulesetStatement { link, rules: rules.digest() };
    crate::fixed::with_body(Kind::Ruleset, Signed::new(&document, &[&key(1), &key(2)]), rules.encode())
}

/// R-17: the ruleset before the one in force is accepted for three days.
#[test]
fn the_ruleset_before_is_accepted_for_a_while() {
    let directory = after(&[next_ruleset(NOW)]);
    let at = |now: Timestamp| {
        let head = HeadReference { time: Timestamp(now.0 - 60), ..core().head };
        let core = Core { created: now, head, ..core() };
        authorise::core(core, None, &directory, now).err()
    };
    assert_eq!(at(NOW), None);
    assert_eq!(at(NOW.plus(72 * 3600 - 1)), None);
    assert_eq!(at(NOW.plus(72 * 3600)), Some(Refusal::Screening));
}

/// R-89: both roots sign it, and texts can be screened by it.
#[test]
fn a_ruleset_is_signed_by_both_roots_and_can_be_used() {
    let all = crate::fixed::directory();
    let next = next_ruleset(NOW);
    check("the next", &all, &next, "");
    let signed = |rules: &Ruleset, seeds: &[u8]| {
        let keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
        let document =
            RulesetStatement { link: second(&crate::fixed::ruleset_statement()), rules: rules.digest() };
        let signed = Signed::new(&document, &keys.iter().collect::<Vec<_>>());
        crate::fixed::with_body(Kind::Ruleset, signed, rules.encode())
    };
    check("the authority alone", &all, &signed(&crate::fixed::ruleset(), &[1]), "the parquet's root");
    check("the parquet alone", &all, &signed(&crate::fixed::ruleset(), &[2]), "the authority's root");
    let both = |change: &dyn Fn(&mut Ruleset)| {
        let mut rules = crate::fixed::ruleset();
        change(&mut rules);
        signed(&rules, &[1, 2])
    };
    check("no rules", &all, &both(&|rules| rules.text.clear()), "cannot be read");
    check(
        "no panel",
        &all,
        &both(&|rules| {
            rules.text = rules.text.replace("panel = \"tout\"\nthreshold", "panel = \"rien\"\nthreshold")
        }),
        "panel",
    );
    check("weights", &all, &both(&|rules| rules.weights = vec![0; 3]), "weights");
    check(
        "another body",
        &all,
        &Statement { body: Some(crate::fixed::ruleset().encode()), ..next.clone() },
        "body",
    );
    check("without its body", &all, &Statement { body: None, ..next.clone() }, "body");
    let mut client = crate::fixed::directory();
    client.accept(&Statement { body: None, ..next }, Continuity::Forward).expect("a client asks for it");
}

/// R-90: a member of the group says it for themselves, and it counts for a colleague within the day.
#[test]
fn a_second_person_is_a_colleague_in_the_group() {
    let all = crate::fixed::directory();
    let rereading = |change: &dyn Fn(&mut Rereading), seeds: &[u8]| {
        let mut rereading = Rereading { member: member("coord-1"), ..crate::fixed::rereading() };
        change(&mut rereading);
        signed(Kind::Rereading, &rereading, seeds)
    };
    let coord = rereading(&|_| {}, &[12]);
    check("a colleague", &all, &coord, "");
    check("for somebody else", &all, &rereading(&|_| {}, &[11]), "alone");
    check("with another", &all, &rereading(&|_| {}, &[11, 12]), "alone");
    check("elsewhere", &all, &rereading(&|one| one.group = GroupId([9; 16]), &[12]), "unknown group");
    check("no member", &all, &rereading(&|one| one.member = member("aud-1"), &[14]), "alone");

    let of_maire = Core { writer: member("maire-1"), device: key_of("maire-1").id(), ..core() };
    let counts = |core: &Core, statement: &Statement| is_reread(core, &statement.signed, &all);
    assert!(counts(&of_maire, &coord));
    let link = second(&crate::fixed::card_statement("coord-1"));
    let organisation =
        shared::statement::Organisation { id: "autre-1".parse().unwrap(), name: "Autre".into() };
    let moved = Card { link, organisation, ..crate::fixed::card("coord-1") };
    let moved = crate::fixed::with_body(
        Kind::Card,
        Signed::new(&moved, &[&key(1)]),
        crate::fixed::personal("coord-1").to_body(),
    );
    assert!(!is_reread(&of_maire, &coord.signed, &after(&[moved])), "of another organisation");
    assert!(!counts(&of_maire, &rereading(&|one| one.member = member("maire-1"), &[11])), "by its writer");
    let late = Core { created: NOW.plus(24 * 3600), ..of_maire.clone() };
    assert!(!counts(&late, &coord), "a day later");
    let elsewhere = Core { group: GroupId([9; 16]), ..of_maire };
    assert!(!counts(&elsewhere, &coord));
    check_core(
        "reread by its writer",
        |core| {
            let own = Rereading { member: member("csp-1"), ..crate::fixed::rereading() };
            core.screening.reread = Some(signed(Kind::Rereading, &own, &[13]).signed);
        },
        Refusal::Screening,
    );
}

/// R-91: what was read is what was sent.
#[test]
fn a_code_stands_for_what_was_read() {
    let salt = Random([7; 32]);
    let to = core().recipients;
    let filled = |subject, rows: &[Vec<String>], text| {
        let fields = &[];
        Written { group: GROUP, to: &to, subject, fields, rows, text, documents: Vec::new() }.code(salt)
    };
    let written = |subject, text| filled(subject, &[], text);
    let code = written("Objet", "Texte");
    let row = [vec!["Texte".to_owned()]];
    assert_ne!(code, filled("Objet", &row, ""));
    assert_ne!(code, written("Objet", "Text"));
    assert_ne!(code, written("ObjetT", "exte"));
    let rereading = Rereading { code, ..crate::fixed::rereading() };
    let mut core = core();
    core.screening.reread = Some(signed(Kind::Rereading, &rereading, &[11]).signed);
    let note = |text: &str, salt| Note {
        core: core.clone(),
        documents: Vec::new(),
        subject: "Objet".into(),
        fields: Vec::new(),
        rows: Vec::new(),
        thread: Thread::default(),
        text: text.into(),
        vouched: Vec::new(),
        salt,
        first: None,
    };
    assert!(note("Texte", Some(salt)).is_as_reread());
    assert!(!note("Autre texte", Some(salt)).is_as_reread());
    assert!(!note("Texte", Some(Random([8; 32]))).is_as_reread());
    assert!(!note("Texte", None).is_as_reread());

    // Nor does its own client let another text pass under the same code.
    let screen = crate::fixed::ruleset().screen().unwrap();
    let rules = message::Rules { screen: &screen, digest: Digest([1; 32]) };
    let drafted = |text: &str, reread| {
        let draft = message::Draft {
            group: GROUP,
            flow: "F05a".parse().unwrap(),
            to: to.clone(),
            subject: "Objet".into(),
            form: Form::default(),
            text: text.into(),
            handling: Handling::D2,
            thread: Thread::default(),
            documents: Vec::new(),
            expires: EXPIRES,
            reply_to: None,
            renews: None,
            first: None,
            vouches: false,
            reread,
        };
        message::screen(draft, rules).is_ok()
    };
    let stopped = "Le locataire a vu un imam.";
    let read = Rereading { code: written("Objet", stopped), ..crate::fixed::rereading() };
    let reread = Some((salt, signed(Kind::Rereading, &read, &[11]).signed));
    assert!(!drafted(stopped, None));
    assert!(drafted(stopped, reread.clone()));
    assert!(!drafted("Le locataire a vu l'imam.", reread), "another text");
}

/// R-92: who counts in the group may have it counted, a few rules at a time.
#[test]
fn what_the_rules_stopped_is_counted_for_members() {
    let all = crate::fixed::directory();
    let rules: Vec<RuleId> = (10..30).map(|number| format!("X1-{number}").parse().unwrap()).collect();
    let check = |who: &str, rules: &[RuleId], expected: Option<Refusal>| {
        assert_eq!(authorise::counting(GROUP, rules, key_of(who).id(), &all, NOW).err(), expected, "{who}");
    };
    check("csp-1", &rules[..1], None);
    check("csp-1", &rules[..16], None);
    check("csp-1", &rules[..17], Some(Refusal::TooLarge));
    check("csp-1", &[], Some(Refusal::TooLarge));
    check("csp-1", &[rules[0].clone(), rules[0].clone()], Some(Refusal::TooLarge));
    check("aud-1", &rules[..1], Some(Refusal::NotAMember));
}

fn check_deposit(what: &str, core: &Core, list: &GrantList, expected: Option<Refusal>) {
    let writer = key_of("csp-1");
    let header = Signed::new(&crate::fixed::header(core, b"note"), &[&writer]);
    let list = Signed::new(list, &[&writer]);
    let allowed = authorise::deposit(&header, &list, writer.id(), None, &crate::fixed::directory(), NOW);
    assert_eq!(allowed.err(), expected, "{what}");
}

fn list(core: &Core) -> GrantList {
    crate::fixed::grant_list(core, &|name| sha256(name.as_bytes()))
}

/// R-11.
#[test]
fn a_letter_is_sealed_under_a_fresh_head() {
    check_deposit("as it is", &core(), &list(&core()), None);
    let check = |what: &str, change: &dyn Fn(&mut Core)| {
        let mut core = core();
        change(&mut core);
        check_deposit(what, &core, &list(&core), Some(Refusal::StaleHead));
    };
    check("an old head", &|core| core.head.time = Timestamp(NOW.0 - 601));
    check("a head of the future", &|core| core.head.time = Timestamp(NOW.0 + 601));
    check("sealed tomorrow", &|core| (core.created, core.head.time) = (NOW.plus(601), NOW.plus(601)));
    check("sealed long ago", &|core| {
        (core.created, core.head.time) = (Timestamp(NOW.0 - 86_401), Timestamp(NOW.0 - 86_401));
    });
}

/// R-18.
#[test]
fn grants_are_for_exactly_those_named() {
    let core = core();
    let check = |what: &str, change: &dyn Fn(&mut GrantList), expected| {
        let mut list = list(&core);
        change(&mut list);
        check_deposit(what, &core, &list, Some(expected));
    };
    let coord = key_of("coord-1").id();
    check(
        "one more",
        &|list| {
            list.grants.push(message::GrantEntry { device: coord, ..list.grants[0] });
            list.grants.sort_by_key(|grant| grant.device);
        },
        Refusal::GrantTarget,
    );
    check(
        "one instead",
        &|list| {
            list.grants[0].device = coord;
            list.grants.sort_by_key(|grant| grant.device);
        },
        Refusal::GrantTarget,
    );
    check("one less", &|list| list.grants.truncate(1), Refusal::GrantTarget);
    check("one twice", &|list| list.grants[1] = list.grants[0], Refusal::GrantTarget);
    check("another bucket", &|list| list.grants[0].bucket = crate::fixed::weeks()[0], Refusal::GrantTarget);
    check("another core", &|list| list.core = Digest([0; 32]), Refusal::Malformed);
    check("another issuer", &|list| list.issuer = coord, Refusal::Malformed);
}

/// R-76: a letter is taken back by its writer alone, while it lives, with any device of theirs, member or not; and
/// that it was is told to whoever could have read it.
#[test]
fn a_letter_is_taken_back_by_its_writer_alone() {
    let check = |what: &str, device: &str, directory: &Directory, now, expected| {
        let retiring = authorise::retiring(&core(), key_of(device).id(), (false, EXPIRES), directory, now);
        assert_eq!(retiring.err(), expected, "{what}");
    };
    let all = crate::fixed::directory();
    check("the writer", "csp-1", &all, NOW, None);
    check("its reader", "maire-1", &all, NOW, Some(Refusal::NotFound));
    check("a member who is not named", "coord-1", &all, NOW, Some(Refusal::NotFound));
    check("a reviewer", "aud-1", &all, NOW, Some(Refusal::NotFound));
    check("nobody", "csp-2", &all, NOW, Some(Refusal::NotEnrolled));
    check("too late", "csp-1", &all, EXPIRES, Some(Refusal::Expired));
    check("its reader, too late", "maire-1", &all, EXPIRES, Some(Refusal::NotFound));
    let group = without(|statement| matches!(statement.kind, Kind::Roster | Kind::Adhesion));
    check("who has left the group", "csp-1", &group, NOW, None);
    let further = after(&crate::fixed::further()[..1]);
    let retiring = authorise::retiring(&core(), key(16).id(), (false, EXPIRES), &further, NOW);
    assert_eq!(retiring.err(), None, "a further device of the writer's");

    let reason = reason_code("suivi");
    let claim = |device: &str, now| {
        let terms = ClaimTerms {
            act: Act::Release,
            reason: Some(&reason),
            has_text: false,
            is_delegate: false,
            is_retired: true,
            ends: EXPIRES,
        };
        authorise::claim(&core(), terms, key_of(device).id(), &all, now).err()
    };
    assert_eq!(claim("maire-1", NOW), Some(Refusal::Retired));
    assert_eq!(claim("csp-1", NOW), Some(Refusal::Retired), "its writer reads it no more either");
    assert_eq!(claim("maire-1", EXPIRES), Some(Refusal::Expired));
    for stranger in ["coord-1", "aud-1"] {
        assert_eq!(claim(stranger, NOW), Some(Refusal::NotFound), "{stranger} learns nothing");
    }
}

/// R-78: PROC orders it alone, with a reference and an end, and only ever shortens it.
#[test]
fn a_hold_is_ordered_by_proc_alone_and_ends() {
    let all = crate::fixed::directory();
    let order = |change: &dyn Fn(&mut Hold), seeds: &[u8]| {
        let mut hold = crate::fixed::hold();
        change(&mut hold);
        signed(Kind::Hold, &hold, seeds)
    };
    check("by PROC", &all, &order(&|_| {}, &[15]), "");
    for (what, seeds) in [("the president", &[11][..]), ("a reviewer", &[14]), ("with another", &[15, 11])] {
        check(what, &all, &order(&|_| {}, seeds), "PROC, alone");
    }
    check("without reference", &all, &order(&|hold| hold.reference = " ".into(), &[15]), "reference");
    check("two lines", &all, &order(&|hold| hold.reference = "a\nb".into(), &[15]), "reference");
    check("too long", &all, &order(&|hold| hold.reference = "a".repeat(129), &[15]), "reference");
    check("elsewhere", &all, &order(&|hold| hold.group = GroupId([9; 16]), &[15]), "unknown group");
    for until in [NOW, EXPIRES.plus(1), NOW.plus(37 * 31 * 86_400)] {
        check("its end", &all, &order(&|hold| hold.until = until, &[15]), "end of a bucket");
    }
    let held = after(&[crate::fixed::hold_statement()]);
    let link = second(&crate::fixed::hold_statement());
    let next = |until: Timestamp, reference: &str| {
        let change = |hold: &mut Hold| {
            (hold.link, hold.until, hold.reference) = (link.clone(), until, reference.to_owned());
        };
        order(&change, &[15])
    };
    check("ended", &held, &next(NOW, "PV 2026/114"), "");
    check("prolonged", &held, &next(crate::fixed::hold().until.plus(7 * 86_400), "PV 2026/114"), "shortened");
    check("another order", &held, &next(NOW, "PV 2026/115"), "shortened");
    assert!(held.hold(GROUP, core().id, NOW).is_some());
    assert!(held.hold(GROUP, core().id, crate::fixed::hold().until).is_none(), "it ends by itself");
    let lifted = after(&[crate::fixed::hold_statement(), next(NOW, "PV 2026/114")]);
    assert!(lifted.hold(GROUP, core().id, NOW).is_none());
    // Who ordered it is shown what is for them, and is no member.
    let proc = key_of("proc-1").id();
    assert!(held.reader(GROUP, proc, true, NOW).is_some() && held.seat(GROUP, proc, NOW).is_none());
    assert!(held.reader(GROUP, proc, false, NOW).is_none() && all.reader(GROUP, proc, true, NOW).is_none());
    let lost = |is_held, directory| authorise::lost(GROUP, is_held, proc, directory, NOW);
    assert!(!lost(true, &held) && lost(false, &held) && lost(true, &all));
    assert!(authorise::seeing_group(GROUP, proc, &held, NOW).is_ok());
    assert!(authorise::seeing_group(GROUP, proc, &all, NOW).is_err());
}

/// R-79.
#[test]
fn a_letter_is_extended_once_by_its_writer() {
    let directory = crate::fixed::directory();
    let first = core();
    let ceiling = first.created.plus(180 * 86_400);
    let anew = |change: &dyn Fn(&mut Core)| {
        let renews = Some(Renewal { of: first.id, core: first.digest(), right: Right::Extension });
        let expires = EXPIRES.plus(14 * 86_400);
        let mut core = Core { id: MessageId([8; 16]), renews, expires, ..first.clone() };
        change(&mut core);
        core
    };
    let known = First { core: &first, is_retired: false, is_renewed: false };
    let try_it = |change: &dyn Fn(&mut Core), known: Option<First<'_>>, now| {
        authorise::core(anew(change), known, &directory, now).err()
    };
    assert_eq!(try_it(&|_| {}, Some(known), NOW), None);
    let check = |what: &str, change: &dyn Fn(&mut Core), expected| {
        assert_eq!(try_it(change, Some(known), NOW), Some(expected), "{what}");
    };
    check("to somebody new", &|core| core.recipients.push(member("zzz")), Refusal::RecipientRole);
    check("no later than before", &|core| core.expires = EXPIRES, Refusal::Renewed);
    let late = BucketPolicy::default().ends_until(ceiling.plus(40 * 86_400), NOW)[0];
    check("beyond the ceiling", &|core| core.expires = late, Refusal::Retention);
    check(
        "of another letter",
        &|core| core.renews.as_mut().unwrap().of = MessageId([3; 16]),
        Refusal::NotFound,
    );
    check(
        "with another core",
        &|core| core.renews.as_mut().unwrap().core = Digest([3; 32]),
        Refusal::NotFound,
    );
    assert_eq!(try_it(&|_| {}, None, NOW), Some(Refusal::NotFound), "of which nothing is known");
    let retired = First { is_retired: true, ..known };
    assert_eq!(try_it(&|_| {}, Some(retired), NOW), Some(Refusal::Retired));
    let twice = First { is_renewed: true, ..known };
    assert_eq!(try_it(&|_| {}, Some(twice), NOW), Some(Refusal::Renewed));
    assert_eq!(try_it(&|_| {}, Some(known), EXPIRES), Some(Refusal::Expired));
    let others = Core { writer: member("maire-1"), ..first.clone() };
    let renews = Some(Renewal { of: first.id, core: others.digest(), right: Right::Extension });
    let known = First { core: &others, is_retired: false, is_renewed: false };
    assert_eq!(try_it(&|core| core.renews = renews, Some(known), NOW), Some(Refusal::NotFound), "another's");
    let extended = Core { renews, ..first.clone() };
    let renews = Some(Renewal { of: first.id, core: extended.digest(), right: Right::Extension });
    let known = First { core: &extended, is_retired: false, is_renewed: false };
    assert_eq!(try_it(&|core| core.renews = renews, Some(known), NOW), Some(Refusal::Renewed), "twice");

    let reason = |core: &Core, code: Option<&str>| {
        let code = code.map(reason_code);
        authorise::extension_reason(core, code.as_ref(), &directory).err()
    };
    let anew = anew(&|_| {});
    assert_eq!(reason(&anew, Some("suivi")), None);
    assert_eq!(reason(&anew, None), Some(Refusal::ReasonMissing));
    assert_eq!(reason(&anew, Some("autre")), Some(Refusal::ReasonUnknown), "a text has no place there");
    assert_eq!(reason(&first, None), None);
    assert_eq!(reason(&first, Some("suivi")), Some(Refusal::ReasonUnknown), "nothing is extended");
}

/// R-80, R-81.
#[test]
fn what_is_held_is_said_again_to_proc_alone() {
    let held = after(&[crate::fixed::hold_statement()]);
    let (first, order) = (core(), crate::fixed::hold_statement().signed.digest());
    let renews = |first: &Core| Renewal { of: first.id, core: first.digest(), right: Right::Hold(order) };
    let reader = key_of("maire-1").id();
    let anew = |change: &dyn Fn(&mut Core)| {
        let mut core = Core {
            id: MessageId([8; 16]),
            renews: Some(renews(&first)),
            expires: crate::fixed::hold().until,
            writer: member("maire-1"),
            device: reader,
            recipients: vec![member("proc-1")],
            ..first.clone()
        };
        change(&mut core);
        core
    };
    let known = First { core: &first, is_retired: false, is_renewed: false };
    let try_it = |change: &dyn Fn(&mut Core), directory: &Directory, known: First<'_>| {
        authorise::core(anew(change), Some(known), directory, NOW).err()
    };
    assert_eq!(try_it(&|_| {}, &held, known), None, "by a reader");
    assert_eq!(try_it(&|_| {}, &crate::fixed::directory(), known), Some(Refusal::Held), "without an order");
    let check = |what: &str, change: &dyn Fn(&mut Core), expected| {
        assert_eq!(try_it(change, &held, known), Some(expected), "{what}");
    };
    check("to somebody beside", &|core| core.recipients.push(member("csp-1")), Refusal::RecipientRole);
    check("to somebody else", &|core| core.recipients = vec![member("csp-1")], Refusal::RecipientRole);
    check("for longer", &|core| core.expires = crate::fixed::hold().until.plus(7 * 86_400), Refusal::Held);
    check("for less", &|core| core.expires = EXPIRES, Refusal::Held);
    let of_another = Renewal { right: Right::Hold(Digest([7; 32])), ..renews(&first) };
    check("under another order", &|core| core.renews = Some(of_another), Refusal::Held);
    check("as another flow", &|core| core.class = Class::N0, Refusal::Renewed);
    let stranger = |core: &mut Core| {
        (core.writer, core.device) = (member("coord-1"), key_of("coord-1").id());
    };
    check("by who is not named", &stranger, Refusal::NotFound);
    check("by who is no member", &|core| core.device = key_of("aud-1").id(), Refusal::NotAMember);
    let again = First { is_renewed: true, ..known };
    assert_eq!(try_it(&|_| {}, &held, again), Some(Refusal::Renewed), "once for all");

    // Who claims it to say it again, and who reads it then.
    let claim = |core: &Core, device: &str, act, directory: &Directory, now| {
        let reason = reason_code("plainte");
        let reason = (act != Act::Renewal).then_some(&reason);
        let (is_delegate, is_retired, ends) = (false, false, core.expires);
        let terms = ClaimTerms { act, reason, has_text: false, is_delegate, is_retired, ends };
        authorise::claim(core, terms, key_of(device).id(), directory, now).err()
    };
    assert_eq!(claim(&first, "maire-1", Act::Renewal, &held, NOW), None);
    assert_eq!(
        claim(&first, "csp-1", Act::Renewal, &crate::fixed::directory(), NOW),
        None,
        "its writer, to extend it"
    );
    assert_eq!(
        claim(&first, "maire-1", Act::Renewal, &crate::fixed::directory(), NOW),
        Some(Refusal::GrantGround),
        "a reader, without an order"
    );
    let anew = anew(&|_| {});
    assert_eq!(claim(&anew, "proc-1", Act::Release, &held, NOW), None, "without a charter");
    assert_eq!(
        claim(&anew, "proc-1", Act::Release, &crate::fixed::directory(), NOW),
        Some(Refusal::NotFound)
    );
    assert_eq!(
        claim(&anew, "proc-1", Act::Release, &held, crate::fixed::hold().until),
        Some(Refusal::Expired)
    );
    assert_eq!(
        claim(&first, "proc-1", Act::Release, &held, NOW),
        Some(Refusal::NotFound),
        "not the first one"
    );
    assert_eq!(claim(&anew, "coord-1", Act::Release, &held, NOW), Some(Refusal::NotFound));
    let reading =
        |device: &str, directory: &Directory| authorise::reading(&anew, key_of(device).id(), directory).err();
    assert_eq!(reading("proc-1", &held), None);
    assert_eq!(reading("maire-1", &held), Some(Refusal::NotFound), "who passed it on keeps nothing by that");
    assert_eq!(reading("proc-1", &crate::fixed::directory()), Some(Refusal::Held));

    // R-81.
    let retiring = |core: &Core, device: &str, is_sealed_anew| {
        authorise::retiring(core, key_of(device).id(), (is_sealed_anew, core.expires), &held, NOW).err()
    };
    assert_eq!(retiring(&first, "csp-1", false), Some(Refusal::Held));
    assert_eq!(retiring(&first, "csp-1", true), None);
    assert_eq!(retiring(&anew, "maire-1", true), Some(Refusal::Held));
    assert!(authorise::owes(&first, reader, &held, NOW).is_ok());
    assert_eq!(authorise::owes(&first, key_of("coord-1").id(), &held, NOW).err(), Some(Refusal::NotFound));
    assert_eq!(authorise::owes(&first, reader, &held, EXPIRES).err(), Some(Refusal::NotFound));
}

/// R-21.
#[test]
fn a_claim_is_by_a_named_member_with_a_reason() {
    let check = |what: &str, device: &str, reason: Option<&str>, has_text, now, expected| {
        let code = reason.map(reason_code);
        let (act, reason) = (Act::Release, code.as_ref());
        let (is_delegate, is_retired, ends) = (false, false, EXPIRES);
        let terms = ClaimTerms { act, reason, has_text, is_delegate, is_retired, ends };
        let claim = authorise::claim(&core(), terms, key_of(device).id(), &crate::fixed::directory(), now);
        assert_eq!(claim.err(), expected, "{what}");
    };
    check("the reader", "maire-1", Some("suivi"), false, NOW, None);
    check("the writer", "csp-1", Some("suivi"), false, NOW, None);
    check("a member who is not named", "coord-1", Some("suivi"), false, NOW, Some(Refusal::NotFound));
    check("no member", "aud-1", Some("suivi"), false, NOW, Some(Refusal::NotFound));
    check("too late", "maire-1", Some("suivi"), false, EXPIRES, Some(Refusal::Expired));
    check("no reason", "maire-1", None, false, NOW, Some(Refusal::ReasonMissing));
    check("no such reason", "maire-1", Some("curiosite"), false, NOW, Some(Refusal::ReasonUnknown));
    check("a reason without its text", "maire-1", Some("autre"), false, NOW, Some(Refusal::ReasonMissing));
    check("a text without need", "maire-1", Some("suivi"), true, NOW, Some(Refusal::ReasonMissing));
    check("a reason with its text", "maire-1", Some("autre"), true, NOW, None);
}

fn reason_code(code: &str) -> ReasonCode {
    code.parse().unwrap()
}

// ---------------------------------------------------------------- reading and the log

/// R-70.
#[test]
fn an_annex_is_for_reviewers_alone() {
    let check = |what: &str, names: &[&str], expected| {
        let devices = names.iter().map(|name| (key_of(name).id(), crate::fixed::weeks()[1])).collect();
        let annex = Annexed { digest: Digest([1; 32]), devices };
        let judged = authorise::annexed(Some(&annex), &crate::fixed::directory(), NOW);
        assert_eq!(judged.err(), expected, "{what}");
    };
    assert_eq!(authorise::annexed(None, &crate::fixed::directory(), NOW), Ok(()));
    check("a reviewer", &["aud-1"], None);
    check("nobody", &[], Some(Refusal::GrantTarget));
    check("a reader", &["maire-1"], Some(Refusal::GrantTarget));
    check("one twice", &["aud-1", "aud-1"], Some(Refusal::GrantTarget));
}

/// R-24.
#[test]
fn three_cores_are_one() {
    let (directory, writer, identity) =
        (crate::fixed::directory(), key_of("csp-1"), MessageIdentity::generate());
    let sealed = |core: Core, signer: &shared::crypto::SigningKey| {
        let note = Note {
            core,
            documents: Vec::new(),
            subject: "s".into(),
            fields: Vec::new(),
            rows: Vec::new(),
            thread: Thread::default(),
            text: "t".into(),
            vouched: Vec::new(),
            salt: None,
            first: None,
        };
        let mut sealed = Vec::new();
        identity
            .seal_part(pad(&cbor::encode(&Signed::new(&note, &[signer]))).as_slice(), &mut sealed)
            .unwrap();
        sealed
    };
    let open = |sealed: &[u8], named: &[u8]| {
        let header: Header = crate::fixed::header(&core(), named);
        let header = Signed::new(&header, &[&writer]);
        let header = message::verify_header(&header, &directory, key_of("maire-1").id()).unwrap();
        let identity = MessageIdentity::from_secret(&identity.to_secret()).unwrap();
        message::open_note(&header, sealed, identity, &directory).err()
    };
    let good = sealed(core(), &writer);
    assert_eq!(open(&good, &good), None);
    let longer = sealed(Core { expires: Timestamp(EXPIRES.0 + 7 * 86_400), ..core() }, &writer);
    assert_eq!(open(&longer, &longer), Some(InvalidMessage::Note), "another core");
    let forged = sealed(core(), &key_of("coord-1"));
    assert_eq!(open(&forged, &forged), Some(InvalidMessage::Note), "another writer");
    assert_eq!(open(&good, &longer), Some(InvalidMessage::Part), "another part");
    let header = Signed::new(&crate::fixed::header(&core(), &good), &[&writer]);
    let stranger = message::verify_header(&header, &directory, key_of("coord-1").id());
    assert_eq!(stranger.err(), Some(InvalidMessage::Rule(Refusal::NotFound)), "a reader who is not named");
    assert!(
        message::entry_for(
            &core(),
            &Signed::new(&list(&core()), &[&writer]),
            &directory,
            key_of("coord-1").id()
        )
        .is_err()
    );
}

/// A log of heads, and what its relay shows.
fn shown(times: &[u64]) -> (MemoryTree, LogView) {
    let (mut tree, mut last) = (MemoryTree::default(), Vec::new());
    for time in times {
        last = cbor::encode(&Leaf::Head(HeadLeaf {
            version: 1,
            time: Timestamp(*time),
            groups: TreeHead::empty(),
        }));
        tree.push(leaf_hash(&last));
    }
    let index = tree.size() - 1;
    let head =
        shared::log::Evidence { index, leaf: last, inclusion: inclusion(&tree, tree.size(), index).unwrap() };
    let checkpoint = sign_checkpoint(crate::fixed::ORIGIN, &key(3), tree.head());
    (tree, LogView { checkpoint, since: 0, consistency: Vec::new(), head, cosigned: Vec::new() })
}

/// R-25, and R-11 for a clock that runs ahead.
#[test]
fn the_log_only_goes_forward() {
    let mut memory = LogMemory::new(crate::fixed::ORIGIN.to_owned(), key(3).public());
    let (first, second) = (shown(&[NOW.0]), shown(&[NOW.0, NOW.0 + 1]));
    memory.follow(&first.1, &[], NOW).unwrap();
    let proof = shared::log::consistency(&second.0, 2, 1).unwrap();
    memory.follow(&second.1, &proof, NOW).unwrap();
    let kept = memory.clone();
    let rewritten = shown(&[NOW.0, NOW.0 + 2]);
    assert_eq!(
        memory.follow(&rewritten.1, &[], NOW),
        Err(InvalidConfirmation::Fork),
        "one size, another root"
    );
    let other = shown(&[NOW.0 + 9, NOW.0 + 9, NOW.0 + 9]);
    let proof = shared::log::consistency(&other.0, 3, 2).unwrap();
    assert_eq!(memory.follow(&other.1, &proof, NOW), Err(InvalidConfirmation::Fork), "another past");
    let ahead = shown(&[NOW.0, NOW.0 + 1, NOW.0 + 601]);
    let proof = shared::log::consistency(&ahead.0, 3, 2).unwrap();
    assert_eq!(memory.follow(&ahead.1, &proof, NOW), Err(InvalidConfirmation::Head), "a clock ahead");
    assert_eq!(memory, kept, "nothing is remembered of what does not fit");
}

// ---------------------------------------------------------------- at a relay

struct AtWork {
    world: World,
    running: Running,
    _dir: TempDir,
}

impl AtWork {
    /// A relay with statements, and key pages if told.
    async fn start(pages: bool) -> Self {
        Self::of(World::new(), pages).await
    }

    async fn of(world: World, pages: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        if pages {
            world.publish_key_pages(&running.relay).await;
        }
        Self { world, running, _dir: dir }
    }

    async fn ask(&self, person: usize, ask: Ask) -> Answer {
        self.world.ask(&self.running.relay, person, ask, &[]).await.0
    }

    async fn letter(&self, documents: &[&[u8]]) -> Letter {
        let letter = self.world.seal(&self.running.relay, POLICE, &[MAIRE], 20, documents);
        self.world.deposit(&self.running.relay, POLICE, &letter).await;
        letter
    }

    /// Deposits a letter as it is, its uploads aside.
    async fn deposit(&self, person: usize, letter: &Letter) -> Answer {
        let (ask, frames) = letter.deposit();
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        self.world.ask(&self.running.relay, person, ask, &frames).await.0
    }
}

fn no(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refused) => Some(refused.refusal),
        _ => None,
    }
}

fn record_of(confirmation: &shared::log::Confirmation) -> shared::log::Record {
    cbor::decode(&confirmation.record, limits::RECORD_BYTES_MAX).unwrap()
}

/// R-04.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_its_device_s_own_fresh_and_counted() {
    let at = AtWork::start(true).await;
    let (world, relay) = (&at.world, &at.running.relay);
    let good = world.people[MAIRE].request(Ask::Log, world.now());
    assert_eq!(no(&world.say(relay, &good, &[]).await.0), None);
    assert_eq!(no(&world.say(relay, &good, &[]).await.0), Some(Refusal::CounterUsed));
    let changed = |change: &dyn Fn(&mut Request), signer: &shared::crypto::SigningKey| {
        let mut request: Request = world.people[MAIRE].request(Ask::Log, world.now()).peek().unwrap();
        change(&mut request);
        Signed::new(&request, &[signer])
    };
    let own = &world.people[MAIRE].key;
    let cases = [
        ("another version", changed(&|request| request.version = 2, own), Refusal::Version),
        ("a stranger", changed(&|request| request.device = key(9).id(), &key(9)), Refusal::NotEnrolled),
        ("another signer", changed(&|_| (), &world.people[COORD].key), Refusal::Malformed),
        ("too old", changed(&|request| request.time.0 -= 601, own), Refusal::RequestTime),
        ("too young", changed(&|request| request.time.0 += 601, own), Refusal::RequestTime),
        (
            "a counter that is never given",
            changed(&|request| request.counter = u64::MAX, own),
            Refusal::CounterUsed,
        ),
    ];
    for (what, request, expected) in cases {
        assert_eq!(no(&world.say(relay, &request, &[]).await.0), Some(expected), "{what}");
    }
}

/// R-43.
#[tokio::test(flavor = "multi_thread")]
async fn a_copied_device_is_told_until_its_card_names_it_no_more() {
    let at = AtWork::start(false).await;
    let (world, relay) = (&at.world, &at.running.relay);
    let person = &world.people[BAILLEUR];
    let request = || person.request(Ask::Log, world.now());
    let say = async |signed: &Signed| no(&world.say(relay, signed, &[]).await.0);
    let first = request();
    let mut second: Request = first.peek().unwrap();
    second.opening.0[0] ^= 1;
    let second = Signed::new(&second, &[&person.key]);
    assert_eq!(say(&first).await, None);
    assert_eq!(say(&first).await, Some(Refusal::CounterUsed), "the same bytes are the same machine");
    assert_eq!(say(&request()).await, None);
    assert_eq!(say(&second).await, Some(Refusal::Cloned), "whoever is second is told");
    assert_eq!(say(&request()).await, Some(Refusal::Cloned), "and whoever was first");
    assert_eq!(no(&at.ask(COORD, Ask::Log).await), None, "nobody else");

    let card = async |key: PublicKey| {
        let directory = relay.snapshot().directory.clone();
        let held = directory.card(&person.member).unwrap().clone();
        let previous = directory.card_digest(&person.member);
        let link = Link { version: held.link.version + 1, previous, made: world.now() };
        let mut card = Card { link, ..held };
        card.devices[0].key = key;
        let signed = Signed::new(&card, &[&world.authority]);
        world.publish(relay, &Statement { kind: Kind::Card, signed, body: None }).await;
        sweep(relay).await;
    };
    card(person.key.public()).await;
    assert_eq!(say(&request()).await, Some(Refusal::Cloned), "a new card that names it forgives nothing");
    card(key(41).public()).await;
    assert_eq!(say(&request()).await, Some(Refusal::NotEnrolled));
}

/// R-33.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_nobody_may_enrol_and_a_root_may_certify() {
    let at = AtWork::start(true).await;
    let (world, relay) = (&at.world, &at.running.relay);
    let by = |key: &shared::crypto::SigningKey, counter, ask: Ask| {
        let mut request: Request = world.people[MAIRE].request(ask, world.now()).peek().unwrap();
        (request.device, request.counter) = (key.id(), counter);
        Signed::new(&request, &[key])
    };
    let (stranger, root) = (key(9), &world.authority);
    let everybody = || Ask::Statements(About::Everybody);
    let mailbox = || Ask::Mailbox { after: None, beginning: None };
    let enrol = |key: &shared::crypto::SigningKey| Ask::Enrol { key: key.public(), digest: Digest([0; 32]) };
    let cases = [
        ("a stranger asks for the log", by(&stranger, 1, Ask::Log), Some(Refusal::NotEnrolled)),
        ("a stranger enrols another key", by(&stranger, 2, enrol(root)), Some(Refusal::NotEnrolled)),
        ("a root asks for the log", by(root, 3, Ask::Log), None),
        ("a root asks for everybody", by(root, 4, everybody()), None),
        ("a root has no mailbox", by(root, 5, mailbox()), Some(Refusal::NotEnrolled)),
        (
            "a member asks for everybody",
            by(&world.people[MAIRE].key, 900, everybody()),
            Some(Refusal::NotAReviewer),
        ),
    ];
    for (what, request, expected) in cases {
        assert_eq!(no(&world.say(relay, &request, &[]).await.0), expected, "{what}");
    }
    world.pass(366 * 86_400);
    assert_eq!(no(&at.ask(MAIRE, Ask::Log).await), Some(Refusal::NotEnrolled), "a card that was not renewed");
}

/// R-49 at a relay: 41 for who comes second, 42 for who comes late.
#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_is_taken_once() {
    let at = AtWork::start(false).await;
    let (world, relay) = (&at.world, &at.running.relay);
    let founding = world.statements(relay.snapshot().directory.root().unwrap().relay.clone());
    let first = world.further(&founding).into_iter().find(|it| it.kind == Kind::Enrolment).unwrap();
    let say = async |key: &shared::crypto::SigningKey, counter, statement: &Statement| {
        let ask = Ask::Enrol { key: key.public(), digest: statement.signed.digest() };
        let request = Request {
            device: key.id(),
            counter,
            ..world.people[MAIRE].request(ask, world.now()).peek().unwrap()
        };
        no(&world.say(relay, &Signed::new(&request, &[key]), &[&cbor::encode(statement)]).await.0)
    };
    let own: Enrolment = first.signed.peek().unwrap();
    let thief = key(9);
    let device = DeviceKey { key: thief.public(), name: "autre".to_owned() };
    let second = Enrolment { device, ..own };
    let second = crate::fixed::statement(Kind::Enrolment, Signed::new(&second, &[&thief]));
    let key = world.further_key();
    assert_eq!(say(&key, 1, &first).await, None);
    assert_eq!(say(&key, 2, &first).await, None, "the same again");
    assert_eq!(say(&thief, 3, &second).await, Some(Refusal::InvitationUsed));
    let leaf = relay.snapshot().commit.tree.size;
    at.ask(MAIRE, Ask::Log).await;
    assert_eq!(relay.snapshot().commit.tree.size, leaf, "and nothing was recorded of it");
    world.pass(8 * 86_400);
    assert_eq!(say(&thief, 4, &second).await, Some(Refusal::InvitationUsed));
    let other = Enrolment {
        invitation: Signed::new(&late(world, relay), &[&world.authority]),
        ..second.signed.peek().unwrap()
    };
    let other = crate::fixed::statement(Kind::Enrolment, Signed::new(&other, &[&thief]));
    assert_eq!(say(&thief, 5, &other).await, Some(Refusal::InvitationEnded));
}

/// An invitation that has ended.
fn late(world: &World, relay: &pli_server::relay::Relay) -> Invitation {
    let founding = world.statements(relay.snapshot().directory.root().unwrap().relay.clone());
    let enrolment = world.further(&founding).into_iter().find(|it| it.kind == Kind::Enrolment).unwrap();
    let enrolment: Enrolment = enrolment.signed.peek().unwrap();
    let invitation: Invitation = enrolment.invitation.peek().unwrap();
    Invitation { id: shared::ids::InvitationId([8; 16]), expires: world.now(), ..invitation }
}

/// R-19 and R-30.
#[tokio::test(flavor = "multi_thread")]
async fn parts_are_whole_and_have_an_owner() {
    let at = AtWork::start(true).await;
    let letter = at.world.seal(&at.running.relay, POLICE, &[MAIRE], 20, &[b"a document"]);
    assert_eq!(no(&at.deposit(POLICE, &letter).await), Some(Refusal::PartsMissing));
    let upload = |bytes| Ask::Upload { message: letter.id, part: 0, bytes, from: 0 };
    assert_eq!(no(&at.ask(POLICE, upload(0)).await), None, "the first owns the id");
    let state = Ask::UploadState { message: letter.id, part: 0 };
    assert_eq!(no(&at.ask(COORD, state).await), Some(Refusal::IdUsed));
    assert_eq!(no(&at.ask(COORD, upload(5)).await), Some(Refusal::IdUsed));
    assert_eq!(no(&at.deposit(POLICE, &letter).await), Some(Refusal::PartsMissing), "whole, but another");
    assert_eq!(no(&at.ask(AUDITOR, upload(5)).await), Some(Refusal::NotAMember), "who counts in no group");
}

/// R-20.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_used_once() {
    let at = AtWork::start(true).await;
    let letter = at.letter(&[]).await;
    let Answer::Deposited(again) = at.deposit(POLICE, &letter).await else { panic!("the same again") };
    assert_eq!(record_of(&again).outcome, Outcome::AlreadyDone);
    let same_id = Core { created: at.world.now(), handling: Handling::D4, ..letter.core.clone() };
    let writer = &at.world.people[POLICE].key;
    let header = Signed::new(&Header { core: same_id.clone(), ..letter.header() }, &[writer]);
    let mut list: GrantList = letter.envelope.grant_list.peek().unwrap();
    list.core = same_id.digest();
    let list = Signed::new(&list, &[writer]);
    let ask = Ask::Deposit {
        message: letter.id,
        header: header.digest(),
        grants: list.digest(),
        annex: None,
        reason: None,
        reference: None,
    };
    let (_, mut frames) = letter.deposit();
    (frames[0], frames[1]) = (cbor::encode(&header), cbor::encode(&list));
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    let answer = at.world.ask(&at.running.relay, POLICE, ask, &frames).await.0;
    assert_eq!(no(&answer), Some(Refusal::IdUsed));
}

/// R-22: the grant comes with a record that holds the reader's own request.
/// R-23: only who claimed acknowledges. R-29: only who claimed is given parts.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_released_acknowledged_or_fetched_before_the_claim() {
    let at = AtWork::start(true).await;
    let (world, relay) = (&at.world, &at.running.relay);
    let letter = at.letter(&[b"a document"]).await;
    let acknowledge =
        |claim| Ask::Acknowledge { message: letter.id, claim, outcome: Outcome::Done, rules: Vec::new() };
    let fetch = || Ask::Fetch { message: letter.id, part: 0, from: 0 };
    world.list(relay, MAIRE).await;
    assert_eq!(no(&at.ask(MAIRE, acknowledge(0)).await), Some(Refusal::NotClaimed));
    assert_eq!(no(&at.ask(MAIRE, fetch()).await), Some(Refusal::NotClaimed));

    let claim = world.people[MAIRE].request(letter.claim("suivi", None), world.now());
    let (answer, frames) = world.say(relay, &claim, &[]).await;
    let Answer::Claimed(confirmation) = answer else { panic!("not claimed: {answer:?}") };
    assert_eq!(record_of(&confirmation).request, Some(claim.clone()));
    assert!(frames.iter().any(|frame| letter.envelope.grants.contains(frame)), "the grant follows");
    let (again, _) = world.say(relay, &claim, &[]).await;
    let Answer::Claimed(again) = again else { panic!("the same bytes again: {again:?}") };
    assert_eq!(again.record, confirmation.record, "one record");

    // The part follows as bytes, so its answer is read here as it lies on the stream.
    let signed = cbor::encode(&world.people[MAIRE].request(fetch(), world.now()));
    let sent = [&u32::try_from(signed.len()).unwrap().to_be_bytes()[..], &signed].concat();
    let (mut sent, mut told) = (sent.as_slice(), Vec::new());
    requests::answer(relay, Door::Open, &mut sent, &mut told).await;
    assert!(told.ends_with(&letter.documents[0]), "the part follows");
    assert_eq!(no(&at.ask(MAIRE, acknowledge(confirmation.evidence.index)).await), None);
}

/// R-26: without a reviewer whose keys live, nothing that needs a record is done.
#[tokio::test(flavor = "multi_thread")]
async fn no_record_is_made_that_nobody_could_open() {
    let at = AtWork::start(false).await;
    for person in [MAIRE, POLICE] {
        for page in at.world.key_pages(&at.world.people[person]) {
            at.world.publish(&at.running.relay, &page).await;
        }
    }
    let letter = at.world.seal(&at.running.relay, POLICE, &[MAIRE], 20, &[]);
    assert_eq!(no(&at.deposit(POLICE, &letter).await), Some(Refusal::Unavailable));
    assert_eq!(at.world.list(&at.running.relay, MAIRE).await, 0);
}

/// R-27.
#[tokio::test(flavor = "multi_thread")]
async fn reading_the_log_is_recorded_and_for_reviewers() {
    let at = AtWork::start(true).await;
    at.letter(&[]).await;
    let read =
        |reason: &str| Ask::LogKeys { from: 0, to: u64::MAX, reason: reason_code(reason), reference: None };
    assert_eq!(no(&at.ask(MAIRE, read("controle")).await), Some(Refusal::NotAReviewer));
    assert_eq!(no(&at.ask(AUDITOR, read("curiosite")).await), Some(Refusal::ReasonUnknown));
    let backwards = Ask::LogKeys { from: 9, to: 3, reason: reason_code("controle"), reference: None };
    let backwards = at.ask(AUDITOR, backwards).await;
    assert!(matches!(backwards, Answer::LogKeys { keys: 0, annexes: 0, .. }), "{backwards:?}");
    let Answer::LogKeys { confirmation, keys, .. } = at.ask(AUDITOR, read("controle")).await else {
        panic!("not read")
    };
    assert_eq!(record_of(&confirmation).act, Act::LogReading);
    assert!(keys > 0);
}

/// R-73.
#[tokio::test(flavor = "multi_thread")]
async fn earlier_hours_are_handed_from_reviewer_to_reviewer_and_kept_once() {
    let mut at = AtWork::start(false).await;
    for person in [MAIRE, POLICE, AUDITOR] {
        for page in at.world.key_pages(&at.world.people[person]) {
            at.world.publish(&at.running.relay, &page).await;
        }
    }
    // The first hour, of which the second reviewer has no key; and what lies beside one of its records.
    let letter = at.letter(&[]).await;
    at.world.claim_with_text(&at.running.relay, MAIRE, &letter, "parce que").await;
    let beside = at.running.relay.snapshot().commit.tree.size - 2;
    let laptop = at.world.give_device(&at.running.relay, AUDITOR).await;
    for page in at.world.key_pages(&at.world.people[SECOND_AUDITOR]) {
        at.world.publish(&at.running.relay, &page).await;
    }
    let (world, relay) = (&at.world, &at.running.relay);
    let read = || async {
        let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason: reason_code("controle"), reference: None };
        let (answer, frames) = world.ask(relay, SECOND_AUDITOR, ask, &[]).await;
        let Answer::LogKeys { keys, handed, annexes, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(frames.len(), (keys + handed + annexes) as usize);
        let open = |bucket, sealed: &[u8]| {
            let identity = world.people[SECOND_AUDITOR].expiry_identity(bucket);
            shared::seal::open_small(&identity, sealed).unwrap().to_vec()
        };
        let handed_keys = frames[keys as usize..][..handed as usize].iter().map(|frame| {
            let SealedKey { epoch, bucket, sealed } = cbor::decode(frame, frame.len()).unwrap();
            (epoch, open(bucket, &sealed))
        });
        let annexes = frames[(keys + handed) as usize..].iter().map(|frame| {
            let SealedAnnex { index, bucket, sealed } = cbor::decode(frame, frame.len()).unwrap();
            (index, open(bucket, &sealed))
        });
        (keys, handed_keys.collect::<Vec<_>>(), annexes.collect::<Vec<_>>())
    };
    let (_, handed, annexes) = read().await;
    assert_eq!((handed, annexes), (Vec::new(), Vec::new()), "nothing of it was sealed to them");

    let both = [Opening::Boxes(1), Opening::Annex(beside)];
    let hand = |by: usize, to: usize, what: &[Opening], secret: &[u8]| {
        let (ask, frames) = world.handing(relay, to, what, secret);
        async move {
            let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
            world.ask(relay, by, ask, &frames).await.0
        }
    };
    assert_eq!(no(&hand(MAIRE, SECOND_AUDITOR, &both, b"k").await), Some(Refusal::NotAReviewer));
    for to in [MAIRE, AUDITOR] {
        assert_eq!(no(&hand(AUDITOR, to, &both, b"k").await), Some(Refusal::GrantTarget));
    }
    for unknown in
        [Opening::Boxes(0), Opening::Boxes(99), Opening::Annex(beside - 2), Opening::Annex(u64::MAX)]
    {
        assert_eq!(no(&hand(AUDITOR, SECOND_AUDITOR, &[unknown], b"k").await), Some(Refusal::NotFound));
    }
    for malformed in [&[][..], &[both[1], both[0]], &[both[0], both[0]]] {
        assert_eq!(no(&hand(AUDITOR, SECOND_AUDITOR, malformed, b"k").await), Some(Refusal::Malformed));
    }
    let (ask, frames) = world.handing(relay, SECOND_AUDITOR, &both, b"k");
    let Ask::HandOver { to, keys, annexes, .. } = ask else { panic!("{ask:?}") };
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    let other = Ask::HandOver { to, keys, annexes, digest: sha256(b"other frames") };
    assert_eq!(no(&world.ask(relay, AUDITOR, other, &frames).await.0), Some(Refusal::Malformed));
    let many = u32::try_from(limits::HANDED_MAX).unwrap();
    let many = Ask::HandOver { to, keys: many, annexes: 1, digest: sha256(b"not even looked at") };
    assert_eq!(no(&at.ask(AUDITOR, many).await), Some(Refusal::TooLarge));
    let mut key: SealedKey = cbor::decode(frames[0], frames[0].len()).unwrap();
    key.bucket.ends = key.bucket.ends.plus(1);
    let frame = cbor::encode(&key);
    let nowhere = Ask::HandOver { to, keys: 1, annexes: 0, digest: sha256(&frame) };
    assert_eq!(no(&world.ask(relay, AUDITOR, nowhere, &[&frame]).await.0), Some(Refusal::GrantTarget));
    assert_eq!(read().await.1, Vec::new(), "nothing that was refused is kept");

    // One of each from each reviewer: the second of one of them changes nothing, and hides nothing of another's.
    for (by, secret, outcome) in [
        (laptop, b"false", Outcome::Done),
        (AUDITOR, b"right", Outcome::Done),
        (AUDITOR, b"later", Outcome::AlreadyDone),
    ] {
        let Answer::HandedOver(confirmation) = hand(by, SECOND_AUDITOR, &both, secret).await else {
            panic!("not handed over")
        };
        let record = record_of(&confirmation);
        assert_eq!((record.act, record.outcome), (Act::HandOver, outcome));
        assert_eq!(record.reference, Some(world.people[SECOND_AUDITOR].device().to_string()));
        assert_eq!(record.recipients, [world.people[SECOND_AUDITOR].member.clone()]);
    }
    let sorted = |mut found: Vec<(u64, Vec<u8>)>| {
        found.sort_unstable();
        found
    };
    let expected = |number| vec![(number, b"false".to_vec()), (number, b"right".to_vec())];
    let check = |(_, handed, annexes)| {
        assert_eq!(sorted(handed), expected(1));
        assert_eq!(sorted(annexes), expected(beside));
    };
    check(read().await);

    // What the relay sealed itself stays alone, whatever is handed over.
    world.pass(3600);
    let (before, ..) = read().await;
    assert!(before > 0);
    let newest = relay.index().keys().unwrap().len() as u64;
    let answer = hand(AUDITOR, SECOND_AUDITOR, &[Opening::Boxes(newest)], b"false").await;
    assert!(matches!(answer, Answer::HandedOver(confirmation)
        if record_of(&confirmation).outcome == Outcome::AlreadyDone));
    check(read().await);

    // It is all there again from the homes alone.
    let AtWork { world, running, _dir: dir } = at;
    running.finish().unwrap();
    let folder = pli_server::store::Folder::open(dir.path()).unwrap();
    pli_server::relay::reindex(&folder).unwrap();
    drop(folder);
    let running = world.open(dir.path());
    let relay = &running.relay;
    let device = world.people[SECOND_AUDITOR].device();
    assert_eq!(both.map(|what| relay.index().handed(device, what).unwrap().len()), [2, 2]);
    running.finish().unwrap();
    let report = pli_server::check::check(dir.path(), world.now()).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

/// R-71.
#[tokio::test(flavor = "multi_thread")]
async fn the_outside_of_a_letter_is_shown_to_reviewers_under_a_record_that_names_it() {
    let at = AtWork::start(true).await;
    let letter = at.letter(&[]).await;
    let read = |message| {
        let (reason, reference) = (reason_code("controle"), Some("2026-17".to_owned()));
        Ask::Letter { message, reason, reference }
    };
    assert_eq!(no(&at.ask(MAIRE, read(letter.id)).await), Some(Refusal::NotAReviewer), "its reader, even");
    for (message, expected) in [(letter.id, true), (MessageId([7; 16]), false)] {
        let Answer::Letter { confirmation, kept } = at.ask(AUDITOR, read(message)).await else {
            panic!("not read")
        };
        let record = record_of(&confirmation);
        assert_eq!((record.act, record.item, kept), (Act::LogReading, Some(message), expected));
        assert_eq!(record.reference.as_deref(), Some("2026-17"));
    }
}

/// R-74.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_a_year_opens_on_a_written_order() {
    let mut world = World::new();
    // As it is founded, where the reviewers' devices have keys for as long.
    world.log_months = 36;
    world.buckets.steps.last_mut().unwrap().count = 37;
    let at = AtWork::of(world, true).await;
    at.letter(&[]).await;
    let keys = async |reference: Option<&str>| {
        let reference = reference.map(str::to_owned);
        let ask = Ask::LogKeys { from: 0, to: u64::MAX, reason: reason_code("controle"), reference };
        match at.ask(AUDITOR, ask).await {
            Answer::LogKeys { keys, .. } => keys,
            other => panic!("{other:?}"),
        }
    };
    let all = keys(None).await;
    at.world.pass(180 * DAY_SECONDS);
    let card = at.world.next_card(&at.running.relay.snapshot().directory, &[AUDITOR]);
    at.world.publish(&at.running.relay, &card).await;
    at.world.pass(limits::LOG_OPEN_SECONDS - 180 * DAY_SECONDS - 3600);
    assert_eq!(keys(None).await, all + 1, "nothing is a year old, and this hour has a key of its own");
    at.world.pass(2 * 3600 + 1);
    assert_eq!(keys(None).await, 2, "what the last two readings were closed with");
    assert_eq!(keys(Some("2027-3")).await, all + 2);
}

/// R-28.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_forbidden_look_the_same() {
    let at = AtWork::start(true).await;
    let letter = at.letter(&[b"a document"]).await;
    let unknown = at.world.seal(&at.running.relay, POLICE, &[MAIRE], 20, &[]);
    for id in [letter.id, unknown.id] {
        let ask = |ask| at.ask(BAILLEUR, ask);
        assert_eq!(no(&ask(Ask::Status { message: id }).await), Some(Refusal::NotFound));
        assert_eq!(no(&ask(Ask::Fetch { message: id, part: 0, from: 0 }).await), Some(Refusal::NotFound));
        let acknowledge =
            Ask::Acknowledge { message: id, claim: 0, outcome: Outcome::Done, rules: Vec::new() };
        assert_eq!(no(&ask(acknowledge).await), Some(Refusal::NotFound));
    }
    for letter in [&letter, &unknown] {
        let claim = letter.claim("suivi", None);
        assert_eq!(no(&at.ask(BAILLEUR, claim).await), Some(Refusal::NotFound));
    }
    for group in [at.world.group, GROUP] {
        let answer = at.ask(AUDITOR, Ask::Statements(About::Group(group))).await;
        assert_eq!(no(&answer).is_some(), group == GROUP, "a reviewer sees what exists");
    }
    let own = at.world.seal(&at.running.relay, POLICE, &[BAILLEUR], 20, &[]);
    at.world.deposit(&at.running.relay, POLICE, &own).await;
    assert_eq!(at.world.list(&at.running.relay, BAILLEUR).await, 1);
    let previous = Some(at.running.relay.snapshot().directory.roster(at.world.group).unwrap().1);
    let without = Link { version: 2, previous, made: at.world.now() };
    at.world.publish(&at.running.relay, &at.world.roster(without, &[MAIRE, COORD, POLICE])).await;
    assert_eq!(at.world.list(&at.running.relay, BAILLEUR).await, 0, "who left is shown nothing more");
    let answer = at.ask(BAILLEUR, Ask::Statements(About::Group(at.world.group))).await;
    let nowhere = at.ask(BAILLEUR, Ask::Statements(About::Group(GROUP))).await;
    assert_eq!((no(&answer), no(&nowhere)), (Some(Refusal::NotAMember), Some(Refusal::NotAMember)));
}
