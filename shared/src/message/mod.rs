//! A message on its way: draft, screened, sealed, and opened again.
//!
//! A message identity is made for each message and never kept. Documents are sealed to it one by
//! one, then the note, which names them. The **core** stands in header, note and grant alike, and a
//! reader accepts nothing whose three cores are not the same.

mod because;
mod core;
mod draft;
mod envelope;
mod grant;
mod header;
mod note;
mod open;
mod renewal;
mod rereading;

pub use self::because::Because;
pub use self::core::{Core, Handling, HeadReference, Screening, Verdict};
pub use draft::{DocumentDraft, Draft, Objection, Rules, Screened, is_file_name, quarantine, screen};
pub use envelope::{Envelope, LateGrants, SealedDocument, Target, grant_late, seal};
pub use grant::{Grant, GrantEntry, GrantList, Ground};
pub use header::{Header, Part, PartKind};
pub use note::{Document, Note, Thread};
pub use open::{
    InvalidMessage, Opened, Reader, entry_for, late_entry_for, open_grant, open_note, open_note_of,
    verify_header, verify_header_late,
};
pub use renewal::{Renewal, Right};
pub use rereading::{Written, is_recent, is_reread};
