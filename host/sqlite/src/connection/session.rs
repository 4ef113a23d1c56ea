//! A connection at work: whose statements it runs, its transaction, and how long each may take.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::limits::Limit;

use super::bounds::is_bounded;
use super::quickness::{Known, QUICK, Quickness};
use super::statement::{Statement, read_only};
use super::watch::Log;
use super::{Side, Watch};
use crate::containment::{Gate, Refusal};
use crate::error::Stage;
use crate::{Error, Settings};

/// How long a statement may take on the thread of whoever waits for it: 1 ms. Then it is stopped, and run on the connection's own.
const MOMENT: Duration = Duration::from_millis(1);

/// The bytes of each value that a statement may touch on the thread of whoever waits for it, and of all
/// its parameters: 64 KiB, which a function reads in some ten microseconds. With a larger one it runs on the
/// connection's own thread.
pub(super) const BRIEF_BYTES: usize = 64 << 10;

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
    /// Whether it turned out that it cannot be run there. Nothing has happened then.
    beyond: Cell<bool>,
}

/// The transaction that is open.
pub(super) struct Open {
    id: u64,
    until: Instant,
    /// Tells its owner that it is over, though he did not end it.
    ended: Box<dyn FnOnce() + Send>,
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
        Self {
            connection,
            gate,
            watch,
            log,
            settings,
            side,
            transaction: None,
            quickness: Quickness::default(),
            brief: false,
            beyond: Cell::new(false),
        }
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
            (open.ended)();
        }
    }

    /// Runs a statement on the caller's thread, if it was quick the last time and each of its steps is bounded. None if that is not
    /// so, or not any more: then nothing has happened.
    ///
    /// Not outside of a transaction on the connection that writes, where the end of a statement waits for the disk.
    pub(crate) fn try_quickly<T>(&mut self, statement: &Statement, work: impl FnOnce(&mut Self, &Statement) -> T) -> Option<T> {
        let may = self.side == Side::Reader || self.transaction.is_some();
        if !may || statement.size() > BRIEF_BYTES {
            return None;
        }
        let known = self.quickness.of(&statement.sql);
        if !known.quick || known.bounded != Some(true) {
            return None;
        }
        self.set_brief(true).ok()?;
        let began = Instant::now();
        let done = work(self, statement);
        let quick = began.elapsed() <= QUICK;
        // A connection that keeps the lower limit would refuse values that it may have.
        let restored = self.set_brief(false);
        self.quickness.learn(&statement.sql, Known { quick, ..known });
        let is_done = restored.is_ok() && !self.beyond.get() && !self.watch.was_cut_short();
        is_done.then_some(done)
    }

    /// Whether the next statement runs where others wait for it: with small values alone, and only as it was prepared.
    fn set_brief(&mut self, brief: bool) -> Result<(), rusqlite::Error> {
        let bytes = if brief { BRIEF_BYTES } else { self.settings.value_bytes() };
        self.connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(bytes).unwrap_or(i32::MAX))?;
        self.gate.only_prepared(brief);
        self.brief = brief;
        if brief {
            self.beyond.set(false);
        }
        Ok(())
    }

    /// The statement cannot go on where others wait for it.
    fn goes_beyond(&self) {
        self.beyond.set(true);
    }

    /// Runs a statement, and remembers how long it took, and whether its steps are bounded.
    pub(crate) fn timed<T>(&mut self, statement: &Statement, work: impl FnOnce(&mut Self, &Statement) -> T) -> T {
        let known = self.quickness.of(&statement.sql);
        // Before it runs: what SQLite counts as changed by the last statement is nothing after an explanation.
        let bounded = if known.quick { known.bounded.or_else(|| Some(self.looks_bounded(&statement.sql))) } else { None };
        let (began, asked) = (Instant::now(), self.gate.asked());
        let done = work(self, statement);
        let quick = began.elapsed() <= QUICK;
        // With another schema the same words are another program.
        let bounded = bounded.or(known.bounded).filter(|_| self.gate.asked() == asked);
        self.quickness.learn(&statement.sql, Known { quick, bounded });
        done
    }

    /// Explains the statement on the guest's behalf: SQLite does some of what it is asked to while it prepares, even to explain it.
    fn looks_bounded(&self, sql: &str) -> bool {
        self.watch.allow(OWN_TIME, Instant::now() + OWN_TIME);
        self.gate.guest(self.transaction.is_some());
        let bounded = is_bounded(&self.connection, sql);
        self.gate.launcher();
        bounded
    }

    /// Begins the transaction `id`. `ended` is called if its time is over before its end, or SQLite rolls it back itself.
    pub(crate) fn begin(&mut self, id: u64, ended: Box<dyn FnOnce() + Send>) -> Result<(), Error> {
        if self.side == Side::Writer && self.log.is_too_large() {
            self.shorten_log()?;
        }
        self.own(if self.side == Side::Writer { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
        self.transaction = Some(Open { id, until: Instant::now() + self.settings.transaction_time(), ended });
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
                if let Some(open) = self.transaction.take() {
                    (open.ended)();
                }
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

    /// The first row of a statement of the launcher's own.
    pub(super) fn own_row<T>(
        &self,
        sql: &str,
        read: impl FnOnce(&rusqlite::Row<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<Option<T>, Error> {
        self.watch.allow(OWN_TIME, Instant::now() + OWN_TIME);
        let run = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            rows.next()?.map(read).transpose()
        };
        run().map_err(|error| self.explained(error, Stage::Run))
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
            Error::TooLarge(words) => {
                if self.brief {
                    self.goes_beyond();
                }
                Error::TooLarge(words)
            }
            // A schema that is read again asks the gate again, and a pragma's function asks it as it runs.
            Error::Denied(words) => match self.gate.take_refusal() {
                Some(refusal) => self.refused(refusal),
                None => Error::Denied(words),
            },
            error => error,
        }
    }

    /// The error of a statement that the gate refused.
    pub(super) fn refused(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Denied(words) => Error::Denied(words),
            Refusal::NeedsWriter => read_only(),
            Refusal::Unprepared => {
                self.goes_beyond();
                Error::Denied("the statement would have to be prepared".to_owned())
            }
        }
    }
}

/// What the owner of a transaction that is over is told.
pub(crate) fn finished() -> Error {
    Error::Finished("the transaction is over: it was committed, rolled back, or open for too long".to_owned())
}
