use std::io;

use temps_plugin_bundle::{BundleError, WriteError};

use super::ExitCode;
use crate::build::BuildError;
use crate::dev::DevError;
use crate::emit::EmitError;
use crate::events::EventsError;
use crate::inspect::InspectError;
use crate::install::InstallError;
use crate::keygen::KeygenError;
use crate::launcher::PrepareError;
use crate::new::{NewError, SdkError};
use crate::pack::PackError;
use crate::subject::SubjectError;
use crate::temps::{FolderError, StartError};
use crate::uninstall::UninstallError;
use crate::unpack::UnpackError;
use crate::verify::{NotVerified, is_damage};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// `new`.
    #[error(transparent)]
    New(#[from] NewError),
    /// `inspect`: what is beside the plugin.
    #[error("it would not start, because of its policy: {0}")]
    PolicyBeside(String),
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
    /// `pack`.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// `unpack`.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// `verify`.
    #[error(transparent)]
    Verify(#[from] NotVerified),
    /// `keygen`.
    #[error(transparent)]
    Keygen(#[from] KeygenError),
    /// `inspect`.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// `install`.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// `uninstall`.
    #[error(transparent)]
    Uninstall(#[from] UninstallError),
    /// `list`.
    #[error(transparent)]
    List(#[from] FolderError),
    /// Stdout cannot be written.
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
}

impl CommandError {
    /// Returns the exit code. `--help` tells what each code means.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::New(error) => new(error),
            Self::Build(_) => ExitCode::Unusable,
            Self::Dev(error) => dev(error),
            Self::Emit(EmitError::Stdout(_)) | Self::Stdout(_) => ExitCode::Output,
            Self::Emit(_) => ExitCode::NotEmitted,
            Self::Events(_) => ExitCode::Events,
            Self::Pack(error) => pack(error),
            Self::Unpack(error) => match error {
                UnpackError::Bundle(error) => bundle(error),
                UnpackError::NotPacked { .. } => ExitCode::NotPacked,
                UnpackError::NoComponent { .. } => ExitCode::Damaged,
                UnpackError::Exists { .. } | UnpackError::Write { .. } => ExitCode::Files,
            },
            Self::Verify(error) => match error {
                NotVerified::Key(_) => ExitCode::Files,
                NotVerified::Bundle(error) => bundle(error),
                NotVerified::NotPacked { .. } => ExitCode::NotPacked,
                NotVerified::Signature(_) => ExitCode::Unsigned,
            },
            Self::Keygen(_) | Self::List(_) => ExitCode::Files,
            Self::PolicyBeside(_) => ExitCode::Policy,
            Self::Inspect(error) => inspect(error),
            Self::Install(error) => install(error),
            Self::Uninstall(error) => match error {
                UninstallError::NobodyToAsk | UninstallError::Declined => ExitCode::Declined,
                UninstallError::Missing { .. } | UninstallError::NotOurs { .. } | UninstallError::InUse { .. } => ExitCode::Taken,
                UninstallError::NoData { .. } | UninstallError::Ask(_) | UninstallError::Remove { .. } => ExitCode::Files,
            },
        }
    }
}

fn new(error: &NewError) -> ExitCode {
    match error {
        NewError::Name(_)
        | NewError::NameOfFolder { .. }
        | NewError::Sdk(SdkError::NotInFolder { .. } | SdkError::Neither { .. }) => ExitCode::Usage,
        NewError::NotEmpty { .. }
        | NewError::NoFolder { .. }
        | NewError::Read { .. }
        | NewError::Sdk(SdkError::NotFound { .. } | SdkError::Program(_) | SdkError::NotText { .. })
        | NewError::Ask(_)
        | NewError::Template { .. }
        | NewError::Write { .. }
        | NewError::Git(_) => ExitCode::Files,
    }
}

fn dev(error: &DevError) -> ExitCode {
    match error {
        DevError::Get { .. } | DevError::GetStatus { .. } | DevError::Stdout(_) => ExitCode::Output,
        DevError::GetPath { .. } | DevError::GetOfSeveral | DevError::HasLauncher { .. } | DevError::SameName { .. } => {
            ExitCode::Usage
        }
        DevError::Subject(_) | DevError::Build(_) | DevError::Compile(_) => ExitCode::Unusable,
        DevError::Launcher(_)
        | DevError::Fixtures(_)
        | DevError::PluginsFolder(_)
        | DevError::Folder(_)
        | DevError::Path { .. }
        | DevError::Watch(_)
        | DevError::Signals(_) => ExitCode::Surroundings,
        DevError::Start { error, .. } => match error {
            StartError::Launch(_) => ExitCode::NotStarted,
            StartError::Folder(_)
            | StartError::NoPlugin { .. }
            | StartError::PortTaken { .. }
            | StartError::Listen { .. }
            | StartError::Sockets { .. }
            | StartError::Unknown { .. } => ExitCode::Surroundings,
        },
        DevError::Ended { .. } => ExitCode::Ended,
    }
}

fn pack(error: &PackError) -> ExitCode {
    match error {
        PackError::Subject(_)
        | PackError::Build(_)
        | PackError::Packed { .. }
        | PackError::Component { .. }
        | PackError::Changed { .. }
        | PackError::Prepare(PrepareError::Refused { .. }) => ExitCode::Unusable,
        PackError::Launcher(_)
        | PackError::NotALauncher { .. }
        | PackError::NoneHere { .. }
        | PackError::Prepare(
            PrepareError::Folder(_)
            | PrepareError::Run { .. }
            | PrepareError::Usage { .. }
            | PrepareError::Failed { .. }
            | PrepareError::Missing { .. },
        )
        | PackError::NotDescribed { .. }
        | PackError::Interface { .. }
        | PackError::Write(WriteError::Launcher { .. } | WriteError::HasBundle { .. } | WriteError::HasBrokenBundle(_)) => {
            ExitCode::Surroundings
        }
        PackError::Key(_)
        | PackError::NoFolder { .. }
        | PackError::IsFolder { .. }
        | PackError::NoName { .. }
        | PackError::IsInput { .. }
        | PackError::Written { .. }
        | PackError::Unreadable(_)
        | PackError::Write(
            WriteError::Sections { .. }
            | WriteError::SectionBytes { .. }
            | WriteError::Twice { .. }
            | WriteError::Unknown { .. }
            | WriteError::Write(_)
            | WriteError::Target { .. },
        ) => ExitCode::Files,
    }
}

fn inspect(error: &InspectError) -> ExitCode {
    match error {
        InspectError::Subject(SubjectError::Bundle(error)) | InspectError::Bundle(error) => bundle(error),
        InspectError::Subject(_)
        | InspectError::Crate { .. }
        | InspectError::NotDescribed { .. }
        | InspectError::Description { .. }
        | InspectError::Ui { .. }
        | InspectError::Prepare(PrepareError::Refused { .. }) => ExitCode::Unusable,
        InspectError::Launcher(_)
        | InspectError::Prepare(
            PrepareError::Folder(_)
            | PrepareError::Run { .. }
            | PrepareError::Usage { .. }
            | PrepareError::Failed { .. }
            | PrepareError::Missing { .. },
        ) => ExitCode::Surroundings,
        InspectError::Read { .. } | InspectError::Key(_) => ExitCode::Files,
        InspectError::NotPacked { .. } => ExitCode::NotPacked,
        InspectError::Signature(_) => ExitCode::Unsigned,
        InspectError::Policy(_) => ExitCode::Policy,
    }
}

fn install(error: &InstallError) -> ExitCode {
    match error {
        InstallError::Inspect(error) => inspect(error),
        InstallError::Key(_)
        | InstallError::Folder(_)
        | InstallError::Name { .. }
        | InstallError::Changed { .. }
        | InstallError::Ask(_)
        | InstallError::Write { .. } => ExitCode::Files,
        InstallError::NoKey { .. } | InstallError::TrustWithoutKey | InstallError::Secret { .. } => ExitCode::Usage,
        InstallError::Component { .. } => ExitCode::NotPacked,
        InstallError::Untrusted { .. } => ExitCode::Unsigned,
        InstallError::NobodyToAsk { .. } | InstallError::Declined => ExitCode::Declined,
        InstallError::Policy(_) | InstallError::PolicyText { .. } => ExitCode::Policy,
        InstallError::IsFolder { .. }
        | InstallError::NotAFile { .. }
        | InstallError::Taken { .. }
        | InstallError::AnotherPlugin { .. }
        | InstallError::AnotherSigner { .. }
        | InstallError::PolicyOfAnother { .. }
        | InstallError::Twice { .. } => ExitCode::Taken,
    }
}

fn bundle(error: &BundleError) -> ExitCode {
    if is_damage(error) { ExitCode::Damaged } else { ExitCode::Files }
}
