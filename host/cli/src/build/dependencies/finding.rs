use std::fmt;
use std::path::Path;

use super::entry::Change;

/// How sure it is that the build, or the plugin, fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It certainly does not build.
    Error,
    /// It most likely does not build, or fails when it is used.
    Warning,
    /// It has no use in a plugin.
    Note,
}

/// A dependency that does not fit a plugin, and what to write in its place.
///
/// It is shown in the manner of cargo and rustc, without the level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(super) level: Level,
    /// The crate that does not fit.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) change: Option<Change>,
    /// What to do, a sentence each.
    pub(super) advice: Vec<String>,
}

impl Finding {
    /// How sure it is that something fails.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The file and the line of it that is to be changed.
    pub(super) fn place(&self) -> Option<(&Path, usize)> {
        self.change.as_ref().map(|change| (change.path.as_path(), change.line))
    }

    /// The crate that does not fit.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        let mut margin = 1;
        if let Some(Change { path, line, old, new }) = &self.change {
            margin = line.to_string().len();
            write!(f, "\n{:margin$}--> {}:{line}", "", path.display())?;
            write!(f, "\n{:margin$} |", "")?;
            match new {
                Some(new) => write!(f, "\n{line} - {old}\n{line} + {new}")?,
                None => write!(f, "\n{line} | {old}")?,
            }
            write!(f, "\n{:margin$} |", "")?;
        }
        self.advice.iter().try_for_each(|advice| write!(f, "\n{:margin$} = {advice}", ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(change: Option<Change>) -> Finding {
        let advice = vec!["do this".to_owned(), "or that".to_owned()];
        Finding { level: Level::Error, name: "tokio".to_owned(), title: "it does not fit".to_owned(), change, advice }
    }

    #[test]
    fn it_looks_as_cargos_do() {
        let change =
            |new: Option<&str>| Change { path: "a/Cargo.toml".into(), line: 12, old: "t = 1".into(), new: new.map(Into::into) };
        let text = "it does not fit\n  --> a/Cargo.toml:12\n   |\n12 - t = 1\n12 + t = 2\n   |\n   = do this\n   = or that";
        assert_eq!(finding(Some(change(Some("t = 2")))).to_string(), text);
        let text = "it does not fit\n  --> a/Cargo.toml:12\n   |\n12 | t = 1\n   |\n   = do this\n   = or that";
        assert_eq!(finding(Some(change(None))).to_string(), text);
        assert_eq!(finding(None).to_string(), "it does not fit\n  = do this\n  = or that");
    }
}
