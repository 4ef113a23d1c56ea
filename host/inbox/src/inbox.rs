//! The launcher's side.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseConnection, DatabaseTransaction, EntityTrait, NotSet, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use temps_plugin_protocol::PluginEvent;

use crate::backoff::pause;
use crate::connection::{self, PAGE, begin};
use crate::event::{ActiveModel, Column, Entity, Model, State};
use crate::schema::pragma;
use crate::worker::Worker;
use crate::{Committed, Counts, Due, Ended, InboxError, Outcome, Put, Said, Settings, Step};

/// How far the file may grow beyond the bytes at which events are refused: an eighth, so that what is in it can still be settled.
const RESERVE: usize = 8;

/// An inbox that one launcher fills and empties.
#[derive(Debug)]
pub struct Inbox {
    worker: Worker,
    settings: Arc<Settings>,
}

impl Inbox {
    /// Opens the inbox at `path`, and makes it if there is none. Its folder has to be there.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn open(path: &Path, settings: Settings) -> Result<Self, InboxError> {
        let bytes = settings.bytes.saturating_add(settings.bytes / RESERVE);
        let path = path.to_owned();
        let worker = Worker::start(move || connection::create(&path, bytes)).await?;
        Ok(Self { worker, settings: Arc::new(settings) })
    }

    /// Does all of a step or nothing of it. What it says is on disk when this returns.
    ///
    /// # Errors
    ///
    /// [`InboxError`]; nothing has changed then.
    pub async fn commit(&self, step: Step) -> Result<Committed, InboxError> {
        let settings = Arc::clone(&self.settings);
        self.worker.run(move |db| Writer { settings: &settings }.commit(db, &step)).await
    }

    /// How many events there are.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn counts(&self) -> Result<Counts, InboxError> {
        self.worker.run(counts).await
    }

    /// Closes the file. Without it, the next start has a little more to read.
    pub async fn close(self) {
        self.worker.close().await;
    }
}

/// Writes a step down.
struct Writer<'a> {
    settings: &'a Settings,
}

