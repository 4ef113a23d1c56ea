use std::process::{Command, Stdio};
use std::sync::OnceLock;

use bytes::Bytes;
use temps_plugin_bundle::{Builder, Bundle, Kind};
use temps_plugin_runtime::ui::{Limits as UiLimits, section};

use super::Start;

/// What a plugin is packed from, as the launcher itself prepares it.
#[derive(Clone)]
pub(crate) struct Pack {
    pub(crate) component: Vec<u8>,
    pub(crate) description: Vec<u8>,
    pub(crate) code: Vec<u8>,
    /// Of a plugin that has one, uncompressed.
    pub(crate) ui: Option<Vec<u8>>,
}

impl Pack {
    /// Prepares a component.
    pub(crate) fn of(component: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let prepared = Command::new(env!("CARGO_BIN_EXE_temps-launcher"))
            .arg("--prepare")
            .arg(folder.path())
            .args(["--component", component])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
        assert_eq!(prepared.stdout, b"", "what was prepared is in files");
        Self {
            component: std::fs::read(component).unwrap(),
            description: std::fs::read(folder.path().join("description.json")).unwrap(),
            code: std::fs::read(folder.path().join("code")).unwrap(),
            ui: std::fs::read(folder.path().join("ui")).ok(),
        }
    }

    /// The example `hello`. It is prepared once.
    pub(crate) fn hello() -> &'static Self {
        static HELLO: OnceLock<Pack> = OnceLock::new();
        HELLO.get_or_init(|| Self::of(test_guests::TEMPS_HELLO_PLUGIN))
    }

    /// The whole bundle.
    pub(crate) fn bundle(&self) -> Builder<'_> {
        self.without_code().code(&self.code)
    }

    /// The bundle as for another architecture, whose code this launcher could not have.
    pub(crate) fn without_code(&self) -> Builder<'_> {
        let bundle = Bundle::builder().section(Kind::MANIFEST, &self.description).component(self.component.clone());
        match &self.ui {
            Some(ui) => bundle.section(Kind::UI, section::compressed(&Bytes::copy_from_slice(ui), UiLimits::default()).unwrap()),
            None => bundle,
        }
    }

    /// The executable with the whole bundle.
    pub(crate) fn binary(&self) -> Vec<u8> {
        binary(&self.bundle())
    }

    /// The start of that.
    pub(crate) fn start(&self) -> Start {
        Start::with_binary(&self.binary())
    }
}

/// The executable with a bundle.
pub(crate) fn binary(bundle: &Builder<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    bundle.append_to(launcher(), &mut file).unwrap();
    file
}

/// The launcher, without what only debuggers read of it: it is written in full for each start.
fn launcher() -> &'static Bytes {
    static LAUNCHER: OnceLock<Bytes> = OnceLock::new();
    LAUNCHER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let stripped = folder.path().join("launcher");
        let strip = Command::new("strip").arg("-o").arg(&stripped).arg(env!("CARGO_BIN_EXE_temps-launcher")).status();
        assert!(strip.unwrap().success());
        std::fs::read(stripped).unwrap().into()
    })
}
