//! The HTTP client that a plugin fetches with. It reaches what an operator grants, connects to the very addresses that were checked, and is
//! bounded in everything that a server or a guest could stretch.
//!
//! | module | what it is about |
//! |---|---|
//! | [`Client`] | a fetch from its request to its response |
//! | [`address`] | which addresses are public |
//! | [`Detours`] | names and addresses that an operator maps to others |
//! | [`settings`] | everything that a fetch is held to |
//!
//! ```text
//!  fetch ─▶ URL, headers ─▶ grant of the origin ─▶ a place ─▶ pool ─▶ resolve ─▶ check of each address ─▶ connect ─▶ TLS
//!    ▲                            │                  ▲                              │
//!    └── next hop of a redirect ◀─┼── 3xx ◀── response│ held until its body ends    └─▶ denied
//!                                 └─▶ denied
//! ```
//!
//! There are no cookies, no referrer, no proxy, and nothing is kept but idle connections. Nothing is made before the first fetch.

pub mod address;
mod body;
mod client;
mod connect;
mod decode;
mod detours;
mod error;
mod headers;
mod redirect;
mod request;
pub mod settings;
mod target;

pub use body::ResponseBody;
pub use client::{Client, Content, Response};
pub use detours::{DetourError, Detours};
pub use error::{Error, Ungranted};
pub use request::{BodyError, Request, RequestBody};
pub use settings::Settings;
