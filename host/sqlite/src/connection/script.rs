//! Scripts of several statements that begin and end their own transaction, as SQLite's documentation writes them to change a table:
//!
//! ```text
//!  PRAGMA foreign_keys = OFF;  BEGIN;  …  COMMIT;  PRAGMA foreign_keys = ON;
//! ```
//!
//! Here each is one transaction as a whole. What begins and ends it is read, and not run.

use std::iter::from_fn;

use crate::Error;
use crate::containment::is_off;

/// What a statement of a script does to its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// It begins the transaction, or ends it with its changes.
    Bounds,
    /// It undoes the transaction.
    RollsBack,
    /// It says that foreign keys are not enforced, or that they are.
    ForeignKeys { enforced: bool },
}

impl Control {
    /// What the words of a statement say; none of any other statement.
    pub(super) fn of(sql: &str) -> Option<Self> {
        let mut words = words(sql);
        let first = words.next()?.to_ascii_uppercase();
        match first.as_str() {
            "BEGIN" | "COMMIT" | "END" => Some(Self::Bounds),
            "ROLLBACK" => Some(Self::RollsBack),
            "PRAGMA" => {
                let named = words.by_ref().find(|word| word.eq_ignore_ascii_case("foreign_keys") || is_value(word))?;
                if !named.eq_ignore_ascii_case("foreign_keys") {
                    return None;
                }
                let value = words.find(|word| !matches!(*word, "=" | "("))?;
                Some(Self::ForeignKeys { enforced: !is_off(value.trim_matches(['\'', '"'])) })
            }
            _ => None,
        }
    }
}

/// What follows the name of a pragma.
fn is_value(word: &str) -> bool {
    matches!(word, "=" | "(" | ";")
}

/// Whether the statement at the beginning of `sql` is of this kind.
pub(super) fn begins_with(sql: &str, control: fn(Control) -> bool) -> bool {
    Control::of(sql).is_some_and(control)
}

/// The error of a statement that has no place in a script.
pub(super) fn misplaced(control: Option<Control>) -> Error {
    Error::Denied(
        match control {
            Some(Control::RollsBack) => "ROLLBACK is not for scripts: one that fails is undone as a whole",
            Some(Control::ForeignKeys { .. }) => "PRAGMA foreign_keys = OFF has to be the first statement of its script",
            Some(Control::Bounds) | None => "savepoints are not for scripts: begin a transaction through the connection",
        }
        .to_owned(),
    )
}

/// The error of what begins or ends a transaction with nothing in it.
pub(super) fn nothing_but_control() -> Error {
    Error::Denied(
        "BEGIN, COMMIT and PRAGMA foreign_keys = OFF are not for SQL by themselves: send all statements of the script at once, or begin a \
         transaction through the connection"
            .to_owned(),
    )
}

/// The words of a statement, and its other characters one by one, without white space and comments.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    from_fn(move || {
        loop {
            rest = rest.trim_start();
            if let Some(comment) = rest.strip_prefix("--") {
                rest = comment.split_once('\n').map_or("", |(_, behind)| behind);
            } else if let Some(comment) = rest.strip_prefix("/*") {
                rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
            } else {
                break;
            }
        }
        let first = rest.chars().next()?;
        let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '"' | '-');
        let end = if in_word(first) { rest.find(|c| !in_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, behind) = rest.split_at_checked(end)?;
        rest = behind;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_is_told_from_other_statements() {
        let keys = |enforced| Some(Control::ForeignKeys { enforced });
        for (sql, control) in [
            ("BEGIN", Some(Control::Bounds)),
            (" -- a\n/* b */ begin immediate transaction;", Some(Control::Bounds)),
            ("COMMIT;", Some(Control::Bounds)),
            ("END TRANSACTION", Some(Control::Bounds)),
            ("ROLLBACK", Some(Control::RollsBack)),
            ("PRAGMA foreign_keys=OFF", keys(false)),
            ("pragma main.Foreign_Keys = 'no' ;", keys(false)),
            ("PRAGMA foreign_keys(0)", keys(false)),
            ("PRAGMA foreign_keys = ON", keys(true)),
            ("PRAGMA foreign_keys = 1", keys(true)),
            ("PRAGMA foreign_keys", None),
            ("PRAGMA foreign_key_check", None),
            ("PRAGMA user_version = 3; PRAGMA foreign_keys = OFF", None),
            ("SELECT 'BEGIN'", None),
            ("BEGINNING", None),
            ("", None),
            ("/* BEGIN", None),
        ] {
            assert_eq!(Control::of(sql), control, "{sql}");
        }
    }
}
