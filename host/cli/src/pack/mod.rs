//! `temps-wasm pack`: a plugin as one executable.
//!
//! ```text
//!  crate ─▶ build ─▶ component ─▶ temps-launcher --prepare ─▶ description, code, ui ─┐
//!                        └───────────────────────────────────────────────────────────┼─▶ launcher + bundle
//!                                                   the launcher that is packed ─────┘
//! ```

mod error;
mod launchers;
mod output;

pub use error::PackError;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use temps_plugin_bundle::{Bundle, Entry, KeyId, KeyPair, Kind};
use temps_plugin_runtime::Limits;
use temps_plugin_runtime::ui::section;

use crate::build::{Goal, Stderr};
use crate::description::Identity;
use crate::launcher::{Machine, prepare};
use crate::subject::Subject;
use crate::terminal::{plain, size};
use launchers::Launchers;
use output::Output;

/// The launchers that are taken for development builds: from 48 MiB on. A release has a third of that, a development build twice as much.
const DEVELOPMENT_BYTES: u64 = 48 << 20;

/// What is to be packed, and how.
#[derive(Debug, Clone, Default)]
pub struct PackOptions {
    /// The crate's folder, or a `.wasm` file.
    pub path: PathBuf,
    /// The profile to build a crate with; see [`build`](crate::build::build).
    pub profile: Option<String>,
    /// The executable that is made, or a folder where it gets the plugin's name. Default the folder that this program runs in.
    pub output: Option<PathBuf>,
    /// The launcher to pack; see [`find_launcher`](crate::launcher::find_launcher). It may be for another machine.
    pub launcher: Option<PathBuf>,
    /// The file of the secret key to sign with. Default not to sign.
    pub sign: Option<PathBuf>,
}

/// An executable that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The file.
    pub path: PathBuf,
    /// What to tell of it, a line each.
    pub notes: Vec<String>,
}

/// Builds what is to be built, has a launcher prepare it, and writes the executable. The same component, launcher and key give the same bytes.
///
/// A launcher for another machine cannot be run here: the one that is found without [`PackOptions::launcher`] then describes the plugin, and the executable has no
/// compiled code.
///
/// # Errors
///
/// [`PackError`]. What was at the output is as it was then.
pub async fn pack(wanted: PackOptions) -> Result<Packed, PackError> {
    // What can be found wrong at once comes before the build.
    let source = match Subject::find(&wanted.path).await? {
        Subject::Source(source) => source,
        Subject::Packed(path) => return Err(PackError::Packed { path }),
    };
    let launchers = Launchers::choose(wanted.launcher.as_deref())?;
    let key = wanted.sign.as_deref().map(KeyPair::load).transpose()?;
    let output = Output::new(wanted.output)?;
    let component = source.component(wanted.profile.as_deref(), Goal::Ship, Stderr::Inherited).await?;
    let bytes = read(&component)?;
    let prepared = prepare(&launchers.preparing, &component).await?;
    // The launcher read the file itself, and what it made belongs to what it read.
    if read(&component)? != bytes {
        return Err(PackError::Changed { path: component });
    }
    let Some(identity) = Identity::in_description(&prepared.description) else {
        return Err(PackError::NotDescribed { launcher: launchers.preparing });
    };
    let inputs = [Some(component.as_path()), Some(&launchers.packed), wanted.sign.as_deref()];
    let target = output.file(&identity.name, inputs.into_iter().flatten())?;

    let mut notes = prepared.warnings;
    let mut builder = Bundle::builder().component(bytes);
    match launchers.foreign {
        None => builder = builder.code(prepared.code),
        Some(machine) => notes.push(without_code(machine)),
    }
    builder = builder.section(Kind::MANIFEST, Cow::from(prepared.description));
    if let Some(ui) = prepared.ui {
        // Here, because the launcher, which gave the files, would be a megabyte larger with Brotli.
        let ui = section::compressed(&ui.into(), (&Limits::default()).into())
            .map_err(|source| PackError::Interface { launcher: launchers.preparing, source })?;
        builder = builder.section(Kind::UI, ui);
    }
    if let Some(key) = &key {
        builder = builder.signed_with(key);
    }
    builder.write(&launchers.packed, &target)?;
    let written = |source| PackError::Written { path: target.clone(), source };
    let length = fs::metadata(&target).map_err(written)?.len();
    // As `verify` shows them.
    let bundle = Bundle::open(&target).map_err(PackError::Unreadable)?;
    let entries = bundle.iter().flat_map(Bundle::entries);
    let parts = entries.map(|Entry { kind, length, .. }| format!("{kind} {}", size(length)));
    let parts: Vec<String> = parts.chain([format!("launcher {}", size(launchers.bytes))]).collect();
    if launchers.bytes >= DEVELOPMENT_BYTES {
        notes.push(development_build(&launchers.packed));
    }
    notes.push(format!("packed {} {}, {}", plain(&identity.name), plain(&identity.version), size(length)));
    notes.push(parts.join(", "));
    if let Some(key) = &key {
        notes.push(signed(key.public().id()));
    }
    Ok(Packed { path: target, notes })
}

fn read(component: &Path) -> Result<Vec<u8>, PackError> {
    fs::read(component).map_err(|source| PackError::Component { path: component.to_owned(), source })
}

fn without_code(machine: Machine) -> String {
    format!("without compiled code, because the launcher is for {machine}: the first start there compiles")
}

fn development_build(launcher: &Path) -> String {
    format!(
        "warning: the launcher {} is a development build, large and slow: --launcher takes one of a release, or of `cargo build --release -p temps-launcher`",
        launcher.display()
    )
}

fn signed(key: KeyId) -> String {
    format!("signed with the key {key}")
}
