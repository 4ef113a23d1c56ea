//! What tools for executables do to a packed plugin.

use std::io::ErrorKind;
use std::process::{Command, Output};

use serde_json::json;

use crate::stage::{Stage, output};

/// What a tool says, or `None` where it is not installed.
fn tool(stage: &Stage, name: &str, arguments: &[&str]) -> Option<Output> {
    match output(Command::new(name).args(arguments).current_dir(stage.path())) {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{name}: {error}"),
    }
}

#[test]
fn those_that_look_see_an_executable() {
    let stage = Stage::new();
    stage.packed("greeter", json!({}), &[]);
    if let Some(output) = tool(&stage, "file", &["-b", "greeter"]) {
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("ELF 64-bit"), "{output:?}");
    }
    if let Some(output) = tool(&stage, "readelf", &["-W", "-a", "greeter"]) {
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
    stage.run(&["verify", "greeter"]).out();
}

#[test]
fn strip_leaves_the_launcher_alone() {
    let stage = Stage::new();
    stage.packed("greeter", json!({}), &[]);
    let Some(output) = tool(&stage, "strip", &["greeter"]) else { return };
    assert!(output.status.success(), "{output:?}");
    stage
        .run(&["verify", "greeter"])
        .failed(10, "error: greeter is not packed: there is no plugin in it, or a tool such as `strip` took it out\n");
}
