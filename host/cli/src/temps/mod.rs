//! A local Temps: the host's side of the plugin protocol on 127.0.0.1, for development and for tests of plugins.
//!
//! ```text
//!  plugins folder ─▶ launch ─▶ process (stdin, stdout: handshake · stderr: log)
//!  fixtures ───────▶ channel ◀──WebSocket──▶ plugin's socket
//!  NewEvent ───────▶ events  ───channel, or POST /_events──▶
//!  127.0.0.1:port ─▶ server  ─▶ proxy ──a connection per request──▶
//! ```
//!
//! It starts plugins as Temps does, in either generation of the protocol, and shows what Temps hides: every step goes to an
//! observer. It has no database, no sign-in (a request says itself whose it is, see [`Identity`]), and no restarts. Browsers get a page
//! that shows the plugins with their user interfaces, and what happens.
//!
//! In v2 it keeps to the rules of Temps: a plugin gets verified callers, each request of a signed-in one with an actor token of its own,
//! and API calls need the manifest's capability, such a token, and the user's permission. Requests of nobody get no further than
//! the manifest's public paths. Everything that the manifest asks for is granted, `host_permissions` included: what the operator of a real Temps leaves out
//! cannot be tried here. In v1 callers are unknown, as ever: requests pass as they come.
//!
//! ```no_run
//! use temps_wasm::temps::{LocalTemps, NewEvent, Options};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let temps = LocalTemps::start(Options::new("./plugins", "./data")).await?;
//! println!("listening on {}", temps.addr());
//! temps.emit(NewEvent::new("deployment.succeeded")).await;
//! temps.stop().await;
//! # Ok(())
//! # }
//! ```

mod activity;
mod channel;
mod events;
mod exit;
mod fixtures;
mod folder;
mod headers;
mod identity;
mod launch;
mod lines;
mod local;
mod notice;
mod options;
mod plugin;
mod process;
mod server;

pub use activity::{Activity, BuildState, MAX_BEHIND, MAX_EVENTS, MAX_LOG_LINES, MAX_REQUESTS, MAX_TEXT};
pub use channel::{ChannelFailure, ChannelState, MAX_CALLS};
pub use events::{DELIVERY_LIMIT, Delivery, NewEvent};
pub use exit::Exit;
pub use fixtures::{ApiFixture, DEFAULT_JSON, Fixtures, FixturesError};
pub use folder::{Binary, FolderError, executables, install, install_packed};
pub use identity::{ACTOR_LIMIT, AS_COOKIE, AS_HEADER, Identity, MAX_ACTORS, UnknownIdentity, User};
pub use launch::{LaunchError, LaunchFailure, Step};
pub use local::{LocalTemps, StartError};
pub use notice::Notice;
pub use options::{CHANNEL_LIMIT, HANDSHAKE_LIMIT, Options, STOP_LIMIT};
pub use plugin::{Plugin, PluginState, Stopped};
pub use process::STDERR_TAIL_LINES;
pub use server::{DELIVERIES_HEADER, EVENTS_PATH, FIXTURES_PATH, PLUGINS_PATH, PROXY_PREFIX, STREAM_PATH};

use local::Shared;
use notice::Told;
