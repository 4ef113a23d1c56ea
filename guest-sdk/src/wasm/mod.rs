//! The component: what the launcher calls, and what calls the launcher.

#[cfg(target_feature = "atomics")]
compile_error!("temps-plugin-sdk is for guests with one thread: build without the `atomics` target feature");

mod api;
pub mod bindings;
mod body_reader;
mod component;
mod config;
mod http;
mod log;
mod manifest;
mod platform;
mod request;
mod response;
mod single_threaded;
#[cfg(feature = "database")]
mod sqlite;
mod ui;
mod version;

pub(crate) use bindings::temps::plugin::identity::Caller;
pub use component::Component;
pub(crate) use http::HttpImport;
#[cfg(feature = "database")]
pub(crate) use sqlite::Opener;
pub use version::VERSION;

use std::future::Future;
use std::time::{Duration, Instant};

use single_threaded::SingleThreaded;

/// Backs [`crate::time::sleep`].
pub(crate) fn sleep(duration: Duration) -> impl Future<Output = ()> + Send + 'static {
    let start = Instant::now();
    SingleThreaded::new(async move {
        let left = duration.saturating_sub(start.elapsed());
        bindings::temps::plugin::time::sleep(u64::try_from(left.as_nanos()).unwrap_or(u64::MAX)).await;
    })
}
