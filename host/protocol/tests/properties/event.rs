use serde_json::Value;
use temps_plugin_protocol::{
    HostFrame, PluginEvent, PluginManifest, ProtocolVersion, Subscription, decode_host_frame, encode_event,
};

/// The body of a posted event: read, matched with subscriptions, and written again for whoever keeps it or hands it on. Returns it.
pub(crate) fn event_body(bytes: &[u8]) -> Option<PluginEvent> {
    let event: PluginEvent = serde_json::from_slice(bytes).ok()?;
    let kept = serde_json::to_vec(&event).unwrap();
    assert_eq!(serde_json::from_slice::<PluginEvent>(&kept).unwrap(), event);
    // The guest gets the data alone, as text.
    let data = event.data.to_string();
    assert_eq!(serde_json::from_str::<Value>(&data).unwrap(), event.data);
    pushed(&event);
    subscriptions(&event.event_type);
    Some(event)
}

/// The same event on the channel is the same, unless the frame around it makes its data too deep.
fn pushed(event: &PluginEvent) {
    if let Ok(frame) = decode_host_frame(ProtocolVersion::V2, &encode_event(event)) {
        assert_eq!(frame, HostFrame::Event(event.clone()));
    }
}

fn subscriptions(event_type: &str) {
    let manifest = PluginManifest::builder("p", "1.0.0").event("deployment.*").event("project.created").build();
    let below = event_type.strip_prefix("deployment.").is_some_and(|rest| !rest.is_empty());
    assert_eq!(manifest.subscribes_to(event_type), below || event_type == "project.created");
    // A type that could be subscribed to matches its own subscription.
    if let Ok(subscription) = Subscription::parse(event_type) {
        let is_prefix = event_type.ends_with('*');
        assert!(subscription.matches(event_type) || is_prefix);
        assert_eq!(subscription.as_str(), event_type);
    }
}
