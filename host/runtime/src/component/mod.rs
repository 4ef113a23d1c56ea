//! A plugin's component: loaded from a file, compiled, linked to the bridges, and asked what it is.

mod code;
mod code_cache;
mod describe;
mod description;
mod load;
mod manifest;
mod openapi;
mod outline;

use std::sync::Arc;

pub use code::{Code, CodeError};
pub use code_cache::CodeCache;
pub use describe::DescribeError;
pub use description::Description;
pub use load::LoadError;
pub use openapi::DocumentError;
pub use outline::BuiltWith;

use crate::Engine;
use crate::bindings::PluginPre;
use crate::instance::State;

/// A component that is compiled for an [`Engine`] and linked to everything it may import. Cheap to clone.
#[derive(Clone)]
pub struct Component {
    engine: Engine,
    pre: Arc<PluginPre<State>>,
    built_with: BuiltWith,
}

impl std::fmt::Debug for Component {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Component").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl Component {
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn pre(&self) -> &PluginPre<State> {
        &self.pre
    }
}
