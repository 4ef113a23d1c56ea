use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::connection::Opener;
use crate::pool::{Admission, Alive};
use crate::{Database, Error, Label, Settings};

/// The databases of one plugin, in one folder. Clones are the same ones.
///
/// They stay open over the instances of a plugin, until [`close`](Self::close) or until nobody has them any more. The connections of one
/// instance are not the next one's: see [`renew`](Self::renew).
#[derive(Debug, Clone)]
pub struct Databases {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    settings: Arc<Settings>,
    admission: Admission,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    databases: BTreeMap<Label, Database>,
    /// For threads to be started. None after `close`.
    alive: Option<Alive>,
    /// Resolves when all threads have ended.
    ended: Option<mpsc::Receiver<()>>,
}

impl Databases {
    /// For the databases in `folder`, which has to be there when one is opened. Nothing is opened yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, settings: Settings) -> Self {
        let (alive, ended) = mpsc::channel(1);
        let open = Open { databases: BTreeMap::new(), alive: Some(alive), ended: Some(ended) };
        let inner = Inner {
            folder: folder.into(),
            settings: Arc::new(settings),
            admission: Admission::default(),
            open: Mutex::new(open),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The database with this label. Its file is created if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for one more than may be open, and for a link in the place of the file; [`Error::Other`] for a file that is no
    /// database.
    pub async fn open(&self, label: Label) -> Result<Database, Error> {
        let database = self.find(&label)?;
        if let Err(error) = database.connect().await {
            self.inner.open.lock().unwrap_or_else(PoisonError::into_inner).databases.remove(&label);
            return Err(error);
        }
        Ok(database)
    }

    /// The database, perhaps without a connection yet.
    fn find(&self, label: &Label) -> Result<Database, Error> {
        let mut open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = open.databases.get(label) {
            return Ok(database.clone());
        }
        let Some(alive) = open.alive.clone() else {
            return Err(Error::Other("the databases are closed".to_owned()));
        };
        let most = self.inner.settings.databases();
        if open.databases.len() >= most {
            return Err(Error::Denied(format!("a plugin has at most {most} databases open, and `{label}` is one more")));
        }
        let opener = Opener::new(&self.inner.folder, label.clone(), Arc::clone(&self.inner.settings))?;
        let database = Database::new(opener, self.inner.admission.clone(), &alive);
        open.databases.insert(label.clone(), database.clone());
        Ok(database)
    }

    /// Closes the connections that are idle, and the others when their statement or transaction ends: what an instance left on them,
    /// such as temporary tables, goes with it. The next statement opens another.
    pub fn renew(&self) {
        let open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.databases.values().for_each(Database::renew);
    }

    /// Closes all databases once their statements and transactions have ended, and waits for that. What opens one after it fails.
    pub async fn close(&self) {
        let ended = {
            let mut open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.databases.clear();
            open.alive = None;
            open.ended.take()
        };
        if let Some(mut ended) = ended {
            // Nothing is ever sent: it ends when the last thread has.
            while ended.recv().await.is_some() {}
        }
    }
}
