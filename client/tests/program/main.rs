//! The program as its users run it: every test has a copy of the demo's world, which is told once for all of them.

#![cfg(unix)]

mod backup;
mod bundle;
mod contract;
mod extension;
#[path = "../independent/mod.rs"]
mod independent;
mod mirror;
mod page;
mod page_input;
#[path = "../printed/mod.rs"]
mod printed;
mod retire;
#[path = "../served/mod.rs"]
mod served;
#[path = "../world/mod.rs"]
mod world;
