use std::cmp::Ordering;
use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use semver::Version;
use temps_plugin_bundle::{Bundle, Kind, PublicKey, VerifyError};
use temps_plugin_policy::Policy;
use temps_plugin_policy::network::{Grant, Grants};
use temps_plugin_protocol::ConfigKey;
use temps_plugin_runtime::Description;

use super::policy_text::{self, Additions, ConfigValue};
use super::{ConfigWish, GrantWish, InstallError, InstallOptions, staged};
use crate::description::Identity;
use crate::inspect::{Beside, Examined, Form, InspectError, Signed, Wanted, covering, examine_packed, load_keys, policy_path};
use crate::subject::is_component;
use crate::temps::executables;
use crate::terminal::plain;

/// What an install would do.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) examined: Examined,
    /// Of which one has to have signed it; none: nobody.
    pub(super) keys: Vec<PublicKey>,
    pub(super) target: PathBuf,
    pub(super) policy_path: PathBuf,
    /// None if there is no policy yet.
    pub(super) policy: Option<Policy>,
    /// Its text.
    pub(super) policy_before: Option<String>,
    pub(super) replaced: Option<Replaced>,
    /// All that the plugin asks for.
    pub(super) wanted: Vec<Wanted>,
    /// What the policy does not say yet and will.
    pub(super) added: Additions,
}

/// A policy as it will be.
#[derive(Debug)]
pub(super) struct PolicyAfter {
    /// What is to be written. None: it stays as it is.
    pub(super) text: Option<String>,
    policy: Policy,
}

/// What has the target's name.
#[derive(Debug)]
pub(super) enum Replaced {
    Plugin(Box<Examined>),
    /// A packed plugin that does not run, with the reason.
    Broken(String),
    /// Something else, which the operator said is to be replaced.
    Other,
}

impl Plan {
    /// Looks at everything, and writes nothing.
    pub(super) fn new(options: &InstallOptions) -> Result<Self, InstallError> {
        let keys = load_keys(&options.keys)?;
        let examined = examine_packed(&options.file, &keys).map_err(|error| match error {
            InspectError::NotPacked { path } if is_component(&path) => InstallError::Component { path },
            error => error.into(),
        })?;
        let manifest = &examined.description.manifest;
        let name = options.name.as_ref().unwrap_or(&manifest.name);
        if !can_be_named(name) {
            return Err(InstallError::Name { name: name.clone() });
        }
        let target = options.plugins_dir.join(name);
        for other in executables(&options.plugins_dir)? {
            if other.name != *name && identity(&other.path).is_some_and(|identity| identity.name == manifest.name) {
                return Err(InstallError::Twice { path: other.path, name: manifest.name.clone() });
            }
        }
        let replaced = replaced(&target, options.replace)?;
        let policy_path = policy_path(&target);
        if let Some(error) = handed_over(&target, replaced.as_ref(), &options.file, &manifest.name) {
            if !options.replace {
                return Err(error);
            }
            // A link counts, wherever it leads.
            if policy_path.symlink_metadata().is_ok() {
                return Err(InstallError::PolicyOfAnother { path: policy_path });
            }
        }
        let (policy, policy_before) = match Beside::at(&policy_path) {
            Beside::None => (None, None),
            Beside::Invalid(error) => return Err(error.into()),
            Beside::Valid(policy, _) => {
                let text = fs::read_to_string(&policy_path).map_err(staged::failed("read", &policy_path))?;
                (Some(*policy), Some(text))
            }
        };
        let wanted = Wanted::all(&examined.description.network);
        let mut plan =
            Self { examined, keys, target, policy_path, policy, policy_before, replaced, wanted, added: Additions::default() };
        plan.check_trust(&options.file)?;
        plan.set(&options.values)?;
        if options.trust {
            plan.trust()?;
        }
        let wished = options.grants.iter().flat_map(|wish| match wish {
            GrantWish::All => plan.wanted.iter().map(|wanted| wanted.origin.clone()).collect(),
            GrantWish::Network(origin) => vec![origin.clone()],
        });
        plan.add(wished.collect());
        Ok(plan)
    }

