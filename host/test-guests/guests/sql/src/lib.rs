//! Runs the SQL that it is sent, without anything between it and the world's own interface, and keeps what it should let go.
//!
//! | request | does |
//! |---|---|
//! | `POST /{execute,query,batch,stream}/{label}` | the body as SQL |
//! | `POST /transaction/{label}` | the body as a batch in a transaction that is committed |
//! | `POST /trap/{label}` | the same, but traps before the commit |
//! | `POST /leak/{label}` | the same, but keeps the transaction for ever |
//! | `POST /hold/{label}` | the same, but does not answer |
//! | `POST /many/{count}/{label}` | the body, that often at once, sent while a transaction holds the database's writer |
//! | `POST /streams/{count}/{label}` | the body as a stream, that often, all kept for ever |

use std::cell::RefCell;
use std::fmt::Write;

use futures::future::maybe_done;
use futures::poll;
use raw::bindings::temps::plugin::sqlite::{Access, Connection, Error, RowStream, Transaction, Value};
use raw::wit_bindgen::StreamResult;
use raw::{Body, Request, Response, text};

thread_local! {
    static TRANSACTIONS: RefCell<Vec<Transaction>> = const { RefCell::new(Vec::new()) };
    static STREAMS: RefCell<Vec<RowStream>> = const { RefCell::new(Vec::new()) };
}

async fn handle(request: Request) -> Response {
    let sql = String::from_utf8(match request.body {
        Body::Empty => vec![],
        Body::Inline(bytes) => bytes,
        Body::Streamed(body) => body.content.collect().await,
    })
    .unwrap();
    let parts: Vec<&str> = request.path_with_query.split('/').skip(1).collect();
    let done = match parts[..] {
        ["ok"] => Ok("ok".to_owned()),
        ["many", count, label] => many(count.parse().unwrap(), label, &sql).await,
        ["streams", count, label] => streams(count.parse().unwrap(), label, &sql).await,
        [what, label] => run(what, label, sql).await,
        _ => Ok("no such route".to_owned()),
    };
    text(&done.unwrap_or_else(|error| words(&error)))
}

async fn run(what: &str, label: &str, sql: String) -> Result<String, Error> {
    let connection = Connection::open(label.to_owned()).await?;
    match what {
        "execute" => Ok(format!("ok {}", connection.execute(sql, vec![]).await?.rows_affected)),
        "query" => Ok(format!("ok {}", values(&connection.query(sql, vec![]).await?.values))),
        "batch" => Ok(format!("ok {}", connection.batch(sql).await?.rows_affected)),
        "stream" => read(connection.query_stream(sql, vec![]).await?).await,
        _ => {
            let transaction = connection.begin(Access::Write).await?;
            transaction.batch(sql).await?;
            match what {
                "trap" => panic!("in a transaction"),
                "leak" => TRANSACTIONS.with_borrow_mut(|kept| kept.push(transaction)),
                "hold" => futures::future::pending().await,
                _ => transaction.commit().await?,
            }
            Ok("ok".to_owned())
        }
    }
}

async fn read(mut stream: RowStream) -> Result<String, Error> {
    let mut rows = 0;
    loop {
        let (result, read) = stream.rows.read(Vec::with_capacity(100)).await;
        rows += read.len();
        match result {
            StreamResult::Complete(_) => {}
            StreamResult::Dropped | StreamResult::Cancelled => break,
        }
    }
    stream.end.await?;
    Ok(format!("ok {rows}"))
}

async fn many(count: usize, label: &str, sql: &str) -> Result<String, Error> {
    let connection = Connection::open(label.to_owned()).await?;
    let held = connection.begin(Access::Write).await?;
    let mut sent: Vec<_> = (0..count).map(|_| Box::pin(maybe_done(connection.execute(sql.to_owned(), vec![])))).collect();
    // Each one once: all have been sent before any of them can end.
    for statement in &mut sent {
        let _ = poll!(statement.as_mut());
    }
    drop(held);
    let mut failed = Vec::new();
    for mut statement in sent {
        statement.as_mut().await;
        if let Some(Err(error)) = statement.as_mut().take_output() {
            failed.push(words(&error));
        }
    }
    Ok(format!("ok {}, failed {}: {}", count - failed.len(), failed.len(), failed.first().map_or("", String::as_str)))
}

async fn streams(count: usize, label: &str, sql: &str) -> Result<String, Error> {
    let connection = Connection::open(label.to_owned()).await?;
    for _ in 0..count {
        let stream = connection.query_stream(sql.to_owned(), vec![]).await?;
        STREAMS.with_borrow_mut(|kept| kept.push(stream));
    }
    Ok("ok".to_owned())
}

fn values(values: &[Value]) -> String {
    let mut text = String::new();
    for value in values {
        match value {
            Value::Null => text.push_str("null "),
            Value::Integer(number) => write!(text, "{number} ").unwrap(),
            Value::Real(number) => write!(text, "{number} ").unwrap(),
            Value::Text(words) => write!(text, "{words} ").unwrap(),
            Value::Blob(bytes) => write!(text, "{} bytes ", bytes.len()).unwrap(),
        }
    }
    text
}

fn words(error: &Error) -> String {
    match error {
        Error::Constraint(violation) => format!("constraint: {}", violation.message),
        Error::Busy(words) => format!("busy: {words}"),
        Error::ReadOnly(words) => format!("read-only: {words}"),
        Error::Full(words) => format!("full: {words}"),
        Error::Denied(words) => format!("denied: {words}"),
        Error::Interrupted(words) => format!("interrupted: {words}"),
        Error::Syntax(words) => format!("syntax: {words}"),
        Error::TooLarge(words) => format!("too large: {words}"),
        Error::Finished(words) => format!("finished: {words}"),
        Error::Other(words) => format!("other: {words}"),
    }
}

raw::plugin!("sql", handle);
