//! A Temps plugin that keeps notes in notebooks.
//!
//! | Route | Does |
//! |---|---|
//! | `GET`, `POST /notebooks` | all notebooks with the count of their notes; a new one |
//! | `GET`, `PATCH`, `DELETE /notebooks/{id}` | one; deleting takes its notes along |
//! | `POST /notebooks/{id}/merge` | moves all its notes into another one and deletes it, or does nothing |
//! | `GET`, `POST /notebooks/{id}/notes` | a page of its notes; a new one |
//! | `POST /notebooks/{id}/import` | many notes: all of them, or none |
//! | `GET`, `PATCH`, `DELETE /notes/{id}` | one note |
//! | `GET /search?q=` | notes that have all words, best first, with what was found |
//! | `GET`, `PATCH /settings` | the plugin's settings |
//!
//! [`store`] keeps it in `notes.db`, and knows nothing of HTTP; [`routes`] know nothing of SQL.

mod error;
mod routes;
mod store;
mod types;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use temps_plugin_sdk::prelude::*;

use crate::routes::{notebooks, notes, search, settings};
use crate::store::NoteStore;

#[derive(Default)]
struct NotesPlugin;

/// What all requests share.
struct AppState {
    store: NoteStore,
}

impl ExternalPlugin for NotesPlugin {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("notes", env!("CARGO_PKG_VERSION"))
            .display_name("Notes")
            .description("Keeps notes in notebooks.")
            .requires_db(false)
            .nav(NavEntry {
                label: "Notes".into(),
                icon: "notebook-pen".into(),
                section: NavSection::Platform,
                path: "/notes".into(),
                order: 60,
            })
            .build()
    }

    /// All that there is lies in the database, and what belongs together is written in one transaction.
    fn stateless(&self) -> bool {
        true
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let store = NoteStore::open(&ctx).await?;
        let state = Arc::new(AppState { store });
        Ok(Router::new()
            .route("/notebooks", get(notebooks::list).post(notebooks::create))
            .route("/notebooks/{id}", get(notebooks::show).patch(notebooks::rename).delete(notebooks::delete))
            .route("/notebooks/{id}/merge", post(notebooks::merge))
            .route("/notebooks/{id}/notes", get(notes::list).post(notes::create))
            .route("/notebooks/{id}/import", post(notes::import))
            .route("/notes/{id}", get(notes::show).patch(notes::update).delete(notes::delete))
            .route("/search", get(search::find))
            .route("/settings", get(settings::show).patch(settings::update))
            .with_state(state))
    }
}

temps_plugin_sdk::main!(NotesPlugin);
