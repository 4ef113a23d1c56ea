use std::fs;
use std::path::{Path, PathBuf};

use semver::VersionReq;
use toml::Table;
use toml_edit::Value;

/// Whether the SDK's crates are in crates.io, under the version of this program. A build-time constant:
/// what is written has to work offline, so the registry is not asked.
const PUBLISHED: bool = false;

/// The SDK's package.
const PACKAGE: &str = "temps-plugin-sdk";

/// The SDK's folder in a checkout, and in a release archive's `sdk`.
const FOLDER: &str = "guest-sdk";

/// Where a plugin's crate gets the SDK from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sdk {
    /// A registry: a version requirement.
    Version(String),
    /// The absolute path of the SDK's folder.
    Folder(String),
}

/// Why there is no SDK.
#[derive(Debug, thiserror::Error)]
pub enum SdkError {
    /// It is not around this program.
    #[error(
        "cannot find the SDK: {} lies neither in a release archive nor in a checkout's `target`; give the folder \
         `guest-sdk` of one of them with --sdk PATH",
        program.display()
    )]
    NotFound {
        /// This program.
        program: PathBuf,
    },
    /// This program's own path is unknown.
    #[error("cannot find the SDK, as the system does not say where this program is ({0}): give its folder with --sdk PATH")]
    Program(std::io::Error),
    /// The folder that was given has none.
    #[error(
        "--sdk {} has no SDK: neither it nor its `{FOLDER}` has the Cargo.toml of `{PACKAGE}`",
        path.display()
    )]
    NotInFolder {
        /// The folder.
        path: PathBuf,
    },
    /// What was given is no folder and no version.
    #[error("--sdk {given:?} is neither a folder that is there nor a version such as `0.1`")]
    Neither {
        /// What was given, cut to what can be shown.
        given: String,
    },
    /// The path cannot be written into a `Cargo.toml`.
    #[error("the SDK's folder {} has a name that is not UTF-8, which Cargo.toml cannot have: move it", path.display())]
    NotText {
        /// The folder.
        path: PathBuf,
    },
}

/// The most characters of an argument that an error shows: a line of a terminal.
const MAX_SHOWN_CHARS: usize = 80;

impl Sdk {
    /// The SDK that was given, a version or a folder. Without one it is the registry's once it is
    /// published there, and until then that of the release archive or checkout that this program is in.
    ///
    /// # Errors
    ///
    /// [`SdkError`], which says how to give one.
    pub fn find(given: Option<&str>) -> Result<Self, SdkError> {
        match given {
            Some(given) => Self::given(given),
            None if PUBLISHED => Ok(Self::Version(env!("CARGO_PKG_VERSION").to_owned())),
            None => {
                let program = std::env::current_exe().and_then(fs::canonicalize).map_err(SdkError::Program)?;
                match around(&program) {
                    Some(folder) => Self::folder(folder),
                    None => Err(SdkError::NotFound { program }),
                }
            }
        }
    }

    fn given(given: &str) -> Result<Self, SdkError> {
        let path = Path::new(given);
        if path.is_dir() {
            let not_there = || SdkError::NotInFolder { path: path.to_owned() };
            let root = path.canonicalize().map_err(|_| not_there())?;
            let found =
                [root.clone(), root.join(FOLDER), root.join("sdk").join(FOLDER)].into_iter().find(|folder| is_sdk(folder));
            return Self::folder(found.ok_or_else(not_there)?);
        }
        match VersionReq::parse(given) {
            Ok(version) => Ok(Self::Version(version.to_string())),
            Err(_) => Err(SdkError::Neither { given: given.chars().take(MAX_SHOWN_CHARS).collect() }),
        }
    }

    fn folder(path: PathBuf) -> Result<Self, SdkError> {
        match path.into_os_string().into_string() {
            Ok(path) => Ok(Self::Folder(path)),
            Err(path) => Err(SdkError::NotText { path: path.into() }),
        }
    }

    /// The keys of a dependency on the SDK, as `Cargo.toml` has them between braces.
    #[must_use]
    pub fn dependency(&self) -> String {
        match self {
            Self::Version(version) => key("version", version),
            Self::Folder(folder) => key("path", folder),
        }
    }

