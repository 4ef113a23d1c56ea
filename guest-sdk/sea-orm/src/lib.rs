//! [sea-orm](https://docs.rs/sea-orm) for Temps plugins: all of it, under its own name.
//!
//! ```toml
//! sea-orm = { package = "temps-sea-orm", version = "0.1" }
//! ```
//!
//! Code does not change: `sea_orm::entity::prelude::*` and the derives are sea-orm's. What is added: deriving
//! `DeriveEntityModel` also records the Rust type of each column, so that a row from the launcher's SQLite, which knows integers but not
//! `i32` from `i64`, becomes what the entity says. Nothing has to be called for it.
//!
//! There is no database driver inside. [`Database::connect`] has nothing to connect to; plugins get their databases from
//! `PluginContext::database`.

mod registry;

pub use registry::{ColumnInfo, EntityRegistry, EntitySchemaInfo};
pub use upstream::*;

#[doc(hidden)]
pub use inventory;

/// Records an entity. `DeriveEntityModel` writes the call.
#[macro_export]
macro_rules! register_entity {
    ($($entity:tt)*) => {
        $crate::inventory::submit! { $($entity)* }
    };
}
