//! `pli`: write, send, open and review sealed letters.
//!
//! The client trusts the relay with availability and nothing else: who belongs is proved from
//! signatures ([`trust`]), what was recorded is proved from the log ([`session`]), and no grant is
//! used before its record is. A message travels through [`outbox`] and [`inbox`];
//! [`account`] is what its writer is told of it, [`regrant`] lets more devices read it, and [`approval`] its recipients,
//! where somebody has to agree first; [`auditor`] is
//! the reviewer's side, and [`witness`] that of who watches the log for everybody. Who belongs to a group is
//! decided in [`groups`] and signed by one person after the other through [`proposals`]. What may not be exchanged
//! is found by [`screening`], and some of it let pass by a second person in [`rereading`]. What is typed is in
//! [`cli`], what it does in [`commands`], what people read in [`words`]; the page of `pli ui` is in `ui`.

pub mod account;
pub mod agent;
pub mod annex;
pub mod annuaire;
pub mod approval;
mod arrivals;
pub mod auditor;
pub mod authority;
pub mod breach;
mod by_end;
pub mod cli;
pub mod commands;
pub mod copies;
pub mod dates;
pub mod deadlines;
pub mod devices;
pub mod documents;
pub mod enrolment;
pub mod failure;
pub mod faults;
pub mod form;
pub mod groups;
mod growing;
pub mod home;
pub mod inbox;
pub mod invitation;
pub mod keystore;
pub mod landlord;
pub mod link;
mod mail;
pub mod mirror;
mod new_file;
pub mod nomenclature;
pub mod outbox;
pub mod outside;
pub mod patrimoine;
pub mod patrol;
pub mod proposals;
pub mod receipts;
pub mod recipients;
pub mod regrant;
pub mod renewal;
pub mod rereading;
pub mod screening;
mod sealed_here;
mod sealed_key;
pub mod session;
pub mod sheet;
pub mod show;
pub mod six_words;
pub(crate) mod spool;
pub mod standing;
pub mod table;
pub mod trust;
mod ui;
mod upkeep;
pub mod witness;
pub mod words;
