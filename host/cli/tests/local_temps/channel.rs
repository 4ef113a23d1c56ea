use std::time::Duration;

use futures::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use temps_plugin_protocol::ProtocolVersion;
use temps_wasm::temps::{ChannelState, LocalTemps, MAX_CALLS, PluginState};

use crate::stage::{BOTH, Stage, ask, post, recorded};

const CALL: &str = "/api/x/fake/call";

#[tokio::test]
async fn queries_are_answered_from_the_fixtures() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let temps = stage.start(protocol).await;
        let answer = post(&temps, CALL, r#"{"method":"get_project","params":{"project_id":1}}"#).await;
        assert_eq!(answer["ok"]["slug"], "storefront");
        let answer = post(&temps, CALL, r#"{"method":"list_deployments","params":{"project_id":2}}"#).await;
        assert_eq!(answer["ok"][0]["id"], 4);
        let answer = post(&temps, CALL, r#"{"method":"get_project","params":{"project_id":99}}"#).await;
        assert_eq!(answer["err"]["code"], "not_found");
        temps.stop().await;
    }
}

#[tokio::test]
async fn more_calls_than_the_host_takes_are_refused() {
    for protocol in BOTH {
        let stage = Stage::with(json!({}));
        let temps = LocalTemps::start(stage.options(protocol).answer_delay(Duration::from_secs(2))).await.unwrap();
        let call = r#"{"method":"list_projects","params":{}}"#;
        let answers = join_all((0..=MAX_CALLS).map(|_| post(&temps, CALL, call))).await;
        let refused: Vec<_> = answers.iter().filter(|answer| answer["err"]["code"] == "internal").collect();
        assert_eq!(refused.len(), 1, "{answers:?}");
        temps.stop().await;
    }
}

#[tokio::test]
async fn a_lost_channel_is_opened_again() {
    let stage = Stage::with(json!({}));
    let (options, mut notices) = recorded(stage.options(ProtocolVersion::V2));
    let temps = LocalTemps::start(options).await.unwrap();
    post(&temps, "/api/x/fake/hang-up", "").await;
    for expected in ["fake opened", "fake closed", "fake opened"] {
        assert_eq!(notices.recv().await.unwrap(), expected);
    }
    let answer = post(&temps, CALL, r#"{"method":"list_projects","params":{}}"#).await;
    assert_eq!(answer["ok"].as_array().unwrap().len(), 2);
    temps.stop().await;
}

#[tokio::test]
async fn a_channel_is_opened_when_it_is_wanted() {
    let stage = Stage::with(json!({}));
    let temps = LocalTemps::start(stage.options(ProtocolVersion::V1).opens_channel(false)).await.unwrap();
    let plugin = temps.plugin("fake").unwrap();
    assert_eq!((plugin.channel_state(), plugin.state()), (ChannelState::Closed, PluginState::Disconnected));
    plugin.open_channel();
    plugin.wait_channel(ChannelState::Open).await;
    assert_eq!(plugin.state(), PluginState::Running);
    plugin.close_channel();
    plugin.wait_channel(ChannelState::Closed).await;
    temps.stop().await;
}

#[tokio::test]
async fn stdout_after_the_handshake_is_told_in_v2_and_closed_in_v1() {
    let stage = Stage::with(json!({}));
    let (options, mut notices) = recorded(stage.options(ProtocolVersion::V2));
    let temps = LocalTemps::start(options).await.unwrap();
    post(&temps, "/api/x/fake/print", "").await;
    assert_eq!(notices.recv().await.unwrap(), "fake opened");
    assert_eq!(notices.recv().await.unwrap(), "fake stray printed by the plugin");
    temps.stop().await;

    let temps = stage.start(ProtocolVersion::V1).await;
    // The host closes its end a moment after the channel is open: until then lines go through.
    while ask(&temps, Method::POST, "/api/x/fake/print", "").await.0 != StatusCode::GONE {}
    temps.stop().await;
}
