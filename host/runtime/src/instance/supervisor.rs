//! Keeps one instance up: starts it, ends it with its cause in the log, settles its calls, and starts the next.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;
use wasmtime::component::GuestTaskId;
use wasmtime::{AsContextMut, Store};

use super::calls::Calls;
use super::cpu::CpuMeter;
use super::pending::CallError;
use super::serve::{Served, serve};
use super::watch::{Cancelled, blocked, held, init_overdue, stuck};
use super::{Failure, Job, Setup, State, new_store};
use crate::Component;
use crate::call::RouteTable;

/// The first wait of an instance that fails again before it did anything; then each doubles.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The longest wait during which requests are kept; beyond it they are answered at once.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where a plugin stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The first instance is being initialised.
    Starting,
    /// An instance has been initialised. It may be its successor's turn by now.
    Up,
    /// The first instance could not be initialised; there will be no other.
    Failed(Failure),
    /// `shutdown` has been called.
    Stopping,
    /// There is no instance, and there will be none.
    Stopped,
}

/// What the supervisor and those who send jobs have in common.
pub(crate) struct Shared {
    jobs: mpsc::UnboundedSender<Job>,
    phase: watch::Sender<Phase>,
    table: RwLock<Arc<RouteTable>>,
    generation: AtomicU64,
    /// Calls that ended in the present instance.
    pub(crate) ended: AtomicUsize,
    /// Requests and events that somebody waits for.
    pub(crate) waiting: AtomicUsize,
    pub(crate) calls: Arc<Calls>,
    pub(crate) cancelled: Cancelled,
    /// Ends an initialisation, which takes no jobs. [`Job::Stop`] goes with it.
    pub(crate) stop: CancellationToken,
}

impl Shared {
    pub(crate) fn new(jobs: mpsc::UnboundedSender<Job>) -> Self {
        Self {
            jobs,
            phase: watch::Sender::new(Phase::Starting),
            table: RwLock::default(),
            generation: AtomicU64::new(0),
            ended: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            calls: Arc::default(),
            cancelled: Cancelled::default(),
            stop: CancellationToken::new(),
        }
    }

    /// Hands a job over. False if the plugin has stopped.
    pub(crate) fn send(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }

    pub(crate) fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// Whether the first instance is still being initialised.
    pub(crate) fn is_starting(&self) -> bool {
        *self.phase.borrow() == Phase::Starting
    }

