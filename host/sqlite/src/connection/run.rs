//! Statements on a connection: one by one, in one piece or as a stream, and several as one.

use rusqlite::config::DbConfig;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, CachedStatement, Rows as Cursor};

use super::Side;
use super::parameters::Places;
use super::script::{Control, begins_with, misplaced, nothing_but_control};
use super::session::Session;
use super::statement::{Missed, Statement, check, columns, may_be_several};
use crate::containment::Refusal;
use crate::error::Stage;
use crate::{Changes, Column, Constraint, Error, Rows, Value};

/// The bytes of a piece of a stream, beyond which it is sent: 64 KiB.
const PIECE_BYTES: usize = 64 << 10;

const SAVEPOINT_BATCH: &str = "SAVEPOINT \"batch of statements\"";
const RELEASE_BATCH: &str = "RELEASE \"batch of statements\"";
const UNDO_BATCH: &str = "ROLLBACK TO \"batch of statements\"";

impl Session {
    /// Runs a statement for its changes.
    pub(crate) fn execute(&mut self, statement: &Statement) -> Result<Changes, Error> {
        self.on_behalf_of_guest(|session| {
            if statement.parameters.is_empty() && may_be_several(&statement.sql) && begins_with(&statement.sql, |_| true) {
                return session.run_all(&statement.sql);
            }
            let mut prepared = match session.prepare(&statement.sql) {
                // Of several statements, one may need what another makes, or be for scripts alone.
                Err(Missed::Several | Missed::Failed(Error::Syntax(_) | Error::Denied(_)))
                    if statement.parameters.is_empty() && may_be_several(&statement.sql) =>
                {
                    return session.run_all(&statement.sql);
                }
                prepared => prepared.map_err(Missed::into_error)?,
            };
            session.bind(&mut prepared, &statement.parameters)?;
            session.run(&mut prepared)
        })
    }

    /// Runs a statement for its rows, in one piece.
    pub(crate) fn query(&mut self, statement: &Statement) -> Result<Rows, Missed> {
        let rows = self.on_behalf_of_guest(|session| {
            let mut prepared = match session.prepare(&statement.sql) {
                Ok(prepared) => prepared,
                Err(Missed::NeedsWriter | Missed::ByReader(_)) => return Ok(None),
                Err(missed) => return Err(missed.into_error()),
            };
            if session.side == Side::Reader && !prepared.readonly() {
                return Ok(None);
            }
            session.bind(&mut prepared, &statement.parameters)?;
            session.allow(&prepared);
            let width = prepared.column_count();
            let columns = if width == 0 { Vec::new() } else { columns(&prepared) };
            let mut cursor = prepared.raw_query();
            let (mut values, mut bytes, mut count) = (Vec::new(), 0, 0);
            while session.step(&mut cursor, width, &mut values, &mut bytes)? {
                count += 1;
                if count > session.settings.rows() {
                    return Err(Error::TooLarge(format!(
                        "the result has more than {} rows: limit it, or read it as a stream",
                        session.settings.rows()
                    )));
                }
            }
            Ok(Some(Rows { columns, values }))
        })?;
        rows.ok_or(Missed::NeedsWriter)
    }

    /// Runs a reading statement and hands its rows to `take`, which says how many more it takes, until it takes none or they end.
    /// `begin` gets the columns first, and says whether to go on.
    pub(crate) fn stream(
        &mut self,
        statement: &Statement,
        begin: impl FnOnce(Vec<Column>) -> bool,
        mut take: impl FnMut(Vec<Vec<Value>>) -> Option<usize>,
    ) -> Result<(), Error> {
        self.on_behalf_of_guest(|session| {
            let mut prepared = session.prepare(&statement.sql).map_err(|missed| match missed {
                Missed::NeedsWriter => only_reads(),
                missed => missed.into_error(),
            })?;
            if !prepared.readonly() {
                return Err(only_reads());
            }
            session.bind(&mut prepared, &statement.parameters)?;
            let width = prepared.column_count();
            if !begin(columns(&prepared)) {
                return Ok(());
            }
            let mut cursor = prepared.raw_query();
            let mut piece = Vec::new();
            while let Some(most) = take(std::mem::take(&mut piece)) {
                session.allow_in_full();
                let mut bytes = 0;
                while piece.len() < most && bytes < PIECE_BYTES {
                    let mut row = Vec::with_capacity(width);
                    if !session.step(&mut cursor, width, &mut row, &mut bytes)? {
                        take(piece);
                        return Ok(());
                    }
                    piece.push(row);
                }
            }
            Ok(())
        })
    }

