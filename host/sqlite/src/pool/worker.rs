use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::lost::Underway;
use super::stack::{self, Stack};
use super::{Lease, Told, Turns};
use crate::connection::{Opener, Session, Side, Statement, Watch};
use crate::error::seconds;
use crate::settings::GRACE;
use crate::{Error, Settings};

/// Held by each thread until its connection is closed; closing waits for all of them.
pub(crate) type Alive = tokio::sync::mpsc::Sender<()>;

type Job = Box<dyn FnOnce(&mut Session) + Send>;

/// A number for a job, worker or transaction, unique in the process. 0 is none.
pub(crate) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A thread with a connection on it. Clones speak to the same one; it ends when all are gone.
#[derive(Clone)]
pub(crate) struct Worker {
    number: u64,
    /// Locked by the thread while it works, and by who runs a quick statement himself.
    session: Arc<Mutex<Session>>,
    jobs: Sender<Job>,
    watch: Arc<Watch>,
    /// False once the thread takes no more jobs.
    alive: Arc<AtomicBool>,
    /// A job's time, beyond which its caller is answered whatever the thread does.
    patience: Duration,
    told: Told,
}

impl Worker {
    /// Starts a thread, and opens a connection on it.
    pub(super) async fn spawn(opener: Opener, side: Side, home: Weak<Turns>, alive: Alive, told: Told) -> Result<Self, Error> {
        let number = next_number();
        let (sender, jobs) = channel();
        let (opened, is_open) = oneshot::channel();
        let watch = Arc::new(Watch::default());
        let running = Arc::new(AtomicBool::new(true));
        let patience = opener.settings.transaction_time().max(opener.settings.statement_time());
        let thread = Thread {
            number,
            jobs,
            watch: Arc::clone(&watch),
            alive: Arc::clone(&running),
            idle: idle(side, &opener.settings),
            home,
        };
        let label = opener.label.clone();
        std::thread::Builder::new()
            .name(format!("sqlite {label}"))
            .stack_size(stack::BYTES)
            .spawn(move || {
                let stack = Stack::of_this_thread();
                match opener.open(side, Arc::clone(&thread.watch)) {
                    Ok(session) => {
                        let session = Arc::new(Mutex::new(session));
                        // Whoever opens may have gone; then there is no job either.
                        drop(opened.send(Ok(Arc::clone(&session))));
                        thread.work(&session, &stack);
                    }
                    Err(error) => drop(opened.send(Err(error))),
                }
                drop(alive);
            })
            .map_err(|error| Error::Other(format!("no thread for the database `{label}`: {error}")))?;
        match is_open.await {
            Ok(Ok(session)) => Ok(Self { number, session, jobs: sender, watch, alive: running, patience, told }),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(gone()),
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Acquire)
    }

