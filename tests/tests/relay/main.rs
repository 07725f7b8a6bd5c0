//! What holds between members and a relay, act by act; one program, for linking takes longer than testing.

#[path = "../../vectors/formats/fixed.rs"]
mod fixed;

mod backup;
mod check;
mod door;
mod every_act;
mod flow_rules;
mod flows;
mod gates;
mod grants;
mod hostile_authority;
mod hostile_bytes;
mod interop;
mod lies;
mod regrant;
mod repository;
mod retire;
mod review;
mod rules;
mod store_contract;
mod vectors;
mod witnesses;
