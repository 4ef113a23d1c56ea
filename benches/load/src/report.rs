//! The figures, for people and for programs.

use std::path::Path;

use serde::Serialize;

use crate::ceiling::Ceiling;
use crate::comparison::Comparison;
use crate::error::BenchError;
use crate::machine::Machine;
use crate::measure::ASKING;
use crate::statistics::Spread;

/// All of it.
#[derive(Debug, Serialize)]
pub struct Report {
    pub machine: Machine,
    pub rounds: usize,
    pub seconds: f64,
    pub starts: usize,
    /// Of the plugin.
    pub instances: u32,
    pub ceiling: Vec<Ceiling>,
    pub comparisons: Vec<Comparison>,
}

impl Report {
    /// Prints figures and keeps them.
    pub fn add(&mut self, comparisons: Vec<Comparison>) {
        rows(&comparisons);
        self.comparisons.extend(comparisons);
    }

    /// Prints what says how far the figures can be trusted.
    pub fn close(&self) {
        let asking = self.comparisons.iter().filter(|comparison| comparison.figure == ASKING);
        let highest = asking.flat_map(|asking| [asking.native, asking.wasm]).flatten().map(|spread| spread.highest);
        if let Some(highest) = highest.reduce(f64::max) {
            println!("asking took at most {highest:.0}% of a CPU");
        }
        let Machine { cores, load_before, load_after, .. } = &self.machine;
        println!("{cores} cores; the machine's load was {load_before} before and {load_after} after");
    }

    /// Writes everything as JSON.
    pub fn write(&self, file: &Path) -> Result<(), BenchError> {
        std::fs::write(file, serde_json::to_vec_pretty(self)?).map_err(BenchError::io("write", file))
    }
}

/// Prints the heading of the table.
pub fn heading() {
    println!(
        "{:<15} {:>7}  {:<14} {:>14} {:>14} {:>13} {:>7}",
        "case", "at once", "figure", "native", "wasm", "wasm/native", "target"
    );
}

/// Prints figures of one case: medians, and half the distance of the rounds' extremes in percent.
fn rows(comparisons: &[Comparison]) {
    let mut last = None;
    for comparison in comparisons.iter().filter(|comparison| comparison.figure != ASKING) {
        let Comparison { case, mode, figure, native, wasm, ratio, target } = comparison;
        let title = Some((case, mode));
        let (case, mode) = if last == title { ("", "") } else { (case.as_str(), mode.as_str()) };
        last = title;
        let target = target.map_or(String::new(), |target| target.to_string());
        println!(
            "{case:<15} {mode:>7}  {figure:<14} {:>14} {:>14} {:>13} {target:>7}",
            shown(*native),
            shown(*wasm),
            shown(*ratio)
        );
    }
}

/// Prints what the load generator reaches.
pub fn ceilings(ceilings: &[Ceiling]) {
    for Ceiling { mode, per_second, cpu_us } in ceilings {
        let (per_second, cpu) = (shown(Some(*per_second)), shown(Some(*cpu_us)));
        println!("{:<15} {mode:>7}  {:<14} {per_second:>14}", "ready bytes", "requests/s");
        println!("{:<15} {:>7}  {:<14} {cpu:>14}", "", "", "asking, CPU µs");
    }
}

fn shown(spread: Option<Spread>) -> String {
    spread.map_or(String::new(), |spread| {
        let digits = match spread.median {
            ..10.0 => 2,
            ..1000.0 => 1,
            _ => 0,
        };
        format!("{:.digits$} ±{:>2.0}%", spread.median, spread.relative() * 100.0)
    })
}
