use sea_orm::sea_query::ArrayType;

/// What the values of a result's column become: a variant of sea-orm's `Value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    TinyUnsigned,
    SmallUnsigned,
    Unsigned,
    BigUnsigned,
    Float,
    Double,
    String,
    Char,
    Bytes,
    Json,
    Date,
    Time,
    DateTime,
    DateTimeUtc,
    DateTimeLocal,
    DateTimeWithTimeZone,
    Uuid,
    Decimal,
    /// Whatever fits the value itself.
    AsStored,
}

impl Kind {
    /// The kind that an entity's field reads; none if SQLite has no form for it.
    pub(super) fn of_field(value: &ArrayType) -> Option<Self> {
        Some(match value {
            ArrayType::Bool => Self::Bool,
            ArrayType::TinyInt => Self::TinyInt,
            ArrayType::SmallInt => Self::SmallInt,
            ArrayType::Int => Self::Int,
            ArrayType::BigInt => Self::BigInt,
            ArrayType::TinyUnsigned => Self::TinyUnsigned,
            ArrayType::SmallUnsigned => Self::SmallUnsigned,
            ArrayType::Unsigned => Self::Unsigned,
            ArrayType::BigUnsigned => Self::BigUnsigned,
            ArrayType::Float => Self::Float,
            ArrayType::Double => Self::Double,
            // An enum's own code reads a string.
            ArrayType::String | ArrayType::Enum(_) => Self::String,
            ArrayType::Char => Self::Char,
            ArrayType::Bytes => Self::Bytes,
            ArrayType::Json => Self::Json,
            ArrayType::ChronoDate => Self::Date,
            ArrayType::ChronoTime => Self::Time,
            ArrayType::ChronoDateTime => Self::DateTime,
            ArrayType::ChronoDateTimeUtc => Self::DateTimeUtc,
            ArrayType::ChronoDateTimeLocal => Self::DateTimeLocal,
            ArrayType::ChronoDateTimeWithTimeZone => Self::DateTimeWithTimeZone,
            ArrayType::Uuid => Self::Uuid,
            ArrayType::Decimal => Self::Decimal,
            #[allow(unreachable_patterns, reason = "features that another crate turns on add variants")]
            _ => return None,
        })
    }

    /// The kind of a column that no entity has, from the type that its table declares.
    pub(super) fn of_declaration(declared: &str) -> Self {
        let declared = declared.to_ascii_lowercase();
        let contains = |parts: &[&str]| parts.iter().any(|part| declared.contains(part));
        match declared.as_str() {
            "boolean" | "bool" => Self::Bool,
            "bigint" | "int8" => Self::BigInt,
            "date" => Self::Date,
            "time" => Self::Time,
            "datetime" | "timestamp" => Self::DateTimeUtc,
            _ if contains(&["int"]) => Self::Int,
            _ if contains(&["char", "clob", "text"]) => Self::String,
            _ if contains(&["blob"]) => Self::Bytes,
            _ if contains(&["real", "floa", "doub"]) => Self::Double,
            _ => Self::AsStored,
        }
    }

    /// The type, as an author writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::TinyInt => "i8",
            Self::SmallInt => "i16",
            Self::Int => "i32",
            Self::BigInt => "i64",
            Self::TinyUnsigned => "u8",
            Self::SmallUnsigned => "u16",
            Self::Unsigned => "u32",
            Self::BigUnsigned => "u64",
            Self::Float => "f32",
            Self::Double => "f64",
            Self::String => "String",
            Self::Char => "char",
            Self::Bytes => "Vec<u8>",
            Self::Json => "Json",
            Self::Date => "Date",
            Self::Time => "Time",
            Self::DateTime => "DateTime",
            Self::DateTimeUtc => "DateTimeUtc",
            Self::DateTimeLocal => "DateTimeLocal",
            Self::DateTimeWithTimeZone => "DateTimeWithTimeZone",
            Self::Uuid => "Uuid",
            Self::Decimal => "Decimal",
            Self::AsStored => "any type",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_read_as_sqlite_reads_them() {
        let expected = [
            ("BOOLEAN", Kind::Bool),
            ("INTEGER", Kind::Int),
            ("int", Kind::Int),
            ("MEDIUMINT", Kind::Int),
            ("BIGINT", Kind::BigInt),
            ("Int8", Kind::BigInt),
            ("DATETIME", Kind::DateTimeUtc),
            ("TIMESTAMP", Kind::DateTimeUtc),
            ("DATE", Kind::Date),
            ("TIME", Kind::Time),
            ("VARCHAR(255)", Kind::String),
            ("CLOB", Kind::String),
            ("datetime_text", Kind::String),
            ("BLOB", Kind::Bytes),
            ("varbinary_blob(16)", Kind::Bytes),
            ("DOUBLE PRECISION", Kind::Double),
            ("FLOAT", Kind::Double),
            ("REAL", Kind::Double),
            ("NUMERIC", Kind::AsStored),
            ("", Kind::AsStored),
        ];
        for (declared, kind) in expected {
            assert_eq!(Kind::of_declaration(declared), kind, "{declared}");
        }
    }
}
