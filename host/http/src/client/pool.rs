//! The connections that are kept for the next fetch.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::connect::{Connector, Ways};
use crate::request::Outgoing;

/// How long a connection is kept without a use: 30 s. Servers commonly keep theirs a little longer.
const IDLE: Duration = Duration::from_secs(30);

/// Idle connections to one origin: 8, what a page's worth of calls uses.
const IDLE_EACH: usize = 8;

/// Open connections from which on those that are idle are let go: 96. A process often has 1,024 descriptors, and a crawl meets a new host with
/// each page.
const OPEN: usize = 96;

/// hyper's smallest buffer, which the line with the status has to fit in too.
const LEAST_BUFFER: usize = 16 << 10;

type Connections = Client<Connector, Outgoing>;

pub(super) struct Pool {
    ways: Arc<Ways>,
    header_bytes: usize,
    connections: Mutex<Option<Connections>>,
}

impl Pool {
    pub(super) fn new(ways: Arc<Ways>, header_bytes: usize) -> Self {
        Self { ways, header_bytes, connections: Mutex::new(None) }
    }

    /// The connections that there are. When there are too many a new set begins: the old one's end as they become idle.
    pub(super) fn connections(&self) -> Connections {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if self.ways.open() > OPEN {
            *connections = None;
        }
        connections.get_or_insert_with(|| self.begin()).clone()
    }

    fn begin(&self) -> Connections {
        let headers = self.header_bytes.saturating_add(LEAST_BUFFER);
        Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_EACH)
            .http1_max_buf_size(headers)
            .http2_max_header_list_size(u32::try_from(headers).unwrap_or(u32::MAX))
            .http2_adaptive_window(true)
            .build(Connector(Arc::clone(&self.ways)))
    }
}
