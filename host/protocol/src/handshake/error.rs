use std::fmt;

/// Which line of the handshake is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// The plugin's first: its manifest.
    Manifest,
    /// The host's only one, in v2.
    Launch,
    /// The plugin's second.
    Ready,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "manifest line",
            Self::Launch => "launch line",
            Self::Ready => "ready line",
        })
    }
}

/// Why a line of the handshake cannot be taken. Each ends the start.
///
/// No message repeats a value from the launch line, which holds secrets, apart from its version
/// number. Each message is whole: no source is kept beside it.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// The stream ended where the line should have come.
    #[error("{line}: the stream was closed before it came")]
    Closed {
        /// The line awaited.
        line: Line,
    },
    /// The line is not JSON.
    #[error("{line}: not JSON: {reason}")]
    NotJson {
        /// The line read.
        line: Line,
        /// Where and why parsing stopped.
        reason: serde_json::Error,
    },
    /// The line is JSON, but no object.
    #[error("{line}: JSON, but not an object")]
    NotAnObject {
        /// The line read.
        line: Line,
    },
    /// The line's `type` is missing or another.
    #[error("{line}: `type` is {}, expected `\"{expected}\"`", shown(found))]
    Type {
        /// The line read.
        line: Line,
        /// What was expected.
        expected: &'static str,
        /// What was there, as JSON text.
        found: Option<String>,
    },
    /// The line's `protocol_version` is missing or not 2.
    #[error(
        "{line}: `protocol_version` is {}, expected `2`: host and plugin speak different generations of the protocol",
        shown(found)
    )]
    Version {
        /// The line read.
        line: Line,
        /// What was there, as JSON text.
        found: Option<String>,
    },
    /// A field is missing that has to be there.
    #[error("{line}: `{field}` is missing")]
    Missing {
        /// The line read.
        line: Line,
        /// The field.
        field: &'static str,
    },
    /// A field has the wrong type.
    #[error("{line}: `{field}` is not {expected}")]
    FieldType {
        /// The line read.
        line: Line,
        /// The field.
        field: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// The auth secret is there, but blank.
    #[error("launch line: `auth_secret` is blank: requests could not be told from forged ones")]
    AuthSecretBlank,
    /// The manifest asks for the platform's database, and the host gave no URL.
    #[error("launch line: `database_url` is missing, but the manifest says `requires_db: true`")]
    DatabaseUrlMissing,
    /// The host gave a database URL that the manifest does not ask for.
    #[error("launch line: `database_url` is set, but the manifest says `requires_db: false`")]
    DatabaseUrlUnexpected,
    /// The manifest asks for the host's data folder, and the host gave none.
    #[error("launch line: `host_data_dir` is missing, but the manifest says `requires_host_data_access: true`")]
    HostDataDirMissing,
    /// The host gave a data folder that the manifest does not ask for.
    #[error("launch line: `host_data_dir` is set, but the manifest says `requires_host_data_access: false`")]
    HostDataDirUnexpected,
    /// The manifest line holds no manifest.
    #[error("manifest line: not a manifest: {reason}")]
    Manifest {
        /// Which field it is about.
        reason: serde_json::Error,
    },
    /// The plugin says that it is not ready.
    #[error("ready line: `ready` is not `true`")]
    NotReady,
}

fn shown(found: &Option<String>) -> String {
    match found {
        Some(found) => format!("`{found}`"),
        None => "missing".to_owned(),
    }
}
