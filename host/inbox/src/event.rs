//! What is kept of an event.

use sea_orm::entity::prelude::*;
use temps_plugin_protocol::PluginEvent;

/// An event in the inbox.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// The order of arrival, from 1. Never used twice.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// The event's own id, which tells a second delivery.
    #[sea_orm(unique)]
    pub id: String,
    /// The type, such as `deployment.succeeded`.
    pub event_type: String,
    /// When it happened, as the host wrote it.
    pub timestamp: String,
    /// The project that it is about.
    pub project_id: Option<i32>,
    /// Its data as JSON text. Not kept once the event is done or dropped.
    pub data: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Deliveries that have begun.
    pub attempts: u32,
    /// When it came, in milliseconds since 1970.
    pub received_at: i64,
    /// When it is tried again, likewise. `None`: now, or never.
    pub next_try_at: Option<i64>,
    /// When it was done, dead or dropped, likewise.
    pub settled_at: Option<i64>,
    /// Why the last delivery failed.
    pub last_error: Option<String>,
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// It waits for its delivery, or is being delivered.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// The plugin has taken it.
    #[sea_orm(string_value = "done")]
    Done,
    /// Every delivery failed. Only an operator has it tried again.
    #[sea_orm(string_value = "dead")]
    Dead,
    /// An operator has given it up.
    #[sea_orm(string_value = "dropped")]
    Dropped,
}

impl State {
    /// The state's name, such as `pending`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An event belongs to no other table.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The event as the host sent it.
    ///
    /// # Errors
    ///
    /// The data is not there any more, or is not JSON: somebody changed it.
    pub fn to_event(&self) -> Result<PluginEvent, serde_json::Error> {
        Ok(PluginEvent {
            id: self.id.clone(),
            event_type: self.event_type.clone(),
            timestamp: self.timestamp.clone(),
            project_id: self.project_id,
            data: serde_json::from_str(self.data.as_deref().unwrap_or_default())?,
        })
    }
}
