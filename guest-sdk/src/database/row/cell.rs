use serde::Deserializer;
use serde::de::value::{SeqDeserializer, StringDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::Column;
use super::error::Unfit;
use crate::database::backend::Value;

/// A value in its column.
pub(super) struct Cell<'a> {
    pub(super) column: &'a Column,
    pub(super) value: Value,
}

impl Cell<'_> {
    fn unfit(&self, expected: &str) -> Unfit {
        Unfit::row(format!("it holds {}, which is no {expected}", self.value.class())).in_column(&self.column.name)
    }

    /// Any type, with the column named in the error.
    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let name = &self.column.name;
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Integer(value) => visitor.visit_i64(value),
            Value::Real(value) => visitor.visit_f64(value),
            Value::Text(value) => visitor.visit_string(value),
            Value::Blob(value) => visitor.visit_byte_buf(value),
        }
        .map_err(|error: Unfit| error.in_column(name))
    }
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = Unfit;

    /// For types that take what there is, such as `serde_json::Value`, which has no bytes.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.value {
            Value::Blob(_) => self.deserialize_seq(visitor),
            Value::Integer(value @ (0 | 1)) if self.column.is_boolean => visitor.visit_bool(value == 1),
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Text(_) => self.any(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.value {
            Value::Integer(value @ (0 | 1)) => visitor.visit_bool(value == 1),
            Value::Integer(value) => Err(Unfit::row(format!("{value} is no bool")).in_column(&self.column.name)),
            Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => Err(self.unfit("bool")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let name = &self.column.name;
        match self.value {
            Value::Blob(bytes) => {
                let bytes: SeqDeserializer<_, Unfit> = bytes.into_deserializer();
                bytes.deserialize_seq(visitor).map_err(|error| error.in_column(name))
            }
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Text(_) => Err(self.unfit("list of bytes")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let column = &self.column.name;
        match self.value {
            Value::Text(text) => {
                let text: StringDeserializer<Unfit> = text.into_deserializer();
                text.deserialize_enum(name, variants, visitor).map_err(|error| error.in_column(column))
            }
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => Err(self.unfit(name)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.any(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.any(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.any(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.any(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _name: &'static str, len: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_tuple(len, visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char unit unit_struct map struct identifier
    }
}
