use std::ffi::c_int;

use rusqlite::ffi;

use super::row::Token;
use super::{Failure, Row};

/// The text around marks, and what takes part of a text alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks<'a> {
    pub(super) open: &'a [u8],
    pub(super) close: &'a [u8],
}

/// Which tokens of a text are wanted: from the first to the last, or all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) first: i64,
    /// Below 0: all.
    pub(super) last: i64,
}

impl Range {
    pub(super) const ALL: Self = Self { first: 0, last: -1 };

    const fn is_part(self) -> bool {
        self.last >= 0
    }
}

/// Text that is made, of at most so many bytes.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    most: usize,
}

impl Made {
    pub(super) const fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most }
    }

    pub(super) fn add(&mut self, more: &[u8]) -> Result<(), Failure> {
        if self.bytes.len() + more.len() > self.most {
            return Err(Failure(ffi::SQLITE_TOOBIG));
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }
}

/// The matches of a column, those as one that have a token in common.
#[derive(Debug)]
struct Spans<'a> {
    row: &'a Row<'a>,
    column: c_int,
    next: c_int,
    count: c_int,
    /// The first and the last token of the one at hand. Below 0: there is no more.
    first: i64,
    last: i64,
}

impl<'a> Spans<'a> {
    fn new(row: &'a Row<'a>, column: c_int) -> Result<Self, Failure> {
        let mut spans = Self { row, column, next: 0, count: row.match_count()?, first: -1, last: -1 };
        spans.advance()?;
        Ok(spans)
    }

    fn advance(&mut self) -> Result<(), Failure> {
        (self.first, self.last) = (-1, -1);
        while self.next < self.count {
            let found = self.row.match_at(self.next)?;
            if found.column == self.column {
                let (first, size) = (i64::from(found.at), i64::from(self.row.phrase_size(found.phrase)?));
                let last = first - 1 + size;
                if self.first < 0 {
                    (self.first, self.last) = (first, last);
                } else if first <= self.last {
                    self.last = self.last.max(last);
                } else {
                    break;
                }
            }
            self.next += 1;
        }
        Ok(())
    }
}

/// A text on its way into another one, with marks around its matches.
#[derive(Debug)]
struct Marking<'a> {
    text: &'a [u8],
    marks: Marks<'a>,
    range: Range,
    spans: Spans<'a>,
    /// The token that comes next.
    place: i64,
    /// So many bytes of the text are copied, or left out before the range.
    copied: usize,
    is_open: bool,
}

impl Marking<'_> {
    fn copy_to(&mut self, end: usize, made: &mut Made) -> Result<(), Failure> {
        made.add(self.text.get(self.copied..end).unwrap_or_default())?;
        self.copied = end;
        Ok(())
    }

    fn open(&mut self, made: &mut Made) -> Result<(), Failure> {
        self.is_open = true;
        made.add(self.marks.open)
    }

    fn close(&mut self, made: &mut Made) -> Result<(), Failure> {
        self.is_open = false;
        made.add(self.marks.close)
    }

    fn token(&mut self, Token { begin, end }: Token, made: &mut Made) -> Result<(), Failure> {
        let (place, range) = (self.place, self.range);
        self.place += 1;
        if range.is_part() {
            if place < range.first || place > range.last {
                return Ok(());
            }
            if range.first > 0 && place == range.first {
                self.copied = begin;
            }
        }
        // Behind the last match, unless the next one follows without a gap.
        if self.is_open && (place <= self.spans.first || self.spans.first < 0) && begin > self.copied {
            self.close(made)?;
        }
        if place == self.spans.first && !self.is_open {
            self.copy_to(begin, made)?;
            self.open(made)?;
        }
        if place == self.spans.last {
            // One that began before the range.
            if !self.is_open {
                self.open(made)?;
            }
            self.copy_to(end, made)?;
            self.spans.advance()?;
        }
        if range.is_part() && place == range.last {
            if self.is_open {
                if self.spans.first >= 0 && place >= self.spans.first {
                    self.copy_to(end, made)?;
                }
                self.close(made)?;
            }
            self.copy_to(end, made)?;
        }
        Ok(())
    }
}

/// Adds a column's text, or a part of it, with `marks` around the matches. The end of the text is added if the range reaches it.
///
/// The bytes of the text that the part ends before.
pub(super) fn add_marked(
    row: &Row<'_>,
    column: c_int,
    text: &[u8],
    marks: Marks<'_>,
    range: Range,
    made: &mut Made,
) -> Result<usize, Failure> {
    let mut spans = Spans::new(row, column)?;
    while spans.first >= 0 && spans.first < range.first {
        spans.advance()?;
    }
    let mut marking = Marking { text, marks, range, spans, place: 0, copied: 0, is_open: false };
    row.tokenize(column, text, |token| marking.token(token, made))?;
    if marking.is_open {
        marking.close(made)?;
    }
    Ok(marking.copied)
}

/// `highlight`: a column's text with marks around the matches. None of one that is null.
pub(super) fn highlight(row: &Row<'_>, column: c_int, marks: Marks<'_>, most: usize) -> Result<Option<Vec<u8>>, Failure> {
    let text = match row.text(column) {
        // There is no such column.
        Err(Failure(ffi::SQLITE_RANGE)) => return Ok(Some(Vec::new())),
        text => text?,
    };
    let Some(text) = text else { return Ok(None) };
    let mut made = Made::new(most);
    let end = add_marked(row, column, text, marks, Range::ALL, &mut made)?;
    made.add(text.get(end..).unwrap_or_default())?;
    Ok(Some(made.bytes))
}
