//! Channels that come and go.

use std::time::{Duration, Instant};

use http::StatusCode;
use temps_plugin_protocol::ProtocolVersion;
use tokio_tungstenite::tungstenite::Message;

use super::{asking, hello, works};
use crate::support::{Channel, Launcher, SECRET};

/// Opens the channel once the launcher has seen that the one before is lost.
async fn reopen(launcher: &Launcher, version: ProtocolVersion) -> Channel {
    let secret = (version == ProtocolVersion::V2).then_some(SECRET);
    loop {
        match Channel::open(launcher.socket(), secret, version).await {
            Ok(channel) => return channel,
            Err(status) => assert_eq!(status, 409),
        }
    }
}

#[tokio::test]
async fn fifty_channels_leave_nothing_behind_in_v1() {
    fifty_channels_leave_nothing_behind(ProtocolVersion::V1).await;
}

#[tokio::test]
async fn fifty_channels_leave_nothing_behind_in_v2() {
    fifty_channels_leave_nothing_behind(ProtocolVersion::V2).await;
}

async fn fifty_channels_leave_nothing_behind(version: ProtocolVersion) {
    let (launcher, mut channel) = hello(version).running().await;
    works(&launcher, &mut channel).await;
    let before = launcher.open_files();
    for nth in 0..50 {
        drop(channel);
        channel = reopen(&launcher, version).await;
        if nth % 10 == 0 {
            channel.send_message(Message::Close(None)).await;
            channel = reopen(&launcher, version).await;
        }
    }
    works(&launcher, &mut channel).await;
    // Each that ends has its time for it.
    let begun = Instant::now();
    while launcher.open_files() > before {
        assert!(begun.elapsed() < Duration::from_secs(20), "{} open files, {before} before", launcher.open_files());
        tokio::task::yield_now().await;
    }
    launcher.stop().await;
}

#[tokio::test]
async fn a_query_under_way_ends_with_the_channel_that_the_host_closes() {
    let (launcher, mut channel) = hello(ProtocolVersion::V2).running().await;
    let (answer, ()) = asking(&launcher, async {
        channel.query().await;
        channel.send_message(Message::Close(None)).await;
    })
    .await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.text.contains("the channel to the platform is closed"), "{}", answer.text);
    launcher.logged("the host closed the channel").await;
    works(&launcher, &mut reopen(&launcher, ProtocolVersion::V2).await).await;
    launcher.stop().await;
}

#[tokio::test]
async fn a_query_under_way_ends_with_the_channel_that_is_replaced_in_v1() {
    let (launcher, mut first) = hello(ProtocolVersion::V1).running().await;
    let (answer, mut second) = asking(&launcher, async {
        first.query().await;
        launcher.channel().await
    })
    .await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    launcher.logged("another connection replaced the channel").await;
    works(&launcher, &mut second).await;
    launcher.stop().await;
}

#[tokio::test]
async fn an_answer_on_another_channel_than_the_querys_is_nobodys() {
    let (launcher, mut first) = hello(ProtocolVersion::V1).running().await;
    let (_, (id, mut second)) = asking(&launcher, async {
        let (id, _) = first.query().await;
        (id, launcher.channel().await)
    })
    .await;
    second.answer_project(id).await;
    launcher.logged("is late or came twice").await;
    works(&launcher, &mut second).await;
    launcher.stop().await;
}
