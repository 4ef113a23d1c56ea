use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Error};

use super::pragmas::{self, Verdict};

/// Functions that reach beyond the file, or hand out addresses of memory.
const REFUSED_FUNCTIONS: &[&str] = &["load_extension", "fts3_tokenizer"];

/// Functions that tell of their own connection: a reader has nothing to tell.
const WRITERS_FUNCTIONS: &[&str] = &["last_insert_rowid", "changes", "total_changes"];

/// Virtual tables that keep their content in the file's own tables. Others, such as `dbstat`, read it behind SQL's back.
const MODULES: &[&str] = &["fts3", "fts4", "fts4aux", "fts5", "fts5vocab", "rtree", "rtree_i32"];

/// On whose behalf statements are prepared at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// The launcher itself: its own settings and transactions.
    Launcher = 0,
    /// The guest.
    Guest = 1,
    /// The guest, in a transaction: savepoints are allowed.
    GuestInTransaction = 2,
    /// The guest, in a script: statements that control its transaction are prepared, and not run.
    GuestInScript = 3,
}

/// Why a statement was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It may not be done, with words for the guest's author.
    Denied(String),
    /// It has to run on the connection that writes.
    NeedsWriter,
    /// It would have to be prepared, where only statements run that are.
    Unprepared,
}

/// Decides what the statements of a connection may do.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    on_behalf: AtomicU8,
    only_prepared: AtomicBool,
    asked: AtomicU64,
    reader: bool,
    refusal: Mutex<Option<Refusal>>,
    /// Whether the statement that was prepared controls the transaction of a script.
    controls: AtomicBool,
    /// The pragmas that were taken and do nothing, each of which is told once.
    ignored: Mutex<HashSet<String>>,
}

impl Gate {
    /// Installs a gate in `connection`. It is open, for the launcher, until [`Gate::guest`].
    pub(crate) fn install(connection: &Connection, reader: bool) -> Result<Self, Error> {
        let gate = Self(Arc::new(Inner {
            on_behalf: AtomicU8::new(For::Launcher as u8),
            only_prepared: AtomicBool::new(false),
            asked: AtomicU64::new(0),
            reader,
            refusal: Mutex::default(),
            controls: AtomicBool::new(false),
            ignored: Mutex::default(),
        }));
        let asked = gate.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| asked.decide(&context)))?;
        Ok(gate)
    }

    /// From now on statements are the guest's.
    pub(crate) fn guest(&self, in_transaction: bool) {
        let behalf = if in_transaction { For::GuestInTransaction } else { For::Guest };
        self.0.on_behalf.store(behalf as u8, Ordering::Relaxed);
        self.take_refusal();
    }

    /// From now on statements are the guest's, of a script that is one transaction.
    pub(crate) fn script(&self) {
        self.0.on_behalf.store(For::GuestInScript as u8, Ordering::Relaxed);
        self.take_refusal();
    }

    /// Whether the statement that was prepared last controls the transaction of its script. Then it must not run.
    pub(crate) fn takes_control(&self) -> bool {
        self.0.controls.swap(false, Ordering::Relaxed)
    }

    /// From now on statements are the launcher's own.
    pub(crate) fn launcher(&self) {
        self.0.on_behalf.store(For::Launcher as u8, Ordering::Relaxed);
    }

    /// From now on a statement of the guest's that would have to be prepared, or prepared again, is refused.
    pub(crate) fn only_prepared(&self, only: bool) {
        self.0.only_prepared.store(only, Ordering::Relaxed);
    }

    /// How often SQLite asked about a statement of the guest's: it changes whenever one is prepared, also by SQLite itself for another
    /// schema.
    pub(crate) fn asked(&self) -> u64 {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// Why the last statement was refused, if it was.
    pub(crate) fn take_refusal(&self) -> Option<Refusal> {
        self.0.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn decide(&self, context: &AuthContext<'_>) -> Authorization {
        let on_behalf = self.0.on_behalf.load(Ordering::Relaxed);
        if on_behalf == For::Launcher as u8 {
            return Authorization::Allow;
        }
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let judged = if self.0.only_prepared.load(Ordering::Relaxed) {
            Err(Refusal::Unprepared)
        } else if on_behalf == For::GuestInScript as u8 && controls(&context.action) {
            self.0.controls.store(true, Ordering::Relaxed);
            Ok(Authorization::Allow)
        } else if let AuthAction::Pragma { pragma_name, pragma_value } = context.action {
            self.judge_pragma(pragma_name, pragma_value)
        } else {
            judge(&context.action, on_behalf == For::GuestInTransaction as u8, self.0.reader).map(|()| Authorization::Allow)
        };
        match judged {
            Ok(authorization) => authorization,
            Err(refusal) => {
                self.0.refusal.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refusal);
                Authorization::Deny
            }
        }
    }

    fn judge_pragma(&self, name: &str, value: Option<&str>) -> Result<Authorization, Refusal> {
        match pragmas::judge(name, value) {
            Verdict::OnWriter if self.0.reader => Err(Refusal::NeedsWriter),
            Verdict::Allowed | Verdict::OnWriter => Ok(Authorization::Allow),
            Verdict::Ignored(holds) => {
                self.tell_ignored(name, holds);
                // Then SQLite makes nothing of it.
                Ok(Authorization::Ignore)
            }
            Verdict::Refused(reason) => {
                let value = value.map(|value| format!(" = {value}")).unwrap_or_default();
                Err(Refusal::Denied(format!("PRAGMA {name}{value} is not allowed: {reason}")))
            }
        }
    }

    fn tell_ignored(&self, pragma: &str, holds: &str) {
        let name = pragma.to_ascii_lowercase();
        if self.0.ignored.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone()) {
            tracing::info!(pragma = name, "the pragma does nothing here: {holds}");
        }
    }
}

