//! What a plugin's files take up, and what more they may.
//!
//! Every change is counted before it is made, and put right after it: a write that is still under way when its instance has ended is
//! counted until it is over. What cannot be put right, such as a file whose making was cut off, stays counted until the next count.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long the ledger says nothing more of files that are full: 1 minute.
const QUIET: Duration = Duration::from_secs(60);

/// The part of its time that counting the folder anew may take: a hundredth. A plugin that is full asks for it with each write.
const COUNTING_SHARE: u32 = 100;

/// The least time between two counts: 100 ms.
const COUNTING_PAUSE: Duration = Duration::from_millis(100);

/// Bytes, and files and folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    pub(super) bytes: u64,
    pub(super) files: u64,
}

/// Why there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    #[error("the plugin's files may have {} in all (limit `file_bytes`)", bytesize::ByteSize::b(*.0))]
    Bytes(u64),
    #[error("the plugin may have {0} files and folders (limit `file_count`)")]
    Files(u64),
}

impl From<Full> for io::Error {
    /// `ENOSPC`, as of a full disk.
    fn from(_: Full) -> Self {
        rustix::io::Errno::NOSPC.into()
    }
}

/// What wasi tells of a file's identity, by path as by descriptor.
pub(super) type Hash = (u64, u64);

/// What a change makes of a file's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// A write of so many bytes at this place.
    Write { at: u64, bytes: u64 },
    /// A write of so many bytes at the end.
    Append { bytes: u64 },
    /// The size itself.
    Size(u64),
}

impl Change {
    fn size_after(self, before: u64) -> u64 {
        match self {
            // Nothing written is nothing lengthened, wherever it is.
            Self::Write { bytes: 0, .. } => before,
            Self::Write { at, bytes } => before.max(at.saturating_add(bytes)),
            Self::Append { bytes } => before.saturating_add(bytes),
            Self::Size(size) => size,
        }
    }
}

/// A name that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) hash: Hash,
    pub(super) bytes: u64,
    /// Whether the file has no other name.
    pub(super) last_name: bool,
}

/// Counts a folder's files.
type Count = Box<dyn Fn() -> io::Result<Usage> + Send + Sync>;

/// The count of one plugin's files, for all of its instances.
pub(super) struct Ledger {
    most: Usage,
    count: Count,
    state: Mutex<State>,
}

struct State {
    used: Usage,
    open: HashMap<Key, Open>,
    /// Changes that are counted and not over yet.
    under_way: usize,
    /// Rises with each change of what is used.
    version: u64,
    next_count: Instant,
    next_warning: Instant,
}

/// A file on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    device: u64,
    inode: u64,
}

impl Key {
    fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// A file that is open, or was a moment ago.
struct Open {
    hash: Hash,
    /// Whatever holds it open holds one of these: descriptors, streams, and writes that outlive both.
    handles: Vec<Weak<File>>,
    /// What it is counted as.
    bytes: u64,
    /// It has no name any more: its bytes are free once it is closed.
    nameless: bool,
    /// One change of it at a time: each sees the size that the one before it left.
    turn: Arc<Mutex<()>>,
}

impl Open {
    fn is_closed(&self) -> bool {
        self.handles.iter().all(|handle| handle.strong_count() == 0)
    }

    /// Looks at it again: others may have cut it, or taken its name.
    fn look_again(&mut self) {
        let file = self.handles.iter().find_map(Weak::upgrade);
        if let Some(Ok(metadata)) = file.map(|file| file.metadata()) {
            self.bytes = metadata.len();
            self.nameless |= metadata.nlink() == 0;
        }
    }
}

/// A file that is being made or removed. Meanwhile the folder and the ledger differ.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Ledger>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("most", &self.most).field("used", &self.used()).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Begins with what `count` finds. It is asked again when there is no room, for what others than the plugin changed.
    pub(super) fn new(most: Usage, count: impl Fn() -> io::Result<Usage> + Send + Sync + 'static) -> io::Result<Self> {
        let began = Instant::now();
        let used = count()?;
        let next_count = Instant::now() + pause(began.elapsed());
        let state = State { used, open: HashMap::new(), under_way: 0, version: 0, next_count, next_warning: began };
        Ok(Self { most, count: Box::new(count), state: Mutex::new(state) })
    }

    pub(super) fn used(&self) -> Usage {
        self.state().used
    }

    /// Counts a file or folder that is to be made. If it is not made, [`Ledger::give_file`] takes it back. It may block.
    pub(super) fn take_file(self: &Arc<Self>) -> Result<UnderWay, Full> {
        self.with_room(|state| {
            if state.used.files >= self.most.files {
                return Err(Full::Files(self.most.files));
            }
            state.used.files += 1;
            state.under_way += 1;
            Ok(())
        })?;
        Ok(UnderWay(Arc::clone(self)))
    }

    /// Something is about to lose its name: nothing is counted anew until [`Ledger::removed`] has been told.
    pub(super) fn removing(self: &Arc<Self>) -> UnderWay {
        self.state().under_way += 1;
        UnderWay(Arc::clone(self))
    }

    pub(super) fn give_file(&self) {
        let mut state = self.state();
        state.changed();
        state.used.files = state.used.files.saturating_sub(1);
    }