    /// Has the policy trust the key that signed the plugin, which was checked.
    fn trust(&mut self) -> Result<(), InstallError> {
        let Form::Packed(Signed::With(id)) = self.examined.form else { return Err(InstallError::TrustWithoutKey) };
        let is_trusted = |key: &PublicKey| self.policy.as_ref().is_some_and(|policy| policy.trusted_keys().contains(key));
        self.added.trusted = self.keys.iter().find(|key| key.id() == id && !is_trusted(key)).cloned();
        Ok(())
    }

    /// Takes the values that are given, the last one of a key.
    fn set(&mut self, values: &[ConfigWish]) -> Result<(), InstallError> {
        let declared = &self.examined.description.config;
        for ConfigWish { key, value } in values {
            let Some(found) = declared.iter().find(|declared| declared.name == *key) else {
                let declared = declared.iter().map(|declared| declared.name.clone()).collect();
                return Err(InstallError::NoKey { key: key.clone(), declared });
            };
            if found.secret {
                return Err(InstallError::Secret { key: key.clone(), policy: self.policy_path.clone() });
            }
            self.added.values.retain(|set| set.key != *key);
            self.added.values.push(ConfigValue { key: key.clone(), value: value.clone(), secret: false });
        }
        Ok(())
    }

    /// Adds what is not granted yet.
    fn add(&mut self, origins: Vec<Grant>) {
        let mut seen: HashSet<Grant> = self.added.grants.iter().cloned().collect();
        for origin in origins {
            if !self.is_granted(&origin) && seen.insert(origin.clone()) {
                self.added.grants.push(origin);
            }
        }
    }

    /// Whether the policy grants it already.
    pub(super) fn is_granted(&self, origin: &Grant) -> bool {
        self.policy.as_ref().is_some_and(|policy| covering(policy.network(), origin).is_some())
    }

    /// What is added.
    pub(super) fn added_grants(&self) -> Grants {
        Grants::new(self.added.grants.iter().cloned(), []).unwrap_or_default()
    }

    /// What the installed version asks for.
    pub(super) fn asked_before(&self) -> HashSet<Grant> {
        let Some(Replaced::Plugin(before)) = &self.replaced else { return HashSet::new() };
        Wanted::all(&before.description.network).into_iter().map(|wanted| wanted.origin).collect()
    }

    /// What is to be decided: asked for now, not before, and not granted.
    pub(super) fn open(&self) -> Vec<&Wanted> {
        let (asked_before, added) = (self.asked_before(), self.added_grants());
        let is_new = |origin: &Grant| !asked_before.contains(origin) && covering(&added, origin).is_none();
        self.wanted.iter().filter(|Wanted { origin, .. }| is_new(origin) && !self.is_granted(origin)).collect()
    }

    /// How the version compares with the one that is there, if both can be compared.
    pub(super) fn compared(&self) -> Option<Ordering> {
        let Some(Replaced::Plugin(before)) = &self.replaced else { return None };
        let version = |examined: &Examined| Version::parse(&examined.description.manifest.version).ok();
        Some(version(&self.examined)?.cmp_precedence(&version(before)?))
    }

    /// Refuses what the policy would not let start.
    pub(super) fn check_trust(&self, file: &Path) -> Result<(), InstallError> {
        let Some(policy) = self.policy.as_ref().filter(|policy| !policy.trusted_keys().is_empty()) else { return Ok(()) };
        let bundle = Bundle::open(file).map_err(InspectError::Bundle)?;
        let bundle = bundle.ok_or_else(|| InspectError::NotPacked { path: file.to_owned() })?;
        match bundle.verify(policy.trusted_keys()) {
            Ok(_) => Ok(()),
            Err(VerifyError::Bundle(error)) => Err(InspectError::Bundle(error).into()),
            Err(source @ (VerifyError::Unsigned { .. } | VerifyError::Untrusted { .. } | VerifyError::Forged { .. })) => {
                Err(InstallError::Untrusted { policy: self.policy_path.clone(), source: Box::new(source) })
            }
        }
    }

