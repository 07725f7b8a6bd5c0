//! What a list asks for, and what a roster changes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use shared::ids::{Digest, KeyId};
use shared::statement::Link;

fn member(handle: &str) -> MemberId {
    handle.parse().unwrap()
}

fn seat(handle: &str, device: u8, writes: bool) -> Seat {
    Seat { member: member(handle), devices: vec![KeyId([device; 16])], writes }
}

fn roster(seats: Vec<Seat>) -> Roster {
    let (group, statement) = (GroupId([0; 16]), Digest([0; 32]));
    Roster { link: Link::first(Timestamp(0)), group, statement, seats }
}

#[test]
fn a_list_is_read_as_offices_write_it() {
    let check = |text: &[u8]| {
        let (wishes, faults) = read_list(text);
        assert_eq!(faults, []);
        let read: Vec<_> =
            wishes.iter().map(|wish| (wish.member.as_str(), wish.action, wish.line.unwrap())).collect();
        let expected =
            [("bailleur-3", Action::Add, 2), ("csp-1", Action::Read, 3), ("pm", Action::Remove, 4)];
        assert_eq!(read, expected);
    };
    check(b"member,action\nbailleur-3,add\ncsp-1,read\npm,remove\n");
    check("\u{feff}Member;Action\r\nbailleur-3;ADD\r\n csp-1 ; read\r\n\"pm\";remove".as_bytes());
    check(b"action,note,member\nadd,,bailleur-3\nread,x,csp-1\nremove,,pm\n");
}

#[test]
fn every_bad_line_is_named_and_none_is_done() {
    let check = |text: &str, expected: &[(u64, Wrong)]| {
        let (_, faults) = read_list(text.as_bytes());
        let found: Vec<_> = faults.iter().map(|fault| (fault.line.unwrap(), fault.wrong)).collect();
        assert_eq!(found, expected, "{text}");
        assert!(faults.iter().all(|fault| fault.member.is_none()), "what was typed is not repeated");
    };
    check("", &[(1, Wrong::Line)]);
    check("name,action\npm,add\n", &[(1, Wrong::Line)]);
    check(
        "member,action\npm,add\nMarie Dupont,add\ncsp-1,promote\nbailleur-3\n",
        &[(3, Wrong::Handle), (4, Wrong::Action), (5, Wrong::Line)],
    );
    check("member;action\r\n\r\npm;add\r\n\r\n\r\nPM;add\r\n", &[(6, Wrong::Handle)]);
}

#[test]
fn a_roster_says_what_it_changes() {
    let before =
        roster(vec![seat("a", 1, true), seat("b", 2, true), seat("c", 3, false), seat("d", 4, true)]);
    let after = roster(vec![seat("a", 1, true), seat("b", 9, true), seat("c", 3, true), seat("e", 5, false)]);
    let device = |number: u8| vec![KeyId([number; 16])];
    assert_eq!(
        changes(Some(&before), &after),
        [
            Change::Devices { member: member("b"), devices: device(9) },
            Change::Rights { member: member("c"), writes: true },
            Change::Removed { member: member("d") },
            Change::Added { member: member("e"), devices: device(5), writes: false },
        ]
    );
    assert_eq!(changes(Some(&before), &before), []);
    assert_eq!(changes(None, &roster(vec![seat("a", 1, true)])).len(), 1);
}
