use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use temps_plugin_protocol::ProtocolVersion;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::code::Code;
use super::{Answer, Channel, Client};

pub(crate) const SECRET: &str = "a-secret-of-this-run";

/// Longer than anything here takes on a busy machine: a test that waits for this long has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How a launcher is started.
pub(crate) struct Start {
    folder: TempDir,
    version: ProtocolVersion,
    arguments: Vec<String>,
    environment: Vec<(String, OsString)>,
    launch_line: Option<String>,
    stdout_open: bool,
    /// None where it matters who compiles.
    code: Option<Code>,
}

impl Start {
    /// The binary under the name `plugin`, with this component beside it.
    pub(crate) fn with(component: impl AsRef<Path>) -> Self {
        let start = Self::alone();
        symlink(&component, start.folder.path().join("plugin.wasm")).unwrap();
        Self { code: Some(Code::of(component.as_ref())), ..start }
    }

    /// Without the code that other tests compiled.
    pub(crate) fn compiled_anew(self) -> Self {
        Self { code: None, ..self }
    }

    /// The binary with these bytes beside it as its component.
    pub(crate) fn with_bytes(component: &[u8]) -> Self {
        let start = Self::alone();
        std::fs::write(start.folder.path().join("plugin.wasm"), component).unwrap();
        start
    }

    /// A binary with these bytes, with nothing beside it.
    pub(crate) fn with_binary(bytes: &[u8]) -> Self {
        let start = Self::alone();
        let _alone = alone();
        let binary = start.folder.path().join("plugin");
        std::fs::remove_file(&binary).unwrap();
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(binary).unwrap();
        file.write_all(bytes).unwrap();
        drop(file);
        start
    }

