//! The Pli relay: it receives sealed letters, authorises, stores, records, and only then releases.
//!
//! The order in which a request passes: [`listen`] admits a connection, `connection` greets it and ends
//! it with its `rights`, [`requests`] verifies each request and prepares it, [`relay`] decides and makes it
//! durable through the [`store`], with [`access_log`] closing every record; [`sweep`] removes what expired,
//! and [`revoke`] what waits for devices that count no more.
//! [`check`] verifies a folder at rest; [`backup`] copies what must not be lost, and [`restore`] goes on from it.
//! No rule stands here: what is allowed is asked of
//! `shared::authorise`.
//!
//! [`transport`] is the carrier, and both ends use it. [`log_http`] shows the log to tools that are not ours.

pub mod access_log;
pub mod backup;
pub mod check;
mod clock;
mod connection;
pub mod folder;
pub mod listen;
pub mod log_http;
mod patience;
pub mod quotas;
pub mod relay;
pub mod requests;
pub mod restore;
pub mod revoke;
mod rights;
pub mod store;
pub mod sweep;
pub mod transport;

pub use clock::{Clock, Time, system_clock};
