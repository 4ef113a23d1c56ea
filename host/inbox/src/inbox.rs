//! The launcher's side.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, params};
use temps_plugin_protocol::{PluginEvent, cut};
use tokio::time::{Instant, sleep};

use crate::backoff::pause;
use crate::connection::{self, PAGE, begin};
use crate::event::{Event, State};
use crate::schema::pragma;
use crate::worker::Worker;
use crate::{Committed, Counts, Due, Ended, InboxError, Outcome, Put, Said, Settings, Step};

/// How far the file may grow beyond the bytes at which events are refused: an eighth, so that what is in it can still be settled.
const RESERVE: usize = 8;

/// How long memory is waited for: 8 s. A plugin's statement that has it ends within 5 s, and gives it back.
pub const MEMORY_TIME: Duration = Duration::from_secs(8);

/// The pause before memory is asked for again: 20 ms.
const MEMORY_PAUSE: Duration = Duration::from_millis(20);

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
    /// Without memory, which all of SQLite in a process shares, it is tried again for [`MEMORY_TIME`].
    ///
    /// # Errors
    ///
    /// [`InboxError`]; nothing has changed then.
    pub async fn commit(&self, step: Step) -> Result<Committed, InboxError> {
        let step = Arc::new(step);
        let until = Instant::now() + MEMORY_TIME;
        loop {
            let (settings, step) = (Arc::clone(&self.settings), Arc::clone(&step));
            match self.worker.run(move |db| Writer { settings: &settings }.commit(db, &step)).await {
                Err(InboxError::NoMemory(_)) if Instant::now() < until => sleep(MEMORY_PAUSE).await,
                done => return done,
            }
        }
    }

    /// How many events there are.
    ///
    /// # Errors
    ///
    /// [`InboxError`].
    pub async fn counts(&self) -> Result<Counts, InboxError> {
        self.worker.run(|db| Ok(counts(db)?)).await
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
    fn commit(&self, db: &mut Connection, step: &Step) -> Result<Committed, InboxError> {
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

    fn room(&self, db: &Connection) -> Result<Room, InboxError> {
        let pending = count(db, State::Pending)?;
        let used = pragma(db, "page_count")?.saturating_sub(pragma(db, "freelist_count")?);
        let used = usize::try_from(used).unwrap_or(usize::MAX).saturating_mul(PAGE);
        Ok(Room {
            events: self.settings.pending.saturating_sub(usize::try_from(pending).unwrap_or(usize::MAX)),
            bytes: self.settings.bytes.saturating_sub(used),
        })
    }

    /// Writes down how a delivery ended. An event that an operator has dropped meanwhile stays so.
    fn settle(&self, db: &Connection, said: &Said) -> Result<Option<Ended>, InboxError> {
        let found = Event::select(db, "WHERE sequence = ? AND state = ?", params![said.sequence, State::Pending])?;
        let Some(found) = found.into_iter().next() else {
            return Ok(None);
        };
        Ok(match &said.outcome {
            Outcome::Done => {
                let settled_at = Some(now());
                Event { state: State::Done, data: None, next_try_at: None, settled_at, last_error: None, ..found }.update(db)?;
                None
            }
            Outcome::Failed(reason) if u32_of(self.settings.tries) <= said.attempt => Some(die(db, found, reason)?),
            Outcome::Failed(reason) => Some(self.again(db, found, said.attempt, reason)?),
            Outcome::Interrupted(reason) => Some(self.again(db, found, said.attempt.saturating_sub(1), reason)?),
        })
    }

    fn again(&self, db: &Connection, found: Event, attempts: u32, reason: &str) -> Result<Ended, InboxError> {
        let reason = cut(reason, ERROR_BYTES);
        let after = pause(attempts.max(1), self.settings);
        let next_try_at = Some(now().saturating_add(millis(after)));
        let again = Event { attempts, next_try_at, last_error: Some(reason.into_owned()), ..found };
        again.update(db)?;
        Ok(Ended::Again { id: again.id, after })
    }

    /// Begins deliveries of the first events that wait, as many as may be under way at once. An event that waits for its next try holds its
    /// place, so that with one place the order stays.
    fn begin_due(&self, db: &Connection, under_way: &[i64], at_once: usize, committed: &mut Committed) -> Result<(), InboxError> {
        let mut taken = under_way.len();
        let mut after = 0;
        while taken < at_once {
            let clause = "WHERE state = ? AND sequence > ? ORDER BY sequence LIMIT ?";
            let waiting = Event::select(db, clause, params![State::Pending, after, i64_of(at_once)])?;
            let Some(last) = waiting.last() else { break };
            after = last.sequence;
            for event in waiting.into_iter().filter(|event| !under_way.contains(&event.sequence)) {
                if taken >= at_once {
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

    fn begin(&self, db: &Connection, found: Event) -> Result<Begun, InboxError> {
        // A clock that was set back makes no pause longer than the longest.
        let left = found.next_try_at.unwrap_or(0).saturating_sub(now()).min(millis(self.settings.longest_wait));
        if let Ok(left @ 1..) = u64::try_from(left) {
            return Ok(Begun::Waits(Duration::from_millis(left)));
        }
        if found.attempts >= u32_of(self.settings.tries) {
            let reason = found.last_error.clone().unwrap_or_else(|| "the launcher ended during its last delivery".to_owned());
            return Ok(Begun::Dead(die(db, found, &reason)?));
        }
        let event = match found.to_event() {
            Ok(event) => event,
            Err(error) => return Ok(Begun::Dead(die(db, found, &format!("what is kept of it is damaged: {error}"))?)),
        };
        let attempt = found.attempts.saturating_add(1);
        let begun = Event { attempts: attempt, next_try_at: None, ..found };
        begun.update(db)?;
        Ok(Begun::Due(Box::new(Due { sequence: begun.sequence, event, attempt })))
    }

    /// Takes out what is done or dropped, beyond the newest that are kept.
    fn forget_done(&self, db: &Connection) -> Result<(), InboxError> {
        for state in [State::Done, State::Dropped] {
            if let Some(last) = beyond(db, state, self.settings.history)? {
                delete(db, state, last)?;
            }
        }
        Ok(())
    }

    fn forget_dead(&self, db: &Connection) -> Result<Vec<Ended>, InboxError> {
        let Some(last) = beyond(db, State::Dead, self.settings.dead)? else {
            return Ok(Vec::new());
        };
        let gone = Event::select(db, "WHERE state = ? AND sequence <= ?", params![State::Dead, last])?;
        delete(db, State::Dead, last)?;
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

fn put(db: &Connection, event: &PluginEvent, room: &mut Room) -> Result<Put, InboxError> {
    let data = event.data.to_string();
    let bytes = data.len().saturating_add(event.id.len()).saturating_add(event.event_type.len());
    if db.prepare_cached("SELECT 1 FROM event WHERE id = ?")?.exists([&event.id])? {
        return Ok(Put::Known);
    }
    if room.events == 0 || room.bytes < bytes {
        return Ok(Put::Full);
    }
    // Nobody else writes during the transaction: what was not known above is not known now.
    let sql = "INSERT INTO event (id, event_type, timestamp, project_id, data, state, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let row = params![event.id, event.event_type, event.timestamp, event.project_id, data, State::Pending, now()];
    db.prepare_cached(sql)?.execute(row)?;
    room.events = room.events.saturating_sub(1);
    room.bytes = room.bytes.saturating_sub(bytes);
    Ok(Put::Taken)
}

/// The bytes that are kept of a failed delivery's error: 16 KiB, as of a line of a plugin's log. Each event that waits for its
/// next try or is dead keeps one, and there are up to 11,000 of them.
pub const ERROR_BYTES: usize = 16 << 10;

fn die(db: &Connection, found: Event, reason: &str) -> Result<Ended, InboxError> {
    let reason = cut(reason, ERROR_BYTES).into_owned();
    let last_error = Some(reason.clone());
    let dead = Event { state: State::Dead, next_try_at: None, settled_at: Some(now()), last_error, ..found };
    dead.update(db)?;
    Ok(Ended::Dead { id: dead.id, attempts: dead.attempts, reason })
}

/// The last event in this state that is not among the `kept` newest.
fn beyond(db: &Connection, state: State, kept: usize) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT sequence FROM event WHERE state = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?";
    db.prepare_cached(sql)?.query_row(params![state, i64_of(kept)], |row| row.get(0)).optional()
}

fn delete(db: &Connection, state: State, last: i64) -> rusqlite::Result<usize> {
    db.prepare_cached("DELETE FROM event WHERE state = ? AND sequence <= ?")?.execute(params![state, last])
}

fn count(db: &Connection, state: State) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM event WHERE state = ?")?.query_row([state], |row| row.get(0))
}

pub(crate) fn counts(db: &Connection) -> rusqlite::Result<Counts> {
    let retried = "SELECT count(*) FROM event WHERE state = ? AND last_error IS NOT NULL";
    Ok(Counts {
        pending: count(db, State::Pending)?,
        retried: db.prepare_cached(retried)?.query_row([State::Pending], |row| row.get(0))?,
        dead: count(db, State::Dead)?,
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

fn i64_of(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
