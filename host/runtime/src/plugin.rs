//! A running plugin, as the launcher's server and channel see it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, HeaderValue};
use http::{Request, Response, StatusCode, request};
use http_body::Body;
use temps_plugin_protocol::PluginEvent;
use tokio::sync::{Semaphore, TryAcquireError, mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use crate::call::{Answer, BodyError, Caller, CancelGuard, GuestBody, Lookup, RequestBody, RequestHead, problem};
use crate::instance::{
    AtWork, CallError, CallProgress, EventJob, Failure, Job, Outcome, Phase, RequestJob, Setup, Shared, supervise,
};
use crate::{Component, Limits};

/// When a client that was turned away should come back: 1 s. A new instance is up long before.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// When a client should come back to a plugin that keeps failing: 30 s, its longest wait by default.
const RETRY_AFTER_BACK_OFF: Duration = Duration::from_secs(30);

/// Why a plugin did not come up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// The guest failed.
    #[error("the plugin failed while it was initialised: {0}")]
    Guest(Failure),
    /// It was stopped first.
    #[error("the plugin was stopped while it was initialised")]
    Stopped,
}

/// Why an event was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// The plugin's handler returned an error.
    #[error("the plugin did not take it: {0}")]
    Refused(String),
    /// The plugin's instance failed under it.
    #[error("{0}")]
    Failed(String),
    /// The plugin was not asked: it keeps failing, or is stopping.
    #[error("{0}")]
    NotAsked(String),
    /// The handler did not return in time.
    #[error("the plugin did not return within {}", humantime::format_duration(*.0))]
    TimedOut(Duration),
}

/// What an instance holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Which instance it is, from 1.
    pub instance: u64,
    /// Bytes of linear memory.
    pub memory: usize,
    /// Calls that the guest has not answered.
    pub calls: usize,
    /// Tasks, streams, futures and waits of the component model.
    pub concurrent_entries: usize,
    /// Host resources of wasi.
    pub resources: usize,
}

/// A running plugin, or one of several instances of it. Clones speak to the same one.
#[derive(Clone)]
pub struct Plugin {
    shared: Arc<Shared>,
    limits: Arc<Limits>,
    in_flight: Arc<Semaphore>,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Plugin {
    /// Starts the plugin on the current tokio runtime. Its initialisation begins at once; requests and events wait for it.
    #[must_use]
    pub fn start(component: &Component, setup: Setup) -> Self {
        let limits = Arc::new(component.engine().limits().clone());
        let in_flight = Arc::new(Semaphore::new(limits.in_flight()));
        Self::start_with(component, setup, limits, in_flight)
    }

    /// Starts another instance beside this one on the current tokio runtime, which may be another thread's. It fails, restarts and stops by
    /// itself; the requests in flight are counted together. Whether the plugin is made for that is the caller's to know.
    #[must_use]
    pub fn start_beside(&self, component: &Component, setup: Setup) -> Self {
        Self::start_with(component, setup, Arc::clone(&self.limits), Arc::clone(&self.in_flight))
    }

    fn start_with(component: &Component, setup: Setup, limits: Arc<Limits>, in_flight: Arc<Semaphore>) -> Self {
        let (sender, jobs) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::new(sender));
        tokio::spawn(supervise(component.clone(), setup, Arc::clone(&shared), jobs));
        Self { shared, limits, in_flight }
    }

    /// Waits until the first instance is initialised.
    ///
    /// # Errors
    ///
    /// [`InitError`] if that failed, after which the plugin does not run.
    pub async fn initialised(&self) -> Result<(), InitError> {
        let mut phase = self.shared.phase();
        let reached = phase.wait_for(|phase| *phase != Phase::Starting).await;
        match reached.as_deref() {
            Ok(Phase::Up | Phase::Starting) => Ok(()),
            Ok(Phase::Failed(failure)) => Err(InitError::Guest(failure.clone())),
            Ok(Phase::Stopping | Phase::Stopped) | Err(_) => Err(InitError::Stopped),
        }
    }

