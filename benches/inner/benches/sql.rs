//! One statement on the host's side, as a guest's call makes it.

use std::time::Instant;

use bench_inner::{Error, runtime};
use criterion::Criterion;
use temps_plugin_sqlite::{Database, Databases, Label, Settings, Value};
use tokio::runtime::Runtime;

const ROW: &str = "SELECT id, name, created_at FROM item WHERE id = ?";
const ROWS: &str = "SELECT id, name, created_at FROM item ORDER BY id LIMIT 20";
const UPDATE: &str = "UPDATE item SET name = ? WHERE id = 7";

fn main() -> Result<(), Error> {
    let (runtime, folder) = (runtime()?, tempfile::tempdir()?);
    let databases = Databases::new(folder.path(), Settings::default());
    let database = runtime.block_on(async {
        let database = databases.open(Label::new("bench")?).await?;
        let table = "CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, created_at TEXT NOT NULL)";
        database.batch(table.into()).await?;
        for number in 1..=20 {
            let values = vec![Value::Text(format!("item {number}")), Value::Text("2026-01-01T00:00:00Z".into())];
            database.execute("INSERT INTO item (name, created_at) VALUES (?, ?)".into(), values).await?;
        }
        Ok::<_, Error>(database)
    })?;
    let mut criterion = Criterion::default().configure_from_args();
    bench(&mut criterion, &runtime, &database);
    drop(database);
    runtime.block_on(databases.close());
    criterion.final_summary();
    Ok(())
}

fn bench(criterion: &mut Criterion, runtime: &Runtime, database: &Database) {
    let mut group = criterion.benchmark_group("sql");
    for (name, sql, value) in [("one row", ROW, Some(Value::Integer(7))), ("20 rows", ROWS, None)] {
        let query = async |database: &Database| database.query(sql.into(), value.iter().cloned().collect()).await;
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| {
                runtime.block_on(async {
                    let started = Instant::now();
                    for _ in 0..times {
                        assert!(query(database).await.is_ok(), "{name} failed");
                    }
                    started.elapsed()
                })
            });
        });
    }
    // A transaction by itself: it waits for the disk.
    group.bench_function("update", |bencher| {
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                let started = Instant::now();
                for number in 0..times {
                    let updated = database.execute(UPDATE.into(), vec![Value::Text(number.to_string())]).await;
                    assert!(updated.is_ok(), "update failed");
                }
                started.elapsed()
            })
        });
    });
    group.finish();
}
