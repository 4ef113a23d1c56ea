use std::time::Duration;

use futures::{FutureExt, SinkExt, StreamExt};
use temps_plugin_protocol::{ProtocolVersion, paths};
use temps_plugin_runtime::PlatformError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};

use super::{Link, ask};
use crate::channel::Seat;
use crate::testing::{LIMITS, TestSite, frame, soon};

fn status(error: tungstenite::Error) -> u16 {
    match error {
        tungstenite::Error::Http(response) => response.status().as_u16(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn v2_wants_a_signature() {
    let site = TestSite::start(ProtocolVersion::V2);
    assert_eq!(status(site.open_channel_with(&[]).await.unwrap_err()), 401);
    assert_eq!(status(site.open_channel_with(&[("x-temps-auth-signature", "wrong")]).await.unwrap_err()), 401);
    assert!(site.link.opened().now_or_never().is_none());
    let _channel = site.open_channel().await.unwrap();
    soon(site.link.opened()).await;
}

#[tokio::test]
async fn v1_wants_none_but_lets_no_client_in() {
    let site = TestSite::start(ProtocolVersion::V1);
    assert_eq!(status(site.open_channel_with(&[("x-temps-plugin", "fake")]).await.unwrap_err()), 404);
    assert!(site.link.opened().now_or_never().is_none());
    let _channel = site.open_channel_with(&[]).await.unwrap();
    soon(site.link.opened()).await;
}

#[tokio::test]
async fn v2_refuses_a_second_one_while_the_first_is_open() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut first = site.open_channel().await.unwrap();
    assert_eq!(status(site.open_channel().await.unwrap_err()), 409);
    let asked = ask(&site.link, 1).await;
    assert_eq!(frame(&mut first).await["id"], 0);
    drop(first);
    soon(asked).await.unwrap().unwrap_err();
    // The first is noticed to be dead, so another may come.
    let mut second = site.open_channel().await.unwrap();
    let _asked = ask(&site.link, 2).await;
    assert_eq!(frame(&mut second).await["call"]["params"]["project_id"], 2);
}

#[tokio::test]
async fn v1_takes_the_newest_one() {
    let site = TestSite::start(ProtocolVersion::V1);
    let mut first = site.open_channel().await.unwrap();
    let sent = ask(&site.link, 1).await;
    frame(&mut first).await;
    let mut second = site.open_channel().await.unwrap();
    let closed = soon(first.next()).await.unwrap().unwrap();
    assert!(matches!(closed, Message::Close(Some(frame)) if frame.code == CloseCode::Policy));
    assert_eq!(soon(sent).await.unwrap(), Err(PlatformError::Disconnected));
    let _asked = ask(&site.link, 2).await;
    assert_eq!(frame(&mut second).await["params"]["project_id"], 2);
    // The end of the one that was replaced is not the end of the channel.
    drop(first);
    let _asked = ask(&site.link, 3).await;
    assert_eq!(frame(&mut second).await["params"]["project_id"], 3);
}

#[test]
fn v1_takes_the_one_that_was_asked_for_last_whichever_stood_first() {
    let link = Link::new(ProtocolVersion::V1, LIMITS);
    let (first, second) = (Seat::take(&link).unwrap(), Seat::take(&link).unwrap());
    second.open();
    first.open();
    assert!(first.replaced.is_cancelled());
    assert!(!second.replaced.is_cancelled());
    drop(first);
    assert!(link.opened().now_or_never().is_some(), "the end of the older one is not the end of the channel");
}

#[test]
fn v1_goes_by_when_the_host_asked_and_not_by_which_stands_first() {
    let link = Link::new(ProtocolVersion::V1, LIMITS);
    let (first, second) = (Seat::take(&link).unwrap(), Seat::take(&link).unwrap());
    second.open();
    first.open();
    assert!(first.replaced.is_cancelled() && !second.replaced.is_cancelled());
    drop(first);
    assert!(link.state().is_current(second.number));
    // With the newer one gone, an older one is as good as any.
    let (third, fourth) = (Seat::take(&link).unwrap(), Seat::take(&link).unwrap());
    fourth.open();
    drop(fourth);
    third.open();
    assert!(!third.replaced.is_cancelled() && link.state().is_current(third.number));
}

#[tokio::test]
async fn a_request_that_is_no_handshake_leaves_the_place_free() {
    let site = TestSite::start(ProtocolVersion::V2);
    site.send_signed("GET", paths::CHANNEL, b"").await.assert_problem(400);
    site.send_signed("POST", paths::CHANNEL, b"").await.assert_problem(405);
    assert!(site.link.opened().now_or_never().is_none());
    site.open_channel().await.unwrap();
}

#[tokio::test]
async fn closing_tells_the_host() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut channel = site.open_channel().await.unwrap();
    soon(site.link.opened()).await;
    let ((), message) = soon(async { tokio::join!(site.link.close(), channel.next()) }).await;
    assert!(matches!(message.unwrap().unwrap(), Message::Close(Some(frame)) if frame.code == CloseCode::Away));
    assert_eq!(soon(ask(&site.link, 1).await).await.unwrap(), Err(PlatformError::Disconnected));
}

#[tokio::test]
async fn a_host_that_does_not_read_does_not_keep_the_end_back() {
    let site =
        TestSite::with_limits(ProtocolVersion::V1, crate::channel::LinkLimits { queue: 100_000, in_flight: 100_000, ..LIMITS });
    let channel = site.open_channel().await.unwrap();
    soon(site.link.opened()).await;
    let mut asked = Vec::new();
    for project_id in 0..20_000 {
        asked.push(ask(&site.link, project_id).await);
    }
    soon(site.link.close()).await;
    for asked in asked {
        soon(asked).await.unwrap().unwrap_err();
    }
    drop(channel);
}

#[tokio::test]
async fn the_hosts_close_is_answered() {
    let site = TestSite::start(ProtocolVersion::V2);
    let mut channel = site.open_channel().await.unwrap();
    channel.send(Message::Close(None)).await.unwrap();
    assert!(matches!(soon(channel.next()).await, Some(Ok(Message::Close(_)))));
    assert!(soon(channel.next()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn it_is_wanted_once_a_query_waits_for_it() {
    let site = TestSite::start(ProtocolVersion::V2);
    assert!(tokio::time::timeout(Duration::from_secs(1), site.link.wanted()).await.is_err());
    let _asked = ask(&site.link, 1).await;
    soon(site.link.wanted()).await;
}

#[tokio::test]
async fn once_the_host_asks_for_another_queries_wait_for_it() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let link = Link::new(version, LIMITS);
        Seat::take(&link).unwrap().open();
        assert_eq!(soon(ask(&link, 1).await).await.unwrap(), Err(PlatformError::Disconnected));
        let seat = Seat::take(&link).unwrap();
        let asked = ask(&link, 2).await;
        assert_eq!(link.waiting(), 1);
        seat.open();
        assert!(link.next_to_send(seat.number).is_some());
        drop(seat);
        assert_eq!(soon(asked).await.unwrap(), Err(PlatformError::Disconnected));
        // One that does not come to stand after all.
        let seat = Seat::take(&link).unwrap();
        let asked = ask(&link, 3).await;
        drop(seat);
        assert_eq!(soon(asked).await.unwrap(), Err(PlatformError::Disconnected));
        assert_eq!((link.waiting(), link.in_flight()), (0, 0));
    }
}

#[tokio::test]
async fn in_v1_nothing_is_sent_on_a_connection_that_is_about_to_be_replaced() {
    let link = Link::new(ProtocolVersion::V1, LIMITS);
    let first = Seat::take(&link).unwrap();
    first.open();
    let second = Seat::take(&link).unwrap();
    let asked = ask(&link, 1).await;
    assert!(link.next_to_send(first.number).is_none());
    // The older one may be dead already, which is no reason to fail what waits for the newer.
    drop(first);
    assert!(!asked.is_finished());
    second.open();
    assert!(link.next_to_send(second.number).is_some());
    // Is it not replaced after all, it goes on.
    let third = Seat::take(&link).unwrap();
    let asked = ask(&link, 2).await;
    drop(third);
    soon(second.work.notified()).await;
    assert!(link.next_to_send(second.number).is_some());
    assert!(!asked.is_finished());
}

#[tokio::test]
async fn fifty_connections_leave_nothing_behind() {
    for version in [ProtocolVersion::V1, ProtocolVersion::V2] {
        let site = TestSite::start(version);
        for project_id in 0..50 {
            let channel = loop {
                match site.open_channel().await {
                    Ok(channel) => break channel,
                    // The one before is not seen to be dead yet.
                    Err(error) => assert_eq!(status(error), 409),
                }
            };
            let asked = ask(&site.link, project_id).await;
            drop(channel);
            assert_eq!(soon(asked).await.unwrap(), Err(PlatformError::Disconnected));
        }
        soon(async {
            while !site.link.connections.is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!((site.link.waiting(), site.link.in_flight()), (0, 0));
        let state = site.link.state();
        assert!(state.current.is_none() && state.opening.is_empty());
    }
}
