//! Why a fetch gave nothing.

use std::net::IpAddr;
use std::time::Duration;

use crate::address::Kind;

/// What an operator would have to grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ungranted {
    /// The origin.
    #[error("the policy does not allow {origin}")]
    Origin {
        /// As `network.allow` would name it.
        origin: String,
    },
    /// An address that is not public.
    #[error("{host} is at {address}, a {} address, and the policy does not allow that", .kind.words())]
    Address {
        /// The host that is there, or the address again.
        host: String,
        /// As `network.allow_private` would name it.
        address: IpAddr,
        /// What the address is for.
        kind: Kind,
    },
}

/// Why a fetch, or the body of its response, gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The operator's policy does not allow it.
    #[error(transparent)]
    Denied(#[from] Ungranted),
    /// The name could not be resolved.
    #[error("{host} could not be resolved: {reason}")]
    Dns {
        /// The name.
        host: String,
        /// The resolver's words.
        reason: String,
    },
    /// The connection was lost after it was there: the server may have worked on the request.
    #[error("the connection to {host} was lost: {reason}")]
    Lost {
        /// The host.
        host: String,
        /// What went wrong.
        reason: String,
    },
    /// There was no connection: nothing was sent.
    #[error("no connection to {host}: {reason}")]
    Connect {
        /// The host.
        host: String,
        /// What went wrong.
        reason: String,
    },
    /// There was no TLS session, such as for a certificate that is not trusted.
    #[error("no TLS with {host}: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// What went wrong.
        reason: String,
    },
    /// Something took too long.
    #[error("{what} took longer than {}", humantime::format_duration(*.limit))]
    Timeout {
        /// What did.
        what: &'static str,
        /// How long it may take.
        limit: Duration,
    },
    /// The response is larger than allowed.
    #[error("{what}: more than {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The bytes that are allowed.
        limit: usize,
    },
    /// More fetches wait, or with more bytes, than are held.
    #[error("too many fetches are waiting")]
    Overloaded,
    /// The request is none that is sent, or the response is no HTTP.
    #[error("{0}")]
    Protocol(String),
    /// A redirect that cannot be followed.
    #[error("{0}")]
    Redirect(String),
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !words.ends_with(&next) {
            words.push_str(": ");
            words.push_str(&next);
        }
        cause = error.source();
    }
    words
}

/// The error of that type among an error's causes.
pub(crate) fn cause<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| {
        // An `io::Error` shows the source of what it wraps, not what it wraps.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        error.downcast_ref::<E>().or_else(|| wrapped.and_then(|wrapped| wrapped.downcast_ref::<E>()))
    })
}
