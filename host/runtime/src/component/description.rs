//! What a component says of itself, and its form as a file.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use temps_plugin_protocol::manifest::{check_config, check_content_security_policy};
use temps_plugin_protocol::{ConfigKey, NetworkWant, PluginManifest};

use super::describe::check_network;
use super::{DescribeError, openapi};
use crate::Limits;

/// What a component says of itself, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The manifest.
    pub manifest: PluginManifest,
    /// The OpenAPI document, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openapi: Option<Value>,
    /// Whether the plugin takes several events at once. It is no part of the manifest that Temps gets.
    #[serde(default)]
    pub concurrent_events: bool,
    /// Whether the plugin may run as several instances at once. It is no part of the manifest that Temps gets either.
    #[serde(default)]
    pub stateless: bool,
    /// Where the plugin would like to send HTTP requests: for its operator to read. It is no part of the manifest that Temps gets either.
    #[serde(default)]
    pub network: Vec<NetworkWant>,
    /// The `Content-Security-Policy` of the user interface's pages, if the plugin sets one. It is no part of the manifest that Temps gets either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_security_policy: Option<String>,
    /// The operator's configuration that the plugin takes. It is no part of the manifest that Temps
    /// gets either.
    #[serde(default)]
    pub config: Vec<ConfigKey>,
}

impl Description {
    /// As JSON, the same bytes for the same description.
    ///
    /// # Errors
    ///
    /// What serde says: nothing that is in it can bring that about.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads what [`to_json`](Self::to_json) gave, and checks it as [`Component::describe`](super::Component::describe) does. Fields that are not known are passed over.
    ///
    /// # Errors
    ///
    /// [`DescribeError`] for what is not a description, or not a valid one.
    pub fn from_json(json: &[u8], limits: &Limits) -> Result<Self, DescribeError> {
        let description: Self = serde_json::from_slice(json).map_err(DescribeError::Kept)?;
        description.manifest.validate()?;
        check_network(&description.network)?;
        description.content_security_policy.as_deref().map_or(Ok(()), check_content_security_policy)?;
        check_config(&description.config)?;
        if let Some(document) = &description.openapi {
            openapi::check(document, json.len(), limits.openapi_bytes())?;
        }
        Ok(description)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn description() -> Description {
        Description {
            manifest: PluginManifest::builder("seo-audit", "1.2.0").event("deployment.succeeded").build(),
            openapi: Some(json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": {} })),
            concurrent_events: true,
            stateless: true,
            network: vec![NetworkWant { origin: "https://api.example.org".into(), reason: "to look".into() }],
            content_security_policy: Some("default-src 'self'".into()),
            config: vec![
                ConfigKey::new("api_key", "The key of a service").required().secret(),
                ConfigKey::new("region", "Where to").default_value("eu"),
            ],
        }
    }

    /// One that says nothing in the fields that came later.
    fn before() -> Description {
        let description = description();
        Description {
            concurrent_events: false,
            stateless: false,
            network: vec![],
            content_security_policy: None,
            config: vec![],
            ..description
        }
    }

    fn read(json: &[u8]) -> Result<Description, String> {
        Description::from_json(json, &Limits::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn it_comes_back_as_it_was() {
        let without = Description { openapi: None, ..before() };
        for description in [description(), without] {
            let json = description.to_json().unwrap();
            assert_eq!(read(&json).unwrap(), description);
            assert_eq!(description.clone().to_json().unwrap(), json);
        }
    }

    #[test]
    fn what_was_written_before_there_was_a_field_is_read() {
        let mut json: Value = serde_json::from_slice(&description().to_json().unwrap()).unwrap();
        let fields = json.as_object_mut().unwrap();
        for field in ["concurrent_events", "stateless", "network", "content_security_policy", "config"] {
            fields.remove(field).unwrap();
        }
        assert_eq!(read(json.to_string().as_bytes()).unwrap(), before());
    }

    #[test]
    fn what_is_not_valid_is_refused() {
        assert!(read(b"").unwrap_err().starts_with("the plugin's description is not one: "));
        assert!(read(b"{}").unwrap_err().contains("`manifest`"));
        let mut bad = description();
        bad.manifest.name = "Bad Name".into();
        assert!(read(&bad.to_json().unwrap()).unwrap_err().contains("the plugin's manifest is not valid"));
        let want = NetworkWant { origin: "https://api.example.org/".into(), reason: String::new() };
        let bad = Description { network: vec![want], ..description() };
        assert!(read(&bad.to_json().unwrap()).unwrap_err().contains("asks for `https://api.example.org/`, which no policy"));
        let bad = Description { content_security_policy: Some("a\nb".into()), ..description() };
        assert!(read(&bad.to_json().unwrap()).unwrap_err().contains("`content_security_policy`"));
        let bad = Description { config: vec![ConfigKey::new("a b", "A key")], ..description() };
        assert!(read(&bad.to_json().unwrap()).unwrap_err().contains("`config[0]`"));
        let bad = Description { openapi: Some(json!({})), ..description() };
        assert!(read(&bad.to_json().unwrap()).unwrap_err().contains("it has no `openapi` version"));
    }

    #[test]
    fn its_document_has_a_largest_size() {
        let description = description();
        let bytes = description.openapi.as_ref().unwrap().to_string().len();
        let json = description.to_json().unwrap();
        assert!(Description::from_json(&json, &Limits::default().with_openapi_bytes(bytes)).is_ok());
        let error = Description::from_json(&json, &Limits::default().with_openapi_bytes(bytes - 1)).unwrap_err().to_string();
        assert!(error.contains(&format!("it has {bytes} bytes, and {} are allowed", bytes - 1)), "{error}");
    }
}
