use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use temps_plugin_sdk::{spawn, time};
use tokio::sync::Mutex;

use crate::AppState;
use crate::error::{AppError, at_most};

/// The most steps of a job: a thousand take 50 s.
const MAX_STEPS: u64 = 1_000;

/// The most jobs that run at once. They share one thread.
const MAX_RUNNING: usize = 32;

/// The most jobs that are remembered, those that run included. The oldest finished one makes room for the next.
const MAX_REMEMBERED: usize = 256;

/// How long a step takes.
const STEP: Duration = Duration::from_millis(50);

/// The jobs of this instance. They end with it.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    by_id: Mutex<BTreeMap<u64, Progress>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    id: u64,
    done: u64,
    steps: u64,
    finished: bool,
}

impl Jobs {
    /// Registers a job that has done nothing yet.
    async fn begin(&self, steps: u64) -> Result<Progress, AppError> {
        let mut jobs = self.by_id.lock().await;
        let running = jobs.values().filter(|job| !job.finished).count();
        if running >= MAX_RUNNING {
            return Err(AppError::TooManyJobs(running));
        }
        if jobs.len() >= MAX_REMEMBERED
            && let Some(oldest) = jobs.values().find(|job| job.finished).map(|job| job.id)
        {
            jobs.remove(&oldest);
        }
        let id = jobs.last_key_value().map_or(1, |(last, _)| last + 1);
        let progress = Progress { id, done: 0, steps, finished: steps == 0 };
        jobs.insert(id, progress);
        Ok(progress)
    }

    async fn run(&self, id: u64, steps: u64) {
        for _ in 0..steps {
            time::sleep(STEP).await;
            if let Some(job) = self.by_id.lock().await.get_mut(&id) {
                job.done += 1;
                job.finished = job.done == job.steps;
            }
        }
    }

    async fn progress(&self, id: u64) -> Result<Progress, AppError> {
        self.by_id.lock().await.get(&id).copied().ok_or(AppError::NoSuchJob(id))
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewJob {
    steps: u64,
}

/// Starts a job and answers at once.
pub(crate) async fn start(
    State(state): State<Arc<AppState>>,
    Json(NewJob { steps }): Json<NewJob>,
) -> Result<(StatusCode, Json<Progress>), AppError> {
    let steps = at_most("steps", steps, MAX_STEPS)?;
    let progress = state.jobs.begin(steps).await?;
    let jobs = state.jobs.clone();
    spawn(async move { jobs.run(progress.id, steps).await });
    Ok((StatusCode::ACCEPTED, Json(progress)))
}

pub(crate) async fn progress(State(state): State<Arc<AppState>>, Path(id): Path<u64>) -> Result<Json<Progress>, AppError> {
    Ok(Json(state.jobs.progress(id).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use temps_plugin_sdk::testing::TestPlugin;

    use super::*;
    use crate::HelloPlugin;

    async fn post(plugin: &TestPlugin, steps: u64) -> (StatusCode, Value) {
        let response = plugin.post_json("/jobs", &NewJob { steps }).await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    async fn get(plugin: &TestPlugin, id: u64) -> Value {
        plugin.get(&format!("/jobs/{id}")).await.unwrap().json().await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_goes_on_after_the_response() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let begun = json!({ "id": 1, "done": 0, "steps": 2, "finished": false });
        assert_eq!(post(&plugin, 2).await, (StatusCode::ACCEPTED, begun.clone()));
        assert_eq!(get(&plugin, 1).await, begun);
        // A little more than a step, so that the job's own timer comes first.
        time::sleep(STEP + STEP / 2).await;
        assert_eq!(get(&plugin, 1).await, json!({ "id": 1, "done": 1, "steps": 2, "finished": false }));
        time::sleep(STEP).await;
        assert_eq!(get(&plugin, 1).await, json!({ "id": 1, "done": 2, "steps": 2, "finished": true }));
    }

    #[tokio::test]
    async fn a_job_that_is_not_there() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        let response = plugin.get("/jobs/7").await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.text().await.unwrap(), r#"{"error":"there is no job 7"}"#);
    }

    #[tokio::test(start_paused = true)]
    async fn the_limits_hold_at_their_boundaries() {
        let plugin = TestPlugin::start::<HelloPlugin>().await.unwrap();
        assert_eq!(post(&plugin, MAX_STEPS + 1).await.0, StatusCode::BAD_REQUEST);
        for _ in 0..MAX_RUNNING {
            assert_eq!(post(&plugin, MAX_STEPS).await.0, StatusCode::ACCEPTED);
        }
        assert_eq!(post(&plugin, 1).await.0, StatusCode::TOO_MANY_REQUESTS);
    }

    #[tokio::test]
    async fn the_oldest_finished_job_makes_room() {
        let jobs = Jobs::default();
        let first = jobs.begin(1).await.unwrap().id;
        for _ in 1..MAX_REMEMBERED {
            jobs.begin(0).await.unwrap();
        }
        assert!(jobs.progress(first + 1).await.is_ok());
        jobs.begin(0).await.unwrap();
        assert!(jobs.progress(first).await.is_ok(), "the first one is still running");
        assert!(jobs.progress(first + 1).await.is_err());
    }
}
