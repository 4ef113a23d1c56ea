use std::fmt;

use upstream::sea_query::ArrayType;
use upstream::{ColumnTrait, EntityTrait, IdenStatic, Iterable, ModelTrait, Schema, SchemaBuilder};

/// An entity that was derived with this crate. `DeriveEntityModel` makes one for each.
pub struct EntityRegistry {
    /// The module that the entity is in, from `module_path!()`.
    pub module_path: &'static str,
    /// Describes the entity.
    pub schema_info: fn(&Schema) -> EntitySchemaInfo,
}

inventory::collect!(EntityRegistry);

impl EntityRegistry {
    /// All entities that were derived with this crate, in no particular order.
    pub fn entities() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>()
    }

    /// The module of an entity that was derived with sea-orm itself, whose columns this crate knows nothing of; none if all is well.
    #[must_use]
    pub fn unknown() -> Option<&'static str> {
        inventory::iter::<upstream::EntityRegistry>().next().map(|entity| entity.module_path)
    }

    /// The tables of all entities below a module, such as `my_plugin::*`; the crate's name may have `-` for `_`.
    #[must_use]
    pub fn build_schema(schema: Schema, prefix: &str) -> SchemaBuilder {
        let module = prefix.trim_end_matches('*').trim_end_matches("::").replace('-', "_");
        let below = format!("{module}::");
        Self::entities()
            .filter(|entity| entity.module_path == module || entity.module_path.starts_with(&below))
            .map(|entity| (entity.schema_info)(&schema).register)
            // The builder owns a helper of the same kind as the one that the entities were asked with.
            .collect::<Vec<_>>()
            .into_iter()
            .fold(SchemaBuilder::new(schema), |builder, register| register(builder))
    }
}

impl fmt::Debug for EntityRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityRegistry").field("module_path", &self.module_path).finish_non_exhaustive()
    }
}

/// What an entity says of its table.
#[derive(Debug, Clone)]
pub struct EntitySchemaInfo {
    table: &'static str,
    columns: Vec<ColumnInfo>,
    register: fn(SchemaBuilder) -> SchemaBuilder,
}

/// What an entity says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnInfo {
    /// The name in the database.
    pub name: &'static str,
    /// The variant of `Value` that the model's field is made from; an `Option` has that of what is inside.
    pub value: ArrayType,
    /// Whether the model's field is an `Option`.
    pub nullable: bool,
}

impl EntitySchemaInfo {
    /// Describes the entity `E`.
    #[must_use]
    pub fn new<E: EntityTrait>(entity: E, _schema: &Schema) -> Self {
        let columns = E::Column::iter().map(|column| ColumnInfo {
            name: column.as_str(),
            value: <E::Model as ModelTrait>::get_value_type(column),
            nullable: column.def().is_null(),
        });
        Self { table: entity.table_name(), columns: columns.collect(), register: |builder| builder.register(E::default()) }
    }

    /// The table's name in the database.
    #[must_use]
    pub fn table(&self) -> &'static str {
        self.table
    }

    /// The columns, in the order in which the entity declares them.
    #[must_use]
    pub fn columns(&self) -> &[ColumnInfo] {
        &self.columns
    }
}
