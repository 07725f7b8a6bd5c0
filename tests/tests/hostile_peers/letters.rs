//! A good letter, spoiled in every way that a hostile client can think of: each is refused for its own
//! reason and leaves nothing, and the good one goes through afterwards under the same id.

use crate::frames::signed_bytes;
use crate::stage::{GROUP, Stage, begun, refusal, soon, wire};
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE};
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::ids::{GroupId, MemberId, MessageId};
use shared::limits::{DOCUMENTS_MAX, GRANT_BYTES_MAX, GRANTS_MAX, HEADER_BYTES_MAX, NOTE_BYTES_MAX};
use shared::message::{Core, Envelope, Gated, GrantEntry, GrantList, Handling, Header, Part};
use shared::nomenclature::Class;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::time::{DAY_SECONDS, Tier, Timestamp};
use shared::wire::{Answer, Ask, Request};

/// A deposit as it is sent.
type Sent = (Ask, Vec<Vec<u8>>);

/// What is spoiled, how the relay says no, and the deposit.
type Case = (&'static str, Refusal, Sent);

/// A letter of [`POLICE`] to two others, with two documents.
struct Good<'a> {
    stage: &'a Stage,
    letter: Letter,
}

impl Good<'_> {
    fn key(&self) -> &SigningKey {
        &self.stage.world.people[POLICE].key
    }

    fn list(&self) -> GrantList {
        self.letter.envelope.grant_list.peek().unwrap()
    }

    /// The deposit with another header and list, and the frames behind them.
    fn sent(&self, header: &Signed, list: &Signed, grants: &[Vec<u8>], note: &[u8]) -> Sent {
        let Letter { id, core, documents, .. } = &self.letter;
        let envelope = Envelope {
            header: header.clone(),
            grant_list: list.clone(),
            grants: grants.to_vec(),
            note: note.to_vec(),
        };
        Letter { id: *id, core: core.clone(), envelope, documents: documents.clone() }.deposit()
    }

    /// Another core, with header and list that fit it.
    fn core(&self, change: impl FnOnce(&mut Core)) -> Sent {
        let mut core = self.letter.core.clone();
        change(&mut core);
        let list = GrantList { core: core.digest(), ..self.list() };
        self.sealed(&Header { core, ..self.letter.header() }, &list)
    }

    /// Other parts.
    fn parts(&self, change: impl FnOnce(&mut Vec<Part>)) -> Sent {
        let mut header = self.letter.header();
        change(&mut header.parts);
        self.sealed(&header, &self.list())
    }

    /// Another list, and other grants.
    fn grants(&self, change: impl FnOnce(&mut GrantList, &mut Vec<Vec<u8>>)) -> Sent {
        let Envelope { header, note, grants, .. } = &self.letter.envelope;
        let (mut list, mut grants) = (self.list(), grants.clone());
        change(&mut list, &mut grants);
        self.sent(header, &Signed::new(&list, &[self.key()]), &grants, note)
    }

    fn sealed(&self, header: &Header, list: &GrantList) -> Sent {
        let Envelope { note, grants, .. } = &self.letter.envelope;
        let (header, list) = (Signed::new(header, &[self.key()]), Signed::new(list, &[self.key()]));
        self.sent(&header, &list, grants, note)
    }

    /// A header and a list that were signed by whomever.
    fn signed(&self, header: &Signed, list: &Signed) -> Sent {
        self.sent(header, list, &self.letter.envelope.grants, &self.letter.envelope.note)
    }

    /// Other bytes behind the request that was made for the good ones.
    fn frames(&self, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Sent {
        let (ask, mut frames) = self.letter.deposit();
        change(&mut frames);
        (ask, frames)
    }

    fn headers(&self) -> Vec<Case> {
        use Refusal::{Malformed, PartsMissing};
        let Envelope { header, grant_list, .. } = &self.letter.envelope;
        let other = &self.stage.world.people[COORD].key;
        let of_other = Signed::new(&self.letter.header(), &[other]);
        let of_both = Signed::new(&self.letter.header(), &[other, self.key()]);
        let mut damaged = header.clone();
        damaged.signatures[0].signature[5] ^= 1;
        let mut short = header.clone();
        short.signatures[0].signature.truncate(63);
        let unsigned = Signed { signatures: Vec::new(), ..header.clone() };
        let raw = |bytes: Vec<u8>| self.signed(&signed_bytes::<Header>(self.key(), bytes), grant_list);
        let crowded = Header { parts: vec![self.letter.header().parts[0]; 600], ..self.letter.header() };
        assert!(cbor::encode(&crowded).len() > HEADER_BYTES_MAX);
        let document = |change: fn(&mut Part)| self.parts(|parts| change(&mut parts[0]));
        let bit = |frame: usize| {
            self.frames(|frames| {
                let middle = frames[frame].len() / 2;
                frames[frame][middle] ^= 1;
            })
        };
        vec![
            ("another header than the request names", Malformed, bit(0)),
            ("another list than the request names", Malformed, bit(1)),
            ("a header by another device", Malformed, self.signed(&of_other, grant_list)),
            ("a header by two devices", Malformed, self.signed(&of_both, grant_list)),
            ("a header by nobody", Malformed, self.signed(&unsigned, grant_list)),
            ("a damaged signature", Malformed, self.signed(&damaged, grant_list)),
            ("a short signature", Malformed, self.signed(&short, grant_list)),
            ("a list in place of a header", Malformed, self.signed(grant_list, grant_list)),
            ("a header in place of a list", Malformed, self.signed(header, header)),
            ("a byte behind the header", Malformed, raw([header.bytes.clone(), vec![0]].concat())),
            ("lists in lists", Malformed, raw(vec![0x81; HEADER_BYTES_MAX])),
            ("a header too large", Malformed, raw(cbor::encode(&crowded))),
            (
                "a frame too large",
                Malformed,
                self.frames(|frames| frames[0] = vec![0; shared::limits::FRAME_BYTES_MAX + 1]),
            ),
            ("no parts", Malformed, self.parts(Vec::clear)),
            ("no note", Malformed, self.parts(|parts| parts.truncate(2))),
            ("two notes", Malformed, self.parts(|parts| parts.push(parts[2]))),
            ("a note in the middle", Malformed, self.parts(|parts| parts.swap(0, 2))),
            (
                "too many documents",
                Malformed,
                self.parts(|parts| drop(parts.splice(..0, vec![parts[0]; DOCUMENTS_MAX]))),
            ),
            (
                "a note too large",
                Malformed,
                self.parts(|parts| parts[2].bytes = 1 + u64::try_from(NOTE_BYTES_MAX).unwrap()),
            ),
            ("a note without end", Malformed, self.parts(|parts| parts[2].bytes = u64::MAX)),
            ("a document that was not uploaded", PartsMissing, self.parts(|parts| parts.insert(2, parts[0]))),
            ("a document of other bytes", PartsMissing, document(|part| part.digest.0[0] ^= 1)),
            ("a longer document", PartsMissing, document(|part| part.bytes += 1)),
            ("a document without end", PartsMissing, document(|part| part.bytes = u64::MAX)),
            ("two documents exchanged", PartsMissing, self.parts(|parts| parts.swap(0, 1))),
        ]
    }

    fn rules(&self) -> Vec<Case> {
        use Refusal::{
            BucketEnd, Gate, Malformed, NotAMember, RecipientRole, Retention, Screening, SenderRole,
            StaleHead, StaleRoster, UnknownFlow,
        };
        let member = |person: usize| self.stage.world.people[person].member.clone();
        let coord = self.stage.world.people[COORD].device();
        let to = |recipients: Vec<MemberId>| self.core(|core| core.recipients = recipients);
        let officer = |number| MemberId::try_from(format!("police-{number}")).unwrap();
        let flow = |code: &'static str| {
            self.core(|core| (core.flow, core.class) = (code.parse().unwrap(), Class::N0))
        };
        vec![
            ("a core of version 2", Malformed, self.core(|core| core.version = 2)),
            ("another id", Malformed, self.core(|core| core.id = MessageId([9; 16]))),
            ("another writer", NotAMember, self.core(|core| core.writer = member(COORD))),
            ("another device", Malformed, self.core(|core| core.device = coord)),
            ("another group", NotAMember, self.core(|core| core.group = GroupId([9; 16]))),
            ("a roster to come", StaleRoster, self.core(|core| core.roster_version += 1)),
            ("another roster", StaleRoster, self.core(|core| core.roster.0[0] ^= 1)),
            ("another nomenclature", StaleRoster, self.core(|core| core.nomenclature.0[0] ^= 1)),
            ("a flow that is not", UnknownFlow, self.core(|core| core.flow = "F99z".parse().unwrap())),
            ("another class", Malformed, self.core(|core| core.class = Class::N0)),
            ("a flow that others send", SenderRole, flow("F10a")),
            ("a flow that others receive", RecipientRole, flow("F10b")),
            (
                // Nor does the request name it.
                "an agreement that nothing asks for",
                Malformed,
                self.core(|core| core.gate = Some(gate(member(MAIRE)))),
            ),
            ("without an agreement that it needs", Gate, self.core(without_gate)),
            ("no recipient", RecipientRole, to(Vec::new())),
            ("out of order", RecipientRole, to(vec![member(MAIRE), member(BAILLEUR)])),
            ("one twice", RecipientRole, to(vec![member(MAIRE), member(MAIRE)])),
            ("the writer too", RecipientRole, to(vec![member(MAIRE), member(POLICE)])),
            ("a reviewer too", RecipientRole, to(vec![member(AUDITOR), member(MAIRE)])),
            ("who does not exist", RecipientRole, to(vec![officer(99)])),
            ("101 recipients", RecipientRole, to((100..201).map(officer).collect())),
            ("expired", Retention, self.core(|core| core.expires = core.created)),
            ("for ever", Retention, self.core(|core| core.expires.0 = u64::MAX)),
            (
                "past the ceiling",
                Retention,
                self.core(|core| core.expires = core.created.plus(181 * DAY_SECONDS)),
            ),
            ("no end of a bucket", BucketEnd, self.core(|core| core.expires.0 -= 1)),
            ("another ruleset", Screening, self.core(|core| core.screening.ruleset.0[0] ^= 1)),
            ("an old head", StaleHead, self.core(|core| core.created.0 += 601)),
            ("a head to come", StaleHead, self.core(|core| core.created.0 -= 601)),
            ("another time", StaleHead, self.core(|core| core.head.time.0 -= 1)),
            ("another root", StaleHead, self.core(|core| core.head.tree.root.0[0] ^= 1)),
            ("another size", StaleHead, self.core(|core| core.head.tree.size -= 1)),
            ("the tree of nothing", StaleHead, self.core(|core| core.head.tree.size = 0)),
            ("a tree without end", StaleHead, self.core(|core| core.head.tree.size = u64::MAX)),
        ]
    }

    fn lists(&self) -> Vec<Case> {
        use Refusal::{GrantTarget, Malformed};
        let header = &self.letter.envelope.header;
        let of_other = Signed::new(&self.list(), &[&self.stage.world.people[COORD].key]);
        let list = |change: fn(&mut GrantList)| self.grants(|list, _| change(list));
        let whose = |person: usize| {
            let device = self.stage.world.people[person].device();
            self.list().grants.iter().position(|entry| entry.device == device)
        };
        let without = |person| {
            self.grants(|list, grants| {
                let place = whose(person).unwrap();
                list.grants.remove(place);
                grants.remove(place);
            })
        };
        let beside = |person: usize| {
            self.grants(|list, grants| {
                let device = self.stage.world.people[person].device();
                let entry = GrantEntry { device, digest: sha256(b"a grant"), ..list.grants[0] };
                let place = list.grants.partition_point(|entry| entry.device < device);
                list.grants.insert(place, entry);
                grants.insert(place, b"a grant".to_vec());
            })
        };
        let as_grant = |bytes: Vec<u8>| {
            self.grants(|list, grants| (list.grants[0].digest, grants[0]) = (sha256(&bytes), bytes))
        };
        vec![
            ("a list of version 2", Malformed, list(|list| list.version = 2)),
            ("a list for another message", Malformed, list(|list| list.message = MessageId([9; 16]))),
            ("a list for another core", Malformed, list(|list| list.core.0[0] ^= 1)),
            ("a list by another issuer", Malformed, list(|list| list.issuer.0[0] ^= 1)),
            ("a list signed by another", Malformed, self.signed(header, &of_other)),
            (
                "no grants",
                GrantTarget,
                self.grants(|list, grants| (list.grants, *grants) = Default::default()),
            ),
            ("none for a recipient", GrantTarget, without(MAIRE)),
            ("none for the writer", GrantTarget, without(POLICE)),
            ("one for another member", GrantTarget, beside(COORD)),
            ("one for a reviewer", GrantTarget, beside(AUDITOR)),
            (
                "one twice",
                GrantTarget,
                self.grants(|list, grants| {
                    list.grants.insert(0, list.grants[0]);
                    grants.insert(0, grants[0].clone());
                }),
            ),
            (
                "out of order",
                GrantTarget,
                self.grants(|list, grants| {
                    list.grants.reverse();
                    grants.reverse();
                }),
            ),
            (
                "too many",
                Malformed,
                self.grants(|list, grants| {
                    list.grants = vec![list.grants[0]; GRANTS_MAX + 1];
                    *grants = vec![grants[0].clone(); GRANTS_MAX + 1];
                }),
            ),
            ("a bucket nobody has", GrantTarget, list(|list| list.grants[0].bucket.tier = Tier::Seconds(7))),
            (
                "a bucket that ends later",
                GrantTarget,
                list(|list| list.grants[0].bucket.ends.0 += DAY_SECONDS),
            ),
            ("a grant too large", Malformed, as_grant(vec![7; GRANT_BYTES_MAX + 1])),
            ("another grant", Malformed, self.frames(|frames| frames[2][9] ^= 1)),
            ("two grants exchanged", Malformed, self.frames(|frames| frames.swap(2, 3))),
            ("a grant too few", Malformed, self.frames(|frames| drop(frames.remove(2)))),
            ("a grant too many", Malformed, self.frames(|frames| frames.insert(2, frames[2].clone()))),
            ("another note", Malformed, self.frames(|frames| frames.last_mut().unwrap()[9] ^= 1)),
            ("a shorter note", Malformed, self.frames(|frames| shorten(frames.last_mut().unwrap()))),
            ("a longer note", Malformed, self.frames(|frames| frames.last_mut().unwrap().push(0))),
            (
                "a note past the limit",
                Malformed,
                self.frames(|frames| *frames.last_mut().unwrap() = vec![0; NOTE_BYTES_MAX + 1]),
            ),
        ]
    }

    /// The good deposit under requests that are not good.
    fn requests(&self) -> Vec<(&'static str, Refusal, Signed)> {
        let (police, coord) = (&self.stage.world.people[POLICE], &self.stage.world.people[COORD]);
        let stranger = SigningKey::generate();
        let signed = |change: &dyn Fn(&mut Request), key: &SigningKey| {
            let request = police.request(self.letter.deposit().0, self.stage.world.now());
            let mut request: Request = request.peek().unwrap();
            change(&mut request);
            Signed::new(&request, &[key])
        };
        let deposit = |message, header, grants| Ask::Deposit {
            message,
            header,
            grants,
            annex: None,
            reason: None,
            reference: None,
        };
        let (id, header, list) =
            (self.letter.id, self.letter.envelope.header.digest(), self.letter.envelope.grant_list.digest());
        vec![
            ("a version to come", Refusal::Version, signed(&|request| request.version = 2, self.key())),
            (
                "the last counter there is",
                Refusal::CounterUsed,
                signed(&|request| request.counter = u64::MAX, self.key()),
            ),
            ("too old", Refusal::RequestTime, signed(&|request| request.time.0 -= 601, self.key())),
            ("too young", Refusal::RequestTime, signed(&|request| request.time.0 += 601, self.key())),
            ("signed by another", Refusal::Malformed, signed(&|_| (), &coord.key)),
            (
                "another device's",
                Refusal::Malformed,
                signed(&|request| request.device = coord.device(), &coord.key),
            ),
            (
                "a stranger's",
                Refusal::NotEnrolled,
                signed(&|request| request.device = stranger.id(), &stranger),
            ),
            (
                "another id",
                Refusal::Malformed,
                signed(&|request| request.ask = deposit(MessageId([9; 16]), header, list), self.key()),
            ),
            (
                "header and list exchanged",
                Refusal::Malformed,
                signed(&|request| request.ask = deposit(id, list, header), self.key()),
            ),
        ]
    }
}

