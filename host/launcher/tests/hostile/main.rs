//! Guests that misbehave. After each the launcher answers the next request, has its memory back, and was healthy all along.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share is a test too, though clippy does not see it"
)]

#[allow(dead_code, unused_imports, reason = "the rest is for the other tests")]
#[path = "../launcher/support/mod.rs"]
mod support;

mod api;
mod fetches;
mod files;
mod quota;
mod sql;

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::SinkExt as _;
use http::StatusCode;
use http_body_util::{BodyExt, Empty};

use support::{Health, Launcher, Start};
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;

/// How long a health check may take behind a guest that misbehaves.
const HEALTHY: Duration = Duration::from_millis(100);

/// What the launcher may keep of a guest that is gone: allocators keep some.
const KEPT_KB: usize = 24 << 10;

/// How long it may keep more: a plugin without requests gives back what was freed every 5 s.
const KEPT_FOR: Duration = Duration::from_secs(12);

/// These tests run one by one: what they measure is not to be of each other.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A guest that nothing runs is dead weight.
#[test]
fn every_guest_has_a_test() {
    let tests = [
        include_str!("main.rs"),
        include_str!("api.rs"),
        include_str!("sql.rs"),
        include_str!("fetches/mod.rs"),
        include_str!("fetches/escapes.rs"),
        include_str!("fetches/servers.rs"),
        include_str!("files.rs"),
        include_str!("quota.rs"),
        include_str!("../durability/events.rs"),
        include_str!("../launcher/api.rs"),
        include_str!("../launcher/channel.rs"),
        include_str!("../launcher/config.rs"),
        include_str!("../launcher/entities.rs"),
        include_str!("../launcher/events.rs"),
        include_str!("../launcher/files.rs"),
        include_str!("../launcher/http.rs"),
        include_str!("../launcher/identity.rs"),
        include_str!("../launcher/instances.rs"),
        include_str!("../launcher/life.rs"),
        include_str!("../launcher/mistakes.rs"),
        include_str!("../launcher/policy.rs"),
        include_str!("../launcher/start.rs"),
        include_str!("../launcher/ui.rs"),
    ];
    for guest in test_guests::ALL {
        let used = format!("test_guests::{guest}");
        assert!(tests.iter().any(|test| test.contains(&used)), "no test runs {guest}");
    }
}

/// Starts a guest, lets `misbehave` run against it, and checks what must hold afterwards.
///
/// A machine that stalls for a moment delays a health check too. What the guest delays, it delays again: only a check that is late
/// twice is the launcher's.
async fn survives(start: impl Fn() -> Start, misbehave: impl AsyncFn(&Launcher)) {
    let _alone = ALONE.lock().await;
    let first = lives_through(start(), &misbehave).await;
    if first > HEALTHY {
        let second = lives_through(start(), &misbehave).await;
        assert!(second <= HEALTHY, "a health check took {first:?}, and {second:?} in a second run");
    }
}

/// One run. Gives the slowest health check.
async fn lives_through(start: Start, misbehave: &impl AsyncFn(&Launcher)) -> Duration {
    let (launcher, _channel) = start.running().await;
    assert_eq!(launcher.get("/ok").await.text, "ok");
    let before = launcher.resident_kb();
    let health = Health::watch(launcher.client());
    misbehave(&launcher).await;
    assert_eq!(launcher.get("/ok").await.text, "ok", "it does not answer any more");
    let slowest = health.slowest().await;
    gives_back(&launcher, before + KEPT_KB).await;
    launcher.stop().await;
    slowest
}

