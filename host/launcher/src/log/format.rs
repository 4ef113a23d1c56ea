use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use serde_json::{Map, Value};
use temps_plugin_runtime::GUEST_LOG_TARGET;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::fields::Fields;
use super::{INSTANCE, Label};

/// Writes an event as one line of JSON: `ts`, `level`, `plugin`, `instance` if it is not the first, `target`, `message`, then its fields, then those of the spans around it,
/// innermost first. Of several fields with one name the first is written. A guest's own fields stay together under `fields`.
pub(super) struct JsonLines<L> {
    label: Label,
    /// How many lines were dropped in all.
    lost: L,
    told: AtomicUsize,
}

impl<L: Fn() -> usize> JsonLines<L> {
    pub(super) fn new(label: Label, lost: L) -> Self {
        Self { label, lost, told: AtomicUsize::new(0) }
    }

    /// The count of dropped lines, if it has grown since a line last told it.
    fn newly_lost(&self) -> Option<usize> {
        let lost = (self.lost)();
        (self.told.swap(lost, Ordering::Relaxed) != lost).then_some(lost)
    }
}

impl<S, N, L> FormatEvent<S, N> for JsonLines<L>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    L: Fn() -> usize,
{
    fn format_event(&self, ctx: &FmtContext<'_, S, N>, writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        let mut fields = Fields::new(metadata.target() == GUEST_LOG_TARGET);
        event.record(&mut fields);
        let mut line = Line::begin(writer)?;
        line.field("ts", &now()?)?;
        line.field("level", metadata.level().as_str())?;
        line.field("plugin", self.label.get())?;
        if let Some(instance) = INSTANCE.get() {
            line.field("instance", &instance)?;
        }
        line.field("target", metadata.target())?;
        line.field("message", &fields.message)?;
        if let Some(lost) = self.newly_lost() {
            line.field("lost_lines", &lost)?;
        }
        for (name, value) in &fields.others {
            line.field(name, value)?;
        }
        for span in ctx.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let Some(text) = extensions.get::<FormattedFields<N>>() else { continue };
            let recorded: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
            for (name, value) in &recorded {
                line.field(name, value)?;
            }
        }
        line.end()
    }
}

fn now() -> Result<String, fmt::Error> {
    let mut text = String::new();
    SystemTime.format_time(&mut Writer::new(&mut text))?;
    Ok(text)
}

/// A JSON object that is written field by field, so that its fields keep their order.
struct Line<'a> {
    writer: Writer<'a>,
    names: HashSet<String>,
}

impl<'a> Line<'a> {
    fn begin(mut writer: Writer<'a>) -> Result<Self, fmt::Error> {
        writer.write_char('{')?;
        Ok(Self { writer, names: HashSet::new() })
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> fmt::Result {
        if self.names.contains(name) {
            return Ok(());
        }
        if !self.names.is_empty() {
            self.writer.write_char(',')?;
        }
        let text = |value| serde_json::to_string(value).map_err(|_| fmt::Error);
        let (key, value) = (text(name)?, serde_json::to_string(value).map_err(|_| fmt::Error)?);
        self.names.insert(name.to_owned());
        write!(self.writer, "{key}:{value}")
    }

    fn end(mut self) -> fmt::Result {
        self.writer.write_str("}\n")
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::format::JsonFields;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written when `log` runs, line by line.
    fn lines(label: &Label, lost: impl Fn() -> usize + Send + Sync + 'static, log: impl FnOnce()) -> Vec<String> {
        let written = Written::default();
        let sink = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || sink.clone())
            .fmt_fields(JsonFields::new())
            .event_format(JsonLines::new(label.clone(), lost))
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    fn parse(line: &str) -> Value {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn the_first_fields_come_in_order() {
        let written = lines(&Label::new("file"), || 0, || tracing::info!(count = 3, ok = true, "a \"quoted\"\nline"));
        assert_eq!(written.len(), 1);
        let (head, tail) = written[0].split_once("\",\"level\"").unwrap();
        assert!(head.starts_with("{\"ts\":\"20") && head.ends_with('Z'), "{head}");
        let rest = r#":"INFO","plugin":"file","target":"temps_launcher::log::format::tests","message":"a \"quoted\"\nline","count":3,"ok":true}"#;
        assert_eq!(tail, rest);
    }

    #[test]
    fn the_plugins_name_replaces_the_files() {
        let label = Label::new("file");
        let written = lines(
            &label,
            || 0,
            || {
                tracing::info!("one");
                label.set("hello");
                tracing::info!("two");
            },
        );
        assert_eq!(parse(&written[0])["plugin"], "file");
        assert_eq!(parse(&written[1])["plugin"], "hello");
    }

    #[test]
    fn a_thread_may_name_its_instance() {
        let label = Label::new("f");
        let log = || {
            crate::log::name_instance(2);
            tracing::info!(instance = "forged", "hi");
        };
        let written = std::thread::scope(|scope| scope.spawn(|| lines(&label, || 0, log)).join().unwrap());
        assert!(written[0].contains(r#""plugin":"f","instance":2,"target":"#), "{}", written[0]);
        assert!(parse(&lines(&label, || 0, || tracing::info!("hi"))[0]).get("instance").is_none());
    }

    #[test]
    fn a_guests_fields_are_an_object() {
        let written = lines(
            &Label::new("f"),
            || 0,
            || {
                tracing::warn!(target: "guest", guest_target = "my::module", fields = r#"{"a":"1"}"#, "hi");
                tracing::warn!(target: "guest", guest_target = "my::module", fields = "no json", "hi");
                tracing::warn!(fields = r#"{"a":"1"}"#, "not a guest's");
            },
        );
        let line = parse(&written[0]);
        assert_eq!(line["target"], "guest");
        assert_eq!(line["guest_target"], "my::module");
        assert_eq!(line["message"], "hi");
        assert_eq!(line["fields"]["a"], "1");
        assert_eq!(parse(&written[1])["fields"], "no json");
        assert_eq!(parse(&written[2])["fields"], r#"{"a":"1"}"#);
    }

    #[test]
    fn no_name_comes_twice() {
        let written = lines(
            &Label::new("f"),
            || 0,
            || {
                let outer = tracing::info_span!("outer", request = 1, route = "/outer").entered();
                let inner = tracing::info_span!("inner", request = 2).entered();
                tracing::info!(plugin = "forged", level = "forged", own = 3, "hi");
                drop((inner, outer));
            },
        );
        assert_eq!(written[0].matches("\"request\"").count(), 1);
        let line = parse(&written[0]);
        assert_eq!((&line["plugin"], &line["level"], &line["own"]), (&"f".into(), &"INFO".into(), &3.into()));
        assert_eq!((&line["request"], &line["route"]), (&2.into(), &"/outer".into()));
    }

    #[test]
    fn lost_lines_are_told_once() {
        let counts = Mutex::new(vec![7, 5, 5, 0]);
        let written = lines(
            &Label::new("f"),
            move || counts.lock().unwrap().pop().unwrap(),
            || {
                for _ in 0..4 {
                    tracing::info!("hi");
                }
            },
        );
        let told: Vec<Value> = written.iter().map(|line| parse(line)["lost_lines"].clone()).collect();
        assert_eq!(told, [Value::Null, 5.into(), Value::Null, 7.into()]);
    }
}
