//! The settings of engines. All that decides about code is the same in each, so that code of one runs in another.

use std::sync::Arc;

use wasmtime::{Config, OptLevel, PoolingAllocationConfig, RegallocAlgorithm, WasmBacktraceDetails};

use super::CodePlace;
use super::code_pages::CodePages;
use crate::Limits;

/// The CPU that code is compiled for when it has to run on any: Cranelift's name of a preset. Where there is none, nothing beyond the architecture's least is used.
const BASELINE: Option<&str> = if cfg!(target_arch = "x86_64") { Some("x86-64-v2") } else { None };

/// The stack of guest code, in bytes: 1 MiB, as native threads have 2 MiB with bigger frames.
const WASM_STACK: usize = 1 << 20;

/// The stack of a fiber: the guest's part and what the host's imports need on top.
const FIBER_STACK: usize = WASM_STACK + (1 << 20);

/// Component instances that may exist at once for each that serves: itself, and one that is being dropped.
const FOR_EACH: u32 = 2;

/// Component instances besides: the one that describes.
const BESIDES: u32 = 1;

/// Core instances, memories and tables of one component. Rust's components have one memory and a handful of instances; a component
/// that is linked from several has some more.
const CORE_INSTANCES: u32 = 32;
const MEMORIES: u32 = 4;
const TABLES: u32 = 16;

/// The unit in which linear memory grows, in bytes.
const WASM_PAGE: usize = 64 << 10;

/// Fibers at once for each instance that serves. Only a guest that computes or waits in a blocking call occupies one.
const FIBERS: u32 = 64;

/// For an engine that compiles for this machine.
///
/// The pool has room for as many instances as the limit allows, whether the plugin turns out to be stateless or not. What it reserves are addresses, 4 GiB for
/// each memory; memory itself is only what guests use. No code depends on its size.
pub(super) fn of(limits: &Limits) -> Config {
    let serving = limits.instances().get();
    let instances = serving * FOR_EACH + BESIDES;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(instances * CORE_INSTANCES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_memories(instances * MEMORIES)
        .max_memories_per_component(MEMORIES)
        .total_tables(instances * TABLES)
        .max_tables_per_component(TABLES)
        .total_stacks(serving * FIBERS)
        .max_memory_size(limits.memory().get().next_multiple_of(WASM_PAGE));
    let mut config = Config::new();
    config
        .wasm_component_model_async(true)
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(FIBER_STACK)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        // For other unwinders than wasmtime's own, which follows frame pointers: a twentieth of the code's size, and a walk through it at each start.
        .native_unwind_info(false)
        .allocation_strategy(wasmtime::InstanceAllocationStrategy::Pooling(pool));
    config
}

/// For an engine that compiles in two thirds of the time, to code that runs slower. Every engine of [`of`] takes its code.
pub(super) fn for_edits(limits: &Limits) -> Config {
    let mut config = of(limits);
    config.cranelift_opt_level(OptLevel::None).cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    config
}

/// For an engine that compiles for any machine of this architecture. Traps name the lines of the source if `lines` says so, and the component has them: the map from
/// code to them is a tenth of the code's size.
#[expect(unsafe_code, reason = "a wrong setting of Cranelift could make wrong code")]
pub(super) fn for_any_cpu(limits: &Limits, lines: bool) -> wasmtime::Result<Config> {
    let mut config = of(limits);
    config.generate_address_map(lines);
    // A target that is named has none of this machine's features.
    config.target(&target_lexicon::HOST.to_string())?;
    if let Some(preset) = BASELINE {
        // SAFETY: the preset only allows instructions, and every engine that is given the code checks that its CPU has them.
        unsafe { config.cranelift_flag_enable(preset) };
    }
    Ok(config)
}

/// For an engine that compiles nothing.
pub(super) fn for_code(limits: &Limits, place: CodePlace) -> Config {
    let mut config = of(limits);
    config.enable_compiler(false);
    match place {
        CodePlace::Mapped => config.with_custom_code_memory(Some(Arc::new(CodePages))),
        CodePlace::Copied => &mut config,
    };
    config
}
