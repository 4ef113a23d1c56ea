use serde::Deserialize;

use super::excerpt::Excerpt;
use super::session::{Session as _, in_statement};
use super::{Database, DatabaseError};

/// The table that says which steps a database has had.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS _migrations (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sql TEXT NOT NULL,
    applied_at TEXT NOT NULL
)";

/// A step that changes a database: its name, and SQL of one statement or several.
///
/// A script of SQLite's documentation that changes a table, from `PRAGMA foreign_keys = OFF` to `PRAGMA foreign_keys = ON`, is a step as
/// it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    name: &'static str,
    sql: &'static str,
}

impl Migration {
    /// A step. Its name is never another one's.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }

    /// Its SQL.
    #[must_use]
    pub const fn sql(&self) -> &'static str {
        self.sql
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Why a database does not have all steps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A step failed, and nothing of it was kept. Those before it were.
    #[error("the migration `{name}` (step {step}) failed, and changed nothing: {source}")]
    Failed {
        /// Its name.
        name: &'static str,
        /// Its place, from 1.
        step: usize,
        /// Why.
        source: DatabaseError,
    },
    /// A step is not what it was when it ran.
    #[error(
        "the migration `{name}` (step {step}) is not what ran here at {applied_at}: leave a step as it was released, and add another one \
         that changes what it made"
    )]
    Changed {
        /// Its name.
        name: &'static str,
        /// Its place, from 1.
        step: usize,
        /// When it ran: RFC 3339, in UTC.
        applied_at: String,
    },
    /// Another step has run at this place.
    #[error(
        "step {step} is the migration `{name}`, and `{ran}` ran here: keep the order and the names of steps, and add others behind them"
    )]
    Order {
        /// The place, from 1.
        step: usize,
        /// The step's name.
        name: &'static str,
        /// The name of the one that ran.
        ran: String,
    },
    /// The database has had a step that this version of the plugin does not know.
    #[error(
        "the database has had the migration `{ran}` (step {step}) of a newer version of the plugin, which this one does not know: install \
         that version, or restore a copy of the database from before it"
    )]
    Newer {
        /// The name of the step.
        ran: String,
        /// Its place, from 1.
        step: usize,
    },
    /// Two steps have one name.
    #[error("two migrations are called `{name}`: give each a name of its own")]
    Twice {
        /// The name.
        name: &'static str,
    },
    /// It cannot be told which steps the database has had.
    #[error("cannot tell which migrations the database has had: {0}")]
    Record(#[source] DatabaseError),
}

/// A step that has run.
#[derive(Debug, Deserialize)]
struct Ran {
    name: String,
    sql: String,
    applied_at: String,
}

impl Database {
    /// Brings the database to where all of `steps` have run, in their order, each once. Says how many ran now.
    ///
    /// A step and the record of it are one transaction: after an error or a kill it has run as a whole or not at all. Foreign keys are not
    /// enforced meanwhile, so that a table can be made anew that others refer to; they are checked before the step's end. The table
    /// `_migrations` keeps each step with its SQL and its time.
    ///
    /// ```
    /// use temps_plugin_sdk::database::{Migration, MigrationError};
    /// use temps_plugin_sdk::prelude::*;
    ///
    /// const STEPS: &[Migration] = &[
    ///     Migration::new("notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL)"),
    ///     Migration::new("pinned notes", "ALTER TABLE note ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0"),
    /// ];
    ///
    /// async fn open(ctx: &PluginContext) -> Result<Database, StartError> {
    ///     let db = ctx.database("notes").await?;
    ///     db.migrate(STEPS).await?;
    ///     Ok(db)
    /// }
    /// # #[tokio::main] async fn main() { open(&temps_plugin_sdk::testing::context()).await.unwrap(); }
    /// ```
    ///
    /// # Errors
    ///
    /// [`MigrationError`]: a step failed or has changed since it ran, or the database is of a newer version of the plugin.
    pub async fn migrate(&self, steps: &[Migration]) -> Result<usize, MigrationError> {
        check_names(steps)?;
        self.sql(TABLE).execute().await.map_err(MigrationError::Record)?;
        let mut done = self.done(steps).await?;
        let before = done;
        while let Some(step) = steps.get(done) {
            match self.run_step(done, step).await {
                Ok(()) => tracing::info!(step = done + 1, name = step.name, "the database was migrated"),
                // Another instance may have run it meanwhile.
                Err(source) if self.done(steps).await? <= done => {
                    return Err(MigrationError::Failed { name: step.name, step: done + 1, source });
                }
                Err(_) => {}
            }
            done += 1;
        }
        Ok(done - before)
    }

