//! Compiles a component for the next start, while something else may run in the same data directory.

use temps_plugin_runtime::{Component, Engine};

use crate::ExitStatus;
use crate::args::CompileArgs;
use crate::data_dir::{create, own_part};
use crate::error::LaunchError;
use crate::start::code_cache;

/// Leaves the component's code where the next start of a launcher with this data directory looks for it. Code that is there already is kept.
///
/// The code is there in two thirds of the time that a start takes to compile it, and runs slower: for a plugin that is worked on.
///
/// It takes no lock: the folder of code is made for several writers. The component is linked, and not run.
///
/// # Errors
///
/// [`LaunchError`] as of a start with this component.
pub(crate) fn run(args: &CompileArgs) -> Result<ExitStatus, LaunchError> {
    let CompileArgs { data_dir, component, limits, warnings: _ } = args;
    create(data_dir)?;
    let (engine, compiler) = (Engine::new(limits)?, Engine::for_edits(limits)?);
    Component::compile_for_edits(&engine, &compiler, component, &code_cache(data_dir, limits))?;
    tracing::info!(folder = %own_part(data_dir).display(), "compiled");
    Ok(ExitStatus::Stopped)
}
