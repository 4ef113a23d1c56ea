//! Compares the plugin with its native peer: the same routes, the same sea-orm code, the same settings of the file.
//!
//! ```sh
//! cargo run --release --manifest-path benches/Cargo.toml -p bench-load
//! ```
//!
//! Both run at the same time on the same machine and are asked in turn, a short while each, for several rounds: what the machine does
//! besides hits both. A figure is the median of its rounds. CPU time is that of the whole process, as the kernel counts it.

mod build;
mod client;
mod error;
mod measure;
mod report;
mod side;

use std::time::Duration;

use clap::Parser;

use error::BenchError;
use measure::{CASES, Figures, measure};
use side::Side;

#[derive(Debug, Parser)]
#[command(about = "Compares the plugin with its native peer")]
struct Options {
    /// Rounds of each case.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds that a side is asked in a round.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Connections of the native peer's pool. 1 is what plugins are told to use.
    #[arg(long, default_value_t = 1)]
    native_connections: usize,
    /// Only the cases whose name has this text in it.
    #[arg(long, default_value = "")]
    only: String,
    /// Prints JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BenchError> {
    let options = Options::parse();
    let built = build::all()?;
    let folder = tempfile::tempdir()?;
    let native = Side::native(&built, folder.path(), options.native_connections).await?;
    let plugin = Side::plugin(&built, folder.path()).await?;
    let time = Duration::from_secs_f64(options.seconds);
    let mut rows = Vec::new();
    for case in CASES.into_iter().filter(|case| case.name.contains(&options.only)) {
        for connections in [1, 16] {
            let mut of_native = Figures::default();
            let mut of_plugin = Figures::default();
            // What is measured first finds caches cold.
            measure(&native, case, connections, time / 4, &mut Figures::default()).await?;
            measure(&plugin, case, connections, time / 4, &mut Figures::default()).await?;
            for _ in 0..options.rounds {
                measure(&native, case, connections, time, &mut of_native).await?;
                measure(&plugin, case, connections, time, &mut of_plugin).await?;
            }
            rows.push(report::Row::new(case.name, connections, &of_native, &of_plugin));
        }
    }
    if options.json {
        report::json(&rows)?
    } else {
        report::table(&rows)
    }
    Ok(())
}
