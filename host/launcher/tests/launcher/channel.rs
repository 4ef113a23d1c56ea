//! The platform channel as a host opens it, uses it, misuses it and loses it.

mod keep_alive;
mod lost;
mod wire;

use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::json;
use temps_plugin_protocol::{ChannelError, ErrorCode, PlatformCall, ProtocolVersion, headers};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::support::{Answer, Channel, Launcher, SECRET, Start};

fn hello(version: ProtocolVersion) -> Start {
    Start::with(test_guests::TEMPS_HELLO_PLUGIN).version(version)
}

/// Has the plugin ask for a project, answers, and checks that the answer got there.
async fn works(launcher: &Launcher, channel: &mut Channel) {
    let (answer, ()) = tokio::join!(launcher.get("/project/7"), async {
        let (id, call) = channel.query().await;
        assert_eq!(call, PlatformCall::GetProject { project_id: 7 });
        channel.answer_project(id).await;
    });
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("seven"), "{}", answer.text);
}

/// Has the plugin ask for a project, while `meanwhile` is the host.
async fn asking<T>(launcher: &Launcher, meanwhile: impl Future<Output = T>) -> (Answer, T) {
    tokio::join!(launcher.get("/project/7"), meanwhile)
}

/// Has the plugin ask for a project, and gives the host's answer to the query and the plugin's to the request.
async fn ask(launcher: &Launcher, channel: &mut Channel, outcome: ChannelError) -> Answer {
    let (answer, ()) = tokio::join!(launcher.get("/project/7"), async {
        let (id, _) = channel.query().await;
        channel.answer(id, &Err(outcome)).await;
    });
    answer
}

