//! A launcher's log line, made readable.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

use chrono::{DateTime, Local};
use serde_json::{Map, Value};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether they have colours.
    pub colour: bool,
}

const DIM: &str = "2";
const NONE: &str = "0";

impl Style {
    /// What fits stderr: colours on a terminal, unless `NO_COLOR` is set.
    #[must_use]
    pub fn of_stderr() -> Self {
        Self { colour: io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    /// What fits stdout, likewise.
    #[must_use]
    pub fn of_stdout() -> Self {
        Self { colour: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    pub(crate) fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Renders a line of the launcher's log as `time level target: message field=value`, in local time. A line that is no such JSON stays as
/// it is.
///
/// A guest's line has the guest's own target. The field `plugin` is left out: here there is one plugin. The field `hint` and the
/// backtrace have lines of their own below. Control characters are escaped: what a sandboxed guest writes must not steer the
/// terminal. Further lines of a text are indented.
#[must_use]
pub fn render(line: &str, style: Style) -> String {
    rendered(line, style).unwrap_or_else(|| line.to_owned())
}

/// The last lines of a log, for the end of an error message.
pub(crate) fn log_end(lines: &[String], style: Style) -> String {
    let mut text = String::new();
    if !lines.is_empty() {
        text.push_str("\nThe end of its log:");
    }
    for line in lines {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {}", render(line, style));
    }
    text
}

/// A line of the launcher's log, taken apart. Its texts are as they came: not fit for a terminal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogLine {
    /// When, as it was written; empty without one.
    pub(crate) time: String,
    pub(crate) level: String,
    /// Of a guest's line, the guest's own.
    pub(crate) target: String,
    pub(crate) message: String,
    pub(crate) backtrace: Option<String>,
    /// Everything else but the plugin's name: the guest's fields among the launcher's.
    pub(crate) fields: Map<String, Value>,
}

impl LogLine {
    /// `None` for what is not the JSON of a log line.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let Value::Object(mut fields) = serde_json::from_str(line).ok()? else { return None };
        let Some(Value::String(level)) = fields.remove("level") else { return None };
        let time = text(fields.remove("ts").unwrap_or_default());
        let target = fields.remove("target");
        let target = text(fields.remove("guest_target").or(target).unwrap_or_default());
        let message = text(fields.remove("message").unwrap_or_default());
        let backtrace = fields.remove("backtrace").map(text).filter(|backtrace| !backtrace.is_empty());
        if let Some(Value::Object(guest)) = fields.remove("fields") {
            fields.extend(guest);
        }
        fields.remove("plugin");
        Some(Self { time, level, target, message, backtrace, fields })
    }
}

fn rendered(line: &str, style: Style) -> Option<String> {
    let LogLine { time, level, target, message, backtrace, mut fields } = LogLine::parse(line)?;
    let hint = fields.remove("hint").map(text).filter(|hint| !hint.is_empty());
    let mut out = style.paint(DIM, &clock(&time));
    let colour = match level.as_str() {
        "ERROR" => "31",
        "WARN" => "33",
        "INFO" => "32",
        "DEBUG" => "34",
        _ => NONE,
    };
    let (level, target) = (clean(&level), clean(&target));
    // Writing to a string does not fail.
    let _ = write!(
        out,
        " {} {} {}",
        style.paint(colour, &format!("{level:>5}")),
        style.paint(DIM, &format!("{target}:")),
        clean(&message)
    );
    if !fields.is_empty() {
        let _ = write!(out, " {}", style.paint(DIM, &named(&fields)));
    }
    if let Some(backtrace) = backtrace {
        let _ = write!(out, "\n    {}", style.paint(DIM, &clean(&backtrace)));
    }
    // Last, where frames do not scroll it away.
    if let Some(hint) = hint {
        let _ = write!(out, "\n    hint: {}", clean(&hint));
    }
    Some(out)
}

/// The time of day here; what is no RFC 3339 stays as it is.
fn clock(timestamp: &str) -> String {
    match DateTime::parse_from_rfc3339(timestamp) {
        Ok(time) => time.with_timezone(&Local).format("%H:%M:%S%.3f").to_string(),
        Err(_) => clean(timestamp),
    }
}

fn named(fields: &Map<String, Value>) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{}={}", clean(name), clean(&text(value.clone()))));
    fields.collect::<Vec<_>>().join(" ")
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.trim_end().chars() {
        match c {
            '\n' => clean.push_str("\n    "),
            '\t' => clean.push('\t'),
            c if c.is_control() => clean.extend(c.escape_default()),
            c => clean.push(c),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    #[test]
    fn a_log_line_is_made_readable() {
        let line =
            r#"{"ts":"then","level":"INFO","plugin":"hello","target":"launcher","message":"listening","port":7,"path":"/x"}"#;
        assert_eq!(render(line, PLAIN), "then  INFO launcher: listening path=/x port=7");
    }

    #[test]
    fn a_guests_line_has_the_guests_target_and_fields() {
        let line = r#"{"ts":"then","level":"WARN","target":"guest","message":"slow","guest_target":"my_plugin::db","fields":{"id":"3"}}"#;
        assert_eq!(render(line, PLAIN), "then  WARN my_plugin::db: slow id=3");
    }

    #[test]
    fn a_backtrace_has_a_line_for_each_frame() {
        let line = r#"{"ts":"then","level":"ERROR","target":"t","message":"failed","cause":"c","backtrace":"0: a\n1: b"}"#;
        assert_eq!(render(line, PLAIN), "then ERROR t: failed cause=c\n    0: a\n    1: b");
    }

    #[test]
    fn a_hint_comes_last_in_a_line_of_its_own() {
        let line = r#"{"ts":"then","level":"ERROR","target":"t","message":"failed","hint":"do","cause":"c","backtrace":"0: a"}"#;
        assert_eq!(render(line, PLAIN), "then ERROR t: failed cause=c\n    0: a\n    hint: do");
    }

    #[test]
    fn the_time_is_of_the_day() {
        let line = r#"{"ts":"2026-03-04T05:06:07.123456Z","level":"INFO","message":"m","target":"t"}"#;
        let time = render(line, PLAIN);
        assert_eq!(time.split(' ').next().unwrap().len(), "00:00:00.000".len(), "{time}");
        assert!(time.contains(":07.123 "), "{time}");
    }

    #[test]
    fn what_is_no_log_line_stays() {
        for line in ["plain text", "", "[1, 2]", r#"{"a": 1}"#, "{broken"] {
            assert_eq!(render(line, PLAIN), line);
        }
    }

    #[test]
    fn a_message_cannot_steer_the_terminal() {
        let line = r#"{"level":"INFO","message":"a\u001b[2Jb\nc","evil\u0007":"\u009b1m","target":"t"}"#;
        let text = render(line, PLAIN);
        assert!(!text.contains(['\x1b', '\x07', '\u{9b}']), "{text:?}");
        assert!(text.contains("b\n    c"), "{text:?}");
    }

    #[test]
    fn an_error_ends_with_the_log() {
        assert_eq!(log_end(&[], PLAIN), "");
        assert_eq!(log_end(&["one".into(), "two".into()], PLAIN), "\nThe end of its log:\n  one\n  two");
    }

    #[test]
    fn colours_are_a_choice() {
        let line = r#"{"level":"ERROR","message":"m","target":"t"}"#;
        assert!(render(line, Style { colour: true }).contains("\x1b[31mERROR\x1b[0m"));
        assert!(!render(line, PLAIN).contains('\x1b'));
    }
}