    /// Whether the policy sets a key already.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.policy.as_ref().is_some_and(|policy| policy.config().iter().any(|entry| entry.key == key))
    }

    /// The keys that the plugin requires and that have no value yet.
    pub(super) fn missing(&self) -> Vec<&ConfigKey> {
        let declared = &self.examined.description.config;
        declared.iter().filter(|key| key.required && !self.is_set(&key.name) && self.added.value(&key.name).is_none()).collect()
    }

    /// The policy with what is added.
    pub(super) fn policy_after(&self) -> Result<PolicyAfter, InstallError> {
        let Description { manifest, config, .. } = &self.examined.description;
        let text = match (&self.policy, &self.policy_before) {
            (Some(policy), Some(_)) if self.added.is_empty() => return Ok(PolicyAfter { text: None, policy: policy.clone() }),
            (_, Some(before)) => {
                let failed = |reason| InstallError::PolicyText { path: self.policy_path.clone(), reason };
                policy_text::with_additions(&self.policy_path, before, &self.added).map_err(failed)?
            }
            (_, None) => policy_text::fresh(&manifest.name, &self.added, &self.wanted, config),
        };
        let policy = Policy::parse(&self.policy_path, &text)?;
        Ok(PolicyAfter { text: Some(text), policy })
    }

    /// What keeps the plugin from starting under a policy, a line each, with those to add.
    pub(super) fn lacks(&self, after: &PolicyAfter) -> Vec<String> {
        let Description { manifest, config, .. } = &self.examined.description;
        let Err(incomplete) = after.policy.require_config(&manifest.name, config) else { return Vec::new() };
        let lines = incomplete.lines().into_iter().map(|line| format!("    {line}"));
        [format!("it does not start yet: {}", plain(&incomplete.summary()))].into_iter().chain(lines).collect()
    }
}

fn can_be_named(name: &str) -> bool {
    let taken = [".toml", ".wasm"].iter().any(|end| name.ends_with(end));
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0']) && !taken
}

/// Who a packed plugin says that it is. None for anything else.
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    let manifest = Bundle::open(path).ok()??.section(Kind::MANIFEST).ok()??;
    Identity::in_description(&manifest)
}

/// Why the plugin that is there and this one are not versions of one plugin: of another name, or signed by somebody else. A plugin that
/// was not signed may be signed now.
fn handed_over(target: &Path, replaced: Option<&Replaced>, file: &Path, name: &str) -> Option<InstallError> {
    let Some(Replaced::Plugin(before)) = replaced else { return None };
    let found = &before.description.manifest.name;
    if found != name {
        return Some(InstallError::AnotherPlugin { path: target.to_owned(), found: found.clone(), name: name.to_owned() });
    }
    let signed_by = |path| Bundle::open(path).ok().flatten().and_then(|bundle| bundle.signed_by());
    let (found, by) = (signed_by(target)?, signed_by(file));
    (by != Some(found)).then(|| InstallError::AnotherSigner { path: target.to_owned(), found, by })
}

fn replaced(target: &Path, may_be_other: bool) -> Result<Option<Replaced>, InstallError> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(staged::failed("look at", target)(source)),
        Ok(metadata) if metadata.is_dir() => return Err(InstallError::IsFolder { path: target.to_owned() }),
        // Reading another thing, such as a FIFO, could wait for ever.
        Ok(_) if !target.is_file() => return Err(InstallError::NotAFile { path: target.to_owned() }),
        Ok(_) => {}
    }
    match examine_packed(target, &[]) {
        Ok(examined) => Ok(Some(Replaced::Plugin(Box::new(examined)))),
        Err(InspectError::NotPacked { .. } | InspectError::Read { .. }) if may_be_other => Ok(Some(Replaced::Other)),
        Err(InspectError::NotPacked { path } | InspectError::Read { path, .. }) => Err(InstallError::Taken { path }),
        Err(error) => Ok(Some(Replaced::Broken(error.to_string()))),
    }
}
