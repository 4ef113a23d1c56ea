//! What a plugin's databases are held to.

use std::time::Duration;

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident / $setter:ident: $kind:ty = $constant:ident($default:expr);)+) => {
        $($(#[doc = $doc])+ pub const $constant: $kind = $default;)+

        /// The limits of all databases of one plugin. The default of each is the constant of its name, which also argues it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Settings { $($name: $kind,)+ }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($name: $constant,)+ }
            }
        }

        impl Settings {
            $($(#[doc = $doc])+ #[must_use] pub const fn $name(&self) -> $kind { self.$name }

            #[doc = concat!("Sets [`Settings::", stringify!($name), "`].")]
            #[must_use] pub const fn $setter(mut self, value: $kind) -> Self { self.$name = value; self })+
        }
    };
}

settings! {
    /// Databases that a plugin may have open; default 8. Each costs threads and file descriptors, and plugins have one or two. Opening
    /// one more is [`Error::Denied`](crate::Error::Denied); databases stay open until the plugin ends.
    databases / with_databases: usize = DATABASES(8);

    /// Connections of a database that read at the same time, beside the one that writes; default 4, more than the cores that a plugin
    /// commonly finds. Further statements wait.
    readers / with_readers: usize = READERS(4);

    /// How long a reader that nobody needs stays open; default 30 s, over the pauses between a person's clicks. Then it gives its memory back; the
    /// next one is opened in a millisecond.
    reader_idle / with_reader_idle: Duration = READER_IDLE(Duration::from_secs(30));

    /// How long one statement may run; default 5 s, beyond what a page that a person waits for can afford. Then it is
    /// [`Error::Interrupted`](crate::Error::Interrupted), and what it did is undone. Each piece of a stream counts by itself.
    statement_time / with_statement_time: Duration = STATEMENT_TIME(Duration::from_secs(5));

    /// How long a transaction or a stream may be open; default 10 s: it holds up other writers, or keeps the write-ahead log from being
    /// taken back. Then it is rolled back and [`Error::Finished`](crate::Error::Finished).
    transaction_time / with_transaction_time: Duration = TRANSACTION_TIME(Duration::from_secs(10));

    /// How long a statement waits for its turn; default 15 s, longer than a transaction may take, so that one that was forgotten holds
    /// the others up and does not make them fail. Then it is [`Error::Busy`](crate::Error::Busy).
    wait_time / with_wait_time: Duration = WAIT_TIME(Duration::from_secs(15));

    /// Statements that wait or run; default 1,024, one for each request that may be under way. One more is
    /// [`Error::Busy`](crate::Error::Busy) at once.
    statements / with_statements: usize = STATEMENTS(1024);

    /// The bytes of SQL and parameters of all statements that wait or run; default 64 MiB, as the launcher holds them in memory. Beyond
    /// it a statement is [`Error::Busy`](crate::Error::Busy) at once.
    statement_bytes / with_statement_bytes: usize = STATEMENT_BYTES(64 << 20);

    /// The largest size of a database's file, in bytes; default 1 GiB. Beyond it, [`Error::Full`](crate::Error::Full). A file that is
    /// larger when it is opened stays, and can only shrink.
    size / with_size: usize = SIZE(1 << 30);

    /// The largest size of a database's write-ahead log, in bytes; default 256 MiB. It grows with what is written while somebody reads
    /// an old state. Beyond it, [`Error::Full`](crate::Error::Full) until the reader is gone.
    log_size / with_log_size: usize = LOG_SIZE(256 << 20);

    /// The rows of a result that comes in one piece; default 50,000, more than any page shows. Beyond it,
    /// [`Error::TooLarge`](crate::Error::TooLarge); a stream has no such limit.
    rows / with_rows: usize = ROWS(50_000);

    /// The bytes of a result that comes in one piece, and of one row of a stream; default 16 MiB, as the launcher holds them in memory and the
    /// guest after it. A value counts its bytes and 16 more. Beyond it, [`Error::TooLarge`](crate::Error::TooLarge).
    result_bytes / with_result_bytes: usize = RESULT_BYTES(16 << 20);

    /// The bytes of one text or blob; default 8 MiB, half of a result. Beyond it, [`Error::TooLarge`](crate::Error::TooLarge).
    value_bytes / with_value_bytes: usize = VALUE_BYTES(8 << 20);

    /// The bytes of the temporary tables of one connection; default 4 MiB. They are in memory, so those of eight databases take half of
    /// [`MEMORY`]. Beyond it, [`Error::Full`](crate::Error::Full); they can be emptied and dropped then, and go with their connection.
    temporary / with_temporary: usize = TEMPORARY(4 << 20);

    /// The memory of SQLite in this process, in bytes; default 64 MiB. Sorting and temporary tables happen in it, since their files would
    /// lie outside of the plugin's folder. Beyond it, [`Error::TooLarge`](crate::Error::TooLarge). It holds for the whole process and can
    /// only be lowered in it.
    memory / with_memory: usize = MEMORY(64 << 20);
}

/// The bytes of a pattern of `LIKE` and `GLOB`: 256. Matching takes as many steps as text and pattern have bytes multiplied, and no
/// interruption reaches it.
pub(crate) const PATTERN_BYTES: i32 = 256;

/// Statements that a connection keeps prepared: 64, a plugin's handlers and as many again.
pub(crate) const PREPARED: usize = 64;

/// Pages that a connection caches, in KiB: 1 MiB. The system caches the file besides.
pub(crate) const CACHE_KIB: i64 = 1024;

/// How long SQLite waits for another process that has the file: 5 s, an operator's `sqlite3` for instance.
pub(crate) const OTHER_PROCESS: Duration = Duration::from_secs(5);

/// How long a statement that was told to stop may take to do so, beyond its time: 2 s. Some of SQLite's functions cannot be
/// interrupted. After that its caller is answered, and the connection is lost for as long as it takes.
pub(crate) const GRACE: Duration = Duration::from_secs(2);
