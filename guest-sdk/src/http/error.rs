use std::fmt;

use ::http::StatusCode;

/// What the operator would have to allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ungranted {
    /// An origin, as the policy's `network.allow` would name it.
    Origin(String),
    /// An address that is not public, as the policy's `network.allow_private` would name it.
    Address(String),
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Builder,
    Denied(Ungranted),
    Dns,
    Connect,
    Lost,
    Tls,
    Timeout,
    TooLarge,
    Overloaded,
    Protocol,
    Redirect,
    Status(StatusCode),
    Decode,
}

/// Why a request, or the body of its response, gave nothing. The `is_…` methods tell the kinds apart; `Display` says it all, with the URL.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: Kind,
    message: String,
    url: Option<String>,
    /// Whether the response was there, and its body was not.
    in_body: bool,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), url: None, in_body: false }))
    }

    /// The same of a response's body.
    pub(crate) fn in_body(mut self) -> Self {
        self.0.in_body = true;
        self
    }

    pub(crate) fn at(mut self, url: &str) -> Self {
        self.0.url.get_or_insert_with(|| url.to_owned());
        self
    }

    /// The request could not be put together: a header, a query or a body is none.
    #[must_use]
    pub fn is_builder(&self) -> bool {
        self.0.kind == Kind::Builder
    }

    /// The operator's policy does not allow it. [`ungranted`](Self::ungranted) says what is missing.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.ungranted().is_some()
    }

    /// What the operator would have to allow.
    #[must_use]
    pub fn ungranted(&self) -> Option<&Ungranted> {
        match &self.0.kind {
            Kind::Denied(ungranted) => Some(ungranted),
            _ => None,
        }
    }

    /// There was no connection: the name could not be resolved, nothing listens, or TLS failed. Nothing was sent, so that the request can be
    /// sent again, whatever it asks for. It is not for a connection that was lost later: see [`is_lost`](Self::is_lost).
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect | Kind::Dns | Kind::Tls)
    }

    /// The connection was lost, or closed, before the response or its body was there as a whole. The server may have worked on the request: only
    /// one that may be done twice can be sent again.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.0.kind == Kind::Lost
    }

    /// The request was put together and has no response: there was no connection, it was lost, it took too long, or what came was no HTTP.
    #[must_use]
    pub fn is_request(&self) -> bool {
        let has_none = !matches!(self.0.kind, Kind::Builder | Kind::Redirect | Kind::Status(_) | Kind::Decode);
        has_none && !self.0.in_body
    }

    /// The response is there, and its body broke off or is not what its headers say.
    #[must_use]
    pub fn is_body(&self) -> bool {
        self.0.in_body
    }

    /// The name could not be resolved.
    #[must_use]
    pub fn is_dns(&self) -> bool {
        self.0.kind == Kind::Dns
    }

    /// There was no TLS session, such as for a certificate that is not trusted.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.kind == Kind::Tls
    }

    /// It took too long.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == Kind::Timeout
    }

    /// The response is larger than the operator allows.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.0.kind == Kind::TooLarge
    }

    /// More requests wait than the launcher holds: try again later.
    #[must_use]
    pub fn is_overloaded(&self) -> bool {
        self.0.kind == Kind::Overloaded
    }

    /// The request is none that is sent, or the response is no HTTP.
    #[must_use]
    pub fn is_protocol(&self) -> bool {
        self.0.kind == Kind::Protocol
    }

    /// A redirect could not be followed, or there were too many.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        self.0.kind == Kind::Redirect
    }

    /// The response has an error status: from [`error_for_status`](super::Response::error_for_status) only.
    #[must_use]
    pub fn is_status(&self) -> bool {
        self.status().is_some()
    }

    /// The error status.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self.0.kind {
            Kind::Status(status) => Some(status),
            _ => None,
        }
    }

    /// The body is not the JSON that was expected, or cannot be decompressed.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.0.kind == Kind::Decode || self.0.in_body && self.0.kind == Kind::Protocol
    }

    /// The URL of the request, or of the response.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.url {
            Some(url) => write!(f, " ({url})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.0.kind).field("message", &self.0.message).field("url", &self.0.url).finish()
    }
}

impl std::error::Error for Error {}
