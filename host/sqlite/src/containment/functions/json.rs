//! `json_patch`, which looks for each key of one document among all keys of the other, and the functions that make what a path leads to, a
//! nested call for each of its steps.
//!
//! The arguments are looked at here, and SQLite's own function does the work, on a connection of its own: on this one it is hidden.

use std::cell::OnceCell;
use std::sync::{Mutex, PoisonError};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Error, ffi, params_from_iter};

/// The bytes of both documents, multiplied: 2³². That is a second's work where both are objects of nothing but short keys, and allows any
/// document to be patched by one of 512 bytes, or one of 1 MiB by one of 4 KiB.
const BYTES_MULTIPLIED: u64 = 1 << 32;

/// The most steps of a path: 1,000, as deep as SQLite reads a document.
const STEPS: usize = 1000;

/// The bytes of a document and its levels, multiplied, that are written with indentation: 2²⁸, as many steps as that takes. A document of
/// 8 MiB may have 32 levels.
const BYTES_AND_LEVELS: usize = 1 << 28;

/// The bytes of JSONB that are written with indentation: 32 KiB. Its levels are known to SQLite alone, which does not bound them.
const PRETTY_BLOB_BYTES: usize = 32 << 10;

/// The subtype by which SQLite's JSON functions know what another one made, so that it goes in as JSON and not as a string.
const JSON: u32 = b'J' as u32;

/// Functions that make documents as text, or as JSONB.
const FUNCTIONS: [(&str, Option<u32>, Check, i32); 8] = [
    ("json_patch", Some(JSON), size, 2),
    ("jsonb_patch", None, size, 2),
    ("json_set", Some(JSON), depth, -1),
    ("jsonb_set", None, depth, -1),
    ("json_insert", Some(JSON), depth, -1),
    ("jsonb_insert", None, depth, -1),
    ("json_pretty", None, indentation, 1),
    ("json_pretty", None, indentation, 2),
];

/// Why a call is not made.
type Check = fn(&Context<'_>) -> Result<(), &'static str>;

/// Puts the functions in place of SQLite's.
pub(super) fn install(connection: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS
        | FunctionFlags::SQLITE_SUBTYPE
        | FunctionFlags::SQLITE_RESULT_SUBTYPE;
    for (name, subtype, check, count) in FUNCTIONS {
        let own = Mutex::new(OnceCell::new());
        connection.create_scalar_function(name, count, flags, move |context| {
            check(context)
                .map_err(|words| Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), Some(format!("{name}: {words}"))))?;
            let value = call(context, &own.lock().unwrap_or_else(PoisonError::into_inner), name)?;
            let subtype = subtype.filter(|_| value != Value::Null);
            Ok((value, subtype))
        })?;
    }
    Ok(())
}

fn size(context: &Context<'_>) -> Result<(), &'static str> {
    let bytes = |index| match context.get_raw(index) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() as u64,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 0,
    };
    if bytes(0).saturating_mul(bytes(1)) > BYTES_MULTIPLIED {
        return Err("both documents are large; patch a part of the first, or with less at once");
    }
    Ok(())
}

