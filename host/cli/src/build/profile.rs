use std::fs;
use std::path::Path;

use super::BuildError;

/// The profile that a workspace may declare for its plugins.
pub const PLUGIN_PROFILE: &str = "plugin";

/// The profile to build with when none is asked for: [`PLUGIN_PROFILE`] if the workspace's `Cargo.toml` declares it, else
/// `release`. One that is only in cargo's own configuration files is not seen.
pub(super) fn of_workspace(root: &Path) -> Result<String, BuildError> {
    let path = root.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|source| BuildError::Manifest { path: path.clone(), source })?;
    let manifest: toml::Table = text.parse().map_err(|source| BuildError::ManifestToml { path, source })?;
    let declared = manifest.get("profile").and_then(|profiles| profiles.get(PLUGIN_PROFILE)).is_some();
    Ok(if declared { PLUGIN_PROFILE } else { "release" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(manifest: &str) -> Result<String, BuildError> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
        of_workspace(dir.path())
    }

    #[test]
    fn the_plugin_profile_is_used_where_it_is_declared() {
        assert_eq!(chosen("[profile.plugin]\ninherits = 'release'").unwrap(), "plugin");
        assert_eq!(chosen("profile = { plugin = { inherits = 'release' } }").unwrap(), "plugin");
        assert_eq!(chosen("# [profile.plugin]\n[profile.release]\nlto = true").unwrap(), "release");
        assert!(matches!(chosen("["), Err(BuildError::ManifestToml { .. })));
    }
}
