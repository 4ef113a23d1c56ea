use std::ffi::c_int;

use rusqlite::ffi;

use super::marked::{Made, Marks, Range, add_marked};
use super::row::Match;
use super::{Failure, Row};

/// What the first match of a phrase in a snippet counts, and each further one.
const NEW_PHRASE: i64 = 1000;
const SAME_PHRASE: i64 = 1;

/// What a snippet counts more that begins where a sentence does, and where the text does.
const SENTENCE: i64 = 100;
const TEXT: i64 = 120;

/// The arguments of `snippet`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Below 0: any.
    pub(super) column: c_int,
    pub(super) marks: Marks<'a>,
    pub(super) ellipsis: &'a [u8],
    /// The most tokens.
    pub(super) tokens: c_int,
    /// The most bytes.
    pub(super) most: usize,
}

/// A place for a snippet.
#[derive(Debug, Clone, Copy)]
struct Best {
    score: i64,
    column: c_int,
    first: i64,
    /// The tokens of the column.
    size: i64,
}

/// The matches in a row of tokens, which moves on in the text.
#[derive(Debug)]
struct Window {
    tokens: i64,
    from: usize,
    to: usize,
    /// How often each phrase is in it.
    counts: Vec<u32>,
    phrases: i64,
}

impl Window {
    fn new(tokens: c_int, phrases: c_int) -> Self {
        let counts = vec![0; usize::try_from(phrases).unwrap_or_default()];
        Self { tokens: i64::from(tokens), from: 0, to: 0, counts, phrases: 0 }
    }

    /// Moves it to begin at `place`, which is not before the last one, and gives the score and the matches in it.
    fn score<'m>(&mut self, matches: &'m [Match], place: i64) -> (i64, &'m [Match]) {
        if self.tokens <= 0 {
            return (0, &[]);
        }
        let end = place + self.tokens;
        while let Some(found) = matches.get(self.to).filter(|found| i64::from(found.at) < end) {
            self.to += 1;
            self.count(found.phrase, true);
        }
        while let Some(found) = matches.get(self.from).filter(|found| i64::from(found.at) < place) {
            self.from += 1;
            self.count(found.phrase, false);
        }
        let inside = matches.get(self.from..self.to).unwrap_or_default();
        let further = i64::try_from(inside.len()).unwrap_or(i64::MAX) - self.phrases;
        (self.phrases * NEW_PHRASE + further * SAME_PHRASE, inside)
    }

    fn count(&mut self, phrase: c_int, comes: bool) {
        let Some(count) = usize::try_from(phrase).ok().and_then(|phrase| self.counts.get_mut(phrase)) else { return };
        if comes {
            self.phrases += i64::from(*count == 0);
            *count += 1;
        } else {
            *count = count.saturating_sub(1);
            self.phrases -= i64::from(*count == 0);
        }
    }
}

/// `snippet`: the part of the row's text with the best matches. None of a text that is null.
pub(super) fn snippet(row: &Row<'_>, wanted: Wanted<'_>) -> Result<Option<Vec<u8>>, Failure> {
    let mut best = Best { score: 0, column: wanted.column.max(0), first: 0, size: 0 };
    let count = row.match_count()?;
    let mut next = 0;
    for column in 0..row.columns()? {
        let matches = matches_of(row, column, &mut next, count)?;
        if wanted.column < 0 || wanted.column == column {
            look_in(row, column, &matches, wanted.tokens, &mut best)?;
        }
    }
    let Some(text) = row.text(best.column)? else { return Ok(None) };
    if best.size == 0 {
        best.size = i64::from(row.size(best.column)?);
    }
    let mut made = Made::new(wanted.most);
    if best.first > 0 {
        made.add(wanted.ellipsis)?;
    }
    let range = Range { first: best.first, last: best.first + i64::from(wanted.tokens) - 1 };
    let end = add_marked(row, best.column, text, wanted.marks, range, &mut made)?;
    made.add(if range.last >= best.size - 1 { text.get(end..).unwrap_or_default() } else { wanted.ellipsis })?;
    Ok(Some(made.bytes))
}

/// The matches of a column, of which `next` is the first if it has any.
fn matches_of(row: &Row<'_>, column: c_int, next: &mut c_int, count: c_int) -> Result<Vec<Match>, Failure> {
    let mut matches = Vec::new();
    while *next < count {
        let found = row.match_at(*next)?;
        if found.column != column {
            break;
        }
        matches.push(found);
        *next += 1;
    }
    Ok(matches)
}

/// Looks for a better place in a column.
fn look_in(row: &Row<'_>, column: c_int, matches: &[Match], tokens: c_int, best: &mut Best) -> Result<(), Failure> {
    let sentences = sentences(row, column)?;
    let size = i64::from(row.size(column)?);
    let phrases = row.phrases()?;
    let (mut at_match, mut at_sentence) = (Window::new(tokens, phrases), Window::new(tokens, phrases));
    let mut sentence = 0;
    let mut take = |score, first| {
        if score > best.score {
            *best = Best { score, column, first, size };
        }
    };
    for found in matches {
        let at = i64::from(found.at);
        if at > size {
            return Err(Failure(ffi::SQLITE_CORRUPT));
        }
        let (score, inside) = at_match.score(matches, at);
        take(score, centred(row, inside, i64::from(tokens), size)?);
        if size <= i64::from(tokens) {
            continue;
        }
        while sentences.get(sentence + 1).is_some_and(|next| *next <= at) {
            sentence += 1;
        }
        if let Some(first) = sentences.get(sentence).copied().filter(|first| *first < at) {
            let (score, _) = at_sentence.score(matches, first);
            take(score + if first == 0 { TEXT } else { SENTENCE }, first);
        }
    }
    Ok(())
}

/// Where a snippet begins that has these matches in its middle.
fn centred(row: &Row<'_>, inside: &[Match], tokens: i64, size: i64) -> Result<i64, Failure> {
    let first = inside.first().map_or(-1, |found| i64::from(found.at));
    let last = match inside.last() {
        Some(found) => i64::from(found.at) + i64::from(row.phrase_size(found.phrase)?),
        None => 0,
    };
    let begin = first - (tokens - (last - first)) / 2;
    Ok(begin.min(size - tokens).max(0))
}

/// The first token of each sentence: that of the text, and those behind a full stop or a colon and white space.
fn sentences(row: &Row<'_>, column: c_int) -> Result<Vec<i64>, Failure> {
    let text = row.text(column)?.unwrap_or_default();
    let (mut sentences, mut place) = (Vec::new(), 0);
    row.tokenize(column, text, |token| {
        let before = text.get(..token.begin).unwrap_or_default();
        let end = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        let is_first = match end.and_then(|end| before.get(end).map(|byte| (end, *byte))) {
            _ if place == 0 => true,
            Some((end, b'.' | b':')) => end + 1 != before.len(),
            Some(_) | None => false,
        };
        if is_first {
            sentences.push(place);
        }
        place += 1;
        Ok(())
    })?;
    Ok(sentences)
}
