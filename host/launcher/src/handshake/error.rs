use std::io;
use std::time::Duration;

use temps_plugin_protocol::HandshakeError;

use super::input::LAUNCH_LINE_BYTES;

/// Why the handshake did not go through. No message repeats a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeFailure {
    /// The launch line breaks a rule of the protocol.
    #[error("handshake: {0}")]
    Rule(#[from] HandshakeError),
    /// v1's secret is blank.
    #[error("handshake: `--auth-secret` is blank: events could not be told from forged ones")]
    BlankArgument,
    /// The launch line does not end.
    #[error("handshake: the launch line is longer than {LAUNCH_LINE_BYTES} bytes")]
    LineTooLong,
    /// The launch line is no text.
    #[error("handshake: the launch line is not UTF-8 text")]
    NotUtf8,
    /// stdin failed.
    #[error("handshake: cannot read the launch line from stdin: {0}")]
    Read(#[source] io::Error),
    /// The host did not write the launch line.
    #[error("handshake: no launch line came on stdin within {limit:?}; for protocol v1 give --auth-secret")]
    ReadTimedOut {
        /// How long it was waited for.
        limit: Duration,
    },
    /// stdout failed, most likely because the host closed it.
    #[error("handshake: cannot write the {line} to stdout: {source}")]
    Write {
        /// The line.
        line: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The host does not read stdout.
    #[error("handshake: the host did not read the {line} from stdout within {limit:?}")]
    WriteTimedOut {
        /// The line.
        line: &'static str,
        /// How long it was tried.
        limit: Duration,
    },
}
