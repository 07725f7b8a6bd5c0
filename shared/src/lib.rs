//! The rules, the formats and the cryptography of Pli. No I/O and no clock: time and bytes come in
//! as arguments, and every step that must not be skipped returns a proof that the next one demands.
//!
//! Read it in the order in which a message travels:
//!
//! 1. [`ids`], [`time`], [`limits`], [`cbor`], [`crypto`], [`signed`]: the alphabet;
//! 2. [`statement`] and [`directory`]: who belongs, proved from one pinned fingerprint; [`nomenclature`]: what may be
//!    sent, [`form`]: what is typed into it, [`deadlines`]: by when, and [`patrimoine`]: the table that comes of it;
//! 3. [`message`]: draft → screened → sealed → opened, with [`seal`] beneath;
//! 4. [`authorise`]: what the statements allow, the same at the relay and at every client, and
//!    [`refusal`], its "no";
//! 5. [`log`]: what is recorded before anything is released, and how anybody verifies it;
//! 6. [`wire`]: how relay and client say all this to each other.

pub mod authorise;
pub mod bundle;
pub mod cbor;
pub mod ceilings;
pub mod clocks;
pub mod crypto;
pub mod deadlines;
pub mod directory;
pub mod form;
pub mod ids;
pub mod limits;
pub mod log;
pub mod message;
pub mod nomenclature;
pub mod patrimoine;
pub mod patrol;
pub mod refusal;
pub mod screening;
pub mod seal;
pub mod signed;
pub mod statement;
pub mod time;
pub mod wire;

/// What this software calls itself in records and greetings.
pub const SOFTWARE: &str = concat!("pli ", env!("CARGO_PKG_VERSION"));
