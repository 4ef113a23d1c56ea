//! The routes that both sides have, with the same code.

mod bodies;
mod hello;
mod items;
mod projects;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use items::{Db, seed};
pub use projects::Projects;

/// What the routes use.
pub struct State<C, P> {
    pub db: C,
    pub projects: P,
}

/// All routes.
pub fn router<C: Db, P: Projects>(state: State<C, P>) -> Router {
    Router::new()
        .route("/hello/{id}", get(hello::by_id))
        .route("/items/{id}", get(items::by_id::<C, P>))
        .route("/items", get(items::twenty::<C, P>).post(items::insert::<C, P>))
        .route("/ten", post(items::ten::<C, P>))
        .route("/echo", post(bodies::echo))
        .route("/stream", get(bodies::stream))
        .route("/project/{id}", get(projects::by_id::<C, P>))
        .with_state(Arc::new(state))
}
