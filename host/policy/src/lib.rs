//! What an operator lets a plugin do: the policy file beside its binary, in [TOML](https://toml.io).
//!
//! ```
//! use std::path::Path;
//! use temps_plugin_policy::{LogLevel, Policy};
//!
//! let policy = Policy::parse(Path::new("/plugins/hello.toml"), r#"
//!     [network]
//!     allow = ["https://api.example.org"]
//!
//!     [log]
//!     level = "debug"
//! "#)?;
//! assert_eq!(policy.network().allow().len(), 1);
//! assert_eq!(policy.log_level(), Some(LogLevel::Debug));
//!
//! let error = Policy::parse(Path::new("/plugins/hello.toml"), "[network]\nalow = []").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "the policy file /plugins/hello.toml, line 2, column 1: `[network]` has no key `alow`: did you mean `allow`? It takes allow, allow_private"
//! );
//! # Ok::<(), temps_plugin_policy::PolicyError>(())
//! ```
//!
//! | item | what it is about |
//! |---|---|
//! | [`Policy`] | the file: who may write to it, how it is read, and what it says |
//! | [`network`] | where a plugin may send requests |
//! | [`ConfigEntry`] | what a plugin is told, and where that comes from |
//! | [`IncompletePolicy`], [`UndeclaredKey`] | the file beside the keys that a plugin declares |
//! | [`LimitSetting`] | limits, as they are written |
//! | [`UserHeader`], [`LogLevel`] | values of `[instance]` and `[log]` |
//! | [`bounds`] | how much of it there may be |
//! | [`PolicyError`] | what is wrong, and where |
//!
//! A table or key that is not known is refused: one that is not understood must not pass for one that is in force. Nothing is done here: what is read is for
//! the launcher to enforce.

pub mod bounds;
mod config;
mod declared;
mod error;
mod file;
mod instance;
mod limits;
mod log;
pub mod network;
mod place;
mod policy;
mod table;
mod trust;

pub use config::{ConfigEntry, ConfigSource};
pub use declared::{IncompletePolicy, UndeclaredKey};
pub use error::{Fault, PolicyError};
pub use instance::{NoUserHeader, UserHeader};
pub use limits::LimitSetting;
pub use log::LogLevel;
pub use place::Place;
pub use policy::Policy;
