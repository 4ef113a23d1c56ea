//! The engine: how components are compiled, and where their memory lies.

use std::sync::Arc;

use wasmtime::{Config, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::Limits;
use crate::clock::{EpochClock, Running};

/// The stack of guest code, in bytes: 1 MiB, as native threads have 2 MiB with bigger frames.
const WASM_STACK: usize = 1 << 20;

/// The stack of a fiber: the guest's part and what the host's imports need on top.
const FIBER_STACK: usize = WASM_STACK + (1 << 20);

/// Component instances that may exist at once: the one that serves, the one that describes, and one more that is being dropped.
const INSTANCES: u32 = 3;

/// Core instances, memories and tables of one component. Rust's components have one memory and a handful of instances; a component
/// that is linked from several has some more.
const CORE_INSTANCES: u32 = 32;
const MEMORIES: u32 = 4;
const TABLES: u32 = 16;

/// The unit in which linear memory grows, in bytes.
const WASM_PAGE: usize = 64 << 10;

/// Fibers at once in all instances. Only a guest that computes or waits in a blocking call occupies one.
const FIBERS: u32 = 64;

/// The engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// wasmtime refused the configuration, or the memory that it reserves.
    #[error("the WebAssembly engine does not start: {reason}; is the address space limited (`ulimit -v`)?")]
    Config {
        /// wasmtime's words.
        reason: String,
    },
    /// The thread that ticks could not be started.
    #[error("the engine's clock thread does not start: {0}")]
    Clock(#[from] std::io::Error),
}

/// The WebAssembly engine, with the clock that interrupts guests.
///
/// Clones share one engine; the clock stops when the last is dropped.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    limits: Arc<Limits>,
    clock: Arc<EpochClock>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine whose instances keep within `limits`.
    ///
    /// # Errors
    ///
    /// [`EngineError`] if the address space or a thread cannot be had.
    pub fn new(limits: &Limits) -> Result<Self, EngineError> {
        let inner =
            wasmtime::Engine::new(&config(limits)).map_err(|error| EngineError::Config { reason: format!("{error:#}") })?;
        let ticked = inner.clone();
        let clock = EpochClock::start(move || ticked.increment_epoch())?;
        Ok(Self { inner, limits: Arc::new(limits.clone()), clock: Arc::new(clock) })
    }

    /// The limits that the engine was made for.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }

    /// Keeps the clock ticking, for as long as guest code may run.
    pub(crate) fn running(&self) -> Running<'_> {
        self.clock.running()
    }
}

fn config(limits: &Limits) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES)
        .total_core_instances(INSTANCES * CORE_INSTANCES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_memories(INSTANCES * MEMORIES)
        .max_memories_per_component(MEMORIES)
        .total_tables(INSTANCES * TABLES)
        .max_tables_per_component(TABLES)
        .total_stacks(FIBERS)
        .max_memory_size(limits.memory().next_multiple_of(WASM_PAGE));
    let mut config = Config::new();
    config
        .wasm_component_model_async(true)
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(FIBER_STACK)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .allocation_strategy(wasmtime::InstanceAllocationStrategy::Pooling(pool));
    config
}
