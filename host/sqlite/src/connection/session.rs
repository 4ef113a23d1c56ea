//! A connection at work: whose statements it runs, its transaction, and how long each may take.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::quickness::Quickness;
use super::statement::{Statement, read_only};
use super::watch::Log;
use super::{Side, Watch};
use crate::containment::{Gate, Refusal};
use crate::error::Stage;
use crate::{Error, Settings};

/// How long a statement may take on the thread of whoever waits for it: 1 ms. Then it is stopped, and run on the connection's own.
const MOMENT: Duration = Duration::from_millis(1);

/// How long a statement of the launcher's own may take: 30 s, which a commit to a slow disk stays below.
const OWN_TIME: Duration = Duration::from_secs(30);

/// A connection at work.
pub(crate) struct Session {
    pub(super) connection: Connection,
    pub(super) gate: Gate,
    watch: Arc<Watch>,
    pub(super) log: Log,
    pub(super) settings: Arc<Settings>,
    pub(super) side: Side,
    pub(super) transaction: Option<Open>,
    quickness: Quickness,
    /// Whether the statement under way is run where others wait for it.
    brief: bool,
}

/// The transaction that is open.
pub(super) struct Open {
    id: u64,
    until: Instant,
    /// Tells its owner that its time is over.
    expired: Box<dyn FnOnce() + Send>,
}

impl Session {
    pub(crate) fn new(
        connection: Connection,
        gate: Gate,
        watch: Arc<Watch>,
        log: Log,
        settings: Arc<Settings>,
        side: Side,
    ) -> Self {
        Self { connection, gate, watch, log, settings, side, transaction: None, quickness: Quickness::default(), brief: false }
    }

    /// Until when the transaction that is open may be. None if there is none.
    pub(crate) fn transaction_until(&self) -> Option<Instant> {
        self.transaction.as_ref().map(|open| open.until)
    }

    /// Makes sure that this transaction is the one that is open.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] if it is over.
    pub(crate) fn within(&mut self, id: u64) -> Result<&mut Self, Error> {
        if self.transaction.as_ref().is_some_and(|open| open.id == id) { Ok(self) } else { Err(finished()) }
    }

    /// The time of the transaction is over, if it still is open and that is so.
    pub(crate) fn expire(&mut self) {
        if let Some(open) = self.transaction.take_if(|open| open.until <= Instant::now()) {
            tracing::warn!("a transaction was open for too long: it is rolled back");
            self.roll_back();
            (open.expired)();
        }
    }

    /// Runs a statement on the caller's thread, if it was quick the last time. None if it was not, or is not any more: then nothing has
    /// happened.
    ///
    /// Not outside of a transaction on the connection that writes, where the end of a statement waits for the disk.
    pub(crate) fn try_quickly<T>(&mut self, statement: &Statement, work: impl FnOnce(&mut Self, &Statement) -> T) -> Option<T> {
        let may = self.side == Side::Reader || self.transaction.is_some();
        if !may || !self.quickness.is_quick(&statement.sql) {
            return None;
        }
        self.brief = true;
        let done = self.timed(statement, work);
        self.brief = false;
        if self.watch.was_cut_short() { None } else { Some(done) }
    }

    /// Runs a statement, and remembers how long it took.
    pub(crate) fn timed<T>(&mut self, statement: &Statement, work: impl FnOnce(&mut Self, &Statement) -> T) -> T {
        let began = Instant::now();
        let done = work(self, statement);
        self.quickness.took(&statement.sql, began.elapsed());
        done
    }

    /// Begins the transaction `id`. `expired` is called if its time is over before its end.
    pub(crate) fn begin(&mut self, id: u64, expired: Box<dyn FnOnce() + Send>) -> Result<(), Error> {
        if self.side == Side::Writer && self.log.is_too_large() {
            self.shorten_log()?;
        }
        self.own(if self.side == Side::Writer { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
        self.transaction = Some(Open { id, until: Instant::now() + self.settings.transaction_time(), expired });
        Ok(())
    }

    /// Commits. After an error that is not [`Error::Busy`] the transaction is over.
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        match self.own("COMMIT") {
            Ok(()) => {
                self.transaction = None;
                Ok(())
            }
            Err(Error::Busy(words)) => Err(Error::Busy(words)),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// Undoes what the transaction did, if there still is one.
    pub(crate) fn roll_back(&mut self) {
        self.transaction = None;
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(error) = self.own("ROLLBACK") {
            // SQLite has undone it itself, or the file is gone.
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
    }

    /// Runs `work` with the gate closed, and makes sure that it left no transaction open, or closed the one that is.
    pub(super) fn on_behalf_of_guest<T>(&mut self, work: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        let in_transaction = self.transaction.is_some();
        self.gate.guest(in_transaction);
        let done = work(self);
        self.gate.launcher();
        match (in_transaction, self.connection.is_autocommit()) {
            (true, true) => {
                self.transaction = None;
                let why = done.err().map_or_else(String::new, |error| format!(": {error}"));
                Err(Error::Finished(format!("SQLite has rolled the transaction back{why}")))
            }
            (false, false) => {
                self.roll_back();
                Err(Error::Denied("the statement left a transaction open: begin one through the connection".to_owned()))
            }
            (true, false) | (false, true) => done,
        }
    }

    /// A statement of the launcher's own. Not kept prepared: the guest would find it under its text, past the gate.
    pub(super) fn own(&self, sql: &str) -> Result<(), Error> {
        self.watch.allow(OWN_TIME, Instant::now() + OWN_TIME);
        let run = || self.connection.prepare(sql)?.raw_execute();
        run().map(|_| ()).map_err(|error| self.explained(error, Stage::Run))
    }

    /// Lets a statement run: for a moment, if somebody waits for it and it can be run again, or else for its time.
    pub(super) fn allow(&self, statement: &rusqlite::Statement<'_>) {
        if self.brief && statement.readonly() {
            self.watch.allow_briefly(MOMENT);
        } else {
            self.allow_in_full();
        }
    }

    /// Lets a statement run for its time, within the transaction's.
    pub(super) fn allow_in_full(&self) {
        let time = self.settings.statement_time();
        let until = Instant::now() + time;
        self.watch.allow(time, self.transaction_until().map_or(until, |last| until.min(last)));
    }

    pub(super) fn explained(&self, error: rusqlite::Error, stage: Stage) -> Error {
        match Error::of(error, stage) {
            Error::Interrupted(_) => self.watch.explain(&self.log),
            // A schema that is read again asks the gate again, and a pragma's function asks it as it runs.
            Error::Denied(words) => match self.gate.take_refusal() {
                Some(Refusal::Denied(words)) => Error::Denied(words),
                Some(Refusal::NeedsWriter) => read_only(),
                None => Error::Denied(words),
            },
            error => error,
        }
    }
}

/// What the owner of a transaction that is over is told.
pub(crate) fn finished() -> Error {
    Error::Finished("the transaction is over: it was committed, rolled back, or open for too long".to_owned())
}
