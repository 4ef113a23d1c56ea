//! The user interface of a bundle, served from where it lies in the file.

use std::sync::Arc;

use bytes::Bytes;
use temps_plugin_bundle::{Bundle, Kind};
use temps_plugin_runtime::Limits;
use temps_plugin_runtime::ui::{Ui, section};

use super::loaded::blocking;
use crate::error::LaunchError;

/// The bundle's user interface, or none if it has none. `policy` is the `Content-Security-Policy` of its pages.
pub(super) fn ui(
    bundle: &Arc<Bundle>,
    policy: Option<String>,
    limits: &Limits,
) -> impl Future<Output = Result<Option<Arc<Ui>>, LaunchError>> + use<> {
    let (bundle, limits) = (bundle.clone(), limits.into());
    blocking(move || {
        let Some(section) = bundle.section(Kind::UI)? else { return Ok(None) };
        let contents = section::read(&Bytes::from_owner(section), limits)
            .map_err(|source| LaunchError::PackedUi { path: bundle.path().to_owned(), source })?;
        Ok(Some(Arc::new(Ui::from_section(contents, policy.as_deref()))))
    })
}
