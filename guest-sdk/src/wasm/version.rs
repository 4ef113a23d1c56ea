//! The SDK's version in the component, for the message of a launcher that the component does not fit.

/// The version of this crate, such as `0.1.0`.
const TEXT: &str = env!("CARGO_PKG_VERSION");

/// The same as bytes. [`main!`](crate::main) puts them into the section
/// [`SDK_VERSION_SECTION`](temps_plugin_protocol::SDK_VERSION_SECTION).
pub const VERSION: [u8; TEXT.len()] = match TEXT.as_bytes().first_chunk() {
    Some(bytes) => *bytes,
    // The text has its own length.
    None => [0; TEXT.len()],
};
