use std::ffi::{CStr, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::slice;

use rusqlite::{Connection, Error, ffi};

use super::marked::{Marks, highlight};
use super::snippet::{Wanted, snippet};
use super::{Failure, Row};

/// The most phrases of a query whose matches are shown: 256, more than anybody types. SQLite's list of all matches takes as many steps as
/// there are matches and phrases multiplied.
const PHRASES: c_int = 256;

const WRONG_COUNT: &CStr = c"wrong number of arguments to function snippet() or highlight()";
const MANY_PHRASES: &CStr = c"the query has more than 256 phrases: snippet() and highlight() show the matches of fewer";

type Function = unsafe extern "C" fn(
    *const ffi::Fts5ExtensionApi,
    *mut ffi::Fts5Context,
    *mut ffi::sqlite3_context,
    c_int,
    *mut *mut ffi::sqlite3_value,
);

/// Puts both functions in place of SQLite's. `value_bytes` bounds what they make.
#[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
pub(in super::super) fn install(connection: &Connection, value_bytes: usize) -> Result<(), Error> {
    let api = api(connection)?;
    for (name, function) in [(c"snippet", snippet_of as Function), (c"highlight", highlight_of as Function)] {
        // SAFETY: the connection is open, and so is its interface.
        let create = unsafe { (*api).xCreateFunction }.ok_or_else(|| failed(ffi::SQLITE_MISUSE))?;
        let most = Box::into_raw(Box::new(value_bytes)).cast::<c_void>();
        // SAFETY: the name is kept by SQLite, and `most` is dropped by it.
        let code = unsafe { create(api, name.as_ptr(), most, Some(function), Some(drop_most)) };
        if code != ffi::SQLITE_OK {
            return Err(failed(code));
        }
    }
    Ok(())
}

fn failed(code: c_int) -> Error {
    Error::SqliteFailure(ffi::Error::new(code), Some("full-text search cannot be prepared".to_owned()))
}

#[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
unsafe extern "C" fn drop_most(most: *mut c_void) {
    // SAFETY: `install` made it with `Box`.
    drop(unsafe { Box::from_raw(most.cast::<usize>()) });
}

/// The interface of FTS5, which SQLite hands out through a statement.
#[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
fn api(connection: &Connection) -> Result<*mut ffi::fts5_api, Error> {
    const SQL: &CStr = c"SELECT fts5(?1)";
    let mut api: *mut ffi::fts5_api = null_mut();
    let mut statement = null_mut();
    // SAFETY: the handle is that of an open connection; the statement ends here, and with it what was bound.
    let code = unsafe {
        let handle = connection.handle();
        let code = ffi::sqlite3_prepare_v2(handle, SQL.as_ptr(), -1, &raw mut statement, null_mut());
        if code == ffi::SQLITE_OK {
            ffi::sqlite3_bind_pointer(statement, 1, (&raw mut api).cast(), c"fts5_api_ptr".as_ptr(), None);
            ffi::sqlite3_step(statement);
        }
        ffi::sqlite3_finalize(statement);
        code
    };
    if api.is_null() { Err(failed(code)) } else { Ok(api) }
}

/// A function as SQLite calls it, which answers with what `$run` makes of the row, the arguments and the most bytes.
macro_rules! entry {
    ($name:ident, $run:expr) => {
        #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
        unsafe extern "C" fn $name(
            api: *const ffi::Fts5ExtensionApi,
            row: *mut ffi::Fts5Context,
            answer: *mut ffi::sqlite3_context,
            count: c_int,
            values: *mut *mut ffi::sqlite3_value,
        ) {
            // SAFETY: as SQLite calls it.
            unsafe { answered(api, row, answer, (count, values), $run) }
        }
    };
}

entry!(snippet_of, |row, values, most| {
    let [column, open, close, ellipsis, tokens] = values else { return Err(Refused::Count) };
    let marks = Marks { open: open.text(), close: close.text() };
    let wanted = Wanted { column: column.number(), marks, ellipsis: ellipsis.text(), tokens: tokens.number(), most };
    Ok(snippet(row, wanted)?)
});

entry!(highlight_of, |row, values, most| {
    let [column, open, close] = values else { return Err(Refused::Count) };
    Ok(highlight(row, column.number(), Marks { open: open.text(), close: close.text() }, most)?)
});

/// Why a function has no answer.
enum Refused {
    Count,
    Phrases,
    Failed(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// An argument.
#[repr(transparent)]
struct Argument(*mut ffi::sqlite3_value);

impl Argument {
    #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
    fn number(&self) -> c_int {
        // SAFETY: SQLite gave the value for this call.
        unsafe { ffi::sqlite3_value_int(self.0) }
    }

    /// Its text; of null an empty one.
    #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
    fn text(&self) -> &[u8] {
        // SAFETY: SQLite gave the value for this call, and keeps its text as long if nobody asks for it in another form.
        unsafe {
            let text = ffi::sqlite3_value_text(self.0);
            let bytes = usize::try_from(ffi::sqlite3_value_bytes(self.0)).unwrap_or_default();
            if text.is_null() { &[] } else { slice::from_raw_parts(text, bytes) }
        }
    }
}

/// Runs a function and gives its answer to SQLite. A panic is an error of the statement.
///
/// # Safety
///
/// The pointers are those that SQLite called a function of [`install`] with.
#[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
unsafe fn answered(
    api: *const ffi::Fts5ExtensionApi,
    context: *mut ffi::Fts5Context,
    answer: *mut ffi::sqlite3_context,
    (count, values): (c_int, *mut *mut ffi::sqlite3_value),
    run: impl FnOnce(&Row<'_>, &[Argument], usize) -> Result<Option<Vec<u8>>, Refused>,
) {
    let count = usize::try_from(count).unwrap_or_default();
    // SAFETY: an `Argument` is nothing but the pointer, and there are so many of them.
    let values = if count == 0 { &[][..] } else { unsafe { slice::from_raw_parts(values.cast::<Argument>(), count) } };
    let made = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: as the caller says.
        let row = unsafe { Row::new(api, context) }.ok_or(Failure(ffi::SQLITE_MISUSE))?;
        if row.phrases()? > PHRASES {
            return Err(Refused::Phrases);
        }
        run(&row, values, row.most()?)
    }));
    // SAFETY: SQLite copies texts, and takes an answer of each kind at any time of the call.
    unsafe {
        match made.unwrap_or(Err(Refused::Failed(Failure(ffi::SQLITE_INTERNAL)))) {
            Ok(Some(text)) => {
                ffi::sqlite3_result_text64(
                    answer,
                    text.as_ptr().cast(),
                    text.len() as u64,
                    ffi::SQLITE_TRANSIENT(),
                    u8::try_from(ffi::SQLITE_UTF8).unwrap_or(1),
                );
            }
            Ok(None) => ffi::sqlite3_result_null(answer),
            Err(Refused::Count) => ffi::sqlite3_result_error(answer, WRONG_COUNT.as_ptr(), -1),
            Err(Refused::Phrases) => ffi::sqlite3_result_error(answer, MANY_PHRASES.as_ptr(), -1),
            Err(Refused::Failed(Failure(ffi::SQLITE_TOOBIG))) => ffi::sqlite3_result_error_toobig(answer),
            Err(Refused::Failed(Failure(code))) => ffi::sqlite3_result_error_code(answer, code),
        }
    }
}
