use temps_plugin_runtime::{LimitError, Limits};

use super::UsageError;

/// What `--limit` says, in its order: it comes after the policy file, and wins.
#[derive(Debug, Default)]
pub(crate) struct LimitFlags(Vec<(String, String)>);

impl LimitFlags {
    /// Takes `name=value`, if there is a limit that takes it.
    pub(super) fn add(&mut self, text: &str) -> Result<(), UsageError> {
        let Some((name, value)) = text.split_once('=') else {
            return Err(UsageError::LimitForm { given: text.to_owned() });
        };
        let (name, value) = (name.trim(), value.trim());
        Limits::default().set(name, value)?;
        self.0.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Sets the limits that were given.
    ///
    /// # Errors
    ///
    /// None in practice: each was set once before.
    pub(crate) fn apply(&self, limits: &mut Limits) -> Result<(), LimitError> {
        self.0.iter().try_for_each(|(name, value)| limits.set(name, value))
    }
}
