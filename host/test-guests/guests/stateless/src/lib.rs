//! A plugin that says that it is stateless, though each instance has a number by which the tests tell it from the others.
//!
//! | request or file | does |
//! |---|---|
//! | `GET /who` | the instance's number |
//! | `GET /seen` | how many events the instance has seen |
//! | `GET /compute/{name}`, `POST /wait/{name}` | computes, or waits, until there is a file of that name |
//! | `GET /panic` | traps |
//! | `POST /count`, `GET /count` | counts in the database |
//! | `GET /project/{id}` | a query to the platform |
//! | a file `fail-at` with a number | the start fails that counts up to it |
//! | a file `ask` | each start asks the platform |

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::sea_orm::{ConnectionTrait, DbErr, TransactionSession, TransactionTrait};
use temps_plugin_sdk::time::sleep;

const COUNT: &str = "SELECT n FROM count WHERE name = ?";

struct Stateless {
    number: u64,
    seen: Arc<AtomicU64>,
}

impl Default for Stateless {
    fn default() -> Self {
        Self { number: RandomState::new().hash_one(0), seen: Arc::default() }
    }
}

struct Shared {
    ctx: PluginContext,
    database: Database,
    number: u64,
    seen: Arc<AtomicU64>,
}

impl ExternalPlugin for Stateless {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("stateless", "0.1.0").event("project.*").build()
    }

    fn stateless(&self) -> bool {
        true
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let database = ctx.database("counts").await?;
        database
            .execute_unprepared(
                "CREATE TABLE IF NOT EXISTS count (name TEXT PRIMARY KEY, n INTEGER NOT NULL);
                 INSERT OR IGNORE INTO count VALUES ('starts', 0), ('requests', 0)",
            )
            .await?;
        let start = add_one(&database, "starts").await?;
        tracing::info!(number = self.number, "start {start}");
        if fs::exists(ctx.data_dir().join("ask"))? {
            ctx.temps().get_project(7).await?;
        }
        let fail_at = fs::read_to_string(ctx.data_dir().join("fail-at"));
        if fail_at.is_ok_and(|text| text == start.to_string()) {
            return Err("told to fail".into());
        }
        let shared = Shared { ctx, database, number: self.number, seen: self.seen.clone() };
        Ok(Router::new()
            .route("/who", get(async |State(shared): State<Arc<Shared>>| shared.number.to_string()))
            .route("/seen", get(async |State(shared): State<Arc<Shared>>| shared.seen.load(Ordering::Relaxed).to_string()))
            .route("/compute/{name}", get(compute))
            .route("/wait/{name}", post(wait))
            .route("/panic", get(async || -> &'static str { panic!("told to") }))
            .route("/count", post(count).get(counted))
            .route("/project/{id}", get(project))
            .with_state(Arc::new(shared)))
    }

    async fn on_event(&self, _: &PluginContext, event: PluginEvent) -> Result<(), EventError> {
        self.seen.fetch_add(1, Ordering::Relaxed);
        tracing::info!(number = self.number, "saw {}", event.id);
        Ok(())
    }

    async fn on_shutdown(&self, _: &PluginContext) {
        tracing::info!("instance {} shuts down", self.number);
    }
}

/// What is read is written in one transaction, so that no other instance can come between.
async fn add_one(database: &Database, name: &str) -> Result<i64, DatabaseError> {
    let transaction = database.begin().await.map_err(known)?;
    let count = 1 + transaction.sql(COUNT).bind(name).fetch_one::<i64>().await?;
    transaction.sql("UPDATE count SET n = ? WHERE name = ?").bind(count).bind(name).execute().await?;
    transaction.commit().await.map_err(known)?;
    Ok(count)
}

fn known(error: DbErr) -> DatabaseError {
    DatabaseError::of(&error).unwrap_or(DatabaseError::Other(error.to_string()))
}

fn file(shared: &Shared, name: &str) -> PathBuf {
    shared.ctx.data_dir().join(name)
}

async fn compute(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> &'static str {
    tracing::info!("computes");
    while !fs::exists(file(&shared, &name)).unwrap_or_default() {
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_millis(50) {
            black_box((0..10_000u64).fold(0, |sum, n| black_box(sum ^ n)));
        }
    }
    "computed"
}

async fn wait(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> &'static str {
    tracing::info!("waits");
    while !fs::exists(file(&shared, &name)).unwrap_or_default() {
        sleep(Duration::from_millis(5)).await;
    }
    "waited"
}

async fn count(State(shared): State<Arc<Shared>>) -> String {
    add_one(&shared.database, "requests").await.map_or_else(|error| error.to_string(), |count| count.to_string())
}

async fn counted(State(shared): State<Arc<Shared>>) -> String {
    let count = shared.database.sql(COUNT).bind("requests").fetch_one::<i64>();
    count.await.map_or_else(|error| error.to_string(), |count| count.to_string())
}

async fn project(State(shared): State<Arc<Shared>>, Path(id): Path<i32>) -> String {
    shared.ctx.temps().get_project(id).await.map_or_else(|error| error.to_string(), |project| project.name)
}

temps_plugin_sdk::main!(Stateless);
