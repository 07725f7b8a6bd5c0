//! What the tests across the packages share.

pub mod account;
pub mod corpus;
pub mod decoders;
pub mod disk;
pub mod documents;
pub mod engine;
pub mod homes;
pub mod load;
pub mod memory_store;
pub mod process;
pub mod simulation;
pub mod threads;
pub mod trial;
pub mod whole;
pub mod world;
pub mod years;
