use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use bytes::Bytes;
use temps_plugin_bundle::format::TRAILER_BYTES;
use temps_plugin_bundle::{Bundle, Fault, KeyPair, Kind, WriteError};

use crate::{elf, names, packed, small};

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let key = KeyPair::generate().unwrap();
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files: Vec<_> = [(here.path(), "one"), (there.path(), "another")]
        .map(|(folder, name)| {
            let (launcher, target) = (folder.join(format!("launcher of {name}")), folder.join(name));
            std::fs::write(&launcher, elf(300)).unwrap();
            small().signed_with(&key).write(&launcher, &target).unwrap();
            std::fs::read(target).unwrap()
        })
        .into();
    assert_eq!(files[0], files[1]);
    assert_eq!(files[0], packed(&small().signed_with(&key), &elf(300)), "in memory too");
}

#[test]
fn a_target_is_an_executable_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let (launcher, target) = (folder.path().join("launcher"), folder.path().join("plugin"));
    std::fs::write(&launcher, elf(300)).unwrap();
    for _ in 0..2 {
        small().write(&launcher, &target).unwrap();
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o7777, 0o755);
        assert_eq!(names(folder.path()), ["launcher", "plugin"]);
        Bundle::open(&target).unwrap().unwrap().check().unwrap();
        std::fs::set_permissions(&target, PermissionsExt::from_mode(0o400)).unwrap();
    }
    assert_eq!(std::fs::read(&launcher).unwrap(), elf(300));
}

#[test]
fn a_launcher_can_become_the_plugin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    std::fs::write(&path, elf(300)).unwrap();
    small().write(&path, &path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), packed(&small(), &elf(300)));
}

/// Plugins may be links to one launcher.
#[test]
fn a_link_is_replaced_and_what_it_leads_to_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (launcher, target) = (folder.path().join("launcher"), folder.path().join("plugin"));
    std::fs::write(&launcher, elf(300)).unwrap();
    symlink(&launcher, &target).unwrap();
    small().write(&target, &target).unwrap();
    assert!(target.symlink_metadata().unwrap().is_file());
    assert_eq!(std::fs::read(&launcher).unwrap(), elf(300));
}

#[test]
fn a_reader_of_the_old_file_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let (launcher, target) = (folder.path().join("launcher"), folder.path().join("plugin"));
    std::fs::write(&launcher, elf(300)).unwrap();
    small().write(&launcher, &target).unwrap();
    let old = Bundle::open(&target).unwrap().unwrap();
    Bundle::builder().section(Kind::UI, b"new".as_slice()).write(&launcher, &target).unwrap();
    assert_eq!(old.section(Kind::COMPONENT).unwrap().as_deref(), Some(&b"component"[..]));
    assert!(Bundle::open(&target).unwrap().unwrap().section(Kind::UI).unwrap().is_some());
}

#[test]
fn a_packed_plugin_is_no_launcher() {
    let folder = tempfile::tempdir().unwrap();
    let (launcher, target) = (folder.path().join("launcher"), folder.path().join("plugin"));
    let file = packed(&small(), &elf(300));
    std::fs::write(&launcher, &file).unwrap();
    let refused = small().write(&launcher, &target).unwrap_err();
    assert!(matches!(&refused, WriteError::HasBundle { path } if *path == launcher), "{refused}");

    let mut newer = file.clone();
    let version = newer.len() - 16;
    newer[version] = 3;
    for (broken, expected) in [(&file[..file.len() - 1], "its end is missing"), (&newer, "has version 3")] {
        std::fs::write(&launcher, broken).unwrap();
        let refused = small().write(&launcher, &target).unwrap_err();
        assert!(matches!(&refused, WriteError::HasBrokenBundle(error) if error.path == launcher), "{refused}");
        assert!(refused.to_string().contains(expected), "{refused}");
    }
    assert_eq!(names(folder.path()), ["launcher"], "nothing was made");
    let refused = small().append_to(&file.into(), &mut Vec::new());
    assert!(matches!(refused, Err(WriteError::HasBundle { .. })), "{refused:?}");
}

#[test]
fn the_launcher_comes_out_of_it_again() {
    let file = packed(&small(), &elf(300));
    let length = Bundle::from_bytes(file.clone()).unwrap().unwrap().launcher_length();
    assert_eq!(file[..usize::try_from(length).unwrap()], elf(300));
}

#[test]
fn sections_that_no_reader_would_take_are_refused() {
    let unknown: Kind = "unknown".parse().unwrap();
    let refused = Bundle::builder().section(unknown, b"".as_slice()).append_to(&elf(64), &mut Vec::new());
    assert!(matches!(refused, Err(WriteError::Unknown { kind }) if kind == unknown), "{refused:?}");
    let twice = Bundle::builder().section(Kind::UI, b"".as_slice()).optional_section(Kind::UI, b"".as_slice());
    let refused = twice.append_to(&elf(64), &mut Vec::new());
    assert!(matches!(refused, Err(WriteError::Twice { kind: Kind::UI })), "{refused:?}");
}

#[test]
fn what_fails_leaves_all_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let launcher = folder.path().join("launcher");
    std::fs::write(&launcher, elf(300)).unwrap();
    let failed = |launcher: &Path, target: &Path| small().write(launcher, target).unwrap_err();

    let missing = folder.path().join("missing");
    let error = failed(&missing, &folder.path().join("plugin"));
    assert!(matches!(&error, WriteError::Launcher { path, .. } if *path == missing), "{error}");
    let error = failed(&launcher, &missing.join("plugin"));
    assert!(matches!(&error, WriteError::Target { doing: "make a file in", path, .. } if *path == missing), "{error}");
    for target in [folder.path().join(".."), "/".into()] {
        let error = failed(&launcher, &target);
        assert!(matches!(&error, WriteError::Target { doing: "write to", path, .. } if *path == target), "{error}");
    }
    let occupied = folder.path().join("occupied");
    std::fs::create_dir(&occupied).unwrap();
    let error = failed(&launcher, &occupied);
    assert!(matches!(&error, WriteError::Target { doing: "replace", path, .. } if *path == occupied), "{error}");
    assert_eq!(names(folder.path()), ["launcher", "occupied"]);
}

/// A disk that is full.
#[test]
fn bytes_that_cannot_be_written_are_an_error() {
    let mut room = [0_u8; 5000];
    let refused = small().append_to(&elf(300), &mut &mut room[..]);
    assert!(matches!(refused, Err(WriteError::Write(_))), "{refused:?}");
}

#[test]
fn a_damaged_file_says_what_to_do() {
    let file = packed(&small(), &Bytes::from_static(b"#!/bin/sh\n"));
    let cut = Bundle::from_bytes(file[..file.len() - TRAILER_BYTES].to_vec()).unwrap();
    assert!(cut.is_none(), "with a launcher that is no ELF file it cannot be told");
    let file = packed(&small(), &elf(300));
    let error = Bundle::from_bytes(file[..file.len() - TRAILER_BYTES].to_vec()).unwrap_err();
    assert!(matches!(error.fault, Fault::NoEnd { begins: 300 }));
    assert_eq!(
        error.to_string(),
        "the bundle in (memory): it begins at byte 300, and its end is missing: the file was cut off, or changed at its end; copy it again, or pack it again"
    );
}
