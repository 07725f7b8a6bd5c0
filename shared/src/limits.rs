//! Every number that bounds something, with its reason, and how the numbers fit together.
//!
//! A limit is checked before the thing it bounds is parsed, allocated or stored. The windows of the
//! transport live with the transport; what a flow may do (retention, class) is data in the
//! nomenclature and never stands here.

/// One control frame. A request is a few hundred bytes; a list of a hundred recipients fits many
/// times; nobody can make the other end hold more than this before it has decided to listen.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;

/// One signed header. It holds the core and one line a part; with the most recipients and the most
/// parts it stays under half of this.
pub const HEADER_BYTES_MAX: usize = 32 * 1024;

/// The sealed note of one message, travelling inside the deposit. A long report is 100 KiB of text;
/// anything larger is a document.
pub const NOTE_BYTES_MAX: usize = 1024 * 1024;

/// What the writer may type. Leaves room in the note for names, fields and the padding, which adds
/// at most 12 %.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;

/// A subject is one line.
pub const SUBJECT_BYTES_MAX: usize = 512;

/// Fields of one form, filled: the longest form of the convention has some thirty.
pub const FORM_FIELDS_MAX: usize = 128;

/// Rows of one form: the halls of the whole department in one table.
pub const FORM_ROWS_MAX: usize = 10_000;

/// Letters of one line in a form, and of a cell.
pub const FORM_LINE_LETTERS_MAX: u64 = 200;

/// Letters of a text in a form. What is longer is a document.
pub const FORM_TEXT_LETTERS_MAX: u64 = 8_000;

/// The bytes of a document's name, as common file systems bound it.
pub const DOCUMENT_NAME_BYTES_MAX: usize = 255;

/// Documents in one message. A file of procedure has a dozen; past this, use an archive.
pub const DOCUMENTS_MAX: usize = 32;

/// One document. Far larger than any report with its pictures; a bound all the same, so that lengths
/// are believable before a byte is read.
pub const DOCUMENT_BYTES_MAX: u64 = 16 * 1024 * 1024 * 1024;

/// Members named as recipients of one message. The charter asks for small circles; the largest
/// list in the convention (all the heads of circonscription) is under thirty.
pub const RECIPIENTS_MAX: usize = 100;

/// Grants in one grant list: every recipient with two devices and some with three.
pub const GRANTS_MAX: usize = 256;

/// One sealed grant: an age header with one hybrid stanza (about 1.7 KiB), grease beside it, and a
/// payload of some 200 bytes.
pub const GRANT_BYTES_MAX: usize = 4 * 1024;

/// Devices of one member on their card: an office computer, a laptop, a telephone, and their
/// replacements.
pub const DEVICES_MAX: usize = 8;

/// Lists of one member's devices from one card on, which every client verifies one after the other. Past
/// this the authority invites them anew.
pub const DEVICE_LISTS_MAX: u32 = 64;

/// A card counts for twelve months from its signature, and a leap day: without an attestation a year
/// its owner is suspended.
pub const ATTESTED_SECONDS_MAX: u64 = 366 * 24 * 3600;

/// The title of an annuaire, which stands in the log.
pub const TITLE_BYTES_MAX: usize = 128;

/// Statements of one group, which every client verifies one after the other: its leaders change, and
/// change again.
pub const GROUP_STATEMENTS_MAX: u32 = 256;

/// Groups that one member proposes within a month and that are not founded yet; and devices that one
/// member invites and has not accepted.
pub const OPEN_PROPOSALS_MAX: usize = 8;

/// A charter takes effect within a year of its making: a slip of the pen in a date closes no group.
pub const CHARTER_AHEAD_SECONDS_MAX: u64 = 366 * 24 * 3600;

/// An invitation ends after two weeks.
pub const INVITATION_SECONDS_MAX: u64 = 14 * 24 * 3600;

/// A new version of a charter takes effect two weeks after it was made, so that everybody has time to
/// read and sign it.
pub const CHARTER_NOTICE_SECONDS: u64 = 14 * 24 * 3600;

/// A delegation lasts for three months at most; a longer absence is a change of the roster.
pub const DELEGATION_SECONDS_MAX: u64 = 92 * 24 * 3600;