    /// Runs a statement: on the caller's thread if it is quick, or else as [`run`](Self::run) does. `held` is dropped before the answer is
    /// there.
    pub(crate) async fn run_statement<T: Send + 'static>(
        &self,
        statement: Arc<Statement>,
        held: impl Send + 'static,
        work: impl Fn(&mut Session, &Statement) -> T + Send + 'static,
    ) -> Result<T, Error> {
        if let Some(done) = self.try_quickly(&statement, &work) {
            drop(held);
            // So that who only runs quick statements lets others have their turn too.
            tokio::task::consume_budget().await;
            return Ok(done);
        }
        self.run(move |session| {
            let done = session.timed(&statement, work);
            drop(held);
            done
        })
        .await
    }

    /// Runs a statement on the caller's thread, if that takes no more than a moment. It never waits.
    fn try_quickly<T>(&self, statement: &Statement, work: impl FnOnce(&mut Session, &Statement) -> T) -> Option<T> {
        let mut session = match self.session.try_lock() {
            Ok(session) => session,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let done = session.try_quickly(statement, work);
        self.watch.end();
        done
    }

    /// Runs `work` on the connection. Dropping the future interrupts it.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if the work neither ends nor stops in time.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Session) -> T + Send + 'static) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = next_number();
        let underway = self.told.begin(job);
        let ends = underway.clone();
        self.send_as(job, move |session| {
            let done = work(session);
            ends.end();
            drop(reply.send(done));
        })?;
        let _given_up = GivenUp { watch: &self.watch, job, underway };
        let limit = self.patience + GRACE;
        match timeout(limit, answer).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) => Err(gone()),
            Err(_) => {
                tracing::error!("a statement cannot be interrupted: its connection is lost until it ends");
                Err(Error::Interrupted(format!("the statement ran for more than {}", seconds(limit))))
            }
        }
    }

    /// Has `work` done after the jobs before it, whether anybody waits for it or not.
    pub(crate) fn send(&self, work: impl FnOnce(&mut Session) + Send + 'static) -> Result<u64, Error> {
        let job = next_number();
        self.send_as(job, work).map(|()| job)
    }

    fn send_as(&self, job: u64, work: impl FnOnce(&mut Session) + Send + 'static) -> Result<(), Error> {
        let watch = Arc::clone(&self.watch);
        let work: Job = Box::new(move |session| {
            watch.begin(job);
            work(session);
            watch.end();
        });
        self.jobs.send(work).map_err(|_| gone())
    }
}

fn gone() -> Error {
    Error::Other("the database's thread is gone".to_owned())
}

/// The one that writes stays: opening it again would cost every first write.
fn idle(side: Side, settings: &Settings) -> Option<Duration> {
    match side {
        Side::Writer => None,
        Side::Reader => Some(settings.reader_idle()),
    }
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Interrupts a job that nobody waits for. One that has ended is not bothered.
struct GivenUp<'a> {
    watch: &'a Watch,
    job: u64,
    underway: Underway,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        self.watch.cancel(self.job);
        self.underway.tell();
    }
}

/// A transaction, seen by its owner and by the thread that ends it when its time is over.
#[derive(Debug, Default)]
pub(crate) struct OpenTransaction {
    lease: Mutex<Option<Lease>>,
}

impl OpenTransaction {
    pub(crate) fn new(lease: Lease) -> Self {
        Self { lease: Mutex::new(Some(lease)) }
    }

    /// The thread that it is open on. None if it is over.
    pub(crate) fn worker(&self) -> Option<Worker> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|lease| lease.worker().clone())
    }

    /// It is over: the connection is the next one's.
    pub(crate) fn end(&self) {
        let lease = self.lease.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(lease);
    }
}

/// The thread's own side.
struct Thread {
    number: u64,
    jobs: Receiver<Job>,
    watch: Arc<Watch>,
    alive: Arc<AtomicBool>,
    /// How long it waits for work before it ends.
    idle: Option<Duration>,
    home: Weak<Turns>,
}

impl Thread {
    fn work(self, session: &Mutex<Session>, stack: &Stack) {
        let _ended = Ended(Arc::clone(&self.alive));
        let lock = || -> MutexGuard<'_, Session> { session.lock().unwrap_or_else(PoisonError::into_inner) };
        loop {
            let until = lock().transaction_until();
            let job = match (until, self.idle) {
                (Some(until), _) => self.jobs.recv_timeout(until.saturating_duration_since(Instant::now())),
                (None, Some(idle)) => self.jobs.recv_timeout(idle),
                (None, None) => self.jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match job {
                Ok(job) => {
                    job(&mut lock());
                    stack.trim();
                }
                Err(RecvTimeoutError::Disconnected) => break,
                // SQLite may have ended it meanwhile.
                Err(RecvTimeoutError::Timeout) if until.is_some() => lock().expire(),
                // Somebody may have taken it a moment ago, and be about to send a job.
                Err(RecvTimeoutError::Timeout) if self.may_leave() => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        lock().roll_back();
    }

    fn may_leave(&self) -> bool {
        self.home.upgrade().is_none_or(|home| home.retire(self.number))
    }
}

/// Says that the thread takes no more jobs, also when it panics.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