    /// The binary with nothing beside it. A link, so that a look beside the binary itself finds nothing.
    pub(crate) fn alone() -> Self {
        let folder = TempDir::new().unwrap();
        symlink(env!("CARGO_BIN_EXE_temps-launcher"), folder.path().join("plugin")).unwrap();
        let launch_line = json!({ "protocol_version": 2, "auth_secret": SECRET, "database_url": null, "host_data_dir": null });
        Self {
            folder,
            version: ProtocolVersion::V2,
            arguments: Vec::new(),
            environment: Vec::new(),
            launch_line: Some(launch_line.to_string()),
            stdout_open: true,
            code: None,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn version(mut self, version: ProtocolVersion) -> Self {
        self.version = version;
        self
    }

    pub(crate) fn limit(self, name: &str, value: &str) -> Self {
        self.argument("--limit").argument(&format!("{name}={value}"))
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// A policy file beside the binary.
    pub(crate) fn policy(self, text: &str) -> Self {
        let path = self.folder.path().join("plugin.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
        self
    }

    /// A variable in the host's environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// What the host writes to stdin in place of a proper launch line; nothing closes it.
    pub(crate) fn launch_line(mut self, line: Option<&str>) -> Self {
        self.launch_line = line.map(str::to_owned);
        self
    }

    /// A host that does not listen.
    pub(crate) fn stdout_closed(mut self) -> Self {
        self.stdout_open = false;
        self
    }

    /// Spawns the binary. Nothing is read or written yet.
    pub(crate) fn spawn(self) -> Launcher {
        let folder = self.folder.path();
        let (socket, data_dir) = (folder.join("s"), folder.join("data"));
        let mut command = Command::new(folder.join("plugin"));
        command.arg("--socket-path").arg(&socket).arg("--data-dir").arg(&data_dir);
        if self.version == ProtocolVersion::V1 {
            command.args(["--database-url", "postgres://nowhere", "--auth-secret", SECRET]);
        }
        let alone = alone();
        let mut child = command
            .args(&self.arguments)
            .env("RUST_LOG", "debug,hyper=info,h2=info,wasmtime=info,cranelift_codegen=info,regalloc2=info")
            .envs(self.environment)
            .stdin(if self.version == ProtocolVersion::V1 { Stdio::null() } else { Stdio::piped() })
            .stdout(if self.stdout_open { Stdio::piped() } else { closed_pipe() })
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        drop(alone);
        let log = Log::default();
        let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        let lines = log.clone();
        let log_read = tokio::spawn(async move {
            while let Some(line) = stderr.next_line().await.unwrap() {
                lines.push(line);
            }
        });
        Launcher {
            stdin: child.stdin.take(),
            stdout: child.stdout.take().map(|stdout| BufReader::new(stdout).lines()),
            child,
            client: Client::new(&socket, self.version),
            socket,
            log,
            log_read,
            version: self.version,
            launch_line: self.launch_line,
            code: self.code,
            folder: self.folder,
        }
    }

    /// Spawns the binary and shakes hands, until the ready line.
    pub(crate) async fn ready(self) -> Launcher {
        if let Some(code) = &self.code {
            code.put_into(&self.folder.path().join("data")).unwrap();
        }
        let mut launcher = self.spawn();
        launcher.manifest().await;
        launcher.launch().await;
        let ready = launcher.line().await.expect("a ready line");
        assert_eq!(serde_json::from_str::<Value>(&ready).unwrap()["type"], "ready");
        // The line is out a moment before the start is over, and a signal in that moment stops a start.
        launcher.logged(r#""message":"running""#).await;
        launcher
    }

    /// Starts the binary, with the channel open, as it runs under Temps.
    pub(crate) async fn running(self) -> (Launcher, Channel) {
        let launcher = self.ready().await;
        let channel = launcher.channel().await;
        (launcher, channel)
    }
}

/// Keeps others from making executables or processes. A process that begins while a file is open for writing has it open too for a moment, and a file that somebody
/// has open for writing cannot be run.
fn alone() -> MutexGuard<'static, ()> {
    static PROCESSES: Mutex<()> = Mutex::new(());
    PROCESSES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The writing end of a pipe that nobody reads.
fn closed_pipe() -> Stdio {
    let (_, writer) = std::io::pipe().unwrap();
    writer.into()
}

/// The lines of a launcher's stderr, as they come.
#[derive(Clone)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    count: watch::Sender<usize>,
}

impl Default for Log {
    fn default() -> Self {
        Self { lines: Arc::default(), count: watch::Sender::new(0) }
    }
}

impl Log {
    fn push(&self, line: String) {
        self.lines.lock().unwrap().push(line);
        self.count.send_modify(|count| *count += 1);
    }
}

/// A launcher's process. Dropped, it is killed; if the test fails, its log is shown.
pub(crate) struct Launcher {
    child: Child,
    stdin: Option<ChildStdin>,
    /// None if it was closed from the beginning.
    stdout: Option<Lines<BufReader<ChildStdout>>>,
    client: Client,
    socket: PathBuf,
    log: Log,
    /// Ends with the log.
    log_read: JoinHandle<()>,
    version: ProtocolVersion,
    launch_line: Option<String>,
    code: Option<Code>,
    folder: TempDir,
}

impl Drop for Launcher {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for line in self.log() {
                eprintln!("{line}");
            }
        } else if let Some(code) = &self.code {
            // A launcher that did not start has none.
            drop(code.take_from(&self.folder.path().join("data")));
        }
    }
}

impl Launcher {
    /// The next line on stdout; None at its end.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let stdout = self.stdout.as_mut()?;
        timeout(PATIENCE, stdout.next_line()).await.expect("nothing came on stdout").unwrap()
    }

    /// Line 1.
    pub(crate) async fn manifest(&mut self) -> Value {
        let line = self.line().await.unwrap_or_else(|| panic!("no manifest line"));
        let manifest: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(manifest["type"], if self.version == ProtocolVersion::V1 { "manifest" } else { "hello" });
        manifest
    }

    /// Writes the launch line, in v2, or closes stdin if there is none to write.
    pub(crate) async fn launch(&mut self) {
        match (&mut self.stdin, &self.launch_line) {
            (Some(stdin), Some(line)) => stdin.write_all(format!("{line}\n").as_bytes()).await.unwrap(),
            (stdin, _) => drop(stdin.take()),
        }
    }

    /// Opens the channel as the host does.
    pub(crate) async fn channel(&self) -> Channel {
        let secret = (self.version == ProtocolVersion::V2).then_some(SECRET);
        Channel::open(&self.socket, secret, self.version).await.expect("the channel opens")
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.client.get(path).await
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of the process, which has to be running.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.id().try_into().unwrap()).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Holds the thread of the event loop, which is the first one, until the process ends.
    pub(crate) fn hold_event_loop(&self) {
        let thread = nix::unistd::Pid::from_raw(self.pid().as_raw_nonzero().get());
        nix::sys::ptrace::attach(thread).unwrap();
        // A signal that comes before it stops would be this thread's, and wait for it.
        let stopped = nix::sys::wait::waitpid(thread, None).unwrap();
        assert!(matches!(stopped, nix::sys::wait::WaitStatus::Stopped(..)), "{stopped:?}");
    }

    /// The process's own memory, in KB.
    pub(crate) fn resident_kb(&self) -> usize {
        self.status("VmRSS").trim_end_matches(" kB").parse().unwrap()
    }

    /// What the system says of the process, under this name.
    pub(crate) fn status(&self, name: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect(name);
        line.trim().to_owned()
    }

    /// How many descriptors the process has open.
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count()
    }

