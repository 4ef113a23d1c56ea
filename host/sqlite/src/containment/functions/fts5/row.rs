use std::ffi::{c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::null;
use std::slice;

use rusqlite::ffi;

/// A code of SQLite's, other than that of success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure(pub(super) c_int);

/// A phrase of the query that is in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) phrase: c_int,
    pub(super) column: c_int,
    /// The place of its first token in the column, from 0.
    pub(super) at: c_int,
}

/// A token of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// Its first byte, and the one behind its last.
    pub(super) begin: usize,
    pub(super) end: usize,
}

/// The row that an auxiliary function of FTS5 is called for.
#[derive(Debug)]
pub(super) struct Row<'a> {
    api: &'a ffi::Fts5ExtensionApi,
    context: *mut ffi::Fts5Context,
    called: PhantomData<&'a ()>,
}

/// A function of the interface. All of them are there: its version is that of the SQLite that is linked.
macro_rules! call {
    ($row:expr, $function:ident $(, $argument:expr)*) => {
        match $row.api.$function {
            // SAFETY: SQLite gave the interface and the context for this call, as `Row::new` demands, and the arguments are as it asks.
            #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
            Some(function) => Ok(unsafe { function($row.context $(, $argument)*) }),
            None => Err(Failure(ffi::SQLITE_MISUSE)),
        }
    };
}

fn check(code: c_int) -> Result<(), Failure> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(Failure(code)) }
}

impl<'a> Row<'a> {
    /// # Safety
    ///
    /// `api` and `context` are those that SQLite gave the function that runs, and `'a` ends with its call.
    #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
    pub(super) unsafe fn new(api: *const ffi::Fts5ExtensionApi, context: *mut ffi::Fts5Context) -> Option<Self> {
        // SAFETY: as the caller says.
        let api = unsafe { api.as_ref() }?;
        Some(Self { api, context, called: PhantomData })
    }

    /// The most bytes that the function may make: the number that it was installed with.
    pub(super) fn most(&self) -> Result<usize, Failure> {
        let most = call!(self, xUserData)?.cast::<usize>();
        // SAFETY: `install` gave it, and SQLite drops it with the connection.
        #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
        unsafe { most.as_ref() }.copied().ok_or(Failure(ffi::SQLITE_MISUSE))
    }

    pub(super) fn columns(&self) -> Result<c_int, Failure> {
        call!(self, xColumnCount)
    }

    /// The phrases of the query.
    pub(super) fn phrases(&self) -> Result<c_int, Failure> {
        call!(self, xPhraseCount)
    }

    /// The tokens of a phrase.
    pub(super) fn phrase_size(&self, phrase: c_int) -> Result<c_int, Failure> {
        call!(self, xPhraseSize, phrase)
    }

    pub(super) fn match_count(&self) -> Result<c_int, Failure> {
        let mut count = 0;
        check(call!(self, xInstCount, &mut count)?).map(|()| count)
    }

    /// A match, in the order of columns and places.
    pub(super) fn match_at(&self, index: c_int) -> Result<Match, Failure> {
        let (mut phrase, mut column, mut at) = (0, 0, 0);
        check(call!(self, xInst, index, &mut phrase, &mut column, &mut at)?)?;
        Ok(Match { phrase, column, at })
    }

    /// The text of a column; none of one that is null.
    pub(super) fn text(&self, column: c_int) -> Result<Option<&'a [u8]>, Failure> {
        let (mut text, mut bytes) = (null(), 0);
        check(call!(self, xColumnText, column, &mut text, &mut bytes)?)?;
        Ok(bytes_of(text, bytes))
    }

    /// The tokens of a column.
    pub(super) fn size(&self, column: c_int) -> Result<c_int, Failure> {
        let mut tokens = 0;
        check(call!(self, xColumnSize, column, &mut tokens)?).map(|()| tokens)
    }

    /// Hands each token of a column's text to `take`, in order. Those that stand at the place of the one before are left out.
    pub(super) fn tokenize(
        &self,
        column: c_int,
        text: &[u8],
        mut take: impl FnMut(Token) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (mut locale, mut locale_bytes) = (null(), 0);
        check(call!(self, xColumnLocale, column, &mut locale, &mut locale_bytes)?)?;
        let bytes = c_int::try_from(text.len()).map_err(|_| Failure(ffi::SQLITE_TOOBIG))?;
        let mut take: &mut dyn FnMut(Token) -> Result<(), Failure> = &mut take;
        let taker = (&raw mut take).cast::<c_void>();
        check(call!(self, xTokenize_v2, text.as_ptr().cast(), bytes, locale, locale_bytes, taker, Some(token))?)
    }
}

/// Gets a token from SQLite.
#[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
unsafe extern "C" fn token(
    taker: *mut c_void,
    flags: c_int,
    _token: *const c_char,
    _bytes: c_int,
    begin: c_int,
    end: c_int,
) -> c_int {
    if flags & ffi::FTS5_TOKEN_COLOCATED != 0 {
        return ffi::SQLITE_OK;
    }
    // SAFETY: it is what `tokenize` gave, which waits for SQLite's return.
    let take = unsafe { &mut *taker.cast::<&mut dyn FnMut(Token) -> Result<(), Failure>>() };
    let (Ok(begin), Ok(end)) = (usize::try_from(begin), usize::try_from(end)) else { return ffi::SQLITE_CORRUPT };
    match take(Token { begin, end }) {
        Ok(()) => ffi::SQLITE_OK,
        Err(Failure(code)) => code,
    }
}

/// Bytes of SQLite's, which outlive the call that they are for.
fn bytes_of<'a>(bytes: *const c_char, count: c_int) -> Option<&'a [u8]> {
    let count = usize::try_from(count).ok()?;
    if bytes.is_null() {
        return None;
    }
    // SAFETY: SQLite gave the place and the length together, and keeps them until the function returns.
    #[expect(unsafe_code, reason = "SQLite offers full-text search to functions in C alone")]
    Some(unsafe { slice::from_raw_parts(bytes.cast(), count) })
}
