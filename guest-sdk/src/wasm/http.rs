//! The `http-client` import behind [`Client`](crate::http::Client).

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, Either, select};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use http::StatusCode;
use temps_plugin_protocol::header_block;
use wit_bindgen::{FutureReader, FutureWriter, StreamWriter};

use super::bindings::temps::plugin::http_client as wit;
use super::bindings::temps::plugin::types::{Body, BodyError, BodyStream};
use super::bindings::{wit_future, wit_stream};
use super::body_reader::BodyReader;
use super::request::into_headers;
use super::single_threaded::SingleThreaded;
use crate::error::chain;
use crate::http::transport::{Content, Incoming, Outgoing, Transport};
use crate::http::{Error, Kind, Source, SourceError, Ungranted};

/// The launcher as a client sees it.
pub(crate) struct HttpImport;

impl Transport for HttpImport {
    fn fetch(&self, request: Outgoing) -> BoxFuture<'static, Result<Incoming, Error>> {
        Box::pin(SingleThreaded::new(fetch(request)))
    }
}

async fn fetch(request: Outgoing) -> Result<Incoming, Error> {
    let Outgoing { method, url, headers, body, timeout, redirects } = request;
    let (body, upload) = match body.0 {
        Source::Whole(bytes) if bytes.is_empty() => (Body::Empty, None),
        Source::Whole(bytes) => (Body::Inline(bytes.into()), None),
        Source::Streamed(pieces) => {
            let (content, content_reader) = wit_stream::new();
            let (end, end_reader) = wit_future::new(|| Err(BodyError::Aborted));
            let upload = Upload { pieces, content, end };
            (Body::Streamed(BodyStream { content: content_reader, end: end_reader }), Some(upload))
        }
    };
    let request = wit::Request {
        method: method.as_str().to_owned(),
        url,
        headers: header_block::encode(&headers),
        body,
        timeout: timeout.map(milliseconds),
        redirects,
    };
    let call = wit::fetch(request);
    let answered = match upload {
        None => call.await,
        Some(upload) => {
            // Together, so that a request that is given up takes its upload along.
            match select(pin!(call), Box::pin(upload.send())).await {
                Either::Left((answered, rest)) => {
                    if answered.is_ok() {
                        wit_bindgen::spawn_local(rest);
                    }
                    answered
                }
                Either::Right(((), call)) => call.await,
            }
        }
    };
    into_incoming(answered.map_err(error)?)
}

/// At least one: zero would be over at once.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// A body that is being sent.
struct Upload {
    pieces: BoxStream<'static, Result<Bytes, SourceError>>,
    content: StreamWriter<u8>,
    end: FutureWriter<Result<(), BodyError>>,
}

impl Upload {
    async fn send(self) {
        let Self { mut pieces, mut content, end } = self;
        let outcome = loop {
            match pieces.next().await {
                None => break Ok(()),
                Some(Err(error)) => break Err(BodyError::Failed(chain(&*error))),
                Some(Ok(bytes)) => {
                    if !content.write_all(bytes.into()).await.is_empty() {
                        // The launcher does not want the rest.
                        break Err(BodyError::Aborted);
                    }
                }
            }
        };
        // The content ends before `end` says how it ended.
        drop(content);
        // The launcher may have dropped its side: then it does not want to know.
        let _ = end.write(outcome).await;
    }
}

fn into_incoming(response: wit::Response) -> Result<Incoming, Error> {
    let wit::Response { status, headers, url, body } = response;
    let status = StatusCode::from_u16(status).map_err(|error| Error::new(Kind::Protocol, error.to_string()))?;
    let headers = into_headers(headers).map_err(|error| Error::new(Kind::Protocol, error.to_string()))?;
    let body = match body {
        wit::ResponseBody::Empty => Content::Whole(Bytes::new()),
        wit::ResponseBody::Inline(bytes) => Content::Whole(bytes.into()),
        wit::ResponseBody::Streamed(wit::ResponseStream { content, end }) => {
            let download = Download { content: BodyReader::new(content), end };
            Content::Streamed(SingleThreaded::new(stream::try_unfold(download, Download::step)).boxed())
        }
    };
    Ok(Incoming { status, headers, url, body })
}

/// A body that is still coming in. Dropping it has the launcher close the connection.
struct Download {
    content: BodyReader,
    end: FutureReader<Result<(), wit::Error>>,
}

impl Download {
    async fn step(mut self) -> Result<Option<(Bytes, Self)>, Error> {
        match self.content.next().await {
            Some(bytes) => Ok(Some((bytes, self))),
            // The bytes have ended; whether they are all of them, only `end` knows.
            None => self.end.await.map(|()| None).map_err(error),
        }
    }
}

fn error(error: wit::Error) -> Error {
    let (kind, message) = match error {
        wit::Error::Denied(wit::Denial { ungranted, message }) => {
            let ungranted = match ungranted {
                wit::Ungranted::Origin(origin) => Ungranted::Origin(origin),
                wit::Ungranted::Address(address) => Ungranted::Address(address),
            };
            (Kind::Denied(ungranted), message)
        }
        wit::Error::Dns(message) => (Kind::Dns, message),
        wit::Error::Connect(message) => (Kind::Connect, message),
        wit::Error::Tls(message) => (Kind::Tls, message),
        wit::Error::Timeout(message) => (Kind::Timeout, message),
        wit::Error::TooLarge(message) => (Kind::TooLarge, message),
        wit::Error::Overloaded(message) => (Kind::Overloaded, message),
        wit::Error::Protocol(message) => (Kind::Protocol, message),
        wit::Error::Redirect(message) => (Kind::Redirect, message),
        wit::Error::Lost(message) => (Kind::Lost, message),
    };
    Error::new(kind, message)
}
