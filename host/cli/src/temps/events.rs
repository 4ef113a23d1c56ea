//! Events: what is emitted, and how it reaches a plugin.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use chrono::{SecondsFormat, Utc};
use http::{HeaderName, HeaderValue, Request, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use temps_plugin_protocol::{PluginEvent, ProtocolVersion, headers, paths};
use uuid::Uuid;

use super::Plugin;
use crate::client::{ClientError, ask_socket};

/// How long a delivery may take: 10 s. It only hands the event over, and does not wait for what the plugin does with it.
pub const DELIVERY_LIMIT: Duration = Duration::from_secs(10);

/// An event to be emitted: what is left out is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// The type, such as `deployment.succeeded`.
    pub event_type: String,
    /// The project that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<i32>,
    /// What depends on the type. Default `null`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
    /// Default a new UUID. One of one's own makes a repeated delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// RFC 3339. Default now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
}

impl NewEvent {
    /// An event of this type about nothing in particular.
    pub fn new(event_type: impl Into<String>) -> Self {
        Self { event_type: event_type.into(), project_id: None, data: Value::Null, id: None, timestamp: None }
    }
}

impl From<NewEvent> for PluginEvent {
    fn from(event: NewEvent) -> Self {
        Self {
            id: event.id.unwrap_or_else(|| Uuid::new_v4().to_string()),
            event_type: event.event_type,
            timestamp: event.timestamp.unwrap_or_else(|| Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)),
            project_id: event.project_id,
            data: event.data,
        }
    }
}

/// How an event reached a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Pushed on the channel. Whether the plugin took it, nobody says.
    Channel,
    /// Posted to `/_events`, and taken.
    Http,
    /// Neither worked.
    Failed(String),
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel => f.write_str("over the channel"),
            Self::Http => f.write_str("over HTTP"),
            Self::Failed(reason) => write!(f, "not delivered: {reason}"),
        }
    }
}

/// Delivers an event over the channel or, when that is down, over HTTP.
pub(super) async fn deliver(plugin: &Plugin, event: &PluginEvent) -> Delivery {
    if let Ok(true) = tokio::time::timeout(DELIVERY_LIMIT, plugin.channel().push(event)).await {
        return Delivery::Channel;
    }
    match tokio::time::timeout(DELIVERY_LIMIT, post(plugin, event)).await {
        Ok(Ok(status)) if status.is_success() => Delivery::Http,
        Ok(Ok(status)) => Delivery::Failed(format!("POST {} answered {status}", paths::EVENTS)),
        Ok(Err(error)) => Delivery::Failed(error.to_string()),
        Err(_) => Delivery::Failed(format!("POST {} got no answer within {DELIVERY_LIMIT:?}", paths::EVENTS)),
    }
}

async fn post(plugin: &Plugin, event: &PluginEvent) -> Result<StatusCode, ClientError> {
    let mut request = Request::new(Body::from(serde_json::to_vec(event).unwrap_or_default()));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = http::Uri::from_static(paths::EVENTS);
    let name = match plugin.protocol() {
        ProtocolVersion::V1 => HeaderName::from_static(headers::AUTH),
        ProtocolVersion::V2 => HeaderName::from_static(headers::AUTH_SIGNATURE),
    };
    request.headers_mut().insert(name, plugin.secret_header());
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(ask_socket(plugin.socket(), request).await?.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_made_and_what_is_there_kept() {
        let made = PluginEvent::from(NewEvent::new("project.created"));
        assert!(Uuid::parse_str(&made.id).is_ok());
        assert!(chrono::DateTime::parse_from_rfc3339(&made.timestamp).is_ok());
        let given = NewEvent { id: Some("one".into()), timestamp: Some("then".into()), ..NewEvent::new("project.created") };
        let kept = PluginEvent::from(given);
        assert_eq!((kept.id.as_str(), kept.timestamp.as_str()), ("one", "then"));
    }
}
