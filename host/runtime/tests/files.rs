//! A guest's files: what each use of them made goes with it.

#![allow(clippy::unwrap_used, reason = "what tests share is a test too, though clippy does not see it")]

#[allow(dead_code, reason = "the rest is for the other tests")]
mod support;

use support::{get, start_with};
use temps_plugin_runtime::{Files, Limits};

const ROUNDS: usize = 300;

async fn round(plugin: &temps_plugin_runtime::Plugin) {
    for (call, outcome) in [
        ("mkdirs?path=/data/a/b", "done"),
        ("write?path=/data/a/b/file&to=0123", "done"),
        ("append?path=/data/a/b/file&to=4567", "done"),
        ("seek?path=/data/a/b/file", "1XY4567"),
        ("copy?path=/data/a/b/file&to=/data/a/copy", "done"),
        ("rename?path=/data/a/copy&to=/data/a/b/file", "done"),
        ("truncate?path=/data/a/b/file", "done"),
        ("read?path=/data/a/none", "No such file or directory (os error 44)"),
        ("list?path=/data/a", "b"),
        ("rmdirs?path=/data/a", "done"),
    ] {
        assert_eq!(get(plugin, &format!("/{call}")).await.text, outcome, "{call}");
    }
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The folder has room for one round at a time: what a round leaves counted, the next one lacks.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_file_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits::default().with_file_bytes(1 + 16).with_file_count(1 + 4).with_open_files(6).with_listed_names(8);
    let files = Files::open(folder.path(), &limits).unwrap();
    let plugin = start_with(test_guests::FILES, &limits, Some(files));
    plugin.initialised().await.unwrap();
    round(&plugin).await;
    let (before, open) = (plugin.stats().await.unwrap(), descriptors());
    for _ in 0..ROUNDS {
        round(&plugin).await;
    }
    let after = plugin.stats().await.unwrap();
    assert_eq!((after.instance, after.resources), (before.instance, before.resources));
    assert!(after.memory <= before.memory + (1 << 20), "guest memory: {} then {}", before.memory, after.memory);
    assert_eq!(descriptors(), open);
    plugin.stop().await;
}
