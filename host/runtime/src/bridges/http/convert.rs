//! Requests, responses and errors in both sides' terms.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use temps_plugin_http::{Content, Error, Request, RequestBody, Response, Ungranted};
use temps_plugin_protocol::{HeaderBlockError, header_block};
use wasmtime::StoreContextMut;

use super::body;
use crate::bindings::{http_client as wit, types};

/// The guest's request, with the streams of its body connected. An error in it is the guest's.
pub(super) fn into_request<D: Send + 'static>(
    request: wit::Request,
    store: StoreContextMut<'_, D>,
) -> wasmtime::Result<Result<Request, Error>> {
    let wit::Request { method, url, headers, body, timeout, redirects } = request;
    let body = match body {
        types::Body::Empty => RequestBody::Empty,
        types::Body::Inline(bytes) => RequestBody::Inline(bytes.into()),
        types::Body::Streamed(stream) => RequestBody::Streamed(body::outgoing(stream, store)?),
    };
    let Ok(method) = Method::from_bytes(method.as_bytes()) else {
        return Ok(Err(Error::Protocol(format!("`{}` is no method", method.escape_debug()))));
    };
    let headers = match read_headers(headers) {
        Ok(headers) => headers,
        Err(error) => return Ok(Err(Error::Protocol(error.to_string()))),
    };
    Ok(Ok(Request { method, url, headers, body, timeout: timeout.map(Duration::from_millis), redirects }))
}

fn read_headers(block: Vec<u8>) -> Result<HeaderMap, HeaderBlockError> {
    let lines = header_block::decode(Bytes::from(block));
    let mut headers = HeaderMap::with_capacity(lines.estimate());
    for line in lines {
        let (name, value) = line?;
        // Beyond 32,768 headers a map is full: that many are no request.
        if headers.try_append(name, value).is_err() {
            return Err(HeaderBlockError::Line { line: "one header too many".to_owned() });
        }
    }
    Ok(headers)
}

/// The response in the guest's terms.
pub(super) fn into_guest<D: 'static>(response: Response, store: StoreContextMut<'_, D>) -> wasmtime::Result<wit::Response> {
    let Response { status, headers, url, body } = response;
    let body = match body {
        Content::Empty => wit::ResponseBody::Empty,
        Content::Inline(bytes) => wit::ResponseBody::Inline(bytes.into()),
        Content::Streamed(body) => wit::ResponseBody::Streamed(body::incoming(body, store)?),
    };
    Ok(wit::Response { status: status.as_u16(), headers: header_block::encode(&headers), url: url.into(), body })
}

/// The answer where there is nothing to fetch with.
pub(super) fn no_client(url: String) -> wit::Error {
    wit::Error::Denied(wit::Denial {
        ungranted: wit::Ungranted::Origin(url),
        message: "there is no network before the plugin has started".to_owned(),
    })
}

impl From<Error> for wit::Error {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Denied(ungranted) => Self::Denied(wit::Denial {
                ungranted: match ungranted {
                    Ungranted::Origin { origin } => wit::Ungranted::Origin(origin),
                    Ungranted::Address { address, .. } => wit::Ungranted::Address(address.to_string()),
                },
                message,
            }),
            Error::Dns { .. } => Self::Dns(message),
            Error::Connect { .. } => Self::Connect(message),
            Error::Tls { .. } => Self::Tls(message),
            Error::Timeout { .. } => Self::Timeout(message),
            Error::TooLarge { .. } => Self::TooLarge(message),
            Error::Overloaded => Self::Overloaded(message),
            Error::Protocol(_) => Self::Protocol(message),
            Error::Redirect(_) => Self::Redirect(message),
            Error::Lost { .. } => Self::Lost(message),
        }
    }
}
