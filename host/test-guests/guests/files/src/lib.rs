//! Uses its files with `std::fs`: a call for each route, answered with its outcome: what it returned, `done`, or the error's text.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;
use temps_plugin_sdk::prelude::*;

#[derive(Default)]
struct Files;

/// What a call is given.
#[derive(Deserialize)]
struct With {
    path: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    size: u64,
}

/// A file that stays open.
static KEPT: Mutex<Option<File>> = Mutex::new(None);

impl ExternalPlugin for Files {
    fn manifest(&self) -> PluginManifest {
        // It is described before it has files.
        let found = fs::read_dir("/data").map_or_else(|error| error.to_string(), |_| "found".into());
        PluginManifest::builder("files", "0.1.0").description(found).build()
    }

    async fn router(&self, ctx: PluginContext) -> Result<Router, StartError> {
        let starts = ctx.data_dir().join("starts");
        OpenOptions::new().append(true).create(true).open(starts)?.write_all(b"s")?;
        Ok(Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route(
                "/panic",
                get(|| async {
                    if true {
                        panic!("with files open")
                    }
                }),
            )
            .route("/{call}", get(called)))
    }
}

async fn called(Path(call): Path<String>, Query(with): Query<With>) -> String {
    match answer(&call, &with) {
        Ok(text) => text,
        Err(error) => error.to_string(),
    }
}

fn answer(call: &str, With { path, to, size }: &With) -> io::Result<String> {
    match call {
        "read" => return fs::read_to_string(path),
        "write" => fs::write(path, to)?,
        "append" => OpenOptions::new().append(true).create(true).open(path)?.write_all(to.as_bytes())?,
        "keep-writing" => KEPT.lock().unwrap().get_or_insert(File::create(path)?).write_all(to.as_bytes())?,
        "fill" => fs::write(path, vec![b'f'; usize::try_from(*size).unwrap()])?,
        "resize" => OpenOptions::new().write(true).create(true).truncate(false).open(path)?.set_len(*size)?,
        "truncate" => drop(File::create(path)?),
        "new" => drop(File::create_new(path)?),
        "seek" => return between(path),
        "list" => {
            let mut names = Vec::new();
            for entry in fs::read_dir(path)? {
                names.push(entry?.file_name().to_string_lossy().into_owned());
            }
            names.sort();
            return Ok(names.join(" "));
        }
        "stat" => {
            let metadata = fs::metadata(path)?;
            let kind = if metadata.is_dir() { "folder" } else { "file" };
            return Ok(format!("{kind} {}", metadata.len()));
        }
        "modified" => {
            let file = File::options().write(true).open(path)?;
            file.set_modified(UNIX_EPOCH + Duration::from_secs(1_000_000))?;
            return Ok(file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap().as_secs().to_string());
        }
        "rename" => fs::rename(path, to)?,
        "copy" => drop(fs::copy(path, to)?),
        "link" => fs::hard_link(path, to)?,
        "mkdir" => fs::create_dir(path)?,
        "mkdirs" => fs::create_dir_all(path)?,
        "remove" => fs::remove_file(path)?,
        "rmdir" => fs::remove_dir(path)?,
        "rmdirs" => fs::remove_dir_all(path)?,
        _ => return Err(io::ErrorKind::Unsupported.into()),
    }
    Ok("done".into())
}

/// Writes into the middle of a file, and reads from there.
fn between(path: &str) -> io::Result<String> {
    let mut file = File::options().read(true).write(true).open(path)?;
    file.seek(SeekFrom::Start(2))?;
    file.write_all(b"XY")?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(1))?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}

temps_plugin_sdk::main!(Files);
