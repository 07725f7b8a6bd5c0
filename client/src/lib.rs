//! `pli`: write, send, open and review sealed letters.
//!
//! The client trusts the relay with availability and nothing else: who belongs is proved from
//! signatures ([`trust`]), what was recorded is proved from the log ([`session`]), and no grant is
//! used before its record is. A message travels through [`outbox`] and [`inbox`];
//! [`account`] is what its writer is told of it, and [`regrant`] lets more devices read it; [`auditor`] is the
//! reviewer's side. What is typed is in [`cli`], what it does in [`commands`], what people read in
//! [`words`].

pub mod account;
pub mod agent;
pub mod auditor;
pub mod cli;
pub mod commands;
pub mod failure;
mod growing;
pub mod home;
pub mod inbox;
pub mod keystore;
pub mod link;
pub mod outbox;
pub mod regrant;
pub mod session;
pub mod show;
pub mod trust;
pub mod words;
