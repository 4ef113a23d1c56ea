//! A plugin as Temps's own SDK makes it: one process with axum on a Unix socket, protocol v2 only.
//!
//! ```text
//!  line 1 ─▶ launch line ─▶ socket ─▶ line 2 ─▶ channel ─▶ the plugin's router
//! ```
//!
//! Until the channel is open and the router made, its routes are 404.

#[path = "../../routes/mod.rs"]
mod routes;

mod channel;
mod serve;
mod ui;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use axum::Router;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database};
use temps_plugin_protocol::{LaunchLine, PluginManifest, ProtocolVersion, ReadyLine, encode_manifest_line};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixListener;

use channel::Channel;
use serve::Server;

/// The connections of the pool, if they are not to be one as plugins are told to have.
const CONNECTIONS: &str = "BENCH_CONNECTIONS";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (socket, data_dir) = arguments()?;
    let manifest = PluginManifest::builder("bench", "0.1.0").requires_db(false).build();
    say(encode_manifest_line(ProtocolVersion::V2, &manifest)).await?;
    let mut line = String::new();
    BufReader::new(tokio::io::stdin()).read_line(&mut line).await?;
    let launch = LaunchLine::decode(&line, &manifest)?;
    // A stale socket may lie there.
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket)?;
    let (channel, opened) = Channel::new();
    let (channel, router) = (Arc::new(channel), Arc::new(OnceLock::new()));
    let server = Server { secret: launch.auth_secret.into(), channel: channel.clone(), router: router.clone() };
    tokio::spawn(async move {
        // Nobody may open it: then there is nothing to do.
        if opened.await.is_ok() {
            match open(&data_dir, channel).await {
                Ok(made) => drop(router.set(made)),
                Err(error) => eprintln!("the plugin cannot start: {error}"),
            }
        }
    });
    say(ReadyLine { has_ui: true, openapi: None }.encode(ProtocolVersion::V2)).await?;
    Ok(axum::serve(listener, serve::app(server)).await?)
}

/// Makes the plugin's router.
async fn open(data_dir: &Path, channel: Arc<Channel>) -> Result<Router, Box<dyn Error>> {
    std::fs::create_dir_all(data_dir)?;
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", data_dir.join("bench.db").display()));
    let connections = std::env::var(CONNECTIONS).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    options.max_connections(connections).sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
        // The settings of the launcher.
        options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).foreign_keys(true)
    });
    let db = Database::connect(options).await?;
    routes::seed(&db).await?;
    Ok(routes::router(routes::State { db, projects: channel }).merge(ui::router()))
}

fn arguments() -> Result<(PathBuf, PathBuf), &'static str> {
    let (mut socket, mut data_dir) = (None, None);
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--socket-path") => socket = arguments.next().map(PathBuf::from),
            Some("--data-dir") => data_dir = arguments.next().map(PathBuf::from),
            _ => {}
        }
    }
    socket.zip(data_dir).ok_or("--socket-path and --data-dir are expected")
}

async fn say(line: String) -> std::io::Result<()> {
    let mut stdout = tokio::io::stdout();
    stdout.write_all((line + "\n").as_bytes()).await?;
    stdout.flush().await
}
