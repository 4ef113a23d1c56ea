//! Requests and responses until there is one that is no redirect.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, HeaderMap};
use http::{Method, StatusCode};
use http_body::Body;
use hyper::body::Incoming;
use temps_plugin_protocol::hop_by_hop::remove_hop_by_hop;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::{Content, Inner, Response};
use crate::body::{Bounds, Raw};
use crate::decode::{Decoded, Encoding};
use crate::error::{cause, chain};
use crate::target::Target;
use crate::{BodyError, Error, Request, RequestBody, ResponseBody, headers, redirect};

/// The largest body that is read whole, in bytes: 64 KiB. Its length has to be known, so that nothing that comes over time is waited for.
const INLINE: usize = 64 << 10;

pub(super) struct Exchange<'a> {
    client: &'a Inner,
    method: Method,
    headers: HeaderMap,
    body: RequestBody,
    /// The streamed body's length, if it was announced.
    length: Option<u64>,
    streamed: bool,
    target: Target,
    decode: bool,
    redirects: Option<usize>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(client: &'a Inner, request: Request, length: Option<u64>, target: Target) -> Self {
        let Request { method, mut headers, body, redirects, .. } = request;
        let decode = headers::complete(&mut headers);
        let most = client.settings.redirects;
        Self {
            client,
            method,
            headers,
            streamed: matches!(body, RequestBody::Streamed(_)),
            body,
            length,
            target,
            decode,
            redirects: redirects.map(|count| usize::try_from(count).unwrap_or(usize::MAX).min(most)),
        }
    }

    /// Goes on to the response.
    pub(super) async fn run(mut self, place: OwnedSemaphorePermit, deadline: Instant, time: Duration) -> Result<Response, Error> {
        let mut followed = 0;
        let response = loop {
            let response = self.send().await?;
            let (Some(most), Some(next)) = (self.redirects, self.redirects.map(|_| self.next(&response)).transpose()?.flatten())
            else {
                break response;
            };
            if followed == most {
                return Err(Error::Redirect(format!("there are more than {most} redirects")));
            }
            followed += 1;
            next.check(self.client.ways.grants())?;
            let crosses = next.origin() != self.target.origin();
            redirect::follow(response.status(), crosses, &mut self.method, &mut self.headers, &mut self.body, self.streamed)?;
            self.streamed &= matches!(self.body, RequestBody::Streamed(_));
            self.target = next;
        };
        let settings = &self.client.settings;
        let bounds = Bounds { bytes: settings.response_bytes, idle: settings.idle_time, deadline, time };
        self.answer(response, &bounds, place).await
    }

    fn next(&self, response: &http::Response<Incoming>) -> Result<Option<Target>, Error> {
        redirect::location(response.status(), response.headers(), &self.target)
    }

    async fn send(&mut self) -> Result<http::Response<Incoming>, Error> {
        let body = self.body.send(self.length.filter(|_| self.streamed))?;
        let mut request = http::Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.uri()?;
        *request.headers_mut() = self.headers.clone();
        let sent = self.client.pool.connections().request(request).await;
        let response = sent.map_err(|error| self.failed(&error))?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(Error::Protocol("the server switched to another protocol unasked".to_owned()));
        }
        let limit = self.client.settings.header_bytes;
        let bytes = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>();
        if bytes > limit { Err(self.large_headers()) } else { Ok(response) }
    }

    async fn answer(
        self,
        response: http::Response<Incoming>,
        bounds: &Bounds,
        place: OwnedSemaphorePermit,
    ) -> Result<Response, Error> {
        let (parts, incoming) = response.into_parts();
        let mut headers = parts.headers;
        remove_hop_by_hop(&mut headers);
        let url = self.target.url().clone();
        let response = |headers, body| Ok(Response { status: parts.status, headers, url, body });
        if incoming.is_end_stream() {
            return response(headers, Content::Empty);
        }
        let small = headers.contains_key(CONTENT_LENGTH)
            && incoming.size_hint().exact().is_some_and(|bytes| usize::try_from(bytes).is_ok_and(|bytes| bytes <= INLINE));
        let encoding = if self.decode { Encoding::of(&headers) } else { None };
        if encoding.is_some() {
            Encoding::undo(&mut headers);
        }
        let raw = Raw::new(incoming, bounds, self.target.host().to_owned());
        let body = ResponseBody::new(Decoded::new(raw, encoding), bounds, place);
        if !small {
            return response(headers, Content::Streamed(body));
        }
        let content = match body.whole(INLINE).await? {
            Ok(bytes) if bytes.is_empty() => Content::Empty,
            Ok(bytes) => Content::Inline(bytes),
            Err(body) => Content::Streamed(body),
        };
        response(headers, content)
    }

    fn large_headers(&self) -> Error {
        Error::TooLarge { what: "the response's headers", limit: self.client.settings.header_bytes }
    }

    fn failed(&self, error: &hyper_util::client::legacy::Error) -> Error {
        if let Some(error) = cause::<Error>(error) {
            return error.clone();
        }
        if let Some(error) = cause::<BodyError>(error) {
            return Error::Protocol(error.to_string());
        }
        match cause::<hyper::Error>(error) {
            Some(error) if error.is_parse_too_large() => self.large_headers(),
            Some(error) if error.is_parse() => Error::Protocol(format!("the response is not HTTP: {}", chain(error))),
            _ if error.is_connect() => Error::Connect { host: self.target.host().to_owned(), reason: chain(error) },
            _ => Error::Lost { host: self.target.host().to_owned(), reason: chain(error) },
        }
    }
}
