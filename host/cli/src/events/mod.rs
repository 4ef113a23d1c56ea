//! `temps-wasm events`: a plugin's inbox, for its operator, whether the plugin runs or not.

mod shown;

use std::path::{Path, PathBuf};

use temps_plugin_inbox::event::State;
use temps_plugin_inbox::{Counts, InboxError, NotChanged, Operator};

use crate::dev::DATA_DIR;
use crate::terminal::plain;
use shown::{json_line, one, table};

/// The events that are listed unless asked otherwise: 100, some screens.
pub const DEFAULT_LIMIT: u64 = 100;

/// Why an inbox was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// The inbox cannot be used.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// Several plugins have their data below the folder.
    #[error("--data-dir {} has the inboxes of several plugins: name one of {}", data_dir.display(), listed(found))]
    Several {
        /// What was given.
        data_dir: PathBuf,
        /// Their data directories.
        found: Vec<PathBuf>,
    },
    /// There is no event with this id.
    #[error("there is no event {id} in the inbox")]
    Unknown {
        /// The id.
        id: String,
    },
    /// Some events were left as they are.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: "))]
    NotChanged(Vec<NotChanged>),
    /// An event cannot be written as JSON.
    #[error("event {id} cannot be shown: {reason}")]
    Json {
        /// The id.
        id: String,
        /// Why.
        reason: String,
    },
}

fn listed(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// What is asked of an inbox.
#[derive(Debug, Clone)]
pub enum Wish {
    /// The events in these states, the oldest first, in a table or as a line of JSON each.
    List {
        /// The states.
        states: Vec<State>,
        /// How many.
        limit: u64,
        /// JSON.
        json: bool,
    },
    /// All of one event.
    Show {
        /// Its id.
        id: String,
        /// JSON.
        json: bool,
    },
    /// These delivered again.
    Retry(Which),
    /// These given up.
    Drop(Which),
}

/// Which events are meant.
#[derive(Debug, Clone)]
pub enum Which {
    /// Those with these ids.
    Ids(Vec<String>),
    /// All that are dead.
    AllDead,
}

/// What there is to say after a wish was fulfilled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// For stdout, without the last line's end; empty: nothing.
    pub out: String,
    /// For stderr, a line each.
    pub notes: Vec<String>,
}

/// Does what is asked of the inbox of the plugin with this data directory.
///
/// # Errors
///
/// [`EventsError`]. What could be changed before an error was.
pub async fn events(data_dir: PathBuf, wish: Wish) -> Result<Told, EventsError> {
    let data_dir = with_inbox(data_dir)?;
    let inbox = Operator::open(&data_dir).await?;
    match wish {
        Wish::List { states, limit, json } => {
            let found = inbox.list(&states, limit).await?;
            let out = if json { found.iter().map(json_line).collect::<Result<Vec<_>, _>>()?.join("\n") } else { table(&found) };
            let mut notes = vec![counted(inbox.counts().await?)];
            if u64::try_from(found.len()).is_ok_and(|found| found == limit) {
                notes.push(format!("the first {limit}; --limit shows more"));
            }
            Ok(Told { out, notes })
        }
        Wish::Show { id, json } => {
            let event = inbox.show(&id).await?.ok_or(EventsError::Unknown { id })?;
            Ok(Told { out: if json { json_line(&event)? } else { one(&event) }, notes: Vec::new() })
        }
        Wish::Retry(which) => change(&inbox, which, Change::Retry).await,
        Wish::Drop(which) => change(&inbox, which, Change::Drop).await,
    }
}

/// The folder itself, or the only one in it, or where `dev` keeps data below it, that has an inbox. Without any it is the folder itself.
fn with_inbox(data_dir: PathBuf) -> Result<PathBuf, EventsError> {
    if has_inbox(&data_dir) {
        return Ok(data_dir);
    }
    let of_dev = data_dir.join("target").join(DATA_DIR);
    let mut found: Vec<PathBuf> = [&data_dir, &of_dev].into_iter().flat_map(|dir| folders_in(dir)).collect();
    found.retain(|folder| has_inbox(folder));
    found.sort();
    match found.as_slice() {
        [] => Ok(data_dir),
        [only] => Ok(only.clone()),
        _ => Err(EventsError::Several { data_dir, found }),
    }
}

fn has_inbox(folder: &Path) -> bool {
    temps_plugin_inbox::path_in(folder).is_file()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Retry,
    Drop,
}

async fn change(inbox: &Operator, which: Which, change: Change) -> Result<Told, EventsError> {
    let ids = match which {
        Which::Ids(ids) => ids,
        Which::AllDead => inbox.list(&[State::Dead], u64::MAX >> 1).await?.into_iter().map(|event| event.id).collect(),
    };
    let (mut changed, mut not) = (Vec::new(), Vec::new());
    for id in ids {
        let done = match change {
            Change::Retry => inbox.retry(&id).await?,
            Change::Drop => inbox.drop(&id).await?,
        };
        match done {
            Ok(event) => changed.push(event.id),
            Err(error) => not.push(error),
        }
    }
    if !not.is_empty() {
        return Err(EventsError::NotChanged(not));
    }
    let what = match change {
        Change::Retry => "waits for its delivery",
        Change::Drop => "is dropped",
    };
    let mut notes: Vec<String> = changed.iter().map(|id| format!("{} {what}", plain(id))).collect();
    notes.push(counted(inbox.counts().await?));
    Ok(Told { out: String::new(), notes })
}

fn counted(counts: Counts) -> String {
    let Counts { pending, retried, dead } = counts;
    format!("{pending} pending, of which {retried} failed before; {dead} dead")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_inbox_below_a_folder_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let of = |path: &str| with_inbox(folder.path().join(path));
        let inbox = |path: &str| {
            let file = temps_plugin_inbox::path_in(&folder.path().join(path));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        };
        assert_eq!(of("crate").unwrap(), folder.path().join("crate"), "no plugin has run");
        let first = folder.path().join("crate/target/temps-dev/one");
        inbox("crate/target/temps-dev/one");
        for path in ["crate", "crate/target/temps-dev", "crate/target/temps-dev/one"] {
            assert_eq!(of(path).unwrap(), first, "{path}");
        }
        inbox("crate/target/temps-dev/two");
        let several = of("crate").unwrap_err().to_string();
        assert!(several.contains("several plugins: name one of ") && several.contains("temps-dev/one, "), "{several}");
        assert_eq!(of("crate/target/temps-dev/one").unwrap(), first);
    }
}
