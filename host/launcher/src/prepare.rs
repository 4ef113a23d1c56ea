//! What a bundle needs beside the component: the component's description and its code.
//!
//! Both are made by the launcher that will run them, since code runs in the engine alone that it was compiled for.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use temps_plugin_runtime::ui::{Files, section};
use temps_plugin_runtime::{Code, CodePlace, Component, Description, Engine, Limits, LoadError};

use crate::ExitStatus;
use crate::args::PrepareArgs;
use crate::error::LaunchError;
use crate::log::Label;

/// The file with the description. It goes into a bundle's section `manifest`.
const DESCRIPTION: &str = "description.json";

/// The file with the code. It goes into a bundle's section `code`.
const CODE: &str = "code";

/// The file with the user interface, of a component that has one. It goes into a bundle's section `ui`.
const UI: &str = "ui";

/// Compiles the component for any machine of this architecture, asks it what it is, and writes both, with its user interface if it has one. The same component and launcher give the same bytes.
///
/// # Errors
///
/// [`LaunchError`] as of a start with this component, and when the files cannot be written. Then there may be some of them.
pub(crate) async fn run(args: PrepareArgs, label: Label) -> Result<ExitStatus, LaunchError> {
    let PrepareArgs { folder, component: path, limits, warnings: _ } = args;
    let component = fs::read(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
    let Prepared { code, description, ui } = prepared(&component, &path, &limits).await?;
    label.set(&description.manifest.name);
    description.manifest.unknown_events().for_each(|event| tracing::warn!("{event}"));
    DirBuilder::new().recursive(true).create(&folder).map_err(|source| LaunchError::Write { path: folder.clone(), source })?;
    let json =
        description.to_json().map_err(|error| LaunchError::Write { path: folder.join(DESCRIPTION), source: error.into() })?;
    write(folder.join(DESCRIPTION), &json)?;
    write(folder.join(CODE), code.as_bytes())?;
    let path = folder.join(UI);
    if let Some(files) = &ui {
        let section = section::write(files).map_err(|source| LaunchError::Write { path: path.clone(), source })?;
        tracing::info!(files = files.count(), bytes = section.len(), "it has a user interface");
        write(path, &section)?;
    } else {
        // One of another component would be taken for this one's.
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(LaunchError::Write { path, source }),
            _ => {}
        }
    }
    tracing::info!(folder = %folder.display(), code_bytes = code.as_bytes().len(), "prepared");
    Ok(ExitStatus::Stopped)
}

struct Prepared {
    code: Code,
    description: Description,
    ui: Option<Files>,
}

/// The code that will run is also what describes itself: it is known to run then.
async fn prepared(component: &[u8], path: &Path, limits: &Limits) -> Result<Prepared, LaunchError> {
    let code = Code::compile(&Engine::for_any_cpu(limits, component)?, component, path)?;
    let engine = Engine::for_code(limits, CodePlace::Copied)?;
    let (description, ui) = Component::from_code(&engine, &code, path)?.describe().await?;
    Ok(Prepared { code, description, ui })
}

fn write(path: PathBuf, bytes: &[u8]) -> Result<(), LaunchError> {
    fs::write(&path, bytes).map_err(|source| LaunchError::Write { path, source })
}