    /// The same for `temps-plugin-web-build`, which lies in the SDK's folder.
    #[must_use]
    pub fn web_build(&self) -> String {
        match self {
            Self::Version(version) => key("version", version),
            Self::Folder(folder) => key("path", &format!("{folder}/web-build")),
        }
    }
}

fn key(name: &str, value: &str) -> String {
    format!("{name} = {}", Value::from(value).to_string().trim())
}

/// The SDK of a release archive (`bin/temps-wasm` beside `sdk/guest-sdk`) or of a checkout
/// (`target/<profile>/temps-wasm` beside `guest-sdk`). No other folder above is looked at: others may be
/// able to write there, and what is found is compiled and run.
fn around(program: &Path) -> Option<PathBuf> {
    let of_archive =
        program.parent().filter(|folder| folder.ends_with("bin")).and_then(Path::parent).map(|root| root.join("sdk"));
    let targets = program.ancestors().filter(|folder| folder.ends_with("target"));
    let of_checkout = targets.filter_map(Path::parent).map(Path::to_owned);
    of_archive.into_iter().chain(of_checkout).map(|root| root.join(FOLDER)).find(|folder| is_sdk(folder))
}

fn is_sdk(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok().and_then(|text| text.parse::<Table>().ok());
    let name = manifest.as_ref().and_then(|manifest| manifest.get("package")?.get("name")?.as_str());
    name == Some(PACKAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdk_in(folder: &Path, package: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("Cargo.toml"), format!("[package]\nname = \"{package}\"\n")).unwrap();
    }

    #[test]
    fn it_is_found_in_an_archive_and_in_a_checkout() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        sdk_in(&root.join("archive/sdk/guest-sdk"), PACKAGE);
        sdk_in(&root.join("checkout/guest-sdk"), PACKAGE);
        sdk_in(&root.join("other/guest-sdk"), "something-else");
        sdk_in(&root.join("guest-sdk"), PACKAGE);
        for (program, found) in [
            ("archive/bin/temps-wasm", Some("archive/sdk/guest-sdk")),
            ("checkout/target/debug/temps-wasm", Some("checkout/guest-sdk")),
            ("checkout/target/x86_64-unknown-linux-gnu/release/temps-wasm", Some("checkout/guest-sdk")),
            ("other/target/debug/temps-wasm", None),
            // Not of an archive, and not of a checkout, though there is an SDK above.
            ("archive/tools/temps-wasm", None),
            ("temps-wasm", None),
            ("bin/temps-wasm", None),
        ] {
            assert_eq!(around(&root.join(program)), found.map(|found| root.join(found)), "{program}");
        }
    }

    #[test]
    fn what_is_given_is_a_folder_or_a_version() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let folder = root.join("archive/sdk/guest-sdk");
        sdk_in(&folder, PACKAGE);
        for given in ["archive", "archive/sdk", "archive/sdk/guest-sdk"] {
            let found = Sdk::find(root.join(given).to_str()).unwrap();
            assert_eq!(found, Sdk::Folder(folder.to_str().unwrap().to_owned()));
        }
        assert!(matches!(Sdk::find(root.to_str()), Err(SdkError::NotInFolder { .. })));
        assert_eq!(Sdk::find(Some("0.1")).unwrap().dependency(), "version = \"^0.1\"");
        for given in ["/not/there", "", "latest", &"9".repeat(1000)] {
            let error = Sdk::find(Some(given)).unwrap_err();
            assert!(matches!(error, SdkError::Neither { .. }) && error.to_string().len() < 200, "{error}");
        }
    }

    #[test]
    fn a_dependency_is_toml_whatever_the_folder() {
        for folder in ["/a/guest-sdk", "/with space/it's", "/a\"b\\c", "/ü\n"] {
            let sdk = Sdk::Folder(folder.to_owned());
            let table: Table = format!("sdk = {{ {} }}\nweb = {{ {} }}", sdk.dependency(), sdk.web_build()).parse().unwrap();
            assert_eq!(table["sdk"]["path"].as_str(), Some(folder));
            assert_eq!(table["web"]["path"].as_str(), Some(format!("{folder}/web-build").as_str()));
        }
    }
}
