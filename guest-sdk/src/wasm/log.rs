//! The `log` import: tracing's lines, and the words of a panic.

use std::panic::PanicHookInfo;
use std::sync::Once;

use tracing_subscriber::layer::SubscriberExt;

use super::bindings::temps::plugin::log::{self, Entry, Level};
use crate::log::{LogLayer, Sink};

struct Import;

impl Sink for Import {
    fn emit(&self, level: tracing::Level, target: &str, message: String, fields: Vec<(String, String)>) {
        log::emit(&Entry { level: from_tracing(level), target: target.to_owned(), message, fields });
    }
}

/// Sends tracing's events and panics to the launcher's log, from the first call on.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        std::panic::set_hook(Box::new(panicked));
        let subscriber = tracing_subscriber::registry().with(LogLayer::new(Import, to_tracing(log::max_level())));
        if tracing::subscriber::set_global_default(subscriber).is_err() {
            tracing::debug!("the plugin has set a tracing subscriber of its own");
        }
    });
}

/// Tells the launcher the cause of the trap that follows; nothing is written to stderr besides.
fn panicked(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("no message");
    let location = info.location().map(ToString::to_string);
    log::panicked(message, location.as_deref());
}

fn from_tracing(level: tracing::Level) -> Level {
    match level {
        tracing::Level::TRACE => Level::Trace,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::INFO => Level::Info,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::ERROR => Level::Error,
    }
}

fn to_tracing(level: Level) -> tracing::Level {
    match level {
        Level::Trace => tracing::Level::TRACE,
        Level::Debug => tracing::Level::DEBUG,
        Level::Info => tracing::Level::INFO,
        Level::Warn => tracing::Level::WARN,
        Level::Error => tracing::Level::ERROR,
    }
}