/// The relay takes a statement up to a month after it was signed: keys that are kept off the network
/// sign in one place and are carried to another.
pub const STATEMENT_SECONDS_MAX: u64 = 30 * 24 * 3600;

/// Members of one roster. The charter warns over fifteen; the départemental group (G7) holds every
/// party of the convention.
pub const ROSTER_MEMBERS_MAX: usize = 300;

/// One signed statement without its body. A roster of 300 members with two devices each is 40 KiB.
pub const STATEMENT_BYTES_MAX: usize = 60 * 1024;

/// The body of a statement: the text of the nomenclature (some sixty flows of 2 KiB), or a key page.
pub const STATEMENT_BODY_BYTES_MAX: usize = 512 * 1024;

/// Whoever sealed under the ruleset before this one may still deposit for so long after another was signed.
pub const RULESET_SECONDS_MAX: u64 = 72 * 3600;

/// A second reading lets pass what is sent within a day.
pub const REREADING_SECONDS_MAX: u64 = 24 * 3600;

/// Parts of a letter that could not be read and for which its writer vouches, each named; more are not vouched for.
pub const VOUCHED_MAX: usize = 256;

/// The place of such a part: names of files and of parts in them.
pub const PLACE_BYTES_MAX: usize = 512;

/// Rules that are named in a record, or counted at a time.
pub const RULES_NAMED_MAX: usize = 16;

/// Expiry recipients in one key page; with 1,216 bytes each a page stays under 50 KiB.
pub const KEY_PAGE_RECIPIENTS_MAX: usize = 40;

/// The reference of a visa is a line: it stands in a leaf of the log.
pub const VISA_BYTES_MAX: usize = 128;

/// The reference of an order is a line: it stands in records and in statements.
pub const REFERENCE_BYTES_MAX: usize = 128;

/// One record of the access log in clear. The actor's signed request inside is its largest part.
pub const RECORD_BYTES_MAX: usize = 8 * 1024;

/// One signed request, which a record about it has inside; the longest has the digests of an annex for all the
/// auditors. What is longer could be refused and leave no record.
pub const REQUEST_BYTES_MAX: usize = 6 * 1024;

/// Refusals of one device by one rule within this time are one record, in seconds: whoever tries a thousand
/// doors is in the log, and does not fill it.
pub const REFUSAL_SECONDS: u64 = 60;

/// Refusals that are counted at a time: a few kilobytes each.
pub const REFUSALS_COUNTED_MAX: usize = 4096;

/// Letters whose expiry is recorded in one batch: what ends a day fits where hardly anything is free.
pub const EXPIRIES_MAX: usize = 128;

/// The boxes of the log are padded to multiples of this, so that their sizes say little.
pub const BOX_BYTES_STEP: usize = 512;

/// One leaf of the log. C2SP tlog-tiles gives an entry a 16-bit length.
pub const LEAF_BYTES_MAX: usize = 16 * 1024;

/// The reason's free text, for `autre` only.
pub const REASON_TEXT_BYTES_MAX: usize = 1024;

/// Persons concerned by one letter. Each is two values of 32 bytes, and an annex always has as many values as
/// this allows: nobody learns from its length how many there are.
pub const PERSONS_MAX: usize = 16;

/// A name and a first name, with room.
pub const PERSON_BYTES_MAX: usize = 200;

/// A sealed annex: 1,056 bytes of persons or of a reason's text, in an age file. It travels back to a reviewer in a
/// frame of [`GRANT_BYTES_MAX`], with its number beside it.
pub const ANNEX_BYTES_MAX: usize = 3584;
const _: () = assert!(ANNEX_BYTES_MAX + 256 <= GRANT_BYTES_MAX);

/// Devices of auditors to which something is sealed: auditors are few.
pub const AUDITOR_DEVICES_MAX: usize = 32;

/// What one request hands over to another reviewer, keys and annexes together: one letter's grants take as much.
/// A year has 8,760 hours, which is some thirty-five requests.
pub const HANDED_MAX: usize = 256;

/// Leaves in one answer: a page that stays under a few megabytes.
pub const LEAVES_PER_ANSWER_MAX: u64 = 512;

