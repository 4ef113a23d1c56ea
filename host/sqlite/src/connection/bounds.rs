//! Whether one step of a statement is bounded, whatever the data: SQLite's own program of it says so.
//!
//! A statement that runs where others wait is looked at between the instructions of SQLite's virtual
//! machine. Most instructions take a time that the size of the values bounds, and that size is limited
//! there ([`BRIEF_BYTES`](super::session::BRIEF_BYTES)). Some walk a whole table, or call code that
//! computes for as long as it likes: a statement with one of those runs on the connection's own thread.
//!
//! Both lists name what is bounded. An instruction or function of a newer SQLite is unbounded until it is
//! named here.

use rusqlite::Connection;

/// Instructions that take a bounded time, of the [opcodes](https://www.sqlite.org/opcode.html). Not
/// among them: `Count` and `Clear`, which walk a whole table; those of virtual tables; those that change
/// the schema; checks and checkpoints.
const INSTRUCTIONS: &[&str] = &[
    "Abortable",
    "Add",
    "AddImm",
    "Affinity",
    "And",
    "BeginSubrtn",
    "BitAnd",
    "BitNot",
    "BitOr",
    "Blob",
    "Cast",
    "Close",
    "ClrSubtype",
    "CollSeq",
    "Column",
    "ColumnsUsed",
    "Compare",
    "Concat",
    "Copy",
    "CursorHint",
    "CursorLock",
    "CursorUnlock",
    "DecrJumpZero",
    "DeferredSeek",
    "Delete",
    "Divide",
    "ElseEq",
    "EndCoroutine",
    "Eq",
    "Explain",
    "Filter",
    "FilterAdd",
    "FinishSeek",
    "FkCheck",
    "FkCounter",
    "FkIfZero",
    "Found",
    "Ge",
    "GetSubtype",
    "Gosub",
    "Goto",
    "Gt",
    "Halt",
    "HaltIfNull",
    "IdxDelete",
    "IdxGE",
    "IdxGT",
    "IdxInsert",
    "IdxLE",
    "IdxLT",
    "IdxRowid",
    "If",
    "IfEmpty",
    "IfNoHope",
    "IfNot",
    "IfNotOpen",
    "IfNotZero",
    "IfNullRow",
    "IfPos",
    "IfSizeBetween",
    "Init",
    "InitCoroutine",
    "Insert",
    "Int64",
    "IntCopy",
    "Integer",
    "IsNull",
    "IsTrue",
    "IsType",
    "Jump",
    "Last",
    "Le",
    "Lt",
    "MakeRecord",
    "MemMax",
    "Move",
    "Multiply",
    "MustBeInt",
    "Ne",
    "NewRowid",
    "Next",
    "NoConflict",
    "Noop",
    "Not",
    "NotExists",
    "NotFound",
    "NotNull",
    "Null",
    "NullRow",
    "Offset",
    "OffsetLimit",
    "Once",
    "OpenAutoindex",
    "OpenDup",
    "OpenEphemeral",
    "OpenPseudo",
    "OpenRead",
    "OpenWrite",
    "Or",
    "Param",
    "Permutation",
    "Prev",
    "ReadCookie",
    "Real",
    "RealAffinity",
    "ReleaseReg",
    "Remainder",
    "ReopenIdx",
    "ResetCount",
    "ResetSorter",
    "ResultRow",
    "Return",
    "Rewind",
    "RowData",
    "RowSetAdd",
    "RowSetRead",
    "RowSetTest",
    "Rowid",
    "SCopy",
    "SeekEnd",
    "SeekGE",
    "SeekGT",
    "SeekHit",
    "SeekLE",
    "SeekLT",
    "SeekRowid",
    "SeekScan",
    "Sequence",
    "SequenceTest",
    "SetSubtype",
    "ShiftLeft",
    "ShiftRight",
    "SoftNull",
    "Sort",
    "SorterCompare",
    "SorterData",
    "SorterInsert",
    "SorterNext",
    "SorterOpen",
    "SorterSort",
    "String",
    "String8",
    "Subtract",
    "TableLock",
    "Trace",
    "Transaction",
    "TypeCheck",
    "Variable",
    "Yield",
    "ZeroOrNull",
];

/// Instructions that call a function, which has to be one of [`FUNCTIONS`].
const CALLS: &[&str] = &["AggFinal", "AggStep", "AggStep1", "Function", "PureFunc"];

/// Functions whose time the size of their arguments bounds, a few instructions a byte.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "ceil",
    "ceiling",
    "changes",
    "coalesce",
    "count",
    "date",
    "datetime",
    "floor",
    "ifnull",
    "iif",
    "julianday",
    "last_insert_rowid",
    "length",
    "lower",
    "max",
    "min",
    "mod",
    "nullif",
    "octet_length",
    "random",
    "round",
    "sign",
    "sqlite_version",
    "substr",
    "substring",
    "sum",
    "time",
    "total",
    "total_changes",
    "typeof",
    "unixepoch",
    "upper",
];

/// Instructions that a program runs again and again. One that writes cannot be stopped half-way without
/// undoing its transaction, so it has none of them.
const LOOPS: &[&str] = &["Gosub", "Next", "Prev", "Program", "RowSetRead", "Sort", "SorterNext", "SorterSort", "Yield"];

/// The words that a statement begins with which is looked at. SQLite carries a `PRAGMA` out while it prepares, even to explain it.
const BEGINNINGS: &[&str] = &["SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"];

/// The longest program that is looked at: 2,000 instructions. A longer one counts as unbounded.
const MAX_INSTRUCTIONS: usize = 2000;

/// The jump from a program's end, where it takes its locks, to its beginning.
const BEGINNING: i64 = 1;