/// Whether a statement begins or ends the transaction of a script, or says whether foreign keys are enforced in it.
fn controls(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Transaction { .. } => true,
        AuthAction::Pragma { pragma_name, pragma_value } => {
            pragma_name.eq_ignore_ascii_case("foreign_keys") && pragma_value.is_some()
        }
        _ => false,
    }
}

/// What of anything but a pragma may be done.
fn judge(action: &AuthAction<'_>, in_transaction: bool, reader: bool) -> Result<(), Refusal> {
    let denied = |words: String| Err(Refusal::Denied(words));
    match action {
        AuthAction::Select | AuthAction::Recursive | AuthAction::Read { .. } => Ok(()),
        AuthAction::Function { function_name } => {
            let is_in = |list: &[&str]| list.iter().any(|name| name.eq_ignore_ascii_case(function_name));
            if is_in(REFUSED_FUNCTIONS) {
                denied(format!("the function {function_name} is not allowed"))
            } else if reader && is_in(WRITERS_FUNCTIONS) {
                Err(Refusal::NeedsWriter)
            } else {
                Ok(())
            }
        }
        AuthAction::Insert { .. }
        | AuthAction::Update { .. }
        | AuthAction::Delete { .. }
        | AuthAction::CreateIndex { .. }
        | AuthAction::CreateTable { .. }
        | AuthAction::CreateTempIndex { .. }
        | AuthAction::CreateTempTable { .. }
        | AuthAction::CreateTempTrigger { .. }
        | AuthAction::CreateTempView { .. }
        | AuthAction::CreateTrigger { .. }
        | AuthAction::CreateView { .. }
        | AuthAction::DropIndex { .. }
        | AuthAction::DropTable { .. }
        | AuthAction::DropTempIndex { .. }
        | AuthAction::DropTempTable { .. }
        | AuthAction::DropTempTrigger { .. }
        | AuthAction::DropTempView { .. }
        | AuthAction::DropTrigger { .. }
        | AuthAction::DropView { .. }
        | AuthAction::DropVtable { .. }
        | AuthAction::AlterTable { .. }
        | AuthAction::Reindex { .. }
        | AuthAction::Analyze { .. } => {
            if reader {
                Err(Refusal::NeedsWriter)
            } else {
                Ok(())
            }
        }
        AuthAction::CreateVtable { module_name, .. } => {
            if !MODULES.iter().any(|name| name.eq_ignore_ascii_case(module_name)) {
                denied(format!("virtual tables of the module {module_name} are not allowed; these are: {}", MODULES.join(", ")))
            } else if reader {
                Err(Refusal::NeedsWriter)
            } else {
                Ok(())
            }
        }
        AuthAction::Savepoint { .. } => {
            if in_transaction {
                Ok(())
            } else {
                denied("SAVEPOINT is for transactions: begin one through the connection first".to_owned())
            }
        }
        AuthAction::Transaction { .. } => denied(
            "BEGIN, COMMIT and ROLLBACK are not for SQL: begin a transaction through the connection, or send several statements as a batch"
                .to_owned(),
        ),
        // VACUUM attaches a file without a name.
        AuthAction::Attach { filename: "" } => denied(
            "VACUUM is not allowed: it writes the whole database a second time, and holds up all others. Room that rows leave is used again"
                .to_owned(),
        ),
        AuthAction::Attach { .. } => denied("ATTACH is not allowed: SQL stays in its file".to_owned()),
        AuthAction::Detach { .. } => denied("DETACH is not allowed: SQL stays in its file".to_owned()),
        AuthAction::Unknown { code, .. } => denied(format!("the statement does something that is not known here (code {code})")),
        // A newer rusqlite's: unknown is refused.
        _ => denied("the statement does something that is not known here".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gated(reader: bool) -> (Connection, Gate) {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT)").unwrap();
        let gate = Gate::install(&connection, reader).unwrap();
        gate.guest(false);
        (connection, gate)
    }

    fn refused(sql: &str, reader: bool) -> Option<Refusal> {
        let (connection, gate) = gated(reader);
        match connection.prepare(sql).and_then(|mut statement| statement.raw_query().next().map(|_| ())) {
            Ok(()) => None,
            Err(error) => Some(gate.take_refusal().unwrap_or_else(|| panic!("{sql}: {error}"))),
        }
    }

    #[test]
    fn ordinary_statements_pass() {
        for sql in [
            "SELECT count(*), max(title) FROM note",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT sum(i) FROM n",
            "INSERT INTO note (title) VALUES ('a') RETURNING id",
            "CREATE VIRTUAL TABLE found USING fts5(title)",
            "CREATE TEMP TABLE scratch (x)",
            "PRAGMA table_info(note)",
            "SELECT * FROM pragma_table_info('note')",
            "ANALYZE",
            "REINDEX",
        ] {
            assert_eq!(refused(sql, false), None, "{sql}");
        }
    }

    #[test]
    fn what_leaves_the_file_is_refused_however_it_is_spelt() {
        for sql in [
            "ATTACH 'x.db' AS x",
            "attach database 'file:/tmp/x?mode=rwc' as x",
            "ATTACH ':memory:' AS x",
            "ATTACH '' AS x",
            "/**/AtTaCh/**/'x'/**/As/**/x",
            "ATTACH (SELECT '/tmp/' || 'x') AS x",
            "DETACH main",
            "VACUUM",
            "VACUUM main",
            "VACUUM INTO '/tmp/x'",
            "SELECT load_extension('x')",
            "SELECT LOAD_EXTENSION('x', 'y')",
            "SELECT fts3_tokenizer('simple')",
            "PRAGMA temp_store_directory = '/tmp'",
            "PRAGMA main.writable_schema = 1",
            "PRAGMA database_list",
            "SELECT * FROM pragma_database_list",
            "CREATE VIRTUAL TABLE pages USING dbstat",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "END",
            "SAVEPOINT a",
        ] {
            assert!(matches!(refused(sql, false), Some(Refusal::Denied(_))), "{sql}");
        }
    }

    #[test]
    fn a_reader_sends_what_it_cannot_do_to_the_writer() {
        for sql in ["DELETE FROM note", "CREATE TABLE x (y)", "SELECT last_insert_rowid()", "INSERT INTO note DEFAULT VALUES"] {
            assert_eq!(refused(sql, true), Some(Refusal::NeedsWriter), "{sql}");
        }
        assert_eq!(refused("SELECT * FROM note", true), None);
    }

    #[test]
    fn a_transaction_has_savepoints_and_no_end_in_sql() {
        let (connection, gate) = gated(false);
        gate.launcher();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        gate.guest(true);
        connection.execute_batch("SAVEPOINT a; RELEASE a").unwrap();
        connection.execute_batch("COMMIT").unwrap_err();
        assert!(matches!(gate.take_refusal(), Some(Refusal::Denied(words)) if words.contains("COMMIT")));
    }
}
