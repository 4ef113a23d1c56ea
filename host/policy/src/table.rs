//! Reading the parsed file: entries in their order, and what is wrong with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Fault, Place};

/// The text that was parsed.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(pub(crate) &'a str);

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) place: Place,
    pub(crate) fault: Fault,
}

impl Text<'_> {
    pub(crate) fn place(self, span: &Range<usize>) -> Place {
        Place::of(self.0, span.start)
    }

    pub(crate) fn wrong(self, span: &Range<usize>, fault: Fault) -> Wrong {
        Wrong { place: self.place(span), fault }
    }
}

/// A key with its value.
#[derive(Clone)]
pub(crate) struct Entry<'a> {
    text: Text<'a>,
    /// The key alone.
    pub(crate) key: &'a str,
    key_span: Range<usize>,
    pub(crate) value: &'a DeValue<'a>,
    value_span: Range<usize>,
}

/// The entries of a table, in the order of the file, so that the first that is wrong is the first in it.
pub(crate) fn entries<'a>(text: Text<'a>, table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let entry = |(key, value): (&'a Spanned<_>, &'a Spanned<_>)| entry(text, key, value);
    let mut entries: Vec<_> = table.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn entry<'a>(text: Text<'a>, key: &'a Spanned<std::borrow::Cow<'a, str>>, value: &'a Spanned<DeValue<'a>>) -> Entry<'a> {
    Entry { text, key: key.get_ref(), key_span: key.span(), value: value.get_ref(), value_span: value.span() }
}

impl<'a> Entry<'a> {
    pub(crate) fn place(&self) -> Place {
        self.text.place(&self.key_span)
    }

    /// Something is wrong with the key.
    pub(crate) fn wrong_key(&self, fault: Fault) -> Wrong {
        self.text.wrong(&self.key_span, fault)
    }

    /// Something is wrong with the value.
    pub(crate) fn wrong_value(&self, fault: Fault) -> Wrong {
        self.text.wrong(&self.value_span, fault)
    }

    /// The key is none of those that a table takes.
    pub(crate) fn unknown(&self, table: &'static str, known: &[&'static str]) -> Wrong {
        self.wrong_key(Fault::UnknownKey { table, key: self.key.to_owned(), near: near(self.key, known), known: known.to_vec() })
    }

    /// The value has another type than `expected` says. `name` is the key with those above it.
    pub(crate) fn other_type(&self, name: impl Into<String>, expected: &'static str) -> Wrong {
        self.wrong_value(Fault::Type { key: name.into(), found: kind(self.value), expected })
    }

    /// The value as a table.
    pub(crate) fn table(&self) -> Result<Vec<Entry<'a>>, Wrong> {
        match self.value {
            DeValue::Table(table) => Ok(entries(self.text, table)),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => Err(self.other_type(self.key, "a table")),
        }
    }

    /// The value as a string.
    pub(crate) fn string(&self, name: &str, expected: &'static str) -> Result<&'a str, Wrong> {
        self.value.as_str().ok_or_else(|| self.other_type(name, expected))
    }

    /// The value as a list of strings, each read by `read`.
    pub(crate) fn strings<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Wrong> {
        let list = self.value.as_array().ok_or_else(|| self.other_type(name, expected))?;
        let one = |(at, item): (usize, &Spanned<DeValue<'_>>)| {
            let wrong = |fault| self.text.wrong(&item.span(), fault);
            let text = item.get_ref().as_str().ok_or_else(|| {
                let (key, found) = (format!("{name}[{at}]"), kind(item.get_ref()));
                wrong(Fault::Type { key, found, expected: "a string" })
            })?;
            read(text).map_err(wrong)
        };
        list.iter().enumerate().map(one).collect()
    }
}

/// Those of `known` that are written like `key`, the likest first.
pub(crate) fn near<'a>(key: &str, known: &[&'a str]) -> Vec<&'a str> {
    let folded = |name: &str| name.to_lowercase().replace('-', "_");
    let key = folded(key);
    let likeness = |name: &&'a str| (strsim::jaro_winkler(&key, &folded(name)), *name);
    let mut near: Vec<_> = known.iter().map(likeness).filter(|(likeness, _)| *likeness >= ALIKE).collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.into_iter().map(|(_, name)| name).take(NEAR).collect()
}

/// How like two names are, from 0 to 1, so that one may have been meant for the other: 0.85, a slip or two.
const ALIKE: f64 = 0.85;

/// Names that are suggested for one: 3.
const NEAR: usize = 3;

const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
