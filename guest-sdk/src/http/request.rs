use std::fmt;
use std::time::Duration;

use ::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use ::http::{HeaderMap, HeaderValue, Method};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::transport::Outgoing;
use super::{Body, Client, Error, Kind, Response};

/// Puts a request together. What is wrong with a part is told by [`send`](Self::send).
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    client: Client,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Body,
    timeout: Option<Duration>,
    wrong: Option<Error>,
}

impl RequestBuilder {
    pub(super) fn new(client: Client, method: Method, url: String) -> Self {
        let timeout = client.settings.timeout;
        Self { client, method, url, headers: HeaderMap::new(), body: Body::default(), timeout, wrong: None }
    }

    fn wrong(mut self, words: impl Into<String>) -> Self {
        self.wrong.get_or_insert_with(|| Error::new(Kind::Builder, words));
        self
    }

    /// Adds a header, beside others of its name.
    pub fn header(mut self, name: impl TryInto<HeaderName>, value: impl TryInto<HeaderValue>) -> Self {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
                self
            }
            (Ok(name), Err(_)) => self.wrong(format!("the value of header `{name}` has bytes that no header may have")),
            (Err(_), _) => self.wrong("a header's name is not valid"),
        }
    }

    /// Sets headers, in place of others of their names.
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Sets `authorization` to a token.
    pub fn bearer_auth(self, token: impl fmt::Display) -> Self {
        self.authorization(format!("Bearer {token}"))
    }

    /// Sets `authorization` to a user and a password.
    pub fn basic_auth(self, user: impl fmt::Display, password: Option<impl fmt::Display>) -> Self {
        let password = password.map(|password| password.to_string()).unwrap_or_default();
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        self.authorization(format!("Basic {encoded}"))
    }

    fn authorization(mut self, text: String) -> Self {
        match HeaderValue::try_from(text) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(AUTHORIZATION, value);
                self
            }
            Err(_) => self.wrong("the token has bytes that no header may have"),
        }
    }

    /// Adds to the URL's query.
    pub fn query(mut self, query: &(impl Serialize + ?Sized)) -> Self {
        let pairs = match serde_urlencoded::to_string(query) {
            Ok(pairs) => pairs,
            Err(error) => return self.wrong(format!("the query cannot be encoded: {error}")),
        };
        if !pairs.is_empty() {
            let end = self.url.find('#').unwrap_or(self.url.len());
            let head = self.url.get(..end).unwrap_or_default();
            let joint = match head.split_once('?') {
                None => "?",
                Some((_, "")) => "",
                Some(_) => "&",
            };
            self.url.insert_str(end, &format!("{joint}{pairs}"));
        }
        self
    }

    /// Sets the body to JSON.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => {
                self.body = json.into();
                self.content_type("application/json")
            }
            Err(error) => self.wrong(format!("the body cannot be written as JSON: {error}")),
        }
    }

    /// Sets the body to a form's fields.
    pub fn form(mut self, fields: &(impl Serialize + ?Sized)) -> Self {
        match serde_urlencoded::to_string(fields) {
            Ok(form) => {
                self.body = form.into();
                self.content_type("application/x-www-form-urlencoded")
            }
            Err(error) => self.wrong(format!("the form cannot be encoded: {error}")),
        }
    }

    fn content_type(mut self, value: &'static str) -> Self {
        self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(value));
        self
    }

    /// Sets the body: bytes, text, or a [stream](Body::wrap_stream).
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// The time for all of it, the response's body included. The operator's limit holds besides.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends the request, and waits for the response's head. An error status is a response too: see
    /// [`error_for_status`](Response::error_for_status).
    ///
    /// # Errors
    ///
    /// [`Error`]: the operator does not allow it, the server cannot be reached, it took too long, and others.
    pub async fn send(self) -> Result<Response, Error> {
        let Self { client, method, url, mut headers, body, timeout, wrong } = self;
        if let Some(error) = wrong {
            return Err(error.at(&url));
        }
        for name in client.settings.headers.keys().filter(|name| !headers.contains_key(*name)).cloned().collect::<Vec<_>>() {
            for value in client.settings.headers.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let redirects = client.settings.redirect.count();
        let request = Outgoing { method, url: url.clone(), headers, body, timeout, redirects };
        let fetched = client.settings.transport.fetch(request).await;
        fetched.map(Response::new).map_err(|error| error.at(&url))
    }
}

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder").field("method", &self.method).field("url", &self.url).finish_non_exhaustive()
    }
}