    pub(crate) fn table(&self) -> Arc<RouteTable> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// Whether somebody waits for the instance.
    pub(crate) fn is_busy(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn initialised(&self, table: RouteTable) {
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
        self.phase.send_replace(Phase::Up);
    }

    pub(crate) fn stopping(&self) {
        self.phase.send_replace(Phase::Stopping);
    }

    /// Waits until there is no instance any more.
    pub(crate) async fn ended(&self) {
        let mut phase = self.phase();
        let over = phase.wait_for(|phase| matches!(phase, Phase::Stopped | Phase::Failed(_)));
        // The sender lives in `self`: the wait ends with the phase, not with an error.
        drop(over.await);
    }
}

/// How an instance came to its end.
enum End {
    Stopped,
    Failed { failure: Failure, culprits: Vec<GuestTaskId> },
}

/// Runs instances of `component` one after the other until a job says stop.
pub(crate) async fn supervise(component: Component, setup: Setup, shared: Arc<Shared>, mut jobs: mpsc::UnboundedReceiver<Job>) {
    let mut wait = Duration::ZERO;
    loop {
        shared.generation.fetch_add(1, Ordering::Relaxed);
        shared.ended.store(0, Ordering::Relaxed);
        let mut store = new_store(component.engine(), &setup, &shared.calls);
        let end = run(&mut store, &component, &shared, &mut jobs).await;
        let End::Failed { failure, culprits } = end else {
            break;
        };
        // The first one's failure is the start's, which tells it.
        if !shared.is_starting() {
            tracing::error!(
                cause = %failure,
                hint = failure.hint(),
                backtrace = failure.backtrace(),
                generation = shared.generation(),
                "the plugin's instance failed"
            );
        }
        store.data_mut().pending.fail_all(&failure, &culprits);
        shared.cancelled.clear();
        drop(store);
        if let Some(databases) = &setup.databases {
            databases.renew();
        }
        if shared.is_starting() {
            shared.phase.send_replace(Phase::Failed(failure));
            break;
        }
        let did_something = shared.ended.load(Ordering::Relaxed) > 0;
        wait = if did_something { Duration::ZERO } else { longer(wait, limit(&component)) };
        if !back_off(wait, &mut jobs).await {
            break;
        }
    }
    if !matches!(*shared.phase.borrow(), Phase::Failed(_)) {
        shared.phase.send_replace(Phase::Stopped);
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        refuse(job, &CallError::Stopped);
    }
}

fn limit(component: &Component) -> Duration {
    component.engine().limits().restart_wait()
}

/// The wait after one that did not help, no longer than `longest`, which may be shorter than the first.
fn longer(wait: Duration, longest: Duration) -> Duration {
    wait.saturating_mul(2).max(FIRST_WAIT).min(longest)
}

/// Waits before the next instance. Requests are kept during a short wait and refused during a long one. False if told to stop.
async fn back_off(wait: Duration, jobs: &mut mpsc::UnboundedReceiver<Job>) -> bool {
    if wait.is_zero() {
        return true;
    }
    tracing::warn!(wait = %humantime::format_duration(wait), "the plugin keeps failing: its next instance waits");
    let timer = tokio::time::sleep(wait);
    if wait <= PATIENCE {
        timer.await;
        return true;
    }
    tokio::pin!(timer);
    loop {
        tokio::select! {
            () = &mut timer => return true,
            job = jobs.recv() => match job {
                None | Some(Job::Stop) => return false,
                Some(job) => refuse(job, &CallError::BackingOff),
            },
        }
    }
}

fn refuse(job: Job, error: &CallError) {
    match job {
        Job::Request(job) => drop(job.reply.send(Err(error.clone()))),
        Job::Event(job) => drop(job.reply.send(Err(error.clone()))),
        // Their senders see a closed channel.
        Job::Ping(_) | Job::Enter(_) | Job::Stats(_) | Job::Stop => {}
    }
}

/// One instance, from its start to its end.
async fn run(
    store: &mut Store<State>,
    component: &Component,
    shared: &Arc<Shared>,
    jobs: &mut mpsc::UnboundedReceiver<Job>,
) -> End {
    let limits = component.engine().limits();
    let cpu = CpuMeter::default();
    cpu.install(store, limits.cpu_budget());
    let asked_platform = store.data().platform_called();
    let up = Notify::new();
    let outcome = {
        let event_loop = cpu.watch(component.engine(), async {
            let plugin = component.pre().instantiate_async(&mut *store).await?;
            store.run_concurrent(async |store| serve(store, &plugin, jobs, shared, &cpu, &up).await).await?
        });
        let watch = async {
            tokio::select! {
                failure = init_overdue(&asked_platform, limits) => failure,
                // Until then nobody reads the pings.
                () = up.notified() => held(shared, limits).await,
            }
        };
        tokio::select! {
            served = event_loop => served,
            failure = watch => return failed(store, failure),
            failure = blocked(shared, limits) => return failed(store, failure),
            failure = stuck(shared, limits) => return failed(store, failure),
            failure = shutdown_overdue(shared, limits.shutdown_time()) => {
                tracing::warn!(cause = %failure, "the plugin did not shut down");
                return End::Stopped;
            }
        }
    };
    match outcome {
        Ok(Served::Stopped) => End::Stopped,
        Ok(Served::NotInitialised(words)) => End::Failed { failure: Failure::Init(words), culprits: Vec::new() },
        Err(error) => {
            let failure = Failure::of_trap(error, store.data());
            failed(store, failure)
        }
    }
}

/// The failure, with the guest's tasks that were running when it came.
fn failed(store: &mut Store<State>, failure: Failure) -> End {
    let culprits = store.as_context_mut().async_call_stack().map(Iterator::collect).unwrap_or_default();
    End::Failed { failure, culprits }
}

/// Resolves when `shutdown` has taken too long.
async fn shutdown_overdue(shared: &Shared, limit: Duration) -> Failure {
    let mut phase = shared.phase();
    // The sender lives in `shared`: the wait ends with the phase, not with an error.
    drop(phase.wait_for(|phase| *phase == Phase::Stopping).await);
    tokio::time::sleep(limit).await;
    Failure::TimedOut { what: "shutdown", limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(longest: Duration) -> Vec<u128> {
        let next = |wait: &Duration| Some(longer(*wait, longest));
        std::iter::successors(next(&Duration::ZERO), next).take(5).map(|wait| wait.as_millis()).collect()
    }

    #[test]
    fn a_wait_grows_to_the_longest() {
        assert_eq!(waits(Duration::from_millis(400)), [100, 200, 400, 400, 400]);
        assert_eq!(waits(Duration::from_millis(399)), [100, 200, 399, 399, 399]);
        assert_eq!(waits(Duration::from_millis(50)), [50, 50, 50, 50, 50]);
        assert_eq!(waits(Duration::MAX).last(), Some(&1600));
    }
}
