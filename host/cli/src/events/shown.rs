//! Events as people and programs read them.

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use temps_plugin_inbox::event::Event;
use temps_plugin_protocol::cut;

use super::EventsError;
use crate::terminal::plain;

/// The bytes of a last error that the table shows: 200, some lines of a terminal. `events show` has all of it.
const TABLE_ERROR_BYTES: usize = 200;

/// A table with a line for each event, or nothing.
pub(super) fn table(events: &[Event]) -> String {
    if events.is_empty() {
        return String::new();
    }
    let head = ["STATE", "TRIES", "RECEIVED", "TYPE", "ID", "LAST ERROR"].map(str::to_owned);
    let rows = events.iter().map(|event| {
        [
            event.state.to_string(),
            event.attempts.to_string(),
            time(event.received_at),
            plain(&event.event_type),
            plain(&event.id),
            plain(&cut(event.last_error.as_deref().unwrap_or("-"), TABLE_ERROR_BYTES)),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; 6]| {
        // Not with a format's own width, which is a number of 16 bits: an id may be longer.
        let cells = row.iter().zip(widths).map(|(cell, width)| cell.clone() + &" ".repeat(width - cell.chars().count()));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// All of one event, a line for each field.
pub(super) fn one(event: &Event) -> String {
    let or_none = |time_of: Option<i64>| time_of.map_or("-".to_owned(), time);
    let project = event.project_id.map_or("-".to_owned(), |id| id.to_string());
    let mut lines = vec![
        format!("id          {}", plain(&event.id)),
        format!("type        {}", plain(&event.event_type)),
        format!("timestamp   {}", plain(&event.timestamp)),
        format!("project     {project}"),
        format!("state       {}", event.state),
        format!("tries       {}", event.attempts),
        format!("received    {}", time(event.received_at)),
        format!("next try    {}", or_none(event.next_try_at)),
        format!("settled     {}", or_none(event.settled_at)),
        format!("last error  {}", plain(event.last_error.as_deref().unwrap_or("-"))),
    ];
    lines.push(match &event.data {
        None => "data        not kept".to_owned(),
        Some(data) => {
            let pretty = serde_json::from_str::<Value>(data).and_then(|data| serde_json::to_string_pretty(&data));
            // JSON escapes some of what a terminal obeys, and not all of it.
            let pretty = pretty.map(|pretty| pretty.lines().map(plain).collect::<Vec<_>>().join("\n"));
            format!("data\n{}", pretty.unwrap_or_else(|_| plain(data)))
        }
    });
    lines.join("\n")
}

/// An event as one line of JSON.
pub(super) fn json_line(event: &Event) -> Result<String, EventsError> {
    let failed = |error: serde_json::Error| EventsError::Json { id: event.id.clone(), reason: error.to_string() };
    let data: Value = event.data.as_deref().map_or(Ok(Value::Null), serde_json::from_str).map_err(failed)?;
    let line = json!({
        "id": event.id,
        "event_type": event.event_type,
        "timestamp": event.timestamp,
        "project_id": event.project_id,
        "data": data,
        "state": event.state.as_str(),
        "attempts": event.attempts,
        "received_at": time(event.received_at),
        "next_try_at": event.next_try_at.map(time),
        "settled_at": event.settled_at.map(time),
        "last_error": event.last_error,
    });
    Ok(line.to_string())
}

/// Milliseconds since 1970 as RFC 3339.
fn time(millis: i64) -> String {
    match DateTime::from_timestamp_millis(millis) {
        Some(time) => time.to_rfc3339_opts(SecondsFormat::Secs, true),
        None => millis.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use temps_plugin_inbox::event::State;

    use super::*;

    fn event() -> Event {
        Event {
            sequence: 1,
            id: "one".into(),
            event_type: "a.b".into(),
            timestamp: "2026-01-01T00:00:00Z".into(),
            project_id: None,
            data: Some(r#"{"n":1}"#.into()),
            state: State::Dead,
            attempts: 8,
            received_at: 1_767_225_600_000,
            next_try_at: None,
            settled_at: None,
            last_error: Some("bad\x1b[31m\nnews".into()),
        }
    }

    #[test]
    fn a_table_has_columns() {
        let pending = Event { id: "another".into(), state: State::Pending, attempts: 0, last_error: None, ..event() };
        let lines = [
            "STATE    TRIES  RECEIVED              TYPE  ID       LAST ERROR",
            r"dead     8      2026-01-01T00:00:00Z  a.b   one      bad\u{1b}[31m\nnews",
            "pending  0      2026-01-01T00:00:00Z  a.b   another  -",
        ];
        assert_eq!(table(&[event(), pending]), lines.join("\n"));
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn a_table_takes_texts_of_any_length() {
        let long = Event { last_error: Some("e".repeat(70_000)), id: "i".repeat(70_000), ..event() };
        let table = table(&[long, event()]);
        assert!(table.contains("e… (69800 bytes more)"));
        assert_eq!(table.lines().count(), 3);
    }

    #[test]
    fn data_does_not_steer_the_terminal() {
        let data = Some("{\"a\u{202e}\":\"\u{9b}31m\\u001b\"}".into());
        let text = one(&Event { data, ..event() });
        assert!(text.ends_with("data\n{\n  \"a\\u{202e}\": \"\\u{9b}31m\\u001b\"\n}"), "{text}");
    }

    #[test]
    fn one_is_shown_whole() {
        let text = one(&event());
        assert!(text.contains("state       dead") && text.ends_with("data\n{\n  \"n\": 1\n}"), "{text}");
        assert!(!text.contains('\x1b'), "{text}");
        assert!(one(&Event { data: None, ..event() }).ends_with("not kept"));
    }

    #[test]
    fn json_has_the_data_inside() {
        let line: Value = serde_json::from_str(&json_line(&event()).unwrap()).unwrap();
        assert_eq!((&line["data"], &line["state"], &line["next_try_at"]), (&json!({"n": 1}), &json!("dead"), &Value::Null));
    }
}