impl Writer<'_> {
    fn commit(&self, db: &DatabaseConnection, step: &Step) -> Result<Committed, InboxError> {
        let transaction = begin(db)?;
        let mut committed = Committed::default();
        let mut room = if step.came.is_empty() { Room::default() } else { self.room(&transaction)? };
        for event in &step.came {
            committed.put.push(put(&transaction, event, &mut room)?);
        }
        for said in &step.said {
            committed.ended.extend(self.settle(&transaction, said)?);
        }
        if step.said.iter().any(|said| said.outcome == Outcome::Done) {
            self.forget_done(&transaction)?;
        }
        self.begin_due(&transaction, &step.under_way, step.at_once, &mut committed)?;
        if committed.ended.iter().any(|ended| matches!(ended, Ended::Dead { .. })) {
            committed.ended.extend(self.forget_dead(&transaction)?);
        }
        transaction.commit()?;
        Ok(committed)
    }

    fn room(&self, db: &DatabaseTransaction) -> Result<Room, InboxError> {
        let pending = Entity::find().filter(Column::State.eq(State::Pending)).count(db)?;
        let used = pragma(db, "page_count")?.saturating_sub(pragma(db, "freelist_count")?);
        let used = usize::try_from(used).unwrap_or(usize::MAX).saturating_mul(PAGE);
        Ok(Room {
            events: self.settings.pending.saturating_sub(usize::try_from(pending).unwrap_or(usize::MAX)),
            bytes: self.settings.bytes.saturating_sub(used),
        })
    }

    /// Writes down how a delivery ended. An event that an operator has dropped meanwhile stays so.
    fn settle(&self, db: &DatabaseTransaction, said: &Said) -> Result<Option<Ended>, InboxError> {
        let Some(found) = Entity::find_by_id(said.sequence).filter(Column::State.eq(State::Pending)).one(db)? else {
            return Ok(None);
        };
        Ok(match &said.outcome {
            Outcome::Done => {
                let done = ActiveModel {
                    state: Set(State::Done),
                    data: Set(None),
                    next_try_at: Set(None),
                    settled_at: Set(Some(now())),
                    last_error: Set(None),
                    ..unchanged(&found)
                };
                Entity::update(done).exec(db)?;
                None
            }
            Outcome::Failed(reason) if u32_of(self.settings.tries) <= said.attempt => Some(die(db, &found, reason)?),
            Outcome::Failed(reason) => Some(self.again(db, &found, said.attempt, reason)?),
            Outcome::Interrupted(reason) => Some(self.again(db, &found, said.attempt.saturating_sub(1), reason)?),
        })
    }

    fn again(&self, db: &DatabaseTransaction, found: &Model, attempts: u32, reason: &str) -> Result<Ended, InboxError> {
        let after = pause(attempts.max(1), self.settings);
        let again = ActiveModel {
            attempts: Set(attempts),
            next_try_at: Set(Some(now().saturating_add(millis(after)))),
            last_error: Set(Some(reason.to_owned())),
            ..unchanged(found)
        };
        Entity::update(again).exec(db)?;
        Ok(Ended::Again { id: found.id.clone(), after })
    }

    /// Begins deliveries of the first events that wait, as many as may be under way at once. An event that waits for its next try holds its
    /// place, so that with one place the order stays.
    fn begin_due(
        &self,
        db: &DatabaseTransaction,
        under_way: &[i64],
        at_once: usize,
        committed: &mut Committed,
    ) -> Result<(), InboxError> {
        let places = u64::try_from(at_once).unwrap_or(u64::MAX);
        let mut taken = u64::try_from(under_way.len()).unwrap_or(u64::MAX);
        let mut after = 0;
        while taken < places {
            let waiting = Entity::find()
                .filter(Column::State.eq(State::Pending))
                .filter(Column::Sequence.gt(after))
                .order_by_asc(Column::Sequence)
                .limit(places)
                .all(db)?;
            let Some(last) = waiting.last() else { break };
            after = last.sequence;
            for event in waiting.into_iter().filter(|event| !under_way.contains(&event.sequence)) {
                if taken >= places {
                    break;
                }
                match self.begin(db, event)? {
                    Begun::Due(due) => committed.due.push(*due),
                    Begun::Waits(pause) => {
                        committed.next_due = Some(committed.next_due.map_or(pause, |other| other.min(pause)));
                    }
                    Begun::Dead(ended) => {
                        committed.ended.push(ended);
                        continue;
                    }
                }
                taken += 1;
            }
        }
        Ok(())
    }

    fn begin(&self, db: &DatabaseTransaction, found: Model) -> Result<Begun, InboxError> {
        // A clock that was set back makes no pause longer than the longest.
        let left = found.next_try_at.unwrap_or(0).saturating_sub(now()).min(millis(self.settings.longest_wait));
        if let Ok(left @ 1..) = u64::try_from(left) {
            return Ok(Begun::Waits(Duration::from_millis(left)));
        }
        if found.attempts >= u32_of(self.settings.tries) {
            let reason = found.last_error.as_deref().unwrap_or("the launcher ended during its last delivery");
            return Ok(Begun::Dead(die(db, &found, reason)?));
        }
        let event = match found.to_event() {
            Ok(event) => event,
            Err(error) => return Ok(Begun::Dead(die(db, &found, &format!("what is kept of it is damaged: {error}"))?)),
        };
        let attempt = found.attempts.saturating_add(1);
        let begun = ActiveModel { attempts: Set(attempt), next_try_at: Set(None), ..unchanged(&found) };
        Entity::update(begun).exec(db)?;
        Ok(Begun::Due(Box::new(Due { sequence: found.sequence, event, attempt })))
    }

    /// Takes out what is done or dropped, beyond the newest that are kept.
    fn forget_done(&self, db: &DatabaseTransaction) -> Result<(), InboxError> {
        for state in [State::Done, State::Dropped] {
            if let Some(last) = beyond(db, state, self.settings.history)? {
                Entity::delete_many().filter(Column::State.eq(state)).filter(Column::Sequence.lte(last)).exec(db)?;
            }
        }
        Ok(())
    }

    fn forget_dead(&self, db: &DatabaseTransaction) -> Result<Vec<Ended>, InboxError> {
        let Some(last) = beyond(db, State::Dead, self.settings.dead)? else {
            return Ok(Vec::new());
        };
        let old = || Condition::all().add(Column::State.eq(State::Dead)).add(Column::Sequence.lte(last));
        let gone = Entity::find().filter(old()).all(db)?;
        Entity::delete_many().filter(old()).exec(db)?;
        Ok(gone.into_iter().map(|event| Ended::Forgotten { id: event.id, event_type: event.event_type }).collect())
    }
}

