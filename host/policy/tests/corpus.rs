//! The fixtures, which are also what the fuzzer begins with, keep their promises without it.

mod properties;

#[cfg(test)]
mod corpus {
    use std::fs;
    use std::path::Path;

    use super::properties::policy;

    #[test]
    fn fixtures_hold() {
        for (folder, accepted) in [("accepted", true), ("refused", false)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "toml") {
                    eprintln!("{}", path.display());
                    let name = path.file_stem().unwrap().to_str().unwrap();
                    // Which limits there are, and what each takes, is not known to the parser.
                    let elsewhere = ["limit_unknown", "limit_unlike_any", "limit_value"].contains(&name);
                    assert_eq!(policy(&fs::read(&path).unwrap()), accepted || elsewhere);
                }
            }
        }
    }
}
