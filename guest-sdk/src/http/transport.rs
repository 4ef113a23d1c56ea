//! What carries requests: the launcher, or a test's script.

use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, Method, StatusCode};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;

use super::{Body, Error};

/// A request on its way out.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) timeout: Option<Duration>,
    pub(crate) redirects: Option<u32>,
}

/// A response on its way in.
pub(crate) struct Incoming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) url: String,
    pub(crate) body: Content,
}

pub(crate) enum Content {
    Whole(Bytes),
    Streamed(BoxStream<'static, Result<Bytes, Error>>),
}

pub(crate) trait Transport: Send + Sync {
    fn fetch(&self, request: Outgoing) -> BoxFuture<'static, Result<Incoming, Error>>;
}

/// What a client that is made now sends its requests with.
#[cfg(target_family = "wasm")]
pub(crate) fn current() -> Arc<dyn Transport> {
    Arc::new(crate::wasm::HttpImport)
}

/// What a client that is made now sends its requests with.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn current() -> Arc<dyn Transport> {
    crate::testing::current_script()
}
