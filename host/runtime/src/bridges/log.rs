//! `log`: the guest's lines, cut to a length and held to a rate, as `tracing` events with the target [`TARGET`].
//!
//! Each event has the fields `message`, `guest_target` and, if the guest gave fields, `fields`: a JSON object as text, since
//! `tracing` wants to know field names when it is compiled.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use temps_plugin_protocol::cut;
use tracing::Level;
use wasmtime::component::{Access, HasData, Linker};

use crate::Limits;
use crate::bindings::log as wit;
use crate::instance::State;

/// The target of every line that a guest writes.
pub const TARGET: &str = "guest";

/// The guest's log, shared by the import and the guest's stdout and stderr.
#[derive(Debug, Clone)]
pub(crate) struct GuestLog {
    line: usize,
    bucket: Arc<Mutex<Bucket>>,
}

/// How often the log says that lines were left out: once a second.
const TOLD: Duration = Duration::from_secs(1);

/// A token bucket: `rate` lines a second, twice that at once.
#[derive(Debug)]
struct Bucket {
    rate: f64,
    lines: f64,
    filled: Instant,
    suppressed: u64,
    /// When the log last said that lines were left out.
    told: Option<Instant>,
}

impl Bucket {
    fn new(rate: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a rate beyond 2^52 lines is no rate")]
        let rate = rate as f64;
        Self { rate, lines: rate * 2.0, filled: Instant::now(), suppressed: 0, told: None }
    }

    /// Whether a line may be written now, with the count of those that were not, if the log is to say so.
    fn take(&mut self, now: Instant) -> Option<u64> {
        let elapsed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.lines = (self.lines + elapsed * self.rate).min(self.rate * 2.0);
        self.filled = now;
        if self.lines < 1.0 {
            self.suppressed += 1;
            return None;
        }
        self.lines -= 1.0;
        if self.suppressed == 0 || self.told.is_some_and(|told| now.saturating_duration_since(told) < TOLD) {
            return Some(0);
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.suppressed))
    }
}

impl GuestLog {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { line: limits.log_line(), bucket: Arc::new(Mutex::new(Bucket::new(limits.log_rate()))) }
    }

    /// The most bytes of a line.
    pub(crate) fn line_limit(&self) -> usize {
        self.line
    }

    /// Writes a line if the rate allows it.
    pub(crate) fn write(&self, level: Level, target: &str, message: &str, fields: &[(String, String)]) {
        if level > tracing::level_filters::LevelFilter::current() {
            return;
        }
        let taken = self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now());
        let Some(suppressed) = taken else { return };
        if suppressed > 0 {
            tracing::warn!(target: TARGET, suppressed, "the plugin logs too fast: lines were left out");
        }
        let message = cut(message, self.line);
        let target = cut(target, self.line);
        let fields = (!fields.is_empty()).then(|| self.fields_as_json(fields));
        macro_rules! event {
            ($level:ident) => {
                tracing::event!(target: TARGET, Level::$level, guest_target = %target, fields = fields.as_deref(), "{message}")
            };
        }
        match level {
            Level::TRACE => event!(TRACE),
            Level::DEBUG => event!(DEBUG),
            Level::INFO => event!(INFO),
            Level::WARN => event!(WARN),
            Level::ERROR => event!(ERROR),
        }
    }

    /// The fields as a JSON object of strings; those that do not fit the line's length are left out.
    fn fields_as_json(&self, fields: &[(String, String)]) -> String {
        let mut left = self.line;
        let object: serde_json::Map<_, _> = fields
            .iter()
            .take_while(|(name, value)| {
                let bytes = name.len() + value.len();
                let fits = bytes <= left;
                left = left.saturating_sub(bytes);
                fits
            })
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        serde_json::Value::Object(object).to_string()
    }
}

struct LogBridge;

impl HasData for LogBridge {
    type Data<'a> = &'a mut GuestLog;
}

impl wit::Host for GuestLog {
    fn emit(&mut self, entry: wit::Entry) -> wasmtime::Result<()> {
        self.write(level(entry.level), &entry.target, &entry.message, &entry.fields);
        Ok(())
    }

    fn max_level(&mut self) -> wasmtime::Result<wit::Level> {
        // The most detailed level that some subscriber wants of this target; errors are always wanted.
        Ok(if tracing::enabled!(target: TARGET, Level::TRACE) {
            wit::Level::Trace
        } else if tracing::enabled!(target: TARGET, Level::DEBUG) {
            wit::Level::Debug
        } else if tracing::enabled!(target: TARGET, Level::INFO) {
            wit::Level::Info
        } else if tracing::enabled!(target: TARGET, Level::WARN) {
            wit::Level::Warn
        } else {
            wit::Level::Error
        })
    }
}

impl wit::HostWithStore<State> for LogBridge {
    fn panicked(mut host: Access<'_, State, Self>, message: String, location: Option<String>) -> wasmtime::Result<()> {
        let limit = host.get().line_limit();
        let message = cut(&message, limit).into_owned();
        host.data_mut().fault.panicked(match location {
            Some(location) => format!("panicked at {}: {message}", cut(&location, limit)),
            None => format!("panicked: {message}"),
        });
        Ok(())
    }
}

fn level(level: wit::Level) -> Level {
    match level {
        wit::Level::Trace => Level::TRACE,
        wit::Level::Debug => Level::DEBUG,
        wit::Level::Info => Level::INFO,
        wit::Level::Warn => Level::WARN,
        wit::Level::Error => Level::ERROR,
    }
}

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::add_to_linker::<State, LogBridge>(linker, |state| &mut state.log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_at_once_are_bounded_and_counted() {
        let mut bucket = Bucket::new(10);
        let now = bucket.filled;
        let written = (0..100).filter(|_| bucket.take(now).is_some()).count();
        assert_eq!(written, 20);
        let later = now + Duration::from_millis(100);
        assert_eq!(bucket.take(later), Some(80));
        assert_eq!(bucket.take(later), None);
        let within = later + Duration::from_millis(500);
        assert_eq!((bucket.take(within), bucket.take(within)), (Some(0), Some(0)), "the log says it once a second");
        assert_eq!(bucket.take(later + Duration::from_secs(1)), Some(1));
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "abc… (1 bytes more)");
        assert_eq!(cut("aäb", 2), "a… (3 bytes more)");
    }

    #[test]
    fn fields_keep_within_the_line() {
        let log = GuestLog::new(&Limits::default().with_log_line(10));
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(log.fields_as_json(&[field("a", "123456789")]), r#"{"a":"123456789"}"#);
        assert_eq!(log.fields_as_json(&[field("a", "1234567890")]), "{}");
    }
}
