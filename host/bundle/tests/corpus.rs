//! The files that the fuzzer begins with, and those that once made something fail, keep their promises without it.

mod properties;

#[cfg(test)]
mod corpus {
    use std::path::PathBuf;

    use super::properties::{Opened, bundle, sealed};

    fn files() -> Vec<(String, Vec<u8>)> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/bundle"));
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        assert!(!files.is_empty());
        files
    }

    #[test]
    fn bundles_hold() {
        for (name, bytes) in files() {
            eprintln!("{name}");
            let right = match bundle(&bytes) {
                Opened::None => name.starts_with("none_"),
                Opened::Refused(_) => name.starts_with("broken_"),
                Opened::Whole => !name.starts_with("none_") && !name.starts_with("broken_"),
            };
            assert!(right, "{name}");
        }
    }

    #[test]
    fn they_hold_with_their_hashes_made_anew() {
        for (name, bytes) in files() {
            eprintln!("{name}");
            let mended = matches!(bundle(&sealed(&bytes)), Opened::Whole);
            let whole = !name.starts_with("none_") && !name.starts_with("broken_");
            assert_eq!(mended, whole || name == "broken_section", "{name}");
        }
    }
}