    /// Runs several statements: all of them, or none.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<Changes, Error> {
        self.on_behalf_of_guest(|session| session.run_all(sql))
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, Missed> {
        check(sql)?;
        self.connection.prepare_cached(sql).map_err(|error| match (self.gate.take_refusal(), error) {
            (Some(Refusal::NeedsWriter), _) => Missed::NeedsWriter,
            (Some(refusal), _) => Missed::Failed(self.refused(refusal)),
            (None, rusqlite::Error::MultipleStatement) => Missed::Several,
            (None, error) if self.side == Side::Reader => Missed::ByReader(self.explained(error, Stage::Prepare)),
            (None, error) => Missed::Failed(self.explained(error, Stage::Prepare)),
        })
    }

    fn bind(&self, statement: &mut rusqlite::Statement<'_>, parameters: &[Value]) -> Result<(), Error> {
        let places = Places::of(statement)?;
        if places.wanted() != parameters.len() {
            let (wanted, given) = (places.wanted(), parameters.len());
            return Err(Error::Syntax(format!("the statement has {wanted} parameters, and {given} values were given")));
        }
        for index in 1..=statement.parameter_count() {
            let value = places.value_of(index).and_then(|place| parameters.get(place)).unwrap_or(&Value::Null);
            statement.raw_bind_parameter(index, value).map_err(|error| self.explained(error, Stage::Run))?;
        }
        Ok(())
    }

    /// Runs a statement to its end. Its rows are left out.
    fn run(&self, statement: &mut rusqlite::Statement<'_>) -> Result<Changes, Error> {
        if !statement.readonly() && self.log.is_too_large() {
            self.shorten_log()?;
        }
        self.allow(statement);
        let before = self.connection.total_changes();
        let mut cursor = statement.raw_query();
        while cursor.next().map_err(|error| self.explained(error, Stage::Run))?.is_some() {}
        drop(cursor);
        // For other statements SQLite still gives the count of the last one that changed something.
        let changed = self.connection.total_changes() != before;
        Ok(Changes {
            rows_affected: if changed { self.connection.changes() } else { 0 },
            last_insert_rowid: self.connection.last_insert_rowid(),
        })
    }

    /// Takes the log back into the file, if nobody reads from it any more.
    pub(super) fn shorten_log(&self) -> Result<(), Error> {
        // What the pragma answers says whether it could; the file says whether it did.
        drop(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        if self.log.is_too_large() { Err(self.log.error()) } else { Ok(()) }
    }

    /// All statements of `sql` as one transaction, or as a part of the one that is open. Foreign keys are not enforced in a script that begins
    /// with that, and checked before its end.
    fn run_all(&self, sql: &str) -> Result<Changes, Error> {
        let turns_off = |control| control == Control::ForeignKeys { enforced: false };
        if self.transaction.is_some() || !begins_with(sql, turns_off) {
            return self.run_as_one(sql, true);
        }
        self.enforce_foreign_keys(false)?;
        let done = self.run_as_one(sql, false);
        self.enforce_foreign_keys(true)?;
        done
    }

    fn enforce_foreign_keys(&self, enforced: bool) -> Result<(), Error> {
        let set = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, enforced);
        set.map(drop).map_err(|error| self.explained(error, Stage::Run))
    }

