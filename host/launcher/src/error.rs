use std::io;
use std::path::PathBuf;
use std::time::Duration;

use temps_plugin_bundle::{BundleError, Kind, VerifyError};
use temps_plugin_inbox::InboxError;
use temps_plugin_policy::{IncompletePolicy, PolicyError};
use temps_plugin_runtime::ui::SectionError;
use temps_plugin_runtime::{CodeError, DescribeError, EngineError, Failure, InitError, LoadError};

use crate::ExitStatus;
use crate::args::UsageError;
use crate::data_dir::DataDirError;
use crate::handshake::HandshakeFailure;
use crate::instances::InstanceError;
use crate::policy::ConfigError;
use crate::socket::SocketError;

/// Why the launcher ends, other than by a signal. Its text is the last line of the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LaunchError {
    /// The command line.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The policy file.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Something that the policy file tells the guest.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something that the plugin requires and the policy file does not set.
    #[error(transparent)]
    IncompletePolicy(#[from] IncompletePolicy),
    /// The bundle is not from anybody whom the policy trusts.
    #[error("the policy file {} trusts only plugins that its `trust.keys` signed, and {source}", policy.display())]
    Untrusted {
        /// The policy file.
        policy: PathBuf,
        /// What is wrong with the signature.
        source: Box<VerifyError>,
    },
    /// A component without a bundle, where a signature is asked for.
    #[error(
        "the policy file {} trusts only plugins that its `trust.keys` signed, and {} is a component in a file of its own, which is not: pack it with `temps-wasm pack --sign`, or take `[trust]` out",
        policy.display(),
        component.display()
    )]
    NotSigned {
        /// The component.
        component: PathBuf,
        /// The policy file.
        policy: PathBuf,
    },
    /// No component lies where it should, and none was named.
    #[error("no component found: put it at {} or name it with --component", looked_at.display())]
    NoComponent {
        /// Where it should lie.
        looked_at: PathBuf,
    },
    /// The component that was named is not there.
    #[error("there is no component at {}, which --component names, and none at {}", named.display(), looked_at.display())]
    NamedComponentMissing {
        /// What `--component` says.
        named: PathBuf,
        /// Where it is looked for first.
        looked_at: PathBuf,
    },
    /// The bundle of this executable cannot be used.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The bundle lacks what a plugin needs.
    #[error("the bundle in {} has no section `{kind}`: pack the plugin again", path.display())]
    NotInBundle {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        kind: Kind,
    },
    /// The user interface in the bundle cannot be served.
    #[error("the user interface in {} is not valid: {source}", path.display())]
    PackedUi {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SectionError,
    },
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The component cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Compiled code cannot be run.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// What was prepared cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or the folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The component cannot be announced.
    #[error(transparent)]
    Describe(#[from] DescribeError),
    /// The data directory.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The event inbox.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The handshake.
    #[error(transparent)]
    Handshake(#[from] HandshakeFailure),
    /// The socket.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The guest's initialisation.
    #[error(transparent)]
    Init(#[from] InitError),
    /// An instance beyond the first.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The host did not open the channel.
    #[error("the host did not open the channel (/_temps/channel) within {limit:?} of the ready line")]
    NoChannel {
        /// How long it was waited for.
        limit: Duration,
    },
    /// The channel was lost for good.
    #[error(
        "the host closed the channel (/_temps/channel) and did not open another within {limit:?}: the host is taken to be gone; a host that needs longer sets the limit channel_grace"
    )]
    HostGone {
        /// How long another was waited for.
        limit: Duration,
    },
    /// The process's stdout cannot be set aside for the handshake.
    #[error("cannot set stdout aside for the handshake: {0}")]
    Stdout(#[source] io::Error),
    /// The threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(#[source] io::Error),
    /// The signals cannot be taken.
    #[error("cannot handle signals: {0}")]
    Signals(#[source] io::Error),
    /// The launcher panicked, which the log tells.
    #[error("the launcher failed: the panic is in the log")]
    Panicked,
}

impl LaunchError {
    /// The guest's failure, if that is the cause.
    pub(crate) fn guest_failure(&self) -> Option<&Failure> {
        match self {
            Self::Describe(DescribeError::Guest(failure))
            | Self::Init(InitError::Guest(failure))
            | Self::Instance(InstanceError::Init { source: InitError::Guest(failure), .. }) => Some(failure),
            _ => None,
        }
    }

    /// The one table from an error to its exit status.
    pub(crate) fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Usage(_) | Self::Write { .. } => ExitStatus::Usage,
            Self::NoComponent { .. } | Self::NamedComponentMissing { .. } => ExitStatus::ComponentMissing,
            Self::Bundle(_) | Self::NotInBundle { .. } | Self::PackedUi { .. } => ExitStatus::ComponentInvalid,
            Self::Load(error) | Self::Code(CodeError::Load(error)) => match error {
                LoadError::Read { .. } => ExitStatus::ComponentMissing,
                LoadError::CoreModule { .. }
                | LoadError::NotAComponent { .. }
                | LoadError::Import { .. }
                | LoadError::OtherWorld { .. } => ExitStatus::ComponentInvalid,
                LoadError::Memory { .. } => ExitStatus::Policy,
            },
            Self::Describe(
                DescribeError::Kept(_)
                | DescribeError::Manifest(_)
                | DescribeError::OpenApi(_)
                | DescribeError::Ui(_)
                | DescribeError::Network { .. },
            ) => ExitStatus::ManifestInvalid,
            Self::Describe(DescribeError::OtherExport { .. }) => ExitStatus::ComponentInvalid,
            Self::Describe(DescribeError::Guest(_)) | Self::Init(_) | Self::Instance(InstanceError::Init { .. }) => {
                ExitStatus::GuestFailed
            }
            Self::DataDir(_) | Self::Inbox(_) => ExitStatus::DataDir,
            Self::Policy(_) | Self::Config(_) | Self::IncompletePolicy(_) => ExitStatus::Policy,
            Self::Untrusted { .. } | Self::NotSigned { .. } => ExitStatus::Untrusted,
            Self::Handshake(_) => ExitStatus::Handshake,
            Self::Socket(_) => ExitStatus::Socket,
            Self::NoChannel { .. } => ExitStatus::NoChannel,
            Self::HostGone { .. } => ExitStatus::HostGone,
            Self::Engine(_)
            | Self::Code(CodeError::Unfit { .. })
            | Self::Instance(InstanceError::Thread { .. } | InstanceError::Ended { .. })
            | Self::Stdout(_)
            | Self::Threads(_)
            | Self::Signals(_)
            | Self::Panicked => ExitStatus::Internal,
        }
    }
}