fn depth(context: &Context<'_>) -> Result<(), &'static str> {
    let steps = |index| match context.get_raw(index) {
        ValueRef::Text(path) | ValueRef::Blob(path) => path.iter().filter(|byte| matches!(byte, b'.' | b'[')).count(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 0,
    };
    let mut paths = (1..context.len()).step_by(2);
    if paths.any(|path| steps(path) > STEPS) { Err("a path has more than 1,000 steps") } else { Ok(()) }
}

fn indentation(context: &Context<'_>) -> Result<(), &'static str> {
    let is_small = match context.get_raw(0) {
        ValueRef::Text(text) => text.len().saturating_mul(levels(text)) <= BYTES_AND_LEVELS,
        ValueRef::Blob(blob) => blob.len() <= PRETTY_BLOB_BYTES,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => true,
    };
    if is_small { Ok(()) } else { Err("the document is too large for its depth") }
}

/// How deep brackets are in each other, those in strings counted too.
fn levels(text: &[u8]) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for byte in text {
        match byte {
            b'[' | b'{' => now += 1,
            b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

/// Has SQLite's own function do it.
fn call(context: &Context<'_>, own: &OnceCell<Connection>, name: &str) -> Result<Value, Error> {
    let connection = match own.get() {
        Some(connection) => connection,
        None => {
            let opened = Connection::open_in_memory()?;
            own.get_or_init(|| opened)
        }
    };
    // A value that is JSON already stays that.
    let argument = |index: usize| match context.get_subtype(index) {
        JSON => format!("json(?{})", index + 1),
        _ => format!("?{}", index + 1),
    };
    let arguments: Vec<String> = (0..context.len()).map(argument).collect();
    let sql = format!("SELECT {name}({})", arguments.join(", "));
    let values = (0..context.len()).map(|index| ToSqlOutput::Borrowed(context.get_raw(index)));
    connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(ours: bool) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        if ours {
            install(&connection).unwrap();
        }
        connection
    }

    fn asked(sql: &str, ours: bool) -> Result<Value, String> {
        connection(ours).query_row(sql, [], |row| row.get(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn they_answer_as_sqlites_own() {
        for sql in [
            r#"json_patch('{"a":1,"b":[1,2]}', '{"a":null,"c":{"d":1.50}}')"#,
            r#"json_object('in', json_patch('{"a":1}', '{"b":2}'))"#,
            r#"json_array(json_patch(null, '{}'), json_patch('{}', null), json_patch(1, 2))"#,
            r#"hex(jsonb_patch('{"a":1}', '{"b":2}'))"#,
            r#"json(jsonb_patch(jsonb('{a:1}'), '{"b":2}'))"#,
            r#"json_patch('{"a":', '{"b":2}')"#,
            r#"typeof(json_patch('{}', '{}'))"#,
            r#"json_patch('{}')"#,
            r#"json_set('{"a":1}', '$.a', 2, '$.b.c[0]', 'x', '$.n', null)"#,
            r#"json_set('{"a":1}', '$.a', '[1]', '$.b', json('[1]'), '$.c', json_array(1, 'x'), '$.d', jsonb('{}'))"#,
            r#"json_set('{"a":1}', '$.a', json_set('{}', '$.b', json_insert('[]', '$[#]', 1)))"#,
            r#"json_insert('{"a":1}', '$.a', 2, '$."b.c[d"', 1.0)"#,
            r#"json_insert('{"a":1}', 'a', 2)"#,
            r#"json_set('{"a":1}', '$.a')"#,
            r#"json_set('{"a":1}')"#,
            r#"json_set()"#,
            r#"json_set(null, '$.a', 1)"#,
            r#"json_set('{"a":1}', null, 1)"#,
            r#"json_set('{"a":1', '$.a', 1)"#,
            r#"json_set('{"a":1}', '$.a', x'ff')"#,
            r#"hex(jsonb_set('{"a":1}', '$.a', json('[1]')))"#,
            r#"hex(jsonb_insert('[1]', '$[#]', jsonb('[2]')))"#,
            r#"json_pretty('{"a":[1,{"b":[]}]}')"#,
            r#"json_pretty(jsonb('{"a":[1,{"b":[]}]}'), '--')"#,
            r#"json_pretty(null)"#,
            r#"json_pretty('[1')"#,
            r#"json_extract(json_set('{}', '$.a', 9223372036854775807), '$.a')"#,
        ] {
            let sql = format!("SELECT {sql}");
            assert_eq!(asked(&sql, true), asked(&sql, false), "{sql}");
        }
    }

    #[test]
    fn two_large_documents_are_refused_before_they_are_read() {
        let connection = connection(true);
        let patch = |left: usize, right: usize| {
            let texts = [left, right].map(|bytes| format!("\"{}\"", "a".repeat(bytes - 2)));
            connection.query_row("SELECT length(json_patch(?1, ?2))", texts, |row| row.get::<_, i64>(0))
        };
        assert_eq!(patch(1 << 16, 1 << 16), Ok(1 << 16));
        let refused = patch(1 << 16, (1 << 16) + 1).unwrap_err();
        assert!(refused.to_string().contains("json_patch: both documents are large"), "{refused}");
    }

    #[test]
    fn what_is_deep_and_large_is_not_indented() {
        let connection = connection(true);
        let pretty = |levels: usize, bytes: usize| {
            let text = format!("{}\"{}\"{}", "[".repeat(levels), "a".repeat(bytes - 2 * levels - 2), "]".repeat(levels));
            connection.query_row("SELECT length(json_pretty(?1)) > 0", [text], |row| row.get::<_, bool>(0))
        };
        assert!(pretty(256, 1 << 20).unwrap());
        assert!(pretty(256, (1 << 20) + 1).unwrap_err().to_string().contains("too large for its depth"));
        let blob =
            |bytes: usize| connection.query_row("SELECT json_pretty(?1)", [vec![0; bytes]], |_| Ok(())).unwrap_err().to_string();
        assert!(blob(PRETTY_BLOB_BYTES).contains("malformed") && blob(PRETTY_BLOB_BYTES + 1).contains("too large for its depth"));
    }

    #[test]
    fn a_path_has_so_many_steps() {
        let connection = connection(true);
        for function in ["json_set", "json_insert", "jsonb_set", "jsonb_insert"] {
            let sql = format!("SELECT length({function}('{{}}', '$.x', 1, ?1, 1))");
            let set =
                |steps: usize| connection.query_row(&sql, ["$".to_owned() + &".a".repeat(steps)], |row| row.get::<_, i64>(0));
            assert!(set(1000).is_ok());
            let refused = set(1001).unwrap_err();
            assert!(refused.to_string().contains(&format!("{function}: a path has more than 1,000 steps")), "{refused}");
        }
    }
}