    /// That each foreign key leads somewhere.
    fn check_foreign_keys(&self) -> Result<(), Error> {
        let first = self.own_row("PRAGMA foreign_key_check", |row| {
            let (table, row_id, parent) = (row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?);
            let row_id = row_id.map_or_else(|| "a row".to_owned(), |row_id| format!("the row {row_id}"));
            Ok(format!("FOREIGN KEY constraint failed: {row_id} of {table} refers to no row of {parent}"))
        })?;
        match first {
            None => Ok(()),
            Some(message) => Err(Error::Constraint { constraint: Constraint::ForeignKey, message }),
        }
    }

    fn run_as_one(&self, sql: &str, enforced: bool) -> Result<Changes, Error> {
        let (begin, commit, undo) = if self.transaction.is_some() {
            (SAVEPOINT_BATCH, RELEASE_BATCH, UNDO_BATCH)
        } else {
            ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        };
        let own = |sql: &str| self.as_launcher(|| self.own(sql));
        own(begin)?;
        let done = self.run_each(sql, enforced).and_then(|changes| {
            if !enforced {
                self.as_launcher(|| self.check_foreign_keys())?;
            }
            own(commit).map(|()| changes)
        });
        if done.is_err() && !self.connection.is_autocommit() {
            own(undo)?;
            if self.transaction.is_some() {
                own(RELEASE_BATCH)?;
            }
        }
        done
    }

    /// Does something of the launcher's own in a batch of the guest's.
    fn as_launcher<T>(&self, work: impl FnOnce() -> T) -> T {
        self.gate.launcher();
        let done = work();
        if self.transaction.is_some() {
            self.gate.guest(true)
        } else {
            self.gate.script()
        }
        done
    }

    fn run_each(&self, sql: &str, enforced: bool) -> Result<Changes, Error> {
        check(sql)?;
        let mut batch = Batch::new(&self.connection, sql);
        let mut changes = Changes::default();
        let (mut is_bounded, mut is_empty) = (false, true);
        loop {
            let next = batch.next().map_err(|error| match self.gate.take_refusal() {
                Some(refusal) => self.refused(refusal),
                None => self.explained(error, Stage::Prepare),
            })?;
            let Some(mut statement) = next else {
                // By itself it would hold for nothing, and who sent it would think that it does.
                return if is_bounded && is_empty { Err(nothing_but_control()) } else { Ok(changes) };
            };
            if self.gate.takes_control() {
                match statement.expanded_sql().and_then(|sql| Control::of(&sql)) {
                    Some(Control::ForeignKeys { enforced: true }) => {}
                    Some(Control::Bounds) => is_bounded = true,
                    Some(Control::ForeignKeys { enforced: false }) if !enforced => is_bounded = true,
                    other => return Err(misplaced(other)),
                }
                continue;
            }
            is_empty = false;
            self.bind(&mut statement, &[])?;
            changes = self.run(&mut statement)?;
        }
    }

    /// Reads one row into `values`. False at the end.
    fn step(&self, cursor: &mut Cursor<'_>, width: usize, values: &mut Vec<Value>, bytes: &mut usize) -> Result<bool, Error> {
        let Some(row) = cursor.next().map_err(|error| self.explained(error, Stage::Run))? else {
            return Ok(false);
        };
        for index in 0..width {
            let value = match row.get_ref(index).map_err(|error| self.explained(error, Stage::Run))? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Real(number) => Value::Real(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).map_err(|_| not_text(index))?),
                ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
            };
            *bytes += value.size();
            if *bytes > self.settings.result_bytes() {
                return Err(Error::TooLarge(format!(
                    "the result has more than {} bytes: ask for less, or read it as a stream",
                    self.settings.result_bytes()
                )));
            }
            values.push(value);
        }
        Ok(true)
    }
}

fn only_reads() -> Error {
    Error::Denied("a stream only reads: run a statement that changes something as a query".to_owned())
}

fn not_text(index: usize) -> Error {
    Error::Other(format!("the text in column {} of the result is not UTF-8: read it as a blob with CAST(… AS BLOB)", index + 1))
}
