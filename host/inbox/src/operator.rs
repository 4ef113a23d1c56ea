//! The operator's side.

use std::path::Path;

use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::connection::{self, begin};
use crate::event::{ActiveModel, Column, Entity, Model, State};
use crate::inbox::{counts, now, unchanged};
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
    pub async fn list(&self, states: &[State], limit: u64) -> Result<Vec<Model>, InboxError> {
        let states = states.to_vec();
        let found = Entity::find().filter(Column::State.is_in(states)).order_by_asc(Column::Sequence).limit(limit);
        self.worker.run(move |db| Ok(found.all(db)?)).await
    }

    /// How many events there are.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn counts(&self) -> Result<Counts, InboxError> {
        self.worker.run(counts).await
    }

    /// The event with this id.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn show(&self, id: &str) -> Result<Option<Model>, InboxError> {
        let found = Entity::find().filter(Column::Id.eq(id));
        self.worker.run(move |db| Ok(found.one(db)?)).await
    }

    /// Has a dead event, or one that waits for its next try, delivered as soon as it is its turn, with all its tries before it. A launcher
    /// that runs is told.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn retry(&self, id: &str) -> Result<Result<Model, NotChanged>, InboxError> {
        self.change(id, |event| ActiveModel {
            state: Set(State::Pending),
            attempts: Set(0),
            next_try_at: Set(None),
            settled_at: Set(None),
            ..unchanged(event)
        })
        .await
    }

    /// Gives an event up. If it is being delivered, that goes on, and is the last time. Its id stays known for a while.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn drop(&self, id: &str) -> Result<Result<Model, NotChanged>, InboxError> {
        self.change(id, |event| ActiveModel {
            state: Set(State::Dropped),
            data: Set(None),
            next_try_at: Set(None),
            settled_at: Set(Some(now())),
            ..unchanged(event)
        })
        .await
    }

    async fn change(&self, id: &str, changed: fn(&Model) -> ActiveModel) -> Result<Result<Model, NotChanged>, InboxError> {
        let id = id.to_owned();
        let work = move |db: &DatabaseConnection| {
            let transaction = begin(db)?;
            let Some(event) = Entity::find().filter(Column::Id.eq(&id)).one(&transaction)? else {
                return Ok(Err(NotChanged::Unknown { id }));
            };
            match event.state {
                State::Pending | State::Dead => {}
                State::Done | State::Dropped => return Ok(Err(NotChanged::Over { id, state: event.state })),
            }
            let event = Entity::update(changed(&event)).exec(&transaction)?;
            transaction.commit()?;
            Ok(Ok(event))
        };
        let changed = self.worker.run(work).await?;
        if changed.is_ok() {
            self.changes.announce()?;
        }
        Ok(changed)
    }
}
