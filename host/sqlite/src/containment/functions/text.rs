//! `instr`, `replace`, `trim`, `ltrim`, `rtrim` and `unhex`, which take as many steps as their arguments have bytes added.

use std::collections::HashSet;

use memchr::memmem;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, ffi};

/// Puts the functions in place of SQLite's. `value_bytes` bounds what `replace` makes.
pub(super) fn install(connection: &Connection, value_bytes: usize) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("instr", 2, flags, instr)?;
    connection.create_scalar_function("replace", 3, flags, move |context| replace(context, value_bytes))?;
    for (name, left, right) in [("trim", true, true), ("ltrim", true, false), ("rtrim", false, true)] {
        connection.create_scalar_function(name, 1, flags, move |context| trim(context, left, right))?;
        connection.create_scalar_function(name, 2, flags, move |context| trim(context, left, right))?;
    }
    connection.create_scalar_function("unhex", 1, flags, unhex)?;
    connection.create_scalar_function("unhex", 2, flags, unhex)
}

/// An argument as text or bytes, as SQLite's own functions see it. None for null.
fn bytes(context: &Context<'_>, index: usize) -> Option<Vec<u8>> {
    match context.get_raw(index) {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string().into_bytes()),
        // SQLite writes 15 digits, Rust as many as it needs: who searches in the digits of a real asks for trouble anyway.
        ValueRef::Real(number) => Some(format!("{number:?}").into_bytes()),
        ValueRef::Text(text) => Some(text.to_vec()),
        ValueRef::Blob(bytes) => Some(bytes.to_vec()),
    }
}

fn text(bytes: Vec<u8>) -> Value {
    Value::Text(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Characters, for the question whether one is among them.
struct Set {
    ascii: [bool; 128],
    others: HashSet<char>,
}

impl Set {
    fn of(text: &[u8]) -> Self {
        let mut set = Self { ascii: [false; 128], others: HashSet::new() };
        for character in String::from_utf8_lossy(text).chars() {
            match set.ascii.get_mut(character as usize) {
                Some(is_in) => *is_in = true,
                None => drop(set.others.insert(character)),
            }
        }
        set
    }

    fn has(&self, character: char) -> bool {
        self.ascii.get(character as usize).copied().unwrap_or_else(|| self.others.contains(&character))
    }
}

/// `instr(X, Y)`: where Y first is in X, from 1; 0 if it is not. In characters, or in bytes if both are blobs.
fn instr(context: &Context<'_>) -> Result<Option<i64>, Error> {
    let (Some(within), Some(wanted)) = (bytes(context, 0), bytes(context, 1)) else {
        return Ok(None);
    };
    let blobs = matches!((context.get_raw(0), context.get_raw(1)), (ValueRef::Blob(_), ValueRef::Blob(_)));
    let Some(at) = memmem::find(&within, &wanted) else {
        return Ok(Some(0));
    };
    let before = within.get(..at).unwrap_or_default();
    let count = if blobs { before.len() } else { before.iter().filter(|byte| !is_continuation(**byte)).count() };
    Ok(Some(i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)))
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// `replace(X, Y, Z)`: X with Z for each Y.
fn replace(context: &Context<'_>, value_bytes: usize) -> Result<Value, Error> {
    let (Some(within), Some(wanted)) = (bytes(context, 0), bytes(context, 1)) else {
        return Ok(Value::Null);
    };
    if wanted.is_empty() {
        return Ok(text(within));
    }
    let Some(with) = bytes(context, 2) else {
        return Ok(Value::Null);
    };
    let mut made = Vec::new();
    let mut from = 0;
    for at in memmem::find_iter(&within, &wanted) {
        made.extend_from_slice(within.get(from..at).unwrap_or_default());
        made.extend_from_slice(&with);
        from = at + wanted.len();
        if made.len() > value_bytes {
            return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None));
        }
    }
    made.extend_from_slice(within.get(from..).unwrap_or_default());
    if made.len() > value_bytes {
        return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None));
    }
    Ok(text(made))
}

/// `trim(X)` and `trim(X, Y)`: X without the characters of Y at its ends.
fn trim(context: &Context<'_>, left: bool, right: bool) -> Result<Value, Error> {
    let Some(within) = bytes(context, 0) else {
        return Ok(Value::Null);
    };
    let set = if context.len() > 1 { bytes(context, 1) } else { Some(b" ".to_vec()) };
    let Some(set) = set else {
        return Ok(Value::Null);
    };
    let within = String::from_utf8_lossy(&within).into_owned();
    let set = Set::of(&set);
    let mut rest = within.as_str();
    if left {
        rest = rest.trim_start_matches(|character| set.has(character));
    }
    if right {
        rest = rest.trim_end_matches(|character| set.has(character));
    }
    Ok(Value::Text(rest.to_owned()))
}

