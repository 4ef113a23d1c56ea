//! What a bundle needs beside the component: the component's description and its code.
//!
//! Both are made by the launcher that will run them, since code runs in the engine alone that it was compiled for.

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use temps_plugin_runtime::{Code, CodePlace, Component, Description, Engine, Limits, LoadError};

use crate::ExitStatus;
use crate::args::PrepareArgs;
use crate::error::LaunchError;
use crate::log::Label;

/// The file with the description. It goes into a bundle's section `manifest`.
const DESCRIPTION: &str = "description.json";

/// The file with the code. It goes into a bundle's section `code`.
const CODE: &str = "code";

/// Compiles the component for any machine of this architecture, asks it what it is, and writes both. The same component and launcher give the same bytes.
///
/// # Errors
///
/// [`LaunchError`] as of a start with this component, and when the files cannot be written. Then there may be one of them.
pub(crate) async fn run(args: PrepareArgs, label: Label) -> Result<ExitStatus, LaunchError> {
    let PrepareArgs { folder, component: path, limits, warnings: _ } = args;
    let component = fs::read(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
    let (code, description) = prepared(&component, &path, &limits).await?;
    label.set(&description.manifest.name);
    DirBuilder::new().recursive(true).create(&folder).map_err(|source| LaunchError::Write { path: folder.clone(), source })?;
    let json =
        description.to_json().map_err(|error| LaunchError::Write { path: folder.join(DESCRIPTION), source: error.into() })?;
    write(folder.join(DESCRIPTION), &json)?;
    write(folder.join(CODE), code.as_bytes())?;
    tracing::info!(folder = %folder.display(), code_bytes = code.as_bytes().len(), "prepared");
    Ok(ExitStatus::Stopped)
}

/// The code that will run is also what describes itself: it is known to run then.
async fn prepared(component: &[u8], path: &Path, limits: &Limits) -> Result<(Code, Description), LaunchError> {
    let code = Code::compile(&Engine::for_any_cpu(limits)?, component, path)?;
    let engine = Engine::for_code(limits, CodePlace::Copied)?;
    let description = Component::from_code(&engine, &code, path)?.describe().await?;
    Ok((code, description))
}

fn write(path: PathBuf, bytes: &[u8]) -> Result<(), LaunchError> {
    fs::write(&path, bytes).map_err(|source| LaunchError::Write { path, source })
}
