//! Two processes that make the same file.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use temps_plugin_bundle::{Bundle, Kind};

use crate::{alone, elf, names};

/// Tells a process of this test that it is one of the two, and what it writes.
const ROLE: &str = "BUNDLE_TEST_WRITES";
/// The folder that both write to.
const FOLDER: &str = "BUNDLE_TEST_FOLDER";

/// Long enough that a file that is not whole would be seen.
const LENGTH: usize = 2 << 20;

#[test]
fn two_writers_leave_a_whole_file_at_any_time() {
    if let (Some(role), Some(folder)) = (std::env::var_os(ROLE), std::env::var_os(FOLDER)) {
        write(role.as_encoded_bytes()[0], folder.into());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("plugin");
    std::fs::write(folder.path().join("launcher"), elf(300)).unwrap();
    let writer = |role: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::two_writers_leave_a_whole_file_at_any_time"])
            .env(ROLE, role)
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut writers = {
        let _alone = alone();
        [writer("a"), writer("b")]
    };
    let mut seen = 0;
    while writers.iter_mut().any(|writer: &mut Child| writer.try_wait().unwrap().is_none()) {
        for name in names(folder.path()) {
            // A host that lists plugins passes over names that begin with a dot.
            assert!(["launcher", "plugin"].contains(&name.as_str()) || name.starts_with(".plugin."), "{name}");
        }
        if target.exists() {
            check(&target);
            seen += 1;
        }
    }
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    assert!(seen > 0, "it was looked at while they wrote");
    check(&target);
    assert_eq!(names(folder.path()), ["launcher", "plugin"]);
}

fn write(role: u8, folder: PathBuf) {
    for _ in 0..10 {
        let builder = Bundle::builder().section(Kind::CODE, vec![role; LENGTH]);
        builder.write(&folder.join("launcher"), &folder.join("plugin")).unwrap();
    }
}

fn check(target: &std::path::Path) {
    let code = Bundle::open(target).unwrap().unwrap().section(Kind::CODE).unwrap().unwrap();
    assert_eq!(code.len(), LENGTH);
    assert!(code.iter().all(|byte| *byte == code[0]));
}