/// Whether each instruction of this statement's program takes a bounded time and, if it writes, none
/// runs more than once. False for what cannot be explained, such as several statements.
///
/// SQLite's authorizer is asked as for the statement itself.
pub(super) fn is_bounded(connection: &Connection, sql: &str) -> bool {
    let first = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    BEGINNINGS.iter().any(|word| word.eq_ignore_ascii_case(first)) && bounded(connection, sql).unwrap_or(false)
}

fn bounded(connection: &Connection, sql: &str) -> Result<bool, rusqlite::Error> {
    let mut explain = connection.prepare(&format!("EXPLAIN {sql}"))?;
    let mut instructions = explain.raw_query();
    let (mut writes, mut loops, mut count) = (false, false, 0);
    while let Some(row) = instructions.next()? {
        let (address, name, target): (i64, String, i64) = (row.get("addr")?, row.get("opcode")?, row.get("p2")?);
        count += 1;
        let is_bounded = if CALLS.contains(&name.as_str()) {
            let function: String = row.get("p4")?;
            FUNCTIONS.contains(&function.split('(').next().unwrap_or_default())
        } else {
            INSTRUCTIONS.contains(&name.as_str())
        };
        if !is_bounded || count > MAX_INSTRUCTIONS {
            return Ok(false);
        }
        writes |= name == "Transaction" && target > 0;
        loops |= LOOPS.contains(&name.as_str()) || name == "Goto" && target <= address && target != BEGINNING;
    }
    Ok(count > 0 && !(writes && loops))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded_of(sql: &str) -> bool {
        let connection = Connection::open_in_memory().unwrap();
        let schema =
            "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT UNIQUE, body TEXT, parent REFERENCES note ON DELETE CASCADE);
            CREATE VIRTUAL TABLE found USING fts5(body);
            CREATE TABLE log (x); CREATE TABLE watched (x);
            CREATE TRIGGER t AFTER INSERT ON watched BEGIN INSERT INTO log SELECT x FROM watched; END;";
        connection.execute_batch(schema).unwrap();
        connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        is_bounded(&connection, sql)
    }

    #[test]
    fn what_reads_values_and_compares_them_is() {
        for sql in [
            "SELECT 1",
            "SELECT * FROM note WHERE id = ?",
            "SELECT id, title FROM note WHERE title > ?1 ORDER BY body DESC LIMIT 20 OFFSET ?2",
            "SELECT count(*), max(title) FROM note WHERE body IS NOT NULL GROUP BY parent HAVING count(*) > 1",
            "SELECT a.id FROM note a LEFT JOIN note b ON b.parent = a.id WHERE EXISTS (SELECT 1 FROM log)",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n",
            "SELECT lower(title) || '-' || substr(body, 1, 9), coalesce(parent, 0) FROM note WHERE id IN (1, 2, ?)",
            "INSERT INTO note (title, body) VALUES (?, ?)",
            "INSERT INTO note (title) VALUES (?) ON CONFLICT (title) DO UPDATE SET body = excluded.body",
            "UPDATE note SET body = ? WHERE id = ?",
            "DELETE FROM log WHERE rowid = ?",
        ] {
            assert!(bounded_of(sql), "{sql}");
        }
    }

    #[test]
    fn what_computes_as_long_as_it_likes_is_not() {
        for sql in [
            "SELECT count(*) FROM note",
            "SELECT snippet(found, 0, '', '', '', 12) FROM found WHERE found MATCH ?1",
            "SELECT rowid FROM found WHERE found MATCH ?1",
            "SELECT json_extract(body, '$.a') FROM note",
            "SELECT value FROM note, json_each(body)",
            "SELECT id FROM note WHERE title LIKE ?",
            "SELECT id FROM note WHERE title GLOB ?",
            "SELECT hex(body), replace(title, 'a', 'b') FROM note",
            "SELECT printf('%s', title) FROM note",
            "SELECT group_concat(title) FROM note",
            "SELECT row_number() OVER (ORDER BY title) FROM note",
            "PRAGMA integrity_check",
            "SELECT * FROM pragma_table_info('note')",
            "ANALYZE",
            "CREATE TABLE other (x)",
        ] {
            assert!(!bounded_of(sql), "{sql}");
        }
    }

    #[test]
    fn what_writes_more_than_once_is_not() {
        for sql in [
            "INSERT INTO log SELECT id FROM note",
            "INSERT INTO log VALUES (1), (2)",
            "INSERT INTO watched VALUES (1)",
            "UPDATE note SET body = ?",
            "DELETE FROM note",
            "DELETE FROM log",
            "DELETE FROM note WHERE id = ?",
        ] {
            assert!(!bounded_of(sql), "{sql}");
        }
    }

    #[test]
    fn looking_changes_nothing() {
        let connection = Connection::open_in_memory().unwrap();
        for sql in ["PRAGMA synchronous = 0", "pragma Synchronous=off", "/**/PRAGMA synchronous = 0", ";PRAGMA synchronous = 0"] {
            assert!(!is_bounded(&connection, sql), "{sql}");
        }
        let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!(synchronous, 2);
    }

    #[test]
    fn what_is_no_statement_or_several_is_not() {
        let connection = Connection::open_in_memory().unwrap();
        for sql in ["", "SELECT 1; SELECT 2", "SELEC 1", "EXPLAIN SELECT 1", "QUERY PLAN SELECT 1"] {
            assert!(!is_bounded(&connection, sql), "{sql}");
        }
        let long = format!("SELECT {}1", "1 + ".repeat(900));
        assert!(is_bounded(&connection, &long));
        let longer = (0..1500).map(|n| format!("?{n}+1", n = n + 1)).collect::<Vec<_>>().join(",");
        assert!(!is_bounded(&connection, &format!("SELECT {longer}")));
    }
}
