use http::{Method, StatusCode};
use serde_json::json;
use temps_plugin_protocol::PluginEvent;
use temps_wasm::temps::{ChannelState, Delivery, NewEvent};

use crate::stage::{BOTH, Stage, ask, get_json, post};

#[tokio::test]
async fn an_event_goes_over_the_channel_or_else_over_http() {
    for protocol in BOTH {
        let stage = Stage::with(json!({"events": ["deployment.*"]}));
        let temps = stage.start(protocol).await;
        let plugin = temps.plugin("fake").unwrap();
        let event = NewEvent { project_id: Some(7), data: json!({"a": 1}), ..NewEvent::new("deployment.succeeded") };
        let event = PluginEvent::from(event);

        assert_eq!(temps.emit(event.clone()).await, [("fake".to_owned(), Delivery::Channel)]);
        let events = get_json(&temps, "/api/x/fake/events/1").await;
        assert_eq!(events, json!([{"via": "channel", "event": event}]));

        plugin.close_channel();
        plugin.wait_channel(ChannelState::Closed).await;
        assert_eq!(temps.emit(event.clone()).await, [("fake".to_owned(), Delivery::Http)]);
        let events = get_json(&temps, "/api/x/fake/events/2").await;
        assert_eq!(events[1], json!({"via": "http", "event": event}));
        temps.stop().await;
    }
}

#[tokio::test]
async fn only_who_subscribes_gets_an_event() {
    let stage = Stage::with(json!({"events": ["deployment.failed"]}));
    stage.plugin("other", json!({"name": "other", "events": ["deployment.*", "project.created"]}));
    let temps = stage.start(BOTH[1]).await;
    let to = |deliveries: Vec<(String, Delivery)>| deliveries.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(to(temps.emit(NewEvent::new("deployment.failed")).await), ["fake", "other"]);
    assert_eq!(to(temps.emit(NewEvent::new("project.created")).await), ["other"]);
    assert_eq!(to(temps.emit(NewEvent::new("project.deleted")).await), [""; 0]);
    temps.stop().await;
}

#[tokio::test]
async fn a_plugin_that_is_gone_gets_nothing() {
    let stage = Stage::with(json!({"events": ["a.b"]}));
    let temps = stage.start(BOTH[1]).await;
    let plugin = temps.plugin("fake").unwrap();
    plugin.kill();
    plugin.wait_exit().await;
    plugin.wait_channel(ChannelState::Closed).await;
    let deliveries = temps.emit(NewEvent::new("a.b")).await;
    assert!(matches!(deliveries.as_slice(), [(_, Delivery::Failed(reason))] if reason.contains("socket")), "{deliveries:?}");
}

#[tokio::test]
async fn events_are_emitted_over_http() {
    let stage = Stage::with(json!({"events": ["deployment.*"]}));
    let temps = stage.start(BOTH[1]).await;
    let event = post(&temps, "/_dev/events", r#"{"event_type":"deployment.failed","project_id":3}"#).await;
    assert_eq!((&event["event_type"], &event["project_id"]), (&json!("deployment.failed"), &json!(3)));
    assert!(event["id"].is_string() && event["timestamp"].is_string());
    let events = get_json(&temps, "/api/x/fake/events/1").await;
    assert_eq!(events[0]["event"], event);

    for body in ["", "{}", "[]", r#"{"event_type":"a.b","projectid":3}"#] {
        let (status, answer) = ask(&temps, Method::POST, "/_dev/events", body).await;
        assert!(status.is_client_error() && answer.contains("detail"), "{body}: {status} {answer}");
    }
    assert_eq!(ask(&temps, Method::GET, "/_dev/events", "").await.0, StatusCode::METHOD_NOT_ALLOWED);
    temps.stop().await;
}
