use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{HandshakeError, Line, check_version, object};
use crate::{PluginManifest, ProtocolVersion, json};

const AUTH_SECRET: &str = "auth_secret";
const DATABASE_URL: &str = "database_url";
const HOST_DATA_DIR: &str = "host_data_dir";

/// The line that a v2 host writes to the plugin's standard input, after it has read the manifest.
///
/// Its debug form shows no value, so that neither secret reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct LaunchLine {
    /// What the host signs its requests with. Not blank.
    pub auth_secret: String,
    /// The platform's database: there exactly when the manifest says `requires_db`.
    pub database_url: Option<String>,
    /// The host's data folder: there exactly when the manifest says `requires_host_data_access`.
    pub host_data_dir: Option<String>,
}

#[derive(Serialize)]
struct Wire<'a> {
    protocol_version: u32,
    auth_secret: &'a str,
    database_url: Option<&'a str>,
    host_data_dir: Option<&'a str>,
}

impl LaunchLine {
    /// Reads the line and checks it against the manifest that the host was given.
    ///
    /// The empty text, which is what reading a line from a closed stream gives, is
    /// [`HandshakeError::Closed`]; a blank line is [`HandshakeError::NotJson`].
    ///
    /// # Errors
    ///
    /// [`HandshakeError`], a variant for each rule: `Closed`, `NotJson`, `NotAnObject`, `Version`,
    /// `Missing` and `FieldType`, `AuthSecretBlank`, `DatabaseUrlMissing`, `DatabaseUrlUnexpected`,
    /// `HostDataDirMissing`, `HostDataDirUnexpected`.
    pub fn decode(text: &str, manifest: &PluginManifest) -> Result<Self, HandshakeError> {
        let line = Line::Launch;
        let mut fields = object(line, text)?;
        check_version(line, &fields)?;
        let auth_secret = take_text(&mut fields, AUTH_SECRET)?.ok_or(HandshakeError::Missing { line, field: AUTH_SECRET })?;
        if auth_secret.trim().is_empty() {
            return Err(HandshakeError::AuthSecretBlank);
        }
        let database_url = take_text(&mut fields, DATABASE_URL)?;
        match (manifest.requires_db, database_url.is_some()) {
            (true, false) => return Err(HandshakeError::DatabaseUrlMissing),
            (false, true) => return Err(HandshakeError::DatabaseUrlUnexpected),
            (true, true) | (false, false) => {}
        }
        let host_data_dir = take_text(&mut fields, HOST_DATA_DIR)?;
        match (manifest.requires_host_data_access, host_data_dir.is_some()) {
            (true, false) => return Err(HandshakeError::HostDataDirMissing),
            (false, true) => return Err(HandshakeError::HostDataDirUnexpected),
            (true, true) | (false, false) => {}
        }
        Ok(Self { auth_secret, database_url, host_data_dir })
    }

    /// The line as a host writes it, without its newline. What is `None` is written as `null`.
    #[must_use]
    pub fn encode(&self) -> String {
        json::text(&Wire {
            protocol_version: ProtocolVersion::V2.number(),
            auth_secret: &self.auth_secret,
            database_url: self.database_url.as_deref(),
            host_data_dir: self.host_data_dir.as_deref(),
        })
    }
}

/// A text that may be missing or `null`. Read by hand, because serde's messages repeat the value
/// they do not like.
fn take_text(fields: &mut Map<String, Value>, field: &'static str) -> Result<Option<String>, HandshakeError> {
    match fields.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(HandshakeError::FieldType { line: Line::Launch, field, expected: "a string" }),
    }
}

