//! What differs between the sides: what is started, and with what.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::Built;
use crate::comparison::{NATIVE, WASM};
use crate::error::BenchError;
use crate::host::{Process, Times};
use crate::options::{Options, Which};

/// What tells the native peer how many connections its pool has.
const CONNECTIONS: &str = "BENCH_CONNECTIONS";

/// A side as it is installed: an executable, which Temps would start.
#[derive(Debug)]
pub struct Side {
    pub name: &'static str,
    program: PathBuf,
    /// What it is told beside what Temps tells it.
    arguments: Vec<String>,
    environment: Option<(&'static str, String)>,
}

/// A plugin of a side that answers.
#[derive(Debug)]
pub struct Running {
    pub name: &'static str,
    pub socket: PathBuf,
    process: Process,
}

impl Side {
    /// Installs a side in a folder of its own below this one.
    pub fn install(which: Which, built: &Built, options: &Options, folder: &Path) -> Result<Self, BenchError> {
        let (name, source) = match which {
            Which::Native => (NATIVE, &built.native),
            Which::Wasm => (WASM, &built.launcher),
        };
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder).map_err(BenchError::io("make", &folder))?;
        let program = folder.join("bench");
        let (arguments, environment) = match which {
            Which::Native => {
                std::fs::copy(source, &program).map_err(BenchError::io("copy", source))?;
                (Vec::new(), Some((CONNECTIONS, options.native_connections.to_string())))
            }
            Which::Wasm => {
                pack(built, &program)?;
                (vec!["--limit".to_owned(), format!("instances={}", options.instances)], None)
            }
        };
        Ok(Self { name, program, arguments, environment })
    }

    /// Starts it with its files in this folder, and waits until it answers.
    pub fn start(&self, data_dir: &Path) -> Result<Running, BenchError> {
        let socket = data_dir.with_extension("sock");
        let mut command = Command::new(&self.program);
        command.arg("--socket-path").arg(&socket).arg("--data-dir").arg(data_dir).args(["--host-api-url", "http://localhost:9"]);
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        // Read by nobody, but written as it is for Temps: with less logged, less would be measured.
        let log = data_dir.with_extension("log");
        command.stderr(File::create(&log).map_err(BenchError::io("make", &log))?);
        match Process::start(self.name, command, &socket) {
            Ok(process) => Ok(Running { name: self.name, socket, process }),
            Err(error) => {
                eprint!("{}", std::fs::read_to_string(&log).unwrap_or_default());
                Err(error)
            }
        }
    }
}

/// Makes one file of the launcher and the plugin, as it is deployed.
fn pack(built: &Built, program: &Path) -> Result<(), BenchError> {
    let mut command = Command::new(&built.cli);
    command.arg("pack").arg(&built.component).arg("--launcher").arg(&built.launcher).arg("--output").arg(program);
    let output = command.output().map_err(BenchError::io("run", &built.cli))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(BenchError::Pack { said: String::from_utf8_lossy(&output.stderr).into_owned() })
    }
}

impl Running {
    pub fn times(&self) -> Times {
        self.process.times
    }

    pub fn process(&self) -> u32 {
        self.process.id()
    }
}
