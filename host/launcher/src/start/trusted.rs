//! Whether the plugin is from somebody whom the policy trusts.

use temps_plugin_bundle::VerifyError;

use super::StepClock;
use super::loaded::blocking;
use super::origin::Origin;
use super::plan::Trust;
use crate::error::LaunchError;

/// Gives the plugin back if one of the keys signed it, or if there are none. Signed is the whole file, which is read for it. Linux lets nobody write to it while it
/// runs, so what is checked is what runs.
///
/// # Errors
///
/// [`LaunchError::Untrusted`], and [`LaunchError::NotSigned`] for a component in a file of its own, which cannot be signed.
pub(super) async fn check(origin: Origin, trust: Trust, clock: &mut StepClock) -> Result<Origin, LaunchError> {
    let Trust { keys, policy } = trust;
    if keys.is_empty() {
        return Ok(origin);
    }
    let Origin::Bundle(bundle) = origin else {
        return Err(LaunchError::NotSigned { component: origin.path().to_owned(), policy });
    };
    let origin = blocking(move || match bundle.verify(&keys) {
        Ok(key) => {
            tracing::debug!(%key, "the plugin is signed with a trusted key");
            Ok(Origin::Bundle(bundle))
        }
        Err(VerifyError::Bundle(error)) => Err(error.into()),
        Err(source @ (VerifyError::Unsigned { .. } | VerifyError::Untrusted { .. } | VerifyError::Forged { .. })) => {
            Err(LaunchError::Untrusted { policy, source: Box::new(source) })
        }
    })
    .await?;
    clock.done("verified");
    Ok(origin)
}
