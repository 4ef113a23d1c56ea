//! Every limit that the launcher puts on a plugin, and its default.
//!
//! | kind | accepted by [`Limits::set`] |
//! |---|---|
//! | bytes | `64KiB`, `256MiB`, `1GB`, or a bare number of bytes |
//! | time | `250ms`, `30s`, `2m` |
//! | count | a bare number |
//!
//! Zero is refused everywhere: a limit of zero would stop the plugin rather than bound it.
//!
//! A plugin may have several [`instances`](Limits::instances). Each then has for itself what is said of an instance or of its memory: `memory`,
//! `cpu_budget`, `hold`, `handles`, `open_files`, `listed_names`, `stuck`, `log_rate`, `api_bytes`, and the times of its calls. Everything else they
//! share: the requests in flight, files, databases, events, and the platform's queries.

mod instances;
mod kind;
mod memory;

use std::time::Duration;

use temps_plugin_http::settings as http;
use temps_plugin_inbox::settings as inbox;
use temps_plugin_sqlite::{Settings, settings};
use temps_plugin_ui::limits as ui;

pub use instances::InstanceCount;
use kind::Kind;
pub use memory::MemoryBytes;

/// A limit that could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// No limit has this name.
    #[error("there is no limit `{name}`; the limits are {}", Limits::NAMES.join(", "))]
    Unknown {
        /// The name that was given.
        name: String,
    },
    /// The value does not fit the limit's kind.
    #[error("limit `{name}`: `{value}` is not {expected}")]
    Invalid {
        /// The limit's name.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// What would have been accepted.
        expected: &'static str,
    },
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident / $setter:ident: $kind:ty = $constant:ident($default:expr);)+) => {
        $($(#[doc = $doc])+ pub const $constant: $kind = $default;)+

        /// The limits of one plugin. The default of each is the constant of its name in this module, which also argues it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits { $($name: $kind,)+ }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $constant,)+ }
            }
        }

        impl Limits {
            /// The names that [`Limits::set`] knows.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)+];

            /// Sets the limit called `name` from text, for command lines and files.
            ///
            /// # Errors
            ///
            /// [`LimitError`] for a name that does not exist, and for text that is not of the limit's kind or is zero.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), LimitError> {
                match name {
                    $(stringify!($name) => self.$name = read(stringify!($name), value)?,)+
                    _ => return Err(LimitError::Unknown { name: name.to_owned() }),
                }
                Ok(())
            }

            /// The limit called `name` as text that [`Limits::set`] takes, sizes in bytes. None for a name that does not exist.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<String> {
                match name {
                    $(stringify!($name) => Some(self.$name.write()),)+
                    _ => None,
                }
            }

            $($(#[doc = $doc])+ #[must_use] pub const fn $name(&self) -> $kind { self.$name }

            #[doc = concat!("Sets [`Limits::", stringify!($name), "`].")]
            #[must_use] pub const fn $setter(mut self, value: $kind) -> Self { self.$name = value; self })+
        }
    };
}

fn read<K: Kind>(name: &'static str, value: &str) -> Result<K, LimitError> {
    K::read(value).ok_or_else(|| LimitError::Invalid { name, value: value.to_owned(), expected: K::EXPECTED })
}

