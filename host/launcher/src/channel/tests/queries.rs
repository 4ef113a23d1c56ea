use std::time::Duration;

use futures::SinkExt;
use serde_json::{Value, json};
use temps_plugin_protocol::{ApiCall, ApiMethod, ChannelError, ErrorCode, PlatformCall, ProtocolVersion, encode_response};
use temps_plugin_runtime::{Platform, PlatformError};
use tokio_tungstenite::tungstenite::Message;

use super::ask;
use crate::channel::{LinkLimits, LinkedPlatform};
use crate::testing::{LIMITS, TestSite, frame, soon};

fn answer(version: ProtocolVersion, id: &Value, outcome: &Result<Value, ChannelError>) -> Message {
    Message::text(encode_response(version, id.as_u64().unwrap(), "get_project", outcome))
}

#[tokio::test]
async fn a_query_is_answered_in_the_words_of_each_version() {
    for (version, request) in [
        (ProtocolVersion::V1, json!({"type": "request", "id": 0, "method": "get_project", "params": {"project_id": 7}})),
        (
            ProtocolVersion::V2,
            json!({"type": "request", "id": 0, "call": {"method": "get_project", "params": {"project_id": 7}}}),
        ),
    ] {
        let site = TestSite::start(version);
        let mut channel = site.open_channel().await.unwrap();
        let asked = ask(&site.link, 7).await;
        let sent = frame(&mut channel).await;
        assert_eq!(sent, request);
        channel.send(answer(version, &sent["id"], &Ok(json!({"id": 7})))).await.unwrap();
        assert_eq!(soon(asked).await.unwrap(), Ok(json!({"id": 7})));

        let asked = ask(&site.link, 8).await;
        let sent = frame(&mut channel).await;
        let refusal = ChannelError::new(ErrorCode::NotFound, "no project 8");
        channel.send(answer(version, &sent["id"], &Err(refusal.clone()))).await.unwrap();
        assert_eq!(soon(asked).await.unwrap(), Err(PlatformError::Channel(refusal)));
    }
}

#[tokio::test]
async fn queries_wait_for_the_channel_and_are_sent_in_order() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut asked = Vec::new();
    for project_id in 0..50 {
        asked.push(ask(&site.link, project_id).await);
    }
    let mut channel = site.open_channel().await.unwrap();
    for project_id in 0..50 {
        let sent = frame(&mut channel).await;
        assert_eq!(sent["call"]["params"]["project_id"], project_id);
        channel.send(answer(ProtocolVersion::V2, &sent["id"], &Ok(json!(project_id)))).await.unwrap();
    }
    for (project_id, asked) in asked.into_iter().enumerate() {
        assert_eq!(soon(asked).await.unwrap(), Ok(json!(project_id)));
    }
}

#[tokio::test]
async fn answers_may_come_in_any_order() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut channel = site.open_channel().await.unwrap();
    let (first, second) = (ask(&site.link, 1).await, ask(&site.link, 2).await);
    let (one, two) = (frame(&mut channel).await, frame(&mut channel).await);
    channel.send(answer(ProtocolVersion::V2, &two["id"], &Ok(json!("two")))).await.unwrap();
    assert_eq!(soon(second).await.unwrap(), Ok(json!("two")));
    channel.send(answer(ProtocolVersion::V2, &one["id"], &Ok(json!("one")))).await.unwrap();
    assert_eq!(soon(first).await.unwrap(), Ok(json!("one")));
}

#[tokio::test]
async fn with_the_channel_lost_queries_fail_until_there_is_another() {
    let site = TestSite::with_limits(ProtocolVersion::V2, LinkLimits { in_flight: 1, ..LIMITS });
    let mut channel = site.open_channel().await.unwrap();
    let (sent, waiting) = (ask(&site.link, 1).await, ask(&site.link, 2).await);
    frame(&mut channel).await;
    drop(channel);
    assert_eq!(soon(sent).await.unwrap(), Err(PlatformError::Disconnected));
    assert_eq!(soon(waiting).await.unwrap(), Err(PlatformError::Disconnected));
    assert_eq!(soon(ask(&site.link, 3).await).await.unwrap(), Err(PlatformError::Disconnected));
    let mut channel = site.open_channel().await.unwrap();
    let asked = ask(&site.link, 4).await;
    let sent = frame(&mut channel).await;
    assert_eq!(sent["id"], 2, "ids are not used again");
    channel.send(answer(ProtocolVersion::V2, &sent["id"], &Ok(json!(4)))).await.unwrap();
    assert_eq!(soon(asked).await.unwrap(), Ok(json!(4)));
}

