use std::path::PathBuf;

use clap::Args;

use super::{CommandError, note, print};
use crate::pack::PackOptions;
use crate::terminal::size;
use crate::unpack::unpack;
use crate::verify::verify;

#[derive(Debug, Args)]
pub(super) struct PackArguments {
    /// The crate's folder, or a component (.wasm)
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The executable to make, or a folder to put it into [default: the plugin's name, in this folder]
    ///
    /// What is there is replaced at once, also while it runs.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The cargo profile [default: `plugin`, whose settings are passed to cargo unless the workspace declares it]
    #[arg(long)]
    profile: Option<String>,
    /// The launcher to pack [default: temps-launcher beside this program or in PATH]
    ///
    /// It may be for another kind of CPU. Then the plugin compiles when it starts there for the first time.
    #[arg(long, value_name = "PATH")]
    launcher: Option<PathBuf>,
    /// Sign with this secret key, which `temps-wasm keygen` made
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
}

impl From<PackArguments> for PackOptions {
    fn from(arguments: PackArguments) -> Self {
        let PackArguments { path, output, profile, launcher, sign } = arguments;
        Self { path, profile, output, launcher, sign }
    }
}

#[derive(Debug, Args)]
pub(super) struct UnpackArguments {
    /// The packed plugin
    file: PathBuf,
    /// Where to write the component [default: the file's name with .wasm behind it, in this folder]
    #[arg(short, long, value_name = "OUT.wasm")]
    output: Option<PathBuf>,
    /// Overwrite what is there
    #[arg(long)]
    force: bool,
}

impl UnpackArguments {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let output = self.output.unwrap_or_else(|| {
            let mut name = self.file.file_name().unwrap_or("plugin".as_ref()).to_owned();
            name.push(".wasm");
            name.into()
        });
        let length = unpack(&self.file, &output, self.force)?;
        note(&format!("unpacked a component of {}", size(length)));
        print(&output.display().to_string())
    }
}

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The packed plugin
    file: PathBuf,
    /// The file of a public key that may have signed it; may be repeated
    #[arg(long = "key", value_name = "PUB")]
    keys: Vec<PathBuf>,
    /// A line of JSON
    #[arg(long)]
    json: bool,
}

impl VerifyArguments {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let verified = verify(&self.file, &self.keys)?;
        print(&if self.json { verified.json() } else { verified.text() })
    }
}
