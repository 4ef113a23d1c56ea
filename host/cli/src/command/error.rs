use std::io;

use crate::build::BuildError;
use crate::dev::DevError;
use crate::emit::EmitError;
use crate::events::EventsError;
use crate::temps::StartError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// `build`.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// `dev`.
    #[error(transparent)]
    Dev(#[from] DevError),
    /// `emit`.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// `events`.
    #[error(transparent)]
    Events(#[from] EventsError),
    /// Stdout cannot be written.
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
}

impl CommandError {
    /// The exit code: the one table, which `--help` repeats.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Build(_) => 3,
            Self::Dev(error) => match error {
                DevError::Get { .. } | DevError::GetStatus { .. } | DevError::Stdout(_) => 1,
                DevError::GetPath { .. } => 2,
                DevError::Build(_) | DevError::Component { .. } | DevError::NotComponent { .. } => 3,
                DevError::NoLauncher
                | DevError::Launcher { .. }
                | DevError::Fixtures(_)
                | DevError::PluginsFolder(_)
                | DevError::Folder(_)
                | DevError::DataDir { .. }
                | DevError::Signals(_) => 4,
                DevError::Start { error, .. } => match error {
                    StartError::Launch(_) => 5,
                    StartError::Folder(_)
                    | StartError::NoPlugin { .. }
                    | StartError::PortTaken { .. }
                    | StartError::Listen { .. }
                    | StartError::Sockets { .. }
                    | StartError::Unknown { .. } => 4,
                },
                DevError::Ended { .. } => 6,
            },
            Self::Emit(EmitError::Stdout(_)) | Self::Stdout(_) => 1,
            Self::Emit(_) => 7,
            Self::Events(_) => 8,
        }
    }
}
