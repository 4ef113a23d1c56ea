use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use temps_plugin_inbox::{Operator, Settings, path_in};
use temps_plugin_protocol::PluginManifest;
use tokio::sync::watch;

use super::*;
use crate::events::{EventSink, Intake, Refusal, Undelivered, event};
use crate::testing::soon;

/// A guest that does with an event what its id says.
#[derive(Clone)]
struct Guest(Arc<Inner>);

struct Inner {
    ready: watch::Sender<bool>,
    taken: watch::Sender<Vec<String>>,
    tries: Mutex<HashMap<String, u32>>,
    under_way: AtomicUsize,
    at_most: usize,
    /// Lets events that wait go on.
    release: watch::Sender<bool>,
}

impl Deliver for Guest {
    async fn ready(&self) {
        drop(self.0.ready.subscribe().wait_for(|ready| *ready).await);
    }

    async fn deliver(&self, event: &PluginEvent, attempt: u32) -> Result<(), Undelivered> {
        assert!(self.0.under_way.fetch_add(1, Ordering::SeqCst) < self.0.at_most, "too many events at once");
        let _under_way = UnderWayGuard(self.0.clone());
        tokio::task::yield_now().await;
        self.0.tries.lock().unwrap().insert(event.id.clone(), attempt);
        if event.id.starts_with("waits") {
            self.0.taken.send_modify(|taken| taken.push(format!("{} begun", event.id)));
            drop(self.0.release.subscribe().wait_for(|release| *release).await);
        }
        if event.id.starts_with("fails") || (event.id.starts_with("second") && attempt == 1) {
            return Err(Undelivered::Failed("no".to_owned()));
        }
        self.0.taken.send_modify(|taken| taken.push(event.id.clone()));
        Ok(())
    }
}

struct UnderWayGuard(Arc<Inner>);

impl Drop for UnderWayGuard {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Guest {
    fn new(at_most: usize) -> Self {
        Self(Arc::new(Inner {
            ready: watch::Sender::new(true),
            taken: watch::Sender::default(),
            tries: Mutex::default(),
            under_way: AtomicUsize::new(0),
            at_most,
            release: watch::Sender::new(false),
        }))
    }

    async fn has_taken(&self, ids: &[&str]) {
        let mut taken = self.0.taken.subscribe();
        let all = soon(taken.wait_for(|taken| taken.len() >= ids.len())).await.unwrap();
        assert_eq!(*all, ids);
    }
}

const TERMS: Terms = Terms { at_once: 1, buffer: 8, drain: Duration::from_secs(20) };

struct Test {
    folder: tempfile::TempDir,
    guest: Guest,
    intake: Intake,
    /// Closed as soon as the keeper takes no more.
    way_in: mpsc::Sender<Incoming>,
    keeper: Keeper,
}

impl Test {
    async fn start(guest: Guest, terms: Terms) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".launcher")).unwrap();
        Self::start_in(folder, guest, terms).await
    }

    async fn start_in(folder: tempfile::TempDir, guest: Guest, terms: Terms) -> Self {
        let path = path_in(folder.path());
        let settings = Settings::default().with_first_wait(Duration::from_millis(1)).with_tries(2).with_pending(4);
        let inbox = Inbox::open(&path, settings).await.unwrap();
        let (sender, incoming) = mpsc::channel(8);
        let manifest = Arc::new(PluginManifest::builder("p", "1.0.0").event("a.*").build());
        let keeper = Keeper::start(inbox, Changes::of(&path), guest.clone(), incoming, terms);
        Self { folder, guest, intake: Intake::new(manifest, sender.clone()), way_in: sender, keeper }
    }

    async fn take(&self, id: &str) -> Result<(), Refusal> {
        soon(self.intake.take(event(id, "a.b"))).await
    }

    fn offer(&self, id: &str) {
        self.intake.offer(event(id, "a.b"));
    }
}

#[tokio::test]
async fn events_are_delivered_in_order_whichever_way_they_came() {
    let test = Test::start(Guest::new(1), TERMS).await;
    test.offer("1");
    test.take("2").await.unwrap();
    test.offer("3");
    test.take("1").await.unwrap();
    test.guest.has_taken(&["1", "2", "3"]).await;
}

#[tokio::test]
async fn what_failed_comes_again_and_dies_in_the_end() {
    let test = Test::start(Guest::new(1), TERMS).await;
    for id in ["second", "fails", "next"] {
        test.take(id).await.unwrap();
    }
    test.guest.has_taken(&["second", "next"]).await;
    let tries = test.guest.0.tries.lock().unwrap().clone();
    assert_eq!((tries["second"], tries["fails"], tries["next"]), (2, 2, 1));
}

