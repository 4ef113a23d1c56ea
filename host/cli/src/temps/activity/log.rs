use serde::Serialize;
use serde_json::{Map, Value};

use super::{cut, now};
use crate::launcher::LogLine;

/// A log line, as the page gets it.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    id: u64,
    plugin: String,
    at: String,
    /// `ERROR` to `TRACE`; `None` for what is no line of a launcher's log.
    level: Option<String>,
    target: String,
    message: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backtrace: Option<String>,
}

impl Record {
    pub(super) fn new(id: u64, plugin: &str, line: &str) -> Self {
        let plugin = plugin.to_owned();
        match LogLine::parse(line) {
            Some(LogLine { time, level, target, message, backtrace, fields }) => Self {
                id,
                plugin,
                at: if time.is_empty() { now() } else { time },
                level: Some(level),
                target,
                message: cut(&message),
                fields: fields.into_iter().map(|(name, value)| (name, short(value))).collect(),
                backtrace: backtrace.map(|text| cut(&text)),
            },
            None => Self {
                id,
                plugin,
                at: now(),
                level: None,
                target: String::new(),
                message: cut(line),
                fields: Map::new(),
                backtrace: None,
            },
        }
    }
}

fn short(value: Value) -> Value {
    match value {
        Value::String(text) => cut(&text).into(),
        other @ (Value::Array(_) | Value::Object(_)) => cut(&other.to_string()).into(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_launchers_line_is_taken_apart() {
        let line = r#"{"ts":"2026-03-04T05:06:07Z","level":"WARN","plugin":"p","target":"guest","guest_target":"p::db","message":"slow","fields":{"ms":3}}"#;
        let record = serde_json::to_value(Record::new(7, "p", line)).unwrap();
        let expected = json!({"id": 7, "plugin": "p", "at": "2026-03-04T05:06:07Z", "level": "WARN", "target": "p::db", "message": "slow", "fields": {"ms": 3}});
        assert_eq!(record, expected);
    }

    #[test]
    fn any_other_text_is_a_message() {
        let record = serde_json::to_value(Record::new(1, "p", "plain")).unwrap();
        assert_eq!((&record["level"], &record["message"]), (&Value::Null, &json!("plain")));
    }
}
