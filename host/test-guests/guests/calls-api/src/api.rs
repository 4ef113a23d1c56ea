use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use temps_plugin_sdk::api::{ApiResponse, Form};
use temps_plugin_sdk::prelude::*;
use temps_plugin_sdk::time::sleep;

use crate::App;

/// An answer or error, as tests look for it.
fn shown(answer: Result<ApiResponse, ApiError>) -> String {
    match answer {
        Ok(answer) => format!("{} {}", answer.status().as_u16(), answer.text()),
        Err(error) => format!("{error:?}: {error}"),
    }
}

pub(crate) async fn read(
    State(app): App,
    caller: AuthenticatedCaller,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
) -> String {
    let call = app.ctx.api_for(&caller).get(format!("/{path}"));
    let call = match query {
        Some(value) => call.query(&[("q", value)]),
        None => call,
    };
    shown(call.send().await)
}

/// Calls after a while, still within the request.
pub(crate) async fn after(State(app): App, caller: AuthenticatedCaller, Path(ms): Path<u64>) -> String {
    sleep(Duration::from_millis(ms)).await;
    shown(app.ctx.api_for(&caller).get("/after").send().await)
}

/// Calls after a while, with the request long answered.
pub(crate) async fn later(State(app): App, caller: AuthenticatedCaller, Path(ms): Path<u64>) {
    temps_plugin_sdk::spawn(async move {
        sleep(Duration::from_millis(ms)).await;
        let answer = app.ctx.api_for(&caller).get("/later").send().await;
        *app.later.lock().await = Some(shown(answer));
    });
}

/// A JSON text of so many bytes.
pub(crate) async fn json(State(app): App, caller: AuthenticatedCaller, Path(bytes): Path<usize>) -> String {
    let text = "x".repeat(bytes - 2);
    shown(app.ctx.api_for(&caller).post("/json").json(&text).send().await)
}

/// A form with so many bytes in its parts.
pub(crate) async fn form(State(app): App, caller: AuthenticatedCaller, Path(bytes): Path<usize>) -> String {
    let form = Form::new().text("title", "ü").bytes("file", "f.bin", "application/octet-stream", vec![0xa5; bytes - 2]);
    shown(app.ctx.api_for(&caller).put("/form").multipart(form).send().await)
}

/// So many calls at once.
pub(crate) async fn many(State(app): App, caller: AuthenticatedCaller, Path(calls): Path<usize>) -> String {
    let api = app.ctx.api_for(&caller);
    let answers = futures::future::join_all((0..calls).map(|n| api.get(format!("/{n}")).send())).await;
    answers.into_iter().map(shown).collect::<Vec<_>>().join("\n")
}
