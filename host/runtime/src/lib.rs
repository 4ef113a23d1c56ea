//! Runs a Temps plugin that is a WebAssembly component.
//!
//! | module | what it is about |
//! |---|---|
//! | [`Engine`] | compiling, memory, the clock that interrupts guests |
//! | [`Code`] | a component compiled at one time and run at another |
//! | [`Component`] | a plugin's file: loaded, linked, and asked for its manifest |
//! | [`Plugin`] | a running plugin: requests, events, its end |
//! | [`Limits`] | everything that a guest is held to |
//! | [`Platform`] | what answers a guest's queries, implemented elsewhere |
//! | [`Caller`] | the user that a request comes from, verified elsewhere |
//! | [`Files`] | the folder that a guest may use, and how much of it |
//! | [`GuestConfig`] | what an operator tells a guest |
//!
//! An instance serves many requests at once, as `wit/` describes. A plugin has one, or several on a thread each if it is stateless. A trap ends it, and the next one is up in well under a millisecond.
//! The crate knows nothing of sockets, of the host's protocol on them, or of processes.

mod bindings;
mod bridges;
mod call;
mod clock;
mod component;
mod engine;
mod guest_config;
mod instance;
pub mod limits;
mod plugin;

pub use bridges::log::TARGET as GUEST_LOG_TARGET;
pub use bridges::{Files, FilesError, Platform, PlatformError};
pub use call::{ActorToken, Caller, GuestBody};
pub use component::{BuiltWith, Code, CodeCache, CodeError, Component, DescribeError, Description, DocumentError, LoadError};
pub use engine::{CodePlace, Engine, EngineError};
pub use guest_config::GuestConfig;
pub use instance::{Failure, Setup, Trapped};
#[doc(inline)]
pub use limits::{InstanceCount, LimitError, Limits, MemoryBytes};
pub use plugin::{DeliverError, InitError, Plugin, Stats};
pub use temps_plugin_http as http_client;
pub use temps_plugin_sqlite::Databases;
pub use temps_plugin_ui as ui;
