//! What almost every plugin needs: `use temps_plugin_sdk::prelude::*;`.

pub use crate::{
    Capability, Database, DatabaseError, DatabaseTransaction, EventError, ExternalPlugin, NavEntry, NavSection, PlatformError,
    PluginContext, PluginEvent, PluginManifest, PluginUi, Route, StartError, TempsClient, UiRoute, spawn,
};

// Those of sea-orm that a store names; an entity's module uses `sea_orm::entity::prelude::*`.
pub use crate::sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, NotSet, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set, TransactionSession, TransactionTrait,
};
