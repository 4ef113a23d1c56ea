//! Code that is compiled at one time and run at another.

use std::path::Path;
use std::ptr::NonNull;

use super::Component;
use super::load::{LoadError, broken, check};
use super::outline::BuiltWith;
use crate::Engine;
use crate::engine::{CodePlace, are_whole_pages};

/// A component's code, compiled by some engine.
///
/// There is no way to check what code does, so this stands for code that is trusted: it was compiled here, or [`Code::trusted`] was called.
pub struct Code {
    held: Held,
    built_with: BuiltWith,
}

enum Held {
    Compiled(Vec<u8>),
    Trusted(&'static [u8]),
}

/// Why code does not run.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// It is another engine's: of another version, with other settings, or for a CPU that can do more.
    #[error("the code does not fit this launcher or this machine: {reason}")]
    Unfit {
        /// wasmtime's words.
        reason: String,
    },
    /// It fits, and cannot be linked.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("length", &self.as_bytes().len()).finish_non_exhaustive()
    }
}

impl Code {
    /// Compiles a component for any machine of this architecture. The same component and limits give the same code. `path` is what errors name. It blocks for as
    /// long as compiling takes.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for what is not a component, and for one with more memory from its start than the engine's limit.
    pub fn compile(engine: &Engine, component: &[u8], path: &Path) -> Result<Self, LoadError> {
        let built_with = check(engine, component, path)?;
        let code = engine.wasmtime().precompile_component(component).map_err(|error| broken(path, &error))?;
        Ok(Self { held: Held::Compiled(code), built_with })
    }

    /// Code that was compiled before.
    ///
    /// # Safety
    ///
    /// `bytes` are what [`Code::as_bytes`] gave, of this version or another, and nothing else, and they stay as they are until the process ends. Other bytes can do
    /// anything once they are run.
    #[expect(unsafe_code, reason = "code cannot be checked for what it does: it has to be trusted")]
    #[must_use]
    pub const unsafe fn trusted(bytes: &'static [u8]) -> Self {
        Self { held: Held::Trusted(bytes), built_with: BuiltWith::Unread }
    }

    /// Its bytes, to be kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.held {
            Held::Compiled(bytes) => bytes,
            Held::Trusted(bytes) => bytes,
        }
    }
}

impl Component {
    /// Links compiled code. `path` is what errors name.
    ///
    /// # Errors
    ///
    /// [`CodeError`] for code that does not fit, and for code of a component that cannot run here.
    pub fn from_code(engine: &Engine, code: &Code, path: &Path) -> Result<Self, CodeError> {
        let component = deserialise(engine, code).map_err(|reason| CodeError::Unfit { reason })?;
        Ok(Self::link(engine, &component, path, code.built_with.clone())?)
    }
}

#[expect(unsafe_code, reason = "code cannot be checked for what it does: it has to be trusted")]
fn deserialise(engine: &Engine, code: &Code) -> Result<wasmtime::component::Component, String> {
    let loaded = match (engine.code_place(), &code.held) {
        (CodePlace::Copied, _) => {
            // SAFETY: whoever made this `Code` vouched for it. wasmtime checks that it is for this engine.
            unsafe { wasmtime::component::Component::deserialize(engine.wasmtime(), code.as_bytes()) }
        }
        (CodePlace::Mapped, Held::Trusted(bytes)) if are_whole_pages(bytes) => {
            // SAFETY: as above; the bytes are there and as they are until the process ends, as `Code::trusted` demands. They are only read.
            unsafe { wasmtime::component::Component::deserialize_raw(engine.wasmtime(), NonNull::from(*bytes)) }
        }
        (CodePlace::Mapped, _) => return Err("it does not lie at a page's beginning".to_owned()),
    };
    loaded.map_err(|error| format!("{error:#}"))
}
