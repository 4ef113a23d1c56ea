use std::sync::Arc;

use temps_plugin_bundle::{Bundle, Kind};
use temps_plugin_runtime::ui::Ui;
use temps_plugin_runtime::{Description, Limits};

use super::loaded::{Loaded, blocking};
use super::origin::Origin;
use super::plan::{Secret, Terms};
use super::{Announced, Plan, trusted};
use crate::error::LaunchError;
use crate::handshake::HostOutput;
use crate::policy::complete;

/// The plugin has a name, and everything that the host will be told is valid.
#[derive(Debug)]
pub(crate) struct Described {
    pub(super) description: Description,
    pub(super) stock: Stock,
    pub(super) secret: Secret,
    pub(super) terms: Terms,
}

/// What there is of the plugin.
#[derive(Debug)]
pub(super) enum Stock {
    /// It had to be loaded, to be asked what it is and what its user interface.
    Loaded(Loaded, Option<Arc<Ui>>),
    /// Its bundle said what it is, and the rest was not looked at.
    Packed(Arc<Bundle>),
}

impl Described {
    pub(super) async fn from_plan(plan: Plan) -> Result<Self, LaunchError> {
        let Plan { origin, secret, trust, policy, mut terms } = plan;
        let origin = trusted::check(origin, trust, &mut terms.clock).await?;
        let (description, stock) = match origin {
            Origin::Bundle(bundle) => (packed(&bundle, &terms.limits)?, Stock::Packed(bundle)),
            Origin::File(path) => {
                let loaded = Loaded::from_file(path, &terms).await?;
                terms.clock.done("loaded");
                let (description, ui) = loaded.component.describe().await?;
                let policy = description.content_security_policy.clone();
                let ui = match ui {
                    Some(files) => Some(blocking(move || Ok(Arc::new(Ui::from_files(files, policy.as_deref())))).await?),
                    None => None,
                };
                (description, Stock::Loaded(loaded, ui))
            }
        };
        terms.label.set(&description.manifest.name);
        terms.config = complete(terms.config, &policy, &description.manifest.name, &description.config)?;
        description.manifest.unknown_events().for_each(|event| tracing::warn!("{event}"));
        terms.clock.done("described");
        Ok(Self { description, stock, secret, terms })
    }

    /// Goes on: see [`Announced`].
    ///
    /// # Errors
    ///
    /// [`LaunchError::Handshake`].
    pub(crate) async fn announce(self, output: HostOutput) -> Result<Announced, LaunchError> {
        Announced::from_described(self, output).await
    }
}

/// What the plugin said of itself when it was packed.
fn packed(bundle: &Bundle, limits: &Limits) -> Result<Description, LaunchError> {
    let kind = Kind::MANIFEST;
    let section = bundle.section(kind)?.ok_or_else(|| LaunchError::NotInBundle { path: bundle.path().to_owned(), kind })?;
    Ok(Description::from_json(&section, limits)?)
}