/// Waits until the launcher holds no more than this, in KB.
async fn gives_back(launcher: &Launcher, most: usize) {
    let last = Instant::now() + KEPT_FOR;
    loop {
        let holds = launcher.resident_kb();
        if holds <= most {
            return;
        }
        assert!(Instant::now() < last, "the launcher holds {holds} KB, and may hold {most} KB");
        // Nothing tells when memory went back.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_flood_of_frames_holds_nobody_up() {
    let _alone = ALONE.lock().await;
    let (launcher, mut channel) = Start::with(test_guests::MIXED).running().await;
    let mut slowest = Duration::MAX;
    for _ in 0..2 {
        let health = Health::watch(launcher.client());
        for _ in 0..50_000 {
            channel.socket().feed(Message::text("")).await.unwrap();
        }
        channel.socket().flush().await.unwrap();
        assert_eq!(launcher.get("/ok").await.text, "ok");
        slowest = slowest.min(health.slowest().await);
    }
    assert!(slowest <= HEALTHY, "{slowest:?}");
    launcher.stop().await;
}

#[tokio::test]
async fn panics() {
    survives(
        || Start::with(test_guests::PANICS),
        async |launcher| {
            for _ in 0..3 {
                assert_eq!(launcher.get("/panic").await.status, StatusCode::INTERNAL_SERVER_ERROR);
                assert_eq!(launcher.get("/ok").await.text, "ok");
            }
            let line = launcher.logged("the guest gives up").await;
            assert!(line.contains("deep_inside"), "no symbolised backtrace: {line}");
            assert!(line.contains("panics/src/lib.rs:"), "no place: {line}");
        },
    )
    .await;
}

#[tokio::test]
async fn panics_in_the_background() {
    survives(
        || Start::with(test_guests::PANICS),
        async |launcher| {
            assert_eq!(launcher.get("/later").await.text, "answered");
            launcher.logged("in the background").await;
        },
    )
    .await;
}

#[tokio::test]
async fn panics_again_and_again() {
    let _alone = ALONE.lock().await;
    let (launcher, _channel) = Start::with(test_guests::PANICS).running().await;
    let refused = loop {
        let answer = launcher.get("/panic").await;
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            break answer;
        }
    };
    assert_eq!(refused.headers["retry-after"], "30");
    launcher.logged("its next instance waits").await;
    assert_eq!(launcher.get("/health").await.text, "ok");
    launcher.stop().await;
}

#[tokio::test]
async fn spins() {
    survives(
        || Start::with(test_guests::SPINS).limit("cpu_budget", "400ms"),
        async |launcher| {
            assert_eq!(launcher.get("/spin").await.status, StatusCode::INTERNAL_SERVER_ERROR);
            let line = launcher.logged("CPU budget").await;
            assert!(line.contains("400ms"), "{line}");
        },
    )
    .await;
}

#[tokio::test]
async fn computing_within_the_budget_is_no_fault() {
    survives(
        || Start::with(test_guests::SPINS).limit("cpu_budget", "20s"),
        async |launcher| {
            assert_eq!(launcher.get("/compute/300000000").await.status, StatusCode::OK);
        },
    )
    .await;
}

#[tokio::test]
async fn allocates() {
    survives(
        || Start::with(test_guests::ALLOCATES).limit("memory", "64MiB"),
        async |launcher| {
            assert_eq!(launcher.get("/allocate").await.status, StatusCode::INTERNAL_SERVER_ERROR);
            let line = launcher.logged("out of memory").await;
            assert!(line.contains("64.0 MiB"), "{line}");
        },
    )
    .await;
}

#[tokio::test]
async fn recurses() {
    survives(
        || Start::with(test_guests::RECURSES),
        async |launcher| {
            assert_eq!(launcher.get("/recurse").await.status, StatusCode::INTERNAL_SERVER_ERROR);
            let line = launcher.logged("stack overflowed").await;
            assert!(line.contains("recurses::recurse"), "{line}");
        },
    )
    .await;
}

#[tokio::test]
async fn floods_the_log() {
    survives(
        || Start::with(test_guests::FLOODS_LOG).limit("log_rate", "100").limit("cpu_budget", "60s"),
        async |launcher| {
            for path in ["/tracing", "/stdout", "/stderr"] {
                assert_eq!(launcher.get(path).await.status, StatusCode::OK, "{path}");
            }
            for path in ["/long", "/long-stdout"] {
                assert_eq!(launcher.get(path).await.status, StatusCode::OK, "{path}");
            }
            launcher.logged("lines were left out").await;
            let log = launcher.log();
            assert!(log.len() < 10_000, "{} lines", log.len());
            let longest = log.iter().map(String::len).max().unwrap();
            assert!(longest < 40 << 10, "a line of {longest} bytes");
        },
    )
    .await;
}

#[tokio::test]
async fn never_answers() {
    let start = || {
        Start::with(test_guests::NEVER_ANSWERS).limit("first_byte", "100ms").limit("cancel_grace", "200ms").limit("stuck", "3")
    };
    survives(start, async |launcher| {
        assert_eq!(launcher.get("/never").await.status, StatusCode::GATEWAY_TIMEOUT);
        let client = launcher.client().clone();
        futures::future::join_all((0..4).map(|_| client.get("/never"))).await;
        // What goes on for nobody is ended once there is too much of it.
        launcher.logged("cancelled requests did not end").await;
    })
    .await;
}

