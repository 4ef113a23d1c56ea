use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use crate::manifest;
use crate::script::Script;

/// How a component is prepared.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Preparing {
    /// Written to stderr.
    stderr: Vec<String>,
    /// Ends with this code before anything is written.
    exits: Option<i32>,
    /// In place of the description.
    description: Option<String>,
    writes_no_code: bool,
    /// Compiling ends with this code.
    compile_exits: Option<i32>,
}

/// What a launcher does with `--compile --data-dir D --component FILE`: it leaves something in D.
pub(crate) fn compile(data_dir: &Path, component: &Path) {
    let script = Script::parse(&std::fs::read(component).unwrap());
    for line in &script.prepare.stderr {
        eprintln!("{line}");
    }
    if let Some(code) = script.prepare.compile_exits {
        std::process::exit(code);
    }
    std::fs::create_dir_all(data_dir).unwrap();
    std::fs::write(data_dir.join("compiled"), "").unwrap();
}

/// What a launcher does with `--prepare DIR --component FILE`.
pub(crate) fn prepare(folder: &Path, component: &Path) {
    let bytes = std::fs::read(component).unwrap();
    let script = Script::parse(&bytes);
    for line in &script.prepare.stderr {
        eprintln!("{line}");
    }
    if let Some(code) = script.prepare.exits {
        std::process::exit(code);
    }
    let described = json!({ "manifest": manifest(&script), "openapi": null, "concurrent_events": false, "stateless": false });
    let description = script.prepare.description.clone().unwrap_or_else(|| described.to_string());
    std::fs::write(folder.join("description.json"), description).unwrap();
    if !script.prepare.writes_no_code {
        std::fs::write(folder.join("code"), [b"code of ", &bytes[..]].concat()).unwrap();
    }
}