    /// Takes the first steps for done, as many as `PRAGMA user_version` says, in a database that was never migrated with
    /// [`migrate`](Self::migrate): for a plugin that counted its steps so before.
    ///
    /// # Errors
    ///
    /// [`MigrationError::Newer`] if there are fewer steps, and [`MigrationError::Record`].
    pub async fn adopt_user_version(&self, steps: &[Migration]) -> Result<(), MigrationError> {
        check_names(steps)?;
        let record = MigrationError::Record;
        self.sql(TABLE).execute().await.map_err(record)?;
        let version: usize = self.sql("PRAGMA user_version").fetch_one().await.map_err(record)?;
        if version == 0 || !self.ran().await?.is_empty() {
            return Ok(());
        }
        if version > steps.len() {
            return Err(MigrationError::Newer { ran: format!("user_version {version}"), step: version });
        }
        let records: Vec<String> = steps.iter().take(version).enumerate().map(|(done, step)| recorded(done, step)).collect();
        self.batch(records.join("\n"), "the record of migrations").await.map_err(record)
    }

    /// How many of the steps have run.
    async fn done(&self, steps: &[Migration]) -> Result<usize, MigrationError> {
        let ran = self.ran().await?;
        for (index, Ran { name, sql, applied_at }) in ran.iter().enumerate() {
            let step = index + 1;
            match steps.get(index) {
                None => return Err(MigrationError::Newer { ran: name.clone(), step }),
                Some(known) if known.name != name => {
                    return Err(MigrationError::Order { step, name: known.name, ran: name.clone() });
                }
                Some(known) if normal(known.sql) != normal(sql) => {
                    return Err(MigrationError::Changed { name: known.name, step, applied_at: applied_at.clone() });
                }
                Some(_) => {}
            }
        }
        Ok(ran.len())
    }

    async fn ran(&self) -> Result<Vec<Ran>, MigrationError> {
        let ran = self.sql("SELECT name, sql, applied_at FROM _migrations ORDER BY position").fetch_all().await;
        ran.map_err(MigrationError::Record)
    }

    async fn run_step(&self, done: usize, step: &Migration) -> Result<(), DatabaseError> {
        // A comment at its end would go on otherwise.
        let script = format!("PRAGMA foreign_keys = OFF; BEGIN; {}\n; {} COMMIT;", step.sql, recorded(done, step));
        self.batch(script, step.sql).await
    }

    /// Runs a script, whose errors speak of `shown`.
    async fn batch(&self, script: String, shown: &str) -> Result<(), DatabaseError> {
        in_statement(Excerpt::of(shown), async { self.ready().await?.batch(script).await.map(drop) }).await
    }
}

/// The statement that records a step.
fn recorded(done: usize, step: &Migration) -> String {
    let quoted = |text: &str| text.replace('\'', "''");
    format!(
        "INSERT INTO _migrations VALUES ({}, '{}', '{}', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));",
        done + 1,
        quoted(step.name),
        quoted(step.sql)
    )
}

/// The lines of SQL as they are compared: how they are indented and end does not count.
fn normal(sql: &str) -> Vec<&str> {
    sql.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn check_names(steps: &[Migration]) -> Result<(), MigrationError> {
    let is_twice = |(index, step): &(usize, &Migration)| steps.iter().take(*index).any(|other| other.name == step.name);
    match steps.iter().enumerate().find(is_twice) {
        Some((_, step)) => Err(MigrationError::Twice { name: step.name }),
        None => Ok(()),
    }
}
