//! The log: JSON lines on stderr, each with the plugin's name, and with the number of its instance if that is not the first.
//!
//! The policy file says what is written, else `RUST_LOG`, and `info` and above by default. The file comes first because it is about this plugin: `RUST_LOG` is what Temps
//! itself was started with, as often as not. Lines pass through a queue to a thread of their own, so that a host that
//! does not read stderr never stops the plugin: with the queue full, lines are dropped, and a later line counts them as `lost_lines`.
//!
//! A panic of the launcher's own is a line too.

mod fields;
mod format;

use std::cell::Cell;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use temps_plugin_policy::LogLevel;
use temps_plugin_runtime::GUEST_LOG_TARGET;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{LevelFilter, ParseError, Targets};
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use format::JsonLines;

/// Lines that wait to be written: 4,096. At the longest, 16 KiB each, that is 64 MiB, for a host that has stopped reading.
const QUEUED_LINES: usize = 4096;

/// Where the environment says what is logged.
const RUST_LOG: &str = "RUST_LOG";

/// The name on each line: the file's until the manifest is known, the plugin's from then on.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    file: Arc<str>,
    plugin: Arc<OnceLock<String>>,
}

impl Label {
    pub(crate) fn new(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), plugin: Arc::default() }
    }

    /// Gives the plugin's own name. Once: a second name is ignored.
    pub(crate) fn set(&self, plugin: &str) {
        drop(self.plugin.set(plugin.to_owned()));
    }

    fn get(&self) -> &str {
        self.plugin.get().map_or(&*self.file, String::as_str)
    }
}

thread_local! {
    /// The instance beyond the first that this thread runs.
    static INSTANCE: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Has every line that comes from this thread say which of the plugin's instances it runs.
pub(crate) fn name_instance(number: u32) {
    INSTANCE.set(Some(number));
}

/// The log, written out when it is closed. Clones are the same log.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    writer: Arc<Mutex<Option<WorkerGuard>>>,
}

impl Log {
    /// Makes this process log, at the policy's level if it has one. Once: the first log stays.
    pub(crate) fn start(label: Label, level: Option<LogLevel>) -> Self {
        let (writer, guard) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(QUEUED_LINES)
            .thread_name("log")
            .finish(std::io::stderr());
        let (filter, wrong) = filter(&level.map_or_else(|| std::env::var(RUST_LOG).unwrap_or_default(), directives));
        let lost = writer.error_counter();
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(writer)
            .fmt_fields(JsonFields::new())
            .event_format(JsonLines::new(label, move || lost.dropped_lines()));
        let started = tracing_subscriber::registry().with(filter).with(lines).try_init();
        if let Some(error) = wrong {
            tracing::warn!(%error, "RUST_LOG is not valid and not used: the log is at `info`");
        }
        if started.is_ok() {
            std::panic::set_hook(Box::new(|panic| {
                let message = panic.payload_as_str().unwrap_or("(no text)");
                let place = panic.location().map(ToString::to_string);
                tracing::error!(place, "the launcher panicked: {message}");
            }));
        }
        Self { writer: Arc::new(Mutex::new(Some(guard))) }
    }

    /// Writes out what waits, as far as somebody reads it within a second. Lines that come later are lost.
    pub(crate) fn close(&self) {
        drop(self.writer.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The guest's lines and the launcher's from this level on, and those of the libraries in it from `info` on at most: below that they say nothing to an operator.
fn directives(level: LogLevel) -> String {
    let others = match level {
        LogLevel::Debug | LogLevel::Trace => LogLevel::Info,
        LogLevel::Off | LogLevel::Error | LogLevel::Warn | LogLevel::Info => level,
    };
    let (level, others) = (level.text(), others.text());
    format!("{others},temps_launcher={level},temps_plugin={level},{GUEST_LOG_TARGET}={level}")
}

/// What these directives ask for, or `info` with what is wrong with them. They may name levels and targets; what names spans or fields is for programs that have them.
fn filter(directives: &str) -> (Targets, Option<ParseError>) {
    let given = directives.split(',').map(str::trim).filter(|directive| !directive.is_empty()).collect::<Vec<_>>();
    let default = || Targets::new().with_default(LevelFilter::INFO);
    if given.is_empty() {
        return (default(), None);
    }
    match given.join(",").parse() {
        Ok(filter) => (filter, None),
        Err(error) => (default(), Some(error)),
    }
}
