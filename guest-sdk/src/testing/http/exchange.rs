use bytes::Bytes;
use futures::{StreamExt, stream};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::MadeRequest;
use crate::http::transport::{Content, Incoming};
use crate::http::{Error, Kind, Ungranted};

/// A request that a test expects, and what it is answered with: an empty 200, unless it says otherwise.
#[derive(Debug, Clone)]
#[must_use]
pub struct Exchange {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    json: Option<Value>,
    text: Option<String>,
    answer: Result<Answer, Error>,
}

#[derive(Debug, Clone)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    pieces: Vec<Bytes>,
    breaks_off: bool,
    url: Option<String>,
}

impl Exchange {
    /// Expects a request with this method and URL, query included.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let answer = Answer { status: 200, headers: Vec::new(), pieces: Vec::new(), breaks_off: false, url: None };
        Self { method, url: url.into(), headers: Vec::new(), json: None, text: None, answer: Ok(answer) }
    }

    /// Expects a `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    /// Expects a `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url)
    }

    /// Expects a header too.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Expects this JSON as the body, however it is written.
    pub fn with_json(mut self, value: Value) -> Self {
        self.json = Some(value);
        self
    }

    /// Expects this body.
    pub fn with_body(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    fn answer(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        if let Ok(answer) = &mut self.answer {
            change(answer);
        }
        self
    }

    /// Answers with a status.
    pub fn status(self, status: u16) -> Self {
        self.answer(|answer| answer.status = status)
    }

    /// Answers with a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.answer(|answer| answer.headers.push((name.to_owned(), value.to_owned())))
    }

    /// Answers with a body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.answer(|answer| answer.pieces = vec![body.into()])
    }

    /// Answers with a body that comes in pieces.
    pub fn pieces(self, pieces: impl IntoIterator<Item = impl Into<Bytes>>) -> Self {
        self.answer(|answer| answer.pieces = pieces.into_iter().map(Into::into).collect())
    }

    /// Has the body break off behind what there is of it.
    pub fn breaks_off(self) -> Self {
        self.answer(|answer| answer.breaks_off = true)
    }

    /// Answers with JSON.
    pub fn json(self, value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value);
        let exchange = self.header(CONTENT_TYPE.as_str(), "application/json");
        match json {
            Ok(json) => exchange.body(json),
            Err(error) => exchange.fails(Error::new(Kind::Builder, format!("the script's answer is not JSON: {error}"))),
        }
    }

    /// Answers as from another URL, as after redirects: a script follows none.
    pub fn from_url(self, url: impl Into<String>) -> Self {
        self.answer(|answer| answer.url = Some(url.into()))
    }

    fn fails(mut self, error: Error) -> Self {
        self.answer = Err(error);
        self
    }

    /// Has the request be denied, as if the operator did not allow its origin.
    pub fn denied(self) -> Self {
        let url = self.url.clone();
        let origin: String = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let message = format!("the policy does not allow {origin}");
        self.fails(Error::new(Kind::Denied(Ungranted::Origin(origin)), message))
    }

    /// Has the request take too long.
    pub fn times_out(self) -> Self {
        self.fails(Error::new(Kind::Timeout, "the fetch took too long"))
    }

    /// Has the connection fail.
    pub fn cannot_connect(self) -> Self {
        self.fails(Error::new(Kind::Connect, "no connection"))
    }

    pub(super) fn fits(&self, request: &MadeRequest) -> bool {
        let header = |(name, value): &(String, String)| request.headers.get_all(name).iter().any(|given| given == value);
        self.method == request.method
            && self.url == request.url
            && self.headers.iter().all(header)
            && self.json.as_ref().is_none_or(|json| request.json().as_ref() == Some(json))
            && self.text.as_ref().is_none_or(|text| text.as_bytes() == request.body)
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    pub(super) fn incoming(self) -> Result<Incoming, Error> {
        let Answer { status, headers: list, pieces, breaks_off, url } = self.answer?;
        let wrong = |what: String| Error::new(Kind::Builder, format!("the script's answer has {what}"));
        let status = StatusCode::from_u16(status).map_err(|error| wrong(error.to_string()))?;
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            let pair = (HeaderName::try_from(&name), HeaderValue::try_from(&value));
            let (Ok(name), Ok(value)) = pair else { return Err(wrong(format!("no valid header `{name}: {value}`"))) };
            headers.append(name, value);
        }
        let body = match <[Bytes; 1]>::try_from(pieces) {
            Ok([whole]) if !breaks_off => Content::Whole(whole),
            Ok([first]) => streamed(vec![first], breaks_off),
            Err(pieces) => streamed(pieces, breaks_off),
        };
        Ok(Incoming { status, headers, url: url.unwrap_or(self.url), body })
    }
}

fn streamed(pieces: Vec<Bytes>, breaks_off: bool) -> Content {
    let broken = breaks_off.then(|| Err(Error::new(Kind::Lost, "the connection was lost")));
    Content::Streamed(stream::iter(pieces.into_iter().map(Ok).chain(broken)).boxed())
}
