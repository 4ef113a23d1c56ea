use super::{ConfigKeyError, MAX_CONFIG_KEYS, MAX_NAME_CHARS, MAX_POLICY_BYTES};
use crate::SubscriptionError;

/// Which rule a manifest breaks: the field, its value, and what is allowed.
///
/// The messages show values escaped, as a manifest's text is the plugin's and may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The name is not kebab-case.
    #[error(
        "`name` is {name:?}: use kebab-case, lower-case words of letters and digits with a single `-` between, such as `my-plugin`"
    )]
    NameNotKebabCase {
        /// The name given.
        name: String,
    },
    /// The name is longer than [`MAX_NAME_CHARS`].
    #[error("`name` begins {:?} and has {} characters: use at most {MAX_NAME_CHARS}", begin(name), name.chars().count())]
    NameTooLong {
        /// The name given.
        name: String,
    },
    /// The version is not Semantic Versioning 2.0.
    #[error("`version` is {version:?}, which is not a semantic version ({reason}): use one such as `1.0.0`")]
    VersionNotSemVer {
        /// The version given.
        version: String,
        /// What the parser says.
        reason: String,
    },
    /// A navigation entry has no text.
    #[error("`nav[{index}].label` is empty: give the text to show")]
    NavLabelEmpty {
        /// The entry's place in the list, from 0.
        index: usize,
    },
    /// A navigation entry has no icon.
    #[error("`nav[{index}].icon` of {label:?} is empty: give the name of a Lucide icon, such as `puzzle`")]
    NavIconEmpty {
        /// The entry's place in the list, from 0.
        index: usize,
        /// The entry's text.
        label: String,
    },
    /// A navigation entry's path does not begin with `/`.
    #[error("`nav[{index}].path` of {label:?} is {path:?}: begin it with `/`, as in `/my-plugin`")]
    NavPath {
        /// The entry's place in the list, from 0.
        index: usize,
        /// The entry's text.
        label: String,
        /// The path given.
        path: String,
    },
    /// A navigation entry's order is negative, which hosts do not read.
    #[error("`nav[{index}].order` of {label:?} is {order}: use 0 or more")]
    NavOrderNegative {
        /// The entry's place in the list, from 0.
        index: usize,
        /// The entry's text.
        label: String,
        /// The order given.
        order: i32,
    },
    /// The user interface has no script to start it.
    #[error("`ui.entry_js` is empty: give the path of the script that starts the interface, such as `index.js`")]
    UiEntryEmpty,
    /// A page's path does not begin with `/`.
    #[error("`ui.routes[{index}].path` is {path:?}: begin it with `/`, as in `/my-plugin/reports`")]
    UiRoutePath {
        /// The page's place in the list, from 0.
        index: usize,
        /// The path given.
        path: String,
    },
    /// The health path is no plain path.
    #[error(
        "`health_path` is {path:?}: use a path that begins with `/` and has no space, `?`, `#`, `{{` or `}}`, such as `/health`"
    )]
    HealthPath {
        /// The path given.
        path: String,
    },
    /// The health path belongs to the protocol.
    #[error("`health_path` is {path:?}, which belongs to Temps: use any path but `/_events` and those below `/_temps/`")]
    HealthPathReserved {
        /// The path given.
        path: String,
    },
    /// A subscription has no valid form.
    #[error("`events[{index}]`: {reason}")]
    Event {
        /// The subscription's place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        reason: SubscriptionError,
    },
    /// A subscription is there twice.
    #[error("`events[{index}]` is {event:?}, which the list already has: leave it out")]
    EventRepeated {
        /// The second one's place in the list, from 0.
        index: usize,
        /// The subscription.
        event: String,
    },
    /// A public path does not begin with `/`.
    #[error("`public_paths[{index}]` is {path:?}: begin it with `/`, as in `/webhooks`")]
    PublicPath {
        /// The path's place in the list, from 0.
        index: usize,
        /// The path given.
        path: String,
    },
    /// A public path belongs to the protocol.
    #[error("`public_paths[{index}]` is {path:?}, which belongs to Temps: leave it out")]
    PublicPathReserved {
        /// The path's place in the list, from 0.
        index: usize,
        /// The path given.
        path: String,
    },
    /// The policy for the user interface's pages cannot be a header.
    #[error(
        "`content_security_policy` is {policy:?}: use one line of ASCII that is not blank, such as `default-src 'self'`, or leave it out"
    )]
    ContentSecurityPolicy {
        /// The policy given.
        policy: String,
    },
    /// The same, and it is longer than [`MAX_POLICY_BYTES`].
    #[error("`content_security_policy` has {bytes} bytes: use at most {MAX_POLICY_BYTES}")]
    ContentSecurityPolicyTooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// A declared key of the configuration breaks a rule.
    #[error("`config[{index}]`: {reason}")]
    Config {
        /// The key's place in the list, from 0.
        index: usize,
        /// Which rule.
        reason: ConfigKeyError,
    },
    /// More than [`MAX_CONFIG_KEYS`] keys are declared.
    #[error("`config` has {count} keys: declare at most {MAX_CONFIG_KEYS}")]
    ConfigKeys {
        /// How many there are.
        count: usize,
    },
    /// The plugin wants the platform's database.
    #[error("`requires_db` is `true`: a sandboxed plugin has no access to the platform's database, so use `false`")]
    RequiresDb,
    /// The plugin wants the host's data folder.
    #[error("`requires_host_data_access` is `true`: a sandboxed plugin has no access to the host's data, so use `false`")]
    RequiresHostDataAccess,
}

/// So much of a name that is too long as shows which one it is.
fn begin(name: &str) -> String {
    name.chars().take(MAX_NAME_CHARS).collect()
}
