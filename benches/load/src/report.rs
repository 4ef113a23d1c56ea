//! The figures, for people and for programs.

use serde::Serialize;

use crate::error::BenchError;
use crate::measure::Figures;

#[derive(Debug, Serialize)]
pub struct Row {
    case: &'static str,
    connections: usize,
    native_per_second: f64,
    plugin_per_second: f64,
    /// The plugin's time per request by the native peer's: 1 is the same, less is faster.
    time_ratio: f64,
    native_cpu_us: f64,
    plugin_cpu_us: f64,
    cpu_ratio: f64,
}

impl Row {
    pub fn new(case: &'static str, connections: usize, native: &Figures, plugin: &Figures) -> Self {
        let (native_per_second, plugin_per_second) = (median(&native.per_second), median(&plugin.per_second));
        let (native_cpu_us, plugin_cpu_us) = (median(&native.cpu_us), median(&plugin.cpu_us));
        Self {
            case,
            connections,
            native_per_second,
            plugin_per_second,
            time_ratio: native_per_second / plugin_per_second,
            native_cpu_us,
            plugin_cpu_us,
            cpu_ratio: plugin_cpu_us / native_cpu_us,
        }
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

pub fn json(rows: &[Row]) -> Result<(), BenchError> {
    println!("{}", serde_json::to_string_pretty(rows)?);
    Ok(())
}

pub fn table(rows: &[Row]) {
    println!(
        "{:<26} {:>5} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "", "conns", "native/s", "plugin/s", "time", "native µs", "plugin µs", "CPU"
    );
    for row in rows {
        println!(
            "{:<26} {:>5} {:>10.0} {:>10.0} {:>9.2}x {:>10.1} {:>10.1} {:>9.2}x",
            row.case,
            row.connections,
            row.native_per_second,
            row.plugin_per_second,
            row.time_ratio,
            row.native_cpu_us,
            row.plugin_cpu_us,
            row.cpu_ratio
        );
    }
}