/// Headers in one answer of the mailbox.
pub const HEADERS_PER_ANSWER_MAX: usize = 64;

/// A signed request is believed for this long, in seconds. Within it the same bytes get the same
/// answer; after it they are refused. Clocks of office computers drift by minutes.
pub const REQUEST_SECONDS_MAX: u64 = 600;

/// A head may be this old when a message is sealed under it, in seconds.
pub const HEAD_SECONDS_MAX: u64 = 600;

/// A head further than this ahead of the device's clock is neither believed nor remembered, in
/// seconds.
pub const HEAD_AHEAD_SECONDS_MAX: u64 = 600;

/// An idle relay makes a head on demand, at most one in this many seconds.
pub const HEAD_ON_DEMAND_SECONDS: u64 = 60;

/// Uploads that no deposit names are removed after this many seconds.
pub const ORPHAN_SECONDS_MAX: u64 = 24 * 3600;

/// How many counters behind the newest a request of the same device may be. Requests travel on
/// streams of their own and may overtake each other.
pub const COUNTER_WINDOW: u64 = 1024;

/// Connections of one device at a time: an office computer with its page, a command, a watch, and those
/// that a lost network left behind. As many again may wait to be greeted.
pub const DEVICE_CONNECTIONS_MAX: u32 = 8;

/// Requests of one device in a burst: the reviewer's client reads a long log in pages.
pub const DEVICE_REQUESTS_BURST: u32 = 1000;

/// Requests of one device per second in the long run.
pub const DEVICE_REQUESTS_PER_SECOND: u32 = 50;

/// Messages that one device deposits in a burst: a coordinator's whole afternoon.
pub const DEVICE_DEPOSITS_BURST: u32 = 120;

/// Messages that one device deposits per minute in the long run.
pub const DEVICE_DEPOSITS_PER_MINUTE: u32 = 20;

/// What one device may have at the relay and not deposited yet, in bytes: two documents of the largest
/// size, with what sealing adds.
pub const DEVICE_UPLOAD_BYTES_MAX: u64 = 36 * 1024 * 1024 * 1024;

/// Messages of one device to which documents were uploaded and that are not deposited yet.
pub const DEVICE_UPLOADS_MAX: usize = 16;

/// What the requests of one device that are being received may hold in the relay's memory, in bytes:
/// four deposits of the largest size.
pub const DEVICE_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The same for all devices together.
pub const BODY_BYTES_MAX: usize = 128 * 1024 * 1024;

/// A peer that gives or takes no byte for this long, in the middle of something, is gone.
pub const STALL_SECONDS_MAX: u64 = 20;

/// And whoever is slower than this, in bytes per second over a whole frame, is too slow to be waited
/// for. A telephone at the edge of its cell is faster.
pub const FRAME_BYTES_PER_SECOND_MIN: u64 = 4 * 1024;

/// A connection that was not greeted within this time is closed, in seconds.
pub const GREETING_SECONDS_MAX: u64 = 10;

/// Connections without a certificate at a time, of everybody together. A new device asks once in its life
/// and one that slept for a quarter once more; members' connections are counted apart.
pub const STRANGERS_MAX: u32 = 32;

/// How long such a connection may last, in seconds: a few round trips, on the worst of lines.
pub const STRANGER_SECONDS_MAX: u64 = 30;

/// Requests on such a connection, one a stream: a certificate, and what comes before it.
pub const STRANGER_REQUESTS_MAX: u32 = 4;

/// The last requests of a device whose digests the relay remembers, to tell a request that is sent again
/// from a second machine that counts as the first does. Eight bytes each: two kilobytes a device.
pub const COUNTER_DIGESTS: usize = 256;

/// Statements of a device in a burst: everything that a member signs on one day, many times over.
pub const DEVICE_STATEMENTS_BURST: u32 = 240;

/// Statements of a device per minute in the long run: each is kept for ever, by the relay and in the log.
pub const DEVICE_STATEMENTS_PER_MINUTE: u32 = 4;

/// Requests of all strangers together, per second: nothing is kept of who they are.
pub const STRANGERS_REQUESTS_PER_SECOND: u32 = 50;

