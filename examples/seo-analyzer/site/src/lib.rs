//! A site with known faults, for what audits sites.
//!
//! [`generate`] makes the pages and says what an audit has to find, and nothing else; [`Server`] serves them on loopback, counts what is asked for, and can hold a crawl in the
//! middle.

mod faults;
mod page;
mod server;

pub use faults::{FEWEST, generate};
pub use server::Server;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Pages of the site, by path, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Site {
    /// Answers by path.
    pub answers: BTreeMap<String, Answer>,
    /// What has to be found: check and path.
    pub expected: BTreeSet<(String, String)>,
}

/// What the server answers with.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status. 0: the connection is closed without an answer.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: bytes::Bytes,
    /// How long the server takes.
    pub delay: Duration,
}

impl Answer {
    fn new(status: u16, content_type: &str, body: impl Into<bytes::Bytes>) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body: body.into(), delay: Duration::ZERO }
    }

    fn redirect(to: &str) -> Self {
        Self { status: 301, headers: vec![("location", to.to_owned())], body: bytes::Bytes::new(), delay: Duration::ZERO }
    }
}
