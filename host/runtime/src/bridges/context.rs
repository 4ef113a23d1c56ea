//! `context`: facts about where the plugin runs.

use temps_plugin_protocol::ProtocolVersion;
use wasmtime::component::{HasData, Linker};

use crate::GuestConfig;
use crate::bindings::context as wit;
use crate::instance::State;

/// What `context` answers.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) plugin_name: String,
    pub(crate) data_dir: String,
    pub(crate) protocol: ProtocolVersion,
    pub(crate) config: GuestConfig,
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

    fn config(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        Ok(self.config.get(&key).map(str::to_owned))
    }

    fn config_keys(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(self.config.keys().map(str::to_owned).collect())
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, ContextBridge>(linker, |state| &mut state.context)
}
