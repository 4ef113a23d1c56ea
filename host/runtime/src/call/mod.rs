//! A request's way into the guest and its answer's way out.
//!
//! ```text
//!  http::Request ─▶ request (head, body: empty | inline | upload) ─▶ guest
//!  http::Response ◀─ response (checked) ◀─ body: empty | inline | download ◀─ guest
//! ```

mod body;
mod caller;
mod download;
mod linger;
mod problem;
mod request;
mod response;
mod table;
mod upload;

pub(crate) use body::CancelGuard;
pub use body::GuestBody;
pub use caller::{ActorToken, Caller};
pub(crate) use download::Download;
pub(crate) use problem::problem;
pub(crate) use request::{BodyError, RequestBody, RequestHead};
pub(crate) use response::Answer;
pub(crate) use table::{Lookup, RouteTable};
pub(crate) use upload::Upload;