    /// Takes note of a file that was opened.
    pub(super) fn opened(&self, file: &Arc<File>, metadata: &Metadata, hash: Hash) {
        let mut state = self.state();
        state.sweep();
        let open = state.open.entry(Key::of(metadata)).or_insert_with(|| Open {
            hash,
            handles: Vec::new(),
            bytes: metadata.len(),
            nameless: false,
            turn: Arc::default(),
        });
        open.handles.retain(|handle| handle.strong_count() > 0);
        open.handles.push(Arc::downgrade(file));
    }

    /// A file or folder has lost a name. The bytes of one that is open are free once it is closed.
    pub(super) fn removed(&self, removed: Removed) {
        let mut state = self.state();
        state.sweep();
        state.changed();
        state.used.files = state.used.files.saturating_sub(1);
        if !removed.last_name {
            return;
        }
        match state.open.values_mut().find(|open| open.hash == removed.hash && !open.nameless) {
            Some(open) => open.nameless = true,
            None => state.used.bytes = state.used.bytes.saturating_sub(removed.bytes),
        }
    }

    /// Makes a change of an open file with `act`, which is given the file's size. It blocks.
    ///
    /// # Errors
    ///
    /// What `act` fails with, and `ENOSPC` before it if the change is beyond the limit.
    pub(super) fn change<R>(&self, file: &File, change: Change, act: impl FnOnce(&File, u64) -> io::Result<R>) -> io::Result<R> {
        let metadata = file.metadata()?;
        let key = Key::of(&metadata);
        // Its caller holds the file, which was noted when it was opened.
        let turn = self.state().open.get(&key).map(|open| Arc::clone(&open.turn));
        let turn = turn.ok_or(rustix::io::Errno::BADF)?;
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let before = file.metadata()?.len();
        let size = change.size_after(before).max(before);
        self.reserve(key, size)?;
        let done = act(file, before);
        let after = file.metadata().map_or(size, |metadata| metadata.len());
        self.settle(key, after);
        done
    }

    /// Counts a file as having this size, which it may have soon.
    fn reserve(&self, key: Key, size: u64) -> Result<(), Full> {
        self.with_room(|state| {
            let counted = state.open.get(&key).map_or(0, |open| open.bytes);
            let more = size.saturating_sub(counted);
            if more > 0 && more > self.most.bytes.saturating_sub(state.used.bytes) {
                return Err(Full::Bytes(self.most.bytes));
            }
            state.used.bytes += more;
            state.under_way += 1;
            if let Some(open) = state.open.get_mut(&key) {
                open.bytes += more;
            }
            Ok(())
        })
    }

    /// A change is over: the file has this size.
    fn settle(&self, key: Key, size: u64) {
        let mut state = self.state();
        state.changed();
        state.under_way -= 1;
        if let Some(open) = state.open.get_mut(&key) {
            let counted = std::mem::replace(&mut open.bytes, size);
            state.used.bytes = state.used.bytes.saturating_sub(counted).saturating_add(size);
        }
    }

    /// Runs `take`; if there is no room, once more after looking for some.
    fn with_room(&self, take: impl Fn(&mut State) -> Result<(), Full>) -> Result<(), Full> {
        let taken = self.taken(&take);
        if taken.is_err() && self.count_anew() { self.taken(&take) } else { taken }.inspect_err(|full| self.warn(*full))
    }

    fn taken(&self, take: impl Fn(&mut State) -> Result<(), Full>) -> Result<(), Full> {
        let mut state = self.state();
        let taken = match take(&mut state) {
            Err(_) if state.sweep() => take(&mut state),
            taken => taken,
        };
        if taken.is_ok() {
            state.changed();
        }
        taken
    }

    /// Counts the folder, unless that was done just now. False if the result is of no use, since something changed meanwhile.
    fn count_anew(&self) -> bool {
        let began = Instant::now();
        let version = {
            let mut state = self.state();
            if began < state.next_count {
                return false;
            }
            state.next_count = began + COUNTING_PAUSE;
            state.version
        };
        let counted = (self.count)();
        let mut state = self.state();
        state.next_count = Instant::now() + pause(began.elapsed());
        match counted {
            Ok(counted) if state.version == version && state.under_way == 0 => {
                state.open.values_mut().for_each(Open::look_again);
                let nameless: u64 = state.open.values().filter(|open| open.nameless).map(|open| open.bytes).sum();
                state.used = Usage { bytes: counted.bytes.saturating_add(nameless), files: counted.files };
                true
            }
            Ok(_) => false,
            Err(error) => {
                tracing::warn!(%error, "the plugin's files cannot be counted anew");
                false
            }
        }
    }

    fn warn(&self, full: Full) {
        let now = Instant::now();
        let mut state = self.state();
        if now >= state.next_warning {
            state.next_warning = now + QUIET;
            tracing::warn!(bytes = state.used.bytes, files = state.used.files, "{full}: more is refused");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn changed(&mut self) {
        self.version += 1;
    }

    /// Forgets the files that are closed, and frees the bytes of those without a name. Whether there were any of these.
    fn sweep(&mut self) -> bool {
        let mut free = 0;
        self.open.retain(|_, open| {
            let closed = open.is_closed();
            if closed && open.nameless {
                free += open.bytes;
            }
            !closed
        });
        if free > 0 {
            self.used.bytes = self.used.bytes.saturating_sub(free);
            self.changed();
        }
        free > 0
    }
}

fn pause(counting: Duration) -> Duration {
    (counting * COUNTING_SHARE).max(COUNTING_PAUSE)
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
