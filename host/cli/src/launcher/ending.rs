use std::fmt;

use serde_json::Value;

use super::log_line::{LogLine, clean};

/// The field of the launcher's last line that no other of its lines has.
const EXIT_CODE: &str = "exit_code";

/// Why a launcher ended, as the last line of its log says.
///
/// It is shown as an error's text: the cause, and the hint in a line of its own. Control characters are
/// escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    cause: String,
    hint: Option<String>,
    backtrace: Option<String>,
}

impl Ending {
    /// The ending that this line of a log tells; `None` for any other line, and for an end in order.
    ///
    /// A guest cannot forge it: its own fields are in an object of their own.
    pub(crate) fn of(line: &str) -> Option<Self> {
        let Value::Object(object) = serde_json::from_str(line).ok()? else { return None };
        object.get(EXIT_CODE)?.as_u64()?;
        let hint = object.get("hint").and_then(Value::as_str).map(clean);
        let LogLine { level, message, backtrace, .. } = LogLine::parse(line)?;
        (level == "ERROR").then(|| Self { cause: clean(&message), hint, backtrace: backtrace.as_deref().map(clean) })
    }

    /// The last one among these lines.
    pub(crate) fn among(lines: &[String]) -> Option<Self> {
        lines.iter().rev().find_map(|line| Self::of(line))
    }

    /// The guest's frames, a line each, if it trapped.
    pub(crate) fn backtrace(&self) -> Option<&str> {
        self.backtrace.as_deref()
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_failure_is_told_from_others() {
        let line =
            |level: &str, more: &str| format!(r#"{{"ts":"t","level":"{level}","target":"x","message":"no\u001b[2J"{more}}}"#);
        let ending = Ending::of(&line("ERROR", r#","exit_code":6,"hint":"do","backtrace":"0: a\n1: b""#)).unwrap();
        assert_eq!(ending.to_string(), "no\\u{1b}[2J\n  hint: do");
        assert_eq!(ending.backtrace(), Some("0: a\n    1: b"));
        let bare = Ending::of(&line("ERROR", r#","exit_code":4"#)).unwrap();
        assert_eq!((bare.to_string().as_str(), bare.backtrace()), ("no\\u{1b}[2J", None));
        for other in [
            line("INFO", r#","exit_code":0"#),
            line("ERROR", ""),
            line("ERROR", r#","exit_code":"6""#),
            line("ERROR", r#","fields":{"exit_code":6}"#),
            "not JSON".to_owned(),
        ] {
            assert_eq!(Ending::of(&other), None, "{other}");
        }
        let lines = [line("ERROR", r#","exit_code":4"#), "after it".to_owned()];
        assert_eq!(Ending::among(&lines), Some(bare));
        assert_eq!(Ending::among(&[]), None);
    }
}
