//! A plugin that keeps its data with sea-orm.

use rustix::process::Signal;

use crate::support::Start;

#[tokio::test]
async fn sea_orm_works_in_a_component() {
    let (launcher, _channel) = Start::with(test_guests::ENTITIES).running().await;
    for check in ["/types", "/operations", "/transactions", "/streams", "/errors", "/sql"] {
        assert_eq!(launcher.get(check).await.text, "ok", "{check}");
    }
    launcher.stop().await;
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_kill() {
    let (mut launcher, _channel) = Start::with(test_guests::ENTITIES).running().await;
    for (title, id) in [("one", "1"), ("two", "2")] {
        assert_eq!(launcher.client().post(&format!("/titles/{title}"), "").await.text, id);
    }
    launcher.signal(Signal::KILL);
    assert!(!launcher.exit().await.success());
    let (launcher, _channel) = launcher.again().running().await;
    assert_eq!(launcher.get("/titles").await.text, "one two");
    launcher.stop().await;
}
