//! From the launcher's request to one that axum takes.

use std::cell::RefCell;

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, Method, Uri};
use temps_plugin_protocol::{HeaderBlockError, header_block};
use wit_bindgen::FutureReader;

use super::bindings::exports::temps::plugin::routes::Request;
use super::bindings::temps::plugin::identity::{Caller, User};
use super::bindings::temps::plugin::types::{Body as WitBody, BodyError, BodyStream};
use super::body_reader::BodyReader;
use super::single_threaded::SingleThreaded;
use crate::identity::{Actor, AuthenticatedCaller, Role, Verified};
use crate::{RequestBodyError, RequestId};

thread_local! {
    /// The names of headers that came before, of requests and of what was fetched.
    static NAMES: RefCell<header_block::Names> = const { RefCell::new(header_block::Names::new()) };
}

/// A request that is not HTTP.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotHttp {
    /// Its method or path.
    #[error(transparent)]
    Head(#[from] http::Error),
    /// Its headers.
    #[error(transparent)]
    Headers(#[from] HeaderBlockError),
}

/// Takes the request apart without copying its bytes. `Err` names what HTTP does not allow.
pub(super) fn into_http(request: Request) -> Result<http::Request<Body>, NotHttp> {
    let Request { id, method, path_with_query, headers, caller, body } = request;
    let mut http = http::Request::new(into_body(body));
    *http.method_mut() = Method::from_bytes(method.as_bytes()).map_err(http::Error::from)?;
    *http.uri_mut() = Uri::try_from(path_with_query).map_err(http::Error::from)?;
    *http.headers_mut() = into_headers(headers)?;
    http.extensions_mut().insert(RequestId(id));
    if let Some(caller) = caller {
        http.extensions_mut().insert(into_caller(caller));
    }
    Ok(http)
}

pub(super) fn into_headers(block: Vec<u8>) -> Result<HeaderMap, HeaderBlockError> {
    let mut lines = header_block::decode(block.into());
    let mut map = HeaderMap::with_capacity(lines.estimate());
    NAMES.with_borrow_mut(|names| {
        while let Some(line) = lines.next_with(names) {
            let (name, value) = line?;
            map.append(name, value);
        }
        Ok(map)
    })
}

/// Whether the caller can be acted for, the launcher knows.
fn into_caller(caller: Caller) -> AuthenticatedCaller {
    AuthenticatedCaller::new(move || {
        let User { id, email, role, permissions } = caller.user();
        Verified { id, email, role: Role::from(role.as_str()), permissions, actor: Some(Actor::new(id, caller)) }
    })
}

fn into_body(body: WitBody) -> Body {
    match body {
        WitBody::Empty => Body::empty(),
        WitBody::Inline(bytes) => Body::from(bytes),
        WitBody::Streamed(BodyStream { content, end }) => {
            let incoming = Incoming { content: BodyReader::new(content), end };
            Body::from_stream(SingleThreaded::new(stream::unfold(Some(incoming), Incoming::step)))
        }
    }
}

/// A body that is still coming in. Dropping it tells the launcher that nobody reads on.
struct Incoming {
    content: BodyReader,
    end: FutureReader<Result<(), BodyError>>,
}

type Step = Option<(Result<Bytes, RequestBodyError>, Option<Incoming>)>;

impl Incoming {
    async fn step(state: Option<Self>) -> Step {
        let mut state = state?;
        if let Some(bytes) = state.content.next().await {
            return Some((Ok(bytes), Some(state)));
        }
        // The bytes have ended; whether they are all of them, only `end` knows.
        let error = match state.end.await {
            Ok(()) => return None,
            Err(BodyError::Aborted) => RequestBodyError::Aborted,
            Err(BodyError::Failed(reason)) => RequestBodyError::Failed(reason),
        };
        Some((Err(error), None))
    }
}
