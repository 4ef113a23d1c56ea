use serde_json::json;
use temps_plugin_protocol::{HostFrame, PluginEvent, ProtocolVersion, decode_host_frame, encode_event};

use crate::check::agrees;

goldens! {
    event_post => |name| post(name, &succeeded()),
    event_post_without_project => |name| post(name, &PluginEvent {
        id: "7d1e4c52-35c0-4a3c-8f1c-6b0e8d7a9b10".into(),
        event_type: "domain.created".into(),
        timestamp: "2026-02-03T04:06:00Z".into(),
        project_id: None,
        data: json!({"domain_id": 3, "domain_name": "shop.example"}),
    }),
    event_frame => |name| {
        for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
            let decode = |text: &str| match decode_host_frame(version, text) {
                Ok(HostFrame::Event(event)) => Ok(event),
                other => Err(other),
            };
            agrees(name, &succeeded(), encode_event, decode);
        }
    },
}

fn succeeded() -> PluginEvent {
    PluginEvent {
        id: "4a9c1f0e-6f2b-4f5e-9f57-0d6b7b1d2c3e".into(),
        event_type: "deployment.succeeded".into(),
        timestamp: "2026-02-03T04:06:00Z".into(),
        project_id: Some(7),
        data: json!({
            "deployment_id": 345,
            "project_id": 7,
            "environment_id": 12,
            "environment_name": "Production",
            "url": "https://shop.example",
        }),
    }
}

fn post(name: &str, event: &PluginEvent) {
    agrees(name, event, |event| serde_json::to_string(event).unwrap(), |text| serde_json::from_str(text));
}
