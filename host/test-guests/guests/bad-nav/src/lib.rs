//! Its navigation is not valid.

use axum::Router;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Guest;

impl ExternalPlugin for Guest {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("bad-nav", "0.1.0")
            .nav(NavEntry {
                label: "Bad".into(),
                icon: "puzzle".into(),
                section: NavSection::Platform,
                path: "relative".into(),
                order: 1,
            })
            .build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new())
    }
}

temps_plugin_sdk::main!(Guest);
