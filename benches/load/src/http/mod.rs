//! HTTP/1.1 over a Unix socket, with as little work per request as possible: whole requests are prebuilt bytes, and an answer's body is
//! counted, not kept.

mod ask;
mod chunked;
mod connection;
mod request;
mod response;

pub use ask::ask;
pub use connection::{AdvanceError, Connection, Progress};
pub use request::{Request, SECRET};
pub use response::{Answer, Malformed, Reader};