/// New messages are refused when less than this is free on the relay's disk: it is kept for what was
/// promised already, reading and its records. A claim writes some ten kilobytes, so this is tens of
/// thousands of them.
pub const DISK_RESERVE_BYTES: u64 = 256 * 1024 * 1024;

/// Room that the relay sets aside for itself, and gives up when somebody else has filled the disk.
pub const DISK_SPARE_BYTES: u64 = 64 * 1024 * 1024;

/// Nothing is written when less than this is free, so that the disk is never filled to its last byte:
/// file systems need some, and so does the index.
pub const DISK_FLOOR_BYTES: u64 = 8 * 1024 * 1024;

/// Witnesses of one policy: three organisations, and some to spare. What the needed ones signed stands in
/// every view of the log.
pub const WITNESSES_MAX: usize = 8;

/// The verifier key of a witness: a name like that of a site, an id, and the key in base64.
pub const WITNESS_KEY_BYTES_MAX: usize = 256;

/// A checkpoint with a witness's signature: what is kept of the log's own, and a line with the longest name.
pub const COSIGNED_BYTES_MAX: usize = 1536;

/// What a letter's account may hold: to some hundred readers, each of whom read it again and again.
pub const BUNDLE_ACTS_MAX: usize = 4096;

/// A letter's account as a file: its acts, each with a proof, and the statements of a town.
pub const BUNDLE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Members are told of a log that no witness saw for a day: a machine that is off for the night is back
/// by then.
pub const WITNESS_FRESH_SECONDS: u64 = 24 * 3600;

/// And write no more in one that was not seen for a week: somebody has been told every day.
pub const WITNESS_STOP_SECONDS: u64 = 7 * 24 * 3600;

/// What is older than a year in the log opens on a written order alone, as long as it is kept.
pub const LOG_OPEN_SECONDS: u64 = 366 * 24 * 3600;

/// No sealed envelope outlives 36 months; what must last longer is statements.
pub const ENVELOPE_MONTHS_MAX: u32 = 36;

const _: () = assert!(NOTE_BYTES_MAX + GRANTS_MAX * GRANT_BYTES_MAX <= DEVICE_BODY_BYTES_MAX / 4);
const _: () = assert!(DEVICE_BODY_BYTES_MAX < BODY_BYTES_MAX);
const _: () = assert!(2 * DOCUMENT_BYTES_MAX < DEVICE_UPLOAD_BYTES_MAX);
const _: () = assert!(DISK_FLOOR_BYTES < DISK_SPARE_BYTES && DISK_SPARE_BYTES < DISK_RESERVE_BYTES);
const _: () = assert!(COUNTER_DIGESTS as u64 <= COUNTER_WINDOW);
const _: () = assert!(STRANGER_SECONDS_MAX > GREETING_SECONDS_MAX);
const _: () = assert!(HEADER_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(STATEMENT_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(RECORD_BYTES_MAX < LEAF_BYTES_MAX);
const _: () = assert!(REQUEST_BYTES_MAX + 1024 < RECORD_BYTES_MAX);
const _: () = assert!(WITNESS_FRESH_SECONDS < WITNESS_STOP_SECONDS);
const _: () = assert!(WITNESS_KEY_BYTES_MAX + 1024 < COSIGNED_BYTES_MAX);
// A confirmation, each of its proofs as long as a proof can be.
const _: () = assert!(
    WITNESSES_MAX * (COSIGNED_BYTES_MAX + 64 * 34) + RECORD_BYTES_MAX + LEAF_BYTES_MAX + 4 * 64 * 34
        < FRAME_BYTES_MAX
);
const _: () = assert!(LEAF_BYTES_MAX < u16::MAX as usize);
const _: () = assert!(TEXT_BYTES_MAX + DOCUMENTS_MAX * (DOCUMENT_NAME_BYTES_MAX + 128) < NOTE_BYTES_MAX);
const _: () = assert!(RECIPIENTS_MAX * 64 + DOCUMENTS_MAX * 128 < HEADER_BYTES_MAX);
const _: () = assert!(LEAVES_PER_ANSWER_MAX * (LEAF_BYTES_MAX as u64) <= 8 * 1024 * 1024);
