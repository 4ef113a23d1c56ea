use bytes::Bytes;

use super::*;
use crate::files::tests::files;
use crate::{Files, INDEX, Limits, UiError};

const LIMITS: fn() -> Limits = Limits::default;

fn script() -> Vec<u8> {
    "let x = 1; ".repeat(100).into_bytes()
}

fn all() -> Files {
    let script = script();
    files([(INDEX, &[b'p'; 100][..]), ("assets/app.js", &script), ("logo.png", &[b'x'; 500])])
}

fn section() -> Vec<u8> {
    compressed(&write(&all()).unwrap().into(), LIMITS()).unwrap()
}

/// A section with another index before the same pieces.
fn with_index(change: impl FnOnce(&mut serde_json::Value)) -> Bytes {
    let section = section();
    let length = u32::from_le_bytes(section[..4].try_into().unwrap()) as usize;
    let mut index = serde_json::from_slice(&section[4..4 + length]).unwrap();
    change(&mut index);
    let index = index.to_string().into_bytes();
    [&u32::try_from(index.len()).unwrap().to_le_bytes(), &*index, &section[4 + length..]].concat().into()
}

#[test]
fn it_comes_back_as_it_was() {
    let section = Bytes::from(section());
    assert_eq!(section, self::section(), "the same files give the same bytes");
    let plain = Bytes::from(write(&all()).unwrap());
    assert!(read(&plain, LIMITS()).unwrap().files.iter().all(|file| file.gzip.is_none() && file.brotli.is_none()));
    let contents = read(&section, LIMITS()).unwrap();
    for (stored, (path, bytes)) in contents.files.iter().zip(all().iter()) {
        assert_eq!((stored.path.as_str(), &stored.plain.bytes), (path, bytes));
        let compressible = path == "assets/app.js" || path == INDEX;
        assert_eq!((stored.gzip.is_some(), stored.brotli.is_some()), (compressible, compressible), "{path}");
        assert!(section.as_ptr_range().contains(&stored.plain.bytes.as_ptr()), "it is copied");
    }
    let sizes: Vec<_> = contents.entries().map(|entry| (entry.path, entry.bytes)).collect();
    assert_eq!(sizes, [("assets/app.js", script().len()), (INDEX, 100), ("logo.png", 500)]);
}

#[test]
fn none_that_is_cut_off_is_taken() {
    let section = Bytes::from(section());
    for length in 0..section.len() {
        assert!(read(&section.slice(..length), LIMITS()).is_err(), "{length}");
    }
    let longer = Bytes::from([&*section, b"x"].concat());
    assert!(matches!(read(&longer, LIMITS()), Err(SectionError::Length { .. })));
}

#[test]
fn what_is_not_valid_is_refused() {
    assert!(read(&with_index(|_| {}), LIMITS()).is_ok());
    let refused = |change: fn(&mut serde_json::Value)| read(&with_index(change), LIMITS()).unwrap_err();
    assert!(matches!(refused(|index| index["version"] = 2.into()), SectionError::Version { found: 2 }));
    assert!(matches!(refused(|index| index["files"] = 2.into()), SectionError::Index(_)));
    let error = refused(|index| index["files"][0]["path"] = "../x".into());
    assert!(matches!(error, SectionError::Files(UiError::Path { .. })), "{error}");
    let error = refused(|index| index["files"][2]["path"] = INDEX.into());
    assert!(matches!(error, SectionError::Files(UiError::Twice { .. })), "{error}");
    let error = refused(|index| index["files"][1]["path"] = "other.html".into());
    assert!(matches!(error, SectionError::Files(UiError::NoIndex)), "{error}");
    let error = refused(|index| index["files"][0]["gzip"]["hash"] = "\"\r\nx: y".into());
    assert!(matches!(error, SectionError::Hash { .. }), "{error}");
    let error = refused(|index| index["files"][0]["plain"]["bytes"] = u64::MAX.into());
    assert!(matches!(error, SectionError::Length { expected: u64::MAX, .. }), "{error}");
}

#[test]
fn limits_hold_for_it_too() {
    let section = Bytes::from(section());
    let error = read(&section, LIMITS().with_files(2)).unwrap_err();
    assert!(matches!(error, SectionError::Files(UiError::Files { files: 3, limit: 2 })), "{error}");
    assert!(read(&section, LIMITS().with_file_bytes(script().len())).is_ok());
    let error = read(&section, LIMITS().with_file_bytes(script().len() - 1)).unwrap_err();
    assert!(matches!(error, SectionError::Files(UiError::FileBytes { .. })), "{error}");
}