    /// Waits for the end, and checks that stdout has nothing more.
    pub(crate) async fn exit(&mut self) -> ExitStatus {
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it does not exit").unwrap();
        assert_eq!(self.line().await, None, "stdout is the protocol's");
        status
    }

    /// The same start in the same place, for after the end of this one.
    pub(crate) fn again(mut self) -> Start {
        let folder = std::mem::replace(&mut self.folder, TempDir::new().unwrap());
        Start {
            folder,
            version: self.version,
            arguments: Vec::new(),
            environment: Vec::new(),
            launch_line: self.launch_line.clone(),
            stdout_open: true,
            code: None,
        }
    }

    /// SIGTERM, and exit 0.
    pub(crate) async fn stop(mut self) {
        self.signal(Signal::TERM);
        let status = self.exit().await;
        assert!(status.success(), "{status}");
        assert!(!self.socket.exists(), "the socket is left");
    }

    /// The lines of the log so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lines.lock().unwrap().clone()
    }

    /// Waits for a line of the log that has this text in it.
    pub(crate) async fn logged(&self, text: &str) -> String {
        let mut count = self.log.count.subscribe();
        let found = async {
            loop {
                count.borrow_and_update();
                if let Some(line) = self.log().into_iter().find(|line| line.contains(text)) {
                    return line;
                }
                count.changed().await.unwrap();
            }
        };
        timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("`{text}` is not in the log"))
    }

    /// Waits for the end, which comes with nothing more on stdout, and checks its code and that its cause says each of `said`.
    pub(crate) async fn fails(&mut self, code: i32, said: &[&str]) {
        let status = self.exit().await;
        let last = self.last_line().await;
        let message = last["message"].as_str().unwrap();
        assert_eq!(status.code(), Some(code), "{message}");
        assert_eq!((&last["level"], &last["exit_code"]), (&json!("ERROR"), &json!(code)));
        for said in said {
            assert!(message.contains(said), "`{said}` is not in: {message}");
        }
    }

    /// Waits for the end of the log, which comes with that of the process.
    pub(crate) async fn log_ended(&mut self) {
        timeout(PATIENCE, &mut self.log_read).await.expect("stderr stays open").unwrap();
    }

    /// The last line of the log, once the process has ended.
    pub(crate) async fn last_line(&mut self) -> Value {
        self.log_ended().await;
        serde_json::from_str(self.log().last().expect("a log")).unwrap()
    }
}
