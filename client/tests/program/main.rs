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
mod page_input;
mod page_patrol;
mod page_writer;
#[path = "../members/printed.rs"]
mod printed;
mod retire;
#[path = "../served/mod.rs"]
mod served;
#[allow(dead_code, reason = "shared with the tests of groups")]
#[path = "../members/town.rs"]
mod town;
#[path = "../world/mod.rs"]
mod world;
