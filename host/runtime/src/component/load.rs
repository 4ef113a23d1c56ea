//! From a file to a component that can be instantiated.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::outline::{BuiltWith, Outline};
use super::{CodeCache, Component, code_cache};
use crate::bindings::PluginPre;
use crate::{Engine, MemoryBytes};

/// Why a file cannot be run as a plugin. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read the component {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is a core module, as `wasm32-wasip1` or `wasm32-unknown-unknown` give.
    #[error("{} is a core WebAssembly module, not a component; build it with `--target wasm32-wasip2`", path.display())]
    CoreModule {
        /// The file.
        path: PathBuf,
    },
    /// The file is not WebAssembly, or broken.
    #[error("{} is not a WebAssembly component: {reason}", path.display())]
    NotAComponent {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The component imports something that the launcher does not offer.
    #[error("{} imports something that this launcher does not have: {reason}{built_with}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// The import, in wasmtime's words.
        reason: String,
        /// What it was built with.
        built_with: BuiltWith,
    },
    /// The component does not export what a plugin has to.
    #[error("{} is a component, but not a Temps plugin (world temps:plugin/plugin@0.1.0): {reason}{built_with}", path.display())]
    OtherWorld {
        /// The file.
        path: PathBuf,
        /// What is missing, in wasmtime's words.
        reason: String,
        /// What it was built with.
        built_with: BuiltWith,
    },
    /// The component has more memory from its start than the operator's limit allows.
    #[error(
        "the limit `memory` is {}, and the component {} has {} of memory from its start: set `memory` to that and what the plugin needs \
         beyond it, in `[limits]` of the policy file or with `--limit`",
        size(limit.get() as u64),
        path.display(),
        size(*least)
    )]
    Memory {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: MemoryBytes,
        /// The bytes that the component has from its start.
        least: u64,
    },
}

/// A size as a limit can be set to it.
fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{}{name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

/// The first bytes of a WebAssembly binary, and of one whose layer is a core module.
const MAGIC: &[u8] = b"\0asm";
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

impl Component {
    /// Reads, compiles and links the component in the file at `path`. It blocks: compiling takes a core some hundred milliseconds.
    ///
    /// # Errors
    ///
    /// [`LoadError`], for a file that is not there, not a component, or not one that can run here.
    pub fn load(engine: &Engine, path: &Path) -> Result<Self, LoadError> {
        Self::load_with(engine, path, None)
    }

    /// The same, with compiled code from `cache` if it is there, and left there if it is not: a few milliseconds then.
    ///
    /// # Errors
    ///
    /// [`LoadError`], as [`load`](Self::load). A cache that cannot be used is a line in the log.
    pub fn load_cached(engine: &Engine, path: &Path, cache: &CodeCache) -> Result<Self, LoadError> {
        Self::load_with(engine, path, Some(cache))
    }

    fn load_with(engine: &Engine, path: &Path, cache: Option<&CodeCache>) -> Result<Self, LoadError> {
        Self::load_bytes(engine, &read(path)?, path, cache)
    }

    /// The same for a component that was read already, from the file at `path`, which errors name. The limit on memory is checked
    /// before anything is compiled.
    ///
    /// # Errors
    ///
    /// [`LoadError`], as [`load_cached`](Self::load_cached).
    pub fn load_bytes(engine: &Engine, bytes: &[u8], path: &Path, cache: Option<&CodeCache>) -> Result<Self, LoadError> {
        match cache {
            Some(cache) => Self::load_kept(engine, engine, bytes, path, cache),
            None => {
                let built_with = check(engine, bytes, path)?;
                Self::link(engine, &compile(engine, bytes, path)?, path, built_with)
            }
        }
    }

    /// The code for `engine` from `cache`, or what `compiler` makes of the component, which is kept for the next time.
    fn load_kept(engine: &Engine, compiler: &Engine, bytes: &[u8], path: &Path, cache: &CodeCache) -> Result<Self, LoadError> {
        let built_with = check(engine, bytes, path)?;
        let key = code_cache::key(engine.wasmtime(), bytes);
        if let Some(component) = cache.find(engine.wasmtime(), &key) {
            return Self::link(engine, &component, path, built_with);
        }
        let component = compile(compiler, bytes, path)?;
        cache.keep(&key, &component);
        Self::link(compiler, &component, path, built_with)
    }

    /// Leaves code in `cache` for the next [`load_cached`](Self::load_cached) with `engine`, compiled by `compiler`, an [`Engine::for_edits`] with the same limits. Code
    /// that is there already is kept. The component is linked, and not run.
    ///
    /// # Errors
    ///
    /// [`LoadError`], as [`load_cached`](Self::load_cached).
    pub fn compile_for_edits(engine: &Engine, compiler: &Engine, path: &Path, cache: &CodeCache) -> Result<(), LoadError> {
        Self::load_kept(engine, compiler, &read(path)?, path, cache).map(drop)
    }

    /// Links what is compiled to everything that it may import.
    pub(super) fn link(
        engine: &Engine,
        component: &wasmtime::component::Component,
        path: &Path,
        built_with: BuiltWith,
    ) -> Result<Self, LoadError> {
        let (file, reason) = (|| path.to_owned(), |error: wasmtime::Error| format!("{error:#}"));
        let pre = match engine.linker().instantiate_pre(component) {
            Ok(pre) => pre,
            Err(error) => return Err(LoadError::Import { path: file(), reason: reason(error), built_with }),
        };
        match PluginPre::new(pre) {
            Ok(pre) => Ok(Self { engine: engine.clone(), pre: Arc::new(pre), built_with }),
            Err(error) => Err(LoadError::OtherWorld { path: file(), reason: reason(error), built_with }),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}

fn compile(engine: &Engine, bytes: &[u8], path: &Path) -> Result<wasmtime::component::Component, LoadError> {
    wasmtime::component::Component::new(engine.wasmtime(), bytes).map_err(|error| broken(path, &error))
}

/// Checks what can be checked before the component is compiled, and tells what it was built with.
pub(super) fn check(engine: &Engine, bytes: &[u8], path: &Path) -> Result<BuiltWith, LoadError> {
    check_layer(bytes, path)?;
    let Outline { built_with, memory: least } = Outline::of(bytes);
    let limit = engine.limits().memory();
    if least > limit.get() as u64 {
        return Err(LoadError::Memory { path: path.to_owned(), limit, least });
    }
    Ok(built_with)
}

/// Checks that the bytes begin as those of a component do.
fn check_layer(bytes: &[u8], path: &Path) -> Result<(), LoadError> {
    let path = path.to_owned();
    if bytes.starts_with(CORE_MODULE) {
        return Err(LoadError::CoreModule { path });
    }
    if !bytes.starts_with(MAGIC) {
        let reason = "it does not begin as WebAssembly does".to_owned();
        return Err(LoadError::NotAComponent { path, reason });
    }
    Ok(())
}

/// What the compiler said of a component.
pub(super) fn broken(path: &Path, error: &wasmtime::Error) -> LoadError {
    LoadError::NotAComponent { path: path.to_owned(), reason: format!("{error:#}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_shown_as_it_can_be_set() {
        for (bytes, shown) in
            [(1 << 30, "1GiB"), (17 << 16, "1088KiB"), (17 << 20, "17MiB"), (1, "1 bytes"), (1025, "1025 bytes")]
        {
            assert_eq!(size(bytes), shown);
        }
    }
}
