//! What the tests across the packages share.

pub mod world;
