/// What is wrong with a file's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// It is empty, begins or ends with a slash, or has two in a row.
    #[error("it has an empty segment: use a relative path, such as `assets/app.js`")]
    EmptySegment,
    /// A segment is `.` or `..`.
    #[error("it has the segment `.` or `..`: name the file from the top of the interface's folder")]
    Dots,
    /// It has a backslash.
    #[error("it has a `\\`: separate folders with `/`")]
    Backslash,
    /// It has a NUL, a line break or the like.
    #[error("it has a control character: rename the file")]
    Control,
    /// It is longer than [`PATH_BYTES`](crate::limits::PATH_BYTES).
    #[error("it has {bytes} bytes, and {limit} are allowed (limit ui_path_bytes)")]
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
}

/// Checks that a path names a file below the interface's folder, in one way only.
pub(crate) fn check(path: &str, limit: usize) -> Result<(), PathFault> {
    if path.len() > limit {
        return Err(PathFault::TooLong { bytes: path.len(), limit });
    }
    if path.chars().any(char::is_control) {
        return Err(PathFault::Control);
    }
    if path.contains('\\') {
        return Err(PathFault::Backslash);
    }
    for segment in path.split('/') {
        match segment {
            "" => return Err(PathFault::EmptySegment),
            "." | ".." => return Err(PathFault::Dots),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_and_plain() {
        for path in ["index.html", "assets/app-1a2b.js", "a b/ü.svg", ".well-known/x", "...", "a%2fb"] {
            assert_eq!(check(path, 512), Ok(()), "{path}");
        }
        for (path, fault) in [
            ("", PathFault::EmptySegment),
            ("/etc/passwd", PathFault::EmptySegment),
            ("a//b", PathFault::EmptySegment),
            ("a/", PathFault::EmptySegment),
            ("../x", PathFault::Dots),
            ("a/../../x", PathFault::Dots),
            ("./a", PathFault::Dots),
            ("a\\b", PathFault::Backslash),
            ("a\0", PathFault::Control),
            ("a\nb", PathFault::Control),
            ("a\u{85}", PathFault::Control),
        ] {
            assert_eq!(check(path, 512), Err(fault), "{path:?}");
        }
    }

    #[test]
    fn a_path_has_a_longest_length() {
        assert_eq!(check(&"x".repeat(512), 512), Ok(()));
        assert_eq!(check(&"x".repeat(513), 512), Err(PathFault::TooLong { bytes: 513, limit: 512 }));
    }
}
