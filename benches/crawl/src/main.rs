//! Audits a site of known faults natively and through the launcher, in turn, and prints what each costs.
//!
//! ```sh
//! cargo build --release --bins
//! target/release/temps-wasm pack examples/seo-analyzer -o target/seo-analyzer
//! cargo run --release --manifest-path benches/Cargo.toml -p bench-crawl -- --plugin target/seo-analyzer
//! ```
//!
//! Both sides have the same crawl, checks and way of saving (`temps-seo-audit`, and the plugin's own `store/saving.rs`), and as many requests under way. The native side has reqwest
//! and sqlx's SQLite with the launcher's settings, on one thread. Left out of it: what the plugin does besides for requests that ask how far it is. The site is in this process, on a
//! thread of its own, and shares the machine with both.

mod error;
mod native;
mod plugin;
mod store;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use clap::Parser;
use error::BenchError;
use plugin::Plugin;
use seo_site::Server;

/// Requests under way at once.
const CONCURRENCY: u32 = 8;

/// What the plugin may take, as a multiple of the native program's time.
const TARGET: f64 = 1.3;

#[derive(Debug, Parser)]
#[command(about = "Compares audits of the plugin with those of a native program")]
struct Options {
    /// The plugin: packed, a component, or its crate.
    #[arg(long, default_value = "target/seo-analyzer")]
    plugin: PathBuf,
    /// The tool that runs it.
    #[arg(long, default_value = "target/release/temps-wasm")]
    temps_wasm: PathBuf,
    /// The launcher for a plugin that is not packed.
    #[arg(long)]
    launcher: Option<PathBuf>,
    /// Chapters of the site.
    #[arg(long, default_value_t = 500)]
    pages: usize,
    /// How long the site takes for an answer, in milliseconds. 0 leaves nothing but the work of both sides.
    #[arg(long, default_value_t = 5)]
    answer_ms: u64,
    /// Audits of each side.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// An audit.
struct Audited {
    seconds: f64,
    findings: u64,
    memory_kb: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(ratio) => {
            println!("{ratio:.2} times the native time: {} of {TARGET}", if ratio <= TARGET { "within" } else { "beyond" });
            if ratio <= TARGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<f64, BenchError> {
    plugin::exists(&options.plugin)?;
    plugin::exists(&options.temps_wasm)?;
    let (origin, expected) = serve(options.pages, Duration::from_millis(options.answer_ms))?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| BenchError::Io("a runtime", error))?;
    runtime.block_on(async {
        let plugin = Plugin::start(options, &origin).await?;
        let (mut natives, mut plugins, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..options.rounds.max(1) {
            let native = checked("native", native::audit(&origin).await?, expected)?;
            let wasm = checked("the plugin", plugin.audit(&origin).await?, expected)?;
            println!("round {}: native {:.3} s, plugin {:.3} s", round + 1, native.seconds, wasm.seconds);
            ratios.push(wasm.seconds / native.seconds);
            natives.push(native);
            plugins.push(wasm);
        }
        for (side, audits) in [("native", &natives), ("plugin", &plugins)] {
            let memory = audits.iter().map(|audit| audit.memory_kb).max().unwrap_or_default();
            println!(
                "{side}: {:.3} s, {:.0} pages/s, at most {} MiB",
                median_of(audits),
                options.pages as f64 / median_of(audits),
                memory / 1024
            );
        }
        Ok(median(ratios))
    })
}

fn checked(side: &'static str, audited: Audited, expected: u64) -> Result<Audited, BenchError> {
    if audited.findings == expected { Ok(audited) } else { Err(BenchError::Findings { side, found: audited.findings, expected }) }
}

fn median_of(audits: &[Audited]) -> f64 {
    median(audits.iter().map(|audit| audit.seconds).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Serves the site for as long as the process lives, and gives its origin and how many findings it has.
fn serve(pages: usize, delay: Duration) -> Result<(String, u64), BenchError> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let server = Server::start_even(pages, delay).await;
            let told = server.as_ref().map(|server| (server.origin().to_owned(), server.expected().len() as u64));
            let kept = sender.send(told.map_err(|error| std::io::Error::new(error.kind(), error.to_string())));
            if kept.is_ok() && server.is_ok() {
                std::future::pending::<()>().await;
            }
        });
        Ok::<_, std::io::Error>(())
    });
    let gone = |_| std::io::Error::other("the site's thread ended");
    receiver.recv().map_err(gone).flatten().map_err(|error| BenchError::Io("the site", error))
}