#[tokio::test]
async fn nothing_is_delivered_before_the_guest_is_ready_and_all_of_it_is_taken() {
    let guest = Guest::new(1);
    guest.0.ready.send_replace(false);
    let test = Test::start(guest, TERMS).await;
    test.take("1").await.unwrap();
    assert!(test.guest.0.tries.lock().unwrap().is_empty());
    test.guest.0.ready.send_replace(true);
    test.guest.has_taken(&["1"]).await;
}

#[tokio::test]
async fn a_guest_that_is_ready_for_more_gets_as_many_as_the_terms_say() {
    let test = Test::start(Guest::new(2), Terms { at_once: 2, ..TERMS }).await;
    for id in ["waits-1", "waits-2", "waits-3"] {
        test.take(id).await.unwrap();
    }
    test.guest.has_taken(&["waits-1 begun", "waits-2 begun"]).await;
    test.guest.0.release.send_replace(true);
    let mut taken = test.guest.0.taken.subscribe();
    soon(taken.wait_for(|taken| taken.iter().any(|id| id == "waits-3"))).await.unwrap();
}

#[tokio::test]
async fn a_full_inbox_refuses() {
    let guest = Guest::new(1);
    guest.0.ready.send_replace(false);
    let test = Test::start(guest, TERMS).await;
    for id in ["1", "2", "3", "4"] {
        test.take(id).await.unwrap();
    }
    assert_eq!(test.take("5").await, Err(Refusal::Unavailable(PutError::Full)));
    test.offer("6");
    test.guest.0.ready.send_replace(true);
    test.guest.has_taken(&["1", "2", "3", "4"]).await;
    test.take("7").await.unwrap();
    test.guest.has_taken(&["1", "2", "3", "4", "7"]).await;
}

#[tokio::test]
async fn stopping_writes_down_what_came_and_lets_what_is_under_way_end() {
    let test = Test::start(Guest::new(1), TERMS).await;
    test.take("waits").await.unwrap();
    test.guest.has_taken(&["waits begun"]).await;
    test.take("1").await.unwrap();
    test.offer("2");
    let Test { folder, guest, intake, way_in, keeper } = test;
    let (_, refused) = soon(async {
        tokio::join!(keeper.stop(), async {
            way_in.closed().await;
            let refused = intake.take(event("3", "a.b")).await;
            guest.0.release.send_replace(true);
            refused
        })
    })
    .await;
    assert_eq!(refused, Err(Refusal::Unavailable(PutError::Closed)));
    guest.has_taken(&["waits begun", "waits"]).await;
    let again = Test::start_in(folder, Guest::new(1), TERMS).await;
    again.guest.has_taken(&["1", "2"]).await;
}

#[tokio::test]
async fn a_delivery_that_does_not_end_in_time_is_cut_off_and_comes_again_uncounted() {
    let test = Test::start(Guest::new(1), Terms { drain: Duration::from_millis(20), ..TERMS }).await;
    test.take("waits").await.unwrap();
    test.guest.has_taken(&["waits begun"]).await;
    let Test { folder, guest, keeper, .. } = test;
    soon(keeper.stop()).await;
    assert_eq!(guest.0.under_way.load(Ordering::SeqCst), 0);
    let again = Guest::new(1);
    again.0.release.send_replace(true);
    let again = Test::start_in(folder, again, TERMS).await;
    again.guest.has_taken(&["waits begun", "waits"]).await;
    assert_eq!(again.guest.0.tries.lock().unwrap()["waits"], 1);
}

#[tokio::test]
async fn an_operators_change_is_noticed_at_once() {
    let test = Test::start(Guest::new(1), TERMS).await;
    test.take("fails").await.unwrap();
    test.take("1").await.unwrap();
    test.guest.has_taken(&["1"]).await;
    let operator = Operator::open(test.folder.path()).await.unwrap();
    test.guest.0.tries.lock().unwrap().clear();
    operator.retry("fails").await.unwrap().unwrap();
    soon(async {
        while !test.guest.0.tries.lock().unwrap().contains_key("fails") {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_disk_that_fails_refuses_posts_and_keeps_what_came_over_the_channel() {
    let test = Test::start(Guest::new(1), TERMS).await;
    test.take("1").await.unwrap();
    test.guest.has_taken(&["1"]).await;
    // Another process writes, and does not come to an end.
    let other = rusqlite::Connection::open(path_in(test.folder.path())).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    test.offer("2");
    assert!(matches!(test.take("3").await, Err(Refusal::Unavailable(PutError::Failed(_)))));
    other.execute_batch("ROLLBACK").unwrap();
    test.guest.has_taken(&["1", "2"]).await;
}
