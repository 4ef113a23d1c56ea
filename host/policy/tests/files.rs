//! Which files count as a policy.

#[cfg(test)]
mod files {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::path::{Path, PathBuf};

    use rustix::process::geteuid;
    use tempfile::TempDir;
    use temps_plugin_policy::bounds::{CONFIG_KEYS, CONFIG_VALUE_BYTES, FILE_BYTES};
    use temps_plugin_policy::{Fault, Policy};

    fn written(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hello.toml");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        (folder, path)
    }

    fn refused(path: &Path) -> (Fault, String) {
        let error = Policy::load(path).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(&format!("the policy file {}", path.display())), "{message}");
        (*error.fault, message)
    }

    #[test]
    fn a_file_that_is_not_there_is_no_policy() {
        let (_folder, path) = written("[log]\nlevel = \"debug\"");
        assert!(Policy::load_if_there(&path).unwrap().is_some_and(|policy| policy.log_level().is_some()));
        fs::remove_file(&path).unwrap();
        assert!(Policy::load_if_there(&path).unwrap().is_none());
        assert!(matches!(refused(&path).0, Fault::Read { doing: "open", .. }));
    }

    #[test]
    fn nobody_else_may_write_to_it() {
        let (_folder, path) = written("");
        for mode in [0o400, 0o600, 0o644, 0o664, 0o755] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(Policy::load(&path).is_ok(), "{mode:o}");
        }
        for mode in [0o602, 0o646, 0o666] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let (fault, message) = refused(&path);
            assert!(matches!(fault, Fault::Writable { mode: found } if found == mode));
            assert!(message.contains(&format!("{mode:o}")) && message.contains("chmod o-w"), "{message}");
        }
    }

    #[test]
    fn it_belongs_to_root_or_to_this_user() {
        // Only root can give a file away, and root's own files are what others are tested with.
        if !geteuid().is_root() {
            assert!(!matches!(Policy::load(Path::new("/etc/passwd")).map_err(|error| *error.fault), Err(Fault::Owner { .. })));
            return;
        }
        let (_folder, path) = written("");
        assert!(Policy::load(&path).is_ok());
        chown(&path, Some(1234), None).unwrap();
        let (fault, message) = refused(&path);
        assert!(matches!(fault, Fault::Owner { owner: 1234, own: 0 }));
        assert!(message.contains("1234") && message.contains("chown"), "{message}");
    }

    #[test]
    fn links_folders_and_pipes_are_refused() {
        let (folder, path) = written("");
        let at = |name| folder.path().join(name);
        symlink(&path, at("link.toml")).unwrap();
        symlink(at("nowhere"), at("dangling.toml")).unwrap();
        fs::create_dir(at("folder.toml")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe.toml"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(matches!(refused(&at("link.toml")).0, Fault::SymbolicLink));
        assert!(matches!(refused(&at("dangling.toml")).0, Fault::SymbolicLink));
        assert!(matches!(refused(&at("folder.toml")).0, Fault::NotAFile));
        assert!(matches!(refused(&at("pipe.toml")).0, Fault::NotAFile));
        assert!(matches!(refused(Path::new("/dev/null")).0, Fault::NotAFile));
        assert!(Policy::load_if_there(&at("dangling.toml")).is_err());
    }

    #[test]
    fn a_file_has_so_many_bytes_at_most() {
        let (_folder, path) = written(vec![b'#'; FILE_BYTES]);
        assert!(Policy::load(&path).is_ok());
        let (_folder, path) = written(vec![b'#'; FILE_BYTES + 1]);
        assert!(matches!(refused(&path).0, Fault::TooLong));
    }

    #[test]
    fn what_is_not_utf8_has_its_place() {
        let (_folder, path) = written(b"[log]\nlevel = \"\xff\"");
        let (fault, message) = refused(&path);
        assert!(matches!(fault, Fault::NotUtf8));
        assert!(message.contains(", line 2, column 10: "), "{message}");
    }

    #[test]
    fn the_configuration_has_so_many_keys_at_most() {
        let keys = |count| (0..count).fold("[config]\n".to_owned(), |text, key| format!("{text}k{key} = \"\"\n"));
        let path = Path::new("p");
        assert_eq!(Policy::parse(path, &keys(CONFIG_KEYS)).unwrap().config().len(), CONFIG_KEYS);
        let error = Policy::parse(path, &keys(CONFIG_KEYS + 1)).unwrap_err();
        assert!(matches!(*error.fault, Fault::ConfigKeys));
        assert_eq!(error.place.unwrap().line, CONFIG_KEYS + 2);
    }

    #[test]
    fn a_value_and_a_key_have_so_many_bytes_at_most() {
        let policy = |key: usize, value: usize| {
            Policy::parse(Path::new("p"), &format!("[config]\n{} = \"{}\"", "k".repeat(key), "v".repeat(value)))
                .map_err(|error| *error.fault)
        };
        assert!(policy(64, CONFIG_VALUE_BYTES).is_ok());
        assert!(matches!(policy(65, 1), Err(Fault::ConfigKey { .. })));
        assert!(matches!(policy(1, CONFIG_VALUE_BYTES + 1), Err(Fault::ConfigValue { .. })));
    }

    #[test]
    fn paths_in_it_begin_at_its_folder() {
        let policy = Policy::parse(Path::new("/plugins/hello.toml"), "").unwrap();
        assert_eq!(policy.resolve(Path::new("hello.token")), Path::new("/plugins/hello.token"));
        assert_eq!(policy.resolve(Path::new("/run/token")), Path::new("/run/token"));
        let here = Policy::parse(Path::new("hello.toml"), "").unwrap();
        assert_eq!(here.resolve(Path::new("hello.token")), Path::new("hello.token"));
    }
}
