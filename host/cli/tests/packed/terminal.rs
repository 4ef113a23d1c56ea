//! What is asked on a terminal, which is a pseudoterminal here.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::json;

use crate::inspect::described;
use crate::stage::{Stage, spawn};

/// The program at a terminal, and what is seen on that.
struct Session {
    child: Child,
    terminal: File,
    seen: String,
}

impl Session {
    fn start(stage: &Stage, arguments: &[&str]) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let side = File::from(rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
        let mut command = stage.command(arguments);
        command.stdin(side.try_clone().unwrap()).stderr(side).stdout(Stdio::piped());
        let child = spawn(&mut command).unwrap();
        // The command has the other side open, and the terminal's end would not be seen.
        drop(command);
        Self { child, terminal: terminal.into(), seen: String::new() }
    }

    /// Reads until `text` is seen, or the terminal's end.
    fn until(&mut self, text: &str) {
        let mut buffer = [0; 4096];
        while !self.seen.contains(text) {
            match self.terminal.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => self.seen.push_str(&String::from_utf8_lossy(&buffer[..read])),
                // How Linux tells that nobody has the other side open.
                Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => break,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Waits for a question, and types an answer.
    fn answer(&mut self, question: &str, answer: &str) {
        self.until(question);
        assert!(self.seen.contains(question), "{question} is not in {}", self.seen);
        self.terminal.write_all(format!("{answer}\n").as_bytes()).unwrap();
    }

    /// The exit code, and all that was seen.
    fn end(mut self) -> (Option<i32>, String) {
        self.until("\u{0}never");
        (self.child.wait().unwrap().code(), self.seen)
    }
}

#[test]
fn a_secret_is_asked_for_without_an_echo() {
    let stage = Stage::new();
    fs::create_dir(stage.file("p")).unwrap();
    let description = json!({
        "manifest": { "name": "greeter", "version": "1.0.0", "requires_db": false },
        "config": [
            { "name": "sender", "description": "An address", "required": true },
            { "name": "api_key", "description": "The key of a service", "required": true, "secret": true },
        ],
    });
    stage.packed("new", described(&description), &[]);
    let mut session = Session::start(&stage, &["install", "new", "--plugins-dir", "p"]);
    session.answer("Value of sender (An address), or nothing to set it later: ", "me@example.com");
    session.answer("Value of api_key (The key of a service), which is not shown, or nothing to set it later: ", "hunter2");
    session.answer("Install greeter 1.0.0 as p/greeter? [y/N] ", "y");
    let (code, seen) = session.end();
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("me@example.com") && !seen.contains("hunter2"), "{seen}");
    assert!(seen.contains("later: \r\nInstall greeter"), "the line after a secret is a line: {seen}");
    assert!(seen.contains("[y/N] y\r\n"), "what is typed afterwards is seen: {seen}");
    let policy = fs::read_to_string(stage.file("p/greeter.toml")).unwrap();
    assert!(policy.contains("\nsender = \"me@example.com\"\n") && policy.contains("\napi_key = \"hunter2\"\n"), "{policy}");
    assert_eq!(fs::metadata(stage.file("p/greeter.toml")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn names_of_files_do_not_steer_the_terminal() {
    let stage = Stage::new();
    let name = "a\u{1b}[2J\u{9b}\u{202e}";
    std::fs::write(stage.file(name), "not packed").unwrap();
    for command in ["verify", "unpack", "inspect", "pack"] {
        let ran = stage.run(&[command, name]);
        assert!(ran.err.contains(r"a\u{1b}[2J\u{9b}\u{202e}"), "{command}: {ran:?}");
        assert!(!ran.err.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{command}: {ran:?}");
    }
}
