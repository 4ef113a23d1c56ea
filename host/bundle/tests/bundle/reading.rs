use std::os::unix::fs::FileExt;

use bytes::Bytes;
use temps_plugin_bundle::format::TRAILER_BYTES;
use temps_plugin_bundle::{Bundle, Fault, Kind, Limits, Part};

use crate::{elf, packed, small};

#[test]
fn a_plain_launcher_has_none() {
    for file in [Bytes::new(), Bytes::from_static(b"#!/bin/sh\n"), elf(64), elf(500), Bytes::from(vec![0; TRAILER_BYTES])] {
        assert!(Bundle::from_bytes(file).unwrap().is_none());
    }
    assert!(Bundle::open(std::env::current_exe().unwrap()).unwrap().is_none());
    assert!(Bundle::of_this_executable().unwrap().is_none());
}

#[test]
fn sections_come_back_as_they_went_in() {
    for launcher in [Bytes::new(), Bytes::from_static(b"#!/bin/sh\n"), elf(4080), elf(4096), elf(5000)] {
        let length = launcher.len() as u64;
        let bundle = Bundle::from_bytes(packed(&small(), &launcher)).unwrap().unwrap();
        assert_eq!(bundle.launcher_length(), length);
        assert_eq!(bundle.section(Kind::COMPONENT).unwrap().as_deref(), Some(&b"component"[..]));
        assert_eq!(bundle.section(Kind::MANIFEST).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(bundle.section("later".parse().unwrap()).unwrap().as_deref(), Some(&[1; 5000][..]));
        assert!(bundle.section(Kind::CODE).unwrap().is_none());
        bundle.check().unwrap();
        let entries: Vec<_> = bundle.entries().map(|entry| (entry.kind.to_string(), entry.length, entry.optional)).collect();
        let expected = [("component", 9, false), ("manifest", 0, false), ("later", 5000, true)];
        assert_eq!(entries, expected.map(|(kind, length, optional)| (kind.to_owned(), length, optional)));
        assert!(bundle.entries().all(|entry| entry.offset.is_multiple_of(4096)));
    }
}

#[test]
fn code_belongs_to_the_component() {
    let launcher = elf(100);
    let of = |builder: &temps_plugin_bundle::Builder<'_>| Bundle::from_bytes(packed(builder, &launcher)).unwrap().unwrap();
    let a = of(&Bundle::builder().component(b"a".to_vec()).code(b"code of a"));
    assert_eq!(a.code().unwrap().as_deref(), Some(&b"code of a"[..]));
    a.check().unwrap();
    let code_of_a = a.section(Kind::CODE).unwrap().unwrap().to_vec();
    for other in [
        Bundle::builder().component(b"b".to_vec()).section(Kind::CODE, &code_of_a),
        Bundle::builder().section(Kind::CODE, &code_of_a),
        Bundle::builder().component(b"a".to_vec()).section(Kind::CODE, b"short"),
        Bundle::builder().component(b"a".to_vec()).section(Kind::CODE, &code_of_a[1..code_of_a.len() - 1]),
    ] {
        let bundle = of(&other);
        assert!(matches!(bundle.code().unwrap_err().fault, Fault::OtherCode));
        assert!(matches!(bundle.check().unwrap_err().fault, Fault::OtherCode));
    }
}

#[test]
fn a_bundle_may_be_empty() {
    let bundle = Bundle::from_bytes(packed(&Bundle::builder(), &elf(100))).unwrap().unwrap();
    assert_eq!(bundle.entries().len(), 0);
    bundle.check().unwrap();
}

#[test]
fn a_section_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    std::fs::write(&path, packed(&small(), &elf(100))).unwrap();
    let bundle = Bundle::open(&path).unwrap().unwrap();
    let first = bundle.section(Kind::COMPONENT).unwrap().unwrap();
    std::fs::File::create(&path).unwrap();
    let second = bundle.section(Kind::COMPONENT).unwrap().unwrap();
    assert_eq!((first.as_ptr(), first.len()), (second.as_ptr(), second.len()));
    assert!(!first.is_mapped(), "others may write to this file");
    let error = bundle.section("later".parse().unwrap()).unwrap_err();
    assert!(matches!(error.fault, Fault::Read { part: Part::Section(_), .. }), "{error}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}

#[test]
fn what_changes_after_it_was_opened_is_seen_at_its_section() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    std::fs::write(&path, packed(&small(), &elf(100))).unwrap();
    let bundle = Bundle::open(&path).unwrap().unwrap();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().write_all_at(b"K", 4096).unwrap();
    let altered = |error: &temps_plugin_bundle::BundleError| {
        matches!(error.fault, Fault::Altered { part: Part::Section(Kind::COMPONENT), .. })
    };
    assert!(altered(&bundle.section(Kind::COMPONENT).unwrap_err()));
    assert!(altered(&bundle.check().unwrap_err()));
    assert!(bundle.section(Kind::MANIFEST).unwrap().is_some(), "the others are as they were");
}

#[test]
fn a_check_does_not_read_again_what_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin");
    let one = Bundle::builder().section(Kind::UI, vec![9; 200_000]);
    std::fs::write(&path, packed(&one, &elf(100))).unwrap();
    let bundle = Bundle::open(&path).unwrap().unwrap();
    bundle.check().unwrap();
    bundle.section(Kind::UI).unwrap();
    std::fs::File::create(&path).unwrap();
    bundle.check().unwrap();
}

#[test]
fn another_version_is_told_before_anything_else() {
    let mut file = packed(&small(), &elf(100));
    let trailer = file.len() - TRAILER_BYTES;
    file[trailer..trailer + 180].fill(0xaa);
    file[trailer + 180] = 3;
    let error = Bundle::from_bytes(file).unwrap_err();
    assert!(matches!(error.fault, Fault::Version { found: 3, known: 2 }), "{error}");
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Bundle::open(folder.path()).unwrap_err().fault, Fault::NotAFile));
    assert!(matches!(Bundle::open("/dev/null").unwrap_err().fault, Fault::NotAFile));
    let missing = Bundle::open(folder.path().join("missing")).unwrap_err();
    assert!(matches!(missing.fault, Fault::Open(_)), "{missing}");
    assert!(missing.to_string().contains("missing"), "{missing}");
}

#[test]
fn a_component_is_kept_compressed_and_comes_back() {
    let component = b"\0asm\x0d\0\x01\0".repeat(500);
    let file = packed(&Bundle::builder().component(component.clone()), &elf(100));
    let bundle = Bundle::from_bytes(file.clone()).unwrap().unwrap();
    assert!(bundle.section(Kind::COMPONENT).unwrap().unwrap().len() < component.len() / 10);
    assert_eq!(bundle.component().unwrap().unwrap(), component);
    assert_eq!(Bundle::from_bytes(packed(&small(), &elf(100))).unwrap().unwrap().component().unwrap().unwrap(), "component");

    let within = |bytes| Bundle::from_bytes_within(file.clone(), &Limits::default().with_section_bytes(bytes)).unwrap().unwrap();
    assert_eq!(within(4000).component().unwrap().unwrap().len(), 4000);
    let error = within(3999).component().unwrap_err();
    assert!(matches!(error.fault, Fault::Decompressed { kind: Kind::COMPONENT, limit: 3999 }), "{error}");

    let broken = packed(&Bundle::builder().section(Kind::COMPONENT, b"\0br1".as_slice()), &elf(100));
    let error = Bundle::from_bytes(broken).unwrap().unwrap().component().unwrap_err();
    assert!(error.to_string().contains("section `component` cannot be decompressed"), "{error}");
}
