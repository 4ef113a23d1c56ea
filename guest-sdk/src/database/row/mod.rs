//! From a row to any type that `serde` can deserialize.

mod cell;
mod error;

use serde::Deserializer;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::DatabaseError;
use super::backend::{self, Value};
use cell::Cell;
use error::Unfit;

/// A column of a result, as far as its rows need it.
#[derive(Debug)]
pub(super) struct Column {
    name: String,
    /// Whether it is declared `BOOLEAN`, so that 0 and 1 are told apart from numbers where any type will do.
    is_boolean: bool,
}

pub(super) fn columns(columns: Vec<backend::Column>) -> Vec<Column> {
    let is_boolean = |declared: &String| declared.eq_ignore_ascii_case("boolean") || declared.eq_ignore_ascii_case("bool");
    let columns = columns.into_iter();
    columns
        .map(|column| Column { is_boolean: column.declared_type.as_ref().is_some_and(is_boolean), name: column.name })
        .collect()
}

/// A row that is being read.
pub(super) struct Row<'a> {
    columns: &'a [Column],
    cells: std::iter::Zip<std::slice::Iter<'a, Column>, std::vec::IntoIter<Value>>,
    /// Whether it is one blob or NULL, which a scalar asks before it reads.
    only: Option<Only>,
}

/// What the only value of a row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    Null,
    Blob,
    Other,
}

impl<'a> Row<'a> {
    pub(super) fn new(columns: &'a [Column], values: Vec<Value>) -> Self {
        let only = match values.as_slice() {
            [Value::Null] => Some(Only::Null),
            [Value::Blob(_)] => Some(Only::Blob),
            [_] => Some(Only::Other),
            _ => None,
        };
        Self { columns, cells: columns.iter().zip(values), only }
    }

    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, DatabaseError> {
        T::deserialize(self).map_err(Unfit::into_error)
    }

    /// The value of a result with one column.
    fn scalar(mut self) -> Result<Cell<'a>, Unfit> {
        match (self.only, self.cells.next()) {
            (Some(_), Some((column, value))) => Ok(Cell { column, value }),
            _ => Err(Unfit::row(format!("one column was expected, and there are {}", self.columns.len()))),
        }
    }
}

macro_rules! scalars {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.scalar()?.$method(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Row<'_> {
    type Error = Unfit;

    scalars! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_map(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.only == Some(Only::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.scalar()?.deserialize_enum(name, variants, visitor)
    }

    /// All columns, or the bytes of the only one.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.only == Some(Only::Blob) { self.scalar()?.deserialize_seq(visitor) } else { visitor.visit_seq(self) }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Unfit> {
        if self.columns.len() != len {
            return Err(Unfit::row(format!("{len} columns were expected, and there are {}", self.columns.len())));
        }
        visitor.visit_seq(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _name: &'static str, len: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { identifier ignored_any }
}

impl<'de> SeqAccess<'de> for Row<'_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some((column, value)) = self.cells.next() else { return Ok(None) };
        seed.deserialize(Cell { column, value }).map(Some).map_err(|error| error.in_column(&column.name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.cells.len())
    }
}

impl<'de> MapAccess<'de> for Row<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let at = self.columns.len() - self.cells.len();
        let Some(column) = self.columns.get(at) else { return Ok(None) };
        let name: StrDeserializer<'_, Unfit> = column.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        let Some((column, value)) = self.cells.next() else { return Err(Unfit::row("a value was asked for twice".to_owned())) };
        seed.deserialize(Cell { column, value }).map_err(|error| error.in_column(&column.name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.cells.len())
    }
}

#[cfg(test)]
mod tests;
