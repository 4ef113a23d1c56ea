//! The operator's side.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::connection::{self, begin};
use crate::event::{Event, State};
use crate::inbox::{counts, now};
use crate::worker::Worker;
use crate::{Changes, Counts, InboxError, path_in};

/// Why an event was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotChanged {
    /// There is no such event.
    #[error("there is no event {id} in the inbox")]
    Unknown {
        /// The id.
        id: String,
    },
    /// The event is over, and its data is not kept.
    #[error("event {id} is {state}: its data is not kept, and there is nothing to do with it")]
    Over {
        /// The id.
        id: String,
        /// Done or dropped.
        state: State,
    },
}

/// An inbox as an operator sees it, whether its launcher runs or not.
#[derive(Debug)]
pub struct Operator {
    worker: Worker,
    changes: Changes,
}

impl Operator {
    /// Opens the inbox of the plugin with this data directory.
    ///
    /// # Errors
    ///
    /// [`InboxError::Missing`] if there is none, and any other [`InboxError`].
    pub async fn open(data_dir: &Path) -> Result<Self, InboxError> {
        let path = path_in(data_dir);
        if !path.is_file() {
            return Err(InboxError::Missing { path });
        }
        let changes = Changes::of(&path);
        // What is changed here takes no room.
        let worker = Worker::start(move || connection::open(&path, usize::MAX)).await?;
        Ok(Self { worker, changes })
    }

    /// The events in these states, in order of arrival, up to `limit`.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn list(&self, states: &[State], limit: u64) -> Result<Vec<Event>, InboxError> {
        let places = vec!["?"; states.len()].join(", ");
        let clause = format!("WHERE state IN ({places}) ORDER BY sequence LIMIT ?");
        let limit = Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX));
        let parameters: Vec<_> = states.iter().map(|state| Value::Text(state.as_str().to_owned())).chain([limit]).collect();
        self.worker.run(move |db| Ok(Event::select(db, &clause, params_from_iter(parameters))?)).await
    }

    /// How many events there are.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn counts(&self) -> Result<Counts, InboxError> {
        self.worker.run(|db| Ok(counts(db)?)).await
    }

    /// The event with this id.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn show(&self, id: &str) -> Result<Option<Event>, InboxError> {
        let id = id.to_owned();
        self.worker.run(move |db| Ok(by_id(db, &id)?)).await
    }

    /// Has a dead event, or one that waits for its next try, delivered as soon as it is its turn, with all its tries before it. A launcher
    /// that runs is told.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn retry(&self, id: &str) -> Result<Result<Event, NotChanged>, InboxError> {
        self.change(id, |event| Event { state: State::Pending, attempts: 0, next_try_at: None, settled_at: None, ..event }).await
    }

    /// Gives an event up. If it is being delivered, that goes on, and is the last time. Its id stays known for a while.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn drop(&self, id: &str) -> Result<Result<Event, NotChanged>, InboxError> {
        let dropped = |event| Event { state: State::Dropped, data: None, next_try_at: None, settled_at: Some(now()), ..event };
        self.change(id, dropped).await
    }

    async fn change(&self, id: &str, change: fn(Event) -> Event) -> Result<Result<Event, NotChanged>, InboxError> {
        let id = id.to_owned();
        let work = move |db: &mut Connection| {
            let transaction = begin(db)?;
            let Some(event) = by_id(&transaction, &id)? else {
                return Ok(Err(NotChanged::Unknown { id }));
            };
            match event.state {
                State::Pending | State::Dead => {}
                State::Done | State::Dropped => return Ok(Err(NotChanged::Over { id, state: event.state })),
            }
            let changed = change(event);
            changed.update(&transaction)?;
            transaction.commit()?;
            Ok(Ok(changed))
        };
        let changed = self.worker.run(work).await?;
        if changed.is_ok() {
            self.changes.announce()?;
        }
        Ok(changed)
    }
}

fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Event>> {
    Ok(Event::select(db, "WHERE id = ?", [id])?.into_iter().next())
}
