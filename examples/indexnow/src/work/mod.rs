//! What is done in the background: scans and submissions, one of each at a time. What is due lies in the database, so that it goes on after a restart.

mod scans;
mod submissions;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use temps_plugin_sdk::{spawn, time};
use tokio::sync::Notify;

use crate::AppState;
use crate::store::StoreError;

/// After a database that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Looks at what is due at least this often: the clock may have been set.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Begins to do what is due, and goes on as long as the plugin runs.
pub(crate) fn start(app: &Arc<AppState>) {
    let state = app.clone();
    drop(spawn(async move { forever(&state.scans, || scans::do_next(&state)).await }));
    let state = app.clone();
    drop(spawn(async move { forever(&state.submissions, || submissions::do_next(&state)).await }));
}

/// What is next.
enum Next {
    /// Something was done, and there may be more.
    More,
    /// Nothing is due before then.
    At(Option<DateTime<Utc>>),
}

async fn forever<F: Future<Output = Result<Next, StoreError>>>(new_work: &Notify, do_next: impl Fn() -> F) {
    loop {
        let pause = match do_next().await {
            Ok(Next::More) => continue,
            Ok(Next::At(at)) => at.map_or(LONGEST_WAIT, |at| (at - Utc::now()).to_std().unwrap_or_default().min(LONGEST_WAIT)),
            Err(error) => {
                tracing::error!(error = &error as &(dyn std::error::Error + 'static), "background work failed");
                AFTER_FAILURE
            }
        };
        // Woken, or late: there is a look at what is due either way.
        let _woken = time::timeout(pause, new_work.notified()).await;
    }
}
