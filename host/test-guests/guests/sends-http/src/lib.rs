//! Sends requests with the SDK's client: what it gets, in pieces or whole; what it is sent, as a stream; and what went wrong.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use temps_plugin_sdk::http::redirect::Policy;
use temps_plugin_sdk::http::{Body as Upload, Client, Error};
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Sender;

#[derive(Deserialize)]
struct Target {
    url: String,
}

impl ExternalPlugin for Sender {
    fn manifest(&self) -> PluginManifest {
        PluginManifest::builder("sends-http", "0.1.0").network("http://93.184.216.34", "to be tested").build()
    }

    async fn router(&self, _: PluginContext) -> Result<Router, StartError> {
        Ok(Router::new()
            .route("/get", get(whole))
            .route("/pass", get(pass))
            .route("/pass", post(upload))
            .route("/unfollowed", get(unfollowed))
            .route("/soon", get(soon)))
    }
}

async fn whole(Query(target): Query<Target>) -> String {
    let got = async {
        let client = Client::builder().user_agent("sender/1").build()?;
        let response = client.get(target.url).send().await?.error_for_status()?;
        let url = response.url().to_owned();
        Ok(format!("{url} {}", response.text().await?))
    };
    got.await.unwrap_or_else(|error| words(&error))
}

/// Passes a body on as it comes.
async fn pass(Query(target): Query<Target>) -> Response {
    match Client::new().get(target.url).send().await {
        Ok(response) => Body::from_stream(response.bytes_stream()).into_response(),
        Err(error) => words(&error).into_response(),
    }
}

async fn upload(Query(target): Query<Target>, body: Body) -> Response {
    let body = Upload::wrap_stream(body.into_data_stream());
    match Client::new().post(target.url).body(body).send().await {
        Ok(response) => Body::from_stream(response.bytes_stream()).into_response(),
        Err(error) => words(&error).into_response(),
    }
}

async fn unfollowed(Query(target): Query<Target>) -> String {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    match client.get(target.url).send().await {
        Ok(response) => format!("{} {:?}", response.status(), response.headers().get("location")),
        Err(error) => words(&error),
    }
}

async fn soon(Query(target): Query<Target>) -> String {
    match Client::new().get(target.url).timeout(Duration::from_millis(100)).send().await {
        Ok(response) => response.status().to_string(),
        Err(error) => words(&error),
    }
}

fn words(error: &Error) -> String {
    let kinds = [
        ("denied", error.is_denied()),
        ("connect", error.is_connect()),
        ("lost", error.is_lost()),
        ("timeout", error.is_timeout()),
        ("status", error.is_status()),
    ];
    let kinds: Vec<_> = kinds.into_iter().filter_map(|(kind, is)| is.then_some(kind)).collect();
    format!("{}: {error}", kinds.join("+"))
}

temps_plugin_sdk::main!(Sender);