fn shorten(bytes: &mut Vec<u8>) {
    bytes.truncate(bytes.len() - 1);
}

/// over the network.
#[tokio::test(flavor = "multi_thread")]
async fn a_spoiled_letter_leaves_nothing_and_the_good_one_goes_through() {
    let stage = Stage::start().await;
    stage.honest(MAIRE, BAILLEUR).await;
    let everybody = stage.everybody().await;
    let [_, _, police, _] = &everybody[..] else { unreachable!("four") };
    let letter = stage.letter(POLICE, &[MAIRE, BAILLEUR], &[b"a document", &[7; 100_000]]).await;
    let good = Good { stage: &stage, letter };
    let before = stage.seen(&everybody).await;

    let cases = [good.headers(), good.rules(), good.lists()].concat();
    for (what, expected, (ask, frames)) in cases {
        stage.upload(police, POLICE, &good.letter).await;
        let answer = stage.ask(police, POLICE, ask, &frames).await;
        assert_eq!(refusal(&answer), Some(expected), "{what}: {answer:?}");
        assert_eq!(stage.seen(&everybody).await, before, "{what}");
    }
    stage.upload(police, POLICE, &good.letter).await;
    let (ask, frames) = good.letter.deposit();
    for (what, expected, request) in good.requests() {
        let answer = stage.say(police, &request, &frames).await;
        assert_eq!(refusal(&answer), Some(expected), "{what}: {answer:?}");
        assert_eq!(stage.seen(&everybody).await, before, "{what}");
    }
    // Cut anywhere, by the end of the stream or of the connection: no answer, and nothing is there.
    let request = || stage.world.people[POLICE].request(ask.clone(), stage.world.now());
    let length = wire(&request(), &frames).len();
    for cut in [1, 4, 300, length / 3, length / 2, length - 1] {
        let mut stream = police.stream().await.unwrap();
        stream.send(&wire(&request(), &frames)[..cut]).await;
        stream.end();
        assert_eq!(soon(stream.frame()).await, None, "{cut} of {length} bytes");
        let lost = stage.device(POLICE).await;
        lost.stream().await.unwrap().send(&wire(&request(), &frames)[..cut]).await;
        lost.connection.close(0u8.into(), b"");
        assert_eq!(stage.seen(&everybody).await, before, "{cut} of {length} bytes");
    }

    let answer = stage.deposit(police, POLICE, &good.letter).await;
    assert!(matches!(answer, Answer::Deposited(_)), "{answer:?}");
    let after = stage.seen(&everybody).await;
    assert_ne!(after.done, before.done);
    let listed = after.lists.iter().zip(&before.lists).map(|(after, before)| after.len() - before.len());
    // Mailbox and sent list of the mayor, the coordinator, the writer and the landlord.
    assert_eq!(listed.collect::<Vec<_>>(), [1, 0, 0, 0, 0, 1, 1, 0]);

    // Its id is used: nothing else comes under it, whoever asks.
    let before = stage.seen(&everybody).await;
    let id = good.letter.id;
    let of_coord = stage.world.alike(COORD, &good.letter, id);
    let upload = |part| Ask::Upload { message: id, part, bytes: 10, from: 0 };
    let cases = [
        ("another core", 2, Refusal::IdUsed, good.core(|core| core.handling = Handling::D4)),
        ("another list", 2, Refusal::IdUsed, good.grants(|list, _| list.made.0 += 1)),
        ("fewer parts", 2, Refusal::IdUsed, good.parts(|parts| _ = parts.remove(1))),
        ("another upload", 2, Refusal::IdUsed, (upload(0), Vec::new())),
        ("another document", 2, Refusal::IdUsed, (upload(2), Vec::new())),
        ("another device's upload", 1, Refusal::IdUsed, (upload(0), Vec::new())),
        // Its documents are another's, so they are missing, as under any other id.
        ("another writer", 1, Refusal::PartsMissing, of_coord.deposit()),
    ];
    for (what, place, expected, (ask, frames)) in cases {
        let answer = stage.ask(&everybody[place], GROUP[place], ask, &frames).await;
        assert_eq!(refusal(&answer), Some(expected), "{what}: {answer:?}");
        assert_eq!(stage.seen(&everybody).await, before, "{what}");
    }
    stage.read(&everybody[0], MAIRE, &good.letter).await;
    let mut stream = begun(
        &everybody[0],
        &stage.world.people[MAIRE].request(Ask::Fetch { message: id, part: 0, from: 0 }, stage.world.now()),
        &[],
    )
    .await;
    let bytes = good.letter.documents[0].len();
    assert_eq!(soon(stream.answer()).await, Some(Answer::Part { bytes: bytes as u64 }));
    assert_eq!(soon(stream.bytes(bytes)).await.as_ref(), Some(&good.letter.documents[0]));
    stage.end().await;
}

/// A wait for an agreement.
fn gate(approver: MemberId) -> Gated {
    Gated { approver, until: Timestamp(0), readable_seconds: DAY_SECONDS }
}

fn without_gate(core: &mut Core) {
    (core.flow, core.class) = ("F09d".parse().unwrap(), Class::N3);
}
