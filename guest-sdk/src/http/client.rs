use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::http::header::USER_AGENT;
use ::http::{HeaderMap, HeaderValue, Method};

use super::redirect::Policy;
use super::transport::{Transport, current};
use super::{Error, Kind, RequestBuilder};

/// Sends requests. It holds settings alone, as connections are the launcher's: cheap to make, and to clone.
#[derive(Clone)]
pub struct Client {
    pub(super) settings: Arc<Settings>,
}

pub(super) struct Settings {
    pub(super) headers: HeaderMap,
    pub(super) timeout: Option<Duration>,
    pub(super) redirect: Policy,
    pub(super) transport: Arc<dyn Transport>,
}

impl Settings {
    fn new() -> Self {
        Self { headers: HeaderMap::new(), timeout: None, redirect: Policy::default(), transport: current() }
    }
}

impl Client {
    /// A client with default settings.
    #[must_use]
    pub fn new() -> Self {
        Self { settings: Arc::new(Settings::new()) }
    }

    /// Prepares a client with other settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder { settings: Settings::new(), wrong: None }
    }

    /// A request with this method. The URL is absolute, `http` or `https`.
    pub fn request(&self, method: Method, url: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(self.clone(), method, url.into())
    }

    /// A `GET`.
    pub fn get(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// A `POST`.
    pub fn post(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    /// A `PUT`.
    pub fn put(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::PUT, url)
    }

    /// A `PATCH`.
    pub fn patch(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::PATCH, url)
    }

    /// A `DELETE`.
    pub fn delete(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::DELETE, url)
    }

    /// A `HEAD`.
    pub fn head(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::HEAD, url)
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Default headers may be secrets.
        f.debug_struct("Client")
            .field("timeout", &self.settings.timeout)
            .field("redirect", &self.settings.redirect)
            .finish_non_exhaustive()
    }
}

/// Puts a [`Client`] together. Made by [`Client::builder`].
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    settings: Settings,
    wrong: Option<Error>,
}

impl ClientBuilder {
    /// Headers that each request has, unless it sets them itself.
    pub fn default_headers(mut self, headers: HeaderMap) -> Self {
        self.settings.headers.extend(headers);
        self
    }

    /// The `user-agent` of each request. There is none by default.
    pub fn user_agent(mut self, value: impl TryInto<HeaderValue>) -> Self {
        match value.try_into() {
            Ok(value) => drop(self.settings.headers.insert(USER_AGENT, value)),
            Err(_) => self.wrong = Some(Error::new(Kind::Builder, "the user agent is no header value")),
        }
        self
    }

    /// The time of each request, its response's body included. The operator's limit holds besides.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// What becomes of redirects.
    pub fn redirect(mut self, policy: Policy) -> Self {
        self.settings.redirect = policy;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// One that [`is_builder`](Error::is_builder), for a user agent that no header can have.
    pub fn build(self) -> Result<Client, Error> {
        match self.wrong {
            Some(error) => Err(error),
            None => Ok(Client { settings: Arc::new(self.settings) }),
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("wrong", &self.wrong).finish_non_exhaustive()
    }
}
