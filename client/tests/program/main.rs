//! The program as its users run it: every test has a copy of the demo's world, which is told once for all of them.

#![cfg(unix)]

mod backup;
mod bundle;
mod contract;
mod extension;
mod first;
#[path = "../members/independent.rs"]
mod independent;
mod mirror;
mod notify;
mod page;
#[path = "../members/printed.rs"]
mod printed;
mod retire;
#[path = "../world/mod.rs"]
mod world;
