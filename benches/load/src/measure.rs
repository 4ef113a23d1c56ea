//! The rounds of a case, in turn.

use std::path::Path;
use std::time::Duration;

use crate::case::{Case, Mode};
use crate::comparison::{Comparison, Series};
use crate::error::BenchError;
use crate::load;
use crate::side::Running;
use crate::statistics::quantile;
use crate::usage::{CpuTime, pss_kib};

/// One round of one side.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    pub per_second: f64,
    p50_us: f64,
    p99_us: f64,
    /// Of the side's whole process.
    cpu_ms_per_1000: f64,
    /// The share of one CPU that the load generator took, its end of the channel included.
    pub load_percent: f64,
}

type Value = fn(&Round) -> f64;

pub const PER_SECOND: &str = "requests/s";
pub const P99: &str = "p99, µs";
pub const CPU: &str = "CPU, ms/1000";
/// The memory of a side, which is looked at [`AFTER`] all cases.
pub const PSS: &str = "PSS, MiB";
/// In the place of a case: when all are over.
pub const AFTER: &str = "after all of it";

/// The figure of the load generator's own part.
pub const ASKING: &str = "asking, CPU %";

const FIGURES: [(&str, Value); 5] = [
    (PER_SECOND, |round| round.per_second),
    ("p50, µs", |round| round.p50_us),
    (P99, |round| round.p99_us),
    (CPU, |round| round.cpu_ms_per_1000),
    (ASKING, |round| round.load_percent),
];

/// Asks each side a short while, then the next, for so many rounds; every other round in the other order.
pub fn in_turn(sides: &[Running], case: &Case, mode: Mode, rounds: usize, time: Duration) -> Result<Vec<Comparison>, BenchError> {
    // What is measured first finds caches cold.
    for side in sides {
        load::run(&side.socket, case, mode, time / 4)?;
    }
    let mut all = vec![Vec::new(); sides.len()];
    for number in 0..rounds {
        let mut order: Vec<_> = sides.iter().zip(&mut all).collect();
        if number % 2 == 1 {
            order.reverse();
        }
        for (side, rounds) in order {
            rounds.push(round(&side.socket, side.process(), case, mode, time)?);
        }
    }
    let series = |value: Value| -> Vec<_> {
        let of = |(side, rounds): (&Running, &Vec<Round>)| Series { side: side.name, rounds: rounds.iter().map(value).collect() };
        sides.iter().zip(&all).map(of).collect()
    };
    Ok(FIGURES.iter().map(|(figure, value)| Comparison::new(case.name, mode, figure, &series(*value))).collect())
}

/// Asks a process a while.
pub fn round(socket: &Path, process: u32, case: &Case, mode: Mode, time: Duration) -> Result<Round, BenchError> {
    let (own, before) = (CpuTime::of(std::process::id())?, CpuTime::of(process)?);
    let mut run = load::run(socket, case, mode, time)?;
    let cpu = CpuTime::of(process)?.since(&before);
    let own = CpuTime::of(std::process::id())?.since(&own);
    let count = run.latencies.len() as f64;
    Ok(Round {
        per_second: count / run.took.as_secs_f64(),
        p50_us: quantile(&mut run.latencies, 0.5) / 1e3,
        p99_us: quantile(&mut run.latencies, 0.99) / 1e3,
        cpu_ms_per_1000: cpu.as_secs_f64() * 1e3 / (count / 1e3),
        load_percent: own.as_secs_f64() / run.took.as_secs_f64() * 100.0,
    })
}

/// The memory of each side as it is now.
pub fn memory(sides: &[Running]) -> Result<Comparison, BenchError> {
    let mut series = Vec::new();
    for side in sides {
        series.push(Series { side: side.name, rounds: vec![pss_kib(side.process())? / 1024.0] });
    }
    Ok(Comparison::new(AFTER, "", PSS, &series))
}
