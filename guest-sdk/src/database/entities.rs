use std::collections::HashMap;
use std::sync::OnceLock;

use sea_orm::{DbBackend, EntityRegistry, Schema};

use super::DatabaseError;
use super::backend::Origin;
use super::kind::Kind;

/// What the entities of this binary say of their columns. Names are compared as SQLite does, without regard to case.
#[derive(Debug, Default)]
pub(super) struct Entities {
    kinds: HashMap<String, HashMap<String, Declared>>,
    tables: HashMap<String, Vec<Table>>,
}

/// What a column is said to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Declared {
    As(Kind),
    /// Two entities say different things: their modules, with the types.
    Twice(String),
}

/// An entity's columns, in their order.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    name: String,
    kind: Option<Kind>,
    nullable: bool,
    module: &'static str,
}

impl Entities {
    /// All entities that were derived. They do not change while the program runs.
    pub(super) fn all() -> &'static Self {
        static ALL: OnceLock<Entities> = OnceLock::new();
        ALL.get_or_init(|| {
            let schema = Schema::new(DbBackend::Sqlite);
            let mut entities = Self::default();
            for entity in EntityRegistry::entities() {
                let info = (entity.schema_info)(&schema);
                let columns = info.columns().iter().map(|column| Field {
                    name: column.name.to_owned(),
                    kind: Kind::of_field(&column.value),
                    nullable: column.nullable,
                    module: entity.module_path,
                });
                entities.add(info.table(), columns.collect());
            }
            entities
        })
    }

    /// Refuses entities whose columns are not known.
    pub(super) fn check() -> Result<(), DatabaseError> {
        match EntityRegistry::unknown() {
            None => Ok(()),
            Some(module) => Err(DatabaseError::UnknownEntity(module.to_owned())),
        }
    }

    fn add(&mut self, table: &str, columns: Vec<Field>) {
        let table = table.to_ascii_lowercase();
        let kinds = self.kinds.entry(table.clone()).or_default();
        for column in &columns {
            let Some(kind) = column.kind else { continue };
            kinds
                .entry(column.name.to_ascii_lowercase())
                .and_modify(|declared| {
                    if let Declared::As(before) = declared
                        && *before != kind
                    {
                        *declared = Declared::Twice(format!("{}, and {} in `{}`", before.name(), kind.name(), column.module));
                    }
                })
                .or_insert(Declared::As(kind));
        }
        self.tables.entry(table).or_default().push(Table { columns });
    }

    /// What the entity of this table says of the column; none if there is no such entity or field.
    pub(super) fn declared(&self, origin: &Origin) -> Option<&Declared> {
        self.kinds.get(&origin.table.to_ascii_lowercase())?.get(&origin.column.to_ascii_lowercase())
    }

    /// Whether these are all columns of one of the table's entities, in its order, and to read them by position in alphabetical
    /// order would fail rather than mix them up.
    pub(super) fn is_whole(&self, table: &str, columns: &[&str]) -> bool {
        let mut tables = self.tables.get(&table.to_ascii_lowercase()).into_iter().flatten();
        tables.any(|table| table.has(columns) && table.cannot_be_mixed_up())
    }
}

impl Table {
    fn has(&self, columns: &[&str]) -> bool {
        self.columns.len() == columns.len()
            && self.columns.iter().zip(columns).all(|(field, column)| field.name.eq_ignore_ascii_case(column))
    }

    /// A tuple of the fields' types over their values in alphabetical order fails on the first of them that is of another type. One
    /// that may be NULL does not fail: it reads as `None`.
    fn cannot_be_mixed_up(&self) -> bool {
        let mut sorted: Vec<&Field> = self.columns.iter().collect();
        sorted.sort_by(|one, other| one.name.cmp(&other.name));
        self.columns.iter().zip(sorted).any(|(field, found)| !field.nullable && field.kind != found.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: Kind, nullable: bool) -> Field {
        Field { name: name.to_owned(), kind: Some(kind), nullable, module: "app::entity" }
    }

    fn origin(table: &str, column: &str) -> Origin {
        Origin { table: table.to_owned(), column: column.to_owned() }
    }

    #[test]
    fn names_are_compared_without_case() {
        let mut entities = Entities::default();
        entities.add("note", vec![field("id", Kind::Int, false)]);
        assert_eq!(entities.declared(&origin("Note", "ID")), Some(&Declared::As(Kind::Int)));
        assert_eq!(entities.declared(&origin("note", "title")), None);
        assert_eq!(entities.declared(&origin("tag", "id")), None);
    }

    #[test]
    fn two_entities_may_share_a_table_if_they_agree() {
        let mut entities = Entities::default();
        entities.add("note", vec![field("id", Kind::Int, false), field("size", Kind::Int, false)]);
        entities.add("note", vec![field("id", Kind::Int, false), field("size", Kind::BigInt, false)]);
        assert_eq!(entities.declared(&origin("note", "id")), Some(&Declared::As(Kind::Int)));
        let Some(Declared::Twice(what)) = entities.declared(&origin("note", "size")) else { panic!("not told") };
        assert_eq!(what, "i32, and i64 in `app::entity`");
    }

    #[test]
    fn a_whole_entity_is_one_that_positions_cannot_mix_up() {
        let mut entities = Entities::default();
        entities.add("note", vec![field("id", Kind::Int, false), field("body", Kind::String, false)]);
        assert!(entities.is_whole("note", &["id", "body"]));
        assert!(!entities.is_whole("note", &["body", "id"]));
        assert!(!entities.is_whole("note", &["id"]));
        // Two integers would change places unseen.
        entities.add("role", vec![field("user_id", Kind::Int, false), field("role_id", Kind::Int, false)]);
        assert!(!entities.is_whole("role", &["user_id", "role_id"]));
        // NULL hides that the types differ.
        entities.add("mark", vec![field("text", Kind::String, true), field("at", Kind::Int, true)]);
        assert!(!entities.is_whole("mark", &["text", "at"]));
    }
}
