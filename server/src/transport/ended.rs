//! Why a connection did not come up, or is over, in words a caller can act on.
//!
//! In TLS 1.3 the relay judges a device's certificate after the device has finished its own
//! handshake: a refused device sees [`super::quic::connect`] succeed and the connection close a
//! moment later. So "connected" is said after the relay's first frame, and whoever loses a
//! connection early asks here for the reason.
//!
//! The reason a peer gives in words is not looked at: only numbers come in from the network.

use std::fmt;

use quinn::{ConnectionError, TransportErrorCode};
use rustls::AlertDescription;

/// Which end said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// This program, about what the other end showed.
    Here,
    /// The other end, about what this program showed.
    There,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here => "this end does not accept the other's handshake",
            Self::There => "the other end does not accept this handshake",
        })
    }
}

/// What was wrong with a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeFault {
    /// No protocol in common.
    #[error("no protocol version in common; update the older program")]
    Protocol,
    /// No key exchange in common.
    #[error("no key exchange in common; only X25519MLKEM768 is spoken")]
    KeyExchange,
    /// A device came without a certificate.
    #[error("a certificate is required; enrol this device first")]
    NoCertificate,
    /// A certificate whose last day is over, or whose first is to come.
    #[error("the certificate is out of its dates; renew it, and look at the clock")]
    OutOfDate,
    /// A certificate from an issuer that is not trusted here.
    #[error("the certificate is from another issuer; look at the relay's address")]
    Issuer,
    /// A certificate with a wrong name, purpose or signature.
    #[error("the certificate is not for this use; give the one that was issued for it")]
    Certificate,
    /// Anything else in TLS: the alert's number.
    #[error("TLS alert {0}")]
    Other(u8),
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// The handshake was refused.
    #[error("{by}: {fault}")]
    Handshake {
        /// Who refused.
        by: End,
        /// What was wrong.
        fault: HandshakeFault,
    },
    /// Nothing came back in time, at the start or later.
    #[error("no answer; look at the address and the network, and try again")]
    NoAnswer,
    /// The relay takes no more connections now.
    #[error("the relay is busy; try again later")]
    Busy,
    /// The relay closed it: the device is on no card any more, or its owner is no longer in office.
    #[error("the inscription of this device has ended")]
    Struck,
    /// The relay closed it: the device lost a group that it had when it connected.
    #[error("the groups of this device changed; connect again")]
    Changed,
    /// The other program closed the connection, with another number.
    #[error("closed by the other end with code {0}")]
    Closed(u64),
    /// This program closed the connection.
    #[error("closed by this end")]
    ClosedHere,
    /// The other end has forgotten the connection, usually by a restart.
    #[error("the other end restarted; connect again")]
    Restarted,
    /// The other end does not speak this version of QUIC, or broke its rules.
    #[error("the other end does not speak QUIC version 1 as this end does; close")]
    Misbehaved,
    /// This machine has no more connection numbers to give.
    #[error("too many connections on this machine; close some")]
    Exhausted,
}

impl From<&ConnectionError> for Ended {
    fn from(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::TransportError(error) => by_code(End::Here, error.code),
            ConnectionError::ConnectionClosed(close) => by_code(End::There, close.error_code),
            ConnectionError::ApplicationClosed(close) => by_number(close.error_code.into()),
            ConnectionError::TimedOut => Self::NoAnswer,
            ConnectionError::LocallyClosed => Self::ClosedHere,
            ConnectionError::Reset => Self::Restarted,
            ConnectionError::VersionMismatch => Self::Misbehaved,
            ConnectionError::CidsExhausted => Self::Exhausted,
        }
    }
}

/// The numbers with which the relay closes a connection. Nought is a good-bye.
const STRUCK: u32 = 1;
const CHANGED: u32 = 2;
const BUSY: u32 = 3;

impl Ended {
    /// The number with which a connection is closed for this reason.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::Struck => STRUCK,
            Self::Changed => CHANGED,
            Self::Busy => BUSY,
            _ => 0,
        }
    }
}

fn by_number(number: u64) -> Ended {
    let known = [Ended::Struck, Ended::Changed, Ended::Busy];
    known.into_iter().find(|ended| u64::from(ended.code()) == number).unwrap_or(Ended::Closed(number))
}

/// QUIC carries a TLS alert as 0x100 plus its number (RFC 9001, section 4.8).
const ALERTS: u64 = 0x100;

fn by_code(by: End, code: TransportErrorCode) -> Ended {
    if code == TransportErrorCode::CONNECTION_REFUSED {
        return Ended::Busy;
    }
    let number = u64::from(code);
    match number.checked_sub(ALERTS).and_then(|alert| u8::try_from(alert).ok()) {
        Some(alert) => Ended::Handshake { by, fault: by_alert(alert) },
        None => Ended::Misbehaved,
    }
}

fn by_alert(alert: u8) -> HandshakeFault {
    match AlertDescription::from(alert) {
        AlertDescription::NoApplicationProtocol | AlertDescription::ProtocolVersion => {
            HandshakeFault::Protocol
        }
        AlertDescription::HandshakeFailure => HandshakeFault::KeyExchange,
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            HandshakeFault::NoCertificate
        }
        AlertDescription::CertificateExpired => HandshakeFault::OutOfDate,
        AlertDescription::UnknownCA => HandshakeFault::Issuer,
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::CertificateRevoked => HandshakeFault::Certificate,
        _ => HandshakeFault::Other(alert),
    }
}
