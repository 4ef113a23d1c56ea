use std::io;

use temps_plugin_bundle::{BundleError, WriteError};

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
    /// The exit code: the one table, which `--help` repeats.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::New(error) => new(error),
            Self::Build(_) => 3,
            Self::Dev(error) => dev(error),
            Self::Emit(EmitError::Stdout(_)) | Self::Stdout(_) => 1,
            Self::Emit(_) => 7,
            Self::Events(_) => 8,
            Self::Pack(error) => pack(error),
            Self::Unpack(error) => match error {
                UnpackError::Bundle(error) => bundle(error),
                UnpackError::NotPacked { .. } => 10,
                UnpackError::NoComponent { .. } => 11,
                UnpackError::Exists { .. } | UnpackError::Write { .. } => 9,
            },
            Self::Verify(error) => match error {
                NotVerified::Key(_) => 9,
                NotVerified::Bundle(error) => bundle(error),
                NotVerified::NotPacked { .. } => 10,
                NotVerified::Signature(_) => 12,
            },
            Self::Keygen(_) | Self::List(_) => 9,
            Self::Inspect(error) => inspect(error),
            Self::Install(error) => install(error),
            Self::Uninstall(error) => match error {
                UninstallError::NobodyToAsk | UninstallError::Declined => 13,
                UninstallError::Missing { .. } | UninstallError::NotOurs { .. } | UninstallError::InUse { .. } => 15,
                UninstallError::NoData { .. } | UninstallError::Ask(_) | UninstallError::Remove { .. } => 9,
            },
        }
    }
}

fn new(error: &NewError) -> u8 {
    match error {
        NewError::Name(_) | NewError::Sdk(SdkError::NotInFolder { .. } | SdkError::Neither { .. }) => 2,
        NewError::NotEmpty { .. }
        | NewError::NoFolder { .. }
        | NewError::Read { .. }
        | NewError::Sdk(SdkError::NotFound { .. } | SdkError::Program(_) | SdkError::NotText { .. })
        | NewError::Ask(_)
        | NewError::Template { .. }
        | NewError::Write { .. }
        | NewError::Git(_) => 9,
    }
}

fn dev(error: &DevError) -> u8 {
    match error {
        DevError::Get { .. } | DevError::GetStatus { .. } | DevError::Stdout(_) => 1,
        DevError::GetPath { .. } | DevError::GetOfSeveral | DevError::HasLauncher { .. } | DevError::SameName { .. } => 2,
        DevError::Subject(_) | DevError::Build(_) | DevError::Compile(_) => 3,
        DevError::Launcher(_)
        | DevError::Fixtures(_)
        | DevError::PluginsFolder(_)
        | DevError::Folder(_)
        | DevError::Path { .. }
        | DevError::Watch(_)
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
    }
}

fn pack(error: &PackError) -> u8 {
    match error {
        PackError::Subject(_)
        | PackError::Build(_)
        | PackError::Packed { .. }
        | PackError::Component { .. }
        | PackError::Changed { .. }
        | PackError::Prepare(PrepareError::Refused { .. }) => 3,
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
        | PackError::Write(WriteError::Launcher { .. } | WriteError::HasBundle { .. } | WriteError::HasBrokenBundle(_)) => 4,
        PackError::Key(_)
        | PackError::NoFolder { .. }
        | PackError::IsFolder { .. }
        | PackError::NoName { .. }
        | PackError::IsInput { .. }
        | PackError::Written { .. }
        | PackError::Write(
            WriteError::Sections { .. }
            | WriteError::SectionBytes { .. }
            | WriteError::Twice { .. }
            | WriteError::Unknown { .. }
            | WriteError::Write(_)
            | WriteError::Target { .. },
        ) => 9,
    }
}

fn inspect(error: &InspectError) -> u8 {
    match error {
        InspectError::Subject(SubjectError::Bundle(error)) | InspectError::Bundle(error) => bundle(error),
        InspectError::Subject(_)
        | InspectError::Crate { .. }
        | InspectError::NotDescribed { .. }
        | InspectError::Description { .. }
        | InspectError::Ui { .. }
        | InspectError::Prepare(PrepareError::Refused { .. }) => 3,
        InspectError::Launcher(_)
        | InspectError::Prepare(
            PrepareError::Folder(_)
            | PrepareError::Run { .. }
            | PrepareError::Usage { .. }
            | PrepareError::Failed { .. }
            | PrepareError::Missing { .. },
        ) => 4,
        InspectError::Read { .. } | InspectError::Key(_) => 9,
        InspectError::NotPacked { .. } => 10,
        InspectError::Signature(_) => 12,
        InspectError::Policy(_) => 14,
    }
}

fn install(error: &InstallError) -> u8 {
    match error {
        InstallError::Inspect(error) => inspect(error),
        InstallError::Key(_)
        | InstallError::Folder(_)
        | InstallError::Name { .. }
        | InstallError::Changed { .. }
        | InstallError::Ask(_)
        | InstallError::Write { .. } => 9,
        InstallError::Component { .. } => 10,
        InstallError::Untrusted { .. } => 12,
        InstallError::NobodyToAsk { .. } | InstallError::Declined => 13,
        InstallError::Policy(_) | InstallError::PolicyText { .. } => 14,
        InstallError::IsFolder { .. } | InstallError::Taken { .. } | InstallError::Twice { .. } => 15,
    }
}

fn bundle(error: &BundleError) -> u8 {
    if is_damage(error) { 11 } else { 9 }
}
