use serde::Deserialize;
use temps_plugin_bundle::Bundle;
use temps_plugin_protocol::Capability;

use crate::prepare::Preparing;

/// What the plugin does.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Script {
    pub(crate) name: Option<String>,
    pub(crate) events: Vec<String>,
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) host_permissions: Vec<String>,
    pub(crate) public_paths: Vec<String>,
    /// Written at once.
    pub(crate) stderr: Vec<String>,
    /// In place of the manifest line.
    pub(crate) manifest_line: Option<String>,
    /// Ends with code 3 before this line.
    exits_before: Option<Stage>,
    /// Waits for ever before this line.
    hangs_before: Option<Stage>,
    pub(crate) refuses_channel: bool,
    /// Leaves the host without an answer when it opens the channel.
    pub(crate) hangs_channel: bool,
    pub(crate) ignores_sigterm: bool,
    pub(crate) prepare: Preparing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Manifest,
    Ready,
}

impl Script {
    /// Reads what is packed with this program, or else `<program>.wasm`.
    pub(crate) fn of(program: &str) -> Self {
        let packed = Bundle::of_this_executable().unwrap().and_then(|bundle| bundle.component().unwrap());
        let bytes = packed.map(|component| component.to_vec());
        Self::parse(&bytes.unwrap_or_else(|| std::fs::read(format!("{program}.wasm")).unwrap()))
    }

    /// JSON, with a component's first bytes before it where something checks them. A component as it is has no script.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        match bytes.strip_prefix(b"\0asm\x0d\0\x01\0") {
            Some(rest) if !rest.starts_with(b"{") => Self::default(),
            rest => serde_json::from_slice(rest.unwrap_or(bytes)).unwrap(),
        }
    }

    /// Does what is to be done before this stage's line.
    pub(crate) async fn act(&self, stage: Stage) {
        if self.hangs_before == Some(stage) {
            std::future::pending::<()>().await;
        }
        if self.exits_before == Some(stage) {
            std::process::exit(3);
        }
    }
}
