//! Why an instance ended, in words for its log and its operator.

use std::sync::Arc;
use std::time::Duration;

use humantime::format_duration;
use wasmtime::{Trap, WasmBacktrace};

use super::State;
use super::hint::hint;

/// Frames from which on a stack counts as deep: 20, as many as wasmtime collects.
const DEEP: usize = 20;

/// A trap: its cause, and where in the guest it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trapped {
    /// The cause in one line: the guest's panic, or what the runtime stopped it for.
    pub cause: String,
    /// The guest's frames by name, innermost first, one a line; empty if there are none.
    pub backtrace: String,
}

/// Why an instance ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The guest trapped.
    #[error("{}", .0.cause)]
    Trapped(Arc<Trapped>),
    /// An export did not return in time.
    #[error("`{what}` did not return within {}", format_duration(*limit))]
    TimedOut {
        /// The export.
        what: &'static str,
        /// The time it had.
        limit: Duration,
    },
    /// The guest held its instance in a blocking call.
    #[error(
        "it held its instance in a blocking call for {}; wait with the SDK's `time`, not with `std::thread::sleep`",
        format_duration(*limit)
    )]
    Held {
        /// The time it may.
        limit: Duration,
    },
    /// The guest let no call in.
    #[error(
        "it let no call in for {}: it waits in a blocking call, such as `block_on`, for tasks of its own that do not end; await instead",
        format_duration(*limit)
    )]
    Blocked {
        /// The time it may.
        limit: Duration,
    },
    /// Too many cancelled requests went on.
    #[error("{count} cancelled requests did not end")]
    Stuck {
        /// How many there were.
        count: usize,
    },
    /// `lifecycle.init` returned an error.
    #[error("its initialisation failed: {0}")]
    Init(String),
}

impl Failure {
    /// The failure that a call into the guest, or its event loop, ended with.
    pub(crate) fn of_trap(error: wasmtime::Error, state: &State) -> Self {
        let trap = error.root_cause().to_string();
        let cause = match (state.fault.cause(), state.memory.explanation()) {
            (Some(panic), _) => panic.to_owned(),
            (None, Some(memory)) => format!("{memory} ({trap})"),
            (None, None) => trap,
        };
        let backtrace = error.downcast_ref::<WasmBacktrace>();
        let deep = backtrace.is_some_and(|backtrace| backtrace.frames().len() >= DEEP);
        // Rust keeps large locals in linear memory, below which there is nothing: an overflow there is an access out of bounds.
        let cause = match error.downcast_ref::<Trap>() {
            Some(Trap::MemoryOutOfBounds) if deep => format!("{cause}: most likely its stack overflowed"),
            Some(Trap::StackOverflow) => format!("{cause}: its stack overflowed"),
            _ => cause,
        };
        let backtrace = backtrace.map(frames).unwrap_or_default();
        Self::Trapped(Arc::new(Trapped { cause, backtrace }))
    }

    /// What the author may do instead, for the usual reasons. It is this crate's text, with none of the guest's in it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        hint(&self.to_string())
    }

    /// The guest's frames, if there are any.
    #[must_use]
    pub fn backtrace(&self) -> &str {
        match self {
            Self::Trapped(trapped) => &trapped.backtrace,
            Self::TimedOut { .. } | Self::Held { .. } | Self::Blocked { .. } | Self::Stuck { .. } | Self::Init(_) => "",
        }
    }
}

/// One line a frame: the function, and its place in the source where the component still has it.
fn frames(backtrace: &WasmBacktrace) -> String {
    let mut lines = Vec::new();
    for (index, frame) in backtrace.frames().iter().enumerate() {
        let symbols = frame.symbols();
        if symbols.is_empty() {
            let name = frame.func_name().unwrap_or("<unnamed>");
            lines.push(format!("{index}: {:#}", rustc_demangle::demangle(name)));
        }
        for symbol in symbols {
            let name = symbol.name().unwrap_or("<unnamed>");
            let name = format!("{:#}", rustc_demangle::demangle(name));
            lines.push(match (symbol.file(), symbol.line()) {
                (Some(file), Some(line)) => format!("{index}: {name} ({file}:{line})"),
                _ => format!("{index}: {name}"),
            });
        }
    }
    lines.join("\n")
}
