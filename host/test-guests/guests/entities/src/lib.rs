//! sea-orm and plain SQL in a component: each route checks something and answers `ok`, or what is wrong.
//!
//! | request | checks |
//! |---|---|
//! | `GET /types` | every kind of field comes back, also at its ends and as NULL |
//! | `GET /operations` | selections, writes, upserts, relations, pages, aggregates |
//! | `GET /transactions` | commit, rollback, nesting, what is dropped |
//! | `GET /streams` | many rows, and a stream that is dropped |
//! | `GET /errors` | what a statement does wrong, by its type |
//! | `GET /sql` | rows by `serde` |
//! | `POST /titles/{title}` | adds a note |
//! | `GET /titles` | all that were added |

mod checks;
mod note;
mod remark;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Entities;

impl ExternalPlugin for Entities {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("entities", "0.1.0").build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let kept = ctx.database("kept").await?;
        kept.sql(note::TABLE).execute().await?;
        let check = |name: &'static str| {
            let ctx = ctx.clone();
            get(move || async move {
                match run(&ctx, name).await {
                    Ok(()) => "ok".to_owned(),
                    Err(error) => error,
                }
            })
        };
        Ok(Router::new()
            .route("/types", check("types"))
            .route("/operations", check("operations"))
            .route("/transactions", check("transactions"))
            .route("/streams", check("streams"))
            .route("/errors", check("errors"))
            .route("/sql", check("sql"))
            .route("/titles/{title}", post(add))
            .route("/titles", get(titles))
            .with_state(kept))
    }
}

async fn run(ctx: &PluginContext, check: &str) -> Result<(), String> {
    let db = ctx.database(check).await.map_err(|error| error.to_string())?;
    db.execute_unprepared(&format!("DROP TABLE IF EXISTS remark; DROP TABLE IF EXISTS note; {}; {}", note::TABLE, remark::TABLE))
        .await
        .map_err(|error| error.to_string())?;
    let done = match check {
        "types" => checks::types(&db).await,
        "operations" => checks::operations(&db).await,
        "transactions" => checks::transactions(&db).await,
        "streams" => checks::streams(&db).await,
        "errors" => checks::errors(&db).await,
        _ => checks::sql(&db).await,
    };
    done.map_err(|error| error.to_string())
}

async fn add(State(db): State<Database>, Path(title): Path<String>) -> String {
    match checks::note(&title).insert(&db).await {
        Ok(note) => note.id.to_string(),
        Err(error) => error.to_string(),
    }
}

async fn titles(State(db): State<Database>) -> String {
    let titles = db.sql("SELECT title FROM note ORDER BY id").fetch_all::<String>().await;
    titles.map_or_else(|error| error.to_string(), |titles| titles.join(" "))
}

temps_plugin_sdk::main!(Entities);
