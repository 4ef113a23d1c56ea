//! Each shape of a policy and each error, as files: what is read from `<name>.toml`, or the message, is in `<name>.txt`.
//!
//! With `WRITE_EXPECTED=1` the text files are written anew, to be looked at.

#[cfg(test)]
mod fixtures {
    use std::fmt::Write;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use temps_plugin_policy::{ConfigEntry, ConfigSource, LimitSetting, Policy, PolicyError};

    /// Limits that there are, for a crate that knows none: the launcher's tests use the real ones.
    const LIMITS: &[&str] = &["memory", "init_time", "in_flight", "instances"];

    fn files(folder: &str) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    /// Compares what each TOML file gives with the text beside it, and lets no text be without its TOML file.
    fn compare(folder: &str, give: impl Fn(&Path) -> String) {
        let files = files(folder);
        assert!(files.len() > 1);
        let mut wrong = String::new();
        for file in &files {
            let expected = file.with_extension("txt");
            if file.extension().is_some_and(|extension| extension == "txt") {
                assert!(file.with_extension("toml").is_file(), "nothing gives {}", file.display());
                continue;
            }
            let given = give(file);
            if env::var_os("WRITE_EXPECTED").is_some() {
                fs::write(&expected, &given).unwrap();
            }
            let expected = fs::read_to_string(&expected).unwrap_or_else(|error| format!("no expectation: {error}"));
            if given != expected {
                write!(wrong, "\n== {}\n{given}-- expected\n{expected}", file.display()).unwrap();
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }

    fn read(file: &Path) -> Result<Policy, PolicyError> {
        let text = fs::read_to_string(file).unwrap();
        let policy = Policy::parse(Path::new(file.file_name().unwrap()), &text)?;
        policy.set_limits(LIMITS, |name, value| {
            if value == "lots" { Err(format!("limit `{name}`: `{value}` is not a size")) } else { Ok(()) }
        })?;
        Ok(policy)
    }

    /// All that a policy says, line by line.
    fn shown(policy: &Policy) -> String {
        let mut text = String::new();
        let mut line = |line: std::fmt::Arguments<'_>| writeln!(text, "{line}").unwrap();
        for grant in policy.network().allow() {
            line(format_args!("allow {grant}"));
        }
        for network in policy.network().allow_private() {
            line(format_args!("allow private {network}"));
        }
        for LimitSetting { name, value, place } in policy.limits() {
            line(format_args!("limit {name} = {value} ({place})"));
        }
        for ConfigEntry { key, source, place } in policy.config() {
            match source {
                ConfigSource::Text(text) => line(format_args!("config {key} = {text:?} ({place})")),
                ConfigSource::Env(name) => line(format_args!("config {key} from the variable {name} ({place})")),
                ConfigSource::File(path) => line(format_args!("config {key} from the file {} ({place})", path.display())),
            }
        }
        if let Some(level) = policy.log_level() {
            line(format_args!("log {}", level.text()));
        }
        for header in policy.pass_headers() {
            line(format_args!("pass {header:?}"));
        }
        for key in policy.trusted_keys() {
            line(format_args!("trust {key}"));
        }
        text
    }

    #[test]
    fn what_is_accepted_is_read_as_it_is_written() {
        compare("accepted", |file| shown(&read(file).unwrap_or_else(|error| panic!("{error}"))));
    }

    #[test]
    fn what_is_refused_says_where_and_why() {
        compare("refused", |file| match read(file) {
            Ok(_) => panic!("{} should be refused", file.display()),
            Err(error) => format!("{error}\n"),
        });
    }

    #[test]
    fn no_message_has_a_value_of_the_configuration() {
        for file in files("refused") {
            if let Ok(text) = fs::read_to_string(file.with_extension("txt")) {
                assert!(!text.contains("hunter2"), "{text}");
            }
        }
        let secret = "[config]\ntoken = \"hunter2\"";
        let policy = Policy::parse(Path::new("p"), secret).unwrap();
        assert!(!format!("{policy:?}").contains("hunter2"));
        assert!(format!("{policy:?}").contains("token"));
    }
}
