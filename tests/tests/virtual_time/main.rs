//! Relays on disks of memory and in virtual time: what takes long, one beside the other.

mod clock;
mod crashes;
mod forensics;
mod schedules;
mod simulation;
mod years;