/// The room that is left.
#[derive(Debug, Default)]
struct Room {
    events: usize,
    bytes: usize,
}

enum Begun {
    Due(Box<Due>),
    Waits(Duration),
    Dead(Ended),
}

fn put(db: &DatabaseTransaction, event: &PluginEvent, room: &mut Room) -> Result<Put, InboxError> {
    let data = event.data.to_string();
    let bytes = data.len().saturating_add(event.id.len()).saturating_add(event.event_type.len());
    if Entity::find().filter(Column::Id.eq(&event.id)).count(db)? > 0 {
        return Ok(Put::Known);
    }
    if room.events == 0 || room.bytes < bytes {
        return Ok(Put::Full);
    }
    let row = ActiveModel {
        sequence: NotSet,
        id: Set(event.id.clone()),
        event_type: Set(event.event_type.clone()),
        timestamp: Set(event.timestamp.clone()),
        project_id: Set(event.project_id),
        data: Set(Some(data)),
        state: Set(State::Pending),
        attempts: Set(0),
        received_at: Set(now()),
        next_try_at: Set(None),
        settled_at: Set(None),
        last_error: Set(None),
    };
    // Nobody else writes during the transaction: what was not known above is not known now.
    Entity::insert(row).exec_without_returning(db)?;
    room.events = room.events.saturating_sub(1);
    room.bytes = room.bytes.saturating_sub(bytes);
    Ok(Put::Taken)
}

fn die(db: &DatabaseTransaction, found: &Model, reason: &str) -> Result<Ended, InboxError> {
    let dead = ActiveModel {
        state: Set(State::Dead),
        next_try_at: Set(None),
        settled_at: Set(Some(now())),
        last_error: Set(Some(reason.to_owned())),
        ..unchanged(found)
    };
    Entity::update(dead).exec(db)?;
    Ok(Ended::Dead { id: found.id.clone(), attempts: found.attempts, reason: reason.to_owned() })
}

/// The event, with nothing set but which it is.
pub(crate) fn unchanged(event: &Model) -> ActiveModel {
    ActiveModel { sequence: sea_orm::ActiveValue::Unchanged(event.sequence), ..Default::default() }
}

/// The last event in this state that is not among the `kept` newest.
fn beyond(db: &DatabaseTransaction, state: State, kept: usize) -> Result<Option<i64>, InboxError> {
    let found = Entity::find()
        .select_only()
        .column(Column::Sequence)
        .filter(Column::State.eq(state))
        .order_by_desc(Column::Sequence)
        .offset(u64::try_from(kept).unwrap_or(u64::MAX))
        .limit(1)
        .into_tuple()
        .one(db)?;
    Ok(found)
}

pub(crate) fn counts(db: &DatabaseConnection) -> Result<Counts, InboxError> {
    let pending = || Entity::find().filter(Column::State.eq(State::Pending));
    Ok(Counts {
        pending: pending().count(db)?,
        retried: pending().filter(Column::LastError.is_not_null()).count(db)?,
        dead: Entity::find().filter(Column::State.eq(State::Dead)).count(db)?,
    })
}

/// Now, in milliseconds since 1970.
pub(crate) fn now() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn u32_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