#[tokio::test]
async fn only_so_many_are_under_way_and_only_so_many_wait() {
    let site = TestSite::with_limits(ProtocolVersion::V2, LinkLimits { in_flight: 2, queue: 3, ..LIMITS });
    let mut channel = site.open_channel().await.unwrap();
    let mut asked = Vec::new();
    for project_id in 0..2 {
        asked.push(ask(&site.link, project_id).await);
    }
    let first = frame(&mut channel).await;
    frame(&mut channel).await;
    for project_id in 2..5 {
        asked.push(ask(&site.link, project_id).await);
    }
    assert!(asked.iter().all(|asked| !asked.is_finished()));
    assert_eq!(soon(ask(&site.link, 5).await).await.unwrap(), Err(PlatformError::Overloaded));
    assert_eq!(site.link.waiting(), 3, "what has no room is not sent");
    channel.send(answer(ProtocolVersion::V2, &first["id"], &Ok(json!(0)))).await.unwrap();
    assert_eq!(frame(&mut channel).await["call"]["params"]["project_id"], 2);
    assert_eq!(site.link.waiting(), 2);
}

#[tokio::test]
async fn before_the_channel_is_up_the_queue_is_as_long() {
    let site = TestSite::with_limits(ProtocolVersion::V2, LinkLimits { queue: 2, ..LIMITS });
    let _first = ask(&site.link, 1).await;
    let second = ask(&site.link, 2).await;
    assert!(!second.is_finished());
    assert_eq!(soon(ask(&site.link, 3).await).await.unwrap(), Err(PlatformError::Overloaded));
}

#[tokio::test]
async fn a_query_that_runs_out_of_time_makes_room_and_its_answer_is_nobodys() {
    let limits = LinkLimits { call_time: Duration::from_millis(200), in_flight: 1, queue: 1, ..LIMITS };
    let site = TestSite::with_limits(ProtocolVersion::V2, limits);
    let mut channel = site.open_channel().await.unwrap();
    let slow = ask(&site.link, 1).await;
    let late = frame(&mut channel).await;
    assert_eq!(soon(slow).await.unwrap(), Err(PlatformError::TimedOut));
    let asked = ask(&site.link, 2).await;
    let sent = frame(&mut channel).await;
    channel.send(answer(ProtocolVersion::V2, &late["id"], &Ok(json!("late")))).await.unwrap();
    channel.send(answer(ProtocolVersion::V2, &sent["id"], &Ok(json!("right")))).await.unwrap();
    assert_eq!(soon(asked).await.unwrap(), Ok(json!("right")));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_query_runs_while_it_waits() {
    let site = TestSite::with_limits(ProtocolVersion::V2, LinkLimits { call_time: Duration::from_secs(10), ..LIMITS });
    let before = tokio::time::Instant::now();
    assert_eq!(ask(&site.link, 1).await.await.unwrap(), Err(PlatformError::TimedOut));
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!(site.link.waiting(), 0);
}

#[tokio::test]
async fn a_query_that_is_given_up_is_forgotten() {
    let site = TestSite::with_limits(ProtocolVersion::V2, LinkLimits { in_flight: 1, ..LIMITS });
    let waiting = ask(&site.link, 1).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(site.link.waiting(), 0);
    let mut channel = site.open_channel().await.unwrap();
    let sent = ask(&site.link, 2).await;
    assert_eq!(frame(&mut channel).await["call"]["params"]["project_id"], 2);
    let next = ask(&site.link, 3).await;
    sent.abort();
    // Its place is free at once.
    assert_eq!(frame(&mut channel).await["call"]["params"]["project_id"], 3);
    drop(next);
}

#[tokio::test]
async fn a_call_that_the_version_has_not_fails_without_being_sent() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut channel = site.open_channel().await.unwrap();
    let call = PlatformCall::ApiCall(ApiCall {
        method: ApiMethod::Get,
        path: "/projects".into(),
        query: None,
        body: None,
        actor: "token".into(),
    });
    let failed = soon(LinkedPlatform(site.link.clone()).call(call)).await.unwrap_err();
    assert!(matches!(&failed, PlatformError::Channel(error) if error.code == ErrorCode::MethodNotFound), "{failed}");
    let _asked = ask(&site.link, 1).await;
    assert_eq!(frame(&mut channel).await["method"], "get_project");
}
