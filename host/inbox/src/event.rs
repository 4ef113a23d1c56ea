//! What is kept of an event.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Params, Row, params};
use temps_plugin_protocol::PluginEvent;

/// An event in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The order of arrival, from 1. Never used twice.
    pub sequence: i64,
    /// The event's own id, which tells a second delivery.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for its delivery, or is being delivered.
    Pending,
    /// The plugin has taken it.
    Done,
    /// Every delivery failed. Only an operator has it tried again.
    Dead,
    /// An operator has given it up.
    Dropped,
}

impl State {
    const ALL: [Self; 4] = [Self::Pending, Self::Done, Self::Dead, Self::Dropped];

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

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let state = Self::ALL.into_iter().find(|state| state.as_str() == name);
        state.ok_or_else(|| FromSqlError::Other(format!("`{name}` is no state of an event").into()))
    }
}

impl Event {
    /// The events that `clause` selects.
    pub(crate) fn select(db: &Connection, clause: &str, parameters: impl Params) -> rusqlite::Result<Vec<Self>> {
        let mut statement = db.prepare_cached(&format!(
            "SELECT sequence, id, event_type, timestamp, project_id, data, state, attempts, received_at, next_try_at, settled_at, last_error
             FROM event {clause}"
        ))?;
        statement.query_map(parameters, Self::from_row)?.collect()
    }

    /// Writes down what may change of an event.
    pub(crate) fn update(&self, db: &Connection) -> rusqlite::Result<()> {
        let mut statement = db.prepare_cached(
            "UPDATE event SET data = ?, state = ?, attempts = ?, next_try_at = ?, settled_at = ?, last_error = ? WHERE sequence = ?",
        )?;
        let Self { data, state, attempts, next_try_at, settled_at, last_error, sequence, .. } = self;
        statement.execute(params![data, state, attempts, next_try_at, settled_at, last_error, sequence])?;
        Ok(())
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            sequence: row.get("sequence")?,
            id: row.get("id")?,
            event_type: row.get("event_type")?,
            timestamp: row.get("timestamp")?,
            project_id: row.get("project_id")?,
            data: row.get("data")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            received_at: row.get("received_at")?,
            next_try_at: row.get("next_try_at")?,
            settled_at: row.get("settled_at")?,
            last_error: row.get("last_error")?,
        })
    }

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
