//! How bytes travel between a device and the relay: QUIC, mutual TLS 1.3, frames.
//!
//! Both ends use this module, so that one place says what a connection is. It authenticates
//! devices, and it hides who talks to whom from the network. It decides nothing else: what a
//! device may do comes from statements it signed, never from its certificate, and the content of
//! a letter was sealed before it came here.
//!
//! In the order a connection lives: [`tls_key`] asks for a certificate, [`pki`] issues it, [`kx`]
//! agrees on keys, [`tls`] is the two configurations, [`quic`] the endpoints, [`frames`] what is
//! sent, [`ended`] why it is over. [`example`] keeps the example certificates on one machine.

// Tests stop at what they did not expect; the lint is for what runs elsewhere.

pub mod ended;
pub mod example;
pub mod frames;
pub mod kx;
pub mod pki;
pub mod quic;
pub mod tls;
pub mod tls_key;

#[cfg(test)]
mod tests;
