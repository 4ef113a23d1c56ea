use std::io;
use std::path::PathBuf;

use temps_plugin_bundle::{KeyError, KeyId, VerifyError};
use temps_plugin_policy::PolicyError;

use crate::inspect::InspectError;
use crate::temps::FolderError;
use crate::terminal::plain;

/// Why a plugin was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The file cannot be taken.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// A public key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A component by itself.
    #[error("{} is a component: `temps-wasm pack` makes a plugin of it, which can be installed", path.display())]
    Component {
        /// The file.
        path: PathBuf,
    },
    /// The plugins folder is not there, or cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// No file in the folder can have the name.
    #[error(
        "no plugin's file can be called `{}`: choose another with --as, without `/`, a dot at its beginning, .toml or .wasm",
        plain(name)
    )]
    Name {
        /// The name.
        name: String,
    },
    /// There is a folder of that name.
    #[error("{} is a folder: choose another name with --as", path.display())]
    IsFolder {
        /// The folder.
        path: PathBuf,
    },
    /// What is there is no packed plugin.
    #[error("{} is there, and is no packed plugin: --replace puts this one in its place", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// What is there is neither a file nor a link to one.
    #[error("{} is there, and is no file: remove it, or choose another name with --as", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Another plugin has the file's name.
    #[error(
        "{} is the plugin `{}`, and not `{}`: --replace puts this one in its place, which does not get its policy",
        path.display(),
        plain(found),
        plain(name)
    )]
    AnotherPlugin {
        /// The file.
        path: PathBuf,
        /// The name of the plugin that is there.
        found: String,
        /// The name of this one.
        name: String,
    },
    /// Somebody else signed the plugin that is there.
    #[error(
        "{} is signed with the key {found}, and this one {}: --replace puts it in its place, which does not get its policy",
        path.display(),
        signed(*by)
    )]
    AnotherSigner {
        /// The file.
        path: PathBuf,
        /// The key that signed it, as it says.
        found: KeyId,
        /// The key that signed this one, as it says. None: none.
        by: Option<KeyId>,
    },
    /// The policy that is there was made for the plugin that is replaced.
    #[error("{} grants what the other plugin was trusted with: remove or rename it, so that this one does not get it", path.display())]
    PolicyOfAnother {
        /// The policy.
        path: PathBuf,
    },
    /// The same plugin is there under another name: Temps takes only one.
    #[error("{} has the plugin's name, `{}`, and Temps takes one of a name: uninstall that, or install over it with --as", path.display(), plain(name))]
    Twice {
        /// The other file.
        path: PathBuf,
        /// The name of both.
        name: String,
    },
    /// The policy that is there cannot be used, so the plugin would not start.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The signer is to be trusted, and nothing says who that may be.
    #[error("--trust wants --key, with the public key that the plugin is signed with: nothing else says whose it is")]
    TrustWithoutKey,
    /// A value is given for what is no key of the plugin.
    #[error("--set {}: the plugin declares no such key{}", plain(key), declared_keys(declared))]
    NoKey {
        /// The key.
        key: String,
        /// Those that it declares.
        declared: Vec<String>,
    },
    /// A secret is given where other users can read it.
    #[error(
        "--set {0}: it is a secret, and every user of this machine can read a command line. Leave it out, and put into {1}, below [config]: \
         {0} = {{ file = \"/a/file/with/it\" }}",
        plain(key),
        policy.display()
    )]
    Secret {
        /// The key.
        key: String,
        /// The policy.
        policy: PathBuf,
    },
    /// Grants or values cannot be written into the policy that is there.
    #[error("cannot add to {}: {reason}; change it by hand, and install with --yes and without --grant", path.display())]
    PolicyText {
        /// The policy.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The policy that is there wants a signature that the plugin does not have.
    #[error("the policy {} wants the plugin signed: {source}", policy.display())]
    Untrusted {
        /// The policy.
        policy: PathBuf,
        /// What is wrong with its signature.
        source: Box<VerifyError>,
    },
    /// Somebody has to say yes, and there is no terminal.
    #[error("nothing was written: there is no terminal to ask on. Pass --yes{}", more(grants))]
    NobodyToAsk {
        /// The options that would grant what is new.
        grants: Vec<String>,
    },
    /// Somebody said no.
    #[error("nothing was written: it was declined")]
    Declined,
    /// The terminal cannot be used.
    #[error("cannot ask: {0}")]
    Ask(#[source] io::Error),
    /// The file is not the one that was looked at.
    #[error("{} changed while it was installed: nothing was written, look at it again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot {doing} {}: {source}", path.display())]
    Write {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn signed(by: Option<KeyId>) -> String {
    by.map_or_else(|| "is not signed".to_owned(), |key| format!("with the key {key}"))
}

fn declared_keys(declared: &[String]) -> String {
    if declared.is_empty() {
        return String::new();
    }
    format!(", but {}", declared.iter().map(|key| plain(key)).collect::<Vec<_>>().join(", "))
}

fn more(grants: &[String]) -> String {
    if grants.is_empty() {
        return String::new();
    }
    format!(",\nand for what it is to be granted --grant all, or of these:\n  {}", grants.join("\n  "))
}