#[tokio::test]
async fn answers_when_the_client_has_gone() {
    survives(
        || Start::with(test_guests::ANSWERS_LATE),
        async |launcher| {
            for (path, answered) in [("/late", "1"), ("/late-stream", "2")] {
                let client = launcher.client().clone();
                let request = client.request(path).body(Empty::<Bytes>::new()).unwrap();
                let mut connection = client.connect().await;
                let given_up = tokio::time::timeout(Duration::from_millis(50), connection.send_request(request)).await;
                assert!(given_up.is_err(), "{path} answered too soon");
                drop(connection);
                tokio::time::timeout(Duration::from_secs(20), async {
                    while launcher.get("/answered").await.text != answered {
                        tokio::task::yield_now().await;
                    }
                })
                .await
                .unwrap_or_else(|_| panic!("{path} is never done"));
            }
        },
    )
    .await;
}

#[tokio::test]
async fn responds_with_what_is_not_http() {
    survives(
        || Start::with(test_guests::BAD_RESPONSES),
        async |launcher| {
            for (path, cause) in [
                ("/status/0", "status 0"),
                ("/status/100", "status 100"),
                ("/status/101", "status 101"),
                ("/status/999", "status 999"),
                ("/status/65535", "status 65535"),
                ("/name", "header name `a b`"),
                ("/value", "`x-split`"),
                ("/line", "`no colon\\\\r\\\\n`"),
                ("/unended", "`x-cut: of`"),
                ("/count", "more than 128 headers"),
                ("/bytes", "bytes of headers"),
            ] {
                assert_eq!(launcher.get(path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
                launcher.logged(cause).await;
            }
            // What can be put right is: the bytes are those of the body, and no more responses than one.
            for path in ["/length", "/lengths"] {
                let answer = launcher.get(path).await;
                assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "short"), "{path}");
            }
            let chunked = launcher.get("/chunked").await;
            assert_eq!(chunked.text, "0\r\n\r\nHTTP/1.1 200 forged\r\n\r\n");
            assert_eq!(launcher.get("/no-content").await.text, "");
        },
    )
    .await;
}

#[tokio::test]
async fn sends_without_end() {
    survives(
        || Start::with(test_guests::ENDLESS_BODY),
        async |launcher| {
            let request = launcher.client().request("/fast").body(Empty::<Bytes>::new()).unwrap();
            let mut response = launcher.client().send(request).await;
            let mut bytes = 0;
            while bytes < 64 << 20 {
                bytes += response.body_mut().frame().await.unwrap().unwrap().into_data().unwrap().len();
                if bytes % (16 << 20) == 0 {
                    assert_eq!(launcher.get("/ok").await.text, "ok");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn blocks() {
    survives(
        || Start::with(test_guests::BLOCKS).limit("cpu_budget", "200ms").limit("hold", "200ms").limit("first_byte", "10s"),
        async |launcher| {
            assert_eq!(launcher.get("/block/50").await.text, "slept");
            let blocked = launcher.get("/block/600000").await;
            assert_eq!(blocked.status, StatusCode::INTERNAL_SERVER_ERROR);
            launcher.logged("held its instance in a blocking call").await;
        },
    )
    .await;
}

#[tokio::test]
async fn waits_for_ever_in_a_blocking_call() {
    survives(
        || Start::with(test_guests::BLOCKS).limit("blocked", "1s").limit("first_byte", "20s"),
        async |launcher| {
            let blocked = launcher.get("/block-on").await;
            assert_eq!(blocked.status, StatusCode::SERVICE_UNAVAILABLE, "{}", blocked.text);
            assert!(blocked.text.contains("The plugin failed meanwhile"), "{}", blocked.text);
            launcher.logged("it let no call in for 1s: it waits in a blocking call, such as `block_on`").await;
            assert_eq!(launcher.get("/ok").await.text, "ok");
        },
    )
    .await;
}

#[tokio::test]
async fn hogs_what_the_host_holds_for_it() {
    survives(
        || Start::with(test_guests::HOGS_HANDLES).limit("handles", "2000"),
        async |launcher| {
            for path in ["/streams", "/sleeps", "/large-call"] {
                assert_eq!(launcher.get(path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
                assert_eq!(launcher.get("/ok").await.text, "ok");
            }
        },
    )
    .await;
}
