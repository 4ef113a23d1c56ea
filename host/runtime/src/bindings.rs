//! The host's side of `wit/`, generated. Only the modules that convert to and from guests name these types.

mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "plugin",
        imports: {
            "temps:plugin/log.panicked": store | trappable,
            default: trappable,
        },
        exports: { default: async | store },
        with: {
            "temps:plugin/identity.caller": crate::bridges::platform::CallerHandle,
            "temps:plugin/sqlite.connection": crate::bridges::sqlite::Connection,
            "temps:plugin/sqlite.transaction": crate::bridges::sqlite::Transaction,
        },
    });
}

pub(crate) use generated::exports::temps::plugin::{events, manifest, routes};
pub(crate) use generated::temps::plugin::{context, http_client, identity, log, platform, requests, sqlite, time, types};
pub(crate) use generated::{Plugin, PluginPre};
