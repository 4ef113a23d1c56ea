use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::Sink;
use super::fields::Fields;

/// Hands every event up to a level to a [`Sink`], with the fields of the spans that it is in, outermost first, before its own.
pub(crate) struct LogLayer<S> {
    sink: S,
    max_level: Level,
}

impl<S: Sink> LogLayer<S> {
    pub(crate) fn new(sink: S, max_level: Level) -> Self {
        Self { sink, max_level }
    }
}

/// A span's fields, kept with the span.
struct SpanFields(Fields);

impl<S, C> Layer<C> for LogLayer<S>
where
    S: Sink,
    C: Subscriber + for<'a> LookupSpan<'a>,
{
    fn enabled(&self, metadata: &Metadata<'_>, _ctx: Context<'_, C>) -> bool {
        metadata.level() <= &self.max_level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.max_level))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, C>) {
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, C>) {
        if let Some(span) = ctx.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, C>) {
        let mut fields = Fields::default();
        for span in ctx.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(SpanFields(of_span)) = span.extensions().get() {
                fields.named.extend_from_slice(&of_span.named);
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        self.sink.emit(*metadata.level(), metadata.target(), fields.message, fields.named);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    type Line = (Level, String, String, Vec<(String, String)>);

    struct Kept(Sender<Line>);

    impl Sink for Kept {
        fn emit(&self, level: Level, target: &str, message: String, fields: Vec<(String, String)>) {
            self.0.send((level, target.to_owned(), message, fields)).unwrap();
        }
    }

    fn lines(max_level: Level, log: impl FnOnce()) -> Receiver<Line> {
        let (sender, receiver) = channel();
        let subscriber = tracing_subscriber::registry().with(LogLayer::new(Kept(sender), max_level));
        tracing::subscriber::with_default(subscriber, log);
        receiver
    }

    fn field(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_line_has_its_target_message_and_fields() {
        let error = std::io::Error::other("locked");
        let lines = lines(Level::INFO, || {
            tracing::warn!(target: "mine", count = 3, name = "x", error = &error as &(dyn std::error::Error + 'static), "saw {}", 7);
        });
        let (level, target, message, fields) = lines.recv().unwrap();
        assert_eq!((level, target.as_str(), message.as_str()), (Level::WARN, "mine", "saw 7"));
        assert_eq!(fields, [field("count", "3"), field("name", "x"), field("error", "locked")]);
    }

    #[test]
    fn what_is_below_the_level_is_not_sent() {
        let lines = lines(Level::INFO, || {
            tracing::debug!("no");
            tracing::info!("yes");
        });
        assert_eq!(lines.iter().map(|line| line.2).collect::<Vec<_>>(), ["yes"]);
    }

    #[test]
    fn the_fields_of_spans_come_first() {
        let lines = lines(Level::INFO, || {
            let outer = tracing::info_span!("outer", request = 1, user = tracing::field::Empty);
            outer.record("user", "ann");
            let _outer = outer.enter();
            let _inner = tracing::info_span!("inner", part = "b").entered();
            tracing::info!(step = true, "done");
        });
        let fields = lines.recv().unwrap().3;
        assert_eq!(fields, [field("request", "1"), field("user", "ann"), field("part", "b"), field("step", "true")]);
    }
}
