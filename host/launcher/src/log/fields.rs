use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

/// The name under which guests' fields come, as a JSON object in text: `tracing` wants to know names when it is compiled.
const GUEST_FIELDS: &str = "fields";

/// An event's message and its other fields.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) others: Vec<(&'static str, Value)>,
    guest: bool,
}

impl Fields {
    /// Nothing yet. `guest` says that the event is a guest's line.
    pub(super) fn new(guest: bool) -> Self {
        Self { guest, ..Self::default() }
    }

    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            ("message", other) => self.message = other.to_string(),
            (name, value) => self.others.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::String(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let object =
            if self.guest && field.name() == GUEST_FIELDS { serde_json::from_str::<Map<_, _>>(value).ok() } else { None };
        self.put(field, object.map_or_else(|| Value::String(value.to_owned()), Value::Object));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }
}
