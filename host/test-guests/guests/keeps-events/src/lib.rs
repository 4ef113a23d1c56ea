//! Keeps every event in a database, once, and now and then fails or traps before or after it has.
//!
//! | request | answer |
//! |---|---|
//! | `GET /kept/{count}` | `kept`, once there are as many |

use std::cell::OnceCell;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use temps_plugin_sdk::prelude::*;
use tokio::sync::watch;

/// Of so many deliveries, one for each fate other than a good one.
const FATES: u64 = 40;

#[derive(Default)]
struct KeepsEvents(OnceCell<Store>);

struct Store {
    database: Database,
    kept: Arc<watch::Sender<i64>>,
}

impl ExternalPlugin for KeepsEvents {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("keeps-events", "0.1.0").event("deployment.*").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let database = ctx.database("events").await?;
        database
            .execute_unprepared(
                "CREATE TABLE IF NOT EXISTS kept (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE);
                 CREATE TABLE IF NOT EXISTS delivery (id TEXT NOT NULL)",
            )
            .await?;
        let kept = Arc::new(watch::Sender::new(count(&database).await?));
        let router = Router::new().route("/kept/{count}", get(wait)).with_state(kept.clone());
        self.0.set(Store { database, kept }).map_err(|_| "router was called twice")?;
        Ok(router)
    }

    async fn on_event(&self, _: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        let store = self.0.get().ok_or("no store")?;
        let fate = RandomState::new().hash_one(&event.id) % FATES;
        match fate {
            0 => panic!("before"),
            1 => return Err("before".into()),
            _ => {}
        }
        let id = event.id.replace('\'', "''");
        store
            .database
            .execute_unprepared(&format!("INSERT OR IGNORE INTO kept (id) VALUES ('{id}'); INSERT INTO delivery VALUES ('{id}')"))
            .await?;
        match fate {
            2 => panic!("after"),
            3 => return Err("after".into()),
            _ => {}
        }
        store.kept.send_replace(count(&store.database).await?);
        Ok(())
    }
}

async fn count(database: &Database) -> Result<i64, DatabaseError> {
    let statement = temps_plugin_sdk::sea_orm::Statement::from_string(
        temps_plugin_sdk::sea_orm::DbBackend::Sqlite,
        "SELECT count(*) AS kept FROM kept",
    );
    let row = database
        .query_one_raw(statement)
        .await
        .map_err(|error| DatabaseError::of(&error).unwrap_or(DatabaseError::Other(error.to_string())))?;
    Ok(row.and_then(|row| row.try_get("", "kept").ok()).unwrap_or_default())
}

async fn wait(State(kept): State<Arc<watch::Sender<i64>>>, Path(count): Path<i64>) -> &'static str {
    drop(kept.subscribe().wait_for(|kept| *kept >= count).await);
    "kept"
}

temps_plugin_sdk::main!(KeepsEvents);
