use std::fmt;
use std::io;
use std::path::PathBuf;

use temps_plugin_bundle::TextFault;

use crate::bounds::{CONFIG_KEY_BYTES, CONFIG_KEYS, CONFIG_VALUE_BYTES, FILE_BYTES};
use crate::network::{GrantFault, PrivateFault};
use crate::{LogLevel, NoUserHeader, Place};

/// Why a policy file cannot be used. The message names the file and the place in it, and repeats no value of `[config]`.
#[derive(Debug, thiserror::Error)]
#[error("the policy file {}{}: {fault}", path.display(), At(*place))]
pub struct PolicyError {
    /// The file.
    pub path: PathBuf,
    /// Where in it, if what is wrong is at one place.
    pub place: Option<Place>,
    /// What is wrong.
    #[source]
    pub fault: Box<Fault>,
}

struct At(Option<Place>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |place| write!(f, ", {place}"))
    }
}

/// What is wrong with a policy file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be opened or read.
    #[error("cannot {doing} it: {source}")]
    Read {
        /// `open` or `read`.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A symbolic link, which is not followed.
    #[error("it is a symbolic link, and none is followed: put the file itself there")]
    SymbolicLink,
    /// A folder, a pipe or the like.
    #[error("it is no regular file")]
    NotAFile,
    /// Everybody can say what the plugin may do.
    #[error("everybody may write to it (its mode is {mode:o}): look at what is in it, and chmod o-w it")]
    Writable {
        /// Its permissions.
        mode: u32,
    },
    /// Somebody else can.
    #[error(
        "it belongs to the user with the id {owner}, and has to belong to root or to the user that the plugin runs as ({own}): look at what is in it, and chown it"
    )]
    Owner {
        /// Whose it is.
        owner: u32,
        /// Who the launcher is.
        own: u32,
    },
    /// More than [`FILE_BYTES`].
    #[error("it has more than {FILE_BYTES} bytes")]
    TooLong,
    /// Not text.
    #[error("here is something that is not UTF-8 text")]
    NotUtf8,
    /// Not TOML.
    #[error("this is not TOML: {0}")]
    Syntax(String),
    /// A table that does not exist.
    #[error("there is no table `{key}`{} The tables are {}", DidYouMean(near), known.join(", "))]
    UnknownTable {
        /// As it was written.
        key: String,
        /// Those that are written alike.
        near: Vec<&'static str>,
        /// All that there are.
        known: &'static [&'static str],
    },
    /// A key that does not exist.
    #[error("`{table}` has no key `{key}`{}{}", DidYouMean(near), Known(known))]
    UnknownKey {
        /// Where it was.
        table: &'static str,
        /// As it was written.
        key: String,
        /// Those that are written alike.
        near: Vec<&'static str>,
        /// All that there are.
        known: Vec<&'static str>,
    },
    /// A value of another type.
    #[error("`{key}` is {found}, and has to be {expected}")]
    Type {
        /// The key.
        key: String,
        /// What it is.
        found: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// An entry of `allow`.
    #[error("`network.allow` has {text:?}, which cannot be granted: {fault}")]
    Grant {
        /// As it was written.
        text: String,
        /// What is wrong with it.
        fault: GrantFault,
    },
    /// An entry of `allow_private`.
    #[error("`network.allow_private` has {text:?}, which cannot be allowed: {fault}")]
    Private {
        /// As it was written.
        text: String,
        /// What is wrong with it.
        fault: PrivateFault,
    },
    /// A value that the limit does not take.
    #[error("{0}")]
    Limit(String),
    /// One limit in two places.
    #[error("`instance.count` and `limits.instances` are one limit: set it at one place")]
    CountTwice,
    /// A key that no plugin can ask for.
    #[error("`config` has a key {key:?}: a key has 1 to {CONFIG_KEY_BYTES} letters (A-Z, a-z), digits, `_` and `-`")]
    ConfigKey {
        /// As it was written.
        key: String,
    },
    /// More than [`CONFIG_KEYS`].
    #[error("`config` has more than {CONFIG_KEYS} keys")]
    ConfigKeys,
    /// Longer than [`CONFIG_VALUE_BYTES`].
    #[error("`config.{key}` has more than {CONFIG_VALUE_BYTES} bytes")]
    ConfigValue {
        /// The key.
        key: String,
    },
    /// A table that names no source, or several.
    #[error("`config.{key}` is a table, and has to have one of `env` and `file`: {{ env = \"NAME\" }} or {{ file = \"path\" }}")]
    ConfigSource {
        /// The key.
        key: String,
    },
    /// An environment variable that cannot be.
    #[error("`config.{key}.env` is not the name of an environment variable: it is empty, or has `=` or a NUL in it")]
    ConfigEnv {
        /// The key.
        key: String,
    },
    /// A path that cannot be.
    #[error("`config.{key}.file` is not a path: it is empty, or has a NUL in it")]
    ConfigFile {
        /// The key.
        key: String,
    },
    /// A level that does not exist.
    #[error("`log.level` is {text:?}, and has to be one of {}", LogLevel::TEXTS.join(", "))]
    LogLevel {
        /// As it was written.
        text: String,
    },
    /// A header that cannot be let through.
    #[error("`instance.pass_headers`: {0}")]
    Header(#[source] NoUserHeader),
    /// No key that is one.
    #[error("`trust.keys`: {0}; write the line that is in the file with .pub, as `temps-wasm keygen` made it")]
    Key(#[source] TextFault),
    /// No key at all.
    #[error("`[trust]` has no `keys`, so no plugin could start: name at least one, or leave the table out")]
    NoKeys,
}

/// The names that may have been meant, at the end of a sentence.
pub(crate) struct DidYouMean<'a>(pub(crate) &'a [&'a str]);

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("."),
            near => write!(f, ": did you mean `{}`?", near.join("` or `")),
        }
    }
}

/// Keys in a message: 10. Those of a table with more are not all of use to somebody who mistyped one.
const SHOWN_KEYS: usize = 10;

struct Known<'a>(&'a [&'static str]);

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() > SHOWN_KEYS {
            f.write_str(" docs/policy.md has all of them")
        } else {
            write!(f, " It takes {}", self.0.join(", "))
        }
    }
}
