//! The engine: how components are compiled, and where their memory lies.

mod code_pages;
mod config;

use std::sync::Arc;

use wasmtime::Config;
use wasmtime::component::Linker;

use crate::clock::{EpochClock, Running};
use crate::instance::State;
use crate::{Limits, bridges};

pub(crate) use code_pages::are_whole_pages;

/// The engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// wasmtime refused the configuration, or the memory that it reserves.
    #[error("the WebAssembly engine does not start: {reason}; is the address space limited (`ulimit -v`)?")]
    Config {
        /// wasmtime's words.
        reason: String,
    },
    /// The imports of plugins could not be defined.
    #[error("the launcher's own interfaces cannot be offered to plugins: {reason}")]
    Imports {
        /// wasmtime's words.
        reason: String,
    },
    /// The thread that ticks could not be started.
    #[error("the engine's clock thread does not start: {0}")]
    Clock(#[from] std::io::Error),
}

impl EngineError {
    fn config(error: wasmtime::Error) -> Self {
        Self::Config { reason: format!("{error:#}") }
    }
}

/// Where an engine finds code that was compiled before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    /// In a private map of a file, from a page's beginning. It is run where it is: nothing is copied, and the system may take its memory back at any time.
    Mapped,
    /// Anywhere. It is copied.
    Copied,
}

/// The WebAssembly engine, with all that a guest may import and the clock that interrupts guests.
///
/// Clones share one engine; the clock stops when the last is dropped.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    place: CodePlace,
    linker: Arc<Linker<State>>,
    limits: Arc<Limits>,
    clock: Arc<EpochClock>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that compiles for this machine, and whose instances keep within `limits`.
    ///
    /// # Errors
    ///
    /// [`EngineError`] if the address space or a thread cannot be had.
    pub fn new(limits: &Limits) -> Result<Self, EngineError> {
        Self::with_config(limits, &config::of(limits), CodePlace::Copied)
    }

    /// An engine that compiles in two thirds of the time that [`Engine::new`]'s takes, to code that runs slower. [`Component::compile_for_edits`](crate::Component::compile_for_edits)
    /// takes it.
    ///
    /// # Errors
    ///
    /// As of [`Engine::new`].
    pub fn for_edits(limits: &Limits) -> Result<Self, EngineError> {
        Self::with_config(limits, &config::for_edits(limits), CodePlace::Copied)
    }

    /// An engine that compiles `component` for every machine of this architecture: on x86-64 for x86-64-v2, which is what has been sold since 2009, elsewhere for the
    /// least that there is. Only [`Code::compile`](crate::Code::compile) takes it.
    ///
    /// # Errors
    ///
    /// As of [`Engine::new`].
    pub fn for_any_cpu(limits: &Limits, component: &[u8]) -> Result<Self, EngineError> {
        let config = config::for_any_cpu(limits, has_lines(component)).map_err(EngineError::config)?;
        Self::with_config(limits, &config, CodePlace::Copied)
    }

    /// An engine that compiles nothing, and runs [`Code`](crate::Code) that another made. Without a compiler it is there in a fraction of the time.
    ///
    /// # Errors
    ///
    /// As of [`Engine::new`].
    pub fn for_code(limits: &Limits, place: CodePlace) -> Result<Self, EngineError> {
        Self::with_config(limits, &config::for_code(limits, place), place)
    }

    fn with_config(limits: &Limits, config: &Config, place: CodePlace) -> Result<Self, EngineError> {
        let inner = wasmtime::Engine::new(config).map_err(EngineError::config)?;
        let linker = linker(&inner).map_err(|error| EngineError::Imports { reason: format!("{error:#}") })?;
        let ticked = inner.clone();
        let clock = EpochClock::start(move || ticked.increment_epoch())?;
        Ok(Self { inner, place, linker: Arc::new(linker), limits: Arc::new(limits.clone()), clock: Arc::new(clock) })
    }

    /// The limits that the engine was made for.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.linker
    }

    pub(crate) fn code_place(&self) -> CodePlace {
        self.place
    }

    /// Keeps the clock ticking, for as long as guest code may run.
    pub(crate) fn running(&self) -> Running<'_> {
        self.clock.running()
    }
}

/// Whether the component still knows the lines of its source: as DWARF, in sections of this name.
fn has_lines(component: &[u8]) -> bool {
    memchr::memmem::find(component, b".debug_line").is_some()
}

/// Everything that a guest may import.
fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    bridges::add_to_linker(&mut linker)?;
    Ok(linker)
}