limits! {
    /// The guest's linear memory, in bytes; default 256 MiB, at most 4 GiB. Ample for a plugin with a crawl's worth of state, and small
    /// enough that a handful of plugins fit a small server. At the limit the guest's allocation fails, which for Rust is a trap. A
    /// component that has more from its start is not loaded.
    memory / with_memory: MemoryBytes = MEMORY(MemoryBytes::mebibytes(256));

    /// How long guest code may compute without going idle; default 10 s. Long enough for a heavy report, short enough that an endless
    /// loop does not occupy a core for long. At the limit the instance traps. Time spent waiting does not count.
    cpu_budget / with_cpu_budget: Duration = CPU_BUDGET(Duration::from_secs(10));

    /// How long beyond its CPU budget the guest may hold its instance in blocking calls, such as `std::thread::sleep`; default 5 s, which
    /// makes 15 s. It comes after the budget, so that an endless loop is reported as one. At the limit the instance ends as if it had trapped.
    hold / with_hold: Duration = HOLD(Duration::from_secs(5));

    /// How long a call into the guest may wait until the guest lets it in; default 45 s, longer than the guest may wait for one answer of the
    /// launcher's. A guest lets nobody in while it waits in a blocking call for its own tasks, and those may never end. At the limit the instance
    /// ends as if it had trapped.
    blocked / with_blocked: Duration = BLOCKED(Duration::from_secs(45));

    /// The time until the guest answers a request; default 60 s, as long as proxies commonly wait. At the limit the client gets 504 and
    /// the guest's work is cancelled. The body may take longer.
    first_byte / with_first_byte: Duration = FIRST_BYTE(Duration::from_secs(60));

    /// Requests under way at once, in all instances together; default 1,024. More than a browser's worth of users need, and it bounds what the launcher holds
    /// for them. Beyond it, 503 with `Retry-After`.
    in_flight / with_in_flight: usize = IN_FLIGHT(1024);

    /// Instances of a plugin that says that it is stateless, each on a thread of its own; default 1, at most 64. One uses one core, which is what
    /// most plugins need; who wants more gives cores for it, and memory for each. A plugin that does not say so has one, whatever is set.
    instances / with_instances: InstanceCount = INSTANCES(InstanceCount::ONE);

    /// The largest request body, in bytes, that is read whole and handed over in one piece; default 64 KiB. Larger bodies and those of
    /// unknown length are streamed, whatever their size: this is no limit on uploads. Times the requests in flight it bounds memory.
    inline_body / with_inline_body: usize = INLINE_BODY(64 << 10);

    /// The number of headers in a guest's response; default 128, above what any sensible response has. Beyond it the response is a 500.
    response_headers / with_response_headers: usize = RESPONSE_HEADERS(128);

    /// The bytes of all names and values of a response's headers; default 64 KiB, what common clients accept. Beyond it, a 500.
    response_header_bytes / with_response_header_bytes: usize = RESPONSE_HEADER_BYTES(64 << 10);

    /// The bytes that a guest may pass to the host in one call; default 48 MiB: the 32 MiB that an API call may carry, and ample room for
    /// the names and records around them. Beyond it, a trap.
    call_bytes / with_call_bytes: usize = CALL_BYTES(48 << 20);

    /// Streams, futures and subtasks that the guest may hold at once; default 65,536, which is 64 for each request in flight. Each costs
    /// the launcher memory that the guest's own limit does not count. Beyond it, a trap.
    handles / with_handles: usize = HANDLES(65_536);

    /// The bytes of the guest's files in all, by the size that they seem to have; default 1 GiB. Room for a plugin's exports and caches, and
    /// little enough that a dozen runaway plugins do not fill a small server's disk. Beyond it a write fails, and nothing else.
    file_bytes / with_file_bytes: usize = FILE_BYTES(1 << 30);

    /// The guest's files and folders; default 10,000. A cache with a file for each entry fits, a file system's inodes stay free, and all
    /// are counted within some 30 ms at the start. Beyond it nothing new can be made.
    file_count / with_file_count: usize = FILE_COUNT(10_000);

    /// Files and folders that the guest may have open at once; default 256. Each costs the process a descriptor, of which it often has
    /// 1,024, and connections need most. Streams from and into them may be twice as many. Beyond it nothing more is opened.
    open_files / with_open_files: usize = OPEN_FILES(256);

    /// The names in all folder listings that the guest holds at once; default 65,536, some 20 MiB of the launcher's memory at worst. All
    /// of its files can be listed six times at once. Beyond it a folder cannot be listed.
    listed_names / with_listed_names: usize = LISTED_NAMES(65_536);

    /// How long a cancelled request may go on before it counts as stuck; default 10 s. The SDK drops a cancelled handler at once.
    cancel_grace / with_cancel_grace: Duration = CANCEL_GRACE(Duration::from_secs(10));

    /// Stuck requests in one instance; default 64, a sixteenth of those in flight, so that they never fill it. Beyond it the
    /// instance ends as if it had trapped.
    stuck / with_stuck: usize = STUCK(64);

    /// The bytes of one log line of the guest; default 16 KiB, which holds a stack trace. A longer line is cut, with a mark.
    log_line / with_log_line: usize = LOG_LINE(16 << 10);

    /// Log lines of the guest in a second; default 1,000. Twice that may come at once. Lines beyond it are counted, and the log says how many.
    log_rate / with_log_rate: usize = LOG_RATE(1000);

    /// The time for `manifest` and the files of the user interface; default 5 s. The exports only return values.
    describe_time / with_describe_time: Duration = DESCRIBE_TIME(Duration::from_secs(5));

    /// The bytes of the guest's OpenAPI document; default 1 MiB, some hundreds of routes. It travels in one line that the host reads whole.
    /// Beyond it the start fails.
    openapi_bytes / with_openapi_bytes: usize = OPENAPI_BYTES(1 << 20);

    /// See [`ui::FILES`]; default 4,096.
    ui_files / with_ui_files: usize = UI_FILES(ui::FILES);

    /// See [`ui::FILE_BYTES`]; default 16 MiB.
    ui_file_bytes / with_ui_file_bytes: usize = UI_FILE_BYTES(ui::FILE_BYTES);

    /// See [`ui::BYTES`]; default 64 MiB.
    ui_bytes / with_ui_bytes: usize = UI_BYTES(ui::BYTES);

    /// See [`ui::PATH_BYTES`]; default 512.
    ui_path_bytes / with_ui_path_bytes: usize = UI_PATH_BYTES(ui::PATH_BYTES);

    /// The time for `lifecycle.init`; default 20 s, within the 30 s that the host waits for the ready line.
    init_time / with_init_time: Duration = INIT_TIME(Duration::from_secs(20));

    /// The time for `lifecycle.shutdown`; default 3 s.
    shutdown_time / with_shutdown_time: Duration = SHUTDOWN_TIME(Duration::from_secs(3));

    /// The time for the delivery of one event; default 30 s. At the limit the delivery has failed, and the guest's work on it is cancelled.
    event_time / with_event_time: Duration = EVENT_TIME(Duration::from_secs(30));

    /// Deliveries under way at once, to a plugin that says it is ready for more than one; default 1. All others get one event at a time,
    /// in the order in which they came.
    events_at_once / with_events_at_once: usize = EVENTS_AT_ONCE(1);

    /// Events that came and are not on disk yet; default 1,024, which is a burst. They are written together, within milliseconds. Beyond it
    /// a posted one is refused, and one from the channel is lost, with its id in the log: only a disk that fails brings that about.
    event_buffer / with_event_buffer: usize = EVENT_BUFFER(1024);

    /// See [`inbox::PENDING`]; default 10,000.
    event_queue / with_event_queue: usize = EVENT_QUEUE(inbox::PENDING);

    /// See [`inbox::BYTES`]; default 256 MiB.
    event_bytes / with_event_bytes: usize = EVENT_BYTES(inbox::BYTES);

    /// See [`inbox::TRIES`]; default 8.
    event_tries / with_event_tries: usize = EVENT_TRIES(inbox::TRIES);

    /// See [`inbox::FIRST_WAIT`]; default 1 s.
    event_retry / with_event_retry: Duration = EVENT_RETRY(inbox::FIRST_WAIT);

    /// See [`inbox::LONGEST_WAIT`]; default 1 min.
    event_retry_longest / with_event_retry_longest: Duration = EVENT_RETRY_LONGEST(inbox::LONGEST_WAIT);

    /// See [`inbox::HISTORY`]; default 10,000.
    event_history / with_event_history: usize = EVENT_HISTORY(inbox::HISTORY);

    /// See [`inbox::DEAD`]; default 1,000.
    events_dead / with_events_dead: usize = EVENTS_DEAD(inbox::DEAD);

    /// The longest wait between two starts of an instance that keeps failing; default 30 s. The first wait is 100 ms, then each doubles.
    restart_wait / with_restart_wait: Duration = RESTART_WAIT(Duration::from_secs(30));

    /// The time for a query to the platform or a call of its API, with the wait for the channel; default 10 s.
    platform_call_time / with_platform_call_time: Duration = PLATFORM_CALL_TIME(Duration::from_secs(10));

    /// Queries and API calls under way at once; default 32, the most that the newest hosts take. More wait in order.
    platform_in_flight / with_platform_in_flight: usize = PLATFORM_IN_FLIGHT(32);

    /// Queries and API calls that wait for their turn; default 1,024, one for each request in flight. Beyond it a query fails at once.
    platform_queue / with_platform_queue: usize = PLATFORM_QUEUE(1024);

    /// How long after a request's arrival the guest may call the platform's API for its caller; default 15 min, as long as the host's
    /// token lives. A call that begins later fails at once.
    actor_time / with_actor_time: Duration = ACTOR_TIME(Duration::from_secs(15 * 60));

    /// The bytes of API calls that wait or are under way; default 96 MiB, three of the largest. There may be as many calls as queries, and
    /// the launcher holds what they carry until they are answered. Beyond it a call fails at once.
    api_bytes / with_api_bytes: usize = API_BYTES(96 << 20);

    /// See [`settings::DATABASES`]; default 8.
    databases / with_databases: usize = DATABASES(settings::DATABASES);

    /// See [`settings::READERS`]; default 4.
    database_readers / with_database_readers: usize = DATABASE_READERS(settings::READERS);

    /// See [`settings::READER_IDLE`]; default 30 s.
    database_reader_idle / with_database_reader_idle: Duration = DATABASE_READER_IDLE(settings::READER_IDLE);

    /// See [`settings::SIZE`]; default 1 GiB.
    database_size / with_database_size: usize = DATABASE_SIZE(settings::SIZE);

    /// See [`settings::LOG_SIZE`]; default 256 MiB.
    database_log_size / with_database_log_size: usize = DATABASE_LOG_SIZE(settings::LOG_SIZE);

    /// See [`settings::MEMORY`]; default 64 MiB.
    database_memory / with_database_memory: usize = DATABASE_MEMORY(settings::MEMORY);

    /// See [`settings::TEMPORARY`]; default 4 MiB.
    database_temporary_bytes / with_database_temporary_bytes: usize = DATABASE_TEMPORARY_BYTES(settings::TEMPORARY);

    /// See [`settings::STATEMENT_TIME`]; default 5 s.
    statement_time / with_statement_time: Duration = STATEMENT_TIME(settings::STATEMENT_TIME);

    /// See [`settings::TRANSACTION_TIME`]; default 10 s.
    transaction_time / with_transaction_time: Duration = TRANSACTION_TIME(settings::TRANSACTION_TIME);

    /// See [`settings::WAIT_TIME`]; default 15 s.
    statement_wait / with_statement_wait: Duration = STATEMENT_WAIT(settings::WAIT_TIME);

    /// See [`settings::STATEMENTS`]; default 1,024.
    statements / with_statements: usize = STATEMENTS(settings::STATEMENTS);

    /// See [`settings::STATEMENT_BYTES`]; default 64 MiB.
    statement_bytes / with_statement_bytes: usize = STATEMENT_BYTES(settings::STATEMENT_BYTES);

    /// See [`settings::ROWS`]; default 50,000.
    result_rows / with_result_rows: usize = RESULT_ROWS(settings::ROWS);

    /// See [`settings::RESULT_BYTES`]; default 16 MiB.
    result_bytes / with_result_bytes: usize = RESULT_BYTES(settings::RESULT_BYTES);

    /// See [`settings::VALUE_BYTES`]; default 8 MiB.
    value_bytes / with_value_bytes: usize = VALUE_BYTES(settings::VALUE_BYTES);

    /// See [`http::AT_ONCE`]; default 32.
    fetches / with_fetches: usize = FETCHES(http::AT_ONCE);

    /// See [`http::QUEUE`]; default 1,024.
    fetch_queue / with_fetch_queue: usize = FETCH_QUEUE(http::QUEUE);

    /// See [`http::REQUEST_BYTES`]; default 64 MiB.
    fetch_request_bytes / with_fetch_request_bytes: usize = FETCH_REQUEST_BYTES(http::REQUEST_BYTES);

    /// See [`http::RESPONSE_BYTES`]; default 64 MiB.
    fetch_response_bytes / with_fetch_response_bytes: usize = FETCH_RESPONSE_BYTES(http::RESPONSE_BYTES);

    /// See [`http::HEADER_BYTES`]; default 64 KiB.
    fetch_header_bytes / with_fetch_header_bytes: usize = FETCH_HEADER_BYTES(http::HEADER_BYTES);

    /// See [`http::TIME`]; default 5 min.
    fetch_time / with_fetch_time: Duration = FETCH_TIME(http::TIME);

    /// See [`http::CONNECT_TIME`]; default 10 s.
    fetch_connect_time / with_fetch_connect_time: Duration = FETCH_CONNECT_TIME(http::CONNECT_TIME);

    /// See [`http::IDLE_TIME`]; default 30 s.
    fetch_idle_time / with_fetch_idle_time: Duration = FETCH_IDLE_TIME(http::IDLE_TIME);

    /// See [`http::REDIRECTS`]; default 20.
    fetch_redirects / with_fetch_redirects: usize = FETCH_REDIRECTS(http::REDIRECTS);

    /// The bytes of compiled code that is kept for the next start; default 128 MiB, a handful of versions of a large plugin. The oldest goes
    /// first. Code that is larger by itself is not kept, and compiled at each start.
    code_cache / with_code_cache: usize = CODE_CACHE(128 << 20);

    /// The time between two steps of the handshake; default 30 s, as the host waits.
    handshake_time / with_handshake_time: Duration = HANDSHAKE_TIME(Duration::from_secs(30));

    /// The time from the ready line to the host's channel; default 30 s, after which there is no host.
    channel_time / with_channel_time: Duration = CHANNEL_TIME(Duration::from_secs(30));

    /// How long the host may be silent on the channel until it is pinged; default 20 s, or half of [`Limits::channel_silence`] if that is
    /// shorter. Often enough that two pings are lost before the connection is, seldom enough to cost nothing.
    channel_ping / with_channel_ping: Duration = CHANNEL_PING(Duration::from_secs(20));

    /// How long the host may be silent on the channel, pings and all, until the connection counts as lost; default 60 s. A host that is
    /// dead closes it at once: this is for one that hangs, and longer than one that is only busy takes to read again. Any message counts
    /// as a sign of life, a part of one does not.
    channel_silence / with_channel_silence: Duration = CHANNEL_SILENCE(Duration::from_secs(60));

    /// The time from the loss of the channel to the host's next; default 60 s, in which a host that has only lost its connection is long
    /// back. After it there is no host, and the launcher ends.
    channel_grace / with_channel_grace: Duration = CHANNEL_GRACE(Duration::from_secs(60));

    /// How long the launcher's event loop may not turn; default 30 s. Nothing that is known holds it for longer than 100 ms: it is for a
    /// bug, or for a disk that does not answer. After it the process ends, so that its operator sees why.
    stall / with_stall: Duration = STALL(Duration::from_secs(30));

    /// The time that requests under way have to end when the launcher is asked to stop; default 10 s.
    drain_time / with_drain_time: Duration = DRAIN_TIME(Duration::from_secs(10));
}

