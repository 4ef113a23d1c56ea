use crate::Error;

/// The name of a database: 1 to 64 of `a-z`, `0-9`, `_` and `-`. Its file is `<label>.db`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(String);

/// The longest label, in characters: 64, well below what a file's name may have.
const LONGEST: usize = 64;

impl Label {
    /// Checks a label.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], with the text and what a label is.
    pub fn new(text: &str) -> Result<Self, Error> {
        let fits = (1..=LONGEST).contains(&text.len());
        if fits && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-')) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(LONGEST).flat_map(char::escape_default).collect();
        Err(Error::Denied(format!("`{shown}` is no label of a database: it has 1 to {LONGEST} of a-z, 0-9, _ and -")))
    }

    /// The label's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the database's file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.db", self.0)
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_short_and_plain() {
        assert_eq!(Label::new("my-notes_2").unwrap().file_name(), "my-notes_2.db");
        assert!(Label::new(&"a".repeat(64)).is_ok());
        for wrong in ["", "Notes", "a.b", "../a", "a/b", "a b", "ä", "a\0b", ".launcher", &"a".repeat(65)] {
            let error = Label::new(wrong).unwrap_err().to_string();
            assert!(error.contains("no label"), "{wrong:?}: {error}");
        }
    }
}
