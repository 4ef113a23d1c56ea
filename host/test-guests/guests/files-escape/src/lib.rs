//! Tries to get out of its folder, and to take more than it may, with wasi's own calls: std and libc check some of what they are given.

mod escape;
mod take;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;
use temps_plugin_sdk::prelude::*;
use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{Descriptor, ErrorCode};

#[derive(Default)]
struct FilesEscape;

/// What a call is given.
#[derive(Deserialize)]
struct With {
    #[serde(default)]
    path: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    size: u64,
}

impl ExternalPlugin for FilesEscape {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("files-escape", "0.1.0").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/escape/{call}", get(escapes))
            .route("/take/{call}", get(takes)))
    }
}

async fn escapes(Path(call): Path<String>, Query(with): Query<With>) -> String {
    match escape::attempt(&call, &with) {
        Ok(text) => text,
        Err(code) => code.name().to_owned(),
    }
}

async fn takes(Path(call): Path<String>, Query(with): Query<With>) -> String {
    let (taken, code) = take::take(&call, &with);
    match code {
        Some(code) => format!("{taken} then {}", code.name()),
        None => format!("{taken}"),
    }
}

/// The only folder that there is.
fn root() -> Result<Descriptor, ErrorCode> {
    let mut folders = get_directories();
    let (folder, name) = folders.pop().ok_or(ErrorCode::NoEntry)?;
    assert!(name == "/data" && folders.is_empty(), "another folder: {name}");
    Ok(folder)
}

temps_plugin_sdk::main!(FilesEscape);