impl fmt::Debug for LaunchLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |value: &Option<String>| value.as_ref().map(|_| "…");
        f.debug_struct("LaunchLine")
            .field(AUTH_SECRET, &"…")
            .field(DATABASE_URL, &hidden(&self.database_url))
            .field(HOST_DATA_DIR, &hidden(&self.host_data_dir))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(requires_db: bool, requires_host_data_access: bool) -> PluginManifest {
        let manifest = PluginManifest::builder("p", "1.0.0").requires_db(requires_db).build();
        PluginManifest { requires_host_data_access, ..manifest }
    }

    fn decode(line: &Value) -> Result<LaunchLine, HandshakeError> {
        LaunchLine::decode(&line.to_string(), &manifest(false, false))
    }

    #[track_caller]
    fn message(result: Result<LaunchLine, HandshakeError>) -> String {
        let message = result.unwrap_err().to_string();
        assert!(message.starts_with("launch line: "), "{message}");
        message
    }

    #[test]
    fn a_secret_alone_is_enough() {
        let line = decode(&json!({"protocol_version": 2, "auth_secret": "s"})).unwrap();
        assert_eq!(line, LaunchLine { auth_secret: "s".into(), database_url: None, host_data_dir: None });
    }

    #[test]
    fn the_newline_may_be_there() {
        let line = LaunchLine { auth_secret: "s".into(), database_url: None, host_data_dir: None };
        for end in ["\n", "\r\n"] {
            let text = line.encode() + end;
            assert_eq!(LaunchLine::decode(&text, &manifest(false, false)).unwrap(), line);
        }
    }

    #[test]
    fn a_closed_stream_is_told_from_a_blank_line() {
        let error = LaunchLine::decode("", &manifest(false, false)).unwrap_err();
        assert!(matches!(error, HandshakeError::Closed { line: Line::Launch }), "{error:?}");
        assert!(message(Err(error)).contains("closed"));
        let error = LaunchLine::decode("\n", &manifest(false, false)).unwrap_err();
        assert!(matches!(error, HandshakeError::NotJson { line: Line::Launch, .. }), "{error:?}");
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let error = LaunchLine::decode("hello", &manifest(false, false)).unwrap_err();
        assert!(matches!(error, HandshakeError::NotJson { line: Line::Launch, .. }), "{error:?}");
        assert!(message(Err(error)).contains("not JSON"));
        for value in [json!([]), json!("s"), json!(2), Value::Null] {
            let error = decode(&value).unwrap_err();
            assert!(matches!(error, HandshakeError::NotAnObject { line: Line::Launch }), "{error:?}");
            assert!(message(Err(error)).contains("not an object"));
        }
    }

    #[test]
    fn the_version_is_2() {
        for found in [json!(1), json!(3), json!(2.5), json!("2"), json!(-2), Value::Null] {
            let error = decode(&json!({"protocol_version": found, "auth_secret": "s"})).unwrap_err();
            assert!(matches!(error, HandshakeError::Version { line: Line::Launch, found: Some(_) }), "{error:?}");
            assert!(message(Err(error)).contains(&format!("`{found}`, expected `2`")));
        }
        let error = decode(&json!({"auth_secret": "s"})).unwrap_err();
        assert!(matches!(error, HandshakeError::Version { line: Line::Launch, found: None }), "{error:?}");
        assert!(message(Err(error)).contains("`protocol_version` is missing"));
    }

    #[test]
    fn the_secret_is_there_and_not_blank() {
        for line in [json!({"protocol_version": 2}), json!({"protocol_version": 2, "auth_secret": null})] {
            let error = decode(&line).unwrap_err();
            assert!(matches!(error, HandshakeError::Missing { field: "auth_secret", .. }), "{error:?}");
            assert!(message(Err(error)).contains("`auth_secret` is missing"));
        }
        for blank in ["", " ", "\t\n", "\u{2003}"] {
            let error = decode(&json!({"protocol_version": 2, "auth_secret": blank})).unwrap_err();
            assert!(matches!(error, HandshakeError::AuthSecretBlank), "{error:?}");
            assert!(message(Err(error)).contains("`auth_secret` is blank"));
        }
    }

    #[test]
    fn a_database_url_is_there_exactly_when_asked_for() {
        let line = |url: Value| json!({"protocol_version": 2, "auth_secret": "s", "database_url": url}).to_string();
        let (with, without) = (line(json!("postgres://x")), line(Value::Null));

        let read = LaunchLine::decode(&with, &manifest(true, false)).unwrap();
        assert_eq!(read.database_url.as_deref(), Some("postgres://x"));
        let error = LaunchLine::decode(&without, &manifest(true, false)).unwrap_err();
        assert!(matches!(error, HandshakeError::DatabaseUrlMissing), "{error:?}");
        assert!(message(Err(error)).contains("`requires_db: true`"));
        let error = LaunchLine::decode(&with, &manifest(false, false)).unwrap_err();
        assert!(matches!(error, HandshakeError::DatabaseUrlUnexpected), "{error:?}");
        assert!(message(Err(error)).contains("`requires_db: false`"));
    }

    #[test]
    fn a_host_data_dir_is_there_exactly_when_asked_for() {
        let line = |dir: Value| json!({"protocol_version": 2, "auth_secret": "s", "host_data_dir": dir}).to_string();
        let (with, without) = (line(json!("/var/lib/temps")), line(Value::Null));

        let read = LaunchLine::decode(&with, &manifest(false, true)).unwrap();
        assert_eq!(read.host_data_dir.as_deref(), Some("/var/lib/temps"));
        let error = LaunchLine::decode(&without, &manifest(false, true)).unwrap_err();
        assert!(matches!(error, HandshakeError::HostDataDirMissing), "{error:?}");
        assert!(message(Err(error)).contains("`requires_host_data_access: true`"));
        let error = LaunchLine::decode(&with, &manifest(false, false)).unwrap_err();
        assert!(matches!(error, HandshakeError::HostDataDirUnexpected), "{error:?}");
        assert!(message(Err(error)).contains("`requires_host_data_access: false`"));
    }

    #[test]
    fn a_field_of_another_type_is_named_without_its_value() {
        for field in [AUTH_SECRET, DATABASE_URL, HOST_DATA_DIR] {
            let mut line = json!({"protocol_version": 2, "auth_secret": "s"});
            line[field] = json!({"hidden": 4711});
            let error = decode(&line).unwrap_err();
            assert!(matches!(error, HandshakeError::FieldType { line: Line::Launch, .. }), "{error:?}");
            let message = message(Err(error));
            assert!(message.contains(field) && message.contains("a string"), "{message}");
            assert!(!message.contains("4711"), "{message}");
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let line = LaunchLine {
            auth_secret: "hidden-1".into(),
            database_url: Some("hidden-2".into()),
            host_data_dir: Some("hidden-3".into()),
        };
        let shown = format!("{line:?}");
        assert!(!shown.contains("hidden"), "{shown}");
        let cut = format!("{}x", line.encode());
        let error = LaunchLine::decode(&cut, &manifest(true, true)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
    }
}
