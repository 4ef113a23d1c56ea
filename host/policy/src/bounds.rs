//! How much of a policy there may be. None of it can be changed: they only keep a file that is no policy from being taken for one.

use temps_plugin_protocol::manifest::{MAX_CONFIG_NAME_BYTES, MAX_CONFIG_VALUE_BYTES};

/// The bytes of the file: 256 KiB. A policy has some kilobytes, and it is read before anything else is done.
pub const FILE_BYTES: usize = 256 << 10;

/// The keys of `[config]`: 256, more than anybody sets by hand.
pub const CONFIG_KEYS: usize = 256;

/// The bytes of a key of `[config]`: 64, as for one that a plugin declares.
pub const CONFIG_KEY_BYTES: usize = MAX_CONFIG_NAME_BYTES;

/// The bytes of one value of `[config]`, wherever it comes from: 64 KiB, in which a chain of certificates fits. All of them are 16 MiB at most, which the
/// launcher holds for the life of the plugin.
pub const CONFIG_VALUE_BYTES: usize = MAX_CONFIG_VALUE_BYTES;
