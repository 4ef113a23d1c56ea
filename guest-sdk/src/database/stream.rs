use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::BoxStream;
use sea_orm::{DbErr, QueryResult};

/// The rows of a statement as they come, from sea-orm's `stream`.
///
/// It holds one of the database's readers until its end or until it is dropped. On a transaction, further statements wait for that
/// too: one that is awaited while the stream is held waits until the transaction's time is over.
#[must_use = "a stream gives nothing unless it is polled"]
pub struct QueryStream {
    rows: BoxStream<'static, Result<QueryResult, DbErr>>,
}

impl QueryStream {
    pub(super) fn new(rows: BoxStream<'static, Result<QueryResult, DbErr>>) -> Self {
        Self { rows }
    }
}

impl Stream for QueryStream {
    type Item = Result<QueryResult, DbErr>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.rows.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for QueryStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryStream").finish_non_exhaustive()
    }
}
