//! The wire types of the Temps external-plugin protocol: both versions, both directions.
//!
//! ```text
//!  Temps ──spawns──▶ plugin        arguments (not in this crate)
//!        ◀─stdout──  manifest line  handshake::encode_manifest_line / decode_manifest_line
//!        ──stdin──▶  launch line    handshake::LaunchLine (v2 only)
//!        ◀─stdout──  ready line     handshake::ReadyLine
//!        ◀─channel─  request        channel::encode_request / decode_plugin_frame
//!        ──channel─▶ response       channel::encode_response / decode_host_frame
//!        ──channel─▶ event          channel::encode_event / decode_host_frame
//! ```
//!
//! The launcher uses the plugin's side, the local Temps of the development tool uses the host's
//! side, and tests use both, so that neither can drift from the other.
//!
//! Decoders ignore fields that they do not know, on both sides: newer peers add some. Text that
//! comes from a peer is never trusted to be well-formed: every decoder returns an error for what it
//! cannot take and panics for nothing.
//!
//! This crate does no I/O: it neither reads lines nor opens sockets, holds no timeouts, and
//! compares no secrets.

pub mod channel;
pub mod event;
pub mod handshake;
pub mod header_block;
pub mod headers;
pub mod hop_by_hop;
pub mod manifest;
pub mod openapi;
pub mod paths;
pub mod platform;

mod json;
mod text;
mod version;

pub use channel::{
    ApiBody, ApiCall, ApiMethod, ApiResponse, ApiTargetError, ChannelError, ErrorCode, FrameError, HostFrame, MultipartPart,
    PartContent, PlatformCall, check_api_path, check_api_query, decode_host_frame, decode_plugin_frame, encode_event,
    encode_request, encode_response,
};
pub use event::{EVENT_TYPES, PluginEvent, Subscription, SubscriptionError, UnknownEvent};
pub use handshake::{HandshakeError, LaunchLine, ReadyLine, decode_manifest_line, decode_ready_line, encode_manifest_line};
pub use header_block::HeaderBlockError;
pub use manifest::{
    Capability, ConfigKey, ConfigKeyError, ManifestError, MissingConfig, NavEntry, NavSection, NetworkWant, PluginManifest,
    PluginManifestBuilder, PluginUi, UiRoute,
};
pub use openapi::OpenApiError;
pub use platform::{Deployment, Environment, Project};
pub use text::cut;
pub use version::{ProtocolVersion, SDK_VERSION_SECTION};
