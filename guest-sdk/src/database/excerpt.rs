use std::fmt::{self, Write as _};

/// The bytes of a statement that an error shows: 240, some three lines of a terminal, which name the
/// table and the columns of most statements. The rest is left out.
pub const SHOWN_SQL_BYTES: usize = 240;

/// The beginning of a statement, kept while the statement runs.
///
/// It is copied as it is: the text is made readable only for an error.
#[derive(Debug, Clone)]
pub(super) struct Excerpt {
    beginning: String,
    is_cut: bool,
}

impl Excerpt {
    pub(super) fn of(sql: &str) -> Self {
        let sql = sql.trim();
        let end = sql.floor_char_boundary(SHOWN_SQL_BYTES);
        Self { beginning: sql.get(..end).unwrap_or_default().to_owned(), is_cut: end < sql.len() }
    }
}

/// In one line: white space is one space, and other control characters are escaped.
impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.beginning.split_whitespace().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            for c in word.chars() {
                if c.is_control() { write!(f, "{}", c.escape_default())? } else { f.write_char(c)? }
            }
        }
        if self.is_cut { f.write_char('…') } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> String {
        Excerpt::of(sql).to_string()
    }

    #[test]
    fn a_statement_is_shown_in_one_line() {
        assert_eq!(shown("\n  SELECT *\n    FROM note\n\tWHERE id = ?\n"), "SELECT * FROM note WHERE id = ?");
        assert_eq!(shown("SELECT '\u{1b}[2J\u{7}'"), r"SELECT '\u{1b}[2J\u{7}'");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn a_long_one_is_cut_between_characters() {
        let whole = "x".repeat(SHOWN_SQL_BYTES);
        assert_eq!(shown(&whole), whole);
        assert_eq!(shown(&format!("{whole}y")), format!("{whole}…"));
        let odd = format!("y{}", "ä".repeat(SHOWN_SQL_BYTES));
        assert_eq!(shown(&odd), format!("y{}…", "ä".repeat((SHOWN_SQL_BYTES - 1) / 2)));
    }
}
