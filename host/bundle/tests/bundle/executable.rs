//! Executables that run: this one, packed.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use temps_plugin_bundle::{Bundle, Kind};

use crate::alone;

/// Tells a process of this test that it is the packed one.
const PACKED: &str = "BUNDLE_TEST_PACKED";

/// What the packed one has: more than a page.
const CODE: [u8; 10_000] = [0xc0; 10_000];

fn pack(target: &Path) {
    let builder = Bundle::builder().component(b"c".to_vec()).section(Kind::MANIFEST, b"{}".as_slice()).code(CODE.as_slice());
    builder.write(&std::env::current_exe().unwrap(), target).unwrap();
}

/// What a tool says, or `None` where it is not installed.
fn tool(name: &str, arguments: &[&str], file: &Path) -> Option<Output> {
    match Command::new(name).args(arguments).arg(file).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{name}: {error}"),
    }
}

#[test]
fn a_packed_executable_finds_its_own_bundle_whatever_comes_to_its_place() {
    if std::env::var_os(PACKED).is_some() {
        return find_own();
    }
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    pack(&path);
    let mut child = Command::new(&path)
        .args(["--exact", "executable::a_packed_executable_finds_its_own_bundle_whatever_comes_to_its_place", "--nocapture"])
        .env(PACKED, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Bundle::builder().section(Kind::CODE, b"another".as_slice()).write(&std::env::current_exe().unwrap(), &path).unwrap();
    child.stdin.take().unwrap().write_all(b"go").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("found it"), "{said}");
}

/// In the packed process, once its file was replaced.
fn find_own() {
    let mut word = String::new();
    std::io::stdin().read_to_string(&mut word).unwrap();
    assert_eq!(word, "go");
    let bundle = Bundle::of_this_executable().unwrap().unwrap();
    let code = bundle.code().unwrap().unwrap();
    assert_eq!(*code, CODE);
    assert!(code.is_mapped());
    assert_eq!(code.as_ptr().addr() % 4096, 0);
    let mapped = std::fs::read_to_string("/proc/self/maps").unwrap();
    let line = mapped.lines().find(|line| line.starts_with(&format!("{:x}-", code.as_ptr().addr()))).unwrap();
    assert!(line.contains(" r--p "), "private, and to be read alone: {line}");
    assert_eq!(bundle.section(Kind::MANIFEST).unwrap().as_deref(), Some(&b"{}"[..]));
    bundle.check().unwrap();
    eprintln!("found it");
}

#[test]
fn tools_see_the_launcher() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    pack(&path);
    let listed = Command::new(&path).arg("--list").output().unwrap();
    assert!(listed.status.success() && String::from_utf8_lossy(&listed.stdout).contains("tools_see_the_launcher"));
    if let Some(output) = tool("readelf", &["-h", "-S", "-l"], &path) {
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
    if let Some(output) = tool("file", &["-b"], &path) {
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("ELF 64-bit"), "{output:?}");
    }
}

/// It leaves out what is no part of the ELF file, the mark too.
#[test]
fn strip_takes_the_bundle_off() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    pack(&path);
    let Some(output) = tool("strip", &[], &path) else { return };
    assert!(output.status.success(), "{output:?}");
    assert!(Bundle::open(&path).unwrap().is_none());
    assert!(Command::new(&path).arg("--list").stdout(Stdio::null()).status().unwrap().success());
}

/// A download that ended early.
#[test]
fn an_executable_that_was_cut_off_says_so() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    pack(&path);
    let length = path.metadata().unwrap().len();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(length - 1000).unwrap();
    let error = Bundle::open(&path).unwrap_err();
    assert!(error.to_string().contains("was cut off"), "{error}");
}
