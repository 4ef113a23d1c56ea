//! `context`: facts about where the plugin runs.

use temps_plugin_protocol::ProtocolVersion;
use wasmtime::component::{HasData, Linker};

use crate::bindings::context as wit;
use crate::instance::State;

/// What `context.get` answers.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) plugin_name: String,
    pub(crate) data_dir: String,
    pub(crate) protocol: ProtocolVersion,
}

struct ContextBridge;

impl HasData for ContextBridge {
    type Data<'a> = &'a mut Context;
}

impl wit::Host for Context {
    fn get(&mut self) -> wasmtime::Result<wit::Info> {
        let protocol = match self.protocol {
            ProtocolVersion::V1 => wit::ProtocolVersion::V1,
            ProtocolVersion::V2 => wit::ProtocolVersion::V2,
        };
        Ok(wit::Info { plugin_name: self.plugin_name.clone(), data_dir: self.data_dir.clone(), protocol })
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, ContextBridge>(linker, |state| &mut state.context)
}
