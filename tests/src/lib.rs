//! What the tests across the packages share.

pub mod decoders;
pub mod load;
pub mod world;
