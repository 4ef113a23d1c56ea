use std::collections::HashSet;

use super::{ManifestError, NavEntry, PluginManifest, PluginUi, check_config};
use crate::{Subscription, paths};

/// The most characters that a plugin's name may have: 64. The name becomes a path segment, a header
/// value and part of file names, and 64 keeps each of them far from its own limit. A longer name is
/// refused.
pub const MAX_NAME_CHARS: usize = 64;

/// The most bytes of a `Content-Security-Policy`: 4 KiB. It goes with each page, and clients commonly take 8 KiB of headers. A longer one is refused.
pub const MAX_POLICY_BYTES: usize = 4 << 10;

impl PluginManifest {
    /// Checks what a host would refuse or misread, and what a sandboxed plugin cannot have.
    ///
    /// Not checked: whether an icon, an event type or a permission exists on the host, and whether
    /// two entries of the navigation are alike. [`unknown_events`](Self::unknown_events) tells event
    /// types that look like a mistake.
    ///
    /// # Errors
    ///
    /// The first rule broken, in the order of the fields.
    pub fn validate(&self) -> Result<(), ManifestError> {
        check_name(&self.name)?;
        check_version(&self.version)?;
        for (index, entry) in self.nav.iter().enumerate() {
            check_nav(index, entry)?;
        }
        if let Some(ui) = &self.ui {
            check_ui(ui)?;
        }
        if self.requires_db {
            return Err(ManifestError::RequiresDb);
        }
        check_health_path(&self.health_path)?;
        check_events(&self.events)?;
        if self.requires_host_data_access {
            return Err(ManifestError::RequiresHostDataAccess);
        }
        check_public_paths(&self.public_paths)?;
        self.content_security_policy.as_deref().map_or(Ok(()), check_content_security_policy)?;
        check_config(&self.config)
    }
}

/// Checks the policy of a user interface's pages: it has to be the value of a header, of at most [`MAX_POLICY_BYTES`]. What its directives say is the browser's to judge.
///
/// # Errors
///
/// [`ManifestError::ContentSecurityPolicy`], or [`ManifestError::ContentSecurityPolicyTooLong`].
pub fn check_content_security_policy(policy: &str) -> Result<(), ManifestError> {
    if policy.len() > MAX_POLICY_BYTES {
        return Err(ManifestError::ContentSecurityPolicyTooLong { bytes: policy.len() });
    }
    if policy.trim().is_empty() || !policy.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(ManifestError::ContentSecurityPolicy { policy: policy.to_owned() });
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), ManifestError> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if name.chars().count() > MAX_NAME_CHARS {
        Err(ManifestError::NameTooLong { name: name.to_owned() })
    } else if !name.split('-').all(is_word) {
        Err(ManifestError::NameNotKebabCase { name: name.to_owned() })
    } else {
        Ok(())
    }
}

fn check_version(version: &str) -> Result<(), ManifestError> {
    match semver::Version::parse(version) {
        Ok(_) => Ok(()),
        Err(error) => Err(ManifestError::VersionNotSemVer { version: version.to_owned(), reason: error.to_string() }),
    }
}

fn check_nav(index: usize, entry: &NavEntry) -> Result<(), ManifestError> {
    let label = || entry.label.clone();
    if entry.label.trim().is_empty() {
        Err(ManifestError::NavLabelEmpty { index })
    } else if entry.icon.trim().is_empty() {
        Err(ManifestError::NavIconEmpty { index, label: label() })
    } else if !entry.path.starts_with('/') {
        Err(ManifestError::NavPath { index, label: label(), path: entry.path.clone() })
    } else if entry.order < 0 {
        Err(ManifestError::NavOrderNegative { index, label: label(), order: entry.order })
    } else {
        Ok(())
    }
}

fn check_ui(ui: &PluginUi) -> Result<(), ManifestError> {
    if ui.entry_js.trim().is_empty() {
        return Err(ManifestError::UiEntryEmpty);
    }
    match ui.routes.iter().enumerate().find(|(_, route)| !route.path.starts_with('/')) {
        Some((index, route)) => Err(ManifestError::UiRoutePath { index, path: route.path.clone() }),
        None => Ok(()),
    }
}

/// The health path is routed literally, so it must be what a request line can carry and no pattern.
fn check_health_path(path: &str) -> Result<(), ManifestError> {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '{' | '}');
    if !path.starts_with('/') || !path.chars().all(plain) {
        return Err(ManifestError::HealthPath { path: path.to_owned() });
    }
    if paths::is_reserved(path) {
        return Err(ManifestError::HealthPathReserved { path: path.to_owned() });
    }
    Ok(())
}

fn check_events(events: &[String]) -> Result<(), ManifestError> {
    let mut seen = HashSet::new();
    for (index, event) in events.iter().enumerate() {
        Subscription::parse(event).map_err(|reason| ManifestError::Event { index, reason })?;
        if !seen.insert(event) {
            return Err(ManifestError::EventRepeated { index, event: event.clone() });
        }
    }
    Ok(())
}

fn check_public_paths(public_paths: &[String]) -> Result<(), ManifestError> {
    for (index, path) in public_paths.iter().enumerate() {
        if !path.starts_with('/') {
            return Err(ManifestError::PublicPath { index, path: path.clone() });
        }
        if paths::is_reserved(path) {
            return Err(ManifestError::PublicPathReserved { index, path: path.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
