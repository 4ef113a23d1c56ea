//! The platform channel: a WebSocket that the host opens, on which the plugin asks and the host
//! answers and pushes events.
//!
//! Each text message is one frame:
//!
//! ```text
//!                     v1                                              v2
//!  plugin ─▶ request  {"id", "method", "params"}                      {"id", "call": {"method", "params"}}
//!  host ─▶ response   {"id", "result"} or {"id", "error"}             {"id", "outcome": {"ok": {"method", "result"}}}
//!                                                                     or {"id", "outcome": {"err"}}
//!  host ─▶ event      {"event"}                                       the same
//! ```
//!
//! each with its `type`. A plugin chooses the ids, and the answer repeats them; answers may come in
//! any order.
//!
//! Matching answers to questions, time limits and how many may be under way belong to the caller,
//! not here.

mod api_call;
mod api_target;
mod call;
mod error;
mod frame;
mod request;
mod response;

pub use api_call::{ApiBody, ApiCall, ApiMethod, ApiResponse, MAX_API_PAYLOAD_BYTES, MultipartPart, PartContent};
pub use api_target::{ApiTargetError, MAX_API_TARGET_BYTES, check_api_path, check_api_query};
pub use call::PlatformCall;
pub use error::{ChannelError, ErrorCode};
pub use frame::FrameError;
pub use request::{decode_plugin_frame, encode_request};
pub use response::{HostFrame, decode_host_frame, encode_event, encode_response};
