use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// What is measured, and how long.
#[derive(Debug, Parser)]
#[command(about = "Compares the plugin with its native peer")]
pub struct Options {
    /// Rounds of each case [default: 5, with --quick 3].
    #[arg(long)]
    rounds: Option<usize>,
    /// Seconds that a side is asked in a round [default: 2, with --quick 0.5].
    #[arg(long)]
    seconds: Option<f64>,
    /// Starts of each side, of both kinds [default: 20, with --quick 5].
    #[arg(long)]
    starts: Option<usize>,
    /// Only this: start, ceiling, or the case of this name, or else those that have it in their names.
    #[arg(long)]
    pub only: Option<String>,
    /// Less of everything: to see that it works, not to compare.
    #[arg(long)]
    quick: bool,
    /// Only this side.
    #[arg(long)]
    pub side: Option<Which>,
    /// Writes the figures to this file too.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Connections of the native peer's pool. 1 is what plugins are told to use.
    #[arg(long, default_value_t = 1)]
    pub native_connections: u32,
    /// Instances of the plugin, which is stateless. The native peer has a thread for each core.
    #[arg(long, default_value_t = 1)]
    pub instances: u32,
    /// Packs onto this launcher, instead of a release build of this one.
    #[arg(long, value_name = "FILE")]
    pub launcher: Option<PathBuf>,
    /// Serves ready bytes on this socket instead.
    #[arg(long, hide = true)]
    pub canned: Option<PathBuf>,
}

/// A side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    Native,
    Wasm,
}

impl Options {
    pub fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 5 }).max(1)
    }

    pub fn time(&self) -> Duration {
        let seconds = self.seconds.unwrap_or(if self.quick { 0.5 } else { 2.0 });
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(2))
    }

    pub fn starts(&self) -> usize {
        self.starts.unwrap_or(if self.quick { 5 } else { 20 }).max(1)
    }

    /// The sides that are measured.
    pub fn sides(&self) -> Vec<Which> {
        [Which::Native, Which::Wasm].into_iter().filter(|side| self.side.is_none_or(|only| only == *side)).collect()
    }
}
