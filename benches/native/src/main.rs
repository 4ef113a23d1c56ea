//! Serves the routes on the Unix socket that the first argument names, with the database in the file that the second one names and as
//! many connections to it as the third one says.

#[path = "../../routes/store.rs"]
mod store;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database};
use tokio::net::UnixListener;

/// As many threads as the launcher has.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("socket, file and connections are expected");
    let (socket, file, connections) = (argument()?, argument()?, argument()?.parse()?);
    let mut options = ConnectOptions::new(format!("sqlite://{file}?mode=rwc"));
    options.max_connections(connections).sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
        // The settings of the launcher.
        options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).foreign_keys(true)
    });
    let db = Database::connect(options).await?;
    store::seed(&db).await?;
    let listener = UnixListener::bind(socket)?;
    println!("ready");
    axum::serve(listener, store::router(db)).await?;
    Ok(())
}
