//! What almost every plugin needs: `use temps_plugin_sdk::prelude::*;`.

pub use crate::events::{DeploymentEvent, DomainEvent, EventKind, ProjectEvent};
pub use crate::{
    ApiClient, ApiError, AuthenticatedCaller, Capability, ConfigKey, Dir, EventError, ExternalPlugin, Forbidden, NavEntry,
    NavSection, OptionalCaller, PlatformError, PluginContext, PluginEvent, PluginManifest, PluginUi, Role, Route, StartError,
    TempsClient, UiRoute, spawn,
};

#[cfg(feature = "database")]
pub use crate::database::{Migration, MigrationError};
#[cfg(feature = "database")]
pub use crate::{Database, DatabaseError, DatabaseTransaction};

// Those of sea-orm that a store names; an entity's module uses `sea_orm::entity::prelude::*`.
#[cfg(feature = "database")]
pub use crate::sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, NotSet, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set, TransactionSession, TransactionTrait,
};