#[tokio::test]
async fn v2_lets_only_the_signed_host_open_it() {
    let launcher = hello(ProtocolVersion::V2).ready().await;
    for (headers, status) in [
        (&[][..], 401),
        (&[(headers::AUTH_SIGNATURE, "another")], 401),
        (&[(headers::AUTH, SECRET)], 401),
        (&[(headers::AUTH_SIGNATURE, SECRET), (headers::PLUGIN, "hello")], 404),
    ] {
        let refused = Channel::open_with(launcher.socket(), headers, ProtocolVersion::V2).await;
        assert_eq!(refused.err(), Some(status), "{headers:?}");
    }
    launcher.logged("a request for the channel was denied").await;
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn v1_lets_no_client_open_it() {
    let launcher = hello(ProtocolVersion::V1).ready().await;
    let proxied = [(headers::PLUGIN, "hello")];
    let refused = Channel::open_with(launcher.socket(), &proxied, ProtocolVersion::V1).await;
    assert_eq!(refused.err(), Some(404));
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn v2_keeps_the_first() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    let second = Channel::open(launcher.socket(), Some(SECRET), ProtocolVersion::V2).await;
    assert_eq!(second.err(), Some(409));
    launcher.logged("a second channel was refused: one is open").await;
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn v1_takes_the_newest() {
    let (launcher, mut first) = hello(ProtocolVersion::V1).running().await;
    let mut second = launcher.channel().await;
    let closed = first.message().await;
    assert!(matches!(&closed, Some(Message::Close(Some(frame))) if frame.code == CloseCode::Policy), "{closed:?}");
    works(&launcher, &mut second).await;
    launcher.stop().await;
}

#[tokio::test]
async fn the_platforms_errors_reach_the_guest_by_their_codes_in_v1() {
    the_platforms_errors_reach_the_guest_by_their_codes(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn the_platforms_errors_reach_the_guest_by_their_codes_in_v2() {
    the_platforms_errors_reach_the_guest_by_their_codes(ProtocolVersion::V2).await;
}

async fn the_platforms_errors_reach_the_guest_by_their_codes(version: ProtocolVersion) {
    let (launcher, mut channel) = hello(version).running().await;
    for (code, status, said) in [
        (ErrorCode::NotFound, StatusCode::NOT_FOUND, "has no such thing"),
        (ErrorCode::PermissionDenied, StatusCode::BAD_GATEWAY, "does not allow"),
        (ErrorCode::InvalidParams, StatusCode::BAD_GATEWAY, "did not accept the parameters"),
        (ErrorCode::MethodNotFound, StatusCode::BAD_GATEWAY, "does not know this query"),
        (ErrorCode::Internal, StatusCode::BAD_GATEWAY, "the platform failed"),
        (ErrorCode::Unauthenticated, StatusCode::BAD_GATEWAY, "wants a signed-in caller"),
    ] {
        let answer = ask(&launcher, &mut channel, ChannelError::new(code, "in its own words")).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(said) && answer.text.contains("in its own words"), "{}", answer.text);
    }
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_query_waits_for_the_channel() {
    let launcher = hello(ProtocolVersion::V1).ready().await;
    let answer = tokio::spawn({
        let client = launcher.client().clone();
        async move { client.get("/project/7").await }
    });
    let mut channel = launcher.channel().await;
    let (id, _) = channel.query().await;
    channel.answer_project(id).await;
    assert_eq!(answer.await.unwrap().status, StatusCode::OK);
    launcher.stop().await;
}

#[tokio::test]
async fn a_query_does_not_wait_for_ever_for_the_channel() {
    let launcher = hello(ProtocolVersion::V2).limit("platform_call_time", "200ms").ready().await;
    let begun = Instant::now();
    assert_eq!(launcher.get("/project/7").await.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(begun.elapsed() >= Duration::from_millis(200), "it did not wait");
    // Nobody asks any more: what the channel is for comes next.
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn without_the_channel_queries_fail_at_once_until_there_is_another_in_v1() {
    without_the_channel_queries_fail_at_once_until_there_is_another(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn without_the_channel_queries_fail_at_once_until_there_is_another_in_v2() {
    without_the_channel_queries_fail_at_once_until_there_is_another(ProtocolVersion::V2).await;
}

async fn without_the_channel_queries_fail_at_once_until_there_is_another(version: ProtocolVersion) {
    let (launcher, mut channel) = hello(version).running().await;
    let begun = Instant::now();
    let (under_way, ()) = tokio::join!(launcher.get("/project/7"), async {
        channel.query().await;
        drop(channel);
    });
    let later = launcher.get("/project/7").await;
    for answer in [under_way, later] {
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{}", answer.text);
        assert!(answer.text.contains("the channel to the platform is closed"), "{}", answer.text);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "it waited");
    launcher.logged("the channel was lost").await;
    works(&launcher, &mut launcher.channel().await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_host_that_never_answers_is_not_waited_for_for_ever() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).limit("platform_call_time", "500ms").running().await;
    let answer = launcher.get("/project/7").await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT, "{}", answer.text);
    // What comes late is nobody's.
    let (id, _) = channel.query().await;
    channel.answer_project(id).await;
    launcher.logged("is late or came twice").await;
    launcher.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_costs_a_line_in_the_log() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    for (message, logged) in [
        (Message::text("{"), "channel frame: not JSON"),
        (Message::text("[]"), "channel frame: JSON, but not an object"),
        (Message::text(r#"{"type":"newer"}"#), "channel frame: `type` is"),
        (Message::text(r#"{"type":"response"}"#), "channel response: `id` is missing"),
        (Message::text(r#"{"type":"event","event":{"id":1}}"#), "channel event: "),
        (Message::binary(b"{}".as_slice()), "ignored a binary message on the channel"),
    ] {
        channel.send_message(message).await;
        launcher.logged(logged).await;
    }
    channel.answer(99, &Ok(json!(null))).await;
    launcher.logged("to a question that was not asked").await;
    let (answer, ()) = tokio::join!(launcher.get("/project/7"), async {
        let (id, _) = channel.query().await;
        channel.answer_project(id).await;
        channel.answer_project(id).await;
    });
    assert_eq!(answer.status, StatusCode::OK);
    launcher.logged("is late or came twice").await;
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_fails_its_query_at_once() {
    let (launcher, mut channel) = hello(ProtocolVersion::V1).running().await;
    for answer in [json!({}), json!({ "outcome": { "maybe": 1 } })] {
        let (answer, ()) = tokio::join!(launcher.get("/project/7"), async {
            let (id, _) = channel.query().await;
            let mut frame = answer;
            (frame["type"], frame["id"]) = (json!("response"), json!(id));
            channel.send(frame).await;
        });
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
        assert!(answer.text.contains("was not understood"), "{}", answer.text);
    }
    // Nor does the guest take for a project what is none.
    let (answer, ()) = tokio::join!(launcher.get("/project/7"), async {
        let (id, _) = channel.query().await;
        channel.answer(id, &Ok(json!({ "id": "seven" }))).await;
    });
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.text.contains("was not understood"), "{}", answer.text);
    works(&launcher, &mut channel).await;
    launcher.stop().await;
}

#[tokio::test]
async fn pings_are_answered() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    channel.send_message(Message::Ping("are you there?".into())).await;
    assert_eq!(channel.message().await, Some(Message::Pong("are you there?".into())));
    launcher.stop().await;
}

#[tokio::test]
async fn stopping_tells_the_host() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    let ((), closed) = tokio::join!(launcher.stop(), channel.message());
    assert!(matches!(&closed, Some(Message::Close(Some(frame))) if frame.code == CloseCode::Away), "{closed:?}");
}
