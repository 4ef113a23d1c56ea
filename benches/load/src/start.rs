//! Starting each side again and again.

use std::path::Path;
use std::time::Duration;

use crate::comparison::{Comparison, Series};
use crate::error::BenchError;
use crate::host::Times;
use crate::side::Side;
use crate::usage::pss_kib;

/// A start with a data directory that is not there yet.
pub const FIRST: &str = "first start";
/// A start with a data directory that had one.
pub const LATER: &str = "later start";

pub const MANIFEST: &str = "line 1, ms";
pub const READY: &str = "ready, ms";
pub const ANSWERED: &str = "first 200, ms";
pub const IDLE: &str = "idle PSS, MiB";

/// How long a plugin is left alone before its memory is looked at, so that what its start left to do is done.
const SETTLE: Duration = Duration::from_millis(200);

/// One start of one side.
#[derive(Debug, Clone, Copy)]
struct One {
    times: Times,
    /// After the first answer.
    pss_kib: f64,
}

type Value = fn(&One) -> f64;

const FIGURES: [(&str, Value); 4] = [
    (MANIFEST, |one| one.times.manifest.as_secs_f64() * 1e3),
    (READY, |one| one.times.ready.as_secs_f64() * 1e3),
    (ANSWERED, |one| one.times.answered.as_secs_f64() * 1e3),
    (IDLE, |one| one.pss_kib / 1024.0),
];

/// Starts each side with a new data directory, and once more with the same, in turn, so many times.
pub fn in_turn(sides: &[Side], folder: &Path, count: usize) -> Result<Vec<Comparison>, BenchError> {
    let (mut first, mut later) = (vec![Vec::new(); sides.len()], vec![Vec::new(); sides.len()]);
    for number in 0..count {
        let mut order: Vec<_> = sides.iter().zip(first.iter_mut().zip(&mut later)).collect();
        if number % 2 == 1 {
            order.reverse();
        }
        for (side, (first, later)) in order {
            let data_dir = folder.join(format!("{}{number}", side.name));
            first.push(one(side, &data_dir)?);
            later.push(one(side, &data_dir)?);
            std::fs::remove_dir_all(&data_dir).map_err(BenchError::io("remove", &data_dir))?;
        }
    }
    Ok([(FIRST, first), (LATER, later)].iter().flat_map(|(kind, starts)| compare(kind, sides, starts)).collect())
}

fn one(side: &Side, data_dir: &Path) -> Result<One, BenchError> {
    let running = side.start(data_dir)?;
    std::thread::sleep(SETTLE);
    Ok(One { times: running.times(), pss_kib: pss_kib(running.process())? })
}

fn compare(kind: &'static str, sides: &[Side], starts: &[Vec<One>]) -> Vec<Comparison> {
    let series = |value: Value| -> Vec<_> {
        let of = |(side, starts): (&Side, &Vec<One>)| Series { side: side.name, rounds: starts.iter().map(value).collect() };
        sides.iter().zip(starts).map(of).collect()
    };
    FIGURES.iter().map(|(figure, value)| Comparison::new(kind, "", figure, &series(*value))).collect()
}
