//! From a result's rows to sea-orm's.

use std::collections::BTreeMap;

use sea_orm::{ProxyRow, QueryResult};

use super::backend::{Column, Value};
use super::decode;
use super::entities::{Declared, Entities};
use super::kind::Kind;
use super::{DatabaseError, POSITION};

/// Who wrote a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// sea-orm's query builder, which reads an entity's rows by name.
    Builder,
    /// The plugin's author, who may read by position.
    Hand,
}

/// How the rows of a result become sea-orm's, which are maps in the order of their keys.
#[derive(Debug)]
pub(super) struct Shape {
    columns: Vec<ColumnShape>,
}

#[derive(Debug)]
struct ColumnShape {
    name: String,
    /// A further key that sorts by position, before every name.
    position: Option<String>,
    kind: Kind,
    /// For messages.
    label: String,
}

impl Shape {
    pub(super) fn new(columns: Vec<Column>, author: Author) -> Result<Self, DatabaseError> {
        Self::with(Entities::all(), columns, author)
    }

    fn with(entities: &Entities, columns: Vec<Column>, author: Author) -> Result<Self, DatabaseError> {
        let positions = !(is_sorted(&columns) || author == Author::Builder && is_whole(entities, &columns));
        let columns = columns.into_iter().enumerate().map(|(index, column)| {
            let label = match &column.origin {
                Some(origin) => format!("{}.{}", origin.table, origin.column),
                None => column.name.clone(),
            };
            let kind = match column.origin.as_ref().and_then(|origin| entities.declared(origin)) {
                Some(Declared::As(kind)) => *kind,
                Some(Declared::Twice(types)) => {
                    let reason = format!("two entities have it with different types ({types}): give both the same");
                    return Err(DatabaseError::Value { column: label, reason });
                }
                None => column.declared_type.as_deref().map_or(Kind::AsStored, Kind::of_declaration),
            };
            let position = positions.then(|| format!("{POSITION}{index:05}"));
            Ok(ColumnShape { name: column.name, position, kind, label })
        });
        Ok(Self { columns: columns.collect::<Result<_, _>>()? })
    }

    /// The columns of each row; a result of none has no rows either.
    pub(super) fn width(&self) -> usize {
        self.columns.len().max(1)
    }

    pub(super) fn row(&self, values: impl IntoIterator<Item = Value>) -> Result<QueryResult, DatabaseError> {
        let mut row = BTreeMap::new();
        for (column, value) in self.columns.iter().zip(values) {
            let value = decode::value(column.kind, value)
                .map_err(|reason| DatabaseError::Value { column: column.label.clone(), reason })?;
            if let Some(position) = &column.position {
                row.insert(position.clone(), value.clone());
            }
            row.insert(column.name.clone(), value);
        }
        Ok(ProxyRow::new(row).into())
    }
}

/// Whether positions in the map are those in the result, with no name twice.
fn is_sorted(columns: &[Column]) -> bool {
    columns.is_sorted_by(|one, next| one.name < next.name)
}

/// Whether the result is one entity's rows.
fn is_whole(entities: &Entities, columns: &[Column]) -> bool {
    let Some(table) = columns.first().and_then(|column| column.origin.as_ref()).map(|origin| &origin.table) else { return false };
    let of_table = |column: &Column| {
        column.origin.as_ref().is_some_and(|origin| origin.table == *table && column.name.eq_ignore_ascii_case(&origin.column))
    };
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    columns.iter().all(of_table) && entities.is_whole(table, &names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(name: &str) -> Column {
        Column { name: name.to_owned(), declared_type: None, origin: None }
    }

    fn declared(name: &str, declared: &str) -> Column {
        Column { declared_type: Some(declared.to_owned()), ..expression(name) }
    }

    fn shape(columns: Vec<Column>) -> Shape {
        Shape::with(&Entities::default(), columns, Author::Builder).unwrap()
    }

    #[test]
    fn positions_are_those_of_the_result() {
        let row = shape(vec![expression("b"), expression("a")]).row([Value::Integer(1), Value::Integer(2)]).unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
        assert_eq!(row.try_get_by_index::<i64>(1).unwrap(), 2);
        assert_eq!(row.try_get::<i64>("", "a").unwrap(), 2);
    }

    #[test]
    fn columns_of_one_name_have_positions_of_their_own() {
        let row = shape(vec![expression("a"), expression("a")]).row([Value::Integer(1), Value::Integer(2)]).unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
        assert_eq!(row.try_get_by_index::<i64>(1).unwrap(), 2);
    }

    #[test]
    fn sorted_columns_are_keys_as_they_are() {
        let row = shape(vec![expression("a"), expression("b")]).row([Value::Integer(1), Value::Null]).unwrap();
        assert_eq!(row.column_names(), ["a", "b"]);
        assert_eq!(row.try_get_by_index::<Option<i64>>(1).unwrap(), None);
    }

    #[test]
    fn a_value_beyond_its_declared_type_is_an_error_that_names_the_column() {
        let beyond = i64::from(i32::MAX) + 1;
        let error = shape(vec![declared("size", "INTEGER")]).row([Value::Integer(beyond)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read size: 2147483648 is beyond i32: declare the column BIGINT, or give the table an entity with i64"
        );
        let row = shape(vec![declared("size", "BIGINT")]).row([Value::Integer(beyond)]).unwrap();
        assert_eq!(row.try_get::<i64>("", "size").unwrap(), beyond);
    }

    #[test]
    fn text_where_an_integer_is_declared_is_an_error() {
        let error = shape(vec![declared("size", "INTEGER")]).row([Value::Text("big".to_owned())]).unwrap_err();
        assert_eq!(error.to_string(), "cannot read size: it holds text, which is no i32");
    }
}
