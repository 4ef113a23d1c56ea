use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::{Limits, UiError, path};

/// The page that everything begins with.
pub const INDEX: &str = "index.html";

/// So much of a path that is too long as shows which one it is: 64 characters.
const SHOWN: usize = 64;

/// The files of a user interface by their paths, within [`Limits`], with [`INDEX`] among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Bytes>);

impl Files {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Their paths and bytes, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = (String, Bytes)> {
        self.0.into_iter()
    }
}

/// Collects [`Files`]: first their paths, then what is in them, so that what is too much is not read.
#[derive(Debug)]
#[must_use = "it gives nothing until `finish`"]
pub struct FilesBuilder {
    limits: Limits,
    /// Those that were announced, and are still to come.
    awaited: BTreeSet<String>,
    files: BTreeMap<String, Bytes>,
    bytes: usize,
}

impl FilesBuilder {
    /// Begins with the paths.
    ///
    /// # Errors
    ///
    /// [`UiError`]: too many, one that is none, one that is there twice, none for [`INDEX`].
    pub fn new(paths: &[String], limits: Limits) -> Result<Self, UiError> {
        if paths.len() > limits.files {
            return Err(UiError::Files { files: paths.len(), limit: limits.files });
        }
        let mut awaited = BTreeSet::new();
        for path in paths {
            check_path(path, &limits)?;
            if !awaited.insert(path.clone()) {
                return Err(UiError::Twice { path: path.clone() });
            }
        }
        if !awaited.contains(INDEX) {
            return Err(UiError::NoIndex);
        }
        Ok(Self { limits, awaited, files: BTreeMap::new(), bytes: 0 })
    }

    /// Adds what is in a file, `None` if the plugin has nothing for its path.
    ///
    /// # Errors
    ///
    /// [`UiError`]: nothing, too much, or a path that was not announced or was added before.
    pub fn add(&mut self, path: &str, bytes: Option<impl Into<Bytes>>) -> Result<(), UiError> {
        let path = path.to_owned();
        let (true, Some(bytes)) = (self.awaited.remove(&path), bytes.map(Into::into)) else {
            return Err(UiError::Missing { path });
        };
        if bytes.len() > self.limits.file_bytes {
            return Err(UiError::FileBytes { path, bytes: bytes.len() as u64, limit: self.limits.file_bytes });
        }
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > self.limits.bytes {
            return Err(UiError::Bytes { path, limit: self.limits.bytes });
        }
        self.files.insert(path, bytes);
        Ok(())
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// [`UiError::Missing`] for one that was not added.
    pub fn finish(self) -> Result<Files, UiError> {
        match self.awaited.into_iter().next() {
            Some(path) => Err(UiError::Missing { path }),
            None => Ok(Files(self.files)),
        }
    }
}

pub(crate) fn check_path(path: &str, limits: &Limits) -> Result<(), UiError> {
    path::check(path, limits.path_bytes).map_err(|fault| UiError::Path { path: path.chars().take(SHOWN).collect(), fault })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::PathFault;

    /// Files with these paths, each with its path in it.
    pub(crate) fn files<'a>(all: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Files {
        let all: Vec<_> = all.into_iter().collect();
        let paths: Vec<String> = all.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut builder = FilesBuilder::new(&paths, Limits::default()).unwrap();
        for (path, bytes) in all {
            builder.add(path, Some(bytes.to_vec())).unwrap();
        }
        builder.finish().unwrap()
    }

    fn paths(paths: &[&str]) -> Vec<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    fn refused(all: &[&str], limits: Limits) -> UiError {
        FilesBuilder::new(&paths(all), limits).unwrap_err()
    }

    #[test]
    fn they_come_in_the_order_of_their_paths() {
        let files = files([("z", &b"1"[..]), (INDEX, b"2"), ("a/b", b"")]);
        assert_eq!(files.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["a/b", INDEX, "z"]);
        assert_eq!(files.count(), 3);
    }

    #[test]
    fn paths_are_looked_at_before_anything_is_read() {
        let limits = Limits::default();
        assert_eq!(refused(&[], limits), UiError::NoIndex);
        assert_eq!(refused(&["assets/index.html"], limits), UiError::NoIndex);
        assert_eq!(refused(&[INDEX, "a", "a"], limits), UiError::Twice { path: "a".into() });
        assert_eq!(refused(&[INDEX, "../x"], limits), UiError::Path { path: "../x".into(), fault: PathFault::Dots });
        let long = "x".repeat(513);
        let UiError::Path { path, .. } = refused(&[INDEX, &long], limits) else { panic!("another error") };
        assert_eq!(path.len(), SHOWN);
    }

    #[test]
    fn there_are_as_many_as_there_may_be() {
        let limits = Limits::default().with_files(2);
        assert!(FilesBuilder::new(&paths(&[INDEX, "a"]), limits).is_ok());
        assert_eq!(refused(&[INDEX, "a", "b"], limits), UiError::Files { files: 3, limit: 2 });
    }

    #[test]
    fn they_have_as_many_bytes_as_they_may() {
        let limits = Limits::default().with_file_bytes(3).with_bytes(5);
        let builder = || FilesBuilder::new(&paths(&[INDEX, "a"]), limits).unwrap();
        let mut right = builder();
        right.add(INDEX, Some(vec![0; 3])).unwrap();
        right.add("a", Some(vec![0; 2])).unwrap();
        right.finish().unwrap();
        let file = builder().add(INDEX, Some(vec![0; 4])).unwrap_err();
        assert_eq!(file, UiError::FileBytes { path: INDEX.into(), bytes: 4, limit: 3 });
        let mut more = builder();
        more.add(INDEX, Some(vec![0; 3])).unwrap();
        assert_eq!(more.add("a", Some(vec![0; 3])).unwrap_err(), UiError::Bytes { path: "a".into(), limit: 5 });
    }

    #[test]
    fn each_is_there_once() {
        let mut builder = FilesBuilder::new(&paths(&[INDEX, "a"]), Limits::default()).unwrap();
        builder.add(INDEX, Some(vec![])).unwrap();
        let missing = |path: &str| UiError::Missing { path: path.into() };
        assert_eq!(builder.add(INDEX, Some(vec![])).unwrap_err(), missing(INDEX));
        assert_eq!(builder.add("b", Some(vec![])).unwrap_err(), missing("b"));
        assert_eq!(builder.finish().unwrap_err(), missing("a"));
        let mut builder = FilesBuilder::new(&paths(&[INDEX]), Limits::default()).unwrap();
        assert_eq!(builder.add(INDEX, None::<Vec<u8>>).unwrap_err(), missing(INDEX));
    }
}