    /// Answers a request. What goes wrong is an answer too: 404 and 405 by the route table, 500 for a request that made the guest
    /// fail or whose response is not valid, 503 if the guest cannot take it, 504 if it takes too long.
    ///
    /// Dropping the future, or the body of the answer before its end, cancels what the guest does for the request.
    ///
    /// `caller` is who it comes from, for the guest. Whoever names one answers for it: nothing here checks it.
    pub async fn handle<B>(&self, request: Request<B>, caller: Option<Arc<Caller>>) -> Response<GuestBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        let permit = match Arc::clone(&self.in_flight).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
                let limit = self.limits.in_flight();
                tracing::warn!(limit, "too many requests in flight: one is turned away");
                return problem(StatusCode::SERVICE_UNAVAILABLE, "Too many requests are under way.", Some(RETRY_AFTER));
            }
        };
        let arrived = Instant::now();
        let deadline = arrived + self.limits.first_byte();
        let caller = caller.map(|caller| (caller, arrived + self.limits.actor_time()));
        if self.shared.is_starting() && timeout_at(deadline, self.initialised()).await.is_err() {
            return self.too_late(request.method(), request.uri().path());
        }
        let (parts, body) = request.into_parts();
        if let Some(answer) = self.answer_by_table(&parts) {
            return answer;
        }
        let body = match timeout_at(deadline, RequestBody::of(body, &parts.headers, self.limits.inline_body())).await {
            Ok(Ok(body)) => body,
            Err(_) => return problem(StatusCode::REQUEST_TIMEOUT, "The request's body did not come in time.", None),
            Ok(Err(error)) => {
                tracing::debug!(error, "a request's body broke off");
                return problem(StatusCode::BAD_REQUEST, "The request's body broke off.", None);
            }
        };
        // What may be sent twice without a difference (RFC 9110, 9.2.2).
        let second = parts.method.is_idempotent().then(|| body.again()).flatten();
        let _waiting = Waiting::new(&self.shared);
        let mut turn = self.ask(&parts, caller.clone(), body, permit);
        let mut outcome = timeout_at(deadline, turn.wait()).await;
        if let (Ok(Err(CallError::Bystander(_))), Some(body)) = (&outcome, second)
            && let Ok(permit) = Arc::clone(&self.in_flight).try_acquire_owned()
        {
            turn = self.ask(&parts, caller, body, permit);
            outcome = timeout_at(deadline, turn.wait()).await;
        }
        match outcome {
            Ok(Ok(answer)) => self.send(parts, answer, turn.guard),
            Ok(Err(error)) => {
                turn.guard.disarm();
                self.refuse(&parts, &error)
            }
            Err(_) => self.too_late(&parts.method, parts.uri.path()),
        }
    }

    fn answer_by_table(&self, parts: &request::Parts) -> Option<Response<GuestBody>> {
        let table = self.shared.table();
        let path = parts.uri.path();
        match table.lookup(&parts.method, path) {
            Lookup::Guest(None) => None,
            Lookup::Guest(Some(pattern)) => {
                tracing::debug!(method = %parts.method, route = pattern, "request");
                None
            }
            Lookup::NotFound => Some(problem(StatusCode::NOT_FOUND, "The plugin has no such route.", None)),
            Lookup::NotAllowed { allow } => {
                let mut answer = problem(StatusCode::METHOD_NOT_ALLOWED, "The route does not take this method.", None);
                if let Ok(allow) = HeaderValue::try_from(allow) {
                    answer.headers_mut().insert(ALLOW, allow);
                }
                Some(answer)
            }
        }
    }

    /// Gives the guest a request.
    fn ask(
        &self,
        parts: &request::Parts,
        caller: Option<(Arc<Caller>, Instant)>,
        body: RequestBody,
        permit: tokio::sync::OwnedSemaphorePermit,
    ) -> Turn {
        let (reply, answer) = oneshot::channel();
        let progress = Arc::new(CallProgress::default());
        let id = self.shared.calls.add(Arc::clone(&progress));
        let guard = CancelGuard::new(Some(id), Arc::clone(&progress), Arc::clone(&self.shared));
        let job = RequestJob { head: RequestHead::new(parts), caller, body, id, at_work: AtWork(progress), permit, reply };
        // A plugin that has stopped drops the job, which `wait` sees.
        self.shared.send(Job::Request(Box::new(job)));
        Turn { answer, guard }
    }

    fn send(&self, parts: request::Parts, answer: Answer, guard: CancelGuard) -> Response<GuestBody> {
        let request::Parts { method, uri, headers, .. } = parts;
        answer.into_response(&self.limits, guard, headers).unwrap_or_else(|error| {
            tracing::error!(%method, path = uri.path(), %error, "the plugin's response is not valid");
            problem(StatusCode::INTERNAL_SERVER_ERROR, "The plugin's response is not valid.", None)
        })
    }

    fn refuse(&self, parts: &request::Parts, error: &CallError) -> Response<GuestBody> {
        let path = parts.uri.path();
        let (status, detail, after) = match error {
            CallError::AtFault(failure) => {
                tracing::error!(method = %parts.method, path, cause = %failure, "the request made the plugin fail");
                (StatusCode::INTERNAL_SERVER_ERROR, "The plugin failed.", None)
            }
            CallError::Bystander(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The plugin failed meanwhile; the request may have been worked on.",
                Some(RETRY_AFTER),
            ),
            CallError::BackingOff => (StatusCode::SERVICE_UNAVAILABLE, "The plugin keeps failing.", Some(RETRY_AFTER_BACK_OFF)),
            CallError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "The plugin has stopped.", Some(RETRY_AFTER)),
        };
        tracing::debug!(method = %parts.method, path, %error, status = status.as_u16(), "request not answered by the plugin");
        problem(status, detail, after)
    }

    fn too_late(&self, method: &http::Method, path: &str) -> Response<GuestBody> {
        let limit = humantime::format_duration(self.limits.first_byte());
        tracing::warn!(%method, path, %limit, "the plugin did not answer in time");
        problem(StatusCode::GATEWAY_TIMEOUT, "The plugin did not answer in time.", None)
    }

    /// Hands an event over and waits until the plugin has taken it. `attempt` counts the deliveries of this event, from 1. Dropping the
    /// future cancels what the guest does for it.
    ///
    /// # Errors
    ///
    /// [`DeliverError`] if it did not; it may all the same have acted on the event.
    pub async fn deliver(&self, event: &PluginEvent, attempt: u32) -> Result<(), DeliverError> {
        let limit = self.limits.event_time();
        if self.initialised().await.is_err() {
            return Err(DeliverError::NotAsked(CallError::Stopped.to_string()));
        }
        let (reply, taken) = oneshot::channel();
        let progress = Arc::new(CallProgress::default());
        let guard = CancelGuard::new(None, Arc::clone(&progress), Arc::clone(&self.shared));
        let _waiting = Waiting::new(&self.shared);
        let job = EventJob { event: event.clone(), attempt, at_work: AtWork(progress), reply };
        self.shared.send(Job::Event(Box::new(job)));
        let outcome = match timeout(limit, taken).await {
            Ok(outcome) => outcome.unwrap_or(Err(CallError::Stopped)),
            // The guard tells the guest.
            Err(_) => return Err(DeliverError::TimedOut(limit)),
        };
        guard.disarm();
        match outcome {
            Ok(Ok(())) => Ok(()),
            Ok(Err(words)) => Err(DeliverError::Refused(words)),
            Err(error @ (CallError::BackingOff | CallError::Stopped)) => Err(DeliverError::NotAsked(error.to_string())),
            Err(error @ (CallError::AtFault(_) | CallError::Bystander(_))) => Err(DeliverError::Failed(error.to_string())),
        }
    }

    /// Stops the plugin: `lifecycle.shutdown` runs, within its time limit, and the instance ends. One that is still being initialised
    /// ends at once, without `shutdown`. Requests that are still under way end with 503; whoever stops a plugin waits for them first.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        self.shared.send(Job::Stop);
        self.shared.ended().await;
    }

    /// What the instance holds now. None if the plugin has stopped.
    pub async fn stats(&self) -> Option<Stats> {
        let (reply, stats) = oneshot::channel();
        self.shared.send(Job::Stats(reply));
        stats.await.ok()
    }
}

/// A request that the guest works on.
struct Turn {
    answer: oneshot::Receiver<Outcome<Answer>>,
    guard: CancelGuard,
}

impl Turn {
    async fn wait(&mut self) -> Outcome<Answer> {
        (&mut self.answer).await.unwrap_or(Err(CallError::Stopped))
    }
}

/// Counts somebody who waits for the instance.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.waiting.fetch_add(1, Ordering::Relaxed);
        Self(shared)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
