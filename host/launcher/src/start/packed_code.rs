//! The component of a bundle: from its code, or compiled when that does not run here.

use std::sync::Arc;
use std::thread;

use temps_plugin_bundle::{self as bundle, Bundle, Kind};
use temps_plugin_runtime::{Code, CodeCache, CodeError, CodePlace, Component, Engine, Limits};

use super::loaded::blocking;
use crate::error::LaunchError;

/// A bundle's code, whole, and an engine for it.
pub(super) struct Checked {
    engine: Engine,
    code: Option<bundle::Code>,
    bundle: Arc<Bundle>,
}

impl Checked {
    /// Makes the engine while the code's hash is checked.
    pub(super) fn from_bundle(bundle: &Arc<Bundle>, limits: &Limits) -> impl Future<Output = Result<Self, LaunchError>> + use<> {
        let (bundle, limits) = (bundle.clone(), limits.clone());
        blocking(move || checked(bundle, &limits))
    }

    /// The component from the code, or none if it has to be compiled, for which the log has the reason.
    pub(super) fn component(self) -> impl Future<Output = Result<Option<Component>, LaunchError>> {
        blocking(move || linked(self))
    }
}

/// It blocks.
fn checked(bundle: Arc<Bundle>, limits: &Limits) -> Result<Checked, LaunchError> {
    let place = if bundle.maps_whole_pages() { CodePlace::Mapped } else { CodePlace::Copied };
    let (engine, code) = thread::scope(|scope| {
        let code = thread::Builder::new().name("code".to_owned()).spawn_scoped(scope, || bundle.code());
        let engine = Engine::for_code(limits, place);
        let code = code.map_err(LaunchError::Threads)?.join().map_err(|_| LaunchError::Panicked)?;
        Ok::<_, LaunchError>((engine?, code?))
    })?;
    Ok(Checked { engine, code, bundle })
}

/// It blocks.
fn linked(checked: Checked) -> Result<Option<Component>, LaunchError> {
    let Checked { engine, code, bundle } = checked;
    let Some(code) = code else {
        tracing::info!("the bundle has no code: its component is compiled, and kept for the next start");
        return Ok(None);
    };
    match Component::from_code(&engine, &trusted(code), bundle.path()) {
        Ok(component) => Ok(Some(component)),
        Err(CodeError::Unfit { reason }) => {
            tracing::warn!(%reason, "the bundle's code does not run here: its component is compiled, and kept for the next start");
            Ok(None)
        }
        Err(error @ CodeError::Load(_)) => Err(error.into()),
    }
}

/// The component as it is in the bundle, compiled or from what was kept. It blocks.
pub(super) fn compile(bundle: &Bundle, limits: &Limits, cache: &CodeCache) -> Result<Component, LaunchError> {
    let kind = Kind::COMPONENT;
    let component = bundle.component()?.ok_or_else(|| LaunchError::NotInBundle { path: bundle.path().to_owned(), kind })?;
    Ok(Component::load_bytes(&Engine::new(limits)?, &component, bundle.path(), Some(cache))?)
}

/// The code stays where it is until the process ends, as the plugin does.
#[expect(unsafe_code, reason = "code cannot be checked for what it does: it has to be trusted")]
fn trusted(code: bundle::Code) -> Code {
    let bytes: &'static bundle::Code = Box::leak(Box::new(code));
    // SAFETY: the bytes have the hash that they were packed with, so they are as the packer wrote them. They are part of the file that this process runs, so whoever wrote
    // that could have changed the launcher just as well. The code is never dropped, and its bytes do not change: see `Bundle::of_this_executable`.
    unsafe { Code::trusted(bytes) }
}