/// `unhex(X)` and `unhex(X, Y)`: the bytes that the hexadecimal digits of X stand for, with characters of Y before, between and behind
/// pairs. Null for any other X.
fn unhex(context: &Context<'_>) -> Result<Value, Error> {
    let (Some(digits), Some(between)) = (bytes(context, 0), if context.len() > 1 { bytes(context, 1) } else { Some(Vec::new()) })
    else {
        return Ok(Value::Null);
    };
    let between = Set::of(&between);
    let digits = String::from_utf8_lossy(&digits);
    let mut made = Vec::with_capacity(digits.len() / 2);
    let mut rest = digits.chars();
    while let Some(first) = rest.next() {
        match (first.to_digit(16), first) {
            (Some(high), _) => {
                let Some(low) = rest.next().and_then(|second| second.to_digit(16)) else { return Ok(Value::Null) };
                made.push(u8::try_from(high << 4 | low).unwrap_or_default());
            }
            (None, other) if between.has(other) => {}
            (None, _) => return Ok(Value::Null),
        }
    }
    Ok(Value::Blob(made))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with_ours() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        install(&connection, 1 << 20).unwrap();
        connection
    }

    /// SQLite's own answer and ours.
    fn both(sql: &str, parameters: &[Value]) -> (Value, Value) {
        let ask = |connection: &Connection| {
            connection.query_row(sql, rusqlite::params_from_iter(parameters), |row| row.get::<_, Value>(0)).unwrap()
        };
        (ask(&Connection::open_in_memory().unwrap()), ask(&with_ours()))
    }

    fn argument() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            (-20i64..20).prop_map(Value::Integer),
            "[abä ]{0,6}".prop_map(Value::Text),
            proptest::collection::vec(97u8..100, 0..4).prop_map(Value::Blob),
        ]
    }

    proptest! {
        #[test]
        fn they_answer_as_sqlites_own(x in argument(), y in argument(), z in argument()) {
            for sql in ["SELECT instr(?1, ?2)", "SELECT trim(?1, ?2)", "SELECT ltrim(?1, ?2)", "SELECT rtrim(?1, ?2)"] {
                let (theirs, ours) = both(sql, &[x.clone(), y.clone()]);
                prop_assert_eq!(theirs, ours, "{}", sql);
            }
            for sql in ["SELECT trim(?1)", "SELECT unhex(?1)"] {
                let (theirs, ours) = both(sql, std::slice::from_ref(&x));
                prop_assert_eq!(theirs, ours, "{}", sql);
            }
            let (theirs, ours) = both("SELECT replace(?1, ?2, ?3)", &[x, y, z]);
            prop_assert_eq!(theirs, ours);
        }
    }

    proptest! {
        #[test]
        fn digits_are_read_as_by_sqlite(x in "[0aF ä.-]{0,6}", y in "[ ä.0a]{0,3}") {
            let (theirs, ours) = both("SELECT unhex(?1, ?2)", &[Value::Text(x), Value::Text(y)]);
            prop_assert_eq!(theirs, ours);
        }
    }

    #[test]
    fn large_values_take_no_time() {
        let started = std::time::Instant::now();
        let connection = with_ours();
        for sql in [
            "SELECT instr(zeroblob(8000000), CAST(zeroblob(4000000) || x'01' AS BLOB))",
            "SELECT length(unhex(hex(zeroblob(2000000)), replace(hex(zeroblob(200000)), '00', 'abc-')))",
            "SELECT length(trim(replace(hex(zeroblob(400000)), '0', 'a'), replace(hex(zeroblob(400000)), '0', 'b') || 'a'))",
        ] {
            connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        }
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }

    #[test]
    fn replace_makes_no_more_than_a_value_may_have() {
        let connection = Connection::open_in_memory().unwrap();
        install(&connection, 100).unwrap();
        let of = |count: usize| {
            connection.query_row("SELECT length(replace(?1, 'a', 'bb'))", ["a".repeat(count)], |row| row.get::<_, i64>(0))
        };
        assert_eq!(of(50).unwrap(), 100);
        of(51).unwrap_err();
    }
}
