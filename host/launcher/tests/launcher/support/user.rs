use bytes::Bytes;
use http::request::Builder;
use http_body_util::Full;
use temps_plugin_protocol::headers;

use super::{Answer, Client};

/// A signed-in user, as a v2 host names them to the plugin.
#[derive(Clone)]
pub(crate) struct User {
    id: i32,
    token: Option<String>,
}

impl User {
    /// A user with a token for API calls.
    pub(crate) fn new(id: i32) -> Self {
        Self { id, token: Some(format!("actor-token-of-{id}")) }
    }

    pub(crate) fn without_token(mut self) -> Self {
        self.token = None;
        self
    }

    /// The token; a user without one has no use for it.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub(crate) fn email(&self) -> String {
        format!("user-{}@example.com", self.id)
    }

    /// Says on a request who it comes from.
    pub(crate) fn sign(&self, request: Builder) -> Builder {
        let request = request
            .header(headers::USER_ID, self.id)
            .header(headers::USER_EMAIL, self.email())
            .header(headers::USER_ROLE, "reader")
            .header(headers::USER_PERMISSIONS, "x:read,y:read");
        match &self.token {
            Some(token) => request.header(headers::ACTOR_TOKEN, token),
            None => request,
        }
    }

    /// Gets a path. The future borrows nothing, so that it can be joined with others.
    pub(crate) fn get(&self, client: &Client, path: &str) -> impl Future<Output = Answer> + use<> {
        self.send(client, client.request(path), Bytes::new())
    }

    /// Posts to a path.
    pub(crate) fn post<B: Into<Bytes>>(&self, client: &Client, path: &str, body: B) -> impl Future<Output = Answer> + use<B> {
        self.send(client, client.request(path).method("POST"), body.into())
    }

    fn send(&self, client: &Client, request: Builder, body: Bytes) -> impl Future<Output = Answer> + use<> {
        let (client, request) = (client.clone(), self.sign(request).body(Full::new(body)).unwrap());
        async move { client.answer(request).await }
    }
}
