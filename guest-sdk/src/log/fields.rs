use std::error::Error;
use std::fmt::Debug;

use tracing::field::{Field, Visit};

use crate::error::chain;

/// What an event or a span carries: its message and its other fields, each as text.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) named: Vec<(String, String)>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: String) {
        if field.name() == "message" {
            self.message = value;
        } else {
            self.named.push((field.name().to_owned(), value));
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, chain(value));
    }
}
