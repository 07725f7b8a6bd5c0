//! `pli`: write, send, open and review sealed letters.
//!
//! The client trusts the relay with availability and nothing else: who belongs is proved from
//! signatures ([`trust`]), what was recorded is proved from the log ([`session`]), and no grant is
//! used before its record is. A message travels through [`outbox`] and [`inbox`]; [`auditor`] is the
//! reviewer's side. What is typed is in [`cli`], what it does in [`commands`], what people read in
//! [`words`].

pub mod agent;
pub mod auditor;
pub mod authority;
pub mod cli;
pub mod commands;
pub mod devices;
pub mod enrolment;
pub mod failure;
mod growing;
pub mod home;
pub mod inbox;
pub mod invitation;
pub mod keystore;
pub mod link;
pub mod outbox;
pub mod session;
pub mod show;
pub mod six_words;
pub mod standing;
pub mod trust;
pub mod words;
