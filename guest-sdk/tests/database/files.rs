use axum::Router;
use axum::extract::State;
use axum::routing::get;
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::testing::{self, TestPlugin};

#[derive(Default)]
struct Counter;

impl ExternalPlugin for Counter {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("counter", "1.0.0").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let db = ctx.database("counter").await?;
        db.sql("CREATE TABLE IF NOT EXISTS hit (at INTEGER)").execute().await?;
        Ok(Router::new().route("/hit", get(hit)).with_state(db))
    }
}

async fn hit(State(db): State<Database>) -> Result<String, String> {
    let text = |error: DatabaseError| error.to_string();
    db.sql("INSERT INTO hit VALUES (1)").execute().await.map_err(text)?;
    let hits: i64 = db.sql("SELECT count(*) FROM hit").fetch_one().await.map_err(text)?;
    Ok(hits.to_string())
}

async fn hits(plugin: &TestPlugin) -> String {
    plugin.get("/hit").await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn each_test_plugin_has_databases_of_its_own() {
    for _ in 0..2 {
        let plugin = TestPlugin::start::<Counter>().await.unwrap();
        assert_eq!(hits(&plugin).await, "1");
        assert_eq!(hits(&plugin).await, "2");
    }
}

#[tokio::test]
async fn a_folder_keeps_them_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    for expected in ["1", "2"] {
        let plugin = TestPlugin::builder().data_dir(folder.path()).start::<Counter>().await.unwrap();
        assert_eq!(hits(&plugin).await, expected);
        plugin.shutdown().await;
    }
    assert!(folder.path().join("counter.db").exists());
}

#[tokio::test]
async fn a_context_gives_the_same_database_for_the_same_label() {
    let ctx = testing::context();
    let one = ctx.database("one").await.unwrap();
    one.sql("CREATE TABLE only_here (x)").execute().await.unwrap();
    assert!(ctx.database("one").await.unwrap().sql("SELECT * FROM only_here").execute().await.is_ok());
    assert!(ctx.database("other").await.unwrap().sql("SELECT * FROM only_here").execute().await.is_err());
    let error = ctx.database("../one").await.unwrap_err();
    assert!(matches!(error, DatabaseError::Denied(_)), "{error}");
}
