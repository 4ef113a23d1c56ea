/// Whether a plugin's path is below one of the prefixes that its manifest calls public. Prefixes are whole segments: `/hooks` is also
/// `/hooks/github`, and not `/hooksmith`. A path with a dot segment leads somewhere else than it looks, and is never public.
pub(in crate::temps) fn is_public(path: &str, prefixes: &[String]) -> bool {
    !path.split('/').any(is_dots)
        && prefixes.iter().any(|prefix| {
            path.strip_prefix(prefix.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// `.` or `..`, whichever way it is written.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_made_of_whole_segments() {
        let prefixes = ["/hooks".to_owned(), "/open/".to_owned()];
        for path in ["/hooks", "/hooks/", "/hooks/github", "/open", "/open/a", "/open//", "/hooks/..."] {
            assert!(is_public(path, &prefixes), "{path}");
        }
        for path in ["/", "", "/hooksmith", "/hook", "/x/hooks", "/opened", "//hooks", "/Hooks"] {
            assert!(!is_public(path, &prefixes), "{path}");
        }
        for path in ["/hooks/../admin", "/hooks/%2e%2E/admin", "/hooks/.%2e", "/hooks/./x"] {
            assert!(!is_public(path, &prefixes), "{path}");
        }
        assert!(is_public("/anything", &["/".to_owned()]) && is_public("/", &["/".to_owned()]));
        assert!(!is_public("/", &[]));
    }
}