impl From<&Limits> for Settings {
    fn from(limits: &Limits) -> Self {
        Self::default()
            .with_databases(limits.databases)
            .with_readers(limits.database_readers)
            .with_reader_idle(limits.database_reader_idle)
            .with_size(limits.database_size)
            .with_log_size(limits.database_log_size)
            .with_memory(limits.database_memory)
            .with_temporary(limits.database_temporary_bytes)
            .with_statement_time(limits.statement_time)
            .with_transaction_time(limits.transaction_time)
            .with_wait_time(limits.statement_wait)
            .with_statements(limits.statements)
            .with_statement_bytes(limits.statement_bytes)
            .with_rows(limits.result_rows)
            .with_result_bytes(limits.result_bytes)
            .with_value_bytes(limits.value_bytes)
    }
}

impl From<&Limits> for http::Settings {
    fn from(limits: &Limits) -> Self {
        Self::default()
            .with_at_once(limits.fetches)
            .with_queue(limits.fetch_queue)
            .with_request_bytes(limits.fetch_request_bytes)
            .with_response_bytes(limits.fetch_response_bytes)
            .with_header_bytes(limits.fetch_header_bytes)
            .with_time(limits.fetch_time)
            .with_connect_time(limits.fetch_connect_time)
            .with_idle_time(limits.fetch_idle_time)
            .with_redirects(limits.fetch_redirects)
    }
}

impl From<&Limits> for ui::Limits {
    fn from(limits: &Limits) -> Self {
        Self::default()
            .with_files(limits.ui_files)
            .with_file_bytes(limits.ui_file_bytes)
            .with_bytes(limits.ui_bytes)
            .with_path_bytes(limits.ui_path_bytes)
    }
}

impl From<&Limits> for inbox::Settings {
    fn from(limits: &Limits) -> Self {
        Self::default()
            .with_pending(limits.event_queue)
            .with_bytes(limits.event_bytes)
            .with_tries(limits.event_tries)
            .with_first_wait(limits.event_retry)
            .with_longest_wait(limits.event_retry_longest)
            .with_history(limits.event_history)
            .with_dead(limits.events_dead)
    }
}

#[cfg(test)]
mod tests;
