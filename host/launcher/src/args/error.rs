use temps_plugin_policy::NoUserHeader;
use temps_plugin_runtime::LimitError;

/// Why the command line cannot be used. No message repeats a value that a host gave.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UsageError {
    /// An argument that is needed is not there.
    #[error("the argument `{flag}` is missing (see --help)")]
    Missing {
        /// The argument.
        flag: &'static str,
    },
    /// An argument stands without its value.
    #[error("the argument `{flag}` needs a value")]
    ValueMissing {
        /// The argument.
        flag: &'static str,
    },
    /// A path is empty.
    #[error("the value of `{flag}` is empty: give a path")]
    Empty {
        /// The argument.
        flag: &'static str,
    },
    /// A value that has to be text is not.
    #[error("the value of `{flag}` is not UTF-8 text")]
    NotUtf8 {
        /// The argument.
        flag: &'static str,
    },
    /// `--limit` without a `=`.
    #[error("the value of `--limit` is `{given}`: write it as name=value, such as `--limit memory=64MiB`")]
    LimitForm {
        /// What was given.
        given: String,
    },
    /// A header that cannot be let through.
    #[error("--pass-header: {0}")]
    PassHeader(#[from] NoUserHeader),
    /// What a flag about fetches does not take.
    #[error("the value of `{flag}` is `{given}`: {reason}")]
    Network {
        /// The argument.
        flag: &'static str,
        /// What was given.
        given: String,
        /// What is wrong.
        reason: String,
    },
    /// No such limit, or a value that it does not take.
    #[error("--limit: {0}")]
    Limit(#[from] LimitError),
}
